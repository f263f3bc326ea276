/* SPDX-License-Identifier: MIT */
/* The flash controller of the F4: conversations at register level (RM0090 3). */
#include "sectors_bench.h"

/* --- the lock ------------------------------------------------------------------------- */

static void it_is_locked_after_reset_and_keys_open_it(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	assert_int_equal(rd(CR), LOCK);
	wr(CR, LOCK);
	unlock();
	wr(CR, LOCK);
	assert_int_equal(rd(CR), LOCK);
	unlock();
	no_anomaly();
}

static void a_wrong_key_is_a_bus_error_and_locks_until_reset(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	wr(KEYR, KEY1);
	write_faults(KEYR, 4, 0);
	write_faults(KEYR, 4, KEY1);
	write_faults(KEYR, 4, KEY2);
	assert_int_equal(rd(CR), LOCK);
	reset_halt();
	unlock();
	no_anomaly();
}

static void keys_while_unlocked_lock_until_reset(void **state)
{
	(void)state;
	ready("stm32f407vg");
	write_faults(KEYR, 4, KEY1);
	one_anomaly("while unlocked");
	assert_int_equal(rd(CR), LOCK);
	write_faults(KEYR, 4, KEY1);
	reset_halt();
	unlock();
}

static void cr_written_while_locked_changes_nothing(void **state)
{
	(void)state;
	bench("stm32f407vg");
	wr(CR, SER);
	assert_int_equal(rd(CR), LOCK);
	one_anomaly("while locked");
}

static void reserved_bits_of_cr_are_an_anomaly(void **state)
{
	(void)state;
	ready("stm32f407vg");
	wr(CR, MER2);
	one_anomaly("reserved");
	assert_int_equal(rd(CR), 0);
	ready("stm32f429zi");
	wr(CR, MER2);
	assert_int_equal(rd(CR), MER2);
	no_anomaly();
}

/* --- erase ------------------------------------------------------------------------------ */

static void sector_erase_takes_the_time_of_its_size_and_psize(void **state)
{
	static const struct {
		unsigned int snb;
		uint32_t offset, size, psize, ms;
	} cases[] = {
		{ 0, 0, 0x4000, X32, 250 },         { 1, 0x4000, 0x4000, X16, 300 },
		{ 3, 0xc000, 0x4000, X8, 400 },     { 4, 0x10000, 0x10000, X32, 550 },
		{ 4, 0x10000, 0x10000, X16, 700 },  { 4, 0x10000, 0x10000, X8, 1200 },
		{ 5, 0x20000, 0x20000, X32, 1000 }, { 11, 0xe0000, 0x20000, X16, 1300 },
		{ 7, 0x60000, 0x20000, X8, 2000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready("stm32f407vg");
		start(SER | SNB(cases[i].snb) | cases[i].psize);
		takes_ms(cases[i].ms);
		assert_int_equal(rd(SR), 0);
		assert_true(is_all(FLASH + cases[i].offset, cases[i].size, 0xff));
		assert_true(is_all(FLASH, cases[i].offset, 0x5a));
		assert_true(is_all(FLASH + cases[i].offset + cases[i].size, 0x100000 - cases[i].offset - cases[i].size,
				   0x5a));
		assert_int_equal(mon.page_erases, 1);
		assert_int_equal(mon.flash_busy_ns, cases[i].ms * 1000000ull);
		no_anomaly();
	}
}

static void mass_erase_takes_8_s_per_mib_at_x32(void **state)
{
	static const struct {
		const char *part;
		uint32_t cr, ms;
	} cases[] = {
		{ "stm32f407vg", MER | X32, 8000 },         { "stm32f407vg", MER | X16, 11000 },
		{ "stm32f407vg", MER | X8, 16000 },         { "stm32f411re", MER | X32, 4000 },
		{ "stm32f401cc", MER | X32, 2000 },         { "stm32f413zh", MER | X32, 12000 },
		{ "stm32f429zi", MER | MER2 | X32, 16000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].part);
		start(cases[i].cr);
		takes_ms(cases[i].ms);
		assert_true(is_all(FLASH, chip_part(chip)->flash_size, 0xff));
		assert_int_equal(mon.mass_erases, 1);
		no_anomaly();
	}
}

static void mer_alone_erases_bank_1_of_two(void **state)
{
	(void)state;
	ready("stm32f429zi");
	start(MER | X32);
	takes_ms(8000);
	assert_true(is_all(FLASH, 0x100000, 0xff));
	assert_true(is_all(FLASH + 0x100000, 0x100000, 0x5a));
	ready("stm32f429zi");
	start(MER2 | X32);
	takes_ms(8000);
	assert_true(is_all(FLASH, 0x100000, 0x5a));
	assert_true(is_all(FLASH + 0x100000, 0x100000, 0xff));
	no_anomaly();
}

static void mer2_on_one_bank_is_an_anomaly(void **state)
{
	(void)state;
	ready("stm32f429zg"); /* 1 MiB, DB1M 0 */
	start(MER | MER2 | X32);
	one_anomaly("one bank");
}

static void mass_and_sector_erase_together_do_nothing(void **state)
{
	(void)state;
	ready("stm32f407vg");
	start(MER | SER | X32);
	assert_int_equal(rd(SR) & BSY, 0);
	sleep_ms(10000);
	assert_true(is_all(FLASH, 0x100000, 0x5a));
	no_anomaly();
}

static void snb_of_bank_2_begins_at_16(void **state)
{
	(void)state;
	ready("stm32f429zi");
	start(SER | SNB(0x11) | X32);
	wait_ready_ms(251);
	assert_true(is_all(FLASH + 0x104000, 0x4000, 0xff));
	assert_true(is_all(FLASH + 0x108000, 0xf8000, 0x5a));
	start(SER | SNB(0x1b) | X32);
	wait_ready_ms(1001);
	assert_true(is_all(FLASH + 0x1e0000, 0x20000, 0xff));
	no_anomaly();
}

static void f413_counts_its_sectors_straight(void **state)
{
	(void)state;
	ready("stm32f413zh");
	start(SER | SNB(12) | X32);
	wait_ready_ms(1001);
	assert_true(is_all(FLASH + 0x100000, 0x20000, 0xff));
	assert_true(is_all(FLASH, 0x100000, 0x5a));
	no_anomaly();
}

static void a_sector_that_does_not_exist_gives_wrperr_and_an_anomaly(void **state)
{
	static const struct {
		const char *part;
		unsigned int snb;
	} cases[] = { { "stm32f407vg", 12 }, { "stm32f429zi", 0x0c }, { "stm32f411ce", 8 }, { "stm32f413zh", 0x10 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].part);
		start(SER | SNB(cases[i].snb) | X32);
		assert_int_equal(rd(SR), WRPERR);
		one_anomaly("no such sector");
	}
}

static void strt_with_nothing_to_do_is_an_anomaly(void **state)
{
	static const uint32_t crs[] = { 0, PG, PG | SER };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(crs); i++) {
		ready("stm32f407vg");
		start(crs[i] | X32);
		one_anomaly("STRT");
		assert_int_equal(rd(SR), 0);
	}
}

static void psize_beyond_the_supply_is_an_anomaly(void **state)
{
	static const struct {
		uint32_t mv, psize;
		bool fine;
	} cases[] = {
		{ 0, X32, true },     { 0, X64, false },   { 3300, X32, true },  { 2700, X32, true },
		{ 2699, X32, false }, { 2699, X16, true }, { 2099, X16, false }, { 1800, X8, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready("stm32f407vg");
		chip_faults(chip)->vdd_mv = cases[i].mv;
		start(SER | cases[i].psize);
		if (cases[i].fine)
			no_anomaly();
		else
			one_anomaly("PSIZE");
	}
}

/* --- programming ---------------------------------------------------------------------------- */

static void a_write_of_psize_takes_16_us_and_eop_needs_its_interrupt(void **state)
{
	static const struct {
		unsigned int size;
		uint32_t psize, value;
	} cases[] = { { 1, X8, 0x12 }, { 2, X16, 0x1234 }, { 4, X32, 0x12345678 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready("stm32f407vg");
		memset(at(FLASH), 0xff, 16);
		wr(CR, PG | cases[i].psize);
		wr_size(FLASH + 4, cases[i].size, cases[i].value);
		assert_int_equal(rd(SR), BSY);
		sleep_ns(15800);
		assert_int_equal(rd(SR), BSY);
		sleep_ns(300);
		assert_int_equal(rd(SR), 0);
		assert_int_equal(rd_size(FLASH + 4, cases[i].size), cases[i].value);
		assert_int_equal(mon.programs, 1);
		wr(CR, PG | cases[i].psize | EOPIE);
		wr_size(FLASH + 8, cases[i].size, 0);
		sleep_us(17);
		assert_int_equal(rd(SR), EOP);
		wr(SR, EOP);
		assert_int_equal(rd(SR), 0);
		no_anomaly();
	}
}

static void bits_are_cleared_and_never_set(void **state)
{
	(void)state;
	ready("stm32f407vg");
	put_le32(at(FLASH), 0xff00ff00);
	wr(CR, PG | X32);
	wr(FLASH, 0xf0f0f0f0);
	assert_int_equal(rd(FLASH), 0xf000f000);
	no_anomaly();
}

/* st-flash does not clear SER after its erases, and boards are programmed that way. */
static void ser_left_from_an_erase_does_not_hinder(void **state)
{
	(void)state;
	ready("stm32f407vg");
	memset(at(FLASH), 0xff, 16);
	wr(CR, PG | SER | X32);
	wr(FLASH, 0x12345678);
	assert_int_equal(rd(FLASH), 0x12345678);
	assert_int_equal(rd(SR), 0);
	no_anomaly();
}

static void errors_of_a_write_are_flagged_and_cleared_by_writing_one(void **state)
{
	static const struct {
		uint32_t cr, addr, size, sr;
	} cases[] = {
		{ X32, FLASH, 4, PGSERR },
		{ PG | MER | X32, FLASH, 4, PGSERR },
		{ PG | X32, FLASH, 2, PGPERR },
		{ PG | X32, FLASH, 1, PGPERR },
		{ PG | X8, FLASH, 4, PGPERR },
		{ PG | X16, FLASH, 4, PGPERR },
		{ PG | X32 | ERRIE, FLASH, 2, PGPERR | OPERR },
		{ PG | X32, 0x1fff0000, 4, WRPERR },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready("stm32f407vg");
		wr(CR, cases[i].cr);
		wr_size(cases[i].addr, cases[i].size, 0);
		assert_int_equal(rd(SR), cases[i].sr);
		assert_int_equal(rd(FLASH), 0x5a5a5a5a);
		assert_int_equal(mon.programs, 0);
		wr(SR, cases[i].sr);
		assert_int_equal(rd(SR), 0);
		no_anomaly();
	}
}

static void flags_left_from_before_block_and_are_an_anomaly(void **state)
{
	(void)state;
	ready("stm32f407vg");
	wr(FLASH, 0);
	assert_int_equal(rd(SR), PGSERR);
	start(SER | X32);
	assert_int_equal(rd(SR), PGSERR);
	one_anomaly("not cleared");
	wr(CR, PG | X32);
	wr(FLASH, 0);
	one_anomaly("not cleared");
	wr(SR, PGSERR);
	wr(FLASH, 0);
	sleep_us(17);
	assert_int_equal(rd(FLASH), 0);
	no_anomaly();
}

/* --- stalls ------------------------------------------------------------------------------------ */

static void a_stream_of_words_stalls_the_debugger_and_is_no_anomaly(void **state)
{
	(void)state;
	ready("stm32f407vg");
	memset(at(FLASH), 0xff, 0x400);
	wr(CR, PG | X32);
	for (uint32_t i = 0; i < 100; i++)
		wr(FLASH + 4 * i, i);
	assert_in_range(mon.spent_ns[SPENT_STALL], 99 * 15900, 99 * 16100);
	sleep_us(17);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(get_le32(at(FLASH + 4 * i)), i);
	no_anomaly();
}

static void a_long_stall_tells_the_debugger_to_wait(void **state)
{
	uint32_t value;

	(void)state;
	ready("stm32f407vg");
	start(SER | X32);
	assert_int_equal(chip_ahb_read(chip, FLASH + 0x80000, 4, &value), AHB_WAIT);
	assert_int_equal(chip_ahb_write(chip, FLASH + 0x80000, 4, 0), AHB_WAIT);
	assert_in_range(mon.now_ns, 16000000, 16002000);
	sleep_ms(240);
	assert_int_equal(rd(FLASH + 0x80000), 0x5a5a5a5a);
	assert_int_equal(rd(SR), 0);
	no_anomaly();
}

static void the_other_bank_reads_while_one_is_busy(void **state)
{
	(void)state;
	ready("stm32f429zi");
	start(SER | SNB(0x10) | X32);
	assert_int_equal(rd(FLASH), 0x5a5a5a5a);
	assert_int_equal(mon.spent_ns[SPENT_STALL], 0);
	no_anomaly();
}

/* movw r0 #0x3c00; movt r0 #0x4002 */
#define SET_R0_FLASH 0xf643, 0x4000, 0xf2c4, 0x0002
#define BKPT         0xbe00

static void code_that_writes_cr_while_busy_stands_still(void **state)
{
	/* ... ldr r1,[pc,#8]; str r1,[r0,#0x10]; movs r2,#0; str r2,[r0,#0x10]; bkpt; nop; .word */
	static const uint16_t code[] = { SET_R0_FLASH, 0x4902, 0x6101, 0x2200, 0x6102, BKPT, 0xbf00, 0x0202, 0x0001 };

	(void)state;
	ready("stm32f407vg");
	start_code(code, ARRAY_SIZE(code));
	sleep_ms(249);
	assert_false(rd(DHCSR) & S_HALT);
	sleep_ms(2);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(rd(CR), 0);
	assert_true(is_all(FLASH, 0x4000, 0xff));
	no_anomaly();
}

static void code_that_writes_to_busy_flash_is_an_anomaly(void **state)
{
	/* mov.w r1,#0x08000000; movs r2,#0; str r2,[r1]; str r2,[r1,#4]; bkpt */
	static const uint16_t code[] = { 0xf04f, 0x6100, 0x2200, 0x600a, 0x604a, BKPT };

	(void)state;
	ready("stm32f407vg");
	wr(CR, PG | X32);
	run_code(code, ARRAY_SIZE(code), 200);
	assert_int_equal(rd(FLASH), 0);
	assert_int_equal(rd(FLASH + 4), 0);
	one_anomaly("while the flash was busy");
}

static void code_that_polls_first_is_none(void **state)
{
	/* ... mov.w r1,#0x08000000; movs r2,#0; str r2,[r1]; 1: ldr r3,[r0,#12]; lsls r3,#15; bmi 1b; str r2,[r1,#4];
	 * bkpt */
	static const uint16_t code[] = { SET_R0_FLASH, 0xf04f, 0x6100, 0x2200, 0x600a,
					 0x68c3,       0x03db, 0xd4fc, 0x604a, BKPT };

	(void)state;
	ready("stm32f407vg");
	wr(CR, PG | X32);
	run_code(code, ARRAY_SIZE(code), 200);
	assert_int_equal(rd(FLASH + 4), 0);
	no_anomaly();
}

static void a_stale_data_cache_is_an_anomaly_until_it_is_reset(void **state)
{
	(void)state;
	ready("stm32f407vg");
	wr(ACR, 0x400); /* DCEN */
	start(SER | X32);
	wait_ready_ms(251);
	(void)rd(FLASH);
	one_anomaly("data cache");
	start(SER | X32);
	wait_ready_ms(251);
	wr(ACR, 0);
	wr(ACR, 0x1000); /* DCRST */
	wr(ACR, 0);
	wr(ACR, 0x400);
	(void)rd(FLASH);
	no_anomaly();
	wr(ACR, 0x1400);
	one_anomaly("DCRST");
	wr(ACR, 0xa00);
	one_anomaly("ICRST");
}

/* --- what goes wrong ------------------------------------------------------------------------------ */

static void a_reset_in_the_middle_leaves_half_a_sector(void **state)
{
	(void)state;
	ready("stm32f407vg");
	start(SER | SNB(1) | X32);
	sleep_ms(100);
	wr(AIRCR, SYSRESET);
	assert_int_equal(rd(SR), 0);
	assert_int_equal(rd(CR), LOCK);
	assert_false(is_all(FLASH + 0x4000, 0x4000, 0xff));
	assert_false(is_all(FLASH + 0x4000, 0x4000, 0x5a));
	assert_true(is_all(FLASH, 0x4000, 0x5a));
}

static void the_supply_fails_in_the_third_word(void **state)
{
	(void)state;
	ready("stm32f407vg");
	memset(at(FLASH), 0xff, 16);
	chip_faults(chip)->power_lost_at = 3;
	wr(CR, PG | X32);
	for (uint32_t i = 0; i < 3; i++)
		wr(FLASH + 4 * i, 0x11111111 * i);
	sleep_us(20);
	assert_false(chip_powered(chip));
	assert_int_equal(get_le32(at(FLASH + 4)), 0x11111111);
	assert_int_not_equal(get_le32(at(FLASH + 8)), 0x22222222);
	assert_int_not_equal(get_le32(at(FLASH + 8)), 0xffffffff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(it_is_locked_after_reset_and_keys_open_it, leave_bench),
		cmocka_unit_test_teardown(a_wrong_key_is_a_bus_error_and_locks_until_reset, leave_bench),
		cmocka_unit_test_teardown(keys_while_unlocked_lock_until_reset, leave_bench),
		cmocka_unit_test_teardown(cr_written_while_locked_changes_nothing, leave_bench),
		cmocka_unit_test_teardown(reserved_bits_of_cr_are_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(sector_erase_takes_the_time_of_its_size_and_psize, leave_bench),
		cmocka_unit_test_teardown(mass_erase_takes_8_s_per_mib_at_x32, leave_bench),
		cmocka_unit_test_teardown(mer_alone_erases_bank_1_of_two, leave_bench),
		cmocka_unit_test_teardown(mer2_on_one_bank_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(mass_and_sector_erase_together_do_nothing, leave_bench),
		cmocka_unit_test_teardown(snb_of_bank_2_begins_at_16, leave_bench),
		cmocka_unit_test_teardown(f413_counts_its_sectors_straight, leave_bench),
		cmocka_unit_test_teardown(a_sector_that_does_not_exist_gives_wrperr_and_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(strt_with_nothing_to_do_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(psize_beyond_the_supply_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(a_write_of_psize_takes_16_us_and_eop_needs_its_interrupt, leave_bench),
		cmocka_unit_test_teardown(bits_are_cleared_and_never_set, leave_bench),
		cmocka_unit_test_teardown(ser_left_from_an_erase_does_not_hinder, leave_bench),
		cmocka_unit_test_teardown(errors_of_a_write_are_flagged_and_cleared_by_writing_one, leave_bench),
		cmocka_unit_test_teardown(flags_left_from_before_block_and_are_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(a_stream_of_words_stalls_the_debugger_and_is_no_anomaly, leave_bench),
		cmocka_unit_test_teardown(a_long_stall_tells_the_debugger_to_wait, leave_bench),
		cmocka_unit_test_teardown(the_other_bank_reads_while_one_is_busy, leave_bench),
		cmocka_unit_test_teardown(code_that_writes_cr_while_busy_stands_still, leave_bench),
		cmocka_unit_test_teardown(code_that_writes_to_busy_flash_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(code_that_polls_first_is_none, leave_bench),
		cmocka_unit_test_teardown(a_stale_data_cache_is_an_anomaly_until_it_is_reset, leave_bench),
		cmocka_unit_test_teardown(a_reset_in_the_middle_leaves_half_a_sector, leave_bench),
		cmocka_unit_test_teardown(the_supply_fails_in_the_third_word, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
