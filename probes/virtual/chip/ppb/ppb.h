/* SPDX-License-Identifier: MIT */
/* The private peripheral bus, 0xe0000000 and up: what is ARM's around the core, and ST's DBGMCU. */
#ifndef VIRTUAL_CHIP_PPB_H
#define VIRTUAL_CHIP_PPB_H

#include "chip/bus.h"

struct systick {
	uint32_t csr, rvr;
	uint32_t value; /* CVR at the moment since */
	uint64_t since; /* running cycles, counted while the core is not in debug state */
};

struct scs {
	struct systick systick;
	uint32_t dcrdr;
	bool reset_sticky;     /* S_RESET_ST */
	uint32_t fp_regs[33];  /* S0 to S31, FPSCR: debugger's view only */
	uint32_t plain[0x400]; /* registers without an effect here, by word offset */
	uint32_t dwt[0x40], fpb[0x40];
	bool breakpoints;         /* of the FPB: at least one is in force */
	unsigned int watchpoints; /* of the DWT: WATCHES_... that are in force */
	uint64_t cyccnt_base;
};

struct dbgmcu {
	uint32_t cr, apb1_fz, apb2_fz;
};

bool ppb_access(struct chip *c, struct access *a);

/* scs.c, debug.c, systick.c */
uint32_t scs_read(struct chip *c, uint32_t off, enum master master);
void scs_write(struct chip *c, uint32_t off, uint32_t value, enum master master);
bool scs_write_bytes(struct chip *c, const struct access *a);
void scs_reset(struct chip *c);
uint32_t debug_read(struct chip *c, uint32_t off, enum master master);
void debug_write(struct chip *c, uint32_t off, uint32_t value, enum master master);
void debug_power_on(struct chip *c);
uint32_t debug_dhcsr(const struct chip *c);
uint32_t systick_read(struct chip *c, uint32_t off);
void systick_write(struct chip *c, uint32_t off, uint32_t value);
uint64_t systick_next_cycle(const struct chip *c);
void systick_poll(struct chip *c);
uint64_t running_cycles(const struct chip *c);

/* mpu.c: by offset in the system control space */
bool mpu_has(uint32_t off);
uint32_t mpu_read(const struct chip *c, uint32_t off);
void mpu_write(struct chip *c, uint32_t off, uint32_t value);

/* fpb.c; fpb_breaks: instead of the instruction at addr the core fetches a BKPT */
uint32_t fpb_read(const struct chip *c, uint32_t off);
void fpb_write(struct chip *c, uint32_t off, uint32_t value);
bool fpb_covers(const struct chip *c, uint32_t addr); /* there may be a breakpoint at addr */
bool fpb_breaks(const struct chip *c, uint32_t addr);

/* dwt.c; dwt_watch: the core does this, and may be stopped for it */
#define WATCHES_CODE (1u << 0)
#define WATCHES_DATA (1u << 1)
#define DEMCR_TRCENA (1u << 24)
enum watched { WATCHED_PC, WATCHED_READ, WATCHED_WRITE };
uint32_t dwt_read(struct chip *c, uint32_t off);
void dwt_write(struct chip *c, uint32_t off, uint32_t value);
void dwt_arm(struct chip *c); /* DEMCR has changed */
void dwt_watch(struct chip *c, uint32_t addr, unsigned int size, enum watched what);

/* dbgmcu.c: what stands still in debug state */
enum freezes { FREEZES_IWDG, FREEZES_WWDG, FREEZES_TIM2 };
#define DBG_SLEEP   (1u << 0)
#define DBG_STOP    (1u << 1)
#define DBG_STANDBY (1u << 2)
uint32_t dbgmcu_read(struct chip *c, uint32_t off, enum master master);
void dbgmcu_write(struct chip *c, uint32_t off, uint32_t value);
uint32_t dbgmcu_apb_read(struct chip *c, uint32_t off);
bool dbgmcu_frozen(const struct chip *c, enum freezes what);

#endif
