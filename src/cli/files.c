/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700 /* realpath() */
#include "cli/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/signals.h"

static int cannot(struct cli *cli, const struct output *out, const char *why)
{
	return cli_fail(cli, STFLASH_E_FILE, "cannot write %s: %s", out->name, why);
}

static int open_stdout(struct cli *cli, struct output *out)
{
	out->name = "standard output";
	if (isatty(STDOUT_FILENO))
		return cannot(cli, out, "it is a terminal; name a file, or send it into a pipe");

	out->fd = dup(STDOUT_FILENO);
	if (out->fd < 0)
		return cannot(cli, out, strerror(errno));
	return 0;
}

/* A name in the same directory, so that it can be renamed: .dump.bin.XXXXXX */
static char *temporary_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const int dir_len = slash ? (int)(slash - path) + 1 : 0;
	const size_t size = strlen(path) + sizeof(".") + sizeof(".XXXXXX");
	char *name = malloc(size);

	if (name)
		snprintf(name, size, "%.*s.%s.XXXXXX", dir_len, path, path + dir_len);
	return name;
}

/* Permissions that open() would have given, or those of the file that is replaced. */
static mode_t final_mode(const struct stat *old)
{
	mode_t mask;

	if (old)
		return old->st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

/* old: the regular file of that name, NULL when there is none */
static int open_temporary(struct cli *cli, struct output *out, const struct stat *old)
{
	if (old && access(out->name, W_OK))
		return cannot(cli, out, strerror(errno));

	/* Where a symbolic link leads to is replaced, not the link. */
	out->final = old ? realpath(out->name, NULL) : strdup(out->name);
	if (out->final)
		out->temporary = temporary_name(out->final);
	if (!out->temporary)
		return cannot(cli, out, strerror(errno));

	out->fd = mkstemp(out->temporary);
	if (out->fd < 0) {
		free(out->temporary);
		out->temporary = NULL;
		return cannot(cli, out, strerror(errno));
	}
	signals_remove(out->temporary);
	if (fchmod(out->fd, final_mode(old)))
		return cannot(cli, out, strerror(errno));
	return 0;
}

static int open_directly(struct cli *cli, struct output *out)
{
	out->fd = open(out->name, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (out->fd < 0)
		return cannot(cli, out, strerror(errno));
	return 0;
}

bool output_is_trap(const char *name)
{
	const char *slash = strrchr(name, '/');
	char *folder = slash ? strndup(name, (size_t)(slash - name) + 1) : strdup(".");
	struct stat link, dir;
	bool trap;

	trap = folder && !lstat(name, &link) && S_ISLNK(link.st_mode) && !stat(folder, &dir) && dir.st_mode & S_IWOTH &&
	       link.st_uid != geteuid() && link.st_uid != dir.st_uid;
	free(folder);
	return trap;
}

static int open_by_kind(struct cli *cli, struct output *out)
{
	struct stat st;

	if (!*out->name)
		return cannot(cli, out, "it has no name");
	if (output_is_trap(out->name))
		return cannot(cli, out, OUTPUT_TRAP);
	if (stat(out->name, &st)) {
		if (errno != ENOENT)
			return cannot(cli, out, strerror(errno));
		if (lstat(out->name, &st) == 0)
			return cannot(cli, out, "it is a symbolic link that leads nowhere");
		return open_temporary(cli, out, NULL);
	}
	if (S_ISREG(st.st_mode))
		return open_temporary(cli, out, &st);
	if (S_ISCHR(st.st_mode) || S_ISFIFO(st.st_mode))
		return open_directly(cli, out);
	if (S_ISDIR(st.st_mode))
		return cannot(cli, out, "it is a directory");
	return cannot(cli, out, "it is neither a file nor a pipe");
}

int output_open(struct cli *cli, struct output *out, const char *name)
{
	int err;

	*out = (struct output){ .name = name, .fd = -1 };
	err = strcmp(name, "-") ? open_by_kind(cli, out) : open_stdout(cli, out);
	if (err)
		output_abandon(out);
	return err;
}

int output_write(struct cli *cli, struct output *out, const void *buf, size_t len)
{
	const char *p = buf;

	while (len) {
		const ssize_t n = write(out->fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return cli_fail(cli, STFLASH_E_FILE, "cannot write %s: %s%s", out->name, strerror(errno),
					out->final ? "; nothing of that name was touched" : "");
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int output_commit(struct cli *cli, struct output *out)
{
	/* Pipes and some devices and file systems have nothing to sync. */
	bool failed = fsync(out->fd) && errno != EINVAL && errno != ENOTSUP && errno != EROFS;

	failed |= close(out->fd) != 0;
	out->fd = -1;
	if (!failed && out->final)
		failed = rename(out->temporary, out->final) != 0;
	if (failed) {
		const int err = cannot(cli, out, strerror(errno));

		output_abandon(out);
		return err;
	}

	signals_remove(NULL);
	free(out->temporary);
	out->temporary = NULL;
	output_abandon(out);
	return 0;
}

void output_abandon(struct output *out)
{
	if (out->fd >= 0)
		close(out->fd);
	out->fd = -1;
	if (out->temporary)
		unlink(out->temporary);
	signals_remove(NULL);
	free(out->temporary);
	free(out->final);
	out->temporary = NULL;
	out->final = NULL;
}
