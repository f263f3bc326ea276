/* SPDX-License-Identifier: MIT */
#include "cli/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/files.h"

static int folder_cannot(struct cli *cli, const char *path, const char *why)
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
	enum system_kind kind;

	if (!*path)
		return folder_cannot(cli, path, "it has no name");
	if (system_kind(path, false, &kind))
		return folder_cannot(cli, path, strerror(errno));
	if (kind != SYSTEM_NOTHING && (kind != SYSTEM_FOLDER || !is_empty(path)))
		return folder_cannot(cli, path,
				     "something of that name is there already; nothing was changed: name another one");
	return 0;
}

char *folder_parent(const char *path)
{
	char *parent = strdup(path);
	size_t len = strlen(path);

	if (!parent)
		return NULL;
	while (len > 1 && system_folder_len(parent) == len)
		parent[--len] = '\0';
	parent[system_folder_len(parent)] = '\0';
	return parent;
}

void folder_list(const char *path, void (*entry)(const char *name, void *user), void *user)
{
	DIR *dir = opendir(path);
	const struct dirent *e;

	if (!dir)
		return;
	while ((e = readdir(dir)))
		entry(e->d_name, user);
	closedir(dir);
}

int folder_create(struct cli *cli, const char *path, const struct folder_file *files, size_t n)
{
	char *temporary = temporary_name(path);
	int err = 0;

	if (!temporary || system_create_folder(temporary, files, n) || system_name_folder(temporary, path, files, n))
		err = folder_cannot(cli, path, strerror(errno));
	free(temporary);
	return err;
}
