/* SPDX-License-Identifier: MIT */
/* Firmware that makes a debugger's life hard, chosen by name: tests/firmware/habits.S. */
#include "chip/contents/demo_firmware.h"
#include "chip/internal.h"

#include <string.h>

/* By the number that the firmware knows it by. */
static const char *const names[] = {
	[1] = "sleep",  [2] = "stop",     [3] = "standby", [4] = "resetloop",
	[5] = "lockup", [6] = "watchdog", [7] = "dma",     [8] = "remap",
};

const char *chip_habit_name(unsigned int n)
{
	return n + 1 < ARRAY_SIZE(names) ? names[n + 1] : NULL;
}

bool chip_habit(struct chip *c, const char *name)
{
	for (uint32_t i = 1; i < ARRAY_SIZE(names); i++) {
		uint8_t *flash;

		if (strcmp(names[i], name))
			continue;
		flash = chip_flash(c);
		memset(flash, 0xff, c->part->flash_size);
		memcpy(flash, habit_firmware, habit_firmware_size);
		put_le32(flash + HABIT_MODE_OFFSET, i);
		return true;
	}
	return false;
}
