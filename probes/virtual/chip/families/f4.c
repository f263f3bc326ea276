/* SPDX-License-Identifier: MIT */
/* STM32F4: RM0090 and its sisters; flash and RAM as the datasheets have them, ids from DBGMCU_IDCODE. */
#include "chip/families/rows.h"

#define GPIOA 0x40020000u

const struct dbgmcu_layout f4_dbgmcu = {
	.base = 0xe0042000,
	.cr = 0xe7,
	.apb1_fz = 0x07e01dff,
	.apb2_fz = 0x00070003,
	FREEZE_BITS,
};

static const struct rcc_layout rcc = {
	SECTORS_RCC,
	.vco_min = 100 * MHZ,
};

/* RM0090 2.3 table 1 */
const struct periph f4_periphs[] = {
	KEEPS(0x40000000, 0x2400), /* TIM2-7, TIM12-14 */
	KEEPS(0x40002800, 0x0400), /* RTC */
	WATCHDOGS,
	KEEPS(0x40003400, 0x4c00), /* SPI, USART, I2C, CAN, PWR, DAC, UART */
	KEEPS(0x40010000, 0x0800), /* TIM1, TIM8 */
	KEEPS(0x40011000, 0x0c00), /* USART1, 6, UART9, 10 */
	KEEPS(0x40012000, 0x3800), /* ADC, SDIO, SPI, SYSCFG, EXTI, TIM9-11, SAI */
	KEEPS(0x40015800, 0x1800), /* SAI, DFSDM, LTDC, DSI */
	GPIO_MODER(GPIOA, 0x2c00),
	CRC,
	CLOCKS(0x40023800),
	KEEPS(0x40024000, 0x1000), /* backup SRAM */
	DMA(0x40026000),
	KEEPS(0x40028000, 0x1400), /* Ethernet */
	KEEPS(0x4002b000, 0x0c00), /* DMA2D */
	END_OF_PERIPHS,
};

const struct area f4_silent[] = {
	{ 0x40040000, 0x40000 }, /* OTG HS */
	{ 0x50000000, 0x40000 }, /* OTG FS */
	{ 0x50050000, 0x0400 },  /* DCMI */
	{ 0x50060000, 0x0c00 },  /* CRYP, HASH, RNG */
	{ 0, 0 },
};

static const struct family f4 = {
	.ticks_calib = 18750,
	.mem_mode = 0x40013800, /* SYSCFG_MEMRMP, RM0090 9.2.1 */
	.dbgmcu = &f4_dbgmcu,
	.rcc = &rcc,
	.periphs = f4_periphs,
	.silent = f4_silent,
	SECTORS_FAMILY,
};

/* timing-model fact sheet: milliseconds of 1 MiB at once, at x8, x16, x32, x64 */
#define TIMES .mass_ms = { 16000, 11000, 8000, 6900 }

/* FLASH_ACR: ICEN and ICRST, DCEN and DCRST (RM0090 3.9.1) */
#define CACHES                                                                                        \
	.acr = 0x1f0f, .caches = { { 1u << 9, 1u << 11, "ICRST" }, { 1u << 10, 1u << 12, "DCRST" } }, \
	.data_cache = 1u << 10

#define VARIANT(factory, bits, word1)                                                                                 \
	{                                                                                                             \
		TIMES, CACHES, .unit_kib = 16, .snb_bits = 5, .has_errie = true, .optcr = (factory),                  \
			       .optcr_bits = (bits), .optcr1 = 0x0fff0000, .optcr1_bits = (word1), .copy = 0x1fffc000 \
	}

#define BITS   0x0fffffecu
#define SPRMOD (1u << 31)

static const struct sectors_variant plain = VARIANT(0x0fffaaed, BITS, 0);
static const struct sectors_variant pcrop = VARIANT(0x0fffaaed, BITS | SPRMOD, 0);
static const struct sectors_variant wrp15 = VARIANT(0x7fffaaed, BITS | 0x70000000u | SPRMOD, 0);
/* BFB2, DB1M */
static const struct sectors_variant dual = VARIANT(0x0fffaaed, BITS | 1u << 4 | 1u << 30 | SPRMOD, 0x0fff0000);

#define LINE(variant, mhz, ccm, what)                                                                 \
	{                                                                                             \
		.family = &f4, .ids = &f4_ids, .system = { 0x1fff0000, 0x7800 }, .max_hz = (mhz)*MHZ, \
		.traits = LINE_MPU | (what), .sectors = &(variant), .extra = {                        \
			{ 0x10000000, (ccm)*KIB },                                                    \
			false                                                                         \
		}                                                                                     \
	}

static const struct line f401 = LINE(pcrop, 84, 0, LINE_PCROP);
static const struct line f405 = LINE(plain, 168, 64, LINE_FSMC);
static const struct line f41x = LINE(pcrop, 100, 0, LINE_PCROP);
static const struct line f412 = LINE(pcrop, 100, 0, LINE_PCROP | LINE_FSMC);
static const struct line f413 = LINE(wrp15, 100, 0, LINE_PCROP | LINE_FSMC | LINE_WRP15);
static const struct line f42x = LINE(dual, 180, 64, LINE_PCROP | LINE_FSMC | LINE_DUAL_BANK);
/* Clones fact sheet section 3 */
static const struct line gd32f4 = {
	.family = &f4,
	.ids = &f4_ids,
	.system = { 0x1fff0000, 0x7800 },
	.max_hz = 200 * MHZ,
	.traits = LINE_MPU | LINE_FSMC | LINE_PCROP | LINE_DUAL_BANK | LINE_THIRD_MIB,
	.sectors = &dual,
	.extra = { { 0x10000000, 64 * KIB }, false },
	.rom_part = 0x2b3,
	.rom_designer = 7u << 7 | 0x51,
};
static const struct line f446 = LINE(pcrop, 180, 0, LINE_PCROP | LINE_FSMC);

#define F401_BC(name, flash) PART(name, "STM32F401xB/C", 0x423, 0x1001, flash, 64, M4_R0P1, f401)
#define F401_DE(name, flash) PART(name, "STM32F401xD/E", 0x433, 0x1001, flash, 96, M4_R0P1, f401)
#define F40X(name, flash)    PART(name, "STM32F405/407/415/417", 0x413, 0x1007, flash, 128, M4_R0P1, f405)
#define F410(name, flash)    PART(name, "STM32F410", 0x458, 0x1000, flash, 32, M4_R0P1, f41x)
#define F411(name, flash)    PART(name, "STM32F411", 0x431, 0x1000, flash, 128, M4_R0P1, f41x)
#define F412(name, flash)    PART(name, "STM32F412", 0x441, 0x2000, flash, 256, M4_R0P1, f412)
#define F413(name, flash)    PART(name, "STM32F413/423", 0x463, 0x1000, flash, 320, M4_R0P1, f413)
#define F42X(name, flash)    PART(name, "STM32F427/429/437/439", 0x419, 0x2001, flash, 192, M4_R0P1, f42x)
#define F446(name, flash)    PART(name, "STM32F446", 0x421, 0x1000, flash, 128, M4_R0P1, f446)
#define F46X(name, flash)    PART(name, "STM32F469/479", 0x434, 0x1000, flash, 320, M4_R0P1, f42x)

static const struct part rows[] = {
	F401_BC("stm32f401cb", 128),
	F401_BC("stm32f401rb", 128),
	F401_BC("stm32f401cc", 256),
	F401_BC("stm32f401rc", 256),
	F401_DE("stm32f401cd", 384),
	F401_DE("stm32f401ce", 512),
	F401_DE("stm32f401re", 512),
	F401_DE("stm32f401ve", 512),

	F40X("stm32f405rg", 1024),
	F40X("stm32f405vg", 1024),
	F40X("stm32f405zg", 1024),
	F40X("stm32f405oe", 512),
	F40X("stm32f405ve", 512),
	F40X("stm32f407ve", 512),
	F40X("stm32f407ze", 512),
	F40X("stm32f407vg", 1024),
	F40X("stm32f407zg", 1024),
	F40X("stm32f407ig", 1024),
	F40X("stm32f415rg", 1024),
	F40X("stm32f415vg", 1024),
	F40X("stm32f417ve", 512),
	F40X("stm32f417vg", 1024),
	F40X("stm32f417ig", 1024),
	/* Revision A gives the id of an F2: errata sheet ES0182, and seen live as 0x20006411. */
	PART("stm32f407vg-a", "STM32F405/407/415/417", 0x411, 0x2000, 1024, 128, M4_R0P1, f405),

	F410("stm32f410c8", 64),
	F410("stm32f410r8", 64),
	F410("stm32f410cb", 128),
	F410("stm32f410rb", 128),
	F411("stm32f411cc", 256),
	F411("stm32f411rc", 256),
	F411("stm32f411ce", 512),
	F411("stm32f411re", 512),
	F411("stm32f411ve", 512),
	F412("stm32f412ce", 512),
	F412("stm32f412re", 512),
	F412("stm32f412cg", 1024),
	F412("stm32f412zg", 1024),
	F413("stm32f413cg", 1024),
	F413("stm32f413ch", 1536),
	F413("stm32f413zh", 1536),
	F413("stm32f423ch", 1536),
	F413("stm32f423vh", 1536),
	F413("stm32f423zh", 1536),

	F42X("stm32f427vg", 1024),
	F42X("stm32f427vi", 2048),
	F42X("stm32f427zi", 2048),
	F42X("stm32f429ve", 512),
	F42X("stm32f429ze", 512),
	F42X("stm32f429vg", 1024),
	F42X("stm32f429zg", 1024),
	F42X("stm32f429vi", 2048),
	F42X("stm32f429zi", 2048),
	F42X("stm32f437vg", 1024),
	F42X("stm32f437vi", 2048),
	F42X("stm32f437zi", 2048),
	F42X("stm32f439vg", 1024),
	F42X("stm32f439zg", 1024),
	F42X("stm32f439zi", 2048),

	F446("stm32f446rc", 256),
	F446("stm32f446zc", 256),
	F446("stm32f446re", 512),
	F446("stm32f446ve", 512),
	F446("stm32f446ze", 512),

	F46X("stm32f469ve", 512),
	F46X("stm32f469ne", 512),
	F46X("stm32f469ng", 1024),
	F46X("stm32f469ni", 2048),
	F46X("stm32f479ng", 1024),
	F46X("stm32f479ni", 2048),
	F46X("stm32f479zi", 2048),

	/* Its revision is known from one listing. */
	PART("gd32f450zi", "GD32F450", 0x419, 0x1608, 2048, 192, M4_R0P1, gd32f4),
	PART("gd32f450zk", "GD32F450", 0x419, 0x1608, 3072, 192, M4_R0P1, gd32f4),
};

const struct part_list f4_parts = { rows, ARRAY_SIZE(rows) };
