/* SPDX-License-Identifier: MIT */
/* The folder that `stflash backup` made, read back into memory. */
#ifndef CLI_COMMANDS_STORED_H
#define CLI_COMMANDS_STORED_H

#include "cli/cli.h"
#include "cli/commands/options_text.h"

#define STORED_VALUE_LEN 128u

struct stored_file {
	uint8_t *data; /* owned */
	size_t len;
};

struct stored {
	const char *path;
	struct stored_file flash, options, info;
	bool has_otp; /* whose file is as it was backed up */
	struct settings settings;
	uint64_t dev_id, flash_base, flash_size;
	uint64_t bank2_base, bank2_size; /* of flash with a hole before them; 0: it has none */
	char uid[STORED_VALUE_LEN];
};

/* s->path is given: load all of it and check its sums. stored_close() in any case. */
int stored_open(struct cli *cli, struct stored *s) MUST_CHECK;
void stored_close(struct stored *s);

/* Its flash, where it belongs. */
int stored_image(struct cli *cli, const struct stored *s, struct stflash_image *image) MUST_CHECK;

/* Of the folder at path, quickly: the id of the chip ("" where it is unknown), and when it was made. False: no backup.
 */
bool stored_identity(struct cli *cli, const char *path, char uid[STORED_VALUE_LEN],
		     char date[STORED_VALUE_LEN]) MUST_CHECK;

#endif
