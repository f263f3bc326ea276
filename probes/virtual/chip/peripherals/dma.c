/* SPDX-License-Identifier: MIT */
/*
 * DMA that somebody left running: channels in circular mode from a peripheral
 * to memory go on whatever the core does, in debug state too, and only a reset
 * ends them (RM0008 13, RM0090 10). What they bring is a number that counts.
 * The update event of TIM2 asks for one when TIM2 is set up so (and stands still
 * in debug state when DBGMCU says so); any other peripheral is taken to have a
 * new value every 10 us. Nothing else of a DMA controller is modelled: other
 * transfers never begin.
 */
#include "chip/internal.h"

#define VALUE_NS 10000u
#define LOOK_NS  (10 * VALUE_NS) /* how far memory may lag behind, for the sake of speed */

#define F1_FIRST       0x08u /* CCR1, then CNDTR1, CPAR1, CMAR1 */
#define F1_CHANNEL     20u
#define F1_CHANNELS    7u
#define F1_CCR_EN      (1u << 0)
#define F1_CCR_DIR     (1u << 4)
#define F1_CCR_CIRC    (1u << 5)
#define F1_CCR_MINC    (1u << 7)
#define F1_MSIZE_SHIFT 10u
#define F1_TIM2        1u /* channel 2 (RM0008 table 78) */

#define F4_FIRST       0x10u /* S0CR, S0NDTR, S0PAR, S0M0AR */
#define F4_DMA2        0x400u
#define F4_CHANNEL     24u
#define F4_CHANNELS    8u
#define F4_CR_EN       (1u << 0)
#define F4_CR_DIR      (3u << 6)
#define F4_CR_CIRC     (1u << 8)
#define F4_CR_MINC     (1u << 10)
#define F4_MSIZE_SHIFT 13u
#define F4_CHSEL_SHIFT 25u
#define F4_TIM2        1u /* DMA1 stream 1, channel 3 (RM0090 table 42) */
#define F4_TIM2_CHSEL  3u

/* TIM2 (RM0008 15.4, RM0090 18.4) */
#define TIM2_CR1   0x40000000u
#define TIM2_DIER  0x4000000cu
#define TIM2_PSC   0x40000028u
#define TIM2_ARR   0x4000002cu
#define CR1_CEN    (1u << 0)
#define DIER_UDE   (1u << 8)
#define ENR_TIM2EN 0u

struct channel {
	uint32_t n;    /* values in the ring */
	uint32_t addr; /* in memory */
	uint32_t size; /* bytes of a value */
	bool minc;
	bool from_tim2;
};

/* False: it does not run, or not in a circle from a peripheral to memory. Streams of the F4's DMA2 follow DMA1's. */
static bool read_channel(const struct chip *c, unsigned int i, struct channel *ch)
{
	const bool f1 = !c->family->dma_streams;
	const uint32_t stream = F4_FIRST + (i < F4_CHANNELS ? 0 : F4_DMA2) + F4_CHANNEL * (i % F4_CHANNELS);
	const uint32_t base = c->family->dma_base + (f1 ? F1_FIRST + F1_CHANNEL * i : stream);
	const uint32_t cr = periph_word(c, base);
	const uint32_t wanted = f1 ? F1_CCR_EN | F1_CCR_CIRC : F4_CR_EN | F4_CR_CIRC;

	if ((cr & (wanted | (f1 ? F1_CCR_DIR : F4_CR_DIR))) != wanted)
		return false;
	ch->n = periph_word(c, base + 4) & 0xffff;
	ch->addr = periph_word(c, base + 12);
	ch->size = 1u << (cr >> (f1 ? F1_MSIZE_SHIFT : F4_MSIZE_SHIFT) & 3);
	ch->minc = cr & (f1 ? F1_CCR_MINC : F4_CR_MINC);
	ch->from_tim2 = f1 ? i == F1_TIM2 : i == F4_TIM2 && (cr >> F4_CHSEL_SHIFT & 7) == F4_TIM2_CHSEL;
	return ch->n != 0 && ch->size <= 4;
}

static unsigned int n_channels(const struct chip *c)
{
	return c->family->dma_streams ? 2 * F4_CHANNELS : F1_CHANNELS;
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

/* --- who asks, and when ---------------------------------------------------------------- */

/* Between two updates of TIM2; 0: it asks for nothing. */
static uint64_t tim2_period_ns(const struct chip *c)
{
	const uint64_t cycles =
		(uint64_t)((periph_word(c, TIM2_PSC) & 0xffff) + 1) * ((uint64_t)periph_word(c, TIM2_ARR) + 1);

	if (!rcc_apb1_enabled(c, ENR_TIM2EN) || !(periph_word(c, TIM2_CR1) & CR1_CEN) ||
	    !(periph_word(c, TIM2_DIER) & DIER_UDE))
		return 0;
	return cycles < UINT32_MAX ? cycles * 1000000000u / rcc_tim2_hz(c) : 0;
}

static void count_tim2(struct chip *c)
{
	const uint64_t now = chip_now(c), period = tim2_period_ns(c);

	if (period && !dbgmcu_frozen(c, FREEZES_TIM2)) {
		c->dma.tim2_left_ns += now - c->dma.tim2_since_ns;
		c->dma.tim2_count += c->dma.tim2_left_ns / period;
		c->dma.tim2_left_ns %= period;
	}
	c->dma.tim2_since_ns = now;
}

void dma_clock_changed(struct chip *c)
{
	count_tim2(c);
}

static void begin_counting(struct chip *c)
{
	c->dma.adc_count = chip_now(c) / VALUE_NS;
	c->dma.tim2_since_ns = chip_now(c);
}

void dma_reset(struct chip *c)
{
	c->dma = (struct dma){ 0 };
	begin_counting(c);
}

static bool is_still(const struct chip *c)
{
	return c->low_power != LOW_POWER_NONE || c->nrst_low;
}

void dma_poll(struct chip *c)
{
	const struct dma then = c->dma;
	bool wrote = false;

	if (!c->dma.channels)
		return;
	if (is_still(c)) {
		begin_counting(c);
		return;
	}
	c->dma.adc_count = chip_now(c) / VALUE_NS;
	count_tim2(c);
	if (c->dma.adc_count == then.adc_count && c->dma.tim2_count == then.tim2_count)
		return;
	for (unsigned int i = 0; i < n_channels(c); i++) {
		struct channel ch;

		if (!(c->dma.channels >> i & 1) || !read_channel(c, i, &ch))
			continue;
		if (ch.from_tim2)
			run_channel(c, &ch, then.tim2_count, c->dma.tim2_count);
		else
			run_channel(c, &ch, then.adc_count, c->dma.adc_count);
		wrote = true;
	}
	if (wrote)
		core_flush_fetch(&c->core);
}

uint64_t dma_next_ns(const struct chip *c)
{
	uint64_t next = NEVER;

	if (!c->dma.channels || is_still(c))
		return NEVER;
	for (unsigned int i = 0; i < n_channels(c); i++) {
		struct channel ch;

		if (!(c->dma.channels >> i & 1) || !read_channel(c, i, &ch))
			continue;
		if (!ch.from_tim2)
			return chip_now(c) + LOOK_NS;
		if (tim2_period_ns(c) && !dbgmcu_frozen(c, FREEZES_TIM2))
			next = c->dma.tim2_since_ns + tim2_period_ns(c) - c->dma.tim2_left_ns;
	}
	return next;
}

/* --- registers: which channels there are is looked up when one was written ------------------ */

uint32_t dma_read(struct chip *c, uint32_t off)
{
	return periph_word(c, c->family->dma_base + off);
}

void dma_write(struct chip *c, uint32_t off, uint32_t value)
{
	dma_poll(c);
	put_le32(periph_at(c, c->family->dma_base + off), value);
	if (!c->dma.channels)
		begin_counting(c);
	c->dma.channels = 0;
	for (unsigned int i = 0; i < n_channels(c); i++) {
		struct channel ch;

		c->dma.channels |= (uint32_t)read_channel(c, i, &ch) << i;
	}
	core_break_off(&c->core);
}
