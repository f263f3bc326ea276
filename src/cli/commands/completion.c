/* SPDX-License-Identifier: MIT */
#include "cli/commands/completion.h"

#include <string.h>

const char option_byte_names[] =
	"RDP WRP nRST_STOP nRST_STDBY WDG_SW Data0 Data1 WRP0 WRP1 WRP2 WRP3 BOR_LEV BFB2 DB1M "
	"SPRMOD nWRP nWRP_BANK2";

static const struct {
	const char *name;
	void (*print)(FILE *out);
} shells[] = {
	{ "bash", complete_bash },
	{ "zsh", complete_zsh },
	{ "fish", complete_fish },
};

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

int cmd_completion(struct cli *cli)
{
	const char *shell = cli->n_words ? cli->words[0] : "";

	for (size_t i = 0; cli->n_words == 1 && i < ARRAY_SIZE(shells); i++) {
		if (strcmp(shells[i].name, shell) != 0)
			continue;
		shells[i].print(stdout);
		return 0;
	}
	return cli_usage(cli, "completion takes bash, zsh or fish%s%s%s", *shell ? ", not '" : "", shell,
			 *shell ? "'" : "");
}
