/* SPDX-License-Identifier: MIT */
/* Each fault does what it is called, once, where it was asked for; and the SPEC says clearly what it does not take. */
#include <stdio.h>

#include "probe_rig.h"

/* SPEC of a target in debug mode with a word to read; a fault at the first access after that. */
static struct rig rig_at(const char *fault, unsigned int number)
{
	char spec[64];

	snprintf(spec, sizeof(spec), "stm32f103c8,fault=%s@%u", fault, number);
	return rig_debug(spec);
}

/* Transfers that rig_debug() makes: DFU exit, ENTER and its reply, DHCSR and its reply. */
#define BEFORE 5u

static void access_faults_are_a_status_once(void **state)
{
	static const struct {
		const char *fault;
		uint8_t status;
	} faults[] = {
		{ "wait", STLINK_ST_AP_WAIT },     { "apfault", STLINK_ST_AP_FAULT }, { "dperror", STLINK_ST_DP_ERROR },
		{ "parity", STLINK_ST_DP_PARITY }, { "unknown", STLINK_ST_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		struct rig r = rig_at(faults[i].fault, BEFORE + 1);
		uint8_t word[4];

		assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, word, 4), faults[i].status);
		assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, word, 4), STLINK_ST_OK);
		rig_free(&r);
	}
}

static void access_faults_reach_debug_registers_too(void **state)
{
	struct rig r = rig_at("wait", BEFORE + 1);
	uint32_t value;

	(void)state;
	assert_int_equal(rig_read_word(&r, SRAM, &value), STLINK_ST_AP_WAIT);
	assert_int_equal(rig_read_word(&r, SRAM, &value), STLINK_ST_OK);
	rig_free(&r);
}

static void long_wait_takes_64_tries(void **state)
{
	struct rig r = rig_at("longwait", BEFORE + 1);
	uint32_t value;
	unsigned int tries = 0;

	(void)state;
	while (rig_read_word(&r, SRAM, &value) == STLINK_ST_AP_WAIT)
		tries++;
	assert_int_equal(tries, 64);
	assert_int_equal(r.mon->spent_ns[SPENT_STALL], 64u * 8000000u);
	rig_free(&r);
}

static void v3_says_wait_then_fault_then_ok(void **state)
{
	struct rig r = rig_debug("stm32f103c8,probe=v3,fault=longwait@5");
	uint32_t value;

	(void)state;
	assert_int_equal(rig_read_word(&r, SRAM, &value), STLINK_ST_AP_WAIT);
	for (unsigned int i = 1; i < 64; i++)
		assert_int_equal(rig_read_word(&r, SRAM, &value), STLINK_ST_AP_FAULT);
	assert_int_equal(rig_read_word(&r, SRAM, &value), STLINK_ST_OK);
	rig_free(&r);
}

static void swd_faults_count_swd_transfers(void **state)
{
	/* ENTER takes five transfers, DHCSR four; of the read, CSW and TAR come before the words: the fifth. */
	struct rig r = rig_debug("stm32f103c8,fault=dperror@swd:16");
	uint8_t buf[32], reply[12];

	(void)state;
	rig_ask(&r, CMD(0xf2, STLINK_READMEM_32, LE32_OF(SRAM), 32, 0), buf, 32);
	assert_int_equal(r.mon->swd_transfers, 16);
	rig_ask(&r, CMD(0xf2, STLINK_GETLASTRWSTATUS2), reply, sizeof(reply));
	assert_int_equal(reply[0], STLINK_ST_DP_ERROR);
	assert_int_equal(get_le32(reply + 4), SRAM + 16);
	rig_free(&r);
}

static void flip_spoils_one_bit_under_status_ok(void **state)
{
	const uint8_t data[8] = { 0 };
	struct rig r = rig_at("flip", BEFORE + 4); /* after the write and its status */
	uint8_t buf[8];

	(void)state;
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32, SRAM, data, 8), STLINK_ST_OK);
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, buf, 8), STLINK_ST_OK);
	assert_int_equal(__builtin_popcount(get_le32(buf) | get_le32(buf + 4)), 1);
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, buf, 8), STLINK_ST_OK);
	assert_memory_equal(buf, data, 8);
	rig_free(&r);
}

static void flipwrite_spoils_one_bit_of_what_is_written(void **state)
{
	const uint8_t data[8] = { 0 };
	struct rig r = rig_at("flipwrite", BEFORE + 1);
	uint8_t buf[8];

	(void)state;
	for (int bits = 1; bits >= 0; bits--) {
		assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32, SRAM, data, 8), STLINK_ST_OK);
		assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, buf, 8), STLINK_ST_OK);
		assert_int_equal(__builtin_popcount(get_le32(buf) | get_le32(buf + 4)), bits);
	}
	rig_free(&r);
}

static void lost_write_is_said_to_be_ok(void **state)
{
	const uint8_t zero[8] = { 0 }, data[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct rig r = rig_at("lostwrite", BEFORE + 5);
	uint8_t buf[8];

	(void)state;
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32, SRAM, zero, 8), STLINK_ST_OK);
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32, SRAM, data, 8), STLINK_ST_OK);
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, buf, 8), STLINK_ST_OK);
	assert_memory_equal(buf, zero, 8);
	rig_free(&r);
}

static void lost_word_is_missing_from_a_block(void **state)
{
	const uint8_t zero[8] = { 0 }, data[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct rig r = rig_at("lostword", BEFORE + 5);
	uint8_t buf[8];

	(void)state;
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32, SRAM, zero, 8), STLINK_ST_OK);
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32, SRAM, data, 8), STLINK_ST_OK);
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, buf, 8), STLINK_ST_OK);
	assert_int_equal(get_le32(buf), 0);
	assert_int_equal(get_le32(buf + 4), get_le32(data + 4));
	rig_free(&r);
}

static void timeout_is_a_transfer_never_answered_and_its_reply_comes_late(void **state)
{
	struct rig r = rig_new("stm32f103c8,fault=timeout@2");
	uint8_t reply[6];
	size_t actual;

	(void)state;
	rig_send(&r, CMD(STLINK_GET_VERSION));
	assert_int_equal(rig_in(&r, reply, 6, &actual), DEVICE_PENDING);
	/* unlinked; the next request gets what was left */
	assert_int_equal(rig_in(&r, reply, 6, &actual), USBIP_OK);
	assert_int_equal(actual, 6);
	rig_free(&r);
}

static void timed_out_command_never_arrives(void **state)
{
	struct rig r = rig_new("stm32f103c8,fault=timeout@1");
	uint8_t reply[6];
	size_t actual;

	(void)state;
	assert_int_equal(rig_out(&r, CMD(STLINK_GET_VERSION), 16), DEVICE_PENDING);
	assert_int_equal(rig_in(&r, reply, 6, &actual), DEVICE_PENDING);
	assert_int_equal(r.mon->commands, 0);
	rig_free(&r);
}

static void short_reply_is_half_of_it(void **state)
{
	struct rig r = rig_new("stm32f103c8,fault=short@2");
	uint8_t reply[6];
	size_t actual;

	(void)state;
	rig_send(&r, CMD(STLINK_GET_VERSION));
	assert_int_equal(rig_in(&r, reply, 6, &actual), USBIP_OK);
	assert_int_equal(actual, 3);
	rig_free(&r);
}

static void stale_reply_shifts_the_replies_until_drained(void **state)
{
	struct rig r = rig_new("stm32f103c8,fault=stale@2");
	uint8_t reply[6];
	size_t actual;

	(void)state;
	rig_send(&r, CMD(STLINK_GET_VERSION));
	assert_int_equal(rig_in(&r, reply, 6, &actual), USBIP_OK);
	assert_int_equal(actual, 2);
	assert_int_equal(rig_in(&r, reply, 6, &actual), USBIP_OK);
	assert_int_equal(actual, 6);
	rig_free(&r);
}

static void garbage_has_the_right_length(void **state)
{
	struct rig r = rig_new("stm32f103c8,fault=garbage@2");
	uint8_t first[6], second[6];

	(void)state;
	rig_ask(&r, CMD(STLINK_GET_VERSION), first, 6);
	rig_ask(&r, CMD(STLINK_GET_VERSION), second, 6);
	assert_memory_not_equal(first, second, 6);
	rig_free(&r);
}

static void unplug_takes_the_device_away(void **state)
{
	struct rig r = rig_new("stm32f103c8,fault=unplug@1");

	(void)state;
	assert_int_equal(rig_out(&r, CMD(STLINK_GET_VERSION), 16), DEVICE_UNPLUGGED);
	rig_free(&r);
}

static void reset_of_the_probe_starts_its_firmware_again(void **state)
{
	struct rig r = rig_at("reset", BEFORE + 1);

	(void)state;
	assert_int_equal(rig_out(&r, CMD(STLINK_GET_CURRENT_MODE), 16), USBIP_EPROTO);
	assert_int_equal(rig_mode(&r), STLINK_MODE_DFU);
	rig_free(&r);
}

static void power_cut_lasts_until_the_next_import(void **state)
{
	struct rig r = rig_at("powercut", BEFORE + 1);
	uint32_t value;

	(void)state;
	assert_int_equal(rig_read_word(&r, SRAM, &value), STLINK_ST_NO_DEVICE);
	assert_false(chip_powered(r.chip));
	rig_send(&r, CMD(0xf2, STLINK_EXIT));
	assert_int_equal(rig_enter(&r), STLINK_ST_NO_DEVICE);
	probe_unplug(r.probe);
	probe_plug(r.probe);
	rig_configure(&r);
	assert_int_equal(rig_enter(&r), STLINK_ST_OK);
	rig_free(&r);
}

static void reset_button_works_without_the_nrst_wire(void **state)
{
	struct rig r = rig_debug("stm32f103c8,nrst=0,fault=targetreset@6");
	const uint64_t before = r.mon->resets;
	uint32_t dhcsr;

	(void)state;
	assert_int_equal(rig_read_word(&r, 0xe000edf0u, &dhcsr), STLINK_ST_OK);
	assert_true(r.mon->resets > before);
	assert_int_equal(dhcsr >> 17 & 1, 0); /* S_HALT */
	assert_int_equal(dhcsr >> 25 & 1, 1); /* S_RESET_ST */
	rig_free(&r);
}

static void noisy_link_errs_above_its_clock_only(void **state)
{
	struct rig r = rig_debug("stm32f103c8,noisy=950");
	unsigned int errors = 0;
	uint8_t buf[4096];

	(void)state;
	rig_status(&r, CMD(0xf2, STLINK_SWD_SET_FREQ, 3)); /* 950 kHz */
	for (unsigned int i = 0; i < 8; i++)
		assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, buf, sizeof(buf)), STLINK_ST_OK);
	rig_status(&r, CMD(0xf2, STLINK_SWD_SET_FREQ, 1)); /* 1800 kHz */
	for (unsigned int i = 0; i < 8; i++)
		errors += rig_read(&r, STLINK_READMEM_32, SRAM, buf, sizeof(buf)) != STLINK_ST_OK;
	assert_true(errors >= 4);
	rig_free(&r);
}

static void check_refused(const char *spec, const char *words)
{
	struct probe_spec parsed;
	char why[256] = "";

	assert_int_equal(spec_parse(&parsed, spec, why, sizeof(why)), -1);
	if (!strstr(why, words))
		fail_msg("%s: %s", spec, why);
}

static void spec_is_refused_with_a_sentence(void **state)
{
	(void)state;
	check_refused("stm32x103", "no part 'stm32x103'");
	check_refused("stm32f103c8,colour=red", "no key 'colour'");
	check_refused("stm32f103c8,strict", "not of the form key=value");
	check_refused("stm32f103c8,strict=yes", "give 0 or 1");
	check_refused("stm32f103c8,probe=v4", "give v2, v2-1, v3 or newer");
	check_refused("stm32f103c8,fw=29", "give a version");
	check_refused("stm32f103c8,fw=J64", "0 to 63");
	check_refused("stm32f103c8,mv=9999", "0 to 5500");
	check_refused("stm32f103c8,mode=swim", "dfu, mass or debug");
	check_refused("stm32f103c8,pace=fast", "real");
	check_refused("stm32f103c8,gaps=0", "or off");
	check_refused("stm32f103c8,gaps=0us", "1us to 999999us");
	check_refused("stm32f103c8,gaps=1000000000us", "1us to 999999us");
	check_refused("stm32f103c8,patience=0", "or off");
	check_refused("stm32f103c8,live=1", "flash=FILE");
	check_refused("stm32f103c8,rdp=3", "0 to 2");
	check_refused("stm32f429zi,wrp=1,pcrop=2", "two meanings of the same bits");
	check_refused("stm32f103c8,fault=fire@1", "KIND@NUMBER");
	check_refused("stm32f103c8,fault=stall", "KIND@NUMBER");
	check_refused("stm32f103c8,fault=stall@swd:1", "USB transfers only");
	check_refused("stm32f103c8,fault=wait@0", "not a number from 1");
	check_refused("stm32f103c8,fault=wait@flash:x", "'x' is not a number");
	check_refused("stm32f103c8,rawserial=1,serial=42", "24 hexadecimal digits");
	check_refused("stm32f103c8,flash=", "file name");
}

static void spec_may_leave_out_the_chip(void **state)
{
	struct probe_spec spec;
	char why[256];

	(void)state;
	assert_int_equal(spec_parse(&spec, "probe=v3,fw=V3J9M3", why, sizeof(why)), 0);
	assert_string_equal(spec.part->name, "stm32f103c8");
	assert_int_equal(spec.firmware.jtag, 9);
	assert_int_equal(spec_parse(&spec, "", why, sizeof(why)), 0);
	assert_string_equal(spec.model->name, "v2");
	assert_int_equal(spec.firmware.jtag, 29);
}

static void protection_of_the_spec_is_in_force(void **state)
{
	struct rig f1 = rig_debug("stm32f103c8,rdp=1");
	struct rig f4 = rig_debug("stm32f407vg,wrp=0x3,hwwdg=1");
	uint32_t value;

	(void)state;
	assert_int_equal(rig_read_word(&f1, 0x4002201cu, &value), STLINK_ST_OK); /* FLASH_OBR.RDPRT */
	assert_int_equal(value >> 1 & 1, 1);
	assert_int_equal(rig_read_word(&f1, 0x08000000u, &value), STLINK_ST_AP_FAULT);
	assert_int_equal(rig_read_word(&f4, 0x40023c14u, &value), STLINK_ST_OK); /* FLASH_OPTCR */
	assert_int_equal(value >> 16 & 0xfff, 0xffc);
	assert_int_equal(value >> 5 & 1, 0);
	rig_free(&f1);
	rig_free(&f4);
}

static void level_2_exists_on_no_f1(void **state)
{
	struct probe_spec spec;
	char why[256] = "";

	(void)state;
	assert_int_equal(spec_parse(&spec, "stm32f103c8,rdp=2", why, sizeof(why)), 0);
	assert_null(probe_new(&spec, why, sizeof(why)));
	assert_non_null(strstr(why, "no read protection level 2"));
}

/* Bit n of the mask is sector n; the F405/407/415/417 and every F1 have no PCROP (RM0090 3.7.5, flash-f4 sheet 7). */
static void pcrop_is_set_where_it_exists(void **state)
{
	static const struct {
		const char *spec;
		uint32_t optcr, optcr1;
	} rows[] = {
		{ "stm32f401re,pcrop=0x2", 0x8002aaed, 0 },
		{ "stm32f413zh,pcrop=0x4001", 0xc001aaed, 0 },
		{ "stm32f429zi,pcrop=0x2002,rdp=1", 0x800255ed, 0x00020000 },
	};
	static const char *const none[] = { "stm32f407vg,pcrop=1", "stm32f103c8,pcrop=1,rdp=1" };
	struct probe_spec spec;
	char why[256] = "";
	uint32_t value;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rig r = rig_debug(rows[i].spec);

		assert_int_equal(rig_read_word(&r, 0x40023c14, &value), STLINK_ST_OK);
		assert_int_equal(value, rows[i].optcr);
		assert_int_equal(rig_read_word(&r, 0x40023c18, &value), STLINK_ST_OK);
		assert_int_equal(value, rows[i].optcr1);
		rig_free(&r);
	}
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		assert_int_equal(spec_parse(&spec, none[i], why, sizeof(why)), 0);
		assert_null(probe_new(&spec, why, sizeof(why)));
		assert_non_null(strstr(why, "has no PCROP"));
	}
}

static void flash_may_be_asked_to_be_one_bank_or_two(void **state)
{
	static const struct {
		const char *spec;
		uint32_t optcr;
	} rows[] = {
		{ "stm32f767zi", 0xffffaafd },
		{ "stm32f767zi,banks=1", 0xffffaafd },
		{ "stm32f767zi,banks=2", 0xdfffaafd },
		{ "stm32f429zg,banks=2", 0x4fffaaed },
	};
	static const char *const none[] = { "stm32f746zg,banks=2", "stm32f072rb,banks=2" };
	struct probe_spec spec;
	char why[256] = "";
	uint32_t value;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rig r = rig_debug(rows[i].spec);

		assert_int_equal(rig_read_word(&r, 0x40023c14, &value), STLINK_ST_OK);
		assert_int_equal(value, rows[i].optcr);
		rig_free(&r);
	}
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		assert_int_equal(spec_parse(&spec, none[i], why, sizeof(why)), 0);
		assert_null(probe_new(&spec, why, sizeof(why)));
		assert_non_null(strstr(why, "cannot be 2 bank(s)"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(access_faults_are_a_status_once),
		cmocka_unit_test(access_faults_reach_debug_registers_too),
		cmocka_unit_test(long_wait_takes_64_tries),
		cmocka_unit_test(v3_says_wait_then_fault_then_ok),
		cmocka_unit_test(swd_faults_count_swd_transfers),
		cmocka_unit_test(flip_spoils_one_bit_under_status_ok),
		cmocka_unit_test(flipwrite_spoils_one_bit_of_what_is_written),
		cmocka_unit_test(lost_write_is_said_to_be_ok),
		cmocka_unit_test(lost_word_is_missing_from_a_block),
		cmocka_unit_test(timeout_is_a_transfer_never_answered_and_its_reply_comes_late),
		cmocka_unit_test(timed_out_command_never_arrives),
		cmocka_unit_test(short_reply_is_half_of_it),
		cmocka_unit_test(stale_reply_shifts_the_replies_until_drained),
		cmocka_unit_test(garbage_has_the_right_length),
		cmocka_unit_test(unplug_takes_the_device_away),
		cmocka_unit_test(reset_of_the_probe_starts_its_firmware_again),
		cmocka_unit_test(power_cut_lasts_until_the_next_import),
		cmocka_unit_test(reset_button_works_without_the_nrst_wire),
		cmocka_unit_test(noisy_link_errs_above_its_clock_only),
		cmocka_unit_test(spec_is_refused_with_a_sentence),
		cmocka_unit_test(spec_may_leave_out_the_chip),
		cmocka_unit_test(protection_of_the_spec_is_in_force),
		cmocka_unit_test(level_2_exists_on_no_f1),
		cmocka_unit_test(pcrop_is_set_where_it_exists),
		cmocka_unit_test(flash_may_be_asked_to_be_one_bank_or_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
