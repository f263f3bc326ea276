/* SPDX-License-Identifier: MIT */
/*
 * Putting things back after success, failure or cancellation: every step is
 * tried, a cancellation does not cut in, and the failure that is reported in
 * the end is the first one, with its text.
 */
#ifndef FLASH_CLEANUP_H
#define FLASH_CLEANUP_H

#include <string.h>

#include "base/ctx.h"

struct cleanup {
	struct ctx *ctx;
	int err;
	char text[sizeof(((struct ctx *)NULL)->errmsg)];
};

/* err is the result of a step; the first failure is kept. */
static inline void cleanup_step(struct cleanup *c, int err)
{
	if (!err || c->err)
		return;
	c->err = err;
	memcpy(c->text, c->ctx->errmsg, sizeof(c->text));
}

/* err is how the work before ended, or 0. */
static inline void cleanup_begin(struct cleanup *c, struct ctx *ctx, int err)
{
	c->ctx = ctx;
	c->err = 0;
	cleanup_step(c, err);
	ctx_shield(ctx);
}

/* It was no failure after all. */
static inline void cleanup_forgive(struct cleanup *c)
{
	c->err = 0;
	ctx_clear_error(c->ctx);
}

static inline int cleanup_end(struct cleanup *c)
{
	ctx_unshield(c->ctx);
	if (c->err) {
		memcpy(c->ctx->errmsg, c->text, sizeof(c->text));
		c->ctx->err = c->err;
	}
	return c->err;
}

#endif
