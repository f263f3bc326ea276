/* SPDX-License-Identifier: MIT */
/*
 * A file that holds the next number, as decimal text: every process, thread and board gets another one. A number is
 * used only once the file, which says one more, is on the disk.
 */
#ifndef CLI_STAMPS_COUNTER_H
#define CLI_STAMPS_COUNTER_H

#include "cli/cli.h"

/*
 * The next number, 1 where there is no file or nothing in it. take: it is the caller's from now on; otherwise only
 * looked at. STFLASH_E_FILE with its sentence when it is above max, or the file cannot be used; nothing is taken then.
 */
int counter_next(struct cli *cli, const char *path, bool take, uint64_t max, uint64_t *number) MUST_CHECK;

#endif
