/* SPDX-License-Identifier: MIT */
/* Firmware with habits, DMA that goes on by itself, and the hand at the RESET button. */
#include <stdio.h>

#include "probe_rig.h"

#define DHCSR      0xe000edf0u
#define S_HALT     (1u << 17)
#define S_SLEEP    (1u << 18)
#define S_LOCKUP   (1u << 19)
#define S_RESET_ST (1u << 25)

#define HALT        CMD(STLINK_DEBUG, STLINK_WRITEDEBUGREG, LE32_OF(DHCSR), LE32_OF(0xa05f0003u))
#define CATCH       CMD(STLINK_DEBUG, STLINK_WRITEDEBUGREG, LE32_OF(0xe000edfcu), LE32_OF(0x01000001u))
#define SYSRESET    CMD(STLINK_DEBUG, STLINK_WRITEDEBUGREG, LE32_OF(0xe000ed0cu), LE32_OF(0x05fa0004u))
#define NRST(level) CMD(STLINK_DEBUG, STLINK_DRIVE_NRST, level)

static const char *const chips[] = { "stm32f103c8", "stm32f407vg" };

static struct rig rig_with(const char *chip, const char *keys)
{
	char spec[96];

	snprintf(spec, sizeof(spec), "%s,%s", chip, keys);
	return rig_new(spec);
}

static uint32_t dhcsr(struct rig *r)
{
	uint32_t value;

	assert_int_equal(rig_read_word(r, DHCSR, &value), STLINK_ST_OK);
	return value;
}

static void deep_sleep_and_remapped_pins_do_not_answer_unless_in_reset(void **state)
{
	static const char *const habits[] = { "firmware=stop", "firmware=standby", "firmware=remap", "swdoff=200" };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(habits); i++) {
		struct rig r = rig_with(chips[i % 2], habits[i / 2]);

		assert_int_equal(rig_enter(&r), STLINK_ST_GET_IDCODE);
		assert_int_equal(rig_status(&r, NRST(STLINK_NRST_LOW)), STLINK_ST_OK);
		rig_send(&r, CMD(STLINK_DEBUG, STLINK_EXIT));
		assert_int_equal(rig_status(&r, CMD(STLINK_DEBUG, STLINK_ENTER, STLINK_ENTER_SWD)), STLINK_ST_OK);
		rig_free(&r);
	}
}

static void sleep_and_lockup_show_in_dhcsr(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(chips); i++) {
		struct rig r = rig_with(chips[i], "firmware=sleep");

		assert_int_equal(rig_enter(&r), STLINK_ST_OK);
		assert_true(dhcsr(&r) & S_SLEEP);
		rig_free(&r);

		r = rig_with(chips[i], "firmware=lockup");
		assert_int_equal(rig_enter(&r), STLINK_ST_OK);
		assert_true(dhcsr(&r) & S_LOCKUP);
		rig_free(&r);
	}
}

static void loops_and_watchdogs_reset_again_and_again(void **state)
{
	static const char *const habits[] = { "firmware=resetloop", "firmware=watchdog" };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(habits); i++) {
		struct rig r = rig_with(chips[i % 2], habits[i / 2]);
		unsigned int resets = 0;

		assert_int_equal(rig_enter(&r), STLINK_ST_OK);
		for (unsigned int n = 0; n < 500; n++)
			resets += dhcsr(&r) >> 25 & 1;
		assert_in_range(resets, 2, 500);
		rig_free(&r);
	}
}

static uint32_t word_at(struct rig *r, uint32_t addr)
{
	uint32_t value = 0;

	assert_int_equal(rig_read_word(r, addr, &value), STLINK_ST_OK);
	return value;
}

/* Does the word change while nobody but DMA could have written it? */
static bool changes(struct rig *r, uint32_t addr)
{
	uint32_t before, now = 0;

	assert_int_equal(rig_read_word(r, addr, &before), STLINK_ST_OK);
	for (unsigned int n = 0; n < 100; n++)
		assert_int_equal(rig_read_word(r, addr, &now), STLINK_ST_OK);
	return now != before;
}

static void dma_goes_on_in_debug_state_until_a_reset(void **state)
{
	static const char *const habits[] = { "firmware=dma", "firmware=dma20" };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(habits); i++) {
		struct rig r = rig_with(chips[i % 2], habits[i / 2]);
		const bool fast = i / 2 == 0;

		assert_int_equal(rig_enter(&r), STLINK_ST_OK);
		assert_int_equal(rig_status(&r, HALT), STLINK_ST_OK);
		assert_true(dhcsr(&r) & S_HALT);
		if (fast) {
			assert_true(changes(&r, SRAM));
			assert_true(changes(&r, SRAM + 0x3fc));
		} else {
			probe_pass_time(r.probe, 750);
			assert_int_equal(word_at(&r, SRAM + 4 * 20), 20); /* 500 ms before, 10 words */
			assert_int_not_equal(word_at(&r, SRAM + 4 * 26), 26);
		}
		assert_false(changes(&r, SRAM + 0x400 + 4)); /* outside of its ring */

		assert_int_equal(rig_status(&r, CATCH), STLINK_ST_OK);
		assert_int_equal(rig_status(&r, SYSRESET), STLINK_ST_OK);
		assert_true(dhcsr(&r) & S_HALT);
		assert_false(changes(&r, SRAM));
		rig_free(&r);
	}
}

static void a_supply_that_is_given_up_shows_in_the_voltage(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(chips); i++) {
		struct rig r = rig_with(chips[i], "firmware=latch,latch=20");
		uint8_t reply[8];

		assert_int_equal(rig_enter(&r), STLINK_ST_OK);
		rig_ask(&r, CMD(STLINK_GET_TARGET_VOLTAGE), reply, sizeof(reply));
		assert_int_not_equal(get_le32(reply + 4), 0);
		assert_int_equal(rig_status(&r, CATCH), STLINK_ST_OK);
		assert_int_equal(rig_status(&r, HALT), STLINK_ST_OK);
		assert_int_equal(rig_status(&r, SYSRESET), STLINK_ST_OK);
		assert_true(dhcsr(&r) & S_HALT);
		probe_monitor(r.probe)->now_ns += 30000000;
		rig_ask(&r, CMD(STLINK_GET_TARGET_VOLTAGE), reply, sizeof(reply));
		assert_int_equal(get_le32(reply + 4), 0);
		rig_free(&r);
	}
}

static void the_button_holds_reset_for_its_time_without_the_wire(void **state)
{
	struct rig r = rig_with("stm32f103c8", "swdoff=200,nrst=0,button=2:20");
	unsigned int rounds = 0;

	(void)state;
	assert_int_equal(rig_enter(&r), STLINK_ST_GET_IDCODE);
	rig_send(&r, CMD(STLINK_DEBUG, STLINK_EXIT));
	assert_int_equal(rig_status(&r, CMD(STLINK_DEBUG, STLINK_ENTER, STLINK_ENTER_SWD)), STLINK_ST_OK);
	assert_int_equal(rig_status(&r, HALT), STLINK_ST_OK);
	assert_int_equal(rig_status(&r, CATCH), STLINK_ST_OK);
	assert_int_equal(rig_status(&r, NRST(STLINK_NRST_HIGH)), STLINK_ST_OK); /* the probe has no say in it */
	while (dhcsr(&r) & S_RESET_ST && rounds < 1000)
		rounds++;
	assert_in_range(rounds, 5, 999);
	assert_true(dhcsr(&r) & S_HALT); /* caught */
	rig_free(&r);
}

static void a_line_that_one_of_two_holds_low_is_low(void **state)
{
	struct rig r = rig_with("stm32f103c8", "button=1:1");

	(void)state;
	assert_int_equal(rig_enter(&r), STLINK_ST_OK);
	assert_int_equal(rig_status(&r, NRST(STLINK_NRST_LOW)), STLINK_ST_OK);
	for (unsigned int n = 0; n < 100; n++)
		assert_true(dhcsr(&r) & S_RESET_ST); /* the finger has long gone */
	assert_int_equal(rig_status(&r, NRST(STLINK_NRST_HIGH)), STLINK_ST_OK);
	(void)dhcsr(&r);
	assert_false(dhcsr(&r) & S_RESET_ST);
	rig_free(&r);
}

static void boot0_keeps_swd_alive(void **state)
{
	struct rig r = rig_with("stm32f103c8", "swdoff=200,boot0=1");

	(void)state;
	assert_int_equal(rig_enter(&r), STLINK_ST_OK);
	rig_free(&r);
}

static void the_keys_say_what_they_take(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} rows[] = {
		{ "firmware=dance", "firmware=dance: give one of sleep, stop, standby" },
		{ "latch=0", "latch=0: give milliseconds from 1 to 60000" },
		{ "between=x", "between=x: give a number from 0 to 600000" },
		{ "button=5", "button=5: give TRY:MS" },
		{ "button=0:5", "button=0:5: give TRY:MS" },
		{ "button=5:", "button=5:: give TRY:MS" },
		{ "boot0=2", "boot0=2: give 0 or 1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct probe_spec spec;
		char why[256];

		assert_int_equal(spec_parse(&spec, rows[i].text, why, sizeof(why)), -1);
		if (strncmp(why, rows[i].why, strlen(rows[i].why)) != 0)
			fail_msg("%s", why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deep_sleep_and_remapped_pins_do_not_answer_unless_in_reset),
		cmocka_unit_test(sleep_and_lockup_show_in_dhcsr),
		cmocka_unit_test(loops_and_watchdogs_reset_again_and_again),
		cmocka_unit_test(dma_goes_on_in_debug_state_until_a_reset),
		cmocka_unit_test(a_supply_that_is_given_up_shows_in_the_voltage),
		cmocka_unit_test(the_button_holds_reset_for_its_time_without_the_wire),
		cmocka_unit_test(a_line_that_one_of_two_holds_low_is_low),
		cmocka_unit_test(boot0_keeps_swd_alive),
		cmocka_unit_test(the_keys_say_what_they_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
