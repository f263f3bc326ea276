/* SPDX-License-Identifier: MIT */
/*
 * Flash patch and breakpoint unit (ARMv7-M C1.11): breakpoints, no remapping.
 * It belongs to the debug domain: a system reset leaves it as it is.
 */
#include "chip/internal.h"

#define FP_CTRL        0x00u
#define FP_REMAP       0x04u
#define FP_COMP0       0x08u
#define FP_CTRL_ENABLE (1u << 0)
#define FP_CTRL_KEY    (1u << 1)
#define FP_CTRL_NUMS   0x260u /* 6 instruction and 2 literal comparators */
#define CODE_COMPS     6u
#define COMPS          8u

#define COMP_IMPLEMENTED 0xdffffffdu
#define COMP_ENABLE      (1u << 0)
#define COMP_ADDR        0x1ffffffcu
#define COMP_REPLACE     30u /* 0 remap, 1 the lower half-word is a breakpoint, 2 the upper, 3 both */

uint32_t fpb_read(const struct chip *c, uint32_t off)
{
	if (off == FP_CTRL)
		return c->scs.fpb[0] | FP_CTRL_NUMS;
	return off < FP_COMP0 + 4 * COMPS ? c->scs.fpb[off / 4] : 0;
}

static bool is_breakpoint(uint32_t comp)
{
	return (comp & COMP_ENABLE) && comp >> COMP_REPLACE;
}

static void arm(struct chip *c)
{
	c->scs.breakpoints = false;
	for (unsigned int i = 0; i < CODE_COMPS; i++)
		if ((c->scs.fpb[0] & FP_CTRL_ENABLE) && is_breakpoint(c->scs.fpb[FP_COMP0 / 4 + i]))
			c->scs.breakpoints = true;
	core_flush_fetch(&c->core);
}

static void set_comparator(struct chip *c, uint32_t off, uint32_t value)
{
	if ((value & COMP_ENABLE) && !(value >> COMP_REPLACE))
		monitor_anomaly(c->mon, "FP_COMP%u 0x%08x remaps, which is not simulated",
				(unsigned int)(off - FP_COMP0) / 4, (unsigned int)value);
	c->scs.fpb[off / 4] = value & COMP_IMPLEMENTED;
}

void fpb_write(struct chip *c, uint32_t off, uint32_t value)
{
	if (off == FP_CTRL && (value & FP_CTRL_KEY))
		c->scs.fpb[0] = value & FP_CTRL_ENABLE;
	else if (off == FP_REMAP)
		c->scs.fpb[off / 4] = value & 0x1fffffe0u;
	else if (off >= FP_COMP0 && off < FP_COMP0 + 4 * COMPS)
		set_comparator(c, off, value);
	arm(c);
}

bool fpb_breaks(const struct chip *c, uint32_t addr)
{
	if (!c->scs.breakpoints || addr >= RAM_BASE)
		return false;
	for (unsigned int i = 0; i < CODE_COMPS; i++) {
		const uint32_t comp = c->scs.fpb[FP_COMP0 / 4 + i];

		if (is_breakpoint(comp) && (comp & COMP_ADDR) == (addr & ~3u) &&
		    comp >> COMP_REPLACE & (addr & 2 ? 2u : 1u))
			return true;
	}
	return false;
}
