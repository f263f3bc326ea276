/* SPDX-License-Identifier: MIT */
/*
 * System memory, which holds the boot loader, and when a reset starts it
 * (RM0008 3.4, RM0090 2.4): by the BOOT pins, or by BFB2 of the option bytes; on
 * F0 and F3 by bits of USER too, on an F7 where the BOOT_ADD words say
 * (flash-f0f3f2f7 fact sheet sections 2.6, 4.1 and 4.3).
 */
#include "chip/contents/demo_firmware.h"
#include "chip/flash/fpec.h"
#include "chip/flash/sectors.h"

#include <string.h>

#define CODE_OFFSET 0x100u
#define VECTORS_END 0x40u
#define WAIT_OFFSET 2u /* of rom.S */

#define OBR_ADDR    (0x40022000u + 0x1c) /* RM0008 3.3.3, PM0075 3.6 */
#define OPTCR_ADDR  (0x40023c00u + 0x14) /* RM0090 3.9.10 */
#define MEMRMP_ADDR 0x40013800u
#define F4_APB2ENR  0x40023844u
#define F4_SYSCFGEN (1u << 14)
#define L4_APB2ENR  0x60u /* L4, G4 */
#define L4_SYSCFGEN (1u << 0)
#define L4_OPTR     0x20u

#define BOOT_ADD_SHIFT 14u

/* The last words of rom_code. */
enum parameter {
	OPTION_REGISTER, /* 0: there is one bank */
	OPTION_BIT,
	OPTION_VALUE, /* of the bit that asks for bank 2 */
	BANK_2_ADDR,  /* 0: flash is one bank now */
	SRAM_SIZE,
	MEMRMP, /* 0: the banks cannot be swapped */
	ENR,    /* what clocks SYSCFG: register and bit */
	ENR_BIT,
	N_PARAMETERS,
};

static void put_parameter(struct chip *c, enum parameter which, uint32_t value)
{
	uint8_t *end = info_at(c, c->line->system.base) + CODE_OFFSET + rom_code_size;

	put_le32(end - 4 * (N_PARAMETERS - which), value);
}

/* Something like ROM: a vector table and its program, then bytes that differ everywhere. */
void rom_fill(struct chip *c)
{
	const uint32_t code = c->line->system.base + CODE_OFFSET;
	uint8_t *rom = info_at(c, c->line->system.base);

	for (uint32_t i = 0; i < c->line->system.size; i++)
		rom[i] = (uint8_t)(i * 7 + (i >> 8) * 13 + 0x5a);
	put_le32(rom, RAM_BASE + 0x800);
	put_le32(rom + 4, code | 1);
	for (uint32_t i = 8; i < VECTORS_END; i += 4)
		put_le32(rom + i, (code + WAIT_OFFSET) | 1);
	memcpy(rom + CODE_OFFSET, rom_code, rom_code_size);

	put_parameter(c, SRAM_SIZE, c->part->ram_size);
	if (c->line->traits & LINE_XL) {
		put_parameter(c, OPTION_REGISTER, OBR_ADDR);
		put_parameter(c, OPTION_BIT, OBR_BFB2);
		put_parameter(c, OPTION_VALUE, 0);
		put_parameter(c, BANK_2_ADDR, FPEC_BANK_2);
	} else if (c->line->traits & LINE_DUAL_BANK) {
		put_parameter(c, OPTION_REGISTER, OPTCR_ADDR);
		put_parameter(c, OPTION_BIT, OPTCR_BFB2);
		put_parameter(c, OPTION_VALUE, OPTCR_BFB2);
		put_parameter(c, MEMRMP, MEMRMP_ADDR);
		put_parameter(c, ENR, F4_APB2ENR);
		put_parameter(c, ENR_BIT, F4_SYSCFGEN);
	} else if (c->line->dword && c->line->dword->bfb2) {
		put_parameter(c, OPTION_REGISTER, c->family->ctl_base + L4_OPTR);
		put_parameter(c, OPTION_BIT, c->line->dword->bfb2);
		put_parameter(c, OPTION_VALUE, c->line->dword->bfb2);
		put_parameter(c, MEMRMP, c->family->mem_mode);
		put_parameter(c, ENR, c->family->rcc->base + L4_APB2ENR);
		put_parameter(c, ENR_BIT, L4_SYSCFGEN);
	}
}

/* "Boot is always performed from system memory" (RM0090 3.9.10), whatever the pins say. */
static bool boots_bank_2(const struct chip *c)
{
	if (c->line->traits & LINE_XL)
		return !(c->fpec.obr & OBR_BFB2);
	return (c->line->traits & LINE_DUAL_BANK) && (c->sectors.optcr & OPTCR_BFB2);
}

/* The pin BOOT0, or the bit nBOOT0 where BOOT_SEL of the option bytes says so. */
static bool boot0(const struct chip *c)
{
	if ((c->line->traits & LINE_BOOT_SEL) && !(fpec_user(c) & USER_BOOT_SEL))
		return !(fpec_user(c) & USER_NBOOT0);
	return c->faults.boot0;
}

/* F0, F3: nBOOT1 takes the place of a pin; level 2 leaves flash alone; an empty flash is not started. */
static enum mem_mode boot_mode_by_bits(const struct chip *c)
{
	if (c->fpec.rdp_level == 2)
		return MEM_MODE_FLASH;
	if (!boot0(c))
		return c->fpec.empty ? MEM_MODE_SYSTEM : MEM_MODE_FLASH;
	return fpec_user(c) & USER_NBOOT1 ? MEM_MODE_SYSTEM : MEM_MODE_SRAM;
}

/* 0: flash is one bank now. */
static uint32_t bank_2_as_seen(const struct chip *c)
{
	const uint32_t offset = c->ctl->bank2(c), apart = c->line->dword->bank2_at;

	if (offset == c->part->flash_size)
		return 0;
	return FLASH_BASE + (apart ? apart : offset);
}

enum mem_mode rom_boot_mode(struct chip *c)
{
	if (c->line->dword && c->line->dword->bfb2)
		put_parameter(c, BANK_2_ADDR, bank_2_as_seen(c));
	if (c->ctl->boot_mode)
		return c->ctl->boot_mode(c);
	if (c->family->boots_at_address)
		c->core.boot_vtor = (c->faults.boot0 ? c->sectors.optcr1 >> 16 : c->sectors.optcr1 & 0xffff)
				    << BOOT_ADD_SHIFT;
	if (c->family->nboot1)
		return boot_mode_by_bits(c);
	if (c->line->traits & LINE_DUAL_BANK)
		put_parameter(c, BANK_2_ADDR, sectors_dual(c) ? FLASH_BASE + sectors_bank2(c) : 0);
	if (boots_bank_2(c))
		return MEM_MODE_SYSTEM;
	if (!c->faults.boot0)
		return MEM_MODE_FLASH;
	return c->faults.boot1 ? MEM_MODE_SRAM : MEM_MODE_SYSTEM;
}
