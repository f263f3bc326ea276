/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/commands/completion.h"

static const char head[] =
	"# fish completion for stflash, made by `stflash completion fish`.\n"
	"function __stflash_probes\n"
	"    stflash list --json 2>/dev/null | string replace -rf '.*\"serial\": *\"([0-9A-Fa-f]*)\".*' '$1'\n"
	"    echo virtual:\n"
	"end\n"
	"\n"
	"complete -c stflash -f\n";

static void fish_print_description(FILE *out, const char *text)
{
	fprintf(out, " -d '");
	for (; *text; text++)
		fprintf(out, *text == '\\' || *text == '\'' ? "\\%c" : "%c", *text);
	fprintf(out, "'\n");
}

static void fish_print_option(FILE *out, const struct option *o, const struct command *command)
{
	fprintf(out, "complete -c stflash");
	if (command)
		fprintf(out, " -n '__fish_seen_subcommand_from %s'", command->name);
	if (o->letter)
		fprintf(out, " -s %c", o->letter);
	fprintf(out, " -l %s", o->name);
	if (o->id == OPTION_PROBE)
		fprintf(out, " -x -a '(__stflash_probes)'");
	else if (o->words)
		fprintf(out, " -x -a '%s'", o->words);
	else if (option_takes_word(o))
		fprintf(out, !option_names_file(o) ? " -x" : " -r -F");
	fish_print_description(out, o->help);
}

static void fish_print_options(FILE *out, const struct command *command)
{
	for (size_t i = 0; i < n_options; i++)
		if (option_is_for(i, command))
			fish_print_option(out, &option_table[i], command);
}

/* Names with what goes between them, " NAME" or " NAME=". */
static void fish_print_names(FILE *out, const char *names, const char *after)
{
	while (*names) {
		const size_t len = strcspn(names, " ");

		fprintf(out, "%.*s%s ", (int)len, names, after);
		names += len + (names[len] == ' ');
	}
}

static void fish_print_arguments(FILE *out, const struct command *command)
{
	fprintf(out, "complete -c stflash -n '__fish_seen_subcommand_from %s'", command->name);
	switch (argument_of(command)) {
	case ARGUMENT_FILE:
		fprintf(out, " -F\n");
		break;
	case ARGUMENT_FOLDER:
		fprintf(out, " -a '(__fish_complete_directories)'\n");
		break;
	case ARGUMENT_COMMAND:
		fprintf(out, " -a '");
		for (size_t i = 0; i < n_commands; i++)
			fprintf(out, "%s ", commands[i].name);
		fprintf(out, "'\n");
		break;
	case ARGUMENT_SHELL:
		fprintf(out, " -a 'bash zsh fish'\n");
		break;
	case ARGUMENT_SET:
		fprintf(out, " -a set\ncomplete -c stflash -n '__fish_seen_subcommand_from set' -a '");
		fish_print_names(out, option_byte_names, "=");
		fprintf(out, "'\n");
		break;
	default:
		fprintf(out, "\n");
	}
}

void complete_fish(FILE *out)
{
	fprintf(out, "%s", head);
	fish_print_options(out, NULL);
	for (size_t i = 0; i < n_commands; i++) {
		fprintf(out, "complete -c stflash -n __fish_use_subcommand -a %s", commands[i].name);
		fish_print_description(out, commands[i].summary);
		if (argument_of(&commands[i]) != ARGUMENT_NONE)
			fish_print_arguments(out, &commands[i]);
		fish_print_options(out, &commands[i]);
	}
}
