/* SPDX-License-Identifier: MIT */
/* One connection: first it asks for a device, then it carries the device's transfers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "server/server.h"

#define INPUT_CHUNK  65536u
#define INPUT_MAX    (USBIP_URB_HEADER_LEN + TRANSFER_MAX + INPUT_CHUNK)
#define OUTPUT_PAUSE (2u * TRANSFER_MAX) /* a client that does not read is not read either */

struct bytes {
	uint8_t *data;
	size_t len;
	size_t used; /* from the front */
	size_t room;
};

struct client {
	struct server *server;
	int fd;
	struct slot *slot; /* imported */
	unsigned int port;
	struct bytes in;
	struct bytes out;
	unsigned int unsent_counted; /* transfers that have ended, but the host cannot know it yet */
	struct urb_queue queue;
	bool closing; /* when the output has gone */
	bool gone;
};

uint64_t server_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool make_room(struct bytes *b, size_t more)
{
	const size_t want = b->len + more;
	uint8_t *data;

	if (b->used) {
		memmove(b->data, b->data + b->used, b->len - b->used);
		b->len -= b->used;
		b->used = 0;
	}
	if (b->len + more <= b->room)
		return true;
	data = realloc(b->data, want);
	if (!data)
		return false;
	b->data = data;
	b->room = want;
	return true;
}

struct client *client_new(struct server *s, int fd)
{
	struct client *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->server = s;
	c->fd = fd;
	return c;
}

static void release_probe(struct client *c)
{
	if (!c->slot)
		return;
	c->slot->importer = NULL;
	probe_unplug(c->slot->probe);
	c->slot = NULL;
}

void client_free(struct client *c)
{
	if (!c)
		return;
	/* What is to be kept is written before the peer can see the end of the connection. */
	release_probe(c);
	close(c->fd);
	queue_clear(&c->queue);
	free(c->in.data);
	free(c->out.data);
	free(c);
}

int client_fd(const struct client *c)
{
	return c->fd;
}

bool client_imported(const struct client *c)
{
	return c->slot;
}

bool client_wants_output(const struct client *c)
{
	return c->out.len > c->out.used;
}

bool client_done(const struct client *c)
{
	return c->gone || (c->closing && !client_wants_output(c));
}

bool client_wants_input(const struct client *c)
{
	return !c->closing && c->out.len - c->out.used < OUTPUT_PAUSE;
}

static void send_bytes(struct client *c, const void *data, size_t len)
{
	if (c->gone || !len)
		return;
	if (!make_room(&c->out, len)) {
		c->gone = true;
		return;
	}
	memcpy(c->out.data + c->out.len, data, len);
	c->out.len += len;
}

/* The end of a connection that does not follow the protocol. */
static void refuse(struct client *c, const char *why)
{
	if (!c->server->quiet)
		fprintf(stderr, "stflash-vprobe: connection ended: %s\n", why);
	c->gone = true;
}

/* Management phase */

static void send_device_list(struct client *c)
{
	const struct server *s = c->server;
	uint8_t header[USBIP_OP_HEADER_LEN + 4];
	uint32_t n = 0;

	for (unsigned int i = 0; i < s->n_slots; i++)
		n += !s->slots[i].importer;
	usbip_op_header(header, USBIP_OP_REP_DEVLIST, USBIP_ST_OK);
	put_be32(header + USBIP_OP_HEADER_LEN, n);
	send_bytes(c, header, sizeof(header));

	for (unsigned int i = 0; i < s->n_slots; i++) {
		uint8_t record[USBIP_DEV_LEN];
		struct usb_identity id;

		if (s->slots[i].importer) /* as usbipd does: a busy device is not on the list */
			continue;
		device_identify(s->slots[i].probe, &id);
		usbip_device_record(record, &id, i + 1);
		send_bytes(c, record, sizeof(record));
		for (unsigned int k = 0; k < id.n_interfaces; k++) {
			uint8_t interface[USBIP_INTERFACE_LEN] = { 0 };

			memcpy(interface, id.interface_class[k], 3);
			send_bytes(c, interface, sizeof(interface));
		}
	}
	c->closing = true;
}

static struct slot *find_slot(struct server *s, const uint8_t *busid, unsigned int *port)
{
	for (unsigned int i = 0; i < s->n_slots; i++) {
		char name[USBIP_BUSID_LEN];

		usbip_busid(name, i + 1);
		if (memcmp(name, busid, strlen(name) + 1))
			continue;
		*port = i + 1;
		return &s->slots[i];
	}
	return NULL;
}

static void import(struct client *c, const uint8_t *busid)
{
	struct slot *slot = find_slot(c->server, busid, &c->port);
	uint8_t header[USBIP_OP_HEADER_LEN];
	uint8_t record[USBIP_DEV_LEN];
	struct usb_identity id;

	if (!slot || slot->importer) {
		usbip_op_header(header, USBIP_OP_REP_IMPORT, slot ? USBIP_ST_BUSY : USBIP_ST_NODEV);
		send_bytes(c, header, sizeof(header));
		c->closing = true;
		return;
	}

	slot->importer = c;
	c->slot = slot;
	device_identify(slot->probe, &id);
	usbip_op_header(header, USBIP_OP_REP_IMPORT, USBIP_ST_OK);
	usbip_device_record(record, &id, c->port);
	send_bytes(c, header, sizeof(header));
	send_bytes(c, record, sizeof(record));
	probe_plug(slot->probe);
}

/* True when a whole request was there. */
static bool take_operation(struct client *c)
{
	const uint8_t *raw = c->in.data + c->in.used;
	const size_t len = c->in.len - c->in.used;

	if (len < USBIP_OP_HEADER_LEN)
		return false;
	if (get_be16(raw) != USBIP_VERSION) {
		refuse(c, "it does not speak USB/IP 1.1.1");
		return false;
	}

	switch (get_be16(raw + 2)) {
	case USBIP_OP_REQ_DEVLIST:
		c->in.used += USBIP_OP_HEADER_LEN;
		send_device_list(c);
		return true;
	case USBIP_OP_REQ_IMPORT:
		if (len < USBIP_OP_HEADER_LEN + USBIP_BUSID_LEN)
			return false;
		c->in.used += USBIP_OP_HEADER_LEN + USBIP_BUSID_LEN;
		import(c, raw + USBIP_OP_HEADER_LEN);
		return true;
	default:
		refuse(c, "it asks for something that USB/IP has not");
		return false;
	}
}

/* Transfers */

static void answer(struct client *c, const struct usbip_request *request, int status, const uint8_t *data,
		   size_t actual)
{
	uint8_t header[USBIP_URB_HEADER_LEN];

	usbip_ret_submit(header, request, status, (uint32_t)actual);
	send_bytes(c, header, sizeof(header));
	if (request->in)
		send_bytes(c, data, actual);
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

/* Carry out the oldest transfer of an endpoint. True when it was answered and the next one may be tried. */
static bool try_first(struct client *c, unsigned int in, unsigned int ep)
{
	struct probe *p = c->slot->probe;
	struct urb *urb = c->queue.first[in][ep];
	uint64_t hold_ns;
	int status;

	if (!urb || urb->ended || c->gone)
		return false;
	status = device_bulk(p, &urb->bulk);
	if (status == DEVICE_PENDING)
		return false;
	if (status == DEVICE_UNPLUGGED) {
		c->gone = true;
		return false;
	}

	urb->status = status;
	hold_ns = device_hold(p);
	if (hold_ns) {
		urb->ended = true;
		urb->due_ns = server_now_ns() + hold_ns;
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
		refuse(c, "more transfers in flight than a driver has");
		return;
	}
	urb->counts = device_counts(p, &urb->bulk);
	device_submit(p, &urb->bulk, c->queue.n_counted || c->unsent_counted);
	c->queue.n_counted += urb->counts;
	try_all(c);
}

static void unlink_transfer(struct client *c, const struct usbip_request *request)
{
	uint8_t header[USBIP_URB_HEADER_LEN];
	const bool pending = queue_unlink(&c->queue, request->target);

	usbip_ret_unlink(header, request->seqnum, pending ? USBIP_ECONNRESET : USBIP_OK);
	send_bytes(c, header, sizeof(header));
	try_all(c);
}

/* True when a whole request was there. */
static bool take_request(struct client *c)
{
	const uint8_t *raw = c->in.data + c->in.used;
	const size_t len = c->in.len - c->in.used;
	struct usbip_request request;
	size_t payload = 0;

	if (len < USBIP_URB_HEADER_LEN)
		return false;
	if (!usbip_parse_request(raw, &request)) {
		refuse(c, "a request that no USB driver makes");
		return false;
	}
	if (request.command == USBIP_CMD_SUBMIT && !request.in)
		payload = request.length;
	if (len < USBIP_URB_HEADER_LEN + payload)
		return false;

	c->in.used += USBIP_URB_HEADER_LEN + payload;
	if (request.command == USBIP_CMD_UNLINK)
		unlink_transfer(c, &request);
	else
		submit(c, &request, raw + USBIP_URB_HEADER_LEN);
	return true;
}

static void take_all(struct client *c)
{
	while (!c->gone && !c->closing && (c->slot ? take_request(c) : take_operation(c)))
		;
}

/* A piece of what has come in. False when there is no more now. */
static bool receive(struct client *c)
{
	ssize_t got;

	if (c->in.len - c->in.used + INPUT_CHUNK > INPUT_MAX || !make_room(&c->in, INPUT_CHUNK)) {
		refuse(c, "a request without end");
		return false;
	}
	got = recv(c->fd, c->in.data + c->in.len, INPUT_CHUNK, MSG_DONTWAIT);
	if (got > 0) {
		c->in.len += (size_t)got;
		return true;
	}
	if (!got || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
		c->gone = true;
	return false;
}

void client_output(struct client *c)
{
	while (client_wants_output(c) && !c->gone) {
		const ssize_t put =
			send(c->fd, c->out.data + c->out.used, c->out.len - c->out.used, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (put < 0) {
			c->gone = true;
			return;
		}
		c->out.used += (size_t)put;
	}
	c->out.len = 0;
	c->out.used = 0;
	c->unsent_counted = 0;
	if (c->slot)
		device_answered(c->slot->probe);
}

/*
 * All that is there is taken before the first answer goes out: what the host
 * sent before it could know an answer was in flight together.
 */
void client_input(struct client *c)
{
	while (client_wants_input(c) && !c->gone && receive(c))
		take_all(c);
	if (client_wants_output(c))
		client_output(c);
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
