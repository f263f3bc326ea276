/* SPDX-License-Identifier: MIT */
/* FPEC of F0 and F3: what differs from the F1 (flash-f0f3f2f7 fact sheet section 2). */
#include "fpec_bench.h"

#include "chip/internal.h"

#define LAUNCH 0x2000u /* FLASH_CR.OBL_LAUNCH */

#define RCC_CSR  0x40021024u
#define OBLRSTF  (1u << 25)
#define PWR_FLAG (1u << 27)

/* Offsets of the option half-words */
#define RDP  0x0u
#define USER 0x2u
#define DATA 0x4u
#define WRP  0x8u

static const char *const parts[] = { "stm32f051r8", "stm32f042k6", "stm32f072rb", "stm32f091rc",
				     "stm32f030f4", "stm32f070f6", "stm32f303vc", "stm32f303re",
				     "stm32f334r8", "stm32f373cc", "stm32f302r8" };

static void put_option(uint32_t offset, uint8_t value)
{
	wr(CR, OPTPG | OPTWRE);
	wr16(OPTIONS + offset, value);
	wait_ready(100);
}

/* Erase the option bytes and program RDP first, so that nothing in between is level 1 for long; then the rest. */
static void program_options(uint8_t rdp, uint8_t user, uint32_t wrp)
{
	unlock_options();
	wr(CR, OPTER | OPTWRE);
	wr(CR, OPTER | STRT | OPTWRE);
	wait_ready(30001);
	put_option(RDP, rdp);
	put_option(USER, user);
	put_option(DATA, 0xff);
	put_option(DATA + 2, 0xff);
	for (uint32_t i = 0; i < 4; i++)
		put_option(WRP + 2 * i, (uint8_t)(wrp >> 8 * i));
	wr(CR, OPTWRE);
}

static void launch(void)
{
	wr(DEMCR, 1);
	(void)chip_ahb_write(chip, CR, 4, LAUNCH | OPTWRE); /* whose answer may be lost */
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(rd(CR) & LOCK, LOCK);
}

static void power_cycle(void)
{
	chip_power(chip, false);
	sleep_ms(10);
	chip_power(chip, true);
}

static void begin(const char *name)
{
	bench(name);
	halt();
}

/* --- the registers ------------------------------------------------------------------- */

static void factory_options_are_those_of_the_sheet(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		begin(parts[i]);
		assert_int_equal(rd_size(OPTIONS, 2), 0x55aa);
		for (uint32_t off = 2; off < 16; off += 2)
			assert_int_equal(rd_size(OPTIONS + off, 2), 0x00ff);
		assert_int_equal(rd(OBR), 0xffffff00);
		assert_int_equal(rd(WRPR), 0xffffffff);
		no_anomaly();
	}
}

static void erase_takes_30_ms_and_a_half_word_53_us(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		ready(parts[i]);
		erase_page(FLASH + 0x1000);
		sleep_us(29990);
		assert_int_equal(rd(SR), BSY);
		wait_ready(20);
		assert_true(is_all(FLASH + 0x1000, chip_part(chip)->traits->page_size, 0xff));
		assert_int_equal(*at(FLASH + 0x1000 + chip_part(chip)->traits->page_size), 0x5a);
		wr(CR, PG);
		wr16(FLASH + 0x1000, 0x1234);
		sleep_us(53);
		assert_true(rd(SR) & BSY);
		wait_ready(1);
		assert_int_equal(rd_size(FLASH + 0x1000, 2), 0x1234);
		no_anomaly();
	}
}

static void pages_are_as_large_as_the_sheet_says(void **state)
{
	static const struct {
		const char *part;
		uint32_t size;
	} cases[] = {
		{ "stm32f030f4", 1024 }, { "stm32f042k6", 1024 }, { "stm32f051r8", 1024 }, { "stm32f070f6", 1024 },
		{ "stm32f072rb", 2048 }, { "stm32f091rc", 2048 }, { "stm32f303vc", 2048 }, { "stm32f303re", 2048 },
		{ "stm32f334r8", 2048 }, { "stm32f373cc", 2048 }, { "stm32f302r8", 2048 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].part);
		erase_page(FLASH + 0x2000);
		wait_ready(30001);
		assert_true(is_all(FLASH + 0x2000, cases[i].size, 0xff));
		assert_true(is_all(FLASH + 0x2000 + cases[i].size, 0x400, 0x5a));
		no_anomaly();
	}
}

static void mass_erase_with_pg_still_set_is_not_done(void **state)
{
	(void)state;
	ready("stm32f030r8");
	wr(CR, MER | PG);
	wr(CR, MER | PG | STRT);
	assert_int_equal(rd(SR) & BSY, 0);
	one_anomaly("STRT");
	assert_true(is_all(FLASH, 0x1000, 0x5a));
}

/* --- launch ---------------------------------------------------------------------------- */

static void options_take_effect_with_launch_or_power_and_not_with_a_reset(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		begin(parts[i]);
		program_options(0xaa, 0xfd, 0xffffffff); /* nRST_STOP */
		assert_int_equal(rd(OBR), 0xffffff00);
		reset_halt();
		assert_int_equal(rd(OBR), 0xffffff00);
		unlock_options();
		launch();
		assert_int_equal(rd(OBR), 0xfffffd00);
		assert_true(rd(RCC_CSR) & OBLRSTF);
		no_anomaly();

		bench(parts[i]);
		halt();
		program_options(0xaa, 0xfb, 0xffffffff); /* nRST_STDBY */
		power_cycle();
		assert_int_equal(rd(OBR), 0xfffffb00);
		assert_int_equal(rd(RCC_CSR) & (OBLRSTF | PWR_FLAG), PWR_FLAG);
		no_anomaly();
	}
}

static void launch_wants_the_lock_open(void **state)
{
	(void)state;
	begin("stm32f072rb");
	wr(CR, LAUNCH);
	one_anomaly("while locked");
	assert_int_equal(rd(RCC_CSR) & OBLRSTF, 0);
}

static void an_f1_has_no_launch(void **state)
{
	(void)state;
	ready("stm32f103c8");
	wr(CR, LAUNCH);
	one_anomaly("reserved");
}

static void launch_resets_at_once_and_without_a_catch_the_firmware_runs(void **state)
{
	(void)state;
	begin("stm32f303vc");
	unlock_options();
	(void)rd(DHCSR);
	write_faults(CR, 4, LAUNCH | OPTWRE); /* the answer is lost */
	assert_true(rd(DHCSR) & S_RESET);
	sleep_ms(5);
	assert_int_equal(rd(DHCSR) & (S_HALT | 1), 1);
	assert_in_range(rd(FW_MS), 3, 5);
	unlock_options();
	wr(CR, LAUNCH | OPTWRE); /* and the next is not */
	assert_true(rd(DHCSR) & S_RESET);
	no_anomaly();
}

/* --- read protection --------------------------------------------------------------------- */

static void level_1_closes_the_array_and_nothing_else(void **state)
{
	static const uint8_t values[] = { 0xbb, 0xa5, 0x00, 0xff, 0x55 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		begin("stm32f072rb");
		program_options(values[i], 0xff, 0xffffffff);
		power_cycle();
		halt();
		assert_int_equal(rd(OBR) & 6, 2);
		read_faults(FLASH, 4);
		read_faults(FLASH + 0x1fffc, 4);
		(void)rd(RAM);
		assert_int_equal(rd_size(0x1ffff7cc, 2), 128);
		assert_int_equal(rd_size(OPTIONS, 2) & 0xff, values[i]);
		unlock();
		wr(CR, MER);
		wr(CR, MER | STRT);
		assert_int_equal(rd(SR), WRPRTERR);
		no_anomaly();
	}
}

static void a_level_raised_under_a_debugger_waits_for_power(void **state)
{
	(void)state;
	begin("stm32f334r8");
	program_options(0xbb, 0xff, 0xffffffff);
	launch();
	assert_int_equal(rd(OBR) & 6, 0);
	(void)rd(FLASH);
	power_cycle();
	assert_int_equal(rd(OBR) & 6, 2);
	no_anomaly();
}

static void level_0_again_erases_everything_and_is_launched(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		bench_without_power(parts[i]);
		assert_true(chip_preset(chip, PRESET_RDP_LEVEL, 1));
		chip_power(chip, true);
		halt();
		read_faults(FLASH, 4);
		unlock_options();
		wr(CR, OPTER | OPTWRE);
		wr(CR, OPTER | STRT | OPTWRE);
		wait_ready(30001);
		wr(CR, OPTPG | OPTWRE);
		wr16(OPTIONS, 0xaa);
		sleep_us(30000);
		assert_true(rd(SR) & BSY);
		wait_ready(100);
		assert_true(is_all(FLASH, chip_part(chip)->flash_size, 0xff));
		assert_int_equal(mon.mass_erases, 1);
		wr(CR, OPTWRE);
		launch();
		assert_int_equal(rd(OBR) & 7, 0);
		assert_int_equal(rd(FLASH), 0xffffffff);
		no_anomaly();
	}
}

static void the_key_of_an_f1_leaves_level_1(void **state)
{
	(void)state;
	begin("stm32f051r8");
	program_options(0xa5, 0xff, 0xffffffff);
	power_cycle();
	assert_int_equal(rd(OBR) & 6, 2);
	no_anomaly();
}

static void level_2_ends_debugging_for_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		begin(parts[i]);
		program_options(0xcc, 0xff, 0xffffffff);
		assert_true(chip_swd_answers(chip));
		power_cycle();
		assert_false(chip_swd_answers(chip));
		power_cycle();
		assert_false(chip_swd_answers(chip));
		assert_int_equal(chip->fpec.obr & 6, 6);
	}
}

static void the_key_of_level_2_is_level_1_on_an_f1(void **state)
{
	(void)state;
	begin("stm32f103c8");
	unlock_options();
	wr(CR, OPTER | OPTWRE);
	wr(CR, OPTER | STRT | OPTWRE);
	wait_ready(20001);
	put_option(RDP, 0xcc);
	power_cycle();
	assert_true(chip_swd_answers(chip));
	assert_int_equal(rd(OBR) & 2, 2);
}

static void erased_options_are_level_1(void **state)
{
	(void)state;
	begin("stm32f042k6");
	unlock_options();
	wr(CR, OPTER | OPTWRE);
	wr(CR, OPTER | STRT | OPTWRE);
	wait_ready(30001);
	power_cycle();
	assert_int_equal(rd(OBR) & 7, 2); /* and no OPTERR */
	no_anomaly();
}

/* --- write protection, bits that are not there ---------------------------------------------- */

static void a_bit_of_wrp_is_4_kib_and_the_last_all_the_rest(void **state)
{
	static const struct {
		const char *part;
		uint32_t bit, from, to;
	} cases[] = {
		{ "stm32f030f4", 1, 0x1000, 0x2000 },    { "stm32f042k6", 7, 0x7000, 0x8000 },
		{ "stm32f051r8", 15, 0xf000, 0x10000 },  { "stm32f072rb", 3, 0x3000, 0x4000 },
		{ "stm32f072rb", 31, 0x1f000, 0x20000 }, { "stm32f091rc", 31, 0x1f000, 0x40000 },
		{ "stm32f303re", 31, 0x1f000, 0x80000 }, { "stm32f303vc", 31, 0x1f000, 0x40000 },
		{ "stm32f334r8", 15, 0xf000, 0x10000 },  { "stm32f373cc", 31, 0x1f000, 0x40000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const uint32_t last = FLASH + cases[i].to - 0x400;

		begin(cases[i].part);
		program_options(0xaa, 0xff, ~(1u << cases[i].bit));
		launch();
		unlock();
		erase_page(FLASH + cases[i].from - 0x400);
		wait_ready(30001);
		assert_int_equal(rd(SR), EOP);
		wr(SR, EOP);
		erase_page(FLASH + cases[i].from);
		assert_int_equal(rd(SR), WRPRTERR);
		wr(SR, WRPRTERR);
		erase_page(last);
		assert_int_equal(rd(SR), WRPRTERR);
		no_anomaly();
	}
}

static void bits_that_a_part_lacks_must_stay_one(void **state)
{
	static const struct {
		const char *part;
		uint32_t offset;
		uint8_t good, bad;
	} cases[] = {
		{ "stm32f051r8", USER, 0x88, 0x77 },    { "stm32f072rb", USER, 0x88, 0x7f },
		{ "stm32f373cc", USER, 0x08, 0xf7 },    { "stm32f302r8", USER, 0xc8, 0xbf },
		{ "stm32f030f4", WRP + 2, 0xff, 0xfe }, { "stm32f334r8", WRP + 4, 0xff, 0x00 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (unsigned int bad = 0; bad < 2; bad++) {
			begin(cases[i].part);
			unlock_options();
			wr(CR, OPTER | OPTWRE);
			wr(CR, OPTER | STRT | OPTWRE);
			wait_ready(30001);
			put_option(cases[i].offset, bad ? cases[i].bad : cases[i].good);
			if (bad)
				one_anomaly("option byte");
			no_anomaly();
		}
	}
}

/* --- what starts ------------------------------------------------------------------------------ */

static bool in_rom(void)
{
	const uint32_t base = chip_part(chip)->traits->system.base;
	uint32_t pc;

	halt();
	pc = get_core_reg(15);
	return pc >= base && pc < base + chip_part(chip)->traits->system.size;
}

/* Sheet section 2.6 */
static void a_virgin_chip_starts_the_rom_until_its_options_are_loaded_again(void **state)
{
	static const char *const empty[] = { "stm32f042k6", "stm32f070f6", "stm32f091rc", "stm32f030rc" };
	uint8_t demo[0x400];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(empty); i++) {
		bench_without_power(empty[i]);
		memcpy(demo, chip_flash(chip), sizeof(demo));
		memset(chip_flash(chip), 0xff, chip_part(chip)->flash_size);
		chip_power(chip, true);
		assert_true(in_rom());
		memcpy(chip_flash(chip), demo, sizeof(demo)); /* programmed somehow */
		reset_halt();
		assert_true(in_rom());
		unlock_options();
		wr(DEMCR, 0);
		(void)chip_ahb_write(chip, CR, 4, LAUNCH | OPTWRE);
		sleep_ms(5);
		assert_false(in_rom());
		assert_in_range(rd(FW_MS), 3, 5);

		/* And the other way round: erased, it is not empty before it is looked at. */
		memset(chip_flash(chip), 0xff, chip_part(chip)->flash_size);
		wr(AIRCR, SYSRESET);
		assert_false(in_rom());
		no_anomaly();
	}
}

static void the_other_parts_start_their_flash_whatever_it_holds(void **state)
{
	static const char *const others[] = { "stm32f051r8", "stm32f072rb", "stm32f030f4", "stm32f303vc" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		bench_without_power(others[i]);
		memset(chip_flash(chip), 0xff, chip_part(chip)->flash_size);
		chip_power(chip, true);
		sleep_us(10);
		assert_false(in_rom());
		no_anomaly();
	}
}

static void the_boot0_pin_starts_the_rom_or_sram_by_nboot1(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		bench_without_power(parts[i]);
		chip_faults(chip)->boot0 = true;
		chip_power(chip, true);
		sleep_us(10);
		assert_true(in_rom());
		program_options(0xaa, 0xef, 0xffffffff);
		launch();
		wr(RAM, RAM + 0x400);
		wr(RAM + 4, CODE_AT | 1);
		assert_int_equal(rd(0), RAM + 0x400);
		wr(AIRCR, SYSRESET);
		assert_int_equal(get_core_reg(15), CODE_AT);
		no_anomaly();
	}
}

/* Sheet section 4.1: BOOT_SEL 0 makes nBOOT0 count. */
static void nboot0_takes_the_place_of_the_pin_where_boot_sel_says_so(void **state)
{
	static const struct {
		uint8_t user;
		bool boot0, rom;
	} cases[] = {
		{ 0xff, false, false }, { 0xff, true, true },   { 0x7f, true, false },
		{ 0x77, false, true },  { 0xf7, false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		begin("stm32f042k6");
		program_options(0xaa, cases[i].user, 0xffffffff);
		chip_faults(chip)->boot0 = cases[i].boot0;
		launch();
		assert_int_equal(in_rom(), cases[i].rom);
		no_anomaly();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(factory_options_are_those_of_the_sheet, leave_bench),
		cmocka_unit_test_teardown(erase_takes_30_ms_and_a_half_word_53_us, leave_bench),
		cmocka_unit_test_teardown(pages_are_as_large_as_the_sheet_says, leave_bench),
		cmocka_unit_test_teardown(mass_erase_with_pg_still_set_is_not_done, leave_bench),
		cmocka_unit_test_teardown(options_take_effect_with_launch_or_power_and_not_with_a_reset, leave_bench),
		cmocka_unit_test_teardown(launch_wants_the_lock_open, leave_bench),
		cmocka_unit_test_teardown(an_f1_has_no_launch, leave_bench),
		cmocka_unit_test_teardown(launch_resets_at_once_and_without_a_catch_the_firmware_runs, leave_bench),
		cmocka_unit_test_teardown(level_1_closes_the_array_and_nothing_else, leave_bench),
		cmocka_unit_test_teardown(a_level_raised_under_a_debugger_waits_for_power, leave_bench),
		cmocka_unit_test_teardown(level_0_again_erases_everything_and_is_launched, leave_bench),
		cmocka_unit_test_teardown(the_key_of_an_f1_leaves_level_1, leave_bench),
		cmocka_unit_test_teardown(level_2_ends_debugging_for_good, leave_bench),
		cmocka_unit_test_teardown(the_key_of_level_2_is_level_1_on_an_f1, leave_bench),
		cmocka_unit_test_teardown(erased_options_are_level_1, leave_bench),
		cmocka_unit_test_teardown(a_bit_of_wrp_is_4_kib_and_the_last_all_the_rest, leave_bench),
		cmocka_unit_test_teardown(bits_that_a_part_lacks_must_stay_one, leave_bench),
		cmocka_unit_test_teardown(a_virgin_chip_starts_the_rom_until_its_options_are_loaded_again, leave_bench),
		cmocka_unit_test_teardown(the_other_parts_start_their_flash_whatever_it_holds, leave_bench),
		cmocka_unit_test_teardown(the_boot0_pin_starts_the_rom_or_sram_by_nboot1, leave_bench),
		cmocka_unit_test_teardown(nboot0_takes_the_place_of_the_pin_where_boot_sel_says_so, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
