/* SPDX-License-Identifier: MIT */
/* Whom a UF2 file is for: the ids of the public list, github.com/microsoft/uf2, utils/uf2families.json. */
#ifndef IMAGE_FAMILIES_H
#define IMAGE_FAMILIES_H

#include "base/bytes.h"

struct uf2_family {
	uint32_t id;
	const char *name; /* "STM32F4", the beginning of its chips' names; "STM32F407VG" */
	uint16_t dev_id;  /* the DBGMCU device id of a part by its number; 0: the whole family, or no STM32 */
};

/* NULL when the id is not in the list. */
const struct uf2_family *uf2_family_find(uint32_t id);

/* "STM32F4", "an unknown family": for sentences. */
const char *uf2_family_name(uint32_t id);

#endif
