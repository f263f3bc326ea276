/* SPDX-License-Identifier: MIT */
/* The 32-bit Thumb instructions: the first table of ARMv7-M ARM A5.3, and the coprocessor instructions. */
#include "core/cpu.h"

/*
 * A5.3.18: no coprocessor but the FPU exists, and that is not modelled: whether
 * CPACR forbids it (NOCP) or allows it (UNDEFINSTR), the instruction faults.
 */
static void coprocessor(struct core *c, uint32_t op)
{
	const unsigned int cp = bits(op, 11, 8);
	const bool is_fp = cp == 10 || cp == 11;

	if (!is_fp || bits(c->cpacr, 2 * cp + 1, 2 * cp) == 0) {
		usage_fault(c, CFSR_NOCP);
		return;
	}
	c->fp_refused++;
	undefined(c);
}

static void multiple_or_dual(struct core *c, uint32_t op)
{
	if (bit(op, 22))
		thumb32_dual_exclusive_table(c, op);
	else
		thumb32_multiple(c, op);
}

static void modified_immediate_or_branch(struct core *c, uint32_t op)
{
	if (bit(op, 15))
		thumb32_branches_and_control(c, op);
	else
		thumb32_data_modified_immediate(c, op);
}

static void plain_immediate_or_branch(struct core *c, uint32_t op)
{
	if (bit(op, 15))
		thumb32_branches_and_control(c, op);
	else
		thumb32_data_plain_immediate(c, op);
}

static void register_or_multiply(struct core *c, uint32_t op)
{
	if (!bit(op, 24))
		thumb32_data_register(c, op);
	else if (!bit(op, 23))
		thumb32_multiply(c, op);
	else
		thumb32_long_multiply(c, op);
}

thumb_fn *const thumb32[16] = {
	[0x4] = multiple_or_dual,
	[0x5] = thumb32_data_shifted_register,
	[0x6] = coprocessor,
	[0x7] = coprocessor,
	[0x8] = modified_immediate_or_branch,
	[0x9] = plain_immediate_or_branch,
	[0xa] = modified_immediate_or_branch,
	[0xb] = plain_immediate_or_branch,
	[0xc] = thumb32_load_store_single,
	[0xd] = register_or_multiply,
	[0xe] = coprocessor,
	[0xf] = coprocessor,
};
