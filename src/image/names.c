/* SPDX-License-Identifier: MIT */
/* What a file's name says of its format: the one table for reading and writing. */
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "image/content.h"

static const struct {
	const char *ending;
	enum stflash_format format;
} endings[] = {
	{ "bin", STFLASH_FORMAT_BIN },   { "binary", STFLASH_FORMAT_BIN }, { "hex", STFLASH_FORMAT_IHEX },
	{ "ihex", STFLASH_FORMAT_IHEX }, { "ihx", STFLASH_FORMAT_IHEX },   { "srec", STFLASH_FORMAT_SREC },
	{ "s19", STFLASH_FORMAT_SREC },  { "s28", STFLASH_FORMAT_SREC },   { "s37", STFLASH_FORMAT_SREC },
	{ "mot", STFLASH_FORMAT_SREC },  { "elf", STFLASH_FORMAT_ELF },    { "axf", STFLASH_FORMAT_ELF },
	{ "out", STFLASH_FORMAT_ELF },   { "dfu", STFLASH_FORMAT_DFUSE },  { "dfuse", STFLASH_FORMAT_DFUSE },
	{ "uf2", STFLASH_FORMAT_UF2 },
};

static const char *const format_names[] = {
	[STFLASH_FORMAT_AUTO] = "any format", [STFLASH_FORMAT_BIN] = "binary", [STFLASH_FORMAT_IHEX] = "Intel HEX",
	[STFLASH_FORMAT_SREC] = "S-record",   [STFLASH_FORMAT_ELF] = "ELF",    [STFLASH_FORMAT_DFUSE] = "DFU",
	[STFLASH_FORMAT_UF2] = "UF2",
};

enum stflash_format content_of_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(endings); i++)
		if (!strcasecmp(dot + 1, endings[i].ending))
			return endings[i].format;
	return STFLASH_FORMAT_AUTO;
}

const char *content_format_name(enum stflash_format format)
{
	return (size_t)format < ARRAY_SIZE(format_names) ? format_names[format] : "unknown";
}
