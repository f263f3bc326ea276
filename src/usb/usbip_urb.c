/* SPDX-License-Identifier: MIT */
/*
 * Running URBs over a USB/IP connection. The server is not trusted: whatever
 * it sends is checked against what was asked, and a server that is out of
 * step with us is hung up on, because nothing after that can be believed.
 * Layouts: Linux Documentation/usb/usbip_protocol.rst.
 */
#include "usb/usbip.h"

#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"

/* An unlink costs the server no USB traffic, only a look at its lists; one thread may do all its work, though. */
#define UNLINK_TIMEOUT_MS 3000u

/* A server that is seen at work when its time is over gets more, and is looked at this often. */
#define AT_WORK_MAX_MS  60000u
#define AT_WORK_LOOK_MS 100u

static bool is_in(const struct urb *urb)
{
	return urb->ep & USB_DIR_IN;
}

/* Whatever is tried after it fails for the same reason and says so: who hears of a failure may not hear of the first.
 */
static int hang_up(struct usbip_link *link, int code, const char *why)
{
	link->dead = why;
	return fail(link->ctx, code, "%s: the connection to the probe is given up, connect again", why);
}

/* 0 is not used: it means "no message" in our lists. */
static uint32_t next_seqnum(struct usbip_link *link)
{
	if (!++link->seqnum)
		link->seqnum = 1;
	return link->seqnum;
}

static void put_basic(struct usbip_link *link, uint8_t head[USBIP_URB_HEADER_LEN], uint32_t command)
{
	memset(head, 0, USBIP_URB_HEADER_LEN);
	put_be32(head + USBIP_URB_COMMAND, command);
	put_be32(head + USBIP_URB_SEQNUM, next_seqnum(link));
	put_be32(head + USBIP_URB_DEVID, link->devid);
}

static void put_submit(struct usbip_link *link, uint8_t head[USBIP_URB_HEADER_LEN], struct urb *urb)
{
	put_basic(link, head, USBIP_CMD_SUBMIT);
	put_be32(head + USBIP_URB_DIRECTION, is_in(urb) ? USBIP_DIR_IN : USBIP_DIR_OUT);
	put_be32(head + USBIP_URB_EP, urb->ep & 0x7fu);
	put_be32(head + USBIP_URB_FLAGS, is_in(urb) ? USBIP_FLAG_DIR_IN : 0);
	put_be32(head + USBIP_URB_LENGTH, (uint32_t)urb->len);
	memcpy(head + USBIP_URB_SETUP, urb->setup, USB_SETUP_LEN);

	urb->seqnum = link->seqnum;
	urb->unlink = 0;
	urb->status = USBIP_OK;
	urb->actual = 0;
	urb->pending = true;
}

/* A message that went out by half cannot be taken back: there is no way on after a failure. */
static int send_parts(struct usbip_link *link, const struct stream_part *parts, size_t n, uint64_t deadline)
{
	switch (stream_send(link->fd, parts, n, deadline)) {
	case 0:
		return 0;
	case STFLASH_E_TIMEOUT:
		return hang_up(link, STFLASH_E_UNPLUGGED, "the USB/IP server has stopped reading");
	default:
		return hang_up(link, STFLASH_E_UNPLUGGED, "the probe was unplugged or its USB/IP server has ended");
	}
}

/* Command and data leave in one write: with TCP_NODELAY that is one packet and one round trip. */
static int submit(struct usbip_link *link, struct urb *urbs, size_t n, uint64_t deadline)
{
	uint8_t heads[USB_QUEUE_MAX][USBIP_URB_HEADER_LEN];
	struct stream_part parts[STREAM_PARTS_MAX];
	size_t n_parts = 0;

	for (size_t i = 0; i < n; i++) {
		put_submit(link, heads[i], &urbs[i]);
		parts[n_parts++] = (struct stream_part){ heads[i], USBIP_URB_HEADER_LEN };
		if (!is_in(&urbs[i]) && urbs[i].len)
			parts[n_parts++] = (struct stream_part){ urbs[i].buf, urbs[i].len };
	}
	return send_parts(link, parts, n_parts, deadline);
}

static int judge_submit(struct usbip_link *link, struct urb *urbs, size_t n, uint32_t seqnum)
{
	const uint8_t *head = link->in.head;
	const uint32_t actual = get_be32(head + USBIP_URB_LENGTH);

	for (size_t i = 0; i < n; i++) {
		struct urb *urb = &urbs[i];

		if (!urb->pending || urb->seqnum != seqnum)
			continue;
		if (actual > urb->len)
			return hang_up(link, STFLASH_E_PROBE,
				       "the USB/IP server answered with more bytes than were asked for");
		urb->status = (int32_t)get_be32(head + USBIP_URB_STATUS);
		urb->actual = is_in(urb) ? 0 : actual;
		/* An OUT that ends well has moved everything; some servers count only what goes to the client. */
		if (!is_in(urb) && actual == 0 && urb->status == USBIP_OK)
			urb->actual = urb->len;
		link->in.urb = urb;
		link->in.body = urb->buf;
		link->in.left = is_in(urb) ? actual : 0;
		return 0;
	}
	for (size_t i = 0; i < USBIP_ORPHANS; i++) {
		if (!link->orphans[i].seqnum || link->orphans[i].seqnum != seqnum)
			continue;
		if (actual > link->orphans[i].len)
			break;
		link->orphans[i].seqnum = 0;
		link->in.left = link->orphans[i].in ? actual : 0;
		return 0;
	}
	return hang_up(link, STFLASH_E_PROBE, "the USB/IP server answered a transfer that was not asked for");
}

/* The kernel's server never answers an unlinked transfer; one that does so late is forgiven. */
static void make_orphan(struct usbip_link *link, const struct urb *urb)
{
	link->orphans[link->next_orphan] = (struct orphan){ urb->seqnum, urb->len, is_in(urb) };
	link->next_orphan = (link->next_orphan + 1) % USBIP_ORPHANS;
}

static int judge_unlink(struct usbip_link *link, struct urb *urbs, size_t n, uint32_t seqnum)
{
	for (size_t i = 0; i < n; i++) {
		struct urb *urb = &urbs[i];

		if (!urb->unlink || urb->unlink != seqnum)
			continue;
		urb->unlink = 0;
		if (urb->pending)
			make_orphan(link, urb);
		urb->pending = false;
		return 0;
	}
	return hang_up(link, STFLASH_E_PROBE, "the USB/IP server confirmed an unlink that was not asked for");
}

/* A complete header: find out whose it is and how much data follows. */
static int urb_judge(struct usbip_link *link, struct urb *urbs, size_t n)
{
	const uint32_t seqnum = get_be32(link->in.head + USBIP_URB_SEQNUM);

	link->in.known = true;
	switch (get_be32(link->in.head + USBIP_URB_COMMAND)) {
	case USBIP_RET_SUBMIT:
		return judge_submit(link, urbs, n, seqnum);
	case USBIP_RET_UNLINK:
		return judge_unlink(link, urbs, n, seqnum);
	default:
		return hang_up(link, STFLASH_E_PROBE, "the USB/IP server sent something that is no answer");
	}
}

static int receive_body(struct usbip_link *link, uint64_t deadline)
{
	struct incoming *in = &link->in;
	uint8_t nowhere[512] = { 0 };

	while (in->left) {
		const size_t want = in->body ? in->left : min_size(in->left, sizeof(nowhere));
		size_t got = 0;
		const int err = stream_recv(link->fd, in->body ? in->body : nowhere, want, &got, deadline);

		in->left -= got;
		if (in->body)
			in->body += got;
		if (in->urb)
			in->urb->actual += got;
		if (err)
			return err;
	}
	return 0;
}

/* Receive one message. STFLASH_E_TIMEOUT, without a text, leaves it where it is, to be continued. */
static int receive(struct usbip_link *link, struct urb *urbs, size_t n, uint64_t deadline)
{
	struct incoming *in = &link->in;
	int err;

	err = stream_recv(link->fd, in->head, sizeof(in->head), &in->head_got, deadline);
	if (!err && !in->known) {
		err = urb_judge(link, urbs, n);
		if (err)
			return err;
	}
	if (!err)
		err = receive_body(link, deadline);
	if (err == STFLASH_E_TIMEOUT)
		return err;
	if (err)
		return hang_up(link, STFLASH_E_UNPLUGGED, "the probe was unplugged or its USB/IP server has ended");

	if (in->urb)
		in->urb->pending = false;
	memset(in, 0, sizeof(*in));
	return 0;
}

/* Likewise, but a machine that is busy with other work makes no deadline pass for a server that we see at work. */
static int receive_from_worker(struct usbip_link *link, struct urb *urbs, size_t n, uint64_t deadline)
{
	const uint64_t last = deadline + AT_WORK_MAX_MS;
	int err = receive(link, urbs, n, deadline);

	while (err == STFLASH_E_TIMEOUT && link->at_work && now_ms() < last) {
		if (!link->at_work(link->user))
			return receive(link, urbs, n, 0); /* it may have answered just before that look */
		err = receive(link, urbs, n, now_ms() + AT_WORK_LOOK_MS);
	}
	return err;
}

static bool any_pending(const struct urb *urbs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (urbs[i].pending)
			return true;
	return false;
}

static bool any_unlinking(const struct urb *urbs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (urbs[i].unlink)
			return true;
	return false;
}

/* Take back what is pending and wait until the server has let go of each, whichever way it does. */
static int unlink_pending(struct usbip_link *link, struct urb *urbs, size_t n)
{
	const uint64_t deadline = now_ms() + UNLINK_TIMEOUT_MS;
	int err;

	for (size_t i = 0; i < n; i++) {
		uint8_t head[USBIP_URB_HEADER_LEN];
		const struct stream_part part = { head, sizeof(head) };

		if (!urbs[i].pending)
			continue;
		put_basic(link, head, USBIP_CMD_UNLINK);
		put_be32(head + USBIP_URB_TARGET, urbs[i].seqnum);
		urbs[i].unlink = link->seqnum;
		err = send_parts(link, &part, 1, deadline);
		if (err)
			return err;
	}
	while (any_unlinking(urbs, n)) {
		err = receive_from_worker(link, urbs, n, deadline);
		if (err == STFLASH_E_TIMEOUT)
			return hang_up(link, STFLASH_E_UNPLUGGED,
				       "the probe does not answer and its USB/IP server is stuck");
		if (err)
			return err;
	}
	return 0;
}

static const struct urb *urb_first_failed(const struct urb *urbs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!urbs[i].pending && urbs[i].status != USBIP_OK)
			return &urbs[i];
	return NULL;
}

const struct urb *usbip_stalled(const struct urb *urbs, size_t n)
{
	const struct urb *failed = urb_first_failed(urbs, n);

	return failed && failed->status == USBIP_EPIPE ? failed : NULL;
}

/* The numbers are Linux's whatever the host of the server or ours calls them. */
static int urb_fail_status(struct usbip_link *link, int32_t status)
{
	switch (status) {
	case USBIP_EPIPE:
		return fail(link->ctx, STFLASH_E_STALL, "the probe refused a USB transfer (stall): plug it in again");
	case USBIP_EOVERFLOW:
		return fail(link->ctx, STFLASH_E_PROBE,
			    "the probe sent more than was asked for (USB overflow): plug it in again");
	case USBIP_ETIMEDOUT:
		return fail(link->ctx, STFLASH_E_TIMEOUT,
			    "the probe did not answer in time, says the USB/IP server: plug it in again there");
	case USBIP_ENODEV:
	case USBIP_ESHUTDOWN:
		return hang_up(link, STFLASH_E_UNPLUGGED,
			       "the probe was unplugged from the machine of the USB/IP server");
	case USBIP_EPROTO:
	case USBIP_EILSEQ:
		return fail(link->ctx, STFLASH_E_PROBE, "errors on the USB bus of the probe: check its cable and hub");
	default:
		return fail(link->ctx, STFLASH_E_PROBE,
			    "the USB/IP server reported error %d for a transfer: plug the probe in again there",
			    (int)status);
	}
}

int usbip_run(struct usbip_link *link, struct urb *urbs, size_t n, unsigned int timeout_ms)
{
	const uint64_t deadline = now_ms() + timeout_ms;
	const struct urb *failed;
	bool in_time;
	int err;

	if (link->dead)
		return hang_up(link, STFLASH_E_UNPLUGGED, link->dead);

	err = submit(link, urbs, n, deadline);
	while (!err && any_pending(urbs, n) && !urb_first_failed(urbs, n))
		err = receive_from_worker(link, urbs, n, deadline);
	if (link->dead)
		return err;

	in_time = !err;
	failed = urb_first_failed(urbs, n);
	err = unlink_pending(link, urbs, n);
	if (err)
		return err;
	if (failed)
		return urb_fail_status(link, failed->status);
	if (!in_time)
		return fail(link->ctx, STFLASH_E_TIMEOUT, "the probe did not answer within %u ms", timeout_ms);
	return 0;
}
