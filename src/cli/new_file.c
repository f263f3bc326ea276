/* SPDX-License-Identifier: MIT */
#include "cli/new_file.h"

#include "cli/files.h"

#define NAMES_MAX 1000u

static int save(struct cli *cli, const char *name, const void *data, size_t len, bool *taken)
{
	struct output out;
	int err;

	err = output_open(cli, &out, name, OUTPUT_KEEPS);
	if (!err)
		err = output_write(cli, &out, data, len);
	if (!err)
		err = output_commit(cli, &out);
	output_abandon(&out);
	*taken = out.taken;
	return err;
}

int new_file_save(struct cli *cli, const char *stem, const char *ending, const void *data, size_t len,
		  char name[NEW_FILE_NAME_MAX])
{
	bool taken;
	int err;

	snprintf(name, NEW_FILE_NAME_MAX, "%s.%s", stem, ending);
	err = save(cli, name, data, len, &taken);
	for (unsigned int n = 2; taken && n <= NAMES_MAX; n++) {
		cli->message[0] = '\0'; /* it was no failure */
		snprintf(name, NEW_FILE_NAME_MAX, "%s-%u.%s", stem, n, ending);
		err = save(cli, name, data, len, &taken);
	}
	return err;
}
