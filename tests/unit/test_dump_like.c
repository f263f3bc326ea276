/* SPDX-License-Identifier: MIT */
/* Reading what a file most likely has already. */
#include "dump_target.h"

static uint8_t old[FAKE_FLASH_LEN];
static struct flash_segment old_seg[3];

/* The file has this much of what flash holds now. */
static void like_has(unsigned int i, uint32_t offset, size_t len)
{
	memcpy(old + offset, fake.flash + offset, len);
	old_seg[i] = (struct flash_segment){ CHIP_FLASH_BASE + offset, len, old + offset };
	like = (struct like){ old_seg, i + 1 };
}

static void what_the_file_has_is_not_transferred(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	like_has(0, 0, 65536);
	assert_int_equal(dump(0, 65536), 0);
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.proof, STFLASH_PROOF_HASH);
	assert_int_equal(report.like, 65536);
	assert_int_equal(report.transferred, 0);
	assert_int_equal(report.blank, 0);
	assert_int_equal(fake.flash_bytes, 0);
	assert_int_equal(fake.last_done, 65536);
	assert_firmware_starts_anew();
}

static void one_bit_that_changed_brings_its_unit(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	like_has(0, 0, 65536);
	old[20001] ^= 0x40;
	assert_int_equal(dump(0, 65536), 0);
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.transferred, 2048);
	assert_int_equal(report.like, 65536 - 2048);
	assert_int_equal(fake.flash_bytes, 2048);
}

/* Of a unit that the file has in part the rest may be blank. */
static void a_file_with_gaps_is_of_use_where_they_are_blank(void **state)
{
	(void)state;
	fill_flash(0, 5000);
	fill_flash(30000, 1000);
	fill_flash(60000, 5536);
	like_has(0, 60000, 5536);
	like_has(1, 0, 4999); /* one byte less than there is: not blank behind it */
	like_has(2, 30000, 1000);
	assert_int_equal(dump(0, 65536), 0);
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.transferred, 2048);
	assert_int_equal(report.like, 5536 + 4096 + 1000);
	assert_int_equal(report.blank, 65536 - report.like - report.transferred);
}

static void a_file_longer_than_what_is_read_or_beside_it_is_no_harm(void **state)
{
	static const struct {
		uint32_t offset;
		size_t len;
	} cases[] = { { 1, 1 }, { 2, 2 }, { 3, 5 }, { 1023, 2 }, { 65533, 3 }, { 777, 12345 }, { 30000, 30001 } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		setup(state);
		fill_flash(0, 65536);
		like_has(0, 500, 50000);
		like_has(1, 0, 8);
		old_seg[2] = (struct flash_segment){ 0x20000000, 64, old };
		like.n = 3;
		assert_int_equal(dump(cases[i].offset, cases[i].len), 0);
		assert_memory_equal(out, fake.flash + cases[i].offset, cases[i].len);
		assert_int_equal(out[cases[i].len], 0x5a);
		assert_true(report.like + report.blank <= cases[i].len);
		assert_int_equal(fake.last_done, cases[i].len);
	}
}

/* Bytes that two segments have are not counted for others that none has. */
static void segments_that_overlap_cover_what_one_of_them_has(void **state)
{
	static const uint8_t bytes[8];
	static const struct flash_segment seg[] = {
		{ 112, 8, bytes }, { 100, 8, bytes }, { 104, 8, bytes }, { 100, 2, bytes }
	};
	const struct like overlapping = { .seg = seg, .n = ARRAY_SIZE(seg) }, apart = { .seg = seg, .n = 2 };

	(void)state;
	assert_int_equal(like_covers(&overlapping, 100, 24), 20);
	assert_int_equal(like_covers(&overlapping, 90, 15), 5);
	assert_int_equal(like_covers(&overlapping, 101, 10), 10);
	assert_int_equal(like_covers(&apart, 100, 20), 16);
	assert_int_equal(like_covers(&apart, 108, 4), 0);
}

static void random_files_never_change_what_arrives(void **state)
{
	uint32_t seed = 88172645u;

	for (unsigned int i = 0; i < 60; i++) {
		setup(state);
		fill_flash(0, 40000);
		for (unsigned int k = 0; k < 3; k++) {
			seed = seed * 1664525 + 1013904223;
			like_has(k, seed >> 17, 1 + (seed & 0x3fff));
		}
		for (unsigned int k = 0; k < seed % 5; k++)
			fake.flash[(seed >> 8) * (k + 1) % 65536] ^= 1;
		fake.units_a_look = 1 + seed % 20;
		how.hold = seed & 0x10000 ? STFLASH_HOLD_RESET : STFLASH_HOLD_HALT;
		assert_int_equal(dump(seed >> 20, 60000), 0);
		assert_memory_equal(out, fake.flash + (seed >> 20), 60000);
		assert_int_equal(fake.last_done, 60000);
	}
}

/* All units hold the same but for one: the hash of another would vouch for what the file has of it. */
static void an_answer_of_before_never_vouches_for_the_file(void **state)
{
	unsigned int reads = UINT32_MAX;

	for (unsigned int at = 0; at <= reads; at++) {
		setup(state);
		for (uint32_t i = 0; i < 65536; i++)
			fake.flash[i] = (uint8_t)(i % 2048);
		like_has(0, 0, 65536);
		fake.flash[40000] ^= 1;
		fake.units_a_look = 1;
		fake.old_at = at;
		if (!dump(0, 65536))
			assert_memory_equal(out, fake.flash, 65536);
		else
			assert_int_not_equal(at, 0);
		if (!at)
			reads = fake.ram_reads;
	}
	assert_true(reads > 32);
}

static void the_hash_of_another_unit_never_vouches_for_the_file(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 65536; i++)
		fake.flash[i] = (uint8_t)(i % 2048);
	like_has(0, 0, 65536);
	fake.flash[40000] ^= 1;
	fake.echo_unit = 40000 / 2048;
	fake.echoes = 1;
	assert_int_equal(dump(0, 65536), 0);
	assert_int_equal(fake.echoes, 0);
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.like, 65536 - 2048);
	assert_int_equal(report.transferred, 2048);
	assert_int_equal(report.blank, 0);
}

/* Made wrong, or garbled in the chip's RAM. */
static void a_hash_that_is_wrong_brings_the_unit(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	like_has(0, 0, 65536);
	fake.lies_about = 4;
	fake.lies_left = 1;
	assert_int_equal(dump(0, 65536), 0);
	assert_memory_equal(out, fake.flash, 65536);
}

static void read_twice_the_file_is_one_of_the_readings(void **state)
{
	(void)state;
	fill_flash(0, 65536);
	like_has(0, 0, 65536);
	old[20001] ^= 1;
	how.hold = STFLASH_HOLD_HALT;
	assert_int_equal(dump(0, 65536), 0);
	assert_memory_equal(out, fake.flash, 65536);
	assert_int_equal(report.proof, STFLASH_PROOF_TWICE);
	assert_int_equal(report.like, 65536 - 6144);
	assert_int_equal(report.transferred, 65536 + 6144);
	assert_int_equal(fake.flash_bytes, 65536 + 6144);
}

static void a_reading_that_arrives_wrong_is_never_the_files(void **state)
{
	for (unsigned int times = 1; times < 3; times++) {
		setup(state);
		fill_flash(0, 65536);
		like_has(0, 0, 65536);
		old[20001] ^= 1;
		fake.corrupt_at = CHIP_FLASH_BASE + 20001;
		fake.corrupted = times;
		how.hold = STFLASH_HOLD_HALT;
		assert_int_equal(dump(0, 65536), 0);
		assert_memory_equal(out, fake.flash, 65536);
	}
}

static void elsewhere_a_file_means_nothing(void **state)
{
	(void)state;
	like_has(0, 0, 65536);
	assert_int_equal(flash_dump(&flash, CHIP_RAM_BASE + 16, out, 1000, &how, &like, &report), 0);
	assert_memory_equal(out, fake.ram + 16, 1000);
	assert_int_equal(report.like, 0);
	assert_int_equal(report.proof, STFLASH_PROOF_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_the_file_has_is_not_transferred),
		TEST(one_bit_that_changed_brings_its_unit),
		TEST(a_file_with_gaps_is_of_use_where_they_are_blank),
		TEST(a_file_longer_than_what_is_read_or_beside_it_is_no_harm),
		TEST(segments_that_overlap_cover_what_one_of_them_has),
		TEST(random_files_never_change_what_arrives),
		TEST(an_answer_of_before_never_vouches_for_the_file),
		TEST(the_hash_of_another_unit_never_vouches_for_the_file),
		TEST(a_hash_that_is_wrong_brings_the_unit),
		TEST(read_twice_the_file_is_one_of_the_readings),
		TEST(a_reading_that_arrives_wrong_is_never_the_files),
		TEST(elsewhere_a_file_means_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
