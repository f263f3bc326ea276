/* SPDX-License-Identifier: MIT */
/*
 * A reset by hand, for a chip whose firmware turns SWD off and whose NRST is
 * not wired to the probe: while a person holds RESET the debug port answers,
 * and what is armed then catches the core when the button is let go
 * (swd-dap-cortexm fact sheet section 5, "without wire").
 */
#include "swd/scs.h"

/* Any of these while the pins come and go means that nobody answers now. */
static bool by_hand_is_silence(int err)
{
	return err == STFLASH_E_NO_TARGET || err == STFLASH_E_FAULT || err == STFLASH_E_TIMEOUT;
}

/* Debug enable, the halt, and the vector catch for the reset that ends. Halting is repeated: a reset clears C_HALT. */
static int arm(struct core *core)
{
	int err;

	err = core_control(core, core_halt_bits(core));
	if (!err)
		err = core_write_demcr(core, DEMCR_TRCENA | DEMCR_VC_CORERESET);
	return err;
}

/* What was found is noted once: later the debug registers hold what is armed here. */
static int enter_and_arm(struct core *core, struct dap *dap, struct stlink *probe)
{
	int err = 0;

	if (!probe->in_debug)
		err = dap_enter(dap, probe);
	if (!err && !core->attached)
		err = core_attach(core, dap, STFLASH_CONNECT_NORMAL);
	return err ? err : arm(core);
}

/* S_RESET_ST is cleared by reading; a core that is held in reset shows it at every read. */
static int by_hand_look(struct core *core, enum core_catch *seen)
{
	uint32_t dhcsr = 0;
	int err = 0;

	for (unsigned int i = 0; !err && i < 2; i++)
		err = stlink_read_debug32(core->dap->probe, SCS_DHCSR, &dhcsr);
	if (err)
		return err;

	if (dhcsr & DHCSR_S_RESET_ST)
		*seen = CORE_CATCH_HELD;
	else if (dhcsr & DHCSR_S_HALT)
		*seen = CORE_CATCH_HALTED;
	return 0;
}

int core_catch_reset(struct core *core, struct dap *dap, struct stlink *probe, enum core_catch *seen)
{
	int err;

	*seen = CORE_CATCH_SILENT;
	err = enter_and_arm(core, dap, probe);
	if (!err)
		err = by_hand_look(core, seen);
	if (!err) {
		core->halted = *seen == CORE_CATCH_HALTED;
		core->was_reset = true;
		return 0;
	}
	if (!by_hand_is_silence(err))
		return err;

	ctx_clear_error(probe->ctx);
	return stlink_leave(probe);
}
