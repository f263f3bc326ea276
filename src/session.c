/* SPDX-License-Identifier: MIT */
/* A session from stflash_new() to stflash_free(): connecting, and letting go in the reverse order. */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "stlink/stlink_proto.h"

struct stflash *stflash_new(void)
{
	struct stflash *s = calloc(1, sizeof(*s));

	if (s)
		atomic_init(&s->ctx.cancelled, 0);
	return s;
}

void stflash_free(struct stflash *s)
{
	if (!s)
		return;
	stflash_disconnect(s);
	free(s);
}

const char *stflash_errmsg(const struct stflash *s)
{
	return s->ctx.errmsg;
}

void stflash_set_log(struct stflash *s, enum stflash_log_level level, stflash_log_fn fn, void *user)
{
	s->ctx.log_level = level;
	s->ctx.log = fn;
	s->ctx.log_user = user;
}

void stflash_set_progress(struct stflash *s, stflash_progress_fn fn, void *user)
{
	s->ctx.progress = fn;
	s->ctx.progress_user = user;
}

void stflash_set_speed(struct stflash *s, unsigned int khz)
{
	s->speed_khz = khz;
}

void stflash_set_flash_size(struct stflash *s, unsigned int kib)
{
	s->flash_kib = min_u32(kib, UINT32_MAX / 1024);
}

void stflash_cancel(struct stflash *s)
{
	atomic_store(&s->ctx.cancelled, 1);
}

void stflash_uncancel(struct stflash *s)
{
	atomic_store(&s->ctx.cancelled, 0);
}

int session_require(struct stflash *s)
{
	if (s->stage != SESSION_CONNECTED)
		return fail(&s->ctx, STFLASH_E_ARG, "no chip is connected: call stflash_connect() first");
	return 0;
}

/* The failure that counts, with its text, kept over whatever fails after it. */
struct failure {
	int err;
	char text[sizeof(((struct ctx *)NULL)->errmsg)];
};

static void keep_first(struct failure *first, const struct ctx *ctx, int err)
{
	if (!err || first->err)
		return;
	first->err = err;
	memcpy(first->text, ctx->errmsg, sizeof(first->text));
}

static int release_nrst(struct stflash *s)
{
	if (!s->holds_nrst)
		return 0;
	s->holds_nrst = false;
	return stlink_drive_nrst(&s->probe, STLINK_NRST_HIGH);
}

static int undo_stage(struct stflash *s)
{
	switch (s->stage) {
	case SESSION_CONNECTED:
		flash_release(&s->flash);
		return 0;
	case SESSION_CORE:
		return core_detach(&s->core);
	case SESSION_RESET:
		return release_nrst(s);
	case SESSION_LINK:
		return dap_disconnect(&s->dap);
	case SESSION_PROBE:
		return stlink_close(&s->probe);
	case SESSION_TRANSPORT:
		transport_close(s->tr);
		s->tr = NULL;
		return 0;
	case SESSION_CLOSED:
		break;
	}
	return 0;
}

/*
 * Undo what the stages above down_to have done, all of it, whatever fails on
 * the way and cancelled or not. err is what went wrong before, or 0. Returns
 * the first failure of all; the session's text stays that one's.
 */
static int let_go(struct stflash *s, enum session_stage down_to, int err)
{
	struct ctx *ctx = &s->ctx;
	struct failure first = { .err = err };
	const int old_err = ctx->err;

	memcpy(first.text, ctx->errmsg, sizeof(first.text));
	ctx_shield(ctx);
	for (; s->stage > down_to; s->stage--)
		keep_first(&first, ctx, undo_stage(s));
	ctx_unshield(ctx);

	memcpy(ctx->errmsg, first.text, sizeof(first.text));
	ctx->err = first.err ? first.err : old_err;
	return first.err;
}

static int open_probe(struct stflash *s, const char *selector)
{
	uint16_t pids[SESSION_MAX_PIDS];
	const size_t n = min_size(stlink_model_pids(pids, SESSION_MAX_PIDS), SESSION_MAX_PIDS);
	int err;

	err = transport_open(&s->tr, &s->ctx, selector, STLINK_VID, pids, n);
	if (err)
		return err;
	s->stage = SESSION_TRANSPORT;

	memset(&s->probe, 0, sizeof(s->probe));
	err = stlink_open(&s->probe, &s->ctx, s->tr);
	if (err)
		return err;
	s->stage = SESSION_PROBE;
	return 0;
}

/*
 * From an open probe to an identified chip. Under reset, NRST is low from
 * before the first bit on SWD until core_attach() ends the reset with the core
 * halted, so that firmware which turns SWD off does not run (swd-dap-cortexm
 * fact sheet section 5). Should it not come so far, the way down releases NRST.
 */
static int attach(struct stflash *s, enum stflash_connect how)
{
	const bool under_reset = how == STFLASH_CONNECT_UNDER_RESET;
	int err;

	memset(&s->dap, 0, sizeof(s->dap));
	memset(&s->core, 0, sizeof(s->core));
	memset(&s->flash, 0, sizeof(s->flash));

	if (under_reset)
		err = dap_connect_under_reset(&s->dap, &s->probe, s->speed_khz);
	else
		err = dap_connect(&s->dap, &s->probe, s->speed_khz);
	if (err)
		return err;
	s->holds_nrst = under_reset;

	s->stage = SESSION_CORE; /* even when attaching fails half-way, there is something to put back */
	err = core_attach(&s->core, &s->dap, how);
	if (err)
		return err;
	s->holds_nrst = false;

	s->stage = SESSION_CONNECTED;
	err = flash_probe(&s->flash, &s->core);
	if (!err && s->flash_kib)
		err = flash_believe_size(&s->flash, s->flash_kib * 1024);
	return err;
}

/* Nothing answered a normal attach: firmware may keep SWD off, so try once more with it held in reset. */
static int attach_after_silence(struct stflash *s)
{
	struct failure silence = { 0 };
	int err;

	keep_first(&silence, &s->ctx, let_go(s, SESSION_PROBE, STFLASH_E_NO_TARGET));
	log_info(&s->ctx, "nothing answers a normal attach; trying under reset");
	err = attach(s, STFLASH_CONNECT_UNDER_RESET);
	if (err != STFLASH_E_NO_TARGET)
		return err;

	memcpy(s->ctx.errmsg, silence.text, sizeof(silence.text));
	s->ctx.err = silence.err;
	return silence.err;
}

int stflash_connect(struct stflash *s, const char *selector, enum stflash_connect how)
{
	int err;

	if (s->stage != SESSION_CLOSED)
		return fail(&s->ctx, STFLASH_E_ARG, "already connected: call stflash_disconnect() first");
	ctx_clear_error(&s->ctx);
	s->how = how;

	err = check_cancel(&s->ctx);
	if (!err)
		err = open_probe(s, selector);
	if (!err)
		err = attach(s, how);
	if (err == STFLASH_E_NO_TARGET && how == STFLASH_CONNECT_AUTO && s->stage >= SESSION_PROBE)
		err = attach_after_silence(s);
	if (err)
		return let_go(s, SESSION_CLOSED, err);

	log_info(&s->ctx, "attached %s", s->core.was_reset ? "under reset" : "without a reset");
	return 0;
}

int stflash_disconnect(struct stflash *s)
{
	return let_go(s, SESSION_CLOSED, 0);
}
