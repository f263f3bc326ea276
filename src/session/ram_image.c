/* SPDX-License-Identifier: MIT */
#include "session/ram_image.h"

#include <stdlib.h>

#define VECTORS_LEN 8u
#define THUMB       1u
#define TABLE_ALIGN 128u /* VTOR has bits 31 to 7 (ARMv7-M ARM B3.2.5) */

/* Progress is reported, and a cancellation seen, this often. */
#define LOAD_CHUNK 4096u

static int compare_segment(struct stflash *s, const struct flash_segment *seg, struct stflash_verify_report *r)
{
	uint8_t *got = malloc(seg->len);
	int err;

	if (!got)
		return fail(&s->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	err = dap_read(&s->dap, seg->addr, got, seg->len);
	for (size_t i = 0; !err && i < seg->len; i++) {
		if (got[i] == seg->data[i])
			continue;
		if (r->differing++ == 0) {
			r->first_addr = seg->addr + (uint32_t)i;
			r->expected = seg->data[i];
			r->found = got[i];
		}
	}
	free(got);
	return err;
}

int compare_memory(struct stflash *s, const struct part *part, struct stflash_verify_report *r)
{
	int err = 0;

	for (size_t i = 0; !err && i < part->n; i++)
		err = compare_segment(s, &part->seg[i], r);
	return err;
}

int ram_check(struct stflash *s, const struct stflash_image *image, const struct part *ram)
{
	for (size_t i = 0; i < ram->n; i++) {
		const struct flash_segment *seg = &ram->seg[i];
		const uint32_t last = seg->addr + (uint32_t)(seg->len - 1);
		uint8_t byte;
		int err;

		err = dap_read(&s->dap, last, &byte, 1);
		if (err == STFLASH_E_FAULT)
			return fail(&s->ctx, STFLASH_E_ARG,
				    "%s: this chip has no RAM at 0x%08x, though others of its line have; nothing was "
				    "changed: the file is for a part with more RAM",
				    image_source_at(image, seg->addr), (unsigned int)last);
		if (err)
			return err;
	}
	return 0;
}

static int load_segment(struct stflash *s, const struct flash_segment *seg, uint64_t *done, uint64_t total)
{
	int err = 0;

	for (size_t at = 0; !err && at < seg->len; at += LOAD_CHUNK) {
		const size_t n = min_size(seg->len - at, LOAD_CHUNK);

		err = dap_write(&s->dap, seg->addr + (uint32_t)at, seg->data + at, n);
		*done += n;
		if (!err)
			err = progress(&s->ctx, STFLASH_WRITING, *done, total);
	}
	return err;
}

int ram_load(struct stflash *s, const struct part *ram)
{
	struct stflash_verify_report back = { 0 };
	uint64_t done = 0;
	int err = 0;

	for (size_t i = 0; !err && i < ram->n; i++)
		err = load_segment(s, &ram->seg[i], &done, ram->bytes);
	if (!err)
		err = compare_memory(s, ram, &back);
	if (!err && back.differing)
		err = fail(&s->ctx, STFLASH_E_MISMATCH,
			   "0x%08x in RAM holds 0x%02x after 0x%02x was written: is it in use by DMA?",
			   (unsigned int)back.first_addr, back.found, back.expected);
	return err;
}

/* -------------------------------------------------- where a program starts */

/* Is there something of the image at addr that this core can execute? */
static bool is_code(const struct stflash *s, const struct part *ram, uint32_t addr)
{
	const struct region *region = chip_region_at(s->flash.chip, addr);

	if (region && region->flags & REGION_NO_CODE)
		return false;
	for (size_t i = 0; i < ram->n; i++)
		if (addr >= ram->seg[i].addr && addr - ram->seg[i].addr < ram->seg[i].len)
			return true;
	return false;
}

/* The core takes the stack pointer without its bits 0 and 1, and stores below it first. */
static bool is_stack(const struct stflash *s, uint32_t sp)
{
	sp &= ~3u;
	return sp && chip_is_ram(s->flash.chip, sp - 4, 4);
}

static bool is_table(const struct stflash *s, const struct part *ram, const struct flash_segment *seg)
{
	uint32_t reset;

	if (seg->len < VECTORS_LEN || seg->addr % 4)
		return false;
	reset = get_le32(seg->data + 4);
	return is_stack(s, get_le32(seg->data)) && reset & THUMB && is_code(s, ram, reset - THUMB);
}

/* A program that brings no stack pointer gets the end of the RAM that is certainly there, or of the one that it needs.
 */
static uint32_t end_of_ram(const struct stflash *s, const struct part *ram)
{
	const struct region *there = chip_ram(s->flash.chip);
	const struct flash_segment *last = &ram->seg[ram->n - 1];

	if (last->addr + (uint32_t)last->len > there->addr + chip_ram_bytes(s->flash.chip, false))
		return there->addr + chip_ram_bytes(s->flash.chip, true);
	return there->addr + chip_ram_bytes(s->flash.chip, false);
}

/*
 * The vector table at the start of a stretch; the entry point that the file
 * names, where that is code, goes before the table's: linkers that find none
 * name the start of the code, which is the table.
 */
static bool ram_image_find_program(const struct stflash *s, const struct stflash_image *image, const struct part *ram,
				   struct core_program *program)
{
	const uint32_t entry = image->entry & ~THUMB;
	bool found = false;

	*program = (struct core_program){ .sp = end_of_ram(s, ram) };
	for (size_t i = 0; i < ram->n && !found; i++) {
		const struct flash_segment *seg = &ram->seg[i];

		found = is_table(s, ram, seg);
		if (!found)
			continue;
		program->table = seg->addr;
		program->has_table = seg->addr % TABLE_ALIGN == 0 && core_has_vtor(&s->core);
		program->sp = get_le32(seg->data) & ~3u;
		program->pc = get_le32(seg->data + 4) & ~THUMB;
	}
	if (image->has_entry && is_code(s, ram, entry) && !(found && entry == program->table)) {
		program->pc = entry;
		found = true;
	}
	return found;
}

/* ------------------------------------------------------------------ write */

static int write_program(struct stflash *s, const struct part *ram, const struct core_program *program,
			 const struct stflash_write_options *o, struct stflash_write_report *r)
{
	int err;

	err = core_reset_halt(&s->core);
	if (!err)
		err = ram_load(s, ram);
	if (!err)
		err = core_point_at(&s->core, program);
	if (err)
		return err;
	if (!core_has_vtor(&s->core))
		log_warn(&s->ctx, "this core takes the vectors of its interrupts from address 0, where flash is seen "
				  "until the program maps RAM there (SYSCFG_CFGR1)");
	r->pc = program->pc;
	r->sp = program->sp;
	r->started = o->then == STFLASH_THEN_RUN;
	s->core.leave_halted = !r->started;
	return r->started ? core_let_run(&s->core) : 0;
}

/* Nothing is reset: what runs in flash may be what the data is for. */
static int write_data(struct stflash *s, const struct part *ram, const struct stflash_write_options *o)
{
	const bool ran = !s->core.halted;
	int err;

	err = o->then == STFLASH_THEN_HALT ? core_reset_halt(&s->core) : core_halt(&s->core);
	if (!err)
		err = ram_load(s, ram);
	if (o->then != STFLASH_THEN_RUN) {
		s->core.leave_halted = !err;
		return err;
	}
	return !err && ran ? core_run(&s->core) : err;
}

int ram_write(struct stflash *s, const struct stflash_image *image, const struct part *ram,
	      const struct stflash_write_options *o, struct stflash_write_report *r)
{
	struct core_program program;
	const bool starts = ram_image_find_program(s, image, ram, &program);

	if (s->how == STFLASH_CONNECT_ATTACH)
		return fail(&s->ctx, STFLASH_E_ARG,
			    "this needs to halt the core, which " HINT_ATTACH " forbids; use another way to connect");
	if (o->dry_run)
		return 0;
	return starts ? write_program(s, ram, &program, o, r) : write_data(s, ram, o);
}
