/* SPDX-License-Identifier: MIT */
/* The row of a chip by what its DBGMCU_IDCODE and its CPUID say. */
#ifndef TESTS_ROW_OF_ID_H
#define TESTS_ROW_OF_ID_H

#include "flash/chips/chips.h"

static inline const struct chip *row_of_id(uint32_t idcode, uint32_t cpuid)
{
	return chip_find(&(struct chip_identity){ .idcode = idcode, .cpuid = cpuid });
}

#endif
