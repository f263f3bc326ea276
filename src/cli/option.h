/* SPDX-License-Identifier: MIT */
/* The table of options, which parsing, help and completions share. */
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include "cli/cli.h"

struct option {
	enum option_id id;
	char letter; /* '\0': none */
	const char *name;
	const char *value; /* what to call its value; NULL: takes none; "=VALUE": one or none, as in --name=VALUE */
	const char *words; /* what the value can be, divided by blanks; NULL: anything */
	bool general;      /* every command takes it */
	const char *help;
};

/* Does its value stand in the next word, where it does not stand behind =? */
static inline bool option_takes_word(const struct option *o)
{
	return o->value && *o->value != '=';
}

/* Is its value the name of a file? */
bool option_names_file(const struct option *o);

extern const struct option option_table[];
extern const size_t n_options;

#endif
