/* SPDX-License-Identifier: MIT */
/*
 * What a reset starts (RM0008 3.4, RM0090 2.4 and 9.2.1, AN2606 "dual bank
 * boot"), and the program counter that a debugger samples (ARMv7-M C1.8).
 */
#include "chip_fixture.h"

#define ROM_F1 0x1ffff000u
#define ROM_XL 0x1fffe000u
#define ROM_F4 0x1fff0000u
#define MEMRMP 0x40013800u
#define OPTCR  0x40023c14u
#define VTOR   0xe000ed08u
#define PCSR   0xe000101cu
#define TRCENA (1u << 24)
#define HANG   0x200u /* of a program that start_at() puts somewhere */

#define BANK2_XL 0x08080000u
#define BANK2_2M 0x08100000u

static void flash_word(uint32_t addr, uint32_t value)
{
	put_le32(chip_flash(chip) + (addr - FLASH), value);
}

/* Vectors at addr, linked for base: the program is an endless loop. */
static void program(uint32_t addr, uint32_t base, uint32_t sp)
{
	flash_word(addr, sp);
	flash_word(addr + 4, (base + HANG) | 1);
	flash_word(addr + HANG, 0xe7fee7fe);
}

static void erase_all(void)
{
	memset(chip_flash(chip), 0xff, chip_part(chip)->flash_size);
}

static uint32_t sample(void)
{
	wr(DEMCR, TRCENA);
	return rd(PCSR);
}

static void the_pins_choose_what_is_at_zero(void **state)
{
	static const struct {
		const char *part;
		bool boot0, boot1;
		uint32_t mode, shown;
	} cases[] = {
		{ "stm32f103c8", false, false, 0, FLASH }, { "stm32f103c8", true, false, 1, ROM_F1 },
		{ "stm32f103c8", true, true, 3, RAM },     { "stm32f103c8", false, true, 0, FLASH },
		{ "stm32f407vg", false, false, 0, FLASH }, { "stm32f407vg", true, false, 1, ROM_F4 },
		{ "stm32f407vg", true, true, 3, RAM },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench_without_power(cases[i].part);
		chip_faults(chip)->boot0 = cases[i].boot0;
		chip_faults(chip)->boot1 = cases[i].boot1;
		chip_power(chip, true);
		reset_halt();
		for (uint32_t at = 0; at < 0x100; at += 4)
			assert_int_equal(rd(at), rd(cases[i].shown + at));
		assert_int_equal(get_core_reg(15), rd(cases[i].shown + 4) & ~1u);
		if (chip_part(chip)->dev_id == 0x413)
			assert_int_equal(rd(MEMRMP), cases[i].mode);
		no_anomaly();
	}
}

/* The pins are looked at by a reset alone; on an F4 software may choose anew. */
static void the_pins_count_at_reset_and_mem_mode_after_it(void **state)
{
	(void)state;
	bench("stm32f103c8");
	chip_faults(chip)->boot0 = true;
	assert_int_equal(rd(4), rd(FLASH + 4));
	reset_halt();
	assert_int_equal(rd(4), rd(ROM_F1 + 4));

	bench_without_power("stm32f407vg");
	chip_faults(chip)->boot0 = true;
	chip_power(chip, true);
	reset_halt();
	wr(MEMRMP, 0);
	assert_int_equal(rd(4), rd(FLASH + 4));
	reset_halt();
	assert_int_equal(rd(4), rd(ROM_F4 + 4));
	no_anomaly();
}

/* It waits for a host; so it does where the option bytes know nothing of a second bank. */
static void the_boot_loader_runs_while_boot0_is_high(void **state)
{
	static const char *const names[] = { "stm32f103c8", "stm32f103zg", "stm32f407vg", "stm32f429zi" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		bench_without_power(names[i]);
		chip_faults(chip)->boot0 = true;
		chip_power(chip, true);
		sleep_ms(5);
		assert_int_equal(sample() >> 16, 0x1fff);
		assert_int_equal(rd(VTOR), 0);
		no_anomaly();
	}
}

/* With BFB2 the boot loader looks at bank 2 first, whatever BOOT0 is. */
static void bfb2_starts_bank_2_when_its_stack_is_in_sram(void **state)
{
	(void)state;
	for (int boot0 = 0; boot0 <= 1; boot0++) {
		bench_without_power("stm32f429zi");
		erase_all();
		program(FLASH, FLASH, RAM + 0x1000);
		program(BANK2_2M, FLASH, RAM + 0x30000); /* its very end */
		assert_true(chip_preset(chip, PRESET_BOOT_BANK_2, 1));
		chip_faults(chip)->boot0 = boot0;
		chip_power(chip, true);
		sleep_ms(1);
		assert_int_equal(rd(MEMRMP), 0x100);
		assert_int_equal(sample(), FLASH + HANG);
		assert_int_equal(rd(FLASH), RAM + 0x30000);
		reset_halt();
		assert_int_equal(get_core_reg(15) >> 16, 0x1fff);
		assert_int_equal(rd(MEMRMP), 1);
		assert_int_equal(rd(FLASH), RAM + 0x1000);

		bench_without_power("stm32f103zg");
		erase_all();
		program(BANK2_XL, BANK2_XL, RAM + 0x1000);
		assert_true(chip_preset(chip, PRESET_BOOT_BANK_2, 1));
		chip_faults(chip)->boot0 = boot0;
		chip_power(chip, true);
		sleep_ms(1);
		assert_int_equal(sample(), BANK2_XL + HANG);
		assert_int_equal(rd(4), rd(ROM_XL + 4)); /* nothing is mapped anew */
		no_anomaly();
	}
}

static void bfb2_falls_back_to_bank_1_and_then_to_the_boot_loader(void **state)
{
	static const struct {
		uint32_t sp1, sp2, pc;
	} cases[] = {
		{ RAM + 0x1000, 0xffffffff, FLASH + HANG },
		{ RAM + 0x1000, RAM, FLASH + HANG },
		{ RAM + 0x1000, RAM + 0x30004, FLASH + HANG },
		{ 0xffffffff, 0x10000000, 0 },
		{ RAM, 0xffffffff, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench_without_power("stm32f429zi");
		erase_all();
		program(FLASH, FLASH, cases[i].sp1);
		program(BANK2_2M, FLASH, cases[i].sp2);
		assert_true(chip_preset(chip, PRESET_BOOT_BANK_2, 1));
		chip_power(chip, true);
		sleep_ms(1);
		if (cases[i].pc)
			assert_int_equal(sample(), cases[i].pc);
		else
			assert_int_equal(sample() >> 16, 0x1fff);
		assert_int_equal(rd(MEMRMP), cases[i].pc ? 0 : 1);
		no_anomaly();
	}
}

/* 1 MiB in one bank: there is no second one to look at. */
static void bfb2_without_a_second_bank_looks_at_the_first(void **state)
{
	(void)state;
	bench_without_power("stm32f429zg");
	erase_all();
	program(FLASH, FLASH, RAM + 0x1000);
	program(FLASH + 0x80000, FLASH, RAM + 0x2000);
	assert_true(chip_preset(chip, PRESET_BOOT_BANK_2, 1));
	chip_power(chip, true);
	sleep_ms(1);
	assert_int_equal(sample(), FLASH + HANG);
	assert_int_equal(rd(FLASH), RAM + 0x1000);

	bench_without_power("stm32f407vg");
	assert_false(chip_preset(chip, PRESET_BOOT_BANK_2, 1));
	bench_without_power("stm32f103ze");
	assert_false(chip_preset(chip, PRESET_BOOT_BANK_2, 1));
	no_anomaly();
}

static void pcsr_shows_where_the_core_runs(void **state)
{
	static const uint16_t code[] = { 0xe7fe };

	(void)state;
	bench("stm32f103c8");
	reset_halt();
	wr(DEMCR, TRCENA);
	assert_int_equal(rd(PCSR), 0xffffffff); /* in debug state */
	wr(PCSR, 0x1234);
	start_code(code, 1);
	sleep_us(10);
	assert_int_equal(rd(PCSR), CODE_AT);
	wr(DEMCR, 0);
	assert_int_not_equal(rd(PCSR), CODE_AT); /* the DWT has no clock */
	chip_nrst(chip, true);
	wr(DEMCR, TRCENA);
	assert_int_equal(rd(PCSR), 0xffffffff);
	chip_nrst(chip, false);
	no_anomaly();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(the_pins_choose_what_is_at_zero, leave_bench),
		cmocka_unit_test_teardown(the_pins_count_at_reset_and_mem_mode_after_it, leave_bench),
		cmocka_unit_test_teardown(the_boot_loader_runs_while_boot0_is_high, leave_bench),
		cmocka_unit_test_teardown(bfb2_starts_bank_2_when_its_stack_is_in_sram, leave_bench),
		cmocka_unit_test_teardown(bfb2_falls_back_to_bank_1_and_then_to_the_boot_loader, leave_bench),
		cmocka_unit_test_teardown(bfb2_without_a_second_bank_looks_at_the_first, leave_bench),
		cmocka_unit_test_teardown(pcsr_shows_where_the_core_runs, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
