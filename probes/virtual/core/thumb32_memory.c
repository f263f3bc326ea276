/* SPDX-License-Identifier: MIT */
/* 32-bit loads and stores and table branches: ARMv7-M ARM A5.3.5 to A5.3.10. */
#include "core/cpu.h"

/* --- A5.3.5: load and store multiple -------------------------------------------- */

void thumb32_multiple(struct core *c, uint32_t op)
{
	const unsigned int n = bits(op, 19, 16);
	const uint32_t list = bits(op, 15, 0);
	const uint32_t base = get_reg(c, n);
	const uint32_t size = 4 * count_ones(list);
	const bool increment = bits(op, 24, 23) == 1;
	const uint32_t low = increment ? base : base - size;

	if (!increment && bits(op, 24, 23) != 2) {
		undefined(c);
		return;
	}
	if (n == 15 || bit(list, 13)) {
		undefined(c);
		return;
	}

	if (bit(op, 20) ? !load_multiple(c, list, low) : !store_multiple(c, list, low))
		return;
	if (bit(op, 21) && !(bit(op, 20) && bit(list, n)))
		set_reg(c, n, increment ? base + size : low);
}

/* --- A5.3.6: load and store dual, exclusive, table branch --------------------------- */

static void load_dual(struct core *c, uint32_t op, uint32_t addr)
{
	uint32_t first, second;

	if (!mem_read(c, addr, 4, &first) || !mem_read(c, addr + 4, 4, &second))
		return;
	spend_load(c);
	spend(c, 1, 0);
	set_reg(c, bits(op, 15, 12), first);
	set_reg(c, bits(op, 11, 8), second);
}

static void store_dual(struct core *c, uint32_t op, uint32_t addr)
{
	if (!mem_write(c, addr, 4, get_reg(c, bits(op, 15, 12))))
		return;
	if (!mem_write(c, addr + 4, 4, get_reg(c, bits(op, 11, 8))))
		return;
	spend(c, 1, 0);
}

static void dual(struct core *c, uint32_t op)
{
	const unsigned int n = bits(op, 19, 16);
	const uint32_t base = n == 15 ? (c->pc + 4) & ~3u : get_reg(c, n);
	const uint32_t imm = bits(op, 7, 0) * 4;
	const uint32_t offset_addr = bit(op, 23) ? base + imm : base - imm;
	const uint32_t addr = bit(op, 24) ? offset_addr : base;

	if (n == 15 && (bit(op, 21) || !bit(op, 20))) {
		undefined(c);
		return;
	}
	if (!mem_is_aligned(c, addr, 4))
		return;
	if (bit(op, 20))
		load_dual(c, op, addr);
	else
		store_dual(c, op, addr);
	if (bit(op, 21) && !c->raised)
		set_reg(c, n, offset_addr);
}

static void load_exclusive(struct core *c, uint32_t op, uint32_t addr, unsigned int size)
{
	if (!mem_is_aligned(c, addr, size))
		return;
	if (!load(c, bits(op, 15, 12), addr, size))
		return;
	c->exclusive = true;
	c->exclusive_addr = addr;
}

/* The local monitor (A3.4.1) has the one address of the last load as its granule. */
static void store_exclusive(struct core *c, uint32_t op, unsigned int d, uint32_t addr, unsigned int size)
{
	const bool pass = c->exclusive && c->exclusive_addr == addr;

	if (!mem_is_aligned(c, addr, size))
		return;
	if (pass && !store(c, bits(op, 15, 12), addr, size))
		return;
	c->exclusive = false;
	set_reg(c, d, !pass);
}

static void table_branch(struct core *c, uint32_t op)
{
	const uint32_t base = get_reg(c, bits(op, 19, 16));
	const uint32_t index = get_reg(c, bits(op, 3, 0));
	const bool halfwords = bit(op, 4);
	uint32_t length;

	if (!mem_read(c, halfwords ? base + 2 * index : base + index, halfwords ? 2 : 1, &length))
		return;
	spend_load(c);
	branch_to(c, c->pc + 4 + 2 * length);
}

static void exclusive_or_table(struct core *c, uint32_t op)
{
	const uint32_t base = get_reg(c, bits(op, 19, 16));

	switch (bits(op, 20, 20) << 4 | bits(op, 7, 4)) {
	case 0x04: /* STREXB */
		store_exclusive(c, op, bits(op, 3, 0), base, 1);
		break;
	case 0x05: /* STREXH */
		store_exclusive(c, op, bits(op, 3, 0), base, 2);
		break;
	case 0x10: /* TBB */
	case 0x11: /* TBH */
		table_branch(c, op);
		break;
	case 0x14: /* LDREXB */
		load_exclusive(c, op, base, 1);
		break;
	case 0x15: /* LDREXH */
		load_exclusive(c, op, base, 2);
		break;
	default:
		undefined(c);
		break;
	}
}

void thumb32_dual_exclusive_table(struct core *c, uint32_t op)
{
	const uint32_t word = get_reg(c, bits(op, 19, 16)) + bits(op, 7, 0) * 4;

	if (bit(op, 24) || bit(op, 21)) {
		dual(c, op);
		return;
	}
	if (bit(op, 23)) {
		exclusive_or_table(c, op);
		return;
	}
	if (bit(op, 20)) {
		load_exclusive(c, op, word, 4);
		return;
	}
	store_exclusive(c, op, bits(op, 11, 8), word, 4);
}

/* --- A5.3.7 to A5.3.10: single items ---------------------------------------------------- */

/* How the bits of one encoding make an address, and what becomes of the base. */
struct address {
	uint32_t addr;
	uint32_t written_back;
	bool writeback;
	bool valid;
};

static struct address indexed(const struct core *c, uint32_t op)
{
	const uint32_t base = get_reg(c, bits(op, 19, 16));
	const uint32_t imm = bits(op, 7, 0);
	const bool index = bit(op, 10), writeback = bit(op, 8);
	const uint32_t offset_addr = bit(op, 9) ? base + imm : base - imm;

	return (struct address){ index ? offset_addr : base, offset_addr, writeback, index || writeback };
}

static struct address single_address(const struct core *c, uint32_t op)
{
	const unsigned int n = bits(op, 19, 16);
	const uint32_t base = get_reg(c, n);
	struct address a = { .valid = true };

	if (n == 15) { /* literal; a store has none */
		const uint32_t aligned = base & ~3u;

		a.addr = bit(op, 23) ? aligned + bits(op, 11, 0) : aligned - bits(op, 11, 0);
		a.valid = bit(op, 20);
	} else if (bit(op, 23)) {
		a.addr = base + bits(op, 11, 0);
	} else if (bit(op, 11)) {
		a = indexed(c, op);
	} else {
		a.addr = base + (get_reg(c, bits(op, 3, 0)) << bits(op, 5, 4));
		a.valid = bits(op, 10, 6) == 0;
	}
	return a;
}

/* LDRT, STRT and the like (A5.3.7 to A5.3.10): as unprivileged code would, whoever executes them. */
static bool is_unprivileged_form(uint32_t op)
{
	return bits(op, 19, 16) != 15 && !bit(op, 23) && bits(op, 11, 8) == 14;
}

void thumb32_load_store_single(struct core *c, uint32_t op)
{
	const struct address a = single_address(c, op);
	const unsigned int n = bits(op, 19, 16), t = bits(op, 15, 12), size_code = bits(op, 22, 21);
	const unsigned int size = 1u << size_code;
	const bool is_load = bit(op, 20), is_signed = bit(op, 24);
	bool done;

	/* A base that is written back and loaded or stored is UNPREDICTABLE. */
	if (!a.valid || size_code == 3 || (is_signed && (!is_load || size == 4)) || (a.writeback && n == t)) {
		undefined(c);
		return;
	}
	if (t == 15 && is_load && size != 4)
		return; /* PLD, PLI and the unallocated memory hints */

	c->as_unprivileged = is_unprivileged_form(op);
	if (!is_load)
		done = store(c, t, a.addr, size);
	else if (is_signed)
		done = load_signed(c, t, a.addr, size);
	else
		done = load(c, t, a.addr, size);
	c->as_unprivileged = false;
	if (done && a.writeback)
		set_reg(c, n, a.written_back);
}
