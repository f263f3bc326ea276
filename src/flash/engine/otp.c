/* SPDX-License-Identifier: MIT */
#include "flash/engine/otp.h"
#include "flash/controllers/procedure.h"

#include <string.h>

#include "base/bytes.h"
#include "base/failure.h"

#define BLOCKS     16u
#define LOCKED     0x00u
#define TIMEOUT_MS 200u

static size_t block_len(const struct otp *otp)
{
	return otp->region->block;
}

/* Where the byte that locks a block is. */
static size_t lock_of(const struct otp *otp, size_t block)
{
	return BLOCKS * block_len(otp) + block;
}

static int refuse_block(const struct otp *otp, size_t block, const char *why)
{
	const size_t addr = otp->region->addr + block * block_len(otp);

	return fail(otp->flash->ctx, STFLASH_E_PROTECTED,
		    "OTP block %zu (0x%08zx..0x%08zx) %s: OTP cannot be changed once it is programmed; nothing was "
		    "changed",
		    block, addr, addr + block_len(otp) - 1, why);
}

/*
 * A block is programmed as a whole: one that holds something already is
 * completed only if the image has all of that too, as after a write that was
 * cut off. covered: the bytes that the image has.
 */
static int otp_check_block(const struct otp *otp, const bool *covered, size_t block)
{
	const size_t len = block_len(otp);
	const uint8_t *now = otp->now + block * len, *want = otp->want + block * len;

	if (!memcmp(now, want, len))
		return 0;
	if (otp->now[lock_of(otp, block)] == LOCKED)
		return refuse_block(otp, block, "is locked");
	if (flash_bytes_erased(otp->flash, now, len))
		return 0;
	for (size_t i = 0; i < len; i++)
		if (now[i] != flash_erased(otp->flash) && (now[i] != want[i] || !covered[block * len + i]))
			return refuse_block(otp, block, "holds other data already");
	return 0;
}

static int check_lock(const struct otp *otp, size_t block)
{
	const uint8_t now = otp->now[lock_of(otp, block)], want = otp->want[lock_of(otp, block)];

	if (now == want)
		return 0;
	if (now == LOCKED)
		return refuse_block(otp, block, "is locked, and the image has it open");
	if (want != LOCKED)
		return fail(otp->flash->ctx, STFLASH_E_ARG,
			    "the image has 0x%02x for the lock byte of OTP block %zu (0x%08x), which can only be 0x00 "
			    "(locked) or 0xff (open); nothing was changed",
			    want, block, (unsigned int)(otp->region->addr + lock_of(otp, block)));
	return 0;
}

static int check_blocks(const struct otp *otp, const bool *covered)
{
	int err = 0;

	for (size_t block = 0; !err && block < BLOCKS; block++) {
		err = otp_check_block(otp, covered, block);
		if (!err)
			err = check_lock(otp, block);
	}
	return err;
}

int otp_plan(struct otp *otp, struct flash *f, const struct flash_segment *seg, size_t n)
{
	bool covered[OTP_MAX] = { false };
	int err;

	*otp = (struct otp){ .flash = f, .region = chip_region(f->chip, STFLASH_REGION_OTP) };
	err = flash_check_readable(f);
	if (!err)
		err = dap_read(f->core->dap, otp->region->addr, otp->now, otp->region->size);
	if (err)
		return err;
	memcpy(otp->want, otp->now, sizeof(otp->want));
	for (size_t i = 0; i < n; i++) {
		const size_t at = seg[i].addr - otp->region->addr;

		memcpy(otp->want + at, seg[i].data, seg[i].len);
		memset(covered + at, true, seg[i].len);
		otp->image_bytes += seg[i].len;
	}
	for (size_t i = 0; i < otp->region->size; i++)
		otp->to_program += otp->want[i] != otp->now[i];
	return check_blocks(otp, covered);
}

/* The next run of bytes from *at on that are to be programmed. */
static bool next_run(const struct otp *otp, size_t *at, size_t *len)
{
	size_t i = *at;

	while (i < otp->region->size && otp->want[i] == otp->now[i])
		i++;
	*at = i;
	while (i < otp->region->size && otp->want[i] != otp->now[i])
		i++;
	*len = i - *at;
	return *len > 0;
}

/* Bytes that are as they should be are not programmed again. Locks come last, as their addresses do. */
static int program_runs(struct otp *otp)
{
	struct flash *f = otp->flash;
	size_t len;
	int err = 0;

	for (size_t at = 0; !err && next_run(otp, &at, &len); at += len)
		err = controller_program(f, otp->region->addr + (uint32_t)at, otp->want + at, len);
	return err;
}

static int check_result(struct otp *otp)
{
	uint8_t got[OTP_MAX];
	int err;

	err = dap_read(otp->flash->core->dap, otp->region->addr, got, otp->region->size);
	for (size_t i = 0; !err && i < otp->region->size; i++)
		if (got[i] != otp->want[i])
			err = fail(otp->flash->ctx, STFLASH_E_FLASH,
				   "OTP holds 0x%02x at 0x%08x after programming, not 0x%02x, and cannot be erased: "
				   "look at it with `" HINT_READ "`",
				   got[i], (unsigned int)(otp->region->addr + i), otp->want[i]);
	return err;
}

/* 8 bits at a time are right at every supply (RM0090 table 7), and leave the bytes beside alone. */
int otp_program(struct otp *otp)
{
	struct flash *f = otp->flash;
	const unsigned int psize = f->psize;
	struct cleanup c;
	int err;

	if (!otp->to_program)
		return 0;
	f->psize = 0;
	err = controller_unlock(f);
	if (!err)
		err = program_runs(otp);
	cleanup_begin(&c, f->ctx, err);
	cleanup_step(&c, controller_lock(f, TIMEOUT_MS));
	f->psize = psize;
	err = cleanup_end(&c);
	return err ? err : check_result(otp);
}
