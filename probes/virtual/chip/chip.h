/* SPDX-License-Identifier: MIT */
/*
 * A simulated STM32: core, system control space, bus, memories, RCC,
 * watchdogs, DBGMCU, flash controller, option bytes, reset and power. The debug
 * port in front of it is the probe's (probe/dap.c); this header is what lies
 * between them.
 */
#ifndef VIRTUAL_CHIP_H
#define VIRTUAL_CHIP_H

#include "monitor.h"

struct chip;
struct line;

/* A part that can be ordered by name: "stm32f103c8". One row each. */
struct part {
	const char *name;
	const char *line; /* "STM32F103 medium density" */
	uint16_t dev_id;
	uint16_t rev_id;
	uint32_t flash_size; /* bytes */
	uint32_t ram_size;   /* bytes at 0x20000000 */
	uint32_t dpidr;
	uint32_t cpuid;
	uint32_t ap_idr;
	const struct line *traits; /* what its line has in common; of interest to the chip's own files only */
	uint16_t size_word;        /* what the flash size register says, KiB: not always the truth */
};

/* The i-th, from 0; NULL behind the last. */
const struct part *part_at(unsigned int i);

/* By name, case-insensitive; longer order codes ("STM32F103C8T6") match too. NULL when unknown. */
const struct part *part_find(const char *name);

/* Result of an access by the debugger through the AHB-AP. */
enum ahb_result {
	AHB_OK,
	AHB_FAULT, /* the bus answered with an error: STICKYERR */
	AHB_WAIT,  /* stalled for longer than ahb_patience_us: the probe gives up with AP_WAIT; a write was not made */
};

/* Things that are not as they should be; set before power-on or in the middle of a run. */
struct chip_faults {
	bool no_power;
	bool nrst_not_wired;      /* DRIVE_NRST does nothing */
	bool swd_off_by_firmware; /* the pins are remapped some instructions after reset */
	uint32_t swd_off_after;   /* that many instructions */
	uint32_t bad_cell;        /* address of a half-word or word that programs wrong, 0: none */
	bool stuck_busy;          /* the next flash operation never ends; cleared when it has begun */
	uint64_t power_lost_at;   /* number (from 1) of the flash operation in which the supply fails, 0: never */
	uint64_t reset_at;        /* number (from 1) of the flash operation in which the chip is reset, 0: never */
	uint32_t vdd_mv;          /* supply, which limits PSIZE on an F4; 0: 3300 */
	uint32_t hse_hz;          /* the crystal that is fitted, 0: none, HSERDY never comes */
	bool no_pll;              /* PLLRDY never comes */
	bool torn_faults;   /* a double word of an L4, G0 or the like whose ECC does not fit is a bus error, no NMI */
	bool torn_is_quiet; /* nor is it an NMI when a debugger reads it */
	bool mirrored;      /* behind the end of flash it comes once more, instead of a bus error */
	bool hides_locks;   /* LOCK, OPTLOCK, OEM1LOCK and OEM2LOCK read 0, OPTWRE 1, though the flash is locked */
	bool no_rcc;        /* nothing answers at the addresses of the RCC */
	bool no_iwdg;       /* nor at those of the IWDG */
	bool no_dbgmcu;     /* nor at those of DBGMCU, but for IDCODE */
	bool forgets_debug; /* a system reset clears C_DEBUGEN and DEMCR too */
	bool no_ram_exec;   /* nothing in RAM can be executed: a fetch there is a bus error */
	uint32_t ahb_patience_us; /* how long the probe lets the bus hold up an access; 0: 8000 */
	uint32_t latch_ms;        /* the board gives up its supply when PB0 was not driven high for so long; 0: never */
	bool boot0;               /* the BOOT0 pin is high: the ROM is mapped at 0 and runs after reset */
	bool boot1;               /* BOOT1 as well: SRAM is mapped at 0, and its program runs */
};

/* A chip without power. mon outlives it. NULL when out of memory. */
struct chip *chip_new(const struct part *part, struct monitor *mon);
void chip_free(struct chip *chip);

const struct part *chip_part(const struct chip *chip);
struct chip_faults *chip_faults(struct chip *chip);

/* Power-on reset; takes the current contents of flash and option bytes. */
void chip_power(struct chip *chip, bool on);

/* Powered: not switched off, not lost in the middle of a flash operation. */
bool chip_powered(const struct chip *chip);

/*
 * Flash contents and option bytes kept in a file. Loading: a file of exactly
 * the flash size or shorter (the rest is erased) is the content; option bytes
 * are kept beside it in FILE.options (lines NAME = VALUE, storage.c has the
 * names) and are the factory values when that does not exist. A file that is
 * longer than the flash is -EFBIG, a line that is not understood -EINVAL.
 * 0 or -errno.
 */
int chip_load(struct chip *chip, const char *file);
int chip_save(const struct chip *chip, const char *file);

/*
 * From now on the file is the flash itself: whatever ends this program, even
 * SIGKILL, leaves in it what the chip would hold. Option bytes are not part of
 * it. 0 or -errno.
 */
int chip_live(struct chip *chip, const char *file);

/* Factory option bytes, and the demo firmware in an otherwise erased flash: what chip_new() does. */
void chip_factory(struct chip *chip);

/*
 * Firmware with a habit in an otherwise erased flash, and the board that goes
 * with it. False: there is none of that name, or the part lacks what it needs.
 * chip_habit_name() lists them from 0; NULL ends the list.
 */
bool chip_habit(struct chip *chip, const char *name);
const char *chip_habit_name(unsigned int n);
const char *chip_habit_help(unsigned int n); /* what it does, of one that has a name */

/* Option bytes that the part comes with; they count from the next power-on. */
enum chip_preset {
	PRESET_RDP_LEVEL,         /* 0, 1; 2 but on an F1 */
	PRESET_WRP,               /* bit n: the n-th page group or sector is write-protected */
	PRESET_PCROP,             /* bit n: the n-th sector cannot be read: F72x; F4 but for the F405/407/415/417 */
	PRESET_HARDWARE_WATCHDOG, /* 1: the IWDG starts by itself */
	PRESET_BOOT_BANK_2,       /* 1: by BFB2; lines with two banks only */
	PRESET_BANKS,             /* 1 or 2: nDBANK of an F76x, F77x; DB1M of an F42x or F46x with 1 MiB */
};

/* False: this part has no such value. */
bool chip_preset(struct chip *chip, enum chip_preset what, uint32_t value);

/* Direct access to the array for tests and demo contents, without time or rules. */
uint8_t *chip_flash(struct chip *chip);

/* Let the chip catch up with the virtual clock (the core runs, flash finishes, watchdogs bite). */
void chip_sync(struct chip *chip);

/* How long the operation of the flash that ends last will still take; 0: none, or one that never ends. */
uint64_t chip_flash_left_ns(const struct chip *chip);

/* SWD pins answer: powered, not remapped, not in Stop or Standby without the debug bits. */
bool chip_swd_answers(struct chip *chip);

/* The pin, as the probe drives it. */
void chip_nrst(struct chip *chip, bool low);

/*
 * Debugger access at the present moment of the clock, size 1, 2 or 4, addr
 * aligned. Stalls on busy flash let the clock advance (SPENT_STALL).
 */
enum ahb_result chip_ahb_read(struct chip *chip, uint32_t addr, unsigned int size, uint32_t *value);
enum ahb_result chip_ahb_write(struct chip *chip, uint32_t addr, unsigned int size, uint32_t value);

/* Of the AHB-AP: where the ROM table is, and the address bits that TAR counts. */
uint32_t chip_rom_table(const struct chip *chip);
uint32_t chip_tar_bits(const struct chip *chip);

/* HPROT of the accesses to come, as CSW has it: bit 27 cacheable. */
void chip_ahb_prot(struct chip *chip, uint32_t csw);

/* CDBGPWRUPREQ went away or came: debug logic is held in reset without it only by power. */
void chip_debug_power(struct chip *chip, bool up);

/* What a test wants to know at the end, into a JSON object's members ("\"dhcsr\": 0, ..."), without braces. */
void chip_report(struct chip *chip, FILE *out);

#endif
