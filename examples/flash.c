/* SPDX-License-Identifier: MIT */
/*
 * flash FIRMWARE [PROBE]: write a firmware (ELF, Intel HEX, S-record, or a binary for the start of flash), prove
 * it, let it run. Shows a bar; Ctrl-C ends it in good order, with the flash locked.
 *
 *	cc -o flash flash.c $(pkg-config --cflags --libs stflash)
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <stflash.h>

#define BAR_CELLS 40

/* A handler gets no argument, so this one thing is global. */
static struct stflash *session;

static void on_interrupt(int number)
{
	(void)number;
	stflash_cancel(session); /* the one function that a handler may call */
}

static void draw_bar(enum stflash_phase phase, uint64_t done, uint64_t total, void *user)
{
	static const char *const names[] = { "reading", "checking", "writing", "erasing", "verifying" };
	static const char cells[] = "########################################";
	const int full = total ? (int)(done * BAR_CELLS / total) : 0;
	int *drawn = user;

	if (*drawn >= 0 && *drawn != (int)phase) /* a phase that ended keeps its line */
		fputc('\n', stderr);
	*drawn = (int)phase;
	fprintf(stderr, "\r%-9s [%-*.*s]", names[phase], BAR_CELLS, full, cells);
	fflush(stderr);
}

/* The contents of a file; NULL with errno. */
static void *load(const char *name, size_t *len)
{
	FILE *file = fopen(name, "rb");
	unsigned char *data = NULL;
	long size;

	if (!file)
		return NULL;
	if (!fseek(file, 0, SEEK_END) && (size = ftell(file)) >= 0 && !fseek(file, 0, SEEK_SET)) {
		*len = (size_t)size;
		data = malloc(*len + 1);
	}
	if (data && fread(data, 1, *len, file) != *len) {
		free(data);
		data = NULL;
	}
	fclose(file);
	return data;
}

static int flash(struct stflash *s, const struct stflash_image *image, const char *probe)
{
	struct stflash_write_report report = { .struct_size = sizeof(report) };
	int drawn = -1;
	int err, late;

	stflash_set_progress(s, draw_bar, &drawn);
	err = stflash_connect(s, probe, STFLASH_CONNECT_AUTO);
	if (!err)
		err = stflash_write(s, image, NULL, &report);
	if (drawn >= 0)
		fputc('\n', stderr);
	if (err)
		fprintf(stderr, "flash: %s\n", stflash_errmsg(s));
	else
		printf("%lu bytes in flash, %s; %u pages erased, %u left alone\n", (unsigned long)report.image_bytes,
		       report.verified ? "proven" : "not proven", report.erased, report.equal);

	late = stflash_disconnect(s);
	if (late && !err)
		fprintf(stderr, "flash: %s\n", stflash_errmsg(s));
	return err ? err : late;
}

int main(int argc, char **argv)
{
	static const uint32_t start_of_flash = 0x08000000;
	struct stflash_image *image = stflash_image_new();
	struct stflash *s = stflash_new();
	void *data = NULL;
	size_t len = 0;
	int err = STFLASH_E_ARG;

	if (argc < 2 || argc > 3)
		fprintf(stderr, "usage: flash FIRMWARE [PROBE]\n");
	else if (!s || !image)
		fprintf(stderr, "flash: out of memory\n");
	else if (!(data = load(argv[1], &len)))
		perror(argv[1]);
	else if (stflash_image_load(s, image, argv[1], data, len, STFLASH_FORMAT_AUTO,
				    stflash_image_detect(data, len) == STFLASH_FORMAT_BIN ? &start_of_flash : NULL))
		fprintf(stderr, "flash: %s\n", stflash_errmsg(s));
	else {
		session = s;
		signal(SIGINT, on_interrupt);
		err = flash(s, image, argv[2]);
		signal(SIGINT, SIG_DFL);
	}
	free(data);
	stflash_image_free(image);
	stflash_free(s);
	return err ? 1 : 0;
}
