/* SPDX-License-Identifier: MIT */
/* Resets by SYSRESETREQ and by the NRST pin (swd-dap-cortexm fact sheet section 5). */
#include "base/bytes.h"
#include "base/clock.h"
#include "swd/scs.h"

/* RM0008 wants 20 us; some boards have a capacitor on NRST that takes milliseconds. */
#define NRST_LOW_MS 10u

#define NOT_WIRED "the probe's NRST does not reset the chip: connect the wire (many clones lead it to another pin)"

/* So many resets are a loop; their number is of no interest. */
#define RESETS_OF_A_LOOP 8u

static int may_reset(struct core *core)
{
	if (!core->never_halt)
		return 0;
	return fail(core->ctx, STFLASH_E_ARG, "the core must not be reset with " HINT_ATTACH);
}

/* The state of before is gone, and with it the halt and any program of ours. */
static void forget_state(struct core *core)
{
	core->was_reset = true;
	core->ours = false;
	core->halted = core->at_reset = core->clock_touched = false;
}

/*
 * One look after a reset. The access may fail while the chip comes up: the
 * port is recovered then, and the next look counts.
 */
static int reset_look_again(struct core *core, uint32_t addr, uint32_t *value)
{
	const int err = stlink_read_debug32(core->dap->probe, addr, value);

	if (err && err != STFLASH_E_UNPLUGGED)
		dap_clean_up(core->dap);
	return err;
}

int core_count_resets(struct core *core, unsigned int ms, unsigned int *resets)
{
	struct wait wait = wait_begin(ms);
	uint32_t dhcsr;
	int err;

	*resets = 0;
	err = dap_read32(core->dap, SCS_DHCSR, &dhcsr); /* what was before does not count */
	while (!err && *resets < RESETS_OF_A_LOOP && !wait_over(&wait)) {
		err = dap_read32(core->dap, SCS_DHCSR, &dhcsr);
		if (!err && dhcsr & DHCSR_S_RESET_ST)
			++*resets;
	}
	return err;
}

/*
 * Wait for the core to stand at its reset vector. DFSR says why it halted; of a
 * core without one S_RESET_ST must have told of the reset that ended the halt before.
 */
static int wait_caught(struct core *core)
{
	struct wait wait = wait_begin(core->timeout_ms);
	uint32_t dhcsr = 0, dfsr = 0;
	bool was_reset = false;
	int err;

	do {
		err = reset_look_again(core, SCS_DHCSR, &dhcsr);
		if (!err && dhcsr & DHCSR_S_HALT && !(dhcsr & DHCSR_S_RESET_ST)) {
			err = reset_look_again(core, SCS_DFSR, &dfsr);
			if (!err && (dfsr & DFSR_VCATCH || (was_reset && !(dfsr & DFSR_ALL)))) {
				core->halted = core->at_reset = core->was_held = true;
				return 0;
			}
		}
		if (err == STFLASH_E_UNPLUGGED)
			return err;
		was_reset = was_reset || (!err && dhcsr & DHCSR_S_RESET_ST);
	} while (!wait_over(&wait));

	if (err)
		return err;
	return fail(core->ctx, STFLASH_E_NO_TARGET,
		    "the core did not stop at its reset vector (DHCSR 0x%08x, DFSR 0x%02x): try " HINT_UNDER_RESET,
		    (unsigned int)dhcsr, (unsigned int)dfsr);
}

/* What tells that a core was reset. */
enum sign {
	SIGN_TO_COME, /* S_RESET_ST, once */
	SIGN_RUNNING, /* or that it runs: it was halted, and C_HALT does not survive a reset */
	SIGN_SEEN,
};

/* Wait for the core to be out of a reset. */
static int wait_out_of_reset(struct core *core, enum sign sign)
{
	struct wait wait = wait_begin(core->timeout_ms);
	uint32_t dhcsr = 0;
	int err;

	do {
		err = reset_look_again(core, SCS_DHCSR, &dhcsr);
		if (err == STFLASH_E_UNPLUGGED)
			return err;
		if (!err && dhcsr & DHCSR_S_RESET_ST) {
			sign = SIGN_SEEN;
		} else if (!err && (sign == SIGN_SEEN || (sign == SIGN_RUNNING && !(dhcsr & DHCSR_S_HALT)))) {
			core->halted = dhcsr & DHCSR_S_HALT;
			return 0;
		}
	} while (!wait_over(&wait));

	if (err)
		return err;
	return fail(core->ctx, STFLASH_E_NO_TARGET,
		    sign == SIGN_SEEN
			    ? "the core stays in reset (DHCSR 0x%08x): is the RESET button pressed, or NRST shorted?"
			    : "the core did not reset (DHCSR 0x%08x): try " HINT_UNDER_RESET,
		    (unsigned int)dhcsr);
}

/* Arm the vector catch, so that the next reset ends halted before the first instruction. */
static int arm_catch(struct core *core)
{
	uint32_t dhcsr;
	int err;

	err = core_write_demcr(core, DEMCR_TRCENA | DEMCR_VC_CORERESET);
	if (!err)
		err = dap_write32(core->dap, SCS_DFSR, DFSR_VCATCH);
	if (!err)
		err = dap_read32(core->dap, SCS_DHCSR, &dhcsr); /* clears S_RESET_ST */
	return err;
}

/* After it has caught, or not: no reset but ours shall end in a halt. catches: what else is to be caught from now on.
 */
static int disarm_catch(struct core *core, int err, uint32_t catches)
{
	int put_back;

	if (!err)
		err = core_clear_dfsr(core);
	put_back = core_write_demcr(core, (core->found_demcr & ~DEMCR_VC_CORERESET) | catches);
	return err ? err : put_back;
}

/* A register, and what is written there for a reset. */
struct reset_request {
	uint32_t reg, value;
};

static const struct reset_request sysresetreq = { SCS_AIRCR, AIRCR_VECTKEY | AIRCR_SYSRESETREQ };

/* Any status is normal here: the chip may be gone before it acknowledges. */
static int request_reset(struct core *core, const struct reset_request *request)
{
	const int err = stlink_write_debug32(core->dap->probe, request->reg, request->value);

	forget_state(core);
	if (err == STFLASH_E_UNPLUGGED)
		return err;
	if (err)
		ctx_clear_error(core->ctx);
	return 0;
}

/*
 * Break- and watchpoints that another debugger left outlive every reset but
 * power-on. Needs TRCENA, without which the DWT does not answer. Where there
 * are no such units there is nothing to clear.
 */
static int clear_points(struct core *core)
{
	const size_t len = (core_is_v6m(core->cpuid) ? 2 : DWT_COMPARATORS) * DWT_COMPARATOR_LEN;
	uint8_t comparators[DWT_COMPARATORS * DWT_COMPARATOR_LEN];
	uint32_t fp_ctrl;
	int err;

	err = dap_read32(core->dap, FP_CTRL, &fp_ctrl);
	if (!err && fp_ctrl & FP_CTRL_ENABLE)
		err = dap_write32(core->dap, FP_CTRL, FP_CTRL_KEY);
	if (!err)
		err = dap_read(core->dap, DWT_COMP0, comparators, len);
	for (uint32_t at = DWT_FUNCTION; !err && at < len; at += DWT_COMPARATOR_LEN)
		if (get_le32(comparators + at) & DWT_FUNCTION_MASK)
			err = dap_write32(core->dap, DWT_COMP0 + at, 0);
	if (err != STFLASH_E_FAULT)
		return err;
	log_debug(core->ctx, "%s: no breakpoints to clear", core->ctx->errmsg);
	ctx_clear_error(core->ctx);
	return 0;
}

static int reset_halt(struct core *core, const struct reset_request *request, bool clear)
{
	int err;

	err = may_reset(core);
	if (err)
		return err;
	/* Best effort: a core that does not halt may still reset. C_DEBUGEN is what the catch needs. */
	if (!core->halted) {
		err = core_stop(core);
		if (err && err != STFLASH_E_NO_TARGET)
			return err;
	}
	err = core->halted ? core_mask_interrupts(core, false) : 0;
	if (!err)
		err = arm_catch(core);
	if (!err)
		err = request_reset(core, request);
	if (!err)
		err = wait_caught(core);
	if (!err && clear)
		err = clear_points(core);
	/* A program of ours that crashes shall halt: the handler of the vector table is the firmware's. */
	return disarm_catch(core, err, clear ? DEMCR_VC_HARDERR : 0);
}

int core_reset_halt(struct core *core)
{
	return reset_halt(core, &sysresetreq, false);
}

int core_reset_halt_by(struct core *core, uint32_t reg, uint32_t value)
{
	return reset_halt(core, &(struct reset_request){ reg, value }, false);
}

int core_reset_clean(struct core *core)
{
	return reset_halt(core, &sysresetreq, true);
}

/* C_MASKINTS and VC_CORERESET survive a reset and must not: get rid of both before a reset that ends running. */
static int clear_for_run(struct core *core)
{
	uint32_t dhcsr;
	int err = 0;

	if (core->masked && !core->halted)
		err = core_stop(core);
	if (!err)
		err = core_mask_interrupts(core, false);
	if (!err && (core->demcr_touched || core->found_demcr & DEMCR_VC_CORERESET))
		err = core_write_demcr(core, core->found_demcr & ~DEMCR_VC_CORERESET);
	if (!err)
		err = dap_read32(core->dap, SCS_DHCSR, &dhcsr); /* clears S_RESET_ST */
	return err;
}

static int reset_to_run(struct core *core)
{
	const enum sign sign = core->halted ? SIGN_RUNNING : SIGN_TO_COME;
	int err;

	err = request_reset(core, &sysresetreq);
	return err ? err : wait_out_of_reset(core, sign);
}

/*
 * S_RESET_ST shows once: the look that saw it may have been lost on the wire,
 * or a clone has no such bit. A second reset harms nothing, and from halt there
 * is another sign.
 */
static int reset_once_more(struct core *core)
{
	log_debug(core->ctx, "%s; once more, from halt", core->ctx->errmsg);
	if (core_stop(core))
		log_debug(core->ctx, "%s", core->ctx->errmsg);
	return reset_to_run(core);
}

int core_reset_run(struct core *core)
{
	int err;

	err = may_reset(core);
	if (err)
		return err;
	err = clear_for_run(core);
	if (!err)
		err = reset_to_run(core);
	if (err == STFLASH_E_NO_TARGET)
		err = reset_once_more(core);
	if (!err && core->halted)
		err = core_run(core);
	return err;
}

/* NRST low, long enough, and look whether the core felt it: S_RESET_ST was clear before. Leaves it low. */
static int pull_nrst(struct core *core, bool *felt)
{
	uint32_t dhcsr = 0;
	int err;

	err = stlink_hold_nrst(core->dap->probe);
	if (err)
		return err;
	sleep_ms(NRST_LOW_MS);
	err = reset_look_again(core, SCS_DHCSR, &dhcsr);
	*felt = err || dhcsr & DHCSR_S_RESET_ST;
	if (err == STFLASH_E_UNPLUGGED)
		return err;
	core->nrst_wired = *felt;
	if (*felt)
		forget_state(core);
	return 0;
}

int core_check_nrst(struct core *core, bool *wired)
{
	int err;

	err = may_reset(core);
	if (err)
		return err;
	err = clear_for_run(core);
	if (!err)
		err = pull_nrst(core, wired);
	if (!err)
		err = stlink_release_nrst(core->dap->probe);
	if (!err && *wired)
		err = wait_out_of_reset(core, SIGN_SEEN);
	return err;
}

int core_reset_pin(struct core *core, bool halt)
{
	bool felt = false;
	int err;

	err = may_reset(core);
	if (err)
		return err;
	err = clear_for_run(core);
	if (!err && halt)
		err = core_stop(core);
	if (!err && halt)
		err = arm_catch(core);
	if (!err)
		err = pull_nrst(core, &felt);
	if (!err)
		err = stlink_release_nrst(core->dap->probe);
	if (!err && !felt)
		err = fail(core->ctx, STFLASH_E_UNSUPPORTED, NOT_WIRED);
	if (!halt)
		return err ? err : wait_out_of_reset(core, SIGN_SEEN);

	if (!err)
		err = wait_caught(core);
	return disarm_catch(core, err, 0);
}

/*
 * openocd's and st-flash's order: everything armed while NRST is low, then a
 * software reset as well, which stops what started between release and halt.
 */
int core_halt_under_reset(struct core *core)
{
	uint32_t dfsr = 0;
	int err;

	err = stlink_hold_nrst(core->dap->probe);
	if (!err)
		err = core_control(core, core_halt_bits(core));
	if (!err)
		err = arm_catch(core);
	if (!err)
		sleep_ms(NRST_LOW_MS);
	if (!err)
		err = stlink_release_nrst(core->dap->probe);
	if (!err)
		err = core_stop(core);
	if (!err)
		err = dap_read32(core->dap, SCS_DFSR, &dfsr);
	if (err)
		return err;

	core->nrst_wired = dfsr & DFSR_VCATCH;
	if (!core->nrst_wired)
		log_warn(core->ctx, "%s; a software reset is used", NOT_WIRED);
	return core_reset_halt(core);
}
