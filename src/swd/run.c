/* SPDX-License-Identifier: MIT */
/* Halt, run, step, and a program in RAM (swd-dap-cortexm fact sheet section 5). */
#include "base/bytes.h"
#include "base/clock.h"
#include "base/failure.h"
#include "swd/scs.h"

static int wait_halt(struct core *core)
{
	struct wait wait = wait_begin(core->timeout_ms);
	uint32_t dhcsr;
	int err;

	do {
		err = dap_read32(core->dap, SCS_DHCSR, &dhcsr);
		if (err)
			return err;
		if (dhcsr & DHCSR_S_HALT) {
			core->halted = core->was_held = true;
			return 0;
		}
	} while (!wait_over(&wait));

	return fail(core->ctx, STFLASH_E_NO_TARGET,
		    dhcsr & DHCSR_S_RESET_ST
			    ? "the core is held in reset (DHCSR 0x%08x): is the RESET button pressed, or NRST shorted?"
			    : "the core does not halt (DHCSR 0x%08x): try " HINT_UNDER_RESET,
		    (unsigned int)dhcsr);
}

int core_stop(struct core *core)
{
	int err;

	/* From sleep and from lockup the same write leads out. A write that was lost on the way is made once more. */
	err = core_control(core, core_halt_bits(core));
	if (!err)
		err = wait_halt(core);
	if (err != STFLASH_E_NO_TARGET)
		return err;
	log_debug(core->ctx, "%s; once more", core->ctx->errmsg);
	ctx_clear_error(core->ctx);
	err = core_control(core, core_halt_bits(core));
	return err ? err : wait_halt(core);
}

int core_halt(struct core *core)
{
	if (core->never_halt)
		return fail(core->ctx, STFLASH_E_ARG, "the core must not be halted with " HINT_ATTACH);
	return core->halted ? 0 : core_stop(core);
}

int core_wake(struct core *core, bool *woken)
{
	const struct failure first = failure_now(core->ctx);
	enum stflash_core_state state;
	int err;

	*woken = false;
	if (core->halted || core->never_halt)
		return first.err;
	err = core_state(core, &state, NULL);
	if (!err && state != STFLASH_CORE_SLEEPING)
		return failure_tell(&first, core->ctx);
	if (!err)
		err = core_halt(core);
	*woken = !err;
	return err;
}

/* Only while the core is halted, and not in the write that lets it run (ARMv7-M ARM C1.6.2). */
int core_mask_interrupts(struct core *core, bool mask)
{
	if (core->masked == mask)
		return 0;
	return core_control(core, DHCSR_C_DEBUGEN | DHCSR_C_HALT | (mask ? DHCSR_C_MASKINTS : 0));
}

int core_run(struct core *core)
{
	int err;

	if (!core->halted)
		return 0;

	err = core_clear_dfsr(core);
	if (!err)
		err = core_mask_interrupts(core, false);
	if (!err)
		err = core_control(core, DHCSR_C_DEBUGEN);
	if (err)
		return err;
	core->halted = false;
	return 0;
}

int core_step(struct core *core)
{
	int err;

	if (!core->halted)
		return fail(core->ctx, STFLASH_E_ARG, "only a halted core can be stepped");

	err = core_mask_interrupts(core, true);
	if (!err)
		err = core_control(core, DHCSR_C_DEBUGEN | DHCSR_C_STEP | DHCSR_C_MASKINTS);
	if (!err)
		err = wait_halt(core);
	if (!err)
		err = core_mask_interrupts(core, false);
	return err;
}

int core_start(struct core *core, uint32_t pc, const uint32_t *args, size_t n)
{
	int err = 0;

	if (!core->halted)
		return fail(core->ctx, STFLASH_E_ARG, "a program can be started only on a halted core");

	for (size_t i = 0; !err && i < n; i++)
		err = core_write_reg(core, (enum core_reg)(CORE_R0 + i), args[i]);
	if (!err)
		err = core_write_reg(core, CORE_PC, pc & ~1u);
	if (!err)
		err = core_write_reg(core, CORE_XPSR, XPSR_T);
	if (!err && !core->at_reset) /* there it is clear */
		err = core_clear_dfsr(core);
	if (!err)
		err = core_mask_interrupts(core, !core->at_reset);
	if (err)
		return err;

	/* From here on the core may run, whatever the reply says. */
	core->halted = false;
	core->ours = true;
	return core_control(core, DHCSR_C_DEBUGEN | (core->masked ? DHCSR_C_MASKINTS : 0));
}

int core_take_exceptions(struct core *core, uint32_t table, uint32_t sp)
{
	const int err = dap_write32(core->dap, SCS_VTOR, table);

	return err ? err : core_write_reg(core, CORE_SP, sp);
}

/* All else is as after the reset: thread mode, main stack, nothing masked (ARMv7-M ARM B1.5.5). */
int core_point_at(struct core *core, const struct core_program *program)
{
	int err;

	if (program->has_table)
		err = core_take_exceptions(core, program->table, program->sp);
	else
		err = core_write_reg(core, CORE_SP, program->sp);
	if (!err)
		err = core_write_reg(core, CORE_PC, program->pc & ~1u);
	if (!err)
		err = core_write_reg(core, CORE_XPSR, XPSR_T);
	return err;
}

#define CRASHED    "the program in the target's RAM crashed (PC 0x%08x"
#define RAM_ENOUGH "): is the RAM as large as the chip's name says?"

/* It crashed: say where and why, as far as that can be read. An ARMv6-M does not tell why. */
static int describe_crash(struct core *core)
{
	const bool tells_why = !core_is_v6m(core->cpuid);
	uint32_t cfsr = 0, hfsr = 0, pc = 0;

	if (core_stop(core) || (tells_why && dap_read32(core->dap, SCS_CFSR, &cfsr)) ||
	    (tells_why && dap_read32(core->dap, SCS_HFSR, &hfsr)) || core_read_reg(core, CORE_PC, &pc))
		log_debug(core->ctx, "the crashed core does not tell more");
	if (!tells_why)
		return fail(core->ctx, STFLASH_E_NO_TARGET, CRASHED RAM_ENOUGH, (unsigned int)pc);
	return fail(core->ctx, STFLASH_E_NO_TARGET, CRASHED ", CFSR 0x%08x, HFSR 0x%08x" RAM_ENOUGH, (unsigned int)pc,
		    (unsigned int)cfsr, (unsigned int)hfsr);
}

int core_poll_stopped(struct core *core, bool *stopped)
{
	uint32_t dhcsr, dfsr;
	int err;

	*stopped = false;
	err = dap_read32(core->dap, SCS_DHCSR, &dhcsr);
	if (err)
		return err;
	if (dhcsr & DHCSR_S_RESET_ST) {
		core->was_reset = true;
		core->ours = false;
		core->halted = dhcsr & DHCSR_S_HALT;
		return fail(
			core->ctx, STFLASH_E_NO_TARGET,
			"the target was reset in the middle of the work: a watchdog, its supply or its RESET button");
	}
	if (dhcsr & DHCSR_S_LOCKUP)
		return describe_crash(core);
	if (!(dhcsr & DHCSR_S_HALT))
		return 0;

	core->halted = true;
	err = dap_read32(core->dap, SCS_DFSR, &dfsr);
	if (err)
		return err;
	/* No bit at all is no halt that the manual knows: a model of a core without DFSR. What it did is looked at. */
	if (dfsr & DFSR_VCATCH)
		return describe_crash(core);
	if (dfsr & DFSR_ALL && !(dfsr & DFSR_BKPT))
		return fail(core->ctx, STFLASH_E_NO_TARGET,
			    "the program in the target's RAM was stopped by something else (DFSR 0x%02x): is another "
			    "debugger connected?",
			    (unsigned int)dfsr);
	*stopped = true;
	return 0;
}
