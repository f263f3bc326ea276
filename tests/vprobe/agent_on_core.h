/* SPDX-License-Identifier: MIT */
/* The agents' machine code on the virtual probe's own core, which is BENCH_CORE. */
#ifndef AGENT_ON_CORE_H
#define AGENT_ON_CORE_H

#define BENCH_HAS_NMI
#include "agent_tests.h"

#include "core/core.h"

static void count(struct bench *b)
{
	const struct core *c = b->engine;

	b->instructions = c->instructions;
}

static enum core_bus_result on_read(void *user, uint32_t addr, unsigned int size, enum core_access access,
				    uint32_t *value, uint64_t *cycles)
{
	(void)access;
	(void)cycles;
	count(user);
	*value = bench_read(user, addr, size);
	return CORE_BUS_OK;
}

static enum core_bus_result on_write(void *user, uint32_t addr, unsigned int size, uint32_t value, uint64_t *cycles)
{
	(void)cycles;
	count(user);
	bench_write(user, addr, size, value);
	return CORE_BUS_OK;
}

static void engine_start(struct bench *b, uint32_t pc, uint32_t r0)
{
	struct core *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	b->engine = c;
	c->type = &BENCH_CORE;
	c->bus.read = on_read;
	c->bus.write = on_write;
	c->bus.user = b;
	c->debug_enabled = true; /* a BKPT halts */
	c->mask_ints = true;
	c->xpsr = 0x01000000;
	c->r[0] = r0;
	c->pc = pc;
}

static void engine_run(struct bench *b, unsigned int instructions)
{
	struct core *c = b->engine;

	core_run(c, instructions);
	count(b);
	b->stopped = c->halted;
}

/* With the mailbox as its table, and a stack at the end of RAM. */
static void engine_nmi(struct bench *b)
{
	struct core *c = b->engine;

	c->vtor = b->base;
	c->msp = BENCH_RAM + BENCH_RAM_LEN;
	core_set_pending(c, EXC_NMI);
}

static void engine_free(struct bench *b)
{
	free(b->engine);
	b->engine = NULL;
}

int main(void)
{
	return cmocka_run_group_tests(agent_tests, NULL, NULL);
}

#endif
