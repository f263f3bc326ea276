/* SPDX-License-Identifier: MIT */
/* For the rows of F0, F1 and F3, which have the same controller and the same clocks. */
#ifndef FLASH_CHIPS_FPEC_ROWS_H
#define FLASH_CHIPS_FPEC_ROWS_H

#include "flash/chips/rows.h"

/* FLASH_OBR, FLASH_WRPR and FLASH_CR.OBL_LAUNCH of an FPEC (PM0075 3, RM0091 3.5) */
#define FPEC_OBR        0x4002201cu
#define FPEC_WRPR       0x40022020u
#define FPEC_OBL_LAUNCH (1u << 13)

/* FLASH_OBR.RDPRT. ST's HAL tests both bits, or bit 2 alone: where that is set it is level 2 in either way of reading.
 */
#define RDPRT_LEVEL_1 (1u << 1)
#define RDPRT_LEVEL_2 (1u << 2)

/*
 * The core on the PLL of F0, F1 and F3, which runs from HSI; cfgr is RCC_CFGR without SW (RM0008 7.3, RM0091 6.4,
 * RM0316 9.4: the same places in all three).
 */
#define RCC_CR    0x40021000u /* 0 HSION, 1 HSIRDY, 24 PLLON, 25 PLLRDY */
#define RCC_CFGR  0x40021004u /* 1:0 SW, 2 is the PLL */
#define RCC_CFGR2 0x4002102cu /* F0, F3 */
#define CLOCK_BY_PLL(cfgr)                                                                                   \
	{ STEP_SET, RCC_CFGR, (cfgr) }, { STEP_OR, RCC_CR, 0x01000001 }, { STEP_UNTIL, RCC_CR, 0x02000002 }, \
		{ STEP_SET, RCC_CFGR, (cfgr) | 2u },                                                         \
	{                                                                                                    \
		STEP_END, 0, 0                                                                               \
	}
/* RCC_CFGR.PLLMUL, times 2 to 16 (RM0008 7.3.2) */
#define PLLMUL(n) (((n)-2u) << 18)
/* FLASH_ACR for 24 to 48 MHz: one wait state, prefetch (RM0091 3.5.1, RM0316 4.5.1) */
#define ONE_WAIT_STATE                      \
	{                                   \
		STEP_SET, 0x40022000u, 0x11 \
	}
#define HSI_8_KHZ 8000u

#endif
