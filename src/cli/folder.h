/* SPDX-License-Identifier: MIT */
/* A folder that is there complete or not at all: made under a temporary name beside it and renamed. */
#ifndef CLI_FOLDER_H
#define CLI_FOLDER_H

#include "cli/cli.h"
#include "cli/system/system.h"

/* Refuses a name that cannot become a new folder, before any work is done. */
int folder_check(struct cli *cli, const char *path) MUST_CHECK;

/* "folder/" of "folder/name" and of "folder/name/", "" of "name"; the caller's, NULL when out of memory. */
char *folder_parent(const char *path);

/* What is in a folder, in any order; nothing where it cannot be read. */
void folder_list(const char *path, void (*entry)(const char *name, void *user), void *user);

/* Make the folder with these files in it. An empty folder of that name is replaced. */
int folder_create(struct cli *cli, const char *path, const struct folder_file *files, size_t n) MUST_CHECK;

#endif
