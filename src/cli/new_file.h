/* SPDX-License-Identifier: MIT */
/* A file under a name that stflash makes up, for what must not get lost: never in the place of another one. */
#ifndef CLI_NEW_FILE_H
#define CLI_NEW_FILE_H

#include "cli/cli.h"

#define NEW_FILE_NAME_MAX 128u

/*
 * Make the file STEM.ENDING or, where that is taken, STEM-2.ENDING, STEM-3.ENDING and so on, with these bytes in it,
 * complete or not at all. Two runs at the same moment get two names. name receives the one that it has.
 */
int new_file_save(struct cli *cli, const char *stem, const char *ending, const void *data, size_t len,
		  char name[NEW_FILE_NAME_MAX]) MUST_CHECK;

#endif
