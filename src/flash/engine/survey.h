/* SPDX-License-Identifier: MIT */
/* What the target holds now, as far as a plan needs to know it. */
#ifndef FLASH_SURVEY_H
#define FLASH_SURVEY_H

#include "flash/engine/engine.h"

/* STFLASH_E_ARG when a segment is not in flash entirely. */
int flash_check_range(struct flash *f, const struct flash_segment *seg, size_t n) MUST_CHECK;

/* STFLASH_E_PROTECTED when the image touches what is under PCROP, which not even a look may read. */
int survey_pcrop(const struct plan *p, bool reading) MUST_CHECK;

/*
 * Words that the image covers in part get what flash holds there, proven by the target's own hash. Units in many
 * pieces are looked at whole with that: what they hold is known afterwards, and so are the hashes of their spans.
 */
int survey_edges(struct engine *e, struct plan *p) MUST_CHECK;

/* Have the worker hash n spans, and tell how far it has come. */
int survey_hash(struct engine *e, struct span *span, size_t n, enum stflash_phase phase) MUST_CHECK;

/* Have all spans hashed that wanted() names and that are not known yet. */
int survey(struct engine *e, struct plan *p, bool (*wanted)(const struct plan *p, const struct span *s)) MUST_CHECK;

/*
 * Of the units that would be erased, those need no erase whose image can be programmed over what they hold (struct
 * controller, overwrite), as far as so few bytes differ that reading them pays.
 */
int survey_overwrites(struct engine *e, struct plan *p) MUST_CHECK;

/* The spans of units that the image leaves alone, as far as it takes to see whether all of them are blank. */
int survey_rest(struct engine *e, struct plan *p) MUST_CHECK;

/* Spans of units that the image touches; all of them. */
bool survey_touched(const struct plan *p, const struct span *s);
bool survey_all(const struct plan *p, const struct span *s);

#endif
