/* SPDX-License-Identifier: MIT */
/* Completions for shells, made from the tables of commands and options: they cannot know others. */
#ifndef CLI_COMMANDS_COMPLETION_H
#define CLI_COMMANDS_COMPLETION_H

#include "cli/option.h"

/* What the shells have in common: complete_words.c. Names that `options set` takes, divided by blanks. Which of them a
 * chip has is known only when it is connected. */
extern const char option_byte_names[];

/* What the arguments of a command are. */
enum argument {
	ARGUMENT_NONE,
	ARGUMENT_FILE,
	ARGUMENT_FOLDER,
	ARGUMENT_COMMAND,
	ARGUMENT_SET,
	ARGUMENT_SHELL,
};

enum argument argument_of(const struct command *command);

/* The option at i is one that the command takes; NULL: one that all take. */
bool option_is_for(size_t i, const struct command *command);

void complete_bash(FILE *out);
void complete_zsh(FILE *out);
void complete_fish(FILE *out);

#endif
