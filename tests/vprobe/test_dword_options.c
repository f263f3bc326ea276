/* SPDX-License-Identifier: MIT */
/*
 * Option bytes of L4, G0, G4, WB, WL, C0 and U0: programming and loading them,
 * read protection, areas of write protection and PCROP, the securable area
 * (flash-l4g0g4 fact sheet sections 9 and 10).
 */
#include "dword_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const one_of_each[] = { "stm32l476rg", "stm32l432kc", "stm32l4r5zi", "stm32g071rb",
					   "stm32g0b1re", "stm32g431rb", "stm32g474re", "stm32wb55rg",
					   "stm32wl55jc", "stm32c031c6", "stm32u073rc" };

#define FOR_EACH(name)                                                                  \
	for (size_t part_index = 0; part_index < ARRAY_SIZE(one_of_each); part_index++) \
		for (const char *name = one_of_each[part_index]; name; name = NULL)

#define RDP_MASK 0xffu

#define WRP1A 0x2c

/* Its fields are as wide as the number of pages needs. */
static uint32_t wrp_fields(const char *name)
{
	static const struct {
		const char *name;
		uint32_t pages;
	} rows[] = {
		{ "stm32l4", 0xff }, { "stm32wb", 0xff }, { "stm32g43", 0x3f }, { "stm32c03", 0xf }, { "", 0x7f }
	};
	size_t i = 0;

	while (strncmp(name, rows[i].name, strlen(rows[i].name)))
		i++;
	return rows[i].pages << 16 | rows[i].pages;
}

/* Area 1A takes page 0. */
static void protect_page_0(const char *name)
{
	program_option(WRP1A, rd(base + WRP1A) & ~wrp_fields(name));
}

static void option_bytes_are_as_the_factory_left_them(void **state)
{
	static const struct {
		const char *name;
		uint32_t optr, wrp1a;
	} cases[] = {
		{ "stm32l476rg", 0xffeff8aa, 0x000000ff }, { "stm32g071rb", 0xfffffeaa, 0x000000ff },
		{ "stm32g070rb", 0xdfffe1aa, 0x000000ff }, { "stm32g474re", 0xffeff8aa, 0xff00ffff },
		{ "stm32wb55rg", 0x2d8f71aa, 0x000000ff }, { "stm32wle5cc", 0x3feff0aa, 0x000000ff },
		{ "stm32c031c6", 0x3fffffaa, 0x000000ff },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].name);
		assert_int_equal(rd(base + OPTR), cases[i].optr);
		assert_int_equal(rd(base + 0x2c), cases[i].wrp1a);
		assert_int_equal(rd(base + CR) & OPTLOCK, OPTLOCK);
		no_anomaly();
	}
}

static void what_is_programmed_is_obeyed_from_the_launch_on(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		protect_page_0(name);
		assert_int_equal(rd(base + WRP1A) & wrp_fields(name), 0);
		wr(base + CR, PG);
		write_unit(FLASH, 1, 2);
		wait_ready();
		flags(0); /* page 0 is not protected yet */
		wr(base + CR, 0);
		reset_halt();
		after_reset();
		program(FLASH + 8, 1, 2);
		flags(0); /* nor by a system reset */
		unlock_options();
		launch();
		program(FLASH + 16, 1, 2);
		flags(WRPERR);
		assert_int_equal(rd(base + WRP1A) & wrp_fields(name), 0);
		no_anomaly();
	}
}

static void a_launch_is_a_system_reset_whose_answer_may_be_lost(void **state)
{
	uint64_t resets;

	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		unlock_options();
		resets = mon.resets;
		assert_int_equal(chip_ahb_write(chip, base + CR, 4, OBL_LAUNCH), AHB_FAULT);
		assert_int_equal(mon.resets, resets + 1);
		assert_int_equal(rd(base + CR), LOCK | OPTLOCK);
		after_reset();
		unlock_options();
		assert_int_equal(chip_ahb_write(chip, base + CR, 4, OBL_LAUNCH), AHB_OK);
		no_anomaly();
	}
}

static void locked_options_take_no_writes(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		wr(base + 0x2c, 0);
		one_anomaly("while locked");
		wr(base + CR, OPTSTRT);
		one_anomaly("OPTSTRT while");
		wr(base + CR, OBL_LAUNCH);
		one_anomaly("OBL_LAUNCH while");
	}
}

static void keys_of_options_need_an_unlocked_cr(void **state)
{
	(void)state;
	bench("stm32l476rg");
	base = 0x40022000;
	write_faults(base + OPTKEYR, 4, OPTKEY1);
	one_anomaly("while FLASH_CR is locked");
}

static void reserved_bits_stay(void **state)
{
	static const struct {
		const char *name;
		uint32_t bit; /* of OPTR */
	} cases[] = { { "stm32l432kc", 1u << 21 },
		      { "stm32g070rb", 1u << 8 },
		      { "stm32g431rb", 1u << 22 },
		      { "stm32wb55rg", 1u << 29 },
		      { "stm32u073rc", 1u << 20 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].name);
		unlock_options();
		wr(base + OPTR, rd(base + OPTR) ^ cases[i].bit);
		one_anomaly("reserved bits changed");
	}
}

static void option_bytes_can_be_read_with_their_complements(void **state)
{
	static const struct {
		const char *name;
		uint32_t addr;
	} cases[] = { { "stm32l476rg", 0x1fff7800 },
		      { "stm32l4r5zi", 0x1ff00000 },
		      { "stm32g071rb", 0x1fff7800 },
		      { "stm32wb55rg", 0x1fff8000 },
		      { "stm32wb15cc", 0x1fff7800 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].name);
		assert_int_equal(rd(cases[i].addr), rd(base + OPTR));
		assert_int_equal(rd(cases[i].addr + 4), ~rd(base + OPTR));
		assert_int_equal(rd_size(cases[i].addr, 1), 0xaa);
		no_anomaly();
	}
}

static void a_cut_while_they_are_programmed_is_level_1(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		memset(chip_flash(chip), 0x5a, 64);
		unlock_options();
		wr(base + WRP1A, rd(base + WRP1A) & ~wrp_fields(name));
		chip_faults(chip)->power_lost_at = 1;
		wr(base + CR, OPTSTRT);
		sleep_ms(100);
		assert_false(chip_powered(chip));
		chip_faults(chip)->power_lost_at = 0;
		chip_power(chip, true);
		halt();
		assert_int_equal(rd(base + SR) & OPTVERR, OPTVERR);
		assert_int_equal(rd(base + OPTR) & RDP_MASK, 0xff);
		read_faults(FLASH, 4);
		/* Out of it again: RDP AA erases everything. */
		after_reset();
		program_option(OPTR, (rd(base + OPTR) & ~RDP_MASK) | 0xaa);
		launch();
		assert_int_equal(rd(base + SR) & OPTVERR, 0);
		assert_int_equal(rd(FLASH), 0xffffffff);
		no_anomaly();
	}
}

/* --- read protection ------------------------------------------------------------------- */

static void protect(const char *name)
{
	ready(name);
	memset(chip_flash(chip), 0x5a, 0x1000);
	program_option(OPTR, (rd(base + OPTR) & ~RDP_MASK) | 0xbb);
	launch();
	assert_int_equal(rd(FLASH), 0x5a5a5a5a); /* with a debugger there it waits for the next power-on */
	power_cycle();
}

static void level_1_shuts_flash_and_takes_no_program_or_erase(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		protect(name);
		read_faults(FLASH, 4);
		wr(base + CR, PER | STRT);
		flags(WRPERR);
		wr(base + CR, MER1 | (strcmp(name, "stm32wb55rg") ? STRT : 0));
		wr(base + SR, ERRORS);
		program(FLASH + 0x2000, 1, 2);
		flags(WRPERR);
		(void)rd(0x1fff0000);
		no_anomaly();
	}
}

static void level_1_shuts_some_ram_too(void **state)
{
	static const struct {
		const char *name;
		uint32_t open, shut; /* 0: none */
	} cases[] = {
		{ "stm32l476rg", 0x20000000, 0x10000000 }, { "stm32l432kc", 0x20000000, 0x2000c000 },
		{ "stm32l432kc", 0x2000bffc, 0x10000000 }, { "stm32g431rb", 0x200057fc, 0x20005800 },
		{ "stm32g474re", 0x20000000, 0x10000000 }, { "stm32wb55rg", 0x20000000, 0x20030000 },
		{ "stm32g071rb", 0x20008ffc, 0 },          { "stm32c031c6", 0, 0x20000000 },
		{ "stm32u073rc", 0, 0x20009ffc },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		protect(cases[i].name);
		if (cases[i].open)
			(void)rd(cases[i].open);
		if (cases[i].shut) {
			read_faults(cases[i].shut, 4);
			write_faults(cases[i].shut, 4, 1);
		}
		no_anomaly();
	}
}

static void back_to_level_0_erases_everything(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		const bool is_wb = !strcmp(name, "stm32wb55rg");

		protect(name);
		memset(chip_flash(chip), 0x5a, chip_part(chip)->flash_size);
		program_option(OPTR, (rd(base + OPTR) & ~RDP_MASK) | 0xaa);
		launch();
		assert_int_equal(rd(FLASH), 0xffffffff);
		/* The radio's pages survive it. */
		assert_int_equal(chip_flash(chip)[chip_part(chip)->flash_size - 1], is_wb ? 0x5a : 0xff);
		program(FLASH, 1, 2);
		flags(0);
		no_anomaly();
	}
}

static void level_2_turns_the_debug_port_off_for_good(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		program_option(OPTR, (rd(base + OPTR) & ~RDP_MASK) | 0xcc);
		assert_true(chip_swd_answers(chip));
		chip_power(chip, false);
		chip_power(chip, true);
		assert_false(chip_swd_answers(chip));
	}
}

static void boot_lock_and_level_1_turn_the_debug_port_off(void **state)
{
	static const struct {
		const char *name;
		uint32_t off, bit;
	} cases[] = { { "stm32g071rb", 0x80, 1u << 16 },
		      { "stm32g431rb", 0x70, 1u << 16 },
		      { "stm32c031c6", 0x80, 1u << 16 },
		      { "stm32wle5cc", OPTR, 1u << 30 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].name);
		unlock_options();
		wr(base + cases[i].off, rd(base + cases[i].off) | cases[i].bit);
		program_option(OPTR, rd(base + OPTR));
		power_cycle();
		assert_true(chip_swd_answers(chip));
		unlock_options();
		program_option(OPTR, (rd(base + OPTR) & ~RDP_MASK) | 0xbb);
		chip_power(chip, false);
		chip_power(chip, true);
		assert_false(chip_swd_answers(chip));
	}
}

static void dbg_swen_turns_the_debug_port_off_until_reset(void **state)
{
	(void)state;
	ready("stm32g071rb");
	(void)chip_ahb_write(chip, base + ACR, 4, 0x600);
	one_anomaly("DBG_SWEN");
	assert_false(chip_swd_answers(chip));
	chip_nrst(chip, true);
	chip_nrst(chip, false);
	assert_true(chip_swd_answers(chip));
}

/* --- areas -------------------------------------------------------------------------------- */

/* A part with this word in an option register, which it obeys */
static void with_option(const char *name, uint32_t off, uint32_t value)
{
	ready(name);
	program_option(off, value);
	launch();
}

static void write_protection_is_of_pages_from_start_to_end(void **state)
{
	static const struct {
		const char *name;
		uint32_t off, value, first, behind;
	} cases[] = {
		{ "stm32l476rg", 0x2c, 0x00030002, 0x08001000, 0x08002000 },
		{ "stm32l476rg", 0x30, 0x00ff00fe, 0x0807f000, 0x08080000 },
		{ "stm32l476rg", 0x4c, 0x00030002, 0x08081000, 0x08082000 },
		{ "stm32l4r5zi", 0x50, 0x00030002, 0x08102000, 0x08104000 },
		{ "stm32g071rb", 0x2c, 0x00030082, 0x08001000, 0x08002000 },
		{ "stm32g0b1re", 0x4c, 0x00030082, 0x08041000, 0x08042000 },
		{ "stm32g474re", 0x4c, 0xff03ff82, 0x08041000, 0x08042000 },
		{ "stm32wb55rg", 0x2c, 0x00030002, 0x08002000, 0x08004000 },
		{ "stm32wle5cc", 0x30, 0x00030082, 0x08001000, 0x08002000 },
		{ "stm32c031c6", 0x2c, 0x000300f2, 0x08001000, 0x08002000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		with_option(cases[i].name, cases[i].off, cases[i].value);
		program(cases[i].first - 8, 1, 2);
		program(cases[i].behind, 1, 2);
		flags(0);
		program(cases[i].first, 1, 2);
		flags(WRPERR);
		program(cases[i].behind - 8, 1, 2);
		flags(WRPERR);
		no_anomaly();
	}
}

static void nothing_is_mass_erased_with_a_page_protected(void **state)
{
	static const struct {
		const char *name;
		uint32_t off, value, cr, refused;
	} cases[] = {
		{ "stm32l476rg", 0x2c, 0x00030002, MER1 | MER2, WRPERR },
		{ "stm32l476rg", 0x2c, 0x00030002, MER2, 0 },
		{ "stm32g071rb", 0x2c, 0x00030082, MER1, WRPERR },
		{ "stm32g071rb", 0x80, 4, MER1, WRPERR },          /* SEC_SIZE */
		{ "stm32g474re", 0x74, 0xff00ff04, MER2, WRPERR }, /* of bank 2 */
		{ "stm32g474re", 0x74, 0xff00ff04, MER1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		with_option(cases[i].name, cases[i].off, cases[i].value);
		wr(base + CR, cases[i].cr);
		wr(base + CR, cases[i].cr | STRT);
		wait_ready();
		flags(cases[i].refused);
		assert_int_equal(mon.mass_erases, !cases[i].refused);
		no_anomaly();
	}
}

static void pcrop_executes_and_does_not_read(void **state)
{
	static const struct {
		const char *name;
		uint32_t start, end, first, last, hidden_start, hidden_end;
	} cases[] = {
		{ "stm32l476rg", 0x24, 0x28, 0x08000800, 0x08000ff8, 0xffff0100, 0x1ff },
		{ "stm32g071rb", 0x24, 0x28, 0x08000800, 0x08000bf8, 0xfffffe04, 5 },
		{ "stm32g474re", 0x44, 0x48, 0x08040800, 0x08040ff8, 0xffff8100, 0x00ff01ff },
		{ "stm32wb55rg", 0x34, 0x38, 0x08000800, 0x08001ff8, 0xfffffe01, 3 },
		{ "stm32wle5cc", 0x24, 0x28, 0x08000400, 0x080007f8, 0xffffff01, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].name);
		program(cases[i].first, 0xbe002007, 0); /* movs r0, #7; bkpt */
		program(cases[i].last, 1, 2);
		unlock_options();
		wr(base + cases[i].start, cases[i].hidden_start);
		program_option(cases[i].end, cases[i].hidden_end);
		launch();
		assert_int_equal(rd(cases[i].first), 0);
		flags(RDERR);
		assert_int_equal(rd(cases[i].last), 0);
		flags(RDERR);
		(void)rd(cases[i].first - 4);
		(void)rd(cases[i].last + 8);
		flags(0);
		erase(PER | ((cases[i].first & 0x40000) ? BKER_L4 : 0) |
		      PNB((cases[i].first & 0x3ffff) / (strcmp(cases[i].name, "stm32wb55rg") ? 0x800 : 0x1000)));
		flags(WRPERR);
		set_core_reg(15, cases[i].first);
		wr(DFSR, 0x1f);
		wr(DHCSR, GO);
		sleep_us(100);
		assert_int_equal(get_core_reg(0), 7);
		no_anomaly();
	}
}

static void pcrop_only_grows(void **state)
{
	(void)state;
	ready("stm32g071rb");
	unlock_options();
	wr(base + 0x24, 0xfffffe04);
	program_option(0x28, 5);
	launch();
	program_option(0x28, 9);
	launch();
	unlock_options();
	wr(base + 0x28, 8);
	wr(base + CR, OPTSTRT);
	flags(WRPERR);
	no_anomaly();
}

static void pcrop_rdp_can_only_be_set(void **state)
{
	(void)state;
	ready("stm32g071rb");
	program_option(0x28, 0x80000000);
	launch();
	program_option(0x28, 0);
	launch();
	assert_int_equal(rd(base + 0x28), 0x80000000);
	no_anomaly();
}

static void pcrop_rdp_says_whether_a_regression_takes_it(void **state)
{
	static const struct {
		uint32_t end;
		uint8_t then;
	} cases[] = { { 5, 0x5a }, { 0x80000005, 0xff } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready("stm32g071rb");
		memset(chip_flash(chip), 0x5a, 0x4000);
		unlock_options();
		wr(base + 0x24, 0xfffffe04);
		wr(base + 0x28, cases[i].end);
		program_option(OPTR, (rd(base + OPTR) & ~RDP_MASK) | 0xbb);
		power_cycle();
		program_option(OPTR, (rd(base + OPTR) & ~RDP_MASK) | 0xaa);
		launch();
		assert_int_equal(*at(FLASH), 0xff);
		assert_int_equal(*at(FLASH + 0x800), cases[i].then);
		assert_int_equal(*at(FLASH + 0x1000), 0xff);
		no_anomaly();
	}
}

static void the_securable_area_is_hidden_until_reset(void **state)
{
	static const struct {
		const char *name;
		uint32_t off, value, bit, addr, behind;
	} cases[] = {
		{ "stm32g071rb", 0x80, 2, SEC_PROT, FLASH, FLASH + 0x1000 },
		{ "stm32g431rb", 0x70, 0xff00fe02, SEC_PROT, FLASH, FLASH + 0x1000 },
		{ "stm32g474re", 0x74, 0xff00ff02, SEC_PROT << 1, FLASH + 0x40000, FLASH + 0x41000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		with_option(cases[i].name, cases[i].off, cases[i].value);
		program(cases[i].addr, 1, 2);
		assert_int_equal(rd(cases[i].addr), 1);
		wr(base + CR, cases[i].bit);
		assert_int_equal(rd(cases[i].addr), 0);
		flags(RDERR);
		assert_int_equal(rd(cases[i].behind), 0xffffffff);
		wr(base + CR, PER);
		assert_int_equal(rd(cases[i].addr), 0); /* nothing but a reset clears the bit */
		wr(base + SR, ERRORS);
		program(cases[i].addr + 16, 1, 2);
		flags(WRPERR);
		reset_halt();
		assert_int_equal(rd(cases[i].addr), 1);
		no_anomaly();
	}
}

/* --- files ------------------------------------------------------------------------------- */

static void a_file_keeps_options_and_double_words_that_are_not_as_they_look(void **state)
{
	char dir[] = "dword-options-XXXXXX", file[64], options[80];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/flash.bin", dir);
	snprintf(options, sizeof(options), "%s.options", file);
	ready("stm32g0b1re");
	program(FLASH + 0x10, 0xffffffff, 0xffffffff);
	chip_faults(chip)->power_lost_at = 2;
	wr(base + CR, PG);
	write_unit(FLASH + 0x20, 1, 2);
	sleep_ms(1);
	chip_faults(chip)->power_lost_at = 0;
	assert_int_equal(chip_save(chip, file), 0);

	bench_without_power("stm32g0b1re");
	assert_int_equal(chip_load(chip, file), 0);
	chip_power(chip, true);
	after_reset();
	program(FLASH + 0x10, 1, 2);
	flags(PROGERR);
	(void)rd(FLASH + 0x20);
	assert_int_equal(rd(base + ECCR), ECCD | 0x20 / 8);
	(void)remove(file);
	(void)remove(options);
	(void)rmdir(dir);
}

/* --- as somebody else has left them ------------------------------------------------------- */

static void preset_for(const char *name, enum chip_preset what, uint32_t value)
{
	bench_without_power(name);
	assert_true(chip_preset(chip, what, value));
	chip_power(chip, true);
	base = !strncmp(name, "stm32w", 6) ? 0x58004000u : 0x40022000u;
	after_reset();
}

static void presets_are_in_force_from_power_on(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		preset_for(name, PRESET_RDP_LEVEL, 1);
		read_faults(FLASH, 4);
		preset_for(name, PRESET_WRP, 6);
		wr(base + CR, PER | PNB(2) | STRT);
		flags(WRPERR);
		preset_for(name, PRESET_HARDWARE_WATCHDOG, 1);
		wr(DHCSR, DETACH);
		sleep_ms(2000);
		assert_true(mon.resets > 2);
		bench_without_power(name);
		assert_false(chip_preset(chip, PRESET_RDP_LEVEL, 3));
	}
	preset_for("stm32g071rb", PRESET_PCROP, 2);
	(void)rd(FLASH + 0x7fc);
	flags(0);
	(void)rd(FLASH + 0x800);
	flags(RDERR);
	bench_without_power("stm32u073rc");
	assert_false(chip_preset(chip, PRESET_PCROP, 2));
	bench_without_power("stm32g431rb");
	assert_false(chip_preset(chip, PRESET_BANKS, 2));
	assert_false(chip_preset(chip, PRESET_BOOT_BANK_2, 1));
}

static void the_report_says_what_is_not_to_be_seen_in_flash(void **state)
{
	char text[4096] = "";
	FILE *out = tmpfile();

	(void)state;
	assert_non_null(out);
	ready("stm32wb55rg");
	program(FLASH + 0x10, 0xffffffff, 0xffffffff);
	wr(0x5800040c, 1u << 15);
	chip_report(chip, out);
	rewind(out);
	assert_true(fread(text, 1, sizeof(text) - 1, out) > 100);
	fclose(out);
	assert_non_null(strstr(text, "\"c2boot\": true, \"empty\": false, \"torn\": 0, \"programmed_ff\": 1"));
	assert_non_null(strstr(text, "\"flash_locked\": false, \"options_locked\": true"));
}

static void low_power_run_is_no_place_to_program(void **state)
{
	(void)state;
	ready("stm32l476rg");
	wr(0x40007000, 1u << 14);
	program(FLASH, 1, 2);
	one_anomaly("in low-power run");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(option_bytes_are_as_the_factory_left_them, leave_bench),
		cmocka_unit_test_teardown(what_is_programmed_is_obeyed_from_the_launch_on, leave_bench),
		cmocka_unit_test_teardown(a_launch_is_a_system_reset_whose_answer_may_be_lost, leave_bench),
		cmocka_unit_test_teardown(locked_options_take_no_writes, leave_bench),
		cmocka_unit_test_teardown(keys_of_options_need_an_unlocked_cr, leave_bench),
		cmocka_unit_test_teardown(reserved_bits_stay, leave_bench),
		cmocka_unit_test_teardown(option_bytes_can_be_read_with_their_complements, leave_bench),
		cmocka_unit_test_teardown(a_cut_while_they_are_programmed_is_level_1, leave_bench),
		cmocka_unit_test_teardown(level_1_shuts_flash_and_takes_no_program_or_erase, leave_bench),
		cmocka_unit_test_teardown(level_1_shuts_some_ram_too, leave_bench),
		cmocka_unit_test_teardown(back_to_level_0_erases_everything, leave_bench),
		cmocka_unit_test_teardown(level_2_turns_the_debug_port_off_for_good, leave_bench),
		cmocka_unit_test_teardown(boot_lock_and_level_1_turn_the_debug_port_off, leave_bench),
		cmocka_unit_test_teardown(dbg_swen_turns_the_debug_port_off_until_reset, leave_bench),
		cmocka_unit_test_teardown(write_protection_is_of_pages_from_start_to_end, leave_bench),
		cmocka_unit_test_teardown(nothing_is_mass_erased_with_a_page_protected, leave_bench),
		cmocka_unit_test_teardown(pcrop_executes_and_does_not_read, leave_bench),
		cmocka_unit_test_teardown(pcrop_only_grows, leave_bench),
		cmocka_unit_test_teardown(pcrop_rdp_can_only_be_set, leave_bench),
		cmocka_unit_test_teardown(pcrop_rdp_says_whether_a_regression_takes_it, leave_bench),
		cmocka_unit_test_teardown(the_securable_area_is_hidden_until_reset, leave_bench),
		cmocka_unit_test_teardown(presets_are_in_force_from_power_on, leave_bench),
		cmocka_unit_test_teardown(the_report_says_what_is_not_to_be_seen_in_flash, leave_bench),
		cmocka_unit_test_teardown(low_power_run_is_no_place_to_program, leave_bench),
		cmocka_unit_test_teardown(a_file_keeps_options_and_double_words_that_are_not_as_they_look, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
