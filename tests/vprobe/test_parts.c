/* SPDX-License-Identifier: MIT */
/* The table of parts, and what must hold for every row of it. */
#include "chip_fixture.h"

#include "chip/flash/sectors.h"

static bool has_sectors(const struct part *p)
{
	return p->traits->family->ctl == &sectors_ctl;
}

static uint32_t page_size(const struct part *p)
{
	return p->traits->dword ? p->traits->dword->page : p->traits->page_size;
}

/* Where the manuals have the words that say who a chip is; by the beginning of the name, the first that fits. */
static const struct {
	const char *name;
	uint32_t idcode, size_word, uid;
} who[] = {
	{ "stm32f0", 0x40015800, 0x1ffff7cc, 0x1ffff7ac },  { "stm32f2", 0xe0042000, 0x1fff7a22, 0x1fff7a10 },
	{ "stm32f3", 0xe0042000, 0x1ffff7cc, 0x1ffff7ac },  { "stm32f4", 0xe0042000, 0x1fff7a22, 0x1fff7a10 },
	{ "stm32f72", 0xe0042000, 0x1ff07a22, 0x1ff07a10 }, { "stm32f73", 0xe0042000, 0x1ff07a22, 0x1ff07a10 },
	{ "stm32f7", 0xe0042000, 0x1ff0f442, 0x1ff0f420 },  { "gd32f4", 0xe0042000, 0x1fff7a22, 0x1fff7a10 },
	{ "stm32l4", 0xe0042000, 0x1fff75e0, 0x1fff7590 },  { "stm32g0", 0x40015800, 0x1fff75e0, 0x1fff7590 },
	{ "stm32g", 0xe0042000, 0x1fff75e0, 0x1fff7590 },   { "stm32w", 0xe0042000, 0x1fff75e0, 0x1fff7590 },
	{ "stm32c0", 0x40015800, 0x1fff75a0, 0x1fff7550 },  { "stm32u03", 0x40015800, 0x1fff3ea0, 0x1fff3e50 },
	{ "stm32u0", 0x40015800, 0x1fff6ea0, 0x1fff6e50 },  { "", 0xe0042000, 0x1ffff7e0, 0x1ffff7e8 },
};

static size_t who_is(const struct part *p)
{
	size_t i = 0;

	while (strncmp(p->name, who[i].name, strlen(who[i].name)))
		i++;
	return i;
}

static void names_are_unique_and_lower_case(void **state)
{
	(void)state;
	for (unsigned int i = 0; part_at(i); i++) {
		for (const char *s = part_at(i)->name; *s; s++)
			assert_false(*s >= 'A' && *s <= 'Z');
		for (unsigned int k = i + 1; part_at(k); k++)
			assert_string_not_equal(part_at(i)->name, part_at(k)->name);
	}
}

static void every_device_id_of_the_fact_sheet_has_a_part(void **state)
{
	static const uint16_t ids[] = { 0x444, 0x445, 0x440, 0x448, 0x442, 0x422, 0x432, 0x438, 0x439, 0x446,
					0x449, 0x451, 0x452, 0x412, 0x410, 0x414, 0x430, 0x418, 0x420, 0x428,
					0x423, 0x433, 0x413, 0x458, 0x431, 0x441, 0x463, 0x421, 0x419, 0x434,
					0x411, 0x415, 0x461, 0x435, 0x462, 0x464, 0x470, 0x471, 0x466, 0x456,
					0x460, 0x467, 0x468, 0x469, 0x479, 0x495, 0x496, 0x494, 0x497, 0x443,
					0x453, 0x44c, 0x493, 0x44d, 0x459, 0x489 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		bool found = false;

		for (unsigned int k = 0; part_at(k); k++)
			found |= part_at(k)->dev_id == ids[i];
		assert_true(found);
	}
}

static void part_is_found_by_name_order_code_and_in_any_case(void **state)
{
	static const struct {
		const char *asked, *found;
	} cases[] = {
		{ "stm32f103c8", "stm32f103c8" },     { "STM32F103C8T6", "stm32f103c8" },
		{ "stm32f103c8t6tr", "stm32f103c8" }, { "STM32F407VGT6", "stm32f407vg" },
		{ "stm32f407vg-a", "stm32f407vg-a" }, { "stm32f103c8-128k", "stm32f103c8-128k" },
		{ "CKS32F103C8T6", "cks32f103c8" },   { "STM32F103ZGT6", "stm32f103zg" },
	};
	static const char *const unknown[] = {
		"", "stm32", "stm32f103", "stm32f103c8x", "stm32f103c88", "stm32f999zz", "stm32f103c8-", "xstm32f103c8"
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct part *p = part_find(cases[i].asked);

		assert_non_null(p);
		assert_string_equal(p->name, cases[i].found);
	}
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		assert_null(part_find(unknown[i]));
}

static void sizes_are_those_that_are_made(void **state)
{
	(void)state;
	for (unsigned int i = 0; part_at(i); i++) {
		const struct part *p = part_at(i);

		assert_int_equal(p->flash_size % 16384, 0);
		assert_in_range(p->flash_size, 16 * 1024, 3072 * 1024);
		assert_in_range(p->ram_size, 4 * 1024, 640 * 1024);
		assert_int_equal(p->traits->max_hz % 1000000, 0);
		if (!has_sectors(p))
			assert_true(page_size(p) == 1024 || page_size(p) == 2048 || page_size(p) == 4096);
	}
}

static void check_sector_map(const char *name)
{
	struct sector s, again;
	uint32_t end = 0;

	while (end < chip_part(chip)->flash_size) {
		if (!sector_at(chip, end, &s))
			fail_msg("%s: no sector at +0x%x", name, (unsigned int)end);
		assert_int_equal(s.offset, end);
		assert_true(s.size == 0x4000 || s.size == 0x8000 || s.size == 0x10000 || s.size == 0x20000 ||
			    s.size == 0x40000);
		assert_true(sector_by_snb(chip, s.snb, &again));
		assert_int_equal(again.offset, s.offset);
		assert_int_equal(again.number, s.number);
		assert_true(sector_at(chip, end + s.size - 1, &again));
		assert_int_equal(again.offset, s.offset);
		end += s.size;
	}
	assert_int_equal(end, chip_part(chip)->flash_size);
}

static void sectors_cover_flash_exactly(void **state)
{
	(void)state;
	for (unsigned int i = 0; part_at(i); i++) {
		bench(part_at(i)->name);
		if (!has_sectors(part_at(i))) {
			assert_int_equal(part_at(i)->flash_size % page_size(part_at(i)), 0);
			continue;
		}
		check_sector_map(part_at(i)->name);
		if (!(part_at(i)->traits->traits & (LINE_DUAL_BANK | LINE_NDBANK)))
			continue;
		if (part_at(i)->traits->traits & LINE_NDBANK)
			chip->sectors.stored &= ~OPTCR_NDBANK;
		else
			chip->sectors.stored |= OPTCR_DB1M;
		check_sector_map(part_at(i)->name);
	}
}

static void snb_follows_the_manuals_tables(void **state)
{
	static const struct {
		const char *part;
		bool two; /* DB1M is 1, nDBANK is 0 */
		uint32_t offset;
		unsigned int number, snb;
	} cases[] = {
		{ "stm32f407vg", false, 0xe0000, 11, 11 },    { "stm32f413zh", false, 0x100000, 12, 12 },
		{ "stm32f413zh", false, 0x160000, 15, 15 },   { "stm32f429zi", false, 0xe0000, 11, 11 },
		{ "stm32f429zi", false, 0x100000, 12, 0x10 }, { "stm32f429zi", false, 0x110000, 16, 0x14 },
		{ "stm32f429zi", false, 0x1e0000, 23, 0x1b }, { "stm32f429zg", false, 0x80000, 8, 8 },
		{ "stm32f429zg", false, 0xe0000, 11, 11 },    { "stm32f429zg", true, 0x60000, 7, 7 },
		{ "stm32f429zg", true, 0x80000, 12, 0x10 },   { "stm32f429zg", true, 0xe0000, 19, 0x17 },
		{ "stm32f469ne", false, 0x60000, 7, 7 },      { "stm32f410c8", false, 0xc000, 3, 3 },
		{ "stm32f479ni", true, 0x1e0000, 23, 0x1b },  { "stm32f205rb", false, 0x10000, 4, 4 },
		{ "stm32f207zg", false, 0xe0000, 11, 11 },    { "stm32f746zg", false, 0x18000, 3, 3 },
		{ "stm32f746zg", false, 0x20000, 4, 4 },      { "stm32f746zg", false, 0xc0000, 7, 7 },
		{ "stm32f750n8", false, 0x8000, 1, 1 },       { "stm32f722re", false, 0x60000, 7, 7 },
		{ "stm32f730r8", false, 0xc000, 3, 3 },       { "stm32f767zi", false, 0x1c0000, 11, 11 },
		{ "stm32f767zi", true, 0xe0000, 11, 11 },     { "stm32f767zi", true, 0x100000, 12, 0x10 },
		{ "stm32f767zi", true, 0x1e0000, 23, 0x1b },  { "stm32f767zg", false, 0xc0000, 7, 7 },
		{ "stm32f767zg", true, 0x60000, 7, 7 },       { "stm32f767zg", true, 0x80000, 12, 0x10 },
		{ "stm32f767zg", true, 0xe0000, 19, 0x17 },
	};
	struct sector s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench(cases[i].part);
		if (cases[i].two)
			chip->sectors.stored = (chip->sectors.stored | OPTCR_DB1M) & ~OPTCR_NDBANK;
		assert_true(sector_at(chip, cases[i].offset, &s));
		assert_int_equal(s.number, cases[i].number);
		assert_int_equal(s.snb, cases[i].snb);
		assert_int_equal(s.offset, cases[i].offset);
	}
}

static void snb_in_the_gaps_is_no_sector(void **state)
{
	static const struct {
		const char *part;
		unsigned int snb;
	} cases[] = {
		{ "stm32f407vg", 12 }, { "stm32f407vg", 0x10 }, { "stm32f413zh", 16 },   { "stm32f429zi", 12 },
		{ "stm32f429zi", 15 }, { "stm32f429zi", 0x1c }, { "stm32f429zg", 0x10 }, { "stm32f410c8", 4 },
		{ "stm32f205rb", 5 },  { "stm32f746zg", 8 },    { "stm32f767zi", 12 },   { "stm32f767zi", 0x10 },
		{ "stm32f722re", 8 },  { "stm32f730r8", 4 },    { "stm32f750n8", 2 },
	};
	struct sector s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench(cases[i].part);
		assert_false(sector_by_snb(chip, cases[i].snb, &s));
	}
}

static void every_part_says_who_it_is(void **state)
{
	(void)state;
	for (unsigned int i = 0; part_at(i); i++) {
		const struct part *p = part_at(i);
		const size_t n = who_is(p);

		bench(p->name);
		if (p->traits->family->dbgmcu->silent_unclocked)
			wr(p->traits->family->dbgmcu->clock_reg, p->traits->family->dbgmcu->clock);
		assert_int_equal(rd(who[n].idcode), (uint32_t)p->rev_id << 16 | 0x6000 | p->dev_id);
		assert_int_equal(rd(0xe000ed00), p->cpuid);
		assert_int_equal(rd_size(who[n].size_word, 2), p->size_word);
		assert_int_not_equal(rd(who[n].uid), 0xffffffff);
		no_anomaly();
	}
}

static void every_part_runs_the_demo_firmware(void **state)
{
	(void)state;
	for (unsigned int i = 0; part_at(i); i++) {
		bench(part_at(i)->name);
		sleep_ms(10);
		assert_int_equal(rd(RAM), 0x600df00d);
		assert_in_range(rd(FW_MS), 8, 10);
		no_anomaly();
	}
}

/* Where the array ends as it is seen: a G4 with two banks has a hole between them. */
static uint32_t end_of_flash(const struct part *p)
{
	const uint32_t hole = p->traits->dword ? p->traits->dword->bank2_at : 0;

	return FLASH + (hole ? hole + p->flash_size / 2 : p->flash_size);
}

static void check_low_ram(const struct part *p)
{
	const struct area *extra = &p->traits->extra.area, *alias = &p->traits->alias.area;

	if (extra->size) {
		(void)rd(extra->base + extra->size - 4);
		read_faults(extra->base + extra->size, 4);
	} else if (!alias->size) {
		read_faults(0x10000000, 4);
	}
	if (!alias->size)
		return;
	wr(p->traits->alias.target + alias->size - 4, 0x1234abcd);
	assert_int_equal(rd(alias->base + alias->size - 4), 0x1234abcd);
	read_faults(alias->base + alias->size, 4);
}

static void first_and_last_byte_of_each_memory_answer_and_the_next_faults(void **state)
{
	(void)state;
	for (unsigned int i = 0; part_at(i); i++) {
		const struct part *p = part_at(i);

		bench(p->name);
		(void)rd_size(FLASH, 1);
		(void)rd_size(end_of_flash(p) - 1, 1);
		read_faults(end_of_flash(p), 4);
		(void)rd_size(RAM + p->ram_size - 1, 1);
		if (p->traits->extra.area.base != RAM + p->ram_size)
			read_faults(RAM + p->ram_size, 4);
		(void)rd(p->traits->system.base);
		read_faults(p->traits->system.base - 4, 4);
		(void)rd(p->traits->system.base + p->traits->system.size - 4);
		check_low_ram(p);
		no_anomaly();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_unique_and_lower_case),
		cmocka_unit_test(every_device_id_of_the_fact_sheet_has_a_part),
		cmocka_unit_test(part_is_found_by_name_order_code_and_in_any_case),
		cmocka_unit_test(sizes_are_those_that_are_made),
		cmocka_unit_test_teardown(sectors_cover_flash_exactly, leave_bench),
		cmocka_unit_test_teardown(snb_follows_the_manuals_tables, leave_bench),
		cmocka_unit_test_teardown(snb_in_the_gaps_is_no_sector, leave_bench),
		cmocka_unit_test_teardown(every_part_says_who_it_is, leave_bench),
		cmocka_unit_test_teardown(every_part_runs_the_demo_firmware, leave_bench),
		cmocka_unit_test_teardown(first_and_last_byte_of_each_memory_answer_and_the_next_faults, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
