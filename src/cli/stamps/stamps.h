/* SPDX-License-Identifier: MIT */
/*
 * Values that are put into the image of each board: --stamp ADDR=KIND:VALUE. All that can be wrong is found before a
 * number is taken, and a number is taken right before the flash is changed.
 */
#ifndef CLI_STAMPS_STAMPS_H
#define CLI_STAMPS_STAMPS_H

#include "cli/cli.h"
#include "cli/json.h"

/* Understand --stamp; a misuse is told here. */
int stamps_parse(struct cli *cli) MUST_CHECK;

/* Look into the files that stamps name, before the probe is opened. */
int stamps_look(struct cli *cli) MUST_CHECK;

/* Connected: put what would be stamped now into the image, where it must fit. Takes no number. */
int stamps_try(struct cli *cli, struct stflash_image *image) MUST_CHECK;

/* The same with numbers that are this board's alone from now on. */
int stamps_take(struct cli *cli, struct stflash_image *image) MUST_CHECK;

/* What the last stamps_try() or stamps_take() has put into the image. */
struct stamp_value {
	uint32_t addr;
	const char *kind; /* "sn", "uid", ... */
	const char *text; /* "42"; a row of a table is "keys.csv row 17", and not the key */
	bool taken;       /* with numbers that are this board's */
};

/* The stamp number n, from 0; false: there is none, or nothing was put into an image yet. Valid until stamps_free(). */
bool stamps_get(const struct cli *cli, size_t n, struct stamp_value *value);

/* A note for each value that is another for each board; the member "stamps". */
void stamps_say(struct cli *cli);
void stamps_json(const struct cli *cli, struct json *j);

void stamps_free(struct cli *cli);

#endif
