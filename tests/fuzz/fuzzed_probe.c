/* SPDX-License-Identifier: MIT */
#include "fuzzed_probe.h"

#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "fuzz.h"
#include "usb/transport.h"

#define EVENT_LEN   4u /* how many transfers are left alone (16 bits), what happens, and how much of it */
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

void fuzzed_begin(struct model *model, const uint8_t *input, size_t len)
{
	probe = (struct fuzzed){ .model = model, .input = input, .left = len };
	wind_up();
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
