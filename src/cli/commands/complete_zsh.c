/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/commands/completion.h"

static const char head[] = "#compdef stflash\n"
			   "# zsh completion for stflash, made by `stflash completion zsh`.\n"
			   "\n"
			   "_stflash_probes() {\n"
			   "\tlocal -a serials\n"
			   "\tserials=(${(f)\"$(stflash list --json 2>/dev/null | sed -n 's/.*\"serial\": "
			   "*\"\\([0-9A-Fa-f]*\\)\".*/\\1/p')\"})\n"
			   "\tcompadd -- $serials virtual:\n"
			   "}\n"
			   "\n"
			   "_stflash() {\n"
			   "\tlocal curcontext=$curcontext state line\n"
			   "\ttypeset -A opt_args\n"
			   "\tlocal -a general commands\n";

/* Text between single quotes, in which brackets and colons mean something to _arguments. */
static void zsh_print_quoted(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			fprintf(out, "'\\''");
		else
			fprintf(out, strchr("\\[]:", *text) ? "\\%c" : "%c", *text);
	}
}

static void zsh_print_value(FILE *out, const struct option *o)
{
	if (!option_takes_word(o))
		return;
	if (o->id == OPTION_PROBE)
		fprintf(out, ":SEL:_stflash_probes");
	else if (o->words)
		fprintf(out, ":%s:(%s)", o->value, o->words);
	else if (option_names_file(o))
		fprintf(out, ":FILE:_files");
	else
		fprintf(out, ":%s: ", o->value);
}

static void zsh_print_options(FILE *out, const struct command *command, const char *before)
{
	for (size_t i = 0; i < n_options; i++) {
		const struct option *o = &option_table[i];

		if (!option_is_for(i, command))
			continue;
		fprintf(out, "%s", before);
		if (o->letter)
			fprintf(out, "'(-%c --%s)'{-%c,--%s}'[", o->letter, o->name, o->letter, o->name);
		else
			fprintf(out, "'--%s[", o->name);
		zsh_print_quoted(out, o->help);
		fputc(']', out);
		zsh_print_value(out, o);
		fputc('\'', out);
	}
}

static void zsh_print_arguments(FILE *out, const struct command *command)
{
	switch (argument_of(command)) {
	case ARGUMENT_FILE:
		fprintf(out, " '*:file:_files'");
		break;
	case ARGUMENT_FOLDER:
		fprintf(out, " '*:folder:_files -/'");
		break;
	case ARGUMENT_COMMAND:
		fprintf(out, " '1:command:{_describe -t commands command commands}'");
		break;
	case ARGUMENT_SHELL:
		fprintf(out, " '1:shell:(bash zsh fish)'");
		break;
	case ARGUMENT_SET:
		fprintf(out, " '1:set:(set)' '*:option byte:{compadd -S = -- %s}'", option_byte_names);
		break;
	default:
		break;
	}
}

void complete_zsh(FILE *out)
{
	fprintf(out, "%s\tgeneral=(", head);
	zsh_print_options(out, NULL, "\n\t\t");
	fprintf(out, "\n\t)\n\tcommands=(");
	for (size_t i = 0; i < n_commands; i++) {
		fprintf(out, "\n\t\t'%s:", commands[i].name);
		zsh_print_quoted(out, commands[i].summary);
		fputc('\'', out);
	}
	fprintf(out, "\n\t)\n\t_arguments -C $general '1:command:->command' '*::argument:->argument'\n"
		     "\tcase $state in\n"
		     "\tcommand) _describe -t commands command commands ;;\n"
		     "\targument)\n"
		     "\t\tcase $words[1] in\n");
	for (size_t i = 0; i < n_commands; i++) {
		fprintf(out, "\t\t%s)\n\t\t\t_arguments $general", commands[i].name);
		zsh_print_options(out, &commands[i], " \\\n\t\t\t");
		zsh_print_arguments(out, &commands[i]);
		fprintf(out, " ;;\n");
	}
	fprintf(out, "\t\tesac ;;\n\tesac\n}\n\n_stflash \"$@\"\n");
}
