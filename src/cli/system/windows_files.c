/* SPDX-License-Identifier: MIT */
/* Files and folders of Windows. Permissions are those that the folder hands down. */
#include "cli/system/system.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <windows.h>

#define NAME_TRIES 100u

/* The last error of Windows as an errno, for the sentence. */
static int failed(void)
{
	switch (GetLastError()) {
	case ERROR_FILE_NOT_FOUND:
	case ERROR_PATH_NOT_FOUND:
	case ERROR_BAD_NETPATH:
		errno = ENOENT;
		break;
	case ERROR_ACCESS_DENIED:
	case ERROR_SHARING_VIOLATION:
	case ERROR_WRITE_PROTECT:
		errno = EACCES;
		break;
	case ERROR_ALREADY_EXISTS:
	case ERROR_FILE_EXISTS:
		errno = EEXIST;
		break;
	case ERROR_DISK_FULL:
		errno = ENOSPC;
		break;
	case ERROR_INVALID_NAME:
		errno = EINVAL;
		break;
	default:
		errno = EIO;
	}
	return -1;
}

size_t system_folder_len(const char *path)
{
	size_t len = strlen(path);

	while (len && !strchr("/\\:", path[len - 1]))
		len--;
	return len;
}

/* What stands behind a name that is no folder: a file, or CON, NUL, a pipe. */
static int kind_of_open(const char *path, enum system_kind *kind)
{
	HANDLE h = CreateFileA(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0,
			       NULL);

	if (h == INVALID_HANDLE_VALUE)
		return failed();
	switch (GetFileType(h)) {
	case FILE_TYPE_DISK:
		*kind = SYSTEM_FILE;
		break;
	case FILE_TYPE_CHAR:
		*kind = SYSTEM_DEVICE;
		break;
	case FILE_TYPE_PIPE:
		*kind = SYSTEM_PIPE;
		break;
	default:
		*kind = SYSTEM_OTHER;
	}
	CloseHandle(h);
	return 0;
}

int system_kind(const char *path, bool follow_links, enum system_kind *kind)
{
	const DWORD attributes = GetFileAttributesA(path);

	*kind = SYSTEM_NOTHING;
	if (attributes == INVALID_FILE_ATTRIBUTES) {
		failed();
		return errno == ENOENT ? 0 : -1;
	}
	if (!follow_links && attributes & FILE_ATTRIBUTE_REPARSE_POINT)
		*kind = SYSTEM_LINK;
	else if (attributes & FILE_ATTRIBUTE_DIRECTORY)
		*kind = SYSTEM_FOLDER;
	else
		return kind_of_open(path, kind);
	return 0;
}

/* Who may not administer Windows makes no symbolic links there. */
bool system_is_trap(const char *path)
{
	(void)path;
	return false;
}

char *system_real_path(const char *path)
{
	return _fullpath(NULL, path, 0);
}

/* There are no names of descriptors, and a file that standard output goes to cannot be replaced while it is open. */
int system_descriptor_of(const char *path)
{
	(void)path;
	return -1;
}

int system_share(int fd)
{
	const int other = dup(fd);

	if (other >= 0)
		_setmode(other, O_BINARY);
	return other;
}

int system_open_stream(const char *path)
{
	return open(path, O_WRONLY | O_BINARY | O_NOINHERIT);
}

/* The next letters for the XXXXXX at the end of a name. */
static void fill_in(char *name)
{
	static atomic_uint count;
	const unsigned int n = (unsigned int)GetCurrentProcessId() * 7919u + (unsigned int)GetTickCount64() + count++;

	snprintf(name + strlen(name) - 6, 7, "%06x", n & 0xffffffu);
}

int system_create(char *name, const char *old)
{
	int fd = -1;

	if (old && access(old, 2)) /* may it be written? */
		return -1;
	for (unsigned int i = 0; fd < 0 && i < NAME_TRIES; i++) {
		fill_in(name);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_BINARY | O_NOINHERIT, S_IREAD | S_IWRITE);
		if (fd < 0 && errno != EEXIST)
			return -1;
	}
	return fd;
}

int system_create_new(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_BINARY | O_NOINHERIT, S_IREAD | S_IWRITE);
}

/* A byte far behind any contents stands for the whole file: what is locked on Windows cannot be read by anybody. */
static int windows_open_locked(const char *path, int flags)
{
	const int fd = open(path, O_RDWR | O_CREAT | O_BINARY | O_NOINHERIT | flags, S_IREAD | S_IWRITE);
	OVERLAPPED behind = { .OffsetHigh = 0x7fffffff };

	if (fd < 0)
		return -1;
	if (GetFileType((HANDLE)_get_osfhandle(fd)) == FILE_TYPE_DISK &&
	    !LockFileEx((HANDLE)_get_osfhandle(fd), LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &behind)) {
		failed();
		close(fd);
		return -1;
	}
	return fd;
}

int system_open_record(const char *path, uint64_t *size, bool *torn)
{
	const int fd = windows_open_locked(path, O_APPEND);
	char last = '\n';
	long long end;

	if (fd < 0)
		return -1;
	end = _lseeki64(fd, 0, SEEK_END);
	*size = end > 0 ? (uint64_t)end : 0;
	if (end > 0 && _lseeki64(fd, -1, SEEK_END) >= 0 && read(fd, &last, 1) == 1)
		_lseeki64(fd, 0, SEEK_END);
	*torn = last != '\n';
	return fd;
}

int system_open_locked(const char *path)
{
	return windows_open_locked(path, 0);
}

/* NTFS keeps its folders in a journal, and has no way to sync one. */
int system_sync_folder(const char *path)
{
	(void)path;
	return 0;
}

int system_write(int fd, const void *buf, size_t len, int (*stopped)(void))
{
	const char *p = buf;

	while (len) {
		int n;

		if (stopped && stopped()) {
			errno = EINTR;
			return -1;
		}
		n = write(fd, p, len < INT_MAX ? (unsigned int)len : INT_MAX);
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Pipes and devices have nothing to sync. */
int system_sync(int fd)
{
	return GetFileType((HANDLE)_get_osfhandle(fd)) == FILE_TYPE_DISK ? _commit(fd) : 0;
}

int system_replace(const char *from, const char *to)
{
	return MoveFileExA(from, to, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) ? 0 : failed();
}

int system_name_new(const char *from, const char *to)
{
	return MoveFileExA(from, to, MOVEFILE_WRITE_THROUGH) ? 0 : failed();
}

static char *path_in(const char *folder, const char *name)
{
	const size_t size = strlen(folder) + strlen(name) + sizeof("/");
	char *path = malloc(size);

	if (path)
		snprintf(path, size, "%s/%s", folder, name);
	return path;
}

static int windows_put_file(const char *folder, const struct folder_file *file)
{
	char *path = path_in(folder, file->name);
	int fd = -1;
	bool bad;

	if (path)
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_BINARY | O_NOINHERIT, S_IREAD | S_IWRITE);
	free(path);
	if (fd < 0)
		return -1;
	bad = system_write(fd, file->data, file->len, NULL) || system_sync(fd);
	bad |= close(fd) != 0;
	return bad ? -1 : 0;
}

static void windows_discard(const char *folder, const struct folder_file *files, size_t n)
{
	const int why = errno;

	for (size_t i = 0; i < n; i++) {
		char *path = path_in(folder, files[i].name);

		if (path)
			DeleteFileA(path);
		free(path);
	}
	RemoveDirectoryA(folder);
	errno = why;
}

static int windows_make_folder(char *name)
{
	for (unsigned int i = 0; i < NAME_TRIES; i++) {
		fill_in(name);
		if (CreateDirectoryA(name, NULL))
			return 0;
		failed();
		if (errno != EEXIST)
			break;
	}
	return -1;
}

int system_create_folder(char *name, const struct folder_file *files, size_t n)
{
	int err;

	err = windows_make_folder(name);
	if (err)
		return err;
	for (size_t i = 0; !err && i < n; i++)
		err = windows_put_file(name, &files[i]);
	if (err)
		windows_discard(name, files, n);
	return err;
}

/* MoveFileEx() replaces no folder, not even an empty one. */
int system_name_folder(const char *from, const char *to, const struct folder_file *files, size_t n)
{
	RemoveDirectoryA(to);
	if (MoveFileExA(from, to, MOVEFILE_WRITE_THROUGH))
		return 0;
	failed();
	windows_discard(from, files, n);
	return -1;
}
