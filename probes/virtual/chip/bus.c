/* SPDX-License-Identifier: MIT */
/*
 * The memory map (RM0008 3.3, RM0090 2.3) and who may do what there. A hole
 * answers with a bus error.
 */
#include "chip/internal.h"

#define RAM_ALIAS    0x22000000u /* bit-band of SRAM */
#define PERIPH_ALIAS 0x42000000u /* bit-band of the peripherals */
#define OP_BKPT      0xbe00u
#define BITBAND_SIZE 0x02000000u

/* FLASH_CR of the sectors' controller, from its base; the F7's */
#define CTL_CR  0x10u
#define CR_STRT (1u << 16)

#define ITCM_SYSTEM 0x00100000u
#define ITCM_FLASH  0x00200000u

static bool is_within(uint32_t addr, uint32_t base, uint32_t size)
{
	return addr - base < size;
}

static bool is_flash_array(const struct chip *c, uint32_t addr)
{
	return is_within(addr, FLASH_BASE, c->part->flash_size);
}

static bool is_info(const struct chip *c, uint32_t addr)
{
	return is_within(addr, c->info_area.base, c->info_area.size);
}

bool bus_is_flash(const struct chip *c, uint32_t addr)
{
	return is_flash_array(c, addr) || is_info(c, addr);
}

/* An address bit that is not decoded: the same cells once more. */
uint32_t bus_unmirror(const struct chip *c, uint32_t addr)
{
	if (!c->faults.mirrored || !is_within(addr, FLASH_BASE, 2 * c->part->flash_size))
		return addr;
	return FLASH_BASE + (addr - FLASH_BASE) % c->part->flash_size;
}

uint8_t *info_at(struct chip *c, uint32_t addr)
{
	return c->info + (addr - c->info_area.base);
}

static uint32_t memrmp(const struct chip *c)
{
	return c->family->mem_mode ? periph_word(c, c->family->mem_mode) : 0;
}

static uint32_t locate(const struct chip *c, uint32_t addr)
{
	return c->ctl->locate ? c->ctl->locate(c, addr) : addr;
}

/* What is seen at 0: MEM_MODE says it, which a reset sets by the pins; an F1 keeps what a reset has found. */
static uint32_t mem_mode(const struct chip *c)
{
	return c->family->mem_mode ? memrmp(c) & 3 : c->boot_mode;
}

/* F7: what hangs on the ITCM bus is the same flash and system memory (flash-f0f3f2f7 fact sheet section 1.4). */
static uint32_t itcm_unalias(const struct chip *c, uint32_t addr)
{
	if (is_within(addr, ITCM_FLASH, c->part->flash_size))
		return FLASH_BASE + (addr - ITCM_FLASH);
	if (is_within(addr, ITCM_SYSTEM, c->line->system.size))
		return c->line->system.base + (addr - ITCM_SYSTEM);
	return addr;
}

/* Where an address leads. Not to be applied twice. */
uint32_t bus_unalias(const struct chip *c, uint32_t addr)
{
	uint32_t mode;

	if (addr - c->line->alias.area.base < c->line->alias.area.size)
		return c->line->alias.target + (addr - c->line->alias.area.base);
	if (addr >= FLASH_BASE)
		return locate(c, addr);
	if (c->family->boots_at_address)
		return itcm_unalias(c, addr);
	mode = mem_mode(c);
	if (mode == MEM_MODE_SYSTEM)
		return addr < c->line->system.size ? c->line->system.base + addr : addr;
	if (mode == MEM_MODE_SRAM)
		return addr < c->part->ram_size ? RAM_BASE + addr : addr;
	return addr < c->part->flash_size ? locate(c, FLASH_BASE + addr) : addr;
}

static bool memory_access(uint8_t *p, struct access *a)
{
	if (a->write)
		mem_put(p, a->size, a->value);
	else
		a->value = mem_get(p, a->size);
	return true;
}

/* Array, system memory, option bytes, OTP: the controller has the last word. */
static bool flash_access(struct chip *c, struct access *a)
{
	if (a->write)
		return c->ctl->store(c, a);
	if (!c->ctl->readable(c, a))
		return false;
	if (!is_flash_array(c, a->addr))
		return memory_access(info_at(c, a->addr), a);
	if (c->ctl->conceals && c->ctl->conceals(c, a)) {
		a->value = 0;
		return true;
	}
	return memory_access(c->flash + (a->addr - FLASH_BASE), a);
}

/* Bit-band (Cortex-M3 TRM 3.7): a word of the alias is one bit. */
static bool bitband_access(struct chip *c, struct access *a, uint32_t alias, uint32_t target)
{
	const uint32_t offset = a->addr - alias;
	const unsigned int bit = (offset >> 2) & 31;
	struct access word = *a;

	word.addr = target + ((offset >> 5) & ~3u);
	word.size = 4;
	word.write = false;
	if (!bus_access(c, &word))
		return false;
	if (!a->write) {
		a->value = (word.value >> bit) & 1;
		return true;
	}
	word.write = true;
	word.value = (word.value & ~(1u << bit)) | (a->value & 1) << bit;
	return bus_access(c, &word);
}

/* The CCM of an F4 hangs on the D-bus alone: data, never instructions (RM0090 2.3.1). */
static bool extra_access(struct chip *c, struct access *a)
{
	const struct extra_ram *extra = &c->line->extra;

	return (extra->code || !a->fetch) && memory_access(c->extra + (a->addr - extra->area.base), a);
}

static bool is_extra(const struct chip *c, uint32_t addr)
{
	return is_within(addr, c->line->extra.area.base, c->line->extra.area.size);
}

static bool ram_region(struct chip *c, struct access *a)
{
	if (a->fetch && c->faults.no_ram_exec)
		return false;
	if (c->ctl->ram_is_open && !c->ctl->ram_is_open(c, a))
		return false;
	if (is_extra(c, a->addr))
		return extra_access(c, a);
	if (is_within(a->addr, RAM_BASE, c->part->ram_size))
		return memory_access(c->ram + (a->addr - RAM_BASE), a);
	if (is_within(a->addr, RAM_ALIAS, BITBAND_SIZE) && !a->fetch && c->core.type->bit_bands)
		return bitband_access(c, a, RAM_ALIAS, RAM_BASE);
	return false;
}

static bool code_region(struct chip *c, struct access *a)
{
	const bool itcm = a->addr < FLASH_BASE && c->family->boots_at_address;
	uint32_t copy;

	a->addr = bus_unmirror(c, bus_unalias(c, a->addr));
	a->itcm = itcm;
	if (itcm && a->write && bus_is_flash(c, a->addr)) {
		monitor_anomaly(c->mon, "flash written through the ITCM bus, which only reads");
		return true;
	}
	if (is_within(a->addr, RAM_BASE, c->part->ram_size))
		return ram_region(c, a);
	if (bus_is_flash(c, a->addr))
		return flash_access(c, a);
	if (is_extra(c, a->addr))
		return ram_region(c, a);
	if (c->ctl->option_copy && !a->write && c->ctl->option_copy(c, a->addr & ~3u, &copy)) {
		a->value = copy >> 8 * (a->addr & 3) & (a->size == 4 ? UINT32_MAX : (1u << 8 * a->size) - 1);
		return c->ctl->readable(c, a);
	}
	return false;
}

/* Everything but the private peripherals hangs on buses that NRST holds in reset. */
static bool bus_is_reset(struct chip *c, const struct access *a)
{
	if (!c->nrst_low)
		return false;
	/* A core in reset fetches nothing: what it reads here is read again on release. */
	if (a->master == MASTER_DEBUG)
		monitor_anomaly(c->mon, "access to 0x%08x while NRST is low", (unsigned int)a->addr);
	return true;
}

bool bus_access(struct chip *c, struct access *a)
{
	const unsigned int region = a->addr >> 28;

	if (region >= 0xe)
		return !a->fetch && ppb_access(c, a);
	if (bus_is_reset(c, a))
		return false;
	if (a->master == MASTER_DEBUG)
		chip_note_intrusion(c);

	switch (region) {
	case 0x0:
	case 0x1:
		return code_region(c, a);
	case 0x2:
		return ram_region(c, a);
	case 0x4:
		if (is_within(a->addr, PERIPH_ALIAS, BITBAND_SIZE) && !a->fetch && c->core.type->bit_bands)
			return bitband_access(c, a, PERIPH_ALIAS, PERIPH_BASE);
		return !a->fetch && periph_access(c, a);
	case 0x5:
	case 0xa:
		return !a->fetch && periph_access(c, a);
	default:
		return false;
	}
}

/* --- the core's view ------------------------------------------------------------- */

/*
 * A core access to busy flash: the core stands still until the operation ends.
 * What it reads then is what the operation will have made of it, so that is
 * put in place now; the status still changes at its time.
 */
static void stall_core(struct chip *c, uint32_t addr)
{
	const uint64_t end = flash_stall(c, addr);

	if (!end)
		return;
	flash_commit_early(c, flash_bank_of(c, bus_unalias(c, addr)));
	if (end > c->stall_until)
		c->stall_until = end;
	core_break_off(&c->core);
}

/* Of an instruction its first half-word counts. */
static void watch_read(struct chip *c, const struct access *a)
{
	if (!a->fetch)
		dwt_watch(c, a->addr, a->size, WATCHED_READ);
	else if (a->addr == c->core.pc)
		dwt_watch(c, a->addr, a->size, WATCHED_PC);
}

/* flash-f0f3f2f7 fact sheet section 3.1: on an F7 a DSB stands behind every store to flash, and behind STRT. */
static void judge_barrier(struct chip *c, const struct access *a)
{
	const bool is_ctl = is_within(a->addr, c->family->ctl_base, 0x400);
	const bool stores = a->write && is_flash_array(c, a->addr);

	if (c->core.type != &core_m7 || (!is_ctl && !stores))
		return;
	if (c->flash_stored && c->core.barriers == c->barriers_then)
		monitor_anomaly(c->mon, "code at 0x%08x went on in flash without a DSB", (unsigned int)c->core.pc);
	c->flash_stored = stores || (a->write && a->addr - c->family->ctl_base == CTL_CR && (a->value & CR_STRT));
	c->barriers_then = c->core.barriers;
}

/* False: a bus fault */
static bool core_access(struct chip *c, struct access *a)
{
	bool ok = false;

	judge_barrier(c, a);
	return cache_core_access(c, a, &ok) ? ok : bus_access(c, a);
}

static enum core_bus_result core_read(void *user, uint32_t addr, unsigned int size, enum core_access access,
				      uint32_t *value, uint64_t *cycles)
{
	struct chip *c = user;
	struct access a = { .size = size, .addr = addr, .fetch = access == ACCESS_FETCH };

	if (c->busy_until && addr < RAM_BASE)
		stall_core(c, addr);
	if (c->scs.watchpoints)
		watch_read(c, &a);
	if (!core_access(c, &a))
		return CORE_BUS_FAULT;
	if (a.fetch && addr == c->core.pc && fpb_breaks(c, addr))
		a.value = OP_BKPT;
	if (a.fetch && addr < RAM_BASE)
		*cycles += c->ctl->wait_states(c);
	*value = a.value;
	return CORE_BUS_OK;
}

static enum core_bus_result core_write(void *user, uint32_t addr, unsigned int size, uint32_t value, uint64_t *cycles)
{
	struct chip *c = user;
	struct access a = { .write = true, .size = size, .addr = addr, .value = value };

	(void)cycles;
	if (c->busy_until && addr < RAM_BASE && flash_stall(c, addr)) {
		if (!c->ctl->takes_more || !c->ctl->takes_more(c, addr))
			monitor_anomaly(c->mon, "code at 0x%08x wrote to 0x%08x while the flash was busy",
					(unsigned int)c->core.pc, (unsigned int)addr);
		stall_core(c, addr);
	}
	if (c->scs.watchpoints)
		dwt_watch(c, addr, size, WATCHED_WRITE);
	return core_access(c, &a) ? CORE_BUS_OK : CORE_BUS_FAULT;
}

/* One bank at a time: the other may become busy. */
static const uint8_t *flash_window(struct chip *c, uint32_t addr, uint32_t *base, uint32_t *len)
{
	const uint32_t target = bus_unalias(c, addr), bank2 = c->ctl->bank2(c);
	const unsigned int bank = flash_bank_of(c, target);
	const struct access a = { .size = 2, .addr = target, .fetch = true };
	const uint32_t start = bank == BANK_2 ? bank2 : 0, end = bank == BANK_2 ? c->part->flash_size : bank2;

	if (flash_busy(c, bank) || (c->ctl->is_plain && !c->ctl->is_plain(c)) || !c->ctl->readable(c, &a))
		return NULL;
	*base = addr - (target - FLASH_BASE) + start;
	*len = end - start;
	return c->flash + start;
}

/* The TCM ends where the caches begin. */
static uint8_t *ram_window(struct chip *c, uint32_t addr, bool fetch, uint32_t *base, uint32_t *len)
{
	const uint32_t tcm = c->line->tcm_size;

	if (cache_concerns(c, addr, fetch))
		return NULL;
	*base = RAM_BASE;
	*len = c->part->ram_size;
	if (tcm && addr - RAM_BASE < tcm) {
		*len = tcm;
	} else if (tcm) {
		*base = RAM_BASE + tcm;
		*len -= tcm;
	}
	return c->ram + (*base - RAM_BASE);
}

static const uint8_t *core_window(void *user, uint32_t addr, uint32_t *base, uint32_t *len, uint32_t *wait_cycles)
{
	struct chip *c = user;

	/* No shortcut past comparators that are armed, nor past a cache: each access is to come by. */
	if ((c->scs.watchpoints & WATCHES_CODE) || cache_concerns(c, addr, true))
		return NULL;
	if (is_within(addr, RAM_BASE, c->part->ram_size)) {
		if (c->faults.no_ram_exec || fpb_covers(c, addr))
			return NULL;
		*wait_cycles = 0;
		return ram_window(c, addr, true, base, len);
	}
	if (c->scs.breakpoints || !is_flash_array(c, bus_unalias(c, addr)))
		return NULL;
	*wait_cycles = c->ctl->wait_states(c);
	return flash_window(c, addr, base, len);
}

static uint8_t *core_ram(void *user, uint32_t addr, uint32_t *base, uint32_t *len)
{
	struct chip *c = user;

	if (!is_within(addr, RAM_BASE, c->part->ram_size) || (c->scs.watchpoints & WATCHES_DATA))
		return NULL;
	return ram_window(c, addr, false, base, len);
}

/*
 * Within a budget of the core no operation of the flash ends (flash_next_ns()), so FLASH_SR stays as it is, once it has
 * been read; and feeding a watchdog that does not run changes nothing.
 */
static bool core_steady(void *user, uint32_t addr, const uint32_t *value)
{
	const struct chip *c = user;

	if (c->scs.watchpoints)
		return false;
	return value ? iwdg_ignores(c, addr, *value) : c->ctl->is_status(c, addr - c->family->ctl_base);
}

void bus_connect(struct chip *c)
{
	c->core.bus = (struct core_bus){
		.read = core_read,
		.write = core_write,
		.window = core_window,
		.ram = core_ram,
		.steady = core_steady,
		.user = c,
	};
}
