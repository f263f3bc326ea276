/* SPDX-License-Identifier: MIT */
/*
 * The private peripheral bus (ARMv7-M B3.1.1): system control space, DWT, FPB
 * and ITM as registers, ST's DBGMCU, and the ROM table by which debuggers find
 * them (Cortex-M3 TRM 4.1, ADIv5.2 14).
 */
#include "chip/internal.h"

#define ITM_BASE    0xe0000000u
#define DWT_BASE    0xe0001000u
#define FPB_BASE    0xe0002000u
#define SCS_BASE    0xe000e000u
#define TPIU_BASE   0xe0040000u
#define ETM_BASE    0xe0041000u
#define DBGMCU_BASE 0xe0042000u
#define ROM_BASE    0xe00ff000u
#define PPB_SIZE    0x1000u

/* Identification registers of an Arm component: class and part (peripheral id 0 and 1 hold the part). */
static uint32_t component_id(uint32_t off, uint32_t class, uint32_t part, uint32_t designer, uint32_t revision)
{
	const uint32_t jep106 = designer & 0x7f, continuation = designer >> 7;

	switch (off) {
	case 0xfd0:
		return continuation;
	case 0xfe0:
		return part & 0xff;
	case 0xfe4:
		return (jep106 & 0xf) << 4 | ((part >> 8) & 0xf);
	case 0xfe8:
		return (revision & 0xf) << 4 | 8 | jep106 >> 4;
	case 0xff0:
		return 0x0d;
	case 0xff4:
		return class << 4;
	case 0xff8:
		return 0x05;
	case 0xffc:
		return 0xb1;
	default:
		return 0;
	}
}

#define ARM_DESIGNER (4u << 7 | 0x3b)
#define ST_DESIGNER  0x20u

static uint32_t rom_read(const struct chip *c, uint32_t off)
{
	/* Offsets from the table, bit 0 present, bit 1 32-bit format */
	static const uint32_t entry[] = { 0xfff0f003, 0xfff02003, 0xfff03003, 0xfff01003, 0xfff41003, 0xfff42003 };

	if (off / 4 < ARRAY_SIZE(entry))
		return entry[off / 4];
	if (off == 0xfcc) /* MEMTYPE: system memory is on this bus */
		return 1;
	return component_id(off, 1, c->part->dev_id, ST_DESIGNER, 0);
}

static uint32_t word_read(struct chip *c, uint32_t addr, enum master master)
{
	const uint32_t off = addr & (PPB_SIZE - 1);

	switch (addr & ~(PPB_SIZE - 1)) {
	case SCS_BASE:
		return off >= 0xfd0 ? component_id(off, 0xe, c->core.type->dsp ? 0x00c : 0x000, ARM_DESIGNER, 0)
				    : scs_read(c, off, master);
	case DBGMCU_BASE:
		return dbgmcu_read(c, off, master);
	case ROM_BASE:
		return rom_read(c, off);
	case DWT_BASE:
		return off >= 0xfd0 ? component_id(off, 0xe, 0x002, ARM_DESIGNER, 0) : dwt_read(c, off);
	case FPB_BASE:
		return off >= 0xfd0 ? component_id(off, 0xe, 0x003, ARM_DESIGNER, 0) : fpb_read(c, off);
	case ITM_BASE:
		return component_id(off, 0xe, 0x001, ARM_DESIGNER, 0);
	case TPIU_BASE:
		return component_id(off, 9, c->core.type->dsp ? 0x9a1 : 0x923, ARM_DESIGNER, 0);
	default: /* ETM */
		return component_id(off, 9, c->core.type->dsp ? 0x925 : 0x924, ARM_DESIGNER, 0);
	}
}

static void word_write(struct chip *c, uint32_t addr, uint32_t value, enum master master)
{
	const uint32_t off = addr & (PPB_SIZE - 1);

	switch (addr & ~(PPB_SIZE - 1)) {
	case SCS_BASE:
		scs_write(c, off, value, master);
		break;
	case DBGMCU_BASE:
		dbgmcu_write(c, off, value);
		break;
	case DWT_BASE:
		dwt_write(c, off, value);
		break;
	case FPB_BASE:
		fpb_write(c, off, value);
		break;
	default: /* trace: nothing that could be seen here */
		break;
	}
}

static bool is_present(const struct chip *c, uint32_t addr)
{
	switch (addr & ~(PPB_SIZE - 1)) {
	case ITM_BASE:
	case DWT_BASE:
	case FPB_BASE:
	case SCS_BASE:
	case TPIU_BASE:
	case ETM_BASE:
	case ROM_BASE:
		return true;
	case DBGMCU_BASE:
		return !c->faults.no_dbgmcu || addr - DBGMCU_BASE < 4;
	default:
		return false;
	}
}

/* Unprivileged code has no business here (ARMv7-M B3.1.1). */
static bool is_allowed(const struct chip *c, const struct access *a)
{
	const bool thread = !(c->core.xpsr & 0x1ff);

	return a->master == MASTER_DEBUG || !thread || !(c->core.control & 1);
}

bool ppb_access(struct chip *c, struct access *a)
{
	if (!is_present(c, a->addr) || !is_allowed(c, a))
		return false;

	if (!a->write) {
		const uint32_t word = word_read(c, a->addr & ~3u, a->master) >> 8 * (a->addr & 3);

		a->value = a->size == 4 ? word : word & ((1u << 8 * a->size) - 1);
		return true;
	}
	if (a->size == 4) {
		word_write(c, a->addr, a->value, a->master);
		return true;
	}
	if ((a->addr & ~(PPB_SIZE - 1)) == SCS_BASE && scs_write_bytes(c, a))
		return true;
	/* The ITM's stimulus ports take any width. */
	if ((a->addr & ~(PPB_SIZE - 1)) == ITM_BASE)
		return true;
	monitor_anomaly(c->mon, "private peripheral 0x%08x written in %u bytes", (unsigned int)a->addr, a->size);
	return true;
}
