/* SPDX-License-Identifier: MIT */
/*
 * Putting the demo and the habits into flash: what the part has stands in their
 * last words (tests/firmware/counters.inc, habits.S).
 */
#include "chip/contents/demo_firmware.h"
#include "chip/internal.h"

#include <string.h>

/* Of both; of the habits more before them */
enum parameter { TICKS, CLOCK_REG, CLOCK_BIT, MODE_REG, MODE_CLEAR, MODE_SET, SET_REG, N_PARAMETERS };
enum habit_parameter { KIND, APB1ENR, GPIOA, FPB_COMP, N_HABIT_PARAMETERS };

#define PORT_C     0x800u
#define MODER_PC13 26u /* its two bits; 1: an output (RM0090 8.4.1) */
#define CRH        0x04u
#define CRH_PC13   20u /* four bits; 2: push-pull, 2 MHz (RM0008 9.2.2) */

#define KIND_STREAMS (1u << 0)
#define KIND_MODER   (1u << 1)

#define FPB_AT 0x08000241u /* the demo's main loop, and the bit that enables a breakpoint */
#define FPB_V1 0xc0000000u /* REPLACE: both half-words of the word */

static void put_words(uint8_t *p, const uint32_t *words, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		put_le32(p + 4 * i, words[i]);
}

void firmware_load(struct chip *c, uint32_t offset, const uint8_t *code, size_t size)
{
	const struct gpio *gpio = &c->family->gpio;
	const uint32_t port = gpio->base + PORT_C;
	const uint32_t words[N_PARAMETERS] = {
		[TICKS] = c->family->reset_hz / 1000 - 1,
		[CLOCK_REG] = gpio->clock_reg,
		[CLOCK_BIT] = gpio->clock_a << 2,
		[MODE_REG] = gpio->moder ? port : port + CRH,
		[MODE_CLEAR] = gpio->moder ? 3u << MODER_PC13 : 15u << CRH_PC13,
		[MODE_SET] = gpio->moder ? 1u << MODER_PC13 : 2u << CRH_PC13,
		[SET_REG] = port + (gpio->moder ? 0x18 : 0x10), /* BSRR */
	};

	memcpy(c->flash + offset, code, size);
	put_words(c->flash + offset + size - sizeof(words), words, N_PARAMETERS);
}

void firmware_load_habit(struct chip *c, uint32_t offset, uint32_t number)
{
	const struct family *f = c->family;
	const uint32_t words[N_HABIT_PARAMETERS] = {
		[KIND] = (f->dma_streams ? KIND_STREAMS : 0) | (f->gpio.moder ? KIND_MODER : 0),
		[APB1ENR] = f->rcc->base + f->rcc->apb1enr,
		[GPIOA] = f->gpio.base,
		[FPB_COMP] = c->core.type == &core_m7 ? FPB_AT : FPB_AT | FPB_V1,
	};
	const size_t common = 4 * N_PARAMETERS;

	firmware_load(c, offset, habit_firmware, habit_firmware_size);
	put_words(c->flash + offset + habit_firmware_size - common - sizeof(words), words, N_HABIT_PARAMETERS);
	put_le32(c->flash + offset + HABIT_MODE_OFFSET, number);
}
