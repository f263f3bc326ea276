/* SPDX-License-Identifier: MIT */
/* A file that most likely holds what flash holds: what the chip finds to be equal is not transferred. */
#ifndef CLI_COMMANDS_LIKE_H
#define CLI_COMMANDS_LIKE_H

#include "cli/cli.h"
#include "cli/json.h"

struct like_file {
	char *name;                  /* owned; NULL: there is none */
	struct stflash_image *image; /* owned */
};

/* What --like names, all of it in memory before the probe is opened; addr is where a binary file belongs. */
int like_open(struct cli *cli, struct like_file *like, uint32_t addr) MUST_CHECK;

/*
 * For a new backup at path: the newest complete one of the connected chip that lies beside it. What cannot be read or
 * is damaged is passed over in silence, and --no-like finds none.
 */
void like_find(struct cli *cli, struct like_file *like, const char *path, const struct stflash_target_info *target);

void like_say(struct cli *cli, const struct like_file *like, const struct stflash_dump_report *r);
void like_json(struct json *j, const struct like_file *like, const struct stflash_dump_report *r);

void like_close(struct like_file *like);

#endif
