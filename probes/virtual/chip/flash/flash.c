/* SPDX-License-Identifier: MIT */
/*
 * A flash operation in time: it begins, keeps its bank busy, and ends; or it is
 * cut short by a reset or a failing supply and leaves half-done contents. Which
 * register bits start and report it is the controllers' matter.
 */
#include "chip/internal.h"

#include <stdlib.h>
#include <string.h>

#define N_OPS 2

static struct flash_op *slot(struct chip *c, unsigned int banks)
{
	return &c->op[banks == BANK_2];
}

static void update_busy(struct chip *c)
{
	c->busy_until = 0;
	for (unsigned int i = 0; i < N_OPS; i++)
		if (c->op[i].active && c->op[i].end_cycle > c->busy_until)
			c->busy_until = c->op[i].end_cycle;
}

static uint64_t end_cycle_of(const struct chip *c, const struct flash_op *op)
{
	return op->end_ns == NEVER ? NEVER : chip_cycle_at(c, op->end_ns);
}

static void count(struct chip *c, const struct flash_op *op, uint64_t duration_ns)
{
	if (op->kind == OP_PROGRAM)
		c->mon->programs++;
	else if (op->kind == OP_ERASE)
		c->mon->page_erases++;
	else if (op->kind == OP_MASS_ERASE)
		c->mon->mass_erases++;
	c->mon->flash_busy_ns += duration_ns;
}

/* The operations of design.md section 5's faults: supply or reset fails half-way, or it never ends. */
static void arm_faults(struct chip *c, struct flash_op *op, uint64_t duration_ns)
{
	const uint64_t n = ++c->n_operations;

	op->cut_ns = NEVER;
	if (n == c->faults.power_lost_at || n == c->faults.reset_at) {
		op->cut_ns = op->start_ns + duration_ns / 2;
		op->cut_power = n == c->faults.power_lost_at;
	}
	if (c->faults.stuck_busy) {
		c->faults.stuck_busy = false;
		op->end_ns = NEVER;
	}
}

void flash_begin(struct chip *c, const struct flash_op *what, uint64_t duration_ns)
{
	struct flash_op *op = slot(c, what->banks);
	const uint64_t now = chip_now(c);

	/* The core's write to busy flash was an anomaly already; it waits for the one before. */
	const uint64_t start = op->active ? flash_finish_early(c, what->banks) : now;

	*op = *what;
	op->start_ns = start > now ? start : now;
	op->end_ns = op->start_ns + duration_ns;
	op->active = true;
	op->committed = false;
	arm_faults(c, op, duration_ns);
	op->end_cycle = end_cycle_of(c, op);
	count(c, op, duration_ns);
	update_busy(c);
	core_flush_fetch(&c->core);
	core_break_off(&c->core);
}

unsigned int flash_bank_of(const struct chip *c, uint32_t addr)
{
	const uint32_t offset = addr - FLASH_BASE;

	return offset < c->part->flash_size && offset >= c->ctl->bank2(c) ? BANK_2 : BANK_1;
}

static bool holds_bad_cell(const struct chip *c, const struct flash_op *op)
{
	const uint32_t bad = c->faults.bad_cell - FLASH_BASE;

	return c->faults.bad_cell && bad < c->part->flash_size && op->mem <= c->flash + bad &&
	       c->flash + bad < op->mem + op->len;
}

/* A program operation changes 2, 4 or 8 bytes. */
static uint64_t get_value(const uint8_t *p, uint32_t len)
{
	return len == 8 ? get_le32(p) | (uint64_t)get_le32(p + 4) << 32 : mem_get(p, len);
}

static void put_value(uint8_t *p, uint32_t len, uint64_t value)
{
	if (len == 8)
		put_le32(p + 4, (uint32_t)(value >> 32));
	mem_put(p, len == 8 ? 4 : len, (uint32_t)value);
}

static void commit(struct chip *c, struct flash_op *op)
{
	if (op->committed || !op->mem)
		return;
	op->committed = true;
	if (op->kind == OP_PROGRAM)
		put_value(op->mem, op->len, op->value ^ (holds_bad_cell(c, op) ? 1u : 0));
	else
		memset(op->mem, 0xff, op->len);
}

static void finish(struct chip *c, struct flash_op *op)
{
	commit(c, op);
	op->active = false;
	update_busy(c);
	core_flush_fetch(&c->core);
	c->ctl->finish(c, op);
}

/* Interrupted: what was to be erased is erased in part and weak elsewhere, what was to be programmed is in part. */
static void tear_memory(struct flash_op *op)
{
	const uint64_t weak = 0x0000000000005555u;

	if (op->kind == OP_PROGRAM) {
		const uint64_t old = op->committed ? UINT64_MAX : get_value(op->mem, op->len);

		put_value(op->mem, op->len, old & (op->value | weak));
		return;
	}
	memset(op->mem, 0xff, op->len / 2);
	for (uint32_t i = op->len / 2; i < op->len; i++)
		op->mem[i] |= (uint8_t)(0x11u << (i & 3));
}

static void tear(struct chip *c, struct flash_op *op)
{
	if (op->mem)
		tear_memory(op);
	if (c->ctl->tear)
		c->ctl->tear(c, op);
}

void flash_abort(struct chip *c)
{
	for (unsigned int i = 0; i < N_OPS; i++) {
		if (c->op[i].active)
			tear(c, &c->op[i]);
		c->op[i].active = false;
	}
	update_busy(c);
	c->stall_until = 0;
	core_flush_fetch(&c->core);
}

void flash_poll(struct chip *c)
{
	if (!c->busy_until)
		return;
	for (unsigned int i = 0; i < N_OPS; i++)
		if (c->op[i].active && c->op[i].end_cycle <= c->core.cycles)
			finish(c, &c->op[i]);
}

uint64_t chip_flash_left_ns(const struct chip *c)
{
	uint64_t left = 0;

	for (unsigned int i = 0; i < N_OPS; i++) {
		const struct flash_op *op = &c->op[i];

		if (op->active && op->end_ns != NEVER && op->end_ns > c->mon->now_ns + left)
			left = op->end_ns - c->mon->now_ns;
	}
	return left;
}

bool flash_busy(const struct chip *c, unsigned int banks)
{
	for (unsigned int i = 0; i < N_OPS; i++)
		if (c->op[i].active && (c->op[i].banks & banks))
			return true;
	return false;
}

uint64_t flash_stall(struct chip *c, uint32_t addr)
{
	uint64_t end = 0;

	flash_poll(c);
	addr = bus_unalias(c, addr);
	if (!c->busy_until || !bus_is_flash(c, addr))
		return 0;
	for (unsigned int i = 0; i < N_OPS; i++)
		if (c->op[i].active && (c->op[i].banks & flash_bank_of(c, addr)) && c->op[i].end_cycle > end)
			end = c->op[i].end_cycle;
	return end;
}

void flash_commit_early(struct chip *c, unsigned int banks)
{
	for (unsigned int i = 0; i < N_OPS; i++)
		if (c->op[i].active && (c->op[i].banks & banks) && c->op[i].end_ns != NEVER)
			commit(c, &c->op[i]);
}

uint64_t flash_finish_early(struct chip *c, unsigned int banks)
{
	uint64_t end = 0;

	for (unsigned int i = 0; i < N_OPS; i++) {
		if (!c->op[i].active || !(c->op[i].banks & banks))
			continue;
		if (c->op[i].end_ns != NEVER && c->op[i].end_ns > end)
			end = c->op[i].end_ns;
		finish(c, &c->op[i]);
	}
	return end;
}

uint64_t flash_next_ns(const struct chip *c)
{
	uint64_t next = NEVER;

	for (unsigned int i = 0; i < N_OPS; i++) {
		const struct flash_op *op = &c->op[i];

		if (op->active && op->end_ns < next)
			next = op->end_ns;
		if (op->active && op->cut_ns < next)
			next = op->cut_ns;
	}
	return next;
}

void flash_handle_cut(struct chip *c)
{
	const uint64_t now = chip_now(c);

	for (unsigned int i = 0; i < N_OPS; i++) {
		if (!c->op[i].active || c->op[i].cut_ns > now)
			continue;
		c->op[i].cut_ns = NEVER;
		if (c->op[i].cut_power)
			chip_power_off(c);
		else
			chip_reset(c, RESET_PIN);
		return;
	}
}

void flash_interleave(struct chip *c, uint8_t *mem, uint32_t size, uint32_t half_line, bool to_dual)
{
	uint8_t *before = malloc(size);

	if (!before)
		return;
	memcpy(before, mem, size);
	for (uint32_t i = 0; i < size; i += half_line) {
		const uint32_t line = i / (2 * half_line);
		const uint32_t dual = line * half_line + (i % (2 * half_line) ? size / 2 : 0);

		memcpy(mem + (to_dual ? dual : i), before + (to_dual ? i : dual), half_line);
	}
	free(before);
	core_flush_fetch(&c->core);
}

void flash_clock_changed(struct chip *c)
{
	for (unsigned int i = 0; i < N_OPS; i++)
		if (c->op[i].active)
			c->op[i].end_cycle = end_cycle_of(c, &c->op[i]);
	update_busy(c);
}

bool key_write(struct key_lock *lock, uint32_t value, uint32_t key1, uint32_t key2)
{
	if (!lock->dead && !lock->open && !lock->half && value == key1) {
		lock->half = true;
		return true;
	}
	if (!lock->dead && lock->half && value == key2) {
		lock->half = false;
		lock->open = true;
		return true;
	}
	lock->half = false;
	lock->open = false;
	lock->dead = true;
	return false;
}
