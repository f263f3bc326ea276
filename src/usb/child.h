/* SPDX-License-Identifier: MIT */
/* A helper program at the other end of a socket pair. POSIX only. Private to this room. */
#ifndef USB_CHILD_H
#define USB_CHILD_H

#include <sys/types.h>

#include "base/ctx.h"

struct child {
	struct ctx *ctx;
	const char *name; /* for the log; static */
	pid_t pid;
	int words; /* reads what it writes to stdout and stderr */
};

/* How a child ended. */
struct child_end {
	bool killed; /* it did not end by itself in time */
	int status;  /* of exit(), -1 when it died of a signal or nobody knows */
	char first_line[256];
};

/*
 * Start argv[0] (searched in PATH when it has no slash) with one end of a
 * socket pair as its descriptor CHILD_SOCKET; the other end is *fd. It gets a
 * process group of its own, so that a Ctrl-C at the terminal does not reach
 * it before we are done with it, and no stdin. Returns 0 or an errno.
 */
#define CHILD_SOCKET 3
int child_start(struct child *c, int *fd, char *const argv[]) MUST_CHECK;

/*
 * The socket is closed: wait until the child has ended, logging what it says,
 * and reap it. One that takes longer than timeout_ms is killed.
 */
void child_wait(struct child *c, unsigned int timeout_ms, struct child_end *end);

#endif
