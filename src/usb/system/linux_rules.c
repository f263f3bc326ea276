/* SPDX-License-Identifier: MIT */
#include "usb/system/linux_rules.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE   2048 /* udev's own limit is longer; what is cut has no more to say */
#define FILES_MAX   1024
#define RULE_SUFFIX ".rules"
#define N_FOLDERS   (sizeof(((struct kernel_files *)NULL)->rules) / sizeof(const char *))

/* KEY{attribute}OP"value" of a rule: the parts in the text of its line. */
struct token {
	char key[40]; /* with the attribute */
	char op[3];
	char value[128];
};

/* A line while it is read: does it concern the probe, and what does it set? */
struct rule_line {
	bool names_it, excluded;
	struct rule_value mode, group;
};

static bool is_rules_file(const char *name)
{
	const size_t len = strlen(name), suffix = strlen(RULE_SUFFIX);

	return len > suffix && !strcmp(name + len - suffix, RULE_SUFFIX);
}

/* The next token of a line; NULL: there is none. Whatever udev would not understand ends the line here, too. */
static const char *next_token(const char *at, struct token *t)
{
	size_t n;

	at += strspn(at, " \t,");
	n = strcspn(at, "=!+-:\" \t");
	if (!n || n >= sizeof(t->key))
		return NULL;
	memcpy(t->key, at, n);
	t->key[n] = '\0';
	at += n;
	at += strspn(at, " \t");
	n = strspn(at, "=!+-:");
	if (!n || n >= sizeof(t->op))
		return NULL;
	memcpy(t->op, at, n);
	t->op[n] = '\0';
	at += n;
	at += strspn(at, " \tei"); /* e"..." knows escapes, i"..." ignores case */
	if (*at++ != '"')
		return NULL;
	n = strcspn(at, "\"");
	if (!at[n] || n >= sizeof(t->value))
		return NULL;
	memcpy(t->value, at, n);
	t->value[n] = '\0';
	return at + n + 1;
}

/* One of the patterns between '|', as udev compares. */
static bool one_matches(const char *patterns, const char *text)
{
	char pattern[sizeof(((struct token *)NULL)->value)];

	for (;; patterns++) {
		const size_t n = strcspn(patterns, "|");

		memcpy(pattern, patterns, n);
		pattern[n] = '\0';
		if (!fnmatch(pattern, text, 0))
			return true;
		patterns += n;
		if (!*patterns)
			return false;
	}
}

/* What is the probe's, as far as it is known here; NULL: of anything else a rule is believed to match. */
static const char *property(const char *key, const char *name, const char *pid)
{
	const struct {
		const char *key, *value;
	} known[] = {
		{ "ATTR{idVendor}", ID_OF_ST },
		{ "ATTRS{idVendor}", ID_OF_ST },
		{ "ENV{ID_VENDOR_ID}", ID_OF_ST },
		{ "ATTR{idProduct}", pid },
		{ "ATTRS{idProduct}", pid },
		{ "ENV{ID_MODEL_ID}", pid },
		{ "SUBSYSTEM", "usb" },
		{ "SUBSYSTEMS", "usb" },
		{ "KERNEL", name },
		{ "ENV{DEVTYPE}", "usb_device" },
		{ "ACTION", "add" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(key, known[i].key))
			return known[i].value;
	return NULL;
}

static void assign(struct rule_value *v, const struct token *t)
{
	if (v->final || (strcmp(t->op, "=") && strcmp(t->op, ":=")))
		return;
	snprintf(v->text, sizeof(v->text), "%.31s", t->value);
	v->final = t->op[0] == ':';
}

static void take_token(struct rule_line *l, const struct token *t, const char *name, const char *pid)
{
	const char *has = property(t->key, name, pid);

	if (!strcmp(t->key, "MODE"))
		assign(&l->mode, t);
	else if (!strcmp(t->key, "GROUP"))
		assign(&l->group, t);
	else if (has && (!strcmp(t->op, "==") || !strcmp(t->op, "!="))) {
		l->excluded |= one_matches(t->value, has) == (t->op[0] == '!');
		l->names_it |= t->op[0] == '=' && (has == pid || !strcmp(has, ID_OF_ST));
	}
}

/* What a line has set stands, unless an earlier one was final. */
static void settle(struct rule_value *v, const struct rule_value *new, const char *file)
{
	if (v->final || !new->text[0])
		return;
	*v = *new;
	snprintf(v->file, sizeof(v->file), "%s", file);
}

/* Did the line name the probe? */
static bool take_rule(struct rules *r, const char *line, const char *file, const char *name, const char *pid)
{
	struct rule_line l = { .names_it = false };
	struct token t;

	while ((line = next_token(line, &t)) != NULL)
		take_token(&l, &t, name, pid);
	if (!l.names_it || l.excluded)
		return false;
	settle(&r->mode, &l.mode, file);
	settle(&r->group, &l.group, file);
	return true;
}

/* A line that ends in a '\' goes on in the next one. */
static bool read_rule(FILE *f, char line[LINE_SIZE])
{
	size_t len = 0;

	while (fgets(line + len, (int)(LINE_SIZE - len), f)) {
		len += strcspn(line + len, "\n");
		line[len] = '\0';
		if (!len || line[len - 1] != '\\' || len + 2 > LINE_SIZE)
			return true;
		line[--len] = '\0';
	}
	return len > 0;
}

/* Does the file name the probe? */
static bool take_file(struct rules *r, const char *file, const char *name, const char *pid)
{
	char line[LINE_SIZE];
	bool named = false;
	FILE *f = fopen(file, "r");

	if (!f)
		return false;
	while (read_rule(f, line)) {
		const char *text = line + strspn(line, " \t");

		if (*text != '#' && take_rule(r, text, file, name, pid))
			named = true;
	}
	fclose(f);
	return named;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of all files, sorted: udev reads them in this order, whatever folder they are in. */
static size_t collect_names(const struct kernel_files *k, char *names[FILES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < N_FOLDERS; i++) {
		DIR *dir = k->rules[i] ? opendir(k->rules[i]) : NULL;
		const struct dirent *e;

		while (dir && n < FILES_MAX && (e = readdir(dir)) != NULL)
			if (is_rules_file(e->d_name) && (names[n] = strdup(e->d_name)) != NULL)
				n++;
		if (dir)
			closedir(dir);
	}
	qsort(names, n, sizeof(names[0]), by_name);
	return n;
}

/* Of files of one name udev reads that in the first folder alone. */
static bool find_file(const struct kernel_files *k, const char *name, char file[RULE_PATH_MAX])
{
	for (size_t i = 0; i < N_FOLDERS; i++)
		if (k->rules[i] && snprintf(file, RULE_PATH_MAX, "%s/%s", k->rules[i], name) < RULE_PATH_MAX &&
		    !access(file, F_OK))
			return true;
	return false;
}

void rules_read(const struct kernel_files *k, const char *name, const char *pid, struct rules *r)
{
	char *names[FILES_MAX], file[RULE_PATH_MAX];
	const size_t n = collect_names(k, names);

	memset(r, 0, sizeof(*r));
	for (size_t i = 0; i < n; i++) {
		const bool is_ours = !strcmp(names[i], OUR_RULE);
		bool named;

		if ((i && !strcmp(names[i], names[i - 1])) || !find_file(k, names[i], file))
			continue;
		named = take_file(r, file, name, pid);
		if (named && !r->first[0])
			snprintf(r->first, sizeof(r->first), "%s", file);
		if (is_ours) {
			snprintf(r->ours, sizeof(r->ours), "%s", file);
			r->ours_names_it = named;
		}
	}
	for (size_t i = 0; i < n; i++)
		free(names[i]);
}

const struct rule_value *rules_winner(const struct rules *r, const char **key)
{
	if (!r->ours_names_it)
		return NULL;
	if (r->mode.text[0] && strcmp(r->mode.file, r->ours) && strtoul(r->mode.text, NULL, 8) != 0660) {
		*key = "MODE";
		return &r->mode;
	}
	/* Our own line of the group comes last in our file and names no product: see there. */
	if (r->group.text[0] && strcmp(r->group.text, "plugdev") &&
	    (r->group.final || strcmp(strrchr(r->group.file, '/') + 1, OUR_RULE) > 0)) {
		*key = "GROUP";
		return &r->group;
	}
	return NULL;
}
