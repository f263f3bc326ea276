/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700 /* mkdtemp() */
#include "cli/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int cannot(struct cli *cli, const char *path, const char *why)
{
	return cli_fail(cli, STFLASH_E_FILE, "cannot make the folder %s: %s", path, why);
}

static bool is_empty(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	bool empty = true;

	if (!dir)
		return false;
	while (empty && (entry = readdir(dir)))
		empty = !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
	closedir(dir);
	return empty;
}

int folder_check(struct cli *cli, const char *path)
{
	struct stat st;

	if (!*path)
		return cannot(cli, path, "it has no name");
	if (lstat(path, &st))
		return errno == ENOENT ? 0 : cannot(cli, path, strerror(errno));
	if (!S_ISDIR(st.st_mode) || !is_empty(path))
		return cannot(cli, path, "something of that name is there already");
	return 0;
}

/* PATH without slashes at its end, and a name beside it: DIR/.NAME.XXXXXX */
static char *temporary_name(const char *path)
{
	size_t len = strlen(path), at;
	char *name = malloc(len + sizeof(".") + sizeof(".XXXXXX"));

	while (len > 1 && path[len - 1] == '/')
		len--;
	for (at = len; at > 0 && path[at - 1] != '/'; at--)
		;
	if (name)
		sprintf(name, "%.*s.%.*s.XXXXXX", (int)at, path, (int)(len - at), path + at);
	return name;
}

static int put_file(int dir, const struct folder_file *file)
{
	const int fd = openat(dir, file->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	const char *p = file->data;
	size_t left = file->len;
	bool failed;

	if (fd < 0)
		return -1;
	while (left) {
		const ssize_t n = write(fd, p, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		p += n;
		left -= (size_t)n;
	}
	failed = left || (fsync(fd) && errno != EINVAL && errno != ENOTSUP);
	failed |= close(fd) != 0;
	return failed ? -1 : 0;
}

/* Everything in place and on the disk, with the permissions that mkdir() would have given. */
static int fill(const char *temporary, const struct folder_file *files, size_t n)
{
	const int dir = open(temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const mode_t mask = umask(0);
	int err = 0;

	umask(mask);
	if (dir < 0)
		return -1;
	for (size_t i = 0; !err && i < n; i++)
		err = put_file(dir, &files[i]);
	if (!err)
		err = fchmod(dir, 0777 & ~mask);
	if (!err && fsync(dir) && errno != EINVAL && errno != ENOTSUP)
		err = -1;
	close(dir);
	return err;
}

static void discard(const char *temporary, const struct folder_file *files, size_t n)
{
	const int dir = open(temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (size_t i = 0; dir >= 0 && i < n; i++)
		unlinkat(dir, files[i].name, 0);
	if (dir >= 0)
		close(dir);
	rmdir(temporary);
}

int folder_create(struct cli *cli, const char *path, const struct folder_file *files, size_t n)
{
	char *temporary = temporary_name(path);
	int err = 0;

	if (!temporary || !mkdtemp(temporary)) {
		err = cannot(cli, path, strerror(errno));
		free(temporary);
		return err;
	}
	if (fill(temporary, files, n) || rename(temporary, path)) {
		err = cannot(cli, path, strerror(errno));
		discard(temporary, files, n);
	}
	free(temporary);
	return err;
}
