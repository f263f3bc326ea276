/* SPDX-License-Identifier: MIT */
/* The flash controller of the F4: option bytes and protection. */
#include "sectors_bench.h"

static void factory_options_are_those_of_the_line(void **state)
{
	static const struct {
		const char *part;
		uint32_t optcr, optcr1, copy;
	} cases[] = {
		{ "stm32f407vg", 0x0fffaaed, 0, 0x0fff },
		{ "stm32f413zh", 0x7fffaaed, 0, 0x7fff },
		{ "stm32f429zi", 0x0fffaaed, 0x0fff0000, 0x0fff },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench(cases[i].part);
		assert_int_equal(rd(OPTCR), cases[i].optcr);
		assert_int_equal(rd(OPTCR1), cases[i].optcr1);
		assert_int_equal(rd(0x1fffc000), 0xaaec);
		assert_int_equal(rd_size(0x1fffc001, 1), 0xaa);
		assert_int_equal(rd(0x1fffc008), cases[i].copy);
		no_anomaly();
	}
}

static void options_written_while_locked_are_an_anomaly(void **state)
{
	(void)state;
	bench("stm32f429zi");
	wr(OPTCR, 0x0fffaaef);
	assert_int_equal(rd(OPTCR), 0x0fffaaed);
	one_anomaly("OPTCR written");
	wr(OPTCR1, 0);
	one_anomaly("OPTCR1 written");
	wr(OPTCR, 0x0fffaaed);
	no_anomaly();
}

static void wrong_option_keys_lock_until_reset(void **state)
{
	(void)state;
	bench("stm32f407vg");
	write_faults(OPTKEYR, 4, KEY1);
	write_faults(OPTKEYR, 4, OPTKEY1);
	assert_int_equal(rd(OPTCR) & 1, 1);
	halt();
	reset_halt();
	unlock_options();
	no_anomaly();
}

static void options_are_stored_by_optstrt_only(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	unlock_options();
	wr(OPTCR, 0x0ffeaaec);
	assert_int_equal(rd(0x1fffc008), 0x0fff);
	reset_halt();
	assert_int_equal(rd(OPTCR), 0x0fffaaed);
	program_optcr(0x0ffeaaec, 300);
	assert_int_equal(rd(0x1fffc008), 0x0ffe);
	reset_halt();
	assert_int_equal(rd(OPTCR), 0x0ffeaaed);
	no_anomaly();
}

static void reserved_bits_of_optcr_must_stay(void **state)
{
	(void)state;
	bench("stm32f407vg");
	unlock_options();
	wr(OPTCR, 0x8fffaaec);
	one_anomaly("reserved");
	wr(OPTCR1, 0x0fff0000);
	one_anomaly("has none");
}

static void protected_sectors_refuse_program_sector_and_mass_erase(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	program_optcr(0x0ffbaaec, 300); /* sector 2 */
	memset(chip_flash(chip), 0x5a, 0x100000);
	unlock();
	start(SER | SNB(2) | X32);
	assert_int_equal(rd(SR), WRPERR);
	wr(SR, WRPERR);
	start(MER | X32);
	assert_int_equal(rd(SR), WRPERR);
	wr(SR, WRPERR);
	wr(CR, PG | X32);
	wr(FLASH + 0x8000, 0);
	assert_int_equal(rd(SR), WRPERR);
	wr(SR, WRPERR);
	wr(FLASH + 0x7ffc, 0);
	wr(FLASH + 0xc000, 0);
	sleep_us(17);
	assert_int_equal(rd(SR), 0);
	assert_true(is_all(FLASH + 0x8000, 0x4000, 0x5a));
	no_anomaly();
}

static void write_protection_reaches_bank_2_and_the_shared_bit(void **state)
{
	(void)state;
	bench("stm32f429zi");
	halt();
	unlock_options();
	wr(OPTCR1, 0x0ffd0000); /* sector 13 */
	wr(OPTCR, 0x0fffaaee);
	wait_ready_ms(300);
	unlock();
	start(SER | SNB(0x11) | X32);
	assert_int_equal(rd(SR), WRPERR);
	wr(SR, WRPERR);
	start(SER | SNB(1) | X32);
	assert_int_equal(rd(SR), BSY);
	no_anomaly();

	bench("stm32f413zh");
	halt();
	program_optcr(0x3fffaaec, 300); /* 14 and 15 */
	unlock();
	start(SER | SNB(14) | X32);
	assert_int_equal(rd(SR), WRPERR);
	wr(SR, WRPERR);
	start(SER | SNB(15) | X32);
	assert_int_equal(rd(SR), WRPERR);
	wr(SR, WRPERR);
	start(SER | SNB(13) | X32);
	assert_int_equal(rd(SR), BSY);
	no_anomaly();
}

static void db1m_makes_two_banks_of_1_mib(void **state)
{
	(void)state;
	bench("stm32f429zg");
	halt();
	program_optcr(0x4fffaaec, 300);
	reset_halt();
	memset(chip_flash(chip), 0x5a, 0x100000);
	unlock();
	start(SER | SNB(0x10) | X32);
	wait_ready_ms(251);
	assert_true(is_all(FLASH + 0x80000, 0x4000, 0xff));
	assert_true(is_all(FLASH, 0x80000, 0x5a));
	start(MER | X32);
	takes_ms(4000);
	assert_true(is_all(FLASH + 0x84000, 0x7c000, 0x5a));
	no_anomaly();
}

static void level_1_shuts_flash_and_regression_erases_it(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	(void)rd(FLASH);
	program_optcr(0x0fff55ec, 300);
	reset_halt();
	(void)rd(FLASH); /* not before the power-on */
	power_cycle();
	read_faults(FLASH, 4);
	read_faults(0, 4);
	(void)rd(RAM);
	unlock();
	start(SER | X32);
	assert_int_equal(rd(SR), WRPERR);
	wr(SR, WRPERR);
	unlock_options();
	wr(OPTCR, 0x0fffaaec);
	wr(OPTCR, 0x0fffaaee);
	takes_ms(8250);
	wr(OPTCR, 0x0fffaaed);
	reset_halt();
	assert_int_equal(rd(FLASH), 0xffffffff);
	assert_true(is_all(FLASH, 0x100000, 0xff));
	no_anomaly();
}

static void a_core_under_level_1_runs_until_a_debugger_comes(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	program_optcr(0x0fff55ec, 300);
	chip_power(chip, false);
	chip_power(chip, true);
	sleep_ms(20);
	assert_int_equal(rd(RAM), 0x600df00d); /* it ran: until now */
	sleep_ms(20);
	assert_in_range(rd(FW_MS), 18, 21);
}

static void level_2_ends_debugging(void **state)
{
	uint32_t value;

	(void)state;
	bench("stm32f407vg");
	halt();
	program_optcr(0x0fffccec, 300);
	assert_true(chip_swd_answers(chip));
	chip_power(chip, false);
	chip_power(chip, true);
	assert_false(chip_swd_answers(chip));
	assert_int_equal(chip_ahb_read(chip, RAM, 4, &value), AHB_FAULT);
}

static void software_cannot_leave_level_2(void **state)
{
	/*
	 * ldr r0,[pc,#20] OPTKEYR; ldr r1,[pc,#24]; str r1,[r0]; ldr r1,[pc,#24]; str r1,[r0];
	 * ldr r1,[pc,#24] OPTCR, level 0 and OPTSTRT; str r1,[r0,#12]; b .
	 */
	static const uint16_t code[] = { 0x4803, 0x4904, 0x6001, 0x4904, 0x6001, 0x4904, 0x60c1, 0xe7fe,
					 0x3c08, 0x4002, 0x2a3b, 0x0819, 0x6e7f, 0x4c5d, 0xaaee, 0x0fff };

	(void)state;
	bench_without_power("stm32f407vg");
	put_le32(at(FLASH), RAM + 0x800);
	put_le32(at(FLASH + 4), FLASH + 0x401);
	for (uint32_t i = 0; i < ARRAY_SIZE(code); i++)
		put_le16(at(FLASH + 0x400 + 2 * i), code[i]);
	assert_true(chip_preset(chip, PRESET_RDP_LEVEL, 2));
	chip_power(chip, true);
	sleep_ms(1);
	one_anomaly("level 2");
	chip_power(chip, true);
	assert_false(chip_swd_answers(chip));
}

static void option_keys_while_unlocked_lock_until_reset(void **state)
{
	(void)state;
	bench("stm32f407vg");
	unlock_options();
	write_faults(OPTKEYR, 4, OPTKEY1);
	one_anomaly("while unlocked");
	assert_int_equal(rd(OPTCR) & 1, 1);
}

static void otp_is_programmed_once_and_locked(void **state)
{
	(void)state;
	ready("stm32f407vg");
	assert_int_equal(rd(0x1fff7800), 0xffffffff);
	wr(CR, PG | X32);
	wr(0x1fff7800, 0x12345678);
	sleep_us(17);
	assert_int_equal(rd(0x1fff7800), 0x12345678);
	wr(CR, PG | X8);
	wr_size(0x1fff7a00, 1, 0); /* lock block 0 */
	sleep_us(17);
	wr(CR, PG | X32);
	wr(0x1fff7804, 0);
	assert_int_equal(rd(SR), WRPERR);
	wr(SR, WRPERR);
	wr(0x1fff7820, 0);
	sleep_us(17);
	assert_int_equal(rd(SR), 0);
	start(MER | X32);
	wait_ready_ms(8001);
	assert_int_equal(rd(0x1fff7800), 0x12345678);
	no_anomaly();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(factory_options_are_those_of_the_line, leave_bench),
		cmocka_unit_test_teardown(options_written_while_locked_are_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(wrong_option_keys_lock_until_reset, leave_bench),
		cmocka_unit_test_teardown(options_are_stored_by_optstrt_only, leave_bench),
		cmocka_unit_test_teardown(reserved_bits_of_optcr_must_stay, leave_bench),
		cmocka_unit_test_teardown(protected_sectors_refuse_program_sector_and_mass_erase, leave_bench),
		cmocka_unit_test_teardown(write_protection_reaches_bank_2_and_the_shared_bit, leave_bench),
		cmocka_unit_test_teardown(db1m_makes_two_banks_of_1_mib, leave_bench),
		cmocka_unit_test_teardown(level_1_shuts_flash_and_regression_erases_it, leave_bench),
		cmocka_unit_test_teardown(a_core_under_level_1_runs_until_a_debugger_comes, leave_bench),
		cmocka_unit_test_teardown(level_2_ends_debugging, leave_bench),
		cmocka_unit_test_teardown(software_cannot_leave_level_2, leave_bench),
		cmocka_unit_test_teardown(option_keys_while_unlocked_lock_until_reset, leave_bench),
		cmocka_unit_test_teardown(otp_is_programmed_once_and_locked, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
