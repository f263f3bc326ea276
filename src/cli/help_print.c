/* SPDX-License-Identifier: MIT */
/* The help: commands, their options and examples. At most 79 columns, fewer where the terminal is narrower. */
#include <string.h>

#include "cli/cli.h"
#include "cli/fold.h"
#include "cli/option.h"
#include "cli/system/system.h"

#define NARROW 60u /* columns: below, what is explained has a line of its own */

/* Two columns: "  left   text", the text from the column at on; a left part that is too long has a line of its own. */
static void help_print_entry(FILE *out, const char *left, const char *text, unsigned int at)
{
	const unsigned int width = fold_width(out);
	const unsigned int indent = width < NARROW ? 6 : at;

	if (strlen(left) + 3 > indent) {
		fprintf(out, "  %.*s", (int)strspn(left, " "), left);
		fold_print(out, left + strspn(left, " "), 2 + (unsigned int)strspn(left, " "), 6, width);
		fprintf(out, "%*s", (int)indent, "");
	} else {
		fprintf(out, "  %-*s", (int)indent - 2, left);
	}
	fold_print(out, text, indent, indent, width);
}

/* The commands of one line of the overview, from the one at i on: how many they are. */
static size_t overview_names(size_t i, char *names, size_t size)
{
	size_t n = 1;

	snprintf(names, size, "%s", commands[i].name);
	for (; i + n < n_commands && !commands[i + n].overview; n++) {
		const size_t len = strlen(names);

		snprintf(names + len, size - len, ", %s", commands[i + n].name);
	}
	return n;
}

void help_overview(FILE *out)
{
	const unsigned int width = fold_width(out);
	char names[40];

	fold_print(out, "usage: stflash [options] COMMAND [arguments]", 0, 2, width);
	fprintf(out, "\ncommands:\n");
	for (size_t i = 0; i < n_commands;) {
		const size_t n = overview_names(i, names, sizeof(names));

		help_print_entry(out, names, commands[i].overview, 22);
		i += n;
	}
	fprintf(out, "\nexamples:\n");
	help_print_entry(out, "stflash read dump.bin", "save the whole flash", 40);
	help_print_entry(out, "stflash write firmware.elf", "write a firmware and start it", 40);
	if (SYSTEM_HAS_VIRTUAL_PROBE)
		help_print_entry(out, "stflash -p virtual:stm32f103c8 info", "try it without hardware", 40);
	fputc('\n', out);
	fold_print(out, "options for all commands: -p PROBE, -s KHZ, -c under-reset, -q, -v, --json", 0, 2, width);
	fold_print(out, "`stflash help options` explains these, `stflash help COMMAND` a command", 0, 2, width);
}

static void help_print_options(FILE *out, uint64_t mask)
{
	for (size_t i = 0; i < n_options; i++) {
		const struct option *o = &option_table[i];
		char left[40];

		if (!(mask & OPTION_BIT(o->id)))
			continue;
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
			 o->letter ? "," : " ", o->name,
			 !o->value              ? ""
			 : option_takes_word(o) ? " "
						: "[",
			 o->value ? o->value : "", o->value && !option_takes_word(o) ? "]" : "");
		help_print_entry(out, left, o->help, 25);
	}
}

/* Lines "command<tab>what it does". */
static void help_print_examples(FILE *out, const char *examples)
{
	for (const char *line = examples; *line; line += strcspn(line, "\n") + 1) {
		const size_t len = strcspn(line, "\n"), command = strcspn(line, "\t\n");
		char left[80], text[80];

		snprintf(left, sizeof(left), "%.*s", (int)command, line);
		snprintf(text, sizeof(text), "%.*s", command < len ? (int)(len - command - 1) : 0, line + command + 1);
		if (*text) {
			help_print_entry(out, left, text, 44);
		} else {
			fprintf(out, "  ");
			fold_print(out, left, 2, 6, fold_width(out));
		}
	}
}

void help_command(FILE *out, const struct command *command)
{
	const unsigned int width = fold_width(out);

	char usage[80];

	snprintf(usage, sizeof(usage), "usage: stflash [options] %s%s%s", command->name, *command->arguments ? " " : "",
		 command->arguments);
	fold_print(out, usage, 0, 2, width);
	fprintf(out, "\n%s: ", command->name);
	fold_print(out, command->summary, (unsigned int)strlen(command->name) + 2, 2, width);
	if (*command->help) {
		fputc('\n', out);
		fold_print(out, command->help, 0, 0, width);
	}
	fprintf(out, "\nexamples:\n");
	help_print_examples(out, command->examples);
	if (command->options) {
		fprintf(out, "\noptions:\n");
		help_print_options(out, command->options);
	}
	/* "help options" can mean the command or all the options. */
	if (command->run == cmd_options) {
		fprintf(out, "\noptions for all commands:\n");
		help_print_options(out, options_general());
	} else {
		fputc('\n', out);
		fold_print(out, "`stflash help options` lists the options for all commands.", 0, 0, width);
	}
}

int cmd_help(struct cli *cli)
{
	const struct command *command;

	if (cli->n_words > 1)
		return cli_usage(cli, "help takes one command");
	if (!cli->n_words) {
		help_overview(stdout);
		return 0;
	}

	command = command_find(cli->words[0]);
	if (!command)
		return command_unknown(cli, cli->words[0]);
	help_command(stdout, command);
	return 0;
}
