/* SPDX-License-Identifier: MIT */
/*
 * Option bytes of the F1 (PM0075 2.4 and 2.5): 16 bytes at 0x1ffff800, each
 * value with its complement beside it, loaded into FLASH_OBR and FLASH_WRPR.
 */
#include "chip/flash/fpec.h"

#include <string.h>

#define RDP_UNPROTECTED 0x5aa5u

#define OPT_RDP  0u
#define OPT_USER 2u
#define OPT_DATA 4u
#define OPT_WRP  8u

/* One WRP bit covers 4 KiB on every line, and the last one all that remains. */
#define WRP_UNIT     4096u
#define WRP_LAST_BIT 31u

uint8_t *fpec_options(struct chip *c)
{
	return info_at(c, FPEC_OPTIONS_BASE);
}

void fpec_factory_options(struct chip *c)
{
	uint8_t *options = fpec_options(c);

	put_le16(options + OPT_RDP, RDP_UNPROTECTED);
	for (unsigned int i = OPT_USER; i < FPEC_OPTIONS_SIZE; i += 2)
		put_le16(options + i, 0x00ff);
}

/* A value whose complement is wrong counts as erased and sets OPTERR; erased ones are FF without error. */
static uint8_t load(struct chip *c, unsigned int index, bool *error)
{
	const uint16_t both = get_le16(fpec_options(c) + index);

	if (both == 0xffff)
		return 0xff;
	if ((both & 0xff) == (~both >> 8 & 0xff))
		return (uint8_t)both;
	*error = true;
	return 0xff;
}

/*
 * A system reset loads all of them, except that a debugger's presence keeps the
 * read protection as it was: that needs a power-on reset (PM0075 2.4.1).
 */
void fpec_load_options(struct chip *c, enum reset_cause cause)
{
	bool error = false;
	uint32_t obr, rdprt = c->fpec.obr & OBR_RDPRT;
	uint32_t wrpr = 0;

	if (load(c, OPT_RDP, &error) == (RDP_UNPROTECTED & 0xff)) {
		if (cause == RESET_POWER || !c->intrusion)
			rdprt = 0;
	} else if (cause == RESET_POWER || !c->intrusion) {
		rdprt = OBR_RDPRT;
	}
	obr = rdprt | (uint32_t)load(c, OPT_USER, &error) << 2 | (uint32_t)load(c, OPT_DATA, &error) << 10 |
	      (uint32_t)load(c, OPT_DATA + 2, &error) << 18;
	for (unsigned int i = 0; i < 4; i++)
		wrpr |= (uint32_t)load(c, OPT_WRP + 2 * i, &error) << 8 * i;
	c->fpec.obr = obr | (error ? OBR_OPTERR : 0);
	c->fpec.wrpr = wrpr;
}

bool fpec_protected(const struct chip *c, uint32_t offset, uint32_t len, bool mass)
{
	/* Read protection protects the first 4 KiB against programming; erasing everything stays possible. */
	if ((c->fpec.obr & OBR_RDPRT) && offset < WRP_UNIT && !mass)
		return true;
	for (uint32_t unit = offset / WRP_UNIT; unit <= (offset + len - 1) / WRP_UNIT; unit++) {
		const uint32_t bit = unit < WRP_LAST_BIT ? unit : WRP_LAST_BIT;

		if (!(c->fpec.wrpr >> bit & 1))
			return true;
	}
	return false;
}

static bool removes_protection(struct chip *c, const uint8_t *mem, uint32_t value)
{
	return mem == fpec_options(c) + OPT_RDP && value == RDP_UNPROTECTED && (c->fpec.obr & OBR_RDPRT);
}

/* The low byte counts, the controller adds the complement (PM0075 2.3.5). */
bool fpec_store_option(struct chip *c, const struct access *a)
{
	struct fpec_bank *b = &c->fpec.bank[0];
	const uint32_t low = a->value & 0xff;
	struct flash_op op = { .kind = OP_PROGRAM, .banks = BANK_1, .len = 2 };
	uint64_t duration = FPEC_PROGRAM_NS;

	if ((b->cr & (CR_OPTPG | CR_OPTWRE | CR_LOCK | CR_OPTER)) != (CR_OPTPG | CR_OPTWRE))
		return monitor_anomaly(c->mon, "option byte 0x%08x written with FLASH_CR 0x%x", (unsigned int)a->addr,
				       (unsigned int)b->cr);
	if (a->size != 2)
		return monitor_anomaly(c->mon, "option byte 0x%08x written in %u bytes", (unsigned int)a->addr,
				       a->size);

	op.mem = fpec_options(c) + (a->addr - FPEC_OPTIONS_BASE);
	op.value = low | (~low & 0xff) << 8;
	if (get_le16(op.mem) != 0xffff) {
		b->sr |= SR_PGERR;
		return true;
	}
	/* "This operation first forces a mass erase" (PM0075 2.4.1) */
	if (removes_protection(c, op.mem, op.value))
		duration += (uint64_t)FPEC_ERASE_NS * (c->line->traits & LINE_XL ? 2 : 1);
	flash_begin(c, &op, duration);
	return true;
}

void fpec_finish_option(struct chip *c, const struct flash_op *op)
{
	if (op->kind == OP_PROGRAM && removes_protection(c, op->mem, op->value)) {
		memset(c->flash, 0xff, c->part->flash_size);
		c->mon->mass_erases++;
	}
}
