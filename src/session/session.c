/* SPDX-License-Identifier: MIT */
/* A session from stflash_new() to stflash_free(), and letting go of what connect.c took hold of. */
#include "session/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/failure.h"

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

const char *stflash_errmsg(struct stflash *s)
{
	ctx_put_words(&s->ctx, s->words.error, sizeof(s->words.error), s->ctx.errmsg);
	return s->words.error;
}

uint32_t stflash_hints(const struct stflash *s)
{
	return hints_of(s->ctx.errmsg);
}

void stflash_set_hint_words(struct stflash *s, const char *const *words, size_t n)
{
	s->ctx.words = (struct hint_words){ words, n };
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

static int undo_stage(struct stflash *s)
{
	switch (s->stage) {
	case SESSION_CONNECTED:
		flash_release(&s->flash);
		return 0;
	case SESSION_CORE:
		return core_detach(&s->core);
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
	const struct failure before = failure_now(&s->ctx);
	struct cleanup c;

	cleanup_begin(&c, &s->ctx, err);
	for (; s->stage > down_to; s->stage--)
		cleanup_step(&c, undo_stage(s));
	err = cleanup_end(&c);
	if (!err)
		failure_tell(&before, &s->ctx);
	return err;
}

int stflash_disconnect(struct stflash *s)
{
	return session_let_go(s, SESSION_CLOSED, 0);
}
