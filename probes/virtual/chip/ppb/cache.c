/* SPDX-License-Identifier: MIT */
/*
 * Cortex-M7 TRM 5 and ARMv7-M B2.2, B3.5.3, flash-f0f3f2f7 fact sheet section
 * 3.4: an instruction cache of two ways and a data cache of four, lines of 32
 * bytes. By the default memory map the code region is written through, SRAM is
 * written back; the TCMs, and all that hangs on the ITCM bus, are never cached.
 * Neither cache is coherent with a debugger whose CSW does not say "cacheable".
 */
#include "chip/internal.h"

#include <string.h>

#define CCR_DC (1u << 16)
#define CCR_IC (1u << 17)

#define CLIDR    0xd78u
#define CTR      0xd7cu
#define CCSIDR   0xd80u
#define CSSELR   0xd84u
#define ICIALLU  0xf50u
#define ICIMVAU  0xf58u
#define DCIMVAC  0xf5cu
#define DCISW    0xf60u
#define DCCMVAU  0xf64u
#define DCCMVAC  0xf68u
#define DCCSW    0xf6cu
#define DCCIMVAC 0xf70u
#define DCCISW   0xf74u
#define BPIALL   0xf78u

#define SET_SHIFT 5u
#define WAY_SHIFT 30u

#define I_WAYS 2u
#define D_WAYS 4u

static bool exists(const struct chip *c)
{
	return c->line->l1.d != 0;
}

static bool is_on(const struct chip *c, bool fetch)
{
	return c->core.ccr & (fetch ? CCR_IC : CCR_DC);
}

static uint32_t line_of(uint32_t addr)
{
	return addr & ~(CACHE_LINE - 1);
}

/* AXI memory: flash at 0x08000000 and system memory, SRAM behind the DTCM */
static bool is_axi(const struct chip *c, uint32_t addr)
{
	if (addr >= FLASH_BASE && addr < RAM_BASE)
		return true;
	return addr - RAM_BASE >= c->line->tcm_size && addr - RAM_BASE < c->part->ram_size;
}

static bool is_written_back(uint32_t addr)
{
	return addr >= RAM_BASE;
}

/* What lies below a line, without time or rules; NULL: neither flash nor SRAM */
static uint8_t *memory_of(struct chip *c, uint32_t addr)
{
	if (addr - FLASH_BASE < c->part->flash_size)
		return c->flash + (addr - FLASH_BASE);
	if (addr - RAM_BASE < c->part->ram_size)
		return c->ram + (addr - RAM_BASE);
	return NULL;
}

/* --- lines ---------------------------------------------------------------------------- */

static struct cache_line *line_at(struct cache *k, unsigned int set, unsigned int way)
{
	return &k->line[(set % k->sets) * k->ways + way % k->ways];
}

static struct cache_line *find(struct cache *k, uint32_t addr)
{
	for (unsigned int way = 0; way < k->ways; way++) {
		struct cache_line *l = line_at(k, addr / CACHE_LINE, way);

		if (l->valid && l->addr == line_of(addr))
			return l;
	}
	return NULL;
}

static void clean(struct chip *c, struct cache_line *l)
{
	uint8_t *mem = memory_of(c, l->addr);

	if (!l->valid || !l->dirty)
		return;
	if (mem)
		memcpy(mem, l->data, CACHE_LINE);
	l->dirty = false;
	c->l1.n_dirty--;
	core_flush_fetch(&c->core);
}

static void invalidate(struct chip *c, struct cache_line *l)
{
	if (l->valid && l->dirty)
		c->l1.n_dirty--;
	*l = (struct cache_line){ .known = true };
	core_flush_fetch(&c->core);
}

/* NULL: the bus answered with an error. */
static struct cache_line *fill(struct chip *c, struct cache *k, const struct access *a)
{
	struct cache_line *l = line_at(k, a->addr / CACHE_LINE, k->turn++);
	uint8_t data[CACHE_LINE];

	for (uint32_t i = 0; i < CACHE_LINE; i += 4) {
		struct access word = { .size = 4, .addr = line_of(a->addr) + i, .fetch = a->fetch };

		if (!bus_access(c, &word))
			return NULL;
		put_le32(data + i, word.value);
	}
	clean(c, l);
	*l = (struct cache_line){ .valid = true, .known = true, .addr = line_of(a->addr) };
	memcpy(l->data, data, CACHE_LINE);
	return l;
}

/* Memory has changed below the line: flash was erased or programmed, a debugger or DMA has written. */
static void judge_age(struct chip *c, struct cache_line *l, const struct access *a)
{
	const uint8_t *mem = memory_of(c, l->addr);

	if (l->dirty || l->reported || !mem || memcmp(mem, l->data, CACHE_LINE) == 0)
		return;
	l->reported = true;
	monitor_anomaly(c->mon, "code at 0x%08x %s 0x%08x from a cache line that is older than the memory",
			(unsigned int)c->core.pc, a->fetch ? "fetched" : "read", (unsigned int)a->addr);
}

/* --- the core ------------------------------------------------------------------------- */

bool cache_concerns(const struct chip *c, uint32_t addr, bool fetch)
{
	return exists(c) && (is_on(c, fetch) || c->l1.n_dirty) && is_axi(c, addr) && core_mpu_caches(&c->core, addr);
}

/* A line of the data cache that is not asked, though what it holds is newer. */
static void judge_newer(struct chip *c, const struct access *a, const char *who)
{
	struct cache_line *l = find(&c->l1.d, a->addr);

	if (!l || !l->dirty || l->reported)
		return;
	l->reported = true;
	monitor_anomaly(c->mon, "%s %s 0x%08x, of which the data cache holds something newer", who,
			a->write ? "wrote" : "read", (unsigned int)a->addr);
}

static bool core_write(struct chip *c, struct access *a, bool *ok)
{
	struct cache_line *l = find(&c->l1.d, a->addr);

	if (!l && is_written_back(a->addr))
		l = fill(c, &c->l1.d, a);
	*ok = l != NULL;
	if (l) {
		mem_put(l->data + (a->addr - l->addr), a->size, a->value);
		l->reported = false;
	}
	if (!is_written_back(a->addr))
		return false;
	if (l && !l->dirty) {
		l->dirty = true;
		c->l1.n_dirty++;
	}
	return true;
}

bool cache_core_access(struct chip *c, struct access *a, bool *ok)
{
	struct cache *k = a->fetch ? &c->l1.i : &c->l1.d;
	struct cache_line *l;

	if (!cache_concerns(c, a->addr, a->fetch))
		return false;
	if (!is_on(c, a->fetch) || (a->fetch && !find(k, a->addr)))
		judge_newer(c, a, "the core");
	if (!is_on(c, a->fetch))
		return false;
	if (a->write)
		return core_write(c, a, ok);
	l = find(k, a->addr);
	if (l)
		judge_age(c, l, a);
	else
		l = fill(c, k, a);
	*ok = l != NULL;
	if (l)
		a->value = mem_get(l->data + (a->addr - l->addr), a->size);
	return true;
}

/* --- the debugger ----------------------------------------------------------------------- */

/* A cacheable access looks into the data cache, and writes through it. */
bool cache_debug_access(struct chip *c, struct access *a)
{
	struct cache_line *l;

	if (!exists(c) || !is_axi(c, a->addr))
		return false;
	l = find(&c->l1.d, a->addr);
	if (!l)
		return false;
	if (!c->debugger_caches || !is_on(c, false)) {
		judge_newer(c, a, "the debugger");
		return false;
	}
	if (a->write) {
		mem_put(l->data + (a->addr - l->addr), a->size, a->value);
		return false;
	}
	a->value = mem_get(l->data + (a->addr - l->addr), a->size);
	return true;
}

/* --- switches and maintenance ------------------------------------------------------------ */

/* After a reset no line is what it seems, until it was invalidated (Cortex-M7 TRM 5.1.1). */
void cache_reset(struct chip *c)
{
	if (!exists(c))
		return;
	memset(&c->l1, 0, sizeof(c->l1));
	c->l1.i.ways = I_WAYS;
	c->l1.d.ways = D_WAYS;
	c->l1.i.sets = c->line->l1.i / CACHE_LINE / I_WAYS;
	c->l1.d.sets = c->line->l1.d / CACHE_LINE / D_WAYS;
}

static bool is_known(const struct cache *k)
{
	for (unsigned int i = 0; i < k->sets * k->ways; i++)
		if (!k->line[i].known)
			return false;
	return true;
}

void cache_switched(struct chip *c)
{
	if (!exists(c))
		return;
	if (is_on(c, true) && !is_known(&c->l1.i))
		monitor_anomaly(c->mon, "CCR.IC set: the instruction cache was not invalidated since the reset");
	if (is_on(c, false) && !is_known(&c->l1.d))
		monitor_anomaly(c->mon, "CCR.DC set: the data cache was not invalidated since the reset");
	core_flush_fetch(&c->core);
}

bool cache_has(const struct chip *c, uint32_t off)
{
	return exists(c) && ((off >= CLIDR && off <= CSSELR) || (off >= ICIALLU && off <= BPIALL));
}

static uint32_t size_register(const struct cache *k)
{
	return 0xf0000001u | (k->sets - 1) << 13 | (k->ways - 1) << 3;
}

uint32_t cache_read(struct chip *c, uint32_t off)
{
	switch (off) {
	case CLIDR:
		return 0x09000003;
	case CTR:
		return 0x8303c003;
	case CCSIDR:
		return size_register(c->l1.csselr & 1 ? &c->l1.i : &c->l1.d);
	case CSSELR:
		return c->l1.csselr;
	default: /* the operations are write only */
		return 0;
	}
}

static void operate(struct chip *c, struct cache_line *l, bool cleans, bool invalidates)
{
	if (!l)
		return;
	if (cleans)
		clean(c, l);
	if (invalidates)
		invalidate(c, l);
}

static void invalidate_instructions(struct chip *c)
{
	for (unsigned int i = 0; i < c->l1.i.sets * c->l1.i.ways; i++)
		invalidate(c, &c->l1.i.line[i]);
}

void cache_write(struct chip *c, uint32_t off, uint32_t value)
{
	struct cache_line *by_addr = find(&c->l1.d, value);
	struct cache_line *by_set = line_at(&c->l1.d, value >> SET_SHIFT & 0x1ff, value >> WAY_SHIFT);

	switch (off) {
	case CSSELR:
		c->l1.csselr = value & 1;
		break;
	case ICIALLU:
		invalidate_instructions(c);
		break;
	case ICIMVAU:
		operate(c, find(&c->l1.i, value), false, true);
		break;
	case DCIMVAC:
		operate(c, by_addr, false, true);
		break;
	case DCISW:
		operate(c, by_set, false, true);
		break;
	case DCCMVAU:
	case DCCMVAC:
		operate(c, by_addr, true, false);
		break;
	case DCCSW:
		operate(c, by_set, true, false);
		break;
	case DCCIMVAC:
		operate(c, by_addr, true, true);
		break;
	case DCCISW:
		operate(c, by_set, true, true);
		break;
	default:
		break;
	}
}
