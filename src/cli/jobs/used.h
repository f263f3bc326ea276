/* SPDX-License-Identifier: MIT */
/* The files that a job has read or made, with their SHA-256, for the record. */
#ifndef CLI_JOBS_USED_H
#define CLI_JOBS_USED_H

#include "cli/cli.h"
#include "cli/json.h"

/* Only where there is a record. */
void used_note(struct cli *cli, const char *name, const void *data, size_t len);
void used_forget(struct cli *cli);

/* "NAME sha256:HEX; NAME ..."; the caller's, NULL: out of memory. */
char *used_text(const struct cli *cli);
/* The member "files". */
void used_json(const struct cli *cli, struct json *j);

#endif
