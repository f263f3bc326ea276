/* SPDX-License-Identifier: MIT */
/* What the commands that change flash share. */
#ifndef CLI_COMMANDS_WRITE_H
#define CLI_COMMANDS_WRITE_H

#include "cli/cli.h"
#include "cli/json.h"

/* From the command line's options; warns of --no-verify. */
void write_options(struct cli *cli, struct stflash_write_options *o);

/* What stands behind a write that succeeded, in words. */
const char *write_proof(const struct stflash_write_report *r);

/* How the core is left, in words. boot_remark: why no firmware runs after a reset; "" when it does. */
const char *write_afterwards(const struct cli *cli, const struct stflash_write_options *o, const char *boot_remark);

/* Why the firmware does not run after the reset at the end; nothing when it does. */
void write_say_boot(struct cli *cli, const struct stflash_write_report *r);

/* The members "boot" and "boot_remark". */
void boot_json(struct json *j, enum stflash_boot boot, const char *remark);

/* The members of a report. */
void write_json(struct json *j, const struct stflash_write_report *r, uint64_t ms);

#endif
