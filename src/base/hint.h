/* SPDX-License-Identifier: MIT */
/*
 * What sentences advise to use. A command line has other names for it than a
 * program that links the library, so a sentence holds a mark where the name
 * goes: "or lower " HINT_SPEED. The names are put in when a sentence leaves the
 * library (ctx_put_words()). One mark for each of enum stflash_hint, in its order from 'A' on.
 */
#ifndef BASE_HINT_H
#define BASE_HINT_H

#include <stddef.h>
#include <stdint.h>

#define HINT_MARK "\001"

#define HINT_SPEED         HINT_MARK "A"
#define HINT_FLASH_SIZE    HINT_MARK "B"
#define HINT_PSIZE         HINT_MARK "C"
#define HINT_UNDER_RESET   HINT_MARK "D"
#define HINT_ATTACH        HINT_MARK "E"
#define HINT_NO_RESET      HINT_MARK "F"
#define HINT_NO_AGENT      HINT_MARK "G"
#define HINT_SKIP_OUTSIDE  HINT_MARK "H"
#define HINT_OTP_PERMANENT HINT_MARK "I"
#define HINT_LEVEL_2       HINT_MARK "J"
#define HINT_PROBE         HINT_MARK "K"
#define HINT_LIST          HINT_MARK "L"
#define HINT_READ          HINT_MARK "M"
#define HINT_WRITE         HINT_MARK "N"
#define HINT_RESET         HINT_MARK "O"
#define HINT_MAP           HINT_MARK "P"
#define HINT_FIND_EXTENT   HINT_MARK "Q"
#define HINT_DOCTOR_RESET  HINT_MARK "R"
#define HINT_OPTIONS       HINT_MARK "S"
#define HINT_OPTIONS_SET   HINT_MARK "T"
#define HINT_PROTECT       HINT_MARK "U"
#define HINT_UNPROTECT     HINT_MARK "V"
#define HINT_BOOT_LOCK     HINT_MARK "W"

/* The names of one front end, by enum stflash_hint; NULL, or none: the library's own. */
struct hint_words {
	const char *const *words;
	size_t n;
};

/* The hints that a sentence gives: bits 1 << enum stflash_hint. */
uint32_t hints_of(const char *sentence);

/* Copy a sentence, cut off after size - 1 bytes, with names for its marks. from and to must not overlap. */
void hint_expand(const struct hint_words *w, char *to, size_t size, const char *from);

#endif
