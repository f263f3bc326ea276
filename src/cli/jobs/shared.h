/* SPDX-License-Identifier: MIT */
/*
 * What the jobs of one run have in common. A job is a command on one probe, in a struct cli and a thread of its own;
 * there is one job unless several probes are named. All of this belongs to whoever has entered the monitor.
 */
#ifndef CLI_JOBS_SHARED_H
#define CLI_JOBS_SHARED_H

#include "cli/cli.h"
#include "cli/system/system.h"

struct input;
struct claim;
struct seen;

struct shared {
	struct system_monitor *monitor;
	uint64_t started_ms;
	FILE *log;                   /* of --log; NULL: none */
	struct progress *bars;       /* of all jobs, in their order */
	unsigned int bars_shown;     /* that are on the screen */
	struct input *inputs;        /* owned: files that were read */
	struct claim *claims;        /* owned: files that are to be made */
	unsigned int n_jobs;         /* that may claim a file before any of them works; 0: who comes is served */
	unsigned int n_settled;      /* of them: have claimed theirs, or ended */
	struct seen *seen;           /* owned: boards of a loop */
	unsigned int boards, failed; /* of a loop, up to now */
	int status;                  /* of the exit, as far as they decide */
};

int shared_open(struct cli *cli, struct shared *shared) MUST_CHECK;
void shared_close(struct shared *shared);

static inline void shared_enter(const struct cli *cli)
{
	system_monitor_enter(cli->shared->monitor);
}

static inline void shared_leave(const struct cli *cli)
{
	system_monitor_leave(cli->shared->monitor);
}

/*
 * All of a file, or of standard input for -, as the first job of the run that asked got it: every board gets the same,
 * whatever happens to the file meanwhile. *data is the caller's to free.
 */
int shared_read_file(struct cli *cli, const char *name, uint8_t **data, size_t *len) MUST_CHECK;

#endif
