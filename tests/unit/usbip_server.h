/* SPDX-License-Identifier: MIT */
/*
 * A USB/IP server for tests: a thread that follows a script at the other end
 * of a socket pair. Layouts are written out from the protocol's document, not
 * taken from the client under test.
 */
#ifndef TESTS_USBIP_SERVER_H
#define TESTS_USBIP_SERVER_H

#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "usb/usbip.h"

/* After the house's headers: cmocka makes a macro of fail. */
#include <cmocka.h>

/* A genuine V2: 39 bytes of configuration, bulk OUT 02, bulk IN 81, SWO 83. */
static const uint8_t v2_config[39] = { 9,        2, 39, 0, 1, 1, 0, 0x80, 50, 9,  4, 0, 0, 3, 0xff, 0xff, 0xff, 0, 7, 5,
				       1 | 0x80, 2, 64, 0, 0, 7, 5, 2,    2,  64, 0, 0, 7, 5, 0x83, 2,    64,   0, 0 };
static const uint8_t v2_device[18] = { 18, 1, 0, 2, 0, 0, 0, 64, 0x83, 0x04, 0x48, 0x37, 0, 1, 1, 2, 3, 1 };
static const uint8_t v2_serial[26] = { 26, 3,    0x57, 0,    0xff, 0,    0x72, 0,    0x06, 0,    0x72, 0,    0x65,
				       0,  0x57, 0,    0x57, 0,    0x42, 0,    0x13, 0,    0x20, 0,    0x67, 0 };

struct server {
	int fd;
	pthread_t thread;
	void (*script)(struct server *s);
	const char *wrong; /* the first thing the client did that it should not */
};

/* One message of the client. */
struct seen {
	uint32_t command, seqnum, devid, direction, ep, flags, length;
	uint8_t setup[8];
	uint8_t data[8192];
};

static inline void complain(struct server *s, const char *what)
{
	if (!s->wrong)
		s->wrong = what;
}

static inline void demand(struct server *s, bool right, const char *what)
{
	if (!right)
		complain(s, what);
}

static inline bool take(struct server *s, uint8_t *buf, size_t len)
{
	for (size_t got = 0; got < len;) {
		const ssize_t n = recv(s->fd, buf + got, len - got, 0);

		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	return true;
}

static inline void give(struct server *s, const uint8_t *buf, size_t len)
{
	for (size_t at = 0; at < len;) {
		const ssize_t n = send(s->fd, buf + at, len - at, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		at += (size_t)n;
	}
}

static inline bool next_message(struct server *s, struct seen *m)
{
	uint8_t head[48];

	if (!take(s, head, sizeof(head)))
		return false;
	m->command = get_be32(head);
	m->seqnum = get_be32(head + 4);
	m->devid = get_be32(head + 8);
	m->direction = get_be32(head + 12);
	m->ep = get_be32(head + 16);
	m->flags = get_be32(head + 20);
	m->length = get_be32(head + 24);
	memcpy(m->setup, head + 40, 8);
	if (m->command != 1 || m->direction == 1)
		return true;
	if (m->length > sizeof(m->data)) {
		complain(s, "OUT longer than the test allows");
		return false;
	}
	return take(s, m->data, m->length);
}

/* RET_SUBMIT whose actual_length is what the script says, true or not. */
static inline void answer_claiming(struct server *s, uint32_t seqnum, int32_t status, uint32_t actual,
				   const uint8_t *data, size_t len)
{
	uint8_t head[48] = { 0 };

	put_be32(head, 3);
	put_be32(head + 4, seqnum);
	put_be32(head + 20, (uint32_t)status);
	put_be32(head + 24, actual);
	give(s, head, sizeof(head));
	if (len)
		give(s, data, len);
}

static inline void answer_in(struct server *s, const struct seen *m, const uint8_t *data, size_t len)
{
	answer_claiming(s, m->seqnum, 0, (uint32_t)len, data, len);
}

static inline void answer_out(struct server *s, const struct seen *m)
{
	answer_claiming(s, m->seqnum, 0, m->length, NULL, 0);
}

static inline void confirm_unlink(struct server *s, const struct seen *m, int32_t status)
{
	uint8_t head[48] = { 0 };

	put_be32(head, 4);
	put_be32(head + 4, m->seqnum);
	put_be32(head + 20, (uint32_t)status);
	give(s, head, sizeof(head));
}

/* An import reply of 8 + 312 bytes for 0483:3748 at "1-1", bus 1, device 2. */
static inline void put_import_reply(uint8_t reply[320])
{
	memset(reply, 0, 320);
	put_be16(reply, 0x0111);
	put_be16(reply + 2, 0x0003);
	memcpy(reply + 8, "/sys/devices/virtual/usb1/1-1", 29);
	memcpy(reply + 8 + 0x100, "1-1", 3);
	put_be32(reply + 8 + 0x120, 1);
	put_be32(reply + 8 + 0x124, 2);
	put_be32(reply + 8 + 0x128, 2);
	put_be16(reply + 8 + 0x12c, 0x0483);
	put_be16(reply + 8 + 0x12e, 0x3748);
}

static inline bool serve_import(struct server *s)
{
	static const uint8_t request[40] = { 0x01, 0x11, 0x80, 0x03, 0, 0, 0, 0, '1', '-', '1' };
	uint8_t got[40], reply[320];

	if (!take(s, got, sizeof(got)))
		return false;
	demand(s, !memcmp(got, request, sizeof(got)), "OP_REQ_IMPORT differs from the document");
	put_import_reply(reply);
	give(s, reply, sizeof(reply));
	return true;
}

/* One control request; the answer is cut to what was asked for. */
static inline void serve_control(struct server *s, const struct seen *m)
{
	const uint16_t value = get_le16(m->setup + 2);
	const uint8_t *data = NULL;
	size_t len = 0;

	if (m->setup[1] != 6) {
		answer_out(s, m);
		return;
	}
	switch (value >> 8) {
	case 1:
		data = v2_device;
		len = sizeof(v2_device);
		break;
	case 2:
		data = v2_config;
		len = sizeof(v2_config);
		break;
	case 3:
		demand(s, get_le16(m->setup + 4) == 0x0409 && (value & 0xff) == 3, "not the serial in English");
		data = v2_serial;
		len = sizeof(v2_serial);
		break;
	default:
		complain(s, "a descriptor nobody has");
		break;
	}
	demand(s, m->direction == 1 && m->flags == 0x200, "GET_DESCRIPTOR that is not IN");
	answer_in(s, m, data, min_size(len, m->length));
}

/* The import and all control requests up to the serial. The first must be SET_CONFIGURATION 1. */
static inline bool serve_enumeration(struct server *s)
{
	static const uint8_t set_configuration[8] = { 0x00, 0x09, 0x01, 0x00, 0, 0, 0, 0 };
	static struct seen m;

	if (!serve_import(s) || !next_message(s, &m))
		return false;
	demand(s, m.seqnum == 1 && m.devid == 0x10002 && m.ep == 0 && m.direction == 0, "the first URB");
	demand(s, !memcmp(m.setup, set_configuration, 8), "an endpoint used before SET_CONFIGURATION 1");
	for (;;) {
		serve_control(s, &m);
		if (m.setup[1] == 6 && m.setup[3] == 3)
			return true;
		if (!next_message(s, &m))
			return false;
	}
}

static inline void *run_script(void *arg)
{
	struct server *s = arg;

	s->script(s);
	return NULL;
}

/* Start the script; returns the client's end. */
static inline int start_server(struct server *s, void (*script)(struct server *s))
{
	int pair[2];

	memset(s, 0, sizeof(*s));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	s->fd = pair[1];
	s->script = script;
	assert_int_equal(pthread_create(&s->thread, NULL, run_script, s), 0);
	return pair[0];
}

/* A listening socket whose first client the script gets. */
static inline void *accept_and_run(void *arg)
{
	struct server *s = arg;
	const int listener = s->fd;

	s->fd = accept(listener, NULL, NULL);
	close(listener);
	if (s->fd >= 0)
		s->script(s);
	return NULL;
}

static inline void begin_accepting(struct server *s, void (*script)(struct server *s), int listener)
{
	memset(s, 0, sizeof(*s));
	s->script = script;
	s->fd = listener;
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, accept_and_run, s), 0);
}

static inline void listen_at(struct server *s, void (*script)(struct server *s), int family,
			     const struct sockaddr *addr, socklen_t len)
{
	const int listener = socket(family, SOCK_STREAM, 0);

	assert_true(listener >= 0);
	assert_int_equal(bind(listener, addr, len), 0);
	begin_accepting(s, script, listener);
}

/* At 127.0.0.1; returns the port, which the kernel chooses. */
static inline unsigned int listen_tcp(struct server *s, void (*script)(struct server *s))
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	const int listener = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(addr);

	assert_true(listener >= 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&addr, len), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&addr, &len), 0);
	begin_accepting(s, script, listener);
	return ntohs(addr.sin_port);
}

/* The script must have ended, and have had nothing to complain about. */
static inline void end_server(struct server *s)
{
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	close(s->fd);
	if (s->wrong)
		fail_msg("the server saw: %s", s->wrong);
}

static const uint16_t test_pids[] = { 0x3748, 0x374b };
static const struct usb_ids test_ids = { 0x0483, test_pids, 2 };

/* Import from a server that is there already. */
static inline int import_over(struct transport **t, struct ctx *ctx, int fd)
{
	const struct usbip_peer peer = { .fd = fd, .busid = "1-1", .path = "usbip://test/1-1" };

	memset(ctx, 0, sizeof(*ctx));
	assert_int_equal(stream_adopt(ctx, fd), 0);
	return usbip_import(t, ctx, &peer, &test_ids);
}

/* What is to succeed, or to fail at once, gets as long as nobody would call a hang, however busy the machine is. */
#define PATIENCE_MS 60000u

/* The command's OUT and the reply's IN of the tests, with a canary behind the buffer. */
#define REPLY_LEN 6u
#define CANARY    0xa5

struct exchange {
	uint8_t command[16];
	uint8_t reply[REPLY_LEN + 16];
	struct usb_xfer x[2];
};

static inline int run_exchange(struct exchange *e, struct transport *t, unsigned int timeout_ms)
{
	memset(e, 0, sizeof(*e));
	e->command[0] = 0xf1;
	e->command[1] = 0x80;
	memset(e->reply, CANARY, sizeof(e->reply));
	e->x[0] = (struct usb_xfer){ .ep = 0x02, .buf = e->command, .len = 16 };
	e->x[1] = (struct usb_xfer){ .ep = 0x81, .buf = e->reply, .len = REPLY_LEN };
	return transport_transfer(t, e->x, 2, timeout_ms);
}

static inline void check_canary(const struct exchange *e)
{
	for (size_t i = REPLY_LEN; i < sizeof(e->reply); i++)
		assert_int_equal(e->reply[i], CANARY);
}

/* A server that behaves: both URBs of a command must be there before either is answered. */
static const uint8_t version_reply[REPLY_LEN] = { 0x29, 0x47, 0x83, 0x04, 0x48, 0x37 };

static inline bool take_exchange(struct server *s, struct seen *out, struct seen *in)
{
	if (!next_message(s, out) || !next_message(s, in))
		return false;
	demand(s, out->command == 1 && out->direction == 0 && out->ep == 2 && out->length == 16 && out->flags == 0,
	       "the OUT of a command");
	demand(s, out->data[0] == 0xf1 && out->data[1] == 0x80, "the bytes of a command");
	demand(s,
	       in->command == 1 && in->direction == 1 && in->ep == 1 && in->length == REPLY_LEN && in->flags == 0x200,
	       "the IN of a reply");
	demand(s, in->seqnum == out->seqnum + 1, "sequence numbers that do not follow");
	return true;
}

static inline void serve_exchange(struct server *s)
{
	static struct seen out, in;

	if (!take_exchange(s, &out, &in)) {
		complain(s, "no command came");
		return;
	}
	answer_out(s, &out);
	answer_in(s, &in, version_reply, sizeof(version_reply));
}

#endif
