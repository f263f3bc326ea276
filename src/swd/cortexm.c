/* SPDX-License-Identifier: MIT */
/* A core that is reached: its control register, and the state that it is in. */
#include "swd/cortexm.h"

#include "swd/scs.h"

int core_control(struct core *core, uint32_t bits)
{
	core->dhcsr_touched = true;
	core->masked = bits & DHCSR_C_MASKINTS;
	core->at_reset &= !!(bits & DHCSR_C_HALT);
	return dap_write32(core->dap, SCS_DHCSR, DHCSR_DBGKEY | bits);
}

int core_write_demcr(struct core *core, uint32_t value)
{
	int err;

	err = dap_write32(core->dap, SCS_DEMCR, value);
	core->demcr_touched = err || value != core->found_demcr;
	return err;
}

uint32_t core_halt_bits(const struct core *core)
{
	return DHCSR_C_DEBUGEN | DHCSR_C_HALT | (core->masked ? DHCSR_C_MASKINTS : 0);
}

int core_clear_dfsr(struct core *core)
{
	return dap_write32(core->dap, SCS_DFSR, DFSR_ALL & ~core->found_dfsr);
}

enum stflash_core_state core_decode_dhcsr(uint32_t dhcsr)
{
	if (dhcsr & DHCSR_S_HALT)
		return STFLASH_CORE_HALTED;
	if (dhcsr & DHCSR_S_LOCKUP)
		return STFLASH_CORE_LOCKUP;
	if (dhcsr & DHCSR_S_SLEEP)
		return STFLASH_CORE_SLEEPING;
	return STFLASH_CORE_RUNNING;
}

/* S_RESET_ST tells of a reset since the last read; a core that is held in reset shows it at every read. */
int core_look(struct core *core, uint32_t *dhcsr, enum stflash_core_state *state)
{
	uint32_t again;
	int err;

	err = dap_read32(core->dap, SCS_DHCSR, dhcsr);
	if (err)
		return err;
	*state = core_decode_dhcsr(*dhcsr);
	if (!(*dhcsr & DHCSR_S_RESET_ST))
		return 0;

	err = dap_read32(core->dap, SCS_DHCSR, &again);
	if (err)
		return err;
	*state = again & DHCSR_S_RESET_ST ? STFLASH_CORE_IN_RESET : core_decode_dhcsr(again);
	return 0;
}

int core_state(struct core *core, enum stflash_core_state *state, uint32_t *pc)
{
	const bool halted = core->halted;
	uint32_t dhcsr;
	int err;

	if (pc)
		*pc = 0;
	err = core_look(core, &dhcsr, state);
	if (!err && *state == STFLASH_CORE_HALTED && !halted)
		err = core_look(core, &dhcsr, state); /* nobody here halted it: read wrong, or it did so by itself */
	if (err || *state != STFLASH_CORE_HALTED || !pc)
		return err;
	core->halted = true;
	err = core_read_reg(core, CORE_PC, pc);
	core->halted = halted; /* one that stopped by itself is not ours to run */
	return err;
}
