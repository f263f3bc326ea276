/* SPDX-License-Identifier: MIT */
#include "base/ctx.h"

#include <stdio.h>
#include <string.h>

#define WIRE_SHOWN 32u

int fail(struct ctx *ctx, int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(ctx->errmsg, sizeof(ctx->errmsg), fmt, args);
	va_end(args);
	ctx->err = code;
	log_debug(ctx, "error %d: %s", code, ctx->errmsg);
	return code;
}

int fail_prefix(struct ctx *ctx, const char *fmt, ...)
{
	char old[sizeof(ctx->errmsg)];
	va_list args;
	int len;

	memcpy(old, ctx->errmsg, sizeof(old));
	va_start(args, fmt);
	len = vsnprintf(ctx->errmsg, sizeof(ctx->errmsg), fmt, args);
	va_end(args);
	if (len >= 0 && (size_t)len + 2 < sizeof(ctx->errmsg)) {
		const size_t room = sizeof(ctx->errmsg) - (size_t)len - 3;

		memcpy(ctx->errmsg + len, ": ", 2);
		old[room] = '\0'; /* what does not fit is cut off */
		memcpy(ctx->errmsg + len + 2, old, strlen(old) + 1);
	}
	return ctx->err;
}

void ctx_clear_error(struct ctx *ctx)
{
	ctx->errmsg[0] = '\0';
	ctx->err = 0;
}

void ctx_put_words(const struct ctx *ctx, char *to, size_t size, const char *from)
{
	hint_expand(&ctx->words, to, size, from);
}

static void log_line(struct ctx *ctx, enum stflash_log_level level, const char *fmt, va_list args) PRINTF_LIKE(3, 0);

static void log_line(struct ctx *ctx, enum stflash_log_level level, const char *fmt, va_list args)
{
	char text[SENTENCE_MAX], line[SENTENCE_MAX];

	if (!ctx->log || level > ctx->log_level)
		return;
	vsnprintf(text, sizeof(text), fmt, args);
	ctx_put_words(ctx, line, sizeof(line), text);
	ctx->log(level, line, ctx->log_user);
}

void log_doubt(struct ctx *ctx, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line(ctx, STFLASH_LOG_DOUBT, fmt, args);
	va_end(args);
}

void log_warn(struct ctx *ctx, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line(ctx, STFLASH_LOG_WARN, fmt, args);
	va_end(args);
}

void log_info(struct ctx *ctx, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line(ctx, STFLASH_LOG_INFO, fmt, args);
	va_end(args);
}

void log_debug(struct ctx *ctx, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line(ctx, STFLASH_LOG_DEBUG, fmt, args);
	va_end(args);
}

void log_wire(struct ctx *ctx, const char *prefix, const uint8_t *data, size_t len)
{
	char line[32 + 3 * WIRE_SHOWN];
	size_t at;

	if (!ctx->log || ctx->log_level < STFLASH_LOG_WIRE)
		return;
	at = (size_t)snprintf(line, sizeof(line), "%.8s", prefix);
	for (size_t i = 0; i < len && i < WIRE_SHOWN; i++)
		at += (size_t)snprintf(line + at, sizeof(line) - at, " %02x", data[i]);
	if (len > WIRE_SHOWN)
		snprintf(line + at, sizeof(line) - at, " ... (%zu bytes)", len);
	ctx->log(STFLASH_LOG_WIRE, line, ctx->log_user);
}

void ctx_shield(struct ctx *ctx)
{
	ctx->shields++;
}

void ctx_unshield(struct ctx *ctx)
{
	ctx->shields--;
}

int check_cancel(struct ctx *ctx)
{
	if (!ctx->shields && atomic_load(&ctx->cancelled))
		return fail(ctx, STFLASH_E_CANCELLED, "cancelled");
	return 0;
}

int progress(struct ctx *ctx, enum stflash_phase phase, uint64_t done, uint64_t total)
{
	if (ctx->progress)
		ctx->progress(phase, done, total, ctx->progress_user);
	return check_cancel(ctx);
}
