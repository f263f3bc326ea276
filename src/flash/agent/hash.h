/* SPDX-License-Identifier: MIT */
/*
 * The 64-bit hash that a proof and a skip rely on: two independent lanes of
 * 32 bits, made for a Cortex-M3 (four data instructions a word, no table).
 *
 * A step of either lane is a bijection of the word for a given state, and of
 * the state for a given word: contents that differ in one word never collide;
 * others do with 2^-64. The agent computes the same (agent/hash.inc); a test
 * says so.
 *
 *	a = (w ^ ror(a, 19)) * HASH_MUL_A
 *	b = (w + ror(b, 11)) * HASH_MUL_B
 */
#ifndef FLASH_HASH_H
#define FLASH_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_INIT_A 0x2545f491u
#define HASH_INIT_B 0x6c078965u
#define HASH_MUL_A  0x9e3779b1u
#define HASH_MUL_B  0x85ebca6bu

/* Bytes that a hash takes at a time. */
#define HASH_WORD 4u

struct hash {
	uint32_t a;
	uint32_t b;
};

/* Hash of n_words little-endian words at buf. */
struct hash hash_words(const uint8_t *buf, size_t n_words);

/* The same piece by piece: start from HASH_INIT. */
#define HASH_INIT ((struct hash){ HASH_INIT_A, HASH_INIT_B })
struct hash hash_more(struct hash h, const uint8_t *buf, size_t n_words);

/* Hash of n_words words whose bytes are all erased. */
struct hash hash_blank(size_t n_words, uint8_t erased);

static inline bool hash_equal(struct hash x, struct hash y)
{
	return x.a == y.a && x.b == y.b;
}

#endif
