/* SPDX-License-Identifier: MIT */
/* What an earlier run that was cut off has left in the chip. */
#include "flash/agent/agent.h"
#include "swd/scs.h"

/* An agent that waits counts every microsecond. */
#define ALIVE_LOOKS 4u

/* Does an agent wait for a job there? */
static int is_alive(struct core *core, uint32_t ram, bool *alive)
{
	uint32_t first, now;
	int err;

	*alive = false;
	err = dap_read32(core->dap, ram + AGENT_MB_ALIVE, &first);
	for (unsigned int look = 0; !err && !*alive && look < ALIVE_LOOKS; look++) {
		err = dap_read32(core->dap, ram + AGENT_MB_ALIVE, &now);
		*alive = !err && now != first;
	}
	return err;
}

static int is_in_ram(struct core *core, uint32_t ram, uint32_t ram_len, bool *in_ram)
{
	uint32_t pc;
	int err;

	err = core_read_reg(core, CORE_PC, &pc);
	*in_ram = !err && pc >= ram && pc - ram < ram_len;
	return err;
}

int agent_find_left(struct core *core, uint32_t ram, uint32_t ram_len, enum agent_left *left)
{
	uint32_t magic, reset;
	bool there = false;
	int err;

	*left = AGENT_LEFT_NOTHING;
	/* A run that was cut off leaves debug enabled, which lasts until the power is off (ARMv7-M ARM C1.6.2). */
	if (!(core->found_dhcsr & DHCSR_C_DEBUGEN))
		return 0;
	err = dap_read32(core->dap, ram + AGENT_MB_MAGIC, &magic);
	if (!err && magic == AGENT_MAGIC)
		err = core->halted ? is_in_ram(core, ram, ram_len, &there) : is_alive(core, ram, &there);
	if (!err && there)
		err = dap_read32(core->dap, ram + AGENT_MB_RESET, &reset);
	if (!err && there)
		*left = reset ? AGENT_LEFT_AT_WORK : AGENT_LEFT_WRITING;
	if (err != STFLASH_E_FAULT)
		return err;
	ctx_clear_error(core->ctx);
	return 0;
}
