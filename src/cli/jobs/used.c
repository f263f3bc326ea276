/* SPDX-License-Identifier: MIT */
#include "cli/jobs/used.h"

#include <stdlib.h>
#include <string.h>

#include "cli/sha256.h"

struct used_file {
	struct used_file *next;
	size_t len;
	char sha256[SHA256_TEXT_LEN];
	char name[];
};

void used_note(struct cli *cli, const char *name, const void *data, size_t len)
{
	struct used_file *file = NULL, **end = &cli->used;

	if (cli->opt.record)
		file = calloc(1, sizeof(*file) + strlen(name) + 1);
	if (!file)
		return;
	file->len = len;
	sha256_text(file->sha256, data, len);
	memcpy(file->name, name, strlen(name) + 1);
	while (*end)
		end = &(*end)->next;
	*end = file;
}

void used_forget(struct cli *cli)
{
	while (cli->used) {
		struct used_file *const next = cli->used->next;

		free(cli->used);
		cli->used = next;
	}
}

char *used_text(const struct cli *cli)
{
	size_t size = 1, used = 0;
	char *text;

	for (const struct used_file *f = cli->used; f; f = f->next)
		size += strlen(f->name) +
			strlen("; "
			       " sha256:") +
			SHA256_TEXT_LEN;
	text = calloc(1, size);
	for (const struct used_file *f = cli->used; text && f; f = f->next)
		used += (size_t)snprintf(text + used, size - used, "%s%s sha256:%s", used ? "; " : "", f->name,
					 f->sha256);
	return text;
}

void used_json(const struct cli *cli, struct json *j)
{
	json_array(j, "files");
	for (const struct used_file *f = cli->used; f; f = f->next) {
		json_item(j);
		json_string(j, "name", f->name);
		json_string(j, "sha256", f->sha256);
		json_uint(j, "bytes", f->len);
		json_end(j);
	}
	json_array_end(j);
}
