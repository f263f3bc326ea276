/* SPDX-License-Identifier: MIT */
/* What ST has put around the core, 0x40000000 and up. */
#ifndef VIRTUAL_CHIP_PERIPHERALS_H
#define VIRTUAL_CHIP_PERIPHERALS_H

#include "chip/bus.h"
#include "chip/reset.h"

#define PERIPH_BASE    0x40000000u
#define PERIPH_SIZE    0x30000u
#define AHB2_SIZE      0x2400u /* GPIOA to GPIOI */
#define IOPORT_SIZE    0x1800u
#define AHB4_SIZE      0x4000u
#define PERIPH_STORAGE (PERIPH_SIZE + AHB2_SIZE + IOPORT_SIZE + AHB4_SIZE)

struct rcc {
	uint32_t cr, cfgr, csr, pllcfgr;
	uint64_t hsi_ready_ns, hse_ready_ns, pll_ready_ns, lsi_ready_ns, msi_ready_ns;
};

struct iwdg {
	bool running, frozen;
	bool unlocked;
	uint32_t pr, rlr;
	uint64_t deadline_ns; /* while running */
	uint64_t left_ns;     /* while frozen */
	uint64_t pr_busy_ns, rlr_busy_ns;
};

struct wwdg {
	uint32_t cr, cfr, sr; /* cr: the counter as it was at since_ns */
	uint64_t since_ns;
	uint64_t tick_ns;
	bool frozen;
	bool warned; /* the counter is at 0x40 or below, and that was noticed */
};

struct dma {
	uint32_t channels;              /* bit n: the n-th runs, in a circle from a peripheral to memory */
	uint64_t adc_count, tim2_count; /* values that the two had so far */
	uint64_t tim2_since_ns;         /* the moment up to which the timer's time was counted */
	uint64_t tim2_left_ns;          /* counted since its last update */
};

/* peripherals.c: 0x40000000 and up */
bool periph_access(struct chip *c, struct access *a);
void periph_reset(struct chip *c);
void periph_boot(struct chip *c); /* the option bytes are loaded: SYSCFG shows what is booted from */
bool swd_pins_remapped(const struct chip *c);
/* Where a register that is nothing but storage is kept, and what it holds. */
uint8_t *periph_at(const struct chip *c, uint32_t addr);
uint32_t periph_word(const struct chip *c, uint32_t addr);
/* GPIO: set and reset registers act on ODR, inputs read what the port drives */
uint32_t gpio_cr_read(struct chip *c, uint32_t off);
void gpio_cr_write(struct chip *c, uint32_t off, uint32_t value);
uint32_t gpio_moder_read(struct chip *c, uint32_t off);
void gpio_moder_write(struct chip *c, uint32_t off, uint32_t value);

/* rcc.c */
uint32_t rcc_read(struct chip *c, uint32_t off);
void rcc_write(struct chip *c, uint32_t off, uint32_t value);
void rcc_reset(struct chip *c, enum reset_cause cause);
void rcc_after_stop(struct chip *c);
bool rcc_hsi_on(const struct chip *c);
uint32_t rcc_pclk1_hz(const struct chip *c);
uint32_t rcc_tim2_hz(const struct chip *c);
bool rcc_apb1_enabled(const struct chip *c, unsigned int bit);
void rcc_check_latency(struct chip *c);
/* SYSCLK, or what feeds it, changed: HCLK is so many Hz now. */
void rcc_set_hclk(struct chip *c, uint32_t hz);
uint32_t rcc_csr_read(const struct chip *c);
void rcc_csr_write(struct chip *c, uint32_t value);

/* rcc_tree.c: families whose layout has a clock tree */
uint32_t rcc_tree_read(struct chip *c, uint32_t off);
void rcc_tree_write(struct chip *c, uint32_t off, uint32_t value);
void rcc_tree_reset(struct chip *c);
void rcc_tree_after_stop(struct chip *c);

/* iwdg.c */
uint32_t iwdg_read(struct chip *c, uint32_t off);
void iwdg_write(struct chip *c, uint32_t off, uint32_t value);
bool iwdg_ignores(const struct chip *c, uint32_t addr, uint32_t value);
void iwdg_reset(struct chip *c, bool hardware_start);
void iwdg_poll(struct chip *c);
uint64_t iwdg_next_ns(const struct chip *c);

/* wwdg.c */
uint32_t wwdg_read(struct chip *c, uint32_t off);
void wwdg_write(struct chip *c, uint32_t off, uint32_t value);
void wwdg_reset(struct chip *c, bool hardware_start);
void wwdg_clock_changed(struct chip *c);
void wwdg_poll(struct chip *c);
uint64_t wwdg_next_ns(const struct chip *c);

/* dma.c */
uint32_t dma_read(struct chip *c, uint32_t off);
void dma_write(struct chip *c, uint32_t off, uint32_t value);
void dma_poll(struct chip *c);
void dma_reset(struct chip *c);
void dma_clock_changed(struct chip *c);
uint64_t dma_next_ns(const struct chip *c);

/* latch.c: a board that holds its own supply while the firmware wants it */
void latch_reset(struct chip *c);
void latch_poll(struct chip *c);
uint64_t latch_next_ns(const struct chip *c);

#endif
