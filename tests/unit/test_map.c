/* SPDX-License-Identifier: MIT */
/* Banks and sectors of invented geometries: conditions, a hole between two banks, and what lies on both sides of it. */
#include "fake_target.h"

#include "flash/engine/plan.h"
#include "flash/map.h"

#define KIB    1024u
#define LOW    0x08000000u
#define HIGH   0x08100000u
#define OPTION 0x40023c14u

static const struct sector_run small[] = { { 4, 1 * KIB }, { 0, 0 } };
static const struct sector_run mixed[] = { { 2, 1 * KIB }, { 1, 2 * KIB }, { 1, 4 * KIB }, { 0, 0 } };
static const struct geometry with_a_hole[] = {
	{ .least = 12 * KIB,
	  .bank = { { LOW, .size = 4 * KIB, .runs = small },
		    { HIGH, .runs = mixed, .number = 4, .select = 16, .regs = 0x40, .in_halves = true } } },
	{ .least = 8 * KIB,
	  .when = { OPTION, 30, 1 },
	  .bank = { { LOW, .size = 4 * KIB, .runs = small },
		    { LOW + 4 * KIB, .runs = small, .number = 12, .select = 16 } } },
	{ .bank = { { LOW, .runs = mixed } } },
};
static const struct controller invented_driver = { .unit_name = "page", .erased = 0xff, .base = 0x40022000 };
static const struct chip invented = { .name = "invented", .controller = &invented_driver, .geometry = with_a_hole };
static struct sector sectors[FLASH_MAX_SECTORS];
static struct flash flash;

static void make(uint32_t size)
{
	flash = (struct flash){
		.ctx = &fake_ctx, .core = &fake_core, .chip = &invented, .size = size, .sectors = sectors
	};
	assert_int_equal(map_make(&flash), 0);
}

static void the_first_row_that_fits_lays_out_the_flash(void **state)
{
	(void)state;
	fake_register(OPTION, 0);
	make(8 * KIB);
	assert_int_equal(flash.n_banks, 1);
	assert_int_equal(flash.n_sectors, 4);
	assert_int_equal(flash.n_mass_erases, 1);

	fake_register(OPTION, 1u << 30);
	make(8 * KIB);
	assert_int_equal(flash.n_banks, 2);
	assert_int_equal(flash.n_sectors, 8);
	assert_int_equal(flash.n_mass_erases, 1);
	assert_int_equal(sectors[4].number, 12);
	assert_int_equal(sectors[4].select, 16);
	assert_int_equal(sectors[4].bank, 1);

	make(12 * KIB);
	assert_int_equal(flash.n_banks, 2);
	assert_int_equal(flash.n_mass_erases, 2);
	assert_int_equal(map_registers(&flash, LOW), 0x40022000u);
	assert_int_equal(map_registers(&flash, HIGH), 0x40022040u);
	assert_true(sectors[4].in_halves && !sectors[3].in_halves);
}

/* Of the 4 KiB sector there are only three. */
static void a_size_that_ends_inside_of_a_sector_is_trimmed(void **state)
{
	(void)state;
	fake_register(OPTION, 0);
	make(7 * KIB);
	assert_int_equal(flash.size, 4 * KIB);
	assert_int_equal(flash.n_sectors, 3);
	assert_int_equal(flash_end(&flash), LOW + 4 * KIB);
}

static void contents_are_kept_without_the_hole(void **state)
{
	(void)state;
	make(12 * KIB);
	assert_int_equal(flash.size, 12 * KIB);
	assert_int_equal(flash_first(&flash), LOW);
	assert_int_equal(flash_end(&flash), HIGH + 8 * KIB);
	for (uint32_t at = 0; at < flash.size; at += 512) {
		const uint32_t addr = map_address(&flash, at);

		assert_int_equal(addr, at < 4 * KIB ? LOW + at : HIGH + at - 4 * KIB);
		assert_int_equal(map_offset(&flash, addr), at);
		assert_non_null(flash_sector_at(&flash, addr));
	}
	assert_null(flash_sector_at(&flash, LOW + 4 * KIB));
}

static void a_range_does_not_reach_across_the_hole(void **state)
{
	(void)state;
	make(12 * KIB);
	assert_true(map_holds(&flash, LOW, 4 * KIB));
	assert_false(map_holds(&flash, LOW, 4 * KIB + 1));
	assert_false(map_holds(&flash, LOW + 4 * KIB, 1));
	assert_true(map_holds(&flash, HIGH, 8 * KIB));
	assert_int_equal(map_stretch_end(&flash, LOW + 1), LOW + 4 * KIB);
	assert_int_equal(map_stretch_end(&flash, HIGH - 1), 0);
	fake_register(OPTION, 1u << 30);
	make(8 * KIB);
	assert_true(map_holds(&flash, LOW, 8 * KIB)); /* two banks that follow one another are one stretch */
}

static void the_spans_of_a_plan_cover_both_banks_and_no_hole(void **state)
{
	static const uint8_t data[3 * KIB];
	const struct flash_segment seg[] = { { LOW + 2 * KIB + 6, 2 * KIB - 6, data },
					     { HIGH + 1 * KIB, 3 * KIB, data } };
	uint32_t covered = 0;
	struct plan p;

	(void)state;
	make(12 * KIB);
	assert_int_equal(plan_create(&p, &flash, seg, ARRAY_SIZE(seg)), 0);
	for (size_t i = 0; i < p.n_spans; i++) {
		assert_true(map_holds(&flash, p.span[i].addr, p.span[i].len));
		assert_int_equal(map_offset(&flash, p.span[i].addr), covered);
		covered += p.span[i].len;
	}
	assert_int_equal(covered, flash.size);
	plan_set(&p, HIGH + 4, data, 4);
	assert_memory_equal(p.want + 4 * KIB, "\xff\xff\xff\xff\0\0\0\0\xff", 9);
	plan_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_first_row_that_fits_lays_out_the_flash, fake_setup),
		cmocka_unit_test_setup(a_size_that_ends_inside_of_a_sector_is_trimmed, fake_setup),
		cmocka_unit_test_setup(contents_are_kept_without_the_hole, fake_setup),
		cmocka_unit_test_setup(a_range_does_not_reach_across_the_hole, fake_setup),
		cmocka_unit_test_setup(the_spans_of_a_plan_cover_both_banks_and_no_hole, fake_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
