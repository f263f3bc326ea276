/* SPDX-License-Identifier: MIT */
/* Firmware that makes a debugger's life hard, chosen by name: tests/firmware/habits.S. */
#include "chip/contents/demo_firmware.h"
#include "chip/flash/sectors.h"

#include <string.h>

/*
 * What a part must have: a core whose programs see its debug unit (not an M0 or M0+), an M7's caches, PWR and DMA as on
 * F0 to F7.
 */
enum need { ANY_CORE, SEES_DEBUG, HAS_CACHES, PWR_OF_F, DMA_OF_F };

/* By the number that the firmware knows it by. needs: what the part must have, LINE_... */
static const struct habit {
	const char *name, *help;
	uint32_t needs;
	uint32_t latch_ms; /* of the board that goes with it */
	enum need core;
} habits[] = {
	[1] = { "sleep", "WFI in its loop", 0, 0, ANY_CORE },
	[2] = { "stop", "Stop mode", 0, 0, ANY_CORE },
	[3] = { "standby", "Standby mode (F0 to F7)", 0, 0, PWR_OF_F },
	[4] = { "resetloop", "resets itself soon after each reset", 0, 0, ANY_CORE },
	[5] = { "lockup", "a fault in the handler of a fault", 0, 0, ANY_CORE },
	[6] = { "watchdog", "starts the independent watchdog (20 ms), and never feeds it", 0, 0, ANY_CORE },
	[7] = { "dma", "the ADC fills 0x20000000 to 0x20000400 by DMA, 100000 words a second (F0 to F7)", 0, 0,
		DMA_OF_F },
	[8] = { "remap", "the SWD pins become something else", 0, 0, ANY_CORE },
	[9] = { "mpu", "the MPU is on, and SRAM is not executable (parts that have one)", LINE_MPU, 0, ANY_CORE },
	[10] = { "dma20", "a timer does, 20 words a second (F0 to F7)", 0, 0, DMA_OF_F },
	[11] = { "wwdg", "feeds the window watchdog (65 ms at 8 MHz, 32 ms at 16)", 0, 0, ANY_CORE },
	[12] = { "iwdg", "starts it too (50 ms), and feeds it; with hwwdg=1 it finds it started", 0, 0, ANY_CORE },
	[13] = { "fpb", "an earlier debugger has left breakpoints in the demo's main loop", 0, 0, SEES_DEBUG },
	[14] = { "dwt", "an earlier debugger has left a watchpoint on 64 bytes from 0x20000000 on", 0, 0, SEES_DEBUG },
	[15] = { "ufb", "bank 2 is seen at 0x08000000, bank 1 behind it (F4 with two banks)", LINE_DUAL_BANK, 0,
		 ANY_CORE },
	[16] = { "latch", "holds PB0 high, on a board with latch=50", 0, 50, ANY_CORE },
	[17] = { "cache", "the L1 caches are on, and SRAM holds something older than they (F7)", 0, 0, HAS_CACHES },
};

const char *chip_habit_name(unsigned int n)
{
	return n + 1 < ARRAY_SIZE(habits) ? habits[n + 1].name : NULL;
}

const char *chip_habit_help(unsigned int n)
{
	return habits[n + 1].help;
}

static bool has(const struct chip *c, const struct habit *habit)
{
	if ((c->line->traits & habit->needs) != habit->needs)
		return false;
	switch (habit->core) {
	case SEES_DEBUG:
		return !c->core.type->v6m;
	case HAS_CACHES:
		return c->line->l1.d != 0;
	case PWR_OF_F:
		return !c->family->pwr_base;
	case DMA_OF_F:
		return c->family->dma_base != 0;
	default:
		return true;
	}
}

/* A part with two banks holds the program in both: whichever is seen at 0x08000000, it runs. */
bool chip_habit(struct chip *c, const char *name)
{
	for (uint32_t i = 1; i < ARRAY_SIZE(habits); i++) {
		if (strcmp(habits[i].name, name))
			continue;
		if (!has(c, &habits[i]))
			return false;
		memset(chip_flash(c), 0xff, c->part->flash_size);
		firmware_load_habit(c, 0, i);
		if (habits[i].needs & LINE_DUAL_BANK) {
			firmware_load_habit(c, sectors_bank2(c), i);
			c->sectors.stored |= OPTCR_DB1M;
		}
		if (!c->faults.latch_ms)
			c->faults.latch_ms = habits[i].latch_ms;
		return true;
	}
	return false;
}
