/* SPDX-License-Identifier: MIT */
#include "flash/boot.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "flash/options/options.h"

/* The first two words of a vector table: stack pointer and reset vector (ARMv7-M ARM B1.5.3). */
#define VECTORS_LEN  8u
#define RESET_VECTOR 4u
#define THUMB        1u

/* Of SYSCFG_MEMRMP (RM0090 9.2.1). Without the clock of SYSCFG it reads 0: then it says nothing. */
#define MEMRMP_MEM_MODE 7u
#define MEM_MODE_SYSTEM 1u
#define MEM_MODE_SRAM   3u

/* The boot loader finds its bank within microseconds. */
#define FOLLOW_MS 5u

#define SET_LOW     "set BOOT0 low (the pin or its jumper) and reset the board"
#define SET_LOW_TOO "set BOOT0 low (its pin, or nBOOT0 if BOOT_SEL is 0) and reset the board"
#define NO_FIRMWARE "the ROM boot loader runs, so the firmware does not: "

/* Memory that a program can be in. */
enum place { PLACE_UNKNOWN, PLACE_FLASH, PLACE_SYSTEM, PLACE_RAM };

/* What is known of a core that was not reset for the look. */
struct scene {
	struct flash *f;
	enum place at_0; /* what is mapped there */
	enum place runs; /* where the core executes, or stands */
	enum place vtor; /* where its vectors are; unknown: at 0, as after a reset */
	bool stands;     /* in debug state */
	bool locked_up;
	bool empty; /* flash is, of a chip that starts its boot loader then */
};

static void boot_remark(struct boot *b, bool no_firmware, const char *fmt, ...) PRINTF_LIKE(3, 4);

static void boot_remark(struct boot *b, bool no_firmware, const char *fmt, ...)
{
	va_list args;

	b->no_firmware = no_firmware;
	va_start(args, fmt);
	vsnprintf(b->remark, sizeof(b->remark), fmt, args);
	va_end(args);
}

static bool has_memrmp(const struct flash *f)
{
	return f->chip->family->memrmp;
}

static bool starts_by_address(const struct flash *f)
{
	return f->chip->family->starts_by_address;
}

/* Memory that refuses, because of read-out protection or because it is not there, is no failure. */
static int forgive_fault(struct flash *f, int err, bool *there)
{
	*there = !err;
	if (err != STFLASH_E_FAULT)
		return err;
	ctx_clear_error(f->ctx);
	return 0;
}

static int read_word(struct flash *f, uint32_t addr, uint32_t *word, bool *there)
{
	return forgive_fault(f, dap_read32(f->core->dap, addr, word), there);
}

static int read_memrmp(struct flash *f, uint32_t *memrmp)
{
	bool there = false;
	int err = 0;

	if (has_memrmp(f))
		err = read_word(f, f->chip->family->memrmp, memrmp, &there);
	if (!there)
		*memrmp = 0;
	return err;
}

/* --- what is mapped to 0 --------------------------------------------------------- */

static bool is_flash_address(const struct flash *f, uint32_t addr)
{
	return addr >= flash_first(f) && addr - flash_first(f) < f->chip->max_flash;
}

/* Firmware may be linked for flash or for what is seen of it at 0. The boot loader's vectors are in system memory. */
static bool leads_to_flash(const struct flash *f, uint32_t vector)
{
	return (vector & THUMB) && is_flash_address(f, chip_unalias(f->chip, vector));
}

static enum place place_of(const struct flash *f, uint32_t addr, enum place at_0)
{
	const struct region *region = chip_region_at(f->chip, addr);

	if (addr < ALIAS_SIZE && !starts_by_address(f))
		return at_0;
	if (is_flash_address(f, chip_unalias(f->chip, addr)))
		return PLACE_FLASH;
	if (region && region->kind == STFLASH_REGION_SYSTEM)
		return PLACE_SYSTEM;
	return chip_is_ram(f->chip, addr, 1) ? PLACE_RAM : PLACE_UNKNOWN;
}

/* Where the same vectors stand again. */
static int compare_vectors(struct flash *f, const uint8_t vectors[VECTORS_LEN], enum place *place)
{
	const struct region *system = chip_region(f->chip, STFLASH_REGION_SYSTEM);
	const struct {
		enum place place;
		uint32_t addr;
	} memory[] = {
		{ PLACE_FLASH, flash_first(f) },
		{ PLACE_SYSTEM, system ? system->addr : flash_first(f) },
		{ PLACE_RAM, chip_ram(f->chip)->addr },
	};
	uint8_t there[VECTORS_LEN];
	bool readable;
	int err = 0;

	for (size_t i = 0; !err && *place == PLACE_UNKNOWN && i < ARRAY_SIZE(memory); i++) {
		err = dap_read(f->core->dap, memory[i].addr, there, sizeof(there));
		err = forgive_fault(f, err, &readable);
		if (!err && readable && !memcmp(there, vectors, sizeof(there)))
			*place = memory[i].place;
	}
	return err;
}

/* An F4 says it itself, where the clock of SYSCFG is on; not whether the pins or the firmware made it so. */
static int ask_mem_mode(struct flash *f, enum place *place)
{
	uint32_t memrmp;
	const int err = read_memrmp(f, &memrmp);

	if ((memrmp & MEMRMP_MEM_MODE) == MEM_MODE_SYSTEM)
		*place = PLACE_SYSTEM;
	else if ((memrmp & MEMRMP_MEM_MODE) == MEM_MODE_SRAM)
		*place = PLACE_RAM;
	return err;
}

/* Vectors under PCROP are not to be read, nor those of an F4 that is read-out protected: the bus refuses. */
static bool has_hidden_vectors(const struct flash *f)
{
	return f->n_sectors == 0 || f->sectors[0].pcrop ||
	       (f->chip->family->rdp_hides_vectors && (f->rdp == STFLASH_RDP_LEVEL_1 || f->rdp == STFLASH_RDP_LEVEL_2));
}

static bool is_flash_vector(const struct flash *f, uint32_t vector, const uint32_t *in_flash)
{
	return leads_to_flash(f, vector) || (in_flash && vector == *in_flash);
}

/*
 * One access where the reset vector tells enough, as nearly always: that of the boot loader leads to system memory.
 * in_flash: the one that flash holds, if it is known. thorough: whatever it is, find out.
 */
static int find_mapped(struct flash *f, const uint32_t *in_flash, bool thorough, enum place *place)
{
	uint8_t vectors[VECTORS_LEN];
	bool there = false;
	uint32_t reset;
	enum place leads;
	int err = 0;

	*place = PLACE_UNKNOWN;
	if (has_hidden_vectors(f))
		return ask_mem_mode(f, place);
	err = read_word(f, RESET_VECTOR, &reset, &there);
	if (!err && there && is_flash_vector(f, reset, in_flash)) {
		*place = PLACE_FLASH;
		return 0;
	}
	leads = there ? place_of(f, reset, PLACE_UNKNOWN) : PLACE_UNKNOWN;
	if (err || (there && !thorough && leads == PLACE_UNKNOWN))
		return err;
	err = ask_mem_mode(f, place);
	if (err || !there || *place != PLACE_UNKNOWN)
		return err;
	err = forgive_fault(f, dap_read(f->core->dap, 0, vectors, sizeof(vectors)), &there);
	return err || !there ? err : compare_vectors(f, vectors, place);
}

/* Is flash, as RM0091 2.5 means it: does it begin with a blank word? Asked only of chips to which that matters. */
static int find_empty(struct flash *f, bool *empty)
{
	uint32_t word = 0;
	bool there = false;
	int err = 0;

	if (f->chip->notes_empty)
		err = read_word(f, flash_first(f), &word, &there);
	*empty = there && word == UINT32_MAX;
	return err;
}

/* --- where a reset starts, by the option bytes ------------------------------------- */

/* RM0385 7.2.1: of SYSCFG_MEMRMP, whether BOOT0 was high at the last reset. */
#define MEMRMP_MEM_BOOT 1u

/* The address for a level of BOOT0. */
static int read_boot_address(struct flash *f, bool high, uint32_t *addr)
{
	struct option_words o = { .damaged = false };
	struct option_field field;
	size_t i = 0;
	int err;

	do {
		if (!option_field(f, i++, &field))
			return 0;
	} while (field.kind != OPTION_BOOT_ADDRESS || (high && field.bit == 0));
	err = dap_read32(f->core->dap, f->options->in_force[field.word], &o.word[field.word]);
	*addr = option_address(&o, &field);
	return err;
}

/* The pin itself cannot be seen: it is taken for low, unless SYSCFG says what it was. */
static int find_start(struct flash *f, enum place *place)
{
	uint32_t memrmp, addr = 0;
	int err;

	err = read_memrmp(f, &memrmp);
	if (!err)
		err = read_boot_address(f, memrmp & MEMRMP_MEM_BOOT, &addr);
	if (!err)
		*place = place_of(f, addr, PLACE_UNKNOWN);
	return err;
}

/* --- where the core is ----------------------------------------------------------- */

static int find_core(struct scene *s, enum stflash_core_state state, uint32_t pc)
{
	uint32_t sample = 0, vtor = 0;
	int err;

	err = core_sample(s->f->core, &sample, &vtor);
	s->stands = state == STFLASH_CORE_HALTED;
	s->locked_up = state == STFLASH_CORE_LOCKUP;
	if (s->stands)
		s->runs = place_of(s->f, pc, s->at_0);
	else
		s->runs = sample && !s->locked_up ? place_of(s->f, sample, s->at_0) : PLACE_UNKNOWN;
	s->vtor = place_of(s->f, vtor, PLACE_UNKNOWN);
	return err;
}

/* --- two banks ------------------------------------------------------------------- */

/* Where it begins; 0: flash is one bank. */
static uint32_t bank_2_addr(const struct flash *f)
{
	for (size_t i = 0; i < f->n_sectors; i++)
		if (f->sectors[i].bank)
			return f->sectors[i].addr;
	return 0;
}

unsigned int boot_banks_of(const struct flash *f, uint32_t addr, size_t len)
{
	const uint32_t second = bank_2_addr(f);

	if (!second || (uint64_t)addr + len <= second)
		return BOOT_BANK_1;
	return addr >= second ? BOOT_BANK_2 : BOOT_BANK_1 | BOOT_BANK_2;
}

/* The boot loader takes a bank for firmware that begins with a stack pointer in SRAM. CCM may count as well or not. */
enum bank_state { BANK_UNCLEAR, BANK_EMPTY, BANK_FIRMWARE };

static int judge_bank(struct flash *f, uint32_t addr, enum bank_state *state)
{
	const struct region *ram = chip_ram(f->chip);
	bool there;
	uint32_t sp;
	const int err = read_word(f, addr, &sp, &there);

	*state = BANK_UNCLEAR;
	if (err || !there)
		return err;
	if (sp > ram->addr && sp - ram->addr <= ram->least)
		*state = BANK_FIRMWARE;
	else if (!sp || !chip_is_ram(f->chip, sp - 1, 1))
		*state = BANK_EMPTY;
	return 0;
}

/* Which bank the boot loader starts, 1 or 2; 0: none; *known: all that decides it is. UFB_MODE: seen the other way
 * round. */
static int choose_bank(struct flash *f, unsigned int *bank, bool *known)
{
	const uint32_t second = bank_2_addr(f);
	enum bank_state state[2] = { BANK_UNCLEAR, BANK_EMPTY };
	uint32_t memrmp;
	int err;

	err = read_memrmp(f, &memrmp);
	const bool swapped = second && f->chip->banks->swap && memrmp >> f->chip->banks->swap_bit & 1;

	if (!err)
		err = judge_bank(f, flash_first(f), &state[swapped]);
	if (!err && second)
		err = judge_bank(f, second, &state[!swapped]);
	*bank = state[1] == BANK_FIRMWARE ? 2 : state[0] == BANK_FIRMWARE ? 1 : 0;
	*known = state[1] != BANK_UNCLEAR && (*bank == 2 || state[0] != BANK_UNCLEAR);
	return err;
}

static void tell_no_bank(struct boot *b)
{
	boot_remark(b, true,
		    NO_FIRMWARE "it looked for firmware in bank 2 and in bank 1 (BFB2), where it has to begin with a "
				"stack pointer in RAM, and started none");
	b->found_no_bank = true;
}

/* On an F1 whose firmware has not moved its vectors yet, its faults lead there too. */
#define STAYS_IN_LOADER NO_FIRMWARE "the firmware went there itself, or no bank holds one that it starts (BFB2)"

static void tell_choice(struct flash *f, unsigned int bank, unsigned int written, struct boot *b)
{
	if (bank == 2 && written == BOOT_BANK_1)
		boot_remark(b, true,
			    "the firmware that was written does not run: BFB2 has the ROM boot loader start bank 2 "
			    "(0x%08x), which begins with a stack pointer in RAM; `" HINT_OPTIONS_SET
			    " %s` starts bank 1",
			    (unsigned int)bank_2_addr(f), f->chip->banks->bank_1);
	else if (bank == 1 && written == BOOT_BANK_2)
		boot_remark(b, true,
			    "the firmware that was written does not run: bank 2 (0x%08x) does not begin with a stack "
			    "pointer in RAM, so the ROM boot loader starts bank 1 (BFB2)",
			    (unsigned int)bank_2_addr(f));
	else if (bank == 2 && !written)
		boot_remark(b, false, "a reset starts bank 2 (0x%08x), not bank 1: the option bytes say so (BFB2)",
			    (unsigned int)bank_2_addr(f));
	else if (bank == 1 && !written)
		boot_remark(b, false,
			    "a reset starts bank 1: bank 2, which BFB2 asks for, does not begin with a stack pointer "
			    "in RAM");
}

/* in_loader: the core runs there, and nothing says for how long it will. */
static int tell_banks(struct flash *f, unsigned int written, bool in_loader, struct boot *b)
{
	unsigned int bank;
	bool known;
	int err;

	b->from = STFLASH_BOOT_BANKS;
	err = choose_bank(f, &bank, &known);
	if (!err && known && bank == 0)
		tell_no_bank(b);
	else if (!err && in_loader)
		boot_remark(b, true, "%s", STAYS_IN_LOADER);
	else if (!err && known)
		tell_choice(f, bank, written, b);
	return err;
}

void boot_follow(struct flash *f, struct boot *b)
{
	struct wait wait = wait_begin(FOLLOW_MS);
	struct scene s = { .f = f };

	if (b->from != STFLASH_BOOT_BANKS)
		return;
	do {
		/* Firmware that turns SWD off has started. */
		if (find_core(&s, STFLASH_CORE_RUNNING, 0)) {
			ctx_clear_error(f->ctx);
			return;
		}
	} while (s.runs == PLACE_SYSTEM && !wait_over(&wait));
	if (s.runs == PLACE_SYSTEM && !b->found_no_bank)
		boot_remark(b, true, "%s", STAYS_IN_LOADER);
	else if (s.runs == PLACE_FLASH && b->found_no_bank)
		boot_remark(b, false, "%s", "");
}

/* --- sentences ------------------------------------------------------------------- */

#define FLASH_EMPTY "flash is empty where firmware begins, and a chip like this then starts the boot loader"

/* On chips where option bits may take the place of the pin, that are not asked for. */
static const char *set_low(const struct flash *f)
{
	return f->chip->boot_sel ? SET_LOW_TOO : SET_LOW;
}

/* What makes RAM the place to start: two pins, or a pin and an option bit. */
static const char *ram_pins(const struct flash *f, bool now)
{
	if (f->chip->family->nboot1)
		return now ? "BOOT0 is high and nBOOT1 of the option bytes 0"
			   : "BOOT0 was high at the last reset, and nBOOT1 of the option bytes 0";
	return now ? "BOOT0 and BOOT1 are high" : "BOOT0 and BOOT1 were high at the last reset";
}

#define BY_ADDRESS "the option bytes let a reset start there (BOOT_ADD0, BOOT_ADD1)"

/* Whether the pins or the firmware have mapped system memory an F4 does not tell. Firmware sets VTOR, the loader not.
 */
static const char *why_system(const struct scene *s)
{
	if (s->at_0 == PLACE_SYSTEM && starts_by_address(s->f))
		return BY_ADDRESS "; while BOOT0 is low it is BOOT_ADD0 that counts";
	if (s->at_0 == PLACE_SYSTEM && s->empty)
		return FLASH_EMPTY;
	if (s->at_0 == PLACE_SYSTEM && s->f->chip->notes_empty && s->vtor == PLACE_UNKNOWN)
		return "BOOT0 was high at the last reset, or flash was empty when the chip looked last; " SET_LOW_TOO
		       ", or else power it off and on";
	if (s->at_0 == PLACE_SYSTEM && !has_memrmp(s->f))
		return "BOOT0 was high at the last reset; " SET_LOW;
	if (s->at_0 == PLACE_FLASH)
		return "the firmware went there itself, and a reset starts it again";
	if (s->at_0 == PLACE_SYSTEM && s->vtor != PLACE_UNKNOWN && s->vtor != PLACE_SYSTEM)
		return "the firmware went there itself, and a reset starts it again unless BOOT0 is high";
	return s->f->chip->boot_sel
		       ? "BOOT0 was high at the last reset, or the firmware went there itself; " SET_LOW_TOO
		       : "BOOT0 was high at the last reset, or the firmware went there itself; " SET_LOW;
}

static void tell_system(const struct scene *s, struct boot *b)
{
	const bool firmware_has_run = s->vtor == PLACE_FLASH || s->vtor == PLACE_RAM;

	if (s->runs == PLACE_SYSTEM && s->stands)
		boot_remark(b, true, "the core stands in the ROM boot loader, not in the firmware: %s", why_system(s));
	else if (s->runs == PLACE_SYSTEM)
		boot_remark(b, true, NO_FIRMWARE "%s", why_system(s));
	else if (s->runs == PLACE_UNKNOWN && !firmware_has_run && !s->locked_up)
		boot_remark(b, true, "the ROM boot loader seems to run, and not the firmware: %s", why_system(s));
	else if (starts_by_address(s->f))
		boot_remark(b, false, "a reset starts the ROM boot loader instead of the firmware: " BY_ADDRESS);
	else if (!has_memrmp(s->f))
		boot_remark(b, false,
			    "BOOT0 was high at the last reset: the next one starts the ROM boot loader instead of the "
			    "firmware; set BOOT0 low (the pin or its jumper)");
	else
		boot_remark(b, false,
			    "the ROM boot loader is mapped at 0: if BOOT0 is high, the next reset starts it instead of "
			    "the firmware");
}

static void tell_ram(const struct scene *s, struct boot *b)
{
	if (starts_by_address(s->f))
		boot_remark(b, s->runs != PLACE_FLASH, "a reset starts what RAM holds, not the firmware: " BY_ADDRESS);
	else if (s->runs == PLACE_RAM || s->runs == PLACE_UNKNOWN)
		boot_remark(b, true, "a reset starts what RAM holds, not the firmware: %s; %s", ram_pins(s->f, false),
			    set_low(s->f));
	else
		boot_remark(b, false,
			    "%s: the next one starts what RAM holds instead of the firmware; set BOOT0 low (the pin "
			    "or its jumper)",
			    ram_pins(s->f, false));
}

static enum stflash_boot boot_from(const struct scene *s)
{
	/* On an F4 firmware may have mapped it; only its vectors tell that there was one. */
	const bool by_firmware =
		has_memrmp(s->f) && (s->vtor == PLACE_FLASH || s->vtor == PLACE_RAM || s->runs == PLACE_FLASH);

	switch (s->at_0) {
	case PLACE_FLASH:
		return STFLASH_BOOT_FLASH;
	case PLACE_SYSTEM:
		return by_firmware ? STFLASH_BOOT_UNKNOWN : STFLASH_BOOT_LOADER;
	case PLACE_RAM:
		return by_firmware ? STFLASH_BOOT_UNKNOWN : STFLASH_BOOT_RAM;
	case PLACE_UNKNOWN:
		break;
	}
	return STFLASH_BOOT_UNKNOWN;
}

/* --- looking --------------------------------------------------------------------- */

static bool stands_in_system(const struct flash *f, enum stflash_core_state state, uint32_t pc)
{
	return state == STFLASH_CORE_HALTED && place_of(f, pc, PLACE_UNKNOWN) == PLACE_SYSTEM;
}

/* A core in the boot loader may have been sent there by the pin as well as by the firmware. */
static int look_by_address(struct flash *f, enum stflash_core_state state, uint32_t pc, struct boot *b)
{
	struct scene s = { .f = f };
	int err;

	err = find_start(f, &s.at_0);
	if (!err)
		err = find_core(&s, state, pc);
	if (err)
		return err;
	if (s.runs == PLACE_SYSTEM && s.at_0 == PLACE_FLASH)
		s.at_0 = PLACE_UNKNOWN;
	b->from = boot_from(&s);
	if (s.runs == PLACE_SYSTEM || s.at_0 == PLACE_SYSTEM)
		tell_system(&s, b);
	else if (s.at_0 == PLACE_RAM)
		tell_ram(&s, b);
	return 0;
}

int boot_look(struct flash *f, enum stflash_core_state state, uint32_t pc, bool always, struct boot *b)
{
	struct scene s = { .f = f };
	bool thorough;
	int err;

	*b = (struct boot){ .from = STFLASH_BOOT_UNKNOWN };
	if (state == STFLASH_CORE_IN_RESET)
		return 0;
	if (starts_by_address(f))
		return look_by_address(f, state, pc, b);
	/* A core that executes something while its reset vector leads nowhere has not been started by that of flash. */
	thorough = always || state == STFLASH_CORE_RUNNING || state == STFLASH_CORE_SLEEPING;
	err = find_mapped(f, NULL, thorough, &s.at_0);
	if (!err && (s.at_0 == PLACE_FLASH || s.at_0 == PLACE_UNKNOWN) && !always && !f->boots_banks &&
	    !stands_in_system(f, state, pc)) {
		b->from = boot_from(&s);
		return 0;
	}
	if (!err)
		err = find_core(&s, state, pc);
	if (!err && s.at_0 == PLACE_SYSTEM)
		err = find_empty(f, &s.empty);
	if (err)
		return err;
	if (f->boots_banks)
		return tell_banks(f, 0, s.runs == PLACE_SYSTEM && !s.stands, b);
	b->from = boot_from(&s);
	if (s.runs == PLACE_SYSTEM || s.at_0 == PLACE_SYSTEM)
		tell_system(&s, b);
	else if (b->from == STFLASH_BOOT_RAM)
		tell_ram(&s, b);
	return 0;
}

/* VTOR is then where the core starts. */
static int look_at_vtor(struct flash *f, bool writes_vectors, struct boot *b)
{
	enum place place = PLACE_UNKNOWN;
	uint32_t vtor;
	int err;

	err = core_read_vtor(f->core, &vtor);
	if (!err && vtor)
		place = place_of(f, vtor, PLACE_UNKNOWN);
	else if (!err)
		err = find_start(f, &place); /* 0 is what VTOR reads where it does not say */
	if (err)
		return err;
	switch (place) {
	case PLACE_FLASH:
		b->from = STFLASH_BOOT_FLASH;
		if (writes_vectors && vtor && chip_unalias(f->chip, vtor) != flash_first(f))
			boot_remark(b, true,
				    "the firmware that was written to 0x%08x does not run: a reset starts at 0x%08x, "
				    "as the option bytes say (BOOT_ADD0, BOOT_ADD1)",
				    (unsigned int)flash_first(f), (unsigned int)vtor);
		break;
	case PLACE_SYSTEM:
		b->from = STFLASH_BOOT_LOADER;
		boot_remark(b, true,
			    "a reset starts the ROM boot loader, so the firmware does not run: BOOT0 is high, or the "
			    "option bytes say so (BOOT_ADD0); set BOOT0 low (the pin or its jumper), and look at "
			    "`" HINT_OPTIONS "`");
		break;
	case PLACE_RAM:
		b->from = STFLASH_BOOT_RAM;
		boot_remark(b, true, "a reset starts what RAM holds, so the firmware does not run: " BY_ADDRESS);
		break;
	case PLACE_UNKNOWN:
		break;
	}
	return 0;
}

int boot_look_after_reset(struct flash *f, unsigned int written, const uint32_t *in_flash, bool runs, struct boot *b)
{
	enum place at_0;
	bool empty = false;
	int err;

	*b = (struct boot){ .from = STFLASH_BOOT_UNKNOWN };
	if (starts_by_address(f))
		return look_at_vtor(f, in_flash != NULL, b);
	err = find_mapped(f, in_flash, true, &at_0);
	if (err)
		return err;
	if (at_0 == PLACE_FLASH)
		b->from = STFLASH_BOOT_FLASH;
	if (at_0 == PLACE_SYSTEM && f->boots_banks)
		return tell_banks(f, written, false, b);
	if (at_0 == PLACE_SYSTEM) {
		err = find_empty(f, &empty);
		b->from = STFLASH_BOOT_LOADER;
		boot_remark(b, true, "%s%s%s",
			    runs ? NO_FIRMWARE : "a reset starts the ROM boot loader, so the firmware does not run: ",
			    empty ? FLASH_EMPTY : "BOOT0 is high; ", empty ? "" : set_low(f));
	}
	if (at_0 == PLACE_RAM) {
		b->from = STFLASH_BOOT_RAM;
		boot_remark(b, true, "the firmware does not run: %s, so a reset starts what RAM holds; %s",
			    ram_pins(f, true), set_low(f));
	}
	return err;
}
