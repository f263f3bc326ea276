/* SPDX-License-Identifier: MIT */
/*
 * Pages and banks of L4, L4+, G0, G4, WB and the like: what FLASH_CR names, by
 * the option bit that makes two banks of one (flash-l4g0g4 fact sheet section 2).
 */
#include "dword_bench.h"

/* Only this page is erased. */
static void erases(const char *name, uint32_t cr, uint32_t addr, uint32_t size)
{
	uint32_t zeros = 0;

	memset(chip_flash(chip), 0, chip_part(chip)->flash_size);
	wr(base + CR, PER | cr);
	wr(base + CR, PER | cr | STRT);
	wait_ready();
	wr(base + CR, 0);
	for (uint32_t i = 0; i < chip_part(chip)->flash_size; i++)
		zeros += !chip_flash(chip)[i];
	if (zeros != chip_part(chip)->flash_size - size)
		fail_msg("%s: %u bytes were erased, not %u", name, (unsigned int)(chip_part(chip)->flash_size - zeros),
			 (unsigned int)size);
	assert_int_equal(rd(addr), 0xffffffff);
	assert_int_equal(rd(addr + size - 4), 0xffffffff);
	no_anomaly();
}

static void two_banks(const char *name, unsigned int banks)
{
	bench_without_power(name);
	if (banks)
		assert_true(chip_preset(chip, PRESET_BANKS, banks));
	chip_power(chip, true);
	base = !strncmp(name, "stm32w", 6) ? 0x58004000u : 0x40022000u;
	after_reset();
}

static void pages_are_those_of_the_manuals(void **state)
{
	static const struct {
		const char *name;
		unsigned int banks; /* 0: as from the factory */
		uint32_t cr, addr, size;
	} cases[] = {
		{ "stm32l476rg", 0, PNB(0), 0x08000000, 0x800 },
		{ "stm32l476rg", 0, PNB(255), 0x0807f800, 0x800 },
		{ "stm32l476rg", 0, BKER_L4 | PNB(0), 0x08080000, 0x800 },
		{ "stm32l476rg", 0, PNB(256), 0x08080000, 0x800 }, /* carries into BKER */
		{ "stm32l476re", 2, BKER_L4 | PNB(1), 0x08040800, 0x800 },
		{ "stm32l476re", 1, PNB(129), 0x08040800, 0x800 },
		{ "stm32l432kc", 0, PNB(127), 0x0803f800, 0x800 },
		{ "stm32l452re", 0, PNB(255), 0x0807f800, 0x800 },
		{ "stm32l4r5zi", 2, BKER_L4 | PNB(3), 0x08103000, 0x1000 },
		{ "stm32l4r5zi", 1, PNB(129), 0x08102000, 0x2000 },
		{ "stm32l4r5zg", 2, BKER_L4 | PNB(3), 0x08083000, 0x1000 },
		{ "stm32l4r5zg", 1, PNB(65), 0x08082000, 0x2000 },
		{ "stm32l4p5ce", 2, BKER_L4 | PNB(3), 0x08043000, 0x1000 },
		{ "stm32l4p5ce", 1, PNB(33), 0x08042000, 0x2000 },
		{ "stm32g431rb", 0, PNB(63), 0x0801f800, 0x800 },
		{ "stm32g474re", 2, PNB(127), 0x0803f800, 0x800 },
		{ "stm32g474re", 2, BKER_L4 | PNB(0), 0x08040000, 0x800 },
		{ "stm32g474re", 1, PNB(127), 0x0807f000, 0x1000 },
		{ "stm32g474rc", 2, PNB(63), 0x0801f800, 0x800 },
		{ "stm32g474rc", 2, BKER_L4 | PNB(1), 0x08040800, 0x800 },
		{ "stm32g474rc", 1, PNB(33), 0x08021000, 0x1000 },
		{ "stm32g473cb", 2, BKER_L4 | PNB(31), 0x0804f800, 0x800 },
		{ "stm32g491re", 0, PNB(255), 0x0807f800, 0x800 },
		{ "stm32g071rb", 0, PNB(63), 0x0801f800, 0x800 },
		{ "stm32g0b1re", 0, BKER_G0 | PNB(0), 0x08040000, 0x800 },
		{ "stm32g0b1re", 0, BKER_G0 | PNB(257), 0x08040800, 0x800 }, /* as RM0444 numbers them */
		{ "stm32g0b1rc", 2, BKER_G0 | PNB(1), 0x08020800, 0x800 },
		{ "stm32g0b1rc", 1, PNB(65), 0x08020800, 0x800 },
		{ "stm32g0b1kb", 0, PNB(63), 0x0801f800, 0x800 },
		{ "stm32wb35ce", 0, PNB(7), 0x08007000, 0x1000 },
		{ "stm32wb15cc", 0, PNB(55), 0x0801b800, 0x800 },
		{ "stm32wle5cc", 0, PNB(127), 0x0803f800, 0x800 },
		{ "stm32c011f6", 0, PNB(15), 0x08007800, 0x800 },
		{ "stm32c071rb", 0, PNB(63), 0x0801f800, 0x800 },
		{ "stm32c091rc", 0, PNB(127), 0x0803f800, 0x800 },
		{ "stm32u073rc", 0, PNB(127), 0x0803f800, 0x800 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		two_banks(cases[i].name, cases[i].banks);
		erases(cases[i].name, cases[i].cr, cases[i].addr, cases[i].size);
	}
}

static void pages_that_there_are_not_are_not_erased(void **state)
{
	static const struct {
		const char *name;
		unsigned int banks;
		uint32_t cr;
	} cases[] = {
		{ "stm32l476rc", 1, PNB(128) }, { "stm32l476re", 1, BKER_L4 }, { "stm32g474rc", 2, PNB(64) },
		{ "stm32g0b1re", 0, PNB(128) }, { "stm32g0b1kb", 0, BKER_G0 }, { "stm32wle5cb", 0, PNB(64) },
		{ "stm32c011f4", 0, PNB(8) },   { "stm32g030f6", 0, PNB(16) },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		two_banks(cases[i].name, cases[i].banks);
		wr(base + CR, PER | cases[i].cr);
		wr(base + CR, PER | cases[i].cr | STRT);
		flags(PGAERR);
		one_anomaly("a page that there is not");
	}
}

static void mass_erase_takes_the_banks_that_are_named(void **state)
{
	static const struct {
		const char *name;
		unsigned int banks;
		uint32_t cr;
		bool first, second;
	} cases[] = {
		{ "stm32l476rg", 0, MER1, true, false },       { "stm32l476rg", 0, MER2, false, true },
		{ "stm32l476rg", 0, MER1 | MER2, true, true }, { "stm32g0b1re", 0, MER2, false, true },
		{ "stm32g474re", 2, MER1, true, false },       { "stm32g474re", 1, MER1 | MER2, true, true },
		{ "stm32l4r5zi", 1, MER1 | MER2, true, true }, { "stm32g071rb", 0, MER1, true, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		two_banks(cases[i].name, cases[i].banks);
		memset(chip_flash(chip), 0, chip_part(chip)->flash_size);
		erase(cases[i].cr);
		assert_int_equal(is_all(FLASH, chip_part(chip)->flash_size / 2, 0xff), cases[i].first);
		assert_int_equal(is_all(FLASH + chip_part(chip)->flash_size / 2, chip_part(chip)->flash_size / 2, 0xff),
				 cases[i].second);
		no_anomaly();
	}
}

/* Section 2.2: it would take every second double word. */
static void one_bank_of_two_joined_is_erased_by_both_bits(void **state)
{
	static const char *const names[] = { "stm32l4r5zi", "stm32g474re" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		two_banks(names[i], 1);
		wr(base + CR, MER1 | STRT);
		one_anomaly("half of two joined banks");
	}
}

static void the_hole_of_a_g4_answers_nothing(void **state)
{
	(void)state;
	two_banks("stm32g474rc", 2);
	memset(chip_flash(chip), 0xff, 256 * 1024);
	(void)rd(0x0801fffc);
	read_faults(0x08020000, 4);
	read_faults(0x0803fffc, 4);
	program(0x08040008, 0x11111111, 0x22222222);
	assert_int_equal(rd(0x0804000c), 0x22222222);
	(void)rd(0x0805fffc);
	read_faults(0x08060000, 4);
	wr(base + CR, PG);
	write_faults(0x08020000, 4, 1);
	wr(base + CR, 0);
	no_anomaly();

	two_banks("stm32g474rc", 1);
	(void)rd(0x0803fffc);
	read_faults(0x08040000, 4);
}

static void code_runs_in_either_bank_of_a_g4_with_a_hole(void **state)
{
	static const uint16_t code[] = { 0x2007, 0xbe00 }; /* movs r0, #7; bkpt */

	(void)state;
	two_banks("stm32g474rc", 2);
	memcpy(chip_flash(chip) + 128 * 1024, code, sizeof(code));
	set_core_reg(15, 0x08040000);
	wr(DFSR, 0x1f);
	wr(DHCSR, GO);
	sleep_us(100);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(get_core_reg(0), 7);
	assert_int_equal(get_core_reg(15), 0x08040002);
}

/* Section 2.1: single mode interleaves double words of both banks. */
static void a_change_of_dbank_scrambles_the_contents(void **state)
{
	(void)state;
	two_banks("stm32g474re", 2);
	for (uint32_t i = 0; i < 512 * 1024; i += 4)
		put_le32(chip_flash(chip) + i, i);
	program_option(OPTR, rd(base + OPTR) & ~(1u << 22));
	assert_int_equal(rd(FLASH + 8), 8);
	launch();
	assert_int_equal(rd(base + OPTR) >> 22 & 1, 0);
	assert_int_equal(rd(FLASH), 0);
	assert_int_equal(rd(FLASH + 8), 0x40000);
	assert_int_equal(rd(FLASH + 16), 8);
	program_option(OPTR, rd(base + OPTR) | 1u << 22);
	launch();
	assert_int_equal(rd(FLASH + 8), 8);
	assert_int_equal(rd(0x08040004), 0x40004);
	no_anomaly();
}

static void the_other_bank_reads_on_during_an_erase(void **state)
{
	(void)state;
	two_banks("stm32l476rg", 0);
	wr(base + CR, PER | BKER_L4);
	wr(base + CR, PER | BKER_L4 | STRT);
	mon.spent_ns[SPENT_STALL] = 0;
	(void)rd(FLASH);
	assert_int_equal(mon.spent_ns[SPENT_STALL], 0);
	sleep_ms(20);
	(void)rd(0x08080000);
	assert_true(mon.spent_ns[SPENT_STALL] > 1000000);
	no_anomaly();
}

/* Section 2.2: addresses change places, what FLASH_CR names does not. */
static void swapped_banks_keep_their_numbers(void **state)
{
	(void)state;
	two_banks("stm32g0b1re", 0);
	memset(chip_flash(chip), 0xff, 512 * 1024);
	program(FLASH, 1, 1);
	program(0x08040000, 2, 2);
	program_option(OPTR, rd(base + OPTR) & ~(1u << 20));
	launch();
	assert_int_equal(rd(FLASH), 2);
	assert_int_equal(rd(0x08040000), 1);
	erase(PER);
	assert_int_equal(rd(FLASH), 2);
	assert_int_equal(rd(0x08040000), 0xffffffff);

	two_banks("stm32l476rg", 0);
	memset(chip_flash(chip), 0xff, 1024 * 1024);
	program(FLASH, 1, 1);
	wr(0x40010000, 1u << 8); /* SYSCFG_MEMRMP.FB_MODE */
	assert_int_equal(rd(0x08080000), 1);
	erase(PER);
	assert_int_equal(rd(0x08080000), 0xffffffff);
	no_anomaly();
}

/* Section 7 */
static void pages_of_the_radios_processor_are_a_bus_error(void **state)
{
	static const struct {
		const char *name;
		uint32_t first, page; /* of the other processor */
	} cases[] = { { "stm32wb55rg", 0xcb, 0x1000 }, { "stm32wb15cc", 56, 0x800 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const uint32_t addr = FLASH + cases[i].first * cases[i].page;

		two_banks(cases[i].name, 0);
		memset(chip_flash(chip), 0x5a, chip_part(chip)->flash_size);
		assert_int_equal(rd(base + 0x80) & 0xff, cases[i].first);
		assert_int_equal(rd(addr - 4), 0x5a5a5a5a);
		assert_int_equal(rd(addr), 0);
		erases(cases[i].name, PNB(cases[i].first - 1), addr - cases[i].page, cases[i].page);
		wr(base + CR, PER | PNB(cases[i].first));
		write_faults(base + CR, 4, PER | PNB(cases[i].first) | STRT);
		flags(0);
		wr(base + CR, MER1);
		write_faults(base + CR, 4, MER1 | STRT);
		flags(0);
		wr(base + CR, PG);
		write_faults(addr, 4, 1);
		wr(base + CR, 0);
		assert_int_equal(*at(addr), 0);
		no_anomaly();
	}
}

static void what_is_the_radios_processors_is_not_changed_by_a_debugger(void **state)
{
	(void)state;
	two_banks("stm32wb55rg", 0);
	unlock_options();
	wr(base + 0x80, 0x100);
	one_anomaly("only the radio's processor");
	assert_int_equal(rd(base + 0x80), 0xcb);
}

static void a_wl_has_nothing_for_the_radio_as_it_comes(void **state)
{
	static const char *const names[] = { "stm32wl55jc", "stm32wle5cc" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		two_banks(names[i], 0);
		memset(chip_flash(chip), 0, 256 * 1024);
		erase(MER1);
		assert_true(is_all(FLASH, 256 * 1024, 0xff));
		no_anomaly();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(pages_are_those_of_the_manuals, leave_bench),
		cmocka_unit_test_teardown(pages_that_there_are_not_are_not_erased, leave_bench),
		cmocka_unit_test_teardown(mass_erase_takes_the_banks_that_are_named, leave_bench),
		cmocka_unit_test_teardown(one_bank_of_two_joined_is_erased_by_both_bits, leave_bench),
		cmocka_unit_test_teardown(the_hole_of_a_g4_answers_nothing, leave_bench),
		cmocka_unit_test_teardown(code_runs_in_either_bank_of_a_g4_with_a_hole, leave_bench),
		cmocka_unit_test_teardown(a_change_of_dbank_scrambles_the_contents, leave_bench),
		cmocka_unit_test_teardown(the_other_bank_reads_on_during_an_erase, leave_bench),
		cmocka_unit_test_teardown(swapped_banks_keep_their_numbers, leave_bench),
		cmocka_unit_test_teardown(pages_of_the_radios_processor_are_a_bus_error, leave_bench),
		cmocka_unit_test_teardown(what_is_the_radios_processors_is_not_changed_by_a_debugger, leave_bench),
		cmocka_unit_test_teardown(a_wl_has_nothing_for_the_radio_as_it_comes, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
