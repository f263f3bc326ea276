/* SPDX-License-Identifier: MIT */
#include "trial.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* An F4 that stays busy is given up after 51 s of an idle machine, and on one that has much else to do later. */
#define DEADLINE_S 600
#define PATH_LEN   256
#define MAX_WORDS  16

static const char *const names[N_KEPT] = {
	"flash",           "flash.options",  "dump.bin",  "folder/flash.bin", "folder/options.txt",
	"folder/info.txt", "folder/otp.bin", "report.txt"
};

static void path_of(char path[PATH_LEN], const struct bench *b, const char *name)
{
	if (snprintf(path, PATH_LEN, "%s/%s", b->dir, name) >= PATH_LEN)
		abort();
}

bool save_file(const struct bench *b, const char *name, const void *data, size_t len)
{
	char path[PATH_LEN];
	FILE *f;
	bool ok;

	path_of(path, b, name);
	f = fopen(path, "wb");
	ok = f && fwrite(data, 1, len, f) == len;
	return f && !fclose(f) && ok;
}

static struct content load(const struct bench *b, const char *name)
{
	struct content c = { NULL, 0 };
	char path[PATH_LEN];
	FILE *f;
	long len;

	path_of(path, b, name);
	f = fopen(path, "rb");
	if (!f)
		return c;
	if (fseek(f, 0, SEEK_END) || (len = ftell(f)) < 0 || fseek(f, 0, SEEK_SET))
		abort();
	c.data = malloc((size_t)len + 1);
	if (!c.data)
		abort();
	c.len = fread(c.data, 1, (size_t)len, f);
	c.data[c.len] = '\0';
	fclose(f);
	return c;
}

void state_free(struct state *s)
{
	for (int i = 0; i < N_KEPT; i++)
		free(s->file[i].data);
	*s = (struct state){ 0 };
}

void state_take(struct state *s, const struct bench *b)
{
	state_free(s);
	for (int i = 0; i < N_KEPT; i++)
		s->file[i] = load(b, names[i]);
}

void state_put(const struct state *s, const struct bench *b)
{
	for (int i = 0; i < N_KEPT; i++) {
		char path[PATH_LEN];

		path_of(path, b, names[i]);
		if (!s->file[i].data)
			remove(path);
		else if (!save_file(b, names[i], s->file[i].data, s->file[i].len))
			abort();
	}
}

bool state_same(const struct state *s, const struct bench *b, enum kept file)
{
	struct content now = load(b, names[file]);
	const struct content *then = &s->file[file];
	const bool same = (now.data != NULL) == (then->data != NULL) && now.len == then->len &&
			  (!now.len || !memcmp(now.data, then->data, now.len));

	free(now.data);
	return same;
}

bool state_absent(const struct bench *b, enum kept file)
{
	struct content now = load(b, names[file]);
	const bool absent = !now.data;

	free(now.data);
	return absent;
}

static void remove_file(const struct bench *b, const char *name)
{
	char path[PATH_LEN];

	path_of(path, b, name);
	remove(path);
}

void remove_made(const struct bench *b)
{
	for (int i = DUMP; i < N_KEPT; i++)
		if (!b->before.file[i].data)
			remove_file(b, names[i]);
	remove_file(b, "folder"); /* stays while something is in it */
	remove_file(b, "old.txt");
}

/* The program beside this one, in the bench's folder, its words in files. Does not return. */
static void become_stflash(const struct bench *b, const char *selector, const char *const *argv)
{
	const char *words[MAX_WORDS] = { "stflash", "--no-progress", "-p", selector };
	char program[PATH_LEN];
	const ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	int n = 4;
	char *slash;

	if (len <= 0)
		_exit(126);
	program[len] = '\0';
	slash = strrchr(program, '/');
	if (!slash || (size_t)(slash - program) + sizeof("/stflash") > sizeof(program))
		_exit(126);
	memcpy(slash, "/stflash", sizeof("/stflash"));
	while (*argv && n < MAX_WORDS - 1)
		words[n++] = *argv++;
	words[n] = NULL;
	if (chdir(b->dir) || !freopen("said", "w", stderr) || !freopen("/dev/null", "w", stdout))
		_exit(126);
	alarm(DEADLINE_S);
	execv(program, (char *const *)(uintptr_t)words);
	_exit(126);
}

static void load_text(char *text, size_t size, const struct bench *b, const char *name)
{
	struct content c = load(b, name);

	snprintf(text, size, "%s", c.data ? (const char *)c.data : "");
	free(c.data);
}

void trial_run(struct trial *t, const struct bench *b, const char *target, const char *fault, const char *const *argv)
{
	char selector[PATH_LEN], path[PATH_LEN];
	int status;
	pid_t pid;

	path_of(path, b, "stats");
	remove(path);
	snprintf(selector, sizeof(selector), "virtual:%s,flash=flash,stats=stats%s%s", target, *fault ? ",fault=" : "",
		 fault);
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		abort();
	if (pid == 0)
		become_stflash(b, selector, argv);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	t->status = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
	load_text(t->said, sizeof(t->said), b, "said");
	load_text(t->stats, sizeof(t->stats), b, "stats");
}

uint32_t trial_figure(const struct trial *t, const char *name)
{
	char key[64];
	const char *at;

	snprintf(key, sizeof(key), "\"%s\": ", name);
	at = strstr(t->stats, key);
	return at ? (uint32_t)strtoul(at + strlen(key), NULL, 10) : 0;
}

bool trial_has(const struct trial *t, const char *text)
{
	return strstr(t->stats, text) != NULL;
}
