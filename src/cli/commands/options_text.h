/* SPDX-License-Identifier: MIT */
/* Option bytes as a text that a person can read and stflash can write back: lines NAME = VALUE # meaning. */
#ifndef CLI_COMMANDS_OPTIONS_TEXT_H
#define CLI_COMMANDS_OPTIONS_TEXT_H

#include "cli/files.h"

#define SETTINGS_MAX 48u

/* "NAME=VALUE" each, for stflash_options_write(). */
struct settings {
	size_t n;
	char text[SETTINGS_MAX][48];
	const char *list[SETTINGS_MAX];
};

/* The text; to be freed. NULL when out of memory. */
char *options_text(const struct stflash_options *list, const char *title);

/* And back; name is the file's, for messages. */
int options_from_text(struct cli *cli, struct settings *s, const char *name, const char *text, size_t len) MUST_CHECK;

/* Before the probe is opened: refuse a --save that is taken. output_abandon() in any case. */
int options_keep_open(struct cli *cli, struct output *out) MUST_CHECK;

/* With a connected session: keep the option bytes in that file, or in one named after the chip, and say so. */
int options_keep(struct cli *cli, struct output *out) MUST_CHECK;

/* What became of the flash when read-out protection was removed, and whether a power cycle is needed. */
void options_say_outcome(struct cli *cli, const struct stflash_options_report *r);

/* The summary of a change, with its outcome. */
void options_say_report(struct cli *cli, const struct stflash_options_report *r);
void options_json_report(const struct cli *cli, const struct stflash_options_report *r);

#endif
