/* SPDX-License-Identifier: MIT */
/* A command line: one word a line. Sorted into options, command and arguments; nothing is opened. */
#include "cli/words.h"
#include "cli/cli.h"
#include "line.h"

static void check_word(const char *word)
{
	char text[SIZE_TEXT_MAX];
	uint64_t value;

	if (parse_flash_kib(word, &value) || parse_clock_khz(word, &value))
		HOLDS(looks_like_number(word) || (*word >= '0' && *word <= '9'));
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
	struct line line;

	line_split(&line, data, len);
	for (int i = 1; i < line.argc; i++)
		check_word(line.argv[i]);
	check_command_line(line.argc, line.argv);
	free(line.text);
	return 0;
}
