/* SPDX-License-Identifier: MIT */
/*
 * A loop that only waits: a status is polled, a watchdog fed, the polls are
 * counted down. While nothing around the core can change, all turns of it are
 * the same, so they are added up and not executed. Registers, flags, memory, time
 * and the number of instructions are those that executing them leaves.
 *
 * One turn is tried on a copy of the core. It may load and store words only, in
 * plain RAM or where the bus says that it is steady, and must not load what it stores.
 * What it changes may be registers that SUBS counts down; nothing depends on these, but for
 * the flags of SUBS, which are the same as long as the counter is above 0.
 */
#include "core/cpu.h"

#define MOST_INSTRUCTIONS 16u
#define MOST_WORDS        4u

/* Polls before a turn is tried, and after one that was something else. */
#define PATIENCE 4u
#define REFUSED  250u
#define STRANGE  8u /* accesses elsewhere until it is another loop */

struct words {
	uint32_t addr[MOST_WORDS];
	unsigned int n;
};

/* What one turn does; registers are bits. */
struct turn {
	uint32_t counted; /* taken from by SUBS */
	uint32_t used;    /* anything else depends on it, or changes it */
	struct words loaded, stored;
};

void note_poll(struct core *c)
{
	if (c->pc != c->poll.pc && ++c->poll.strange < STRANGE)
		return;
	if (c->pc != c->poll.pc)
		c->poll.left = PATIENCE;
	c->poll.pc = c->pc;
	c->poll.strange = 0;
	if (--c->poll.left)
		return;
	c->poll.left = PATIENCE;
	c->poll.due = c->bus.steady != NULL;
	c->attention = true;
}

static bool in_plain_ram(const struct core *c, uint32_t addr)
{
	return addr - c->ram_base < c->ram_limit && !(addr & 3);
}

static bool add_word(struct words *words, uint32_t addr)
{
	if (words->n == MOST_WORDS)
		return false;
	words->addr[words->n++] = addr;
	return true;
}

static bool is_among(const struct words *words, uint32_t addr)
{
	for (unsigned int i = 0; i < words->n; i++)
		if (words->addr[i] == addr)
			return true;
	return false;
}

static bool note_load(struct core *c, struct turn *t, unsigned int to, unsigned int base, uint32_t offset)
{
	const uint32_t addr = get_reg(c, base) + offset;

	t->used |= 1u << to | 1u << base;
	if (in_plain_ram(c, addr))
		return !is_among(&t->stored, addr) && add_word(&t->loaded, addr);
	return c->bus.steady(c->bus.user, addr, NULL);
}

/*
 * A counter may be shown in RAM. The copy stores what the core itself is about to store, before anybody looks: there is
 * time left for a turn. After those that are left out, the turns that are executed put it right.
 */
static bool note_store(struct core *c, struct turn *t, unsigned int from, unsigned int base, uint32_t offset)
{
	const uint32_t addr = get_reg(c, base) + offset;
	const uint32_t value = get_reg(c, from);

	t->used |= 1u << base;
	if (in_plain_ram(c, addr))
		return !is_among(&t->loaded, addr) && add_word(&t->stored, addr);
	t->used |= 1u << from;
	return c->bus.steady(c->bus.user, addr, &value);
}

static bool note_wide(struct core *c, struct turn *t, uint32_t op)
{
	const unsigned int n = bits(op, 19, 16), d = bits(op, 15, 12);

	if ((op & 0xffef8030u) == 0xea4f0000u && bits(op, 11, 8) < 13) { /* LSL (immediate) T2 */
		t->used |= 1u << bits(op, 11, 8) | 1u << bits(op, 3, 0);
		return bits(op, 3, 0) < 13;
	}
	if ((op & 0xfbf08f00u) == 0xf0100f00u) { /* TST (immediate) T1 */
		t->used |= 1u << n;
		return n < 13;
	}
	if ((op & 0xffe00000u) != 0xf8c00000u || n >= 13 || d >= 13) /* STR, LDR (immediate) T3 */
		return false;
	return bit(op, 20) ? note_load(c, t, d, n, bits(op, 11, 0)) : note_store(c, t, d, n, bits(op, 11, 0));
}

/* False: an instruction that no waiting loop has. */
static bool note(struct core *c, struct turn *t, uint32_t op)
{
	const unsigned int low = bits(op, 2, 0), middle = bits(op, 5, 3), high = bits(op, 10, 8);

	if (op >> 16)
		return note_wide(c, t, op);
	if (op >> 6 == 0x108 || op >> 6 == 0x10a) { /* TST, CMP of registers */
		t->used |= 1u << low | 1u << middle;
		return true;
	}
	switch (op >> 11) {
	case 0: /* LSL, LSR (immediate) */
	case 1:
		t->used |= 1u << low | 1u << middle;
		return true;
	case 5: /* CMP (immediate) */
		t->used |= 1u << high;
		return true;
	case 7: /* SUB (immediate) T2 */
		t->counted |= 1u << high;
		return true;
	case 12:
		return note_store(c, t, low, middle, bits(op, 10, 6) * 4);
	case 13:
		return note_load(c, t, low, middle, bits(op, 10, 6) * 4);
	case 26: /* B with a condition, neither UDF nor SVC; without one */
	case 27:
		return bits(op, 11, 9) != 7;
	case 28:
		return true;
	default:
		return false;
	}
}

/* The next instruction, without the time of its fetch; false where it has to come over the bus. */
static bool look_ahead(const struct core *c, uint32_t *op)
{
	const uint32_t offset = c->pc - c->fetch_base;

	if (offset >= c->fetch_limit)
		return false;
	*op = get_le32(c->fetch_mem + offset);
	*op = thumb16[(*op >> 9) & 0x7f] ? *op & 0xffff : *op << 16 | *op >> 16;
	return true;
}

/* From here to here again. */
static bool take_turn(struct core *c, struct turn *t)
{
	const uint32_t begin = c->pc;
	uint32_t op;

	for (unsigned int n = 0; n < MOST_INSTRUCTIONS; n++) {
		if (in_it_block(c) || !look_ahead(c, &op) || !note(c, t, op))
			return false;
		execute_one(c);
		if (c->raised)
			return false;
		if (c->pc == begin)
			return true;
	}
	return false;
}

/* How often the turn may be repeated as far as the registers go; 0: it is not the same every time. */
static uint64_t most_turns(const struct core *c, const struct core *after, const struct turn *t)
{
	uint64_t most = UINT64_MAX;

	if (after->xpsr != c->xpsr || after->lr != c->lr || after->msp != c->msp || after->psp != c->psp ||
	    after->fetch_word != c->fetch_word)
		return 0;
	for (unsigned int i = 0; i < 13; i++) {
		const uint32_t step = c->r[i] - after->r[i];

		if (!step)
			continue;
		if (!(t->counted & ~t->used & 1u << i) || step > 0x1000 || c->r[i] >= 0x80000000u)
			return 0;
		if (c->r[i] / step < most)
			most = c->r[i] / step;
	}
	return most;
}

/*
 * As often as time and counters allow, but for three: one turn is left to be executed, one because clocks are rounded,
 * and one because a counter has to stay above 0.
 */
static uint64_t turns_until(const struct core *c, const struct core *after, uint64_t most, uint64_t end)
{
	const uint64_t by_time = (end - c->cycles) / (after->cycles - c->cycles + 1);

	if (by_time < most)
		most = by_time;
	return most > 3 ? most - 3 : 0;
}

/* Time is a fixed-point number: cycles, and a fraction of 32 bits. */
static void repeat(struct core *c, const struct core *after, uint64_t turns)
{
	const uint64_t each = ((after->cycles - c->cycles) << 32) + after->cycle_fraction - c->cycle_fraction;
	const uint64_t total = turns * each + c->cycle_fraction;

	c->cycles += total >> 32;
	c->cycle_fraction = (uint32_t)total;
	c->instructions += turns * (after->instructions - c->instructions);
	for (unsigned int i = 0; i < 13; i++)
		c->r[i] -= (uint32_t)turns * (c->r[i] - after->r[i]);
}

/* No instruction of a turn takes more than 4 cycles and the fetch of two words. */
static uint64_t longest_turn(const struct core *c)
{
	return MOST_INSTRUCTIONS * (4 + 2 * c->fetch_wait);
}

void skip_waiting(struct core *c, uint64_t end)
{
	struct core after;
	struct turn t = { 0 };
	uint64_t most = 0;

	c->poll.due = false;
	if (c->cycles + longest_turn(c) >= end || end - c->cycles > INT32_MAX)
		return;
	after = *c;
	if (take_turn(&after, &t))
		most = most_turns(c, &after, &t);
	if (most)
		repeat(c, &after, turns_until(c, &after, most, end));
	else
		c->poll.left = REFUSED;
}
