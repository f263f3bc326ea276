/* SPDX-License-Identifier: MIT */
/*
 * Option bytes: what they are called, what they mean, and how to change them.
 *
 * F0, F1, F3: two words, RDP, USER, Data0 and Data1 from the lowest byte on,
 * then WRP0 to WRP3 (as FLASH_WRPR has them). F2, F4, F7: OPTCR without its
 * OPTLOCK and OPTSTRT, and as far as the line has them OPTCR1 and OPTCR2. L4,
 * G0, G4, WB, WL, C0, U0: FLASH_OPTR and what stands behind it. A field is a row
 * of the family's file; nothing but the controller's procedures, read and
 * write, is code.
 */
#ifndef FLASH_OPTIONS_H
#define FLASH_OPTIONS_H

#include "flash/flash.h"

struct option_words {
	uint32_t word[OPTION_WORDS];
	bool damaged;    /* a byte and its complement disagree: to be written again, even with the same values */
	bool rdp_hidden; /* the chip is protected and does not tell the byte itself: word[0] has 0 there */
};

struct option_access {
	/* As stored, and where those are hidden, as in force. */
	int (*read)(struct flash *f, struct option_words *o);
	/* 0 when this chip's option bytes can be written, else STFLASH_E_UNSUPPORTED. NULL: always 0. */
	int (*check_writable)(struct flash *f);
	/*
	 * Write all of them: the core is halted, the controller unlocked. On the
	 * way out nothing is left half-done as long as the chip answers.
	 */
	int (*write)(struct flash *f, const struct option_words *now, const struct option_words *want);
	/* Sets f->options to other, where the registers say so, and f->options_unclear where they say nothing. */
	int (*choose)(struct flash *f, const struct option_set *other);
	/* With option_set.launch: the reset that loads what is stored, halted as by core_reset_halt(). */
	int (*launch)(struct flash *f);
	/* Did the chip fall back to protection, because it could not load what is stored? NULL: nothing tells. */
	int (*look_lost)(struct flash *f, bool *lost);
	/* After the write and a reset: must the supply go off and on before the change is in force? */
	int (*needs_power_cycle)(struct flash *f, const struct option_words *old, const struct option_words *now,
				 bool *needed);
};

extern const struct option_access options_fpec;    /* F0, F1, F3 */
extern const struct option_access options_sectors; /* F2, F4, F7 */
extern const struct option_access options_at32;    /* none that has a name */
extern const struct option_access options_dword;   /* L4, G0, G4, WB, WL, C0, U0 */

/* -------------------------------------------------------------- a field: fields.c */

/*
 * The chip's fields in order, then those of its ranges; false behind the last. A field that is narrower on this chip
 * has its width here.
 */
bool option_field(const struct flash *f, size_t n, struct option_field *field);

/* Shown, and never changed. */
bool option_is_fixed(const struct flash *f, const struct option_field *field);

uint32_t option_get(const struct option_words *o, const struct option_field *field);
void option_put(struct option_words *o, const struct option_field *field, uint32_t value);

/* The address that a field of kind OPTION_BOOT_ADDRESS stands for (RM0385 2.3) */
#define OPTION_ADDRESS_SHIFT 14u
uint32_t option_address(const struct option_words *o, const struct option_field *field);

/* The place of the bit that protects a unit: 32 * word + bit. */
unsigned int option_wrp_place(const struct flash *f, const struct sector *unit);

/* -------------------------------------------------------- what they mean: options.c */

/* The level that the register shows whose bits struct level_bits names. */
enum stflash_protection option_level_shown(const struct flash *f, uint32_t value);

/* The level that a set of option bytes stands for. */
enum stflash_protection option_rdp_level(const struct flash *f, const struct option_words *o);

/* Is the unit protected against writing, and against reading as data too (PCROP, which includes the former)? */
bool option_unit_protected(const struct flash *f, const struct option_words *o, const struct sector *unit);
/* Is it one that firmware can hide? */
bool option_unit_securable(const struct flash *f, const struct option_words *o, const struct sector *unit);
bool option_unit_pcrop(const struct flash *f, const struct option_words *o, const struct sector *unit);
/* Does the line know PCROP? Is it set for any unit? Does it take the bits of nWRP (SPRMOD)? */
bool option_has_pcrop(const struct flash *f);
bool option_pcrop(const struct flash *f, const struct option_words *o);
bool option_sprmod(const struct flash *f, const struct option_words *o);

/* What a field says, in words. */
void option_describe(const struct flash *f, const struct option_words *o, const struct option_field *field, char *text,
		     size_t len);

/* No unit protected against writing; SPRMOD off. */
void option_clear_wrp(const struct flash *f, struct option_words *o);

/* No unit under a PCROP that has bits of its own. It goes only where option_let_pcrop_go() was called before. */
void option_clear_pcrop(const struct flash *f, struct option_words *o);
/* Let PCROP go along with the erase. False: nothing is to be set for that. */
bool option_let_pcrop_go(const struct flash *f, struct option_words *o);

/* ------------------------------------------------ for the controllers: proven.c */

/*
 * Read until two reads agree. No hash of the target's proves
 * these few bytes, and what is read wrong once would be written back for ever.
 */
int option_read_proven(struct flash *f, uint32_t addr, void *buf, size_t len) MUST_CHECK;

/* ---------------------------------------------------------- ranges: ranges.c */

/* The addresses that a range stands for, up to end; equal: none. */
struct option_span {
	uint32_t addr, end;
};

bool option_range_on(const struct flash *f, const struct option_words *o, const struct option_range *r,
		     struct option_span *span);
/* Bytes of its granule; bits of its numbers that mean anything on this line. */
uint32_t option_granule(const struct flash *f, const struct option_range *r);
uint32_t option_range_mask(const struct flash *f, const struct option_range *r);
/* The one whose first or last number the field is; NULL: of none. */
const struct option_range *option_range_of(const struct flash *f, const struct option_field *field);
/* Is the range one of the banks there are? */
bool option_range_counts(const struct flash *f, const struct option_range *r);
/* An address of its bank, and length bytes of whole granules; length 0: off. */
void option_range_put(const struct flash *f, struct option_words *o, const struct option_range *r,
		      const struct option_span *span);
bool option_in_ranges(const struct flash *f, const struct option_words *o, const struct sector *unit, bool pcrop);
/* All of a kind off. */
void option_clear_ranges(const struct flash *f, struct option_words *o, bool pcrop);
/* Write protection of the units that asked has, as many as f has sectors; the others are free. */
int option_protect_units(struct flash *f, struct option_words *o, const bool *asked) MUST_CHECK;
/* PCROP of exactly these. */
int option_put_pcrop(struct flash *f, struct option_words *o, const struct option_span *span, size_t n) MUST_CHECK;
void option_describe_range(const struct flash *f, const struct option_words *o, const struct option_field *field,
			   char *text, size_t len);
static inline bool option_is_secure(const struct option_field *field)
{
	return field->kind == OPTION_SECURE || field->kind == OPTION_SECURE_2;
}

/* Note which words this part lacks. */
void option_note_lacked(struct flash *f, const struct option_words *o);

/* ----------------------------------------------------------- dangers: risks.c */

/* Refuse what locks debuggers out, unless allow has it; STFLASH_E_PROTECTED. */
int option_check_boot_lock(struct flash *f, const struct option_words *now, const struct option_words *want,
			   unsigned int allow) MUST_CHECK;
/* The key without which RDP does not go from level 1 to 0, whether it is set or not; false: the chip knows none. */
bool option_find_rdp_key(const struct flash *f, struct option_field *key);
/* Refuse what the chip does only with a key; STFLASH_E_PROTECTED. */
int option_check_rdp_key(struct flash *f, const struct option_words *now) MUST_CHECK;
/* Each that want has, and now has not; now NULL: each. */
void option_each_risk(const struct flash *f, const struct option_words *now, const struct option_words *want,
		      void (*tell)(const char *words, void *user), void *user);

/* --------------------------------------------------------------- words: parse.c */

/* Decimal or 0x, up to a character of stop or the end. */
bool option_parse_number(const char *text, const char *stop, uint32_t *value, const char **end);

/* Apply one "NAME=VALUE" to o; tell: warn where more units are protected than asked for. STFLASH_E_ARG says what can be
 * said instead. */
int option_apply(struct flash *f, struct option_words *o, const char *setting, bool tell) MUST_CHECK;

/* --------------------------------------------------------- on the chip: write.c */

int flash_options_read(struct flash *f, struct option_words *o) MUST_CHECK;

/* Settings as option_apply() has them; see stflash_options_write(). */
int flash_options_set(struct flash *f, const char *const *settings, size_t n, unsigned int allow,
		      struct stflash_options_report *report) MUST_CHECK;
int flash_protect(struct flash *f, struct stflash_options_report *report) MUST_CHECK;
int flash_unprotect(struct flash *f, unsigned int allow, struct stflash_options_report *report) MUST_CHECK;

#endif
