/* SPDX-License-Identifier: MIT */
/* The place of one probe among several: a job, what it puts out, and the thread that does it. */
#ifndef CLI_JOBS_STATION_H
#define CLI_JOBS_STATION_H

#include "cli/jobs/which.h"
#include "cli/system/system.h"

struct station {
	struct station *next;
	struct cli cli;
	char *selector; /* owned */
	char label[LABEL_MAX];
	struct system_text results;   /* of the job that runs */
	struct system_thread *thread; /* NULL: none was started */
	int err;
	int status; /* of the exit */
	bool ended; /* the thread is about to. For who has entered the monitor */
};

/* With what run says, for the probe that was chosen. NULL: out of memory. */
struct station *station_open(const struct cli *run, const struct chosen *chosen);
/* Behind signals_end() and station_join(). */
void station_close(struct station *s);

/* Do work(s) in a thread. False when there can be none. */
bool station_start(struct station *s, void (*work)(void *station));
void station_join(struct station *s);
/* Start the first of several: false when the words of the command make no sense, which is the same for all. */
bool station_start_first(struct station *s, void (*work)(void *station));

/* The job, with a place for its results; and everything that is to be said of it. */
void station_do(struct station *s);
void station_report(struct station *s);
/* Without a word: so that a job can be done again, or the next. */
void station_forget(struct station *s);

/* What is to be said of a job that came to its probe: PASS or FAIL. */
void station_say_verdict(struct station *s);

/* The exit status of all up to now, with that of one job more. */
int status_with(int status, int more);

#endif
