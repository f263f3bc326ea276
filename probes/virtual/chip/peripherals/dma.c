/* SPDX-License-Identifier: MIT */
/*
 * DMA that somebody left running: channels in circular mode from a peripheral
 * to memory go on whatever the core does, in debug state too, and only a reset
 * ends them (RM0008 13, RM0090 10). What they bring is a number that counts;
 * the peripheral is taken to have a new value every 10 us. Nothing else of a
 * DMA controller is modelled: other transfers never begin.
 */
#include "chip/internal.h"

#define VALUE_NS 10000u

#define F1_DMA1        0x40020008u /* CCR1, then CNDTR1, CPAR1, CMAR1 */
#define F1_CHANNEL     20u
#define F1_CHANNELS    7u
#define F1_CCR_EN      (1u << 0)
#define F1_CCR_DIR     (1u << 4)
#define F1_CCR_CIRC    (1u << 5)
#define F1_CCR_MINC    (1u << 7)
#define F1_MSIZE_SHIFT 10u

#define F4_DMA2        0x40026410u /* S0CR, S0NDTR, S0PAR, S0M0AR */
#define F4_CHANNEL     24u
#define F4_CHANNELS    8u
#define F4_CR_EN       (1u << 0)
#define F4_CR_DIR      (3u << 6)
#define F4_CR_CIRC     (1u << 8)
#define F4_CR_MINC     (1u << 10)
#define F4_MSIZE_SHIFT 13u

struct channel {
	uint32_t n;    /* values in the ring */
	uint32_t addr; /* in memory */
	uint32_t size; /* bytes of a value */
	bool minc;
};

static uint32_t reg(const struct chip *c, uint32_t addr)
{
	return get_le32((const uint8_t *)c->periph + (addr - PERIPH_BASE));
}

/* False: it does not run, or not in a circle from a peripheral to memory. */
static bool read_channel(const struct chip *c, unsigned int i, struct channel *ch)
{
	const bool f1 = c->line->family == FAMILY_F1;
	const uint32_t base = f1 ? F1_DMA1 + F1_CHANNEL * i : F4_DMA2 + F4_CHANNEL * i;
	const uint32_t cr = reg(c, base);
	const uint32_t wanted = f1 ? F1_CCR_EN | F1_CCR_CIRC : F4_CR_EN | F4_CR_CIRC;

	if ((cr & (wanted | (f1 ? F1_CCR_DIR : F4_CR_DIR))) != wanted)
		return false;
	ch->n = reg(c, base + 4) & 0xffff;
	ch->addr = reg(c, base + 12);
	ch->size = 1u << (cr >> (f1 ? F1_MSIZE_SHIFT : F4_MSIZE_SHIFT) & 3);
	ch->minc = cr & (f1 ? F1_CCR_MINC : F4_CR_MINC);
	return ch->n != 0 && ch->size <= 4;
}

static void store(struct chip *c, const struct channel *ch, uint64_t count)
{
	const uint32_t addr = ch->addr + (ch->minc ? (uint32_t)(count % ch->n) * ch->size : 0);

	if (addr >= RAM_BASE && addr - RAM_BASE <= c->part->ram_size - ch->size)
		mem_put(c->ram + (addr - RAM_BASE), ch->size, (uint32_t)count);
}

/* Values from..to-1; of more rounds than one only the last can be seen afterwards. */
static void run_channel(struct chip *c, const struct channel *ch, uint64_t from, uint64_t to)
{
	if (to - from > ch->n)
		from = to - ch->n;
	for (uint64_t count = from; count < to; count++)
		store(c, ch, count);
}

void dma_poll(struct chip *c)
{
	const unsigned int channels = c->line->family == FAMILY_F1 ? F1_CHANNELS : F4_CHANNELS;
	const uint64_t to = chip_now(c) / VALUE_NS;
	const uint64_t from = c->dma_count;
	bool wrote = false;

	c->dma_count = to;
	if (c->low_power != LOW_POWER_NONE || c->nrst_low || to <= from)
		return;
	for (unsigned int i = 0; i < channels; i++) {
		struct channel ch;

		if (!read_channel(c, i, &ch))
			continue;
		run_channel(c, &ch, from, to);
		wrote = true;
	}
	if (wrote)
		core_flush_fetch(&c->core);
}
