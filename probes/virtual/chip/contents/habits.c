/* SPDX-License-Identifier: MIT */
/* Firmware that makes a debugger's life hard, chosen by name: tests/firmware/habits.S. */
#include "chip/contents/demo_firmware.h"
#include "chip/flash/sectors.h"

#include <string.h>

/* By the number that the firmware knows it by. needs: what the part must have, LINE_... */
static const struct habit {
	const char *name, *help;
	uint32_t needs;
	uint32_t latch_ms; /* of the board that goes with it */
} habits[] = {
	[1] = { "sleep", "WFI in its loop", 0, 0 },
	[2] = { "stop", "Stop mode", 0, 0 },
	[3] = { "standby", "Standby mode", 0, 0 },
	[4] = { "resetloop", "resets itself soon after each reset", 0, 0 },
	[5] = { "lockup", "a fault in the handler of a fault", 0, 0 },
	[6] = { "watchdog", "starts the independent watchdog (20 ms), and never feeds it", 0, 0 },
	[7] = { "dma", "the ADC fills 0x20000000 to 0x20000400 by DMA, 100000 words a second", 0, 0 },
	[8] = { "remap", "the SWD pins become something else", 0, 0 },
	[9] = { "mpu", "the MPU is on, and SRAM is not executable (F4, and F1 XL density)", LINE_MPU, 0 },
	[10] = { "dma20", "a timer does, 20 words a second", 0, 0 },
	[11] = { "wwdg", "feeds the window watchdog (65 ms on an F1, 32 ms on an F4)", 0, 0 },
	[12] = { "iwdg", "starts it too (50 ms), and feeds it; with hwwdg=1 it finds it started", 0, 0 },
	[13] = { "fpb", "an earlier debugger has left breakpoints in the demo's main loop", 0, 0 },
	[14] = { "dwt", "an earlier debugger has left a watchpoint on 64 bytes from 0x20000000 on", 0, 0 },
	[15] = { "ufb", "bank 2 is seen at 0x08000000, bank 1 behind it (F4 with two banks)", LINE_DUAL_BANK, 0 },
	[16] = { "latch", "holds PB0 high, on a board with latch=50", 0, 50 },
};

const char *chip_habit_name(unsigned int n)
{
	return n + 1 < ARRAY_SIZE(habits) ? habits[n + 1].name : NULL;
}

const char *chip_habit_help(unsigned int n)
{
	return habits[n + 1].help;
}

static void load(struct chip *c, uint32_t offset, uint32_t number)
{
	firmware_load(c, offset, habit_firmware, habit_firmware_size);
	put_le32(c->flash + offset + HABIT_MODE_OFFSET, number);
}

/* A part with two banks holds the program in both: whichever is seen at 0x08000000, it runs. */
bool chip_habit(struct chip *c, const char *name)
{
	for (uint32_t i = 1; i < ARRAY_SIZE(habits); i++) {
		if (strcmp(habits[i].name, name))
			continue;
		if (!c->family->has_habits || (c->line->traits & habits[i].needs) != habits[i].needs)
			return false;
		memset(chip_flash(c), 0xff, c->part->flash_size);
		load(c, 0, i);
		if (habits[i].needs & LINE_DUAL_BANK) {
			load(c, sectors_bank2(c), i);
			c->sectors.stored |= OPTCR_DB1M;
		}
		if (!c->faults.latch_ms)
			c->faults.latch_ms = habits[i].latch_ms;
		return true;
	}
	return false;
}
