/* SPDX-License-Identifier: MIT */
/* STM32F3: flash-f0f3f2f7 fact sheet sections 1.2, 1.5, 2, 4.1, 5 and 7; RM0313, RM0316, RM0364, RM0365, RM0366. */
#include "chip/families/rows.h"

#define GPIOA 0x48000000u

static const struct fpec_variant fpec = {
	.program_ns = 53500, .erase_ns = 30000000, .rdp_open = 0xaa, .user_shift = 8, .irq = 4, .launches = true
};

static const struct dbgmcu_layout dbgmcu = {
	.base = 0xe0042000,
	.cr = 0xe7,
	.apb1_fz = 0x42601fff,
	.apb2_fz = 0x0000003f,
	FREEZE_BITS,
};

static const struct rcc_layout rcc = {
	FPEC_RCC,
	.has_prediv = true,
	.pclk1_max = 36 * MHZ,
};

/* RM0316 3.2.2, and what RM0313 has more */
static const struct periph periphs[] = {
	KEEPS(0x40000000, 0x2400), /* TIM2-7, TIM12-14 */
	KEEPS(0x40002800, 0x0400), /* RTC */
	WATCHDOGS,
	KEEPS(0x40003400, 0x4800), /* SPI, I2S, USART, UART, I2C, USB, CAN, PWR, DAC, CEC */
	KEEPS(0x40009800, 0x0800), /* DAC2, TIM18 */
	KEEPS(0x40010000, 0x0800), /* SYSCFG, EXTI */
	KEEPS(0x40012400, 0x0400), /* ADC of the F37x */
	KEEPS(0x40012c00, 0x1400), /* TIM1, SPI1, TIM8, USART1, SPI4 */
	KEEPS(0x40014000, 0x0c00), /* TIM15-17 */
	KEEPS(0x40015000, 0x0c00), /* TIM20; TIM19, SDADC of the F37x */
	KEEPS(0x40016000, 0x0c00), /* SDADC */
	KEEPS(0x40017400, 0x0400), /* HRTIM */
	DMA(0x40020000),
	CLOCKS(0x40021000),
	CRC,
	KEEPS(0x40024000, 0x0400), /* TSC */
	GPIO_MODER(GPIOA, 0x1c00),
	END_OF_PERIPHS,
};

static const struct area silent[] = {
	{ 0x50000000, 0x0800 }, /* ADC */
	{ 0, 0 },
};

static const struct family f3 = {
	.ticks_calib = 9000,
	.mem_mode = 0x40010000, /* SYSCFG_CFGR1 */
	.nboot1 = true,
	.gpio = { true, GPIOA, 0x40021014, 1u << 17, f3_ports },
	.fpec = &fpec,
	.dbgmcu = &dbgmcu,
	.rcc = &rcc,
	.periphs = periphs,
	.silent = silent,
	FPEC_FAMILY,
};

/* CCM may hold code here, unlike that of an F4 (section 1.2). */
#define LINE(ccm, user, wrp, what)                                                                        \
	{                                                                                                 \
		.family = &f3, .ids = &f0_ids, .page_size = 2048, .system = { 0x1fffd800, 0x2000 },       \
		.max_hz = 72 * MHZ, .traits = (what), .user_bits = (user), .wrp_bytes = (wrp), .extra = { \
			{ 0x10000000, (ccm)*KIB },                                                        \
			true                                                                              \
		}                                                                                         \
	}

/* Section 4.1: bits of USER that are there */
#define USER       0x77
#define USER_SDADC 0xf7 /* SDADC12_VDD_MONITOR */
#define USER_SMALL 0x37 /* no SRAM_PE */

static const struct line f302xc = LINE(0, USER, 4, LINE_MPU);
static const struct line f303xc = LINE(8, USER, 4, LINE_MPU);
static const struct line f37x = LINE(0, USER_SDADC, 4, LINE_MPU);
static const struct line f334 = LINE(4, USER, 2, 0);
static const struct line f301 = LINE(0, USER_SMALL, 2, 0);
static const struct line f302xe = LINE(0, USER, 4, LINE_MPU | LINE_FSMC | LINE_PLLSRC2 | LINE_NO_HSI_2);
static const struct line f303xe = LINE(16, USER, 4, LINE_MPU | LINE_FSMC | LINE_PLLSRC2 | LINE_NO_HSI_2);

#define F302XC(name, flash, ram) PART(name, "STM32F302xB/C", 0x422, 0x1003, flash, ram, M4_R0P1, f302xc)
#define F303XC(name, flash, ram) PART(name, "STM32F303xB/C, F358", 0x422, 0x1003, flash, ram, M4_R0P1, f303xc)
#define F37X(name, flash, ram)   PART(name, "STM32F373/378", 0x432, 0x2000, flash, ram, M4_R0P1, f37x)
#define F334(name, flash)        PART(name, "STM32F303x6/8, F328, F334", 0x438, 0x1000, flash, 12, M4_R0P1, f334)
#define F301(name, flash)        PART(name, "STM32F301, F302x6/8, F318", 0x439, 0x1001, flash, 16, M4_R0P1, f301)
#define F302XE(name, flash)      PART(name, "STM32F302xD/E", 0x446, 0x1000, flash, 64, M4_R0P1, f302xe)
#define F303XE(name, flash)      PART(name, "STM32F303xD/E, F398", 0x446, 0x1000, flash, 64, M4_R0P1, f303xe)

static const struct part rows[] = {
	F301("stm32f301k6", 32),        F301("stm32f301k8", 64),        F301("stm32f302k6", 32),
	F301("stm32f302k8", 64),        F301("stm32f302r8", 64),        F302XC("stm32f302cb", 128, 32),
	F302XC("stm32f302vc", 256, 40), F302XE("stm32f302rd", 384),     F302XE("stm32f302re", 512),
	F334("stm32f303k6", 32),        F334("stm32f303k8", 64),        F334("stm32f303r8", 64),
	F303XC("stm32f303cb", 128, 32), F303XC("stm32f303cc", 256, 40), F303XC("stm32f303rc", 256, 40),
	F303XC("stm32f303vc", 256, 40), F303XE("stm32f303rd", 384),     F303XE("stm32f303re", 512),
	F303XE("stm32f303ze", 512),     F301("stm32f318c8", 64),        F334("stm32f328c8", 64),
	F334("stm32f334k4", 16),        F334("stm32f334c6", 32),        F334("stm32f334r8", 64),
	F303XC("stm32f358vc", 256, 40), F37X("stm32f373c8", 64, 16),    F37X("stm32f373cb", 128, 24),
	F37X("stm32f373cc", 256, 32),   F37X("stm32f373vc", 256, 32),   F37X("stm32f378vc", 256, 32),
	F303XE("stm32f398ve", 512),
};

const struct part_list f3_parts = { rows, ARRAY_SIZE(rows) };
