/* SPDX-License-Identifier: MIT */
/*
 * The peripheral buses (RM0008 3.3 table 3, RM0090 2.3 table 1). What is
 * modelled has its own file; what a manual lists beyond that is registers that
 * keep what is written; the rest are holes.
 */
#include "chip/internal.h"

#include <string.h>

static uint32_t plain_get(const struct chip *c, uint32_t addr)
{
	return get_le32((const uint8_t *)c->periph + (addr - PERIPH_BASE));
}

static void plain_put(struct chip *c, uint32_t addr, uint32_t value)
{
	put_le32((uint8_t *)c->periph + (addr - PERIPH_BASE), value);
}

/* --- GPIO: set and reset registers act on ODR, inputs read what the port drives --- */

#define GPIO_F1 0x40010800u
#define GPIO_F4 0x40020000u
#define MEMRMP  0x40013800u /* SYSCFG_MEMRMP of the F4 (RM0090 9.2.1) */

static uint32_t gpio_f1_read(struct chip *c, uint32_t off)
{
	return plain_get(c, GPIO_F1 + ((off & 0x3ff) == 0x08 ? off + 4 : off));
}

static void gpio_f1_write(struct chip *c, uint32_t off, uint32_t value)
{
	const uint32_t port = GPIO_F1 + (off & ~0x3ffu);
	const uint32_t odr = plain_get(c, port + 0x0c);

	switch (off & 0x3ff) {
	case 0x08: /* IDR */
		break;
	case 0x10: /* BSRR */
		plain_put(c, port + 0x0c, (odr & ~(value >> 16)) | (value & 0xffff));
		break;
	case 0x14: /* BRR */
		plain_put(c, port + 0x0c, odr & ~(value & 0xffff));
		break;
	default:
		plain_put(c, GPIO_F1 + off, value);
	}
}

static uint32_t gpio_f4_read(struct chip *c, uint32_t off)
{
	return plain_get(c, GPIO_F4 + ((off & 0x3ff) == 0x10 ? off + 4 : off));
}

static void gpio_f4_write(struct chip *c, uint32_t off, uint32_t value)
{
	const uint32_t port = GPIO_F4 + (off & ~0x3ffu);

	if ((off & 0x3ff) == 0x18) /* BSRR */
		plain_put(c, port + 0x14, (plain_get(c, port + 0x14) & ~(value >> 16)) | (value & 0xffff));
	else if ((off & 0x3ff) != 0x10) /* IDR */
		plain_put(c, GPIO_F4 + off, value);
}

/* --- what answers where --------------------------------------------------------- */

typedef uint32_t read_fn(struct chip *c, uint32_t off);
typedef void write_fn(struct chip *c, uint32_t off, uint32_t value);

#define SUB_WORD_MERGES (1u << 0) /* bytes and half-words may be written, the rest of the word stays */
#define SUB_WORD_PADS   (1u << 1) /* half-words may be written, the rest of the register is 0 anyway */

struct periph {
	struct area area;
	read_fn *read; /* NULL: storage */
	write_fn *write;
	unsigned int flags;
};

/* Bit-mapped lists of 1 KiB blocks would save lines and cost names; ranges as the tables of the manuals have them. */
static const struct periph f1_periphs[] = {
	{ { 0x40000000, 0x2400 }, NULL, NULL, 0 }, /* TIM2-7, TIM12-14 */
	{ { 0x40002800, 0x0400 }, NULL, NULL, 0 }, /* RTC */
	{ { 0x40002c00, 0x0400 }, wwdg_read, wwdg_write, SUB_WORD_PADS },
	{ { 0x40003000, 0x0400 }, iwdg_read, iwdg_write, SUB_WORD_PADS }, /* IWDG */
	{ { 0x40003800, 0x4000 }, NULL, NULL, 0 },                        /* SPI, USART, I2C, USB, CAN, BKP, PWR, DAC */
	{ { 0x40007800, 0x0400 }, NULL, NULL, 0 },                        /* CEC */
	{ { 0x40010000, 0x0800 }, NULL, NULL, 0 },                        /* AFIO, EXTI */
	{ { GPIO_F1, 0x1c00 }, gpio_f1_read, gpio_f1_write, 0 },          /* GPIOA-G */
	{ { 0x40012400, 0x3400 }, NULL, NULL, 0 },                        /* ADC, TIM, SPI1, USART1 */
	{ { 0x40018000, 0x0400 }, NULL, NULL, 0 },                        /* SDIO */
	{ { 0x40020000, 0x0800 }, dma_read, dma_write, SUB_WORD_MERGES },
	{ { 0x40021000, 0x0400 }, rcc_read, rcc_write, SUB_WORD_MERGES },
	{ { 0x40023000, 0x0400 }, NULL, NULL, 0 }, /* CRC */
};

static const struct periph f4_periphs[] = {
	{ { 0x40000000, 0x2400 }, NULL, NULL, 0 }, /* TIM2-7, TIM12-14 */
	{ { 0x40002800, 0x0400 }, NULL, NULL, 0 }, /* RTC */
	{ { 0x40002c00, 0x0400 }, wwdg_read, wwdg_write, SUB_WORD_PADS },
	{ { 0x40003000, 0x0400 }, iwdg_read, iwdg_write, SUB_WORD_PADS },
	{ { 0x40003400, 0x4c00 }, NULL, NULL, 0 }, /* SPI, USART, I2C, CAN, PWR, DAC, UART */
	{ { 0x40010000, 0x0800 }, NULL, NULL, 0 }, /* TIM1, TIM8 */
	{ { 0x40011000, 0x0c00 }, NULL, NULL, 0 }, /* USART1, 6, UART9, 10 */
	{ { 0x40012000, 0x3800 }, NULL, NULL, 0 }, /* ADC, SDIO, SPI, SYSCFG, EXTI, TIM9-11, SAI */
	{ { 0x40015800, 0x1800 }, NULL, NULL, 0 }, /* SAI, DFSDM, LTDC, DSI */
	{ { GPIO_F4, 0x2c00 }, gpio_f4_read, gpio_f4_write, 0 },
	{ { 0x40023000, 0x0400 }, NULL, NULL, 0 }, /* CRC */
	{ { 0x40023800, 0x0400 }, rcc_read, rcc_write, SUB_WORD_MERGES },
	{ { 0x40024000, 0x1000 }, NULL, NULL, 0 }, /* backup SRAM */
	{ { 0x40026000, 0x0800 }, dma_read, dma_write, SUB_WORD_MERGES },
	{ { 0x40028000, 0x1400 }, NULL, NULL, 0 }, /* Ethernet */
	{ { 0x4002b000, 0x0c00 }, NULL, NULL, 0 }, /* DMA2D */
};

/* Beyond the storage: read as 0 and swallow writes, where the manual has something. */
static const struct area f4_silent[] = {
	{ 0x40040000, 0x40000 }, /* OTG HS */
	{ 0x50000000, 0x40000 }, /* OTG FS */
	{ 0x50050000, 0x0400 },  /* DCMI */
	{ 0x50060000, 0x0c00 },  /* CRYP, HASH, RNG */
};

static const struct area cl_silent[] = {
	{ 0x40028000, 0x2000 },  /* Ethernet */
	{ 0x50000000, 0x40000 }, /* OTG FS */
};

static const struct area fsmc_silent = { 0xa0000000, 0x1000 };

static bool is_in(const struct area *area, uint32_t addr)
{
	return addr - area->base < area->size;
}

static bool is_silent(const struct chip *c, uint32_t addr)
{
	if ((c->line->traits & LINE_FSMC) && is_in(&fsmc_silent, addr))
		return true;
	if (c->line->family == FAMILY_F4)
		for (size_t i = 0; i < ARRAY_SIZE(f4_silent); i++)
			if (is_in(&f4_silent[i], addr))
				return true;
	if (c->line->traits & LINE_CL)
		for (size_t i = 0; i < ARRAY_SIZE(cl_silent); i++)
			if (is_in(&cl_silent[i], addr))
				return true;
	return false;
}

static bool is_missing(const struct chip *c, const struct periph *p)
{
	return (c->faults.no_rcc && p->read == rcc_read) || (c->faults.no_iwdg && p->read == iwdg_read);
}

static const struct periph *periph_at(const struct chip *c, uint32_t addr)
{
	const bool f1 = c->line->family == FAMILY_F1;
	const struct periph *table = f1 ? f1_periphs : f4_periphs;
	const size_t n = f1 ? ARRAY_SIZE(f1_periphs) : ARRAY_SIZE(f4_periphs);

	for (size_t i = 0; i < n; i++)
		if (is_in(&table[i].area, addr))
			return is_missing(c, &table[i]) ? NULL : &table[i];
	return NULL;
}

static uint32_t lanes(uint32_t word, const struct access *a)
{
	word >>= 8 * (a->addr & 3);
	return a->size == 4 ? word : word & ((1u << 8 * a->size) - 1);
}

/* --- access ------------------------------------------------------------------------ */

static bool controller_access(struct chip *c, struct access *a)
{
	const uint32_t off = (a->addr - c->ctl_base) & ~3u;

	if (!a->write) {
		a->value = lanes(c->ctl->read(c, off, a->master), a);
		return true;
	}
	if (a->size != 4)
		return monitor_anomaly(c->mon, "flash register at +0x%02x written in %u bytes", (unsigned int)off,
				       a->size);
	return c->ctl->write(c, off, a->value, a->master);
}

static void storage_access(struct chip *c, struct access *a)
{
	uint8_t *p = (uint8_t *)c->periph + (a->addr - PERIPH_BASE);

	if (a->write)
		mem_put(p, a->size, a->value);
	else
		a->value = mem_get(p, a->size);
}

static void model_access(struct chip *c, const struct periph *p, struct access *a)
{
	const uint32_t off = (a->addr - p->area.base) & ~3u;
	const unsigned int shift = 8 * (a->addr & 3);

	if (!a->write) {
		a->value = lanes(p->read(c, off), a);
		return;
	}
	if (a->size < 4 && !(p->flags & (SUB_WORD_MERGES | SUB_WORD_PADS)))
		monitor_anomaly(c->mon, "register 0x%08x written in %u bytes", (unsigned int)a->addr, a->size);
	if (a->size < 4 && (p->flags & SUB_WORD_MERGES)) {
		const uint32_t mask = ((1u << 8 * a->size) - 1) << shift;

		p->write(c, off, (p->read(c, off) & ~mask) | ((a->value << shift) & mask));
		return;
	}
	p->write(c, off, a->value << shift);
}

bool periph_access(struct chip *c, struct access *a)
{
	const struct periph *p;

	if (a->addr - c->ctl_base < 0x400)
		return controller_access(c, a);

	p = periph_at(c, a->addr);
	if (!p) {
		a->value = a->write ? a->value : 0;
		return is_silent(c, a->addr);
	}
	if (p->read)
		model_access(c, p, a);
	else
		storage_access(c, a);
	/* SYSCFG_MEMRMP moves what is seen at 0 */
	if (a->write && c->line->family == FAMILY_F4 && a->addr >> 2 == MEMRMP >> 2)
		core_flush_fetch(&c->core);
	return true;
}

void periph_reset(struct chip *c)
{
	memset(c->periph, 0, PERIPH_SIZE);
	if (c->line->family == FAMILY_F1) {
		for (uint32_t port = 0; port < 7; port++) {
			plain_put(c, GPIO_F1 + 0x400 * port, 0x44444444);
			plain_put(c, GPIO_F1 + 0x400 * port + 4, 0x44444444);
		}
		return;
	}
	/* PA13 to PA15, PB3 and PB4 are the debug pins after reset (RM0090 8.4.1). */
	plain_put(c, GPIO_F4, 0xa8000000);
	plain_put(c, GPIO_F4 + 0x0c, 0x64000000);
	plain_put(c, GPIO_F4 + 0x400, 0x00000280);
	plain_put(c, GPIO_F4 + 0x40c, 0x00000100);
}

/* "After reset these bits take the value selected by the BOOT pins" (RM0090 9.2.1) */
void periph_boot(struct chip *c)
{
	if (c->line->family == FAMILY_F4)
		plain_put(c, MEMRMP, c->boot_mode);
}

/* F1: AFIO_MAPR.SWJ_CFG (RM0008 9.4.2); F4: PA13 and PA14 are alternate function 0 (RM0090 8.3.2). */
bool swd_pins_remapped(const struct chip *c)
{
	if (c->line->family == FAMILY_F1)
		return ((plain_get(c, 0x40010004) >> 24) & 7) == 4;
	return ((plain_get(c, GPIO_F4) >> 26) & 0xf) != 0xa || (plain_get(c, GPIO_F4 + 0x24) & 0x0ff00000) != 0;
}
