/* SPDX-License-Identifier: MIT */
/* The 16-bit Thumb instructions: ARMv7-M ARM A5.2, in the order of its tables. */
#include "core/cpu.h"

/* --- A5.2.1: shift (immediate), add, subtract, move, compare ---------------- */

static inline void shift_immediate(struct core *c, uint32_t op, enum srtype type)
{
	const struct shifted s = shift_imm_c(c->r[bits(op, 5, 3)], type, bits(op, 10, 6), carry_flag(c));

	c->r[bits(op, 2, 0)] = s.value;
	if (!in_it_block(c))
		set_nzc(c, s);
}

static void lsl_immediate(struct core *c, uint32_t op)
{
	shift_immediate(c, op, SRTYPE_LSL);
}

static void lsr_immediate(struct core *c, uint32_t op)
{
	shift_immediate(c, op, SRTYPE_LSR);
}

static void asr_immediate(struct core *c, uint32_t op)
{
	shift_immediate(c, op, SRTYPE_ASR);
}

static inline void logical_result(struct core *c, unsigned int d, uint32_t value)
{
	c->r[d] = value;
	if (!in_it_block(c))
		set_nz(c, value);
}

static inline void shift_result(struct core *c, unsigned int d, struct shifted s)
{
	c->r[d] = s.value;
	if (!in_it_block(c))
		set_nzc(c, s);
}

static inline void sum_result(struct core *c, unsigned int d, struct sum s)
{
	c->r[d] = s.value;
	if (!in_it_block(c))
		set_nzcv(c, s);
}

static void add_register(struct core *c, uint32_t op)
{
	const uint32_t n = c->r[bits(op, 5, 3)];
	const uint32_t m = c->r[bits(op, 8, 6)];

	sum_result(c, bits(op, 2, 0), add_with_carry(n, m, false));
}

static void sub_register(struct core *c, uint32_t op)
{
	sum_result(c, bits(op, 2, 0), subtract(c->r[bits(op, 5, 3)], c->r[bits(op, 8, 6)]));
}

static void add_imm3(struct core *c, uint32_t op)
{
	sum_result(c, bits(op, 2, 0), add_with_carry(c->r[bits(op, 5, 3)], bits(op, 8, 6), false));
}

static void sub_imm3(struct core *c, uint32_t op)
{
	sum_result(c, bits(op, 2, 0), subtract(c->r[bits(op, 5, 3)], bits(op, 8, 6)));
}

static void mov_imm8(struct core *c, uint32_t op)
{
	logical_result(c, bits(op, 10, 8), bits(op, 7, 0));
}

static void cmp_imm8(struct core *c, uint32_t op)
{
	set_nzcv(c, subtract(c->r[bits(op, 10, 8)], bits(op, 7, 0)));
}

static void add_imm8(struct core *c, uint32_t op)
{
	const unsigned int dn = bits(op, 10, 8);

	sum_result(c, dn, add_with_carry(c->r[dn], bits(op, 7, 0), false));
}

static void sub_imm8(struct core *c, uint32_t op)
{
	const unsigned int dn = bits(op, 10, 8);

	sum_result(c, dn, subtract(c->r[dn], bits(op, 7, 0)));
}

/* --- A5.2.2: data processing -------------------------------------------------- */

static void data_processing(struct core *c, uint32_t op)
{
	const unsigned int dn = bits(op, 2, 0);
	const uint32_t n = c->r[dn];
	const uint32_t m = c->r[bits(op, 5, 3)];
	const bool carry = carry_flag(c);

	switch (bits(op, 9, 6)) {
	case 0x0: /* AND */
		logical_result(c, dn, n & m);
		break;
	case 0x1: /* EOR */
		logical_result(c, dn, n ^ m);
		break;
	case 0x2: /* LSL */
		shift_result(c, dn, shift_c(n, SRTYPE_LSL, m & 0xff, carry));
		break;
	case 0x3: /* LSR */
		shift_result(c, dn, shift_c(n, SRTYPE_LSR, m & 0xff, carry));
		break;
	case 0x4: /* ASR */
		shift_result(c, dn, shift_c(n, SRTYPE_ASR, m & 0xff, carry));
		break;
	case 0x5: /* ADC */
		sum_result(c, dn, add_with_carry(n, m, carry));
		break;
	case 0x6: /* SBC */
		sum_result(c, dn, add_with_carry(n, ~m, carry));
		break;
	case 0x7: /* ROR */
		shift_result(c, dn, shift_c(n, SRTYPE_ROR, m & 0xff, carry));
		break;
	case 0x8: /* TST */
		set_nz(c, n & m);
		break;
	case 0x9: /* RSB #0 */
		sum_result(c, dn, subtract(0, m));
		break;
	case 0xa: /* CMP */
		set_nzcv(c, subtract(n, m));
		break;
	case 0xb: /* CMN */
		set_nzcv(c, add_with_carry(n, m, false));
		break;
	case 0xc: /* ORR */
		logical_result(c, dn, n | m);
		break;
	case 0xd: /* MUL */
		logical_result(c, dn, n * m);
		break;
	case 0xe: /* BIC */
		logical_result(c, dn, n & ~m);
		break;
	default: /* MVN */
		logical_result(c, dn, ~m);
		break;
	}
}

/* --- A5.2.3: special data instructions and branch and exchange ----------------- */

static inline unsigned int high_dn(uint32_t op)
{
	return bits(op, 7, 7) << 3 | bits(op, 2, 0);
}

/* ALUWritePC (A2.3.1) */
static inline void alu_result(struct core *c, unsigned int d, uint32_t value)
{
	if (d == 15)
		branch_to(c, value);
	else
		set_reg(c, d, value);
}

static void special_data(struct core *c, uint32_t op)
{
	const unsigned int dn = high_dn(op);
	const uint32_t m = get_reg(c, bits(op, 6, 3));

	switch (bits(op, 9, 8)) {
	case 0: /* ADD */
		alu_result(c, dn, get_reg(c, dn) + m);
		break;
	case 1: /* CMP */
		set_nzcv(c, subtract(get_reg(c, dn), m));
		break;
	case 2: /* MOV */
		alu_result(c, dn, m);
		break;
	default: /* BX, BLX */
		if (!bit(op, 7)) {
			bx_write_pc(c, m);
			return;
		}
		c->lr = c->next_pc | 1;
		blx_write_pc(c, m);
		break;
	}
}

/* --- A5.2.4: load and store single data item ------------------------------------ */

static void ldr_literal(struct core *c, uint32_t op)
{
	load(c, bits(op, 10, 8), ((c->pc + 4) & ~3u) + bits(op, 7, 0) * 4, 4);
}

static inline uint32_t register_offset(const struct core *c, uint32_t op)
{
	return c->r[bits(op, 5, 3)] + c->r[bits(op, 8, 6)];
}

static inline uint32_t immediate_offset(const struct core *c, uint32_t op, unsigned int size)
{
	return c->r[bits(op, 5, 3)] + bits(op, 10, 6) * size;
}

static void str_register(struct core *c, uint32_t op)
{
	store(c, bits(op, 2, 0), register_offset(c, op), 4);
}

static void strh_register(struct core *c, uint32_t op)
{
	store(c, bits(op, 2, 0), register_offset(c, op), 2);
}

static void strb_register(struct core *c, uint32_t op)
{
	store(c, bits(op, 2, 0), register_offset(c, op), 1);
}

static void ldrsb_register(struct core *c, uint32_t op)
{
	load_signed(c, bits(op, 2, 0), register_offset(c, op), 1);
}

static void ldr_register(struct core *c, uint32_t op)
{
	load(c, bits(op, 2, 0), register_offset(c, op), 4);
}

static void ldrh_register(struct core *c, uint32_t op)
{
	load(c, bits(op, 2, 0), register_offset(c, op), 2);
}

static void ldrb_register(struct core *c, uint32_t op)
{
	load(c, bits(op, 2, 0), register_offset(c, op), 1);
}

static void ldrsh_register(struct core *c, uint32_t op)
{
	load_signed(c, bits(op, 2, 0), register_offset(c, op), 2);
}

static void str_immediate(struct core *c, uint32_t op)
{
	store(c, bits(op, 2, 0), immediate_offset(c, op, 4), 4);
}

static void ldr_immediate(struct core *c, uint32_t op)
{
	load(c, bits(op, 2, 0), immediate_offset(c, op, 4), 4);
}

static void strb_immediate(struct core *c, uint32_t op)
{
	store(c, bits(op, 2, 0), immediate_offset(c, op, 1), 1);
}

static void ldrb_immediate(struct core *c, uint32_t op)
{
	load(c, bits(op, 2, 0), immediate_offset(c, op, 1), 1);
}

static void strh_immediate(struct core *c, uint32_t op)
{
	store(c, bits(op, 2, 0), immediate_offset(c, op, 2), 2);
}

static void ldrh_immediate(struct core *c, uint32_t op)
{
	load(c, bits(op, 2, 0), immediate_offset(c, op, 2), 2);
}

static void str_sp(struct core *c, uint32_t op)
{
	store(c, bits(op, 10, 8), get_sp(c) + bits(op, 7, 0) * 4, 4);
}

static void ldr_sp(struct core *c, uint32_t op)
{
	load(c, bits(op, 10, 8), get_sp(c) + bits(op, 7, 0) * 4, 4);
}

/* --- addresses relative to PC and SP ---------------------------------------------- */

static void adr(struct core *c, uint32_t op)
{
	c->r[bits(op, 10, 8)] = ((c->pc + 4) & ~3u) + bits(op, 7, 0) * 4;
}

static void add_sp_imm8(struct core *c, uint32_t op)
{
	c->r[bits(op, 10, 8)] = get_sp(c) + bits(op, 7, 0) * 4;
}

/* --- A5.2.5: miscellaneous ----------------------------------------------------------- */

static void adjust_sp(struct core *c, uint32_t op)
{
	const uint32_t imm = bits(op, 6, 0) * 4;

	set_sp(c, bit(op, 7) ? get_sp(c) - imm : get_sp(c) + imm);
}

static void extend(struct core *c, uint32_t op)
{
	const uint32_t m = c->r[bits(op, 5, 3)];
	const unsigned int d = bits(op, 2, 0);

	switch (bits(op, 7, 6)) {
	case 0: /* SXTH */
		c->r[d] = sign_extend(m, 16);
		break;
	case 1: /* SXTB */
		c->r[d] = sign_extend(m, 8);
		break;
	case 2: /* UXTH */
		c->r[d] = m & 0xffff;
		break;
	default: /* UXTB */
		c->r[d] = m & 0xff;
		break;
	}
}

static void reverse(struct core *c, uint32_t op)
{
	const uint32_t m = c->r[bits(op, 5, 3)];
	const unsigned int d = bits(op, 2, 0);

	switch (bits(op, 7, 6)) {
	case 0: /* REV */
		c->r[d] = reverse_bytes(m);
		break;
	case 1: /* REV16 */
		c->r[d] = reverse_halves(m);
		break;
	case 3: /* REVSH */
		c->r[d] = sign_extend(reverse_halves(m), 16);
		break;
	default:
		undefined(c);
		break;
	}
}

static void compare_and_branch(struct core *c, uint32_t op)
{
	const bool nonzero = bit(op, 11);
	const uint32_t imm = bits(op, 9, 9) << 6 | bits(op, 7, 3) << 1;

	if (nonzero == (c->r[bits(op, 2, 0)] != 0))
		branch_to(c, c->pc + 4 + imm);
}

static void push(struct core *c, uint32_t op)
{
	const uint32_t list = bits(op, 7, 0) | bits(op, 8, 8) << 14;
	const uint32_t addr = get_sp(c) - 4 * count_ones(list);

	if (store_multiple(c, list, addr))
		set_sp(c, addr);
}

static void pop(struct core *c, uint32_t op)
{
	const uint32_t list = bits(op, 7, 0) | bits(op, 8, 8) << 15;
	const uint32_t addr = get_sp(c);

	if (load_multiple(c, list, addr))
		set_sp(c, addr + 4 * count_ones(list));
}

static void cps(struct core *c, uint32_t op)
{
	if (bits(op, 7, 5) != 3) {
		undefined(c);
		return;
	}
	change_processor_state(c, bit(op, 4), bit(op, 1), bit(op, 0));
}

static void breakpoint(struct core *c, uint32_t op)
{
	(void)op;
	raise_exception(c, EXC_DEBUGMON);
}

static void it_and_hints(struct core *c, uint32_t op)
{
	if (bits(op, 3, 0) == 0)
		hint(c, bits(op, 7, 4));
	else
		c->xpsr |= bits(op, 7, 2) << 10 | bits(op, 1, 0) << 25;
}

static void miscellaneous(struct core *c, uint32_t op)
{
	static thumb_fn *const functions[16] = {
		[0x0] = adjust_sp,  [0x1] = compare_and_branch,
		[0x2] = extend,     [0x3] = compare_and_branch,
		[0x4] = push,       [0x5] = push,
		[0x6] = cps,        [0x9] = compare_and_branch,
		[0xa] = reverse,    [0xb] = compare_and_branch,
		[0xc] = pop,        [0xd] = pop,
		[0xe] = breakpoint, [0xf] = it_and_hints,
	};
	thumb_fn *const function = functions[bits(op, 11, 8)];

	if (!function) {
		undefined(c);
		return;
	}
	function(c, op);
}

/* --- load and store multiple, branches ------------------------------------------------- */

static void stm(struct core *c, uint32_t op)
{
	const unsigned int n = bits(op, 10, 8);
	const uint32_t list = bits(op, 7, 0);

	if (store_multiple(c, list, c->r[n]))
		c->r[n] += 4 * count_ones(list);
}

/* Writes back unless the base is in the list. */
static void ldm(struct core *c, uint32_t op)
{
	const unsigned int n = bits(op, 10, 8);
	const uint32_t list = bits(op, 7, 0);

	if (load_multiple(c, list, c->r[n]) && !bit(list, n))
		c->r[n] += 4 * count_ones(list);
}

/* A5.2.6: conditional branch and supervisor call */
static void branch_conditional(struct core *c, uint32_t op)
{
	const unsigned int cond = bits(op, 11, 8);

	if (cond == 15) {
		raise_exception(c, EXC_SVCALL);
		return;
	}
	if (cond == 14) {
		undefined(c);
		return;
	}
	if (condition_passed(c, cond))
		branch_to(c, c->pc + 4 + sign_extend(op << 1, 9));
}

static void branch(struct core *c, uint32_t op)
{
	branch_to(c, c->pc + 4 + sign_extend(op << 1, 12));
}

/* clang-format off */
thumb_fn *const thumb16[128] = {
	/* 000xxxx */ lsl_immediate, lsl_immediate, lsl_immediate, lsl_immediate,
		      lsr_immediate, lsr_immediate, lsr_immediate, lsr_immediate,
		      asr_immediate, asr_immediate, asr_immediate, asr_immediate,
		      add_register, sub_register, add_imm3, sub_imm3,
	/* 001xxxx */ mov_imm8, mov_imm8, mov_imm8, mov_imm8, cmp_imm8, cmp_imm8, cmp_imm8, cmp_imm8,
		      add_imm8, add_imm8, add_imm8, add_imm8, sub_imm8, sub_imm8, sub_imm8, sub_imm8,
	/* 0100xxx */ data_processing, data_processing, special_data, special_data,
		      ldr_literal, ldr_literal, ldr_literal, ldr_literal,
	/* 0101xxx */ str_register, strh_register, strb_register, ldrsb_register,
		      ldr_register, ldrh_register, ldrb_register, ldrsh_register,
	/* 0110xxx */ str_immediate, str_immediate, str_immediate, str_immediate,
		      ldr_immediate, ldr_immediate, ldr_immediate, ldr_immediate,
	/* 0111xxx */ strb_immediate, strb_immediate, strb_immediate, strb_immediate,
		      ldrb_immediate, ldrb_immediate, ldrb_immediate, ldrb_immediate,
	/* 1000xxx */ strh_immediate, strh_immediate, strh_immediate, strh_immediate,
		      ldrh_immediate, ldrh_immediate, ldrh_immediate, ldrh_immediate,
	/* 1001xxx */ str_sp, str_sp, str_sp, str_sp, ldr_sp, ldr_sp, ldr_sp, ldr_sp,
	/* 1010xxx */ adr, adr, adr, adr, add_sp_imm8, add_sp_imm8, add_sp_imm8, add_sp_imm8,
	/* 1011xxx */ miscellaneous, miscellaneous, miscellaneous, miscellaneous,
		      miscellaneous, miscellaneous, miscellaneous, miscellaneous,
	/* 1100xxx */ stm, stm, stm, stm, ldm, ldm, ldm, ldm,
	/* 1101xxx */ branch_conditional, branch_conditional, branch_conditional, branch_conditional,
		      branch_conditional, branch_conditional, branch_conditional, branch_conditional,
	/* 11100xx */ branch, branch, branch, branch,
	/* the rest: 32-bit instructions */
};
/* clang-format on */
