/* SPDX-License-Identifier: MIT */
/*
 * Flash program and erase controller of the F1 (PM0075; PM0068 for XL density,
 * which has a second set of KEYR, SR, CR and AR for the bank from 0x08080000),
 * and of F0 and F3 (flash-f0f3f2f7 fact sheet section 2).
 */
#include "chip/flash/fpec.h"

#define ACR     0x00u
#define KEYR    0x04u
#define OPTKEYR 0x08u
#define SR      0x0cu
#define CR      0x10u
#define AR      0x14u
#define OBR     0x1cu
#define WRPR    0x20u
#define BANK2   0x40u /* offset of the second bank's registers */

#define KEY1 0x45670123u
#define KEY2 0xcdef89abu

#define ACR_RESET 0x30u

#define BANK2_START 0x80000u

static bool is_xl(const struct chip *c)
{
	return c->line->traits & LINE_XL;
}

static uint32_t bank2(const struct chip *c)
{
	return is_xl(c) ? BANK2_START : c->part->flash_size;
}

static uint32_t bank_start(unsigned int n)
{
	return n ? BANK2_START : 0;
}

static uint32_t bank_size(const struct chip *c, unsigned int n)
{
	if (n)
		return c->part->flash_size - BANK2_START;
	return is_xl(c) ? BANK2_START : c->part->flash_size;
}

static const struct fpec_variant *variant(const struct chip *c)
{
	return c->family->fpec;
}

static void interrupt(struct chip *c)
{
	core_set_pending(&c->core, EXC_IRQ0 + variant(c)->irq);
}

/* Read protection holds against a debugger and against code in SRAM (PM0075 2.4.1). */
bool fpec_is_closed(const struct chip *c)
{
	return c->fpec.rdp_level != 0 && c->intrusion;
}

/* The core reads a word of the vector table: exception entry and reset do so over the I-bus. */
static bool is_vector(const struct chip *c, const struct access *a)
{
	return a->master == MASTER_CORE && a->size == 4 && a->addr - bus_unalias(c, c->core.vtor) < 4 * EXC_N;
}

/*
 * Protection closes the D-bus. Instructions and vectors come over the I-bus, so
 * firmware of an F1 runs as far as its data let it. On F0 and F3 the array is
 * closed altogether: "totally inaccessible" (RM0091 3.3.1).
 */
static bool readable(struct chip *c, const struct access *a)
{
	if (!fpec_is_closed(c))
		return true;
	if (variant(c)->launches)
		return a->addr - FLASH_BASE >= c->part->flash_size;
	return a->fetch || is_vector(c, a);
}

static uint32_t latency(const struct chip *c)
{
	return c->fpec.acr & 7;
}

static uint32_t wait_states(const struct chip *c)
{
	/* The prefetch buffer hides all but one (PM0075 1.3). */
	return latency(c) && (c->fpec.acr & 0x10) ? 1 : latency(c);
}

static void raise_errors(struct chip *c, struct fpec_bank *b, uint32_t flags)
{
	b->sr |= flags;
	if (b->cr & CR_ERRIE)
		interrupt(c);
}

/* HSI times the pulses (RM0008 3.3.3: it must be on). */
static void begin(struct chip *c, struct flash_op *op, uint64_t duration_ns)
{
	if (!rcc_hsi_on(c))
		monitor_anomaly(c->mon, "flash operation with HSI off");
	flash_begin(c, op, duration_ns);
}

/* --- erase --------------------------------------------------------------------------- */

static void erase_page(struct chip *c, unsigned int n)
{
	struct fpec_bank *b = &c->fpec.bank[n];
	const uint32_t addr = bus_unmirror(c, b->ar);
	const uint32_t size = n && c->line->traits & LINE_4K_PAGES ? 4096 : c->line->page_size;
	const uint32_t offset = (addr - FLASH_BASE) & ~(size - 1);
	struct flash_op op = { .kind = OP_ERASE, .banks = n ? BANK_2 : BANK_1, .len = size };

	if (addr - FLASH_BASE >= c->part->flash_size || flash_bank_of(c, addr) != op.banks) {
		monitor_anomaly(c->mon, "page erase at 0x%08x, which bank %u does not have", (unsigned int)b->ar,
				n + 1);
		return;
	}
	/* While protected only the erase of everything is left to a debugger (PM0075 2.4.1). */
	if (fpec_protected(c, offset, 1, false) || fpec_is_closed(c)) {
		raise_errors(c, b, SR_WRPRTERR);
		return;
	}
	op.mem = c->flash + offset;
	begin(c, &op, variant(c)->erase_ns);
}

static void erase_bank(struct chip *c, unsigned int n)
{
	struct flash_op op = {
		.kind = OP_MASS_ERASE,
		.banks = n ? BANK_2 : BANK_1,
		.mem = c->flash + bank_start(n),
		.len = bank_size(c, n),
	};

	/* F0 and F3: to a debugger of a read-protected chip even this is not left (flash-f0f3f2f7 section 2.3). */
	if (fpec_protected(c, bank_start(n), op.len, true) || (variant(c)->launches && fpec_is_closed(c))) {
		raise_errors(c, &c->fpec.bank[n], SR_WRPRTERR);
		return;
	}
	begin(c, &op, variant(c)->erase_ns);
}

static void erase_options(struct chip *c)
{
	struct flash_op op = {
		.kind = OP_OPTIONS,
		.banks = BANK_1,
		.mem = fpec_options(c),
		.len = FPEC_OPTIONS_SIZE,
	};

	begin(c, &op, variant(c)->erase_ns);
}

static void start(struct chip *c, unsigned int n)
{
	struct fpec_bank *b = &c->fpec.bank[n];

	b->strt_at = c->core.instructions;
	b->strt_fresh = true;
	switch (b->cr & (CR_ERASES | CR_PG | CR_OPTPG | CR_OPTWRE)) {
	case CR_PER:
	case CR_PER | CR_OPTWRE:
		erase_page(c, n);
		break;
	case CR_MER:
	case CR_MER | CR_OPTWRE:
		erase_bank(c, n);
		break;
	case CR_OPTER | CR_OPTWRE:
		erase_options(c);
		break;
	default:
		monitor_anomaly(c->mon, "FLASH_CR.STRT with FLASH_CR 0x%x", (unsigned int)b->cr);
	}
}

/* --- programming ----------------------------------------------------------------------- */

static bool store(struct chip *c, const struct access *a)
{
	const uint32_t offset = a->addr - FLASH_BASE;
	const unsigned int n = flash_bank_of(c, a->addr) == BANK_2;
	struct fpec_bank *b = &c->fpec.bank[n];
	struct flash_op op = { .kind = OP_PROGRAM, .banks = n ? BANK_2 : BANK_1, .len = 2, .value = a->value };

	if (a->addr - FPEC_OPTIONS_BASE < FPEC_OPTIONS_SIZE)
		return fpec_store_option(c, a);
	if (offset >= c->part->flash_size)
		return monitor_anomaly(c->mon, "write to system memory at 0x%08x", (unsigned int)a->addr);
	if ((b->cr & (CR_PG | CR_LOCK | CR_ERASES | CR_OPTPG)) != CR_PG)
		return monitor_anomaly(c->mon, "flash written at 0x%08x with FLASH_CR 0x%x", (unsigned int)a->addr,
				       (unsigned int)b->cr);
	/* PM0075 2.3.3: half-words only, anything else is a bus error. */
	if (a->size != 2)
		return monitor_anomaly(c->mon, "flash written at 0x%08x in %u bytes", (unsigned int)a->addr, a->size);

	op.mem = c->flash + offset;
	if (fpec_protected(c, offset, 1, false) || fpec_is_closed(c))
		raise_errors(c, b, SR_WRPRTERR);
	else if (get_le16(op.mem) != 0xffff && op.value != 0)
		raise_errors(c, b, SR_PGERR);
	else
		begin(c, &op, variant(c)->program_ns);
	return true;
}

static void finish(struct chip *c, const struct flash_op *op)
{
	struct fpec_bank *b = &c->fpec.bank[op->banks == BANK_2];

	b->sr |= SR_EOP;
	b->cr &= ~CR_STRT;
	if (b->cr & CR_EOPIE)
		interrupt(c);
	fpec_finish_option(c, op);
}

/* --- registers ------------------------------------------------------------------------- */

/*
 * Errata sheet of the F1, "FLASH_SR BSY bit delay versus STRT bit": BSY rises
 * one cycle after STRT, so the instruction right after the one that set STRT
 * still reads 0. A debugger is never that quick.
 */
static bool bsy_is_late(struct chip *c, struct fpec_bank *b, enum master master)
{
	const bool late = b->strt_fresh && master == MASTER_CORE && c->core.instructions - b->strt_at <= 1;

	b->strt_fresh = false;
	return late;
}

static uint32_t sr_read(struct chip *c, unsigned int n, enum master master)
{
	struct fpec_bank *b = &c->fpec.bank[n];

	flash_poll(c);
	if (flash_busy(c, n ? BANK_2 : BANK_1) && !bsy_is_late(c, b, master))
		return b->sr | SR_BSY;
	return b->sr;
}

/* "Forces the option byte loading, which generates a system reset" (RM0091 3.5.5), once the access is over. */
static void launch(struct chip *c, uint32_t value)
{
	if (variant(c)->launches)
		c->launch_wanted = true;
	else
		monitor_anomaly(c->mon, "FLASH_CR written with reserved bits (0x%x)", (unsigned int)value);
}

static void cr_write(struct chip *c, unsigned int n, uint32_t value)
{
	struct fpec_bank *b = &c->fpec.bank[n];

	flash_poll(c);
	if (flash_busy(c, n ? BANK_2 : BANK_1)) {
		monitor_anomaly(c->mon, "FLASH_CR written (0x%x) while the flash is busy", (unsigned int)value);
		return;
	}
	if (b->cr & CR_LOCK) {
		if (value != CR_LOCK)
			monitor_anomaly(c->mon, "FLASH_CR written (0x%x) while locked", (unsigned int)value);
		return;
	}
	if (value & CR_LAUNCH) {
		launch(c, value);
		return;
	}
	if (value & CR_LOCK) {
		b->lock.open = false;
		value |= CR_LOCK;
	}
	/* OPTWRE is set by its keys alone; writing 0 clears it (PM0075 3.5). */
	if (!(value & CR_OPTWRE))
		c->fpec.option_lock.open = false;
	b->cr = (value & (CR_KEPT | CR_LOCK)) | (value & b->cr & CR_OPTWRE);
	if (value & CR_STRT) {
		b->cr |= CR_STRT;
		start(c, n);
		if (!flash_busy(c, n ? BANK_2 : BANK_1))
			b->cr &= ~CR_STRT;
	}
}

static bool keyr_write(struct chip *c, unsigned int n, uint32_t value)
{
	struct fpec_bank *b = &c->fpec.bank[n];

	if (b->lock.open) {
		monitor_anomaly(c->mon, "FLASH_KEYR written while unlocked");
		return true;
	}
	if (!key_write(&b->lock, value, KEY1, KEY2))
		return false;
	if (b->lock.open)
		b->cr &= ~CR_LOCK;
	return true;
}

static bool optkeyr_write(struct chip *c, uint32_t value)
{
	if (c->fpec.bank[0].cr & CR_LOCK)
		return monitor_anomaly(c->mon, "FLASH_OPTKEYR written while FLASH_CR is locked");
	if (c->fpec.option_lock.open)
		return true;
	if (!key_write(&c->fpec.option_lock, value, KEY1, KEY2))
		return false;
	if (c->fpec.option_lock.open)
		c->fpec.bank[0].cr |= CR_OPTWRE;
	return true;
}

static bool bank_write(struct chip *c, unsigned int n, uint32_t off, uint32_t value)
{
	struct fpec_bank *b = &c->fpec.bank[n];

	switch (off) {
	case KEYR:
		return keyr_write(c, n, value);
	case SR:
		flash_poll(c);
		b->sr &= ~(value & SR_W1C);
		return true;
	case CR:
		cr_write(c, n, value);
		return true;
	case AR:
		if (flash_busy(c, n ? BANK_2 : BANK_1))
			monitor_anomaly(c->mon, "FLASH_AR written while the flash is busy");
		else
			b->ar = value;
		return true;
	default:
		monitor_anomaly(c->mon, "flash register +0x%02x of bank %u is reserved or read only", (unsigned int)off,
				n + 1);
		return true;
	}
}

static bool reg_write(struct chip *c, uint32_t off, uint32_t value, enum master master)
{
	(void)master;
	if (off == ACR) {
		c->fpec.acr = (value & 0x1f) | (value & 0x10) << 1;
		core_flush_fetch(&c->core);
		rcc_check_latency(c);
		return true;
	}
	if (off == OPTKEYR)
		return optkeyr_write(c, value);
	if (off >= BANK2 && is_xl(c))
		return bank_write(c, 1, off - BANK2, value);
	return bank_write(c, 0, off, value);
}

/* Clones are said to show their locks open at every time. OPTWRE is bank 1's alone. */
static uint32_t cr_read(const struct chip *c, const struct fpec_bank *b)
{
	if (!c->faults.hides_locks)
		return b->cr;
	return (b->cr & ~CR_LOCK) | (b == &c->fpec.bank[0] ? CR_OPTWRE : 0);
}

static uint32_t reg_read(struct chip *c, uint32_t off, enum master master)
{
	const unsigned int n = off >= BANK2 && is_xl(c);

	switch (off - (n ? BANK2 : 0)) {
	case ACR:
		return n ? 0 : c->fpec.acr;
	case SR:
		return sr_read(c, n, master);
	case CR:
		flash_poll(c);
		return cr_read(c, &c->fpec.bank[n]);
	case OBR:
		return n ? 0 : c->fpec.obr;
	case WRPR:
		return n ? 0 : c->fpec.wrpr;
	default: /* KEYR, OPTKEYR and AR are write only */
		return 0;
	}
}

static bool is_status(const struct chip *c, uint32_t off)
{
	return (off == SR || (off == BANK2 + SR && is_xl(c))) && !c->fpec.bank[off / BANK2].strt_fresh;
}

static void reset(struct chip *c, enum reset_cause cause)
{
	const struct fpec before = c->fpec;

	c->fpec = (struct fpec){
		.acr = ACR_RESET,
		.obr = before.obr,
		.wrpr = before.wrpr,
		.rdp_level = before.rdp_level,
		.empty = before.empty,
	};
	c->fpec.bank[0].cr = c->fpec.bank[1].cr = CR_LOCK;
	fpec_load_options(c, cause);
}

static bool hardware_watchdog(const struct chip *c)
{
	return !(fpec_user(c) & USER_WDG_SW);
}

static unsigned int rdp_level(const struct chip *c)
{
	return c->fpec.rdp_level;
}

const struct flash_ctl fpec_ctl = {
	.reset = reset,
	.read = reg_read,
	.write = reg_write,
	.store = store,
	.finish = finish,
	.readable = readable,
	.bank2 = bank2,
	.wait_states = wait_states,
	.latency = latency,
	.hardware_watchdog = hardware_watchdog,
	.rdp_level = rdp_level,
	.is_status = is_status,
	.contents = &fpec_contents,
};
