/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/commands/completion.h"

static const char head[] =
	"# bash completion for stflash, made by `stflash completion bash`.\n"
	"_stflash_serials() {\n"
	"\tstflash list --json 2>/dev/null | sed -n 's/.*\"serial\": *\"\\([0-9A-Fa-f]*\\)\".*/\\1/p'\n"
	"}\n"
	"\n"
	"_stflash_words() {\n"
	"\tmapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
	"}\n"
	"\n"
	"# -f: files, -d: folders. What begins with a dash is an option.\n"
	"_stflash_files() {\n"
	"\tcompopt -o filenames\n"
	"\tmapfile -t COMPREPLY < <(compgen \"$1\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
	"}\n"
	"\n"
	"_stflash() {\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' i\n"
	"\tCOMPREPLY=()\n";

/* -p --probe, divided as asked */
static void bash_print_spelled(FILE *out, const struct option *o, const char *between)
{
	if (o->letter)
		fprintf(out, "-%c%s", o->letter, between);
	fprintf(out, "--%s", o->name);
}

static void bash_print_options(FILE *out, const struct command *command)
{
	for (size_t i = 0; i < n_options; i++) {
		if (!option_is_for(i, command))
			continue;
		fputc(' ', out);
		bash_print_spelled(out, &option_table[i], " ");
	}
}

/* What stands behind an option that takes a value. */
static void bash_print_values(FILE *out)
{
	fprintf(out, "\tcase $prev in\n");
	for (size_t i = 0; i < n_options; i++) {
		const struct option *o = &option_table[i];

		if (!option_takes_word(o))
			continue;
		fputc('\t', out);
		bash_print_spelled(out, o, " | ");
		if (o->id == OPTION_PROBE)
			fprintf(out, ") _stflash_words \"virtual: $(_stflash_serials)\" && return ;;\n");
		else if (o->words)
			fprintf(out, ") _stflash_words '%s' && return ;;\n", o->words);
		else if (option_names_file(o))
			fprintf(out, ") _stflash_files -f && return ;;\n");
		else
			fprintf(out, ") return ;;\n");
	}
	fprintf(out, "\tesac\n");
}

/* Which command it is: the first word that is neither an option nor the value of one. */
static void bash_print_search(FILE *out)
{
	const char *between = "";

	fprintf(out, "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n\t\tcase ${COMP_WORDS[i]} in\n\t\t");
	for (size_t i = 0; i < n_options; i++) {
		if (!option_takes_word(&option_table[i]))
			continue;
		fprintf(out, "%s", between);
		bash_print_spelled(out, &option_table[i], " | ");
		between = " | ";
	}
	fprintf(out, ") ((i++)) ;;\n\t\t-*) ;;\n\t\t*) command=${COMP_WORDS[i]} && break ;;\n\t\tesac\n\tdone\n");
}

static void bash_print_names(FILE *out)
{
	for (size_t i = 0; i < n_commands; i++)
		fprintf(out, "%s%s", i ? " " : "", commands[i].name);
}

static void bash_print_arguments(FILE *out, const struct command *command)
{
	switch (argument_of(command)) {
	case ARGUMENT_FILE:
		fprintf(out, "_stflash_files -f");
		break;
	case ARGUMENT_FOLDER:
		fprintf(out, "_stflash_files -d");
		break;
	case ARGUMENT_COMMAND:
		fprintf(out, "_stflash_words '");
		bash_print_names(out);
		fputc('\'', out);
		break;
	case ARGUMENT_SHELL:
		fprintf(out, "_stflash_words 'bash zsh fish'");
		break;
	case ARGUMENT_SET:
		fprintf(out,
			"if [[ \" ${COMP_WORDS[*]:0:COMP_CWORD} \" == *' set '* ]]; then\n"
			"\t\t\tcompopt -o nospace\n"
			"\t\t\t_stflash_words '%s'\n"
			"\t\t\tCOMPREPLY=(\"${COMPREPLY[@]/%%/=}\")\n"
			"\t\telse\n"
			"\t\t\t_stflash_words set\n"
			"\t\tfi",
			option_byte_names);
		break;
	default:
		fprintf(out, "_stflash_words \"$options\"");
	}
}

void complete_bash(FILE *out)
{
	fprintf(out, "%s\tlocal general='", head);
	bash_print_options(out, NULL);
	fprintf(out, "' options=''\n");
	bash_print_values(out);
	bash_print_search(out);
	fprintf(out, "\tcase $command in\n\t'') _stflash_words \"");
	bash_print_names(out);
	fprintf(out, " $general\" && return ;;\n");
	for (size_t i = 0; i < n_commands; i++) {
		fprintf(out, "\t%s) options=\"$general", commands[i].name);
		bash_print_options(out, &commands[i]);
		fprintf(out, "\" ;;\n");
	}
	fprintf(out, "\tesac\n\t[[ $cur != -* ]] || { _stflash_words \"$options\"; return; }\n\tcase $command in\n");
	for (size_t i = 0; i < n_commands; i++) {
		fprintf(out, "\t%s)\n\t\t", commands[i].name);
		bash_print_arguments(out, &commands[i]);
		fprintf(out, "\n\t\t;;\n");
	}
	fprintf(out, "\tesac\n}\ncomplete -F _stflash stflash\n");
}
