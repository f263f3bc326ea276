/* SPDX-License-Identifier: MIT */
/* The memory map: what answers, what faults, who may do what there (RM0008 3.3, RM0090 2.3). */
#include "chip_fixture.h"

#define BKPT 0xbe00

static void holes_fault(void **state)
{
	static const struct {
		const char *part;
		uint32_t addr;
	} cases[] = {
		{ "stm32f103c8", 0x00010000 }, { "stm32f103c8", 0x10000000 }, { "stm32f103c8", 0x1fffe000 },
		{ "stm32f103c8", 0x1ffff810 }, { "stm32f103c8", 0x20005000 }, { "stm32f103c8", 0x40002400 },
		{ "stm32f103c8", 0x40018400 }, { "stm32f103c8", 0x40028000 }, { "stm32f103c8", 0x50000000 },
		{ "stm32f103c8", 0x60000000 }, { "stm32f103c8", 0xa0000000 }, { "stm32f103c8", 0xe0003000 },
		{ "stm32f103c8", 0xf0000000 }, { "stm32f407vg", 0x00100000 }, { "stm32f407vg", 0x10010000 },
		{ "stm32f407vg", 0x1fff7a30 }, { "stm32f407vg", 0x1fffc010 }, { "stm32f407vg", 0x1ffec000 },
		{ "stm32f407vg", 0x20020000 }, { "stm32f407vg", 0x40002400 }, { "stm32f407vg", 0x60000000 },
		{ "stm32f446re", 0x10000000 }, { "stm32f401ce", 0xa0000000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench(cases[i].part);
		read_faults(cases[i].addr, 4);
		write_faults(cases[i].addr, 4, 0);
		no_anomaly();
	}
}

static void what_the_manual_lists_answers(void **state)
{
	static const struct {
		const char *part;
		uint32_t addr;
	} cases[] = {
		{ "stm32f103c8", 0x40013800 }, { "stm32f103c8", 0x40007000 }, { "stm32f103ze", 0xa0000000 },
		{ "stm32f107vc", 0x40028000 }, { "stm32f107vc", 0x50000000 }, { "stm32f407vg", 0x40004400 },
		{ "stm32f407vg", 0x40024000 }, { "stm32f407vg", 0x40040000 }, { "stm32f407vg", 0x50060800 },
		{ "stm32f407vg", 0xa0000000 }, { "stm32f429zi", 0x1ffec008 }, { "stm32f103c8", 0xe0040fd0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench(cases[i].part);
		(void)rd(cases[i].addr);
		no_anomaly();
	}
}

static void flash_is_seen_at_zero_too(void **state)
{
	(void)state;
	bench("stm32f407vg");
	assert_int_equal(rd(0), rd(FLASH));
	assert_int_equal(rd_size(0xfffff, 1), 0xff);
}

static void boot0_shows_system_memory_at_zero_and_runs_it(void **state)
{
	(void)state;
	bench_without_power("stm32f103c8");
	chip_faults(chip)->boot0 = true;
	chip_power(chip, true);
	sleep_ms(1);
	assert_int_equal(rd(0), rd(0x1ffff000));
	halt();
	assert_int_equal(get_core_reg(15) & ~0x7ffu, 0x1ffff000);
	assert_int_not_equal(rd(RAM), 0x600df00d);
	no_anomaly();
}

static void memrmp_shows_sram_at_zero(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	wr(RAM, 0x12345678);
	wr(0x40013800, 3);
	assert_int_equal(rd(0), 0x12345678);
	wr(0, 0x11111111);
	assert_int_equal(rd(RAM), 0x11111111);
	wr(0x40013800, 1);
	assert_int_equal(rd(0), rd(0x1fff0000));
	no_anomaly();
}

static void bytes_and_half_words_land_in_their_lanes(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	wr(RAM, 0x11223344);
	wr_size(RAM + 1, 1, 0xaa);
	wr16(RAM + 2, 0xbbcc);
	assert_int_equal(rd(RAM), 0xbbccaa44);
	assert_int_equal(rd_size(RAM + 3, 1), 0xbb);
	assert_int_equal(rd_size(RAM + 2, 2), 0xbbcc);
}

static void unaligned_debugger_access_is_an_anomaly(void **state)
{
	(void)state;
	bench("stm32f103c8");
	read_faults(RAM + 1, 2);
	one_anomaly("not aligned");
	write_faults(RAM + 2, 4, 0);
	one_anomaly("not aligned");
}

static void bit_band_words_are_bits(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	wr(RAM + 0x10, 0);
	wr(0x22000000 + 0x10 * 32 + 5 * 4, 1);
	assert_int_equal(rd(RAM + 0x10), 0x20);
	assert_int_equal(rd(0x22000000 + 0x10 * 32 + 5 * 4), 1);
	assert_int_equal(rd(0x22000000 + 0x10 * 32 + 6 * 4), 0);
	wr(0x42000000 + 0x1100c * 32 + 13 * 4, 1); /* GPIOC_ODR bit 13 */
	assert_int_equal(rd(0x4001100c) >> 13 & 1, 1);
	read_faults(0x22000000 + 0x5000 * 32, 4);
	no_anomaly();
}

static void gpio_set_and_reset_registers_act_on_odr(void **state)
{
	static const struct {
		const char *part;
		uint32_t base, idr, odr, bsrr;
	} cases[] = {
		{ "stm32f103c8", 0x40011000, 0x08, 0x0c, 0x10 },
		{ "stm32f407vg", 0x40020800, 0x10, 0x14, 0x18 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench(cases[i].part);
		halt();
		wr(cases[i].base + cases[i].odr, 0);
		wr(cases[i].base + cases[i].bsrr, 0x00002001);
		assert_int_equal(rd(cases[i].base + cases[i].odr), 0x2001);
		assert_int_equal(rd(cases[i].base + cases[i].idr), 0x2001);
		wr(cases[i].base + cases[i].bsrr, 0x20000002);
		assert_int_equal(rd(cases[i].base + cases[i].odr), 0x0003);
		no_anomaly();
	}
}

static void code_does_not_run_from_ccm_or_peripherals(void **state)
{
	static const struct {
		const char *part;
		uint32_t addr, cfsr;
	} cases[] = {
		{ "stm32f407vg", 0x10000000, 1u << 8 }, /* IBUSERR */
		{ "stm32f407vg", 0x40004400, 1u << 0 }, /* IACCVIOL: the region is execute never */
		{ "stm32f103c8", 0x40000000, 1u << 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench(cases[i].part);
		halt();
		wr(cases[i].addr, 0xbe00be00);
		assert_int_equal(rd(cases[i].addr), 0xbe00be00);
		wr(DEMCR, 0x00000400);
		set_core_reg(15, cases[i].addr);
		set_core_reg(16, 0x01000000);
		wr(DFSR, 0x1f);
		wr(DHCSR, GO);
		sleep_us(10);
		assert_true(rd(DHCSR) & S_HALT);
		assert_int_equal(rd(DFSR), 8);
		assert_int_equal(rd(0xe000ed28), cases[i].cfsr);
	}
}

static void code_faults_in_a_hole_with_its_address(void **state)
{
	static const uint16_t code[] = { 0xf04f, 0x40c0, 0x6801, BKPT }; /* mov.w r0,#0x60000000; ldr r1,[r0] */

	(void)state;
	bench("stm32f103c8");
	halt();
	wr(DEMCR, 0x00000400);
	start_code(code, ARRAY_SIZE(code));
	sleep_us(10);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(rd(0xe000ed28), 1u << 9 | 1u << 15); /* PRECISERR, BFARVALID */
	assert_int_equal(rd(0xe000ed38), 0x60000000);
	no_anomaly();
}

static void unprivileged_code_may_not_use_the_private_bus(void **state)
{
	/* movs r0,#1; msr control,r0; isb; ldr r0,[pc,#4]; ldr r1,[r0]; bkpt; .word CPUID */
	static const uint16_t code[] = { 0x2001, 0xf380, 0x8814, 0xf3bf, 0x8f6f, 0x4801, 0x6801, BKPT, 0xed00, 0xe000 };

	(void)state;
	bench("stm32f103c8");
	halt();
	wr(DEMCR, 0x00000400);
	start_code(code, ARRAY_SIZE(code));
	sleep_us(20);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(rd(DFSR), 8);
	assert_true(rd(0xe000ed28) & 1u << 9);
}

static void registers_without_byte_lanes_complain(void **state)
{
	(void)state;
	bench("stm32f407vg");
	wr16(0x40003000, 0xaaaa); /* IWDG_KR takes half-words */
	no_anomaly();
	wr_size(0x40020818, 1, 1); /* a GPIO's BSRR in bytes */
	one_anomaly("in 1 bytes");
}

static void the_size_word_may_lie(void **state)
{
	(void)state;
	bench("cs32f103c8");
	assert_int_equal(rd_size(0x1ffff7e0, 2), 0);
	bench("stm32f103c8-128k");
	assert_int_equal(rd_size(0x1ffff7e0, 2), 64);
	(void)rd(FLASH + 0x1fffc);
	no_anomaly();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(holes_fault, leave_bench),
		cmocka_unit_test_teardown(what_the_manual_lists_answers, leave_bench),
		cmocka_unit_test_teardown(flash_is_seen_at_zero_too, leave_bench),
		cmocka_unit_test_teardown(boot0_shows_system_memory_at_zero_and_runs_it, leave_bench),
		cmocka_unit_test_teardown(memrmp_shows_sram_at_zero, leave_bench),
		cmocka_unit_test_teardown(bytes_and_half_words_land_in_their_lanes, leave_bench),
		cmocka_unit_test_teardown(unaligned_debugger_access_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(bit_band_words_are_bits, leave_bench),
		cmocka_unit_test_teardown(gpio_set_and_reset_registers_act_on_odr, leave_bench),
		cmocka_unit_test_teardown(code_does_not_run_from_ccm_or_peripherals, leave_bench),
		cmocka_unit_test_teardown(code_faults_in_a_hole_with_its_address, leave_bench),
		cmocka_unit_test_teardown(unprivileged_code_may_not_use_the_private_bus, leave_bench),
		cmocka_unit_test_teardown(registers_without_byte_lanes_complain, leave_bench),
		cmocka_unit_test_teardown(the_size_word_may_lie, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
