/* SPDX-License-Identifier: MIT */
/* What a write decides to do, on a flash of eight pages that exists only here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "flash/engine/kept.h"

#include <cmocka.h>

#define PAGE            1024u
#define N_PAGES         8u
#define SIZE            (PAGE * N_PAGES)
#define CHIP_FLASH_BASE 0x08000000u
#define NS_WORD         19300u
#define RING            16384u

static uint8_t memory[SIZE];
static struct ctx ctx;
static struct sector sectors[N_PAGES];

static const struct erase_time times[] = { { 1u << 31, { 20000 } }, { 0, { 20000 } } };
static const struct controller driver = {
	.unit_name = "page", .erased = 0xff, .times = times, .program_ns = { 105000 }
};
static const struct chip chip = { .controller = &driver };
static struct flash flash = { .ctx = &ctx,
			      .chip = &chip,
			      .size = SIZE,
			      .n_sectors = N_PAGES,
			      .sectors = sectors,
			      .n_mass_erases = 1,
			      .n_banks = 1,
			      .bank = { { CHIP_FLASH_BASE, SIZE, 0 } } };

static int fresh(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < N_PAGES; i++)
		sectors[i] = (struct sector){ .addr = CHIP_FLASH_BASE + i * PAGE, .size = PAGE, .number = (uint16_t)i };
	memset(memory, 0xff, sizeof(memory));
	return 0;
}

static int read_edge(struct plan *p, uint32_t addr, void *unused)
{
	(void)unused;
	plan_set(p, addr, memory + (addr - CHIP_FLASH_BASE), 4);
	return 0;
}

static void look(struct plan *p)
{
	assert_int_equal(plan_each_edge(p, read_edge, NULL), 0);
	for (size_t i = 0; i < p->n_spans; i++)
		p->span[i].now = hash_words(memory + (p->span[i].addr - CHIP_FLASH_BASE), p->span[i].len / 4);
	plan_decide_units(p, false);
}

static struct plan plan_for(const struct flash_segment *seg, size_t n)
{
	struct plan p;

	assert_int_equal(plan_create(&p, &flash, seg, n), 0);
	look(&p);
	return p;
}

static void fill(uint32_t offset, uint32_t len, uint8_t value)
{
	memset(memory + offset, value, len);
}

static void spans_tile_the_flash_in_order(void **state)
{
	static const uint8_t data[PAGE * 3];
	const struct flash_segment seg[] = { { CHIP_FLASH_BASE + 5, 3, data },
					     { CHIP_FLASH_BASE + 9, 1, data },
					     { CHIP_FLASH_BASE + 11, 6, data },
					     { CHIP_FLASH_BASE + 2 * PAGE - 2, PAGE + 3, data },
					     { CHIP_FLASH_BASE + 7 * PAGE + 100, 24, data } };
	struct plan p = plan_for(seg, 5);
	uint32_t at = CHIP_FLASH_BASE;

	(void)state;
	for (size_t i = 0; i < p.n_spans; i++) {
		assert_int_equal(p.span[i].addr, at);
		assert_int_equal(p.span[i].len % 4, 0);
		assert_true(p.span[i].len > 0);
		if (p.span[i].kind != SPAN_REST)
			assert_ptr_equal(flash_sector_at(&flash, at), flash_sector_at(&flash, at + p.span[i].len - 1));
		at += p.span[i].len;
	}
	assert_int_equal(at, CHIP_FLASH_BASE + SIZE);
	/* The second and the third share a word. */
	assert_int_equal(p.span[2].addr, CHIP_FLASH_BASE + 8);
	assert_int_equal(p.span[2].len, 12);
	plan_free(&p);
}

/* Memory of the invented flash below, whose second half lies behind a hole. */
static uint32_t offset_of(uint32_t addr)
{
	return addr - CHIP_FLASH_BASE - (addr >= CHIP_FLASH_BASE + 2 * SIZE ? 2 * SIZE - SIZE / 2 : 0);
}

static int read_unit_edge(struct plan *p, uint32_t addr, void *unused)
{
	(void)unused;
	assert_int_equal(addr % flash_program_unit(p->flash), 0);
	plan_set(p, addr, memory + offset_of(addr), flash_program_unit(p->flash));
	return 0;
}

/* One plan on a flash that no family has yet: what it wants is the image, and around it what was there. */
static void plan_on_an_invented_flash(uint8_t program_unit, uint8_t erased)
{
	static uint8_t data[300];
	const struct controller invented = { .unit_name = "page",
					     .program_unit = program_unit,
					     .erased = erased,
					     .times = times,
					     .program_ns = { 105000 } };
	const struct chip row = { .controller = &invented };
	const struct flash_segment seg[] = { { CHIP_FLASH_BASE + 5, 3, data },
					     { CHIP_FLASH_BASE + 301, 17, data },
					     { CHIP_FLASH_BASE + PAGE - 7, 10, data },
					     { CHIP_FLASH_BASE + 2 * SIZE + 129, 300, data } };
	struct flash f = flash;
	struct plan p;

	memset(data, 0x5a, sizeof(data));
	f.chip = &row;
	f.n_banks = 2;
	f.bank[0].size = SIZE / 2;
	f.bank[1] = (struct flash_bank){ CHIP_FLASH_BASE + 2 * SIZE, SIZE / 2, 0 };
	for (unsigned int i = 0; i < N_PAGES; i++)
		sectors[i].addr = CHIP_FLASH_BASE + i * PAGE + (i < N_PAGES / 2 ? 0 : 2 * SIZE - SIZE / 2);
	memset(memory, erased, sizeof(memory));
	memory[0] = memory[4] = memory[330] = memory[SIZE / 2 + 128] = 0x77; /* the last touched page has none */

	assert_int_equal(plan_create(&p, &f, seg, 4), 0);
	assert_int_equal(plan_each_edge(&p, read_unit_edge, NULL), 0);
	for (size_t i = 0; i < p.n_spans; i++) {
		struct span *s = &p.span[i];

		assert_int_equal(s->addr % program_unit, 0);
		assert_int_equal(s->len % program_unit, 0);
		s->now = hash_words(memory + offset_of(s->addr), s->len / HASH_WORD);
		if (s->kind != SPAN_IMAGE)
			continue;
		for (uint32_t at = s->addr; at < s->addr + s->len; at++) {
			uint8_t wanted = memory[offset_of(at)];

			for (size_t n = 0; n < 4; n++)
				if (at >= seg[n].addr && at - seg[n].addr < seg[n].len)
					wanted = seg[n].data[at - seg[n].addr];
			assert_int_equal(*plan_want(&p, at), wanted);
		}
	}
	plan_decide_units(&p, false);
	assert_int_equal(p.unit[0], UNIT_ERASE);
	assert_int_equal(p.unit[1], UNIT_PROGRAM);
	assert_int_equal(p.unit[2], UNIT_UNTOUCHED);
	assert_int_equal(p.unit[N_PAGES / 2], UNIT_ERASE);
	plan_free(&p);
}

static void a_plan_keeps_to_program_units_and_the_erased_value(void **state)
{
	static const uint8_t units[] = { 4, 8, 16, 32, 128 };

	(void)state;
	for (size_t i = 0; i < sizeof(units); i++)
		for (int erased = 0; erased <= 0xff; erased += 0xff)
			plan_on_an_invented_flash(units[i], (uint8_t)erased);
}

/* What may be programmed over what is there, by the rule of the controller (PM0075 2.3.3, RM0090 3.6.4). */
static void a_span_goes_over_what_is_there_by_the_rule_of_its_controller(void **state)
{
	static const struct {
		enum overwrite rule;
		uint8_t now[4], want[4];
		bool over;
	} rows[] = {
		{ OVERWRITE_BITS, { 0x5a, 0xff, 0x01, 0x80 }, { 0x5a, 0x7f, 0x00, 0x00 }, true },
		{ OVERWRITE_BITS, { 0x5a, 0xff, 0x01, 0x80 }, { 0x5b, 0xff, 0x01, 0x80 }, false },
		{ OVERWRITE_ZEROS, { 0x5a, 0x5a, 0x01, 0x80 }, { 0x00, 0x00, 0x01, 0x80 }, true },
		{ OVERWRITE_ZEROS, { 0xff, 0xff, 0x01, 0x80 }, { 0x12, 0x34, 0x01, 0x80 }, true },
		{ OVERWRITE_ZEROS, { 0x5a, 0x5a, 0x01, 0x80 }, { 0x00, 0x5a, 0x01, 0x80 }, false },
		{ OVERWRITE_ZEROS, { 0xff, 0x5a, 0x01, 0x80 }, { 0x00, 0x5a, 0x01, 0x80 }, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct controller invented = { .unit_name = "page",
						     .width = 2,
						     .erased = 0xff,
						     .overwrite = rows[i].rule,
						     .times = times,
						     .program_ns = { 105000 } };
		const struct chip row = { .controller = &invented };
		const struct flash_segment seg = { CHIP_FLASH_BASE + 8, 4, rows[i].want };
		const struct span span = { .addr = CHIP_FLASH_BASE + 8, .len = 4 };
		struct flash f = flash;
		struct plan p;

		f.chip = &row;
		assert_int_equal(plan_create(&p, &f, &seg, 1), 0);
		assert_int_equal(plan_goes_over(&p, &span, rows[i].now), rows[i].over);
		plan_free(&p);
	}
}

static void equal_pages_are_left_alone(void **state)
{
	uint8_t data[2 * PAGE];
	const struct flash_segment seg = { CHIP_FLASH_BASE + PAGE, sizeof(data), data };
	struct plan p;

	(void)state;
	memset(data, 0x5a, sizeof(data));
	fill(PAGE, PAGE, 0x5a);
	p = plan_for(&seg, 1);
	assert_int_equal(p.unit[0], UNIT_UNTOUCHED);
	assert_int_equal(p.unit[1], UNIT_EQUAL);
	assert_int_equal(p.unit[2], UNIT_PROGRAM);
	assert_int_equal(p.unit[3], UNIT_UNTOUCHED);
	plan_free(&p);
}

static void a_page_with_room_for_the_image_is_not_erased(void **state)
{
	const uint8_t data[4] = { 1, 2, 3, 4 };
	const struct flash_segment seg = { CHIP_FLASH_BASE + 512, 4, data };
	struct plan p;

	(void)state;
	fill(0, 256, 0x11);
	p = plan_for(&seg, 1);
	assert_int_equal(p.unit[0], UNIT_PROGRAM);
	plan_free(&p);
}

/* What was handed over, on a flash of zeros. */
struct handed {
	uint8_t bytes[SIZE];
	size_t n;
};

static int take_over(enum kept_when when, const struct flash_segment *seg, size_t n, void *user)
{
	struct handed *h = user;

	(void)when;
	memset(h, 0, sizeof(*h));
	for (size_t i = 0; i < n; i++)
		memcpy(h->bytes + (seg[i].addr - CHIP_FLASH_BASE), seg[i].data, seg[i].len);
	h->n = n;
	return 0;
}

static void all_that_is_kept_and_nothing_of_the_image_is_handed_over(void **state)
{
	uint8_t data[300];
	const struct flash_segment seg[] = { { CHIP_FLASH_BASE + 5, 3, data },
					     { CHIP_FLASH_BASE + 9, 1, data },
					     { CHIP_FLASH_BASE + 2 * PAGE - 3, 300, data },
					     { CHIP_FLASH_BASE + 7 * PAGE - 1, 1, data } };
	struct handed h;
	const struct kept_owner owner = { .take = take_over, .user = &h };
	struct plan p;

	(void)state;
	memset(data, 0x77, sizeof(data));
	fill(0, SIZE, 0x55);
	fill(3 * PAGE - 512, 512, 0xff);
	p = plan_for(seg, 4);
	memcpy(p.want, memory, SIZE); /* the gaps were fetched */
	assert_int_equal(plan_each_edge(&p, read_edge, NULL), 0);

	assert_int_equal(kept_hand_over(&p, KEPT_LOST, &owner), 0);
	assert_int_equal(h.n, 0);
	p.begun[2] = true;
	assert_int_equal(kept_hand_over(&p, KEPT_LOST, &owner), 0);
	assert_int_equal(h.n, 1);
	assert_int_equal(h.bytes[3 * PAGE - 513], 0x55);
	assert_int_equal(h.bytes[3 * PAGE - 512], 0);

	assert_int_equal(kept_hand_over(&p, KEPT_BEFORE, &owner), 0);
	for (uint32_t i = 0; i < SIZE; i++) {
		const uint32_t page = i / PAGE;
		const bool image =
			(i >= 5 && i < 8) || i == 9 || i == 7 * PAGE - 1 || (i >= 2 * PAGE - 3 && i < 2 * PAGE + 297);
		const bool erased = page <= 2 || page == 6;

		assert_int_equal(h.bytes[i], erased && !image && memory[i] != 0xff ? 0x55 : 0);
	}
	plan_free(&p);
}

static void what_an_erase_would_lose_is_at_risk(void **state)
{
	const uint8_t data[4] = { 1, 2, 3, 4 };
	const struct flash_segment seg = { CHIP_FLASH_BASE + 512, 4, data };
	struct plan p;
	unsigned int at_risk = 0;

	(void)state;
	fill(0, 516, 0x11);
	p = plan_for(&seg, 1);
	assert_int_equal(p.unit[0], UNIT_ERASE);
	for (size_t i = 0; i < p.n_spans; i++)
		if (plan_gap_at_risk(&p, &p.span[i])) {
			at_risk++;
			assert_int_equal(p.span[i].addr, CHIP_FLASH_BASE);
			assert_int_equal(p.span[i].len, 512);
		}
	assert_int_equal(at_risk, 1);
	plan_free(&p);
}

static void words_covered_in_part_keep_their_other_bytes(void **state)
{
	const uint8_t data[2] = { 0xaa, 0xbb };
	const struct flash_segment seg[] = { { CHIP_FLASH_BASE + 1, 1, data }, { CHIP_FLASH_BASE + 3, 1, data + 1 } };
	struct plan p;

	(void)state;
	fill(0, 8, 0x11);
	p = plan_for(seg, 2);
	assert_memory_equal(p.want, "\x11\xaa\x11\xbb", 4);
	plan_free(&p);
}

static void mass_erase_replaces_page_erases_where_nothing_is_lost(void **state)
{
	uint8_t data[4 * PAGE];
	const struct flash_segment seg = { CHIP_FLASH_BASE, sizeof(data), data };
	struct plan p;

	(void)state;
	memset(data, 0x5a, sizeof(data));
	fill(0, 4 * PAGE, 0x11);
	p = plan_for(&seg, 1);
	assert_true(plan_may_mass_erase(&p));
	plan_choose_mass_erase(&p, true, NS_WORD, RING);
	assert_true(p.mass_erase);
	plan_free(&p);

	fill(7 * PAGE, 4, 0x22);
	p = plan_for(&seg, 1);
	plan_choose_mass_erase(&p, true, NS_WORD, RING);
	assert_false(p.mass_erase);
	plan_free(&p);
}

/* Writing seven equal pages again would cost more than one page erase saves. */
static void one_changed_page_is_not_worth_a_mass_erase(void **state)
{
	uint8_t data[SIZE];
	const struct flash_segment seg = { CHIP_FLASH_BASE, sizeof(data), data };
	struct plan p;

	(void)state;
	memset(data, 0x5a, sizeof(data));
	memcpy(memory, data, sizeof(data));
	memory[3 * PAGE] = 0;
	p = plan_for(&seg, 1);
	assert_int_equal(p.unit[3], UNIT_ERASE);
	plan_choose_mass_erase(&p, true, NS_WORD, RING);
	assert_false(p.mass_erase);
	plan_free(&p);
}

static void note(const struct stflash_step *step, void *user)
{
	struct stflash_step *steps = user;

	while (steps->size)
		steps++;
	*steps = *step;
}

static void the_plan_is_told_in_runs(void **state)
{
	uint8_t data[4 * PAGE];
	const struct flash_segment seg = { CHIP_FLASH_BASE + PAGE, sizeof(data), data };
	struct stflash_step steps[8] = { 0 };
	struct plan p;

	(void)state;
	memset(data, 0x5a, sizeof(data));
	fill(PAGE, PAGE, 0x5a);
	fill(4 * PAGE, 8, 0x11);
	p = plan_for(&seg, 1);
	assert_int_equal(plan_tell(&p, note, steps), 3);
	assert_int_equal(steps[0].action, STFLASH_KEEP_EQUAL);
	assert_int_equal(steps[0].first, 1);
	assert_int_equal(steps[1].action, STFLASH_PROGRAM);
	assert_int_equal(steps[1].count, 2);
	assert_int_equal(steps[2].action, STFLASH_ERASE);
	assert_int_equal(steps[2].addr, CHIP_FLASH_BASE + 4 * PAGE);
	plan_free(&p);
}

#define TEST(f) cmocka_unit_test_setup(f, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_plan_keeps_to_program_units_and_the_erased_value),
		TEST(a_span_goes_over_what_is_there_by_the_rule_of_its_controller),
		TEST(spans_tile_the_flash_in_order),
		TEST(equal_pages_are_left_alone),
		TEST(a_page_with_room_for_the_image_is_not_erased),
		TEST(all_that_is_kept_and_nothing_of_the_image_is_handed_over),
		TEST(what_an_erase_would_lose_is_at_risk),
		TEST(words_covered_in_part_keep_their_other_bytes),
		TEST(mass_erase_replaces_page_erases_where_nothing_is_lost),
		TEST(one_changed_page_is_not_worth_a_mass_erase),
		TEST(the_plan_is_told_in_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
