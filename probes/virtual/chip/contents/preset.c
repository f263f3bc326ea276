/* SPDX-License-Identifier: MIT */
/* Option bytes as somebody else has left them: set without time or rules, loaded by the next power-on. */
#include "chip/flash/fpec.h"
#include "chip/flash/sectors.h"

/* F1: offsets of the half-words, a value and its complement each (PM0075 2.5) */
#define F1_RDP         0u
#define F1_USER        2u
#define F1_WRP0        8u
#define F1_UNPROTECTED 0xa5u
#define F1_USER_WDG_SW 0x01u
#define F1_USER_BFB2   0x08u

/* F4: fields of FLASH_OPTCR and OPTCR1 (RM0090 3.9.10) */
#define F4_RDP            0x0000ff00u
#define F4_LEVEL_1        0x55u
#define F4_NWRP_SHIFT     16u
#define F4_SECTORS_A_WORD 12u

static void put_f1(struct chip *c, unsigned int offset, uint8_t value)
{
	put_le16(fpec_options(c) + offset, (uint16_t)((~value & 0xff) << 8 | value));
}

/* A bit of USER that is active when it is 0. */
static void put_f1_user(struct chip *c, uint8_t bit, bool active)
{
	const uint8_t user = fpec_options(c)[F1_USER];

	put_f1(c, F1_USER, (uint8_t)(active ? user & ~bit : user | bit));
}

static bool preset_f1(struct chip *c, enum chip_preset what, uint32_t value)
{
	switch (what) {
	case PRESET_RDP_LEVEL:
		put_f1(c, F1_RDP, value ? 0 : F1_UNPROTECTED);
		return value <= 1;
	case PRESET_WRP:
		for (unsigned int i = 0; i < 4; i++)
			put_f1(c, F1_WRP0 + 2 * i, (uint8_t) ~(value >> (8 * i)));
		return true;
	case PRESET_PCROP:
		break;
	case PRESET_HARDWARE_WATCHDOG:
		put_f1_user(c, F1_USER_WDG_SW, value);
		return true;
	case PRESET_BOOT_BANK_2:
		put_f1_user(c, F1_USER_BFB2, value);
		return c->line->traits & LINE_XL;
	}
	return false;
}

static uint32_t f4_rdp(uint32_t level)
{
	return (level == 0 ? RDP_LEVEL_0 : level == 1 ? F4_LEVEL_1 : RDP_LEVEL_2) << 8;
}

static void write_protect_f4(struct chip *c, uint32_t mask)
{
	const bool wide = c->line->traits & LINE_WRP15;
	const uint32_t first = wide ? 0x7fffu : (1u << F4_SECTORS_A_WORD) - 1;

	c->sectors.stored &= ~((mask & first) << F4_NWRP_SHIFT);
	if (!wide)
		c->sectors.stored1 &= ~((mask >> F4_SECTORS_A_WORD & first) << F4_NWRP_SHIFT);
}

/* RM0090 3.7.5: SPRMOD turns nWRP round. */
static bool hide_f4(struct chip *c, uint32_t mask)
{
	if (!(c->line->traits & LINE_PCROP))
		return false;
	c->sectors.stored |= OPTCR_SPRMOD;
	write_protect_f4(c, ~mask);
	return true;
}

static bool preset_f4(struct chip *c, enum chip_preset what, uint32_t value)
{
	switch (what) {
	case PRESET_RDP_LEVEL:
		c->sectors.stored = (c->sectors.stored & ~F4_RDP) | f4_rdp(value);
		return value <= 2;
	case PRESET_WRP:
		write_protect_f4(c, value);
		return true;
	case PRESET_PCROP:
		return hide_f4(c, value);
	case PRESET_HARDWARE_WATCHDOG:
		c->sectors.stored = value ? c->sectors.stored & ~OPTCR_WDG_SW : c->sectors.stored | OPTCR_WDG_SW;
		return true;
	case PRESET_BOOT_BANK_2:
		c->sectors.stored = value ? c->sectors.stored | OPTCR_BFB2 : c->sectors.stored & ~OPTCR_BFB2;
		return c->line->traits & LINE_DUAL_BANK;
	}
	return false;
}

bool chip_preset(struct chip *c, enum chip_preset what, uint32_t value)
{
	return c->line->family == FAMILY_F1 ? preset_f1(c, what, value) : preset_f4(c, what, value);
}
