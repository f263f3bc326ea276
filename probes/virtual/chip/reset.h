/* SPDX-License-Identifier: MIT */
/* Power, reset and low power of the chip: reset.c. */
#ifndef VIRTUAL_CHIP_RESET_H
#define VIRTUAL_CHIP_RESET_H

struct chip;

enum reset_cause {
	RESET_POWER,
	RESET_PIN,
	RESET_SOFTWARE,
	RESET_WATCHDOG,
	RESET_WINDOW_WATCHDOG,
	RESET_STANDBY,
	RESET_OPTIONS
};

enum low_power { LOW_POWER_NONE, LOW_POWER_STOP, LOW_POWER_STANDBY };

void chip_reset(struct chip *c, enum reset_cause cause);
void chip_core_reset(struct chip *c);
void chip_fall_asleep(struct chip *c);
void chip_wake(struct chip *c);
void chip_power_off(struct chip *c);
void chip_note_intrusion(struct chip *c);

#endif
