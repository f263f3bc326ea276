/* SPDX-License-Identifier: MIT */
#include "stlink/command.h"

#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/failure.h"

#define MODE_REPLY_LEN       2u
#define MODE_REPLY_MAX       4u /* of a clone; the next longer reply is the version, 6 */
#define STATUS_REPLY_LEN     2u
#define RWSTATUS_LEN         2u
#define RWSTATUS2_LEN        12u
#define RWSTATUS2_FAULT_ADDR 4u

/* A command is sent at most this often because of USB faults. */
#define USB_TRIES    3u
#define STATUS_TRIES 2u

/* And at least so often because of WAIT, before its time is over: on a busy host little fits into that. */
#define WAIT_TRIES 256u

/*
 * Every transfer gets this long, even when the deadline for retries is nearly
 * over: what ST's own library gives one, where openocd, probe-rs and pyOCD give
 * 1 s. A busy host is no fault, and it may serve the probe, too.
 */
#define LEAST_TIMEOUT_MS 3000u

/* A stale reply is in the probe's buffer already: it comes at once or not at all (pyOCD waits as long). */
#define DRAIN_TIMEOUT_MS 1u
#define DRAIN_LEN        1024u /* a multiple of every bulk packet size: cannot overflow */
#define DRAIN_MAX        64u

/*
 * A reply of another length than ours is asked for with this much room: a
 * longer one would be an overflow to the host controller. pyOCD asks for a
 * whole packet each time. No known reply fills whole packets.
 */
#define REPLY_ROOM 128u

#define RESYNC_TRIES      3u
#define RESYNC_TIMEOUT_MS 1000u

/* openocd waits one second after a USB reset */
#define USB_RESET_SETTLE_MS 1000u

void command_drain(struct stlink *p)
{
	uint8_t buf[DRAIN_LEN];

	for (unsigned int i = 0; i < DRAIN_MAX; i++) {
		struct usb_xfer in = { .ep = p->tr->ep_in, .buf = buf, .len = sizeof(buf) };
		const int err = transport_transfer(p->tr, &in, 1, DRAIN_TIMEOUT_MS);

		if (!in.actual) {
			if (err)
				ctx_clear_error(p->ctx);
			return;
		}
		log_debug(p->ctx, "dropped a stale reply of %zu bytes", in.actual);
	}
}

/* Is the fault one that a second try may cure? */
static bool is_transient(int err)
{
	return err == STFLASH_E_STALL || err == STFLASH_E_TIMEOUT || err == STFLASH_E_PROBE;
}

/*
 * A status alone where more was to follow is an answer too when it says no: how
 * much follows a status that says so, the protocol leaves open. What could be a
 * stale reply with the probe's mode is none.
 */
static bool is_refusal(const struct stlink *p, const struct command *c, size_t len)
{
	const uint8_t status = len ? c->in[0] : 0;
	enum verdict verdict;

	if (c->status != STATUS_IN_REPLY || status <= STLINK_MODE_BOOTLOADER)
		return false;
	verdict = status_verdict(p, status);
	return verdict == VERDICT_ERROR || verdict == VERDICT_WAIT;
}

/* The data of a memory read: the one reply whose length we choose, and so the one that is exact. */
static bool is_memory_data(const struct command *c)
{
	return c->in && c->status == STATUS_FETCHED;
}

/* The reply as the caller wants it, from one that may be longer or shorter. */
static int take_reply(struct stlink *p, const struct command *c, const uint8_t *reply, size_t got)
{
	const size_t need = c->need ? c->need : c->len;

	if (!is_memory_data(c))
		memcpy(c->in, reply, min_size(got, c->len));
	if (got >= need || is_refusal(p, c, got))
		return 0;
	return fail(p->ctx, STFLASH_E_PROBE, "the probe moved %zu bytes instead of %zu for %s: plug it in anew", got,
		    c->len, command_name(c->bytes));
}

/* The command and its data phase, queued together, once. *got: bytes of the reply. */
static int transfer_once(struct stlink *p, const struct command *c, unsigned int timeout_ms, size_t *got)
{
	uint8_t cmd[STLINK_CMD_LEN], reply[REPLY_ROOM] = { 0 };
	struct usb_xfer xfers[2] = { { .ep = p->tr->ep_out, .buf = cmd, .len = sizeof(cmd) } };
	struct usb_xfer *data = &xfers[1];
	int err;

	memcpy(cmd, c->bytes, sizeof(cmd));
	if (is_memory_data(c))
		*data = (struct usb_xfer){ .ep = p->tr->ep_in, .buf = c->in, .len = c->len };
	else if (c->in)
		*data = (struct usb_xfer){ .ep = p->tr->ep_in, .buf = reply, .len = sizeof(reply) };
	else if (c->out) /* A transfer to the probe only reads its buffer. */
		*data = (struct usb_xfer){ .ep = p->tr->ep_out, .buf = (uint8_t *)(uintptr_t)c->out, .len = c->len };

	err = transport_transfer(p->tr, xfers, data->len ? 2 : 1, timeout_ms);
	p->gone = p->gone || err == STFLASH_E_UNPLUGGED;
	*got = data->actual;
	if (err || !data->len)
		return err;
	if (c->in)
		return take_reply(p, c, reply, data->actual);
	if (data->actual != data->len)
		return fail(p->ctx, STFLASH_E_PROBE, "the probe moved %zu bytes instead of %zu for %s: plug it in anew",
			    data->actual, data->len, command_name(c->bytes));
	return 0;
}

static int command_transfer(struct stlink *p, const struct command *c, unsigned int timeout_ms)
{
	size_t got;

	return transfer_once(p, c, timeout_ms, &got);
}

static bool is_odd_mode(const struct stlink *p, uint8_t mode)
{
	return p->odd_mode && mode == p->odd_mode;
}

/* No other reply as short as this begins with such a byte. */
static bool is_mode_reply(const struct stlink *p, uint8_t mode, size_t len)
{
	return len <= MODE_REPLY_MAX && (mode <= STLINK_MODE_BOOTLOADER || is_odd_mode(p, mode));
}

/*
 * Ask for the mode until a mode comes. The probe answers in order and no other
 * reply looks like this one, so nothing stale is left when it does. None comes
 * in the end: STFLASH_E_TIMEOUT, without words.
 */
static int ask_mode_until_sane(struct stlink *p, int usb_err)
{
	uint8_t reply[MODE_REPLY_LEN] = { 0 };
	const struct command c = { .bytes = { STLINK_GET_CURRENT_MODE }, .in = reply, .len = sizeof(reply), .need = 1 };
	unsigned int timeout_ms = RESYNC_TIMEOUT_MS;
	int err = usb_err;

	if (p->timeout_ms < timeout_ms)
		timeout_ms = p->timeout_ms;
	for (unsigned int i = 0; i < RESYNC_TRIES; i++) {
		size_t got;

		if (err == STFLASH_E_STALL) {
			err = transport_clear_halt(p->tr, p->tr->ep_in);
			if (!err)
				err = transport_clear_halt(p->tr, p->tr->ep_out);
			if (err == STFLASH_E_UNPLUGGED)
				return err;
		}
		command_drain(p);
		err = transfer_once(p, &c, timeout_ms, &got);
		if (err == STFLASH_E_UNPLUGGED)
			return err;
		if (!err && is_mode_reply(p, reply[0], got)) {
			if (p->in_debug && reply[0] != STLINK_MODE_DEBUG && !is_odd_mode(p, reply[0])) {
				p->in_debug = false;
				p->astray = true;
				return fail(p->ctx, STFLASH_E_PROBE,
					    "the probe fell out of debug mode: check its USB cable and start again");
			}
			p->astray = p->astray || reply[0] == STLINK_MODE_DFU;
			return 0;
		}
	}
	return STFLASH_E_TIMEOUT;
}

/* From here on every command fails at once: whoever cleans up shall not wait for each. */
static int no_answer(struct stlink *p)
{
	p->lost = true;
	return fail(p->ctx, STFLASH_E_PROBE, "the probe does not come back from a USB fault: unplug it and plug it in");
}

int command_usb_reset(struct stlink *p)
{
	int err;

	if (p->usb_was_reset)
		return no_answer(p);

	p->usb_was_reset = true;
	log_info(p->ctx, "resetting the probe's USB");
	err = transport_reset(p->tr);
	if (err)
		return err;
	sleep_ms(USB_RESET_SETTLE_MS);
	command_drain(p);
	return 0;
}

int command_resync(struct stlink *p, int usb_err)
{
	int err;

	err = ask_mode_until_sane(p, usb_err);
	if (err != STFLASH_E_TIMEOUT)
		return err;

	err = command_usb_reset(p);
	if (!err)
		err = ask_mode_until_sane(p, 0);
	if (err == STFLASH_E_TIMEOUT)
		err = no_answer(p);
	return err;
}

/* What is left of a deadline, for one transfer of this command. */
static unsigned int time_left(const struct command *c, uint64_t deadline)
{
	const unsigned int least = LEAST_TIMEOUT_MS + c->extra_ms;
	const uint64_t now = now_ms();

	return now + least < deadline ? (unsigned int)(deadline - now) : least;
}

/* The status of the memory command before. A lost or garbled reply is asked for again: asking changes nothing. */
static int fetch_status(struct stlink *p, uint64_t deadline, uint8_t *status)
{
	const bool has_addr = p->features & STLINK_HAS_RWSTATUS2;
	uint8_t reply[RWSTATUS2_LEN] = { 0 };
	const struct command c = {
		.bytes = { STLINK_DEBUG, has_addr ? STLINK_GETLASTRWSTATUS2 : STLINK_GETLASTRWSTATUS },
		.in = reply,
		.len = has_addr ? RWSTATUS2_LEN : RWSTATUS_LEN,
		.need = 1,
	};

	for (unsigned int tries = 1;; tries++) {
		int err = command_transfer(p, &c, time_left(&c, deadline));

		if (!err && status_verdict(p, reply[0]) == VERDICT_UNKNOWN)
			err = status_fail(p, c.bytes, reply[0]);
		if (!err)
			break;
		if (!is_transient(err) || tries == STATUS_TRIES)
			return err;
		err = command_resync(p, err);
		if (err)
			return err;
	}
	*status = reply[0];
	p->fault_addr = has_addr ? get_le32(reply + RWSTATUS2_FAULT_ADDR) : 0;
	return 0;
}

/* One try: the command, and its status from where this kind of command has it. */
static int try_once(struct stlink *p, const struct command *c, uint64_t deadline, uint8_t *status)
{
	int err;

	err = command_transfer(p, c, time_left(c, deadline));
	if (err)
		return err;

	switch (c->status) {
	case STATUS_IN_REPLY:
		*status = c->in[0];
		return 0;
	case STATUS_FETCHED:
		return fetch_status(p, deadline, status);
	case STATUS_NONE:
	default:
		*status = STLINK_ST_OK;
		return 0;
	}
}

/* Most commands make sense in debug mode alone; a probe that fell out of it has to be brought back first. */
static bool needs_debug_mode(const uint8_t *cmd)
{
	if (cmd[0] != STLINK_DEBUG)
		return false;
	switch (cmd[1]) {
	case STLINK_ENTER:
	case STLINK_EXIT:
	case STLINK_DRIVE_NRST:
	case STLINK_SWD_SET_FREQ:
	case STLINK_SET_COM_FREQ:
	case STLINK_GET_COM_FREQ:
		return false;
	default:
		return true;
	}
}

/* Nothing but an answer comes of it: it may be sent as often as one likes. */
static bool is_read(const struct command *c)
{
	return c->in && (c->status == STATUS_FETCHED || c->len > STATUS_REPLY_LEN);
}

/* After a USB fault in try number tries: 0 when the command may be sent again, else the fault, with its text. */
static int prepare_retry(struct stlink *p, const struct command *c, int usb_err, unsigned int tries)
{
	struct failure usb = { 0 };
	uint8_t status;
	int err;

	p->last_status = 0;
	if (!is_transient(usb_err) || (!p->in_debug && needs_debug_mode(c->bytes)))
		return usb_err;

	failure_keep(&usb, p->ctx, usb_err);
	err = command_resync(p, usb_err);
	/* A memory command may have been done all the same: no status is left unread. */
	if (!err && c->status == STATUS_FETCHED)
		err = fetch_status(p, now_ms() + p->timeout_ms, &status);
	if (err == STFLASH_E_UNPLUGGED)
		return err;
	if (err || c->once || tries >= USB_TRIES || (p->astray && c->bytes[0] == STLINK_DEBUG))
		return failure_tell(&usb, p->ctx);

	log_debug(p->ctx, "%s is sent again", command_name(c->bytes));
	return 0;
}

int command_run(struct stlink *p, const struct command *c)
{
	const uint64_t deadline = now_ms() + p->timeout_ms + c->extra_ms;
	unsigned int usb_tries = 0, waits = 0;
	uint8_t status = 0;
	enum verdict verdict;
	int err;

	if (p->lost)
		return no_answer(p);
	p->last_status = 0;
	if (!p->gone && !p->in_debug && needs_debug_mode(c->bytes))
		return fail(p->ctx, STFLASH_E_NO_TARGET,
			    "the chip does not answer any more: check its power, ground, SWDIO and SWCLK (%s outside "
			    "of debug mode)",
			    command_name(c->bytes));
	p->saw_wait = false;
	for (;;) {
		err = try_once(p, c, deadline, &status);
		verdict = err ? VERDICT_UNKNOWN : status_verdict(p, status);
		usb_tries += err != 0;
		if (!err && verdict == VERDICT_UNKNOWN) {
			err = status_fail(p, c->bytes, status);
			usb_tries = is_read(c) ? usb_tries + 1 : USB_TRIES;
		}
		if (err) {
			err = prepare_retry(p, c, err, usb_tries);
			if (err)
				return err;
			continue;
		}
		p->last_status = status;
		if (verdict != VERDICT_WAIT)
			break;
		p->saw_wait = true;
		if (c->once || (++waits >= WAIT_TRIES && now_ms() >= deadline))
			break;
	}

	if (verdict != VERDICT_OK)
		return status_fail(p, c->bytes, status);
	if (usb_tries)
		ctx_clear_error(p->ctx);
	return 0;
}

int command_unanswered(struct stlink *p, uint8_t top, uint8_t op)
{
	const struct command c = { .bytes = { top, op } };

	return command_run(p, &c);
}
