/* SPDX-License-Identifier: MIT */
#include "cli/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/signals.h"
#include "cli/system/system.h"

static int files_cannot(struct cli *cli, const struct output *out, const char *why)
{
	return cli_fail(cli, STFLASH_E_FILE, "cannot write %s: %s", out->name, why);
}

static int already_there(struct cli *cli, struct output *out)
{
	out->taken = true;
	return files_cannot(
		cli, out,
		"it exists already, and may be the only copy of what it holds; nothing was changed: name another "
		"file");
}

/* By Ctrl-C or a like signal, which the system knows no other way to tell. */
static int interrupted(struct cli *cli, const struct output *out)
{
	return cli_fail(cli, STFLASH_E_CANCELLED, "cancelled while %s was waited for: nobody reads from it", out->name);
}

static int opened(struct cli *cli, struct output *out, int fd)
{
	out->fd = fd;
	if (fd >= 0)
		return 0;
	return errno == EINTR ? interrupted(cli, out) : files_cannot(cli, out, strerror(errno));
}

/* Of ours, that the shell has opened. */
static int open_shared(struct cli *cli, struct output *out, int fd)
{
	if (out->kind == OUTPUT_KEEPS)
		return files_cannot(cli, out, "what is to be kept must go to a file; nothing was changed");
	if ((fd == fileno(stdout) && system_is_terminal(stdout)) ||
	    (fd == fileno(stderr) && system_is_terminal(stderr)))
		return files_cannot(cli, out, "it is a terminal; name a file, or send it into a pipe");
	return opened(cli, out, system_share(fd));
}

char *temporary_name(const char *path)
{
	char *bare = strdup(path), *name = malloc(strlen(path) + sizeof(".") + sizeof(".XXXXXX"));
	size_t len = strlen(path), folder_len;

	if (name && bare) {
		while (len > 1 && system_folder_len(bare) == len)
			bare[--len] = '\0';
		folder_len = system_folder_len(bare);
		sprintf(name, "%.*s.%s.XXXXXX", (int)folder_len, bare, bare + folder_len);
	} else {
		free(name);
		name = NULL;
	}
	free(bare);
	return name;
}

/* replaces: there is a regular file of that name */
static int open_temporary(struct cli *cli, struct output *out, bool replaces)
{
	/* Where a symbolic link leads to is replaced, not the link. */
	out->replaces = replaces;
	out->final = replaces ? system_real_path(out->name) : strdup(out->name);
	if (out->final)
		out->temporary = temporary_name(out->final);
	if (!out->temporary)
		return files_cannot(cli, out, strerror(errno));

	out->fd = system_create(out->temporary, replaces ? out->final : NULL);
	if (out->fd < 0) {
		free(out->temporary);
		out->temporary = NULL;
		return files_cannot(cli, out, strerror(errno));
	}
	signals_remove(&cli->signals, out->temporary);
	return 0;
}

static int open_by_kind(struct cli *cli, struct output *out)
{
	const int shared = system_descriptor_of(out->name);
	enum system_kind kind;

	if (!*out->name)
		return files_cannot(cli, out, "it has no name");
	if (system_is_trap(out->name))
		return files_cannot(cli, out, OUTPUT_TRAP);
	if (shared >= 0)
		return open_shared(cli, out, shared);
	if (system_kind(out->name, true, &kind))
		return files_cannot(cli, out, strerror(errno));
	switch (kind) {
	case SYSTEM_FILE:
		if (out->kind == OUTPUT_KEEPS)
			return already_there(cli, out);
		return open_temporary(cli, out, true);
	case SYSTEM_NOTHING:
		return open_temporary(cli, out, false);
	case SYSTEM_PIPE:
		if (out->kind == OUTPUT_KEEPS)
			return files_cannot(
				cli, out,
				"it is a pipe, and what is to be kept must go to a file; nothing was changed");
		return opened(cli, out, system_open_stream(out->name));
	case SYSTEM_DEVICE:
		return opened(cli, out, system_open_stream(out->name));
	case SYSTEM_FOLDER:
		return files_cannot(cli, out, "it is a directory");
	case SYSTEM_LINK:
		return files_cannot(cli, out, "it is a symbolic link that leads nowhere");
	case SYSTEM_OTHER:
		break;
	}
	return files_cannot(cli, out, "it is neither a file nor a pipe");
}

int output_open(struct cli *cli, struct output *out, const char *name, enum output_kind kind)
{
	int err;

	*out = (struct output){ .name = name, .kind = kind, .fd = -1, .watch = &cli->signals };
	if (!strcmp(name, "-")) {
		out->name = "standard output";
		err = open_shared(cli, out, fileno(stdout));
	} else {
		err = open_by_kind(cli, out);
	}
	if (err)
		output_abandon(out);
	return err;
}

bool output_is_stdout(const char *name)
{
	return !strcmp(name, "-") || system_descriptor_of(name) == fileno(stdout);
}

int output_write(struct cli *cli, struct output *out, const void *buf, size_t len)
{
	/* A file takes all of it; nobody may be there to read from a pipe. */
	if (system_write(out->fd, buf, len, out->final ? NULL : signals_caught))
		return errno == EINTR
			       ? interrupted(cli, out)
			       : cli_fail(cli, STFLASH_E_FILE, "cannot write %s: %s%s", out->name, strerror(errno),
					  out->final ? "; nothing of that name was changed" : "");
	return 0;
}

/* A file of that name may have appeared meanwhile. */
static int name_it(const struct output *out)
{
	if (out->kind == OUTPUT_KEEPS)
		return system_name_new(out->temporary, out->final);
	return system_replace(out->temporary, out->final);
}

int output_commit(struct cli *cli, struct output *out)
{
	bool failed = system_sync(out->fd) != 0;

	failed |= close(out->fd) != 0;
	out->fd = -1;
	if (!failed && out->final)
		failed = name_it(out) != 0;
	if (failed) {
		const int err = out->kind == OUTPUT_KEEPS && errno == EEXIST ? already_there(cli, out)
									     : files_cannot(cli, out, strerror(errno));

		output_abandon(out);
		return err;
	}

	signals_remove(out->watch, NULL);
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
	if (out->watch)
		signals_remove(out->watch, NULL);
	free(out->temporary);
	free(out->final);
	out->temporary = NULL;
	out->final = NULL;
}
