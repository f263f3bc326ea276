/* SPDX-License-Identifier: MIT */
/*
 * The hash against a slow one written from the formula alone: products and
 * rotations a bit at a time, words put together from bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "flash/agent/hash.h"

static uint32_t slow_product(uint32_t x, uint32_t y)
{
	uint64_t sum = 0;

	for (unsigned int bit = 0; bit < 32; bit++)
		if (y & (uint32_t)1 << bit)
			sum += (uint64_t)x << bit;
	return (uint32_t)(sum % 0x100000000u);
}

static uint32_t slow_rotate_right(uint32_t v, unsigned int n)
{
	while (n--)
		v = v / 2 + (v % 2 ? 0x80000000u : 0);
	return v;
}

static struct hash slow_hash(const uint8_t *buf, size_t n_words)
{
	struct hash h = { 0x2545f491u, 0x6c078965u };

	for (size_t i = 0; i < n_words; i++) {
		uint32_t w = 0;

		for (size_t k = 4; k-- > 0;)
			w = w * 256 + buf[4 * i + k];
		h.a = slow_product(w ^ slow_rotate_right(h.a, 19), 0x9e3779b1u);
		h.b = slow_product(w + slow_rotate_right(h.b, 11), 0x85ebca6bu);
	}
	return h;
}

/* xorshift32: the same bytes on every machine */
static void fill(uint8_t *buf, size_t len, uint32_t seed)
{
	for (size_t i = 0; i < len; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 17;
		seed ^= seed << 5;
		buf[i] = (uint8_t)(seed >> 11);
	}
}

static void assert_same(struct hash x, struct hash y)
{
	assert_int_equal(x.a, y.a);
	assert_int_equal(x.b, y.b);
	assert_true(hash_equal(x, y));
}

static void words_hash_as_the_formula_says(void **state)
{
	uint8_t buf[4 * 67];

	(void)state;
	for (uint32_t seed = 1; seed < 20; seed++) {
		fill(buf, sizeof(buf), seed);
		for (size_t n = 0; n <= 67; n++)
			assert_same(hash_words(buf, n), slow_hash(buf, n));
	}
}

static void erased_words_hash_like_a_buffer_of_them(void **state)
{
	static uint8_t erased[4096];

	(void)state;
	memset(erased, 0xff, sizeof(erased));
	for (size_t n = 0; n <= sizeof(erased) / 4; n += 31)
		assert_same(hash_blank(n, 0xff), slow_hash(erased, n));
}

static void nothing_hashes_to_the_start(void **state)
{
	(void)state;
	assert_same(hash_blank(0, 0xff), (struct hash){ HASH_INIT_A, HASH_INIT_B });
}

/* A step is a bijection: whatever single bit changes, in whatever word, both lanes end different. */
static void one_changed_bit_changes_both_lanes(void **state)
{
	uint8_t buf[4 * 40];
	struct hash before;

	(void)state;
	fill(buf, sizeof(buf), 77);
	before = hash_words(buf, 40);
	for (size_t bit = 0; bit < 8 * sizeof(buf); bit++) {
		struct hash after;

		buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
		after = hash_words(buf, 40);
		assert_int_not_equal(after.a, before.a);
		assert_int_not_equal(after.b, before.b);
		buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void order_and_length_matter(void **state)
{
	uint8_t buf[16], swapped[16];

	(void)state;
	fill(buf, sizeof(buf), 5);
	memcpy(swapped, buf + 4, 4);
	memcpy(swapped + 4, buf, 4);
	memcpy(swapped + 8, buf + 8, 8);
	assert_false(hash_equal(hash_words(buf, 4), hash_words(swapped, 4)));
	for (size_t n = 1; n < 300; n++)
		assert_false(hash_equal(hash_blank(n, 0xff), hash_blank(n + 1, 0xff)));
}

static unsigned int ones(uint32_t v)
{
	unsigned int n = 0;

	for (; v; v &= v - 1)
		n++;
	return n;
}

/* Ten words after a changed bit about half of the bits of each lane have changed. */
static void a_change_spreads_over_the_lanes(void **state)
{
	unsigned int changed_a = 0, changed_b = 0, trials = 0;
	uint8_t buf[4 * 12];

	(void)state;
	for (uint32_t seed = 1; seed < 50; seed++)
		for (size_t bit = 0; bit < 32; bit++, trials++) {
			struct hash before, after;

			fill(buf, sizeof(buf), seed);
			before = hash_words(buf, 12);
			buf[4 + bit / 8] ^= (uint8_t)(1u << bit % 8);
			after = hash_words(buf, 12);
			changed_a += ones(before.a ^ after.a);
			changed_b += ones(before.b ^ after.b);
		}
	assert_in_range(changed_a / trials, 14, 17);
	assert_in_range(changed_b / trials, 14, 17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_hash_as_the_formula_says),
		cmocka_unit_test(erased_words_hash_like_a_buffer_of_them),
		cmocka_unit_test(nothing_hashes_to_the_start),
		cmocka_unit_test(one_changed_bit_changes_both_lanes),
		cmocka_unit_test(order_and_length_matter),
		cmocka_unit_test(a_change_spreads_over_the_lanes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
