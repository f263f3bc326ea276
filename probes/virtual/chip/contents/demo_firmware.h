/* SPDX-License-Identifier: MIT */
/*
 * Programs for a virtual part: the one it runs when nothing else was loaded
 * (tests/firmware/blink.S), and one with habits (tests/firmware/habits.S),
 * whose number stands in a word behind the first four vectors.
 */
#ifndef VIRTUAL_DEMO_FIRMWARE_H
#define VIRTUAL_DEMO_FIRMWARE_H

#include <stddef.h>
#include <stdint.h>

extern const uint8_t demo_firmware[];
extern const size_t demo_firmware_size;

extern const uint8_t habit_firmware[];
extern const size_t habit_firmware_size;

#define HABIT_MODE_OFFSET 16u

#endif
