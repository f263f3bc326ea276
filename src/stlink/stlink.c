/* SPDX-License-Identifier: MIT */
/* A probe from the first command to the last: its voltage, and its debug mode. */
#include "stlink/stlink.h"

#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/failure.h"
#include "stlink/command.h"

#define STATUS_LEN   2u
#define IDCODES_LEN  12u
#define IDCODES_NEED 8u /* the second TAP's follows, of JTAG alone */
#define VOLTAGE_LEN  8u

/* ARMv7-M ARM B3.2.3: the register, and its implementer field for Arm */
#define CPUID     0xe000ed00u
#define CPUID_ARM 0x41u

/* A command whose reply is a status and nothing else. */
static int simple(struct stlink *p, uint8_t op, uint8_t arg)
{
	uint8_t reply[STATUS_LEN];
	const struct command c = {
		.bytes = { STLINK_DEBUG, op, arg },
		.status = STATUS_IN_REPLY,
		.in = reply,
		.len = sizeof(reply),
		.need = 1,
	};

	return command_run(p, &c);
}

static int refuse_model(struct stlink *p)
{
	if (!p->model) {
		log_warn(
			p->ctx,
			"the product id %04x:%04x is newer than this program: trying the probe as the ST-LINK that its "
			"name says it is",
			p->tr->vid, p->tr->pid);
		p->model = &stlink_newer_model;
	}
	if (p->model->kind == STLINK_V1)
		return fail(p->ctx, STFLASH_E_UNSUPPORTED,
			    "this is an %s, which is not supported: use an ST-LINK/V2 or newer", p->model->name);
	if (p->model->kind == STLINK_LOADER)
		return fail(p->ctx, STFLASH_E_UNSUPPORTED,
			    "the probe is in its USB loader (%s): unplug it and plug it in, or finish the update with "
			    "ST's ST-LINK upgrade tool",
			    p->model->name);
	return 0;
}

static bool reset_may_help(const struct stlink *p, int err)
{
	return !p->usb_was_reset && (err == STFLASH_E_TIMEOUT || err == STFLASH_E_STALL || err == STFLASH_E_PROBE);
}

int stlink_open(struct stlink *p, struct ctx *ctx, struct transport *tr)
{
	int err;

	*p = (struct stlink){
		.ctx = ctx,
		.tr = tr,
		.model = stlink_model_find(tr->pid),
		.timeout_ms = STLINK_TIMEOUT_MS,
	};
	err = refuse_model(p);
	if (err)
		goto forget;

	command_drain(p);
	err = version_read(p);
	if (err && reset_may_help(p, err)) {
		/* V2 dongles that were left in the middle of something: openocd's cure */
		err = command_usb_reset(p);
		if (!err)
			err = version_read(p);
	}
	if (!err)
		err = probe_leave_any_mode(p);
	if (!err)
		return 0;

forget:
	p->tr = NULL;
	return err;
}

int stlink_close(struct stlink *p)
{
	int err;

	if (!p->tr)
		return 0;

	err = stlink_leave(p);
	p->tr = NULL;
	return err;
}

/* Does the chip's core answer through access port 0? */
static bool cpuid_answers(struct stlink *p)
{
	uint32_t cpuid;

	return !stlink_read_debug32(p, CPUID, &cpuid) && cpuid >> 24 == CPUID_ARM;
}

/*
 * From V2J28 on an access port is opened before it is used; EXIT closes it again.
 * Newer firmware refuses that on chips that are not ST's (0x1d from V2J37 on,
 * pyOCD issue 918; 0x05 too), and st-flash never sends it and works: ENTER
 * opens access port 0 as well. So the core decides, as in openocd.
 */
static int open_ap(struct stlink *p)
{
	struct failure refused = { 0 };
	uint8_t status;
	int err;

	if (!(p->features & STLINK_HAS_AP_INIT))
		return 0;
	err = simple(p, STLINK_INIT_AP, 0);
	p->ap_open = !err;
	if (err == STFLASH_E_UNSUPPORTED && p->last_status == STLINK_ST_UNKNOWN_CMD) {
		ctx_clear_error(p->ctx);
		return 0;
	}
	if (!err || !p->last_status || stlink_link_error(p))
		return err;

	status = p->last_status;
	failure_keep(&refused, p->ctx, err);
	if (!cpuid_answers(p)) {
		p->last_status = status;
		return failure_tell(&refused, p->ctx);
	}
	log_info(p->ctx, "the probe does not open the access port (status 0x%02x), but the core answers", status);
	ctx_clear_error(p->ctx);
	return 0;
}

static void close_ap(struct stlink *p)
{
	/* Before V2J29 the status is wrong; later it may be 0x1d (pyOCD). EXIT follows, so it does not matter. */
	if (p->ap_open && simple(p, STLINK_CLOSE_AP_DBG, 0))
		ctx_clear_error(p->ctx);
	p->ap_open = false;
}

int stlink_exit_debug(struct stlink *p)
{
	int err;

	if (!p->in_debug)
		return 0;

	close_ap(p);
	err = p->in_debug ? command_unanswered(p, STLINK_DEBUG, STLINK_EXIT) : 0;
	if (err && !p->in_debug) {
		/* It met a USB fault, but the probe's mode tells that it got through. */
		ctx_clear_error(p->ctx);
		err = 0;
	}
	p->in_debug = false;
	return err;
}

/*
 * After a failed ENTER, without losing the words that describe it: some
 * firmware is in debug mode now, some is not, and EXIT is for the first.
 */
static int leave_after(struct stlink *p, int err)
{
	const uint8_t status = p->last_status;
	struct failure first = { 0 };
	uint8_t mode;

	failure_keep(&first, p->ctx, err);
	if (!probe_read_mode(p, &mode) && mode != STLINK_MODE_DEBUG)
		p->in_debug = p->ap_open = false;
	(void)stlink_exit_debug(p);
	p->last_status = status;
	return failure_tell(&first, p->ctx);
}

int stlink_enter_swd(struct stlink *p)
{
	int err;

	err = stlink_exit_debug(p);
	/* A probe that started anew has forgotten the clock, too. */
	if (!err && p->astray && p->speed_khz)
		err = stlink_set_speed(p, p->speed_khz);
	if (err)
		return err;

	stlink_doubt_nrst(p);
	err = simple(p, STLINK_ENTER, STLINK_ENTER_SWD);
	p->in_debug = !p->astray; /* even if it was refused: see leave_after() */
	if (!err)
		err = open_ap(p);
	return err ? leave_after(p, err) : 0;
}

int stlink_leave(struct stlink *p)
{
	struct failure first = { 0 };

	failure_keep(&first, p->ctx, stlink_leave_nrst(p));
	failure_keep(&first, p->ctx, stlink_exit_debug(p));
	return first.err ? failure_tell(&first, p->ctx) : 0;
}

int stlink_read_dpidr(struct stlink *p, uint32_t *dpidr)
{
	uint8_t reply[IDCODES_LEN];
	const struct command c = {
		.bytes = { STLINK_DEBUG, STLINK_READ_IDCODES },
		.status = STATUS_IN_REPLY,
		.in = reply,
		.len = sizeof(reply),
		.need = IDCODES_NEED,
	};
	int err;

	err = command_run(p, &c);
	if (!err)
		*dpidr = get_le32(reply + 4);
	return err;
}

int stlink_read_voltage(struct stlink *p, uint32_t *mv)
{
	uint8_t reply[VOLTAGE_LEN];
	const struct command c = { .bytes = { STLINK_GET_TARGET_VOLTAGE }, .in = reply, .len = sizeof(reply) };
	uint32_t reference;
	int err;

	if (!(p->features & STLINK_HAS_VOLTAGE)) {
		*mv = 0;
		return 0;
	}
	err = command_run(p, &c);
	if (err && (p->gone || p->lost))
		return err;
	if (err) {
		/* Nobody needs the voltage to talk to a chip: openocd goes on, too. */
		log_warn(p->ctx, "the probe does not say the target's voltage: %s", p->ctx->errmsg);
		ctx_clear_error(p->ctx);
	}

	/* The ADC of the 1.2 V reference, and that of half the target's voltage. */
	reference = err ? 0 : get_le32(reply);
	*mv = reference ? (uint32_t)(2400ull * get_le32(reply + 4) / reference) : 0;
	if (!reference) /* no reference, no measurement: 0 V would be a lie */
		p->features &= ~STLINK_HAS_VOLTAGE;
	return 0;
}

int stlink_reset_system(struct stlink *p)
{
	return simple(p, STLINK_RESETSYS, 0);
}
