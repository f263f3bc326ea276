/* SPDX-License-Identifier: MIT */
/*
 * Flash patch and breakpoint unit (ARMv7-M C1.11): breakpoints, no remapping.
 * It belongs to the debug domain: a system reset leaves it as it is. An M0 has
 * four (ARMv6-M C1.9), an M7 eight of version 2, which hold any address.
 */
#include "chip/internal.h"

#define FP_CTRL        0x00u
#define FP_REMAP       0x04u
#define FP_COMP0       0x08u
#define FP_CTRL_ENABLE (1u << 0)
#define FP_CTRL_KEY    (1u << 1)

/* FP_CTRL's read-only bits; comparators for instructions, and all of them */
static const struct unit {
	uint32_t ctrl;
	unsigned int n_code, n;
	bool v2;
} unit_m0 = { 0x40, 4, 4, false }, unit_m3 = { 0x260, 6, 8, false }, unit_m7 = { 0x10000080, 8, 8, true };

static const struct unit *unit_of(const struct chip *c)
{
	if (c->core.type->v6m)
		return &unit_m0;
	return c->core.type == &core_m7 ? &unit_m7 : &unit_m3;
}

#define COMP_IMPLEMENTED 0xdffffffdu
#define COMP_ENABLE      (1u << 0)
#define COMP_ADDR        0x1ffffffcu
#define COMP_REPLACE     30u /* 0 remap, 1 the lower half-word is a breakpoint, 2 the upper, 3 both */

uint32_t fpb_read(const struct chip *c, uint32_t off)
{
	if (off == FP_CTRL)
		return c->scs.fpb[0] | unit_of(c)->ctrl;
	return off < FP_COMP0 + 4 * unit_of(c)->n ? c->scs.fpb[off / 4] : 0;
}

static bool is_breakpoint(const struct chip *c, uint32_t comp)
{
	return (comp & COMP_ENABLE) && (unit_of(c)->v2 || comp >> COMP_REPLACE);
}

static void arm(struct chip *c)
{
	c->scs.breakpoints = false;
	for (unsigned int i = 0; i < unit_of(c)->n_code; i++)
		if ((c->scs.fpb[0] & FP_CTRL_ENABLE) && is_breakpoint(c, c->scs.fpb[FP_COMP0 / 4 + i]))
			c->scs.breakpoints = true;
	core_flush_fetch(&c->core);
}

static void set_comparator(struct chip *c, uint32_t off, uint32_t value)
{
	const bool v2 = unit_of(c)->v2;

	if (!v2 && (value & COMP_ENABLE) && !(value >> COMP_REPLACE))
		monitor_anomaly(c->mon, "FP_COMP%u 0x%08x remaps, which is not simulated",
				(unsigned int)(off - FP_COMP0) / 4, (unsigned int)value);
	c->scs.fpb[off / 4] = v2 ? value : value & COMP_IMPLEMENTED;
}

void fpb_write(struct chip *c, uint32_t off, uint32_t value)
{
	if (off == FP_CTRL && (value & FP_CTRL_KEY))
		c->scs.fpb[0] = value & FP_CTRL_ENABLE;
	else if (off == FP_REMAP && unit_of(c) == &unit_m3)
		c->scs.fpb[off / 4] = value & 0x1fffffe0u;
	else if (off >= FP_COMP0 && off < FP_COMP0 + 4 * unit_of(c)->n)
		set_comparator(c, off, value);
	arm(c);
}

/* The first version sees the code region alone. */
bool fpb_covers(const struct chip *c, uint32_t addr)
{
	return c->scs.breakpoints && (addr < RAM_BASE || unit_of(c)->v2);
}

static bool matches(const struct chip *c, uint32_t comp, uint32_t addr)
{
	if (unit_of(c)->v2)
		return (comp & ~COMP_ENABLE) == addr;
	return (comp & COMP_ADDR) == (addr & ~3u) && comp >> COMP_REPLACE & (addr & 2 ? 2u : 1u);
}

bool fpb_breaks(const struct chip *c, uint32_t addr)
{
	if (!fpb_covers(c, addr))
		return false;
	for (unsigned int i = 0; i < unit_of(c)->n_code; i++) {
		const uint32_t comp = c->scs.fpb[FP_COMP0 / 4 + i];

		if (is_breakpoint(c, comp) && matches(c, comp, addr))
			return true;
	}
	return false;
}
