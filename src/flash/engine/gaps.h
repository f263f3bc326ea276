/* SPDX-License-Identifier: MIT */
/* What is beside the image in units that are erased: saved before, to be put back with it. */
#ifndef FLASH_GAPS_H
#define FLASH_GAPS_H

#include "flash/engine/engine.h"
#include "flash/engine/plan.h"

/*
 * Fetch the gaps that at_risk() names into the plan, proven by the hashes that
 * the target made of them; *kept grows by their bytes. STFLASH_E_MISMATCH where
 * they do not arrive right: nothing has been changed then.
 */
int gaps_save(struct engine *e, struct plan *p, bool (*at_risk)(const struct plan *p, const struct span *s),
	      uint64_t *kept) MUST_CHECK;

#endif
