/* SPDX-License-Identifier: MIT */
/* What an importer asks of its device: submits, unlinks, and the answers in their order. */
#include <string.h>

#include "base/bytes.h"
#include "server/client.h"

static void answer(struct client *c, const struct usbip_request *request, int status, const uint8_t *data,
		   size_t actual)
{
	uint8_t header[USBIP_URB_HEADER_LEN];

	usbip_ret_submit(header, request, status, (uint32_t)actual);
	client_send(c, header, sizeof(header));
	if (request->in)
		client_send(c, data, actual);
}

static void control(struct client *c, const struct usbip_request *request, const uint8_t *payload)
{
	uint8_t data[CONTROL_IN_MAX];
	size_t actual = 0;
	int status;

	if (request->in != !!(request->setup[0] & 0x80u) && request->length) {
		answer(c, request, USBIP_EPIPE, NULL, 0);
		return;
	}
	if (!request->in && request->length)
		memcpy(data, payload, min_size(request->length, sizeof(data)));
	status = device_control(c->slot->probe, request->setup, data, request->length, &actual);
	answer(c, request, status, data, request->in ? actual : request->length);
}

static void answer_first(struct client *c, struct urb *urb)
{
	answer(c, &urb->request, urb->status, urb->data, urb->bulk.actual);
	c->unsent_counted += urb->counts;
	queue_drop_first(&c->queue, urb->bulk.in, urb->bulk.ep);
}

/* While the device works on a transfer it may not go away, not even when it is unlinked. */
static void begin_work(struct client *c, struct urb *urb)
{
	c->at_work = urb;
	c->at_work_unlinked = false;
}

/* True when it was unlinked meanwhile, and has to go. */
static bool end_work(struct client *c)
{
	c->at_work = NULL;
	return c->at_work_unlinked;
}

/* Of the answers held back, the one due first. NULL: there is none. */
static struct urb *first_due(const struct client *c)
{
	struct urb *found = NULL;

	for (unsigned int ep = 0; ep < 16; ep++) {
		for (unsigned int in = 0; in < 2; in++) {
			struct urb *urb = c->queue.first[in][ep];

			if (urb && urb->ended && (!found || urb->due_ns < found->due_ns))
				found = urb;
		}
	}
	return found;
}

/* Its answer comes after so long, and never before one that is held back: a bus carries one transfer after the other.
 */
static void hold_back(struct client *c, struct urb *urb, uint64_t hold_ns)
{
	const uint64_t due_ns = server_now_ns() + hold_ns;

	urb->ended = true;
	urb->due_ns = due_ns > c->last_due_ns ? due_ns : c->last_due_ns + 1;
	c->last_due_ns = urb->due_ns;
}

/* Carry out the oldest transfer of an endpoint. True when it was answered and the next one may be tried. */
static bool try_first(struct client *c, unsigned int in, unsigned int ep)
{
	struct probe *p = c->slot->probe;
	struct urb *urb = c->queue.first[in][ep];
	uint64_t hold_ns;
	int status;

	if (!urb || urb->ended || c->gone)
		return false;

	begin_work(c, urb);
	status = device_bulk(p, &urb->bulk);
	if (end_work(c)) {
		queue_drop_first(&c->queue, in, ep);
		return true;
	}
	if (status == DEVICE_PENDING)
		return false;
	if (status == DEVICE_UNPLUGGED) {
		c->gone = true;
		return false;
	}

	urb->status = status;
	hold_ns = device_hold(p);
	if (hold_ns || first_due(c)) {
		hold_back(c, urb, hold_ns);
		return false;
	}
	answer_first(c, urb);
	return true;
}

/* What one endpoint did may be what another one waits for. */
static void try_all(struct client *c)
{
	bool moved;

	do {
		moved = false;
		for (unsigned int ep = 0; ep < 16; ep++)
			for (unsigned int in = 0; in < 2; in++)
				moved |= try_first(c, in, ep);
	} while (moved && !c->gone);
}

static void submit(struct client *c, const struct usbip_request *request, const uint8_t *payload)
{
	struct probe *p = c->slot->probe;
	struct urb *urb;
	bool in_flight;

	if (request->devid != usbip_devid(c->port)) {
		answer(c, request, USBIP_ENODEV, NULL, 0);
		return;
	}
	if (!request->ep) {
		control(c, request, payload);
		return;
	}

	urb = queue_add(&c->queue, request, payload);
	if (!urb) {
		client_refuse(c, "more transfers in flight than a driver has");
		return;
	}
	in_flight = c->queue.n_counted || c->unsent_counted;
	urb->counts = device_counts(p, &urb->bulk);
	c->queue.n_counted += urb->counts;
	begin_work(c, urb);
	device_submit(p, &urb->bulk, in_flight);
	if (end_work(c))
		queue_unlink(&c->queue, request->seqnum);
	try_all(c);
}

static void answer_unlink(struct client *c, const struct usbip_request *request, bool pending)
{
	uint8_t header[USBIP_URB_HEADER_LEN];

	usbip_ret_unlink(header, request->seqnum, pending ? USBIP_ECONNRESET : USBIP_OK);
	client_send(c, header, sizeof(header));
}

static void unlink_transfer(struct client *c, const struct usbip_request *request)
{
	answer_unlink(c, request, queue_unlink(&c->queue, request->target));
	try_all(c);
}

/* The request that begins at some place of the input. Its length; 0 when it is not all there, or is none. */
static size_t request_at(const struct client *c, size_t at, struct usbip_request *request)
{
	const size_t len = c->in.len - c->in.used - at;
	size_t whole = USBIP_URB_HEADER_LEN;

	if (len < whole || !usbip_parse_request(c->in.data + c->in.used + at, request))
		return 0;
	if (request->command == USBIP_CMD_SUBMIT && !request->in)
		whole += request->length;
	return len < whole ? 0 : whole;
}

bool transfers_take(struct client *c)
{
	const uint8_t *raw = c->in.data + c->in.used;
	const size_t len = c->in.len - c->in.used;
	struct usbip_request request;
	size_t whole;

	if (len >= USBIP_URB_HEADER_LEN && !usbip_parse_request(raw, &request)) {
		client_refuse(c, "a request that no USB driver makes");
		return false;
	}
	whole = request_at(c, 0, &request);
	if (!whole)
		return false;

	c->in.used += whole;
	if (request.command == USBIP_CMD_UNLINK)
		unlink_transfer(c, &request);
	else
		submit(c, &request, raw + USBIP_URB_HEADER_LEN);
	return true;
}

static void cut_input(struct client *c, size_t at, size_t len)
{
	uint8_t *from = c->in.data + c->in.used + at;

	memmove(from, from + len, c->in.len - c->in.used - at - len);
	c->in.len -= len;
}

/* A submit that waits in the input before some place, with this number. Its length; 0: there is none. */
static size_t find_waiting(const struct client *c, size_t before, uint32_t seqnum, size_t *found)
{
	struct usbip_request request;
	size_t len;

	for (*found = 0; *found < before; *found += len) {
		len = request_at(c, *found, &request);
		if (request.command == USBIP_CMD_SUBMIT && request.seqnum == seqnum)
			return len;
	}
	return 0;
}

/* An unlink that overtakes the transfers before it in the input: true when its target was not answered yet. */
static bool unlink_early(struct client *c, size_t *at, uint32_t target)
{
	size_t submit_at;
	const size_t len = find_waiting(c, *at, target, &submit_at);

	if (len) {
		cut_input(c, submit_at, len);
		*at -= len;
		return true;
	}
	if (!c->at_work || c->at_work->request.seqnum != target)
		return queue_unlink(&c->queue, target);
	if (c->at_work_unlinked)
		return false;
	c->at_work_unlinked = true;
	return true;
}

/*
 * A kernel that unlinks waits in a sleep that nothing interrupts: it is not to
 * wait until a simulated target has run its program.
 */
void transfers_look_up(void *client)
{
	struct client *c = client;
	struct usbip_request request;
	size_t at = 0, len;

	while (!c->gone && client_has_room(c) && client_receive(c))
		;
	while (!c->gone && (len = request_at(c, at, &request))) {
		if (request.command != USBIP_CMD_UNLINK) {
			at += len;
			continue;
		}
		answer_unlink(c, &request, unlink_early(c, &at, request.target));
		cut_input(c, at, len);
		client_output(c);
	}
}

void client_tick(struct client *c, uint64_t now_ns, uint64_t *next_ns)
{
	struct urb *urb;

	while ((urb = first_due(c)) && urb->due_ns <= now_ns) {
		answer_first(c, urb);
		try_all(c);
	}
	if (urb && urb->due_ns < *next_ns)
		*next_ns = urb->due_ns;
	if (client_wants_output(c))
		client_output(c);
}
