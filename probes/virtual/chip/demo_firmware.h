/* SPDX-License-Identifier: MIT */
/* The program that a virtual part runs when nothing else was loaded: tests/firmware/blink.S. */
#ifndef VIRTUAL_DEMO_FIRMWARE_H
#define VIRTUAL_DEMO_FIRMWARE_H

#include <stddef.h>
#include <stdint.h>

extern const uint8_t demo_firmware[];
extern const size_t demo_firmware_size;

#endif
