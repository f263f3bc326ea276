/* SPDX-License-Identifier: MIT */
#include "cli/stamps/counter.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/system/system.h"

#define TEXT_MAX 64u

/* What the file holds: white space, digits, white space. */
struct counter {
	char text[TEXT_MAX];
	size_t first; /* of the digits */
	size_t n;     /* of them */
};

static int counter_cannot(struct cli *cli, const char *path, const char *why)
{
	return cli_fail(cli, STFLASH_E_FILE, "cannot take a number from %s: %s; nothing was changed", path, why);
}

/* Anything but a number is no counter, and what it was meant to be is not guessed. */
static int counter_parse(struct cli *cli, const char *path, struct counter *c, uint64_t *number)
{
	const char *end;

	c->first = strspn(c->text, " \t\r\n");
	c->n = strspn(c->text + c->first, "0123456789");
	end = c->text + c->first + c->n;
	*number = 1;
	if (!*c->text)
		return 0;
	if (!c->n || c->n > 19 || end[strspn(end, " \t\r\n")])
		return counter_cannot(cli, path, "it holds something else than a decimal number");
	*number = strtoull(c->text + c->first, NULL, 10);
	return 0;
}

static int counter_read(struct cli *cli, const char *path, int fd, struct counter *c, uint64_t *number)
{
	ssize_t len = -1;

	memset(c, 0, sizeof(*c));
	if (lseek(fd, 0, SEEK_SET) == 0)
		len = read(fd, c->text, sizeof(c->text));
	if (len < 0)
		return counter_cannot(cli, path, strerror(errno));
	if (len == (ssize_t)sizeof(c->text) || strlen(c->text) != (size_t)len)
		return counter_cannot(cli, path, "it holds something else than a decimal number");
	return counter_parse(cli, path, c, number);
}

/*
 * In its place and in one go, so that no moment has half a number; as many digits as there were, or one more. A file
 * that is new must be found again after the power went off.
 */
static int counter_write(struct cli *cli, const char *path, int fd, const struct counter *c, uint64_t number)
{
	const bool is_new = !*c->text;
	char text[TEXT_MAX + 24];
	const int len = snprintf(text, sizeof(text), "%0*" PRIu64 "%s", (int)c->n, number,
				 is_new ? "\n" : c->text + c->first + c->n);

	if (lseek(fd, (off_t)c->first, SEEK_SET) < 0 || system_write(fd, text, (size_t)len, NULL) || system_sync(fd) ||
	    (is_new && system_sync_folder(path)))
		return counter_cannot(cli, path, strerror(errno));
	return 0;
}

static int counter_check_max(struct cli *cli, const char *path, uint64_t max, uint64_t number)
{
	if (number <= max)
		return 0;
	return cli_fail(cli, STFLASH_E_FILE,
			"%s is used up: %" PRIu64 " would be the next, and %" PRIu64
			" is the last there is; nothing was changed",
			path, number, max);
}

static int counter_take(struct cli *cli, const char *path, uint64_t max, uint64_t *number)
{
	const int fd = system_open_locked(path);
	struct counter c;
	int err;

	if (fd < 0)
		return counter_cannot(cli, path, strerror(errno));
	err = counter_read(cli, path, fd, &c, number);
	if (!err)
		err = counter_check_max(cli, path, max, *number);
	if (!err)
		err = counter_write(cli, path, fd, &c, *number + 1);
	if (close(fd) && !err)
		err = counter_cannot(cli, path, strerror(errno));
	return err;
}

static int counter_look(struct cli *cli, const char *path, uint64_t max, uint64_t *number)
{
	const int fd = open(path, O_RDONLY);
	struct counter c;
	int err;

	if (fd < 0)
		return counter_cannot(cli, path, strerror(errno));
	err = counter_read(cli, path, fd, &c, number);
	close(fd);
	return err ? err : counter_check_max(cli, path, max, *number);
}

int counter_next(struct cli *cli, const char *path, bool take, uint64_t max, uint64_t *number)
{
	enum system_kind kind;

	*number = 1;
	if (!*path)
		return counter_cannot(cli, path, "it has no name");
	if (system_is_trap(path))
		return counter_cannot(cli, path, OUTPUT_TRAP);
	if (system_kind(path, true, &kind))
		return counter_cannot(cli, path, strerror(errno));
	if (kind != SYSTEM_FILE && kind != SYSTEM_NOTHING)
		return counter_cannot(cli, path, "it is no file");
	if (take)
		return counter_take(cli, path, max, number);
	return kind == SYSTEM_NOTHING ? counter_check_max(cli, path, max, 1) : counter_look(cli, path, max, number);
}
