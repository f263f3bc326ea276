/* SPDX-License-Identifier: MIT */
#include "cli/jobs/which.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/cli.h"

#define ALL "all"

bool which_are_all(const struct cli *cli)
{
	for (size_t i = 0; i < cli->opt.n_probes; i++)
		if (!strcmp(cli->opt.probes[i], ALL))
			return true;
	return false;
}

bool which_are_several(const struct cli *cli)
{
	return cli->opt.n_probes > 1 || which_are_all(cli);
}

static bool is_among_chosen(const struct chosen *list, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i].selector, path))
			return true;
	return false;
}

static bool add_chosen(struct chosen *list, size_t *n, const char *selector)
{
	struct chosen *c = &list[*n];

	c->selector = strdup(selector);
	if (!c->selector)
		return false;
	++*n;
	/* What identifies a probe is its path, but that of a virtual one may fill a line, and be that of another too.
	 */
	if (strlen(selector) < LABEL_MAX && !is_among_chosen(list, *n - 1, selector))
		snprintf(c->label, LABEL_MAX, "%s", selector);
	else
		snprintf(c->label, LABEL_MAX, "probe %zu", *n);
	return true;
}

/* The path of the one that a serial number or its beginning names; the selector itself where it is none, or several. */
static const char *path_of(const struct stflash_probes *probes, const char *selector)
{
	const struct stflash_probe_info *probe;
	const char *path = selector;
	size_t fits = 0;

	for (size_t i = 0; !strchr(selector, ':') && (probe = stflash_get_probe(probes, i)); i++) {
		if (strncasecmp(probe->serial, selector, strlen(selector)) != 0)
			continue;
		path = probe->path;
		fits++;
		if (strlen(probe->serial) == strlen(selector))
			return path;
	}
	return fits == 1 ? path : selector;
}

/* Each virtual probe is one of its own, but two of them cannot keep their flash in one file. */
static bool may_be_named_twice(const char *selector)
{
	return !strncmp(selector, "virtual", strlen("virtual")) && !strstr(selector, ",flash=");
}

static int take_named(struct cli *cli, const struct stflash_probes *probes, struct chosen *list, size_t *n)
{
	for (size_t i = 0; i < cli->opt.n_probes; i++) {
		const char *const path = path_of(probes, cli->opt.probes[i]);

		if (is_among_chosen(list, *n, path) && !may_be_named_twice(path))
			return cli_usage(cli, "--probe names %s twice", path);
		if (!add_chosen(list, n, path))
			return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	}
	return 0;
}

static int take_all(struct cli *cli, const struct stflash_probes *probes, struct chosen *list, size_t *n)
{
	const struct stflash_probe_info *probe;

	if (cli->opt.n_probes > 1)
		return cli_usage(cli, "--probe all is for all probes of this computer: name no other one with it");
	for (size_t i = 0; (probe = stflash_get_probe(probes, i)); i++)
		if (!add_chosen(list, n, probe->path))
			return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	if (*n || cli->opt.loop)
		return 0;
	return cli_fail(cli, STFLASH_E_NO_PROBE,
			"no ST-LINK is on this computer's USB: plug one in, try another cable or port, and look "
			"what `stflash list` says");
}

static size_t count_probes(const struct stflash_probes *probes)
{
	size_t n = 0;

	while (stflash_get_probe(probes, n))
		n++;
	return n;
}

int which_find(struct cli *cli, struct chosen **list, size_t *n)
{
	struct stflash *const session = stflash_new();
	struct stflash_probes *probes = NULL;
	int err;

	*list = NULL;
	*n = 0;
	if (!session)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	hints_give_words(session);
	err = stflash_list_probes(session, &probes);
	if (err)
		cli_fail(cli, err, "%s", stflash_errmsg(session));
	if (!err) {
		*list = calloc(count_probes(probes) + cli->opt.n_probes + 1, sizeof(**list));
		if (!*list)
			err = cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
		else if (which_are_all(cli))
			err = take_all(cli, probes, *list, n);
		else if (!cli->opt.n_probes)
			*n = 1; /* the only one, without a label */
		else
			err = take_named(cli, probes, *list, n);
	}
	stflash_free_probes(probes);
	stflash_free(session);
	return err;
}

void which_free(struct chosen *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i].selector);
	free(list);
}
