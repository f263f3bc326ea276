/* SPDX-License-Identifier: MIT */
#include "usb/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

/* POSIX wants it declared by whoever uses it. */
extern char **environ;

/* Descriptors of ours move above those the child is to have, so that dup2() never meets itself. */
#define FIRST_SAFE_FD 10

#define REAP_POLL_MS 2u

/* Move both to safe numbers, closed on exec; on failure both are closed. */
static int make_safe(int fds[2])
{
	int error = 0;

	for (int i = 0; i < 2; i++) {
		const int safe = fcntl(fds[i], F_DUPFD_CLOEXEC, FIRST_SAFE_FD);

		if (safe < 0)
			error = errno;
		close(fds[i]);
		fds[i] = safe;
	}
	if (error)
		for (int i = 0; i < 2; i++)
			if (fds[i] >= 0)
				close(fds[i]);
	return error;
}

static int make_actions(posix_spawn_file_actions_t *actions, int sock, int words)
{
	int error;

	error = posix_spawn_file_actions_init(actions);
	if (error)
		return error;
	error = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (!error)
		error = posix_spawn_file_actions_adddup2(actions, words, STDOUT_FILENO);
	if (!error)
		error = posix_spawn_file_actions_adddup2(actions, words, STDERR_FILENO);
	if (!error)
		error = posix_spawn_file_actions_adddup2(actions, sock, CHILD_SOCKET);
	if (error)
		posix_spawn_file_actions_destroy(actions);
	return error;
}

/* A group of its own, and none of the signal settings of the program we are part of. */
static int make_attributes(posix_spawnattr_t *attr)
{
	static const int usual[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM };
	sigset_t none, defaults;
	int error;

	sigemptyset(&none);
	sigemptyset(&defaults);
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		sigaddset(&defaults, usual[i]);

	error = posix_spawnattr_init(attr);
	if (error)
		return error;
	error = posix_spawnattr_setpgroup(attr, 0);
	if (!error)
		error = posix_spawnattr_setsigmask(attr, &none);
	if (!error)
		error = posix_spawnattr_setsigdefault(attr, &defaults);
	if (!error)
		error = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
							       POSIX_SPAWN_SETSIGDEF);
	if (error)
		posix_spawnattr_destroy(attr);
	return error;
}

static int spawn(pid_t *pid, int sock, int words, char *const argv[])
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int error;

	error = make_actions(&actions, sock, words);
	if (error)
		return error;
	error = make_attributes(&attr);
	if (!error) {
		error = posix_spawnp(pid, argv[0], &actions, &attr, argv, environ);
		posix_spawnattr_destroy(&attr);
	}
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

int child_start(struct child *c, int *fd, char *const argv[])
{
	int sock[2], words[2];
	int error;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sock))
		return errno;
	error = make_safe(sock);
	if (error)
		return error;
	error = pipe(words) ? errno : make_safe(words);
	if (error)
		goto close_sockets;

	/* Nobody reads its words while it works: better they are lost than that it waits for us. */
	(void)fcntl(words[0], F_SETFL, O_NONBLOCK);
	(void)fcntl(words[1], F_SETFL, O_NONBLOCK);

	error = spawn(&c->pid, sock[1], words[1], argv);
	close(words[1]);
	if (error)
		goto close_words;
	close(sock[1]);
	c->words = words[0];
	*fd = sock[0];
	return 0;

close_words:
	close(words[0]);
close_sockets:
	close(sock[0]);
	close(sock[1]);
	return error;
}

/* Lines are put together here as they come; longer ones are cut. */
struct lines {
	struct child *child;
	char *first; /* of child_end.first_line's size */
	char line[256];
	size_t len;
};

static void end_line(struct lines *l)
{
	if (!l->len)
		return;
	l->line[l->len] = '\0';
	if (!l->first[0])
		memcpy(l->first, l->line, l->len + 1);
	log_info(l->child->ctx, "%s: %s", l->child->name, l->line);
	l->len = 0;
}

static void take_words(struct lines *l, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\n')
			end_line(l);
		else if (l->len < sizeof(l->line) - 1)
			l->line[l->len++] = text[i];
	}
}

/* Until the pipe ends, which it does when the child has, or the deadline comes. */
static void read_words(struct child *c, uint64_t deadline, char *first)
{
	struct lines lines = { .child = c, .first = first };
	struct pollfd p = { .fd = c->words, .events = POLLIN };
	char text[512];
	uint64_t now;

	for (now = now_ms(); now < deadline; now = now_ms()) {
		const int ready = poll(&p, 1, (int)(deadline - now));
		const ssize_t n = ready > 0 ? read(c->words, text, sizeof(text)) : -1;

		if (n > 0)
			take_words(&lines, text, (size_t)n);
		else if (n == 0 || (errno != EINTR && errno != EAGAIN && ready))
			break;
	}
	end_line(&lines);
	close(c->words);
}

void child_wait(struct child *c, unsigned int timeout_ms, struct child_end *end)
{
	const uint64_t deadline = now_ms() + timeout_ms;
	int status = 0;
	pid_t pid;

	memset(end, 0, sizeof(*end));
	read_words(c, deadline, end->first_line);
	for (;;) {
		pid = waitpid(c->pid, &status, end->killed ? 0 : WNOHANG);
		if (pid == c->pid || (pid < 0 && errno != EINTR))
			break;
		if (now_ms() < deadline) {
			sleep_ms(REAP_POLL_MS);
		} else if (!end->killed) {
			kill(c->pid, SIGKILL);
			end->killed = true;
		}
	}
	end->status = pid == c->pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
