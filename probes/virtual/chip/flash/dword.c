/* SPDX-License-Identifier: MIT */
/*
 * The flash controller of L4, L4+, G0, G4, WB, WL, C0 and U0 at register level
 * (RM0351 3.3 and 3.7, RM0432, RM0444, RM0440, RM0434, RM0453, RM0490, RM0503;
 * flash-l4g0g4 fact sheet sections 2 to 4). What the manuals give a flag for sets
 * it; where only a wrong sequence leads to that flag it is an anomaly too.
 */
#include "chip/flash/dword.h"

#define ACR     0x00u
#define PDKEYR  0x04u
#define KEYR    0x08u
#define OPTKEYR 0x0cu
#define SR      0x10u
#define CR      0x14u
#define ECCR    0x18u
#define ECC2R   0x1cu

#define KEY1    0x45670123u
#define KEY2    0xcdef89abu
#define OPTKEY1 0x08192a3bu
#define OPTKEY2 0x4c5d6e7fu

#define ACR_ICEN     (1u << 9)
#define ACR_ICRST    (1u << 11)
#define ACR_DCRST    (1u << 12)
#define ACR_DBG_SWEN (1u << 18)

#define ECCR_FLAGS (3u << 30)
#define ECCR_ECCIE (1u << 24)

#define PWR_CR1_LPR (1u << 14)

static const struct dword_variant *variant(const struct chip *c)
{
	return dword_variant(c);
}

static void interrupt(struct chip *c)
{
	core_set_pending(&c->core, EXC_IRQ0 + variant(c)->irq);
}

void dword_raise(struct chip *c, uint32_t flags)
{
	struct dword *d = &c->dword;

	d->sr |= flags;
	d->half = false;
	d->fast.next = 0;
	if (d->cr & CR_ERRIE) {
		d->sr |= SR_OPERR;
		interrupt(c);
	}
}

/* A flag that only a wrong sequence leads to */
void dword_wrong(struct chip *c, uint32_t flags, const char *what, uint32_t addr)
{
	monitor_anomaly(c->mon, "%s (0x%08x), FLASH_CR 0x%x", what, (unsigned int)addr, (unsigned int)c->dword.cr);
	dword_raise(c, flags);
}

static void read_error(struct chip *c)
{
	c->dword.sr |= SR_RDERR;
	if (c->dword.cr & CR_RDERRIE)
		interrupt(c);
}

/* --- reading ------------------------------------------------------------------------------ */

static void judge_cache(struct chip *c, const struct access *a)
{
	if (a->fetch || a->master != MASTER_CORE || !(c->dword.acr & variant(c)->data_cache))
		return;
	if (!units_cache(c, a->addr - FLASH_BASE))
		monitor_anomaly(c->mon, "flash read at 0x%08x through a data cache older than the last operation",
				(unsigned int)a->addr);
}

static bool readable(struct chip *c, const struct access *a)
{
	if (!dword_in_array(c, a->addr))
		return true;
	if (dword_is_shut(c))
		return false;
	if (c->dword.fast.next)
		monitor_anomaly(c->mon, "flash read at 0x%08x within a row: its programming ends without notice",
				(unsigned int)a->addr);
	judge_cache(c, a);
	return unit_read(c, a);
}

/* What is hidden reads as 0: pages of the other processor, the securable area, and PCROP as data. */
static bool conceals(struct chip *c, const struct access *a)
{
	const uint32_t offset = a->addr - FLASH_BASE;

	if (dword_of_cpu2(c, offset))
		return true;
	if (!dword_secret(c, offset) && (a->fetch || !dword_pcrop(c, offset)))
		return false;
	if (variant(c)->errors_rd)
		read_error(c);
	return true;
}

static bool is_plain(const struct chip *c)
{
	return !c->dword.n_torn && !c->dword.secure && !dword_of_cpu2(c, c->part->flash_size - 1);
}

static uint32_t latency(const struct chip *c)
{
	return c->dword.acr & variant(c)->acr & 15;
}

static uint32_t wait_states(const struct chip *c)
{
	/* With the instruction cache on, most are hidden (RM0351 3.3.4). */
	return c->dword.acr & ACR_ICEN ? 0 : latency(c);
}

/* --- erase ----------------------------------------------------------------------------------- */

/* Section 8: any clock will do, but not low-power run. */
void dword_check_power(struct chip *c)
{
	if (c->family->pwr_base && (periph_word(c, c->family->pwr_base) & PWR_CR1_LPR))
		monitor_anomaly(c->mon, "flash operation in low-power run");
}

/* "PGSERR is set also if [another error flag is] set due to a previous programming error." */
static bool errors_are_stale(struct chip *c)
{
	if (!(c->dword.sr & SR_BLOCKING))
		return false;
	monitor_anomaly(c->mon, "flash operation begun with FLASH_SR 0x%x not cleared", (unsigned int)c->dword.sr);
	dword_raise(c, SR_PGSERR);
	return true;
}

/* False: a bus error, which is all that erasing a page of the other processor leads to (section 7). */
static bool erase_page(struct chip *c)
{
	struct flash_op op = { .kind = OP_ERASE };
	struct dword_page page;

	if (!dword_page_by_cr(c, c->dword.cr, &page)) {
		dword_wrong(c, SR_PGAERR, "page erase of a page that there is not", 0);
		return true;
	}
	if (dword_of_cpu2(c, page.offset))
		return false;
	for (uint32_t i = 0; i < page.size; i += DWORD)
		if (dword_write_protected(c, page.offset + i) || dword_secret(c, page.offset + i) || dword_is_shut(c)) {
			dword_raise(c, SR_WRPERR);
			return true;
		}
	op.mem = c->flash + page.offset;
	op.len = page.size;
	op.banks = page.bank;
	c->dword.erased_page = page.offset;
	flash_begin(c, &op, variant(c)->erase_ns);
	return true;
}

/* Of what is one bank of two joined, either half alone is every second double word: never what was meant. */
static unsigned int banks_of_mass_erase(struct chip *c)
{
	const uint32_t which = c->dword.cr & (CR_MER1 | CR_MER2);

	if (dword_dual(c))
		return (which & CR_MER1 ? BANK_1 : 0) | (which & CR_MER2 ? BANK_2 : 0);
	if (variant(c)->joins && which != (CR_MER1 | CR_MER2))
		monitor_anomaly(c->mon, "mass erase of half of two joined banks (FLASH_CR 0x%x)",
				(unsigned int)c->dword.cr);
	return BANK_1;
}

static bool mass_erase(struct chip *c)
{
	struct flash_op op = { .kind = OP_MASS_ERASE, .banks = banks_of_mass_erase(c) };

	if (dword_of_cpu2(c, c->part->flash_size - 1))
		return false;
	if (dword_keeps(c, op.banks) || dword_is_shut(c)) {
		dword_raise(c, SR_WRPERR);
		return true;
	}
	op.mem = c->flash + (op.banks == BANK_2 ? dword_bank2(c) : 0);
	op.len = op.banks == (BANK_1 | BANK_2) ? c->part->flash_size : dword_bank2(c);
	c->dword.mass_erased |= op.banks;
	flash_begin(c, &op, variant(c)->mass_ns);
	return true;
}

static bool start(struct chip *c)
{
	const uint32_t cr = c->dword.cr, erases = cr & CR_ERASES;

	if (errors_are_stale(c))
		return true;
	dword_check_power(c);
	if (!erases || (cr & (CR_PG | CR_FSTPG)) || ((cr & CR_PER) && erases != CR_PER)) {
		dword_wrong(c, SR_PGSERR, "FLASH_CR.STRT", 0);
		return true;
	}
	if (c->dword.half)
		dword_wrong(c, SR_PGSERR, "an erase after half a double word", c->dword.half_addr);
	if (c->dword.sr & SR_PGSERR)
		return true;
	return cr & CR_PER ? erase_page(c) : mass_erase(c);
}

static void finish(struct chip *c, const struct flash_op *op)
{
	c->dword.cr &= ~CR_STRT;
	if (op->kind == OP_OPTIONS) {
		dword_finish_options(c);
	} else if (dword_is_of_array(c, op)) {
		if (op->kind == OP_PROGRAM)
			unit_programmed(c, (uint32_t)(op->mem - c->flash), op->value);
		else
			units_erased(c, (uint32_t)(op->mem - c->flash), op->len);
	}
	/* RM0351 3.7.5: EOP is set only while its interrupt is enabled. */
	if (c->dword.cr & CR_EOPIE) {
		c->dword.sr |= SR_EOP;
		interrupt(c);
	}
}

/* --- registers ------------------------------------------------------------------------------------ */

static uint32_t sr_read(struct chip *c)
{
	const struct dword *d = &c->dword;
	uint32_t value, first = BANK_1 | BANK_2;
	bool busy;

	flash_poll(c);
	dword_judge_row(c);
	value = d->sr;
	if (variant(c)->bsy2) {
		first = BANK_1;
		value |= flash_busy(c, BANK_2) ? SR_BSY2 : 0;
	}
	value |= flash_busy(c, first) || d->fast.next ? SR_BSY : 0;
	busy = flash_busy(c, BANK_1 | BANK_2) || d->half || d->fast.next;
	value |= variant(c)->cfgbsy && busy ? SR_CFGBSY : 0;
	value |= c->faults.hides_locks ? 0 : d->key_locks;
	return value | (d->empty ? variant(c)->sr_empty : 0);
}

static void sr_write(struct chip *c, uint32_t value)
{
	flash_poll(c);
	c->dword.sr &= ~(value & (SR_ERRORS | SR_OEMOPTWERR | SR_EOP));
	/* RM0394 3.7.5: writing 1 toggles PEMPTY. */
	if (value & variant(c)->sr_empty)
		c->dword.empty = !c->dword.empty;
}

/* A write while busy stalls the bus until the operation ends: the core's by standing still here. */
static void stall_write(struct chip *c)
{
	if (c->busy_until != NEVER && c->busy_until > c->stall_until)
		c->stall_until = c->busy_until;
	flash_finish_early(c, BANK_1 | BANK_2);
	core_break_off(&c->core);
}

static uint32_t cr_bits(const struct chip *c)
{
	const struct dword_variant *v = variant(c);

	return CR_PG | CR_PER | CR_MER1 | ((1u << v->pnb_bits) - 1) << CR_PNB_BIT | v->bker | (v->bker ? CR_MER2 : 0) |
	       CR_STRT | CR_OPTSTRT | CR_FSTPG | CR_EOPIE | CR_ERRIE | (v->errors_rd ? CR_RDERRIE : 0) | CR_LAUNCH |
	       v->sec_prot | CR_OPTLOCK | CR_LOCK;
}

/* False: it waits until the other half has come, or is not let through. */
static bool cr_may_be_written(struct chip *c, uint32_t value)
{
	flash_poll(c);
	if (flash_busy(c, BANK_1 | BANK_2)) {
		monitor_anomaly(c->mon, "FLASH_CR written (0x%x) while the flash is busy", (unsigned int)value);
		stall_write(c);
	}
	if (c->dword.half && variant(c)->cfgbsy) {
		monitor_anomaly(c->mon, "FLASH_CR written (0x%x) after half a double word", (unsigned int)value);
		return false;
	}
	if (!(c->dword.cr & CR_LOCK))
		return true;
	if (!(value & CR_LOCK))
		monitor_anomaly(c->mon, "FLASH_CR written (0x%x) while locked", (unsigned int)value);
	return false;
}

static void lock_by(struct chip *c, uint32_t value)
{
	if (value & CR_LOCK)
		c->dword.lock.open = false;
	if (value & (CR_LOCK | CR_OPTLOCK)) {
		c->dword.option_lock.open = false;
		c->dword.cr |= CR_OPTLOCK;
	}
}

static bool options_are_locked(struct chip *c, const char *bit)
{
	if (c->dword.cr & CR_OPTLOCK)
		monitor_anomaly(c->mon, "FLASH_CR.%s while the option bytes are locked", bit);
	return c->dword.cr & CR_OPTLOCK;
}

static void enter_mode(struct chip *c, uint32_t old)
{
	const uint32_t set = c->dword.cr & ~old;

	if (set & (CR_PG | CR_FSTPG))
		(void)errors_are_stale(c);
	if (set & CR_FSTPG)
		c->dword.fast.since_ns = chip_now(c);
	if (!(c->dword.cr & CR_FSTPG))
		c->dword.fast.next = 0;
}

static bool cr_write(struct chip *c, uint32_t value)
{
	struct dword *d = &c->dword;
	const uint32_t old = d->cr;
	bool ok = true;

	if (!cr_may_be_written(c, value))
		return true;
	if (value & ~cr_bits(c))
		monitor_anomaly(c->mon, "FLASH_CR written with reserved bits (0x%x)", (unsigned int)value);
	d->secure |= value & variant(c)->sec_prot;
	d->cr = (value & cr_bits(c) & ~(CR_OPTSTRT | CR_LAUNCH)) | (old & CR_OPTLOCK) | d->secure;
	lock_by(c, value);
	enter_mode(c, old);
	if ((value & CR_LAUNCH) && !options_are_locked(c, "OBL_LAUNCH"))
		c->launch_wanted = true;
	if ((value & CR_OPTSTRT) && !options_are_locked(c, "OPTSTRT") && !errors_are_stale(c))
		dword_start_options(c);
	if (value & CR_STRT)
		ok = start(c);
	if (!flash_busy(c, BANK_1 | BANK_2))
		d->cr &= ~CR_STRT;
	return ok;
}

static void acr_write(struct chip *c, uint32_t value)
{
	const struct dword_variant *v = variant(c);

	if ((value & ACR_ICRST & v->acr) && (value & ACR_ICEN))
		monitor_anomaly(c->mon, "FLASH_ACR.ICRST while that cache is on");
	if ((value & ACR_DCRST & v->acr) && (value & v->data_cache))
		monitor_anomaly(c->mon, "FLASH_ACR.DCRST while that cache is on");
	if ((value & ACR_DCRST & v->acr) && !(value & v->data_cache))
		units_forget_cache(c);
	/* "0 = debug access off": never to be cleared by a tool */
	if ((v->acr & ~value & ACR_DBG_SWEN) && !c->dword.debug_off) {
		monitor_anomaly(c->mon, "FLASH_ACR.DBG_SWEN cleared: the debug port is off");
		c->dword.debug_off = true;
	}
	if (v->acr_empty)
		c->dword.empty = value & v->acr_empty;
	c->dword.acr = value & v->acr;
	core_flush_fetch(&c->core);
	rcc_check_latency(c);
}

/* Keys out of turn, also while the lock is open already, shut it until reset, with a bus error (RM0351 3.3.5). */
static bool keyr_write(struct chip *c, uint32_t value)
{
	if (c->dword.lock.open)
		monitor_anomaly(c->mon, "FLASH_KEYR written while unlocked");
	if (!key_write(&c->dword.lock, value, KEY1, KEY2)) {
		c->dword.cr |= CR_LOCK | CR_OPTLOCK;
		return false;
	}
	if (c->dword.lock.open)
		c->dword.cr &= ~CR_LOCK;
	return true;
}

static bool optkeyr_write(struct chip *c, uint32_t value)
{
	if (c->dword.cr & CR_LOCK)
		return monitor_anomaly(c->mon, "FLASH_OPTKEYR written while FLASH_CR is locked");
	if (c->dword.option_lock.open)
		monitor_anomaly(c->mon, "FLASH_OPTKEYR written while unlocked");
	if (!key_write(&c->dword.option_lock, value, OPTKEY1, OPTKEY2)) {
		c->dword.cr |= CR_OPTLOCK;
		return false;
	}
	if (c->dword.option_lock.open)
		c->dword.cr &= ~CR_OPTLOCK;
	return true;
}

static void eccr_write(struct chip *c, unsigned int n, uint32_t value)
{
	uint32_t *eccr = &c->dword.eccr[n];

	*eccr = (*eccr & ~ECCR_ECCIE) | (value & ECCR_ECCIE);
	if (value & ECCR_FLAGS)
		*eccr &= ~(value & ECCR_FLAGS);
	if (!(*eccr & ECCR_FLAGS))
		*eccr &= ECCR_ECCIE;
}

static bool other_write(struct chip *c, uint32_t off, uint32_t value)
{
	const unsigned int option = dword_option_at(c, off);

	if (option == DWORD_OPTIONS) {
		monitor_anomaly(c->mon, "flash register +0x%02x is reserved", (unsigned int)off);
		return true;
	}
	flash_poll(c);
	if (flash_busy(c, BANK_1 | BANK_2)) {
		monitor_anomaly(c->mon, "flash register +0x%02x written while the flash is busy", (unsigned int)off);
		stall_write(c);
	}
	dword_write_option(c, option, value);
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
		sr_write(c, value);
		return true;
	case CR:
		return cr_write(c, value);
	case ECCR:
	case ECC2R:
		if (variant(c)->ecc.none || (off == ECC2R && !variant(c)->bsy2))
			return other_write(c, off, value);
		eccr_write(c, off == ECC2R, value);
		return true;
	default:
		return other_write(c, off, value);
	}
}

static uint32_t option_read(const struct chip *c, uint32_t off)
{
	const unsigned int i = dword_option_at(c, off);

	if (i < DWORD_OPTIONS && variant(c)->options[i].kind == OPTION_KEYSR)
		return dword_oemkeysr(c);
	return i == DWORD_OPTIONS || variant(c)->options[i].kind == OPTION_KEY ? 0 : c->dword.reg[i];
}

static uint32_t reg_read(struct chip *c, uint32_t off, enum master master)
{
	const struct dword *d = &c->dword;

	(void)master;
	if (off == SR)
		return sr_read(c);
	flash_poll(c);
	switch (off) {
	case ACR:
		return d->acr | (d->empty ? variant(c)->acr_empty : 0);
	case CR:
		return c->faults.hides_locks ? d->cr & ~(CR_LOCK | CR_OPTLOCK) : d->cr;
	case ECCR:
		return d->eccr[0];
	case ECC2R:
		return d->eccr[1];
	default: /* the key registers are write only */
		return option_read(c, off);
	}
}

static bool is_status(const struct chip *c, uint32_t off)
{
	(void)c;
	return off == SR;
}

static void reset(struct chip *c, enum reset_cause cause)
{
	struct dword *d = &c->dword;

	d->acr = variant(c)->acr_reset;
	d->sr = variant(c)->optverr ? SR_OPTVERR : 0;
	d->cr = CR_LOCK | CR_OPTLOCK;
	d->eccr[0] = d->eccr[1] = 0;
	d->lock = d->option_lock = (struct key_lock){ 0 };
	d->half = d->debug_off = false;
	units_forget_cache(c);
	d->secure = 0;
	d->fast.next = 0;
	d->mass_erased = 0;
	d->erased_page = UINT32_MAX;
	dword_load_options(c, cause);
}

static bool hardware_watchdog(const struct chip *c)
{
	return !(dword_optr(c) & OPTR_IWDG_SW);
}

static bool hardware_window_watchdog(const struct chip *c)
{
	return !(dword_optr(c) & OPTR_WWDG_SW);
}

static unsigned int rdp_level(const struct chip *c)
{
	return c->dword.rdp_level;
}

/* Section 9.1: BOOT_LOCK with read protection locks debuggers out. */
static bool debug_is_off(const struct chip *c)
{
	return c->dword.debug_off || (c->dword.rdp_level && dword_boot_lock(c));
}

const struct flash_ctl dword_ctl = {
	.reset = reset,
	.read = reg_read,
	.write = reg_write,
	.store = dword_store,
	.finish = finish,
	.tear = dword_tear,
	.readable = readable,
	.conceals = conceals,
	.is_plain = is_plain,
	.takes_more = dword_takes_more,
	.bank2 = dword_bank2,
	.locate = dword_locate,
	.is_status = is_status,
	.wait_states = wait_states,
	.latency = latency,
	.hardware_watchdog = hardware_watchdog,
	.hardware_window_watchdog = hardware_window_watchdog,
	.rdp_level = rdp_level,
	.debug_is_off = debug_is_off,
	.ram_is_open = dword_ram_is_open,
	.boot_mode = dword_boot_mode,
	.option_copy = dword_option_copy,
	.contents = &dword_contents,
};
