/* SPDX-License-Identifier: MIT */
/*
 * A target for the flash room's tests: it takes the place of the swd room at
 * link time. Memory is arrays, the core is a flag, and the agent is its
 * contract (agent.h) in a few lines of C, a little further at each look.
 */
#ifndef FAKE_TARGET_H
#define FAKE_TARGET_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#undef fail /* the library has a function of that name */

#include "base/bytes.h"
#include "flash/agent/agent.h"
#include "flash/flash.h"

#define CHIP_FLASH_BASE 0x08000000u
#define CHIP_RAM_BASE   0x20000000u

#define FAKE_FLASH_LEN (2048u * 1024u)
#define FAKE_RAM_LEN   (64u * 1024u)
#define FAKE_REGS      32u

#define FAKE_PERIPHERALS     0x40000000u
#define FAKE_PERIPHERALS_LEN 0x20000000u
#define FAKE_OPTIONS         0x1ffff800u /* of an F1 */
#define FAKE_OPTIONS_LEN     16u

static struct {
	uint8_t flash[FAKE_FLASH_LEN];
	uint8_t ram[FAKE_RAM_LEN];
	struct {
		uint32_t addr;
		uint32_t value;
	} reg[FAKE_REGS]; /* other words that can be read; all others fault */
	bool frozen; /* peripherals and option bytes take every write and stay as they are; a reset does nothing to them
		      */
	uint32_t obeys;            /* the register that keeps what is written all the same, 0: none */
	uint32_t opens_with, lock; /* this word, wherever it is written, clears the lock's bit there */
	unsigned int keys_unclear; /* so many words that are written once end in a fault of USB... */
	bool keys_lost;            /* ...and do not arrive */
	uint32_t worn_at;          /* address in RAM that keeps what it holds, 0: none */
	bool old_probe;            /* no 16-bit access */
	uint32_t idcode_of_reset;  /* what DBGMCU_IDCODE of an M3 or M4 reads from a reset on, 0: as ever */

	/* The agent's side */
	uint32_t pc;           /* of the halted core, 0: not to be had */
	bool uncaught;         /* a reset ends running */
	bool no_launch;        /* a write to a register resets nothing */
	bool gone_at_launch;   /* nobody answers after it */
	unsigned int launches; /* resets that a write to a register asked for, the last one's here */
	uint32_t launch_reg, launch_value;
	bool gone_at_reset;    /* nothing answers after one */
	bool running;          /* the agent, by core_start() */
	bool dead;             /* it never runs */
	uint32_t table, stack; /* of exceptions while it runs; 0: the firmware's */
	bool hung;             /* it runs, and does no job */
	uint32_t units_a_look; /* how fast it hashes */
	uint32_t fails_with;   /* AGENT_ERR_* of the next job */
	bool stops_in_job;     /* the core stops in the middle of a job, without a word */
	uint32_t lies_about;   /* unit whose hash comes out wrong, plus one */
	uint32_t lies_left;    /* so many times */

	/* The link's side */
	uint32_t corrupt_at;    /* flash address that arrives wrong */
	unsigned int corrupted; /* so many times */
	uint32_t fault_at;      /* address that faults, 0: none */
	uint32_t flickers_at;   /* register that is read otherwise each time */
	unsigned int flickers;  /* so many times */
	unsigned int ram_reads; /* so far */
	unsigned int old_at;    /* number of the one, from 1 on, that brings what the one before has brought */
	uint8_t last_ram[4096]; /* that */
	size_t last_ram_len;
	uint32_t hashes_at;         /* where the agent leaves them */
	uint32_t echo_unit;         /* its hash arrives as that of unit 0 */
	unsigned int echoes;        /* so many times */
	unsigned int garbled_loads; /* so many times the agent is not what was sent */
	bool scans_wrong;           /* it says that all of the range is blank */
	int link_error;             /* what every access ends in, 0: none */

	/* What happened */
	bool core_runs;
	unsigned int halts, runs, resets, starts, reads, writes, keys;
	bool fresh;           /* reset, and no program of ours since */
	uint64_t flash_bytes; /* read over the link */
	uint32_t largest_write;

	unsigned int progress_calls;
	unsigned int cancel_at; /* progress call that cancels, 0: none */
	uint64_t last_done, last_total;
} fake;

static struct ctx fake_ctx;
static struct dap fake_dap;
static struct core fake_core;

static int fake_setup(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	memset(fake.flash, 0xff, sizeof(fake.flash));
	for (size_t i = 0; i < sizeof(fake.ram); i++)
		fake.ram[i] = (uint8_t)(i * 7 + 3);
	fake.units_a_look = 3;
	fake.core_runs = true;
	memset(&fake_ctx, 0, sizeof(fake_ctx));
	fake_dap = (struct dap){ .ctx = &fake_ctx };
	fake_core = (struct core){ .ctx = &fake_ctx, .dap = &fake_dap, .cpuid = 0x411fc231 };
	return 0;
}

/* CPUID of the core that a row's parts have (fact sheets of the families). */
static inline uint32_t fake_cpuid(const struct chip *row)
{
	static const struct {
		const char *family;
		uint32_t cpuid;
	} cores[] = {
		{ "STM32F0", 0x410cc200 }, { "STM32F1", 0x411fc231 }, { "STM32F2", 0x412fc230 },
		{ "STM32F3", 0x410fc241 }, { "STM32F4", 0x410fc241 }, { "STM32F7", 0x411fc270 },
		{ "AT32", 0x410fc241 },    { "STM32L4", 0x410fc241 }, { "STM32G4", 0x410fc241 },
		{ "STM32G0", 0x410cc601 }, { "STM32C0", 0x410cc601 }, { "STM32U0", 0x410cc601 },
		{ "STM32WB", 0x410fc241 }, { "STM32WL", 0x410fc241 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cores); i++)
		if (!strcmp(row->family->name, cores[i].family))
			return cores[i].cpuid;
	assert_string_equal(row->family->name, "a family whose core is known here");
	return 0;
}

static inline void fake_register(uint32_t addr, uint32_t value)
{
	for (size_t i = 0; i < FAKE_REGS; i++)
		if (!fake.reg[i].addr || fake.reg[i].addr == addr) {
			fake.reg[i].addr = addr;
			fake.reg[i].value = value;
			return;
		}
	abort();
}

/* ------------------------------------------------------------------ the agent */

static uint8_t *ram_at(uint32_t addr)
{
	assert_in_range(addr, CHIP_RAM_BASE, CHIP_RAM_BASE + FAKE_RAM_LEN - 4);
	return fake.ram + (addr - CHIP_RAM_BASE);
}

static uint32_t ram_word(uint32_t addr)
{
	return get_le32(ram_at(addr));
}

static uint32_t agent_base;

static void agent_fails(uint32_t error, uint32_t addr)
{
	put_le32(ram_at(agent_base + AGENT_MB_SR), 0x14);
	put_le32(ram_at(agent_base + AGENT_MB_ADDR), addr);
	put_le32(ram_at(agent_base + AGENT_MB_DONE), AGENT_BOOTING - error);
	fake.running = false;
}

/* What an agent sees at an address. */
static const uint8_t *seen_at(uint32_t addr)
{
	return addr >= CHIP_RAM_BASE ? ram_at(addr) : fake.flash + (addr - CHIP_FLASH_BASE);
}

static uint32_t frame_of_descriptor(uint32_t desc)
{
	return desc - ram_word(agent_base + AGENT_MB_STRIDE) + AGENT_DESC_LEN;
}

/* A bit for each piece of the job at desc that is blank, behind its hashes. */
static void agent_scans(uint32_t desc)
{
	const uint32_t unit = ram_word(desc + AGENT_D_HASH_UNIT), words = ram_word(desc + AGENT_D_HASH_WORDS);
	const uint32_t piece = ram_word(desc + AGENT_D_SCAN_PIECE), n = (4 * words + piece - 1) / piece;
	const uint8_t *from = seen_at(ram_word(desc + AGENT_D_HASH_ADDR));
	uint32_t at = frame_of_descriptor(desc) + 8 * ((words + unit - 1) / unit), bits = 1;

	for (uint32_t i = 0; i < n; i++) {
		const uint32_t len = min_u32(piece, 4 * words - i * piece);
		uint32_t k = 0;

		while (k < len && from[i * piece + k] == 0xff)
			k++;
		bits = bits << 1 | (k == len || fake.scans_wrong);
		if (i % 32 == 31 || i == n - 1)
			put_le32(ram_at(at + i / 32 * 4), bits);
		bits = i % 32 == 31 ? 1 : bits;
	}
}

static bool hashes_itself(uint32_t desc)
{
	return ram_word(desc + AGENT_D_OP) == AGENT_OP_HASH && ram_word(desc + AGENT_D_HASH_ADDR) >= CHIP_RAM_BASE;
}

/* One more unit of the job at desc; true when it was the last. */
static bool agent_hashes_a_unit(uint32_t desc)
{
	const uint32_t units = ram_word(agent_base + AGENT_MB_UNITS);
	const uint32_t unit = ram_word(desc + AGENT_D_HASH_UNIT), words = ram_word(desc + AGENT_D_HASH_WORDS);
	const uint32_t first = units * unit, frame = frame_of_descriptor(desc);
	struct hash h;

	if (first >= words)
		return true;
	h = hash_words(seen_at(ram_word(desc + AGENT_D_HASH_ADDR)) + 4 * first, min_u32(unit, words - first));
	if (hashes_itself(desc) && fake.garbled_loads) {
		fake.garbled_loads--;
		h.b ^= 1;
	} else if (fake.lies_about == units + 1 && fake.lies_left && !hashes_itself(desc)) {
		fake.lies_left--;
		h.a ^= 1;
	}
	if (!hashes_itself(desc))
		fake.hashes_at = frame;
	put_le32(ram_at(frame + 8 * units), h.a);
	put_le32(ram_at(frame + 8 * units + 4), h.b);
	put_le32(ram_at(agent_base + AGENT_MB_UNITS), units + 1);
	return first + unit >= words;
}

static void agent_programs(uint32_t desc)
{
	const uint32_t len = ram_word(desc + AGENT_D_LEN);
	uint8_t *to = fake.flash + (ram_word(desc + AGENT_D_ADDR) - CHIP_FLASH_BASE);

	for (uint32_t i = 0; i < len; i++)
		to[i] &= ram_at(desc - len)[i];
}

/* The ring goes on in more RAM where the mailbox says so. */
static uint32_t descriptor_of_job(uint32_t done)
{
	const uint32_t first = ram_word(agent_base + AGENT_MB_FIRST), stride = ram_word(agent_base + AGENT_MB_STRIDE);
	const uint32_t n_first = (ram_word(agent_base + AGENT_MB_END) - first) / stride;
	const uint32_t more = ram_word(agent_base + AGENT_MB_MORE), end = ram_word(agent_base + AGENT_MB_MORE_END);
	const uint32_t i = done % (n_first + (end ? (end - more) / stride : 0));

	return i < n_first ? first + i * stride : more + (i - n_first) * stride;
}

/* What the agent does between two looks of the host. */
static void agent_works(void)
{
	const uint32_t done = ram_word(agent_base + AGENT_MB_DONE);
	uint32_t desc;
	bool finished = true;

	if (done == AGENT_BOOTING)
		put_le32(ram_at(agent_base + AGENT_MB_DONE), 0);
	if (done >= AGENT_BOOTING - AGENT_ERR_LAST || fake.hung)
		return;

	desc = descriptor_of_job(done);
	if (ram_word(desc + AGENT_D_SEQ) != done + 1)
		return;
	if (fake.fails_with) {
		agent_fails(fake.fails_with, ram_word(desc + AGENT_D_ADDR));
		return;
	}
	if (fake.stops_in_job && !hashes_itself(desc)) {
		fake.running = false;
		return;
	}
	if (ram_word(desc + AGENT_D_OP) & AGENT_OP_PROGRAM)
		agent_programs(desc);
	if (ram_word(desc + AGENT_D_OP) & AGENT_OP_HASH)
		for (uint32_t i = 0; (finished = agent_hashes_a_unit(desc)) == false && i + 1 < fake.units_a_look; i++)
			;
	if (!finished)
		return;
	if (ram_word(desc + AGENT_D_OP) & AGENT_OP_SCAN)
		agent_scans(desc);
	put_le32(ram_at(agent_base + AGENT_MB_UNITS), 0);
	put_le32(ram_at(agent_base + AGENT_MB_DONE), done + 1);
}

/* -------------------------------------------------------- instead of src/swd */

static int fault(uint32_t addr)
{
	return fail(&fake_ctx, STFLASH_E_FAULT, "the target refused the access at 0x%08x", (unsigned int)addr);
}

static bool is_within(uint32_t addr, size_t len, uint32_t first, size_t size)
{
	return addr >= first && addr - first < size && len <= size - (addr - first);
}

static void read_flash(uint32_t addr, uint8_t *buf, size_t len)
{
	memcpy(buf, fake.flash + (addr - CHIP_FLASH_BASE), len);
	fake.flash_bytes += len;
	if (fake.corrupted && fake.corrupt_at - addr < len) {
		buf[fake.corrupt_at - addr] ^= (uint8_t)(1 + fake.corrupted % 255); /* differently each time */
		fake.corrupted--;
	}
}

static void read_ram(uint32_t addr, uint8_t *buf, size_t len)
{
	memcpy(buf, fake.ram + (addr - CHIP_RAM_BASE), len);
	if (++fake.ram_reads == fake.old_at && len <= fake.last_ram_len)
		memcpy(buf, fake.last_ram, len);
	if (fake.echoes && fake.hashes_at && fake.hashes_at + 8 * fake.echo_unit - addr < len) {
		memcpy(buf + (fake.hashes_at + 8 * fake.echo_unit - addr), ram_at(fake.hashes_at), 8);
		fake.echoes--;
	}
	fake.last_ram_len = min_size(len, sizeof(fake.last_ram));
	memcpy(fake.last_ram, buf, fake.last_ram_len);
	if (addr == fake.flickers_at && fake.flickers)
		buf[0] ^= (uint8_t)fake.flickers--;
}

static int read_register(uint32_t addr, uint8_t *buf)
{
	for (size_t i = 0; i < FAKE_REGS; i++)
		if (fake.reg[i].addr && addr == fake.reg[i].addr) {
			put_le32(buf, fake.reg[i].value ^ (addr == fake.flickers_at ? fake.flickers : 0));
			if (addr == fake.flickers_at && fake.flickers)
				fake.flickers--;
			return 0;
		}
	return fault(addr);
}

static int read_registers(uint32_t addr, uint8_t *buf, size_t len)
{
	int err = len % 4 ? fault(addr) : 0;

	for (size_t i = 0; !err && i < len; i += 4)
		err = read_register(addr + (uint32_t)i, buf + i);
	return err;
}

int dap_read(struct dap *dap, uint32_t addr, void *buf, size_t len)
{
	fake.reads++;
	if (fake.link_error)
		return fail(dap->ctx, fake.link_error, "the link is gone");
	if (fake.running)
		agent_works();
	if (fake.fault_at && fake.fault_at - addr < len)
		return fault(fake.fault_at);
	if (is_within(addr, len, CHIP_FLASH_BASE, FAKE_FLASH_LEN))
		read_flash(addr, buf, len);
	else if (is_within(addr, len, CHIP_RAM_BASE, FAKE_RAM_LEN))
		read_ram(addr, buf, len);
	else
		return read_registers(addr, buf, len);
	return 0;
}

/* One clock is all that this link has. */
int dap_go_faster(struct dap *dap, uint32_t addr, const uint8_t *known, size_t len)
{
	(void)dap;
	(void)addr;
	(void)known;
	(void)len;
	return 0;
}

int dap_doubt_clock(struct dap *dap)
{
	(void)dap;
	return 0;
}

int dap_read32(struct dap *dap, uint32_t addr, uint32_t *value)
{
	uint8_t raw[4] = { 0 };
	const int err = dap_read(dap, addr, raw, sizeof(raw));

	if (!err)
		*value = get_le32(raw);
	return err;
}

/* The last key of a lock whose register obeys. */
static void open_lock(void)
{
	for (size_t i = 0; i < FAKE_REGS; i++)
		if (fake.reg[i].addr == fake.obeys)
			fake.reg[i].value &= ~fake.lock;
}

int dap_write(struct dap *dap, uint32_t addr, const void *buf, size_t len)
{
	fake.writes++;
	fake.largest_write = (uint32_t)(len > fake.largest_write ? len : fake.largest_write);
	if (fake.link_error)
		return fail(dap->ctx, fake.link_error, "the link is gone");
	if (fake.obeys && addr == fake.obeys) {
		assert_int_equal(len, 4);
		fake_register(addr, get_le32(buf));
		return 0;
	}
	if (fake.opens_with && len == 4 && get_le32(buf) == fake.opens_with) {
		open_lock();
		return 0;
	}
	if (fake.frozen && (is_within(addr, len, FAKE_PERIPHERALS, FAKE_PERIPHERALS_LEN) ||
			    is_within(addr, len, FAKE_OPTIONS, FAKE_OPTIONS_LEN)))
		return 0;
	if ((fake.fault_at && fake.fault_at - addr < len) || !is_within(addr, len, CHIP_RAM_BASE, FAKE_RAM_LEN))
		return fault(addr);
	memcpy(fake.ram + (addr - CHIP_RAM_BASE), buf, len);
	if (fake.worn_at && fake.worn_at - addr < len)
		*ram_at(fake.worn_at) ^= 1;
	return 0;
}

int dap_write32(struct dap *dap, uint32_t addr, uint32_t value)
{
	uint8_t raw[4];

	put_le32(raw, value);
	return dap_write(dap, addr, raw, sizeof(raw));
}

bool dap_sees_no_power(struct dap *dap)
{
	(void)dap;
	return false;
}

bool dap_has_width(const struct dap *dap, unsigned int width)
{
	(void)dap;
	return width != 2 || !fake.old_probe;
}

int dap_write_width(struct dap *dap, unsigned int width, uint32_t addr, const void *buf, size_t len)
{
	(void)width;
	return dap_write(dap, addr, buf, len);
}

/* Keys, and what begins an erase. */
int dap_write32_once(struct dap *dap, uint32_t addr, uint32_t value)
{
	const bool unclear = fake.keys_unclear != 0;
	int err = 0;

	fake.keys++;
	if (!unclear || !fake.keys_lost)
		err = dap_write32(dap, addr, value);
	if (err || !unclear)
		return err;
	fake.keys_unclear--;
	return fail(dap->ctx, STFLASH_E_TIMEOUT, "no answer to a key");
}

int core_halt(struct core *core)
{
	fake.halts++;
	if (fake.link_error)
		return fail(core->ctx, fake.link_error, "the link is gone");
	fake.running = false;
	fake.core_runs = false;
	core->halted = true;
	return 0;
}

int core_wake(struct core *core, bool *woken)
{
	*woken = false;
	return core->ctx->err;
}

int core_run(struct core *core)
{
	fake.runs++;
	fake.core_runs = true;
	core->halted = false;
	return 0;
}

int core_reset_halt(struct core *core)
{
	fake.resets++;
	core->was_reset = fake.fresh = true;
	if (fake.gone_at_reset)
		fake.link_error = STFLASH_E_NO_TARGET;
	if (fake.gone_at_reset || fake.uncaught)
		return fail(core->ctx, STFLASH_E_NO_TARGET, "the core did not stop at its reset vector");
	if (fake.idcode_of_reset)
		fake_register(0xe0042000, fake.idcode_of_reset);
	return core_halt(core);
}

int core_reset_halt_by(struct core *core, uint32_t reg, uint32_t value)
{
	fake.launch_reg = reg;
	fake.launch_value = value;
	fake.launches++;
	fake.gone_at_reset = fake.gone_at_launch;
	if (fake.no_launch)
		return fail(core->ctx, STFLASH_E_NO_TARGET, "the core did not stop at its reset vector");
	return core_reset_halt(core);
}

void core_abandon(struct core *core)
{
	core->attached = core->halted = false;
}

int core_reset_clean(struct core *core)
{
	return core_reset_halt(core);
}

int core_reset_run(struct core *core)
{
	fake.resets++;
	fake.fresh = true;
	return core_run(core);
}

int core_restart(struct core *core)
{
	return core_reset_run(core);
}

int core_let_run(struct core *core)
{
	return core_run(core);
}

int core_state(struct core *core, enum stflash_core_state *state, uint32_t *pc)
{
	(void)pc;
	*state = core->halted ? STFLASH_CORE_HALTED : STFLASH_CORE_RUNNING;
	return 0;
}

int core_read_reg(struct core *core, enum core_reg reg, uint32_t *value)
{
	if (reg != CORE_PC || !fake.pc)
		return fail(core->ctx, STFLASH_E_NO_TARGET, "the fake target has no register %d", (int)reg);
	*value = fake.pc;
	return 0;
}

int core_take_exceptions(struct core *core, uint32_t table, uint32_t sp)
{
	assert_true(core->halted);
	assert_true(!fake.running);
	fake.table = table;
	fake.stack = sp;
	return 0;
}

int core_start(struct core *core, uint32_t pc, const uint32_t *args, size_t n)
{
	assert_true(core->halted);
	assert_true(n >= 1);
	/* At the beginning of RAM is what writes the option bytes of an F1, which is only known not to run here. */
	if (pc == CHIP_RAM_BASE)
		assert_true(fake.dead);
	else
		assert_int_equal(pc, args[0] + AGENT_MAILBOX_LEN);
	agent_base = args[0];
	fake.starts++;
	fake.fresh = false;
	fake.running = !fake.dead;
	core->halted = false;
	return 0;
}

int core_poll_stopped(struct core *core, bool *stopped)
{
	(void)core;
	*stopped = !fake.running;
	return 0;
}

static inline void fake_progress(enum stflash_phase phase, uint64_t done, uint64_t total, void *user)
{
	(void)user;
	assert_int_equal(phase, STFLASH_READING);
	fake.last_done = done;
	fake.last_total = total;
	if (++fake.progress_calls == fake.cancel_at)
		atomic_store(&fake_ctx.cancelled, 1);
}

#endif
