/* SPDX-License-Identifier: MIT */
/*
 * The flash interface as the rest of the chip sees it: operations in time, the
 * same for all (flash.c), and two controllers: fpec.c and sectors.c, whose
 * registers are in structs of their own. What differs between the families that
 * have one is a row of it, its variant.
 */
#ifndef VIRTUAL_CHIP_FLASH_H
#define VIRTUAL_CHIP_FLASH_H

#include "chip/bus.h"
#include "chip/chip.h"
#include "chip/reset.h"

#include <stdio.h>

/* What is seen at 0 (RM0008 3.4), numbered as in SYSCFG_MEMRMP of the F4 (RM0090 9.2.1) */
enum mem_mode { MEM_MODE_FLASH = 0, MEM_MODE_SYSTEM = 1, MEM_MODE_SRAM = 3 };

enum flash_op_kind { OP_PROGRAM, OP_ERASE, OP_MASS_ERASE, OP_OPTIONS };

#define BANK_1 1u
#define BANK_2 2u

struct flash_op {
	enum flash_op_kind kind;
	unsigned int banks; /* BANK_1 | BANK_2: where reading stalls */
	uint8_t *mem; /* what changes: len bytes become value, or erased; NULL: the controller does it in finish() */
	uint32_t len;
	uint64_t value;
	uint64_t start_ns, end_ns;
	/* Private to flash.c */
	bool active;
	bool committed;     /* contents changed already: a stalled access has seen the result */
	uint64_t end_cycle; /* end_ns in cycles of the present clock */
	uint64_t cut_ns;    /* a fault: supply or reset at this moment */
	bool cut_power;
};

/* What a report says of a controller */
struct flash_report {
	bool locked, options_locked;
	uint32_t sr, cr;
};

/* What is kept without power, as it comes into the chip and out of it: contents/ */
struct flash_contents {
	void (*factory)(struct chip *c); /* the option bytes */
	/* A line NAME = VALUE of a file with option bytes. False: there is none of that name, or no such value. */
	bool (*set)(struct chip *c, const char *name, uint32_t value);
	void (*print)(const struct chip *c, FILE *out);
	/* Option bytes as somebody else has left them. False: this part has no such value. */
	bool (*preset)(struct chip *c, enum chip_preset what, uint32_t value);
	void (*report)(const struct chip *c, struct flash_report *r);
	/* Members of the report that only this controller has, each with a comma behind it */
	void (*report_more)(const struct chip *c, FILE *out);
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
	/* Where bank 2 begins in the array; its size where there is one bank. */
	uint32_t (*bank2)(const struct chip *c);
	/* Which address is meant: banks may be swapped, or lie apart. NULL: as given. */
	uint32_t (*locate)(const struct chip *c, uint32_t addr);
	/* Wait states of a fetch; the latency that is set */
	uint32_t (*wait_states)(const struct chip *c);
	uint32_t (*latency)(const struct chip *c);
	/* The option bytes start the IWDG at every reset. */
	bool (*hardware_watchdog)(const struct chip *c);
	/* And the WWDG. NULL: never. */
	bool (*hardware_window_watchdog)(const struct chip *c);
	/* The operation was cut short, and what it had in memory is half done. NULL: that is all. */
	void (*tear)(struct chip *c, const struct flash_op *op);
	/* Read protection, as it is in force */
	unsigned int (*rdp_level)(const struct chip *c);
	/* The debug port is off for another reason than level 2. NULL: never. */
	bool (*debug_is_off)(const struct chip *c);
	/* RAM may be used by this access. NULL: always. */
	bool (*ram_is_open)(const struct chip *c, const struct access *a);
	/* What is read of a bank is what is there, all of it. NULL: always. */
	bool (*is_plain)(const struct chip *c);
	/* A store while the array is busy just waits, because a row is being filled. NULL: never. */
	bool (*takes_more)(const struct chip *c, uint32_t addr);
	/* What a reset starts, by the option bytes that are loaded. NULL: rom.c knows. */
	enum mem_mode (*boot_mode)(const struct chip *c);
	/* Option bytes that can be read at an address, but are not kept there. False: not this one. NULL: none. */
	bool (*option_copy)(const struct chip *c, uint32_t addr, uint32_t *value);
	/* A status register, and another read of it has no effect. */
	bool (*is_status)(const struct chip *c, uint32_t off);
	const struct flash_contents *contents;
};

/* FPEC: F1 (PM0075), F0 and F3 (flash-f0f3f2f7 fact sheet section 2) */
struct fpec_variant {
	uint32_t program_ns, erase_ns;
	uint8_t rdp_open;   /* RDP of level 0 */
	uint8_t user_shift; /* of USER in FLASH_OBR; Data0 and Data1 follow it */
	uint8_t irq;
	bool launches; /* CR.OBL_LAUNCH, without which only power-on loads the option bytes; level 2; closed level 1 */
};

/* Controller of F2, F4 and F7 (RM0090 3, flash-f0f3f2f7 fact sheet section 3) */
struct sectors_variant {
	uint32_t unit_kib;   /* of the first four sectors of a bank; then one of four units, then eight each */
	uint16_t mass_ms[4]; /* of 1 MiB, by PSIZE */
	uint32_t acr;        /* bits that exist */
	struct {
		uint32_t on, reset;
		const char *name; /* of the bit that resets it */
	} caches[2];              /* bits of FLASH_ACR */
	uint32_t data_cache;      /* the one that reading goes through */
	bool art;                 /* and that over the ITCM bus alone, fetches too */
	unsigned int snb_bits;
	bool has_errie;
	uint32_t optcr, optcr_bits;   /* as from the factory; bits that can be changed */
	uint32_t optcr1, optcr1_bits; /* bits 0: there is no such register */
	uint32_t optcr2, optcr2_bits;
	uint32_t copy;           /* where the option bytes can be read too */
	bool tears_to_level_1;   /* when OPTSTRT is cut short */
	bool erases_backup_sram; /* with RDP from level 1 to 0 */
};

/* --- the controller of L4, L4+, G0, G4, WB, WL, C0 and U0 (flash-l4g0g4 fact sheet) --- */

/* An option register, and what is stored of it; a row with off 0 ends a list. */
enum dword_option_kind {
	OPTION_PLAIN,
	OPTION_USER,        /* OPTR */
	OPTION_PCROP_START, /* of an area; its end is the next row */
	OPTION_PCROP_END,
	OPTION_WRP,
	OPTION_SECURE, /* SEC_SIZE of a bank, BOOT_LOCK */
	OPTION_CPU2,   /* SFR, which the radio's processor alone changes */
	OPTION_KEY,    /* write only; bank 1: a word of OEM1KEY, bank 2: of OEM2KEY */
	OPTION_KEYSR,  /* checksums of the two, which the chip works out */
};

struct dword_option {
	uint8_t off; /* from the controller's base */
	const char *name;
	uint32_t factory, bits; /* bits: that can be changed; the others stay as from the factory */
	enum dword_option_kind kind;
	uint8_t bank; /* 1 or 2 */
};

#define DWORD_OPTIONS 18u

/* How many banks a part of at least so many KiB has: two when the bit of OPTR is 1, or always, or never. */
#define ALWAYS_DUAL UINT32_MAX
#define NEVER_DUAL  0u

struct dword_banks {
	uint16_t kib;
	uint32_t bit;
};

struct dword_variant {
	uint32_t unit_ns, fast_ns, erase_ns, mass_ns; /* fast_ns: of a unit of a fast row */
	uint32_t row;                                 /* bytes */
	bool row_after_page_erase;                    /* fast rows go into the page that was erased last */
	uint32_t page, single_page;                   /* single_page: where it is one bank of two joined; 0: the same */
	uint8_t pnb_bits;
	uint32_t bker;                /* bit of CR; 0: one bank */
	struct dword_banks banks[3];  /* the first row that fits; none: one bank */
	uint32_t bank2_at;            /* bank 2 always begins so far behind bank 1; 0: right behind it */
	bool joins;                   /* one bank is two side by side in lines of 128 bits */
	bool wrp2_in_single;          /* and has all four areas of WRP then */
	uint32_t acr, acr_reset;      /* bits that exist */
	uint32_t data_cache;          /* bit of ACR that switches it on; 0: none */
	bool bsy2, cfgbsy, errors_rd; /* SR has BSY2, CFGBSY, RDERR */
	uint32_t sr_empty, acr_empty; /* PEMPTY of SR, EMPTY of ACR */
	uint32_t sec_prot;            /* bits of CR */
	bool optverr;                 /* set after every reset (errata of the WB: ES0394 2.2.9) */
	bool cpu2_is_in_charge;       /* pages from SFSA on belong to the radio's processor */
	uint32_t sfsa, fsd;           /* bits of SFR */
	uint8_t irq;
	struct {
		bool none;     /* no ECC, or none that shows */
		bool bytes;    /* ADDR_ECC counts bytes, else double words */
		uint32_t bank; /* bit that says bank 2; 0: bank 2 has a register of its own */
	} ecc;
	uint32_t pcrop_granule, pcrop_single; /* bytes; pcrop_single: of one bank of two joined, 0: the same */
	uint32_t sec_size, sec_size2;         /* fields of SECR, SEC1R, SEC2R */
	uint32_t boot_lock;                   /* bit of the first OPTION_SECURE */
	uint32_t optr_boot_lock;              /* or of OPTR */
	struct {
		uint32_t sel, nboot0, nboot1;
		bool sel_takes_bit; /* sel 1: nBOOT0 takes the place of the pin BOOT0; else sel 0 */
	} boot;
	uint32_t bfb2, nswap; /* bits of OPTR */
	uint32_t copy, copy2; /* where the option bytes of each bank can be read too */
	const struct dword_option *options;
};

extern const struct flash_ctl dword_ctl;
extern const struct flash_contents dword_contents;
extern const struct flash_ctl fpec_ctl;
extern const struct flash_ctl sectors_ctl;
extern const struct flash_contents fpec_contents;
extern const struct flash_contents sectors_contents;

/* PM0075 2.3.1, RM0090 3.5.1: two keys open a lock, anything else shuts it until reset. */
struct key_lock {
	bool open;
	bool half; /* the first key was right */
	bool dead; /* until reset */
};

/* False: wrong key, bus error. */
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
	unsigned int rdp_level;
	bool empty; /* the first word of flash was blank then */
	struct key_lock option_lock;
};

struct sectors {
	uint32_t acr, cr, sr;
	struct key_lock lock, option_lock;
	uint32_t optcr, optcr1, optcr2;    /* registers */
	uint32_t stored, stored1, stored2; /* non-volatile */
	unsigned int rdp_level;            /* in force */
	bool stale_cache;                  /* contents changed while the data cache was on */
};

/* A double word that is not as it looks */
#define UNIT_FF     (1u << 0) /* programmed, with ones */
#define UNIT_TORN   (1u << 1) /* its ECC does not fit */
#define UNIT_CACHED (1u << 2) /* what was there is in the data cache */
#define UNIT_STALE  (1u << 3) /* and is no longer there */

struct dword {
	uint32_t acr, cr, sr;
	uint32_t eccr[2];
	struct key_lock lock, option_lock;
	uint32_t reg[DWORD_OPTIONS];      /* the registers */
	uint32_t stored[DWORD_OPTIONS];   /* non-volatile */
	uint32_t in_force[DWORD_OPTIONS]; /* what the chip obeys */
	bool options_torn;                /* value and complement disagree */
	bool order_is_dual;               /* contents lie as two banks */
	unsigned int rdp_level;
	uint32_t key_locks; /* SR_OEM1LOCK and SR_OEM2LOCK */
	bool empty;
	bool caches;     /* the data cache holds something */
	bool debug_off;  /* ACR.DBG_SWEN was cleared */
	uint32_t secure; /* bits of CR: SEC_PROT, until reset */
	uint8_t *units;  /* flags of each double word: UNIT_... */
	uint32_t n_torn, n_ff;
	/* The first half of a double word waits for the second. */
	bool half;
	uint32_t half_addr, half_value;
	/* A row that is programmed fast */
	struct {
		bool on;
		uint32_t next;     /* address of the next double word; 0: a row begins */
		uint64_t due_ns;   /* until when it must come */
		uint64_t since_ns; /* FSTPG was set */
	} fast;
	unsigned int mass_erased; /* banks in which nothing was programmed since */
	uint32_t erased_page;     /* offset of the page erased last; UINT32_MAX: none */
};

void flash_begin(struct chip *c, const struct flash_op *what, uint64_t duration_ns);
void flash_poll(struct chip *c);
bool flash_busy(const struct chip *c, unsigned int banks);
/* BANK_1 or BANK_2, of an address that was located */
unsigned int flash_bank_of(const struct chip *c, uint32_t addr);
/* Two banks lie side by side in lines: what was one after the other is every second half of a line, or the reverse. */
void flash_interleave(struct chip *c, uint8_t *mem, uint32_t size, uint32_t half_line, bool to_dual);
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

/* A word of the one-time programmable bytes as a line "otpN = VALUE"; sectors_contents.c */
bool otp_set(struct chip *c, const char *name, uint32_t value);
void otp_print(const struct chip *c, FILE *out);

/* fpec_options.c, sectors_options.c: as the factory leaves them */
void fpec_factory_options(struct chip *c);
void sectors_factory_options(struct chip *c);
#endif
