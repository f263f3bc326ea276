/* SPDX-License-Identifier: MIT */
/* A server of virtual probes in a process of its own, and a USB/IP client written byte by byte. */
#ifndef TESTS_SERVER_RIG_H
#define TESTS_SERVER_RIG_H

#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "server/server.h"
#include "stlink/stlink_proto.h"

#define REPLY_WITHIN_S 20 /* a machine may be busy; a server that does not answer is still found out */
#define QUIET_MS       100

struct server_rig {
	char folder[32];
	char path[64];
	unsigned int port; /* TCP, when asked for */
	unsigned int bench_port;
	pid_t pid;
};

static volatile sig_atomic_t rig_stop;

static inline void rig_on_signal(int number)
{
	(void)number;
	rig_stop = 1;
}

static inline void rig_serve(struct server *s)
{
	struct sigaction action = { .sa_handler = rig_on_signal };
	sigset_t blocked, while_waiting;
	bool kept;

	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that failed cannot end its server */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, &while_waiting);
	sigdelset(&while_waiting, SIGTERM);
	sigaction(SIGTERM, &action, NULL);
	kept = server_run(s, &rig_stop, &while_waiting);
	server_close(s);
	_exit(kept ? 0 : 1);
}

static inline void rig_add_probe(struct server *s, const char *text)
{
	struct probe_spec spec;
	char why[256];

	if (spec_parse(&spec, text, why, sizeof(why)))
		fail_msg("%s", why);
	s->slots[s->n_slots].probe = probe_new(&spec, why, sizeof(why));
	if (!s->slots[s->n_slots++].probe)
		fail_msg("%s", why);
}

static inline unsigned int rig_port(const struct server *s, unsigned int listener)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	assert_int_equal(getsockname(s->listeners[listener].fd, (struct sockaddr *)&addr, &len), 0);
	return ntohs(addr.sin_port);
}

/* One or two probes on a UNIX socket, and on a TCP port, and another one for the bench, when tcp is set. */
static inline struct server_rig server_rig_new(const char *first, const char *second, bool tcp)
{
	struct server_rig r = { .folder = "/tmp/vprobe-XXXXXX" };
	struct server s = { .quiet = true };

	assert_non_null(mkdtemp(r.folder));
	snprintf(r.path, sizeof(r.path), "%s/socket", r.folder);
	rig_add_probe(&s, first);
	if (second)
		rig_add_probe(&s, second);
	assert_int_equal(server_listen_unix(&s, r.path), 0);
	if (tcp) {
		assert_int_equal(server_listen_tcp(&s, "127.0.0.1", 0, false), 0);
		assert_int_equal(server_listen_tcp(&s, "127.0.0.1", 0, true), 0);
		r.port = rig_port(&s, 1);
		r.bench_port = rig_port(&s, 2);
	}
	r.pid = fork();
	assert_true(r.pid >= 0);
	if (!r.pid)
		rig_serve(&s);
	s.unix_path = NULL; /* the child's to remove */
	server_close(&s);
	return r;
}

/* SIGTERM: it ends by itself, with status 0, and leaves no socket behind. */
static inline void server_rig_free(struct server_rig *r)
{
	int status;

	kill(r->pid, SIGTERM);
	assert_int_equal(waitpid(r->pid, &status, 0), r->pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(access(r->path, F_OK), -1);
	rmdir(r->folder);
}

static inline void limit_waiting(int fd)
{
	const struct timeval limit = { .tv_sec = REPLY_WITHIN_S };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

static inline int dial(const struct server_rig *r)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	memcpy(addr.sun_path, r->path, strlen(r->path) + 1);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	limit_waiting(fd);
	return fd;
}

/* The server may have closed already: then this is its right. */
static inline void say(int fd, const void *data, size_t len)
{
	const uint8_t *bytes = data;

	while (len) {
		const ssize_t put = send(fd, bytes, len, MSG_NOSIGNAL);

		if (put < 0)
			return;
		bytes += put;
		len -= (size_t)put;
	}
}

static inline void hear(int fd, void *data, size_t len)
{
	uint8_t *bytes = data;

	while (len) {
		const ssize_t got = recv(fd, bytes, len, 0);

		if (got <= 0)
			fail_msg("%zu bytes are missing: %s", len, got ? strerror(errno) : "the server has closed");
		bytes += got;
		len -= (size_t)got;
	}
}

static inline void hear_the_end(int fd)
{
	uint8_t byte;
	ssize_t got;

	do
		got = recv(fd, &byte, 1, 0);
	while (got > 0);
	if (got < 0 && errno != ECONNRESET)
		fail_msg("the connection is still open: %s", strerror(errno));
	close(fd);
}

static inline void hear_nothing(int fd)
{
	const struct timespec quiet = { .tv_nsec = QUIET_MS * 1000000L };
	uint8_t byte;

	nanosleep(&quiet, NULL);
	assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), -1);
	assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
}

/* The status of OP_REP_IMPORT; the record when it is 0. */
static inline uint32_t import_device(int fd, const char *busid, uint8_t record[USBIP_DEV_LEN])
{
	uint8_t request[USBIP_OP_HEADER_LEN + USBIP_BUSID_LEN] = { 0x01, 0x11, 0x80, 0x03 };
	uint8_t reply[USBIP_OP_HEADER_LEN];

	memcpy(request + USBIP_OP_HEADER_LEN, busid, strlen(busid));
	say(fd, request, sizeof(request));
	hear(fd, reply, sizeof(reply));
	assert_int_equal(get_be16(reply), USBIP_VERSION);
	assert_int_equal(get_be16(reply + 2), USBIP_OP_REP_IMPORT);
	if (!get_be32(reply + 4))
		hear(fd, record, USBIP_DEV_LEN);
	return get_be32(reply + 4);
}

static inline void put_submit(uint8_t raw[USBIP_URB_HEADER_LEN], uint32_t seqnum, bool in, uint32_t ep, uint32_t len)
{
	memset(raw, 0, USBIP_URB_HEADER_LEN);
	put_be32(raw, USBIP_CMD_SUBMIT);
	put_be32(raw + USBIP_URB_SEQNUM, seqnum);
	put_be32(raw + USBIP_URB_DEVID, 1u << 16 | 1u);
	put_be32(raw + USBIP_URB_DIRECTION, in);
	put_be32(raw + USBIP_URB_EP, ep);
	put_be32(raw + USBIP_URB_LENGTH, len);
}

static inline void submit_out(int fd, uint32_t seqnum, uint32_t ep, const void *data, uint32_t len)
{
	uint8_t raw[USBIP_URB_HEADER_LEN];

	put_submit(raw, seqnum, false, ep, len);
	say(fd, raw, sizeof(raw));
	say(fd, data, len);
}

static inline void submit_in(int fd, uint32_t seqnum, uint32_t ep, uint32_t len)
{
	uint8_t raw[USBIP_URB_HEADER_LEN];

	put_submit(raw, seqnum, true, ep, len);
	say(fd, raw, sizeof(raw));
}

static inline void submit_control(int fd, uint32_t seqnum, const uint8_t setup[SETUP_LEN])
{
	uint8_t raw[USBIP_URB_HEADER_LEN];

	put_submit(raw, seqnum, setup[0] & 0x80, 0, get_le16(setup + 6));
	memcpy(raw + USBIP_URB_SETUP, setup, SETUP_LEN);
	say(fd, raw, sizeof(raw));
}

static inline void submit_unlink(int fd, uint32_t seqnum, uint32_t target)
{
	uint8_t raw[USBIP_URB_HEADER_LEN];

	put_submit(raw, seqnum, false, 0, 0);
	put_be32(raw, USBIP_CMD_UNLINK);
	put_be32(raw + USBIP_URB_TARGET, target);
	say(fd, raw, sizeof(raw));
}

/* A reply of this kind to this request; returns its status. *actual counts what was read into data (input only). */
static inline int hear_ret(int fd, uint32_t command, uint32_t seqnum, uint8_t *data, uint32_t *actual)
{
	uint8_t raw[USBIP_URB_HEADER_LEN];

	hear(fd, raw, sizeof(raw));
	assert_int_equal(get_be32(raw), command);
	assert_int_equal(get_be32(raw + USBIP_URB_SEQNUM), seqnum);
	assert_int_equal(get_be32(raw + USBIP_URB_DEVID), 0);
	assert_int_equal(get_be32(raw + USBIP_URB_DIRECTION), 0);
	assert_int_equal(get_be32(raw + USBIP_URB_EP), 0);
	*actual = get_be32(raw + USBIP_URB_LENGTH);
	if (data)
		hear(fd, data, *actual);
	return (int)get_be32(raw + USBIP_URB_STATUS);
}

/* A connection with device 1-1 of its own, configured. Numbers up to 99 are used. */
static inline int plug_in(const struct server_rig *r)
{
	static const uint8_t set_configuration[SETUP_LEN] = { 0, 9, 1 };
	uint8_t record[USBIP_DEV_LEN];
	uint32_t actual;
	const int fd = dial(r);

	assert_int_equal(import_device(fd, "1-1", record), USBIP_ST_OK);
	submit_control(fd, 99, set_configuration);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 99, NULL, &actual), USBIP_OK);
	return fd;
}

/* A command and its reply, on a V2. */
static inline void ask(int fd, uint32_t seqnum, const uint8_t cmd[STLINK_CMD_LEN], uint8_t *reply, uint32_t len)
{
	uint32_t actual;

	submit_out(fd, seqnum, 2, cmd, STLINK_CMD_LEN);
	submit_in(fd, seqnum + 1, 1, len);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, seqnum, NULL, &actual), USBIP_OK);
	assert_int_equal(actual, STLINK_CMD_LEN);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, seqnum + 1, reply, &actual), USBIP_OK);
	assert_int_equal(actual, len);
}

static inline uint64_t milliseconds(void)
{
	return server_now_ns() / 1000000u;
}

#endif
