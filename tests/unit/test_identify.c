/* SPDX-License-Identifier: MIT */
/* From a core to a chip: id, size, sectors, protection, unique id. */
#include "fake_target.h"
#include "row_of_id.h"

#define CPUID_M3   0x411fc231u
#define CPUID_M4   0x410fc241u
#define CPUID_M7   0x411fc270u
#define IDCODE     0xe0042000u
#define F1_SIZE    0x1ffff7e0u
#define F1_OBR     0x4002201cu
#define F4_SIZE    0x1fff7a20u
#define DWORD_OPTR 0x40022020u
#define WB_OPTR    0x58004020u
#define WB_SFR     0x58004080u
#define F4_OPTCR   0x40023c14u
#define DB1M       0x40000000u
#define NDBANK     0x20000000u

static struct flash flash;

static int teardown(void **state)
{
	(void)state;
	flash_release(&flash);
	return 0;
}

static int probe_f1(uint32_t idcode, uint32_t size_word)
{
	flash_release(&flash);
	fake_core.cpuid = CPUID_M3;
	fake_register(IDCODE, idcode);
	fake_register(F1_SIZE, size_word);
	fake_register(F1_OBR, 0x03fffffc);
	return flash_probe(&flash, &fake_core);
}

static int probe_f4(uint32_t idcode, uint32_t kib, uint32_t optcr)
{
	flash_release(&flash);
	fake_core.cpuid = CPUID_M4;
	fake_register(IDCODE, idcode);
	fake_register(F4_SIZE, kib << 16 | 0x1234);
	fake_register(F4_OPTCR, optcr);
	return flash_probe(&flash, &fake_core);
}

/* A part of a row, with so much flash. */
static int probe_row(const struct chip *row, uint32_t kib, uint32_t optcr)
{
	const uint32_t at = row->family->size_word;

	flash_release(&flash);
	fake_core.cpuid = fake_cpuid(row);
	fake_register(
		chip_idcode_addr(fake_core.cpuid),
		(row->maker == MAKER_ARTERY ? row->max_flash > 256 * 1024 ? 0x70050000u : 0x70030000u : 0x20000000u) |
			row->dev_id);
	fake_register(at & ~3u, kib << 8 * (at & 2));
	fake_register(F1_OBR, 0xffffff00);
	fake_register(F4_OPTCR, optcr);
	fake_register(DWORD_OPTR, 0xff8ff8aa); /* one bank */
	fake_register(WB_OPTR, 0x3d8ff1aa);
	fake_register(WB_SFR, 0x1ff); /* FSD of WB and WL */
	return flash_probe(&flash, &fake_core);
}

static void assert_sector(size_t i, uint32_t addr, uint32_t size, unsigned int number, unsigned int snb,
			  unsigned int bank)
{
	assert_true(i < flash.n_sectors);
	assert_int_equal(flash.sectors[i].addr, addr);
	assert_int_equal(flash.sectors[i].size, size);
	assert_int_equal(flash.sectors[i].number, number);
	assert_int_equal(flash.sectors[i].bank, bank);
	if (size >= 16384)
		assert_int_equal(flash.sectors[i].select, snb);
}

/* One behind the other, none missing; and found again by address. */
static void assert_sectors_tile_the_flash(void)
{
	uint32_t addr = CHIP_FLASH_BASE;

	for (size_t i = 0; i < flash.n_sectors; i++) {
		const struct sector *sec = &flash.sectors[i];

		assert_int_equal(sec->addr, addr);
		assert_ptr_equal(flash_sector_at(&flash, addr), sec);
		assert_ptr_equal(flash_sector_at(&flash, addr + sec->size - 1), sec);
		addr += sec->size;
	}
	assert_int_equal(addr, CHIP_FLASH_BASE + flash.size);
	assert_null(flash_sector_at(&flash, addr));
	assert_null(flash_sector_at(&flash, CHIP_FLASH_BASE - 1));
}

static void a_medium_density_f1_is_known_in_four_words(void **state)
{
	(void)state;
	assert_int_equal(probe_f1(0x20036410, 0xffff0040), 0);
	assert_int_equal(flash.chip->dev_id, 0x410);
	assert_int_equal(flash.id.idcode, 0x20036410);
	assert_int_equal(flash.size, 65536);
	assert_false(flash.size_guessed);
	assert_int_equal(flash.n_sectors, 64);
	assert_int_equal(flash.n_mass_erases, 1);
	assert_sector(63, 0x0800fc00, 1024, 63, 0, 0);
	assert_sectors_tile_the_flash();
	assert_int_equal(fake.writes, 0);
	assert_true(fake.reads <= 4);
}

static void xl_density_has_two_banks_and_straight_numbers(void **state)
{
	(void)state;
	assert_int_equal(probe_f1(0x10036430, 1024), 0);
	assert_int_equal(flash.n_sectors, 512);
	assert_int_equal(flash.n_mass_erases, 2);
	assert_sector(255, 0x0807f800, 2048, 255, 0, 0);
	assert_sector(256, 0x08080000, 2048, 256, 0, 1);
	assert_sectors_tile_the_flash();
	assert_int_equal(probe_f1(0x10036430, 768), 0);
	assert_int_equal(flash.n_sectors, 384);
	assert_sectors_tile_the_flash();
}

static void f4_sectors_follow_the_pattern(void **state)
{
	(void)state;
	assert_int_equal(probe_f4(0x10076413, 1024, 0x0fffaaed), 0);
	assert_int_equal(flash.n_sectors, 12);
	assert_sector(3, 0x0800c000, 16384, 3, 3, 0);
	assert_sector(4, 0x08010000, 65536, 4, 4, 0);
	assert_sector(5, 0x08020000, 131072, 5, 5, 0);
	assert_sector(11, 0x080e0000, 131072, 11, 11, 0);
	assert_sectors_tile_the_flash();
	assert_int_equal(probe_f4(0x10076413, 512, 0x0fffaaed), 0);
	assert_int_equal(flash.n_sectors, 8);
	assert_sectors_tile_the_flash();
}

static void f413_counts_straight_to_15(void **state)
{
	(void)state;
	assert_int_equal(probe_f4(0x10006463, 1536, 0x7fffaaed), 0);
	assert_int_equal(flash.n_sectors, 16);
	assert_sector(12, 0x08100000, 131072, 12, 12, 0);
	assert_sector(15, 0x08160000, 131072, 15, 15, 0);
	assert_sectors_tile_the_flash();
}

static void two_megabytes_are_two_banks_whatever_db1m_says(void **state)
{
	(void)state;
	for (uint32_t db1m = 0; db1m <= DB1M; db1m += DB1M) {
		assert_int_equal(probe_f4(0x20036419, 2048, 0x0fffaaed | db1m), 0);
		assert_int_equal(flash.n_sectors, 24);
		assert_sector(11, 0x080e0000, 131072, 11, 11, 0);
		assert_sector(12, 0x08100000, 16384, 12, 0x10, 1);
		assert_sector(23, 0x081e0000, 131072, 23, 0x1b, 1);
		assert_sectors_tile_the_flash();
	}
}

static void one_megabyte_is_two_banks_with_db1m(void **state)
{
	(void)state;
	assert_int_equal(probe_f4(0x20036419, 1024, 0x0fffaaed), 0);
	assert_int_equal(flash.n_sectors, 12);
	assert_sector(11, 0x080e0000, 131072, 11, 11, 0);
	assert_sectors_tile_the_flash();

	assert_int_equal(probe_f4(0x20036419, 1024, 0x0fffaaed | DB1M), 0);
	assert_int_equal(flash.n_sectors, 16);
	assert_sector(7, 0x08060000, 131072, 7, 7, 0);
	assert_sector(8, 0x08080000, 16384, 12, 0x10, 1);
	assert_sector(15, 0x080e0000, 131072, 19, 0x17, 1);
	assert_sectors_tile_the_flash();
}

static void half_a_megabyte_is_one_bank(void **state)
{
	(void)state;
	assert_int_equal(probe_f4(0x20036419, 512, 0x0fffaaed | DB1M), 0);
	assert_int_equal(flash.n_sectors, 8);
	assert_sectors_tile_the_flash();
}

static void every_size_of_every_line_is_tiled(void **state)
{
	(void)state;
	for (size_t i = 0; chip_row(i); i++)
		for (uint32_t kib = 64; kib * 1024 <= chip_row(i)->max_flash; kib += 32) {
			assert_int_equal(probe_row(chip_row(i), kib, 0xffffaafd), 0);
			assert_true(flash.size <= kib * 1024);
			assert_sectors_tile_the_flash();
		}
}

/* RM0410 tables 3 to 6; SNB counts on from 0x10 in bank 2, also where that begins at 0x08080000. */
static void an_f76x_has_one_bank_or_two_by_ndbank(void **state)
{
	const struct chip *row = row_of_id(0x451, CPUID_M7);

	(void)state;
	for (uint32_t kib = 1024; kib <= 2048; kib += 1024) {
		const uint32_t half = kib * 1024 / 2;

		assert_int_equal(probe_row(row, kib, 0xffffaafd), 0);
		assert_int_equal(flash.n_banks, 1);
		assert_int_equal(flash.n_sectors, kib == 2048 ? 12 : 8);
		assert_sector(3, 0x08018000, 0x8000, 3, 3, 0);
		assert_sector(4, 0x08020000, 0x20000, 4, 4, 0);
		assert_sector(flash.n_sectors - 1, 0x08000000 + kib * 1024 - 0x40000, 0x40000,
			      (unsigned int)flash.n_sectors - 1, (unsigned int)flash.n_sectors - 1, 0);
		assert_sectors_tile_the_flash();

		assert_int_equal(probe_row(row, kib, 0xffffaafd & ~NDBANK), 0);
		assert_int_equal(flash.n_banks, 2);
		assert_int_equal(flash.n_sectors, kib == 2048 ? 24 : 16);
		assert_sector(flash.n_sectors / 2, 0x08000000 + half, 0x4000, 12, 0x10, 1);
		assert_sector(flash.n_sectors - 1, 0x08000000 + kib * 1024 - 0x20000, 0x20000, kib == 2048 ? 23 : 19,
			      kib == 2048 ? 0x1b : 0x17, 1);
		assert_sectors_tile_the_flash();
		assert_int_equal(flash.n_mass_erases, 1);
	}
}

static void an_absurd_size_word_is_guessed(void **state)
{
	(void)state;
	assert_int_equal(probe_f1(0x20036410, 0xffffffff), 0);
	assert_true(flash.size_guessed);
	assert_int_equal(flash.size, 128 * 1024);
	assert_sectors_tile_the_flash();
}

/* RDP on an F1: id and registers answer, flash and size word fault (swd-dap-cortexm fact sheet section 7). */
static void a_protected_f1_is_identified_all_the_same(void **state)
{
	enum stflash_protection rdp;
	uint32_t uid[3] = { 1, 2, 3 };

	(void)state;
	fake.fault_at = F1_SIZE;
	assert_int_equal(probe_f1(0x20036410, 64), 0);
	assert_true(flash.size_guessed);
	assert_string_equal(fake_ctx.errmsg, "");
	fake_register(F1_OBR, 0x03fffffe);
	assert_int_equal(flash_read_protection(&flash, &rdp), 0);
	assert_int_equal(rdp, STFLASH_RDP_LEVEL_1);
	assert_int_equal(flash_read_uid(&flash, uid), 0);
	assert_int_equal(uid[0] | uid[1] | uid[2], 0);
}

static void protection_of_an_f4_has_three_levels(void **state)
{
	static const struct {
		uint32_t optcr;
		enum stflash_protection rdp;
	} cases[] = {
		{ 0x0fffaaed, STFLASH_RDP_NONE },
		{ 0x0fffcced, STFLASH_RDP_LEVEL_2 },
		{ 0x0fff55ed, STFLASH_RDP_LEVEL_1 },
		{ 0x0fff00ed, STFLASH_RDP_LEVEL_1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		enum stflash_protection rdp = STFLASH_RDP_UNKNOWN;

		assert_int_equal(probe_f4(0x10076413, 1024, cases[i].optcr), 0);
		assert_int_equal(flash_read_protection(&flash, &rdp), 0);
		assert_int_equal(rdp, cases[i].rdp);
	}
}

static void revision_a_of_an_f407_is_no_f2(void **state)
{
	(void)state;
	assert_int_equal(probe_f4(0x20006411, 1024, 0x0fffaaed), 0);
	assert_int_equal(flash.chip->dev_id, 0x413);
}

static void unknown_chips_are_refused_by_name(void **state)
{
	(void)state;
	assert_int_equal(probe_f1(0x10006999, 64), STFLASH_E_UNSUPPORTED);
	assert_non_null(strstr(fake_ctx.errmsg, "0x999"));
	assert_int_equal(probe_f1(0, 64), STFLASH_E_UNSUPPORTED);
	assert_non_null(strstr(fake_ctx.errmsg, HINT_UNDER_RESET));
}

/* The DBGMCU of an F7 has no clock while the core sleeps (flash-f0f3f2f7 fact sheet section 6.2). */
static void an_id_that_only_a_halted_core_would_tell_is_not_guessed(void **state)
{
	(void)state;
	fake.fault_at = IDCODE;
	fake_core.never_halt = true;
	assert_int_equal(probe_row(row_of_id(0x449, CPUID_M7), 1024, 0xffffaafd), STFLASH_E_NO_TARGET);
	assert_non_null(strstr(fake_ctx.errmsg, "a core that sleeps may have to be halted for that, which"));
	fake_core.never_halt = false;
	assert_int_equal(probe_row(row_of_id(0x449, CPUID_M7), 1024, 0xffffaafd), STFLASH_E_FAULT);
}

static void a_chip_that_hides_its_id_is_reset_and_asked_again(void **state)
{
	(void)state;
	fake.idcode_of_reset = 0x20036410;
	assert_int_equal(probe_f1(0, 64), 0);
	assert_int_equal(flash.chip->dev_id, 0x410);
	assert_int_equal(fake.resets, 1);
	fake_core.never_halt = true;
	assert_int_equal(probe_f1(0, 64), STFLASH_E_UNSUPPORTED);
	assert_int_equal(fake.resets, 1);
}

static void a_locked_controller_is_not_written(void **state)
{
	(void)state;
	assert_int_equal(probe_f1(0x20036410, 64), 0);
	fake_register(0x40022010, 0x80);
	assert_int_equal(flash_lock(&flash, 0x40022010, 0x80), 0);
	assert_int_equal(fake.writes, 0);
	fake_register(0x40022010, 0x01);
	assert_int_equal(flash_lock(&flash, 0x40022010, 0x80), STFLASH_E_FAULT); /* the fake has RAM alone */
	assert_int_equal(fake.writes, 1);
}

static void a_lost_link_is_told(void **state)
{
	(void)state;
	fake.link_error = STFLASH_E_UNPLUGGED;
	assert_int_equal(probe_f1(0x20036410, 64), STFLASH_E_UNPLUGGED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fake_setup, teardown)

/* RM0434 3.10.15, RM0453 4.10.16: ESE, then FSD and SFSA, which counts pages of the line. */
static void flash_of_a_radio_core_is_no_part_of_the_map(void **state)
{
	static const struct {
		uint16_t dev_id;
		uint32_t kib, optr, sfr, own_kib;
	} cases[] = {
		{ 0x495, 1024, 0x3d8ff1aa, 0x0cb, 812 },  { 0x495, 1024, 0x3d8ff1aa, 0x1cb, 1024 }, /* FSD */
		{ 0x495, 1024, 0x3d8ff0aa, 0x0cb, 1024 },                                           /* ESE */
		{ 0x495, 512, 0x3d8ff1aa, 0x07f, 508 },   { 0x495, 512, 0x3d8ff1aa, 0x080, 512 },
		{ 0x496, 512, 0x3d8ff1aa, 0x001, 4 },     { 0x494, 320, 0x3d8ff1aa, 0x038, 112 },
		{ 0x497, 256, 0x3fffffaa, 0x07e, 252 },   { 0x497, 256, 0x3fffffaa, 0x0fe, 256 },
		{ 0x495, 1024, 0x3d8ff1aa, 0x000, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct chip *row = row_of_id(cases[i].dev_id, CPUID_M4);

		assert_int_equal(probe_row(row, cases[i].kib, 0), 0);
		fake_register(WB_OPTR, cases[i].optr);
		fake_register(WB_SFR, cases[i].sfr);
		assert_int_equal(flash_map(&flash), 0);
		assert_int_equal(flash.size, cases[i].own_kib * 1024);
		assert_int_equal(flash_end(&flash), 0x08000000 + cases[i].own_kib * 1024);
		assert_int_equal(flash.radio_size, (cases[i].kib - cases[i].own_kib) * 1024);
		assert_int_equal(flash.radio, flash.radio_size ? flash_end(&flash) : 0);
		assert_null(flash_sector_at(&flash, 0x08000000 + cases[i].own_kib * 1024));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(flash_of_a_radio_core_is_no_part_of_the_map),
		TEST(a_medium_density_f1_is_known_in_four_words),
		TEST(xl_density_has_two_banks_and_straight_numbers),
		TEST(f4_sectors_follow_the_pattern),
		TEST(f413_counts_straight_to_15),
		TEST(two_megabytes_are_two_banks_whatever_db1m_says),
		TEST(one_megabyte_is_two_banks_with_db1m),
		TEST(half_a_megabyte_is_one_bank),
		TEST(every_size_of_every_line_is_tiled),
		TEST(an_f76x_has_one_bank_or_two_by_ndbank),
		TEST(an_absurd_size_word_is_guessed),
		TEST(a_protected_f1_is_identified_all_the_same),
		TEST(protection_of_an_f4_has_three_levels),
		TEST(revision_a_of_an_f407_is_no_f2),
		TEST(unknown_chips_are_refused_by_name),
		TEST(an_id_that_only_a_halted_core_would_tell_is_not_guessed),
		TEST(a_chip_that_hides_its_id_is_reset_and_asked_again),
		TEST(a_locked_controller_is_not_written),
		TEST(a_lost_link_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
