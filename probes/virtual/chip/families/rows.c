/* SPDX-License-Identifier: MIT */
/* Tables that several families have. */
#include "chip/families/rows.h"

/* PA13 to PA15, PB3 and PB4 are the debug pins after reset (RM0090 8.4.1, RM0316 11.4). */
const struct reset_value f3_ports[] = {
	{ 0x000, 0xa8000000 },                        /* PA: MODER, PUPDR */
	{ 0x00c, 0x64000000 }, { 0x400, 0x00000280 }, /* PB */
	{ 0x40c, 0x00000100 }, { 0, 0 },
};

/* The same, and all other pins are analog (RM0351, RM0440, RM0434). */
const struct reset_value l4_ports[] = {
	{ 0x000, 0xabffffff }, /* PA: MODER, OSPEEDR, PUPDR */
	{ 0x008, 0x0c000000 },
	{ 0x00c, 0x64000000 },
	{ 0x400, 0xfffffebf }, /* PB */
	{ 0x40c, 0x00000100 },
	{ 0x800, 0xffffffff }, /* PC */
	{ 0, 0 },
};

/* PA13 and PA14 alone (RM0444, RM0490, RM0503) */
const struct reset_value g0_ports[] = {
	{ 0x000, 0xebffffff }, /* PA: MODER, OSPEEDR, PUPDR */
	{ 0x008, 0x0c000000 },
	{ 0x00c, 0x24000000 },
	{ 0x800, 0xffffffff }, /* PC */
	{ 0, 0 },
};

const struct ids f0_ids = { 0x1ffff7cc, 0x1ffff7ac, { 0, 0 }, 0, 0x1ffff810 };
const struct ids f4_ids = { 0x1fff7a22, 0x1fff7a10, { 0x1fff7800, 528 }, 32, 0x1fff7a30 };
const struct ids l4_ids = { 0x1fff75e0, 0x1fff7590, { 0x1fff7000, 0x400 }, 0, 0x1fff7600 };
