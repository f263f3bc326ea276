/* SPDX-License-Identifier: MIT */
/*
 * What a write erases beside its image is lost to the chip until it is put
 * back. When that does not come about, by a failure or by a signal, it goes to
 * a file that `stflash write` puts back.
 */
#ifndef CLI_COMMANDS_RESCUE_H
#define CLI_COMMANDS_RESCUE_H

#include "cli/cli.h"
#include "cli/json.h"

/* stflash_write(), and after a failure the file. */
int rescue_write(struct cli *cli, const struct stflash_image *image, const struct stflash_write_options *options,
		 struct stflash_write_report *report) MUST_CHECK;

/* Behind the sentence of the failure: which file there is and what to do with it. Nothing where nothing is lost. */
void rescue_tell(struct cli *cli);
void rescue_json(const struct cli *cli, struct json *j);

void rescue_free(struct cli *cli);

#endif
