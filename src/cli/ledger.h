/* SPDX-License-Identifier: MIT */
/* What a job leaves behind beside its result: the files that it read and made, and its warnings. */
#ifndef CLI_LEDGER_H
#define CLI_LEDGER_H

#include "cli/cli.h"
#include "cli/json.h"
#include "cli/sha256.h"

struct ledger_file {
	char *name;         /* owned */
	const char *format; /* "ihex"; "text" for what is no image */
	uint64_t bytes;
	char sha256[SHA256_TEXT_LEN]; /* of the file; "" where nobody asked for it */
	bool made;                    /* by this run */
	bool placed;                  /* it was given an address: FILE@ADDR */
	uint32_t addr;
};

/* addr: NULL where the file was given none. Where memory is short it is left out. */
void ledger_add_file(struct cli *cli, const char *name, const char *format, const void *data, size_t len, bool made,
		     const uint32_t *addr);
const struct ledger_file *ledger_get_file(const struct cli *cli, size_t n); /* NULL behind the last */

void ledger_add_warning(struct cli *cli, const char *sentence);

/* "NAME sha256:HEX; NAME ..."; the caller's, NULL: out of memory. */
char *ledger_text(const struct cli *cli);
/* The member "files". */
void ledger_json_files(const struct cli *cli, struct json *j);

/* The members "files", where there are any, and "warnings". */
void ledger_json(const struct cli *cli, struct json *j);

void ledger_free(struct cli *cli);

#endif
