/* SPDX-License-Identifier: MIT */
/* What is offered to a mistyped word: nothing that a person may regret, however near it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "cli/other_tools.h"

#define ROUNDS 3000u

static const char *const regretted[] = { "read", "write", "erase", "options", "protect", "unprotect", "restore" };

static const char *const regretted_options[] = {
	"all", "yes-erase", "i-know-level-2-is-for-ever", "unprotect", "no-keep", "other-chip", "no-verify",
};

/* Never called: only the words are looked at. */
#define NEVER(name)               \
	int name(struct cli *cli) \
	{                         \
		(void)cli;        \
		fail();           \
		return 0;         \
	}
NEVER(cmd_list)
NEVER(cmd_info)
NEVER(cmd_read)
NEVER(cmd_write)
NEVER(cmd_verify)
NEVER(cmd_erase)
NEVER(cmd_reset)
NEVER(cmd_options)
NEVER(cmd_protect)
NEVER(cmd_unprotect)
NEVER(cmd_backup)
NEVER(cmd_restore)
NEVER(cmd_hash)
NEVER(cmd_doctor)
NEVER(cmd_report)
NEVER(cmd_completion)

static unsigned int rnd(unsigned int n)
{
	static uint32_t state = 12345;

	state = state * 1664525u + 1013904223u;
	return (state >> 8) % n;
}

static char letter(void)
{
	return "abcdefghijklmnopqrstuvwxyz-"[rnd(27)];
}

/* One typing error. */
static void mistype(char word[40])
{
	const size_t len = strlen(word), at = rnd((unsigned int)len + 1);
	const char other = at < len ? word[at] : '\0';

	switch (rnd(4)) {
	case 0: /* a letter too few */
		memmove(word + at, word + at + (at < len), len - at + (at >= len));
		break;
	case 1: /* a letter too many */
		if (len + 2 < 40) {
			memmove(word + at + 1, word + at, len - at + 1);
			word[at] = letter();
		}
		break;
	case 2: /* another letter */
		if (at < len)
			word[at] = letter();
		break;
	default: /* two in the wrong order */
		if (at + 1 < len) {
			word[at] = word[at + 1];
			word[at + 1] = other;
		}
	}
}

static void offers_no(const struct cli *cli, const char *word, const char *dashes, const char *const *names, size_t n)
{
	const char *offer = strstr(cli->message, "did you mean '");

	for (size_t i = 0; offer && i < n; i++) {
		char quoted[48];

		snprintf(quoted, sizeof(quoted), "'%s%s'", dashes, names[i]);
		if (strstr(offer, quoted))
			fail_msg("'%s%s' is offered %s", dashes, word, quoted);
	}
}

static void try_command(const char *word)
{
	struct cli cli = { 0 };

	if (command_find(word) || other_tools_command(word))
		return;
	assert_int_equal(command_unknown(&cli, word), STFLASH_E_ARG);
	offers_no(&cli, word, "", regretted, ARRAY_SIZE(regretted));
}

static void try_option(const char *word, char *command)
{
	char program[] = "stflash", option[48];
	char *argv[] = { program, command, option, NULL };
	struct cli cli = { 0 };

	if (!*word || other_tools_option(word))
		return;
	snprintf(option, sizeof(option), "--%s", word);
	if (options_parse(&cli, 3, argv))
		offers_no(&cli, word, "--", regretted_options, ARRAY_SIZE(regretted_options));
}

static void a_mistyped_command_is_offered_nothing_to_regret(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_commands; i++)
		for (unsigned int round = 0; round < ROUNDS; round++) {
			char word[40];

			snprintf(word, sizeof(word), "%s", commands[i].name);
			for (unsigned int errors = 1 + rnd(3); errors; errors--)
				mistype(word);
			try_command(word);
		}
}

static void a_mistyped_option_is_offered_nothing_to_regret(void **state)
{
	static const char *const harmless[] = { "halt",    "run",      "format", "backup",
						"dry-run", "no-reset", "save",   "probe" };

	(void)state;
	for (unsigned int round = 0; round < ROUNDS * 10; round++) {
		const size_t i = rnd(ARRAY_SIZE(regretted_options) + ARRAY_SIZE(harmless));
		const struct command *command = &commands[rnd((unsigned int)n_commands)];
		char word[40], name[16];

		snprintf(word, sizeof(word), "%s",
			 i < ARRAY_SIZE(regretted_options) ? regretted_options[i]
							   : harmless[i - ARRAY_SIZE(regretted_options)]);
		snprintf(name, sizeof(name), "%s", command->name);
		for (unsigned int errors = 1 + rnd(3); errors; errors--)
			mistype(word);
		try_option(word, name);
	}
}

static void random_words_are_offered_nothing_to_regret(void **state)
{
	(void)state;
	for (unsigned int round = 0; round < ROUNDS * 10; round++) {
		char word[40], name[] = "write";
		const size_t len = 1 + rnd(12);

		for (size_t i = 0; i < len; i++)
			word[i] = letter();
		word[len] = '\0';
		try_command(word);
		try_option(word, name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mistyped_command_is_offered_nothing_to_regret),
		cmocka_unit_test(a_mistyped_option_is_offered_nothing_to_regret),
		cmocka_unit_test(random_words_are_offered_nothing_to_regret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
