/* SPDX-License-Identifier: MIT */
/* FPEC, the flash controller of the F1: option bytes and protection. */
#include "fpec_bench.h"

static void program_option(uint32_t addr, uint32_t value)
{
	wr(CR, OPTPG | OPTWRE);
	wr16(addr, value);
	wait_ready(60);
}

static void erase_options(void)
{
	wr(CR, OPTER | OPTWRE);
	wr(CR, OPTER | OPTWRE | STRT);
	wait_ready(20001);
}

/* RDP first, then the rest as from the factory but for WRP0. */
static void write_options(uint8_t rdp, uint8_t user, uint8_t wrp0)
{
	const uint8_t values[8] = { rdp, user, 0xff, 0xff, wrp0, 0xff, 0xff, 0xff };

	unlock_options();
	erase_options();
	for (uint32_t i = 0; i < 8; i++)
		program_option(OPTIONS + 2 * i, values[i]);
	wr(CR, LOCK);
	wr(SR, 0x34);
}

static void power_cycle(void)
{
	chip_power(chip, false);
	sleep_ms(10);
	chip_power(chip, true);
	halt();
}

static void factory_options_are_read_and_loaded(void **state)
{
	(void)state;
	bench("stm32f103c8");
	assert_int_equal(rd(OPTIONS), 0x00ff5aa5);
	assert_int_equal(rd(OPTIONS + 4), 0x00ff00ff);
	assert_int_equal(rd(OBR), 0x03fffffc);
	assert_int_equal(rd(WRPR), 0xffffffff);
	no_anomaly();
}

static void options_need_both_keys_and_optwre_goes_with_a_zero(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	write_faults(OPTKEYR, 4, KEY1);
	one_anomaly("OPTKEYR");
	unlock();
	wr(CR, OPTPG | OPTWRE); /* software cannot set it */
	assert_int_equal(rd(CR), OPTPG);
	write_faults(OPTIONS, 2, 0xa5);
	one_anomaly("option byte");
	wr(OPTKEYR, KEY1);
	wr(OPTKEYR, KEY2);
	assert_int_equal(rd(CR), OPTPG | OPTWRE);
	wr(CR, OPTPG);
	assert_int_equal(rd(CR), OPTPG);
	wr(CR, 0);
	wr(OPTKEYR, KEY1); /* and comes back with the keys */
	wr(OPTKEYR, KEY2);
	assert_int_equal(rd(CR), OPTWRE);
	write_faults(OPTIONS, 4, 0x00ff5aa5);
	one_anomaly("FLASH_CR");
	wr(CR, OPTPG | OPTWRE);
	write_faults(OPTIONS, 4, 0x00ff5aa5);
	one_anomaly("in 4 bytes");
}

static void wrong_option_keys_lock_until_reset(void **state)
{
	(void)state;
	ready("stm32f103c8");
	wr(OPTKEYR, KEY1);
	write_faults(OPTKEYR, 4, KEY1);
	write_faults(OPTKEYR, 4, KEY2);
	assert_int_equal(rd(CR) & OPTWRE, 0);
	no_anomaly();
}

static void options_are_erased_programmed_with_complement_and_loaded_by_reset(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	write_options(0xa5, 0xfe, 0xfd);
	assert_int_equal(rd(OPTIONS), 0x01fe5aa5);
	assert_int_equal(rd(OPTIONS + 8), 0x00ff02fd);
	assert_int_equal(rd(WRPR), 0xffffffff);
	reset_halt();
	assert_int_equal(rd(WRPR), 0xfffffffd);
	assert_int_equal(rd(OBR) & 0x3ff, 0xfe << 2);
	assert_int_equal(mon.page_erases + mon.mass_erases, 0);
	no_anomaly();
}

static void an_option_that_is_not_erased_gives_pgerr(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	unlock_options();
	wr(CR, OPTPG | OPTWRE);
	wr16(OPTIONS + 4, 0x12);
	assert_int_equal(rd(SR), PGERR);
	assert_int_equal(rd(OPTIONS + 4), 0x00ff00ff);
	no_anomaly();
}

static void a_wrong_complement_counts_as_ff_and_sets_opterr(void **state)
{
	(void)state;
	bench_without_power("stm32f103c8");
	chip_power(chip, true);
	chip_power(chip, false);
	assert_int_equal(chip_save(chip, "fpec_opterr.bin"), 0);
	FILE *f = fopen("fpec_opterr.bin.options", "a");

	assert_non_null(f);
	fputs("ob4 = 0x1234\n", f);
	fclose(f);
	assert_int_equal(chip_load(chip, "fpec_opterr.bin"), 0);
	remove("fpec_opterr.bin");
	remove("fpec_opterr.bin.options");
	chip_power(chip, true);
	assert_int_equal(rd(OBR) & 1, 1);
	assert_int_equal(rd(WRPR) & 0xff, 0xff);
}

static void protected_pages_refuse_program_page_and_mass_erase(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	write_options(0xa5, 0xff, 0xfd); /* pages 4 to 7 */
	reset_halt();
	memset(chip_flash(chip), 0xff, 0x10000);
	unlock();
	for (uint32_t page = 4; page < 8; page++) {
		erase_page(FLASH + 0x400 * page);
		assert_int_equal(rd(SR), WRPRTERR);
		wr(SR, WRPRTERR);
		wr(CR, PG);
		wr16(FLASH + 0x400 * page, 0);
		assert_int_equal(rd(SR), WRPRTERR);
		wr(SR, WRPRTERR);
	}
	wr(CR, MER);
	wr(CR, MER | STRT);
	assert_int_equal(rd(SR), WRPRTERR);
	wr(SR, WRPRTERR);
	wr(CR, PG);
	wr16(FLASH + 0xffe, 0x1111);
	wait_ready(60);
	wr16(FLASH + 0x2000, 0x1111);
	wait_ready(60);
	assert_int_equal(rd(SR), EOP);
	assert_true(is_all(FLASH + 0x1000, 0x1000, 0xff));
	no_anomaly();
}

static void the_last_wrp_bit_covers_the_rest(void **state)
{
	(void)state;
	bench("stm32f103ze");
	halt();
	unlock_options();
	erase_options();
	for (uint32_t i = 0; i < 8; i++)
		program_option(OPTIONS + 2 * i, i == 0 ? 0xa5 : i == 7 ? 0x7f : 0xff);
	reset_halt();
	assert_int_equal(rd(WRPR), 0x7fffffff);
	unlock();
	erase_page(FLASH + 0x1e800);
	assert_int_equal(rd(SR), BSY);
	wait_ready(20001);
	wr(SR, 0x34);
	erase_page(FLASH + 0x1f000);
	assert_int_equal(rd(SR), WRPRTERR);
	wr(SR, 0x34);
	erase_page(FLASH + 0x7f800);
	assert_int_equal(rd(SR), WRPRTERR);
	no_anomaly();
}

static void set_rdp(void)
{
	write_options(0x00, 0xff, 0xff);
	reset_halt();
}

static void read_protection_begins_with_the_next_power_on(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	set_rdp();
	assert_int_equal(rd(OBR) & 2, 0);
	(void)rd(FLASH);
	power_cycle();
	assert_int_equal(rd(OBR) & 2, 2);
	read_faults(FLASH, 4);
	read_faults(0, 4);
	read_faults(0x1ffff7e0, 2);
	(void)rd(RAM);
	(void)rd(0xe0042000);
	no_anomaly();
}

static void under_read_protection_code_runs_until_it_reads_data_from_flash(void **state)
{
	/* movs r0,#0; 1: adds r0,#1; cmp r0,#100; bne 1b; ldr r1,[pc,#0]; b . */
	static const uint16_t code[] = { 0x2000, 0x3001, 0x2864, 0xd1fc, 0x4900, 0xe7fe };

	(void)state;
	bench("stm32f103c8");
	halt();
	set_rdp();
	power_cycle();
	put_le32(at(FLASH), RAM + 0x800);
	put_le32(at(FLASH + 4), FLASH + 0x401);
	for (uint32_t i = 0; i < ARRAY_SIZE(code); i++)
		put_le16(at(FLASH + 0x400 + 2 * i), code[i]);
	wr(DEMCR, 0x00000400); /* catch a HardFault */
	wr(DFSR, 0x1f);
	(void)rd(RAM);
	wr(AIRCR, SYSRESET);
	sleep_us(1000);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(get_core_reg(0), 100);
	assert_int_equal(rd(0xe000ed38), FLASH + 0x40c); /* BFAR */
	no_anomaly();
}

static void under_read_protection_pages_are_shut_and_mass_erase_is_not(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	set_rdp();
	power_cycle();
	unlock();
	erase_page(FLASH + 0x8000);
	assert_int_equal(rd(SR), WRPRTERR);
	wr(SR, 0x34);
	wr(CR, PG);
	wr16(FLASH + 0x8000, 0);
	assert_int_equal(rd(SR), WRPRTERR);
	wr(SR, 0x34);
	wr(CR, MER);
	wr(CR, MER | STRT);
	wait_ready(20001);
	assert_true(is_all(FLASH, 0x10000, 0xff));
	no_anomaly();
}

static void removing_read_protection_erases_everything_first(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	set_rdp();
	power_cycle();
	unlock_options();
	erase_options();
	wr(CR, OPTPG | OPTWRE);
	wr16(OPTIONS, 0xa5);
	sleep_us(20000);
	assert_int_equal(rd(SR) & BSY, BSY);
	wait_ready(60);
	assert_true(is_all(FLASH, 0x10000, 0xff));
	read_faults(FLASH, 4);
	wr(CR, LOCK);
	power_cycle();
	assert_int_equal(rd(FLASH), 0xffffffff);
	no_anomaly();
}

static void erased_options_mean_protected(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	unlock_options();
	erase_options();
	power_cycle();
	read_faults(FLASH, 4);
	assert_int_equal(rd(OBR) & 3, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(factory_options_are_read_and_loaded, leave_bench),
		cmocka_unit_test_teardown(options_need_both_keys_and_optwre_goes_with_a_zero, leave_bench),
		cmocka_unit_test_teardown(wrong_option_keys_lock_until_reset, leave_bench),
		cmocka_unit_test_teardown(options_are_erased_programmed_with_complement_and_loaded_by_reset,
					  leave_bench),
		cmocka_unit_test_teardown(an_option_that_is_not_erased_gives_pgerr, leave_bench),
		cmocka_unit_test_teardown(a_wrong_complement_counts_as_ff_and_sets_opterr, leave_bench),
		cmocka_unit_test_teardown(protected_pages_refuse_program_page_and_mass_erase, leave_bench),
		cmocka_unit_test_teardown(the_last_wrp_bit_covers_the_rest, leave_bench),
		cmocka_unit_test_teardown(read_protection_begins_with_the_next_power_on, leave_bench),
		cmocka_unit_test_teardown(under_read_protection_code_runs_until_it_reads_data_from_flash, leave_bench),
		cmocka_unit_test_teardown(under_read_protection_pages_are_shut_and_mass_erase_is_not, leave_bench),
		cmocka_unit_test_teardown(removing_read_protection_erases_everything_first, leave_bench),
		cmocka_unit_test_teardown(erased_options_mean_protected, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
