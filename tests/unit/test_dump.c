/* SPDX-License-Identifier: MIT */
/* The proven read: what arrives, what is transferred, what is left behind. */
#include "dump_target.h"

static void a_full_flash_arrives_whole_and_proven(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	assert_int_equal(dump(0, 65536), 0);
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.proof, STFLASH_PROOF_HASH);
	assert_int_equal(report.bytes, 65536);
	assert_int_equal(report.transferred, 65536);
	assert_int_equal(report.blank, 0);
	assert_int_equal(report.retries, 0);
	assert_int_equal(fake.last_done, 65536);
	assert_int_equal(fake.last_total, 65536);
	assert_firmware_starts_anew();
}

static void blank_units_are_not_transferred(void **state)
{
	(void)state;
	fill_flash(0, 23552);
	fill_flash(40000, 1);
	assert_int_equal(dump(0, 65536), 0);
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.transferred, 24 * 1024); /* 23 KiB, and the one with the lone byte */
	assert_int_equal(report.blank, 40 * 1024);
	assert_int_equal(fake.flash_bytes, 24 * 1024);
	assert_firmware_starts_anew();
}

static void of_a_megabyte_only_used_kib_are_transferred(void **state)
{
	(void)state;
	chip(0x413, 1024 * 1024);
	fake_register(F4_OPTCR, 0x0fffaaed);
	fill_flash(0, 5000);
	fill_flash(500000, 20000);
	fake.units_a_look = 64;
	assert_int_equal(dump(0, 1024 * 1024), 0);
	assert_memory_equal(out, fake.flash, 1024 * 1024);
	assert_int_equal(report.transferred, 5 * 1024 + 20 * 1024);
	assert_firmware_starts_anew();
}

static void any_start_and_length_will_do(void **state)
{
	static const struct {
		uint32_t offset;
		size_t len;
	} cases[] = { { 1, 1 }, { 2, 2 },     { 3, 5 },     { 1023, 2 },   { 4, 4 },
		      { 0, 1 }, { 65535, 1 }, { 65533, 3 }, { 777, 12345 } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		setup(state);
		fill_flash(0, 65536);
		assert_int_equal(dump(cases[i].offset, cases[i].len), 0);
		assert_memory_equal(out, fake.flash + cases[i].offset, cases[i].len);
		assert_int_equal(out[cases[i].len], 0x5a);
		assert_int_equal(report.proof, STFLASH_PROOF_HASH);
		assert_int_equal(report.bytes, cases[i].len);
		assert_int_equal(fake.last_done, fake.last_total);
		assert_int_equal(fake.last_total, cases[i].len);
		assert_firmware_starts_anew();
	}
}

static void random_contents_and_ranges_arrive(void **state)
{
	uint32_t seed = 2463534242u;

	for (unsigned int i = 0; i < 60; i++) {
		uint32_t offset, len;

		setup(state);
		for (unsigned int k = 0; k < 8; k++) {
			seed = seed * 1664525 + 1013904223;
			fill_flash(seed >> 16 & 0xf000, seed >> 4 & 0xfff);
		}
		seed = seed * 1664525 + 1013904223;
		offset = seed >> 16;
		len = 1 + (seed & 0xffff) % (65536 - offset);
		fake.units_a_look = 1 + seed % 20;
		assert_int_equal(dump(offset, len), 0);
		assert_memory_equal(out, fake.flash + offset, len);
		assert_firmware_starts_anew();
	}
}

static void it_says_that_the_chip_was_reset(void **state)
{
	(void)state;
	assert_int_equal(dump(0, 4096), 0);
	assert_true(report.was_reset);
	how.hold = STFLASH_HOLD_HALT;
	assert_int_equal(dump(0, 4096), 0);
	assert_false(report.was_reset);
}

static void it_stays_halted_after_the_reset_when_asked_to(void **state)
{
	(void)state;
	how.then = STFLASH_THEN_HALT;
	assert_int_equal(dump(0, 4096), 0);
	assert_true(fake.fresh);
	assert_false(fake.core_runs);
	assert_true(fake_core.leave_halted);
}

/* Whoever has more to do in this session; its end resets the chip. */
static void it_waits_halted_for_the_next_job(void **state)
{
	(void)state;
	how.then = STFLASH_THEN_STAY;
	assert_int_equal(dump(0, 4096), 0);
	assert_int_equal(fake.resets, 1);
	assert_false(fake.core_runs);
	assert_false(fake_core.leave_halted);
}

static void without_a_reset_the_core_is_halted_where_it_is_and_runs_on(void **state)
{
	static uint8_t ram_before[FAKE_RAM_LEN];

	(void)state;
	memcpy(ram_before, fake.ram, sizeof(ram_before));
	fill_flash(0, 65536);
	how.hold = STFLASH_HOLD_HALT;
	assert_int_equal(dump(0, 65536), 0);
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.proof, STFLASH_PROOF_TWICE);
	assert_int_equal(report.transferred, 2 * 65536);
	assert_int_equal(fake.resets, 0);
	assert_int_equal(fake.halts, 1);
	assert_int_equal(fake.runs, 1);
	assert_int_equal(fake.writes, 0);
	assert_memory_equal(fake.ram, ram_before, sizeof(ram_before));
}

static void a_halted_core_stays_halted_without_a_reset(void **state)
{
	(void)state;
	fake.core_runs = false;
	fake_core.halted = true;
	how.hold = STFLASH_HOLD_HALT;
	assert_int_equal(dump(0, 4096), 0);
	assert_int_equal(fake.runs, 0);
	assert_true(fake_core.halted);
}

static char warning[512];

static void note_warning(enum stflash_log_level level, const char *line, void *user)
{
	(void)user;
	if (level <= STFLASH_LOG_WARN)
		snprintf(warning, sizeof(warning), "%s", line);
}

static void watch_warnings(void)
{
	*warning = '\0';
	fake_ctx.log_level = STFLASH_LOG_WARN;
	fake_ctx.log = note_warning;
}

/* As with clones: no program of ours runs where a firmware has run since the reset. */
static void where_the_reset_is_not_caught_no_agent_runs(void **state)
{
	(void)state;
	watch_warnings();
	fill_flash(0, 65536);
	fake.uncaught = true;
	assert_int_equal(dump(0, 65536), 0);
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.proof, STFLASH_PROOF_TWICE);
	assert_int_equal(fake.starts, 0);
	assert_non_null(strstr(warning, "without a program in the chip"));
}

static void a_chip_that_goes_away_at_the_reset_is_told_with_the_way_out(void **state)
{
	(void)state;
	fake.gone_at_reset = true;
	assert_int_equal(dump(0, 65536), STFLASH_E_NO_TARGET);
	assert_non_null(strstr(fake_ctx.errmsg, "holds its own supply"));
	assert_non_null(strstr(fake_ctx.errmsg, HINT_NO_RESET));
}

static void a_block_that_arrives_wrong_is_read_again(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	fake.corrupt_at = CHIP_FLASH_BASE + 30001;
	fake.corrupted = 3;
	assert_int_equal(dump(0, 65536), 0);
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.retries, 3);
	assert_int_equal(report.transferred, 65536 + 3 * 2048);
	assert_firmware_starts_anew();
}

static void one_that_never_arrives_right_is_a_failure(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	fake.corrupt_at = CHIP_FLASH_BASE + 30001;
	fake.corrupted = 1000;
	assert_int_equal(dump(0, 65536), STFLASH_E_MISMATCH);
	assert_non_null(strstr(fake_ctx.errmsg, "0x08007000"));
	assert_firmware_starts_anew();
}

static void the_last_short_unit_is_checked_too(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	fake.corrupt_at = CHIP_FLASH_BASE + 5002;
	fake.corrupted = 1000;
	assert_int_equal(dump(0, 5003), STFLASH_E_MISMATCH);
}

static void a_wrong_hash_of_the_target_is_no_proof(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	fake.lies_about = 4;
	fake.lies_left = 1000;
	assert_int_equal(dump(0, 65536), STFLASH_E_MISMATCH);
	assert_firmware_starts_anew();
}

/* A garbled result or a garbled agent looks like this: right the second time. */
static void a_wrong_hash_once_is_survived(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	fake.lies_about = 4;
	fake.lies_left = 1;
	assert_int_equal(dump(0, 65536), 0);
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.proof, STFLASH_PROOF_HASH);
	assert_true(fake.core_runs);
}

static void a_core_that_must_not_halt_is_read_twice(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	fake_core.never_halt = true;
	fake.corrupt_at = CHIP_FLASH_BASE + 100;
	fake.corrupted = 1;
	assert_int_equal(dump(0, 65536), 0);
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.proof, STFLASH_PROOF_TWICE);
	assert_int_equal(report.retries, 1);
	assert_int_equal(report.transferred, 2 * (65536 + 6144));
	assert_int_equal(fake.halts, 0);
	assert_int_equal(fake.writes, 0);
}

static void without_an_agent_everything_is_read_twice(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	watch_warnings();
	fake.dead = true;
	assert_int_equal(dump(0, 65536), 0);
	assert_non_null(strstr(warning, "does not run"));
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.proof, STFLASH_PROOF_TWICE);
	assert_int_equal(report.bytes, 65536);
	assert_int_equal(report.blank, 0);
	assert_firmware_starts_anew();
}

static void an_agent_that_dies_half_way_is_replaced_by_a_second_reading(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	watch_warnings();
	fake.stops_in_job = true;
	assert_int_equal(dump(0, 65536), 0);
	assert_non_null(strstr(warning, "over the wire alone"));
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.proof, STFLASH_PROOF_TWICE);
	assert_firmware_starts_anew();
}

static void an_agent_that_arrives_garbled_is_loaded_again(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	fake.garbled_loads = 2;
	assert_int_equal(dump(0, 65536), 0);
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.proof, STFLASH_PROOF_HASH);
	assert_int_equal(fake.garbled_loads, 0);
}

static void an_agent_that_never_arrives_right_hashes_nothing(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	watch_warnings();
	fake.garbled_loads = 100;
	assert_int_equal(dump(0, 65536), 0);
	assert_non_null(strstr(warning, "does not hold the flash agent"));
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.proof, STFLASH_PROOF_TWICE);
	assert_firmware_starts_anew();
}

static void blank_pieces_inside_of_a_unit_are_not_transferred(void **state)
{
	(void)state;
	chip(0x413, 1024 * 1024); /* in units of 16 KiB and pieces of 1 KiB */
	fake_register(F4_OPTCR, 0x0fffaaed);
	fill_flash(0, 1024 * 1024);
	memset(fake.flash + 0x89400, 0xff, 0x400);
	memset(fake.flash + 0x8a3fc, 0xff, 0x408); /* the words before and behind belong to other pieces */
	assert_int_equal(dump(0, 1024 * 1024), 0);
	assert_memory_equal(out, fake.flash, 1024 * 1024);
	assert_int_equal(report.proof, STFLASH_PROOF_HASH);
	assert_int_equal(report.blank, 2 * 0x400);
	assert_int_equal(report.transferred, 1024 * 1024 - 2 * 0x400);
}

static void a_scan_that_is_wrong_costs_time_and_nothing_else(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	fake.scans_wrong = true;
	assert_int_equal(dump(0, 65536), 0);
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.proof, STFLASH_PROOF_HASH);
	assert_true(report.retries > 0);
}

static void read_twice_and_never_equal_is_a_failure(void **state)
{
	(void)state;
	fake_core.never_halt = true;
	fake.corrupt_at = CHIP_FLASH_BASE + 100;
	fake.corrupted = 1000;
	assert_int_equal(dump(0, 200), STFLASH_E_MISMATCH);
	assert_int_equal(report.retries, 3);
	assert_int_equal(fake.corrupted, 1000 - 8);
}

static void cancelling_puts_everything_back(void **state)
{
	for (unsigned int at = 1; at < 6; at++) {
		setup(state);
		fill_flash(0, 65536);
		fake.cancel_at = at;
		assert_int_equal(dump(0, 65536), STFLASH_E_CANCELLED);
		assert_firmware_starts_anew();
	}
}

static void a_fault_in_the_middle_is_told_and_everything_put_back(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	fake.fault_at = CHIP_FLASH_BASE + 40000;
	assert_int_equal(dump(0, 65536), STFLASH_E_FAULT);
	assert_non_null(strstr(fake_ctx.errmsg, "0x08009c40"));
	assert_firmware_starts_anew();
}

static void read_out_protection_is_told_before_anything_is_read(void **state)
{
	(void)state;
	fake_register(F1_OBR, 0x03fffffe);
	assert_int_equal(dump(0, 65536), STFLASH_E_PROTECTED);
	assert_non_null(strstr(fake_ctx.errmsg, "level 1"));
	assert_int_equal(fake.halts, 0);
	assert_int_equal(fake.flash_bytes, 0);

	chip(0x413, 1024 * 1024);
	fake_register(F4_OPTCR, 0x0fff00ed);
	assert_int_equal(dump(0, 16), STFLASH_E_PROTECTED);
	fake_register(F4_OPTCR, 0x0fffcced);
	assert_int_equal(dump(0, 16), STFLASH_E_PROTECTED);
	assert_non_null(strstr(fake_ctx.errmsg, "level 2"));
}

static void a_fault_elsewhere_is_explained_by_protection(void **state)
{
	(void)state;
	fake_register(F1_OBR, 0x03fffffe);
	assert_int_equal(flash_dump(&flash, 0x1ffff000, out, 16, &how, &like, &report), STFLASH_E_PROTECTED);
	fake_register(F1_OBR, 0x03fffffc);
	assert_int_equal(flash_dump(&flash, 0x1ffff000, out, 16, &how, &like, &report), STFLASH_E_FAULT);
}

static void what_is_no_flash_is_read_without_proof(void **state)
{
	(void)state;
	assert_int_equal(flash_dump(&flash, CHIP_RAM_BASE + 16, out, 1000, &how, &like, &report), 0);
	assert_memory_equal(out, fake.ram + 16, 1000);
	assert_int_equal(report.proof, STFLASH_PROOF_NONE);
	assert_int_equal(report.transferred, 1000);
	assert_int_equal(fake.halts, 0);
	fake_register(0x40021000, 0x12345678);
	assert_int_equal(flash_dump(&flash, 0x40021000, out, 4, &how, &like, &report), 0);
	assert_int_equal(get_le32(out), 0x12345678);
}

static void ranges_outside_of_memory_are_refused_untouched(void **state)
{
	static const struct {
		uint32_t addr;
		size_t len;
		const char *words;
	} cases[] = {
		{ 0x07ffffff, 1, "outside of all memory" },
		{ 0x08010000, 1, "flash 0x08000000..0x0800ffff" },
		{ 0x30000000, 4, "0x30000000" },
		{ 0x60000000, 4, "peripherals 0x40000000..0x5fffffff" },
		{ 0xe0100000, 4, "outside" },
		{ 0xffffffff, 1, "outside" },
		{ 0x08000000, 65537, "past the end of flash: its last byte is at 0x0800ffff" },
		{ 0x0800ffff, 2, "past the end of flash" },
		{ 0x20000000, 20 * 1024 + 1, "past the end of RAM" },
		{ 0x5ffffffc, 8, "past the end" },
		{ 0x08000000, 0, "size is 0" },
		{ 0x10000000, 4, "outside" }, /* no CCM here */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(flash_dump(&flash, cases[i].addr, out, cases[i].len, &how, &like, &report),
				 STFLASH_E_ARG);
		assert_non_null(strstr(fake_ctx.errmsg, cases[i].words));
	}
	assert_int_equal(fake.reads, 0);
}

static void the_link_lost_is_told_once_and_first(void **state)
{
	(void)state;
	fake.link_error = STFLASH_E_UNPLUGGED;
	assert_int_equal(dump(0, 65536), STFLASH_E_UNPLUGGED);
	assert_string_equal(fake_ctx.errmsg, "the link is gone");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_full_flash_arrives_whole_and_proven),
		TEST(blank_units_are_not_transferred),
		TEST(of_a_megabyte_only_used_kib_are_transferred),
		TEST(any_start_and_length_will_do),
		TEST(random_contents_and_ranges_arrive),
		TEST(it_says_that_the_chip_was_reset),
		TEST(it_stays_halted_after_the_reset_when_asked_to),
		TEST(it_waits_halted_for_the_next_job),
		TEST(without_a_reset_the_core_is_halted_where_it_is_and_runs_on),
		TEST(a_halted_core_stays_halted_without_a_reset),
		TEST(where_the_reset_is_not_caught_no_agent_runs),
		TEST(a_chip_that_goes_away_at_the_reset_is_told_with_the_way_out),
		TEST(a_block_that_arrives_wrong_is_read_again),
		TEST(one_that_never_arrives_right_is_a_failure),
		TEST(the_last_short_unit_is_checked_too),
		TEST(a_wrong_hash_of_the_target_is_no_proof),
		TEST(a_wrong_hash_once_is_survived),
		TEST(a_core_that_must_not_halt_is_read_twice),
		TEST(without_an_agent_everything_is_read_twice),
		TEST(an_agent_that_dies_half_way_is_replaced_by_a_second_reading),
		TEST(an_agent_that_arrives_garbled_is_loaded_again),
		TEST(an_agent_that_never_arrives_right_hashes_nothing),
		TEST(blank_pieces_inside_of_a_unit_are_not_transferred),
		TEST(a_scan_that_is_wrong_costs_time_and_nothing_else),
		TEST(read_twice_and_never_equal_is_a_failure),
		TEST(cancelling_puts_everything_back),
		TEST(a_fault_in_the_middle_is_told_and_everything_put_back),
		TEST(read_out_protection_is_told_before_anything_is_read),
		TEST(a_fault_elsewhere_is_explained_by_protection),
		TEST(what_is_no_flash_is_read_without_proof),
		TEST(ranges_outside_of_memory_are_refused_untouched),
		TEST(the_link_lost_is_told_once_and_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
