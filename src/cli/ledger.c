/* SPDX-License-Identifier: MIT */
#include "cli/ledger.h"

#include <stdlib.h>
#include <string.h>

struct ledger {
	struct ledger_file *files; /* owned */
	size_t n_files;
	char **warnings; /* owned, and each of them */
	size_t n_warnings;
};

static struct ledger *ledger_of(struct cli *cli)
{
	if (!cli->ledger)
		cli->ledger = calloc(1, sizeof(*cli->ledger));
	return cli->ledger;
}

void ledger_add_file(struct cli *cli, const char *name, const char *format, const void *data, size_t len, bool made,
		     const uint32_t *addr)
{
	struct ledger *l = ledger_of(cli);
	struct ledger_file *files = l ? realloc(l->files, (l->n_files + 1) * sizeof(*files)) : NULL;
	struct ledger_file *file;

	if (!files)
		return;
	l->files = files;
	file = &files[l->n_files];
	*file = (struct ledger_file){
		.name = strdup(name),
		.format = format,
		.bytes = len,
		.made = made,
		.placed = addr,
		.addr = addr ? *addr : 0,
	};
	if (cli->opt.json || cli->opt.record)
		sha256_text(file->sha256, data, len);
	l->n_files += file->name != NULL;
}

const struct ledger_file *ledger_get_file(const struct cli *cli, size_t n)
{
	return cli->ledger && n < cli->ledger->n_files ? &cli->ledger->files[n] : NULL;
}

void ledger_add_warning(struct cli *cli, const char *sentence)
{
	struct ledger *l = cli->opt.json ? ledger_of(cli) : NULL;
	char **warnings = l ? realloc(l->warnings, (l->n_warnings + 1) * sizeof(*warnings)) : NULL;

	if (!warnings)
		return;
	l->warnings = warnings;
	warnings[l->n_warnings] = strdup(sentence);
	l->n_warnings += warnings[l->n_warnings] != NULL;
}

char *ledger_text(const struct cli *cli)
{
	const struct ledger_file *file;
	size_t size = 1, used = 0;
	char *text;

	for (size_t i = 0; (file = ledger_get_file(cli, i)); i++)
		size += strlen(file->name) + sizeof(";  sha256:") + SHA256_TEXT_LEN;
	text = calloc(1, size);
	for (size_t i = 0; text && (file = ledger_get_file(cli, i)); i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s sha256:%s", used ? "; " : "", file->name,
					 file->sha256);
	return text;
}

void ledger_json_files(const struct cli *cli, struct json *j)
{
	const struct ledger_file *file;

	json_array(j, "files");
	for (size_t i = 0; (file = ledger_get_file(cli, i)); i++) {
		json_item(j);
		json_string(j, "name", file->name);
		json_string(j, "sha256", file->sha256);
		json_string(j, "format", file->format);
		json_uint(j, "bytes", file->bytes);
		json_bool(j, "made", file->made);
		if (file->placed)
			json_hex(j, "addr", file->addr, 8);
		json_end(j);
	}
	json_array_end(j);
}

void ledger_json(const struct cli *cli, struct json *j)
{
	const struct ledger *l = cli->ledger;

	if (l && l->n_files)
		ledger_json_files(cli, j);
	json_array(j, "warnings");
	for (size_t i = 0; l && i < l->n_warnings; i++)
		json_text(j, l->warnings[i]);
	json_array_end(j);
}

void ledger_free(struct cli *cli)
{
	struct ledger *l = cli->ledger;

	for (size_t i = 0; l && i < l->n_files; i++)
		free(l->files[i].name);
	for (size_t i = 0; l && i < l->n_warnings; i++)
		free(l->warnings[i]);
	if (l) {
		free(l->files);
		free(l->warnings);
	}
	free(l);
	cli->ledger = NULL;
}
