/* SPDX-License-Identifier: MIT */
/* The virtual ST-LINK's firmware: version, modes, voltage, clocks, features by version. */
#include "probe_rig.h"

static void version_of_a_v2_is_as_published(void **state)
{
	/* stlink-protocol section 7.1: V2J37S7 */
	static const uint8_t golden[] = { 0x29, 0x47, 0x83, 0x04, 0x48, 0x37 };
	struct rig r = rig_new("stm32f103c8,fw=J37S7");
	uint8_t reply[6];

	(void)state;
	rig_ask(&r, CMD(STLINK_GET_VERSION), reply, sizeof(reply));
	assert_memory_equal(reply, golden, sizeof(golden));
	rig_free(&r);
}

static void version_of_a_v2_1_has_the_mass_storage_number(void **state)
{
	static const uint8_t golden[] = { 0x29, 0x5a, 0x83, 0x04, 0x4b, 0x37 };
	struct rig r = rig_new("stm32f103c8,probe=v2-1,fw=V2J37M26");
	uint8_t reply[6];

	(void)state;
	rig_ask(&r, CMD(STLINK_GET_VERSION), reply, sizeof(reply));
	assert_memory_equal(reply, golden, sizeof(golden));
	rig_free(&r);
}

static void version_of_a_v3_is_in_the_extended_reply(void **state)
{
	static const uint8_t first[] = { 0x30, 0x00, 0x83, 0x04, 0x4e, 0x37 };
	static const uint8_t golden[] = { 3, 1, 7, 2, 4, 0, 0, 0, 0x83, 0x04, 0x4e, 0x37 };
	struct rig r = rig_new("stm32f407vg,probe=v3,fw=J7M2B4S1");
	uint8_t reply[12];

	(void)state;
	rig_ask(&r, CMD(STLINK_GET_VERSION), reply, sizeof(first));
	assert_memory_equal(reply, first, sizeof(first));
	rig_ask(&r, CMD(STLINK_GET_VERSION_EX), reply, sizeof(reply));
	assert_memory_equal(reply, golden, sizeof(golden));
	rig_free(&r);
}

static void v2_does_not_know_the_extended_version(void **state)
{
	struct rig r = rig_new("stm32f103c8");

	(void)state;
	assert_int_equal(rig_status(&r, CMD(STLINK_GET_VERSION_EX)), STLINK_ST_UNKNOWN_CMD);
	rig_free(&r);
}

static void v2_starts_in_dfu_then_mass_then_debug(void **state)
{
	struct rig r = rig_new("stm32f103c8");

	(void)state;
	assert_int_equal(rig_mode(&r), STLINK_MODE_DFU);
	rig_send(&r, CMD(STLINK_DFU, STLINK_DFU_EXIT));
	assert_int_equal(rig_mode(&r), STLINK_MODE_MASS);
	assert_int_equal(rig_enter(&r), STLINK_ST_OK);
	assert_int_equal(rig_mode(&r), STLINK_MODE_DEBUG);
	rig_send(&r, CMD(STLINK_DEBUG, STLINK_EXIT));
	assert_int_equal(rig_mode(&r), STLINK_MODE_MASS);
	rig_free(&r);
}

static void v2_1_and_v3_start_in_mass_storage(void **state)
{
	struct rig v2_1 = rig_new("stm32f103c8,probe=v2-1");
	struct rig v3 = rig_new("stm32f103c8,probe=v3");
	struct rig chosen = rig_new("stm32f103c8,mode=debug");

	(void)state;
	assert_int_equal(rig_mode(&v2_1), STLINK_MODE_MASS);
	assert_int_equal(rig_mode(&v3), STLINK_MODE_MASS);
	assert_int_equal(rig_mode(&chosen), STLINK_MODE_DEBUG);
	rig_free(&v2_1);
	rig_free(&v3);
	rig_free(&chosen);
}

static void replugging_brings_back_mode_and_clock(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	const uint64_t before = r.mon->now_ns;
	uint8_t reply[12];

	(void)state;
	assert_int_equal(rig_status(&r, CMD(STLINK_DEBUG, STLINK_SWD_SET_FREQ, 0, 0)), STLINK_ST_OK);
	probe_unplug(r.probe);
	probe_plug(r.probe);
	rig_configure(&r);
	assert_true(r.mon->now_ns >= before);
	assert_int_equal(rig_mode(&r), STLINK_MODE_DFU);
	assert_int_equal(rig_enter(&r), STLINK_ST_OK);

	/* One transfer at 1800 kHz */
	const uint64_t swd = r.mon->spent_ns[SPENT_SWD];

	rig_ask(&r, CMD(STLINK_DEBUG, STLINK_READ_IDCODES), reply, sizeof(reply));
	assert_int_equal(r.mon->spent_ns[SPENT_SWD] - swd, 46u * 1000000u / 1800u);
	rig_free(&r);
}

static void voltage_is_what_the_spec_says(void **state)
{
	struct rig r = rig_new("stm32f103c8,mv=3245,mode=mass");
	uint8_t reply[8];

	(void)state;
	rig_ask(&r, CMD(STLINK_GET_TARGET_VOLTAGE), reply, sizeof(reply));
	assert_int_equal(2400u * get_le32(reply + 4) / get_le32(reply), 3245);
	rig_free(&r);
}

static void voltage_is_nothing_without_supply(void **state)
{
	struct rig r = rig_new("stm32f103c8,power=0,mode=mass");
	uint8_t reply[8];

	(void)state;
	rig_ask(&r, CMD(STLINK_GET_TARGET_VOLTAGE), reply, sizeof(reply));
	assert_int_not_equal(get_le32(reply), 0);
	assert_int_equal(get_le32(reply + 4), 0);
	rig_free(&r);
}

static void idcode_is_the_dpidr_of_the_part(void **state)
{
	struct rig f1 = rig_debug("stm32f103c8");
	struct rig f4 = rig_debug("stm32f407vg");
	uint8_t reply[12];

	(void)state;
	rig_ask(&f1, CMD(STLINK_DEBUG, STLINK_READ_IDCODES), reply, sizeof(reply));
	assert_int_equal(reply[0], STLINK_ST_OK);
	assert_int_equal(get_le32(reply + 4), 0x1ba01477);
	rig_ask(&f4, CMD(STLINK_DEBUG, STLINK_READ_IDCODES), reply, sizeof(reply));
	assert_int_equal(get_le32(reply + 4), 0x2ba01477);
	rig_free(&f1);
	rig_free(&f4);
}

/* A command of which only the gate is of interest: is it 42? */
static bool known(const char *spec, const uint8_t *cmd)
{
	struct rig r = rig_debug(spec);
	uint8_t reply[8192];
	size_t actual;
	bool is_known;

	rig_send(&r, cmd);
	is_known = rig_in(&r, reply, sizeof(reply), &actual) != USBIP_OK || actual != 2 ||
		   reply[0] != STLINK_ST_UNKNOWN_CMD;
	probe_free(r.probe);
	return is_known;
}

static void features_begin_with_their_version(void **state)
{
	static const struct {
		uint8_t cmd[STLINK_CMD_LEN];
		const char *before;
		const char *from;
	} gates[] = {
		{ { 0xf2, 0x40, 0, 16, 0x80, 0x84, 0x1e, 0 }, "fw=J12S0", "fw=J13S0" },
		{ { 0xf2, 0x41 }, "fw=J12S0", "fw=J13S0" },
		{ { 0xf2, 0x42 }, "fw=J12S0", "fw=J13S0" },
		{ { 0xf2, 0x3e }, "fw=J14S0", "fw=J15S0" },
		{ { 0xf2, 0x43 }, "fw=J21S0", "fw=J22S0" },
		{ { 0xf2, 0x44 }, "fw=J23S0", "fw=J24S0" },
		{ { 0xf2, 0x45, 0xff, 0xff, 4 }, "fw=J23S0", "fw=J24S0" },
		{ { 0xf2, 0x46, 0xff, 0xff, 0, 0, 0x1e }, "fw=J23S0", "fw=J24S0" },
		{ { 0xf2, 0x47, 0, 0, 0, 0x20, 2 }, "fw=J25S0", "fw=J26S0" },
		{ { 0xf2, 0x4b }, "fw=J27S0", "fw=J28S0" },
		{ { 0xf2, 0x4c }, "fw=J27S0", "fw=J28S0" },
		{ { 0xf2, 0x52 }, "fw=J31S0", "fw=J32S0" },
		{ { 0xf2, 0x54, 0, 0, 0, 0x20, 4 }, "fw=J31S0", "fw=J32S0" },
		{ { 0xf2, 0x56 }, "fw=J35S0", "fw=J36S0" },
		{ { 0xf2, 0x54, 0, 0, 0, 0x20, 4 }, "probe=v3,fw=J1M1", "probe=v3,fw=J2M1" },
		{ { 0xf2, 0x56 }, "probe=v3,fw=J5M1", "probe=v3,fw=J6M1" },
		{ { 0xf2, 0x61, 0, 0, 0xe8, 3 }, "fw=J45S7", "probe=v3,fw=J3M1" },
		{ { 0xf2, 0x62 }, "fw=J45S7", "probe=v3,fw=J3M1" },
		{ { 0xf2, 0x43 }, "probe=v3,fw=J7M2", "fw=J29S7" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(gates); i++) {
		if (known(gates[i].before, gates[i].cmd))
			fail_msg("%02x is known to %s", gates[i].cmd[1], gates[i].before);
		if (!known(gates[i].from, gates[i].cmd))
			fail_msg("%02x is not known to %s", gates[i].cmd[1], gates[i].from);
	}
}

static void voltage_begins_with_j13(void **state)
{
	struct rig r = rig_new("stm32f103c8,fw=J12S0,mode=mass");

	(void)state;
	assert_int_equal(rig_status(&r, CMD(STLINK_GET_TARGET_VOLTAGE)), STLINK_ST_UNKNOWN_CMD);
	rig_free(&r);
}

static void unknown_debug_command_is_42_and_no_anomaly(void **state)
{
	struct rig r = rig_debug("stm32f103c8");

	(void)state;
	assert_int_equal(rig_status(&r, CMD(STLINK_DEBUG, 0x7e)), STLINK_ST_UNKNOWN_CMD);
	rig_free(&r);
}

static void unknown_top_level_command_is_an_anomaly(void **state)
{
	struct rig r = rig_new("stm32f103c8");

	(void)state;
	assert_int_equal(rig_status(&r, CMD(0xff)), STLINK_ST_UNKNOWN_CMD);
	rig_free_anomalies(&r, 1, "no command ff");
}

static void close_ap_before_j29_answers_a_bogus_error(void **state)
{
	struct rig old = rig_debug("stm32f103c8,fw=J28S7");
	struct rig good = rig_debug("stm32f103c8,fw=J29S7");

	(void)state;
	assert_int_not_equal(rig_status(&old, CMD(STLINK_DEBUG, STLINK_CLOSE_AP_DBG, 0)), STLINK_ST_OK);
	assert_int_equal(rig_status(&good, CMD(STLINK_DEBUG, STLINK_CLOSE_AP_DBG, 0)), STLINK_ST_OK);
	rig_free(&old);
	rig_free(&good);
}

static void ap_that_is_not_there_is_refused(void **state)
{
	struct rig r = rig_debug("stm32f103c8");

	(void)state;
	assert_int_equal(rig_status(&r, CMD(STLINK_DEBUG, STLINK_INIT_AP, 0, 1)), STLINK_ST_OK);
	assert_int_equal(rig_status(&r, CMD(STLINK_DEBUG, STLINK_INIT_AP, 1)), STLINK_ST_BAD_AP);
	assert_int_equal(rig_status(&r, CMD(STLINK_DEBUG, STLINK_INIT_AP, 9)), STLINK_ST_TOO_MANY_APS);
	rig_free(&r);
}

static void exit_closes_the_access_ports(void **state)
{
	struct rig r = rig_debug("stm32f103c8,strict=1");
	uint8_t word[4];

	(void)state;
	assert_int_equal(rig_status(&r, CMD(STLINK_DEBUG, STLINK_INIT_AP, 0, 1)), STLINK_ST_OK);
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, word, 4), STLINK_ST_OK);
	assert_int_equal(r.mon->n_anomalies, 0);

	rig_send(&r, CMD(STLINK_DEBUG, STLINK_EXIT));
	assert_int_equal(rig_enter(&r), STLINK_ST_OK);
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, word, 4), STLINK_ST_OK);
	rig_free_anomalies(&r, 1, "without INIT_AP");
}

static void nothing_to_connect_to_is_05_or_09(void **state)
{
	struct rig unpowered = rig_new("stm32f103c8,power=0");
	struct rig unwired = rig_new("stm32f103c8,noack=1");

	(void)state;
	assert_int_equal(rig_enter(&unpowered), STLINK_ST_NO_DEVICE);
	assert_int_equal(rig_enter(&unwired), STLINK_ST_NO_DEVICE);
	/* Refused, but in debug mode: it has to be left. */
	assert_int_equal(rig_mode(&unwired), STLINK_MODE_DEBUG);
	rig_free(&unpowered);
	rig_free(&unwired);
}

static void firmware_that_turned_swd_off_answers_under_reset_only(void **state)
{
	struct rig r = rig_new("stm32f103c8,swdoff=100");

	(void)state;
	monitor_spend(r.mon, SPENT_SLEEP, 50000000);
	assert_int_equal(rig_enter(&r), STLINK_ST_GET_IDCODE);
	rig_send(&r, CMD(STLINK_DEBUG, STLINK_EXIT));
	assert_int_equal(rig_status(&r, CMD(STLINK_DEBUG, STLINK_DRIVE_NRST, STLINK_NRST_LOW)), STLINK_ST_OK);
	assert_int_equal(rig_status(&r, CMD(STLINK_DEBUG, STLINK_ENTER, STLINK_ENTER_SWD)), STLINK_ST_OK);
	rig_free(&r);
}

static void jtag_is_not_spoken(void **state)
{
	struct rig r = rig_new("stm32f103c8,mode=mass");

	(void)state;
	assert_int_equal(rig_status(&r, CMD(STLINK_DEBUG, STLINK_ENTER, 0x00)), STLINK_ST_UNKNOWN_JTAG);
	rig_free(&r);
}

static void command_in_the_wrong_mode_is_an_anomaly(void **state)
{
	struct rig r = rig_new("stm32f103c8");
	uint32_t value;

	(void)state;
	assert_int_equal(rig_read_word(&r, SRAM, &value), STLINK_ST_NO_DEVICE);
	rig_free_anomalies(&r, 1, "in mode 0");
}

static uint32_t clock_after(struct rig *r, const uint8_t *cmd, size_t reply_len)
{
	uint8_t reply[12];
	uint64_t before;

	rig_ask(r, cmd, reply, reply_len);
	assert_int_equal(reply[0], STLINK_ST_OK);
	before = r->mon->spent_ns[SPENT_SWD];
	rig_ask(r, CMD(STLINK_DEBUG, STLINK_READ_IDCODES), reply, sizeof(reply));
	return (uint32_t)(46000000u / (r->mon->spent_ns[SPENT_SWD] - before));
}

static void divisors_give_the_published_clocks(void **state)
{
	static const struct {
		uint16_t divisor;
		uint32_t khz;
	} steps[] = { { 0, 4000 }, { 1, 1800 }, { 2, 1200 }, { 3, 950 },  { 7, 480 },  { 15, 240 },
		      { 31, 125 }, { 40, 100 }, { 79, 50 },  { 158, 25 }, { 265, 15 }, { 798, 5 } };
	struct rig r = rig_debug("stm32f103c8");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		const uint32_t khz =
			clock_after(&r, CMD(STLINK_DEBUG, STLINK_SWD_SET_FREQ, LE16_OF(steps[i].divisor)), 2);

		assert_in_range(khz, steps[i].khz, steps[i].khz + steps[i].khz / 1000 + 1);
	}
	rig_free(&r);
}

static void v3_lists_its_clocks_and_takes_the_one_below(void **state)
{
	struct rig r = rig_debug("stm32f103c8,probe=v3");
	uint8_t reply[52];

	(void)state;
	rig_ask(&r, CMD(STLINK_DEBUG, STLINK_GET_COM_FREQ, 0), reply, sizeof(reply));
	assert_int_equal(reply[0], STLINK_ST_OK);
	assert_int_equal(get_le32(reply + 4), 3300);
	assert_int_equal(get_le32(reply + 8), 7);
	assert_int_equal(get_le32(reply + 12), 24000);
	assert_int_equal(get_le32(reply + 36), 5);

	rig_ask(&r, CMD(STLINK_DEBUG, STLINK_SET_COM_FREQ, 0, 0, LE32_OF(4000u)), reply, 8);
	assert_int_equal(reply[0], STLINK_ST_OK);
	assert_int_equal(get_le32(reply + 4), 3300);
	rig_ask(&r, CMD(STLINK_DEBUG, STLINK_SET_COM_FREQ, 0, 0, LE32_OF(4u)), reply, 8);
	assert_int_equal(reply[0], STLINK_ST_FREQ_UNSUPPORTED);
	rig_ask(&r, CMD(STLINK_DEBUG, STLINK_SWITCH_STLINK_FREQ, 1), reply, 8);
	assert_int_equal(reply[0], STLINK_ST_CONFIG_CHANGED);
	rig_free(&r);
}

static void nrst_holds_the_core_where_it_is_wired(void **state)
{
	struct rig wired = rig_debug("stm32f103c8");
	struct rig unwired = rig_debug("stm32f103c8,nrst=0");
	const uint64_t wired_before = wired.mon->resets;
	const uint64_t unwired_before = unwired.mon->resets;

	(void)state;
	assert_int_equal(rig_status(&wired, CMD(STLINK_DEBUG, STLINK_DRIVE_NRST, STLINK_NRST_PULSE)), STLINK_ST_OK);
	assert_int_equal(rig_status(&unwired, CMD(STLINK_DEBUG, STLINK_DRIVE_NRST, STLINK_NRST_PULSE)), STLINK_ST_OK);
	chip_sync(wired.chip);
	chip_sync(unwired.chip);
	assert_true(wired.mon->resets > wired_before);
	assert_int_equal(unwired.mon->resets, unwired_before);
	rig_free(&wired);
	rig_free(&unwired);
}

static void board_without_name_has_an_empty_identifier(void **state)
{
	struct rig r = rig_debug("stm32f103c8,fw=J37S7");
	uint8_t reply[128];

	(void)state;
	rig_ask(&r, CMD(STLINK_DEBUG, STLINK_GET_BOARD_IDENTIFIERS), reply, sizeof(reply));
	assert_int_equal(reply[0], STLINK_ST_OK);
	for (size_t i = 1; i < sizeof(reply); i++)
		assert_int_equal(reply[i], 0);
	rig_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_of_a_v2_is_as_published),
		cmocka_unit_test(version_of_a_v2_1_has_the_mass_storage_number),
		cmocka_unit_test(version_of_a_v3_is_in_the_extended_reply),
		cmocka_unit_test(v2_does_not_know_the_extended_version),
		cmocka_unit_test(v2_starts_in_dfu_then_mass_then_debug),
		cmocka_unit_test(v2_1_and_v3_start_in_mass_storage),
		cmocka_unit_test(replugging_brings_back_mode_and_clock),
		cmocka_unit_test(voltage_is_what_the_spec_says),
		cmocka_unit_test(voltage_is_nothing_without_supply),
		cmocka_unit_test(idcode_is_the_dpidr_of_the_part),
		cmocka_unit_test(features_begin_with_their_version),
		cmocka_unit_test(voltage_begins_with_j13),
		cmocka_unit_test(unknown_debug_command_is_42_and_no_anomaly),
		cmocka_unit_test(unknown_top_level_command_is_an_anomaly),
		cmocka_unit_test(close_ap_before_j29_answers_a_bogus_error),
		cmocka_unit_test(ap_that_is_not_there_is_refused),
		cmocka_unit_test(exit_closes_the_access_ports),
		cmocka_unit_test(nothing_to_connect_to_is_05_or_09),
		cmocka_unit_test(firmware_that_turned_swd_off_answers_under_reset_only),
		cmocka_unit_test(jtag_is_not_spoken),
		cmocka_unit_test(command_in_the_wrong_mode_is_an_anomaly),
		cmocka_unit_test(divisors_give_the_published_clocks),
		cmocka_unit_test(v3_lists_its_clocks_and_takes_the_one_below),
		cmocka_unit_test(nrst_holds_the_core_where_it_is_wired),
		cmocka_unit_test(board_without_name_has_an_empty_identifier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
