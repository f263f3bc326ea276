/* SPDX-License-Identifier: MIT */
/* Option bytes as somebody else has left them: set without time or rules, loaded by the next power-on. */
#include "chip/flash/fpec.h"
#include "chip/flash/sectors.h"

/* FPEC: offsets of the half-words, a value and its complement each (PM0075 2.5) */
#define FPEC_RDP  0u
#define FPEC_USER 2u
#define FPEC_WRP0 8u

/* F2, F4, F7: fields of FLASH_OPTCR and OPTCR1 (RM0090 3.9.10) */
#define F4_RDP            0x0000ff00u
#define F4_LEVEL_1        0x55u
#define F4_NWRP_SHIFT     16u
#define F4_SECTORS_A_WORD 12u

static void put_fpec(struct chip *c, unsigned int offset, uint8_t value)
{
	put_le16(fpec_options(c) + offset, (uint16_t)((~value & 0xff) << 8 | value));
}

/* A bit of USER that is active when it is 0. */
static void put_fpec_user(struct chip *c, uint8_t bit, bool active)
{
	const uint8_t user = fpec_options(c)[FPEC_USER];

	put_fpec(c, FPEC_USER, (uint8_t)(active ? user & ~bit : user | bit));
}

static bool preset_fpec(struct chip *c, enum chip_preset what, uint32_t value)
{
	switch (what) {
	case PRESET_RDP_LEVEL:
		put_fpec(c, FPEC_RDP, value == 0 ? c->family->fpec->rdp_open : value == 1 ? 0 : RDP_BYTE_LEVEL_2);
		return value <= (c->family->fpec->launches ? 2 : 1);
	case PRESET_WRP:
		for (unsigned int i = 0; i < c->line->wrp_bytes; i++)
			put_fpec(c, FPEC_WRP0 + 2 * i, (uint8_t) ~(value >> (8 * i)));
		return true;
	case PRESET_PCROP:
		break;
	case PRESET_HARDWARE_WATCHDOG:
		put_fpec_user(c, USER_WDG_SW, value);
		return true;
	case PRESET_BOOT_BANK_2:
		put_fpec_user(c, USER_BFB2, value);
		return c->line->traits & LINE_XL;
	case PRESET_BANKS:
		return value == (c->line->traits & LINE_XL ? 2 : 1);
	}
	return false;
}

static uint32_t sectors_rdp(uint32_t level)
{
	return (level == 0 ? RDP_LEVEL_0 : level == 1 ? F4_LEVEL_1 : RDP_LEVEL_2) << 8;
}

static void write_protect(struct chip *c, uint32_t mask)
{
	const bool wide = c->line->traits & LINE_WRP15;
	const uint32_t first = wide ? 0x7fffu : (1u << F4_SECTORS_A_WORD) - 1;

	c->sectors.stored &= ~(((mask & first) << F4_NWRP_SHIFT) & c->line->sectors->optcr_bits);
	if (c->line->traits & LINE_DUAL_BANK)
		c->sectors.stored1 &= ~((mask >> F4_SECTORS_A_WORD & first) << F4_NWRP_SHIFT);
}

/* RM0090 3.7.5: SPRMOD turns nWRP round. F72x, F73x have bits for PCROP. */
static bool hide(struct chip *c, uint32_t mask)
{
	if (c->line->sectors->optcr2_bits) {
		c->sectors.stored2 |= mask & 0xff;
		return true;
	}
	if (!(c->line->traits & LINE_PCROP))
		return false;
	c->sectors.stored |= OPTCR_SPRMOD;
	write_protect(c, ~mask);
	return true;
}

static void put_bit(struct chip *c, uint32_t bit, bool set)
{
	c->sectors.stored = set ? c->sectors.stored | bit : c->sectors.stored & ~bit;
}

static bool divide(struct chip *c, unsigned int banks)
{
	if (c->line->traits & LINE_NDBANK)
		put_bit(c, OPTCR_NDBANK, banks == 1);
	else if (c->line->traits & LINE_DUAL_BANK)
		put_bit(c, OPTCR_DB1M, banks == 2);
	return sectors_dual(c) == (banks == 2);
}

static bool preset_sectors(struct chip *c, enum chip_preset what, uint32_t value)
{
	switch (what) {
	case PRESET_RDP_LEVEL:
		c->sectors.stored = (c->sectors.stored & ~F4_RDP) | sectors_rdp(value);
		return value <= 2;
	case PRESET_WRP:
		write_protect(c, value);
		return true;
	case PRESET_PCROP:
		return hide(c, value);
	case PRESET_HARDWARE_WATCHDOG:
		put_bit(c, OPTCR_WDG_SW, !value);
		return true;
	case PRESET_BOOT_BANK_2:
		if (!(c->line->traits & LINE_DUAL_BANK))
			return false;
		put_bit(c, OPTCR_BFB2, value);
		return true;
	case PRESET_BANKS:
		return divide(c, value);
	}
	return false;
}

bool chip_preset(struct chip *c, enum chip_preset what, uint32_t value)
{
	return c->ctl == &fpec_ctl ? preset_fpec(c, what, value) : preset_sectors(c, what, value);
}
