/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "flash/flash.h"

/* PM0075 2.3.1, RM0090 3.6.1 */
#define KEY1 0x45670123u
#define KEY2 0xcdef89abu

int flash_unlock(struct flash *f, uint32_t keyr, uint32_t cr, uint32_t lock)
{
	struct dap *dap = f->core->dap;
	uint32_t value;
	int err;

	/* Keys written while it is unlocked would lock it up until the next reset: look first. */
	err = dap_read32(dap, cr, &value);
	if (err || !(value & lock))
		return err;
	err = dap_write32(dap, keyr, KEY1);
	if (!err)
		err = dap_write32(dap, keyr, KEY2);
	if (!err)
		err = dap_read32(dap, cr, &value);
	if (!err && (value & lock))
		err = fail(f->ctx, STFLASH_E_FLASH,
			   "the flash controller does not unlock (FLASH_CR 0x%08x): "
			   "power the board off and on, and try again",
			   (unsigned int)value);
	return err;
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
		if (at_least_ms)
			wait_pause(&wait, at_least_ms);
	} while (!wait_over(&wait));
	return fail(f->ctx, STFLASH_E_FLASH,
		    "the register at 0x%08x stays 0x%08x for more than %u ms: "
		    "power the board off and on, and try again",
		    (unsigned int)reg, (unsigned int)v, timeout_ms);
}
