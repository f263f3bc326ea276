/* SPDX-License-Identifier: MIT */
/*
 * Random half-words as firmware, random registers, random interrupts and
 * debugger requests: whatever happens, the core keeps to the contract of its
 * bus (checked in core_machine.h) and of its run loop. Run it under ASan too.
 */
#include "core_machine.h"

#include <stdio.h>

enum { ROUNDS = 20000, RUNS = 20 };

static uint64_t random_state;

static uint32_t next_random(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (uint32_t)((random_state * 0x2545f4914f6cdd1du) >> 32);
}

static uint8_t *any_ram(void *user, uint32_t addr, uint32_t *base, uint32_t *len)
{
	struct machine *m = user;

	if (addr < RAM_BASE || addr - RAM_BASE >= RAM_SIZE)
		return NULL;
	*base = RAM_BASE;
	*len = RAM_SIZE;
	return m->ram;
}

/* Any half-word; but plain ones often, that execution may get somewhere, and now and then a rare one. */
static uint16_t random_halfword(void)
{
	static const uint16_t rare[] = { OP_WFI, OP_WFE, OP_SEV, OP_SVC, OP_BKPT, OP_BX_LR, 0xb672, 0xb662, 0xb673 };
	const uint32_t value = next_random();

	if (value >> 27 == 0)
		return rare[value % ARRAY_SIZE(rare)];
	return (uint16_t)(value >> 31 ? value : value % 0x4400);
}

static void randomise(struct machine *m)
{
	static const struct core_type *const types[] = { &core_m0, &core_m3, &core_m4, &core_m7 };
	struct core *c = &m->core;

	for (uint32_t i = 0; i < CODE_SIZE; i += 2)
		put_le16(m->code + i, random_halfword());
	for (uint32_t i = 0; i < RAM_SIZE; i += 2)
		put_le16(m->ram + i, (uint16_t)next_random());
	for (unsigned int i = 0; i < 64; i++)
		put_le32(m->code + 4 * i, (next_random() >> 8) % CODE_SIZE | (i % 16 != 5));
	put_le32(m->code, STACK_TOP);

	c->type = types[next_random() % ARRAY_SIZE(types)];
	c->bus.ram = next_random() & 1 ? any_ram : NULL;
	c->bus.window = next_random() & 1 ? machine_window : NULL;
	c->debug_enabled = next_random() & 1;
	c->demcr = next_random();
	core_reset(c);
	for (unsigned int i = 0; i < 15; i++) {
		const uint32_t value = next_random();

		core_set_reg(c, i, next_random() & 1 ? RAM_BASE + (value & (RAM_SIZE - 1)) : value);
	}
	if (next_random() & 1)
		core_set_reg(c, 16, next_random());
	c->shcsr = next_random();
	c->ccr = next_random() & 0x219;
	c->control = next_random() & 3;
	c->aircr_prigroup = next_random();
	for (unsigned int i = 0; i < EXC_N; i++) {
		c->enabled[i] = next_random() & 1;
		c->priority[i] = (uint8_t)next_random();
	}
}

/* What the debugger and peripherals do between two runs; registers are written in debug state only. */
static void disturb(struct core *c)
{
	const unsigned int regsel = next_random() % 24;

	switch (next_random() % 6) {
	case 0:
		core_set_pending(c, next_random() % (EXC_N + 8));
		break;
	case 1:
		if (c->halted && !c->lockup)
			core_set_reg(c, regsel, next_random());
		break;
	case 2:
		c->halt_request = true;
		break;
	case 3:
		c->step = next_random() & 1;
		break;
	case 4:
		core_flush_fetch(c);
		break;
	default:
		c->halted = false;
		c->halt_request = false;
		break;
	}
}

static void check_invariants(const struct core *c, enum core_stop stop, uint64_t ran, uint64_t budget)
{
	assert_int_equal(c->pc & 1, 0);
	assert_int_equal((c->msp | c->psp) & 3, 0);
	assert_true(c->halted == (stop == CORE_STOP_HALTED));
	assert_true(!c->halted || c->dfsr != 0);
	if (stop == CORE_STOP_TIME)
		assert_true(ran >= budget);
	if (stop == CORE_STOP_LOCKUP)
		assert_int_equal(c->pc, LOCKUP_ADDR);
	if (stop == CORE_STOP_SLEEP)
		assert_true(c->sleeping);
}

static void random_code_keeps_the_core_within_its_contract(void **state)
{
	struct machine *m = *state;
	const char *seed = getenv("STFLASH_SEED");
	unsigned int stops[CORE_STOP_EVENT + 1] = { 0 };

	random_state = (seed ? strtoull(seed, NULL, 0) : 1) * 0x9e3779b97f4a7c15u + 1;
	print_message("STFLASH_SEED=%s\n", seed ? seed : "1");
	for (unsigned int round = 0; round < ROUNDS; round++) {
		randomise(m);
		for (unsigned int i = 0; i < RUNS; i++) {
			const uint64_t budget = next_random() % 300, before = m->core.cycles;
			const enum core_stop stop = core_run(&m->core, budget);

			check_invariants(&m->core, stop, m->core.cycles - before, budget);
			stops[stop]++;
			disturb(&m->core);
		}
	}

	print_message("%llu instructions\n", (unsigned long long)m->core.instructions);
	/* All of it was met, not only lockup at the first instruction. */
	assert_true(stops[CORE_STOP_TIME] > 100);
	assert_true(stops[CORE_STOP_HALTED] > 100);
	assert_true(stops[CORE_STOP_LOCKUP] > 100);
	assert_true(stops[CORE_STOP_SLEEP] > 100);
	assert_true(m->core.instructions > 200000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(random_code_keeps_the_core_within_its_contract),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
