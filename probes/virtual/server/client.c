/* SPDX-License-Identifier: MIT */
/* One connection: first it asks for a device, then it carries the device's transfers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "server/client.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS has none: main() ignores SIGPIPE */
#endif

#define INPUT_CHUNK  65536u
#define INPUT_MAX    (2u * (USBIP_URB_HEADER_LEN + TRANSFER_MAX) + INPUT_CHUNK)
#define OUTPUT_PAUSE (2u * TRANSFER_MAX) /* a client that does not read is not read either */

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

struct client *client_new(struct server *s, int fd, bool bench)
{
	struct client *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->server = s;
	c->fd = fd;
	c->bench = bench;
	return c;
}

static void release_probe(struct client *c)
{
	if (!c->slot)
		return;
	c->slot->importer = NULL;
	device_look_up(c->slot->probe, NULL, NULL);
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

void client_send(struct client *c, const void *data, size_t len)
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
void client_refuse(struct client *c, const char *why)
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
	client_send(c, header, sizeof(header));

	for (unsigned int i = 0; i < s->n_slots; i++) {
		uint8_t record[USBIP_DEV_LEN];
		struct usb_identity id;

		if (s->slots[i].importer) /* as usbipd does: a busy device is not on the list */
			continue;
		device_identify(s->slots[i].probe, &id);
		usbip_device_record(record, &id, i + 1);
		client_send(c, record, sizeof(record));
		for (unsigned int k = 0; k < id.n_interfaces; k++) {
			uint8_t interface[USBIP_INTERFACE_LEN] = { 0 };

			memcpy(interface, id.interface_class[k], 3);
			client_send(c, interface, sizeof(interface));
		}
	}
	c->closing = true;
}

static void import(struct client *c, const uint8_t *busid)
{
	const bool is_text = memchr(busid, 0, USBIP_BUSID_LEN);
	struct slot *slot = is_text ? server_slot(c->server, (const char *)busid, &c->port) : NULL;
	uint8_t header[USBIP_OP_HEADER_LEN];
	uint8_t record[USBIP_DEV_LEN];
	struct usb_identity id;

	if (!slot || slot->importer) {
		usbip_op_header(header, USBIP_OP_REP_IMPORT, slot ? USBIP_ST_BUSY : USBIP_ST_NODEV);
		client_send(c, header, sizeof(header));
		c->closing = true;
		return;
	}

	slot->importer = c;
	c->slot = slot;
	device_identify(slot->probe, &id);
	usbip_op_header(header, USBIP_OP_REP_IMPORT, USBIP_ST_OK);
	usbip_device_record(record, &id, c->port);
	client_send(c, header, sizeof(header));
	client_send(c, record, sizeof(record));
	probe_plug(slot->probe);
	device_look_up(slot->probe, transfers_look_up, c);
}

static bool take_operation(struct client *c)
{
	const uint8_t *raw = c->in.data + c->in.used;
	const size_t len = c->in.len - c->in.used;

	if (len < USBIP_OP_HEADER_LEN)
		return false;
	if (get_be16(raw) != USBIP_VERSION) {
		client_refuse(c, "it does not speak USB/IP 1.1.1");
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
		client_refuse(c, "it asks for something that USB/IP has not");
		return false;
	}
}

/* True when a whole request was there. */
static bool take(struct client *c)
{
	if (c->bench)
		return bench_take(c);
	return c->slot ? transfers_take(c) : take_operation(c);
}

static void take_all(struct client *c)
{
	while (!c->gone && !c->closing && take(c))
		;
}

bool client_has_room(const struct client *c)
{
	return c->in.len - c->in.used + INPUT_CHUNK <= INPUT_MAX;
}

bool client_receive(struct client *c)
{
	ssize_t got;

	if (!client_has_room(c) || !make_room(&c->in, INPUT_CHUNK)) {
		client_refuse(c, "a request without end");
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
	while (client_wants_input(c) && !c->gone && client_receive(c))
		take_all(c);
	if (client_wants_output(c))
		client_output(c);
}
