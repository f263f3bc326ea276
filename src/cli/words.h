/* SPDX-License-Identifier: MIT */
/* Words of the command line: numbers, sizes, and names that were meant. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decimal or 0x, with an optional k or M (1024s); the whole word or nothing. */
bool parse_number(const char *word, uint64_t *value);

/* Would a person take it for a number? "0x8000zz" is one that went wrong, "2024.bin" is a file. */
bool looks_like_number(const char *word);

/*
 * A flash size: a plain decimal is KiB, "128k" and "1M" are KiB and MiB, and
 * hexadecimal is bytes ("0x20000"). Whole KiB only.
 */
bool parse_flash_kib(const char *word, uint64_t *kib);

/* A clock: a plain number is kHz, "1800k", "1.8M" and "1.8MHz" are multiples of 1 Hz. Less than 1 kHz is dropped. */
bool parse_clock_khz(const char *word, uint64_t *khz);

#define SIZE_TEXT_MAX 24u

/* "64 KiB", "1 MiB", "1000 bytes": exact, in the largest unit that divides it. */
const char *size_text(char text[SIZE_TEXT_MAX], uint64_t bytes);

/* "156 KiB/s", "20 bytes/s", or "" when no time has passed, or nothing came. */
const char *rate_text(char text[SIZE_TEXT_MAX], uint64_t bytes, uint64_t ms);

/* What n things have at the end of their name: "" or "s". */
const char *plural(uint64_t n);

#define UID_TEXT_MAX 32u

/* A chip's unique id, lowest address first, as the manuals print it. "" when it could not be read. */
const char *uid_text(char text[UID_TEXT_MAX], const uint32_t uid[3]);

/*
 * Search for the name nearest to a mistyped word: start, offer every name, take the answer. What is not harmless is
 * never the answer, but where it is as near, or nearer, than all others there is none: it may have been meant.
 */
struct nearest {
	const char *word;
	const char *name; /* NULL when nothing is near */
	size_t distance;
};

struct nearest nearest_start(const char *word);
void nearest_offer(struct nearest *n, const char *name, bool harmless);

#endif
