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
#define CTI_BASE    0xe0043000u /* M7 */
#define ROM_ST_BASE 0xe00fd000u /* M7: ST's table, Arm's of the processor and the core's */
#define ROM_M7_BASE 0xe00fe000u
#define ROM_BASE    0xe00ff000u
#define ROM_M0P_ST  0xf0000000u /* M0+: ST's table, Arm's of the core is at ROM_BASE */
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

/* What a table lists: offsets from it, bit 0 present, bit 1 32-bit format */
#define ENTRY(base, table) (((base) - (table)) | 3u)

struct rom_table {
	uint32_t base;
	uint32_t entry[7];
	uint32_t part; /* 0: the device's, and ST's */
};

static const struct rom_table table_m0 = {
	ROM_BASE, { ENTRY(SCS_BASE, ROM_BASE), ENTRY(DWT_BASE, ROM_BASE), ENTRY(FPB_BASE, ROM_BASE) }, 0
};

static const struct rom_table table_m3 = {
	ROM_BASE,
	{ ENTRY(SCS_BASE, ROM_BASE), ENTRY(DWT_BASE, ROM_BASE), ENTRY(FPB_BASE, ROM_BASE), ENTRY(ITM_BASE, ROM_BASE),
	  ENTRY(TPIU_BASE, ROM_BASE), ENTRY(ETM_BASE, ROM_BASE) },
	0,
};

/* As dumped from an STM32L0, an M0+ too (blackmagic pull request 507) */
static const struct rom_table tables_m0plus[] = {
	{ ROM_M0P_ST, { ENTRY(ROM_BASE, ROM_M0P_ST) }, 0 },
	{ ROM_BASE, { ENTRY(SCS_BASE, ROM_BASE), ENTRY(DWT_BASE, ROM_BASE), ENTRY(FPB_BASE, ROM_BASE) }, 0x4c0 },
};

static const struct rom_table tables_m7[] = {
	{ ROM_ST_BASE, { ENTRY(ROM_M7_BASE, ROM_ST_BASE), ENTRY(TPIU_BASE, ROM_ST_BASE) }, 0 },
	{ ROM_M7_BASE,
	  { ENTRY(ROM_BASE, ROM_M7_BASE), ENTRY(ETM_BASE, ROM_M7_BASE), ENTRY(CTI_BASE, ROM_M7_BASE) },
	  0x4c8 },
	{ ROM_BASE,
	  { ENTRY(SCS_BASE, ROM_BASE), ENTRY(DWT_BASE, ROM_BASE), ENTRY(FPB_BASE, ROM_BASE),
	    ENTRY(ITM_BASE, ROM_BASE) },
	  0x4c7 },
};

static bool is_m7(const struct chip *c)
{
	return c->core.type == &core_m7;
}

static bool is_m0plus(const struct chip *c)
{
	return c->core.type == &core_m0plus;
}

static const struct rom_table *find_table(const struct rom_table *tables, size_t n, uint32_t base)
{
	for (size_t i = 0; i < n; i++)
		if (tables[i].base == base)
			return &tables[i];
	return NULL;
}

static const struct rom_table *table_at(const struct chip *c, uint32_t base)
{
	if (is_m7(c))
		return find_table(tables_m7, ARRAY_SIZE(tables_m7), base);
	if (is_m0plus(c))
		return find_table(tables_m0plus, ARRAY_SIZE(tables_m0plus), base);
	return find_table(c->core.type->v6m ? &table_m0 : &table_m3, 1, base);
}

uint32_t chip_rom_table(const struct chip *c)
{
	return is_m7(c) ? ROM_ST_BASE : is_m0plus(c) ? ROM_M0P_ST : ROM_BASE;
}

static uint32_t rom_read(const struct chip *c, const struct rom_table *table, uint32_t off)
{
	const uint16_t st = c->line->rom_part ? c->line->rom_part : c->part->dev_id;

	if (off / 4 < ARRAY_SIZE(table->entry))
		return table->entry[off / 4];
	if (off == 0xfcc) /* MEMTYPE: system memory is on this bus */
		return 1;
	return component_id(off, 1, table->part ? table->part : st,
			    table->part             ? ARM_DESIGNER
			    : c->line->rom_designer ? c->line->rom_designer
						    : ST_DESIGNER,
			    0);
}

/* Part numbers of the components, as the processors' manuals have them */
struct components {
	uint16_t scs, dwt, fpb, tpiu, etm;
};

static const struct components *components(const struct chip *c)
{
	static const struct components m0 = { 0x008, 0x00a, 0x00b, 0, 0 }, m3 = { 0x000, 0x002, 0x003, 0x923, 0x924 },
				       m4 = { 0x00c, 0x002, 0x003, 0x9a1, 0x925 },
				       m7 = { 0x00c, 0x002, 0x00e, 0x9a9, 0x975 };

	if (c->core.type->v6m)
		return &m0;
	return is_m7(c) ? &m7 : c->core.type->dsp ? &m4 : &m3;
}

static uint32_t word_read(struct chip *c, uint32_t addr, enum master master)
{
	const uint32_t off = addr & (PPB_SIZE - 1);
	const struct components *parts = components(c);
	const struct rom_table *table = table_at(c, addr & ~(PPB_SIZE - 1));

	if (table)
		return rom_read(c, table, off);
	switch (addr & ~(PPB_SIZE - 1)) {
	case SCS_BASE:
		return off >= 0xfd0 ? component_id(off, 0xe, parts->scs, ARM_DESIGNER, 0) : scs_read(c, off, master);
	case DBGMCU_BASE:
		return dbgmcu_read(c, off, master);
	case DWT_BASE:
		return off >= 0xfd0 ? component_id(off, 0xe, parts->dwt, ARM_DESIGNER, 0) : dwt_read(c, off);
	case FPB_BASE:
		return off >= 0xfd0 ? component_id(off, 0xe, parts->fpb, ARM_DESIGNER, 0) : fpb_read(c, off);
	case ITM_BASE:
		return component_id(off, 0xe, 0x001, ARM_DESIGNER, 0);
	case TPIU_BASE:
		return component_id(off, 9, parts->tpiu, ARM_DESIGNER, 0);
	case CTI_BASE:
		return component_id(off, 9, 0x906, ARM_DESIGNER, 0);
	default: /* ETM */
		return component_id(off, 9, parts->etm, ARM_DESIGNER, 0);
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

/* flash-f0f3f2f7 fact sheet section 6.2: DBGMCU of an F7 cannot be reached while the core sleeps. */
static bool dbgmcu_answers(const struct chip *c, uint32_t addr)
{
	const struct dbgmcu_layout *l = c->family->dbgmcu;

	if (l->base != DBGMCU_BASE || (l->clocked_by_core && c->core.sleeping && !(c->dbgmcu.cr & DBG_SLEEP)))
		return false;
	return !c->faults.no_dbgmcu || addr - DBGMCU_BASE < 4;
}

static bool is_present(const struct chip *c, uint32_t addr)
{
	switch (addr & ~(PPB_SIZE - 1)) {
	case DWT_BASE:
	case FPB_BASE:
	case SCS_BASE:
		return true;
	case ITM_BASE:
	case TPIU_BASE:
	case ETM_BASE:
		return !c->core.type->v6m;
	case CTI_BASE:
		return is_m7(c);
	case DBGMCU_BASE:
		return dbgmcu_answers(c, addr);
	default:
		return table_at(c, addr & ~(PPB_SIZE - 1)) != NULL;
	}
}

/*
 * Section 6.2: while NRST is low several registers of an M7 fault. Here all but
 * those of debug, CPUID and AIRCR.
 */
static bool is_in_reset(const struct chip *c, uint32_t addr)
{
	const uint32_t off = addr & (PPB_SIZE - 1);

	if (!is_m7(c) || !c->nrst_low || (addr & ~(PPB_SIZE - 1)) != SCS_BASE)
		return false;
	return off < 0xdf0 && off != 0xd00 && off != 0xd0c && off != 0xd30;
}

/*
 * Unprivileged code has no business here (ARMv7-M B3.1.1), that of an M0 or M0+ none
 * beyond the system control space (Cortex-M0 TRM: debug is the debugger's).
 */
static bool is_allowed(const struct chip *c, const struct access *a)
{
	const bool thread = !(c->core.xpsr & 0x1ff);

	if (c->core.type->v6m && a->master == MASTER_CORE && (a->addr & ~(PPB_SIZE - 1)) != SCS_BASE)
		return false;
	return a->master == MASTER_DEBUG || !thread || !(c->core.control & 1);
}

bool ppb_access(struct chip *c, struct access *a)
{
	if (!is_present(c, a->addr) || !is_allowed(c, a) || is_in_reset(c, a->addr))
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
