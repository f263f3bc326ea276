/* SPDX-License-Identifier: MIT */
/*
 * soak [CYCLES]: random images on random parts, written, verified and read
 * back, ten cycles a session, all in one process. Nothing may fail, and after
 * the first sessions neither memory nor descriptors may grow.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stflash.h"

#define FLASH_BASE         0x08000000u
#define CYCLES_PER_SESSION 10u
#define WARM_UP_SESSIONS   20u
#define LONGEST_IMAGE      6000u
#define MAX_GROWTH_KIB     512
#define ARRAY_SIZE(a)      (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *selector;
	uint32_t kib;
} parts[] = {
	{ "virtual:stm32f103c6", 32 },  { "virtual:stm32f103c8", 64 },  { "virtual:stm32f103cb", 128 },
	{ "virtual:stm32f103rc", 256 }, { "virtual:stm32f100rb", 128 }, { "virtual:stm32f105rb,probe=v2-1", 128 },
};

struct resources {
	long rss_kib;
	unsigned int descriptors;
};

static uint64_t rng = 0x853c49e6748fea9bull;

static uint32_t rnd(uint32_t below)
{
	rng ^= rng >> 12;
	rng ^= rng << 25;
	rng ^= rng >> 27;
	return (uint32_t)((rng * 0x2545f4914f6cdd1dull) >> 32) % below;
}

static struct resources measure(void)
{
	FILE *statm = fopen("/proc/self/statm", "r");
	DIR *fds = opendir("/proc/self/fd");
	struct resources r = { -1, 0 };
	long total, resident;

	if (statm && fscanf(statm, "%ld %ld", &total, &resident) == 2)
		r.rss_kib = resident * (sysconf(_SC_PAGESIZE) / 1024);
	if (statm)
		fclose(statm);
	while (fds && readdir(fds))
		r.descriptors++;
	if (fds)
		closedir(fds);
	return r;
}

static int cycle(struct stflash *s, uint32_t flash_size)
{
	static uint8_t bytes[LONGEST_IMAGE], back[LONGEST_IMAGE];
	const uint32_t len = 1 + rnd(LONGEST_IMAGE);
	const uint32_t addr = FLASH_BASE + rnd(flash_size - len + 1);
	struct stflash_image *image = stflash_image_new();
	int err;

	for (uint32_t i = 0; i < len; i++)
		bytes[i] = rnd(4) ? (uint8_t)rnd(256) : 0xff;
	err = stflash_image_load(s, image, "soak", bytes, len, STFLASH_FORMAT_BIN, &addr);
	if (!err)
		err = stflash_write(s, image, NULL, NULL);
	if (!err)
		err = stflash_verify(s, image, NULL, NULL);
	if (!err)
		err = stflash_dump(s, addr, back, len, NULL, NULL);
	stflash_image_free(image);
	if (!err && memcmp(bytes, back, len)) {
		fprintf(stderr, "soak: %u bytes at 0x%08x read back wrong\n", (unsigned int)len, (unsigned int)addr);
		return STFLASH_E_MISMATCH;
	}
	return err;
}

static int session(unsigned int cycles)
{
	const uint32_t which = rnd(ARRAY_SIZE(parts));
	struct stflash *s = stflash_new();
	int err;

	if (!s)
		return STFLASH_E_NO_MEMORY;
	err = stflash_connect(s, parts[which].selector, STFLASH_CONNECT_AUTO);
	for (unsigned int i = 0; !err && i < cycles; i++)
		err = cycle(s, parts[which].kib * 1024);
	if (!err)
		err = stflash_disconnect(s);
	if (err)
		fprintf(stderr, "soak: %s: %s\n", parts[which].selector, stflash_errmsg(s));
	stflash_free(s);
	return err;
}

static bool has_grown(struct resources from, struct resources to)
{
	return to.rss_kib - from.rss_kib > MAX_GROWTH_KIB || to.descriptors != from.descriptors;
}

int main(int argc, char **argv)
{
	const unsigned int cycles = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 10) : 500;
	const time_t start = time(NULL);
	struct resources before = measure(), now;
	unsigned int done = 0, sessions = 0;

	while (done < cycles) {
		const unsigned int n = cycles - done < CYCLES_PER_SESSION ? cycles - done : CYCLES_PER_SESSION;

		if (session(n)) {
			printf("not ok soak: failed in session %u after %u cycles\n", sessions + 1, done);
			return 1;
		}
		done += n;
		if (++sessions == WARM_UP_SESSIONS)
			before = measure();
		if (sessions % 100 == 0)
			fprintf(stderr, "soak: %u cycles in %u sessions\n", done, sessions);
	}
	now = measure();
	printf("# %u cycles in %u sessions, %ld s; resident %ld -> %ld KiB, descriptors %u -> %u\n", done, sessions,
	       (long)(time(NULL) - start), before.rss_kib, now.rss_kib, before.descriptors, now.descriptors);
	if (sessions > WARM_UP_SESSIONS && has_grown(before, now)) {
		printf("not ok soak: memory or descriptors grew\n");
		return 1;
	}
	printf("ok soak\n");
	return 0;
}
