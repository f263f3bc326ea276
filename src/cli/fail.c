/* SPDX-License-Identifier: MIT */
/* The sentence of a failure of the command line itself, kept until main() tells it. */
#include <stdarg.h>
#include <string.h>

#include "cli/cli.h"

int cli_fail(struct cli *cli, int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(cli->message, sizeof(cli->message), fmt, args);
	va_end(args);
	return code;
}

int cli_usage(struct cli *cli, const char *fmt, ...)
{
	const char *name = cli->command ? cli->command->name : "";
	char pointer[64];
	size_t len, room;
	va_list args;

	/* However long the words of the command line are, what to do next stays to be read. */
	len = (size_t)snprintf(pointer, sizeof(pointer), " (see stflash help%s%s)", *name ? " " : "", name);
	room = sizeof(cli->message) - len;
	va_start(args, fmt);
	vsnprintf(cli->message, room, fmt, args);
	va_end(args);
	memcpy(cli->message + strlen(cli->message), pointer, len + 1);
	return STFLASH_E_ARG;
}

int cli_unknown(struct cli *cli, const char *what, const char *dashes, const char *word, const char *near)
{
	if (near)
		return cli_usage(cli, "unknown %s '%s%s'; did you mean '%s%s'?", what, dashes, word, dashes, near);
	return cli_usage(cli, "unknown %s '%s%s'", what, dashes, word);
}

int cli_foreign(struct cli *cli, const char *what, const char *dashes, const char *word, const char *answer)
{
	return cli_usage(cli, "unknown %s '%s%s'; %s", what, dashes, word, answer);
}

int cli_no_words(struct cli *cli)
{
	if (cli->n_words)
		return cli_usage(cli, "%s takes no arguments, not '%s'", cli->command->name, cli->words[0]);
	return 0;
}
