/* SPDX-License-Identifier: MIT */
/*
 * The DSP extension, which the Cortex-M4 has and the M3 has not: ARMv7-M ARM
 * A5.3.13 to A5.3.17, those instructions that A7.7 marks so.
 */
#include "core/cpu.h"

static uint32_t rn(const struct core *c, uint32_t op)
{
	return get_reg(c, bits(op, 19, 16));
}

static uint32_t rm(const struct core *c, uint32_t op)
{
	return get_reg(c, bits(op, 3, 0));
}

static void set_rd(struct core *c, uint32_t op, uint32_t value)
{
	set_reg(c, bits(op, 11, 8), value);
}

static void set_q(struct core *c, bool saturated)
{
	if (saturated)
		c->xpsr |= XPSR_Q;
}

/* One of the two half-words or four bytes of a register as a number. */
static int32_t lane(uint32_t value, unsigned int n, unsigned int width, bool is_unsigned)
{
	const uint32_t raw = (value >> (n * width)) & ((1u << width) - 1);

	return is_unsigned ? (int32_t)raw : (int32_t)sign_extend(raw, width);
}

static int32_t half(uint32_t value, unsigned int n)
{
	return lane(value, n, 16, false);
}

/* --- parallel addition and subtraction --------------------------------------------- */

enum parallel_form { FORM_MODULO = 0, FORM_SATURATING = 1, FORM_HALVING = 2 };

/* What becomes of the sum or difference of one lane. GE is set for one that neither carried nor borrowed. */
static uint32_t parallel_result(int32_t x, enum parallel_form form, unsigned int width, bool is_unsigned)
{
	bool ignored;

	switch (form) {
	case FORM_SATURATING:
		return (uint32_t)(is_unsigned ? unsigned_sat(x, width, &ignored) : signed_sat(x, width, &ignored));
	case FORM_HALVING:
		return (uint32_t)x >> 1;
	default:
		return (uint32_t)x;
	}
}

static bool parallel_ge(int32_t x, bool subtracts, unsigned int width, bool is_unsigned)
{
	if (is_unsigned && !subtracts)
		return x >= 1 << width;
	return x >= 0;
}

/* op1 of A5.3.13: whether lane n subtracts, and which lane of Rm it takes. */
static bool lane_subtracts(unsigned int op1, unsigned int n)
{
	if (op1 == 2) /* ASX: the low half subtracts */
		return n == 0;
	if (op1 == 6) /* SAX: the high half subtracts */
		return n == 1;
	return op1 >= 4;
}

void dsp_parallel_add_subtract(struct core *c, uint32_t op)
{
	const unsigned int op1 = bits(op, 22, 20);
	const unsigned int width = op1 == 0 || op1 == 4 ? 8 : 16;
	const bool exchange = op1 == 2 || op1 == 6;
	const bool is_unsigned = bit(op, 6);
	const enum parallel_form form = (enum parallel_form)bits(op, 5, 4);
	uint32_t result = 0, ge = 0;

	if (!c->type->dsp || op1 == 3 || op1 == 7 || bits(op, 5, 4) == 3) {
		undefined(c);
		return;
	}

	for (unsigned int n = 0; n < 32 / width; n++) {
		const bool subtracts = lane_subtracts(op1, n);
		const int32_t x = lane(rn(c, op), n, width, is_unsigned);
		const int32_t y = lane(rm(c, op), exchange ? 1 - n : n, width, is_unsigned);
		const int32_t sum = subtracts ? x - y : x + y;

		result |= (parallel_result(sum, form, width, is_unsigned) & ((1u << width) - 1)) << (n * width);
		if (parallel_ge(sum, subtracts, width, is_unsigned))
			ge |= (width == 8 ? 1u : 3u) << (n * width / 8);
	}
	set_rd(c, op, result);
	if (form == FORM_MODULO)
		c->xpsr = (c->xpsr & ~XPSR_GE) | ge << 16;
}

void dsp_select(struct core *c, uint32_t op)
{
	uint32_t mask = 0;

	if (!c->type->dsp) {
		undefined(c);
		return;
	}
	for (unsigned int n = 0; n < 4; n++)
		if (bit(c->xpsr, 16 + n))
			mask |= 0xffu << (8 * n);
	set_rd(c, op, (rn(c, op) & mask) | (rm(c, op) & ~mask));
}

/* --- saturation ------------------------------------------------------------------------ */

void dsp_saturating_arithmetic(struct core *c, uint32_t op)
{
	const bool doubles = bit(op, 4), subtracts = bit(op, 5);
	const int64_t m = (int32_t)rm(c, op);
	int64_t n = (int32_t)rn(c, op);
	bool saturated = false;

	if (!c->type->dsp) {
		undefined(c);
		return;
	}
	if (doubles)
		n = signed_sat(2 * n, 32, &saturated);
	set_rd(c, op, (uint32_t)signed_sat(subtracts ? m - n : m + n, 32, &saturated));
	set_q(c, saturated);
}

void dsp_saturate16(struct core *c, uint32_t op)
{
	const unsigned int imm = bits(op, 3, 0);
	const uint32_t n = rn(c, op);
	bool saturated = false;
	uint32_t result = 0;

	if (!c->type->dsp || bits(op, 5, 4) != 0) {
		undefined(c);
		return;
	}
	for (unsigned int i = 0; i < 2; i++) {
		const int64_t value = bit(op, 23) ? unsigned_sat(half(n, i), imm, &saturated)
						  : signed_sat(half(n, i), imm + 1, &saturated);

		result |= ((uint32_t)value & 0xffff) << (16 * i);
	}
	set_rd(c, op, result);
	set_q(c, saturated);
}

/* --- packing and extension --------------------------------------------------------------- */

void dsp_pack_halfword(struct core *c, uint32_t op)
{
	const bool top_first = bit(op, 5); /* PKHTB */
	const unsigned int imm5 = bits(op, 14, 12) << 2 | bits(op, 7, 6);
	uint32_t m;

	if (!c->type->dsp || bit(op, 20) || bit(op, 4)) {
		undefined(c);
		return;
	}
	m = shift_imm_c(rm(c, op), bits(op, 5, 4), imm5, false).value;
	if (top_first)
		set_rd(c, op, (rn(c, op) & 0xffff0000u) | (m & 0xffff));
	else
		set_rd(c, op, (m & 0xffff0000u) | (rn(c, op) & 0xffff));
}

/* Rn = 15 adds nothing: SXTB16, UXTB16. */
void dsp_extend_and_add(struct core *c, uint32_t op)
{
	const uint32_t n = bits(op, 19, 16) == 15 ? 0 : rn(c, op);
	const uint32_t m = rotate_right(rm(c, op), bits(op, 5, 4) * 8);
	const bool is_unsigned = bit(op, 20);
	uint32_t low, high;

	if (!c->type->dsp) {
		undefined(c);
		return;
	}

	switch (bits(op, 22, 21)) {
	case 0: /* SXTAH, UXTAH */
		set_rd(c, op, n + (uint32_t)lane(m, 0, 16, is_unsigned));
		break;
	case 1: /* SXTAB16, UXTAB16 */
		low = (n & 0xffff) + (uint32_t)lane(m, 0, 8, is_unsigned);
		high = (n >> 16) + (uint32_t)lane(m, 2, 8, is_unsigned);
		set_rd(c, op, (low & 0xffff) | high << 16);
		break;
	case 2: /* SXTAB, UXTAB */
		set_rd(c, op, n + (uint32_t)lane(m, 0, 8, is_unsigned));
		break;
	default:
		undefined(c);
		break;
	}
}

/* --- multiplication -------------------------------------------------------------------------- */

/* The accumulating forms set Q when the sum overflows 32 bits; the result wraps. */
static void accumulate(struct core *c, uint32_t op, int64_t value)
{
	const unsigned int a = bits(op, 15, 12);

	if (a != 15)
		value += (int32_t)get_reg(c, a);
	set_rd(c, op, (uint32_t)value);
	set_q(c, value != (int32_t)(uint32_t)value);
}

/* SMLAD, SMUAD, SMLSD, SMUSD and the long forms: two products of half-words, Rm perhaps swapped. */
static int64_t dual_product(const struct core *c, uint32_t op, bool subtracts)
{
	const uint32_t n = rn(c, op);
	const uint32_t m = bit(op, 4) ? rotate_right(rm(c, op), 16) : rm(c, op);
	const int64_t low = (int64_t)half(n, 0) * half(m, 0);
	const int64_t high = (int64_t)half(n, 1) * half(m, 1);

	return subtracts ? low - high : low + high;
}

static void multiply_most_significant(struct core *c, uint32_t op, bool subtracts)
{
	const uint64_t product = (uint64_t)((int64_t)(int32_t)rn(c, op) * (int32_t)rm(c, op));
	const unsigned int a = bits(op, 15, 12);
	uint64_t result = a == 15 && !subtracts ? 0 : (uint64_t)get_reg(c, a) << 32;

	result = subtracts ? result - product : result + product;
	if (bit(op, 4))
		result += 0x80000000u;
	set_rd(c, op, (uint32_t)(result >> 32));
}

static void sum_of_differences(struct core *c, uint32_t op)
{
	const unsigned int a = bits(op, 15, 12);
	uint32_t sum = a == 15 ? 0 : get_reg(c, a);

	for (unsigned int i = 0; i < 4; i++) {
		const int32_t difference = lane(rn(c, op), i, 8, true) - lane(rm(c, op), i, 8, true);

		sum += (uint32_t)(difference < 0 ? -difference : difference);
	}
	set_rd(c, op, sum);
}

void dsp_multiply(struct core *c, uint32_t op)
{
	const unsigned int op1 = bits(op, 22, 20);

	if (!c->type->dsp || (op1 != 1 && bit(op, 5))) {
		undefined(c);
		return;
	}

	switch (op1) {
	case 1: /* SMLAxy, SMULxy */
		accumulate(c, op, (int64_t)half(rn(c, op), bit(op, 5)) * half(rm(c, op), bit(op, 4)));
		break;
	case 2: /* SMLAD, SMUAD */
		accumulate(c, op, dual_product(c, op, false));
		break;
	case 3: /* SMLAWy, SMULWy: bits 47:16 of the product */
		accumulate(c, op, ((int64_t)(int32_t)rn(c, op) * half(rm(c, op), bit(op, 4))) >> 16);
		break;
	case 4: /* SMLSD, SMUSD */
		accumulate(c, op, dual_product(c, op, true));
		break;
	case 5: /* SMMLA, SMMUL */
		multiply_most_significant(c, op, false);
		break;
	case 6: /* SMMLS */
		multiply_most_significant(c, op, true);
		break;
	default: /* USADA8, USAD8 */
		if (bit(op, 4)) {
			undefined(c);
			return;
		}
		sum_of_differences(c, op);
		break;
	}
}

void dsp_long_multiply(struct core *c, uint32_t op)
{
	const unsigned int lo = bits(op, 15, 12), hi = bits(op, 11, 8);
	const uint32_t old_lo = get_reg(c, lo), old_hi = get_reg(c, hi);
	const unsigned int op1 = bits(op, 22, 20), op2 = bits(op, 7, 4);
	uint64_t result = (uint64_t)old_hi << 32 | old_lo;

	if (!c->type->dsp) {
		undefined(c);
		return;
	}

	if (op1 == 4 && op2 >> 2 == 2) /* SMLALxy */
		result += (uint64_t)((int64_t)half(rn(c, op), bit(op, 5)) * half(rm(c, op), bit(op, 4)));
	else if ((op1 == 4 || op1 == 5) && op2 >> 1 == 6) /* SMLALD, SMLSLD */
		result += (uint64_t)dual_product(c, op, op1 == 5);
	else if (op1 == 6 && op2 == 6) /* UMAAL */
		result = (uint64_t)rn(c, op) * rm(c, op) + old_lo + old_hi;
	else {
		undefined(c);
		return;
	}

	set_reg(c, lo, (uint32_t)result);
	set_reg(c, hi, (uint32_t)(result >> 32));
}
