/* SPDX-License-Identifier: MIT */
/*
 * production FIRMWARE [PROBE...]: write a firmware to every board that is plugged in, or to those named, all at the
 * same time, and print a line for each: PASS or FAIL, the probe, the chip's unique id, and what happened. The lines go
 * to the end of production.txt too, on the disk before they are shown. Then change the boards and press Enter for the
 * next round; end of file ends the shift. The exit status is 1 when a board failed.
 *
 *	cc -pthread -o production production.c $(pkg-config --cflags --libs stflash)
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef _WIN32
#include <io.h>
#define fsync _commit
#else
#include <unistd.h>
#endif

#include <stflash.h>

#define FLASH_START 0x08000000u
#define PROBES_MAX  64u

struct shift {
	struct stflash_image *image; /* for all boards: nobody changes it any more */
	FILE *record;
	pthread_mutex_t lock; /* of all that follows, and of the record */
	unsigned int passed, failed;
};

struct station {
	struct shift *shift;
	const char *probe;
	pthread_t thread;
};

/* Keep a line, and then show it: what was shown is never lost. */
static void note(struct shift *shift, int failed, const char *probe, const char *uid, const char *words)
{
	pthread_mutex_lock(&shift->lock);
	fprintf(shift->record, "%s\t%s\t%s\t%s\n", failed ? "FAIL" : "PASS", probe, uid, words);
	if (fflush(shift->record) || fsync(fileno(shift->record)))
		failed = fprintf(stderr, "production: the record cannot be written\n") > 0;
	*(failed ? &shift->failed : &shift->passed) += 1;
	printf("%s\t%s\t%s\t%s\n", failed ? "FAIL" : "PASS", probe, uid, words);
	fflush(stdout);
	pthread_mutex_unlock(&shift->lock);
}

/* One board, from connecting to the line of the record: a session, and so a thread, of its own. */
static void *flash_one(void *arg)
{
	struct station *station = arg;
	struct stflash_target_info chip = { .struct_size = sizeof(chip) };
	struct stflash_write_report report = { .struct_size = sizeof(report) };
	struct stflash *s = stflash_new();
	char words[512], uid[27] = "-";
	int err = s ? stflash_connect(s, station->probe, STFLASH_CONNECT_AUTO) : STFLASH_E_NO_MEMORY;

	if (!err)
		err = stflash_get_target_info(s, &chip);
	if (!err) /* as `stflash info` prints it; all 0 is that of a chip that hides it */
		snprintf(uid, sizeof(uid), "%08lx-%08lx-%08lx", (unsigned long)chip.uid[0], (unsigned long)chip.uid[1],
			 (unsigned long)chip.uid[2]);
	if (!err)
		err = stflash_write(s, station->shift->image, NULL, &report);
	if (!err)
		snprintf(words, sizeof(words), "%lu bytes proven in %s", (unsigned long)report.image_bytes, chip.name);
	else
		snprintf(words, sizeof(words), "%s", s ? stflash_errmsg(s) : stflash_strerror(err));
	if (s && stflash_disconnect(s) && !err)
		err = snprintf(words, sizeof(words), "%s", stflash_errmsg(s));
	note(station->shift, err != 0, station->probe, uid, words);
	stflash_free(s);
	return NULL;
}

static void flash_all(struct shift *shift, const char *const *probes, size_t n)
{
	struct station stations[PROBES_MAX];

	for (size_t i = 0; i < n; i++) {
		stations[i] = (struct station){ .shift = shift, .probe = probes[i] };
		if (pthread_create(&stations[i].thread, NULL, flash_one, &stations[i]))
			exit(fprintf(stderr, "production: no more threads\n") > 0);
	}
	for (size_t i = 0; i < n; i++)
		pthread_join(stations[i].thread, NULL);
	fprintf(stderr, "%u passed, %u failed. Change the boards and press Enter.\n", shift->passed, shift->failed);
}

/* The path names one probe even where clones share a serial number. */
static void flash_what_is_plugged_in(struct stflash *s, struct shift *shift)
{
	const char *paths[PROBES_MAX];
	struct stflash_probes *probes;
	size_t n = 0;

	if (stflash_list_probes(s, &probes))
		fprintf(stderr, "production: %s\n", stflash_errmsg(s));
	for (; n < PROBES_MAX && stflash_get_probe(probes, n); n++)
		paths[n] = stflash_get_probe(probes, n)->path;
	flash_all(shift, paths, n);
	stflash_free_probes(probes);
}

static int load(struct stflash *s, struct stflash_image *image, const char *name)
{
	static const uint32_t start = FLASH_START;
	static unsigned char data[4u << 20]; /* no chip holds more; ELF files have some more than the chip */
	FILE *file = fopen(name, "rb");
	const size_t len = file ? fread(data, 1, sizeof(data), file) : 0;
	const int whole = len && !ferror(file) && feof(file);

	if (file)
		fclose(file);
	if (!whole)
		return fprintf(stderr, "production: %s cannot be read, is empty, or is too large\n", name);
	if (stflash_image_load(s, image, name, data, len, STFLASH_FORMAT_AUTO,
			       stflash_image_detect(data, len) == STFLASH_FORMAT_BIN ? &start : NULL))
		return fprintf(stderr, "production: %s\n", stflash_errmsg(s));
	return 0;
}

int main(int argc, char **argv)
{
	struct shift shift = { .image = stflash_image_new(), .lock = PTHREAD_MUTEX_INITIALIZER };
	struct stflash *s = stflash_new();
	char line[64];

	if (argc < 2 || argc - 2 > (int)PROBES_MAX) {
		fprintf(stderr, "usage: production FIRMWARE [PROBE...]\n");
		return 2;
	}
	shift.record = fopen("production.txt", "a");
	if (!s || !shift.image || !shift.record || load(s, shift.image, argv[1]))
		return 2;
	do
		if (argc > 2)
			flash_all(&shift, (const char *const *)argv + 2, (size_t)argc - 2);
		else
			flash_what_is_plugged_in(s, &shift);
	while (fgets(line, sizeof(line), stdin));
	stflash_image_free(shift.image);
	stflash_free(s);
	return fclose(shift.record) || shift.failed ? 1 : 0;
}
