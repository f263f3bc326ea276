/* SPDX-License-Identifier: MIT */
#include "cli/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_LEN 31u

/* Where reading digits stops: no size or clock is that large, and a thousand times as much still fits. */
#define NUMBER_MAX 1000000000000u

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

static bool words_is_hex(const char *word)
{
	return word[0] == '0' && (word[1] == 'x' || word[1] == 'X');
}

static unsigned int suffix_shift(char c)
{
	if (c == 'k' || c == 'K')
		return 10;
	if (c == 'M')
		return 20;
	return 0;
}

bool parse_number(const char *word, uint64_t *value)
{
	const unsigned int base = words_is_hex(word) ? 16 : 10;
	const char *p = words_is_hex(word) ? word + 2 : word;
	const char *first = p;
	unsigned int shift;
	uint64_t v = 0;

	for (; digit_value(*p) < (int)base; p++) {
		if (v > (UINT64_MAX - 15) / base)
			return false;
		v = v * base + (uint64_t)digit_value(*p);
	}
	if (p == first)
		return false;

	shift = suffix_shift(*p);
	if (shift)
		p++;
	if (*p || v > UINT64_MAX >> shift)
		return false;

	*value = v << shift;
	return true;
}

bool looks_like_number(const char *word)
{
	uint64_t value;

	return words_is_hex(word) || parse_number(word, &value);
}

/* A unit by any of its spellings, separated by spaces; letters in any case. */
static bool is_unit(const char *text, const char *spellings)
{
	const size_t len = strlen(text);

	for (const char *p = spellings; *p; p += strspn(p, " ")) {
		const size_t n = strcspn(p, " ");
		size_t same = 0;

		while (same < n && (text[same] == p[same] || text[same] == p[same] - 'a' + 'A'))
			same++;
		if (same == n && len == n)
			return true;
		p += n;
	}
	return false;
}

bool parse_flash_kib(const char *word, uint64_t *kib)
{
	uint64_t value = 0;
	const char *p;

	if (words_is_hex(word)) {
		if (!parse_number(word, &value) || value % 1024)
			return false;
		*kib = value / 1024;
		return true;
	}
	for (p = word; digit_value(*p) < 10 && value < NUMBER_MAX; p++)
		value = value * 10 + (uint64_t)digit_value(*p);
	if (p == word || digit_value(*p) < 10)
		return false;
	if (is_unit(p, "m mb mib"))
		value *= 1024;
	else if (*p && !is_unit(p, "k kb kib"))
		return false;
	*kib = value;
	return true;
}

/* Digits with at most three behind a point, in thousandths. Returns what follows them, NULL when there are none. */
static const char *parse_thousandths(const char *p, uint64_t *value, bool *whole)
{
	const char *const first = p;
	unsigned int places = 0;

	*value = 0;
	for (; digit_value(*p) < 10 && *value < NUMBER_MAX; p++)
		*value = *value * 10 + (uint64_t)digit_value(*p);
	if (p == first || digit_value(*p) < 10)
		return NULL;
	*whole = *p != '.';
	if (!*whole)
		for (p++; digit_value(*p) < 10; p++, places++)
			*value = places < 3 ? *value * 10 + (uint64_t)digit_value(*p) : *value;
	if (!*whole && !places)
		return NULL;
	for (; places < 3; places++)
		*value *= 10;
	return p;
}

bool parse_clock_khz(const char *word, uint64_t *khz)
{
	uint64_t value;
	bool whole;
	const char *p;

	if (words_is_hex(word))
		return parse_number(word, khz);
	p = parse_thousandths(word, &value, &whole);
	if (!p)
		return false;
	if (is_unit(p, "m mhz"))
		*khz = value;
	else if (is_unit(p, "k khz") || (!*p && whole))
		*khz = value / 1000;
	else if (is_unit(p, "hz"))
		*khz = value / 1000000;
	else
		return false;
	return true;
}

const char *size_text(char text[SIZE_TEXT_MAX], uint64_t bytes)
{
	if (bytes && bytes % (1024 * 1024) == 0)
		snprintf(text, SIZE_TEXT_MAX, "%" PRIu64 " MiB", bytes / (1024 * 1024));
	else if (bytes && bytes % 1024 == 0)
		snprintf(text, SIZE_TEXT_MAX, "%" PRIu64 " KiB", bytes / 1024);
	else
		snprintf(text, SIZE_TEXT_MAX, "%" PRIu64 " byte%s", bytes, bytes == 1 ? "" : "s");
	return text;
}

const char *rate_text(char text[SIZE_TEXT_MAX], uint64_t bytes, uint64_t ms)
{
	const uint64_t rate = ms ? bytes * 1000 / ms : 0;

	text[0] = '\0';
	if (rate >= 1024)
		snprintf(text, SIZE_TEXT_MAX, "%" PRIu64 " KiB/s", rate / 1024);
	else if (rate)
		snprintf(text, SIZE_TEXT_MAX, "%" PRIu64 " bytes/s", rate);
	return text;
}

const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

const char *uid_text(char text[UID_TEXT_MAX], const uint32_t uid[3])
{
	if (uid[0] || uid[1] || uid[2])
		snprintf(text, UID_TEXT_MAX, "%08" PRIx32 "-%08" PRIx32 "-%08" PRIx32, uid[0], uid[1], uid[2]);
	else
		text[0] = '\0';
	return text;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	const size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Letters to change, add, drop, or swap with their neighbour to make b of a (optimal string alignment). */
static size_t edit_distance(const char *a, const char *b)
{
	const size_t n = strlen(a), m = strlen(b);
	size_t d[3][NAME_MAX_LEN + 1]; /* rows i, i - 1, i - 2, by i % 3 */

	if (n > NAME_MAX_LEN || m > NAME_MAX_LEN)
		return NAME_MAX_LEN;

	for (size_t j = 0; j <= m; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *row = d[i % 3];
		const size_t *above = d[(i + 2) % 3];
		const size_t *above2 = d[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    above2[j - 2] + 1 < row[j])
				row[j] = above2[j - 2] + 1;
		}
	}
	return d[n % 3][m];
}

/* Up to a third of the word may be wrong, and at least one letter. */
struct nearest nearest_start(const char *word)
{
	return (struct nearest){ .word = word, .distance = strlen(word) / 3 + 2 };
}

void nearest_offer(struct nearest *n, const char *name, bool harmless)
{
	const size_t distance = edit_distance(n->word, name);

	if (distance > n->distance || (harmless && distance == n->distance) || distance >= strlen(name))
		return;
	n->distance = distance;
	n->name = harmless ? name : NULL;
}
