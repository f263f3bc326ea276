/* SPDX-License-Identifier: MIT */
/* Each habit of the firmware on a part of each family: it does there what its name says. */
#include "chip_fixture.h"

#include "chip/internal.h"

static const char *const parts[] = { "stm32f051r8", "stm32f072rb", "stm32f103c8", "stm32f205rb", "stm32f303vc",
				     "stm32f407vg", "stm32f746zg", "stm32f767zi", "stm32l476rg", "stm32g071rb",
				     "stm32g474re", "stm32wb55rg", "stm32wle5cc", "stm32c031c6", "stm32u073rc" };

/* False: the part has not what it takes. */
static bool begin(const char *part, const char *habit)
{
	bench_without_power(part);
	if (!chip_habit(chip, habit))
		return false;
	chip_power(chip, true);
	sleep_ms(3);
	return true;
}

static uint32_t word_of_ram(uint32_t addr)
{
	return get_le32(chip->ram + (addr - RAM));
}

static void most_run_and_count_without_an_anomaly(void **state)
{
	static const char *const habits[] = { "sleep", "dma", "dma20", "mpu",   "wwdg", "iwdg",
					      "fpb",   "dwt", "latch", "cache", "remap" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		for (size_t k = 0; k < ARRAY_SIZE(habits); k++) {
			uint64_t resets;

			if (!begin(parts[i], habits[k]))
				continue;
			resets = chip->n_resets;
			sleep_ms(200);
			if (chip->n_resets != resets || word_of_ram(FW_FAULTS) || word_of_ram(FW_MS) < 190)
				fail_msg("%s %s: %u resets, %u faults, %u ms", parts[i], habits[k],
					 (unsigned int)(chip->n_resets - resets), (unsigned int)word_of_ram(FW_FAULTS),
					 (unsigned int)word_of_ram(FW_MS));
			no_anomaly();
		}
}

static void low_power_and_remapped_pins_hide_the_debug_port(void **state)
{
	static const char *const habits[] = { "stop", "standby", "remap" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		for (size_t k = 0; k < ARRAY_SIZE(habits); k++) {
			if (!begin(parts[i], habits[k]))
				continue;
			assert_false(chip_swd_answers(chip));
		}
}

static void some_reset_themselves(void **state)
{
	static const char *const habits[] = { "resetloop", "watchdog" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		for (size_t k = 0; k < ARRAY_SIZE(habits); k++) {
			uint64_t resets;

			assert_true(begin(parts[i], habits[k]));
			resets = chip->n_resets;
			sleep_ms(60);
			assert_true(chip->n_resets > resets);
		}
}

static void a_fault_in_the_handler_of_a_fault_is_lockup(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		assert_true(begin(parts[i], "lockup"));
		assert_true(rd(DHCSR) & S_LOCKUP);
	}
}

static void dma_goes_on_while_the_core_is_halted(void **state)
{
	static const char *const habits[] = { "dma", "dma20" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		for (size_t k = 0; k < ARRAY_SIZE(habits); k++) {
			uint32_t before[16];
			unsigned int changed = 0;

			if (!begin(parts[i], habits[k]))
				continue;
			sleep_ms(60);
			halt();
			for (unsigned int n = 0; n < 16; n++)
				before[n] = rd(RAM + 4 * n);
			sleep_ms(1000);
			for (unsigned int n = 0; n < 16; n++)
				changed += rd(RAM + 4 * n) != before[n];
			assert_true(changed > 10);
		}
}

static void the_latch_holds_the_supply(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		assert_true(begin(parts[i], "latch"));
		sleep_ms(200);
		assert_true(chip_powered(chip));
		halt();
		wr(DEMCR, 1);
		wr(AIRCR, SYSRESET);
		monitor_spend(&mon, SPENT_SLEEP, 60000000);
		chip_sync(chip);
		assert_false(chip_powered(chip));
	}
}

static void some_want_what_a_part_may_lack(void **state)
{
	static const struct {
		const char *part, *habit;
		bool there;
	} cases[] = {
		{ "stm32f051r8", "mpu", false },   { "stm32f051r8", "fpb", false },  { "stm32f072rb", "dwt", false },
		{ "stm32f334r8", "mpu", false },   { "stm32f303vc", "mpu", true },   { "stm32f303vc", "fpb", true },
		{ "stm32f407vg", "cache", false }, { "stm32f746zg", "cache", true }, { "stm32f746zg", "fpb", true },
		{ "stm32f767zi", "ufb", false },   { "stm32f205rb", "mpu", true },   { "stm32f429zi", "ufb", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench_without_power(cases[i].part);
		assert_int_equal(chip_habit(chip, cases[i].habit), cases[i].there);
	}
}

static void breakpoints_of_an_earlier_debugger_lie_in_the_demos_main_loop(void **state)
{
	static const char *const with[] = { "stm32f103c8", "stm32f303vc", "stm32f746zg" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(with); i++) {
		assert_true(begin(with[i], "fpb"));
		assert_true(fpb_breaks(chip, FLASH + 0x240));
		assert_true(fpb_breaks(chip, FLASH + 0x244));
		assert_false(fpb_breaks(chip, FLASH + 0x23c));
	}
}

/* A debugger that reads SRAM past the cache gets what is older, and an anomaly. */
static void with_caches_on_sram_is_older_than_they(void **state)
{
	(void)state;
	assert_true(begin("stm32f746zg", "cache"));
	halt();
	assert_int_equal(rd(0xe000ed14) >> 16 & 3, 3);
	no_anomaly();
	assert_int_not_equal(rd(0x20030000), 0xd1127d1a);
	one_anomaly("something newer");
	chip_ahb_prot(chip, 1u << 27);
	assert_int_equal(rd(0x20030000), 0xd1127d1a);
	no_anomaly();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(most_run_and_count_without_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(low_power_and_remapped_pins_hide_the_debug_port, leave_bench),
		cmocka_unit_test_teardown(some_reset_themselves, leave_bench),
		cmocka_unit_test_teardown(a_fault_in_the_handler_of_a_fault_is_lockup, leave_bench),
		cmocka_unit_test_teardown(dma_goes_on_while_the_core_is_halted, leave_bench),
		cmocka_unit_test_teardown(the_latch_holds_the_supply, leave_bench),
		cmocka_unit_test_teardown(some_want_what_a_part_may_lack, leave_bench),
		cmocka_unit_test_teardown(breakpoints_of_an_earlier_debugger_lie_in_the_demos_main_loop, leave_bench),
		cmocka_unit_test_teardown(with_caches_on_sram_is_older_than_they, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
