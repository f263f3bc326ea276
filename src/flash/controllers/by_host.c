/* SPDX-License-Identifier: MIT */
#include "flash/controllers/by_host.h"

#include <string.h>

#include "base/bytes.h"
#include "base/failure.h"
#include "flash/controllers/explain.h"

#define WRITE_TIMEOUT_MS 200u

/* How often an access is made that was not seen to be done. */
#define TRIES 4u

#define WIDEST 8u

int by_host_wait(struct flash *f, const struct flash_port *port, uint32_t addr, unsigned int timeout_ms)
{
	uint32_t sr;
	int err;

	err = flash_poll(f, port->sr, port->busy, 0, timeout_ms, &sr);
	if (err)
		return err;
	return sr & port->errors ? controller_explain(f, addr, sr) : 0;
}

/* May the access have been done all the same, over a link that still lives? */
static bool is_unclear(int err)
{
	switch (err) {
	case STFLASH_E_TIMEOUT:
	case STFLASH_E_PROBE:
	case STFLASH_E_STALL:
	case STFLASH_E_NO_TARGET:
		return true;
	default:
		return false;
	}
}

/* *again: the erase may not have been begun. One that is done twice harms nothing. */
static int erase_once(struct flash *f, const struct flash_port *port, uint32_t bits, uint32_t addr,
		      unsigned int timeout_ms, bool *again)
{
	struct dap *dap = f->core->dap;
	int err, begun;

	err = dap_write32(dap, port->sr, port->errors | port->done); /* old flags would block the operation */
	if (!err)
		err = dap_write32(dap, port->cr, bits);
	if (!err && port->ar)
		err = dap_write32(dap, port->ar, addr);
	if (err)
		return err;
	begun = dap_write32_once(dap, port->cr, bits | port->start);
	*again = is_unclear(begun);
	if (begun && !*again)
		return begun;
	err = by_host_wait(f, port, addr, timeout_ms);
	return err ? err : dap_write32(dap, port->cr, 0);
}

int by_host_erase(struct flash *f, const struct flash_port *port, uint32_t bits, uint32_t addr, unsigned int timeout_ms)
{
	bool again = true;
	int err = 0;

	for (unsigned int tries = 0; !err && again && tries < TRIES; tries++)
		err = erase_once(f, port, bits, addr, timeout_ms, &again);
	if (!err && again)
		return fail(f->ctx, STFLASH_E_TIMEOUT,
			    "the probe does not say whether the erase at 0x%08x was begun: check the wires to the "
			    "target",
			    (unsigned int)addr);
	if (!err)
		ctx_clear_error(f->ctx);
	return err;
}

/* After the failure err of an access: 0 when it was done, or, with *again, was not. */
static int look_at_item(struct flash *f, const struct flash_port *port, uint32_t addr, const uint8_t *item, int err,
			bool *again)
{
	uint8_t now[WIDEST];
	struct cleanup first;

	*again = false;
	if (!is_unclear(err))
		return err;
	cleanup_begin(&first, f->ctx, err);
	err = by_host_wait(f, port, addr, WRITE_TIMEOUT_MS);
	if (!err)
		err = dap_read(f->core->dap, addr, now, port->unit);
	*again = !err && flash_bytes_erased(f, now, port->unit);
	if (*again || (!err && !memcmp(now, item, port->unit)))
		cleanup_forgive(&first);
	return cleanup_end(&first);
}

static int program_item(struct flash *f, const struct flash_port *port, uint32_t addr, const uint8_t *item)
{
	bool again = true;
	int err = 0;

	for (unsigned int tries = 0; !err && again && tries < TRIES; tries++) {
		err = dap_write_width(f->core->dap, port->width, addr, item, port->unit);
		if (!err)
			return by_host_wait(f, port, addr, WRITE_TIMEOUT_MS);
		err = look_at_item(f, port, addr, item, err, &again);
	}
	if (!err && again)
		return fail(f->ctx, STFLASH_E_TIMEOUT,
			    "the target does not take what is programmed at 0x%08x: reset the board and try again",
			    (unsigned int)addr);
	return err;
}

int by_host_program(struct flash *f, const struct flash_port *port, uint32_t addr, const uint8_t *data, size_t len)
{
	int err;

	err = dap_write32(f->core->dap, port->sr, port->errors | port->done);
	if (!err)
		err = dap_write32(f->core->dap, port->cr, port->program);
	for (size_t at = 0; !err && at < len; at += port->unit)
		if (!flash_bytes_erased(f, data + at, port->unit))
			err = program_item(f, port, addr + (uint32_t)at, data + at);
	return err ? err : dap_write32(f->core->dap, port->cr, 0);
}
