/* SPDX-License-Identifier: MIT */
#include "usb/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "usb/system/process.h"

/* POSIX wants it declared by whoever uses it. */
extern char **environ;

/* Descriptors of ours move above those the child is to have, so that dup2() never meets itself. */
#define FIRST_SAFE_FD 10

/* Between two looks whether it is still at work. */
#define LOOK_MS 100

/* Once it has closed its words it is about to end. */
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
	/* It reads no input. In a bare root without /dev it gets a socket on which nothing comes. */
	if (access("/dev/null", R_OK))
		error = posix_spawn_file_actions_adddup2(actions, words, STDIN_FILENO);
	else
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

/* Closed on exec from the beginning where the system can: another thread may start another child at this moment. */
static int make_pair(int fds[2])
{
#ifdef SOCK_CLOEXEC
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds);
#else
	return socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
#endif
}

int child_start(struct child *c, int *fd, char *const argv[])
{
	int sock[2], words[2];
	int error;

	if (make_pair(sock))
		return errno;
	error = make_safe(sock);
	if (error)
		return error;
	error = make_pair(words) ? errno : make_safe(words);
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
	bool ended;
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

static void child_take_words(struct lines *l, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\n')
			end_line(l);
		else if (l->len < sizeof(l->line) - 1)
			l->line[l->len++] = text[i];
	}
}

/* One piece of what it says, waiting up to LOOK_MS for it to come: was there one? The pipe ends when the child does. */
static bool child_read_words(struct lines *l)
{
	struct pollfd p = { .fd = l->child->words, .events = POLLIN };
	char text[4096];
	ssize_t n;

	if (l->ended || poll(&p, 1, LOOK_MS) <= 0)
		return false;
	n = read(p.fd, text, sizeof(text));
	if (n > 0)
		child_take_words(l, text, (size_t)n);
	else
		l->ended = n == 0 || (errno != EINTR && errno != EAGAIN);
	return n > 0;
}

/* Where the system does not tell, nobody is seen at work. */
bool child_is_at_work(struct child *c)
{
	uint64_t used;
	bool waits;

	if (!process_look(c->pid, &used, &waits))
		return false;
	if (c->worked != used) {
		c->worked = used;
		return true;
	}
	return !waits;
}

/* When the child was last seen at work, and whether the user knows that this is long ago. */
struct idleness {
	uint64_t since;
	bool warned;
};

/* Has the child hung? Whoever was warned of it and cancels does not want to wait for the rest of the minute. */
static bool has_hung(struct child *c, struct idleness *idle)
{
	uint64_t passed;

	if (child_is_at_work(c)) {
		idle->since = now_ms();
		return false;
	}
	passed = now_ms() - idle->since;
	if (passed >= CHILD_IDLE_WARN_MS && !idle->warned) {
		idle->warned = true;
		log_warn(c->ctx, "the %s does not end and has done nothing for %u s: it is killed after %u s", c->name,
			 CHILD_IDLE_WARN_MS / 1000u, CHILD_IDLE_MAX_MS / 1000u);
	}
	return passed >= CHILD_IDLE_MAX_MS || (passed >= CHILD_IDLE_WARN_MS && atomic_load(&c->ctx->cancelled));
}

void child_wait(struct child *c, struct child_end *end)
{
	struct lines lines = { .child = c, .first = end->first_line };
	struct idleness idle = { .since = now_ms() };
	int status = 0;
	pid_t pid;

	memset(end, 0, sizeof(*end));
	for (;;) {
		if (!child_read_words(&lines) && lines.ended)
			sleep_ms(REAP_POLL_MS);
		pid = waitpid(c->pid, &status, WNOHANG);
		if (pid == c->pid || (pid < 0 && errno != EINTR))
			break;
		if (!end->killed && has_hung(c, &idle)) {
			kill(c->pid, SIGKILL);
			end->killed = true;
		}
	}
	while (child_read_words(&lines))
		;
	end_line(&lines);
	close(c->words);
	end->status = pid == c->pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
