/* SPDX-License-Identifier: MIT */
/*
 * The peripheral buses (RM0008 3.3 table 3, RM0090 2.3 table 1). What is
 * modelled has its own file; what a manual lists beyond that is registers that
 * keep what is written; the rest are holes.
 */
#include "chip/internal.h"

#include <string.h>

/*
 * GPIO of F0, F3, L4, G4, WB and WL lies far away from the rest, on AHB2; that of the M0+ on the IOPORT; and what the
 * two processors of a WB or WL share on AHB4.
 */
#define AHB2_BASE   0x48000000u
#define IOPORT_BASE 0x50000000u
#define AHB4_BASE   0x58000000u

uint8_t *periph_at(const struct chip *c, uint32_t addr)
{
	static const struct area segments[] = {
		{ PERIPH_BASE, PERIPH_SIZE },
		{ AHB2_BASE, AHB2_SIZE },
		{ IOPORT_BASE, IOPORT_SIZE },
		{ AHB4_BASE, AHB4_SIZE },
	};
	uint32_t at = 0;

	for (size_t i = 0; i < ARRAY_SIZE(segments); i++) {
		if (addr - segments[i].base < segments[i].size)
			return c->periph + at + (addr - segments[i].base);
		at += segments[i].size;
	}
	return c->periph; /* no row leads here */
}

uint32_t periph_word(const struct chip *c, uint32_t addr)
{
	return get_le32(periph_at(c, addr));
}

static void put_word(struct chip *c, uint32_t addr, uint32_t value)
{
	put_le32(periph_at(c, addr), value);
}

/* --- GPIO: set and reset registers act on ODR, inputs read what the port drives --- */

uint32_t gpio_cr_read(struct chip *c, uint32_t off)
{
	return periph_word(c, c->family->gpio.base + ((off & 0x3ff) == 0x08 ? off + 4 : off));
}

void gpio_cr_write(struct chip *c, uint32_t off, uint32_t value)
{
	const uint32_t port = c->family->gpio.base + (off & ~0x3ffu);
	const uint32_t odr = periph_word(c, port + 0x0c);

	switch (off & 0x3ff) {
	case 0x08: /* IDR */
		break;
	case 0x10: /* BSRR */
		put_word(c, port + 0x0c, (odr & ~(value >> 16)) | (value & 0xffff));
		break;
	case 0x14: /* BRR */
		put_word(c, port + 0x0c, odr & ~(value & 0xffff));
		break;
	default:
		put_word(c, c->family->gpio.base + off, value);
	}
}

uint32_t gpio_moder_read(struct chip *c, uint32_t off)
{
	return periph_word(c, c->family->gpio.base + ((off & 0x3ff) == 0x10 ? off + 4 : off));
}

void gpio_moder_write(struct chip *c, uint32_t off, uint32_t value)
{
	const uint32_t port = c->family->gpio.base + (off & ~0x3ffu);
	const uint32_t odr = periph_word(c, port + 0x14);

	if ((off & 0x3ff) == 0x18) /* BSRR */
		put_word(c, port + 0x14, (odr & ~(value >> 16)) | (value & 0xffff));
	else if ((off & 0x3ff) != 0x10) /* IDR */
		put_word(c, c->family->gpio.base + off, value);
}

/* --- what answers where --------------------------------------------------------- */

static const struct area fsmc_silent = { 0xa0000000, 0x1000 };

static bool is_in(const struct area *area, uint32_t addr)
{
	return addr - area->base < area->size;
}

static bool is_silent(const struct chip *c, uint32_t addr)
{
	if ((c->line->traits & LINE_FSMC) && is_in(&fsmc_silent, addr))
		return true;
	for (const struct area *area = c->family->silent; area && area->size; area++)
		if (is_in(area, addr))
			return true;
	return false;
}

static bool is_missing(const struct chip *c, const struct periph *p, uint32_t addr)
{
	if (p->read == dbgmcu_apb_read)
		return c->faults.no_dbgmcu && addr - p->area.base >= 4;
	return (c->faults.no_rcc && (p->read == rcc_read || p->read == rcc_tree_read)) ||
	       (c->faults.no_iwdg && p->read == iwdg_read);
}

static const struct periph *find_periph(const struct chip *c, uint32_t addr)
{
	for (const struct periph *p = c->family->periphs; p->area.size; p++)
		if (is_in(&p->area, addr))
			return is_missing(c, p, addr) ? NULL : p;
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
	const uint32_t off = (a->addr - c->family->ctl_base) & ~3u;

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
	uint8_t *p = periph_at(c, a->addr);

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

	if (a->addr - c->family->ctl_base < 0x400)
		return controller_access(c, a);

	p = find_periph(c, a->addr);
	if (!p) {
		a->value = a->write ? a->value : 0;
		return is_silent(c, a->addr);
	}
	if (p->read)
		model_access(c, p, a);
	else
		storage_access(c, a);
	/* MEM_MODE moves what is seen at 0 */
	if (a->write && c->family->mem_mode && a->addr >> 2 == c->family->mem_mode >> 2)
		core_flush_fetch(&c->core);
	return true;
}

void periph_reset(struct chip *c)
{
	memset(c->periph, 0, PERIPH_STORAGE);
	for (const struct reset_value *r = c->family->gpio.reset; r->value; r++)
		put_word(c, c->family->gpio.base + r->off, r->value);
}

/* "After reset these bits take the value selected by the BOOT pins" (RM0090 9.2.1) */
void periph_boot(struct chip *c)
{
	if (c->family->mem_mode)
		put_word(c, c->family->mem_mode, c->boot_mode);
}

/* F1: AFIO_MAPR.SWJ_CFG (RM0008 9.4.2); all others: PA13 and PA14 are alternate function 0 (RM0090 8.3.2). */
bool swd_pins_remapped(const struct chip *c)
{
	const uint32_t gpioa = c->family->gpio.base;

	if (!c->family->gpio.moder)
		return ((periph_word(c, 0x40010004) >> 24) & 7) == 4;
	return ((periph_word(c, gpioa) >> 26) & 0xf) != 0xa || (periph_word(c, gpioa + 0x24) & 0x0ff00000) != 0;
}
