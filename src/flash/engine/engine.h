/* SPDX-License-Identifier: MIT */
/*
 * The frame around every job on the flash: take hold of the core, start a
 * worker, and let go again on every way out, with the flash locked.
 *
 * Two kinds. To write: the chip is reset and halted first, so that neither
 * DMA nor a watchdog of the old firmware disturbs, and reset afterwards. To
 * look: the core is halted as it is, and RAM, registers and state are put back.
 */
#ifndef FLASH_ENGINE_H
#define FLASH_ENGINE_H

#include "flash/engine/worker.h"

struct engine {
	struct flash *flash;
	struct worker worker;
	bool writer;
	bool held;        /* the core has been halted, or reset, for this job */
	bool was_running; /* looking only */
	bool changing;    /* flash has been told to change: from here on it may be incomplete */
};

/* Refuses a core that must not be halted, and a read-out protected chip. */
int engine_begin_write(struct engine *e, struct flash *f, const struct stflash_write_options *options) MUST_CHECK;
int engine_begin_look(struct engine *e, struct flash *f, bool no_agent) MUST_CHECK;

/* After a failure in the middle of a write, where the link may still live: reset the chip and take hold of it anew. */
int engine_begin_again(struct engine *e, const struct stflash_write_options *options) MUST_CHECK;

/*
 * Let go, whatever came before; err is what came before. Cancelling does not
 * stop this. Returns err, or the first error of letting go.
 */
int engine_end(struct engine *e, int err, enum stflash_afterwards then) MUST_CHECK;

/* Refuse when one of the units that chosen() names is write-protected; nothing has been changed then. */
int engine_check_writable(struct flash *f, bool (*chosen)(const void *user, size_t unit), const void *user) MUST_CHECK;

/* Is any unit of the flash write-protected? A mass erase would then be refused by the controller. */
bool engine_any_protected(const struct flash *f);

/* Does the controller let the programming width be chosen (CR.PSIZE)? Not that of an F1. */
bool engine_has_psize(const struct flash *f);

#endif
