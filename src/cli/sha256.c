/* SPDX-License-Identifier: MIT */
#include "cli/sha256.h"

#include <stdio.h>
#include <string.h>

#include "cli/blocks.h"

/* FIPS 180-4 4.2.2: the fractional parts of the cube roots of the first 64 primes */
static const uint32_t k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t sha256_ror(uint32_t v, unsigned int n)
{
	return v >> n | v << (32 - n);
}

static uint32_t sha256_get_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* FIPS 180-4 6.2.2 */
static void add_block(uint32_t *h, const uint8_t *block)
{
	uint32_t w[64], s[8];

	for (unsigned int t = 0; t < 16; t++)
		w[t] = sha256_get_be32(block + 4 * t);
	for (unsigned int t = 16; t < 64; t++)
		w[t] = (sha256_ror(w[t - 2], 17) ^ sha256_ror(w[t - 2], 19) ^ w[t - 2] >> 10) + w[t - 7] +
		       (sha256_ror(w[t - 15], 7) ^ sha256_ror(w[t - 15], 18) ^ w[t - 15] >> 3) + w[t - 16];
	memcpy(s, h, sizeof(s));
	for (unsigned int t = 0; t < 64; t++) {
		const uint32_t sum1 = sha256_ror(s[4], 6) ^ sha256_ror(s[4], 11) ^ sha256_ror(s[4], 25);
		const uint32_t ch = (s[4] & s[5]) ^ (~s[4] & s[6]);
		const uint32_t t1 = s[7] + sum1 + ch + k[t] + w[t];
		const uint32_t sum0 = sha256_ror(s[0], 2) ^ sha256_ror(s[0], 13) ^ sha256_ror(s[0], 22);
		const uint32_t maj = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);

		memmove(s + 1, s, 7 * sizeof(s[0]));
		s[4] += t1;
		s[0] = t1 + sum0 + maj;
	}
	for (unsigned int i = 0; i < 8; i++)
		h[i] += s[i];
}

const char *sha256_text(char text[SHA256_TEXT_LEN], const void *data, size_t len)
{
	uint32_t h[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
	};

	blocks_add(h, add_block, data, len, true);
	for (unsigned int i = 0; i < 8; i++)
		snprintf(text + 8 * i, 9, "%08x", (unsigned int)h[i]);
	return text;
}
