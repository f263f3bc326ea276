/* SPDX-License-Identifier: MIT */
/*
 * A chip in a folder: flash.bin, options.txt, and info.txt with lines
 * key = value that tell whose they are and what their SHA-256 is.
 */
#ifndef CLI_COMMANDS_BACKUP_H
#define CLI_COMMANDS_BACKUP_H

#include "cli/cli.h"

#define BACKUP_FLASH   "flash.bin"
#define BACKUP_OPTIONS "options.txt"
#define BACKUP_INFO    "info.txt"

/* With a connected session: make the folder, its flash proven, and say so. */
int backup_make(struct cli *cli, const char *path) MUST_CHECK;

/* As backup_make() where NAME is a folder, "folder/" or one that is there; else the whole flash, to the file NAME. */
int backup_save(struct cli *cli, const char *name) MUST_CHECK;

#endif
