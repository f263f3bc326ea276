/* SPDX-License-Identifier: MIT */
/*
 * Words of other tools that somebody types out of habit. Those that mean the
 * same everywhere are aliases. The others are answered and never carried out:
 * the same word may mean the opposite elsewhere, and some of them erase.
 */
#ifndef CLI_OTHER_TOOLS_H
#define CLI_OTHER_TOOLS_H

/* The name of the command that the word is another one for; NULL: it is none. */
const char *other_tools_alias(const char *word);

/* The same for an option, without its dashes. *value is the value that it stands for, or as before when it takes one.
 */
const char *other_tools_option_alias(const char *name, const char **value);

/* The second half of "unknown command 'WORD'; ..."; NULL when no tool is known to have it. */
const char *other_tools_command(const char *word);

/* The same for an option, without its dashes; one letter for -l and the like. */
const char *other_tools_option(const char *name);

/* Why an option that stflash has, for other commands, is not wanted with this one; NULL: nothing is to be said. */
const char *other_tools_misplaced(const char *command, const char *option);

#endif
