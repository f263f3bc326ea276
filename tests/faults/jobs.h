/* SPDX-License-Identifier: MIT */
/* The commands that are swept: what they start from, and what they must have done. */
#ifndef TESTS_FAULTS_JOBS_H
#define TESTS_FAULTS_JOBS_H

#include "trial.h"

#define JOB_WORDS 8

struct job {
	const char *name;
	const char *target; /* CHIP and the kind of probe */
	uint32_t kib;
	uint32_t image_len; /* of image.bin; of the range to be read or erased */
	int status;         /* exit status of a run without a fault */
	bool looks;         /* changes nothing on the chip */
	bool programs;      /* an image */
	const char *argv[JOB_WORDS];
	void (*prepare)(const struct job *job, struct bench *b); /* beyond flash and image.bin; may be NULL */
	bool (*truth)(const struct bench *b); /* the golden state, judged without stflash; may be NULL */
	unsigned int turn; /* 1 to JOB_TURNS: in the daily sample on every so many-th day; 0: on each */
};

#define JOB_TURNS 6u

extern const struct job jobs[];
extern const size_t n_jobs;

#endif
