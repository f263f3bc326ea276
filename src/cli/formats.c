/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <string.h>

static const char *const format_names[] = {
	[STFLASH_FORMAT_BIN] = "bin", [STFLASH_FORMAT_IHEX] = "ihex",   [STFLASH_FORMAT_SREC] = "srec",
	[STFLASH_FORMAT_ELF] = "elf", [STFLASH_FORMAT_DFUSE] = "dfuse", [STFLASH_FORMAT_UF2] = "uf2",
};

const char *format_name(enum stflash_format format)
{
	return format < ARRAY_SIZE(format_names) && format_names[format] ? format_names[format] : "bin";
}

enum stflash_format format_of_word(const char *word)
{
	for (size_t i = STFLASH_FORMAT_BIN; i < ARRAY_SIZE(format_names); i++)
		if (!strcmp(word, format_names[i]))
			return (enum stflash_format)i;
	return STFLASH_FORMAT_AUTO;
}
