/* SPDX-License-Identifier: MIT */
/*
 * The bench on which our core and Unicorn execute the same random code: memory
 * for both, random instructions by the patterns of core_encodings.h, the state
 * before, and the comparison after.
 */
#ifndef TESTS_CORE_ORACLE_H
#define TESTS_CORE_ORACLE_H

#include "base/bytes.h"
#include "core/core.h"
#include "core_encodings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unicorn/unicorn.h>

enum {
	CODE_BASE = 0x10000,
	CODE_SIZE = 0x100000,
	/* Literals lie before and behind the cases. */
	FIRST_CASE = CODE_BASE + 0x4000,
	LAST_CASE = CODE_BASE + CODE_SIZE - 0x4000,

	RAM_BASE = 0x20000000,
	RAM_SIZE = 0x4000,
	RAM_MIDDLE = RAM_BASE + RAM_SIZE / 2,

	DEFAULT_CASES = 60000,
	SEQUENCE_LENGTH = 8,
};

#define FLAGS_NZCVQ 0xf8000000u
#define FLAGS_NZCV  0xf0000000u
#define FLAGS_GE    0x000f0000u

struct bench {
	uint64_t random;
	struct core core;
	uc_engine *uc;
	uint8_t code[CODE_SIZE]; /* both execute this one */
	uint8_t ram[RAM_SIZE];   /* ours */
	uint8_t uc_ram[RAM_SIZE];
	bool translated[CODE_SIZE / 2]; /* by Unicorn, from this half-word on: it keeps what it made */
	const struct core_type *type;
	uint32_t start; /* of the present case */
	uint32_t end;
	uint32_t before[16], xpsr_before;
	const char *name;
	unsigned int counts[ARRAY_SIZE(encodings)];
};

static uint32_t next_random(struct bench *b)
{
	b->random ^= b->random >> 12;
	b->random ^= b->random << 25;
	b->random ^= b->random >> 27;
	return (uint32_t)((b->random * 0x2545f4914f6cdd1du) >> 32);
}

static unsigned long number_from_environment(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 0) : otherwise;
}

/* --- our core's bus: the two arrays, by call or by window ---------------------------- */

static uint8_t *memory_at(struct bench *b, uint32_t addr, unsigned int size)
{
	if (addr >= CODE_BASE && addr - CODE_BASE <= CODE_SIZE - size)
		return b->code + (addr - CODE_BASE);
	if (addr >= RAM_BASE && addr - RAM_BASE <= RAM_SIZE - size)
		return b->ram + (addr - RAM_BASE);
	return NULL;
}

static enum core_bus_result bus_read(void *user, uint32_t addr, unsigned int size, enum core_access access,
				     uint32_t *value, uint64_t *cycles)
{
	const uint8_t *mem = memory_at(user, addr, size);

	(void)access;
	(void)cycles;
	if (!mem)
		return CORE_BUS_FAULT;
	*value = size == 4 ? get_le32(mem) : size == 2 ? get_le16(mem) : *mem;
	return CORE_BUS_OK;
}

static enum core_bus_result bus_write(void *user, uint32_t addr, unsigned int size, uint32_t value, uint64_t *cycles)
{
	uint8_t *mem = memory_at(user, addr, size);

	(void)cycles;
	if (!mem)
		return CORE_BUS_FAULT;
	for (unsigned int i = 0; i < size; i++)
		mem[i] = (uint8_t)(value >> (8 * i));
	return CORE_BUS_OK;
}

static const uint8_t *code_window(void *user, uint32_t addr, uint32_t *base, uint32_t *len, uint32_t *wait_cycles)
{
	struct bench *b = user;

	if (addr < CODE_BASE || addr - CODE_BASE >= CODE_SIZE)
		return NULL;
	*base = CODE_BASE;
	*len = CODE_SIZE;
	*wait_cycles = 0;
	return b->code;
}

static uint8_t *ram_window(void *user, uint32_t addr, uint32_t *base, uint32_t *len)
{
	struct bench *b = user;

	if (addr < RAM_BASE || addr - RAM_BASE >= RAM_SIZE)
		return NULL;
	*base = RAM_BASE;
	*len = RAM_SIZE;
	return b->ram;
}

/* --- Unicorn --------------------------------------------------------------------------- */

static void open_unicorn(struct bench *b)
{
	const int model = b->type == &core_m7 ? UC_CPU_ARM_CORTEX_M7
			  : b->type->v6m      ? UC_CPU_ARM_CORTEX_M0
			  : b->type->dsp      ? UC_CPU_ARM_CORTEX_M4
					      : UC_CPU_ARM_CORTEX_M3;

	if (b->uc)
		uc_close(b->uc);
	assert_int_equal(uc_open(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS, &b->uc), UC_ERR_OK);
	assert_int_equal(uc_ctl_set_cpu_model(b->uc, model), UC_ERR_OK);
	assert_int_equal(uc_mem_map_ptr(b->uc, CODE_BASE, CODE_SIZE, UC_PROT_ALL, b->code), UC_ERR_OK);
	assert_int_equal(uc_mem_map_ptr(b->uc, RAM_BASE, RAM_SIZE, UC_PROT_ALL, b->uc_ram), UC_ERR_OK);

	/* Every half-word is a UDF, and different from its neighbours where it is read as data. */
	for (uint32_t i = 0; i < CODE_SIZE; i += 2)
		put_le16(b->code + i, (uint16_t)(0xde00 | (i >> 1 & 0xff)));
	memset(b->translated, 0, sizeof(b->translated));
	b->end = FIRST_CASE;
}

/* --- a random instruction --------------------------------------------------------------- */

/* Registers of the instruction that was made last, by their letters. */
struct fields {
	unsigned int reg[128];
	unsigned int used; /* bit mask of registers in fields */
	bool repeated;     /* two letters have the same register */
};

static unsigned int random_register(struct bench *b, unsigned int width)
{
	unsigned int n = next_random(b) % (width == 3 ? 8 : 14);

	return n == 13 ? 14 : n;
}

static bool is_register_letter(char letter)
{
	return letter != '\0' && strchr("ndmtvahl", letter) != NULL;
}

/* One field of the pattern; *p is moved behind it. */
static uint32_t fill_field(struct bench *b, const char **p, struct fields *f)
{
	const char letter = **p;
	unsigned int width = 0, value;

	while (**p == letter && (!is_register_letter(letter) || width < 4)) {
		width++;
		(*p)++;
	}
	value = next_random(b) & ((1u << width) - 1);
	if (is_register_letter(letter)) {
		unsigned int *reg = &f->reg[(unsigned char)letter];

		if (*reg == 16) {
			*reg = random_register(b, width);
			f->repeated |= f->used >> *reg & 1;
			f->used |= 1u << *reg;
		}
		value = *reg;
	}
	return width << 16 | value;
}

static uint32_t fill_pattern(struct bench *b, const char *pattern, struct fields *f)
{
	uint32_t op = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(f->reg); i++)
		f->reg[i] = 16;
	f->used = 0;
	f->repeated = false;

	while (*pattern) {
		if (*pattern == '0' || *pattern == '1') {
			op = op << 1 | (*pattern++ == '1');
		} else {
			const uint32_t part = fill_field(b, &pattern, f);

			op = op << (part >> 16) | (part & 0xffff);
		}
	}
	return op;
}

static bool is_defined(const struct encoding *e, uint32_t op, const struct fields *f)
{
	if ((e->flags & DISTINCT) && f->repeated)
		return false;
	if ((e->flags & MEM) && f->reg['n'] == f->reg['m'])
		return false;
	return !e->valid || e->valid(op);
}

static uint32_t make_instruction(struct bench *b, const struct encoding *e, struct fields *f)
{
	uint32_t op;

	do
		op = fill_pattern(b, e->pattern, f);
	while (!is_defined(e, op, f));
	return op;
}

static void emit(struct bench *b, const struct encoding *e, uint32_t op)
{
	uint8_t *mem = b->code + (b->end - CODE_BASE);

	if (strlen(e->pattern) == 32) {
		put_le16(mem, (uint16_t)(op >> 16));
		put_le16(mem + 2, (uint16_t)op);
		b->end += 4;
	} else {
		put_le16(mem, (uint16_t)op);
		b->end += 2;
	}
	b->name = e->name;
}

/* --- a case: the state before, both executions, the comparison -------------------------------- */

static uint32_t random_value(struct bench *b)
{
	static const uint32_t edges[] = { 0,          1,          0x7f,       0x80,       0xff,       0x7fff,
					  0x8000,     0xffff,     0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe,
					  0x80008000, 0x7fff7fff, 0x7f7f7f7f, 0x80808080 };

	switch (next_random(b) & 3) {
	case 0:
		return edges[next_random(b) % ARRAY_SIZE(edges)];
	case 1:
		return next_random(b) & 0xff;
	default:
		return next_random(b);
	}
}

static bool *translated(struct bench *b, uint32_t addr)
{
	return &b->translated[(addr - CODE_BASE) / 2];
}

static bool is_in_code(uint32_t addr)
{
	return addr >= CODE_BASE && addr < CODE_BASE + CODE_SIZE;
}

/* Every case has addresses that were not executed before; when they are used up a fresh Unicorn begins again. */
static void begin_case(struct bench *b)
{
	if (!b->uc || b->end >= LAST_CASE)
		open_unicorn(b);
	do
		b->end += 2;
	while (*translated(b, b->end));
	b->start = b->end;

	for (unsigned int i = 0; i < 15; i++)
		b->before[i] = random_value(b);
	b->before[13] = RAM_MIDDLE + (next_random(b) & 0xf8);
	b->before[15] = b->start;
	b->xpsr_before = (next_random(b) & (b->type->v6m ? FLAGS_NZCV : FLAGS_NZCVQ)) | 1u << 24;
}

/* An address in the code, for BX and its like */
static uint32_t random_target(struct bench *b)
{
	return (FIRST_CASE + next_random(b) % (LAST_CASE - FIRST_CASE)) | 1;
}

/* Give the registers that the instruction uses as addresses a value that makes sense. */
static void prepare_operands(struct bench *b, const struct encoding *e, uint32_t op, const struct fields *f)
{
	if (e->flags & MEM) {
		const bool aligned = (e->flags & ALIGNED) || b->type->v6m;

		b->before[f->reg['n']] = RAM_MIDDLE + (next_random(b) & (aligned ? 0xfcu : 0xffu));
		if (f->reg['m'] < 16)
			b->before[f->reg['m']] = next_random(b) & (b->type->v6m ? 0x7cu : 0x7fu);
	}
	if ((e->flags & NOT_MINIMUM) && b->before[f->reg['n']] == 0x80008000)
		b->before[f->reg['n']] = 0x80007fff;
	if ((e->flags & TO_CODE) && f->reg['m'] < 16)
		b->before[f->reg['m']] = random_target(b);
	if (e->flags & POPS_PC) {
		const uint32_t at = b->before[13] - RAM_BASE + 4 * ones(op & 0xff);
		const uint32_t target = random_target(b);

		put_le32(b->ram + at, target);
		put_le32(b->uc_ram + at, target);
	}
}

static void load_core(struct bench *b)
{
	for (unsigned int i = 0; i < 16; i++)
		core_set_reg(&b->core, i, b->before[i]);
	core_set_reg(&b->core, 16, b->xpsr_before);
	b->core.bus.ram = next_random(b) & 1 ? ram_window : NULL;
	b->core.bus.window = next_random(b) & 1 ? code_window : NULL;
	core_flush_fetch(&b->core);
}

static int unicorn_register(unsigned int n)
{
	static const int high[] = { UC_ARM_REG_SP, UC_ARM_REG_LR, UC_ARM_REG_PC };

	return n < 13 ? UC_ARM_REG_R0 + (int)n : high[n - 13];
}

/* Unicorn does not let GE be written: what earlier cases left there is what ours begins with too. */
static void load_unicorn(struct bench *b)
{
	uint32_t cpsr = 0;

	for (unsigned int i = 0; i < 15; i++)
		uc_reg_write(b->uc, unicorn_register(i), &b->before[i]);
	uc_reg_write(b->uc, UC_ARM_REG_XPSR, &b->xpsr_before);
	uc_reg_read(b->uc, UC_ARM_REG_CPSR, &cpsr);
	if (b->type->dsp)
		b->core.xpsr |= cpsr & FLAGS_GE;
}

static void describe(const struct bench *b, const char *what, unsigned int n, uint32_t ours, uint32_t theirs)
{
	print_error("%s: %s%u is 0x%08x, Unicorn has 0x%08x\n", b->name, what, n, ours, theirs);
	print_error("  code:");
	for (uint32_t addr = b->start; addr < b->end; addr += 2)
		print_error(" %04x", get_le16(b->code + (addr - CODE_BASE)));
	print_error(" at 0x%08x, xPSR before 0x%08x\n", b->start, b->xpsr_before);
	for (unsigned int i = 0; i < 15; i++)
		print_error("  r%u=0x%08x", i, b->before[i]);
	print_error("\n");
}

static void compare(struct bench *b)
{
	const uint32_t flags = b->type->v6m ? FLAGS_NZCV : FLAGS_NZCVQ | FLAGS_GE;
	uint32_t xpsr = 0;

	for (unsigned int i = 0; i < 16; i++) {
		const uint32_t ours = core_get_reg(&b->core, i);
		uint32_t theirs = 0;

		uc_reg_read(b->uc, unicorn_register(i), &theirs);
		if (ours != theirs)
			describe(b, "register ", i, ours, theirs);
		assert_int_equal(ours, theirs);
	}

	uc_reg_read(b->uc, UC_ARM_REG_CPSR, &xpsr); /* the flags are where xPSR has them; Unicorn's xPSR lacks GE */
	if ((xpsr ^ b->core.xpsr) & flags)
		describe(b, "xPSR ", 0, b->core.xpsr & flags, xpsr & flags);
	assert_int_equal(b->core.xpsr & flags, xpsr & flags);
	assert_int_equal(b->core.xpsr & 0x0600fc00u, 0); /* every IT block is over */

	if (memcmp(b->ram, b->uc_ram, RAM_SIZE) != 0)
		describe(b, "RAM ", 0, 0, 0);
	assert_memory_equal(b->ram, b->uc_ram, RAM_SIZE);
}

/*
 * Execute from start to end here, then there to where we got. An error of
 * Unicorn's is the fetch at the target of a branch out of the code: PC tells.
 * False when a branch went to where Unicorn would not notice that it should stop.
 */
static bool run_case(struct bench *b)
{
	load_core(b);
	load_unicorn(b);
	do {
		core_run(&b->core, 1);
		if (b->core.active[EXC_HARDFAULT] || b->core.lockup)
			describe(b, "CFSR ", 0, b->core.cfsr, 0);
		assert_false(b->core.active[EXC_HARDFAULT] || b->core.lockup);
	} while (b->core.pc > b->start && b->core.pc < b->end);

	*translated(b, b->start) = true;
	if (is_in_code(b->core.pc)) {
		if (*translated(b, b->core.pc)) {
			memcpy(b->ram, b->uc_ram, RAM_SIZE);
			return false;
		}
		*translated(b, b->core.pc) = true;
	}
	uc_emu_start(b->uc, b->start | 1, b->core.pc, 0, 0);
	compare(b);
	return true;
}

/* --- the bench --------------------------------------------------------------------------------- */

static struct bench *new_bench(const struct core_type *type)
{
	struct bench *b = calloc(1, sizeof(*b));
	const unsigned long seed = number_from_environment("STFLASH_SEED", 1);

	assert_non_null(b);
	print_message("STFLASH_SEED=%lu STFLASH_CASES=%lu\n", seed,
		      number_from_environment("STFLASH_CASES", DEFAULT_CASES));
	b->random = seed * 0x9e3779b97f4a7c15u + 1;
	b->type = type;
	for (uint32_t i = 0; i < RAM_SIZE; i++)
		b->ram[i] = b->uc_ram[i] = (uint8_t)next_random(b);

	b->core.type = type;
	b->core.bus = (struct core_bus){ .read = bus_read, .write = bus_write, .user = b };
	core_reset(&b->core);
	b->core.lockup = false; /* there is no vector table at 0 */
	b->core.xpsr = 1u << 24;
	return b;
}

static void free_bench(struct bench *b)
{
	if (b->uc)
		uc_close(b->uc);
	free(b);
}

#endif
