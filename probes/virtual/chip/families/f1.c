/* SPDX-License-Identifier: MIT */
/* STM32F1 and its clones: RM0008, RM0041; flash and RAM as the datasheets have them, ids from DBGMCU_IDCODE. */
#include "chip/families/rows.h"

#define GPIOA 0x40010800u

static const struct fpec_variant fpec = {
	.program_ns = 52500, .erase_ns = 20000000, .rdp_open = 0xa5, .user_shift = 2, .irq = 4
};

static const struct dbgmcu_layout dbgmcu = {
	.base = 0xe0042000,
	.cr = 0x7fffffe7,
	.freezes_in_cr = true,
	.iwdg = 8,
	.wwdg = 9,
	.tim2 = 11,
	.hidden_from_software = true, /* errata sheets: ES096 2.3 and its like */
};

static const struct rcc_layout rcc = {
	FPEC_RCC,
	.pclk1_max = 36 * MHZ,
};

/* RM0008 3.3 table 3 */
static const struct periph periphs[] = {
	KEEPS(0x40000000, 0x2400), /* TIM2-7, TIM12-14 */
	KEEPS(0x40002800, 0x0400), /* RTC */
	WATCHDOGS,
	KEEPS(0x40003800, 0x4000), /* SPI, USART, I2C, USB, CAN, BKP, PWR, DAC */
	KEEPS(0x40007800, 0x0400), /* CEC */
	KEEPS(0x40010000, 0x0800), /* AFIO, EXTI */
	GPIO_CR(GPIOA, 0x1c00),    /* GPIOA-G */
	KEEPS(0x40012400, 0x3400), /* ADC, TIM, SPI1, USART1 */
	KEEPS(0x40018000, 0x0400), /* SDIO */
	DMA(0x40020000),
	CLOCKS(0x40021000),
	CRC,
	END_OF_PERIPHS,
};

static const struct area cl_silent[] = {
	{ 0x40028000, 0x2000 },  /* Ethernet */
	{ 0x50000000, 0x40000 }, /* OTG FS */
	{ 0, 0 },
};

#define PORT(n)                             \
	{ 0x400 * (n), 0x44444444 },        \
	{                                   \
		0x400 * (n) + 4, 0x44444444 \
	}

static const struct reset_value ports[] = {
	PORT(0), PORT(1), PORT(2), PORT(3), PORT(4), PORT(5), PORT(6), { 0, 0 },
};

#define F1(silent_areas)                                                                                  \
	{                                                                                                 \
		.fpec = &fpec, .ticks_calib = 9000, .gpio = { false, GPIOA, 0x40021018, 1u << 2, ports }, \
		.dbgmcu = &dbgmcu, .rcc = &rcc, .periphs = periphs, .silent = (silent_areas), FPEC_FAMILY \
	}

static const struct family f1 = F1(NULL);
static const struct family f1_connectivity = F1(cl_silent);

static const struct ids ids = { 0x1ffff7e0, 0x1ffff7e8, { 0, 0 }, 0, 0x1ffff810 };

#define LINE(kind, page, rom_base, rom_size, mhz, what)                                                \
	{                                                                                              \
		.family = &(kind), .ids = &ids, .page_size = (page), .system = { rom_base, rom_size }, \
		.max_hz = (mhz)*MHZ, .traits = (what), .user_bits = 0xff, .wrp_bytes = 4               \
	}

static const struct line ld = LINE(f1, 1024, 0x1ffff000, 0x800, 72, 0);
static const struct line md = LINE(f1, 1024, 0x1ffff000, 0x800, 72, 0);
static const struct line hd = LINE(f1, 2048, 0x1ffff000, 0x800, 72, LINE_FSMC);
static const struct line xl = LINE(f1, 2048, 0x1fffe000, 0x1800, 72, LINE_XL | LINE_MPU | LINE_FSMC);
static const struct line gd_xd =
	LINE(f1, 2048, 0x1fffe000, 0x1800, 108, LINE_XL | LINE_MPU | LINE_FSMC | LINE_4K_PAGES);
static const struct line cl = LINE(f1_connectivity, 2048, 0x1fffb000, 0x4800, 72, LINE_CL);
static const struct line vl = LINE(f1, 1024, 0x1ffff000, 0x800, 24, LINE_VALUE);
static const struct line vl_hd = LINE(f1, 2048, 0x1ffff000, 0x800, 24, LINE_VALUE | LINE_FSMC);

#define M3_R2P1 0x2ba01477, 0x412fc231, 0x24770011 /* clones: a younger M3 than ST's */
#define GD_M3   0x1ba01477, 0x412fc231, 0x14770011
#define AT_M4   0x1ba01477, 0x410fc241, 0x24770011

#define LD(name, flash, ram)    PART(name, "STM32F1 low density", 0x412, 0x1000, flash, ram, M3_R1P1, ld)
#define MD(name, flash, ram)    PART(name, "STM32F1 medium density", 0x410, 0x2003, flash, ram, M3_R1P1, md)
#define HD(name, flash, ram)    PART(name, "STM32F1 high density", 0x414, 0x1003, flash, ram, M3_R1P1, hd)
#define XL(name, flash, ram)    PART(name, "STM32F1 XL density", 0x430, 0x1000, flash, ram, M3_R1P1, xl)
#define CL(name, flash)         PART(name, "STM32F105/107", 0x418, 0x1001, flash, 64, M3_R1P1, cl)
#define VL(name, flash, ram)    PART(name, "STM32F100 value line", 0x420, 0x1001, flash, ram, M3_R1P1, vl)
#define VL_HD(name, flash, ram) PART(name, "STM32F100 value line", 0x428, 0x1000, flash, ram, M3_R1P1, vl_hd)
#define CLONE(name, text, rev, flash, word)                                       \
	{                                                                         \
		name, text, 0x410, rev, (flash)*KIB, 20 * KIB, M3_R2P1, &md, word \
	}

static const struct part rows[] = {
	VL("stm32f100c4", 16, 4),
	VL("stm32f100r4", 16, 4),
	VL("stm32f100c6", 32, 4),
	VL("stm32f100r6", 32, 4),
	VL("stm32f100c8", 64, 8),
	VL("stm32f100r8", 64, 8),
	VL("stm32f100cb", 128, 8),
	VL("stm32f100rb", 128, 8),
	VL("stm32f100vb", 128, 8),
	VL_HD("stm32f100rc", 256, 24),
	VL_HD("stm32f100rd", 384, 32),
	VL_HD("stm32f100re", 512, 32),
	VL_HD("stm32f100ze", 512, 32),

	LD("stm32f101c4", 16, 4),
	LD("stm32f101r4", 16, 4),
	LD("stm32f101c6", 32, 6),
	MD("stm32f101c8", 64, 10),
	MD("stm32f101rb", 128, 16),
	HD("stm32f101rc", 256, 32),
	HD("stm32f101rd", 384, 48),
	HD("stm32f101ze", 512, 48),
	XL("stm32f101vf", 768, 80),
	XL("stm32f101zg", 1024, 80),

	LD("stm32f102c4", 16, 4),
	LD("stm32f102c6", 32, 6),
	MD("stm32f102r8", 64, 10),
	MD("stm32f102cb", 128, 16),

	LD("stm32f103c4", 16, 6),
	LD("stm32f103c6", 32, 10),
	LD("stm32f103r6", 32, 10),
	MD("stm32f103c8", 64, 20),
	MD("stm32f103t8", 64, 20),
	MD("stm32f103r8", 64, 20),
	MD("stm32f103cb", 128, 20),
	MD("stm32f103rb", 128, 20),
	MD("stm32f103vb", 128, 20),
	HD("stm32f103rc", 256, 48),
	HD("stm32f103vc", 256, 48),
	HD("stm32f103rd", 384, 64),
	HD("stm32f103re", 512, 64),
	HD("stm32f103ve", 512, 64),
	HD("stm32f103ze", 512, 64),
	XL("stm32f103rf", 768, 96),
	XL("stm32f103zf", 768, 96),
	XL("stm32f103rg", 1024, 96),
	XL("stm32f103vg", 1024, 96),
	XL("stm32f103zg", 1024, 96),

	CL("stm32f105r8", 64),
	CL("stm32f105rb", 128),
	CL("stm32f105rc", 256),
	CL("stm32f105vc", 256),
	CL("stm32f107rb", 128),
	CL("stm32f107rc", 256),
	CL("stm32f107vc", 256),

	/* flash-f1 fact sheet section 7. The size word of some reads 0; many a C8 holds 128 KiB and says 64. */
	CLONE("cks32f103c8", "CKS32F103 clone", 0x2003, 64, 64),
	CLONE("cs32f103c8", "CS32F103 clone", 0x2003, 64, 0),
	CLONE("apm32f103cb", "APM32F103 clone", 0x2003, 128, 128),
	/* Clones fact sheet section 2: GigaDevice's pages from 512 KiB on are 4 KiB, or 2 KiB, as one believes. */
	{ "gd32f103vg", "GD32F103 clone", 0x430, 0x1000, 1024 * KIB, 96 * KIB, GD_M3, &gd_xd, 1024 },
	{ "gd32f103vg-2k", "GD32F103 clone", 0x430, 0x1000, 1024 * KIB, 96 * KIB, GD_M3, &xl, 1024 },
	/* Section 4: what an AT32 shows to a reader. Its controller takes words, which this one would refuse. */
	{ "at32f403avg", "AT32F403A", 0x240, 0x7005, 1024 * KIB, 96 * KIB, AT_M4, &xl, 1024 },
	{ "at32f413cc", "AT32F413", 0x240, 0x7003, 256 * KIB, 32 * KIB, AT_M4, &hd, 256 },
	/* And a clone with an id of its own, which no tool knows. */
	{ "stm32f103c8-id999", "clone with an unknown id", 0x999, 0x1000, 64 * KIB, 20 * KIB, M3_R1P1, &md, 64 },
	{ "stm32f103c8-128k", "STM32F1 medium density", 0x410, 0x2003, 128 * KIB, 20 * KIB, M3_R1P1, &md, 64 },

};

const struct part_list f1_parts = { rows, ARRAY_SIZE(rows) };
