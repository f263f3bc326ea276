/* SPDX-License-Identifier: MIT */
/* The debug port: connecting, and the way back after a fault (swd-dap-cortexm fact sheet sections 2 and 7). */
#include "swd/dap.h"

#include "base/failure.h"

/* Where a lower clock is not worth a try. */
#define SLOWEST_KHZ 125u

/* ADIv5.2 B2.2: debug port registers */
#define DP_ABORT     0x0u
#define DP_CTRL_STAT 0x4u

#define ABORT_STKCMPCLR  (1u << 1)
#define ABORT_STKERRCLR  (1u << 2)
#define ABORT_WDERRCLR   (1u << 3)
#define ABORT_ORUNERRCLR (1u << 4)

#define CTRL_STICKYORUN   (1u << 1)
#define CTRL_STICKYCMP    (1u << 4)
#define CTRL_STICKYERR    (1u << 5)
#define CTRL_WDATAERR     (1u << 7)
#define CTRL_CDBGPWRUPACK (1u << 29)
#define CTRL_CSYSPWRUPACK (1u << 31)

/* How often a refused access, and one with link errors at one clock, is tried again. */
#define FAULT_RETRIES 1u
#define LINK_RETRIES  1u

/* A failure put aside, with the status that the probe gave. */
struct access_failure {
	struct failure said;
	uint8_t status;
};

static struct access_failure note_failure(const struct dap *dap)
{
	return (struct access_failure){ failure_now(dap->ctx), dap->probe->last_status };
}

static void restore_failure(struct dap *dap, const struct access_failure *failure)
{
	failure_tell(&failure->said, dap->ctx);
	dap->probe->last_status = failure->status;
}

static int enter(struct dap *dap, bool under_reset)
{
	struct stlink *probe = dap->probe;
	uint32_t dpidr = 0;
	int err = 0;

	if (under_reset)
		err = stlink_hold_nrst(probe);
	if (!err)
		err = stlink_enter_swd(probe);
	if (!err && under_reset)
		err = stlink_hold_nrst(probe);
	if (!err)
		err = stlink_read_dpidr(probe, &dpidr);
	if (err)
		return err;
	if (!dpidr || dpidr == UINT32_MAX)
		return fail(dap->ctx, STFLASH_E_NO_TARGET,
			    "no chip answers on SWD (DPIDR 0x%08x): check its power, ground, SWDIO and SWCLK, or "
			    "try " HINT_UNDER_RESET,
			    (unsigned int)dpidr);
	dap->dpidr = dpidr;
	return 0;
}

static bool is_unpowered(struct dap *dap, uint32_t *mv)
{
	return !stlink_read_voltage(dap->probe, mv) && dap->probe->features & STLINK_HAS_VOLTAGE &&
	       *mv < DAP_POWERED_MV;
}

bool dap_sees_no_power(struct dap *dap)
{
	uint32_t mv;

	return is_unpowered(dap, &mv);
}

/* Nothing answered at any clock: say so, and what the probe knows of the target's power. */
static int dap_nobody_there(struct dap *dap, uint32_t from_khz)
{
	const struct access_failure failure = note_failure(dap);
	uint32_t mv;

	if (is_unpowered(dap, &mv))
		return fail(dap->ctx, STFLASH_E_NO_TARGET,
			    "no chip answers, and the probe sees only %u.%02u V of the target: power the board and "
			    "connect its supply to the probe's VTref",
			    (unsigned int)(mv / 1000), (unsigned int)(mv % 1000 / 10));
	return fail(dap->ctx, STFLASH_E_NO_TARGET, "SWD at %u down to %u kHz: %s", (unsigned int)from_khz,
		    (unsigned int)dap->probe->speed_khz, failure.said.text);
}

static int connect(struct dap *dap, struct stlink *probe, uint32_t khz, bool under_reset)
{
	uint32_t first_khz;
	int err;

	*dap = (struct dap){ .ctx = probe->ctx, .probe = probe };
	dap->may_go_faster = !khz;
	khz = khz ? khz : stlink_usual_khz(probe);
	err = stlink_set_speed(probe, khz);
	if (err && probe->astray)
		err = stlink_set_speed(probe, khz);
	if (err)
		return err;

	first_khz = probe->speed_khz;
	for (;;) {
		uint32_t next;

		err = enter(dap, under_reset);
		if (err && probe->astray)
			err = enter(dap, under_reset);
		if (err != STFLASH_E_NO_TARGET && err != STFLASH_E_FAULT)
			break;
		next = stlink_slower(probe);
		if (next < SLOWEST_KHZ)
			return dap_nobody_there(dap, first_khz);
		err = check_cancel(dap->ctx);
		if (!err)
			err = stlink_set_speed(probe, next);
		if (err)
			return err;
	}
	if (err)
		return err;

	ctx_clear_error(dap->ctx);
	if (probe->speed_khz < first_khz) {
		dap->may_go_faster = false;
		log_warn(dap->ctx, "no answer at %u kHz: SWD at %u kHz; check the wires", (unsigned int)first_khz,
			 (unsigned int)probe->speed_khz);
	}
	log_info(dap->ctx, "SWD at %u kHz, DPIDR 0x%08x", (unsigned int)probe->speed_khz, (unsigned int)dap->dpidr);
	return 0;
}

int dap_connect(struct dap *dap, struct stlink *probe, uint32_t khz)
{
	return connect(dap, probe, khz, false);
}

int dap_connect_under_reset(struct dap *dap, struct stlink *probe, uint32_t khz)
{
	int err;

	err = connect(dap, probe, khz, true);
	if (err) {
		const struct access_failure failure = note_failure(dap);

		if (stlink_leave(probe))
			log_debug(dap->ctx, "leaving: %s", dap->ctx->errmsg);
		restore_failure(dap, &failure);
	}
	return err;
}

int dap_enter(struct dap *dap, struct stlink *probe)
{
	*dap = (struct dap){ .ctx = probe->ctx, .probe = probe };
	return enter(dap, false);
}

int dap_disconnect(struct dap *dap)
{
	return dap->probe ? stlink_leave(dap->probe) : 0;
}

/* Clear the sticky errors by ABORT and see whether the port is well. */
static bool clear_sticky(struct dap *dap)
{
	const uint32_t clear = ABORT_STKCMPCLR | ABORT_STKERRCLR | ABORT_WDERRCLR | ABORT_ORUNERRCLR;
	const uint32_t sticky = CTRL_STICKYORUN | CTRL_STICKYCMP | CTRL_STICKYERR | CTRL_WDATAERR;
	const uint32_t powered = CTRL_CDBGPWRUPACK | CTRL_CSYSPWRUPACK;
	struct stlink *probe = dap->probe;
	uint32_t stat;

	if (!probe->in_debug || !(probe->features & STLINK_HAS_DAP_REG))
		return false;
	if (stlink_write_dap_reg(probe, STLINK_DP_PORT, DP_ABORT, clear) ||
	    stlink_read_dap_reg(probe, STLINK_DP_PORT, DP_CTRL_STAT, &stat))
		return false;
	return !(stat & sticky) && (stat & powered) == powered;
}

int dap_recover(struct dap *dap)
{
	if (clear_sticky(dap))
		return 0;
	if (stlink_exit_debug(dap->probe))
		log_debug(dap->ctx, "leaving debug mode failed");
	return stlink_enter_swd(dap->probe);
}

/* Recover; 0 when the port is well again. */
static int recover_keeping(struct dap *dap, const struct access_failure *failure)
{
	const int err = dap_recover(dap);

	restore_failure(dap, failure);
	return err;
}

/* Nothing reached the port, or nothing can. */
static bool is_beyond_recovery(const struct dap *dap, int err)
{
	return err == STFLASH_E_UNPLUGGED || err == STFLASH_E_ARG || err == STFLASH_E_UNSUPPORTED || dap->probe->lost;
}

void dap_clean_up(struct dap *dap)
{
	const struct access_failure failure = note_failure(dap);

	if (is_beyond_recovery(dap, failure.said.err))
		return;
	if (recover_keeping(dap, &failure))
		log_debug(dap->ctx, "the debug port could not be recovered");
}

/* Link errors that do not end at this clock may end at the next. */
static bool slow_down(struct dap *dap)
{
	const uint32_t khz = dap->probe->speed_khz;
	const uint32_t next = stlink_slower(dap->probe);

	dap->may_go_faster = false;
	dap->proven_khz = 0;
	if (next < SLOWEST_KHZ || stlink_set_speed(dap->probe, next))
		return false;
	log_warn(dap->ctx, "link errors at %u kHz: going on at %u kHz; check the wires", (unsigned int)khz,
		 (unsigned int)next);
	return true;
}

/* Is an access that failed like this worth another try? */
static bool worth_retrying(struct dap *dap, int err, unsigned int tries)
{
	switch (err) {
	case STFLASH_E_FAULT:
		/* It may be an older sticky error that speaks. */
		return tries < FAULT_RETRIES;
	case STFLASH_E_NO_TARGET:
		if (tries < LINK_RETRIES)
			return true;
		return stlink_link_error(dap->probe) && slow_down(dap);
	case STFLASH_E_TIMEOUT:
	case STFLASH_E_PROBE:
	case STFLASH_E_STALL:
		/* A USB fault that cost the debug mode */
		return !dap->probe->in_debug && tries < LINK_RETRIES;
	default:
		return false;
	}
}

int dap_after_failure(struct dap *dap, int err, unsigned int tries)
{
	const struct access_failure failure = note_failure(dap);
	bool again;

	if (is_beyond_recovery(dap, err))
		return err;
	if (stlink_link_error(dap->probe))
		dap->link_errors++;

	again = worth_retrying(dap, err, tries);
	if (recover_keeping(dap, &failure) || !again)
		return err;
	ctx_clear_error(dap->ctx);
	return 0;
}
