/* SPDX-License-Identifier: MIT */
/*
 * What the files of this room share: the state of the chip, and the seams
 * between bus, core surroundings, clocks, watchdog and flash controllers.
 * A file's own registers are in its own struct; only it changes them.
 */
#ifndef VIRTUAL_CHIP_INTERNAL_H
#define VIRTUAL_CHIP_INTERNAL_H

#include "chip/chip.h"
#include "core/core.h"

#include "base/bytes.h"

#define NEVER UINT64_MAX

#define FLASH_BASE 0x08000000u
#define RAM_BASE   0x20000000u

enum family { FAMILY_F1, FAMILY_F4 };

struct area {
	uint32_t base;
	uint32_t size;
};

#define LINE_XL        (1u << 0) /* F1: second bank from 0x08080000 with registers of its own */
#define LINE_CL        (1u << 1) /* F105, F107: other PLL */
#define LINE_VALUE     (1u << 2) /* F100: 24 MHz, no wait states */
#define LINE_DUAL_BANK (1u << 3) /* F42x, F43x, F469, F479 */
#define LINE_WRP15     (1u << 4) /* F413: OPTCR has 15 nWRP bits */
#define LINE_MPU       (1u << 5)
#define LINE_FSMC      (1u << 6)
#define LINE_PCROP     (1u << 7) /* F4: OPTCR.SPRMOD and FLASH_SR.RDERR exist */

/* What the parts of one DBGMCU id have in common. */
struct line {
	enum family family;
	uint32_t page_size; /* F1 */
	struct area system; /* boot loader ROM */
	uint32_t ccm_size;  /* F4, at 0x10000000 */
	uint32_t max_hz;    /* of HCLK */
	uint32_t traits;
};

enum master { MASTER_CORE, MASTER_DEBUG };

/* One access on the bus. addr is aligned to size; value is in or out. */
struct access {
	enum master master;
	bool write;
	bool fetch;
	unsigned int size;
	uint32_t addr;
	uint32_t value;
};

enum reset_cause { RESET_POWER, RESET_PIN, RESET_SOFTWARE, RESET_WATCHDOG, RESET_STANDBY };

/* --- flash operations, the same for both families (flash.c) --------------- */

enum flash_op_kind { OP_PROGRAM, OP_ERASE, OP_MASS_ERASE, OP_OPTIONS };

#define BANK_1 1u
#define BANK_2 2u

struct flash_op {
	enum flash_op_kind kind;
	unsigned int banks; /* BANK_1 | BANK_2: where reading stalls */
	uint8_t *mem; /* what changes: len bytes become value, or erased; NULL: the controller does it in finish() */
	uint32_t len;
	uint32_t value;
	uint64_t start_ns, end_ns;
	/* Private to flash.c */
	bool active;
	bool committed;     /* contents changed already: a stalled access has seen the result */
	uint64_t end_cycle; /* end_ns in cycles of the present clock */
	uint64_t cut_ns;    /* a fault: supply or reset at this moment */
	bool cut_power;
};

/* A flash controller as the bus sees it. */
struct flash_ctl {
	void (*reset)(struct chip *c, enum reset_cause cause);
	uint32_t (*read)(struct chip *c, uint32_t off, enum master master);
	bool (*write)(struct chip *c, uint32_t off, uint32_t value, enum master master);
	/* A write to the array, the option bytes or OTP. False: bus error. */
	bool (*store)(struct chip *c, const struct access *a);
	/* The operation is over and its contents are in place. */
	void (*finish)(struct chip *c, const struct flash_op *op);
	/* Flash may be read by this access, as far as protection goes. */
	bool (*readable)(struct chip *c, const struct access *a);
	/* A read of the array is answered, but not with what is there. NULL: never. */
	bool (*conceals)(struct chip *c, const struct access *a);
	unsigned int (*bank_of)(const struct chip *c, uint32_t addr);
	/* Wait states of a fetch */
	uint32_t (*wait_states)(const struct chip *c);
	/* The option bytes start the IWDG at every reset. */
	bool (*hardware_watchdog)(const struct chip *c);
};

extern const struct flash_ctl fpec_ctl;
extern const struct flash_ctl sectors_ctl;

/* PM0075 2.3.1, RM0090 3.5.1: two keys open a lock, anything else shuts it until reset. */
struct key_lock {
	bool open;
	bool half; /* the first key was right */
	bool dead; /* until reset */
};

/* False: wrong key, bus error. who names the register in anomalies. */
bool key_write(struct key_lock *lock, uint32_t value, uint32_t key1, uint32_t key2);

struct fpec_bank {
	uint32_t cr, sr, ar;
	struct key_lock lock;
	uint64_t strt_at; /* instruction count of the core when STRT was written */
	bool strt_fresh;
};

struct fpec {
	struct fpec_bank bank[2];
	uint32_t acr;
	uint32_t obr, wrpr; /* loaded from the option bytes */
	struct key_lock option_lock;
};

struct sectors {
	uint32_t acr, cr, sr;
	struct key_lock lock, option_lock;
	uint32_t optcr, optcr1;   /* registers */
	uint32_t stored, stored1; /* non-volatile */
	unsigned int rdp_level;   /* in force */
	bool stale_cache;         /* contents changed while the data cache was on */
};

/* --- the rest of the chip --------------------------------------------------- */

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
	uint64_t cyccnt_base;
};

struct rcc {
	uint32_t cr, cfgr, csr, pllcfgr;
	uint64_t hsi_ready_ns, hse_ready_ns, pll_ready_ns, lsi_ready_ns;
};

struct iwdg {
	bool running, frozen;
	bool unlocked;
	uint32_t pr, rlr;
	uint64_t deadline_ns; /* while running */
	uint64_t left_ns;     /* while frozen */
	uint64_t pr_busy_ns, rlr_busy_ns;
};

struct dbgmcu {
	uint32_t cr, apb1_fz, apb2_fz;
};

enum low_power { LOW_POWER_NONE, LOW_POWER_STOP, LOW_POWER_STANDBY };

#define PERIPH_BASE 0x40000000u
#define PERIPH_SIZE 0x30000u

#define MAX_INFO_SIZE 0x8000u

struct chip {
	const struct part *part;
	const struct line *line;
	struct monitor *mon;
	struct chip_faults faults;
	struct core core;
	const struct flash_ctl *ctl;
	uint32_t ctl_base; /* of its registers */

	/* Time: base_cycles happened at base_ns, since then the core's clock is hclk_hz */
	uint64_t base_ns, base_cycles;
	uint32_t hclk_hz;
	uint64_t debug_cycles; /* spent in debug state */
	uint64_t stall_until;  /* cycle at which the core's access to busy flash is answered */
	uint64_t reset_at_instruction;

	bool powered;
	bool debug_powered;
	bool nrst_low;
	bool intrusion; /* a debugger has used the bus since power-on: read protection looks at it */
	enum low_power low_power;
	bool reset_wanted, vectreset_wanted;
	uint64_t n_resets;
	uint64_t n_instructions_seen;

	uint8_t *flash, *ram, *ccm;
	bool flash_is_file;          /* flash is a mapping of its file: chip_live() */
	uint8_t info[MAX_INFO_SIZE]; /* system memory, OTP, ids; on F1 the option bytes too */
	struct area info_area;
	uint32_t *periph; /* registers that are nothing but storage here */

	struct flash_op op[2];
	uint64_t n_operations;
	uint64_t busy_until; /* cycle; 0 when idle */

	struct fpec fpec;
	struct sectors sectors;
	struct scs scs;
	struct rcc rcc;
	struct iwdg iwdg;
	struct dbgmcu dbgmcu;
	uint64_t dma_count; /* values that the peripherals had so far */
};

/* chip.c: time */
uint64_t chip_now(const struct chip *c);
uint64_t chip_cycle_at(const struct chip *c, uint64_t ns);
void chip_set_hclk(struct chip *c, uint32_t hz);

/* storage.c */
void chip_free_flash(struct chip *c);

/* bus.c */
bool bus_access(struct chip *c, struct access *a);
bool bus_is_flash(const struct chip *c, uint32_t addr);
uint32_t bus_unalias(const struct chip *c, uint32_t addr);
void bus_connect(struct chip *c);
uint8_t *info_at(struct chip *c, uint32_t addr);
static inline uint32_t mem_get(const uint8_t *p, unsigned int size)
{
	return size == 4 ? get_le32(p) : size == 2 ? get_le16(p) : *p;
}
static inline void mem_put(uint8_t *p, unsigned int size, uint32_t value)
{
	if (size == 4)
		put_le32(p, value);
	else if (size == 2)
		put_le16(p, (uint16_t)value);
	else
		*p = (uint8_t)value;
}

/* peripherals.c: 0x40000000 and up */
bool periph_access(struct chip *c, struct access *a);
void periph_reset(struct chip *c);
bool swd_pins_remapped(const struct chip *c);

/* ppb.c: 0xe0000000 and up */
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

/* reset.c */
void chip_reset(struct chip *c, enum reset_cause cause);
void chip_core_reset(struct chip *c);
void chip_fall_asleep(struct chip *c);
void chip_wake(struct chip *c);
void chip_power_off(struct chip *c);
void chip_note_intrusion(struct chip *c);

/* rcc.c */
uint32_t rcc_read(struct chip *c, uint32_t off);
void rcc_write(struct chip *c, uint32_t off, uint32_t value);
void rcc_reset(struct chip *c, enum reset_cause cause);
void rcc_after_stop(struct chip *c);
bool rcc_hsi_on(const struct chip *c);
void rcc_check_latency(struct chip *c);

/* iwdg.c */
uint32_t iwdg_read(struct chip *c, uint32_t off);
void iwdg_write(struct chip *c, uint32_t off, uint32_t value);
void iwdg_reset(struct chip *c, bool hardware_start);
void iwdg_poll(struct chip *c);
uint64_t iwdg_next_ns(const struct chip *c);

/* dma.c */
void dma_poll(struct chip *c);

/* dbgmcu.c */
#define DBG_SLEEP   (1u << 0)
#define DBG_STOP    (1u << 1)
#define DBG_STANDBY (1u << 2)
uint32_t dbgmcu_read(struct chip *c, uint32_t off, enum master master);
void dbgmcu_write(struct chip *c, uint32_t off, uint32_t value);
bool dbgmcu_iwdg_frozen(const struct chip *c);

/* flash.c */
void flash_begin(struct chip *c, const struct flash_op *what, uint64_t duration_ns);
void flash_poll(struct chip *c);
bool flash_busy(const struct chip *c, unsigned int banks);
/* Cycle at which an access to addr is answered, 0: now. */
uint64_t flash_stall(struct chip *c, uint32_t addr);
uint64_t flash_next_ns(const struct chip *c);
/* A stalled access goes through: what is being done is done, though its time runs on. */
void flash_commit_early(struct chip *c, unsigned int banks);
/* End it now, for what the core queued behind it. Returns when it would have ended. */
uint64_t flash_finish_early(struct chip *c, unsigned int banks);
void flash_abort(struct chip *c);
void flash_clock_changed(struct chip *c);
void flash_handle_cut(struct chip *c);

/* fpec_options.c, sectors_options.c: as the factory leaves them */
void fpec_factory_options(struct chip *c);
void sectors_factory_options(struct chip *c);
/* The read-only copy of OPTCR at 0x1fffc000. False: nothing there. */
bool sectors_option_copy(const struct chip *c, uint32_t addr, uint32_t *value);

#endif
