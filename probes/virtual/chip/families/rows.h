/* SPDX-License-Identifier: MIT */
/*
 * What several families have, once: rows of their tables, and members of their
 * structs. What one alone has is in its own file.
 */
#ifndef VIRTUAL_CHIP_ROWS_H
#define VIRTUAL_CHIP_ROWS_H

#include "chip/families/family.h"
#include "chip/peripherals/peripherals.h"
#include "chip/ppb/ppb.h"

/* --- peripherals; a row without an address lies at the same one in every family that has it --- */

#define PERIPH(base, size, read, write, flags)       \
	{                                            \
		{ base, size }, read, write, (flags) \
	}
#define KEEPS(base, size)      PERIPH(base, size, NULL, NULL, 0) /* what is written */
#define GPIO_CR(base, size)    PERIPH(base, size, gpio_cr_read, gpio_cr_write, 0)
#define GPIO_MODER(base, size) PERIPH(base, size, gpio_moder_read, gpio_moder_write, 0)
#define DMA(base)              PERIPH(base, 0x0800, dma_read, dma_write, SUB_WORD_MERGES)
#define CLOCKS(base)           PERIPH(base, 0x0400, rcc_read, rcc_write, SUB_WORD_MERGES)
#define CLOCK_TREE(base)       PERIPH(base, 0x0400, rcc_tree_read, rcc_tree_write, SUB_WORD_MERGES)
#define DBGMCU_APB             PERIPH(0x40015800, 0x0400, dbgmcu_apb_read, dbgmcu_write, 0)
#define CRC                    KEEPS(0x40023000, 0x0400)
#define WATCHDOGS                                                         \
	PERIPH(0x40002c00, 0x0400, wwdg_read, wwdg_write, SUB_WORD_PADS), \
		PERIPH(0x40003000, 0x0400, iwdg_read, iwdg_write, SUB_WORD_PADS)
#define END_OF_PERIPHS PERIPH(0, 0, NULL, NULL, 0)

/* Of the ports after reset, where SWD and JTAG have their pins: F3, F4, F7; L4, G4, WB, WL; G0, C0, U0 */
extern const struct reset_value f3_ports[], l4_ports[], g0_ports[];

/* Of APB1_FZ in all but the F1 */
#define FREEZE_BITS .iwdg = 12, .wwdg = 11, .tim2 = 0

/* --- F0, F1, F3 --------------------------------------------------------------------------------- */

#define FPEC_FAMILY \
	.ctl = &fpec_ctl, .ctl_base = 0x40022000, .reset_hz = 8 * MHZ, .lsi_hz = 40000, .dma_base = 0x40020000

/* The flash interface and the SRAM are clocked after reset. */
#define FPEC_RCC                                                                                        \
	.base = 0x40021000, .multiplies = true, .cfgr = 0x04, .csr = 0x24, .apb1enr = 0x1c, .ppre1 = 8, \
	.csr_flags = 0xfe000000, .por_flags = 1u << 27, .enr = { 0x14, 0x14 }, .hz_per_ws = 24 * MHZ

/* Of F0 and F3 */
extern const struct ids f0_ids;

/* --- F2, F4, F7 --------------------------------------------------------------------------------- */

#define SECTORS_FAMILY                                                                      \
	.ctl = &sectors_ctl, .ctl_base = 0x40023c00, .reset_hz = 16 * MHZ, .lsi_hz = 32000, \
	.gpio = { true, 0x40020000, 0x40023830, 1u << 0, f3_ports }, .dma_streams = true, .dma_base = 0x40026000

/* Flags of power-on: BORRSTF too. CCM data RAM is clocked after reset. */
#define SECTORS_RCC                                                                                           \
	.base = 0x40023800, .cfgr = 0x08, .csr = 0x74, .apb1enr = 0x40, .ppre1 = 10, .csr_flags = 0xfe000000, \
	.por_flags = 1u << 27 | 1u << 25, .pllcfgr = 0x24003010, .enr = { 0x30, 0x00100000 }, .hz_per_ws = 30 * MHZ

/* Of F2 and F4 */
extern const struct ids f4_ids;

/* --- L4, L4+, G4, WB, WL; G0, C0, U0 -------------------------------------------------------------- */

/* The register at 0x40010000 is SYSCFG_MEMRMP, or SYSCFG_CFGR1. */
#define DWORD_FAMILY .ctl = &dword_ctl, .lsi_hz = 32000, .mem_mode = 0x40010000

#define DWORD_RCC .cfgr = 0x08, .csr_flags = 0xff000000, .por_flags = 1u << 27
/* By the place of the enable registers of APB1: that of G0 and C0, and that of all others */
#define RCC_OF_L4 DWORD_RCC, .csr = 0x94, .apb1enr = 0x58
#define RCC_OF_G0 DWORD_RCC, .csr = 0x60, .apb1enr = 0x3c, .ppre1 = 12

#define DWORD_LINE(kind, words, variant, rom_size, ...)                                                     \
	{                                                                                                   \
		.family = &(kind), .ids = &(words), .system = { 0x1fff0000, rom_size }, .traits = LINE_MPU, \
		.dword = &(variant), __VA_ARGS__                                                            \
	}

/* Of L4, G0, G4, WB and WL */
extern const struct ids l4_ids;

/* Option bytes: PCROP_RDP may be in the row of an area's end. */
#define PCROP_RDP 0x80000000u
#define PCROP_AREA(off, area, bank, end_factory, rdp, granules)                                       \
	{ off, "PCROP" area "SR", 0xffffffff, granules, OPTION_PCROP_START, bank },                   \
	{                                                                                             \
		(off) + 4, "PCROP" area "ER", end_factory, (rdp) | (granules), OPTION_PCROP_END, bank \
	}
#define WRP_AREA(off, area, bank, factory, pages)                                       \
	{                                                                               \
		off, "WRP" area "R", factory, (pages) << 16 | (pages), OPTION_WRP, bank \
	}

/* The controller of L4, G4, WB and WL, and which bits of OPTR choose what it boots */
#define DWORD_OF_L4                                                                                            \
	.unit_ns = 81700, .fast_ns = 59700, .erase_ns = 22000000, .mass_ns = 22100000, .data_cache = 1u << 10, \
	.errors_rd = true, .irq = 4
#define BOOT_OF_L4 .boot = { .sel = 1u << 26, .nboot0 = 1u << 27, .nboot1 = 1u << 23 }

/* That of G0, C0 and U0 */
#define DWORD_OF_G0                                                                                             \
	.unit_ns = 85000, .fast_ns = 53000, .erase_ns = 22000000, .mass_ns = 22100000, .row = 256,              \
	.row_after_page_erase = true, .page = 2048, .acr = 0x00050b07, .acr_reset = 0x00040600, .cfgbsy = true, \
	.acr_empty = 1u << 16, .irq = 3, .pcrop_granule = 512, .copy = 0x1fff7800,                              \
	.boot = { .sel = 1u << 24, .nboot0 = 1u << 26, .nboot1 = 1u << 25, .sel_takes_bit = true }

#endif
