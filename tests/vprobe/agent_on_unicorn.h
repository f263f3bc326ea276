/* SPDX-License-Identifier: MIT */
/* The agents' machine code on Unicorn, a processor that was not written here: BENCH_CORE. */
#ifndef AGENT_ON_UNICORN_H
#define AGENT_ON_UNICORN_H

#include "agent_tests.h"

#include <unicorn/unicorn.h>

static void must(uc_err err)
{
	if (err)
		print_error("unicorn: %s\n", uc_strerror(err));
	assert_int_equal(err, UC_ERR_OK);
}

/* Peripherals and flash are mapped at these bases; the offset within comes with each access. */
struct region {
	struct bench *b;
	uint32_t base;
};

static const struct {
	uint32_t base;
	uint32_t len;
} io[] = {
	{ BENCH_FLASH, BENCH_FLASH_LEN },
	{ BENCH_IWDG, 0x1000 },
	{ BENCH_FPEC, 0x2000 },
};

struct processor {
	uc_engine *uc;
	struct region region[ARRAY_SIZE(io)];
	uint32_t pc;
};

static uint64_t on_read(uc_engine *uc, uint64_t offset, unsigned int size, void *user)
{
	const struct region *r = user;

	(void)uc;
	return bench_read(r->b, r->base + (uint32_t)offset, size);
}

static void on_write(uc_engine *uc, uint64_t offset, unsigned int size, uint64_t value, void *user)
{
	const struct region *r = user;

	(void)uc;
	bench_write(r->b, r->base + (uint32_t)offset, size, (uint32_t)value);
}

static void on_instruction(uc_engine *uc, uint64_t addr, uint32_t size, void *user)
{
	struct bench *b = user;

	(void)uc;
	(void)addr;
	(void)size;
	b->instructions++;
}

static void engine_start(struct bench *b, uint32_t pc, uint32_t r0)
{
	struct processor *p = calloc(1, sizeof(*p));
	uc_hook hook;

	assert_non_null(p);
	b->engine = p;
	p->pc = pc;
	must(uc_open(UC_ARCH_ARM, (uc_mode)(UC_MODE_THUMB | UC_MODE_MCLASS), &p->uc));
	must(uc_ctl_set_cpu_model(p->uc, BENCH_CORE));
	must(uc_mem_map_ptr(p->uc, BENCH_RAM, BENCH_RAM_LEN, UC_PROT_ALL, b->ram));
	for (size_t i = 0; i < ARRAY_SIZE(io); i++) {
		p->region[i] = (struct region){ b, io[i].base };
		must(uc_mmio_map(p->uc, io[i].base, io[i].len, on_read, &p->region[i], on_write, &p->region[i]));
	}
	must(uc_hook_add(p->uc, &hook, UC_HOOK_CODE, (void *)(uintptr_t)on_instruction, b, (uint64_t)1, (uint64_t)0));
	must(uc_reg_write(p->uc, UC_ARM_REG_R0, &r0));
}

static void engine_run(struct bench *b, unsigned int instructions)
{
	const uint32_t stop = b->base + AGENT_MAILBOX_LEN + b->stop_offset;
	struct processor *p = b->engine;

	if (b->stopped)
		return;
	must(uc_emu_start(p->uc, p->pc | 1, stop, 0, instructions));
	must(uc_reg_read(p->uc, UC_ARM_REG_PC, &p->pc));
	b->stopped = p->pc == stop;
}

static void engine_free(struct bench *b)
{
	struct processor *p = b->engine;

	if (!p)
		return;
	uc_close(p->uc);
	free(p);
	b->engine = NULL;
}

int main(void)
{
	return cmocka_run_group_tests(agent_tests, NULL, NULL);
}

#endif
