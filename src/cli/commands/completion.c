/* SPDX-License-Identifier: MIT */
#include "cli/commands/completion.h"

#include <string.h>

static const struct {
	const char *name;
	void (*print)(FILE *out);
} shells[] = {
	{ "bash", complete_bash },
	{ "zsh", complete_zsh },
	{ "fish", complete_fish },
};

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
