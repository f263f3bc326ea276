/* SPDX-License-Identifier: MIT */
/*
 * What happens to a naive tool that runs its code inside of a firmware: it
 * saves 1 KiB of RAM and the registers, puts a program there, runs it with
 * interrupts masked, and puts everything back. With a firmware that only sleeps
 * all is well. The other habits break the program or the firmware.
 */
#include "chip_fixture.h"

#define AGENT_SIZE  1024u
#define AGENT_ENTRY (RAM + 0x40) /* behind its mailbox */
#define AGENT_MS    250u
#define ROUNDS      3000u
#define ADDS        460u /* in each round */

static const char *const parts_of_each_family[] = { "stm32f103zg", "stm32f429zi" };

static void bench_with_habit(const char *part, const char *habit)
{
	bench_without_power(part);
	assert_true(chip_habit(chip, habit));
	chip_power(chip, true);
	sleep_ms(1000);
}

struct found {
	uint32_t ram[AGENT_SIZE / 4];
	uint32_t regs[17];
};

static void save(struct found *f)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(f->ram); i++)
		f->ram[i] = rd(RAM + 4 * i);
	for (unsigned int i = 0; i < ARRAY_SIZE(f->regs); i++)
		f->regs[i] = get_core_reg(i);
}

static void put_back(const struct found *f)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(f->ram); i++)
		wr(RAM + 4 * i, f->ram[i]);
	for (unsigned int i = 0; i < ARRAY_SIZE(f->regs); i++)
		set_core_reg(i, f->regs[i]);
	wr(DFSR, 0x1f);
	wr(DHCSR, HALT);
	wr(DHCSR, DETACH);
}

/* Nearly all of it is one stretch of code; its first word is where it says how far it is. */
static void load_agent(void)
{
	static const uint16_t tail[] = {
		0x6010, /* str r0, [r2] */
		0x3901, /* subs r1, #1 */
		0xd000, /* beq 1f */
		0x4718, /* bx r3 */
		0xbe00, /* 1: bkpt */
	};

	for (uint32_t i = 0; i < ADDS; i++)
		wr16(AGENT_ENTRY + 2 * i, 0x3001); /* adds r0, #1 */
	for (uint32_t i = 0; i < ARRAY_SIZE(tail); i++)
		wr16(AGENT_ENTRY + 2 * (ADDS + i), tail[i]);
	set_core_reg(0, 0);
	set_core_reg(1, ROUNDS);
	set_core_reg(2, RAM);
	set_core_reg(3, AGENT_ENTRY | 1);
	set_core_reg(15, AGENT_ENTRY);
	set_core_reg(16, 0x01000000);
}

/* Did the program do all of its work? */
static bool run_in_place(void)
{
	struct found found;
	bool done;

	wr(DHCSR, HALT);
	if (!(rd(DHCSR) & S_HALT))
		return false;
	save(&found);
	load_agent();
	wr(DFSR, 0x1f);
	wr(DHCSR, 0xa05f000b);
	wr(DHCSR, 0xa05f0009);
	sleep_ms(AGENT_MS);
	wr(DHCSR, 0xa05f000b);
	done = rd(DFSR) == 2 && get_core_reg(0) == ADDS * ROUNDS && rd(RAM) == ADDS * ROUNDS;
	put_back(&found);
	return done;
}

/* Does it go on, in its first run, with nothing lost? */
static bool firmware_is_well(void)
{
	const uint32_t ms = rd(FW_MS), loops = rd(FW_LOOPS);

	sleep_ms(20);
	return rd(FW_BOOTS) == 1 && !rd(FW_FAULTS) && !rd(FW_DAMAGE) && rd(FW_MS) >= ms + 19 &&
	       rd(FW_LOOPS) >= loops + 19;
}

static void a_firmware_that_sleeps_does_not_notice(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts_of_each_family); i++) {
		bench_with_habit(parts_of_each_family[i], "sleep");
		assert_true(firmware_is_well());
		assert_true(run_in_place());
		assert_true(firmware_is_well());
		no_anomaly();
	}
}

static void habits_bite_what_runs_in_their_place(void **state)
{
	static const char *const habits[] = { "mpu", "dma", "dma20", "wwdg", "iwdg", "dwt" };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(habits); i++) {
		const char *part = parts_of_each_family[i % 2], *habit = habits[i / 2];

		bench_with_habit(part, habit);
		if (!firmware_is_well())
			fail_msg("%s does not run by itself on an %s", habit, part);
		if (run_in_place() && firmware_is_well())
			fail_msg("%s does not bite on an %s", habit, part);
	}
}

static void the_mpu_calls_the_firmwares_handler(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts_of_each_family); i++) {
		bench_with_habit(parts_of_each_family[i], "mpu");
		assert_false(run_in_place());
		assert_int_equal(rd(FW_FAULTS), 1);
		assert_int_equal(rd(0xe000ed28), 1); /* CFSR: IACCVIOL */
		assert_true(rd(0xe000ed24) & 1); /* SHCSR: MEMFAULTACT, left behind by what put the registers back */
	}
}

static void watchdogs_that_are_not_fed_restart_the_firmware(void **state)
{
	static const struct {
		const char *habit;
		uint32_t flag; /* of RCC_CSR */
	} rows[] = { { "wwdg", 1u << 30 }, { "iwdg", 1u << 29 } };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(rows); i++) {
		bench_with_habit(parts_of_each_family[i % 2], rows[i / 2].habit);
		run_in_place();
		assert_in_range(rd(FW_BOOTS), 2, 9);
		assert_true(rd(i % 2 ? 0x40023874 : 0x40021024) & rows[i / 2].flag);
	}
}

/* The other half of the freeze bits' use: they are no help to what runs. */
static void watchdogs_stand_still_for_a_halted_core_only(void **state)
{
	static const char *const habits[] = { "wwdg", "iwdg" };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(habits); i++) {
		bench_with_habit(parts_of_each_family[i % 2], habits[i / 2]);
		wr(i % 2 ? APB1_FZ : DBGMCU_CR, i % 2 ? 3u << 11 : 3u << 8);
		halt();
		sleep_ms(5000);
		wr(DHCSR, DETACH);
		assert_true(firmware_is_well());
		run_in_place();
		assert_in_range(rd(FW_BOOTS), 2, 9);
	}
}

/* --- what an earlier debugger left -------------------------------------------------------- */

static void put_demo_in_place(void)
{
	uint8_t *flash = chip_flash(chip);
	struct monitor other = { 0 };
	struct chip *fresh = chip_new(chip_part(chip), &other);

	memcpy(flash, chip_flash(fresh), 4096);
	chip_free(fresh);
}

static void breakpoints_outlive_a_reset_and_stop_new_firmware(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts_of_each_family); i++) {
		bench_with_habit(parts_of_each_family[i], "fpb");
		assert_true(firmware_is_well());
		halt();
		put_demo_in_place();
		wr(AIRCR, SYSRESET);
		wr(DHCSR, DETACH);
		sleep_ms(20);
		assert_int_equal(rd(FW_FAULTS), 1);
		assert_int_equal(rd(FW_LOOPS), 0);
		assert_int_equal(rd(0xe000ed2c), 1u << 31); /* HFSR: DEBUGEVT */

		wr(DHCSR, GO); /* with a debugger it is debug state */
		wr(DFSR, 0x1f);
		wr(AIRCR, SYSRESET);
		sleep_ms(20);
		assert_true(rd(DHCSR) & S_HALT);
		assert_int_equal(rd(DFSR), 2);
		assert_int_equal(get_core_reg(15), 0x08000240);

		wr(0xe0002000, 2); /* FP_CTRL: off */
		wr(DHCSR, DETACH);
		sleep_ms(20);
		assert_true(rd(FW_LOOPS) >= 19);
		wr(0xe0002000, 3);
		chip_power(chip, false);
		chip_power(chip, true);
		sleep_ms(20);
		assert_true(firmware_is_well());
	}
}

static void watchpoints_outlive_a_reset(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts_of_each_family); i++) {
		bench_with_habit(parts_of_each_family[i], "dwt");
		put_demo_in_place();
		reset_halt();
		wr(DEMCR, 1u << 24);
		wr(DFSR, 0x1f);
		load_agent();
		wr(DHCSR, 0xa05f000b);
		wr(DHCSR, 0xa05f0009);
		sleep_ms(AGENT_MS);
		assert_true(rd(DHCSR) & S_HALT);
		assert_int_equal(rd(DFSR), 4);
		assert_int_equal(get_core_reg(0), ADDS);
		assert_int_equal(rd(RAM), ADDS);
		assert_true(rd(0xe0001028) & 1u << 24);  /* FUNCTION0: MATCHED */
		assert_false(rd(0xe0001028) & 1u << 24); /* until it was read */

		wr(0xe0001028, 0);
		wr(DFSR, 0x1f);
		wr(DHCSR, 0xa05f0009);
		sleep_ms(AGENT_MS);
		assert_int_equal(rd(DFSR), 2);
		assert_int_equal(get_core_reg(0), ADDS * ROUNDS);
	}
}

/* --- banks, supply, and who may have what ---------------------------------------------------- */

static void banks_are_swapped_for_all_but_the_controller(void **state)
{
	const uint32_t half = 1024 * 1024;
	uint32_t sector_12;

	(void)state;
	bench_with_habit("stm32f429zi", "ufb");
	assert_true(firmware_is_well());
	chip_flash(chip)[0x4000] = 0x11;        /* sector 1 */
	chip_flash(chip)[half + 0x4000] = 0x22; /* sector 13 */
	halt();
	assert_int_equal(rd_size(FLASH + 0x4000, 1), 0x22);
	assert_int_equal(rd_size(FLASH + half + 0x4000, 1), 0x11);
	assert_int_equal(rd_size(0x4000, 1), 0x22);

	wr(0x40023c04, 0x45670123);
	wr(0x40023c04, 0xcdef89ab);
	wr(0x40023c10, 0x202 | 1 << 3); /* SER, x32, SNB 1 */
	wr(0x40023c10, 0x10202 | 1 << 3);
	sleep_ms(600);
	assert_int_equal(rd_size(FLASH + 0x4000, 1), 0x22);
	assert_int_equal(rd_size(FLASH + half + 0x4000, 1), 0xff);
	wr(0x40023c10, 0x201); /* PG, x32: where it is seen is where it is written */
	wr(FLASH + 0x8000, 0x12345678);
	sleep_ms(1);
	assert_int_equal(get_le32(chip_flash(chip) + half + 0x8000), 0x12345678);
	assert_int_equal(get_le32(chip_flash(chip) + 0x8000), 0xffffffff);

	sector_12 = rd(FLASH);
	reset_halt();
	assert_int_equal(rd(0x40013800), 0);
	assert_int_equal(rd_size(FLASH + half + 0x4000, 1), 0x22);
	assert_int_equal(rd(FLASH), sector_12); /* the same program in both */
}

static void a_board_that_holds_its_own_supply_dies_of_a_reset_halt(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts_of_each_family); i++) {
		bench_with_habit(parts_of_each_family[i], "latch");
		assert_true(firmware_is_well());
		halt();
		sleep_ms(1000); /* the pin stays as it is */
		wr(DHCSR, DETACH);
		assert_true(firmware_is_well());
		reset_halt();
		sleep_ms(40);
		assert_true(chip_powered(chip));
		sleep_ms(20);
		assert_false(chip_powered(chip));
		assert_false(chip_swd_answers(chip));

		chip_power(chip, true);
		sleep_ms(200);
		assert_true(chip_powered(chip));
		chip_nrst(chip, true);
		sleep_ms(60);
		assert_false(chip_powered(chip));
		chip_nrst(chip, false);
	}
}

static void habits_need_what_they_use(void **state)
{
	(void)state;
	bench_without_power("stm32f103c8");
	assert_false(chip_habit(chip, "mpu"));
	assert_false(chip_habit(chip, "ufb"));
	assert_false(chip_habit(chip, "dance"));
	bench_without_power("stm32f407vg");
	assert_false(chip_habit(chip, "ufb"));
}

/* For as long as they run at all: what they do by themselves is not what the counters are for. */
static void every_habit_counts(void **state)
{
	const char *habit;

	(void)state;
	for (unsigned int n = 0; (habit = chip_habit_name(n)) != NULL; n++) {
		for (size_t i = 0; i < ARRAY_SIZE(parts_of_each_family); i++) {
			bench_without_power(parts_of_each_family[i]);
			if (!chip_habit(chip, habit))
				continue;
			chip_power(chip, true);
			sleep_ms(2);
			if (!chip_swd_answers(chip))
				continue;
			assert_true(rd(FW_BOOTS) >= 1);
			assert_int_equal(rd(FW_DAMAGE), 0);
			no_anomaly();
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_firmware_that_sleeps_does_not_notice),
		cmocka_unit_test(habits_bite_what_runs_in_their_place),
		cmocka_unit_test(the_mpu_calls_the_firmwares_handler),
		cmocka_unit_test(watchdogs_that_are_not_fed_restart_the_firmware),
		cmocka_unit_test(watchdogs_stand_still_for_a_halted_core_only),
		cmocka_unit_test(breakpoints_outlive_a_reset_and_stop_new_firmware),
		cmocka_unit_test(watchpoints_outlive_a_reset),
		cmocka_unit_test(banks_are_swapped_for_all_but_the_controller),
		cmocka_unit_test(a_board_that_holds_its_own_supply_dies_of_a_reset_halt),
		cmocka_unit_test(habits_need_what_they_use),
		cmocka_unit_test(every_habit_counts),
	};

	return cmocka_run_group_tests(tests, NULL, leave_bench);
}
