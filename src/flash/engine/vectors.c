/* SPDX-License-Identifier: MIT */
/*
 * Vector tables (ARMv7-M ARM B1.5.3): do they fit the chip, and the address
 * that they are written to? An image that was linked for another address has
 * vectors that are shifted by the difference. Most vectors of a table are the
 * default handler, which is an endless loop of one instruction in the startup
 * files of nearly all vendors; so the address fits with which the most frequent
 * vector points at such a loop.
 */
#include "flash/engine/vectors.h"
#include "flash/map.h"

#include <stdio.h>

#include "base/bytes.h"

#define THUMB   1u
#define WORD    4u
#define ENTRIES 118u /* 16 exceptions and the most interrupts of an F4 (RM0090 12.2) */

/* `b .` (ARMv7-M ARM A7.7.12, encoding T2) */
#define ENDLESS_LOOP 0xe7feu
#define PROLOGUE_MAX 3u /* half-words in front of it where nothing is optimised */

/* As many equal vectors are a default handler, and as many sound entries a table, where nobody said that there is one.
 */
#define MANY_EQUAL 2u
#define MANY_SOUND 6u

/* VTOR takes multiples of the table's size, a power of two, and of 128 at least (ARMv7-M ARM B3.2.5). */
#define LEAST_ALIGNMENT 128u

struct image {
	const struct flash *f;
	const struct flash_segment *seg;
	size_t n;
};

/* The code that a table's entries point to; what is not in flash, as handlers in RAM, is left out. */
struct table {
	uint32_t addr;
	uint32_t sp, reset;
	uint32_t target[ENTRIES]; /* without the Thumb bit, each once */
	size_t n_targets;
	size_t n_entries; /* up to the first word that is no entry */
	size_t n_sound;   /* of these: point to flash */
	uint32_t most_frequent;
	unsigned int frequency;
};

static const struct flash_segment *find_segment(const struct image *image, uint32_t addr)
{
	size_t low = 0, high = image->n;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;
		const struct flash_segment *seg = &image->seg[mid];

		if (addr < seg->addr)
			high = mid;
		else if (addr - seg->addr < seg->len)
			return seg;
		else
			low = mid + 1;
	}
	return NULL;
}

static bool get_byte(const struct image *image, uint32_t addr, uint8_t *byte)
{
	const struct flash_segment *seg = find_segment(image, addr);

	if (seg)
		*byte = seg->data[addr - seg->addr];
	return seg != NULL;
}

/* False: the image does not hold it. Segments may meet anywhere. */
static bool get_bytes(const struct image *image, uint32_t addr, uint8_t *bytes, unsigned int len)
{
	for (unsigned int i = 0; i < len; i++)
		if (!get_byte(image, addr + i, bytes + i))
			return false;
	return true;
}

static bool vectors_get_word(const struct image *image, uint32_t addr, uint32_t *word)
{
	uint8_t bytes[WORD];

	if (!get_bytes(image, addr, bytes, sizeof(bytes)))
		return false;
	*word = get_le32(bytes);
	return true;
}

static bool get_half(const struct image *image, uint32_t addr, uint16_t *half)
{
	uint8_t bytes[2];

	if (!get_bytes(image, addr, bytes, sizeof(bytes)))
		return false;
	*half = get_le16(bytes);
	return true;
}

/* Code may be linked for where flash is seen too: at 0 (RM0008 3.4, RM0090 2.4), or on the ITCM bus (RM0385 2.2.2). */
static uint32_t without_alias(const struct flash *f, uint32_t addr)
{
	return chip_unalias(f->chip, addr);
}

/* In the flash of this chip, or of the largest of its line. */
static bool is_in_flash(const struct flash *f, uint32_t addr)
{
	return addr >= flash_first(f) &&
	       addr - flash_first(f) < (f->size > f->chip->max_flash ? f->size : f->chip->max_flash);
}

/*
 * The stack grows down from it: the end of a RAM is right, its start is not.
 * The core ignores bits 0 and 1 (ARMv7-M ARM B1.4.1): some scripts say 0x20004fff.
 */
static bool is_good_stack(const struct chip *chip, uint32_t sp)
{
	sp &= ~(WORD - 1);
	return sp && chip_is_ram(chip, sp - WORD, WORD);
}

/* In the RAM of any Cortex-M: at 0x10000000 or 0x20000000. */
static bool could_be_stack(uint32_t sp)
{
	return sp - 0x10000000u <= 0x100000u || sp - 0x20000000u <= 0x200000u;
}

static void add_target(struct table *t, uint32_t target)
{
	for (size_t i = 0; i < t->n_targets; i++)
		if (t->target[i] == target)
			return;
	t->target[t->n_targets++] = target;
}

/* Which entry is there most often, the reset vector aside. */
static void count_entries(struct table *t, const uint32_t *entry, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned int same = 0;

		for (size_t k = i; k < n; k++)
			same += entry[k] == entry[i];
		if (same > t->frequency) {
			t->frequency = same;
			t->most_frequent = entry[i];
		}
	}
}

/* From the third word on until one is neither a vector nor reserved. */
static void read_entries(const struct image *image, struct table *t)
{
	uint32_t entry[ENTRIES], word;
	size_t n = 0;

	for (t->n_entries = 2; t->n_entries < ENTRIES; t->n_entries++) {
		if (!vectors_get_word(image, t->addr + WORD * (uint32_t)t->n_entries, &word))
			break;
		if (word == 0 || chip_is_ram(image->f->chip, word & ~THUMB, 1))
			continue;
		word = without_alias(image->f, word);
		if (!(word & THUMB) || !is_in_flash(image->f, word))
			break;
		entry[n++] = word - THUMB;
		add_target(t, word - THUMB);
	}
	t->n_sound = n;
	count_entries(t, entry, n);
}

static bool read_table(const struct image *image, uint32_t addr, struct table *t)
{
	*t = (struct table){ .addr = addr };
	if (!vectors_get_word(image, addr, &t->sp) || !vectors_get_word(image, addr + WORD, &t->reset))
		return false;
	if (is_in_flash(image->f, without_alias(image->f, t->reset)) && (t->reset & THUMB))
		add_target(t, without_alias(image->f, t->reset) - THUMB);
	read_entries(image, t);
	return true;
}

/* ------------------------------------------------------------ which address fits */

/* What unoptimised functions do before anything else: push, sub sp, add r7 or mov r7. */
static bool is_prologue(uint16_t half)
{
	return (half & 0xfe00) == 0xb400 || (half & 0xff80) == 0xb080 || (half & 0xff00) == 0xaf00 || half == 0x466f;
}

/* A function that does nothing but loop. */
static bool is_loop(const struct image *image, uint32_t addr)
{
	uint16_t half;

	for (unsigned int i = 0; i <= PROLOGUE_MAX && get_half(image, addr + 2 * i, &half); i++) {
		if (half == ENDLESS_LOOP)
			return true;
		if (!is_prologue(half))
			return false;
	}
	return false;
}

/* How compilers begin a function: push, a loop, a return, or mrs, tst and ldr.w as handlers in assembly do. */
static bool begins_function(uint16_t half)
{
	return (half & 0xfe00) == 0xb400 || half == 0xe92d || half == ENDLESS_LOOP || half == 0x4770 ||
	       half == 0xf3ef || half == 0xf01e || half == 0xf8df;
}

/* What stands before one: a return, a jump, padding, or the upper half of a constant that is an address. */
static bool ends_function(uint16_t half)
{
	return half == 0x4770 || (half & 0xff00) == 0xbd00 || (half & 0xf800) == 0xe000 || half == 0xbf00 ||
	       half == 0 || (half & 0xfff8) == 0x2000 || (half & 0xfff8) == 0x4000 || (half & 0xffe0) == 0x0800;
}

/* Erased flash, zeros and nop: behind each other they tell nothing. */
static bool is_padding(uint16_t half)
{
	return half == 0 || half == 0xffff || half == 0xbf00;
}

static bool is_function(const struct image *image, uint32_t addr)
{
	uint16_t first, before;

	if (!get_half(image, addr, &first) || is_padding(first))
		return false;
	return begins_function(first) || (get_half(image, addr - 2, &before) && ends_function(before));
}

/* Of all targets, how many are functions when the image is taken as moved down by shift? */
static unsigned int count_functions(const struct image *image, const struct table *t, uint32_t shift)
{
	unsigned int n = 0;

	for (size_t i = 0; i < t->n_targets; i++)
		n += is_function(image, t->target[i] - shift);
	return n;
}

static bool holds_all(const struct image *image, const struct table *t, uint32_t shift)
{
	uint16_t half;

	for (size_t i = 0; i < t->n_targets; i++)
		if (!get_half(image, t->target[i] - shift, &half))
			return false;
	return true;
}

static uint32_t alignment_of(const struct table *t)
{
	uint32_t alignment = LEAST_ALIGNMENT;

	while (alignment < WORD * t->n_entries)
		alignment *= 2;
	return alignment;
}

/* Does the table look right where it is? Then no other address is looked for. */
static bool fits_here(const struct image *image, const struct table *t)
{
	const unsigned int functions = count_functions(image, t, 0);

	if (!holds_all(image, t, 0))
		return false;
	if (t->frequency < MANY_EQUAL || is_loop(image, t->most_frequent))
		return true;
	return t->n_targets > 3 ? 2 * functions >= t->n_targets : functions == t->n_targets;
}

/* The one address at which the table fits, by the loops that the image holds; 0: none, or several alike. */
static uint32_t find_address(const struct image *image, const struct table *t)
{
	const uint32_t alignment = alignment_of(t);
	unsigned int best = 0;
	uint32_t found = 0;

	if (t->frequency < MANY_EQUAL)
		return 0;
	for (size_t i = 0; i < image->n; i++) {
		const struct flash_segment *seg = &image->seg[i];

		for (uint32_t at = seg->addr + (seg->addr & 1); at - seg->addr + 2 <= seg->len; at += 2) {
			const uint32_t shift = t->most_frequent - at, addr = t->addr + shift;
			unsigned int functions;

			if (!shift || addr % alignment || !is_in_flash(image->f, addr) || !is_loop(image, at) ||
			    !holds_all(image, t, shift))
				continue;
			functions = count_functions(image, t, shift);
			if (functions == best)
				found = 0;
			else if (functions > best)
				found = addr;
			if (functions > best)
				best = functions;
		}
	}
	return found;
}

/* The segments that follow each other without a gap from the one on that holds addr. */
static struct image run_at(const struct image *image, uint32_t addr)
{
	struct image run = { .f = image->f, .seg = find_segment(image, addr), .n = 1 };

	while (run.seg + run.n < image->seg + image->n &&
	       run.seg[run.n - 1].addr + run.seg[run.n - 1].len == run.seg[run.n].addr)
		run.n++;
	return run;
}

/* ------------------------------------------------------------------- sentences */

/* False: nothing to say. */
static bool tell_offset(const struct image *image, const struct table *t, char *text, size_t len)
{
	const struct image run = run_at(image, t->addr);
	uint32_t addr;

	if (fits_here(image, t))
		return false;
	/* What lies elsewhere may be another firmware, with loops of its own. */
	addr = find_address(&run, t);
	if (!addr)
		addr = find_address(image, t);
	if (!addr)
		return false;
	snprintf(text, len,
		 "the image was linked for 0x%08x (its vectors fit there) and goes to 0x%08x, where it will not run: "
		 "give the address 0x%08x, or link it for 0x%08x",
		 (unsigned int)addr, (unsigned int)t->addr, (unsigned int)addr, (unsigned int)t->addr);
	return true;
}

/* What the core starts with after a reset. */
static void judge_start(const struct image *image, const struct table *t, char *text, size_t len)
{
	const struct flash *f = image->f;
	const uint32_t reset = without_alias(image->f, t->reset);
	char ram[CHIP_RAM_TEXT_MAX];
	uint16_t half;

	if (t->sp == UINT32_MAX && t->reset == UINT32_MAX)
		return;
	if (!is_good_stack(f->chip, t->sp))
		snprintf(text, len,
			 "the image starts with the stack pointer 0x%08x, which is not in this chip's RAM "
			 "(%s from 0x%08x on): is it for another chip, or no firmware at all?",
			 (unsigned int)t->sp, chip_ram_text(f->chip, ram), (unsigned int)chip_ram(f->chip)->addr);
	else if (!(reset & THUMB))
		snprintf(text, len,
			 "the image's reset vector 0x%08x is even, and this core runs Thumb code only: it will fault "
			 "at once",
			 (unsigned int)t->reset);
	else if (tell_offset(image, t, text, len))
		return;
	else if (!map_holds(f, reset, 1))
		snprintf(text, len,
			 "the image's reset vector 0x%08x is outside of this chip's flash (0x%08x..0x%08x): is it for "
			 "another chip, or linked for another address?",
			 (unsigned int)t->reset, (unsigned int)flash_first(f), (unsigned int)(flash_end(f) - 1));
	else if (!get_half(image, reset - THUMB, &half))
		snprintf(text, len, "the image's reset vector 0x%08x points to code that the image does not hold",
			 (unsigned int)t->reset);
}

/* Behind a boot loader there may be data as well: only what cannot be anything but vectors is judged. */
static void judge_elsewhere(const struct image *image, const struct table *t, char *text, size_t len)
{
	const bool is_table = could_be_stack(t->sp) && (t->reset & THUMB) &&
			      is_in_flash(image->f, without_alias(image->f, t->reset)) && t->n_sound >= MANY_SOUND;

	if (is_table && !tell_offset(image, t, text, len) && !holds_all(image, t, 0) &&
	    !find_segment(image, without_alias(image->f, t->reset)))
		snprintf(text, len,
			 "the vectors at 0x%08x start at 0x%08x, which the image does not hold: is it linked for "
			 "another address?",
			 (unsigned int)t->addr, (unsigned int)t->reset);
}

static bool begins_run(const struct flash_segment *seg, size_t i)
{
	return i == 0 || seg[i - 1].addr + seg[i - 1].len != seg[i].addr;
}

void vectors_judge(const struct flash *f, const struct flash_segment *seg, size_t n, char *text, size_t len)
{
	const struct image image = { .f = f, .seg = seg, .n = n };
	struct table t;

	if (!len)
		return;
	text[0] = '\0';
	if (read_table(&image, flash_first(f), &t))
		judge_start(&image, &t, text, len);
	for (size_t i = 0; i < n && !*text; i++)
		if (seg[i].addr != flash_first(f) && begins_run(seg, i) && read_table(&image, seg[i].addr, &t))
			judge_elsewhere(&image, &t, text, len);
}
