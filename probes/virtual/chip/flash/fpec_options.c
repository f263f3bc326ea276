/* SPDX-License-Identifier: MIT */
/*
 * Option bytes of the F1 (PM0075 2.4 and 2.5), and of F0 and F3
 * (flash-f0f3f2f7 fact sheet sections 2.2 to 2.4 and 4.1): 16 bytes at
 * 0x1ffff800, each value with its complement beside it, loaded into FLASH_OBR
 * and FLASH_WRPR.
 */
#include "chip/flash/fpec.h"

#include <string.h>

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

static uint16_t with_complement(uint32_t byte)
{
	return (uint16_t)((~byte & 0xff) << 8 | byte);
}

void fpec_factory_options(struct chip *c)
{
	uint8_t *options = fpec_options(c);

	put_le16(options + OPT_RDP, with_complement(c->family->fpec->rdp_open));
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

static unsigned int level_of(const struct chip *c, uint8_t rdp)
{
	if (rdp == c->family->fpec->rdp_open)
		return 0;
	return c->family->fpec->launches && rdp == RDP_BYTE_LEVEL_2 ? 2 : 1;
}

/*
 * F1: a debugger's presence keeps the read protection as it was until the next
 * power-on (PM0075 2.4.1). F0 and F3: the same for a level that is raised.
 */
static unsigned int level_in_force(const struct chip *c, unsigned int level, enum reset_cause cause)
{
	if (cause == RESET_POWER || !c->intrusion)
		return level;
	return c->family->fpec->launches && level < c->fpec.rdp_level ? level : c->fpec.rdp_level;
}

/*
 * A system reset loads the option bytes of an F1. Those of F0 and F3 wait for a
 * power-on or OBL_LAUNCH, says RM0091 of the empty flag, and openocd of all; what
 * RM0313, RM0365 and RM0366 say, "after a system reset", a tool must not need.
 */
static bool loads(const struct chip *c, enum reset_cause cause)
{
	return !c->family->fpec->launches || cause == RESET_POWER || cause == RESET_STANDBY || cause == RESET_OPTIONS;
}

void fpec_load_options(struct chip *c, enum reset_cause cause)
{
	const unsigned int shift = c->family->fpec->user_shift;
	bool error = false;
	uint32_t obr, wrpr = 0;

	if (!loads(c, cause))
		return;
	c->fpec.rdp_level = level_in_force(c, level_of(c, load(c, OPT_RDP, &error)), cause);
	obr = c->fpec.rdp_level == 2 ? OBR_RDPRT_2 : c->fpec.rdp_level ? OBR_RDPRT_1 : 0;
	obr |= (uint32_t)load(c, OPT_USER, &error) << shift | (uint32_t)load(c, OPT_DATA, &error) << (shift + 8) |
	       (uint32_t)load(c, OPT_DATA + 2, &error) << (shift + 16);
	for (unsigned int i = 0; i < 4; i++)
		wrpr |= (uint32_t)load(c, OPT_WRP + 2 * i, &error) << 8 * i;
	c->fpec.obr = obr | (error ? OBR_OPTERR : 0);
	c->fpec.wrpr = wrpr;
	c->fpec.empty = (c->line->traits & LINE_EMPTY) && get_le32(c->flash) == 0xffffffff;
}

uint8_t fpec_user(const struct chip *c)
{
	return (uint8_t)(c->fpec.obr >> c->family->fpec->user_shift);
}

/*
 * F1: read protection protects the first 4 KiB against programming (PM0075
 * 2.4.1); erasing everything stays possible.
 */
static bool is_first_unit(const struct chip *c, uint32_t offset)
{
	return !c->family->fpec->launches && c->fpec.rdp_level != 0 && offset < WRP_UNIT;
}

bool fpec_protected(const struct chip *c, uint32_t offset, uint32_t len, bool mass)
{
	if (is_first_unit(c, offset) && !mass)
		return true;
	for (uint32_t unit = offset / WRP_UNIT; unit <= (offset + len - 1) / WRP_UNIT; unit++) {
		const uint32_t bit = unit < WRP_LAST_BIT ? unit : WRP_LAST_BIT;

		if (!(c->fpec.wrpr >> bit & 1))
			return true;
	}
	return false;
}

static bool removes_protection(struct chip *c, const uint8_t *mem, uint64_t value)
{
	return mem == fpec_options(c) + OPT_RDP && c->fpec.rdp_level == 1 &&
	       value == with_complement(c->family->fpec->rdp_open);
}

/* Flash-f0f3f2f7 fact sheet section 4.1: bits and bytes that a part lacks must be kept, which are ones. */
static void check_reserved(struct chip *c, uint32_t offset, uint32_t value)
{
	const uint32_t wrp = (offset - OPT_WRP) / 2;

	if (offset == OPT_USER && (value | c->line->user_bits) != 0xff)
		monitor_anomaly(c->mon, "option byte USER 0x%02x: a reserved bit is 0", (unsigned int)value);
	if (offset >= OPT_WRP && wrp >= c->line->wrp_bytes && value != 0xff)
		monitor_anomaly(c->mon, "option byte WRP%u 0x%02x: this part has none", (unsigned int)wrp,
				(unsigned int)value);
}

/* The low byte counts, the controller adds the complement (PM0075 2.3.5). */
bool fpec_store_option(struct chip *c, const struct access *a)
{
	struct fpec_bank *b = &c->fpec.bank[0];
	const uint32_t low = a->value & 0xff;
	struct flash_op op = { .kind = OP_PROGRAM, .banks = BANK_1, .len = 2 };
	uint64_t duration = c->family->fpec->program_ns;

	if ((b->cr & (CR_OPTPG | CR_OPTWRE | CR_LOCK | CR_OPTER)) != (CR_OPTPG | CR_OPTWRE))
		return monitor_anomaly(c->mon, "option byte 0x%08x written with FLASH_CR 0x%x", (unsigned int)a->addr,
				       (unsigned int)b->cr);
	if (a->size != 2)
		return monitor_anomaly(c->mon, "option byte 0x%08x written in %u bytes", (unsigned int)a->addr,
				       a->size);

	op.mem = fpec_options(c) + (a->addr - FPEC_OPTIONS_BASE);
	op.value = with_complement(low);
	check_reserved(c, a->addr - FPEC_OPTIONS_BASE, low);
	if (get_le16(op.mem) != 0xffff) {
		b->sr |= SR_PGERR;
		return true;
	}
	/* "This operation first forces a mass erase" (PM0075 2.4.1) */
	if (removes_protection(c, op.mem, op.value))
		duration += (uint64_t)c->family->fpec->erase_ns * (c->line->traits & LINE_XL ? 2 : 1);
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
