/* SPDX-License-Identifier: MIT */
/* Loops that wait: what is left out of them cannot be told from what was executed. */
#include "core_machine.h"

enum {
	STATUS = RAM_BASE + 0x10, /* read over the bus; bit 16 says busy */
	WATCHDOG = RAM_BASE + 0x20,
	JOB = RAM_BASE + 0x40, /* plain RAM where the test says so */
	ALIVE = RAM_BASE + 0x44,
	FED = 0xaaaa,
	BUSY = 1 << 16,
};

/* Two of a kind, but for this: the second may leave turns out. */
struct pair {
	struct machine *all, *some;
};

static bool steady(void *user, uint32_t addr, const uint32_t *value)
{
	(void)user;
	return value ? addr == WATCHDOG && *value == FED : addr == STATUS;
}

static uint8_t *plain_ram(void *user, uint32_t addr, uint32_t *base, uint32_t *len)
{
	struct machine *m = user;

	if (addr < JOB || addr >= RAM_BASE + RAM_SIZE)
		return NULL;
	*base = JOB;
	*len = RAM_SIZE - (JOB - RAM_BASE);
	return m->ram + (JOB - RAM_BASE);
}

static int setup(void **state)
{
	static struct pair p;

	assert_int_equal(machine_setup((void **)&p.all), 0);
	assert_int_equal(machine_setup((void **)&p.some), 0);
	p.some->core.bus.steady = steady;
	*state = &p;
	return 0;
}

static int teardown(void **state)
{
	struct pair *p = *state;

	free(p->all);
	free(p->some);
	return 0;
}

static void both(struct pair *p, void (*change)(struct machine *m, uint32_t value), uint32_t value)
{
	change(p->all, value);
	change(p->some, value);
}

static void assemble_all(struct pair *p, const uint32_t *ops, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		assemble(p->all, ops[i]);
		assemble(p->some, ops[i]);
	}
}

#define program(p, ops) assemble_all(p, ops, sizeof(ops) / sizeof(*(ops)))

static void set_status(struct machine *m, uint32_t value)
{
	put_le32(m->ram + (STATUS - RAM_BASE), value);
}

static void set_job(struct machine *m, uint32_t value)
{
	put_le32(m->ram + (JOB - RAM_BASE), value);
}

static void set_counter(struct machine *m, uint32_t value)
{
	m->core.r[3] = value;
}

static void set_registers(struct machine *m, uint32_t value)
{
	(void)value;
	m->core.bus.ram = plain_ram;
	m->core.r[0] = JOB;
	m->core.r[2] = 1;
	m->core.r[4] = FED;
	m->core.r[5] = WATCHDOG;
	m->core.r[6] = STATUS;
}

static void same_state(const struct pair *p)
{
	const struct core *a = &p->all->core, *b = &p->some->core;

	assert_memory_equal(a->r, b->r, sizeof(a->r));
	assert_int_equal(a->pc, b->pc);
	assert_int_equal(a->lr, b->lr);
	assert_int_equal(a->msp, b->msp);
	assert_int_equal(a->xpsr, b->xpsr);
	assert_int_equal(a->cycles, b->cycles);
	assert_int_equal(a->cycle_fraction, b->cycle_fraction);
	assert_int_equal(a->instructions, b->instructions);
	assert_memory_equal(p->all->ram, p->some->ram, RAM_SIZE);
}

/* Budgets of every length, from less than a turn to thousands of them. */
static void run_both(struct pair *p, unsigned int times)
{
	static uint32_t random = 1;

	while (times--) {
		uint32_t budget;

		random = random * 1664525u + 1013904223u;
		budget = 1 + (random >> 8) % (2u << (random >> 28));
		assert_int_equal(core_run(&p->all->core, budget), core_run(&p->some->core, budget));
		same_state(p);
	}
}

static void skipped(const struct pair *p)
{
	assert_true(p->all->n_accesses > 1000);
	assert_true(p->some->n_accesses < p->all->n_accesses / 5);
}

/* What an agent does while the flash is busy: feed, count, poll. */
static const uint32_t ready[] = {
	0x602c,    /* 1: str r4, [r5] */
	0x3b01,    /* subs r3, #1 */
	0xd003,    /* beq 2f */
	0x6837,    /* ldr r7, [r6] */
	0x03fa,    /* lsls r2, r7, #15 */
	0xd4f9,    /* bmi 1b */
	0x3001,    /* adds r0, #1 */
	OP_B_SELF, /* 2: b . */
};

static void test_a_status_is_polled(void **state)
{
	struct pair *p = *state;

	program(p, ready);
	both(p, set_registers, 0);
	both(p, set_counter, 0x10000000);
	both(p, set_status, BUSY);
	run_both(p, 60);
	skipped(p);
	both(p, set_status, 0);
	run_both(p, 10);
	assert_int_equal(p->some->core.r[0], JOB + 1);
}

static void test_a_counter_ends_at_its_turn(void **state)
{
	struct pair *p = *state;

	program(p, ready);
	both(p, set_registers, 0);
	both(p, set_counter, 5000);
	both(p, set_status, BUSY);
	run_both(p, 200);
	assert_int_equal(p->some->core.r[3], 0);
	assert_int_equal(p->some->core.r[0], JOB);
}

static void test_a_counter_that_begins_with_the_sign_set(void **state)
{
	struct pair *p = *state;

	program(p, ready);
	both(p, set_registers, 0);
	both(p, set_counter, 0x80000100);
	both(p, set_status, BUSY);
	run_both(p, 100);
	skipped(p);
}

/* A loop of 32-bit instructions, as a loader of another tool has it, from code with wait states */
static void test_a_status_is_polled_by_wide_instructions(void **state)
{
	static const uint32_t wait[] = {
		0xf8d67000, /* 1: ldr.w r7, [r6] */
		0xf4173f80, /* tst.w r7, #0x10000 */
		0xd1fa,     /* bne 1b */
		0x3001,     OP_B_SELF,
	};
	struct pair *p = *state;

	p->all->wait_cycles = 3;
	p->some->wait_cycles = 3;
	program(p, wait);
	both(p, set_registers, 0);
	both(p, set_status, BUSY);
	run_both(p, 100);
	skipped(p);
	both(p, set_status, 0);
	run_both(p, 10);
	assert_int_equal(p->some->core.r[0], JOB + 1);
}

/* What it does between jobs: feed, show the counter, look for the next one. */
static void test_a_job_is_waited_for(void **state)
{
	static const uint32_t idle[] = {
		0x602c,    /* 1: str r4, [r5] */
		0x6043,    /* str r3, [r0, #4] */
		0x6801,    /* ldr r1, [r0] */
		0x4291,    /* cmp r1, r2 */
		0xd001,    /* beq 2f */
		0x3b01,    /* subs r3, #1 */
		0xd1f8,    /* bne 1b */
		0x3001,    /* 2: adds r0, #1 */
		OP_B_SELF, /* b . */
	};
	struct pair *p = *state;

	program(p, idle);
	both(p, set_registers, 0);
	both(p, set_counter, 0x00100000);
	run_both(p, 60);
	skipped(p);
	both(p, set_job, 1);
	run_both(p, 10);
	assert_int_equal(p->some->core.r[0], JOB + 1);
}

/* Every access is made, and a few that were tried. */
static void nothing_is_left_out(struct pair *p, const uint32_t *ops, unsigned int n)
{
	assemble_all(p, ops, n);
	both(p, set_registers, 0);
	both(p, set_counter, 0x10000000);
	both(p, set_status, BUSY);
	run_both(p, 100);
	assert_true(p->all->n_accesses > 1000);
	assert_in_range(p->some->n_accesses, p->all->n_accesses, p->all->n_accesses * 21 / 20);
}

static void test_a_counter_that_is_compared(void **state)
{
	static const uint32_t loop[] = { 0x3b01, 0x6837, 0x42bb, 0xd1fb, OP_B_SELF }; /* subs r3; ldr r7; cmp r3, r7 */

	nothing_is_left_out(*state, loop, 5);
}

static void test_a_counter_in_ram(void **state)
{
	static const uint32_t loop[] = { 0x6837, 0x6801, 0x3901, 0x6001, 0xe7fa }; /* ldr r7; ldr r1; subs r1; str r1 */

	nothing_is_left_out(*state, loop, 5);
}

static void test_a_register_that_is_no_status(void **state)
{
	static const uint32_t loop[] = { 0x682f, 0x3b01, 0xd1fc, OP_B_SELF }; /* ldr r7, [r5]; subs r3 */

	nothing_is_left_out(*state, loop, 4);
}

static void test_a_store_that_is_not_the_feeding(void **state)
{
	static const uint32_t loop[] = { 0x602b, 0x3b01, 0xd1fc, OP_B_SELF }; /* str r3, [r5]; subs r3 */

	nothing_is_left_out(*state, loop, 4);
}

static void test_a_sum(void **state)
{
	static const uint32_t loop[] = { 0x6837, 0x19c0, 0xe7fc }; /* ldr r7, [r6]; adds r0, r0, r7 */

	nothing_is_left_out(*state, loop, 3);
}

#define pair_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		pair_test(test_a_status_is_polled),
		pair_test(test_a_counter_ends_at_its_turn),
		pair_test(test_a_counter_that_begins_with_the_sign_set),
		pair_test(test_a_status_is_polled_by_wide_instructions),
		pair_test(test_a_job_is_waited_for),
		pair_test(test_a_counter_that_is_compared),
		pair_test(test_a_counter_in_ram),
		pair_test(test_a_register_that_is_no_status),
		pair_test(test_a_store_that_is_not_the_feeding),
		pair_test(test_a_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
