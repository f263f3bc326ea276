/* SPDX-License-Identifier: MIT */
/* A session from stflash_new() to stflash_free(), and letting go of what connect.c took hold of. */
#include "session/kept.h"

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
	session_forget_kept(s);
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

void stflash_set_prompt(struct stflash *s, stflash_prompt_fn fn, void *user)
{
	s->prompt = fn;
	s->prompt_user = user;
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

void session_keep_first(const struct stflash *s, struct session_failure *first, int err)
{
	if (!err || first->err)
		return;
	first->err = err;
	memcpy(first->text, s->ctx.errmsg, sizeof(first->text));
}

int session_tell_again(struct stflash *s, const struct session_failure *failure)
{
	memcpy(s->ctx.errmsg, failure->text, sizeof(failure->text));
	s->ctx.err = failure->err;
	return failure->err;
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

int session_let_go(struct stflash *s, enum session_stage down_to, int err)
{
	struct ctx *ctx = &s->ctx;
	struct session_failure first = { .err = err };
	const int old_err = ctx->err;

	memcpy(first.text, ctx->errmsg, sizeof(first.text));
	ctx_shield(ctx);
	for (; s->stage > down_to; s->stage--)
		session_keep_first(s, &first, undo_stage(s));
	ctx_unshield(ctx);

	memcpy(ctx->errmsg, first.text, sizeof(first.text));
	ctx->err = first.err ? first.err : old_err;
	return first.err;
}

int stflash_disconnect(struct stflash *s)
{
	return session_let_go(s, SESSION_CLOSED, 0);
}
