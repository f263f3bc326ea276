/* SPDX-License-Identifier: MIT */
/*
 * A chip in a folder: flash.bin, options.txt, otp.bin (F2, F4, F7), and info.txt with lines
 * key = value that tell whose they are and what their SHA-256 is.
 */
#ifndef CLI_COMMANDS_BACKUP_H
#define CLI_COMMANDS_BACKUP_H

#include "cli/files.h"
#include "cli/system/system.h"

#define BACKUP_FLASH   "flash.bin"
#define BACKUP_OPTIONS "options.txt"
#define BACKUP_OTP     "otp.bin" /* where the chip has OTP; never written back */
#define BACKUP_INFO    "info.txt"

/* What --backup asks for: nothing, a folder as `stflash backup` makes it, or a file with the whole flash. */
struct backup {
	const char *name; /* NULL: nothing */
	bool folder;      /* "folder/", or a name that a folder has */
	struct output out;
};

/* Before the probe is opened: refuse a name that is taken, or where nothing can be made. backup_close() in any case. */
int backup_open(struct cli *cli, struct backup *b) MUST_CHECK;

/* With a connected session: make it, and say so. The chip waits halted after the reset for what comes. */
int backup_save(struct cli *cli, struct backup *b) MUST_CHECK;

void backup_close(struct backup *b);

/* After a failure that came later: the backup is there, and no second one will take its name. Never left out, since the
 * error's own sentence may say to run the command again. */
void backup_tell(struct cli *cli);

/* A file of such a folder, for the member "files". */
void backup_note_file(struct cli *cli, const char *folder, const struct folder_file *file, bool made);

#endif
