/* SPDX-License-Identifier: MIT */
/* Clock, streams, signals and terminal of POSIX. */
#include "cli/system/posix.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

uint64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void system_sleep(unsigned int ms)
{
	const struct timespec time = { .tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000 };

	nanosleep(&time, NULL);
}

static void fill_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

void system_start(void)
{
	/* A reader that went away is an error of write(), and not our death with the target halted. */
	signal(SIGPIPE, SIG_IGN);
	fill_standard_streams();
	posix_learn_umask();
}

/* A signal that the parent had ignored (nohup) stays ignored. */
static void catch_signal(int number, void (*on_signal)(int number))
{
	struct sigaction old;
	struct sigaction action = { .sa_handler = on_signal };

	if (sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
		return;
	sigfillset(&action.sa_mask); /* one handler at a time */
	sigaction(number, &action, NULL);
}

static void (*call_with_signal)(int number);

/*
 * A signal that comes just before a call that waits does not end that call. So
 * once one has come, the clock sends another each second.
 */
static void remind(int number)
{
	(void)number;
	alarm(1);
}

static void take_signal(int number)
{
	call_with_signal(number);
	alarm(1);
}

void system_catch_signals(void (*on_signal)(int number))
{
	call_with_signal = on_signal;
	catch_signal(SIGALRM, remind);
	catch_signal(SIGINT, take_signal);
	catch_signal(SIGTERM, take_signal);
	catch_signal(SIGHUP, take_signal);
}

bool system_is_terminal(FILE *stream)
{
	return isatty(fileno(stream));
}

bool system_reader_is_gone(FILE *stream)
{
	struct pollfd end = { .fd = fileno(stream), .events = POLLOUT };

	return poll(&end, 1, 0) == 1 && end.revents & (POLLERR | POLLHUP);
}

static struct winsize posix_window(FILE *stream)
{
	struct winsize size;

	return ioctl(fileno(stream), TIOCGWINSZ, &size) ? (struct winsize){ .ws_col = 0 } : size;
}

bool system_paints(FILE *stream)
{
	const char *term = getenv("TERM");

	return system_is_terminal(stream) && term && strcmp(term, "dumb") != 0;
}

/* The first of these that is set counts (POSIX 8.2). */
bool system_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]), *dot;

		if (!value || !*value)
			continue;
		dot = strchr(value, '.');
		return dot && (!strncasecmp(dot + 1, "UTF-8", 5) || !strncasecmp(dot + 1, "UTF8", 4));
	}
	return false;
}

unsigned int system_columns(FILE *stream)
{
	return posix_window(stream).ws_col;
}

unsigned int system_rows(FILE *stream)
{
	return posix_window(stream).ws_row;
}
