/* SPDX-License-Identifier: MIT */
/*
 * What a write is going to do, before anything is changed: which bytes are to
 * be where afterwards, and what that means for each erasable unit. Pure data:
 * who looks at the target is the engine (write.c).
 */
#ifndef FLASH_PLAN_H
#define FLASH_PLAN_H

#include "flash/agent/hash.h"
#include "flash/flash.h"

/* Bytes of the image; flash segments are ascending and do not overlap. */
struct flash_segment {
	uint32_t addr;
	size_t len;
	const uint8_t *data;
};

enum span_kind {
	SPAN_IMAGE, /* holds image bytes; edges completed to program units with what flash holds */
	SPAN_GAP,   /* the rest of a touched unit */
	SPAN_REST,  /* between touched units */
};

/* A stretch of whole program units that is treated alike; the spans of a plan cover the whole flash in order. */
struct span {
	uint32_t addr;
	uint32_t len; /* bytes, multiple of the program unit */
	enum span_kind kind;
	struct hash now; /* what the target holds, once looked at */
};

enum unit_action {
	UNIT_UNTOUCHED,
	UNIT_EQUAL,   /* holds the image already */
	UNIT_PROGRAM, /* blank where the image goes */
	UNIT_ERASE,
};

struct plan {
	struct flash *flash;
	uint8_t *want;          /* flash as it is to be, where that is known; erased elsewhere; owned */
	enum unit_action *unit; /* one for each sector of flash; owned */
	bool *begun;            /* likewise: an erase or bytes were given out for it */
	uint8_t *held;          /* what flash holds, of the units that are known; owned, NULL: of none */
	bool *known;            /* for each sector: held has it, proven; owned */
	bool *over;             /* likewise: programmed over what it holds, where the image differs; held has that */
	struct span *span;      /* owned */
	size_t n_spans;
	size_t cap_spans;
	const struct flash_segment *seg; /* the image, the caller's */
	size_t n_seg;
	bool mass_erase;
};

/* Lay the image over the flash: units touched, spans. Segments lie in flash entirely (plan_check_range()). */
int plan_create(struct plan *p, struct flash *f, const struct flash_segment *seg, size_t n) MUST_CHECK;
void plan_free(struct plan *p);

/*
 * Call back for each program unit that the image covers only in part, to give
 * it its bytes with plan_set(): those of the target, or erased ones. Then the
 * image is laid over them. Ends at the first error.
 */
int plan_each_edge(struct plan *p, int (*edge)(struct plan *p, uint32_t addr, void *user), void *user) MUST_CHECK;
void plan_set(struct plan *p, uint32_t addr, const uint8_t *data, size_t len);

/*
 * With span.now known for all SPAN_IMAGE and SPAN_GAP: choose an action for
 * each unit. force: an erase for each that is touched.
 */
void plan_decide_units(struct plan *p, bool force);

/* Is it the image's, and does the target hold something else there? */
bool plan_span_differs(const struct plan *p, const struct span *s);

/* Can the span be written over what it holds, now, without an erase? What is equal is left alone. */
bool plan_goes_over(const struct plan *p, const struct span *s, const uint8_t *now);

/* Bytes of a program access, of which one that holds what is wanted already is left out. */
uint32_t plan_over_step(const struct plan *p);

/* Would one erase of everything be faster than those of the units, so that it is worth looking at the rest of flash? */
bool plan_may_mass_erase(const struct plan *p);

/*
 * With span.now known for SPAN_REST too: take the mass erase where nothing is
 * lost by it and the whole write is faster. ns_per_word: what the link takes;
 * ring_bytes: what it can bring ahead.
 */
void plan_choose_mass_erase(struct plan *p, bool keep, uint32_t ns_per_word, uint32_t ring_bytes);

/* As the target's flash holds it. */
bool span_is_blank(const struct flash *f, const struct span *s);

/* Proven contents of flash from addr on, to the end of its unit; NULL where they are not known. */
const uint8_t *plan_held(const struct plan *p, uint32_t addr);

/* What is to be at an address of flash, to the end of its unit. */
uint8_t *plan_want(const struct plan *p, uint32_t addr);

/* The unit that holds an address. */
size_t plan_unit_at(const struct plan *p, uint32_t addr);

/* Is a gap to be saved and put back: its unit is erased and it is not blank? */
bool plan_gap_at_risk(const struct plan *p, const struct span *s);

/* The contents of a span after the write, as far as the plan knows them. */
struct hash plan_expected(const struct plan *p, const struct span *s);

/* The plan as steps: runs of neighbouring units with one action. Returns the number of steps told. */
size_t plan_tell(const struct plan *p, stflash_plan_fn tell, void *user);

#endif
