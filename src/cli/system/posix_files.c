/* SPDX-License-Identifier: MIT */
/* Files and folders of POSIX. */
#define _XOPEN_SOURCE 700 /* realpath(), mkdtemp() */
#include "cli/system/posix.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

size_t system_folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

static enum system_kind kind_of(mode_t mode)
{
	if (S_ISREG(mode))
		return SYSTEM_FILE;
	if (S_ISDIR(mode))
		return SYSTEM_FOLDER;
	if (S_ISFIFO(mode))
		return SYSTEM_PIPE;
	if (S_ISCHR(mode))
		return SYSTEM_DEVICE;
	return S_ISLNK(mode) ? SYSTEM_LINK : SYSTEM_OTHER;
}

int system_kind(const char *path, bool follow_links, enum system_kind *kind)
{
	struct stat st;

	*kind = SYSTEM_NOTHING;
	if (follow_links && stat(path, &st) == 0)
		*kind = kind_of(st.st_mode);
	else if (follow_links && errno != ENOENT)
		return -1;
	else if (lstat(path, &st) == 0)
		*kind = kind_of(st.st_mode);
	else if (errno != ENOENT)
		return -1;
	return 0;
}

bool system_is_trap(const char *path)
{
	const size_t len = system_folder_len(path);
	char *folder = len ? strndup(path, len) : strdup(".");
	struct stat link, dir;
	bool trap;

	trap = folder && !lstat(path, &link) && S_ISLNK(link.st_mode) && !stat(folder, &dir) && dir.st_mode & S_IWOTH &&
	       link.st_uid != geteuid() && link.st_uid != dir.st_uid;
	free(folder);
	return trap;
}

char *system_real_path(const char *path)
{
	return realpath(path, NULL);
}

/* N of "/dev/fd/N" and its other names, whether it is open or not; -1 */
static int descriptor_named(const char *path)
{
	static const struct {
		const char *name;
		int fd;
	} names[] = { { "/dev/stdin", 0 }, { "/dev/stdout", 1 }, { "/dev/stderr", 2 } };
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/" };
	char own[32];
	int fd = -1;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(path, names[i].name))
			return names[i].fd;
	snprintf(own, sizeof(own), "/proc/%ld/fd/", (long)getpid());
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (!strncmp(path, folders[i], strlen(folders[i])))
			sscanf(path + strlen(folders[i]), "%9d", &fd);
	if (!strncmp(path, own, strlen(own)))
		sscanf(path + strlen(own), "%9d", &fd);
	return fd;
}

static bool is_written_to(int fd)
{
	const int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

int system_descriptor_of(const char *path)
{
	struct stat file, open;
	int fd = descriptor_named(path);

	if (fd >= 0)
		return is_written_to(fd) ? fd : -1;
	if (stat(path, &file) || !S_ISREG(file.st_mode))
		return -1;
	for (fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (!fstat(fd, &open) && open.st_dev == file.st_dev && open.st_ino == file.st_ino && is_written_to(fd))
			return fd;
	return -1;
}

int system_share(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

int system_open_stream(const char *path)
{
	return open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
}

/* To ask for it is to change it, which the files of other threads would notice. */
static mode_t mask_of_new;

void posix_learn_umask(void)
{
	mask_of_new = umask(0);
	umask(mask_of_new);
}

static mode_t mode_of_new(mode_t all)
{
	return all & ~mask_of_new;
}

/*
 * The owner and the group that the old file has, so that sudo does not take it away from its user. Who may not do so
 * becomes the owner of the new file: as much as replacing a file allows.
 */
static bool give_to_owner(int fd, const struct stat *old)
{
	return !fchown(fd, old->st_uid, old->st_gid) || !fchown(fd, (uid_t)-1, old->st_gid);
}

int system_create(char *name, const char *old)
{
	struct stat st;
	int fd;

	if (old && (access(old, W_OK) || stat(old, &st)))
		return -1;
	fd = mkstemp(name);
	if (fd < 0)
		return -1;
	if (old)
		(void)give_to_owner(fd, &st);
	if (fchmod(fd, old ? st.st_mode & 0777 : mode_of_new(0666))) {
		const int why = errno;

		close(fd);
		unlink(name);
		errno = why;
		return -1;
	}
	return fd;
}

int system_create_new(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

static bool ends_with_a_line(int fd, off_t size)
{
	char last = '\n';

	return !size || (pread(fd, &last, 1, size - 1) == 1 && last == '\n');
}

/* The lock is the open file's: it ends with it, however we end. What is no file is not locked. */
static int posix_open_locked(const char *path, int flags, struct stat *st)
{
	const int fd = open(path, O_RDWR | O_CREAT | O_NOCTTY | O_CLOEXEC | flags, 0666);
	int failed;

	if (fd < 0)
		return -1;
	failed = fstat(fd, st);
	while (!failed && S_ISREG(st->st_mode) && flock(fd, LOCK_EX))
		failed = errno != EINTR;
	if (!failed)
		failed = fstat(fd, st);
	if (failed) {
		const int why = errno;

		close(fd);
		errno = why;
		return -1;
	}
	return fd;
}

int system_open_record(const char *path, uint64_t *size, bool *torn)
{
	struct stat st;
	const int fd = posix_open_locked(path, O_APPEND, &st);

	if (fd < 0)
		return -1;
	*size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	*torn = S_ISREG(st.st_mode) && !ends_with_a_line(fd, st.st_size);
	return fd;
}

int system_open_locked(const char *path)
{
	struct stat st;

	return posix_open_locked(path, 0, &st);
}

int system_sync_folder(const char *path)
{
	char *folder = system_folder_len(path) ? strdup(path) : strdup(".");
	int fd, failed;

	if (!folder)
		return -1;
	if (system_folder_len(path))
		folder[system_folder_len(path)] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (fd < 0)
		return -1;
	failed = system_sync(fd);
	close(fd);
	return failed;
}

int system_write(int fd, const void *buf, size_t len, int (*stopped)(void))
{
	const char *p = buf;

	while (len) {
		ssize_t n;

		if (stopped && stopped()) {
			errno = EINTR;
			return -1;
		}
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Pipes and some devices and file systems have nothing to sync. */
int system_sync(int fd)
{
	return fsync(fd) && errno != EINVAL && errno != ENOTSUP && errno != EROFS ? -1 : 0;
}

int system_replace(const char *from, const char *to)
{
	return rename(from, to);
}

/* The name is ours once an empty file of ours has it: for file systems without hard links, such as FAT. */
static int name_by_placeholder(const char *from, const char *to)
{
	const int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	close(fd);
	if (!rename(from, to))
		return 0;

	const int why = errno;

	unlink(to);
	errno = why;
	return -1;
}

/* rename() would replace what has appeared of that name since it was looked for; link() does not. */
int system_name_new(const char *from, const char *to)
{
	if (!link(from, to)) {
		unlink(from);
		return 0;
	}
	return errno == EEXIST ? -1 : name_by_placeholder(from, to);
}

static int posix_put_file(int dir, const struct folder_file *file)
{
	const int fd = openat(dir, file->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	bool failed;

	if (fd < 0)
		return -1;
	failed = system_write(fd, file->data, file->len, NULL) || system_sync(fd);
	failed |= close(fd) != 0;
	return failed ? -1 : 0;
}

/* Everything in place and on the disk, with the permissions that mkdir() would have given. */
static int posix_fill(const char *folder, const struct folder_file *files, size_t n)
{
	const int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = 0;

	if (dir < 0)
		return -1;
	for (size_t i = 0; !err && i < n; i++)
		err = posix_put_file(dir, &files[i]);
	if (!err)
		err = fchmod(dir, mode_of_new(0777));
	if (!err)
		err = system_sync(dir);
	close(dir);
	return err;
}

static void posix_discard(const char *folder, const struct folder_file *files, size_t n)
{
	const int why = errno;
	const int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (size_t i = 0; dir >= 0 && i < n; i++)
		unlinkat(dir, files[i].name, 0);
	if (dir >= 0)
		close(dir);
	rmdir(folder);
	errno = why;
}

int system_create_folder(char *name, const struct folder_file *files, size_t n)
{
	if (!mkdtemp(name))
		return -1;
	if (!posix_fill(name, files, n))
		return 0;
	posix_discard(name, files, n);
	return -1;
}

int system_name_folder(const char *from, const char *to, const struct folder_file *files, size_t n)
{
	if (!rename(from, to))
		return 0;
	posix_discard(from, files, n);
	return -1;
}
