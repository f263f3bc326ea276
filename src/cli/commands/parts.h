/* SPDX-License-Identifier: MIT */
/* Parts of an image that are not flash: left out on request, and named in the summary. */
#ifndef CLI_COMMANDS_PARTS_H
#define CLI_COMMANDS_PARTS_H

#include "cli/cli.h"
#include "cli/json.h"

/* With --skip-outside: take out of the image what is not flash, and list it. *bytes: how many that were. */
int parts_skip(struct cli *cli, struct stflash_image *image, uint64_t *bytes) MUST_CHECK;

/* What a write did beside flash, for the summary. Nothing when all of the image is flash. */
void parts_say(struct cli *cli, const struct stflash_write_options *o, const struct stflash_write_report *r);

/* The summary of an image all in RAM. */
void parts_say_ram_image(struct cli *cli, const struct stflash_write_options *o, const struct stflash_write_report *r,
			 uint32_t addr, const char *names);

void parts_json(struct json *j, const struct stflash_write_report *r);

#endif
