/* SPDX-License-Identifier: MIT */
#include "flash/steps.h"

/* An oscillator or a PLL starts in a fraction of that. */
#define UNTIL_MS 5u

static int take_one(struct flash *f, const struct step *step)
{
	switch (step->op) {
	case STEP_SET:
		return dap_write32(f->core->dap, step->reg, step->value);
	case STEP_OR:
		return flash_set_bits(f, step->reg, step->value);
	case STEP_CLEAR:
		return flash_clear_bits(f, step->reg, step->value);
	case STEP_UNTIL:
		return flash_poll(f, step->reg, step->value, step->value, UNTIL_MS, NULL);
	case STEP_END:
		break;
	}
	return 0;
}

int steps_take(struct flash *f, const struct step *step)
{
	int err = 0;

	for (; !err && step->op != STEP_END; step++)
		err = take_one(f, step);
	return err;
}
