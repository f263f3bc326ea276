/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/failure.h"
#include "flash/flash.h"

/*
 * What the register says is no proof: the LOCK of some clones reads 0 though
 * they are locked. So a lock that looks open is closed first; *shows tells
 * whether that can be seen.
 */
static int close_lock(struct flash *f, const struct flash_lock *lock, bool *shows)
{
	uint32_t value;
	int err;

	err = dap_read32(f->core->dap, lock->reg, &value);
	if (!err && (value & lock->bit) != lock->closed) {
		err = dap_write32(f->core->dap, lock->reg, (value & lock->keep) | lock->closed);
		if (!err)
			err = dap_read32(f->core->dap, lock->reg, &value);
	}
	*shows = !err && (value & lock->bit) == lock->closed;
	return err;
}

/*
 * A key that comes twice, a wrong one, and one while the lock is open shut it
 * until the next reset (PM0075 2.3.1, RM0090 3.6.1). So each is sent once, and
 * after an unclear answer the register tells.
 */
static int give_keys(struct flash *f, const struct flash_lock *lock)
{
	struct dap *dap = f->core->dap;
	struct cleanup sent;
	uint32_t value;
	bool shows;
	int err;

	err = close_lock(f, lock, &shows);
	if (err)
		return err;
	err = dap_write32_once(dap, lock->keyr, lock->key[0]);
	if (!err)
		err = dap_write32_once(dap, lock->keyr, lock->key[1]);
	cleanup_begin(&sent, f->ctx, err);
	err = dap_read32(dap, lock->reg, &value);
	if (!err && (value & lock->bit) == lock->closed)
		err = fail(f->ctx, STFLASH_E_FLASH,
			   "%s not unlock (%s 0x%08x): power the board off and on, and try again", lock->subject,
			   lock->reg_name, (unsigned int)value);
	else if (!err && shows)
		cleanup_forgive(&sent);
	cleanup_step(&sent, err);
	return cleanup_end(&sent);
}

static int give_all_keys(struct flash *f, const struct flash_lock *locks, size_t n)
{
	int err = 0;

	for (size_t i = 0; !err && i < n; i++)
		err = give_keys(f, &locks[i]);
	return err;
}

int flash_reset_halt(struct flash *f)
{
	const int err = core_reset_halt(f->core);

	if (err != STFLASH_E_NO_TARGET)
		return err;
	ctx_clear_error(f->ctx);
	return core_halt(f->core);
}

int flash_open_locks(struct flash *f, const struct flash_lock *locks, size_t n)
{
	struct cleanup first;
	int err;

	err = give_all_keys(f, locks, n);
	if (!err || err == STFLASH_E_UNPLUGGED)
		return err;
	log_info(f->ctx, "%s; once more after a reset, which closes every lock", f->ctx->errmsg);
	cleanup_begin(&first, f->ctx, err);
	err = flash_reset_halt(f);
	if (!err)
		err = give_all_keys(f, locks, n);
	if (!err)
		cleanup_forgive(&first);
	return cleanup_end(&first);
}

struct flash_lock flash_cr_lock(uint32_t keyr, uint32_t cr, uint32_t bit)
{
	return (struct flash_lock){
		.subject = "the flash controller does",
		.reg_name = "FLASH_CR",
		.keyr = keyr,
		.key = { FLASH_KEY1, FLASH_KEY2 },
		.reg = cr,
		.bit = bit,
		.closed = bit,
	};
}

int flash_lock(struct flash *f, uint32_t cr, uint32_t lock)
{
	uint32_t value;
	int err;

	/* A locked CR is not written, not even with LOCK. */
	err = dap_read32(f->core->dap, cr, &value);
	if (err || (value & lock))
		return err;
	return dap_write32(f->core->dap, cr, lock);
}

int flash_set_bits(struct flash *f, uint32_t reg, uint32_t bits)
{
	uint32_t value;
	int err;

	err = dap_read32(f->core->dap, reg, &value);
	return err ? err : dap_write32(f->core->dap, reg, value | bits);
}

int flash_clear_bits(struct flash *f, uint32_t reg, uint32_t bits)
{
	uint32_t value;
	int err;

	err = dap_read32(f->core->dap, reg, &value);
	return err ? err : dap_write32(f->core->dap, reg, value & ~bits);
}

int flash_poll(struct flash *f, uint32_t reg, uint32_t mask, uint32_t wanted, unsigned int timeout_ms, uint32_t *value)
{
	return flash_poll_slowly(f, reg, mask, wanted, 0, timeout_ms, value);
}

int flash_poll_slowly(struct flash *f, uint32_t reg, uint32_t mask, uint32_t wanted, unsigned int at_least_ms,
		      unsigned int timeout_ms, uint32_t *value)
{
	struct wait wait = wait_begin(timeout_ms);
	uint32_t v;
	int err;

	do {
		err = dap_read32(f->core->dap, reg, &v);
		if (err)
			return err;
		if ((v & mask) == wanted) {
			if (value)
				*value = v;
			return 0;
		}
		if (f->waiting)
			f->waiting(f->waiting_user);
		if (at_least_ms)
			wait_pause(&wait, at_least_ms);
	} while (!wait_over(&wait));
	return fail(f->ctx, STFLASH_E_FLASH,
		    "the register at 0x%08x stays 0x%08x for more than %u ms: "
		    "power the board off and on, and try again",
		    (unsigned int)reg, (unsigned int)v, timeout_ms);
}
