/* SPDX-License-Identifier: MIT */
/* Putting the demo and the habits into flash: what the part has stands in their last words
 * (tests/firmware/counters.inc). */
#include "chip/contents/demo_firmware.h"
#include "chip/internal.h"

#include <string.h>

enum parameter { TICKS, CLOCK_REG, CLOCK_BIT, MODE_REG, MODE_CLEAR, MODE_SET, SET_REG, N_PARAMETERS };

#define PORT_C     0x800u
#define MODER_PC13 26u /* its two bits; 1: an output (RM0090 8.4.1) */
#define CRH        0x04u
#define CRH_PC13   20u /* four bits; 2: push-pull, 2 MHz (RM0008 9.2.2) */

void firmware_load(struct chip *c, uint32_t offset, const uint8_t *code, size_t size)
{
	const struct gpio *gpio = &c->family->gpio;
	const uint32_t port = gpio->base + PORT_C;
	const uint32_t words[N_PARAMETERS] = {
		[TICKS] = c->family->hsi_hz / 1000 - 1,
		[CLOCK_REG] = gpio->clock_reg,
		[CLOCK_BIT] = gpio->clock_a << 2,
		[MODE_REG] = gpio->moder ? port : port + CRH,
		[MODE_CLEAR] = gpio->moder ? 3u << MODER_PC13 : 15u << CRH_PC13,
		[MODE_SET] = gpio->moder ? 1u << MODER_PC13 : 2u << CRH_PC13,
		[SET_REG] = port + (gpio->moder ? 0x18 : 0x10), /* BSRR */
	};
	uint8_t *end = c->flash + offset + size;

	memcpy(c->flash + offset, code, size);
	for (unsigned int i = 0; i < N_PARAMETERS; i++)
		put_le32(end - 4 * (N_PARAMETERS - i), words[i]);
}
