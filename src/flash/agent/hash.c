/* SPDX-License-Identifier: MIT */
#include "flash/agent/hash.h"

#include "base/bytes.h"

static inline uint32_t hash_ror(uint32_t v, unsigned int n)
{
	return v >> n | v << (32 - n);
}

static inline struct hash step(struct hash h, uint32_t word)
{
	h.a = (word ^ hash_ror(h.a, 19)) * HASH_MUL_A;
	h.b = (word + hash_ror(h.b, 11)) * HASH_MUL_B;
	return h;
}

struct hash hash_more(struct hash h, const uint8_t *buf, size_t n_words)
{
	for (size_t i = 0; i < n_words; i++)
		h = step(h, get_le32(buf + 4 * i));
	return h;
}

struct hash hash_words(const uint8_t *buf, size_t n_words)
{
	return hash_more(HASH_INIT, buf, n_words);
}

struct hash hash_blank(size_t n_words, uint8_t erased)
{
	struct hash h = HASH_INIT;

	for (size_t i = 0; i < n_words; i++)
		h = step(h, erased * 0x01010101u);
	return h;
}
