/* SPDX-License-Identifier: MIT */
/* 32-bit multiplication and division: ARMv7-M ARM A5.3.16, A5.3.17. */
#include "core/cpu.h"

void thumb32_multiply(struct core *c, uint32_t op)
{
	const uint32_t product = get_reg(c, bits(op, 19, 16)) * get_reg(c, bits(op, 3, 0));
	const unsigned int a = bits(op, 15, 12), d = bits(op, 11, 8);

	if (bits(op, 7, 6) != 0) {
		undefined(c);
		return;
	}

	switch (bits(op, 22, 20) << 2 | bits(op, 5, 4)) {
	case 0: /* MUL, MLA */
		set_reg(c, d, a == 15 ? product : get_reg(c, a) + product);
		break;
	case 1: /* MLS */
		set_reg(c, d, get_reg(c, a) - product);
		break;
	case 2:
	case 3:
		undefined(c);
		break;
	default:
		dsp_multiply(c, op);
		break;
	}
}

/* UDIV, SDIV: rounding towards zero; what overflows wraps. */
static void divide(struct core *c, uint32_t op, bool is_signed)
{
	const uint32_t n = get_reg(c, bits(op, 19, 16)), m = get_reg(c, bits(op, 3, 0));
	const unsigned int d = bits(op, 11, 8);

	if (bits(op, 7, 4) != 15) {
		undefined(c);
		return;
	}
	if (m == 0) {
		if (c->ccr & CCR_DIV_0_TRP) {
			usage_fault(c, CFSR_DIVBYZERO);
			return;
		}
		set_reg(c, d, 0);
		return;
	}
	if (is_signed) {
		set_reg(c, d, (uint32_t)((int64_t)(int32_t)n / (int32_t)m));
		return;
	}
	set_reg(c, d, n / m);
}

void thumb32_long_multiply(struct core *c, uint32_t op)
{
	const uint32_t n = get_reg(c, bits(op, 19, 16)), m = get_reg(c, bits(op, 3, 0));
	const unsigned int lo = bits(op, 15, 12), hi = bits(op, 11, 8), op1 = bits(op, 22, 20);
	uint64_t result;

	if (op1 == 1 || op1 == 3) {
		divide(c, op, op1 == 1);
		return;
	}
	if (bits(op, 7, 4) != 0) {
		dsp_long_multiply(c, op);
		return;
	}

	switch (op1) {
	case 0: /* SMULL */
	case 4: /* SMLAL */
		result = (uint64_t)((int64_t)(int32_t)n * (int32_t)m);
		break;
	case 2: /* UMULL */
	case 6: /* UMLAL */
		result = (uint64_t)n * m;
		break;
	default:
		undefined(c);
		return;
	}
	if (bit(op1, 2))
		result += (uint64_t)get_reg(c, hi) << 32 | get_reg(c, lo);
	set_reg(c, lo, (uint32_t)result);
	set_reg(c, hi, (uint32_t)(result >> 32));
}
