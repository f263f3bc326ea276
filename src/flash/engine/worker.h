/* SPDX-License-Identifier: MIT */
/*
 * Who does the work on the flash: the agent in target RAM, or, where that
 * cannot run, the host through the debug port, slower and just as right. The
 * engine sees no difference; the tests compare the two.
 *
 * erase and program may be queued: what went wrong may be told by a later
 * call, finish at the latest.
 */
#ifndef FLASH_WORKER_H
#define FLASH_WORKER_H

#include "flash/agent/agent.h"
#include "flash/engine/plan.h"

struct worker;

struct worker_ops {
	/* Fill in now of n spans that follow each other in the array (not necessarily in flash). */
	int (*hash)(struct worker *w, struct span *span, size_t n);
	/* Erase a unit, or everything when unit is NULL. */
	int (*erase)(struct worker *w, const struct sector *unit);
	/* Program erased flash; addr and len are multiples of 4. */
	int (*program)(struct worker *w, uint32_t addr, const uint8_t *data, size_t len);
	/* Wait until all that was queued is done. */
	int (*finish)(struct worker *w);
	/* Stop working, whatever state it is in; the core is halted afterwards. Best effort. */
	int (*stop)(struct worker *w);
};

/* What is to be known of a job while it runs. */
struct job_note {
	uint32_t bytes;    /* to be programmed */
	uint32_t erase_us; /* what its erase takes by the datasheet; 0: it has none */
	uint64_t weight;   /* of that erase */
};

struct worker {
	const struct worker_ops *ops;
	struct flash *flash;
	/* Progress of erasing and programming: bytes, and for an erase as many as could be programmed in its time */
	uint64_t done, total;
	struct job_note now; /* the job that runs, since began_ms */
	uint64_t began_ms;
	bool begun;                       /* to erase or program: flash is not surely as it was */
	bool announced;                   /* that a cancelled session waits for the erase */
	uint32_t ring_bytes;              /* what can be queued; 0 by the host */
	bool writer;                      /* more than hash is wanted */
	bool twice;                       /* the host reads until two readings agree */
	struct agent agent;               /* of the worker with the agent */
	size_t piece;                     /* bytes of the next job to program, while the ring fills */
	const struct sector *erase_first; /* an erase that waits to go along with the next job */
	struct job_note *jobs;            /* by frame: the job in it; owned */
	uint32_t counted;                 /* jobs whose bytes are in done */
	uint32_t noted;                   /* jobs that are in the array, or were */
	uint32_t running;                 /* number of the job in now; 0: none */
};

/*
 * Start one of the two. For the agent the core was reset and is halted; khz is
 * its clock, 0: unknown. STFLASH_E_UNSUPPORTED where the agent does not run:
 * who knows what ran instead, so the chip is to be reset. writer false: only
 * hash is wanted.
 */
int worker_start(struct worker *w, struct flash *f, bool writer, bool no_agent, uint32_t core_khz) MUST_CHECK;

/* After any failure too. Returns the first error. */
int worker_stop(struct worker *w);

/* A unit; NULL: all of them. */
int worker_erase(struct worker *w, const struct sector *unit) MUST_CHECK;

/* Of an erase of a unit (NULL: of everything, one operation of n_mass_erases), in bytes of the progress. */
struct job_note worker_note_erase(const struct flash *f, const struct sector *unit);

/* Report how far it has come, the running erase by the time that it takes; ends a cancelled session. */
int worker_report(struct worker *w) MUST_CHECK;

/* The longest that the erase may take which runs now; 0: none does. */
unsigned int worker_erase_ms(const struct worker *w);

bool worker_is_agent(const struct worker *w);

/* See agent_keep_waiting(). */
int worker_keep_waiting(struct worker *w, size_t bytes) MUST_CHECK;

/* Read in pieces, between which the agent hears of us: in the time of a large unit it would take the host for dead. */
int worker_read(struct worker *w, uint32_t addr, uint8_t *buf, size_t len) MUST_CHECK;

/* The two of them. */
int worker_start_agent(struct worker *w, bool writer, uint32_t core_khz) MUST_CHECK;
void worker_start_host(struct worker *w);

/*
 * At most WORKER_CHUNK bytes over the link until two readings of them agree;
 * STFLASH_E_MISMATCH when they never do. *retries counts the readings too many;
 * torn is that of torn_read().
 */
#define WORKER_CHUNK DAP_CHUNK /* what one memory command carries */
int worker_read_twice(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, unsigned int *retries,
		      bool *torn) MUST_CHECK;

#endif
