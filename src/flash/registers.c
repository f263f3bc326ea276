/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "flash/flash.h"

/* PM0075 2.3.1 and 2.4.2, RM0090 3.6.1 */
#define KEY1 0x45670123u
#define KEY2 0xcdef89abu

/*
 * Keys written while it is open would lock it up until the next reset, and
 * what the register says is no proof: the LOCK of some clones reads 0 though
 * they are locked. So a lock that looks open is closed first.
 */
static int close_lock(struct flash *f, const struct flash_lock *lock)
{
	uint32_t value;
	int err;

	err = dap_read32(f->core->dap, lock->reg, &value);
	if (err || (value & lock->bit) == lock->closed)
		return err;
	return dap_write32(f->core->dap, lock->reg, (value & lock->keep) | lock->closed);
}

int flash_open_lock(struct flash *f, const struct flash_lock *lock)
{
	struct dap *dap = f->core->dap;
	uint32_t value;
	int err;

	err = close_lock(f, lock);
	if (!err)
		err = dap_write32(dap, lock->keyr, lock->key[0]);
	if (!err)
		err = dap_write32(dap, lock->keyr, lock->key[1]);
	if (!err)
		err = dap_read32(dap, lock->reg, &value);
	if (!err && (value & lock->bit) == lock->closed)
		err = fail(f->ctx, STFLASH_E_FLASH,
			   "%s not unlock (%s 0x%08x): power the board off and on, and try again", lock->subject,
			   lock->reg_name, (unsigned int)value);
	return err;
}

int flash_unlock(struct flash *f, uint32_t keyr, uint32_t cr, uint32_t bit)
{
	return flash_open_lock(f, &(struct flash_lock){
					  .subject = "the flash controller does",
					  .reg_name = "FLASH_CR",
					  .keyr = keyr,
					  .key = { KEY1, KEY2 },
					  .reg = cr,
					  .bit = bit,
					  .closed = bit,
				  });
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
