/* SPDX-License-Identifier: MIT */
/* The row of a chip by what its DBGMCU_IDCODE and its CPUID say. */
#ifndef TESTS_ROW_OF_ID_H
#define TESTS_ROW_OF_ID_H

#include "flash/chips/chips.h"

static inline const struct chip *row_of_id(uint32_t idcode, uint32_t cpuid)
{
	return chip_find(&(struct chip_identity){ .idcode = idcode, .cpuid = cpuid });
}

/* The bits of its word that a field has for a value, by the manual's register. */
static inline uint32_t bits_of_field(const struct option_field *field, uint32_t value)
{
	if (field->kind == OPTION_SPLIT)
		return (value & 1) << field->bit | (value >> 1 & 1) << (field->bit - 6);
	return (value & (uint32_t)((1ull << field->width) - 1)) << field->bit;
}

#endif
