/* SPDX-License-Identifier: MIT */
/* 32-bit data processing: ARMv7-M ARM A5.3.1, A5.3.3, A5.3.11, A5.3.12. */
#include "core/cpu.h"

/* --- A5.3.1, A5.3.11: one table of operations, two kinds of second operand ------ */

/* Rd = 15 with S: only the flags. Without S that is UNPREDICTABLE. */
static bool is_test(uint32_t op)
{
	return bits(op, 11, 8) == 15 && bit(op, 20);
}

static void logical(struct core *c, uint32_t op, uint32_t value, bool carry)
{
	if (!is_test(op))
		set_reg(c, bits(op, 11, 8), value);
	if (bit(op, 20))
		set_nzc(c, (struct shifted){ value, carry });
}

static void arithmetic(struct core *c, uint32_t op, struct sum s)
{
	if (!is_test(op))
		set_reg(c, bits(op, 11, 8), s.value);
	if (bit(op, 20))
		set_nzcv(c, s);
}

static void data_processing(struct core *c, uint32_t op, struct shifted operand)
{
	const unsigned int n = bits(op, 19, 16);
	const uint32_t x = get_reg(c, n);
	const uint32_t y = operand.value;

	switch (bits(op, 24, 21)) {
	case 0x0: /* AND, TST */
		logical(c, op, x & y, operand.carry);
		break;
	case 0x1: /* BIC */
		logical(c, op, x & ~y, operand.carry);
		break;
	case 0x2: /* ORR, MOV */
		logical(c, op, n == 15 ? y : x | y, operand.carry);
		break;
	case 0x3: /* ORN, MVN */
		logical(c, op, n == 15 ? ~y : x | ~y, operand.carry);
		break;
	case 0x4: /* EOR, TEQ */
		logical(c, op, x ^ y, operand.carry);
		break;
	case 0x8: /* ADD, CMN */
		arithmetic(c, op, add_with_carry(x, y, false));
		break;
	case 0xa: /* ADC */
		arithmetic(c, op, add_with_carry(x, y, carry_flag(c)));
		break;
	case 0xb: /* SBC */
		arithmetic(c, op, add_with_carry(x, ~y, carry_flag(c)));
		break;
	case 0xd: /* SUB, CMP */
		arithmetic(c, op, subtract(x, y));
		break;
	case 0xe: /* RSB */
		arithmetic(c, op, subtract(y, x));
		break;
	default:
		undefined(c);
		break;
	}
}

/* i:imm3:imm8 */
static uint32_t imm12(uint32_t op)
{
	return bits(op, 26, 26) << 11 | bits(op, 14, 12) << 8 | bits(op, 7, 0);
}

/* imm3:imm2 */
static unsigned int imm5(uint32_t op)
{
	return bits(op, 14, 12) << 2 | bits(op, 7, 6);
}

void thumb32_data_modified_immediate(struct core *c, uint32_t op)
{
	data_processing(c, op, thumb_expand_imm_c(imm12(op), carry_flag(c)));
}

void thumb32_data_shifted_register(struct core *c, uint32_t op)
{
	if (bits(op, 24, 21) == 6) {
		dsp_pack_halfword(c, op);
		return;
	}
	data_processing(c, op, shift_imm_c(get_reg(c, bits(op, 3, 0)), bits(op, 5, 4), imm5(op), carry_flag(c)));
}

/* --- A5.3.3: plain binary immediate ----------------------------------------------- */

/* ADDW and SUBW, which are ADR when Rn = 15. */
static uint32_t address_base(const struct core *c, uint32_t op)
{
	const unsigned int n = bits(op, 19, 16);

	return n == 15 ? (c->pc + 4) & ~3u : get_reg(c, n);
}

static uint32_t imm16(uint32_t op)
{
	return bits(op, 19, 16) << 12 | imm12(op);
}

static void saturate(struct core *c, uint32_t op)
{
	const uint32_t n = get_reg(c, bits(op, 19, 16));
	const int64_t operand = (int32_t)shift_imm_c(n, bits(op, 21, 21) << 1, imm5(op), false).value;
	const unsigned int imm = bits(op, 4, 0);
	bool saturated = false;
	int64_t value;

	if (bit(op, 21) && imm5(op) == 0) {
		dsp_saturate16(c, op);
		return;
	}

	if (bit(op, 23))
		value = unsigned_sat(operand, imm, &saturated);
	else
		value = signed_sat(operand, imm + 1, &saturated);
	set_reg(c, bits(op, 11, 8), (uint32_t)value);
	if (saturated)
		c->xpsr |= XPSR_Q;
}

/* BFI, or BFC when Rn = 15. msb < lsb is UNPREDICTABLE: taken as UNDEFINED. */
static void bit_field_insert(struct core *c, uint32_t op)
{
	const unsigned int d = bits(op, 11, 8), n = bits(op, 19, 16);
	const unsigned int lsb = imm5(op), msb = bits(op, 4, 0);
	const uint32_t source = n == 15 ? 0 : get_reg(c, n);
	uint32_t mask;

	if (msb < lsb) {
		undefined(c);
		return;
	}
	mask = (0xffffffffu >> (31 - (msb - lsb))) << lsb;
	set_reg(c, d, (get_reg(c, d) & ~mask) | (source << lsb & mask));
}

static void bit_field_extract(struct core *c, uint32_t op)
{
	const unsigned int lsb = imm5(op), width = bits(op, 4, 0) + 1;
	const uint32_t n = get_reg(c, bits(op, 19, 16));
	uint32_t field;

	if (lsb + width > 32) {
		undefined(c);
		return;
	}
	field = bits(n, lsb + width - 1, lsb);
	set_reg(c, bits(op, 11, 8), bit(op, 23) ? field : sign_extend(field, width));
}

void thumb32_data_plain_immediate(struct core *c, uint32_t op)
{
	const unsigned int d = bits(op, 11, 8);

	switch (bits(op, 24, 20)) {
	case 0x00: /* ADDW, ADR */
		set_reg(c, d, address_base(c, op) + imm12(op));
		break;
	case 0x04: /* MOVW */
		set_reg(c, d, imm16(op));
		break;
	case 0x0a: /* SUBW, ADR */
		set_reg(c, d, address_base(c, op) - imm12(op));
		break;
	case 0x0c: /* MOVT */
		set_reg(c, d, imm16(op) << 16 | (get_reg(c, d) & 0xffff));
		break;
	case 0x10: /* SSAT, SSAT16 */
	case 0x12:
	case 0x18: /* USAT, USAT16 */
	case 0x1a:
		saturate(c, op);
		break;
	case 0x14: /* SBFX */
	case 0x1c: /* UBFX */
		bit_field_extract(c, op);
		break;
	case 0x16: /* BFI, BFC */
		bit_field_insert(c, op);
		break;
	default:
		undefined(c);
		break;
	}
}

/* --- A5.3.12: register -------------------------------------------------------------- */

static void shift_by_register(struct core *c, uint32_t op)
{
	const uint32_t n = get_reg(c, bits(op, 19, 16));
	const unsigned int amount = get_reg(c, bits(op, 3, 0)) & 0xff;
	const struct shifted s = shift_c(n, (enum srtype)bits(op, 22, 21), amount, carry_flag(c));

	set_reg(c, bits(op, 11, 8), s.value);
	if (bit(op, 20))
		set_nzc(c, s);
}

static void extend(struct core *c, uint32_t op)
{
	const uint32_t m = rotate_right(get_reg(c, bits(op, 3, 0)), bits(op, 5, 4) * 8);
	const unsigned int d = bits(op, 11, 8);

	if (bits(op, 19, 16) != 15) {
		dsp_extend_and_add(c, op);
		return;
	}

	switch (bits(op, 22, 20)) {
	case 0: /* SXTH */
		set_reg(c, d, sign_extend(m, 16));
		break;
	case 1: /* UXTH */
		set_reg(c, d, m & 0xffff);
		break;
	case 4: /* SXTB */
		set_reg(c, d, sign_extend(m, 8));
		break;
	case 5: /* UXTB */
		set_reg(c, d, m & 0xff);
		break;
	default: /* SXTB16, UXTB16 */
		dsp_extend_and_add(c, op);
		break;
	}
}

/* A5.3.15 */
static void miscellaneous_operation(struct core *c, uint32_t op)
{
	const uint32_t m = get_reg(c, bits(op, 3, 0));
	const unsigned int d = bits(op, 11, 8);

	switch (bits(op, 21, 20) << 2 | bits(op, 5, 4)) {
	case 0x0: /* QADD */
	case 0x1: /* QDADD */
	case 0x2: /* QSUB */
	case 0x3: /* QDSUB */
		dsp_saturating_arithmetic(c, op);
		break;
	case 0x4: /* REV */
		set_reg(c, d, reverse_bytes(m));
		break;
	case 0x5: /* REV16 */
		set_reg(c, d, reverse_halves(m));
		break;
	case 0x6: /* RBIT */
		set_reg(c, d, reverse_bits(m));
		break;
	case 0x7: /* REVSH */
		set_reg(c, d, sign_extend(reverse_halves(m), 16));
		break;
	case 0x8: /* SEL */
		dsp_select(c, op);
		break;
	case 0xc: /* CLZ */
		set_reg(c, d, count_leading_zeros(m));
		break;
	default:
		undefined(c);
		break;
	}
}

void thumb32_data_register(struct core *c, uint32_t op)
{
	if (bits(op, 15, 12) != 15) {
		undefined(c);
		return;
	}
	if (!bit(op, 23)) {
		if (bits(op, 7, 4) == 0) {
			shift_by_register(c, op);
			return;
		}
		if (bit(op, 7)) {
			extend(c, op);
			return;
		}
		undefined(c);
		return;
	}
	if (!bit(op, 7)) {
		dsp_parallel_add_subtract(c, op);
		return;
	}
	if (bits(op, 23, 22) == 2 && !bit(op, 6)) {
		miscellaneous_operation(c, op);
		return;
	}
	undefined(c);
}
