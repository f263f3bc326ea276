/* SPDX-License-Identifier: MIT */
#include "cli/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Text formats are some three times as long as what they hold; no firmware comes near. */
#define MAX_FILE (256u * 1024u * 1024u)

static int input_cannot(struct cli *cli, const char *verb, const char *name)
{
	if (errno == EINTR) /* Ctrl-C or a like signal */
		return cli_fail(cli, STFLASH_E_CANCELLED, "cancelled while %s was waited for; nothing was changed",
				name);
	return cli_fail(cli, STFLASH_E_FILE, "cannot %s %s: %s", verb, name, strerror(errno));
}

/* All of a stream; *data is to be freed. */
static int read_stream(struct cli *cli, const char *name, FILE *in, uint8_t **data, size_t *len)
{
	size_t cap = 64 * 1024, n = 0;
	uint8_t *buf = malloc(cap);

	while (buf) {
		n += fread(buf + n, 1, cap - n, in);
		if (n < cap)
			break;
		cap *= 2;
		if (cap > MAX_FILE) {
			free(buf);
			return cli_fail(cli, STFLASH_E_FILE, "%s is larger than any firmware", name);
		}
		uint8_t *more = realloc(buf, cap);

		if (!more)
			free(buf);
		buf = more;
	}
	if (!buf)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory while reading %s", name);
	if (ferror(in)) {
		const int err = input_cannot(cli, "read", name);

		free(buf);
		return err;
	}
	*data = buf;
	*len = n;
	return 0;
}

int input_read(struct cli *cli, const char *name, uint8_t **data, size_t *len)
{
	FILE *in;
	int err;

	if (!strcmp(name, "-"))
		return read_stream(cli, "standard input", stdin, data, len);
	in = fopen(name, "rb");
	if (!in)
		return input_cannot(cli, "open", name);
	err = read_stream(cli, name, in, data, len);
	fclose(in);
	return err;
}
