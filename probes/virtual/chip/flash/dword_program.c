/* SPDX-License-Identifier: MIT */
/*
 * Programming of L4, L4+, G0, G4, WB, WL, C0 and U0 (RM0351 3.3.7, flash-l4g0g4
 * fact sheet sections 4.3 to 5): double words with ECC, each by two writes of a
 * word, the lower one first; or rows of them without a pause.
 */
#include "chip/flash/dword.h"

/* RM0351 3.3.7, fast programming: the next double word is due "around 20 us" after one, FSTPG is set for 7 ms at most.
 */
#define FAST_GAP_NS   20000u
#define FAST_LIMIT_NS 7000000u
#define FAST_LEAST_HZ (8 * MHZ)

static bool is_otp(const struct chip *c, uint32_t addr)
{
	return addr - c->line->ids->otp.base < c->line->ids->otp.size;
}

/* OTP: a double word takes one value, and nothing more, not even zeros (RM0444 3.3.1). */
static bool takes(struct chip *c, uint32_t addr, uint64_t value)
{
	const uint8_t *p;

	if (dword_in_array(c, addr))
		return unit_takes(c, addr - FLASH_BASE, value);
	p = info_at(c, addr);
	return (get_le32(p) & get_le32(p + 4)) == 0xffffffff;
}

static bool is_protected(const struct chip *c, uint32_t addr)
{
	const uint32_t offset = addr - FLASH_BASE;

	if (dword_is_shut(c))
		return true;
	if (!dword_in_array(c, addr))
		return !is_otp(c, addr); /* system memory */
	return dword_write_protected(c, offset) || dword_secret(c, offset);
}

static void program(struct chip *c, uint32_t addr, uint64_t value, uint64_t duration_ns)
{
	struct flash_op op = { .kind = OP_PROGRAM, .banks = flash_bank_of(c, addr), .len = DWORD, .value = value };

	dword_check_power(c);
	op.mem = dword_in_array(c, addr) ? c->flash + (addr - FLASH_BASE) : info_at(c, addr);
	flash_begin(c, &op, duration_ns);
}

static void program_unit(struct chip *c, uint32_t addr, uint64_t value)
{
	if (!takes(c, addr, value)) {
		dword_raise(c, SR_PROGERR);
		return;
	}
	if (dword_in_array(c, addr))
		c->dword.mass_erased &= ~flash_bank_of(c, addr);
	program(c, addr, value, dword_variant(c)->unit_ns);
}

static bool row_may_begin(struct chip *c, uint32_t addr)
{
	const uint32_t offset = addr - FLASH_BASE;

	if (addr % dword_variant(c)->row || !dword_in_array(c, addr))
		return false;
	if (dword_variant(c)->row_after_page_erase)
		return c->dword.erased_page != UINT32_MAX && offset - c->dword.erased_page < dword_page_size(c);
	return flash_bank_of(c, addr) & c->dword.mass_erased;
}

void dword_judge_row(struct chip *c)
{
	if (c->dword.fast.next && chip_now(c) > c->dword.fast.due_ns)
		dword_wrong(c, SR_MISERR, "a double word of a row came too late", c->dword.fast.next);
}

static void program_in_row(struct chip *c, uint32_t addr, uint64_t value)
{
	struct dword *d = &c->dword;
	const uint64_t now = chip_now(c);

	if (!d->fast.next && !row_may_begin(c, addr)) {
		dword_wrong(c, SR_PGSERR, "a row where fast programming cannot begin", addr);
		return;
	}
	if (d->fast.next && addr != d->fast.next) {
		dword_wrong(c, SR_PGAERR, "not the next double word of a row", addr);
		return;
	}
	if (now - d->fast.since_ns > FAST_LIMIT_NS || c->hclk_hz < FAST_LEAST_HZ) {
		dword_wrong(c, SR_FASTERR, "fast programming for more than 7 ms, or below 8 MHz", addr);
		return;
	}
	if (!takes(c, addr, value)) {
		dword_raise(c, SR_PROGERR);
		return;
	}
	program(c, addr, value, dword_variant(c)->fast_ns);
	d->fast.next = (addr + DWORD) % dword_variant(c)->row ? addr + DWORD : 0;
	d->fast.due_ns = c->op[flash_bank_of(c, addr) == BANK_2].end_ns + FAST_GAP_NS;
}

/* A word: the first half of a double word waits, the second one makes it whole. */
static void take_word(struct chip *c, const struct access *a)
{
	struct dword *d = &c->dword;

	dword_judge_row(c);
	if (d->sr & SR_MISERR)
		return;

	if (!d->half && (a->addr & 4)) {
		dword_wrong(c, SR_PGAERR, "the second word of a double word came first", a->addr);
		return;
	}
	if (!d->half) {
		d->half = true;
		d->half_addr = a->addr;
		d->half_value = a->value;
		return;
	}
	if (a->addr != d->half_addr + 4) {
		dword_wrong(c, SR_PGAERR, "half a double word, then a word of another", a->addr);
		return;
	}
	d->half = false;
	if (is_protected(c, a->addr))
		dword_raise(c, SR_WRPERR);
	else if (d->cr & CR_FSTPG)
		program_in_row(c, d->half_addr, (uint64_t)a->value << 32 | d->half_value);
	else
		program_unit(c, d->half_addr, (uint64_t)a->value << 32 | d->half_value);
}

bool dword_store(struct chip *c, const struct access *a)
{
	const uint32_t mode = c->dword.cr & (CR_PG | CR_FSTPG);

	if (dword_in_array(c, a->addr) && dword_of_cpu2(c, a->addr - FLASH_BASE))
		return false;
	if (!mode || mode == (CR_PG | CR_FSTPG) || (c->dword.cr & (CR_ERASES | CR_LOCK)))
		dword_wrong(c, SR_PGSERR, "flash written without PG, or with more than that", a->addr);
	else if (a->size != 4)
		dword_wrong(c, SR_SIZERR, "flash written in other units than words", a->addr);
	else if (c->dword.sr & SR_BLOCKING)
		dword_raise(c, SR_PGSERR); /* one before it failed: what comes in one stream is lost too */
	else
		take_word(c, a);
	return true;
}

bool dword_takes_more(const struct chip *c, uint32_t addr)
{
	(void)addr;
	return c->dword.cr & CR_FSTPG;
}

static uint32_t offset_of(const struct chip *c, const struct flash_op *op)
{
	return (uint32_t)(op->mem - c->flash);
}

bool dword_is_of_array(const struct chip *c, const struct flash_op *op)
{
	return op->mem && op->mem >= c->flash && op->mem < c->flash + c->part->flash_size;
}

/* Of an erase that was cut short the first half is done, and the rest reads as something that its ECC does not fit. */
void dword_tear(struct chip *c, const struct flash_op *op)
{
	uint32_t offset;

	if (op->kind == OP_OPTIONS)
		c->dword.options_torn = true;
	if (!dword_is_of_array(c, op))
		return;
	offset = offset_of(c, op);
	if (op->kind == OP_PROGRAM) {
		unit_tear(c, offset);
		return;
	}
	units_erased(c, offset, op->len / 2);
	for (uint32_t i = op->len / 2; i < op->len; i += DWORD)
		unit_tear(c, offset + i);
}
