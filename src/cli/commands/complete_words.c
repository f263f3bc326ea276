/* SPDX-License-Identifier: MIT */
#include "cli/commands/completion.h"

#include <string.h>

const char option_byte_names[] =
	"RDP WRP nRST_STOP nRST_STDBY WDG_SW Data0 Data1 WRP0 WRP1 WRP2 WRP3 BOR_LEV BFB2 DB1M "
	"SPRMOD nWRP nWRP_BANK2";

enum argument argument_of(const struct command *command)
{
	static const struct {
		const char *word;
		enum argument argument;
	} words[] = {
		{ "FILE", ARGUMENT_FILE },    { "FOLDER", ARGUMENT_FOLDER }, { "COMMAND", ARGUMENT_COMMAND },
		{ "set NAME", ARGUMENT_SET }, { "bash", ARGUMENT_SHELL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strstr(command->arguments, words[i].word))
			return words[i].argument;
	return ARGUMENT_NONE;
}

bool option_is_for(size_t i, const struct command *command)
{
	const struct option *o = &option_table[i];

	return command ? (command->options & OPTION_BIT(o->id)) != 0 : o->general;
}
