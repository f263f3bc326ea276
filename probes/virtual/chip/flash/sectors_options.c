/* SPDX-License-Identifier: MIT */
/*
 * Option bytes and protection of the F4 (RM0090 3.7 and 3.9.10), of F2 and F7
 * (flash-f0f3f2f7 fact sheet sections 3.3, 4.2 and 4.3): the registers OPTCR,
 * OPTCR1 and OPTCR2 are what is stored once OPTSTRT has programmed them.
 */
#include "chip/flash/sectors.h"

#include <string.h>

#define BANK2_NUMBER 12u
#define BANK2_NWRP   6u /* F76x with two banks: of nWRP6 the first two sectors of bank 2 */

/* Offsets in the copy of the option bytes; nWRP of bank 2 lies apart */
#define COPY_USER  0x00u
#define COPY_NWRP  0x08u
#define COPY_BOOT0 0x10u
#define COPY_BOOT1 0x18u
#define COPY_NWRP2 0x1ffec008u

static const struct sectors_variant *variant(const struct chip *c)
{
	return c->line->sectors;
}

void sectors_factory_options(struct chip *c)
{
	c->sectors.stored = variant(c)->optcr & ~OPTCR_OPTLOCK;
	c->sectors.stored1 = variant(c)->optcr1;
	c->sectors.stored2 = variant(c)->optcr2;
}

static unsigned int level_of(uint32_t optcr)
{
	const uint32_t rdp = (optcr >> 8) & 0xff;

	return rdp == RDP_LEVEL_0 ? 0 : rdp == RDP_LEVEL_2 ? 2 : 1;
}

/* F42x, F46x: the second bank has bits of its own, in OPTCR1 */
static bool has_nwrp2(const struct chip *c)
{
	return c->line->traits & LINE_DUAL_BANK;
}

/* The bit of nWRP for a sector, counted from 0. F413: sectors 14 and 15 share the last bit (RM0430 3.5.1). */
static unsigned int nwrp_number(const struct chip *c, const struct sector *s)
{
	const unsigned int last = c->line->traits & LINE_WRP15 ? 14 : 11;
	const bool second = sectors_dual(c) && s->number >= BANK2_NUMBER;
	const unsigned int in_bank = second ? s->number - BANK2_NUMBER : s->number;

	if ((c->line->traits & LINE_NDBANK) && sectors_dual(c))
		return in_bank / 2 + (second ? BANK2_NWRP : 0);
	return in_bank > last ? last : in_bank;
}

static bool nwrp_bit(const struct chip *c, const struct sector *s, uint32_t optcr, uint32_t optcr1)
{
	const bool second = has_nwrp2(c) && sectors_dual(c) && s->number >= BANK2_NUMBER;

	return (second ? optcr1 : optcr) >> (16 + nwrp_number(c, s)) & 1;
}

static bool has_sprmod(const struct chip *c)
{
	return (variant(c)->optcr_bits & c->sectors.stored & OPTCR_SPRMOD) && (c->line->traits & LINE_PCROP);
}

/* RM0090 3.7.5: with SPRMOD the active value of nWRP is 1. F72x, F73x: bits of their own (sheet section 3.3). */
bool sector_pcrop(const struct chip *c, const struct sector *s)
{
	if (variant(c)->optcr2_bits)
		return c->sectors.stored2 >> s->number & 1;
	return has_sprmod(c) && nwrp_bit(c, s, c->sectors.stored, c->sectors.stored1);
}

bool sector_protected(const struct chip *c, const struct sector *s)
{
	if (sector_pcrop(c, s))
		return true;
	return !has_sprmod(c) && !nwrp_bit(c, s, c->sectors.optcr, c->sectors.optcr1);
}

bool sectors_any_protected(const struct chip *c, unsigned int banks)
{
	const uint32_t start = banks & BANK_1 ? 0 : sectors_bank2(c);
	const uint32_t end = banks & BANK_2 || !sectors_dual(c) ? c->part->flash_size : sectors_bank2(c);
	struct sector s;

	for (uint32_t offset = start; offset < end && sector_at(c, offset, &s); offset = s.offset + s.size)
		if (sector_protected(c, &s))
			return true;
	return false;
}

/* A higher level set under a debugger's eyes comes into force with the next power-on (RM0090 3.7.3). */
void sectors_load_options(struct chip *c, enum reset_cause cause)
{
	const unsigned int level = level_of(c->sectors.stored);

	c->sectors.optcr = c->sectors.stored | OPTCR_OPTLOCK;
	c->sectors.optcr1 = c->sectors.stored1;
	c->sectors.optcr2 = c->sectors.stored2;
	if (cause == RESET_POWER || !c->intrusion || level < c->sectors.rdp_level)
		c->sectors.rdp_level = level;
}

static bool is_locked(struct chip *c, const char *reg, uint32_t value)
{
	if (!(c->sectors.optcr & OPTCR_OPTLOCK))
		return false;
	monitor_anomaly(c->mon, "%s written (0x%08x) while locked", reg, (unsigned int)value);
	return true;
}

/*
 * RM0090 3.7.5: neither SPRMOD nor a bit of nWRP that it makes active goes
 * without RDP from level 1 to 0. The same holds for PCROP of F72x and F73x.
 */
static bool removes_pcrop(const struct chip *c)
{
	const uint32_t kept = OPTCR_SPRMOD | (c->line->traits & LINE_WRP15 ? 0x7fff0000u : 0x0fff0000u);

	if (c->sectors.stored2 & ~c->sectors.optcr2 & ~OPTCR2_RDP)
		return true;
	if (!has_sprmod(c))
		return false;
	return (c->sectors.stored & ~c->sectors.optcr & kept) ||
	       (has_nwrp2(c) && (c->sectors.stored1 & ~c->sectors.optcr1));
}

/* Only what PCROP does not keep: "removed only by RDP 1 to 0 with PCROP_RDP = 1" (sheet section 3.3). */
static bool keeps_pcrop_sectors(const struct chip *c)
{
	return variant(c)->optcr2_bits && !(c->sectors.stored2 & OPTCR2_RDP);
}

static void start(struct chip *c)
{
	/* RM0090 3.7.3: going from level 1 to 0 erases everything first. */
	const bool regression = c->sectors.rdp_level == 1 && level_of(c->sectors.optcr) == 0;
	struct flash_op op = { .kind = OP_OPTIONS, .banks = BANK_1 | (sectors_dual(c) ? BANK_2 : 0) };
	uint64_t duration = SECTORS_OPTION_NS;

	if (c->sectors.rdp_level == 2) {
		monitor_anomaly(c->mon, "option bytes programmed at protection level 2");
		return;
	}
	/* The change is cancelled; the registers show what was asked for until the next reset. */
	if (!regression && removes_pcrop(c)) {
		sectors_raise_errors(c, SR_WRPERR);
		return;
	}
	if (regression)
		duration += sectors_mass_ns(c, c->part->flash_size, PSIZE_X32);
	c->sectors.optcr |= OPTCR_OPTSTRT;
	flash_begin(c, &op, duration);
}

void sectors_write_optcr(struct chip *c, uint32_t value)
{
	const uint32_t mask = variant(c)->optcr_bits, reserved = variant(c)->optcr & ~mask & ~OPTCR_OPTLOCK;

	if (value == (c->sectors.optcr | OPTCR_OPTLOCK) && (c->sectors.optcr & OPTCR_OPTLOCK))
		return;
	if (is_locked(c, "FLASH_OPTCR", value))
		return;
	if ((value & ~mask & ~(OPTCR_OPTLOCK | OPTCR_OPTSTRT)) != reserved)
		monitor_anomaly(c->mon, "FLASH_OPTCR written with reserved bits changed (0x%08x)", (unsigned int)value);
	c->sectors.optcr = (value & mask) | reserved;
	if (value & OPTCR_OPTSTRT)
		start(c);
	if (value & OPTCR_OPTLOCK) {
		c->sectors.optcr |= OPTCR_OPTLOCK;
		c->sectors.option_lock.open = false;
	}
}

/* A word beside OPTCR: bits that can be changed, the rest as from the factory. */
static void write_word(struct chip *c, uint32_t *reg, const char *name, uint32_t value, uint32_t bits, uint32_t factory)
{
	if (!bits) {
		monitor_anomaly(c->mon, "%s written on a line that has none", name);
		return;
	}
	if (is_locked(c, name, value))
		return;
	if (!has_nwrp2(c) && (value & ~bits) != (factory & ~bits))
		monitor_anomaly(c->mon, "%s written with reserved bits changed (0x%08x)", name, (unsigned int)value);
	*reg = (value & bits) | (factory & ~bits);
}

void sectors_write_optcr1(struct chip *c, uint32_t value)
{
	const struct sectors_variant *v = variant(c);

	write_word(c, &c->sectors.optcr1, "FLASH_OPTCR1", value, v->optcr1_bits, v->optcr1);
}

void sectors_write_optcr2(struct chip *c, uint32_t value)
{
	const struct sectors_variant *v = variant(c);

	write_word(c, &c->sectors.optcr2, "FLASH_OPTCR2", value, v->optcr2_bits, v->optcr2);
}

static void erase_everything(struct chip *c)
{
	struct sector s;

	for (uint32_t offset = 0; offset < c->part->flash_size && sector_at(c, offset, &s); offset = s.offset + s.size)
		if (!keeps_pcrop_sectors(c) || !sector_pcrop(c, &s))
			memset(c->flash + s.offset, 0xff, s.size);
	if (keeps_pcrop_sectors(c))
		c->sectors.optcr2 |= c->sectors.stored2 & ~OPTCR2_RDP;
	else
		c->sectors.optcr2 &= OPTCR2_RDP;
	c->mon->mass_erases++;
	/* PM0059: and the backup SRAM */
	if (variant(c)->erases_backup_sram)
		memset(periph_at(c, SECTORS_BACKUP_SRAM), 0xff, SECTORS_BACKUP_SIZE);
}

/* Two banks of an F76x lie side by side in lines of 256 bits. */
#define HALF_LINE 16u

void sectors_finish_options(struct chip *c)
{
	const uint32_t optcr = c->sectors.optcr & ~(OPTCR_OPTSTRT | OPTCR_OPTLOCK);
	const uint32_t changed = optcr ^ c->sectors.stored;

	if (c->sectors.rdp_level == 1 && level_of(optcr) == 0)
		erase_everything(c);
	c->sectors.stored = optcr;
	c->sectors.stored1 = c->sectors.optcr1;
	c->sectors.stored2 = c->sectors.optcr2;
	c->sectors.optcr &= ~OPTCR_OPTSTRT;
	if ((c->line->traits & LINE_NDBANK) && (changed & OPTCR_NDBANK))
		flash_interleave(c, c->flash, c->part->flash_size, HALF_LINE, sectors_dual(c));
}

/* flash-f0f3f2f7 fact sheet section 4.3, after ST themselves: "normal" on an F7. The other bits stay here. */
void sectors_tear_options(struct chip *c)
{
	if (variant(c)->tears_to_level_1)
		c->sectors.stored = (c->sectors.stored & ~OPTCR_RDP) | RDP_TORN << 8;
}

/* RM0090 3.6.1 table 14: RDP and USER, nWRP and modes, as programmed; on an F7 the boot addresses too. */
bool sectors_option_copy(const struct chip *c, uint32_t addr, uint32_t *value)
{
	const uint32_t off = addr - variant(c)->copy;
	const bool boots = c->family->boots_at_address;

	if (addr == COPY_NWRP2) {
		*value = (c->sectors.stored1 >> 16) & 0xfffu;
		return has_nwrp2(c);
	}
	switch (off) {
	case COPY_USER:
		*value = c->sectors.stored & 0xfffcu;
		return true;
	case COPY_NWRP:
		*value = (c->sectors.stored >> 16) & 0xffffu;
		return true;
	case COPY_BOOT0:
		*value = c->sectors.stored1 & 0xffffu;
		return boots;
	case COPY_BOOT1:
		*value = c->sectors.stored1 >> 16;
		return boots;
	case COPY_USER + 4:
	case COPY_NWRP + 4:
	case COPY_BOOT0 + 4:
	case COPY_BOOT1 + 4:
		*value = 0xffffffff;
		return off < COPY_BOOT0 || boots;
	default:
		return false;
	}
}
