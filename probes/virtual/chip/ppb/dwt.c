/* SPDX-License-Identifier: MIT */
/*
 * Data watchpoint and trace unit (ARMv7-M C1.8): the cycle counter, samples of
 * the program counter, and watchpoints on an instruction's address or on data of any value. It belongs
 * to the debug domain: a system reset leaves it as it is. Without DEMCR.TRCENA
 * it does nothing, and cannot be written. An M0 has half of the comparators, and
 * no counter (ARMv6-M C1.8).
 */
#include "chip/internal.h"

#define DWT_CTRL           0x00u
#define DWT_CYCCNT         0x04u
#define DWT_PCSR           0x1cu
#define DWT_CTRL_CYCCNTENA (1u << 0)
#define DWT_CTRL_NUMCOMP   28u

#define DWT_COMP0 0x20u /* then MASK0, FUNCTION0; 16 bytes for each comparator */
#define COMPS     4u
#define COMPS_V6M 2u

#define MASK_IMPLEMENTED     15u
#define FUNCTION_IMPLEMENTED 0x000ffdafu
#define FUNCTION_MATCHED     (1u << 24)
#define FUNCTION_OTHERS      0x00000180u /* DATAVMATCH, CYCMATCH: not simulated */

/* FUNCTION (table C1-21) */
#define WATCH_PC    4u
#define WATCH_READ  5u
#define WATCH_WRITE 6u
#define WATCH_BOTH  7u

static bool has_clock(const struct chip *c)
{
	return c->core.demcr & DEMCR_TRCENA;
}

static unsigned int n_comps(const struct chip *c)
{
	return c->core.type->v6m ? COMPS_V6M : COMPS;
}

static uint32_t watched(const struct chip *c, unsigned int i)
{
	return c->scs.dwt[(DWT_COMP0 + 16 * i + 8) / 4];
}

static unsigned int kind_of(uint32_t function)
{
	if (function & FUNCTION_OTHERS)
		return 0;
	switch (function & 15) {
	case WATCH_PC:
		return WATCHES_CODE;
	case WATCH_READ:
	case WATCH_WRITE:
	case WATCH_BOTH:
		return WATCHES_DATA;
	default:
		return 0;
	}
}

void dwt_arm(struct chip *c)
{
	c->scs.watchpoints = 0;
	for (unsigned int i = 0; has_clock(c) && i < n_comps(c); i++)
		c->scs.watchpoints |= kind_of(watched(c, i));
	core_flush_fetch(&c->core);
}

static bool is_comp(const struct chip *c, uint32_t off)
{
	return off >= DWT_COMP0 && off < DWT_COMP0 + 16 * n_comps(c);
}

static bool is_function(const struct chip *c, uint32_t off)
{
	return is_comp(c, off) && off % 16 == 8;
}

/* A recently executed instruction's address, all ones in debug state (C1.8, "DWT_PCSR"); in reset none is executed. */
static uint32_t program_counter(const struct chip *c)
{
	return c->core.halted || c->nrst_low ? 0xffffffff : c->core.pc;
}

uint32_t dwt_read(struct chip *c, uint32_t off)
{
	uint32_t value;

	if (!has_clock(c) || off >= sizeof(c->scs.dwt))
		return 0;
	if (off == DWT_PCSR)
		return program_counter(c);
	value = c->scs.dwt[off / 4];
	if (off == DWT_CYCCNT && (c->scs.dwt[DWT_CTRL / 4] & DWT_CTRL_CYCCNTENA))
		return (uint32_t)(running_cycles(c) - c->scs.cyccnt_base);
	if (off == DWT_CTRL)
		return value | n_comps(c) << DWT_CTRL_NUMCOMP;
	if (is_function(c, off)) /* MATCHED is cleared by reading it */
		c->scs.dwt[off / 4] &= ~FUNCTION_MATCHED;
	return value;
}

static uint32_t implemented(const struct chip *c, uint32_t off, uint32_t value)
{
	if (!is_comp(c, off))
		return c->core.type->v6m ? 0 : value;
	if (off % 16 == 0)
		return value;
	if (off % 16 == 12)
		return 0;
	return value & (off % 16 == 4 ? MASK_IMPLEMENTED : FUNCTION_IMPLEMENTED);
}

void dwt_write(struct chip *c, uint32_t off, uint32_t value)
{
	const uint32_t count = dwt_read(c, DWT_CYCCNT);

	if (!has_clock(c) || off >= sizeof(c->scs.dwt) || off == DWT_PCSR)
		return;
	if (is_function(c, off) && (value & FUNCTION_OTHERS))
		monitor_anomaly(c->mon, "DWT_FUNCTION 0x%08x matches data or cycles, which is not simulated",
				(unsigned int)value);
	c->scs.dwt[off / 4] = implemented(c, off, value);
	/* Stopped, the register holds the count; running, the base does. */
	if (off == DWT_CTRL)
		c->scs.dwt[DWT_CYCCNT / 4] = count;
	if (off == DWT_CTRL || off == DWT_CYCCNT)
		c->scs.cyccnt_base = running_cycles(c) - c->scs.dwt[DWT_CYCCNT / 4];
	dwt_arm(c);
}

/* DWT_MASK is the number of address bits that do not count; an access is as wide as it is. */
static bool is_hit(const struct chip *c, unsigned int i, uint32_t addr, unsigned int size)
{
	const uint32_t *comp = &c->scs.dwt[(DWT_COMP0 + 16 * i) / 4];
	const uint32_t mask = (1u << comp[1]) - 1;
	const uint32_t first = comp[0] & ~mask, last = comp[0] | mask;

	return addr <= last && addr + (size - 1) >= first;
}

void dwt_watch(struct chip *c, uint32_t addr, unsigned int size, enum watched what)
{
	for (unsigned int i = 0; i < n_comps(c); i++) {
		const uint32_t function = watched(c, i);
		const unsigned int kind = kind_of(function);
		const bool wanted = what == WATCHED_PC     ? kind == WATCHES_CODE
				    : what == WATCHED_READ ? kind == WATCHES_DATA && (function & 15) != WATCH_WRITE
							   : kind == WATCHES_DATA && (function & 15) != WATCH_READ;

		if (!wanted || !is_hit(c, i, addr, size))
			continue;
		c->scs.dwt[(DWT_COMP0 + 16 * i + 8) / 4] |= FUNCTION_MATCHED;
		core_watchpoint(&c->core);
	}
}
