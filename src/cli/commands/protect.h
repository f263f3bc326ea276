/* SPDX-License-Identifier: MIT */
/* Lifting protection, for the commands that do it on their way. */
#ifndef CLI_COMMANDS_PROTECT_H
#define CLI_COMMANDS_PROTECT_H

#include "cli/cli.h"

/* With a connected session: say what will happen, then lift read-out and write protection. */
int protect_lift(struct cli *cli, struct stflash_options_report *report) MUST_CHECK;

/* The same for write --unprotect; STFLASH_E_PROTECTED when nothing can be written before a power cycle. */
int protect_lift_to_write(struct cli *cli) MUST_CHECK;

#endif
