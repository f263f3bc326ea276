/* SPDX-License-Identifier: MIT */
/* FPEC, the flash controller of the F1: conversations at register level (PM0075). */
#include "fpec_bench.h"

/* --- the lock ---------------------------------------------------------------------- */

static void it_is_locked_after_reset_and_keys_open_it(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	assert_int_equal(rd(CR), LOCK);
	unlock();
	assert_int_equal(rd(CR), 0);
	wr(CR, LOCK);
	assert_int_equal(rd(CR), LOCK);
	unlock(); /* again */
	no_anomaly();
}

static void a_wrong_key_is_a_bus_error_and_locks_until_reset(void **state)
{
	static const uint32_t wrong[][2] = { { 0x12345678, 0 }, { KEY1, 0xdeadbeef }, { KEY1, KEY1 }, { KEY2, KEY1 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		bench("stm32f103c8");
		halt();
		if (wrong[i][0] == KEY1) {
			wr(KEYR, KEY1);
			write_faults(KEYR, 4, wrong[i][1]);
		} else {
			write_faults(KEYR, 4, wrong[i][0]);
		}
		write_faults(KEYR, 4, KEY1);
		write_faults(KEYR, 4, KEY2);
		assert_int_equal(rd(CR), LOCK);
		reset_halt();
		unlock();
		no_anomaly();
	}
}

static void cr_written_while_locked_changes_nothing(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	wr(CR, LOCK);
	no_anomaly();
	wr(CR, PER);
	assert_int_equal(rd(CR), LOCK);
	one_anomaly("while locked");
}

static void keys_while_unlocked_are_an_anomaly(void **state)
{
	(void)state;
	ready("stm32f103c8");
	wr(KEYR, KEY1);
	one_anomaly("while unlocked");
}

/* --- erase --------------------------------------------------------------------------- */

static void page_erase_takes_20_ms_and_erases_that_page_only(void **state)
{
	(void)state;
	ready("stm32f103c8");
	erase_page(FLASH + 0x1234); /* any address in it */
	assert_int_equal(rd(SR), BSY);
	sleep_us(19990);
	assert_int_equal(rd(SR), BSY);
	sleep_us(20);
	assert_int_equal(rd(SR), EOP);
	assert_true(is_all(FLASH + 0x1000, 0x400, 0xff));
	assert_true(is_all(FLASH, 0x1000, 0x5a));
	assert_true(is_all(FLASH + 0x1400, 0x10000 - 0x1400, 0x5a));
	assert_int_equal(mon.page_erases, 1);
	assert_int_equal(mon.flash_busy_ns, 20000000);
	wr(SR, EOP);
	assert_int_equal(rd(SR), 0);
	no_anomaly();
}

static void high_density_pages_are_2_kib(void **state)
{
	(void)state;
	ready("stm32f103ze");
	erase_page(FLASH + 0x7f800);
	wait_ready(20001);
	assert_true(is_all(FLASH + 0x7f800, 0x800, 0xff));
	assert_true(is_all(FLASH + 0x7f000, 0x800, 0x5a));
	no_anomaly();
}

static void mass_erase_takes_20_ms_and_everything(void **state)
{
	(void)state;
	ready("stm32f103cb");
	wr(CR, MER);
	wr(CR, MER | STRT);
	assert_int_equal(rd(SR), BSY);
	wait_ready(20001);
	assert_true(is_all(FLASH, 0x20000, 0xff));
	assert_int_equal(mon.mass_erases, 1);
	no_anomaly();
}

static void strt_without_exactly_one_kind_of_erase_is_an_anomaly(void **state)
{
	static const uint32_t crs[] = { 0, PG, PER | MER, PG | PER, PER | OPTER, OPTER, MER | OPTPG };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(crs); i++) {
		ready("stm32f103c8");
		wr(CR, crs[i] | STRT);
		assert_int_equal(rd(SR) & BSY, 0);
		one_anomaly("STRT");
	}
}

static void page_erase_outside_of_flash_is_an_anomaly(void **state)
{
	(void)state;
	ready("stm32f103c8");
	erase_page(FLASH + 0x10000);
	assert_int_equal(rd(SR) & BSY, 0);
	one_anomaly("page erase");
}

static void registers_written_while_busy_are_an_anomaly(void **state)
{
	(void)state;
	ready("stm32f103c8");
	erase_page(FLASH);
	wr(CR, 0);
	one_anomaly("busy");
	wr(AR, FLASH);
	one_anomaly("busy");
	wait_ready(20001);
	assert_int_equal(rd(CR), PER);
}

/* --- programming ------------------------------------------------------------------------ */

static void a_half_word_takes_52_us(void **state)
{
	(void)state;
	ready("stm32f103c8");
	memset(at(FLASH), 0xff, 0x400);
	wr(CR, PG);
	wr16(FLASH + 2, 0x1234);
	assert_int_equal(rd(SR), BSY);
	sleep_ns(52000); /* a cycle is 125 ns */
	assert_int_equal(rd(SR), BSY);
	sleep_ns(500);
	assert_int_equal(rd(SR), EOP);
	assert_int_equal(rd(FLASH), 0x1234ffff);
	assert_int_equal(mon.programs, 1);
	no_anomaly();
}

static void a_half_word_that_is_not_erased_gives_pgerr_except_for_zero(void **state)
{
	(void)state;
	ready("stm32f103c8");
	put_le16(at(FLASH), 0xfffe);
	wr(CR, PG);
	wr16(FLASH, 0x1234);
	assert_int_equal(rd(SR), PGERR);
	assert_int_equal(rd_size(FLASH, 2), 0xfffe);
	assert_int_equal(mon.programs, 0);
	wr(SR, PGERR);
	assert_int_equal(rd(SR), 0);
	wr16(FLASH, 0);
	wait_ready(53);
	assert_int_equal(rd(SR), EOP);
	assert_int_equal(rd_size(FLASH, 2), 0);
	no_anomaly();
}

static void bytes_and_words_are_bus_errors(void **state)
{
	(void)state;
	ready("stm32f103c8");
	memset(at(FLASH), 0xff, 0x400);
	wr(CR, PG);
	write_faults(FLASH, 1, 0x12);
	one_anomaly("in 1 bytes");
	write_faults(FLASH, 4, 0x12345678);
	one_anomaly("in 4 bytes");
	assert_true(is_all(FLASH, 0x400, 0xff));
}

static void a_write_without_pg_is_an_anomaly(void **state)
{
	static const uint32_t crs[] = { 0, PER, PG | PER, LOCK };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(crs); i++) {
		ready("stm32f103c8");
		wr(CR, crs[i]);
		write_faults(FLASH, 2, 0);
		one_anomaly("FLASH_CR");
		assert_int_equal(rd_size(FLASH, 2), 0x5a5a);
	}
}

static void system_memory_cannot_be_written(void **state)
{
	(void)state;
	ready("stm32f103c8");
	wr(CR, PG);
	write_faults(0x1ffff000, 2, 0);
	one_anomaly("system memory");
}

static void the_alias_at_zero_is_the_same_flash(void **state)
{
	(void)state;
	ready("stm32f103c8");
	memset(at(FLASH), 0xff, 0x400);
	wr(CR, PG);
	wr16(0x10, 0xabcd);
	wait_ready(53);
	assert_int_equal(rd(FLASH + 0x10), 0xffffabcd);
	assert_int_equal(rd(0x10), 0xffffabcd);
	no_anomaly();
}

/* --- stalls -------------------------------------------------------------------------------- */

static void a_stream_of_half_words_stalls_the_debugger_and_is_no_anomaly(void **state)
{
	(void)state;
	ready("stm32f103c8");
	memset(at(FLASH), 0xff, 0x400);
	wr(CR, PG);
	for (uint32_t i = 0; i < 100; i++)
		wr16(FLASH + 2 * i, i);
	assert_in_range(mon.spent_ns[SPENT_STALL], 99 * 52500, 99 * 52500 + 99 * 200);
	wait_ready(53);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(get_le16(at(FLASH + 2 * i)), i);
	no_anomaly();
}

static void a_debugger_that_is_stalled_over_8_ms_is_told_to_wait(void **state)
{
	uint32_t value;

	(void)state;
	ready("stm32f103c8");
	erase_page(FLASH + 0x1000);
	assert_int_equal(chip_ahb_read(chip, FLASH, 4, &value), AHB_WAIT);
	assert_in_range(mon.now_ns, 8000000, 8001000);
	assert_int_equal(chip_ahb_read(chip, FLASH, 4, &value), AHB_WAIT);
	assert_int_equal(chip_ahb_read(chip, FLASH, 4, &value), AHB_OK);
	assert_in_range(mon.now_ns, 19999000, 20002000);
	assert_int_equal(value, 0x5a5a5a5a);
	no_anomaly();
}

static void ram_and_registers_do_not_stall(void **state)
{
	(void)state;
	ready("stm32f103c8");
	erase_page(FLASH);
	(void)rd(RAM);
	(void)rd(SR);
	assert_int_equal(mon.spent_ns[SPENT_STALL], 0);
}

/* movw r0 #0x2000; movt r0 #0x4002; movw r2 #0x42; str r2,[r0,#0x10]; (nop) ldr r3,[r0,#12]; ldr r4,[r0,#12]; bkpt */
#define SET_R0_FPEC     0xf242, 0x0000, 0xf2c4, 0x0002
#define SET_R2_PER_STRT 0xf04f, 0x0242
#define STR_R2_CR       0x6102
#define LDR_R3_SR       0x68c3
#define LDR_R4_SR       0x68c4
#define NOP             0xbf00
#define BKPT            0xbe00

static void bsy_rises_one_instruction_after_strt(void **state)
{
	static const uint16_t at_once[] = { SET_R0_FPEC, SET_R2_PER_STRT, STR_R2_CR, LDR_R3_SR, LDR_R4_SR, BKPT };
	static const uint16_t with_nop[] = { SET_R0_FPEC, SET_R2_PER_STRT, STR_R2_CR, NOP, LDR_R3_SR, LDR_R4_SR, BKPT };

	(void)state;
	ready("stm32f103c8");
	wr(CR, PER);
	wr(AR, FLASH + 0x400);
	run_code(at_once, ARRAY_SIZE(at_once), 1000);
	assert_int_equal(get_core_reg(3), 0);
	assert_int_equal(get_core_reg(4), BSY);
	wait_ready(20000);
	run_code(with_nop, ARRAY_SIZE(with_nop), 1000);
	assert_int_equal(get_core_reg(3) & BSY, BSY);
	no_anomaly();
}

static void code_that_reads_busy_flash_stands_still(void **state)
{
	/* ... str r2,[r0,#0x10]; mov.w r1,#0x08000000; ldr r3,[r1]; bkpt */
	static const uint16_t code[] = { SET_R0_FPEC, SET_R2_PER_STRT, STR_R2_CR, 0xf04f, 0x6100, 0x680b, BKPT };

	(void)state;
	ready("stm32f103c8");
	wr(CR, PER);
	wr(AR, FLASH);
	start_code(code, ARRAY_SIZE(code));
	sleep_us(19000);
	assert_false(rd(DHCSR) & S_HALT);
	assert_int_equal(rd(SR) & BSY, BSY);
	sleep_us(1010);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(get_core_reg(3), 0xffffffff);
	no_anomaly();
}

static void code_that_writes_to_busy_flash_is_an_anomaly(void **state)
{
	/* mov.w r1,#0x08000000; movs r2,#0; strh r2,[r1]; strh r2,[r1,#2]; bkpt */
	static const uint16_t code[] = { 0xf04f, 0x6100, 0x2200, 0x800a, 0x804a, BKPT };

	(void)state;
	ready("stm32f103c8");
	wr(CR, PG);
	run_code(code, ARRAY_SIZE(code), 200);
	assert_int_equal(rd(FLASH), 0);
	assert_int_equal(mon.programs, 2);
	one_anomaly("while the flash was busy");
}

/* --- XL density -------------------------------------------------------------------------------- */

static void xl_banks_have_their_own_locks_and_work_at_once(void **state)
{
	(void)state;
	bench("stm32f103zg");
	halt();
	memset(chip_flash(chip), 0x5a, 1024 * 1024);
	unlock();
	assert_int_equal(rd(CR + BANK2), LOCK);
	wr(KEYR + BANK2, KEY1);
	wr(KEYR + BANK2, KEY2);
	wr(CR, MER);
	wr(CR, MER | STRT);
	(void)rd(FLASH + 0x80000); /* the other bank answers */
	assert_int_equal(mon.spent_ns[SPENT_STALL], 0);
	wr(CR + BANK2, MER);
	wr(CR + BANK2, MER | STRT);
	assert_int_equal(rd(SR), BSY);
	assert_int_equal(rd(SR + BANK2), BSY);
	wait_ready(20010);
	assert_int_equal(rd(SR + BANK2), EOP);
	assert_true(is_all(FLASH, 1024 * 1024, 0xff));
	no_anomaly();
}

static void xl_bank_1_registers_do_not_reach_bank_2(void **state)
{
	(void)state;
	ready("stm32f103rf");
	erase_page(FLASH + 0x80000);
	one_anomaly("bank 1");
	wr(CR, PG);
	write_faults(FLASH + 0x80000, 2, 0);
	one_anomaly("FLASH_CR 0x80");
	wr(CR, MER);
	wr(CR, MER | STRT);
	wait_ready(20001);
	assert_true(is_all(FLASH, 0x80000, 0xff));
	assert_true(is_all(FLASH + 0x80000, 0x40000, 0x5a));
	no_anomaly();
}

static void other_lines_have_no_second_bank_of_registers(void **state)
{
	(void)state;
	ready("stm32f103ze");
	wr(KEYR + BANK2, KEY1);
	one_anomaly("reserved");
	assert_int_equal(rd(CR + BANK2), 0);
}

/* --- what goes wrong --------------------------------------------------------------------------------- */

static void a_reset_in_the_middle_leaves_half_a_page(void **state)
{
	(void)state;
	ready("stm32f103c8");
	erase_page(FLASH + 0x400);
	sleep_ms(10);
	wr(AIRCR, SYSRESET);
	assert_int_equal(rd(SR), 0);
	assert_int_equal(rd(CR), LOCK);
	assert_false(is_all(FLASH + 0x400, 0x400, 0xff));
	assert_false(is_all(FLASH + 0x400, 0x400, 0x5a));
	assert_true(is_all(FLASH + 0x800, 0x400, 0x5a));
	no_anomaly();
}

static void the_supply_fails_in_the_second_operation(void **state)
{
	uint32_t value;

	(void)state;
	ready("stm32f103c8");
	chip_faults(chip)->power_lost_at = 2;
	erase_page(FLASH);
	wait_ready(20001);
	erase_page(FLASH + 0x400);
	sleep_ms(30);
	assert_false(chip_powered(chip));
	assert_false(chip_swd_answers(chip));
	assert_int_equal(chip_ahb_read(chip, SR, 4, &value), AHB_FAULT);
	chip_power(chip, true);
	assert_true(is_all(FLASH, 0x400, 0xff));
	assert_false(is_all(FLASH + 0x400, 0x400, 0xff));
}

static void the_chip_is_reset_in_the_first_operation(void **state)
{
	(void)state;
	ready("stm32f103c8");
	(void)rd(DHCSR);
	chip_faults(chip)->reset_at = 1;
	erase_page(FLASH);
	sleep_ms(30);
	assert_true(rd(DHCSR) & S_RESET);
	assert_int_equal(rd(CR), LOCK);
	assert_false(is_all(FLASH, 0x400, 0xff));
}

static void a_bad_cell_programs_wrong(void **state)
{
	(void)state;
	ready("stm32f103c8");
	memset(at(FLASH), 0xff, 0x400);
	chip_faults(chip)->bad_cell = FLASH + 2;
	wr(CR, PG);
	wr16(FLASH, 0x1234);
	wr16(FLASH + 2, 0x1234);
	wr16(FLASH + 4, 0x1234);
	wait_ready(60);
	assert_int_equal(rd(SR), EOP);
	assert_int_equal(rd(FLASH), 0x12351234);
	assert_int_equal(rd_size(FLASH + 4, 2), 0x1234);
}

static void a_stuck_operation_never_ends(void **state)
{
	(void)state;
	ready("stm32f103c8");
	chip_faults(chip)->stuck_busy = true;
	erase_page(FLASH);
	sleep_ms(60000);
	assert_int_equal(rd(SR), BSY);
	reset_halt();
	unlock();
	erase_page(FLASH);
	wait_ready(20001);
}

static void flash_registers_take_words_only(void **state)
{
	(void)state;
	bench("stm32f103c8");
	write_faults(KEYR, 2, 0x0123);
	one_anomaly("in 2 bytes");
	assert_int_equal(rd_size(SR, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(it_is_locked_after_reset_and_keys_open_it, leave_bench),
		cmocka_unit_test_teardown(a_wrong_key_is_a_bus_error_and_locks_until_reset, leave_bench),
		cmocka_unit_test_teardown(cr_written_while_locked_changes_nothing, leave_bench),
		cmocka_unit_test_teardown(keys_while_unlocked_are_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(page_erase_takes_20_ms_and_erases_that_page_only, leave_bench),
		cmocka_unit_test_teardown(high_density_pages_are_2_kib, leave_bench),
		cmocka_unit_test_teardown(mass_erase_takes_20_ms_and_everything, leave_bench),
		cmocka_unit_test_teardown(strt_without_exactly_one_kind_of_erase_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(page_erase_outside_of_flash_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(registers_written_while_busy_are_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(a_half_word_takes_52_us, leave_bench),
		cmocka_unit_test_teardown(a_half_word_that_is_not_erased_gives_pgerr_except_for_zero, leave_bench),
		cmocka_unit_test_teardown(bytes_and_words_are_bus_errors, leave_bench),
		cmocka_unit_test_teardown(a_write_without_pg_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(system_memory_cannot_be_written, leave_bench),
		cmocka_unit_test_teardown(the_alias_at_zero_is_the_same_flash, leave_bench),
		cmocka_unit_test_teardown(a_stream_of_half_words_stalls_the_debugger_and_is_no_anomaly, leave_bench),
		cmocka_unit_test_teardown(a_debugger_that_is_stalled_over_8_ms_is_told_to_wait, leave_bench),
		cmocka_unit_test_teardown(ram_and_registers_do_not_stall, leave_bench),
		cmocka_unit_test_teardown(bsy_rises_one_instruction_after_strt, leave_bench),
		cmocka_unit_test_teardown(code_that_reads_busy_flash_stands_still, leave_bench),
		cmocka_unit_test_teardown(code_that_writes_to_busy_flash_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(xl_banks_have_their_own_locks_and_work_at_once, leave_bench),
		cmocka_unit_test_teardown(xl_bank_1_registers_do_not_reach_bank_2, leave_bench),
		cmocka_unit_test_teardown(other_lines_have_no_second_bank_of_registers, leave_bench),
		cmocka_unit_test_teardown(a_reset_in_the_middle_leaves_half_a_page, leave_bench),
		cmocka_unit_test_teardown(the_supply_fails_in_the_second_operation, leave_bench),
		cmocka_unit_test_teardown(the_chip_is_reset_in_the_first_operation, leave_bench),
		cmocka_unit_test_teardown(a_bad_cell_programs_wrong, leave_bench),
		cmocka_unit_test_teardown(a_stuck_operation_never_ends, leave_bench),
		cmocka_unit_test_teardown(flash_registers_take_words_only, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
