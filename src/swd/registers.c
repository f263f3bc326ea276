/* SPDX-License-Identifier: MIT */
/* Core registers, by the probe's own commands (ARMv7-M ARM C1.6.3). */
#include "swd/scs.h"

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

	for (unsigned int tries = 0;; tries++) {
		err = stlink_write_reg(core->dap->probe, reg, value);
		if (!err)
			return 0;
		err = dap_after_failure(core->dap, err, tries);
		if (err)
			return err;
	}
}
