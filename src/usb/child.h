/* SPDX-License-Identifier: MIT */
/* A helper program at the other end of a socket pair. POSIX only. Private to this layer. */
#ifndef USB_CHILD_H
#define USB_CHILD_H

#include <stdint.h>
#include <sys/types.h>

#include "base/ctx.h"

struct child {
	struct ctx *ctx;
	const char *name; /* for the log; static */
	pid_t pid;
	int words;       /* reads what it writes to stdout and stderr */
	uint64_t worked; /* processor time when child_is_at_work() last looked, as process_look() counts it */
};

/* How a child ended. */
struct child_end {
	bool killed; /* it hung */
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

/* It runs, waits for a processor or for a disk, or has used processor time since the last look. */
bool child_is_at_work(struct child *c);

/* A child that is not seen at work for this long has hung; the warning comes first. */
#define CHILD_IDLE_WARN_MS 10000u
#define CHILD_IDLE_MAX_MS  60000u

/*
 * The socket is closed: wait until the child has ended, logging what it says,
 * and reap it. However long it is at work, it is waited for; one that has hung
 * is killed.
 */
void child_wait(struct child *c, struct child_end *end);

#endif
