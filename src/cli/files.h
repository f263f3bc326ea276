/* SPDX-License-Identifier: MIT */
/*
 * Output that is complete or not there: written under a temporary name beside
 * the target and renamed when all of it is on the disk. Pipes and devices are
 * written as they are, - is standard output, and a file that standard output
 * or standard error goes to is written through that, behind what is there.
 * Other hard links to a file that is replaced go on naming the old one.
 */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "cli/cli.h"

enum output_kind {
	OUTPUT_REPLACES, /* takes the place of a file of that name */
	OUTPUT_KEEPS,    /* holds something old, perhaps its only copy: replaces no file, and goes into no pipe */
};

struct output {
	const char *name; /* as the user gave it */
	enum output_kind kind;
	bool taken;    /* the failure is that OUTPUT_KEEPS met a file of that name */
	bool replaces; /* there was a file of that name */
	char *final;   /* where it is to be; NULL: written directly */
	char *temporary;
	int fd;                     /* -1: not open */
	struct signal_watch *watch; /* of the job; NULL: nothing was opened */
};

/*
 * A name beside that of a file or folder, so that it can be renamed:
 * DIR/.NAME.XXXXXX, without the slashes that end PATH. The caller's; NULL
 * when out of memory.
 */
char *temporary_name(const char *path);

/* What is said of a name that system_is_trap(). */
#define OUTPUT_TRAP "it is a symbolic link that another user put into a shared folder"

/* Make sure that there is something to write to, before any work is done. The old file is not changed yet. */
int output_open(struct cli *cli, struct output *out, const char *name, enum output_kind kind) MUST_CHECK;

/* Is NAME, - or something like /dev/stdout, where the results go too? */
bool output_is_stdout(const char *name);

/* Append. After a failure only output_abandon() is left to do. */
int output_write(struct cli *cli, struct output *out, const void *buf, size_t len) MUST_CHECK;

/* Give it its name, now that it is complete; abandons it when that fails. */
int output_commit(struct cli *cli, struct output *out) MUST_CHECK;

/* Forget what was written; the old file is as it was. Does nothing after output_commit(). */
void output_abandon(struct output *out);

#endif
