/* SPDX-License-Identifier: MIT */
/*
 * A report from a board: stflash_report(). One line an event, so that a person
 * can read it and a program can play it again as a probe (tests/unit/test_report.c).
 *
 *	stflash report 1                   what it is, and of which form
 *	name = value                       versions, the probe
 *	[connect]                          a part of the job begins
 *	> 12.345 f2 36 00 ed 00 e0         to the probe, zeros at the end left out
 *	< 12.801 80 00 00 00 77 14 a0 2b   from the probe
 *	< 13.510 6144 bytes 0123456789abcdef   likewise, contents that stay private: length and hash
 *	! 14.000 -16 the probe ...         the transfers before failed
 *	c 14.100 81                        the halt of an endpoint is cleared
 *	r 14.200                           the device is reset
 *	= 15.000 0                         the part has ended: 0, or the error and its sentence
 *
 * Times are milliseconds from the beginning. A word of the unique id is shown as 0.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "flash/agent/hash.h"
#include "session/session.h"
#include "stlink/stlink_proto.h"

/* What is written to RAM and read back. */
#define SRAM        0x20000000u /* of every Cortex-M (ARMv7-M ARM B3.1): a report is made before the chip is known */
#define PATTERN_LEN 1024u

#define SHORT_READ 64u

/* Most bytes that a line shows: the pattern, and all replies that are not contents. */
#define SHOWN_MAX 1024u

/* The longest configuration of a known model has 194 bytes. */
#define DESCRIPTOR_MAX 255u

/* USB 2.0 table 9-5 */
#define USB_DT_DEVICE 1u
#define USB_DT_CONFIG 2u

/* Of READDEBUGREG: a status, padding, the word. */
#define WORD_REPLY 8u

#define SERIAL_SHOWN 8

/* The second word of what is mapped to 0 (ARMv7-M ARM B1.5.3) */
#define RESET_VECTOR 4u

struct report {
	struct stflash *s;
	stflash_line_fn line;
	void *user;
	uint64_t begin_us;
	bool any;           /* a transfer has been seen: there is a probe */
	bool pattern;       /* RAM holds what we wrote there */
	uint32_t addr, len; /* of the memory command before, whose data follows; len 0: none */
	bool word;          /* it was READDEBUGREG */
};

static void say(struct report *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void say(struct report *r, const char *fmt, ...)
{
	char line[600];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	r->line(line, r->user);
}

static double elapsed_ms(const struct report *r)
{
	return (double)(now_us() - r->begin_us) / 1000.0;
}

static bool report_overlaps(const struct report *r, uint32_t first, uint32_t last)
{
	return r->len && r->addr <= last && r->addr + (r->len - 1) >= first;
}

/* Contents of flash and RAM, and what tells one chip from all others. */
static bool is_private(const struct report *r)
{
	const uint32_t uid = r->s->flash.chip ? r->s->flash.chip->family->uid : 0;

	if (uid && report_overlaps(r, uid, uid + 11))
		return true;
	/* The reset vector tells what the BOOT pins have mapped to 0, and nothing else of the firmware. */
	if (r->addr == RESET_VECTOR && r->len == 4)
		return false;
	if (r->pattern && r->addr >= SRAM && r->addr + r->len <= SRAM + PATTERN_LEN)
		return false;
	return report_overlaps(r, 0, 0x1ffeffff) || report_overlaps(r, SRAM, 0x3fffffff);
}

/* Remember which memory the data that follows belongs to. */
static void note_command(struct report *r, const uint8_t *cmd)
{
	r->len = 0;
	if (cmd[0] != STLINK_DEBUG)
		return;
	r->word = cmd[1] == STLINK_READDEBUGREG;
	r->addr = get_le32(cmd + 2);
	switch (cmd[1]) {
	case STLINK_READMEM_8:
	case STLINK_READMEM_16:
	case STLINK_READMEM_32:
	case STLINK_WRITEMEM_8:
	case STLINK_WRITEMEM_16:
	case STLINK_WRITEMEM_32:
		r->len = get_le16(cmd + 6);
		break;
	case STLINK_READDEBUGREG:
		r->len = 4;
		break;
	default:
		break;
	}
}

static void say_hash(struct report *r, char mark, const uint8_t *data, size_t len)
{
	const struct hash h = hash_words(data, len / 4);

	say(r, "%c %.3f %zu bytes %08x%08x", mark, elapsed_ms(r), len, (unsigned int)h.a, (unsigned int)h.b);
}

static void say_bytes(struct report *r, char mark, const uint8_t *data, size_t len)
{
	char text[32 + 3 * SHOWN_MAX];
	int at = snprintf(text, sizeof(text), "%c %.3f", mark, elapsed_ms(r));

	for (size_t i = 0; i < len; i++)
		at += snprintf(text + at, sizeof(text) - (size_t)at, " %02x", data[i]);
	r->line(text, r->user);
}

/* A reply whose first half is the status and whose second is private. */
static void say_hidden_word(struct report *r, const uint8_t *reply)
{
	uint8_t shown[WORD_REPLY] = { 0 };

	memcpy(shown, reply, WORD_REPLY / 2);
	say_bytes(r, '<', shown, sizeof(shown));
}

static void say_data(struct report *r, char mark, const uint8_t *data, size_t len)
{
	const bool hidden = is_private(r);

	if (hidden && r->word && len == WORD_REPLY)
		say_hidden_word(r, data);
	else if (hidden || len > SHOWN_MAX)
		say_hash(r, mark, data, len);
	else
		say_bytes(r, mark, data, len);
	r->len = 0;
}

static void say_descriptor(struct report *r, const char *name, uint8_t type)
{
	uint8_t bytes[DESCRIPTOR_MAX];
	char text[32 + 3 * DESCRIPTOR_MAX];
	const size_t len = transport_descriptor(r->s->tr, type, bytes, sizeof(bytes));
	int at = snprintf(text, sizeof(text), "%s =", name);

	for (size_t i = 0; i < len; i++)
		at += snprintf(text + at, sizeof(text) - (size_t)at, " %02x", bytes[i]);
	r->line(text, r->user);
}

/* Before the first transfer. */
static void introduce_device(struct report *r)
{
	const struct transport *t = r->s->tr;

	r->any = true;
	say(r, "device = %04x:%04x, endpoints %02x %02x", t->vid, t->pid, t->ep_out, t->ep_in);
	say_descriptor(r, "device descriptor", USB_DT_DEVICE);
	say_descriptor(r, "configuration descriptor", USB_DT_CONFIG);
}

static void see(const struct usb_event *e, void *user)
{
	struct report *r = user;
	size_t len = e->len;

	if (!r->any)
		introduce_device(r);
	switch (e->kind) {
	case USB_EVENT_SENT:
		if (r->len || len != STLINK_CMD_LEN) {
			say_data(r, '>', e->data, len);
			break;
		}
		note_command(r, e->data);
		while (len > 1 && !e->data[len - 1])
			len--;
		say_bytes(r, '>', e->data, len);
		break;
	case USB_EVENT_RECEIVED:
		say_data(r, '<', e->data, len);
		break;
	case USB_EVENT_FAILED:
		say(r, "! %.3f %d", elapsed_ms(r), e->err);
		r->len = 0;
		break;
	case USB_EVENT_CLEARED:
		say(r, "c %.3f %02x", elapsed_ms(r), e->ep);
		break;
	case USB_EVENT_RESET:
		say(r, "r %.3f", elapsed_ms(r));
		break;
	}
}

/* The end of a part; passes its result on. */
static int ended(struct report *r, int err)
{
	if (err)
		say(r, "= %.3f %d %s", elapsed_ms(r), err, stflash_errmsg(r->s));
	else
		say(r, "= %.3f 0", elapsed_ms(r));
	return err;
}

static int connect_to_it(struct report *r, const char *selector)
{
	int err;

	say(r, "[connect]");
	err = ended(r, stflash_connect(r->s, selector, STFLASH_CONNECT_AUTO));
	if (!err)
		say(r, "probe = %s, %04x:%04x, serial %.*s..., firmware %s, SWD at %u kHz", r->s->probe.model->name,
		    r->s->tr->vid, r->s->tr->pid, SERIAL_SHOWN, r->s->tr->serial, r->s->probe.firmware,
		    (unsigned int)r->s->probe.speed_khz);
	return err;
}

static int report_ask(struct report *r)
{
	struct stflash_target_info info = { .struct_size = sizeof(info) };
	int err;

	say(r, "[info]");
	err = ended(r, stflash_get_target_info(r->s, &info));
	if (!err)
		say(r, "chip = %s, DPIDR 0x%08x, CPUID 0x%08x, id 0x%03x revision 0x%04x, %u KiB, %u mV", info.name,
		    (unsigned int)info.dpidr, (unsigned int)info.cpuid, info.dev_id, info.rev_id,
		    (unsigned int)(info.flash_size / 1024), (unsigned int)info.target_mv);
	return err;
}

static int reset_and_halt(struct report *r)
{
	say(r, "[reset and halt]");
	return ended(r, stflash_reset(r->s, STFLASH_RESET_HALT));
}

/* A pattern in which no two words are alike, and no line stays as it was. */
static void fill_pattern(uint8_t pattern[PATTERN_LEN])
{
	for (uint32_t i = 0; i < PATTERN_LEN; i += 4)
		put_le32(pattern + i, (i + 1) * 0x9e3779b1u);
}

static int try_memory(struct report *r)
{
	uint8_t pattern[PATTERN_LEN], back[PATTERN_LEN] = { 0 };
	int err;

	say(r, "[memory]");
	fill_pattern(pattern);
	r->pattern = true;
	err = dap_write(&r->s->dap, SRAM, pattern, sizeof(pattern));
	/* Two lengths, so that what a word takes can be told from what a command takes. */
	if (!err)
		err = dap_read(&r->s->dap, SRAM, back, SHORT_READ);
	if (!err)
		err = dap_read(&r->s->dap, SRAM, back, sizeof(back));
	if (!err && memcmp(pattern, back, sizeof(back)))
		err = fail(&r->s->ctx, STFLASH_E_MISMATCH,
			   "RAM at 0x20000000 does not hold what was written: check the wires to the target or "
			   "lower " HINT_SPEED);
	r->pattern = false;
	return ended(r, err);
}

static int run_and_leave(struct report *r)
{
	int err;

	say(r, "[leave]");
	err = stflash_reset(r->s, STFLASH_RESET_RUN);
	if (err)
		return ended(r, session_let_go(r->s, SESSION_CLOSED, err));
	return ended(r, stflash_disconnect(r->s));
}

int stflash_report(struct stflash *s, const char *selector, stflash_line_fn line, void *user)
{
	struct report r = { .s = s, .line = line, .user = user, .begin_us = now_us() };
	int err;

	if (s->stage != SESSION_CLOSED)
		return fail(&s->ctx, STFLASH_E_ARG, "already connected: call stflash_disconnect() first");
	s->observer = see;
	s->observer_user = &r;
	say(&r, "stflash report 1");
	say(&r, "version = %s", stflash_version());
	err = connect_to_it(&r, selector);
	if (!err) {
		err = report_ask(&r);
		if (!err)
			err = reset_and_halt(&r);
		if (!err)
			err = try_memory(&r);
		if (run_and_leave(&r) && !err)
			err = s->ctx.err;
	}
	s->observer = NULL;
	return r.any ? 0 : err;
}
