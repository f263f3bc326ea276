/* SPDX-License-Identifier: MIT */
/*
 * The state of the chip, for all its rooms: flash, ppb, peripherals, contents.
 * A file's own registers are in its own struct; only it changes them. What a
 * room does for the others is in its header.
 */
#ifndef VIRTUAL_CHIP_INTERNAL_H
#define VIRTUAL_CHIP_INTERNAL_H

#include "chip/chip.h"
#include "chip/families/family.h"
#include "chip/flash/flash.h"
#include "chip/peripherals/peripherals.h"
#include "chip/ppb/cache.h"
#include "chip/ppb/ppb.h"
#include "core/core.h"

#define NEVER UINT64_MAX

#define MAX_INFO_SIZE 0x10000u

struct chip {
	const struct part *part;
	const struct line *line;
	struct monitor *mon;
	struct chip_faults faults;
	struct core core;
	const struct family *family;
	const struct flash_ctl *ctl;

	/* Time: base_cycles happened at base_ns, since then the core's clock is hclk_hz */
	uint64_t base_ns, base_cycles;
	uint32_t hclk_hz;
	uint64_t debug_cycles; /* spent in debug state */
	uint64_t stall_until;  /* cycle at which the core's access to busy flash is answered */
	uint64_t reset_at_instruction;

	bool powered;
	bool debug_powered;
	bool nrst_low;
	bool flash_stored; /* M7: code began something in flash, and there was no DSB since barriers_then */
	uint64_t barriers_then;
	bool debugger_caches; /* the debugger's accesses are cacheable */
	bool intrusion;       /* a debugger has used the bus since power-on: read protection looks at it */
	enum low_power low_power;
	enum mem_mode boot_mode; /* what the pins and option bytes said at the last reset */
	bool reset_wanted, vectreset_wanted, launch_wanted;
	unsigned int n_launches;
	uint64_t n_resets;
	uint64_t n_starts; /* times that a program in flash began to run after a reset */
	bool started;
	uint64_t n_instructions_seen;

	uint8_t *flash, *ram, *extra;
	bool flash_is_file;          /* flash is a mapping of its file: chip_live() */
	uint8_t info[MAX_INFO_SIZE]; /* system memory, OTP, ids; option bytes where they lie there */
	struct area info_area;
	uint8_t *periph; /* registers that are nothing but storage here: periph_word() */

	struct flash_op op[2];
	uint64_t n_operations;
	uint64_t busy_until; /* cycle; 0 when idle */

	struct fpec fpec;
	struct sectors sectors;
	struct dword dword;
	struct scs scs;
	struct l1 l1;
	struct rcc rcc;
	struct iwdg iwdg;
	struct dbgmcu dbgmcu;
	struct wwdg wwdg;
	struct dma dma;
	uint64_t latch_deadline_ns; /* the supply goes then; NEVER: it is held, or is not the firmware's to hold */
};

/* chip.c: time */
uint64_t chip_now(const struct chip *c);
uint64_t chip_cycle_at(const struct chip *c, uint64_t ns);
void chip_set_hclk(struct chip *c, uint32_t hz);

/* contents/storage.c */
void chip_free_flash(struct chip *c);

/* contents/firmware.c: a program, and what it is to know of the part */
void firmware_load(struct chip *c, uint32_t offset, const uint8_t *code, size_t size);
void firmware_load_habit(struct chip *c, uint32_t offset, uint32_t number);

/* contents/rom.c; rom_boot_mode: what a reset starts, now that the option bytes are loaded */
void rom_fill(struct chip *c);
enum mem_mode rom_boot_mode(struct chip *c);

#endif
