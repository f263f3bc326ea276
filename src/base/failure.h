/* SPDX-License-Identifier: MIT */
/*
 * A failure, with its words, put aside while something is done about it: what
 * fails or heals after it must not take them away. The first one counts.
 */
#ifndef BASE_FAILURE_H
#define BASE_FAILURE_H

#include <string.h>

#include "base/ctx.h"

struct failure {
	int err;
	char text[sizeof(((struct ctx *)NULL)->errmsg)];
};

/* Keep the failure err of the context, unless there is none or one is kept already. */
static inline void failure_keep(struct failure *f, const struct ctx *ctx, int err)
{
	if (!err || f->err)
		return;
	f->err = err;
	memcpy(f->text, ctx->errmsg, sizeof(f->text));
}

/* Make it the context's again, or the absence of one; returns its code. */
static inline int failure_tell(const struct failure *f, struct ctx *ctx)
{
	memcpy(ctx->errmsg, f->text, sizeof(f->text));
	return ctx->err = f->err;
}

/* What the context says now. */
static inline struct failure failure_now(const struct ctx *ctx)
{
	struct failure now = { .err = ctx->err };

	memcpy(now.text, ctx->errmsg, sizeof(now.text));
	return now;
}

/*
 * Putting things back after success, failure or cancellation: every step is
 * tried, a cancellation does not cut in, and what is reported in the end is
 * the first failure.
 */
struct cleanup {
	struct ctx *ctx;
	struct failure first;
};

/* err is the result of a step. */
static inline void cleanup_step(struct cleanup *c, int err)
{
	failure_keep(&c->first, c->ctx, err);
}

/* err is how the work before ended, or 0. */
static inline void cleanup_begin(struct cleanup *c, struct ctx *ctx, int err)
{
	c->ctx = ctx;
	c->first.err = 0;
	cleanup_step(c, err);
	ctx_shield(ctx);
}

/* It was no failure after all. */
static inline void cleanup_forgive(struct cleanup *c)
{
	c->first.err = 0;
	ctx_clear_error(c->ctx);
}

static inline int cleanup_end(struct cleanup *c)
{
	ctx_unshield(c->ctx);
	return c->first.err ? failure_tell(&c->first, c->ctx) : 0;
}

#endif
