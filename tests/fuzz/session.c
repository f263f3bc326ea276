/* SPDX-License-Identifier: MIT */
/*
 * A whole session, from the connection to the last command, against a probe
 * that mostly tells the truth: the input says which job is done, and where the
 * USB transfers fail, are cut, are garbled, or lie. Whatever it does, a
 * success is byte-exact and a failure has words.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "fuzz.h"
#include "model.h"
#include "usb/transport.h"

#define FLASH_BASE  0x08000000u
#define RANGE       5000u
#define EVENT_LEN   4u /* how many transfers are left alone (16 bits), what happens, and how much of it */
#define STLINK_VID  0x0483u
#define REMEMBERED  64u
#define CALL_PER_MS 32u

/* What a probe or a cable does to a transfer. */
enum event { GARBAGE, SHORT, NO_TRANSFER, STALL, LOST_REPLY, FLIP, OLD_REPLY, UNPLUG, FALSE_OK, N_EVENTS };

struct fuzzed {
	struct transport base;
	struct model *model;
	const uint8_t *input;
	size_t left;
	unsigned int alone; /* transfers until the next event */
	uint64_t extra_ms;  /* slept and waited */
	unsigned int calls; /* to now_ms(), so that no loop stands still */
	bool unplugged;
	uint8_t old[REMEMBERED];
	size_t old_len;
};

/* One session at a time; the clock and the opening of a transport have no other way to it. */
static struct fuzzed probe;

uint64_t __wrap_now_ms(void);
void __wrap_sleep_ms(unsigned int ms);
int __wrap_transport_open(struct transport **t, struct ctx *ctx, const char *selector, uint16_t vid,
			  const uint16_t *pids, size_t n_pids);

uint64_t __wrap_now_ms(void)
{
	return model_now_ms(probe.model) + probe.extra_ms + ++probe.calls / CALL_PER_MS;
}

void __wrap_sleep_ms(unsigned int ms)
{
	probe.extra_ms += ms;
}

static uint8_t next_byte(void)
{
	if (!probe.left)
		return 0;
	probe.left--;
	return *probe.input++;
}

/* How far it is to the next event: for ever at the end of the input. */
static void wind_up(void)
{
	if (probe.left < EVENT_LEN) {
		probe.left = 0;
		probe.alone = UINT32_MAX;
		return;
	}
	probe.alone = next_byte();
	probe.alone |= (unsigned int)(next_byte() & 0x0f) << 8;
}

static int no_reply(struct transport *t, unsigned int timeout_ms)
{
	probe.extra_ms += timeout_ms;
	return fail(t->ctx, STFLASH_E_TIMEOUT, "fuzzed: no answer");
}

static int from_model(struct transport *t, enum model_result result, unsigned int timeout_ms)
{
	switch (result) {
	case MODEL_DONE:
		return 0;
	case MODEL_PENDING:
		return no_reply(t, timeout_ms);
	case MODEL_STALLED:
		return fail(t->ctx, STFLASH_E_STALL, "fuzzed: stalled");
	case MODEL_GONE:
		return fail(t->ctx, STFLASH_E_UNPLUGGED, "fuzzed: gone");
	default:
		return fail(t->ctx, STFLASH_E_PROBE, "fuzzed: bus error");
	}
}

static int truthful(struct transport *t, struct usb_xfer *x, unsigned int timeout_ms)
{
	return from_model(t, model_transfer(probe.model, x->ep & USB_DIR_IN, x->buf, x->len, &x->actual), timeout_ms);
}

static void spoil(struct usb_xfer *x, enum event event, uint8_t amount)
{
	switch (event) {
	case GARBAGE:
		for (size_t i = 0; i < amount && i < x->actual; i++)
			x->buf[i] = next_byte();
		break;
	case SHORT:
		x->actual = min_size(x->actual, amount);
		break;
	case FLIP:
		if (x->actual)
			x->buf[amount % x->actual] ^= (uint8_t)(1u << (next_byte() & 7));
		break;
	case OLD_REPLY:
		memcpy(x->buf, probe.old, min_size(x->actual, probe.old_len));
		break;
	default:
		break;
	}
}

static int eventful(struct transport *t, struct usb_xfer *x, enum event event, uint8_t amount, unsigned int timeout_ms)
{
	const bool in = x->ep & USB_DIR_IN;
	int err;

	switch (event) {
	case NO_TRANSFER:
		return no_reply(t, timeout_ms);
	case STALL:
		return fail(t->ctx, STFLASH_E_STALL, "fuzzed: stalled");
	case UNPLUG:
		probe.unplugged = true;
		return fail(t->ctx, STFLASH_E_UNPLUGGED, "fuzzed: unplugged");
	case FALSE_OK: /* what was sent is dropped; a reply is made of zeros and OK */
		if (in) {
			memset(x->buf, 0, x->len);
			x->buf[0] = 0x80;
		}
		x->actual = x->len;
		return 0;
	case LOST_REPLY:
		err = truthful(t, x, timeout_ms);
		x->actual = 0;
		return err ? err : no_reply(t, timeout_ms);
	default:
		err = truthful(t, x, timeout_ms);
		if (!err && in)
			spoil(x, event, amount);
		return err;
	}
}

static int one_transfer(struct transport *t, struct usb_xfer *x, unsigned int timeout_ms)
{
	int err;

	if (probe.unplugged)
		return fail(t->ctx, STFLASH_E_UNPLUGGED, "fuzzed: unplugged");
	if (probe.alone) {
		probe.alone--;
		err = truthful(t, x, timeout_ms);
	} else {
		const enum event event = next_byte() % N_EVENTS;
		const uint8_t amount = next_byte();

		err = eventful(t, x, event, amount, timeout_ms);
		wind_up();
	}
	if (!err && x->ep & USB_DIR_IN) {
		probe.old_len = min_size(x->actual, REMEMBERED);
		memcpy(probe.old, x->buf, probe.old_len);
	}
	return err;
}

static int transfer(struct transport *t, struct usb_xfer *xfers, size_t n, unsigned int timeout_ms)
{
	int err = 0;

	for (size_t i = 0; !err && i < n; i++)
		err = one_transfer(t, &xfers[i], timeout_ms);
	return err;
}

static int clear_halt(struct transport *t, uint8_t ep)
{
	if (probe.unplugged)
		return fail(t->ctx, STFLASH_E_UNPLUGGED, "fuzzed: unplugged");
	model_clear_halt(probe.model, ep);
	return 0;
}

static int reset(struct transport *t)
{
	int err;

	err = clear_halt(t, t->ep_in);
	return err ? err : clear_halt(t, t->ep_out);
}

static void close_nothing(struct transport *t)
{
	(void)t;
}

static const struct transport_ops ops = {
	.transfer = transfer,
	.clear_halt = clear_halt,
	.reset = reset,
	.close = close_nothing,
};

int __wrap_transport_open(struct transport **t, struct ctx *ctx, const char *selector, uint16_t vid,
			  const uint16_t *pids, size_t n_pids)
{
	(void)selector;
	(void)pids;
	(void)n_pids;
	probe.base = (struct transport){
		.ops = &ops,
		.ctx = ctx,
		.vid = vid,
		.pid = model_pid(probe.model),
		.ep_out = model_ep(probe.model, false),
		.ep_in = model_ep(probe.model, true),
	};
	*t = &probe.base;
	return 0;
}

/* ------------------------------------------------------------------ the jobs */

struct bench {
	uint8_t *want; /* the whole flash as it has to be after a success */
	size_t size;
};

static void fill(uint8_t *p, size_t len, uint32_t seed)
{
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525u + 1013904223u;
		p[i] = (uint8_t)(seed >> 24);
	}
}

static int job_read(struct stflash *s, struct bench *b)
{
	uint8_t got[RANGE];
	const int err = stflash_dump(s, FLASH_BASE + 1, got, sizeof(got), NULL);

	HOLDS(err || !memcmp(got, b->want + 1, sizeof(got)));
	return err;
}

static int job_image(struct stflash *s, struct bench *b, uint32_t seed, bool write)
{
	const uint32_t base = FLASH_BASE + 3;
	struct stflash_image *image = stflash_image_new();
	uint8_t bytes[RANGE];
	int err;

	fill(bytes, sizeof(bytes), seed);
	HOLDS(image && !stflash_image_load(s, image, "image", bytes, sizeof(bytes), STFLASH_FORMAT_BIN, &base));
	err = write ? stflash_write(s, image, NULL, NULL) : stflash_verify(s, image, NULL);
	stflash_image_free(image);
	if (!err && write)
		memcpy(b->want + 3, bytes, sizeof(bytes));
	HOLDS(err || !memcmp(b->want + 3, bytes, sizeof(bytes)));
	return err;
}

static int job_write(struct stflash *s, struct bench *b)
{
	return job_image(s, b, 7, true);
}

static int job_verify(struct stflash *s, struct bench *b)
{
	return job_image(s, b, 8, false);
}

static int job_erase(struct stflash *s, struct bench *b)
{
	const size_t len = b->size > 65536 ? 16384 : 2048;
	const int err = stflash_erase(s, FLASH_BASE, (uint32_t)len, NULL, NULL);

	if (!err)
		memset(b->want, 0xff, len);
	return err;
}

static int (*const jobs[])(struct stflash *s, struct bench *b) = { job_read, job_write, job_verify, job_erase };

static const char *const parts[] = { "stm32f103c8", "stm32f103c8,probe=v2-1", "stm32f103c8,probe=v3", "stm32f407vg",
				     "stm32f103c8,fw=J17S4" };

/* Flash from before; after a verify job's pattern, so that both outcomes come up. */
static void set_up(struct bench *b, uint8_t *flash, uint8_t choice)
{
	memset(flash, 0xff, b->size);
	fill(flash, RANGE + 3000, 1);
	if (choice & 0x80)
		fill(flash + 3, RANGE, 8);
	memcpy(b->want, flash, b->size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct stflash *s = stflash_new();
	struct bench b;
	uint8_t choice;
	uint8_t *flash;
	int err, late;

	probe = (struct fuzzed){ .input = data, .left = len };
	choice = next_byte();
	probe.model = model_new(parts[choice / 4 % ARRAY_SIZE(parts)]);
	flash = model_flash(probe.model, &b.size);
	b.want = malloc(b.size);
	HOLDS(s && b.want);
	set_up(&b, flash, choice);
	wind_up();

	err = stflash_connect(s, "fuzz", STFLASH_CONNECT_AUTO);
	if (!err)
		err = jobs[choice % ARRAY_SIZE(jobs)](s, &b);
	HOLDS(!err || *stflash_errmsg(s));
	late = stflash_disconnect(s);
	HOLDS(!late || *stflash_errmsg(s));
	flash = model_flash(probe.model, &b.size);
	HOLDS(err || !memcmp(flash, b.want, b.size));

	stflash_free(s);
	free(b.want);
	model_free(probe.model);
	return 0;
}
