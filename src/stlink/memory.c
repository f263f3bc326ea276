/* SPDX-License-Identifier: MIT */
/*
 * Memory commands: stlink-protocol fact sheet sections 5, 10 and 11. They
 * carry no status of their own, so each is followed by a status fetch; data
 * that came with a bad status is garbage.
 */
#include "base/bytes.h"
#include "stlink/command.h"

/* READMEM_8 answers a request for one byte with two. */
#define LEAST_REPLY 2u

/* 8-bit commands, and all reads of old firmware: V2 one packet; reads above 255 bytes fail on V3J5 and V3J7 (probe-rs),
 * which stays at 128. */
#define MEM8_MAX       64u
#define MEM8_MAX_READ  128u
#define MEM8_MAX_WRITE 512u

/* An access is 46 bit times on SWD; twice that, so that a slow clock is not taken for a dead target. */
#define BITS_PER_ACCESS 92u

size_t stlink_max_read(const struct stlink *p, unsigned int width)
{
	if (p->version.major < 3 && p->version.jtag < STLINK_WHOLE_READS_FROM_J)
		return MEM8_MAX;
	if (width > 1)
		return STLINK_MEM_MAX;
	return p->features & STLINK_HAS_MEM8_512 ? MEM8_MAX_READ : MEM8_MAX;
}

size_t stlink_max_write(const struct stlink *p, unsigned int width)
{
	if (width > 1)
		return STLINK_MEM_MAX;
	return p->features & STLINK_HAS_MEM8_512 ? MEM8_MAX_WRITE : MEM8_MAX;
}

static uint8_t read_op(unsigned int width)
{
	return width == 4 ? STLINK_READMEM_32 : width == 2 ? STLINK_READMEM_16 : STLINK_READMEM_8;
}

static uint8_t write_op(unsigned int width)
{
	return width == 4 ? STLINK_WRITEMEM_32 : width == 2 ? STLINK_WRITEMEM_16 : STLINK_WRITEMEM_8;
}

static int mem_check_block(struct stlink *p, unsigned int width, uint32_t addr, size_t len, size_t max)
{
	if ((width != 1 && width != 2 && width != 4) || addr % width || len % width || !len || len > max)
		return fail(p->ctx, STFLASH_E_ARG, "%zu bytes at 0x%08x cannot be one access block of width %u", len,
			    (unsigned int)addr, width);
	if (width == 2)
		return version_require(p, STLINK_HAS_MEM16, "16-bit access");
	return 0;
}

static struct command mem_command(const struct stlink *p, uint8_t op, unsigned int width, uint32_t addr, size_t len)
{
	struct command c = { .bytes = { STLINK_DEBUG, op }, .status = STATUS_FETCHED, .len = len };

	put_le32(c.bytes + 2, addr);
	put_le16(c.bytes + 6, (uint16_t)len);
	if (p->speed_khz)
		c.extra_ms = (unsigned int)(len / width * BITS_PER_ACCESS / p->speed_khz);
	return c;
}

/* The probe says where a block met its fault, if the firmware is new enough; else the block's start must do. */
static int name_place(struct stlink *p, const char *doing, uint32_t addr, size_t len, int err)
{
	if (err == STFLASH_E_UNPLUGGED)
		return err;
	if (err != STFLASH_E_FAULT)
		p->fault_addr = 0;
	if (p->fault_addr >= addr && p->fault_addr - addr < len)
		addr = p->fault_addr;
	return fail_prefix(p->ctx, "%s 0x%08x", doing, (unsigned int)addr);
}

int stlink_read_mem(struct stlink *p, unsigned int width, uint32_t addr, uint8_t *buf, size_t len)
{
	uint8_t two[LEAST_REPLY] = { 0 };
	struct command c;
	int err;

	err = mem_check_block(p, width, addr, len, stlink_max_read(p, width));
	if (err)
		return err;

	c = mem_command(p, read_op(width), width, addr, len);
	c.in = buf;
	if (len < LEAST_REPLY) {
		c.in = two;
		c.len = LEAST_REPLY;
	}
	err = command_run(p, &c);
	if (err)
		return name_place(p, "reading", addr, len, err);
	if (len < LEAST_REPLY)
		buf[0] = two[0];
	return 0;
}

static int write_block(struct stlink *p, unsigned int width, uint32_t addr, const uint8_t *buf, size_t len, bool once)
{
	struct command c;
	int err;

	err = mem_check_block(p, width, addr, len, stlink_max_write(p, width));
	if (err)
		return err;

	c = mem_command(p, write_op(width), width, addr, len);
	c.out = buf;
	c.once = once;
	err = command_run(p, &c);
	return err ? name_place(p, "writing", addr, len, err) : 0;
}

int stlink_write_mem(struct stlink *p, unsigned int width, uint32_t addr, const uint8_t *buf, size_t len)
{
	return write_block(p, width, addr, buf, len, false);
}

int stlink_write_mem_once(struct stlink *p, unsigned int width, uint32_t addr, const uint8_t *buf, size_t len)
{
	return write_block(p, width, addr, buf, len, true);
}
