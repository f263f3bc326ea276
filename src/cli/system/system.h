/* SPDX-License-Identifier: MIT */
/*
 * What the command line asks of the operating system: POSIX in posix.c and
 * posix_files.c, Windows in windows.c and windows_files.c. What returns int
 * is 0 or a descriptor, and -1 with errno set on failure, unless it says
 * otherwise.
 */
#ifndef CLI_SYSTEM_H
#define CLI_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What is to be in a folder. */
struct folder_file {
	const char *name;
	const void *data;
	size_t len;
};

/* Milliseconds of a clock that nobody sets, from an arbitrary beginning. May be called by a signal handler. */
uint64_t clock_ms(void);

/* Sleep so many milliseconds, or until a signal comes. */
void system_sleep(unsigned int ms);

/*
 * Before anything else, while there is one thread: with one of the three standard streams closed, the next file would
 * take its place, and the permissions of new files cannot be asked for without changing them for a moment. From now on
 * a reader that went away is an error of writing, and no signal.
 */
void system_start(void);

/* A lock that one thread has at a time, the same perhaps several times, and a bell for those who wait for a change. */
struct system_monitor;
struct system_monitor *system_monitor_new(void); /* NULL: out of memory */
void system_monitor_free(struct system_monitor *m);
void system_monitor_enter(struct system_monitor *m);
void system_monitor_leave(struct system_monitor *m);
/* Entered once: leave it until somebody wakes all that wait, or for no reason, and enter it again. */
void system_monitor_wait(struct system_monitor *m);
void system_monitor_wake(struct system_monitor *m);

/* A thread that does work(user). NULL with errno when there can be no more. */
struct system_thread;
struct system_thread *system_thread_start(void (*work)(void *user), void *user);
/* Wait for its end, and forget it. */
void system_thread_join(struct system_thread *thread);

/* A stream that is kept in memory, or in a file that nobody sees. */
struct system_text {
	FILE *stream;
	char *text;
	size_t len;
};

int system_text_open(struct system_text *t);
/* The end of it: text has len bytes and is the caller's to free, NULL when something could not be kept. */
void system_text_close(struct system_text *t);

/*
 * Call on_signal with SIGINT, SIGTERM or SIGHUP when one comes; it may do what
 * a signal handler may. One that the parent ignored stays ignored. A call that
 * waits, for the other end of a pipe or for input, ends with EINTR then.
 */
void system_catch_signals(void (*on_signal)(int number));

/* What shows the devices of this computer's USB to its user; and whether there is a virtual probe to try without any.
 */
#ifdef _WIN32
#define SYSTEM_USB_SHOWN_BY      "the Device Manager"
#define SYSTEM_HAS_VIRTUAL_PROBE false
#else
#define SYSTEM_USB_SHOWN_BY      "lsusb"
#define SYSTEM_HAS_VIRTUAL_PROBE true
#endif

bool system_is_terminal(FILE *stream);
/* Is STREAM, to which something could not be written, a pipe or a connection whose other end was closed? */
bool system_reader_is_gone(FILE *stream);
/* It understands the colours of ECMA-48. */
bool system_paints(FILE *stream);
/* Terminals of this user show UTF-8. */
bool system_utf8(void);
/* 0: it is none, or does not say. */
unsigned int system_columns(FILE *stream);
unsigned int system_rows(FILE *stream);

/* The length of "folder/" in "folder/name"; 0 where there is no folder in it. */
size_t system_folder_len(const char *path);

enum system_kind {
	SYSTEM_NOTHING,
	SYSTEM_FILE,
	SYSTEM_FOLDER,
	SYSTEM_PIPE,
	SYSTEM_DEVICE,
	SYSTEM_LINK, /* leads nowhere, or was not to be followed */
	SYSTEM_OTHER,
};

int system_kind(const char *path, bool follow_links, enum system_kind *kind);

/*
 * A symbolic link that somebody else put into a folder where everybody may
 * write: whoever writes through it writes to a file of the stranger's choice.
 */
bool system_is_trap(const char *path);

/* The file that PATH leads to, through symbolic links; the caller's. NULL with errno. */
char *system_real_path(const char *path);

/*
 * The descriptor that PATH is a name of, -1 when of none: /dev/stdout, /dev/fd/3 and the like, and a file that standard
 * output or standard error goes to. Opened anew or replaced, such a file would lose what the shell has written to it.
 */
int system_descriptor_of(const char *path);

/* Another descriptor of the same file, its position shared, for bytes as they are. */
int system_share(int fd);
int system_open_stream(const char *path);

/*
 * Open the file PATH for lines behind what it holds, made when it is not there, and keep all others who open it so away
 * until it is closed. *size: what it holds; *torn: that does not end with a line, as after a crash.
 */
int system_open_record(const char *path, uint64_t *size, bool *torn);

/*
 * Make the file NAME, whose XXXXXX become letters that nobody has, and open
 * it. It gets the permissions of the file OLD, which must be one that may be
 * written, and its owner where we may give files away, as root does; those of
 * any new file when OLD is NULL.
 */
int system_create(char *name, const char *old);

/* Make the file PATH, which must not be there yet (EEXIST). May be called by a signal handler, like the two below. */
int system_create_new(const char *path);

/*
 * Open PATH for reading and writing, made where it is missing, when nobody else has it open in this way: another thread
 * or process waits until it is closed, by us or by our end.
 */
int system_open_locked(const char *path);
/* That the folder of PATH has it, to the disk, where the system does not do that by itself. */
int system_sync_folder(const char *path);

/* All of it, unless stopped() says that a signal came: EINTR then. stopped may be NULL. */
int system_write(int fd, const void *buf, size_t len, int (*stopped)(void));
int system_sync(int fd);                               /* to the disk, where there is one */
int system_replace(const char *from, const char *to);  /* a file of that name is gone afterwards */
int system_name_new(const char *from, const char *to); /* EEXIST where something of that name is there */

/* Make the folder NAME, XXXXXX as above, with these files in it, on the disk; nothing is left of it on failure. */
int system_create_folder(char *name, const struct folder_file *files, size_t n);
/* Give it its name, which may be that of an empty folder; nothing is left of it on failure. */
int system_name_folder(const char *from, const char *to, const struct folder_file *files, size_t n);

#endif
