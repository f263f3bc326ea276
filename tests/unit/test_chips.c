/* SPDX-License-Identifier: MIT */
/* The table of chips, walked row by row against what must hold for any chip and against the fact sheet's values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#undef fail /* the library has a function of that name */

#include "base/bytes.h"
#include "flash/agent/agent.h"
#include "flash/flash.h"
#include "row_of_id.h"

#define CPUID_M0  0x410cc200u
#define CPUID_M0P 0x410cc601u
#define CPUID_M3  0x411fc231u
#define CPUID_M4  0x410fc241u
#define CPUID_M7  0x411fc271u
#define CPUID_M23 0x411cd200u
#define CPUID_M33 0x410fd213u

/* RM0440 3.3.1 */
#define G4_BANK_2 0x08040000u

/* Units of the largest part of a line; *size: bytes of all of them. */
static uint32_t n_units(const struct geometry *g, uint32_t *size)
{
	uint32_t n = 0;

	*size = 0;
	for (size_t i = 0; i < ARRAY_SIZE(g->bank) && g->bank[i].runs; i++) {
		const struct bank *b = &g->bank[i];
		uint32_t bank = 0;

		if (b->addr != G4_BANK_2) /* which may have a hole before it */
			assert_int_equal(b->addr, 0x08000000u + *size);
		for (const struct sector_run *run = b->runs; run->count; run++) {
			n += run->count;
			bank += run->count * run->size;
		}
		assert_true(!b->size || b->size == bank);
		*size += bank;
	}
	return n;
}

static void ids_are_unique_and_named(void **state)
{
	(void)state;
	for (size_t i = 0; chip_row(i); i++) {
		assert_in_range(strlen(chip_row(i)->name), 5, 63);
		for (size_t k = i + 1; chip_row(k); k++) {
			assert_true(chip_row(i)->dev_id != chip_row(k)->dev_id ||
				    chip_row(i)->maker != chip_row(k)->maker);
			assert_string_not_equal(chip_row(i)->name, chip_row(k)->name);
		}
	}
}

static void flash_is_the_sum_of_its_units(void **state)
{
	(void)state;
	for (size_t i = 0; chip_row(i); i++) {
		uint32_t size;

		assert_in_range(n_units(chip_row(i)->geometry, &size), 1, FLASH_MAX_SECTORS);
		assert_int_equal(size, chip_row(i)->max_flash);
	}
}

static void every_row_has_its_registers_and_memories(void **state)
{
	(void)state;
	for (size_t i = 0; chip_row(i); i++) {
		const struct chip *c = chip_row(i);

		assert_non_null(c->controller->name);
		assert_true(c->options->level.reg || c->options->in_force[0]);
		assert_non_null(c->family->name);
		assert_non_null(c->family->dbgmcu);
		assert_int_equal(c->family->dbgmcu->cr & ~0xfffu,
				 c->family->dbgmcu->clock_reg ? 0x40015000u : 0xe0042000u);
		assert_int_equal(c->family->dbgmcu->cr_bits & 6, 6);
		assert_true(c->family->size_word && c->family->uid);
		assert_true(chip_region(c, STFLASH_REGION_SYSTEM) || c->controller->read_only);
		assert_non_null(chip_region(c, STFLASH_REGION_OPTIONS));
		assert_int_equal(chip_ram(c)->addr, 0x20000000u);
		assert_true(chip_ram(c)->least > 0 && chip_ram(c)->least <= chip_ram(c)->size);
		assert_int_equal(strncmp(c->name, c->family->name, strlen(c->family->name)) == 0,
				 (c->maker != MAKER_GIGADEVICE && c->maker != MAKER_GIGADEVICE_E));
	}
}

/* Watchdogs are frozen by CR bits 8 and 9 on an F1 and by APB1_FZ bits 11 and 12 on all others. */
static void watchdogs_freeze_where_the_family_has_them(void **state)
{
	(void)state;
	for (size_t i = 0; chip_row(i); i++) {
		const struct core_dbgmcu *d = chip_row(i)->family->dbgmcu;

		if (!strcmp(chip_row(i)->family->name, "STM32F1") || !strcmp(chip_row(i)->family->name, "AT32")) {
			assert_int_equal(d->cr_bits, 0x307);
			assert_int_equal(d->apb1_fz, 0);
		} else if (!strcmp(chip_row(i)->family->name, "STM32F0")) {
			assert_int_equal(d->cr, 0x40015804u);
			assert_int_equal(d->cr_bits, 6);
			assert_int_equal(d->apb1_fz, 0x40015808u);
			assert_int_equal(d->apb1_bits, 0x1800);
			assert_int_equal(d->clock_reg, 0x40021018u);
			assert_int_equal(d->clock, 1u << 22);
		} else if (d->cr == 0x40015804u) {
			const bool u0 = !strcmp(chip_row(i)->family->name, "STM32U0");

			assert_int_equal(d->cr, 0x40015804u);
			assert_int_equal(d->cr_bits, 6);
			assert_int_equal(d->apb1_fz, 0x40015808u);
			assert_int_equal(d->apb1_bits, 0x1800);
			assert_int_equal(d->clock_reg, u0 ? 0x40021050u : 0x4002103cu);
			assert_int_equal(d->clock, u0 ? 1u : 1u << 27);
		} else {
			const bool radio = chip_row(i)->radio;

			assert_int_equal(d->cr_bits, 7);
			assert_int_equal(d->apb1_fz, radio ? 0xe004203cu : 0xe0042008u);
			assert_int_equal(d->apb1_bits, 0x1800);
		}
	}
}

/* Double buffering needs two frames of a page, or of 1 KiB where a "page" is a sector of 16 KiB and more. */
static void the_agent_and_two_frames_fit_the_smallest_part(void **state)
{
	(void)state;
	for (size_t i = 0; chip_row(i); i++) {
		if (chip_row(i)->controller->read_only)
			continue;
		const uint32_t data = min_u32(chip_unit(chip_row(i)), 2048);

		assert_true(agent_ram_needed(&chip_row(i)->controller->agent->v6m, data, 2) <=
			    chip_ram(chip_row(i))->least);
		assert_true(agent_ram_needed(&chip_row(i)->controller->agent->v7m, data, 2) <=
			    chip_ram(chip_row(i))->least);
	}
}

/* chips, flash-f0f3f2f7 and flash-l4g0g4 fact sheets */
static const struct {
	uint16_t id;
	uint32_t cpuid;
	uint16_t flash_kib;
	uint16_t ram_kib;
	uint16_t ram_max_kib;
	uint16_t first_unit_kib;
	uint16_t units;
	uint32_t size_word, uid;
} sheet_rows[] = {
	{ 0x444, CPUID_M0, 32, 4, 4, 1, 32, 0x1ffff7cc, 0x1ffff7ac },
	{ 0x445, CPUID_M0, 32, 6, 6, 1, 32, 0x1ffff7cc, 0x1ffff7ac },
	{ 0x440, CPUID_M0, 64, 8, 8, 1, 64, 0x1ffff7cc, 0x1ffff7ac },
	{ 0x448, CPUID_M0, 128, 16, 16, 2, 64, 0x1ffff7cc, 0x1ffff7ac },
	{ 0x442, CPUID_M0, 256, 32, 32, 2, 128, 0x1ffff7cc, 0x1ffff7ac },
	{ 0x412, CPUID_M3, 32, 4, 10, 1, 32, 0x1ffff7e0, 0x1ffff7e8 },
	{ 0x410, CPUID_M3, 128, 10, 20, 1, 128, 0x1ffff7e0, 0x1ffff7e8 },
	{ 0x414, CPUID_M3, 512, 32, 64, 2, 256, 0x1ffff7e0, 0x1ffff7e8 },
	{ 0x430, CPUID_M3, 1024, 80, 96, 2, 512, 0x1ffff7e0, 0x1ffff7e8 },
	{ 0x418, CPUID_M3, 256, 64, 64, 2, 128, 0x1ffff7e0, 0x1ffff7e8 },
	{ 0x420, CPUID_M3, 128, 4, 8, 1, 128, 0x1ffff7e0, 0x1ffff7e8 },
	{ 0x428, CPUID_M3, 512, 24, 32, 2, 256, 0x1ffff7e0, 0x1ffff7e8 },
	{ 0x422, CPUID_M4, 256, 32, 40, 2, 128, 0x1ffff7cc, 0x1ffff7ac },
	{ 0x432, CPUID_M4, 256, 16, 32, 2, 128, 0x1ffff7cc, 0x1ffff7ac },
	{ 0x438, CPUID_M4, 64, 12, 12, 2, 32, 0x1ffff7cc, 0x1ffff7ac },
	{ 0x439, CPUID_M4, 64, 16, 16, 2, 32, 0x1ffff7cc, 0x1ffff7ac },
	{ 0x446, CPUID_M4, 512, 64, 64, 2, 256, 0x1ffff7cc, 0x1ffff7ac },
	{ 0x411, CPUID_M3, 1024, 48, 128, 16, 12, 0x1fff7a22, 0x1fff7a10 },
	{ 0x423, CPUID_M4, 256, 64, 64, 16, 6, 0x1fff7a22, 0x1fff7a10 },
	{ 0x433, CPUID_M4, 512, 96, 96, 16, 8, 0x1fff7a22, 0x1fff7a10 },
	{ 0x413, CPUID_M4, 1024, 112, 128, 16, 12, 0x1fff7a22, 0x1fff7a10 },
	{ 0x458, CPUID_M4, 128, 32, 32, 16, 5, 0x1fff7a22, 0x1fff7a10 },
	{ 0x431, CPUID_M4, 512, 128, 128, 16, 8, 0x1fff7a22, 0x1fff7a10 },
	{ 0x441, CPUID_M4, 1024, 256, 256, 16, 12, 0x1fff7a22, 0x1fff7a10 },
	{ 0x463, CPUID_M4, 1536, 256, 320, 16, 16, 0x1fff7a22, 0x1fff7a10 },
	{ 0x421, CPUID_M4, 512, 112, 128, 16, 8, 0x1fff7a22, 0x1fff7a10 },
	{ 0x419, CPUID_M4, 2048, 112, 192, 16, 24, 0x1fff7a22, 0x1fff7a10 },
	{ 0x434, CPUID_M4, 2048, 160, 320, 16, 24, 0x1fff7a22, 0x1fff7a10 },
	{ 0x452, CPUID_M7, 512, 256, 256, 16, 8, 0x1ff07a22, 0x1ff07a10 },
	{ 0x449, CPUID_M7, 1024, 320, 320, 32, 8, 0x1ff0f442, 0x1ff0f420 },
	{ 0x451, CPUID_M7, 2048, 512, 512, 16, 24, 0x1ff0f442, 0x1ff0f420 }, /* with two banks */
	{ 0x415, CPUID_M4, 1024, 96, 96, 2, 512, 0x1fff75e0, 0x1fff7590 },
	{ 0x461, CPUID_M4, 1024, 256, 320, 2, 512, 0x1fff75e0, 0x1fff7590 },
	{ 0x435, CPUID_M4, 256, 48, 64, 2, 128, 0x1fff75e0, 0x1fff7590 },
	{ 0x462, CPUID_M4, 512, 128, 160, 2, 256, 0x1fff75e0, 0x1fff7590 },
	{ 0x464, CPUID_M4, 128, 32, 40, 2, 64, 0x1fff75e0, 0x1fff7590 },
	{ 0x470, CPUID_M4, 2048, 192, 640, 4, 512, 0x1fff75e0, 0x1fff7590 },
	{ 0x471, CPUID_M4, 1024, 128, 320, 4, 256, 0x1fff75e0, 0x1fff7590 },
	{ 0x468, CPUID_M4, 128, 16, 32, 2, 64, 0x1fff75e0, 0x1fff7590 },
	{ 0x469, CPUID_M4, 512, 80, 128, 2, 256, 0x1fff75e0, 0x1fff7590 },
	{ 0x479, CPUID_M4, 512, 80, 112, 2, 256, 0x1fff75e0, 0x1fff7590 },
	{ 0x466, CPUID_M0P, 64, 8, 8, 2, 32, 0x1fff75e0, 0x1fff7590 },
	{ 0x456, CPUID_M0P, 64, 16, 18, 2, 32, 0x1fff75e0, 0x1fff7590 },
	{ 0x460, CPUID_M0P, 128, 32, 36, 2, 64, 0x1fff75e0, 0x1fff7590 },
	{ 0x467, CPUID_M0P, 512, 128, 144, 2, 256, 0x1fff75e0, 0x1fff7590 },
	{ 0x443, CPUID_M0P, 32, 6, 6, 2, 16, 0x1fff75a0, 0x1fff7550 },
	{ 0x453, CPUID_M0P, 32, 12, 12, 2, 16, 0x1fff75a0, 0x1fff7550 },
	{ 0x44c, CPUID_M0P, 64, 12, 12, 2, 32, 0x1fff75a0, 0x1fff7550 },
	{ 0x493, CPUID_M0P, 128, 24, 24, 2, 64, 0x1fff75a0, 0x1fff7550 },
	{ 0x44d, CPUID_M0P, 256, 30, 36, 2, 128, 0x1fff75a0, 0x1fff7550 },
	{ 0x459, CPUID_M0P, 64, 8, 12, 2, 32, 0x1fff3ea0, 0x1fff3e50 },
	{ 0x489, CPUID_M0P, 256, 32, 40, 2, 128, 0x1fff6ea0, 0x1fff6e50 },
	{ 0x495, CPUID_M4, 1024, 64, 192, 4, 256, 0x1fff75e0, 0x1fff7590 },
	{ 0x496, CPUID_M4, 512, 32, 32, 4, 128, 0x1fff75e0, 0x1fff7590 },
	{ 0x494, CPUID_M4, 320, 12, 12, 2, 160, 0x1fff75e0, 0x1fff7590 },
	{ 0x497, CPUID_M4, 256, 10, 64, 2, 128, 0x1fff75e0, 0x1fff7590 },
};

static void the_table_says_what_the_fact_sheet_says(void **state)
{
	(void)state;
	assert_non_null(chip_row(ARRAY_SIZE(sheet_rows)));
	assert_null(chip_row(ARRAY_SIZE(sheet_rows) + 7)); /* and those of clones */
	for (size_t i = 0; i < ARRAY_SIZE(sheet_rows); i++) {
		uint32_t size;
		const struct chip *c = row_of_id(sheet_rows[i].id, sheet_rows[i].cpuid);

		assert_non_null(c);
		assert_int_equal(c->dev_id, sheet_rows[i].id);
		assert_int_equal(c->max_flash, sheet_rows[i].flash_kib * 1024);
		assert_int_equal(chip_ram_bytes(c, false), sheet_rows[i].ram_kib * 1024);
		assert_int_equal(chip_ram_bytes(c, true), sheet_rows[i].ram_max_kib * 1024);
		assert_int_equal(chip_unit(c), sheet_rows[i].first_unit_kib * 1024);
		assert_int_equal(n_units(c->geometry, &size), sheet_rows[i].units);
		assert_int_equal(c->family->size_word, sheet_rows[i].size_word);
		assert_int_equal(c->family->uid, sheet_rows[i].uid);
	}
}

static void the_families_are_told_from_the_rows(void **state)
{
	char text[160];

	(void)state;
	assert_string_equal(chip_families(text, sizeof(text)),
			    "STM32F0, STM32F1, STM32F2, STM32F3, STM32F4, STM32F7, AT32, "
			    "STM32L4, STM32G4, STM32G0, STM32C0, STM32U0, STM32WB, STM32WL");
}

static void every_ram_of_a_chip_is_ram_and_nothing_else(void **state)
{
	static const struct {
		uint16_t id;
		uint32_t addr;
		size_t len;
		bool ram;
	} rows[] = {
		{ 0x410, 0x20000000, 20 * 1024, true },
		{ 0x410, 0x20004ffc, 4, true },
		{ 0x410, 0x20004ffc, 5, false },
		{ 0x410, 0x1fffffff, 2, false },
		{ 0x410, 0x10000000, 4, false },
		{ 0x413, 0x10000000, 64 * 1024, true },
		{ 0x413, 0x10000000, 64 * 1024 + 1, false },
		{ 0x413, 0x1000fffc, 4, true },
		{ 0x413, 0x0ffffffc, 4, false },
		{ 0x421, 0x10000000, 4, false },
		{ 0x434, 0x2004fffc, 4, true },
		{ 0x434, 0x20050000, 1, false },
		{ 0x413, 0x40024000, 4, false },
		{ 0x413, 0x1fff7800, 4, false },
		{ 0x413, 0xfffffffc, 4, false },
		{ 0x422, 0x10001ffc, 4, true },
		{ 0x422, 0x10002000, 4, false },
		{ 0x446, 0x10003ffc, 4, true },
		{ 0x439, 0x10000000, 4, false },
		{ 0x411, 0x2001bffc, 8, true },
		{ 0x411, 0x20020000, 1, false },
		{ 0x449, 0x20000000, 320 * 1024, true },
		{ 0x449, 0x2000fffe, 4, true },
		{ 0x449, 0x20000000, 320 * 1024 + 1, false },
		{ 0x449, 0x00003fff, 1, true },
		{ 0x449, 0x00004000, 1, false },
		{ 0x451, 0x2007ffff, 1, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(chip_is_ram(row_of_id(rows[i].id, 0), rows[i].addr, rows[i].len), rows[i].ram);
}

static void f40x_revision_a_is_told_from_an_f2_by_its_core(void **state)
{
	(void)state;
	assert_int_equal(row_of_id(0x411, CPUID_M4)->dev_id, 0x413);
	assert_int_equal(row_of_id(0x411, CPUID_M3)->dev_id, 0x411);
	assert_int_equal(row_of_id(0x430, CPUID_M3)->maker, MAKER_ST);
	assert_int_equal(row_of_id(0x430, 0x412fc231)->maker, MAKER_GIGADEVICE);
	assert_int_equal(row_of_id(0x430, CPUID_M4)->maker, MAKER_GIGADEVICE);
	assert_int_equal(row_of_id(0x430, 0x412fc231)->geometry->bank[1].runs->size, 4096);
}

/* Clones fact sheet sections 3 and 4: by what the ROM table or the whole id word says. */
static void gd32f4_and_at32_are_known_by_what_they_say(void **state)
{
	const struct chip_identity gd32f450 = { .idcode = 0x16080419, .cpuid = CPUID_M4, .designer = 0x751 };
	const struct chip_identity st = { .idcode = 0x20010419, .cpuid = CPUID_M4 };
	struct chip_identity not_asked = gd32f450;

	(void)state;
	assert_true(chip_asks_designer(&gd32f450));
	assert_int_equal(chip_find(&gd32f450)->max_flash, 3072 * 1024);
	assert_false(chip_asks_designer(&st));
	assert_int_equal(chip_find(&st)->maker, MAKER_ST);
	not_asked.designer = 0x020; /* ST, after all */
	assert_int_equal(chip_find(&not_asked)->maker, MAKER_ST);
	assert_true(chip_asks_designer(&(struct chip_identity){ .idcode = 0x16080abc, .cpuid = CPUID_M4 }));
	assert_int_equal(
		chip_find(&(struct chip_identity){
				  .idcode = 0x16080abc, .cpuid = CPUID_M4, .designer = 0x751, .rom_part = 0xa2e })
			->maker,
		MAKER_GIGADEVICE);
	for (uint32_t at32 = 0x70030106; at32 <= 0x70050242; at32 += 0x2013c)
		assert_non_null(row_of_id(at32, CPUID_M4)->controller->read_only);
	assert_int_equal(row_of_id(0x70050242, CPUID_M4)->max_flash, 1024 * 1024);
	assert_int_equal(row_of_id(0x700301c5, CPUID_M4)->max_flash, 256 * 1024);
}

static void unknown_ids_are_unknown(void **state)
{
	(void)state;
	assert_null(row_of_id(0, CPUID_M3));
	assert_null(row_of_id(0xfff, CPUID_M4));
	assert_null(row_of_id(0x450, CPUID_M7));
}

static void idcode_is_where_the_core_has_it(void **state)
{
	(void)state;
	assert_int_equal(chip_idcode_addr(CPUID_M0), 0x40015800u);
	assert_int_equal(chip_idcode_addr(CPUID_M23), 0x40015800u);
	assert_int_equal(chip_idcode_addr(CPUID_M33), 0xe0044000u);
	assert_int_equal(chip_idcode_addr(CPUID_M3), 0xe0042000u);
	assert_int_equal(chip_idcode_addr(CPUID_M4), 0xe0042000u);
	assert_int_equal(chip_idcode_addr(CPUID_M7), 0xe0042000u);
}

static void a_sensible_size_word_is_believed(void **state)
{
	const struct chip *md = row_of_id(0x410, CPUID_M3);
	bool guessed = true;

	(void)state;
	assert_int_equal(chip_flash_size(md, 64, &guessed), 64 * 1024);
	assert_false(guessed);
	assert_int_equal(chip_flash_size(md, 128, &guessed), 128 * 1024);
	assert_false(guessed);
}

static void an_absurd_size_word_gives_the_most_of_the_line(void **state)
{
	static const uint16_t absurd[] = { 0, 0xffff, 129, 256, 0x8000 };
	const struct chip *md = row_of_id(0x410, CPUID_M3), *hd = row_of_id(0x414, CPUID_M3);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(absurd); i++) {
		bool guessed = false;

		assert_int_equal(chip_flash_size(md, absurd[i], &guessed), 128 * 1024);
		assert_true(guessed);
	}
	for (uint16_t odd = 1; odd < 512; odd = (uint16_t)(odd + 2)) { /* no whole pages of 2 KiB */
		bool guessed = false;

		assert_int_equal(chip_flash_size(hd, odd, &guessed), 512 * 1024);
		assert_true(guessed);
	}
}

static void a_genuine_chip_has_no_remarks(void **state)
{
	char text[256] = "?";

	(void)state;
	chip_remarks(row_of_id(0x410, CPUID_M3),
		     &(struct chip_identity){ .dpidr = 0x1ba01477, .cpuid = CPUID_M3, .idcode = 0x20036410 }, text,
		     sizeof(text));
	assert_string_equal(text, "");
	chip_remarks(row_of_id(0x413, CPUID_M4),
		     &(struct chip_identity){ .dpidr = 0x2ba01477, .cpuid = CPUID_M4, .idcode = 0x10076413 }, text,
		     sizeof(text));
	assert_string_equal(text, "");
}

static void a_clone_and_an_erratum_are_put_in_words(void **state)
{
	char text[256];

	(void)state;
	chip_remarks(row_of_id(0x410, CPUID_M3),
		     &(struct chip_identity){ .dpidr = 0x2ba01477, .cpuid = CPUID_M3, .idcode = 0x20036410 }, text,
		     sizeof(text));
	assert_non_null(strstr(text, "clone"));
	chip_remarks(row_of_id(0x414, CPUID_M4),
		     &(struct chip_identity){ .dpidr = 0x2ba01477, .cpuid = CPUID_M4, .idcode = 0x00000414 }, text,
		     sizeof(text));
	assert_non_null(strstr(text, "clone"));
	chip_remarks(row_of_id(0x411, CPUID_M4),
		     &(struct chip_identity){ .dpidr = 0x2ba01477, .cpuid = CPUID_M4, .idcode = 0x20006411 }, text,
		     sizeof(text));
	assert_non_null(strstr(text, "evision A"));
}

/* Clones fact sheet sections 1 and 2: what it says it is, the row that describes it, and whether it may be slow. */
static void clones_are_known_by_what_they_are(void **state)
{
	static const struct {
		struct chip_identity id;
		const char *name, *remark; /* remark: a part of it, NULL: none */
		bool slow, asks;
	} clones[] = {
		{ { 0x1ba01477, CPUID_M3, 0x20036410, 0, 0 }, "STM32F103/101/102 medium density", NULL, false, false },
		{ { 0x1ba01477, 0x412fc231, 0x13030410, 0x751, 0x76f },
		  "GD32F103/130/150/3x0 (clone)",
		  "GigaDevice",
		  true,
		  true },
		{ { 0x2ba01477, CPUID_M4, 0x17040410, 0x751, 0 },
		  "GD32F103/130/150/3x0 (clone)",
		  "GigaDevice",
		  true,
		  true },
		{ { 0x0bf11477, CPUID_M23, 0x19090410, 0x751, 0 }, "GD32E23x (clone)", "GigaDevice", true, true },
		{ { 0x2ba01477, CPUID_M4, 0x13030414, 0x751, 0 },
		  "STM32F103/101 high density",
		  "GigaDevice",
		  true,
		  true },
		{ { 0x1ba01477, 0x412fc231, 0x13030418, 0x751, 0 },
		  "GD32F105/107/205/207 (clone)",
		  "GigaDevice",
		  true,
		  true },
		{ { 0x2ba01477, 0x412fc231, 0x20036410, 0x43b, 0x4c3 },
		  "STM32F103/101/102 medium density",
		  "CKS32",
		  true,
		  true },
		{ { 0x2ba01477, 0x412fc231, 0x20006410, 0x555, 0 },
		  "STM32F103/101/102 medium density",
		  "HK32",
		  true,
		  true },
		{ { 0x0bc11477, 0x410cc601, 0x20006440, 0, 0 },
		  "STM32F030/051/058 x4/x6/x8",
		  "Cortex-M0",
		  true,
		  false },
		{ { 0x0bb11477, CPUID_M0, 0x20006440, 0, 0 }, "STM32F030/051/058 x4/x6/x8", NULL, false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(clones); i++) {
		const struct chip *c = chip_find(&clones[i].id);
		char text[256];

		assert_non_null(c);
		assert_string_equal(c->name, clones[i].name);
		chip_remarks(c, &clones[i].id, text, sizeof(text));
		if (clones[i].remark)
			assert_non_null(strstr(text, clones[i].remark));
		else
			assert_string_equal(text, "");
		assert_int_equal(chip_is_slow(c, &clones[i].id), clones[i].slow);
		assert_int_equal(chip_asks_designer(&clones[i].id), clones[i].asks);
	}
	assert_null(row_of_id(0x20000444, CPUID_M33)); /* a GD32E50x is no F03x */
	assert_non_null(row_of_id(0x19090410, CPUID_M23)->controller->read_only);
}

static void remarks_stay_within_their_room(void **state)
{
	char text[16];

	(void)state;
	memset(text, 'x', sizeof(text));
	chip_remarks(row_of_id(0x410, CPUID_M3),
		     &(struct chip_identity){ .dpidr = 0x2ba01477, .cpuid = CPUID_M3, .idcode = 0x20036410 }, text, 8);
	assert_true(strlen(text) < 8);
	assert_int_equal(text[8], 'x');
	chip_remarks(row_of_id(0x410, CPUID_M3),
		     &(struct chip_identity){ .dpidr = 0x2ba01477, .cpuid = CPUID_M3, .idcode = 0x20036410 }, text, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_unique_and_named),
		cmocka_unit_test(flash_is_the_sum_of_its_units),
		cmocka_unit_test(every_row_has_its_registers_and_memories),
		cmocka_unit_test(watchdogs_freeze_where_the_family_has_them),
		cmocka_unit_test(the_agent_and_two_frames_fit_the_smallest_part),
		cmocka_unit_test(the_table_says_what_the_fact_sheet_says),
		cmocka_unit_test(the_families_are_told_from_the_rows),
		cmocka_unit_test(every_ram_of_a_chip_is_ram_and_nothing_else),
		cmocka_unit_test(f40x_revision_a_is_told_from_an_f2_by_its_core),
		cmocka_unit_test(gd32f4_and_at32_are_known_by_what_they_say),
		cmocka_unit_test(unknown_ids_are_unknown),
		cmocka_unit_test(idcode_is_where_the_core_has_it),
		cmocka_unit_test(a_sensible_size_word_is_believed),
		cmocka_unit_test(an_absurd_size_word_gives_the_most_of_the_line),
		cmocka_unit_test(a_genuine_chip_has_no_remarks),
		cmocka_unit_test(a_clone_and_an_erratum_are_put_in_words),
		cmocka_unit_test(clones_are_known_by_what_they_are),
		cmocka_unit_test(remarks_stay_within_their_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
