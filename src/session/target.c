/* SPDX-License-Identifier: MIT */
/* What a connected session does with the target: memory, proven reads, reset, halt and run. */
#include "flash/engine/like.h"
#include "session/parts.h"
#include "session/session.h"
#include "session/sized.h"

#include <string.h>

/* Progress is reported, and a cancellation seen, this often when reading without proof. */
#define READ_CHUNK DAP_CHUNK

int session_hold_watchdogs(struct stflash *s)
{
	if (s->core.dbgmcu || !s->flash.chip->family->dbgmcu)
		return 0;
	return core_hold_watchdogs(&s->core, s->flash.chip->family->dbgmcu);
}

int session_prepare_to_read(struct stflash *s, const struct stflash_read_options *o)
{
	int err = 0;

	s->flash.protection_known = false; /* firmware may have changed its option bytes since */
	if (s->how == STFLASH_CONNECT_ATTACH || o->hold == STFLASH_HOLD_NONE)
		return 0;
	/* There is no firmware to be halted gently. */
	if (s->left_behind && o->hold == STFLASH_HOLD_HALT) {
		log_warn(&s->ctx, "the chip is reset all the same, so that its firmware runs");
		err = core_restart(&s->core);
	}
	s->left_behind = false;
	return err ? err : session_hold_watchdogs(s);
}

/* Nothing runs past the top of the address space. */
static int check_span(struct stflash *s, uint32_t addr, size_t len)
{
	if (len > (uint64_t)UINT32_MAX + 1 - addr)
		return fail(&s->ctx, STFLASH_E_ARG, "%zu bytes from 0x%08x run past the end of the address space", len,
			    (unsigned int)addr);
	return 0;
}

static int read_chunks(struct stflash *s, uint32_t addr, uint8_t *out, size_t len)
{
	size_t done = 0;
	int err = 0;

	while (!err && done < len) {
		const size_t chunk = min_size(len - done, READ_CHUNK);

		err = dap_read(&s->dap, addr + (uint32_t)done, out + done, chunk);
		if (err)
			return err;
		done += chunk;
		err = progress(&s->ctx, STFLASH_READING, done, len);
	}
	return err;
}

int stflash_read(struct stflash *s, uint32_t addr, void *buf, size_t len)
{
	int err;

	err = session_require(s);
	if (!err)
		err = check_span(s, addr, len);
	if (err)
		return err;
	do
		err = read_chunks(s, addr, buf, len);
	while (session_come_back(s, &err));
	return err;
}

/* Does the range touch flash at its own address, where a store would be no RAM access? */
static bool touches_flash(const struct stflash *s, uint32_t addr, size_t len)
{
	const uint64_t end = (uint64_t)addr + len;

	return end > flash_first(&s->flash) && addr < flash_end(&s->flash);
}

int stflash_write_ram(struct stflash *s, uint32_t addr, const void *buf, size_t len)
{
	int err;

	err = session_require(s);
	if (!err)
		err = check_span(s, addr, len);
	if (!err)
		err = check_cancel(&s->ctx);
	if (err)
		return err;

	if (touches_flash(s, addr, len))
		return fail(&s->ctx, STFLASH_E_ARG, "0x%08x is flash, which cannot be written like RAM",
			    (unsigned int)addr);
	return dap_write(&s->dap, addr, buf, len);
}

/* Where the size of flash is only assumed, its end may have come earlier. */
static int target_explain_fault(struct stflash *s, uint32_t addr, size_t len)
{
	char text[sizeof(s->ctx.errmsg)];

	if (!s->flash.size_guessed || !touches_flash(s, addr, len))
		return STFLASH_E_FAULT;
	memcpy(text, s->ctx.errmsg, sizeof(text));
	return fail(&s->ctx, STFLASH_E_FAULT,
		    "%.300s; the chip did not tell its flash size, and the %u KiB assumed are too many: give the right "
		    "one with " HINT_FLASH_SIZE " KIB",
		    text, (unsigned int)(s->flash.size / 1024));
}

static int dump_like(struct stflash *s, uint32_t addr, void *buf, size_t len, const struct stflash_read_options *o,
		     struct stflash_dump_report *report)
{
	struct parts parts = { .seg = NULL };
	int err = 0;

	if (o->like)
		err = parts_in_flash(&parts, s, o->like);
	if (!err)
		err = flash_dump(&s->flash, addr, buf, len, o,
				 &(struct like){ .seg = parts.flash.seg, .n = parts.flash.n }, report);
	parts_free(&parts);
	return err;
}

static int target_dump(struct stflash *s, uint32_t addr, void *buf, size_t len, const struct stflash_read_options *o,
		       struct stflash_dump_report *report)
{
	int err;

	err = session_require(s);
	if (!err)
		err = check_span(s, addr, len);
	if (!err)
		err = check_cancel(&s->ctx);
	if (!err && touches_flash(s, addr, len))
		err = session_prepare_to_read(s, o);
	if (!err)
		err = dump_like(s, addr, buf, len, o, report);
	return err == STFLASH_E_FAULT ? target_explain_fault(s, addr, len) : err;
}

int stflash_dump(struct stflash *s, uint32_t addr, void *buf, size_t len, const struct stflash_read_options *options,
		 struct stflash_dump_report *report)
{
	struct stflash_dump_report r = { 0 };
	struct stflash_read_options o;
	int err;

	err = sized_in(&s->ctx, "stflash_read_options", &o, sizeof(o), options);
	if (!err)
		err = sized_check(&s->ctx, "stflash_dump_report", report);
	if (err)
		return err;
	do
		err = target_dump(s, addr, buf, len, &o, &r);
	while (session_come_back(s, &err));
	r.speed_khz = s->probe.speed_khz;
	if (!err || r.unreadable)
		sized_out(report, &r, sizeof(r));
	return err;
}

/* A session that promised not to disturb the core keeps the promise. */
static int may_disturb(struct stflash *s, const char *what)
{
	int err;

	err = session_require(s);
	if (!err)
		err = check_cancel(&s->ctx);
	if (err)
		return err;

	if (s->how == STFLASH_CONNECT_ATTACH)
		return fail(&s->ctx, STFLASH_E_ARG,
			    "connected by attaching only, the core is not to be %s: connect normally", what);
	return 0;
}

static int target_reset(struct stflash *s, bool halt)
{
	int err;

	err = may_disturb(s, "reset");
	if (err)
		return err;

	err = session_hold_watchdogs(s);
	if (err)
		return err;
	/* A core that shall run is not left halted either when the reset fails half-way. */
	s->core.leave_halted = s->core.leave_halted && halt;
	if (s->how == STFLASH_CONNECT_UNDER_RESET && s->core.nrst_wired)
		err = core_reset_pin(&s->core, halt);
	else if (halt)
		err = core_reset_halt(&s->core);
	else
		err = core_restart(&s->core);
	if (err)
		return err;

	s->core.leave_halted = halt;
	return 0;
}

int stflash_reset(struct stflash *s, enum stflash_reset how)
{
	int err;

	do
		err = target_reset(s, how == STFLASH_RESET_HALT);
	while (session_come_back(s, &err));
	return err;
}

static int halt(struct stflash *s)
{
	int err;

	err = may_disturb(s, "halted");
	if (!err)
		err = session_hold_watchdogs(s);
	if (!err)
		err = core_halt(&s->core);
	return err;
}

int stflash_halt(struct stflash *s)
{
	int err;

	do
		err = halt(s);
	while (session_come_back(s, &err));
	return err;
}

int stflash_run(struct stflash *s)
{
	int err;

	err = may_disturb(s, "started");
	if (!err)
		err = core_run(&s->core);
	if (err)
		return err;

	s->core.leave_halted = false;
	return 0;
}
