/* SPDX-License-Identifier: MIT */
/*
 * What a reset starts on L4, G0, G4, WB, WL, C0 and U0: an empty chip its boot
 * loader, until the option bytes are loaded anew or EMPTY is cleared; bits in the
 * place of pins; bank 2 (flash-l4g0g4 fact sheet sections 6 and 9.1).
 */
#include "dword_bench.h"

#define ROM    0x1fff0000u
#define MEMRMP 0x40010000u
#define HANG   0x200u

static void flash_word(uint32_t offset, uint32_t value)
{
	put_le32(chip_flash(chip) + offset, value);
}

/* Vectors there, whose program is an endless loop right behind them, linked for the address at. */
static void put_program(uint32_t offset, uint32_t linked)
{
	flash_word(offset, RAM + 0x400);
	flash_word(offset + 4, (linked + HANG) | 1);
	flash_word(offset + HANG, 0xe7fee7fe);
}

/* Where the core is after a reset that nobody caught. */
static uint32_t runs_at(void)
{
	wr(DHCSR, DETACH);
	wr(AIRCR, SYSRESET);
	sleep_ms(2);
	halt();
	return get_core_reg(15);
}

static bool in_rom(uint32_t pc)
{
	return pc - ROM < 0x7000 || pc < 0x400;
}

static void blank(const char *name)
{
	bench_without_power(name);
	base = !strncmp(name, "stm32w", 6) ? 0x58004000u : 0x40022000u;
	memset(chip_flash(chip), 0xff, chip_part(chip)->flash_size);
	chip_power(chip, true);
}

static void a_blank_chip_starts_its_rom_until_the_flag_is_cleared(void **state)
{
	static const struct {
		const char *name;
		bool in_sr;
	} cases[] = { { "stm32l432kc", true },  { "stm32l4r5zi", true },  { "stm32l412kb", true },
		      { "stm32g071rb", false }, { "stm32g0b1re", false }, { "stm32wb55rg", false },
		      { "stm32wle5cc", false }, { "stm32c011f6", false }, { "stm32u031k8", false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		blank(cases[i].name);
		halt();
		assert_true(in_rom(get_core_reg(15)));
		put_program(0, FLASH);
		assert_true(in_rom(runs_at()));
		if (cases[i].in_sr) {
			assert_int_equal(rd(base + SR) & BIT17, BIT17);
			wr(base + SR, BIT17);
			assert_int_equal(rd(base + SR) & BIT17, 0);
		} else {
			assert_int_equal(rd(base + ACR) & 0x10000, 0x10000);
			wr(base + ACR, rd(base + ACR) & ~0x10000u);
			assert_int_equal(rd(base + ACR) & 0x10000, 0);
		}
		assert_int_equal(runs_at() & ~3u, FLASH + HANG);
		no_anomaly();
	}
}

static void a_launch_or_power_looks_again_whether_it_is_blank(void **state)
{
	static const char *const names[] = { "stm32l432kc", "stm32g071rb", "stm32wb55rg", "stm32c031c6" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		blank(names[i]);
		halt();
		unlock();
		put_program(0, FLASH);
		unlock_options();
		launch();
		assert_int_equal(runs_at() & ~3u, FLASH + HANG);
		/* An erase alone changes nothing before the next one. */
		memset(chip_flash(chip), 0xff, 8);
		chip_nrst(chip, true);
		chip_nrst(chip, false);
		sleep_ms(1);
		assert_true(rd(DHCSR) & S_LOCKUP);
		chip_power(chip, false);
		chip_power(chip, true);
		halt();
		assert_true(in_rom(get_core_reg(15)));
		no_anomaly();
	}
}

static void l47x_and_g4_never_look(void **state)
{
	static const char *const names[] = { "stm32l476rg", "stm32l496zg", "stm32g431rb", "stm32g474re",
					     "stm32g491re" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		blank(names[i]);
		sleep_ms(1);
		assert_true(rd(DHCSR) & S_LOCKUP);
		assert_int_equal(rd(base + SR) & BIT17, 0);
	}
}

/* The bits of OPTR that are 0, on a part with BOOT0 high, or not */
static void option_bits_take_the_place_of_pins(void **state)
{
	static const struct {
		const char *name;
		uint32_t zeros;
		bool boot0;
		uint32_t mode;
	} cases[] = {
		{ "stm32l432kc", 0, false, 0 },        { "stm32l432kc", 0, true, 1 },
		{ "stm32l432kc", 1u << 23, true, 3 },  { "stm32l432kc", 1u << 26, true, 0 },
		{ "stm32l432kc", 3u << 26, false, 1 }, { "stm32l476rg", 0, true, 1 },
		{ "stm32l476rg", 1u << 23, true, 3 },  { "stm32g071rb", 0, true, 0 },
		{ "stm32g071rb", 1u << 26, false, 1 }, { "stm32g071rb", 3u << 25, false, 3 },
		{ "stm32g071rb", 1u << 24, true, 1 },  { "stm32g071rb", 1u << 24, false, 0 },
		{ "stm32u073rc", 1u << 26, false, 1 }, { "stm32wle5cc", 1u << 26, true, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].name);
		put_program(0, FLASH);
		program_option(OPTR, rd(base + OPTR) & ~cases[i].zeros);
		chip_faults(chip)->boot0 = cases[i].boot0;
		power_cycle();
		assert_int_equal(rd(MEMRMP) & 3, cases[i].mode);
	}
}

static void boot_lock_leaves_flash_alone(void **state)
{
	(void)state;
	ready("stm32g071rb");
	put_program(0, FLASH);
	unlock_options();
	wr(base + 0x80, 1u << 16);
	program_option(OPTR, rd(base + OPTR) & ~(1u << 26));
	power_cycle();
	assert_int_equal(rd(MEMRMP) & 3, 0);
}

/* BFB2: the boot loader starts the program of bank 2, and shows it at the beginning of flash. */
static void bank_2_is_started_where_bfb2_asks_for_it(void **state)
{
	static const struct {
		const char *name;
		uint32_t bank2;
	} cases[] = { { "stm32l476rg", 512 * 1024 }, { "stm32l4r5zi", 1024 * 1024 }, { "stm32g474rc", 128 * 1024 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].name);
		put_program(0, FLASH);
		put_program(cases[i].bank2, FLASH);
		flash_word(cases[i].bank2 + 0x10, 0x2222);
		program_option(OPTR, rd(base + OPTR) | 1u << 20);
		chip_power(chip, false);
		chip_power(chip, true);
		sleep_ms(2);
		halt();
		assert_int_equal(get_core_reg(15) & ~3u, FLASH + HANG);
		assert_int_equal(rd(MEMRMP), 1u << 8);
		assert_int_equal(rd(FLASH + 0x10), 0x2222);
		no_anomaly();
	}
}

/* --- what is around it -------------------------------------------------------------------- */

static void dbgmcu_takes_nothing_without_its_clock(void **state)
{
	static const struct {
		const char *name;
		uint32_t clock, bit;
	} cases[] = { { "stm32g071rb", 0x4002103c, 1u << 27 },
		      { "stm32c031c6", 0x4002103c, 1u << 27 },
		      { "stm32u073rc", 0x40021050, 1u << 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].name);
		wr(0x40015808, 0x1800);
		assert_int_equal(rd(0x40015808), 0);
		wr(cases[i].clock, rd(cases[i].clock) | cases[i].bit);
		wr(0x40015808, 0x1800);
		assert_int_equal(rd(0x40015808), 0x1800);
		no_anomaly();
	}
	ready("stm32u073rc");
	assert_int_equal(rd(0x40015800), 0); /* RM0503 26.4.1 */
}

static void the_freeze_bits_of_wb_and_wl_are_elsewhere(void **state)
{
	static const char *const names[] = { "stm32wb55rg", "stm32wle5cc" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		ready(names[i]);
		wr(APB1_FZ, 0x1800);
		assert_int_equal(rd(APB1_FZ), 0);
		wr(0xe004203c, 0x1800);
		assert_int_equal(rd(0xe004203c), 0x1800);
		no_anomaly();
	}
}

static void after_reset_it_is_msi_or_hsi(void **state)
{
	static const struct {
		const char *name;
		uint32_t rcc, cr, cfgr;
		unsigned int cycles; /* in 100 us */
	} cases[] = {
		{ "stm32l476rg", 0x40021000, 0x63, 0, 400 },    { "stm32wb55rg", 0x58000000, 0x63, 0, 400 },
		{ "stm32g071rb", 0x40021000, 0x500, 0, 1600 },  { "stm32g474re", 0x40021000, 0x500, 5, 1600 },
		{ "stm32c031c6", 0x40021000, 0x1500, 0, 1200 }, { "stm32u073rc", 0x40021000, 0x63, 0, 400 },
	};
	static const uint32_t SYST = 0xe000e010;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].name);
		put_program(0, FLASH);
		reset_halt();
		assert_int_equal(rd(cases[i].rcc), cases[i].cr);
		assert_int_equal(rd(cases[i].rcc + 8), cases[i].cfgr);
		wr(SYST + 4, 0xffffff);
		wr(SYST + 8, 0);
		wr(SYST, 5);
		wr(DHCSR, GO);
		sleep_us(100);
		halt();
		assert_in_range(0x1000000 - rd(SYST + 8), cases[i].cycles - 8, cases[i].cycles + 8);
		no_anomaly();
	}
}

/* As openocd sets them up: MSI 24 MHz with wait states, the PLL of a G0 at 64 MHz with two */
static void faster_clocks_want_their_wait_states(void **state)
{
	(void)state;
	ready("stm32l476rg");
	wr(0x40021000, 0x9b);
	one_anomaly("HCLK 24000000 Hz with a flash latency of 0");
	ready("stm32l476rg");
	wr(base + ACR, 0x603);
	wr(0x40021000, 0x9b);
	no_anomaly();
	ready("stm32wb55rg"); /* without MSIRGSEL */
	wr(0x58000000, 0x91);
	one_anomaly("HCLK 24000000 Hz with a flash latency of 0");
	ready("stm32g071rb");
	wr(base + ACR, 0x40602);
	wr(0x4002100c, 0x30000802);
	wr(0x40021000, 0x01000500);
	sleep_ms(1);
	assert_int_equal(rd(0x40021000) & 0x02000000, 0x02000000);
	wr(0x40021008, 2);
	assert_int_equal(rd(0x40021008), 0x12);
	no_anomaly();
}

static void an_m0_plus_has_a_vector_table_register_and_an_mpu(void **state)
{
	static const char *const names[] = { "stm32g071rb", "stm32c031c6", "stm32u073rc" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		ready(names[i]);
		assert_int_equal(rd(0xe000ed00) & 0xfff0, 0xc600);
		wr(0xe000ed08, 0x200001ff);
		assert_int_equal(rd(0xe000ed08), 0x20000100);
		assert_int_equal(rd(0xe000ed90), 8 << 8);
		wr(0xe000ed9c, 0x10);
		wr(0xe000eda0, 0x0300000f);
		no_anomaly();
		wr(0xe000eda0, 0x03000009); /* 32 bytes */
		one_anomaly("at least 256 bytes");
		assert_int_equal(chip_rom_table(chip), 0xf0000000);
		assert_int_equal(rd(0xf0000000), 0xf00ff003);
		set_core_reg(20, 0x01000000);
		assert_int_equal(get_core_reg(20), 0x01000000); /* CONTROL.nPRIV */
	}
}

/* Cortex-M0+: VTOR decides where an exception finds its handler. */
static void an_m0_plus_takes_exceptions_by_its_vtor(void **state)
{
	static const uint16_t code[] = { 0xdf00, 0xbe00 };    /* svc 0; bkpt */
	static const uint16_t handler[] = { 0x2009, 0x4770 }; /* movs r0, #9; bx lr */

	(void)state;
	ready("stm32g071rb");
	wr(0x20000100 + 4 * 11, 0x20000301);
	wr16(0x20000300, handler[0]);
	wr16(0x20000302, handler[1]);
	wr(0xe000ed08, 0x20000100);
	load_code(code, ARRAY_SIZE(code));
	set_core_reg(15, CODE_AT);
	set_core_reg(13, RAM + 0x800);
	set_core_reg(16, 0x01000000);
	wr(DFSR, 0x1f);
	wr(DHCSR, GO);
	sleep_us(100);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(get_core_reg(15), CODE_AT + 2);
	no_anomaly();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_blank_chip_starts_its_rom_until_the_flag_is_cleared, leave_bench),
		cmocka_unit_test_teardown(a_launch_or_power_looks_again_whether_it_is_blank, leave_bench),
		cmocka_unit_test_teardown(l47x_and_g4_never_look, leave_bench),
		cmocka_unit_test_teardown(option_bits_take_the_place_of_pins, leave_bench),
		cmocka_unit_test_teardown(boot_lock_leaves_flash_alone, leave_bench),
		cmocka_unit_test_teardown(bank_2_is_started_where_bfb2_asks_for_it, leave_bench),
		cmocka_unit_test_teardown(dbgmcu_takes_nothing_without_its_clock, leave_bench),
		cmocka_unit_test_teardown(the_freeze_bits_of_wb_and_wl_are_elsewhere, leave_bench),
		cmocka_unit_test_teardown(after_reset_it_is_msi_or_hsi, leave_bench),
		cmocka_unit_test_teardown(faster_clocks_want_their_wait_states, leave_bench),
		cmocka_unit_test_teardown(an_m0_plus_has_a_vector_table_register_and_an_mpu, leave_bench),
		cmocka_unit_test_teardown(an_m0_plus_takes_exceptions_by_its_vtor, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
