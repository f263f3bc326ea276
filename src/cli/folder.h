/* SPDX-License-Identifier: MIT */
/* A folder that is there complete or not at all: made under a temporary name beside it and renamed. */
#ifndef CLI_FOLDER_H
#define CLI_FOLDER_H

#include "cli/cli.h"
#include "cli/system/system.h"

/* Refuses a name that cannot become a new folder, before any work is done. */
int folder_check(struct cli *cli, const char *path) MUST_CHECK;

/* Make the folder with these files in it. An empty folder of that name is replaced. */
int folder_create(struct cli *cli, const char *path, const struct folder_file *files, size_t n) MUST_CHECK;

#endif
