/* SPDX-License-Identifier: MIT */
/* The arithmetic of ARMv7-M: pseudocode functions of A2.2.1, A5.3.2, A7.4.2 and D6.3, by their names there. */
#ifndef VIRTUAL_CORE_ALU_H
#define VIRTUAL_CORE_ALU_H

#include <stdbool.h>
#include <stdint.h>

enum srtype { SRTYPE_LSL, SRTYPE_LSR, SRTYPE_ASR, SRTYPE_ROR, SRTYPE_RRX };

/* A value and the carry that comes with it. */
struct shifted {
	uint32_t value;
	bool carry;
};

struct sum {
	uint32_t value;
	bool carry;
	bool overflow;
};

static inline uint32_t bits(uint32_t op, unsigned int high, unsigned int low)
{
	return (op >> low) & (0xffffffffu >> (31 - (high - low)));
}

static inline bool bit(uint32_t op, unsigned int n)
{
	return (op >> n) & 1;
}

static inline uint32_t sign_extend(uint32_t value, unsigned int width)
{
	const uint32_t sign = 1u << (width - 1);

	return ((value & (sign | (sign - 1))) ^ sign) - sign;
}

static inline uint32_t rotate_right(uint32_t value, unsigned int n)
{
	return value >> (n & 31) | value << (-n & 31);
}

static inline struct sum add_with_carry(uint32_t x, uint32_t y, bool carry)
{
	const uint64_t wide = (uint64_t)x + y + carry;
	const uint32_t value = (uint32_t)wide;

	return (struct sum){ value, (wide >> 32) & 1, ((x ^ value) & (y ^ value)) >> 31 };
}

/* x - y as the manual writes it: the carry is "no borrow". */
static inline struct sum subtract(uint32_t x, uint32_t y)
{
	return add_with_carry(x, ~y, true);
}

static inline struct shifted lsl_c(uint32_t x, unsigned int n)
{
	if (n > 32)
		return (struct shifted){ 0, false };
	if (n == 32)
		return (struct shifted){ 0, x & 1 };
	return (struct shifted){ x << n, (x >> (32 - n)) & 1 };
}

static inline struct shifted lsr_c(uint32_t x, unsigned int n)
{
	if (n > 32)
		return (struct shifted){ 0, false };
	if (n == 32)
		return (struct shifted){ 0, x >> 31 };
	return (struct shifted){ x >> n, (x >> (n - 1)) & 1 };
}

static inline struct shifted asr_c(uint32_t x, unsigned int n)
{
	const uint32_t sign = x >> 31 ? 0xffffffffu : 0;

	if (n >= 32)
		return (struct shifted){ sign, sign & 1 };
	return (struct shifted){ x >> n | sign << (32 - n), (x >> (n - 1)) & 1 };
}

static inline struct shifted ror_c(uint32_t x, unsigned int n)
{
	const uint32_t value = rotate_right(x, n);

	return (struct shifted){ value, value >> 31 };
}

static inline struct shifted shift_c(uint32_t x, enum srtype type, unsigned int n, bool carry)
{
	if (type == SRTYPE_RRX)
		return (struct shifted){ x >> 1 | (uint32_t)carry << 31, x & 1 };
	if (n == 0)
		return (struct shifted){ x, carry };

	switch (type) {
	case SRTYPE_LSL:
		return lsl_c(x, n);
	case SRTYPE_LSR:
		return lsr_c(x, n);
	case SRTYPE_ASR:
		return asr_c(x, n);
	default:
		return ror_c(x, n);
	}
}

/* A shift as instructions encode it: type and a 5-bit amount (DecodeImmShift, A7.4.2). */
static inline struct shifted shift_imm_c(uint32_t x, unsigned int type, unsigned int imm5, bool carry)
{
	if (type == SRTYPE_ROR && imm5 == 0)
		return shift_c(x, SRTYPE_RRX, 1, carry);
	if (type != SRTYPE_LSL && imm5 == 0)
		imm5 = 32;
	return shift_c(x, (enum srtype)type, imm5, carry);
}

/* ThumbExpandImm_C (A5.3.2): the 12 bits i:imm3:imm8 of a modified immediate. */
static inline struct shifted thumb_expand_imm_c(uint32_t imm12, bool carry)
{
	const uint32_t imm8 = imm12 & 0xff;

	switch (imm12 >> 8) {
	case 0:
		return (struct shifted){ imm8, carry };
	case 1:
		return (struct shifted){ imm8 << 16 | imm8, carry };
	case 2:
		return (struct shifted){ imm8 << 24 | imm8 << 8, carry };
	case 3:
		return (struct shifted){ imm8 * 0x01010101u, carry };
	default:
		return ror_c(0x80 | (imm8 & 0x7f), imm12 >> 7);
	}
}

/* SignedSatQ and UnsignedSatQ (A2.2.1): *saturated becomes true when the value did not fit. */
static inline int64_t signed_sat(int64_t value, unsigned int width, bool *saturated)
{
	const int64_t max = ((int64_t)1 << (width - 1)) - 1;

	if (value >= -max - 1 && value <= max)
		return value;
	*saturated = true;
	return value < 0 ? -max - 1 : max;
}

static inline int64_t unsigned_sat(int64_t value, unsigned int width, bool *saturated)
{
	const int64_t max = ((int64_t)1 << width) - 1;

	if (value >= 0 && value <= max)
		return value;
	*saturated = true;
	return value < 0 ? 0 : max;
}

static inline uint32_t reverse_halves(uint32_t x)
{
	return (x & 0x00ff00ffu) << 8 | ((x >> 8) & 0x00ff00ffu);
}

static inline uint32_t reverse_bytes(uint32_t x)
{
	return rotate_right(reverse_halves(x), 16);
}

static inline uint32_t reverse_bits(uint32_t x)
{
	x = (x & 0x55555555u) << 1 | ((x >> 1) & 0x55555555u);
	x = (x & 0x33333333u) << 2 | ((x >> 2) & 0x33333333u);
	x = (x & 0x0f0f0f0fu) << 4 | ((x >> 4) & 0x0f0f0f0fu);
	return reverse_bytes(x);
}

/* BitCount (D6.5.2) */
static inline unsigned int count_ones(uint32_t x)
{
	unsigned int n = 0;

	for (; x; x &= x - 1)
		n++;
	return n;
}

static inline unsigned int count_leading_zeros(uint32_t x)
{
	unsigned int n = 0;

	if (!x)
		return 32;
	while (!(x >> 31)) {
		x <<= 1;
		n++;
	}
	return n;
}

#endif
