/* SPDX-License-Identifier: MIT */
/*
 * The frame around every job on the flash: take hold of the core, start a
 * worker, and let go again on every way out, with the flash locked.
 *
 * An agent runs only in a chip that was reset and halted before its first
 * instruction: there neither MPU nor DMA nor a watchdog of a firmware disturbs,
 * and nothing has to be put back, because another reset ends the job. A job
 * that reads can do without (enum stflash_hold): then the core is halted where
 * it is, or runs on, nothing of it is changed, and flash comes over the wire.
 */
#ifndef FLASH_ENGINE_H
#define FLASH_ENGINE_H

#include "flash/engine/worker.h"

struct engine {
	struct flash *flash;
	struct worker worker;
	enum stflash_hold hold;
	bool writer;
	bool fresh;             /* the core was caught at its first instruction: nothing has run since the reset */
	bool held;              /* the core has been halted, or reset, for this job */
	bool was_running;       /* with STFLASH_HOLD_HALT */
	const char *unfinished; /* what is true of the flash if the job ends now; NULL: nothing has changed */
};

/* Refuses a core that must not be halted, and a read-out protected chip. */
int engine_begin_write(struct engine *e, struct flash *f, const struct stflash_write_options *options) MUST_CHECK;

/* twice: without an agent everything is read until two readings agree. Protection is the caller's to check before. */
int engine_begin_read(struct engine *e, struct flash *f, enum stflash_hold hold, bool twice) MUST_CHECK;

/* Only look, as a plan or a map does: over the wire, or quickly where a reset is allowed. */
int engine_begin_look(struct engine *e, struct flash *f, bool may_reset, bool no_agent) MUST_CHECK;

/* After a failure in the middle, where the link may still live: reset the chip and take hold of it anew. */
int engine_begin_again(struct engine *e, bool no_agent) MUST_CHECK;

/*
 * After the failure err of a job: where it is the agent's own, say so, take
 * hold of the chip anew without an agent, and return 0 for the job to be done
 * again. Any other failure is returned.
 */
int engine_without_agent(struct engine *e, int err) MUST_CHECK;

/*
 * Let go, whatever came before; err is what came before. Cancelling does not
 * stop this. Returns err, or the first error of letting go.
 */
/*
 * After a change of flash: some chips see only while they load option bytes whether it is blank, and start the boot
 * loader or the firmware accordingly (RM0091 2.5). Make such a one look; it is reset by that, and halted.
 */
int engine_look_whether_empty(struct engine *e) MUST_CHECK;

int engine_end(struct engine *e, int err, enum stflash_afterwards then) MUST_CHECK;

#endif
