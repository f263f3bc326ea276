/* SPDX-License-Identifier: MIT */
/*
 * What a job ends with: two lines of at most 79 columns. The first names the file, what was done and the chip; the
 * second says what stands behind it and how the core is left. Counters are for -v and JSON; what else must be said is
 * a note or a warning of its own.
 */
#ifndef CLI_COMMANDS_SUMMARY_H
#define CLI_COMMANDS_SUMMARY_H

#include "cli/cli.h"

/*
 * The first line: "NAME: ...". A name that makes it too long is shown without its leading folders, but for -v.
 */
void summary_file(struct cli *cli, const char *name, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The second line: those of the n parts that are not "", with semicolons between them. */
void summary_parts(struct cli *cli, const char *const parts[], size_t n);
#define SUMMARY(cli, ...) \
	summary_parts(cli, (const char *const[]){ __VA_ARGS__ }, ARRAY_SIZE(((const char *const[]){ __VA_ARGS__ })))

#define AMOUNT_TEXT_MAX 24u

/* "23 KiB", "3000 bytes": with one unit, rounded down where it does not come out even. JSON has the bytes. */
const char *amount_text(char text[AMOUNT_TEXT_MAX], uint64_t bytes);

#define TIME_TEXT_MAX 24u

/* "0.28 s" */
const char *time_text(char text[TIME_TEXT_MAX], uint64_t ms);

#endif
