/* SPDX-License-Identifier: MIT */
/* The flash controller of the F4: proprietary code read-out protection (RM0090 3.7.5). */
#include "sectors_bench.h"

#define SPRMOD    0x80000000u
#define LEVEL_0   0x0000aaecu
#define LEVEL_1   0x000055ecu
#define SECTOR(n) (1u << (16 + (n)))

#define BANK_2 0x08100000u

/* Both words at once; within_ms 0: nothing begins. */
static void program_both(uint32_t optcr, uint32_t optcr1, uint64_t within_ms)
{
	unlock_options();
	wr(OPTCR1, optcr1);
	wr(OPTCR, optcr);
	wr(OPTCR, optcr | OPTSTRT);
	assert_int_equal(rd(SR) & BSY, within_ms ? BSY : 0);
	sleep_ms(within_ms);
	assert_int_equal(rd(SR) & BSY, 0);
	wr(OPTCR, rd(OPTCR) | 1);
}

/* PCROP of sectors 1 and 13, all of flash 0x5a. */
static void f429_with_two_sectors_shut(void)
{
	bench("stm32f429zi");
	halt();
	memset(chip_flash(chip), 0x5a, 0x200000);
	program_both(SPRMOD | SECTOR(1) | LEVEL_0, SECTOR(1), 300);
	reset_halt();
}

/* PCROP of sector 5. */
static void f401_with_a_sector_shut(void)
{
	bench("stm32f401cc");
	halt();
	memset(chip_flash(chip), 0x5a, 0x40000);
	program_optcr(SPRMOD | SECTOR(5) | LEVEL_0, 300);
	reset_halt();
}

static void a_read_raises_rderr_and_tells_nothing(void **state)
{
	static const struct {
		uint32_t addr;
		bool shut;
	} reads[] = {
		{ FLASH, false },           { FLASH + 0x3ffc, false }, { FLASH + 0x4000, true },
		{ FLASH + 0x7ffc, true },   { FLASH + 0x8000, false }, { 0x4000, true },
		{ BANK_2 + 0x3ffc, false }, { BANK_2 + 0x4000, true }, { BANK_2 + 0x8000, false },
	};

	(void)state;
	f429_with_two_sectors_shut();
	for (size_t i = 0; i < ARRAY_SIZE(reads); i++) {
		assert_int_equal(rd(reads[i].addr), reads[i].shut ? 0 : 0x5a5a5a5a);
		assert_int_equal(rd(SR), reads[i].shut ? RDERR : 0);
		wr(SR, RDERR);
		assert_int_equal(rd(SR), 0);
	}
	assert_int_equal(rd_size(FLASH + 0x4001, 1), 0);
	assert_int_equal(rd(SR), RDERR);
	no_anomaly();

	f401_with_a_sector_shut();
	assert_int_equal(rd(FLASH + 0x1fffc), 0x5a5a5a5a);
	assert_int_equal(rd(SR), 0);
	assert_int_equal(rd(FLASH + 0x20000), 0);
	assert_int_equal(rd(SR), RDERR);
	no_anomaly();
}

static void rderr_not_cleared_keeps_the_next_operation_from_starting(void **state)
{
	(void)state;
	f429_with_two_sectors_shut();
	(void)rd(FLASH + 0x4000);
	unlock();
	start(SER | SNB(2) | X32);
	assert_int_equal(rd(SR), RDERR);
	one_anomaly("not cleared");
	wr(SR, RDERR);
	start(SER | SNB(2) | X32);
	assert_int_equal(rd(SR), BSY);
	no_anomaly();
}

static void refused(uint32_t cr)
{
	start(cr);
	assert_int_equal(rd(SR), WRPERR);
	wr(SR, WRPERR);
}

static void program_and_erase_are_refused(void **state)
{
	(void)state;
	f429_with_two_sectors_shut();
	unlock();
	refused(SER | SNB(1) | X32);
	refused(SER | SNB(0x11) | X32);
	refused(MER | X32);
	refused(MER2 | X32);
	refused(MER | MER2 | X32);
	wr(CR, PG | X32);
	wr(FLASH + 0x4000, 0);
	assert_int_equal(rd(SR), WRPERR);
	wr(SR, WRPERR);
	wr(FLASH + 0x8000, 0);
	sleep_us(17);
	assert_int_equal(rd(SR), 0);
	assert_true(is_all(FLASH + 0x4000, 0x4000, 0x5a));
	start(SER | SNB(0) | X32);
	assert_int_equal(rd(SR), BSY);
	no_anomaly();

	f401_with_a_sector_shut();
	unlock();
	refused(SER | SNB(5) | X32);
	refused(MER | X32);
	assert_true(is_all(FLASH, 0x40000, 0x5a));
	no_anomaly();
}

static void code_runs_but_cannot_read_its_own_constants(void **state)
{
	/* ldr r0,[pc,#4]; movs r1,#7; bkpt; nop; the constant */
	static const uint16_t code[] = { 0x4801, 0x2107, 0xbe00, 0xbf00, 0x5678, 0x1234 };

	(void)state;
	bench("stm32f401cc");
	halt();
	for (uint32_t i = 0; i < ARRAY_SIZE(code); i++)
		put_le16(at(FLASH + 0x20000 + 2 * i), code[i]);
	program_optcr(SPRMOD | SECTOR(5) | LEVEL_0, 300);
	reset_halt();
	set_core_reg(0, 0xffffffff);
	set_core_reg(15, FLASH + 0x20000);
	set_core_reg(16, 0x01000000);
	wr(DHCSR, 0xa05f000b);
	wr(DHCSR, 0xa05f0009);
	sleep_ms(1);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(rd(DFSR), 2);
	assert_int_equal(get_core_reg(1), 7);
	assert_int_equal(get_core_reg(0), 0);
	assert_int_equal(rd(SR), RDERR);
	no_anomaly();
}

/* The registers alone change nothing: what is stored counts. */
static void registers_that_were_not_programmed_lift_nothing(void **state)
{
	(void)state;
	f429_with_two_sectors_shut();
	unlock_options();
	wr(OPTCR1, 0x0fff0000);
	wr(OPTCR, 0x0fffaaec);
	assert_int_equal(rd(FLASH + 0x4000), 0);
	assert_int_equal(rd(BANK_2 + 0x4000), 0);
	no_anomaly();
}

static void cancelled(uint32_t optcr, uint32_t optcr1)
{
	program_both(optcr, optcr1, 0);
	assert_int_equal(rd(SR), WRPERR);
	wr(SR, WRPERR);
	reset_halt();
	assert_int_equal(rd(OPTCR), SPRMOD | SECTOR(1) | LEVEL_0 | 1);
	assert_int_equal(rd(OPTCR1), SECTOR(1));
	assert_int_equal(rd(FLASH + 0x4000), 0);
	wr(SR, RDERR);
}

static void lifting_it_without_the_change_of_level_is_cancelled(void **state)
{
	(void)state;
	f429_with_two_sectors_shut();
	cancelled(0x0fff0000 | LEVEL_0, 0x0fff0000);
	cancelled(SPRMOD | LEVEL_0, SECTOR(1));
	cancelled(SPRMOD | SECTOR(1) | LEVEL_0, 0);
	cancelled(SPRMOD | SECTOR(2) | LEVEL_1, SECTOR(1));
	cancelled(SECTOR(1) | LEVEL_1, SECTOR(1));
	no_anomaly();
}

static void other_options_change_and_more_sectors_join(void **state)
{
	(void)state;
	f429_with_two_sectors_shut();
	program_both(SPRMOD | SECTOR(1) | SECTOR(2) | (LEVEL_0 & ~0x40u), SECTOR(1), 300);
	reset_halt();
	assert_int_equal(rd(OPTCR), SPRMOD | SECTOR(1) | SECTOR(2) | (LEVEL_0 & ~0x40u) | 1);
	assert_int_equal(rd(FLASH + 0x8000), 0);
	assert_int_equal(rd(0x1fffc008), 0x8006);
	no_anomaly();
}

static void it_goes_with_level_1_to_0_and_everything_with_it(void **state)
{
	(void)state;
	f429_with_two_sectors_shut();
	program_both(SPRMOD | SECTOR(1) | LEVEL_1, SECTOR(1), 300);
	/* Level 1 waits for the next power-on, and so does the way back (RM0090 3.7.3). */
	program_both(0x0fff0000 | LEVEL_0, 0x0fff0000, 0);
	assert_int_equal(rd(SR), WRPERR);
	power_cycle();
	read_faults(FLASH, 4);
	program_both(0x0fff0000 | LEVEL_0, 0x0fff0000, 16300);
	reset_halt();
	assert_int_equal(rd(OPTCR), 0x0fffaaed);
	assert_int_equal(rd(OPTCR1), 0x0fff0000);
	assert_int_equal(rd(FLASH + 0x4000), 0xffffffff);
	assert_true(is_all(FLASH, 0x200000, 0xff));
	assert_int_equal(rd(SR), 0);
	no_anomaly();

	f401_with_a_sector_shut();
	program_optcr(SPRMOD | SECTOR(5) | LEVEL_1, 300);
	power_cycle();
	program_optcr(0x0fff0000 | LEVEL_0, 2300);
	reset_halt();
	assert_true(is_all(FLASH, 0x40000, 0xff));
	assert_int_equal(rd(FLASH + 0x20000), 0xffffffff);
	no_anomaly();
}

static void the_shared_bit_of_the_f413_shuts_two_sectors(void **state)
{
	(void)state;
	bench("stm32f413zh");
	halt();
	memset(chip_flash(chip), 0x5a, 0x180000);
	program_optcr(SPRMOD | SECTOR(14) | LEVEL_0, 300);
	assert_int_equal(rd(0x08120000), 0x5a5a5a5a);
	assert_int_equal(rd(0x08140000), 0);
	assert_int_equal(rd(0x08160000), 0);
	no_anomaly();
}

static void a_line_without_it_has_no_sprmod(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	unlock_options();
	wr(OPTCR, SPRMOD | 0x0fff0000 | LEVEL_0);
	one_anomaly("reserved");
	assert_int_equal(rd(OPTCR), 0x0fffaaec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_read_raises_rderr_and_tells_nothing, leave_bench),
		cmocka_unit_test_teardown(rderr_not_cleared_keeps_the_next_operation_from_starting, leave_bench),
		cmocka_unit_test_teardown(program_and_erase_are_refused, leave_bench),
		cmocka_unit_test_teardown(code_runs_but_cannot_read_its_own_constants, leave_bench),
		cmocka_unit_test_teardown(registers_that_were_not_programmed_lift_nothing, leave_bench),
		cmocka_unit_test_teardown(lifting_it_without_the_change_of_level_is_cancelled, leave_bench),
		cmocka_unit_test_teardown(other_options_change_and_more_sectors_join, leave_bench),
		cmocka_unit_test_teardown(it_goes_with_level_1_to_0_and_everything_with_it, leave_bench),
		cmocka_unit_test_teardown(the_shared_bit_of_the_f413_shuts_two_sectors, leave_bench),
		cmocka_unit_test_teardown(a_line_without_it_has_no_sprmod, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
