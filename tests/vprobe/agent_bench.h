/* SPDX-License-Identifier: MIT */
/*
 * A bench for the agents' machine code: RAM, flash and the two kinds of flash
 * controller, strict as the manuals are, and the host's side in a few lines.
 * The file that includes this brings the processor: Unicorn, or the virtual
 * probe's core.
 */
#ifndef AGENT_BENCH_H
#define AGENT_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "flash/agent/layout.h"

/* With BENCH_V6M the builds for a Cortex-M0, which has no sector controller. */
#ifdef BENCH_V6M
#include "flash/agent/fpec_v6m.h"
#include "flash/agent/hash_only_v6m.h"
#define fpec_code      fpec_v6m_code
#define hash_only_code hash_only_v6m_code
#else
#include "flash/agent/fpec.h"
#include "flash/agent/hash_only.h"
#include "flash/agent/sectors.h"
#endif

#define BENCH_RAM       0x20000000u
#define BENCH_RAM_LEN   0x4000u
#define BENCH_FLASH     0x08000000u
#define BENCH_FLASH_LEN 0x20000u
#define BENCH_IWDG      0x40003000u
#define BENCH_FPEC      0x40022000u
#define BENCH_FPEC2     0x40022040u
#define BENCH_SECTORS   0x40023c00u

#define F1_PAGE   1024u
#define F4_SECTOR 0x4000u /* the bench's F4 has eight of them */

/* Bits: PM0075 3, RM0090 3.9 */
#define F1_BSY      0x01u
#define F1_PGERR    0x04u
#define F1_WRPRTERR 0x10u
#define F1_EOP      0x20u
#define F1_PG       0x01u
#define F1_PER      0x02u
#define F1_MER      0x04u
#define F1_STRT     0x40u
#define F1_LOCK     0x80u
#define F4_BSY      0x10000u
#define F4_WRPERR   0x10u
#define F4_PGSERR   0x80u
#define F4_EOP      0x01u
#define F4_PG       0x01u
#define F4_SER      0x02u
#define F4_MER      0x04u
#define F4_STRT     0x10000u
#define F4_LOCK     0x80000000u
#define F4_PSIZE(n) ((uint32_t)(n) << 8)

/* A controller's registers, and how long it stays busy: in reads of SR. */
struct bench_ctl {
	uint32_t sr, cr, ar;
	unsigned int busy;
	bool late; /* BSY does not show yet: one read after STRT */
};

struct bench {
	uint8_t ram[BENCH_RAM_LEN];
	uint8_t flash[BENCH_FLASH_LEN];
	struct bench_ctl f1[2], f4;
	uint32_t base; /* of the agent */
	uint32_t frame_data;
	uint32_t n_frames;
	uint32_t posted;
	uint32_t stop_offset;    /* of the BKPT in the code */
	uint32_t protected_from; /* write-protected: BENCH_RAM, none */
	unsigned int busy_reads;
	bool stuck;
	unsigned int reloads; /* of the IWDG */
	unsigned int programs, erases;
	uint32_t last_width;
	uint64_t instructions; /* counted by the processor */
	uint64_t ready_at;     /* instruction count when BSY was last seen to have fallen */
	uint64_t worst_latency;
	bool stale;   /* RAM looks as if jobs were waiting from long ago */
	bool stopped; /* at the BKPT */
	char complaint[160];
	void *engine; /* the processor */
};

/* What the processor brings: a fresh one with r0 and pc set, and so many instructions of it. */
static void engine_start(struct bench *b, uint32_t pc, uint32_t r0);
static void engine_run(struct bench *b, unsigned int instructions);
static void engine_free(struct bench *b);
#ifdef BENCH_HAS_NMI
static void engine_nmi(struct bench *b);
#endif

static void complain(struct bench *b, const char *what, uint32_t addr, uint32_t value)
{
	if (!b->complaint[0])
		snprintf(b->complaint, sizeof(b->complaint), "%s (0x%08x, 0x%x)", what, (unsigned int)addr,
			 (unsigned int)value);
}

static uint32_t get_sized(const uint8_t *p, unsigned int size)
{
	return size == 4 ? get_le32(p) : size == 2 ? get_le16(p) : *p;
}

static void put_sized(uint8_t *p, unsigned int size, uint32_t v)
{
	if (size == 4)
		put_le32(p, v);
	else if (size == 2)
		put_le16(p, (uint16_t)v);
	else
		*p = (uint8_t)v;
}

static bool is_protected(const struct bench *b, uint32_t addr)
{
	return addr >= b->protected_from;
}

static void begin(struct bench *b, struct bench_ctl *c, bool late)
{
	c->busy = b->busy_reads;
	c->late = late;
}

static void f1_start(struct bench *b, struct bench_ctl *c)
{
	const bool all = c->cr & F1_MER;
	const uint32_t off = all ? 0 : (c->ar - BENCH_FLASH) & ~(F1_PAGE - 1);

	b->erases++;
	begin(b, c, true);
	if (off >= BENCH_FLASH_LEN)
		complain(b, "erase of no page", c->ar, c->cr);
	else if (is_protected(b, BENCH_FLASH + off))
		c->sr |= F1_WRPRTERR;
	else
		memset(b->flash + off, 0xff, all ? BENCH_FLASH_LEN : F1_PAGE);
	c->sr |= F1_EOP;
}

static void f4_start(struct bench *b, struct bench_ctl *c)
{
	const bool all = c->cr & F4_MER;
	const uint32_t off = all ? 0 : (c->cr >> 3 & 0x1f) * F4_SECTOR;

	b->erases++;
	begin(b, c, false);
	if (off >= BENCH_FLASH_LEN)
		complain(b, "erase of no sector", off, c->cr);
	else if (is_protected(b, BENCH_FLASH + off))
		c->sr |= F4_WRPERR;
	else
		memset(b->flash + off, 0xff, all ? BENCH_FLASH_LEN : F4_SECTOR);
	c->sr |= F4_EOP;
}

static void f1_program(struct bench *b, struct bench_ctl *c, uint32_t addr, unsigned int size, uint32_t value)
{
	uint8_t *at = b->flash + (addr - BENCH_FLASH);

	if (size != 2 || c->cr != F1_PG)
		complain(b, "store to flash that is none", addr, c->cr);
	if (is_protected(b, addr))
		c->sr |= F1_WRPRTERR;
	else if (get_le16(at) != 0xffff && value)
		c->sr |= F1_PGERR;
	else
		put_le16(at, (uint16_t)value);
	c->sr |= F1_EOP;
}

static void f4_program(struct bench *b, struct bench_ctl *c, uint32_t addr, unsigned int size, uint32_t value)
{
	uint8_t *at = b->flash + (addr - BENCH_FLASH);

	if (size != 1u << (c->cr >> 8 & 3) || (c->cr & ~F4_PSIZE(3)) != F4_PG)
		complain(b, "store to flash that is none", addr, c->cr);
	if (is_protected(b, addr))
		c->sr |= F4_WRPERR;
	else
		put_sized(at, size, get_sized(at, size) & value);
	c->sr |= F4_EOP;
}

static void store_to_flash(struct bench *b, uint32_t addr, unsigned int size, uint32_t value)
{
	const bool f1 = b->f1[0].cr & F1_PG || b->f1[1].cr & F1_PG;
	struct bench_ctl *c = !f1 ? &b->f4 : b->f1[1].cr & F1_PG ? &b->f1[1] : &b->f1[0];

	if (c->busy)
		complain(b, "store to busy flash", addr, value);
	if (b->programs++ && b->instructions - b->ready_at > b->worst_latency)
		b->worst_latency = b->instructions - b->ready_at;
	b->last_width = size;
	if (f1)
		f1_program(b, c, addr, size, value);
	else
		f4_program(b, c, addr, size, value);
	begin(b, c, false);
}

/* While it is busy the error flags mean nothing: here they flicker, as on some clones. */
static uint32_t read_sr(struct bench *b, struct bench_ctl *c, uint32_t busy_bit, uint32_t noise)
{
	if (c->late) {
		c->late = false;
		return 0;
	}
	if (c->busy) {
		if (!b->stuck && --c->busy == 0)
			b->ready_at = 0;
		return busy_bit | noise;
	}
	if (!b->ready_at)
		b->ready_at = b->instructions;
	return c->sr;
}

static struct bench_ctl *ctl_at(struct bench *b, uint32_t addr, uint32_t *reg)
{
	struct bench_ctl *c = NULL;
	uint32_t base = 0;

	if (addr >= BENCH_SECTORS)
		c = &b->f4, base = BENCH_SECTORS;
	else if (addr >= BENCH_FPEC2)
		c = &b->f1[1], base = BENCH_FPEC2;
	else if (addr >= BENCH_FPEC)
		c = &b->f1[0], base = BENCH_FPEC;
	*reg = addr - base;
	return c;
}

static uint32_t bench_read(struct bench *b, uint32_t addr, unsigned int size)
{
	struct bench_ctl *c;
	uint32_t reg;

	if (addr - BENCH_FLASH < BENCH_FLASH_LEN) {
		if (b->f4.busy || b->f1[0].busy || b->f1[1].busy)
			complain(b, "flash read while busy", addr, size);
		return get_sized(b->flash + (addr - BENCH_FLASH), size);
	}
	if (addr - BENCH_RAM < BENCH_RAM_LEN)
		return get_sized(b->ram + (addr - BENCH_RAM), size);

	c = ctl_at(b, addr, &reg);
	if (!c || size != 4)
		complain(b, "odd read", addr, size);
	else if (reg == 0x0c)
		return c == &b->f4 ? read_sr(b, c, F4_BSY, F4_PGSERR) : read_sr(b, c, F1_BSY, F1_PGERR);
	else if (reg == 0x10)
		return c->cr;
	return 0;
}

static void write_cr(struct bench *b, struct bench_ctl *c, uint32_t addr, uint32_t value)
{
	const bool f4 = c == &b->f4;

	if (c->busy)
		complain(b, "FLASH_CR written while busy", addr, value);
	if (c->cr & (f4 ? F4_LOCK : F1_LOCK)) {
		if (value != c->cr)
			complain(b, "FLASH_CR written while locked", addr, value);
		return;
	}
	c->cr = value & ~(f4 ? F4_STRT : F1_STRT);
	if (f4 && value & F4_STRT)
		f4_start(b, c);
	else if (!f4 && value & F1_STRT)
		f1_start(b, c);
}

static void bench_write(struct bench *b, uint32_t addr, unsigned int size, uint32_t value)
{
	struct bench_ctl *c;
	uint32_t reg;

	if (addr - BENCH_FLASH < BENCH_FLASH_LEN) {
		store_to_flash(b, addr, size, value);
		return;
	}
	if (addr - BENCH_RAM < BENCH_RAM_LEN) {
		put_sized(b->ram + (addr - BENCH_RAM), size, value);
		return;
	}
	if (addr == BENCH_IWDG && size == 4 && value == 0xaaaa) {
		b->reloads++;
		return;
	}

	c = ctl_at(b, addr, &reg);
	if (!c || size != 4)
		complain(b, "odd write", addr, value);
	else if (reg == 0x0c)
		c->sr &= ~value;
	else if (reg == 0x10)
		write_cr(b, c, addr, value);
	else if (reg == 0x14)
		c->ar = value;
	else
		complain(b, "odd register", addr, value);
}

/* ------------------------------------------------------------ the host's side */

struct bench_job {
	uint32_t op, erase, ctrl, addr;
	const uint8_t *data;
	uint32_t len;
	uint32_t hash_addr, hash_words, hash_unit;
};

static uint8_t *ram_at(struct bench *b, uint32_t addr)
{
	return b->ram + (addr - BENCH_RAM);
}

static uint32_t mailbox(struct bench *b, uint32_t offset)
{
	return get_le32(ram_at(b, b->base + offset));
}

/* The last frame of a ring is in more RAM, a little further on. */
#define BENCH_HOLE 0x40u

/* From the first byte of the ring to that of frame k. */
static uint32_t bench_offset(const struct bench *b, uint32_t k)
{
	return k * (b->frame_data + AGENT_DESC_LEN) + (k && k == b->n_frames - 1 ? BENCH_HOLE : 0);
}

static uint8_t *frame(struct bench *b, uint32_t seq, size_t code_len)
{
	const uint32_t frames = b->base + AGENT_MAILBOX_LEN + (uint32_t)code_len;

	return ram_at(b, frames + bench_offset(b, (seq - 1) % b->n_frames));
}

/* Run until DONE is something else than before, or the agent stops, or patience ends. */
static void run_while(struct bench *b, uint32_t done)
{
	for (unsigned int i = 0; i < 4000 && mailbox(b, AGENT_MB_DONE) == done && !b->stopped; i++)
		engine_run(b, 300);
}

static void load(struct bench *b, const uint8_t *code, size_t len, uint32_t lock_cr, uint32_t lock)
{
	const uint32_t stride = b->frame_data + AGENT_DESC_LEN;
	const uint32_t first = b->base + AGENT_MAILBOX_LEN + (uint32_t)len + b->frame_data;
	uint8_t *mb = ram_at(b, b->base);

	memset(b->ram, 0xa5, sizeof(b->ram));
	memset(mb, 0, AGENT_MAILBOX_LEN);
	put_le32(mb + AGENT_MB_DONE, AGENT_BOOTING);
	put_le32(mb + AGENT_MB_NMI, (b->base + AGENT_MAILBOX_LEN + AGENT_STRUCK) | 1);
	put_le32(mb + AGENT_MB_BUSY_LIMIT, 500);
	put_le32(mb + AGENT_MB_IDLE_LIMIT, 2000);
	put_le32(mb + AGENT_MB_FIRST, first);
	put_le32(mb + AGENT_MB_STRIDE, stride);
	put_le32(mb + AGENT_MB_END, first + (b->n_frames > 1 ? b->n_frames - 1 : 1) * stride);
	put_le32(mb + AGENT_MB_MORE, first + bench_offset(b, b->n_frames - 1));
	put_le32(mb + AGENT_MB_MORE_END, b->n_frames > 1 ? first + bench_offset(b, b->n_frames - 1) + stride : 0);
	put_le32(mb + AGENT_MB_LOCK_CR, lock_cr ? lock_cr : b->base + AGENT_MB_SPARE);
	put_le32(mb + AGENT_MB_LOCK_CR2, lock_cr ? lock_cr : b->base + AGENT_MB_SPARE);
	put_le32(mb + AGENT_MB_LOCK, lock);
	put_le32(mb + AGENT_MB_WATCHDOG, AGENT_IWDG_KR);
	memcpy(mb + AGENT_MAILBOX_LEN, code, len);
	for (b->stop_offset = 0; b->stop_offset < len && get_le16(code + b->stop_offset) != 0xbe00;)
		b->stop_offset += 2;
	assert_true(b->stop_offset < len);

	for (uint32_t k = 0; b->stale && k < b->n_frames; k++) {
		memset(ram_at(b, first + bench_offset(b, k)), 0, AGENT_DESC_LEN);
		put_le32(ram_at(b, first + bench_offset(b, k) + AGENT_D_SEQ), k + 1);
	}

	engine_start(b, b->base + AGENT_MAILBOX_LEN, b->base);
	run_while(b, AGENT_BOOTING);
	assert_int_equal(mailbox(b, AGENT_MB_DONE), 0);
}

/* The words of a descriptor add up to 0xffffffff; then its number, which posts it. */
static void post(uint8_t *desc, uint32_t seq)
{
	uint32_t sum = seq;

	for (uint32_t at = 0; at < AGENT_D_CHECK; at += 4)
		sum += get_le32(desc + at);
	put_le32(desc + AGENT_D_CHECK, 0xffffffffu - sum);
	put_le32(desc + AGENT_D_SEQ, seq);
}

/* Post a job the way the host does, and run until it is done or has failed. */
static void job(struct bench *b, size_t code_len, const struct bench_job *j)
{
	const uint32_t before = mailbox(b, AGENT_MB_DONE);
	uint8_t *desc = frame(b, b->posted + 1, code_len) + b->frame_data;

	if (j->data)
		memcpy(desc - j->len, j->data, j->len);
	put_le32(desc + AGENT_D_OP, j->op);
	put_le32(desc + AGENT_D_ERASE, j->erase);
	put_le32(desc + AGENT_D_CTRL, j->ctrl);
	put_le32(desc + AGENT_D_ADDR, j->addr);
	put_le32(desc + AGENT_D_LEN, j->len);
	put_le32(desc + AGENT_D_HASH_ADDR, j->hash_addr);
	put_le32(desc + AGENT_D_HASH_WORDS, j->hash_words);
	put_le32(desc + AGENT_D_HASH_UNIT, j->hash_unit);
	post(desc, ++b->posted);
	run_while(b, before);
	if (b->complaint[0])
		print_error("%s\n", b->complaint);
	assert_string_equal(b->complaint, "");
}

/* The hash once more, from the formula of hash.h. */
static void formula(const uint8_t *buf, size_t n_words, uint32_t *a, uint32_t *b)
{
	*a = 0x2545f491u;
	*b = 0x6c078965u;
	for (size_t i = 0; i < n_words; i++) {
		const uint32_t w = get_le32(buf + 4 * i);

		*a = (w ^ (*a >> 19 | *a << 13)) * 0x9e3779b1u;
		*b = (w + (*b >> 11 | *b << 21)) * 0x85ebca6bu;
	}
}

static void assert_hash_at(struct bench *b, const uint8_t *result, uint32_t addr, size_t n_words)
{
	uint32_t lane_a, lane_b;

	formula(b->flash + (addr - BENCH_FLASH), n_words, &lane_a, &lane_b);
	assert_int_equal(get_le32(result), lane_a);
	assert_int_equal(get_le32(result + 4), lane_b);
}

static uint32_t bench_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void fill(uint8_t *buf, size_t len, uint32_t seed)
{
	for (size_t i = 0; i < len; i++)
		buf[i] = (uint8_t)(bench_random(&seed) >> 9);
}

static int bench_setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	if (!b)
		return -1;
	memset(b->flash, 0xff, sizeof(b->flash));
	b->base = BENCH_RAM;
	b->frame_data = 1024;
	b->n_frames = 3;
	b->protected_from = BENCH_RAM;
	b->busy_reads = 6;
	*state = b;
	return 0;
}

static int bench_teardown(void **state)
{
	struct bench *b = *state;

	engine_free(b);
	free(b);
	return 0;
}

#endif
