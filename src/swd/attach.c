/* SPDX-License-Identifier: MIT */
/*
 * Coming to a core and going away from it. Debug enable, vector catches and
 * DBGMCU survive every reset but power-on: whatever is left there makes the
 * product behave differently until its power is cycled (swd-dap-cortexm fact
 * sheet section 8). So nothing is written that is not put back.
 */
#include "swd/cortexm.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/failure.h"
#include "swd/scs.h"

#define TIMEOUT_MS 500u

static int check_cpuid(struct core *core)
{
	if (core->cpuid && core->cpuid != UINT32_MAX)
		return 0;
	return fail(core->ctx, STFLASH_E_NO_TARGET,
		    "the chip's debug port answers (DPIDR 0x%08x), but no Cortex-M core is behind it (CPUID 0x%08x): "
		    "try " HINT_UNDER_RESET,
		    (unsigned int)core->dap->dpidr, (unsigned int)core->cpuid);
}

int core_attach(struct core *core, struct dap *dap, enum stflash_connect how)
{
	int err;

	*core = (struct core){
		.ctx = dap->ctx,
		.dap = dap,
		.never_halt = how == STFLASH_CONNECT_ATTACH,
		.timeout_ms = TIMEOUT_MS,
	};

	err = dap_read32(dap, SCS_CPUID, &core->cpuid);
	if (!err)
		err = check_cpuid(core);
	if (!err)
		err = core_look(core, &core->found_dhcsr, &core->found);
	if (!err)
		err = dap_read32(dap, SCS_DEMCR, &core->found_demcr);
	if (!err)
		err = dap_read32(dap, SCS_DFSR, &core->found_dfsr);
	if (err)
		return err;

	core->found_dfsr &= DFSR_ALL;
	core->halted = core->found == STFLASH_CORE_HALTED;
	core->masked = core->found_dhcsr & DHCSR_C_DEBUGEN && core->found_dhcsr & DHCSR_C_MASKINTS;
	core->attached = true;
	log_debug(core->ctx, "CPUID 0x%08x, DHCSR 0x%08x, DEMCR 0x%08x, DFSR 0x%02x", (unsigned int)core->cpuid,
		  (unsigned int)core->found_dhcsr, (unsigned int)core->found_demcr, (unsigned int)core->found_dfsr);
	return how == STFLASH_CONNECT_UNDER_RESET ? core_halt_under_reset(core) : 0;
}

/*
 * It halts at its first instruction where the vector catch was left armed; it is to run afterwards, without that.
 */
static void note_left_reset(struct core *core, enum stflash_core_state state)
{
	core->found = state == STFLASH_CORE_HALTED ? STFLASH_CORE_RUNNING : state;
	core->halted = state == STFLASH_CORE_HALTED;
	core->was_reset = true;
	core->found_dhcsr &= ~DHCSR_C_DEBUGEN;
	core->dhcsr_touched = true;
	if (core->found_demcr & DEMCR_VC_CORERESET) {
		core->found_demcr &= ~DEMCR_VC_CORERESET;
		core->demcr_touched = true;
	}
}

int core_leave_reset(struct core *core)
{
	enum stflash_core_state state = core->found;
	struct wait wait = wait_begin(core->timeout_ms);
	uint32_t dhcsr;
	int err;

	if (state != STFLASH_CORE_IN_RESET)
		return 0;
	log_info(core->ctx, "the chip is held in reset: NRST is driven high, for an earlier run may have left it low");
	err = stlink_release_nrst(core->dap->probe);
	if (err == STFLASH_E_UNPLUGGED)
		return err;
	if (err)
		ctx_clear_error(core->ctx);
	do
		err = core_look(core, &dhcsr, &state);
	while (!err && state == STFLASH_CORE_IN_RESET && !wait_over(&wait));
	if (!err && state != STFLASH_CORE_IN_RESET)
		note_left_reset(core, state);
	return err;
}

bool core_answers(struct core *core)
{
	const struct failure kept = failure_now(core->ctx);
	const uint8_t status = core->dap->probe->last_status;
	uint32_t cpuid;
	const bool answers = !stlink_read_debug32(core->dap->probe, SCS_CPUID, &cpuid);

	failure_tell(&kept, core->ctx);
	core->dap->probe->last_status = status;
	return answers;
}

void core_inherit(struct core *core, const struct core *before)
{
	core->found_dhcsr = before->found_dhcsr;
	core->found_demcr = before->found_demcr;
	core->found_dfsr = before->found_dfsr;
	core->found = before->found;
	core->dhcsr_touched |= before->dhcsr_touched;
	core->demcr_touched |= before->demcr_touched;
	core->dbgmcu = before->dbgmcu;
	core->found_dbgmcu_cr = before->found_dbgmcu_cr;
	core->found_apb1_fz = before->found_apb1_fz;
	core->cr_touched = before->cr_touched;
	core->apb1_touched = before->apb1_touched;
	core->found_clock = before->found_clock;
	core->clock_touched = before->clock_touched;
}

/* Did somebody leave the core halted? While NRST is low only C_DEBUGEN tells. */
static bool was_left_halted(const struct core *core)
{
	return core->found == STFLASH_CORE_HALTED ||
	       (core->found == STFLASH_CORE_IN_RESET && core->found_dhcsr & DHCSR_C_DEBUGEN);
}

/* Set bits of a register and note what it is to hold afterwards; nothing is written where they are set already. */
static int set_bits(struct core *core, uint32_t addr, uint32_t bits, uint32_t *found, bool *touched)
{
	uint32_t now;
	int err;

	if (!addr || *touched)
		return 0;
	err = dap_read32(core->dap, addr, &now);
	if (!err) {
		/* Whoever left the core halted left the bits with it, and they go with the halt. */
		*found = was_left_halted(core) ? now & ~bits : now;
		*touched = (*found & bits) != bits;
	}
	if (!err && (now & bits) != bits)
		err = dap_write32(core->dap, addr, now | bits);
	if (err == STFLASH_E_FAULT)
		*touched = false;
	return err;
}

static int set_dbgmcu(struct core *core)
{
	const struct core_dbgmcu *row = core->dbgmcu;
	int err;

	err = set_bits(core, row->clock_reg, row->clock, &core->found_clock, &core->clock_touched);
	if (!err)
		err = set_bits(core, row->cr, row->cr_bits, &core->found_dbgmcu_cr, &core->cr_touched);
	return err ? err : set_bits(core, row->apb1_fz, row->apb1_bits, &core->found_apb1_fz, &core->apb1_touched);
}

/* A register that is not there holds nothing, as with some clones. */
int core_hold_watchdogs(struct core *core, const struct core_dbgmcu *row)
{
	struct cleanup c;
	bool woken;
	int err;

	core->dbgmcu = row;
	err = set_dbgmcu(core);
	if (err == STFLASH_E_FAULT) {
		err = core_wake(core, &woken);
		if (woken)
			err = set_dbgmcu(core);
		cleanup_begin(&c, core->ctx, err);
		if (woken)
			cleanup_step(&c, core_run(core));
		err = cleanup_end(&c);
	}
	if (err != STFLASH_E_FAULT)
		return err;
	log_debug(core->ctx, "%s: watchdogs are not held", core->ctx->errmsg);
	ctx_clear_error(core->ctx);
	return 0;
}

/* Where a program of ours took the place of the firmware, that starts anew. */
static void leave_our_program(struct core *core, struct failure *first)
{
	if (core->ours && !core->leave_halted)
		failure_keep(first, core->ctx, core_restart(core));
}

/* After us: because that was asked for, or because it was so before. */
static bool stays_halted(const struct core *core)
{
	return core->leave_halted || (core->found == STFLASH_CORE_HALTED && core->halted);
}

/* The clock that DBGMCU needs is off after a reset: on for this, and then as it is to be. */
static void put_back_dbgmcu(struct core *core, struct failure *first)
{
	const struct core_dbgmcu *row = core->dbgmcu;
	struct dap *dap = core->dap;
	uint32_t now = 0;
	bool turned_on;

	if (row->clock_reg)
		failure_keep(first, core->ctx, dap_read32(dap, row->clock_reg, &now));
	turned_on = (now & row->clock) != row->clock;
	if (turned_on)
		failure_keep(first, core->ctx, dap_write32(dap, row->clock_reg, now | row->clock));
	if (core->cr_touched)
		failure_keep(first, core->ctx, dap_write32(dap, row->cr, core->found_dbgmcu_cr));
	if (core->apb1_touched)
		failure_keep(first, core->ctx, dap_write32(dap, row->apb1_fz, core->found_apb1_fz));
	if (core->clock_touched || turned_on)
		failure_keep(first, core->ctx, dap_write32(dap, row->clock_reg, now & ~row->clock));
}

/* A core that stays halted keeps its watchdogs held: a reset by one of them would let it run. */
static void put_back_debug_registers(struct core *core, struct failure *first, bool halted)
{
	struct dap *dap = core->dap;
	uint32_t dfsr;

	if (core->demcr_touched)
		failure_keep(first, core->ctx, dap_write32(dap, SCS_DEMCR, core->found_demcr));
	if (!halted && (core->cr_touched || core->apb1_touched || core->clock_touched))
		put_back_dbgmcu(core, first);
	if (core->dhcsr_touched) {
		const int err = dap_read32(dap, SCS_DFSR, &dfsr);

		failure_keep(first, core->ctx, err);
		if (!err && dfsr & DFSR_ALL & ~core->found_dfsr)
			failure_keep(first, core->ctx, core_clear_dfsr(core));
	}
}

/*
 * After a reset the first instructions of firmware that turns SWD off may come
 * before the acknowledgement of the write that let them run: that is no failure.
 */
static int release(struct core *core, uint32_t bits)
{
	const int err = core_control(core, bits);

	if (err != STFLASH_E_NO_TARGET || !core->was_reset || bits & DHCSR_C_HALT)
		return err;
	log_info(core->ctx, "the chip stopped answering when its firmware was let run: it turns SWD off");
	ctx_clear_error(core->ctx);
	return 0;
}

/*
 * The last write. A core that runs does so without debug: C_DEBUGEN left behind
 * turns the next fault into a silent halt, and lasts until the power is off. A
 * single write must not change C_MASKINTS and clear C_HALT (ARMv7-M ARM
 * C1.6.2), so the mask goes first, while the core is halted.
 */
static void let_go(struct core *core, struct failure *first)
{
	const uint32_t found = core->found_dhcsr & DHCSR_C_DEBUGEN ? core->found_dhcsr : 0;

	if (stays_halted(core)) {
		failure_keep(first, core->ctx,
			     core_control(core, DHCSR_C_DEBUGEN | DHCSR_C_HALT |
							(found & (DHCSR_C_MASKINTS | DHCSR_C_SNAPSTALL))));
		return;
	}
	if (core->masked) {
		if (core->never_halt)
			return;
		if (!core->halted)
			failure_keep(first, core->ctx, core_stop(core));
		failure_keep(first, core->ctx, core_control(core, DHCSR_C_DEBUGEN | DHCSR_C_HALT));
		failure_keep(first, core->ctx, core_clear_dfsr(core)); /* of the halt just made */
	}
	failure_keep(first, core->ctx, release(core, 0));
}

int core_detach(struct core *core)
{
	struct failure first = { 0 };

	if (!core->attached)
		return 0;

	core->attached = false;
	leave_our_program(core, &first);
	put_back_debug_registers(core, &first, stays_halted(core));
	if (core->dhcsr_touched || (core->found_dhcsr & DHCSR_C_DEBUGEN && !stays_halted(core)))
		let_go(core, &first);
	return first.err ? failure_tell(&first, core->ctx) : 0;
}

void core_abandon(struct core *core)
{
	core->attached = core->halted = false;
}

int core_let_run(struct core *core)
{
	struct failure first = { 0 };

	if (!core->halted || !core->was_reset)
		return 0;
	put_back_debug_registers(core, &first, false);
	if (!first.err)
		failure_keep(&first, core->ctx, release(core, 0));
	if (first.err)
		return failure_tell(&first, core->ctx);

	core->halted = false;
	core->found = STFLASH_CORE_RUNNING;
	core->found_dhcsr &= ~DHCSR_C_DEBUGEN;
	core->dhcsr_touched = core->demcr_touched = core->cr_touched = core->apb1_touched = core->clock_touched = false;
	core->dbgmcu = NULL; /* whoever goes on working holds the watchdogs anew */
	return 0;
}

int core_restart(struct core *core)
{
	int err;

	err = core_reset_halt(core);
	if (!err)
		return core_let_run(core);
	if (err != STFLASH_E_NO_TARGET || core->dap->probe->lost)
		return err;
	log_debug(core->ctx, "%s: reset without a catch", core->ctx->errmsg);
	return core_reset_run(core);
}
