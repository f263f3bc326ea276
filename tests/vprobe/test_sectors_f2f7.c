/* SPDX-License-Identifier: MIT */
/* The flash controller of F2 and F7: what differs from the F4 (flash-f0f3f2f7 fact sheet sections 3, 4.2, 4.3 and 5).
 */
#include "sectors_bench.h"

#include "chip/internal.h"

#define OPTCR2 (BASE + 0x1c)
#define ITCM   0x00200000u

#define NDBANK    (1u << 29)
#define PCROP_RDP (1u << 31)

static void erase(unsigned int snb, uint32_t psize)
{
	start(SER | SNB(snb) | psize);
}

static uint32_t with_rdp(uint32_t optcr, uint32_t rdp)
{
	return (optcr & ~0xff00u) | rdp << 8;
}

/* --- erase and program ---------------------------------------------------------------------- */

static void sectors_take_the_times_of_the_sheet(void **state)
{
	static const struct {
		const char *part;
		unsigned int snb;
		uint32_t psize, from, size;
		uint64_t ms;
	} cases[] = {
		{ "stm32f207zg", 1, X32, 0x4000, 0x4000, 250 },     { "stm32f207zg", 4, X8, 0x10000, 0x10000, 1200 },
		{ "stm32f207zg", 11, X32, 0xe0000, 0x20000, 1000 }, { "stm32f746zg", 1, X32, 0x8000, 0x8000, 200 },
		{ "stm32f746zg", 4, X8, 0x20000, 0x20000, 1100 },   { "stm32f746zg", 7, X32, 0xc0000, 0x40000, 1000 },
		{ "stm32f746zg", 5, X8, 0x40000, 0x40000, 2100 },   { "stm32f722re", 0, X32, 0, 0x4000, 250 },
		{ "stm32f722re", 7, X32, 0x60000, 0x20000, 1000 },  { "stm32f767zi", 11, X32, 0x1c0000, 0x40000, 1000 },
		{ "stm32f750n8", 1, X16, 0x8000, 0x8000, 250 },     { "stm32f730r8", 3, X32, 0xc000, 0x4000, 250 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].part);
		erase(cases[i].snb, cases[i].psize);
		takes_ms(cases[i].ms);
		assert_true(is_all(FLASH + cases[i].from, cases[i].size, 0xff));
		if (cases[i].from)
			assert_int_equal(*at(FLASH + cases[i].from - 1), 0x5a);
		if (cases[i].from + cases[i].size < chip_part(chip)->flash_size)
			assert_int_equal(*at(FLASH + cases[i].from + cases[i].size), 0x5a);
		no_anomaly();
	}
}

static void everything_at_once_takes_as_long_as_there_is_flash(void **state)
{
	(void)state;
	ready("stm32f207zg");
	start(MER | X32);
	takes_ms(8000);
	assert_true(is_all(FLASH, 0x100000, 0xff));
	ready("stm32f767zi");
	start(MER | X8);
	takes_ms(16000);
	assert_true(is_all(FLASH, 0x200000, 0xff));
	no_anomaly();
}

static void a_word_takes_16_us(void **state)
{
	static const char *const names[] = { "stm32f207zg", "stm32f746zg", "stm32f722re", "stm32f767zi" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		ready(names[i]);
		memset(at(FLASH), 0xff, 16);
		wr(CR, PG | X32);
		wr(FLASH, 0x12345678);
		sleep_us(15);
		assert_true(rd(SR) & BSY);
		sleep_us(2);
		assert_int_equal(rd(SR), 0);
		assert_int_equal(rd(FLASH), 0x12345678);
		no_anomaly();
	}
}

static void the_supply_limits_the_width(void **state)
{
	static const char *const names[] = { "stm32f207zg", "stm32f746zg", "stm32f722re", "stm32f767zi" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		ready(names[i]);
		chip_faults(chip)->vdd_mv = 2400;
		erase(0, X16);
		wait_ready_ms(600);
		no_anomaly();
		erase(0, X32);
		one_anomaly("PSIZE");
	}
}

static void bits_that_a_line_lacks_are_an_anomaly(void **state)
{
	static const struct {
		const char *part;
		uint32_t cr;
	} cases[] = {
		{ "stm32f207zg", ERRIE },   { "stm32f207zg", MER2 },    { "stm32f746zg", MER2 },
		{ "stm32f746zg", 1u << 7 }, { "stm32f722re", 1u << 7 }, { "stm32f746zg", 1u << 26 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].part);
		wr(CR, cases[i].cr);
		one_anomaly("reserved bits");
	}
	ready("stm32f746zg");
	wr(CR, ERRIE | EOPIE);
	ready("stm32f767zi");
	wr(CR, SNB(0x1b) | SER);
	no_anomaly();
}

/* --- two banks of an F76x -------------------------------------------------------------------- */

static void make_dual(const char *part)
{
	ready(part);
	chip->sectors.stored &= ~NDBANK;
	power_cycle();
	memset(chip_flash(chip), 0x5a, chip_part(chip)->flash_size);
	unlock();
}

static void a_second_bank_has_its_own_snb_and_mass_erase(void **state)
{
	static const struct {
		const char *part;
		uint32_t bank2;
	} cases[] = { { "stm32f767zi", 0x100000 }, { "stm32f767zg", 0x80000 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		make_dual(cases[i].part);
		erase(0x10, X32);
		takes_ms(250);
		assert_true(is_all(FLASH + cases[i].bank2, 0x4000, 0xff));
		assert_int_equal(*at(FLASH), 0x5a);
		assert_int_equal(*at(FLASH + cases[i].bank2 + 0x4000), 0x5a);
		start(MER2 | X32);
		wait_ready_ms(8001);
		assert_true(is_all(FLASH + cases[i].bank2, cases[i].bank2, 0xff));
		assert_true(is_all(FLASH, cases[i].bank2, 0x5a));
		start(MER | MER2 | X32);
		wait_ready_ms(8001);
		assert_true(is_all(FLASH, 2 * cases[i].bank2, 0xff));
		no_anomaly();
	}
}

static void a_sector_that_one_bank_has_not_is_no_sector(void **state)
{
	(void)state;
	make_dual("stm32f767zg");
	erase(8, X32);
	one_anomaly("no such sector");
	ready("stm32f767zi");
	erase(0x10, X32);
	one_anomaly("no such sector");
	ready("stm32f767zi");
	start(MER2 | X32);
	one_anomaly("MER2");
}

static void a_bank_is_read_while_the_other_is_erased(void **state)
{
	(void)state;
	make_dual("stm32f767zi");
	erase(0, X32);
	(void)rd(FLASH + 0x100000);
	assert_true(rd(SR) & BSY);
	no_anomaly();
}

static void nwrp_of_two_banks_is_two_sectors_each(void **state)
{
	static const struct {
		const char *part;
		unsigned int bit, protected, free;
	} cases[] = {
		{ "stm32f767zi", 0, 1, 2 },    { "stm32f767zi", 5, 11, 9 },       { "stm32f767zi", 6, 0x10, 0 },
		{ "stm32f767zi", 6, 0x11, 1 }, { "stm32f767zi", 11, 0x1b, 0x19 }, { "stm32f767zg", 6, 0x10, 0x12 },
		{ "stm32f767zg", 9, 0x17, 7 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		make_dual(cases[i].part);
		program_optcr(rd(OPTCR) & ~1u & ~(1u << (16 + cases[i].bit)), 251);
		erase(cases[i].protected, X32);
		assert_int_equal(rd(SR), WRPERR);
		wr(SR, WRPERR);
		erase(cases[i].free, X32);
		assert_true(rd(SR) & BSY);
		no_anomaly();
	}
}

/* Sheet section 3.2: the contents are not what they were. */
static void changing_ndbank_scrambles_the_contents(void **state)
{
	uint8_t before[64];

	(void)state;
	bench("stm32f767zi");
	halt();
	unlock();
	for (uint32_t i = 0; i < 64; i++)
		chip_flash(chip)[i] = before[i] = (uint8_t)(i + 1);
	program_optcr(rd(OPTCR) & ~1u & ~NDBANK, 251);
	assert_memory_equal(chip_flash(chip), before, 16);
	assert_memory_equal(chip_flash(chip) + 0x100000, before + 16, 16);
	assert_memory_equal(chip_flash(chip) + 16, before + 32, 16);
	program_optcr((rd(OPTCR) & ~1u) | NDBANK, 251);
	assert_memory_equal(chip_flash(chip), before, 64);
	no_anomaly();
}

static void the_number_of_banks_may_be_asked_for(void **state)
{
	static const struct {
		const char *part;
		uint32_t banks;
		bool possible;
	} cases[] = {
		{ "stm32f767zi", 1, true },  { "stm32f767zi", 2, true },  { "stm32f767zg", 2, true },
		{ "stm32f429zg", 1, true },  { "stm32f429zg", 2, true },  { "stm32f429zi", 2, true },
		{ "stm32f429zi", 1, false }, { "stm32f746zg", 2, false }, { "stm32f746zg", 1, true },
		{ "stm32f103c8", 2, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench_without_power(cases[i].part);
		assert_int_equal(chip_preset(chip, PRESET_BANKS, cases[i].banks), cases[i].possible);
		if (!cases[i].possible)
			continue;
		chip_power(chip, true);
		sleep_ms(2);
		assert_in_range(rd(FW_MS), 1, 2); /* the demo runs all the same */
		no_anomaly();
	}
}

/* --- option words -------------------------------------------------------------------------------- */

static void factory_options_are_those_of_the_sheet(void **state)
{
	static const struct {
		const char *part;
		uint32_t optcr, optcr1;
	} cases[] = {
		{ "stm32f205rb", 0x0fffaaed, 0 },          { "stm32f207zg", 0x0fffaaed, 0 },
		{ "stm32f722re", 0xc0ffaafd, 0x00400080 }, { "stm32f746zg", 0xc0ffaafd, 0x00400080 },
		{ "stm32f767zi", 0xffffaafd, 0x00400080 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench(cases[i].part);
		halt();
		assert_int_equal(rd(OPTCR), cases[i].optcr);
		assert_int_equal(rd(OPTCR1), cases[i].optcr1);
		assert_int_equal(rd(OPTCR2), 0);
		no_anomaly();
	}
}

static void the_option_copy_of_an_f7_has_the_boot_addresses(void **state)
{
	(void)state;
	bench("stm32f746zg");
	halt();
	assert_int_equal(rd_size(0x1fff0000, 2), 0xaafc);
	assert_int_equal(rd_size(0x1fff0008, 2), 0xc0ff);
	assert_int_equal(rd_size(0x1fff0010, 2), 0x0080);
	assert_int_equal(rd_size(0x1fff0018, 2), 0x0040);
	read_faults(0x1fff0020, 4);
	bench("stm32f207zg");
	halt();
	assert_int_equal(rd_size(0x1fffc000, 2), 0xaaec);
	assert_int_equal(rd_size(0x1fffc008, 2), 0x0fff);
	no_anomaly();
}

static void reserved_option_bits_must_stay(void **state)
{
	static const struct {
		const char *part;
		uint32_t flipped;
	} cases[] = { { "stm32f207zg", 1u << 4 },
		      { "stm32f207zg", 1u << 28 },
		      { "stm32f746zg", 1u << 29 },
		      { "stm32f722re", 1u << 24 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].part);
		unlock_options();
		wr(OPTCR, rd(OPTCR) ^ cases[i].flipped);
		one_anomaly("reserved bits");
	}
	ready("stm32f207zg");
	unlock_options();
	wr(OPTCR1, 0x0fff0000);
	one_anomaly("has none");
	ready("stm32f746zg");
	unlock_options();
	wr(OPTCR2, 0);
	one_anomaly("has none");
}

/* What an F4 keeps in OPTCR1, nWRP of bank 2, is boot addresses here. */
static void boot_addresses_are_programmed_and_followed(void **state)
{
	static const struct {
		uint32_t add0, pc, size;
	} cases[] = {
		{ 0x0080, ITCM, 0x400 },
		{ 0x2000, FLASH, 0x400 },
		{ 0x0040, 0x00100000, 0xedc0 },
		{ 0x8000, RAM, 0x400 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench("stm32f746zg");
		halt();
		unlock();
		unlock_options();
		wr(OPTCR1, 0x00400000 | cases[i].add0);
		wr(OPTCR, rd(OPTCR) | OPTSTRT);
		wait_ready_ms(251);
		assert_int_equal(rd(OPTCR1), 0x00400000 | cases[i].add0);
		wr(RAM, RAM + 0x800);
		wr(RAM + 4, CODE_AT | 1);
		reset_halt();
		assert_int_equal(rd(0xe000ed08), cases[i].add0 << 14);
		assert_int_equal(get_core_reg(15), rd((cases[i].add0 << 14) + 4) & ~1u);
		no_anomaly();
	}
	bench_without_power("stm32f746zg");
	chip_faults(chip)->boot0 = true;
	chip_power(chip, true);
	halt();
	assert_int_equal(rd(0xe000ed08), 0x00100000); /* BOOT_ADD1: the ROM */
	no_anomaly();
}

static void a_hardware_watchdog_starts_by_itself(void **state)
{
	(void)state;
	for (unsigned int bit = 4; bit <= 5; bit++) { /* WWDG_SW, IWDG_SW */
		bench("stm32f746zg");
		halt();
		chip->sectors.stored &= ~(1u << bit);
		power_cycle();
		(void)rd(DHCSR);
		sleep_ms(600);
		assert_true(rd(DHCSR) & S_RESET);
		no_anomaly();
	}
}

/* Sheet section 4.3 */
static void programming_options_of_an_f7_that_is_cut_short_leaves_level_1(void **state)
{
	static const struct {
		const char *part;
		unsigned int level;
	} cases[] = { { "stm32f746zg", 1 }, { "stm32f722re", 1 }, { "stm32f767zi", 1 }, { "stm32f207zg", 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].part);
		unlock_options();
		wr(OPTCR, rd(OPTCR) & ~(1u << 6));
		wr(OPTCR, rd(OPTCR) | OPTSTRT);
		sleep_ms(10);
		assert_true(rd(SR) & BSY);
		power_cycle();
		assert_int_equal(chip->sectors.rdp_level, cases[i].level);
		no_anomaly();
	}
}

/* --- protection ----------------------------------------------------------------------------------- */

static void level_1_closes_flash_and_level_0_erases_it(void **state)
{
	static const char *const names[] = { "stm32f207zg", "stm32f722re", "stm32f746zg", "stm32f767zi" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		ready(names[i]);
		wr(0x40024000, 0x12345678); /* backup SRAM */
		program_optcr(with_rdp(rd(OPTCR) & ~1u, 0x55), 251);
		(void)rd(FLASH);
		power_cycle();
		read_faults(FLASH, 4);
		if (i)
			read_faults(ITCM, 4);
		(void)rd(RAM);
		wr(0x40024000, 0x12345678);
		unlock();
		program_optcr(with_rdp(rd(OPTCR) & ~1u, 0xaa), 17000);
		assert_true(is_all(FLASH, chip_part(chip)->flash_size, 0xff));
		assert_int_not_equal(rd(0x40024000), 0x12345678);
		reset_halt();
		assert_int_equal(rd(FLASH), 0xffffffff);
		no_anomaly();
	}
}

static void level_2_ends_debugging_for_good(void **state)
{
	static const char *const names[] = { "stm32f207zg", "stm32f722re", "stm32f746zg", "stm32f767zi" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		ready(names[i]);
		program_optcr(with_rdp(rd(OPTCR) & ~1u, 0xcc), 251);
		chip_power(chip, false);
		chip_power(chip, true);
		assert_false(chip_swd_answers(chip));
	}
}

static void program_optcr2(uint32_t value)
{
	unlock_options();
	wr(OPTCR2, value);
	wr(OPTCR, rd(OPTCR) | OPTSTRT);
	wait_ready_ms(17000);
}

/* Sheet section 3.3: 1 protects, and only RDP from 1 to 0 with PCROP_RDP removes it. */
static void pcrop_of_an_f72x_hides_a_sector(void **state)
{
	(void)state;
	ready("stm32f722re");
	program_optcr2(1u << 2);
	assert_int_equal(rd(FLASH + 0x8000), 0);
	assert_int_equal(rd(SR), RDERR);
	wr(SR, RDERR);
	assert_int_equal(rd(FLASH), 0x5a5a5a5a);
	erase(2, X32);
	assert_int_equal(rd(SR), WRPERR);
	wr(SR, WRPERR);
	wr(OPTCR2, 0);
	wr(OPTCR, rd(OPTCR) | OPTSTRT);
	assert_int_equal(rd(SR), WRPERR);
	wr(SR, WRPERR);
	no_anomaly();
}

static void pcrop_goes_with_read_protection_if_pcrop_rdp_says_so(void **state)
{
	(void)state;
	for (unsigned int goes = 0; goes < 2; goes++) {
		ready("stm32f722re");
		program_optcr2(1u << 2 | (goes ? PCROP_RDP : 0));
		wr(OPTCR, rd(OPTCR) | 1);
		program_optcr(with_rdp(rd(OPTCR) & ~1u, 0x55), 251);
		power_cycle();
		unlock();
		unlock_options();
		wr(OPTCR2, goes ? PCROP_RDP : 0);
		wr(OPTCR, with_rdp(rd(OPTCR), 0xaa));
		wr(OPTCR, rd(OPTCR) | OPTSTRT);
		wait_ready_ms(17000);
		assert_true(is_all(FLASH, 0x8000, 0xff));
		assert_true(is_all(FLASH + 0x8000, 0x4000, goes ? 0xff : 0x5a));
		assert_int_equal(rd(OPTCR2), goes ? PCROP_RDP : 1u << 2);
		no_anomaly();
	}
}

static void one_time_programmable_bytes_are_where_the_sheet_says(void **state)
{
	static const struct {
		const char *part;
		uint32_t otp, lock, block;
	} cases[] = {
		{ "stm32f207zg", 0x1fff7800, 0x1fff7a00, 32 },
		{ "stm32f722re", 0x1ff07800, 0x1ff07a00, 32 },
		{ "stm32f746zg", 0x1ff0f000, 0x1ff0f400, 64 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].part);
		wr(CR, PG | X32);
		wr(cases[i].otp + cases[i].block, 0x12345678);
		sleep_us(20);
		assert_int_equal(rd(cases[i].otp + cases[i].block), 0x12345678);
		wr(CR, PG | X8);
		wr_size(cases[i].lock + 1, 1, 0);
		sleep_us(20);
		wr_size(cases[i].otp + cases[i].block + 4, 1, 0);
		assert_int_equal(rd(SR), WRPERR);
		wr(SR, WRPERR);
		wr_size(cases[i].otp, 1, 0);
		sleep_us(20);
		assert_int_equal(rd(SR), 0);
		no_anomaly();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(sectors_take_the_times_of_the_sheet, leave_bench),
		cmocka_unit_test_teardown(everything_at_once_takes_as_long_as_there_is_flash, leave_bench),
		cmocka_unit_test_teardown(a_word_takes_16_us, leave_bench),
		cmocka_unit_test_teardown(the_supply_limits_the_width, leave_bench),
		cmocka_unit_test_teardown(bits_that_a_line_lacks_are_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(a_second_bank_has_its_own_snb_and_mass_erase, leave_bench),
		cmocka_unit_test_teardown(a_sector_that_one_bank_has_not_is_no_sector, leave_bench),
		cmocka_unit_test_teardown(a_bank_is_read_while_the_other_is_erased, leave_bench),
		cmocka_unit_test_teardown(nwrp_of_two_banks_is_two_sectors_each, leave_bench),
		cmocka_unit_test_teardown(changing_ndbank_scrambles_the_contents, leave_bench),
		cmocka_unit_test_teardown(the_number_of_banks_may_be_asked_for, leave_bench),
		cmocka_unit_test_teardown(factory_options_are_those_of_the_sheet, leave_bench),
		cmocka_unit_test_teardown(the_option_copy_of_an_f7_has_the_boot_addresses, leave_bench),
		cmocka_unit_test_teardown(reserved_option_bits_must_stay, leave_bench),
		cmocka_unit_test_teardown(boot_addresses_are_programmed_and_followed, leave_bench),
		cmocka_unit_test_teardown(a_hardware_watchdog_starts_by_itself, leave_bench),
		cmocka_unit_test_teardown(programming_options_of_an_f7_that_is_cut_short_leaves_level_1, leave_bench),
		cmocka_unit_test_teardown(level_1_closes_flash_and_level_0_erases_it, leave_bench),
		cmocka_unit_test_teardown(level_2_ends_debugging_for_good, leave_bench),
		cmocka_unit_test_teardown(pcrop_of_an_f72x_hides_a_sector, leave_bench),
		cmocka_unit_test_teardown(pcrop_goes_with_read_protection_if_pcrop_rdp_says_so, leave_bench),
		cmocka_unit_test_teardown(one_time_programmable_bytes_are_where_the_sheet_says, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
