/* SPDX-License-Identifier: MIT */
/*
 * The smallest machine for the core: 4 KiB of code at 0 with a vector table,
 * 4 KiB of RAM at 0x20000000, nothing else. It remembers the accesses that went
 * over the bus, and can be told to refuse some.
 */
#ifndef TESTS_CORE_MACHINE_H
#define TESTS_CORE_MACHINE_H

#include "base/bytes.h"
#include "core/core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
	CODE_SIZE = 0x1000,
	RAM_BASE = 0x20000000,
	RAM_SIZE = 0x1000,
	STACK_TOP = RAM_BASE + 0x800,
	PROCESS_STACK = RAM_BASE + 0xc00,
	HANDLERS = 0x200, /* 8 bytes for each exception */
	MAIN = 0x800,
	N_ACCESSES = 16,
};

/* Instructions that appear again and again */
enum {
	OP_NOP = 0xbf00,
	OP_WFE = 0xbf20,
	OP_WFI = 0xbf30,
	OP_SEV = 0xbf40,
	OP_BKPT = 0xbe00,
	OP_UDF = 0xde00,
	OP_SVC = 0xdf00,
	OP_BX_LR = 0x4770,
	OP_BX_R0 = 0x4700,
	OP_B_SELF = 0xe7fe,
	OP_MOVS_R0_1 = 0x2001,
	OP_ADDS_R0_1 = 0x3001,
	OP_LDR_R1_R0 = 0x6801,
	OP_STR_R1_R0 = 0x6001,
};

#define XPSR_THUMB  (1u << 24)
#define LOCKUP_ADDR 0xfffffffeu

#define UNDEFINSTR (1u << 16)
#define INVSTATE   (1u << 17)
#define INVPC      (1u << 18)
#define NOCP       (1u << 19)
#define UNALIGNED  (1u << 24)
#define DIVBYZERO  (1u << 25)
#define IACCVIOL   (1u << 0)
#define IBUSERR    (1u << 8)
#define PRECISERR  (1u << 9)
#define UNSTKERR   (1u << 11)
#define STKERR     (1u << 12)
#define BFARVALID  (1u << 15)

#define FORCED   (1u << 30)
#define DEBUGEVT (1u << 31)
#define VECTTBL  (1u << 1)

#define ENABLE_ALL_FAULTS 0x00070000u

struct access {
	uint32_t addr;
	unsigned int size;
};

struct machine {
	struct core core;
	uint8_t code[CODE_SIZE];
	uint8_t ram[RAM_SIZE];
	uint32_t refused_from, refused_to; /* data accesses here fault */
	uint64_t wait_cycles;              /* of code */
	struct access accesses[N_ACCESSES];
	unsigned int n_accesses;
	uint32_t assembled; /* where the next instruction goes */
};

static uint8_t *machine_memory(struct machine *m, uint32_t addr, unsigned int size)
{
	if (addr <= CODE_SIZE - size)
		return m->code + addr;
	if (addr >= RAM_BASE && addr - RAM_BASE <= RAM_SIZE - size)
		return m->ram + (addr - RAM_BASE);
	return NULL;
}

static uint8_t *machine_access(struct machine *m, uint32_t addr, unsigned int size)
{
	if (m->n_accesses < N_ACCESSES)
		m->accesses[m->n_accesses] = (struct access){ addr, size };
	m->n_accesses++;

	/* The contract of struct core_bus */
	assert_true(size == 1 || size == 2 || size == 4);
	assert_int_equal(addr & (size - 1), 0);

	if (addr >= m->refused_from && addr < m->refused_to)
		return NULL;
	return machine_memory(m, addr, size);
}

static enum core_bus_result machine_read(void *user, uint32_t addr, unsigned int size, enum core_access access,
					 uint32_t *value, uint64_t *cycles)
{
	struct machine *m = user;
	const uint8_t *mem = access == ACCESS_FETCH ? machine_memory(m, addr, size) : machine_access(m, addr, size);

	if (!mem)
		return CORE_BUS_FAULT;
	*value = size == 4 ? get_le32(mem) : size == 2 ? get_le16(mem) : *mem;
	*cycles = access == ACCESS_FETCH ? m->wait_cycles : 0;
	return CORE_BUS_OK;
}

static enum core_bus_result machine_write(void *user, uint32_t addr, unsigned int size, uint32_t value,
					  uint64_t *cycles)
{
	uint8_t *mem = machine_access(user, addr, size);

	(void)cycles;
	if (!mem)
		return CORE_BUS_FAULT;
	for (unsigned int i = 0; i < size; i++)
		mem[i] = (uint8_t)(value >> (8 * i));
	return CORE_BUS_OK;
}

static const uint8_t *machine_window(void *user, uint32_t addr, uint32_t *base, uint32_t *len, uint32_t *wait_cycles)
{
	struct machine *m = user;

	if (addr >= CODE_SIZE)
		return NULL;
	*base = 0;
	*len = CODE_SIZE;
	*wait_cycles = (uint32_t)m->wait_cycles;
	return m->code;
}

static inline uint32_t handler_of(unsigned int exception)
{
	return HANDLERS + 8 * exception;
}

/* Append an instruction to the program; above 0xffff it is a 32-bit one. */
static inline void assemble(struct machine *m, uint32_t op)
{
	if (op > 0xffff) {
		put_le16(m->code + m->assembled, (uint16_t)(op >> 16));
		m->assembled += 2;
	}
	put_le16(m->code + m->assembled, (uint16_t)op);
	m->assembled += 2;
}

/* A handler's first instruction; every one returns at once if not told otherwise. */
static inline void set_handler(struct machine *m, unsigned int exception, uint16_t op)
{
	put_le16(m->code + handler_of(exception), op);
}

static inline void run(struct machine *m, unsigned int instructions)
{
	while (instructions--)
		core_run(&m->core, 1);
}

static inline uint32_t ram_word(const struct machine *m, uint32_t addr)
{
	return get_le32(m->ram + (addr - RAM_BASE));
}

static inline unsigned int current_exception(const struct machine *m)
{
	return m->core.xpsr & 0x1ff;
}

/* Out of reset, before the first instruction at MAIN. */
static int machine_setup(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	put_le32(m->code, STACK_TOP);
	put_le32(m->code + 4, MAIN | 1);
	for (unsigned int i = EXC_NMI; i < EXC_N; i++) {
		put_le32(m->code + 4 * i, handler_of(i) | 1);
		set_handler(m, i, OP_BX_LR);
	}
	for (uint32_t addr = MAIN; addr < CODE_SIZE; addr += 2)
		put_le16(m->code + addr, OP_NOP);
	m->assembled = MAIN;

	m->core.type = &core_m4;
	m->core.bus = (struct core_bus){ machine_read, machine_write, machine_window, NULL, NULL, m };
	core_reset(&m->core);
	m->n_accesses = 0;
	*state = m;
	return 0;
}

static inline int machine_teardown(void **state)
{
	free(*state);
	return 0;
}

#define machine_test(name) cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)

#endif
