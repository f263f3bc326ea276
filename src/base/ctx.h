/* SPDX-License-Identifier: MIT */
/*
 * What every layer carries along: the error text, the log, the progress and
 * the cancel flag of one session. Includes nothing of the other layers.
 */
#ifndef BASE_CTX_H
#define BASE_CTX_H

#include <stdarg.h>
#include <stdatomic.h>

#include "base/hint.h"
#include "stflash.h"

/* Longer ones are cut off; with the name of a file in them they are long. */
#define SENTENCE_MAX 4608u

struct ctx {
	char errmsg[SENTENCE_MAX];
	int err; /* the code errmsg belongs to */
	struct hint_words words;
	enum stflash_log_level log_level;
	stflash_log_fn log;
	void *log_user;
	stflash_progress_fn progress;
	void *progress_user;
	atomic_int cancelled;
	unsigned int shields; /* above 0: letting go, which a cancellation must not stop */
};

#if defined(__MINGW32__) /* whose printf is ours to choose: __USE_MINGW_ANSI_STDIO */
#define PRINTF_LIKE(fmt, args) __attribute__((format(gnu_printf, fmt, args)))
#define MUST_CHECK             __attribute__((warn_unused_result))
#elif defined(__GNUC__)
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define MUST_CHECK             __attribute__((warn_unused_result))
#else
#define PRINTF_LIKE(fmt, args)
#define MUST_CHECK
#endif

/*
 * Describe a failure, once, where it is discovered. The text is one sentence
 * without a full stop: what failed, why, what to do next; its hints are marks
 * of hint.h. Returns code.
 */
int fail(struct ctx *ctx, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Put words in front of the text that is already there: "SOMETHING: text". Returns the code that was set. */
int fail_prefix(struct ctx *ctx, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Forget a failure that was dealt with (a retry that worked). */
void ctx_clear_error(struct ctx *ctx);

/* The same sentence with names for its marks; for what is handed out otherwise. from and to must not overlap. */
void ctx_put_words(const struct ctx *ctx, char *to, size_t size, const char *from);

/* A warning that is said however quiet it is to be: data are not, or not all, what they look like. */
void log_doubt(struct ctx *ctx, const char *fmt, ...) PRINTF_LIKE(2, 3);
void log_warn(struct ctx *ctx, const char *fmt, ...) PRINTF_LIKE(2, 3);
void log_info(struct ctx *ctx, const char *fmt, ...) PRINTF_LIKE(2, 3);
void log_debug(struct ctx *ctx, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* One transfer at STFLASH_LOG_WIRE: "> f2 07 ..." with prefix ">" or "<"; long data is shortened. */
void log_wire(struct ctx *ctx, const char *prefix, const uint8_t *data, size_t len);

/*
 * What puts the target back must run to its end even in a cancelled session:
 * between these two check_cancel() and progress() see no cancellation. They nest.
 */
void ctx_shield(struct ctx *ctx);
void ctx_unshield(struct ctx *ctx);

/* 0, or STFLASH_E_CANCELLED with its text. */
int check_cancel(struct ctx *ctx) MUST_CHECK;

/* Report progress and look at the cancel flag: a loop that reports also stops. */
int progress(struct ctx *ctx, enum stflash_phase phase, uint64_t done, uint64_t total) MUST_CHECK;

#endif
