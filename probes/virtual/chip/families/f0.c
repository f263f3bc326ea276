/* SPDX-License-Identifier: MIT */
/* STM32F0: flash-f0f3f2f7 fact sheet sections 1.1, 1.5, 2, 4.1, 5 and 7; RM0091, RM0360. */
#include "chip/families/rows.h"

#define GPIOA 0x48000000u

static const struct fpec_variant fpec = {
	.program_ns = 53500, .erase_ns = 30000000, .rdp_open = 0xaa, .user_shift = 8, .irq = 3, .launches = true
};

/* Section 1.5: without RCC_APB2ENR bit 22 what is written is lost; there is no DBG_SLEEP. */
static const struct dbgmcu_layout dbgmcu = {
	.base = 0x40015800,
	.cr = 0x6,
	.apb1_fz = 0x02201d33,
	.apb2_fz = 0x00070800,
	FREEZE_BITS,
	.clock_reg = 0x40021018,
	.clock = 1u << 22,
};

static const struct rcc_layout rcc = {
	FPEC_RCC,
	.has_prediv = true,
	.pclk1_max = 48 * MHZ,
};

/* RM0091 2.2.2 */
static const struct periph periphs[] = {
	KEEPS(0x40000000, 0x0800), /* TIM2, TIM3 */
	KEEPS(0x40001000, 0x0800), /* TIM6, TIM7 */
	KEEPS(0x40002000, 0x0400), /* TIM14 */
	KEEPS(0x40002800, 0x0400), /* RTC */
	WATCHDOGS,
	KEEPS(0x40003800, 0x0400), /* SPI2 */
	KEEPS(0x40004400, 0x3800), /* USART, I2C, USB, CAN, CRS, PWR, DAC, CEC */
	KEEPS(0x40010000, 0x0800), /* SYSCFG, EXTI */
	KEEPS(0x40011400, 0x0c00), /* USART6-8 */
	KEEPS(0x40012400, 0x0400), /* ADC */
	KEEPS(0x40012c00, 0x0800), /* TIM1, SPI1 */
	KEEPS(0x40013800, 0x0400), /* USART1 */
	KEEPS(0x40014000, 0x0c00), /* TIM15-17 */
	DBGMCU_APB,
	DMA(0x40020000),
	CLOCKS(0x40021000),
	CRC,
	KEEPS(0x40024000, 0x0400), /* TSC */
	GPIO_MODER(GPIOA, 0x1800),
	END_OF_PERIPHS,
};

/* PA13 and PA14 are the debug pins after reset (RM0091 8.4). */
static const struct reset_value ports[] = {
	{ 0x000, 0x28000000 },
	{ 0x008, 0x0c000000 },
	{ 0x00c, 0x24000000 },
	{ 0, 0 },
};

static const struct family f0 = {
	.ticks_calib = 6000,
	.mem_mode = 0x40010000, /* SYSCFG_CFGR1 */
	.nboot1 = true,
	.gpio = { true, GPIOA, 0x40021014, 1u << 17, ports },
	.fpec = &fpec,
	.dbgmcu = &dbgmcu,
	.rcc = &rcc,
	.periphs = periphs,
	FPEC_FAMILY,
};

/*
 * The last bit of WRP that a part has stands for all that remains (section 1.1):
 * that follows from its number, and is not here.
 */
#define LINE(page, rom_base, rom_size, user, wrp, what)                                               \
	{                                                                                             \
		.family = &f0, .ids = &f0_ids, .page_size = (page), .system = { rom_base, rom_size }, \
		.max_hz = 48 * MHZ, .traits = (what), .user_bits = (user), .wrp_bytes = (wrp)         \
	}

/* Section 4.1: bits of USER. Bits 3 and 7, nBOOT0 and BOOT_SEL, are on some parts of ids 442 and 445 alone. */
#define USER     0x77
#define USER_ALL 0xff

static const struct line f03x = LINE(1024, 0x1fffec00, 0xc00, USER, 1, 0);
static const struct line f05x = LINE(1024, 0x1fffec00, 0xc00, USER, 2, 0);
static const struct line f070x6 = LINE(1024, 0x1fffc400, 0x3400, USER, 1, LINE_EMPTY | LINE_PLLSRC2);
static const struct line f07x = LINE(2048, 0x1fffc800, 0x3000, USER, 4, LINE_PLLSRC2);
static const struct line f030xc = LINE(2048, 0x1fffd800, 0x2000, USER, 4, LINE_EMPTY | LINE_PLLSRC2);
static const struct line f09x = LINE(2048, 0x1fffd800, 0x2000, USER_ALL, 4, LINE_EMPTY | LINE_BOOT_SEL | LINE_PLLSRC2);

/* Its ROM table has the part number of the F05x (section 6.2). */
static const struct line f04x = {
	.family = &f0,
	.ids = &f0_ids,
	.page_size = 1024,
	.system = { 0x1fffc400, 0x3400 },
	.max_hz = 48 * MHZ,
	.traits = LINE_EMPTY | LINE_BOOT_SEL | LINE_PLLSRC2,
	.user_bits = USER_ALL,
	.wrp_bytes = 1,
	.rom_part = 0x440,
};

#define M0 0x0bb11477, 0x410cc200, 0x04770021

#define F03X(name, flash)   PART(name, "STM32F03x, F030x4/x6", 0x444, 0x1000, flash, 4, M0, f03x)
#define F04X(name, flash)   PART(name, "STM32F042/048", 0x445, 0x1000, flash, 6, M0, f04x)
#define F070X6(name, flash) PART(name, "STM32F070x6", 0x445, 0x1000, flash, 6, M0, f070x6)
#define F05X(name, flash)   PART(name, "STM32F05x, F030x8", 0x440, 0x2000, flash, 8, M0, f05x)
#define F07X(name, flash)   PART(name, "STM32F071/072/078, F070xB", 0x448, 0x2001, flash, 16, M0, f07x)
#define F09X(name, flash)   PART(name, "STM32F091/098", 0x442, 0x1000, flash, 32, M0, f09x)
#define F030XC(name, flash) PART(name, "STM32F030xC", 0x442, 0x1000, flash, 32, M0, f030xc)

static const struct part rows[] = {
	F03X("stm32f030f4", 16),   F03X("stm32f030k6", 32),    F03X("stm32f030c6", 32),    F05X("stm32f030c8", 64),
	F05X("stm32f030r8", 64),   F030XC("stm32f030cc", 256), F030XC("stm32f030rc", 256), F03X("stm32f031k4", 16),
	F03X("stm32f031c6", 32),   F03X("stm32f038c6", 32),    F04X("stm32f042f4", 16),    F04X("stm32f042f6", 32),
	F04X("stm32f042k6", 32),   F04X("stm32f048c6", 32),    F05X("stm32f051k4", 16),    F05X("stm32f051c6", 32),
	F05X("stm32f051k8", 64),   F05X("stm32f051r8", 64),    F05X("stm32f058r8", 64),    F070X6("stm32f070f6", 32),
	F070X6("stm32f070c6", 32), F07X("stm32f070cb", 128),   F07X("stm32f070rb", 128),   F07X("stm32f071c8", 64),
	F07X("stm32f071vb", 128),  F07X("stm32f072c8", 64),    F07X("stm32f072cb", 128),   F07X("stm32f072rb", 128),
	F07X("stm32f072vb", 128),  F07X("stm32f078vb", 128),   F09X("stm32f091cb", 128),   F09X("stm32f091cc", 256),
	F09X("stm32f091rc", 256),  F09X("stm32f091vc", 256),   F09X("stm32f098vc", 256),
};

const struct part_list f0_parts = { rows, ARRAY_SIZE(rows) };
