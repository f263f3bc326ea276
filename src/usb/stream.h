/* SPDX-License-Identifier: MIT */
/*
 * A connected stream socket on which nothing waits past its deadline, a
 * moment of now_ms(), and nothing raises SIGPIPE.
 */
#ifndef USB_STREAM_H
#define USB_STREAM_H

#include "base/ctx.h"

/* Most pieces that go out together: two messages, each with a header and data. */
#define STREAM_PARTS_MAX 4u

struct stream_part {
	const uint8_t *data;
	size_t len;
};

/*
 * Connect to a host, trying each of its addresses, or to a UNIX socket. Only
 * the resolver of names has a deadline of its own. STFLASH_E_NO_PROBE with
 * what to check.
 */
int stream_connect_tcp(int *fd, struct ctx *ctx, const char *host, const char *port, uint64_t deadline) MUST_CHECK;
int stream_connect_unix(int *fd, struct ctx *ctx, const char *path, uint64_t deadline) MUST_CHECK;

/* Make a socket that came from elsewhere fit for this: not blocking, not inherited, silent. */
int stream_adopt(struct ctx *ctx, int fd) MUST_CHECK;

/*
 * Send all parts, in as few packets as they fit; receive what is missing to
 * len bytes, *got counting them, so that a receive that timed out can be
 * continued. STFLASH_E_TIMEOUT or STFLASH_E_UNPLUGGED, both without a text:
 * the caller knows what it was doing.
 */
int stream_send(int fd, const struct stream_part *parts, size_t n, uint64_t deadline) MUST_CHECK;
int stream_recv(int fd, uint8_t *buf, size_t len, size_t *got, uint64_t deadline) MUST_CHECK;

/* Tell the other side that this was all, and close. */
void stream_close(int fd);

#endif
