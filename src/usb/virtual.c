/* SPDX-License-Identifier: MIT */
/*
 * "virtual[:CHIP[,key=value...]]": the virtual probe, a program of its own,
 * started as a child that speaks USB/IP over a socket pair. From there on it
 * is a remote probe like any other.
 */
#include "usb/backend.h"

#ifdef _WIN32

int virtual_open(struct transport **t, struct ctx *ctx, const struct selector *sel, const struct usb_ids *ids)
{
	(void)t;
	(void)ids;
	return fail(ctx, STFLASH_E_UNSUPPORTED, "'%s': there is no virtual probe on Windows; use a local probe",
		    sel->text);
}

#else

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "usb/child.h"
#include "usb/system/process.h"
#include "usb/usbip.h"

#define PROGRAM      "stflash-vprobe"

/* What the virtual probe exports, and the part when none is named: the one on the cheapest board. */
#define BUSID        "1-1"
#define DEFAULT_CHIP "stm32f103c8"

#define PROGRAM_PATH_MAX 4096

/* Is there such a program? Then path names it. */
static bool have(char path[PROGRAM_PATH_MAX], const char *dir, int dir_len)
{
	const int len = snprintf(path, PROGRAM_PATH_MAX, "%.*s/" PROGRAM, dir_len, dir);

	return len > 0 && len < PROGRAM_PATH_MAX && !access(path, X_OK);
}

/* Beside the program that runs: in the build tree, and where a package puts both in one folder. */
static bool have_beside_us(char path[PROGRAM_PATH_MAX])
{
	char self[PROGRAM_PATH_MAX / 2];
	const char *slash;

	if (!process_own_path(self, sizeof(self)))
		return false;
	slash = strrchr(self, '/');
	return slash && have(path, self, (int)(slash - self));
}

static bool have_installed(char path[PROGRAM_PATH_MAX])
{
#ifdef STFLASH_VPROBE_DIR
	return have(path, STFLASH_VPROBE_DIR, (int)strlen(STFLASH_VPROBE_DIR));
#else
	(void)path;
	return false;
#endif
}

static void virtual_find_program(char path[PROGRAM_PATH_MAX])
{
	const char *chosen = getenv("STFLASH_VPROBE");

	if (chosen && *chosen)
		snprintf(path, PROGRAM_PATH_MAX, "%s", chosen);
	else if (!have_beside_us(path) && !have_installed(path))
		snprintf(path, PROGRAM_PATH_MAX, PROGRAM); /* from PATH */
}

static bool at_work(void *user)
{
	return child_is_at_work(user);
}

/* It saves the content of the flash and the statistics when we hang up. */
static void forget(void *user)
{
	struct child *c = user;
	struct child_end end;

	child_wait(c, &end);
	if (end.killed)
		log_warn(c->ctx, "the virtual probe hung and was killed: it may not have saved its flash");
	else if (end.status)
		log_warn(c->ctx, "the virtual probe ended badly (status %d): %s", end.status,
			 end.first_line[0] ? end.first_line : "it said nothing");
	free(c);
}

/* The import failed with the text in ctx. Where the virtual probe itself says why, that is the better text. */
static int virtual_explain(struct child *c, int err)
{
	static const char prefix[] = PROGRAM ": ";
	struct child_end end;
	const char *line = end.first_line;

	child_wait(c, &end);
	if (!strncmp(line, prefix, sizeof(prefix) - 1))
		line += sizeof(prefix) - 1;
	if (end.status > 0 && *line)
		return fail(c->ctx, STFLASH_E_ARG, "the virtual probe did not start: %s", line);
	if (end.status)
		return fail(c->ctx, STFLASH_E_PROBE,
			    "the virtual probe died (status %d%s): run " PROGRAM " by hand to see why", end.status,
			    end.killed ? ", killed because it hung" : "");
	return err;
}

static int start(struct child *c, int *fd, char *spec)
{
	char path[PROGRAM_PATH_MAX], number[12], fd_option[] = "--fd", probe_option[] = "--probe";
	char *const argv[] = { path, fd_option, number, probe_option, spec, NULL };
	int error;

	virtual_find_program(path);
	snprintf(number, sizeof(number), "%d", CHILD_SOCKET);
	/* POSIX lets posix_spawn() succeed for a program that is not there, and the child end with 127. */
	error = strchr(path, '/') && access(path, X_OK) ? errno : child_start(c, fd, argv);
	if (error)
		return fail(c->ctx, STFLASH_E_NO_PROBE,
			    "the virtual probe cannot be started (%s: %s): build it with -DSTFLASH_VIRTUAL=ON, or "
			    "name the program in STFLASH_VPROBE",
			    path, strerror(error));
	log_debug(c->ctx, "started %s --fd %s --probe %s as process %ld", path, number, spec, (long)c->pid);
	return 0;
}

/* argv wants what it may write to. */
static char *copy_spec(const struct selector *sel)
{
	const char *spec = *sel->rest ? sel->rest : DEFAULT_CHIP;
	const size_t size = strlen(spec) + 1;
	char *copy = malloc(size);

	return copy ? memcpy(copy, spec, size) : NULL;
}

int virtual_open(struct transport **t, struct ctx *ctx, const struct selector *sel, const struct usb_ids *ids)
{
	struct child *c = calloc(1, sizeof(*c));
	char *spec = copy_spec(sel);
	struct usbip_peer peer = { .busid = BUSID, .path = sel->text, .at_work = at_work, .closed = forget, .user = c };
	int err;

	if (!c || !spec) {
		err = fail(ctx, STFLASH_E_NO_MEMORY, "out of memory");
		goto free_child;
	}
	c->ctx = ctx;
	c->name = "virtual probe";
	err = start(c, &peer.fd, spec);
	if (err)
		goto free_child;

	err = stream_adopt(ctx, peer.fd);
	if (err)
		stream_close(peer.fd);
	else
		err = usbip_import(t, ctx, &peer, ids);
	if (err) {
		err = virtual_explain(c, err);
		goto free_child;
	}
	free(spec);
	return 0;

free_child:
	free(spec);
	free(c);
	return err;
}

#endif
