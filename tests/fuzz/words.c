/* SPDX-License-Identifier: MIT */
/* A command line: one word a line. Sorted into options, command and arguments; nothing is opened. */
#include <string.h>

#include "cli/cli.h"
#include "cli/words.h"
#include "fuzz.h"

#define MAX_WORDS 32

static void check_word(const char *word)
{
	char text[SIZE_TEXT_MAX];
	uint64_t value;

	if (!parse_number(word, &value))
		return;
	HOLDS(looks_like_number(word));
	HOLDS(strlen(size_text(text, value)) < SIZE_TEXT_MAX);
	HOLDS(strlen(rate_text(text, value, 1)) < SIZE_TEXT_MAX);
}

static void check_command_line(int argc, char **argv)
{
	struct cli cli = { 0 };
	int err = options_parse(&cli, argc, argv);

	HOLDS(cli.n_words >= 0 && cli.n_words < argc);
	for (int i = 0; i < cli.n_words; i++)
		HOLDS(cli.words[i]);
	if (!err && cli.command)
		err = options_check(&cli);
	HOLDS(!err || (err == STFLASH_E_ARG && *cli.message));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *argv[MAX_WORDS + 2];
	char name[] = "stflash";
	char *text = malloc(len + 1);
	char *next = text;
	int argc = 1;

	HOLDS(text);
	memcpy(text, data, len);
	text[len] = '\0';
	argv[0] = name;
	while (argc <= MAX_WORDS && next) {
		char *end = strchr(next, '\n');

		if (end)
			*end++ = '\0';
		argv[argc++] = next;
		check_word(next);
		next = end;
	}
	argv[argc] = NULL;
	check_command_line(argc, argv);
	free(text);
	return 0;
}
