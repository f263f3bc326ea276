/* SPDX-License-Identifier: MIT */
/*
 * A transport that follows a script: what must be sent, what comes back. It
 * stands where a USB transport stands, so the code under test does not know.
 * A command and its data phase must be queued in one call, as they are on the
 * wire; an input alone is a drain.
 */
#ifndef TESTS_SCRIPTED_H
#define TESTS_SCRIPTED_H

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "base/bytes.h"
#include "stlink/stlink.h"
#include "stlink/stlink_proto.h"

#include <cmocka.h>

struct exchange {
	enum { X_END, X_OUT, X_DATA, X_IN, X_LONE_IN, X_CLEAR_HALT, X_RESET } kind;
	const uint8_t *bytes;
	size_t len;
	int err;
	uint8_t fill; /* where bytes is NULL */
};

#define BYTES(...) .bytes = (const uint8_t[]){ __VA_ARGS__ }, .len = sizeof((const uint8_t[]){ __VA_ARGS__ })
#define B4(v)      (uint8_t)(v), (uint8_t)((v) >> 8), (uint8_t)((v) >> 16), (uint8_t)((v) >> 24)

/* A command, padded to 16 bytes; the same, refused or lost on the bus */
#define OUT(...)                                  \
	{                                         \
		.kind = X_OUT, BYTES(__VA_ARGS__) \
	}
#define OUT_ERR(e, ...)                                       \
	{                                                     \
		.kind = X_OUT, .err = (e), BYTES(__VA_ARGS__) \
	}
/* Its data phase: data to the probe, or a reply */
#define DATA(...)                                  \
	{                                          \
		.kind = X_DATA, BYTES(__VA_ARGS__) \
	}
#define DATA_FILL(n, v)                                 \
	{                                               \
		.kind = X_DATA, .len = (n), .fill = (v) \
	}
#define IN(...)                                  \
	{                                        \
		.kind = X_IN, BYTES(__VA_ARGS__) \
	}
#define IN_FILL(n, v)                                 \
	{                                             \
		.kind = X_IN, .len = (n), .fill = (v) \
	}
#define IN_ERR(e)                        \
	{                                \
		.kind = X_IN, .err = (e) \
	}
/* A drain that finds nothing, or a stale reply */
#define SILENCE                                             \
	{                                                   \
		.kind = X_LONE_IN, .err = STFLASH_E_TIMEOUT \
	}
#define STALE(...)                                    \
	{                                             \
		.kind = X_LONE_IN, BYTES(__VA_ARGS__) \
	}
#define CLEAR_HALTS                  \
	{ .kind = X_CLEAR_HALT },    \
	{                            \
		.kind = X_CLEAR_HALT \
	}
#define USB_RESET               \
	{                       \
		.kind = X_RESET \
	}
#define USB_RESET_FAILS(e)                  \
	{                                   \
		.kind = X_RESET, .err = (e) \
	}
#define END                   \
	{                     \
		.kind = X_END \
	}

/* The commands that most scripts are made of */
#define OK                     IN(0x80, 0x00)
#define ASK_MODE(mode)         OUT(0xf5), IN(mode, 0x00)
#define RD(addr, value)        OUT(0xf2, 0x36, B4(addr)), IN(0x80, 0, 0, 0, B4(value))
#define WR(addr, value)        OUT(0xf2, 0x35, B4(addr), B4(value)), OK
#define RD_ST(addr, st)        OUT(0xf2, 0x36, B4(addr)), IN(st, 0, 0, 0, 0, 0, 0, 0)
#define WR_ST(addr, value, st) OUT(0xf2, 0x35, B4(addr), B4(value)), IN(st, 0)
#define STATUS2(st, addr)      OUT(0xf2, 0x3e), IN(st, 0, 0, 0, B4(addr), 0, 0, 0, 0)
#define RESYNC(mode)           SILENCE, ASK_MODE(mode)

#define V2J17S4 0x24, 0x44, 0x83, 0x04, 0x48, 0x37
#define V2J29S7 0x27, 0x47, 0x83, 0x04, 0x48, 0x37
#define V2J37S7 0x29, 0x47, 0x83, 0x04, 0x48, 0x37
#define V3      0x30, 0x00, 0x83, 0x04, 0x4f, 0x37

struct script {
	struct transport base;
	const struct exchange *next;
	unsigned int commands;
};

static const struct exchange *script_take(struct script *s, int kind)
{
	const struct exchange *x = s->next;

	if ((int)x->kind != kind)
		fail_msg("script expected kind %d, got kind %d", (int)x->kind, kind);
	s->next++;
	return x;
}

static int script_out(struct script *s, struct usb_xfer *xfer, int kind)
{
	const struct exchange *x = script_take(s, kind);
	const size_t len = kind == X_OUT ? STLINK_CMD_LEN : x->len;

	assert_int_equal(xfer->ep, s->base.ep_out);
	assert_int_equal(xfer->len, len);
	for (size_t i = 0; i < len; i++) {
		const uint8_t padded = i < x->len && x->bytes ? x->bytes[i] : x->fill;

		if (xfer->buf[i] != padded)
			fail_msg("command %02x %02x: byte %zu is %02x, expected %02x", xfer->buf[0], xfer->buf[1], i,
				 xfer->buf[i], padded);
	}
	xfer->actual = x->err ? 0 : len;
	return x->err;
}

static int script_in(struct script *s, struct usb_xfer *xfer, int kind)
{
	const struct exchange *x = script_take(s, kind);

	assert_int_equal(xfer->ep, s->base.ep_in);
	assert_true(xfer->len >= 2); /* READMEM_8 of one byte answers with two */
	if (x->len > xfer->len)
		return (fail)(s->base.ctx, STFLASH_E_PROBE, "overflow");
	for (size_t i = 0; i < x->len; i++)
		xfer->buf[i] = x->bytes ? x->bytes[i] : x->fill;
	xfer->actual = x->len;
	return x->err;
}

static int script_transfer(struct transport *t, struct usb_xfer *xfers, size_t n, unsigned int timeout_ms)
{
	struct script *s = (struct script *)t;
	int err;

	assert_true(timeout_ms > 0);
	if (xfers[0].ep & USB_DIR_IN) {
		assert_int_equal(n, 1);
		err = script_in(s, &xfers[0], X_LONE_IN);
		return err ? (fail)(t->ctx, err, "scripted fault %d", err) : 0;
	}

	s->commands++;
	err = script_out(s, &xfers[0], X_OUT);
	if (!err && n == 2)
		err = xfers[1].ep & USB_DIR_IN ? script_in(s, &xfers[1], X_IN) : script_out(s, &xfers[1], X_DATA);
	else if (!err && (s->next->kind == X_IN || s->next->kind == X_DATA))
		fail_msg("command %02x %02x came without its data phase", xfers[0].buf[0], xfers[0].buf[1]);
	return err ? (fail)(t->ctx, err, "scripted fault %d", err) : 0;
}

static int script_clear_halt(struct transport *t, uint8_t ep)
{
	assert_true(ep == t->ep_in || ep == t->ep_out);
	return script_take((struct script *)t, X_CLEAR_HALT)->err;
}

static int script_reset(struct transport *t)
{
	return script_take((struct script *)t, X_RESET)->err;
}

static void script_close(struct transport *t)
{
	(void)t;
}

static const struct transport_ops script_ops = {
	.transfer = script_transfer,
	.clear_halt = script_clear_halt,
	.reset = script_reset,
	.close = script_close,
};

/* A probe on a scripted transport, and everything above it may be built on. */
struct bench {
	struct ctx ctx;
	struct script tr;
	struct stlink probe;
};

static void bench_init(struct bench *b, uint16_t pid, const struct exchange *script)
{
	memset(b, 0, sizeof(*b));
	b->tr.base = (struct transport){
		.ops = &script_ops,
		.ctx = &b->ctx,
		.vid = STLINK_VID,
		.pid = pid,
		.ep_out = pid == 0x3748 ? 0x02 : 0x01,
		.ep_in = 0x81,
	};
	b->tr.next = script;
}

static inline int bench_try_open(struct bench *b, uint16_t pid, const struct exchange *script)
{
	bench_init(b, pid, script);
	return stlink_open(&b->probe, &b->ctx, &b->tr.base);
}

/* Open a probe with this version reply, already in debug mode, then follow the script with a short deadline. */
static inline void bench_open(struct bench *b, uint16_t pid, const uint8_t *version, const struct exchange *script)
{
	const struct exchange v2[] = {
		SILENCE, OUT(0xf1), { .kind = X_IN, .bytes = version, .len = 6 }, ASK_MODE(0x01), END,
	};
	const struct exchange v3[] = {
		SILENCE,
		OUT(0xf1),
		{ .kind = X_IN, .bytes = version, .len = 6 },
		OUT(0xfb),
		IN(0x03, 0x01, 0x07, 0x02, 0x00, 0x00, 0x00, 0x00, 0x83, 0x04, 0x4f, 0x37),
		ASK_MODE(0x01),
		END,
	};

	assert_int_equal(bench_try_open(b, pid, version[0] == 0x30 ? v3 : v2), 0);
	assert_int_equal(b->tr.next->kind, X_END);
	b->probe.in_debug = true;
	b->probe.timeout_ms = 20;
	b->tr.next = script;
	b->tr.commands = 0;
}

#define script_finished(b) assert_int_equal((b)->tr.next->kind, X_END)

/* The sentence for the bench must hold these words. */
#define text_has(b, words)                                                   \
	do {                                                                 \
		if (!strstr((b)->ctx.errmsg, words))                         \
			fail_msg("'%s' lacks '%s'", (b)->ctx.errmsg, words); \
	} while (0)

/* The warnings since watch_warnings(). */
static char warnings[1024];

static inline void keep_warning(enum stflash_log_level level, const char *line, void *user)
{
	(void)user;
	if (level <= STFLASH_LOG_WARN)
		strncat(warnings, line, sizeof(warnings) - strlen(warnings) - 1);
}

static inline void watch_warnings(struct bench *b)
{
	memset(warnings, 0, sizeof(warnings));
	b->ctx.log = keep_warning;
	b->ctx.log_level = STFLASH_LOG_WARN;
}

#define warned_of(words)                                                       \
	do {                                                                   \
		if (!strstr(warnings, words))                                  \
			fail_msg("warned of '%s', not '%s'", warnings, words); \
	} while (0)

static const uint8_t v2j17s4[] = { V2J17S4 };
static const uint8_t v2j29s7[] = { V2J29S7 };
static const uint8_t v3j7m2[] = { V3 };

#endif
