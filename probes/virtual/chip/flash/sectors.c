/* SPDX-License-Identifier: MIT */
/*
 * Flash controller of the F4 at register level (RM0090 3.5 to 3.9, and its
 * sisters for the other lines), and of F2 and F7 (flash-f0f3f2f7 fact sheet
 * section 3). Bit 7 of FLASH_SR is ERSERR on an F7, and means the same.
 */
#include "chip/flash/sectors.h"

#define ACR     0x00u
#define KEYR    0x04u
#define OPTKEYR 0x08u
#define SR      0x0cu
#define CR      0x10u
#define OPTCR   0x14u
#define OPTCR1  0x18u
#define OPTCR2  0x1cu

#define KEY1    0x45670123u
#define KEY2    0xcdef89abu
#define OPTKEY1 0x08192a3bu
#define OPTKEY2 0x4c5d6e7fu

#define SR_EOP    (1u << 0)
#define SR_OPERR  (1u << 1)
#define SR_PGAERR (1u << 5)
#define SR_PGPERR (1u << 6)
#define SR_PGSERR (1u << 7)
#define SR_RDERR  (1u << 8)
#define SR_BSY    (1u << 16)
#define SR_ERRORS (SR_OPERR | SR_WRPERR | SR_PGAERR | SR_PGPERR | SR_PGSERR | SR_RDERR)

#define CR_PG        (1u << 0)
#define CR_SER       (1u << 1)
#define CR_MER       (1u << 2)
#define CR_SNB_BIT   3u
#define CR_PSIZES    0x300u
#define CR_PSIZE(cr) (((cr) >> 8) & 3u)
#define CR_MER2      (1u << 15)
#define CR_STRT      (1u << 16)
#define CR_EOPIE     (1u << 24)
#define CR_ERRIE     (1u << 25)
#define CR_LOCK      (1u << 31)

#define IRQ_FLASH 4u

/* --- protection and supply ------------------------------------------------------------ */

/* Level 1 with a debugger there: the array neither reads nor changes (RM0090 3.7.3). */
static bool is_shut(const struct chip *c)
{
	return c->sectors.rdp_level != 0 && c->intrusion;
}

static const struct sectors_variant *variant(const struct chip *c)
{
	return c->line->sectors;
}

static bool readable(struct chip *c, const struct access *a)
{
	if (is_shut(c))
		return false;
	if ((variant(c)->art ? a->itcm : !a->fetch) && c->sectors.stale_cache &&
	    (c->sectors.acr & variant(c)->data_cache)) {
		c->sectors.stale_cache = false;
		monitor_anomaly(c->mon, "flash read at 0x%08x through a data cache older than the last operation",
				(unsigned int)a->addr);
	}
	return true;
}

/*
 * RM0090 3.7.5: of a sector under PCROP only code is fetched, over the I-code
 * bus; a read over the D-code bus, the debugger's too, raises RDERR. What such
 * a read answers no manual says: 0, and no bus error, is the least that a tool
 * could notice. Vectors count as data here.
 */
static bool conceals(struct chip *c, const struct access *a)
{
	struct sector s;

	if (a->fetch || !sector_at(c, a->addr - FLASH_BASE, &s) || !sector_pcrop(c, &s))
		return false;
	sectors_raise_errors(c, SR_RDERR);
	return true;
}

static uint32_t latency(const struct chip *c)
{
	return c->sectors.acr & 15;
}

static uint32_t wait_states(const struct chip *c)
{
	/* With the instruction cache on, the accelerator hides them (RM0090 3.5.2). */
	return c->sectors.acr & variant(c)->caches[0].on ? 0 : latency(c);
}

/* RM0090 3.6.2 table 12: the supply limits the parallelism; x64 needs Vpp, which is not fitted. */
static void check_supply(struct chip *c, unsigned int psize)
{
	const uint32_t mv = c->faults.vdd_mv ? c->faults.vdd_mv : 3300;
	const unsigned int most = mv >= 2700 ? 2 : mv >= 2100 ? 1 : 0;

	if (psize > most)
		monitor_anomaly(c->mon, "FLASH_CR.PSIZE %u at %u mV", psize, (unsigned int)mv);
	if (c->hclk_hz < 1000000)
		monitor_anomaly(c->mon, "flash operation with HCLK below 1 MHz");
}

void sectors_raise_errors(struct chip *c, uint32_t flags)
{
	c->sectors.sr |= flags;
	if (c->sectors.cr & CR_ERRIE) {
		c->sectors.sr |= SR_OPERR;
		core_set_pending(&c->core, EXC_IRQ0 + IRQ_FLASH);
	}
}

/* Flags of an earlier operation keep the next from starting. */
static bool errors_are_stale(struct chip *c)
{
	if (!(c->sectors.sr & SR_ERRORS))
		return false;
	monitor_anomaly(c->mon, "flash operation begun with FLASH_SR 0x%x not cleared", (unsigned int)c->sectors.sr);
	return true;
}

/* --- erase ------------------------------------------------------------------------------ */

/*
 * Milliseconds of a sector of one, four and eight units, at x8, x16, x32, x64:
 * timing-model fact sheet, and for units of 32 KiB flash-f0f3f2f7 section 5,
 * where x16 is what the F746's datasheet has between the columns quoted there.
 */
static const uint16_t ms_16[3][4] = { { 400, 300, 250, 230 }, { 1200, 700, 550, 490 }, { 2000, 1300, 1000, 875 } };
static const uint16_t ms_32[3][4] = { { 400, 250, 200, 200 }, { 1100, 700, 500, 450 }, { 2100, 1300, 1000, 875 } };

static uint64_t sector_ns(const struct chip *c, uint32_t size, unsigned int psize)
{
	const uint32_t unit = sectors_unit(c);
	const unsigned int row = size <= unit ? 0 : size <= 4 * unit ? 1 : 2;

	return (unit == 16 * KIB ? ms_16 : ms_32)[row][psize] * 1000000ull;
}

uint64_t sectors_mass_ns(const struct chip *c, uint32_t size, unsigned int psize)
{
	return (uint64_t)variant(c)->mass_ms[psize] * 1000000u * (size / 1024) / 1024;
}

static void erase_sector(struct chip *c)
{
	const unsigned int psize = CR_PSIZE(c->sectors.cr);
	const unsigned int snb = c->sectors.cr >> CR_SNB_BIT & ((1u << variant(c)->snb_bits) - 1);
	struct flash_op op = { .kind = OP_ERASE };
	struct sector s;

	if (!sector_by_snb(c, snb, &s)) {
		monitor_anomaly(c->mon, "FLASH_CR.SNB 0x%x: no such sector", snb);
		sectors_raise_errors(c, SR_WRPERR);
		return;
	}
	if (sector_protected(c, &s) || is_shut(c)) {
		sectors_raise_errors(c, SR_WRPERR);
		return;
	}
	op.mem = c->flash + s.offset;
	op.len = s.size;
	op.banks = flash_bank_of(c, FLASH_BASE + s.offset);
	flash_begin(c, &op, sector_ns(c, s.size, psize));
}

static void mass_erase(struct chip *c, bool first, bool second)
{
	const unsigned int psize = CR_PSIZE(c->sectors.cr);
	const bool dual = sectors_dual(c);
	struct flash_op op = { .kind = OP_MASS_ERASE, .banks = BANK_1, .mem = c->flash, .len = c->part->flash_size };

	if (second && !dual) {
		monitor_anomaly(c->mon, "FLASH_CR.MER2 on a flash of one bank");
		second = false;
	}
	if (!first && !second)
		return;
	if (dual) {
		op.banks = (first ? BANK_1 : 0) | (second ? BANK_2 : 0);
		op.len = first && second ? c->part->flash_size : sectors_bank2(c);
		op.mem += first ? 0 : sectors_bank2(c);
	}
	if (sectors_any_protected(c, op.banks) || is_shut(c)) {
		sectors_raise_errors(c, SR_WRPERR);
		return;
	}
	flash_begin(c, &op, sectors_mass_ns(c, op.len, psize));
}

static void start(struct chip *c)
{
	const uint32_t cr = c->sectors.cr;

	if (errors_are_stale(c))
		return;
	check_supply(c, CR_PSIZE(cr));
	if (cr & CR_PG || !(cr & (CR_SER | CR_MER | CR_MER2))) {
		monitor_anomaly(c->mon, "FLASH_CR.STRT with FLASH_CR 0x%x", (unsigned int)cr);
		return;
	}
	/* RM0090 3.6.3: sector and mass erase asked for together are neither done. */
	if ((cr & CR_SER) && (cr & (CR_MER | CR_MER2)))
		return;
	if (cr & CR_SER)
		erase_sector(c);
	else
		mass_erase(c, cr & CR_MER, cr & CR_MER2);
}

/* --- programming -------------------------------------------------------------------------- */

static bool is_otp(const struct chip *c, uint32_t addr)
{
	return addr - c->line->ids->otp.base < c->line->ids->otp.size;
}

static bool is_otp_lock(const struct chip *c, uint32_t addr)
{
	const struct ids *ids = c->line->ids;

	return addr - ids->otp.base >= ids->otp.size / (ids->otp_block + 1) * ids->otp_block;
}

/* Blocks of data, then a lock byte for each. */
static bool otp_locked(struct chip *c, uint32_t addr)
{
	const struct ids *ids = c->line->ids;
	const uint32_t data = ids->otp.size / (ids->otp_block + 1) * ids->otp_block;

	return !is_otp_lock(c, addr) &&
	       *info_at(c, ids->otp.base + data + (addr - ids->otp.base) / ids->otp_block) == 0;
}

/*
 * RM0090 3.9, "One-time programmable bytes": nothing erases them, so a bit that
 * is to become 1 again never will; lock bytes are 0x00 or 0xff.
 */
static void judge_otp(struct chip *c, const struct access *a)
{
	const uint8_t *mem = info_at(c, a->addr);

	for (unsigned int i = 0; i < a->size; i++) {
		const uint8_t value = (uint8_t)(a->value >> 8 * i);

		if (mem[i] != 0xff && (value & ~mem[i]))
			monitor_anomaly(c->mon, "OTP byte 0x%08x holds 0x%02x and was programmed with 0x%02x",
					(unsigned int)(a->addr + i), mem[i], value);
		if (is_otp_lock(c, a->addr + i) && value != 0 && value != 0xff)
			monitor_anomaly(c->mon, "OTP lock byte 0x%08x was programmed with 0x%02x",
					(unsigned int)(a->addr + i), value);
	}
}

static uint32_t program_errors(struct chip *c, const struct access *a)
{
	const uint32_t offset = a->addr - FLASH_BASE;
	uint32_t flags = 0;
	struct sector s;

	if (offset < c->part->flash_size)
		flags |= sector_at(c, offset, &s) && sector_protected(c, &s) ? SR_WRPERR : 0;
	else if (is_otp(c, a->addr))
		flags |= otp_locked(c, a->addr) ? SR_WRPERR : 0;
	else
		flags |= SR_WRPERR; /* system memory */
	if (is_shut(c))
		flags |= SR_WRPERR;
	if (a->size != 1u << CR_PSIZE(c->sectors.cr))
		flags |= SR_PGPERR;
	return flags;
}

static bool store(struct chip *c, const struct access *a)
{
	const uint32_t offset = a->addr - FLASH_BASE;
	const uint32_t cr = c->sectors.cr;
	struct flash_op op = { .kind = OP_PROGRAM, .banks = flash_bank_of(c, a->addr), .len = a->size };
	uint32_t flags;

	/* SER without STRT is no matter: st-flash leaves it set from its erase, and programs boards that way. */
	if ((cr & (CR_PG | CR_LOCK | CR_MER | CR_MER2)) != CR_PG) {
		sectors_raise_errors(c, SR_PGSERR);
		return true;
	}
	if (errors_are_stale(c))
		return true;
	check_supply(c, CR_PSIZE(cr));
	flags = program_errors(c, a);
	if (flags) {
		sectors_raise_errors(c, flags);
		return true;
	}

	if (is_otp(c, a->addr))
		judge_otp(c, a);

	/* A program operation clears bits and sets none (RM0090 3.6.4). */
	op.mem = offset < c->part->flash_size ? c->flash + offset : info_at(c, a->addr);
	op.value = a->value & mem_get(op.mem, a->size);
	flash_begin(c, &op, SECTORS_PROGRAM_NS);
	return true;
}

static void finish(struct chip *c, const struct flash_op *op)
{
	c->sectors.cr &= ~CR_STRT;
	c->sectors.stale_cache |= (c->sectors.acr & variant(c)->data_cache) != 0;
	if (op->kind == OP_OPTIONS) {
		sectors_finish_options(c);
		return;
	}
	/* RM0090 3.9.4: EOP is set only while its interrupt is enabled. */
	if (c->sectors.cr & CR_EOPIE) {
		c->sectors.sr |= SR_EOP;
		core_set_pending(&c->core, EXC_IRQ0 + IRQ_FLASH);
	}
}

/* --- registers ------------------------------------------------------------------------------ */

static uint32_t sr_read(struct chip *c)
{
	flash_poll(c);
	return c->sectors.sr | (flash_busy(c, BANK_1 | BANK_2) ? SR_BSY : 0);
}

/* A write while BSY stalls the bus until the operation ends (RM0090 3.9.5): the core's by standing still here. */
static void stall_write(struct chip *c)
{
	flash_poll(c);
	if (!flash_busy(c, BANK_1 | BANK_2))
		return;
	if (c->busy_until != NEVER && c->busy_until > c->stall_until)
		c->stall_until = c->busy_until;
	flash_finish_early(c, BANK_1 | BANK_2);
	core_break_off(&c->core);
}

static void cr_write(struct chip *c, uint32_t value)
{
	const uint32_t snb = ((1u << variant(c)->snb_bits) - 1) << CR_SNB_BIT;
	const bool two = c->line->traits & (LINE_DUAL_BANK | LINE_NDBANK);
	const uint32_t kept = CR_PG | CR_SER | CR_MER | snb | CR_PSIZES | CR_EOPIE | CR_STRT |
			      (variant(c)->has_errie ? CR_ERRIE : 0) | (two ? CR_MER2 : 0);

	stall_write(c);
	if (c->sectors.cr & CR_LOCK) {
		if (!(value & CR_LOCK))
			monitor_anomaly(c->mon, "FLASH_CR written (0x%x) while locked", (unsigned int)value);
		return;
	}
	if (value & ~(kept | CR_LOCK))
		monitor_anomaly(c->mon, "FLASH_CR written with reserved bits (0x%x)", (unsigned int)value);
	c->sectors.cr = value & (kept | CR_LOCK);
	if (value & CR_LOCK)
		c->sectors.lock.open = false;
	if (value & CR_STRT) {
		start(c);
		if (!flash_busy(c, BANK_1 | BANK_2))
			c->sectors.cr &= ~CR_STRT;
	}
}

static void acr_write(struct chip *c, uint32_t value)
{
	const struct sectors_variant *v = variant(c);

	for (size_t i = 0; i < ARRAY_SIZE(v->caches); i++) {
		if ((value & v->caches[i].reset) && (value & v->caches[i].on))
			monitor_anomaly(c->mon, "FLASH_ACR.%s while that cache is on", v->caches[i].name);
		if (v->caches[i].on == v->data_cache && (value & v->caches[i].reset) && !(value & v->data_cache))
			c->sectors.stale_cache = false;
	}
	c->sectors.acr = value & v->acr;
	core_flush_fetch(&c->core);
	rcc_check_latency(c);
}

/* Keys out of turn, also while the lock is open already, shut it until reset (flash-f4 fact sheet section 1). */
static bool keyr_write(struct chip *c, uint32_t value)
{
	if (c->sectors.lock.open)
		monitor_anomaly(c->mon, "FLASH_KEYR written while unlocked");
	if (!key_write(&c->sectors.lock, value, KEY1, KEY2)) {
		c->sectors.cr |= CR_LOCK;
		return false;
	}
	if (c->sectors.lock.open)
		c->sectors.cr &= ~CR_LOCK;
	return true;
}

static bool optkeyr_write(struct chip *c, uint32_t value)
{
	if (c->sectors.option_lock.open)
		monitor_anomaly(c->mon, "FLASH_OPTKEYR written while unlocked");
	if (!key_write(&c->sectors.option_lock, value, OPTKEY1, OPTKEY2)) {
		c->sectors.optcr |= OPTCR_OPTLOCK;
		return false;
	}
	if (c->sectors.option_lock.open)
		c->sectors.optcr &= ~OPTCR_OPTLOCK;
	return true;
}

static bool reg_write(struct chip *c, uint32_t off, uint32_t value, enum master master)
{
	(void)master;
	switch (off) {
	case ACR:
		acr_write(c, value);
		return true;
	case KEYR:
		return keyr_write(c, value);
	case OPTKEYR:
		return optkeyr_write(c, value);
	case SR:
		flash_poll(c);
		c->sectors.sr &= ~(value & (SR_ERRORS | SR_EOP));
		return true;
	case CR:
		cr_write(c, value);
		return true;
	case OPTCR:
		stall_write(c);
		sectors_write_optcr(c, value);
		return true;
	case OPTCR1:
		stall_write(c);
		sectors_write_optcr1(c, value);
		return true;
	case OPTCR2:
		stall_write(c);
		sectors_write_optcr2(c, value);
		return true;
	default:
		monitor_anomaly(c->mon, "flash register +0x%02x is reserved", (unsigned int)off);
		return true;
	}
}

static uint32_t reg_read(struct chip *c, uint32_t off, enum master master)
{
	(void)master;
	if (off == SR)
		return sr_read(c);
	flash_poll(c);
	switch (off) {
	case ACR:
		return c->sectors.acr;
	case CR:
		return c->faults.hides_locks ? c->sectors.cr & ~CR_LOCK : c->sectors.cr;
	case OPTCR:
		return c->faults.hides_locks ? c->sectors.optcr & ~OPTCR_OPTLOCK : c->sectors.optcr;
	case OPTCR1:
		return variant(c)->optcr1_bits ? c->sectors.optcr1 : 0;
	case OPTCR2:
		return c->sectors.optcr2;
	default: /* the key registers are write only */
		return 0;
	}
}

static bool is_status(const struct chip *c, uint32_t off)
{
	(void)c;
	return off == SR;
}

static void reset(struct chip *c, enum reset_cause cause)
{
	c->sectors.acr = 0;
	c->sectors.sr = 0;
	c->sectors.cr = CR_LOCK;
	c->sectors.lock = c->sectors.option_lock = (struct key_lock){ 0 };
	c->sectors.stale_cache = false;
	sectors_load_options(c, cause);
}

static bool hardware_watchdog(const struct chip *c)
{
	return !(c->sectors.optcr & OPTCR_WDG_SW);
}

/* F7 */
static bool hardware_window_watchdog(const struct chip *c)
{
	return c->family->boots_at_address && !(c->sectors.optcr & OPTCR_WWDG_SW);
}

static uint32_t bank2(const struct chip *c)
{
	return sectors_dual(c) ? sectors_bank2(c) : c->part->flash_size;
}

static void tear(struct chip *c, const struct flash_op *op)
{
	if (op->kind == OP_OPTIONS)
		sectors_tear_options(c);
}

static unsigned int rdp_level(const struct chip *c)
{
	return c->sectors.rdp_level;
}

const struct flash_ctl sectors_ctl = {
	.reset = reset,
	.read = reg_read,
	.write = reg_write,
	.store = store,
	.finish = finish,
	.readable = readable,
	.conceals = conceals,
	.bank2 = bank2,
	.locate = sectors_locate,
	.is_status = is_status,
	.wait_states = wait_states,
	.latency = latency,
	.hardware_watchdog = hardware_watchdog,
	.hardware_window_watchdog = hardware_window_watchdog,
	.rdp_level = rdp_level,
	.tear = tear,
	.option_copy = sectors_option_copy,
	.contents = &sectors_contents,
};
