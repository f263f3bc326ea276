/* SPDX-License-Identifier: MIT */
/* Core registers: by the probe's own commands where these are clear, else by DCRSR and DCRDR (ARMv7-M ARM C1.6.3). */
#include "base/bytes.h"
#include "base/clock.h"
#include "stlink/stlink_proto.h"
#include "swd/scs.h"

/* Place of a register in core->saved[] and in READALLREGS: r0-r15, xPSR, MSP, PSP; CFBP is ours. */
#define N_GENERAL  19u
#define SAVED_CFBP 19u

/* Only a reset leads out of halt behind our back. */
static int no_longer_halted(struct core *core, uint32_t dhcsr)
{
	core->halted = false;
	core->was_reset = true;
	return fail(
		core->ctx, STFLASH_E_NO_TARGET,
		"the target was reset in the middle of the work (DHCSR 0x%08x): a watchdog, its supply or its RESET "
		"button",
		(unsigned int)dhcsr);
}

static int wait_regrdy(struct core *core)
{
	struct wait wait = wait_begin(core->timeout_ms);
	uint32_t dhcsr;
	int err;

	do {
		err = dap_read32(core->dap, SCS_DHCSR, &dhcsr);
		if (err)
			return err;
		if (!(dhcsr & DHCSR_S_HALT))
			return no_longer_halted(core, dhcsr);
		if (dhcsr & DHCSR_S_REGRDY)
			return 0;
	} while (!wait_over(&wait));
	return fail(core->ctx, STFLASH_E_TIMEOUT, "the core does not hand over a register (DHCSR 0x%08x)",
		    (unsigned int)dhcsr);
}

/*
 * CONTROL, FAULTMASK, BASEPRI and PRIMASK. The probe has a number for them
 * too, but peers use 19 (st-flash) and 20 (openocd); REGSEL 20 is Arm's word.
 */
static int read_cfbp(struct core *core, uint32_t *value)
{
	int err;

	err = dap_write32(core->dap, SCS_DCRSR, CORE_CFBP);
	if (!err)
		err = wait_regrdy(core);
	if (!err)
		err = dap_read32(core->dap, SCS_DCRDR, value);
	return err;
}

static int write_cfbp(struct core *core, uint32_t value)
{
	int err;

	err = dap_write32(core->dap, SCS_DCRDR, value);
	if (!err)
		err = dap_write32(core->dap, SCS_DCRSR, DCRSR_REGWNR | CORE_CFBP);
	if (!err)
		err = wait_regrdy(core);
	return err;
}

static int check_halted(struct core *core)
{
	if (core->halted)
		return 0;
	return fail(core->ctx, STFLASH_E_ARG, "core registers can be accessed only while the core is halted");
}

int core_read_reg(struct core *core, enum core_reg reg, uint32_t *value)
{
	int err;

	err = check_halted(core);
	if (err)
		return err;
	if (reg == CORE_CFBP)
		return read_cfbp(core, value);

	for (unsigned int tries = 0;; tries++) {
		err = stlink_read_reg(core->dap->probe, reg, value);
		if (!err)
			return 0;
		err = dap_after_failure(core->dap, err, tries);
		if (err)
			return err;
	}
}

int core_write_reg(struct core *core, enum core_reg reg, uint32_t value)
{
	int err;

	err = check_halted(core);
	if (err)
		return err;
	if (reg == CORE_CFBP)
		return write_cfbp(core, value);

	for (unsigned int tries = 0;; tries++) {
		err = stlink_write_reg(core->dap->probe, reg, value);
		if (!err)
			return 0;
		err = dap_after_failure(core->dap, err, tries);
		if (err)
			return err;
	}
}

static int read_all(struct core *core, uint32_t regs[STLINK_ALL_REGS])
{
	int err;

	for (unsigned int tries = 0;; tries++) {
		err = stlink_read_all_regs(core->dap->probe, regs);
		if (!err)
			return 0;
		err = dap_after_failure(core->dap, err, tries);
		if (err)
			return err;
	}
}

/*
 * A core that answers but never shows S_REGRDY, as some models of one, costs
 * the proof that CFBP is as it was; no program of ours changes it.
 */
static int save_cfbp(struct core *core)
{
	const int err = core->no_cfbp ? 0 : read_cfbp(core, &core->saved[SAVED_CFBP]);

	if (err != STFLASH_E_TIMEOUT || core->dap->probe->last_status != STLINK_ST_OK)
		return err;
	log_info(core->ctx, "%s: CONTROL and PRIMASK are taken to stay as they are", core->ctx->errmsg);
	ctx_clear_error(core->ctx);
	core->no_cfbp = true;
	return 0;
}

/* Only where it differs. */
static int restore_cfbp(struct core *core)
{
	uint32_t now;
	int err;

	if (core->no_cfbp)
		return 0;
	err = read_cfbp(core, &now);
	if (!err && now != core->saved[SAVED_CFBP])
		err = write_cfbp(core, core->saved[SAVED_CFBP]);
	return err;
}

int core_save_regs(struct core *core)
{
	uint32_t regs[STLINK_ALL_REGS];
	int err;

	err = read_all(core, regs);
	if (!err)
		err = save_cfbp(core);
	if (err)
		return err;

	for (size_t i = 0; i < N_GENERAL; i++)
		core->saved[i] = regs[i];
	core->have_saved = true;
	return 0;
}

/*
 * Only what differs is written. CFBP goes first, because CONTROL.SPSEL says
 * which stack pointer r13 is; r13 itself is an alias and is skipped.
 */
int core_restore_regs(struct core *core)
{
	uint32_t now[STLINK_ALL_REGS];
	int err;

	err = check_halted(core);
	if (err)
		return err;
	if (!core->have_saved)
		return fail(core->ctx, STFLASH_E_ARG, "no registers were saved");

	err = read_all(core, now);
	if (!err)
		err = restore_cfbp(core);
	for (unsigned int i = 0; !err && i < N_GENERAL; i++)
		if (i != CORE_SP && now[i] != core->saved[i])
			err = core_write_reg(core, (enum core_reg)i, core->saved[i]);
	return err;
}
