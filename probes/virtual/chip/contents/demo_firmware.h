/* SPDX-License-Identifier: MIT */
/*
 * Programs for a virtual part: the one it runs when nothing else was loaded
 * (tests/firmware/blink.S), and one with habits (tests/firmware/habits.S),
 * whose number stands in a vector that ARM reserves. Both count in RAM, at the
 * same place (tests/firmware/counters.inc): six words, of which the first says
 * that the others are there.
 */
#ifndef VIRTUAL_DEMO_FIRMWARE_H
#define VIRTUAL_DEMO_FIRMWARE_H

#include <stddef.h>
#include <stdint.h>

extern const uint8_t demo_firmware[];
extern const size_t demo_firmware_size;

extern const uint8_t habit_firmware[];
extern const size_t habit_firmware_size;

#define HABIT_MODE_OFFSET 28u

/* Of the boot loader in system memory (tests/firmware/rom.S): its last words are parameters, which rom.c fills in. */
extern const uint8_t rom_code[];
extern const size_t rom_code_size;

#define COUNTERS_ADDR  0x20000400u
#define COUNTERS_MAGIC 0xb0075afeu

/* The words after it. Boots, faults and damage outlive a reset; the others count since the last one. */
enum counter {
	COUNTER_BOOTS = 1, /* resets after which it ran */
	COUNTER_FAULTS,    /* exceptions that it does not expect */
	COUNTER_MS,        /* interrupts of SysTick */
	COUNTER_LOOPS,     /* rounds of the main loop */
	COUNTER_DAMAGE,    /* times that the 16 words of .data at 0x20000000 were not as they should be */
};

#endif
