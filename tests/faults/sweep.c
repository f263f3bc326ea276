/* SPDX-License-Identifier: MIT */
/*
 * One fault in one run: for every job, every kind of fault, at points spread
 * over the run (or at all of them), the run must end in time, with the flash
 * and the files right or with an error, never with a success that is not
 * byte-exact; and a second, clean run must succeed.
 *
 * sweep [--all] [--points N] [--seed N] [--job NAME] [--fault NAME]
 *
 * Each run is a process of its own, so that a crash or a hang is a result too.
 * The verdict is read off the virtual probe's flash file and the dump, not
 * through the library. Prints a table; a lie, a hang, a crash, or a second run
 * that fails is a "not ok" line.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stflash.h"

#define FLASH_BASE    0x08000000u
#define DEADLINE_S    60
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct bench {
	char dir[64];
	char flash[96], stats[96], dump[96];
	uint8_t *old, *image, *after; /* size, image_len, size bytes */
	uint32_t size, image_len;
};

struct job {
	const char *name;
	const char *target; /* CHIP and the kind of probe */
	uint32_t kib;
	uint32_t image_len; /* of write and verify; of the range to be read or erased */
	int (*run)(struct stflash *s, const struct bench *b);
	void (*expect)(const struct bench *b, uint8_t *flash); /* from the old contents to the new */
};

enum outcome { RIGHT, TOLD, LIED, HUNG, CRASHED, BROKEN, N_OUTCOMES };

static const char *const outcome_names[] = { "right", "told", "LIED", "HUNG", "CRASHED", "2nd run failed" };

static const struct fault_kind {
	const char *name;
	const char *place; /* "" USB transfers, "swd:", "flash:" */
} faults[] = {
	{ "unplug", "" },          { "stall", "" },       { "timeout", "" },        { "short", "" },
	{ "stale", "" },           { "garbage", "" },     { "wait", "" },           { "longwait", "" },
	{ "apfault", "" },         { "dperror", "" },     { "parity", "" },         { "unknown", "" },
	{ "reset", "" },           { "apfault", "swd:" }, { "dperror", "swd:" },    { "flip", "swd:" },
	{ "lostword", "" },        { "lostwrite", "" },   { "powercut", "flash:" }, { "targetreset", "flash:" },
	{ "stuckbusy", "flash:" },
};

static uint64_t rng;

static uint32_t rnd(uint32_t below)
{
	rng ^= rng >> 12;
	rng ^= rng << 25;
	rng ^= rng >> 27;
	return (uint32_t)((rng * 0x2545f4914f6cdd1dull) >> 32) % below;
}

static bool save(const char *name, const uint8_t *data, size_t len)
{
	FILE *f = fopen(name, "wb");
	const bool ok = f && fwrite(data, 1, len, f) == len;

	return f && !fclose(f) && ok;
}

static size_t load(const char *name, void *data, size_t len)
{
	FILE *f = fopen(name, "rb");
	const size_t n = f ? fread(data, 1, len, f) : 0;

	if (f)
		fclose(f);
	return n;
}

/* ------------------------------------------------------------------ the jobs */

static int do_read(struct stflash *s, const struct bench *b)
{
	uint8_t *buf = malloc(b->image_len);
	int err = stflash_dump(s, FLASH_BASE, buf, b->image_len, NULL);

	if (!err && !save(b->dump, buf, b->image_len))
		err = STFLASH_E_FILE;
	free(buf);
	return err;
}

static struct stflash_image *make_image(struct stflash *s, const struct bench *b)
{
	const uint32_t base = FLASH_BASE;
	struct stflash_image *image = stflash_image_new();

	if (stflash_image_load(s, image, "image", b->image, b->image_len, STFLASH_FORMAT_BIN, &base))
		abort();
	return image;
}

static int do_write(struct stflash *s, const struct bench *b)
{
	struct stflash_image *image = make_image(s, b);
	const int err = stflash_write(s, image, NULL, NULL);

	stflash_image_free(image);
	return err;
}

/* Flash holds the image: "equal" is the truth, whatever goes wrong on the way. */
static int do_verify(struct stflash *s, const struct bench *b)
{
	struct stflash_image *image = make_image(s, b);
	const int err = stflash_verify(s, image, NULL);

	stflash_image_free(image);
	return err;
}

/* Flash holds something else in one bit: "equal" would be a lie. */
static int do_verify_other(struct stflash *s, const struct bench *b)
{
	const int err = do_verify(s, b);

	return err == STFLASH_E_MISMATCH ? 0 : err ? err : 1;
}

static int do_erase(struct stflash *s, const struct bench *b)
{
	return stflash_erase(s, FLASH_BASE, b->image_len, NULL, NULL);
}

static void nothing_changes(const struct bench *b, uint8_t *flash)
{
	(void)b;
	(void)flash;
}

static void image_is_there(const struct bench *b, uint8_t *flash)
{
	memcpy(flash, b->image, b->image_len);
}

static void range_is_blank(const struct bench *b, uint8_t *flash)
{
	memset(flash, 0xff, b->image_len);
}

static const struct job jobs[] = {
	{ "read", "stm32f103c8", 64, 20000, do_read, nothing_changes },
	{ "write", "stm32f103c8", 64, 5001, do_write, image_is_there },
	{ "verify", "stm32f103c8", 64, 9000, do_verify, nothing_changes },
	{ "verify-other", "stm32f103c8", 64, 9000, do_verify_other, nothing_changes },
	{ "erase", "stm32f103c8", 64, 4096, do_erase, range_is_blank },
	{ "read-f4", "stm32f407vg", 1024, 40000, do_read, nothing_changes },
	{ "write-f4", "stm32f407vg", 1024, 30003, do_write, image_is_there },
	{ "erase-f4", "stm32f407vg", 1024, 16384, do_erase, range_is_blank },
	{ "read-v2-1", "stm32f103c8,probe=v2-1", 64, 20000, do_read, nothing_changes },
	{ "write-v2-1", "stm32f103c8,probe=v2-1", 64, 5001, do_write, image_is_there },
	{ "read-v3", "stm32f407vg,probe=v3", 1024, 40000, do_read, nothing_changes },
	{ "write-v3", "stm32f103c8,probe=v3", 64, 5001, do_write, image_is_there },
};

/* ------------------------------------------------------------------- one run */

/* In a process of its own: exit status 0, or 100 minus the error. */
static int run_in_process(const struct job *job, const struct bench *b, const char *fault)
{
	struct stflash *s = stflash_new();
	char selector[512];
	int err, late;

	alarm(DEADLINE_S);
	snprintf(selector, sizeof(selector), "virtual:%s,flash=%s,stats=%s%s%s", job->target, b->flash, b->stats,
		 *fault ? ",fault=" : "", fault);
	err = stflash_connect(s, selector, STFLASH_CONNECT_AUTO);
	if (!err)
		err = job->run(s, b);
	late = stflash_disconnect(s);
	stflash_free(s);
	if (!err)
		err = late;
	return err > 0 ? 99 : err ? 100 - err : 0;
}

/* The wait status of a run. */
static int run(const struct job *job, const struct bench *b, const char *fault)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		abort();
	if (pid == 0)
		_exit(run_in_process(job, b, fault));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* Is everything as a success promises? */
static bool is_right(const struct job *job, struct bench *b)
{
	if (load(b->flash, b->after, b->size) != b->size)
		return false;
	if (job->run == do_read) {
		uint8_t *dump = malloc(b->size);
		const bool same = load(b->dump, dump, b->size) == b->image_len && !memcmp(dump, b->old, b->image_len);

		free(dump);
		return same;
	}
	job->expect(b, b->old);
	return !memcmp(b->after, b->old, b->size);
}

/* The old contents, again the same for every run of a job. */
static void make_old(const struct job *job, struct bench *b)
{
	const uint64_t keep = rng;

	rng = 0x1234567890abcdefull;
	for (uint32_t i = 0; i < b->size; i++)
		b->old[i] = i < b->image_len * 2 ? (uint8_t)rnd(256) : 0xff;
	if (job->run == do_verify || job->run == do_verify_other)
		memcpy(b->old, b->image, b->image_len);
	if (job->run == do_verify_other)
		b->old[b->image_len / 2] ^= 1;
	rng = keep;
}

static enum outcome try_fault(const struct job *job, struct bench *b, const char *fault)
{
	int status;

	make_old(job, b);
	remove(b->dump);
	if (!save(b->flash, b->old, b->size))
		abort();
	status = run(job, b, fault);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGALRM ? HUNG : CRASHED;
	if (WEXITSTATUS(status) == 0)
		return is_right(job, b) ? RIGHT : LIED;
	if (WEXITSTATUS(status) == 99)
		return LIED; /* "equal" though it is not */

	/* Told: then a clean run must do it, from whatever state the flash is in now. */
	if (job->run == do_verify || job->run == do_verify_other || job->run == do_read) {
		make_old(job, b);
		if (load(b->flash, b->after, b->size) != b->size || memcmp(b->after, b->old, b->size))
			return BROKEN; /* looking must not change anything */
	}
	status = run(job, b, "");
	make_old(job, b);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 && is_right(job, b) ? TOLD : BROKEN;
}

/* A figure of the statistics of the last run. */
static uint32_t figure(const struct bench *b, const char *name)
{
	static char text[8192];
	const size_t n = load(b->stats, text, sizeof(text) - 1);
	char key[64];
	const char *at;

	text[n] = '\0';
	snprintf(key, sizeof(key), "\"%s\": ", name);
	at = strstr(text, key);
	return at ? (uint32_t)strtoul(at + strlen(key), NULL, 10) : 0;
}

/* ----------------------------------------------------------------- the sweep */

struct plan {
	bool all;
	unsigned int points;
	const char *job, *fault;
};

static unsigned int sum[ARRAY_SIZE(faults)][N_OUTCOMES];

/* How many places there are for a fault in a clean run of the job. */
static uint32_t places(const struct bench *b, const struct fault_kind *f)
{
	if (!strcmp(f->place, "swd:"))
		return figure(b, "swd_transfers");
	if (!strcmp(f->place, "flash:"))
		return figure(b, "flash_operations");
	return figure(b, "usb_transfers");
}

static unsigned int sweep_fault(const struct job *job, struct bench *b, size_t which, uint32_t n,
				const struct plan *plan)
{
	const struct fault_kind *f = &faults[which];
	const uint32_t points = plan->all || n < plan->points ? n : plan->points;
	unsigned int bad = 0;

	for (uint32_t i = 0; i < points; i++) {
		const uint32_t at = points == n ? i + 1 : 1 + (uint32_t)((uint64_t)n * i / points) + rnd(n / points);
		enum outcome outcome;
		char fault[64];

		snprintf(fault, sizeof(fault), "%s@%s%u", f->name, f->place, at);
		outcome = try_fault(job, b, fault);
		sum[which][outcome]++;
		if (outcome == RIGHT || outcome == TOLD) {
			printf("ok %s/%s\n", job->name, fault);
			continue;
		}
		printf("not ok %s/%s: %s\n", job->name, fault, outcome_names[outcome]);
		bad++;
	}
	return bad;
}

static unsigned int sweep_job(const struct job *job, struct bench *b, const struct plan *plan)
{
	uint32_t n[ARRAY_SIZE(faults)];
	unsigned int bad = 0;

	b->size = job->kib * 1024;
	b->image_len = job->image_len;
	b->old = malloc(b->size);
	b->after = malloc(b->size);
	b->image = malloc(b->image_len);
	for (uint32_t i = 0; i < b->image_len; i++)
		b->image[i] = (uint8_t)rnd(256);
	if (try_fault(job, b, "") != RIGHT) {
		printf("not ok %s: it fails without any fault\n", job->name);
		bad = 1;
	}
	for (size_t f = 0; f < ARRAY_SIZE(faults); f++)
		n[f] = places(b, &faults[f]);
	for (size_t f = 0; !bad && f < ARRAY_SIZE(faults); f++)
		if (!plan->fault || !strcmp(plan->fault, faults[f].name))
			bad += sweep_fault(job, b, f, n[f], plan);
	free(b->old);
	free(b->after);
	free(b->image);
	remove(b->flash);
	remove(b->stats);
	remove(b->dump);
	return bad;
}

static unsigned int print_table(void)
{
	unsigned int total = 0;

	printf("# %-20s", "fault");
	for (int o = 0; o < N_OUTCOMES; o++)
		printf(" %14s", outcome_names[o]);
	printf("\n");
	for (size_t f = 0; f < ARRAY_SIZE(faults); f++) {
		printf("# %-5s %-14s", faults[f].place, faults[f].name);
		for (int o = 0; o < N_OUTCOMES; o++) {
			printf(" %14u", sum[f][o]);
			total += sum[f][o];
		}
		printf("\n");
	}
	return total;
}

static bool parse(struct plan *plan, uint64_t *seed, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (!strcmp(argv[i], "--all")) {
			plan->all = true;
			continue;
		}
		if (!value)
			return false;
		if (!strcmp(argv[i], "--points"))
			plan->points = (unsigned int)strtoul(value, NULL, 10);
		else if (!strcmp(argv[i], "--seed"))
			*seed = strtoull(value, NULL, 10);
		else if (!strcmp(argv[i], "--job"))
			plan->job = value;
		else if (!strcmp(argv[i], "--fault"))
			plan->fault = value;
		else
			return false;
		i++;
	}
	return plan->points > 0;
}

int main(int argc, char **argv)
{
	struct plan plan = { .points = 4 };
	uint64_t seed = (uint64_t)time(NULL) / 86400;
	struct bench b = { .dir = "/tmp/stflash-sweep-XXXXXX" };
	unsigned int bad = 0, total;

	if (!parse(&plan, &seed, argc, argv)) {
		fprintf(stderr, "usage: sweep [--all] [--points N] [--seed N] [--job NAME] [--fault NAME]\n");
		return 2;
	}
	if (!mkdtemp(b.dir)) {
		perror("a temporary directory");
		return 1;
	}
	printf("# seed %llu\n", (unsigned long long)seed);
	rng = seed * 0x9e3779b97f4a7c15ull + 1;
	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		if (plan.job && strcmp(plan.job, jobs[i].name) != 0)
			continue;
		snprintf(b.flash, sizeof(b.flash), "%s/%s", b.dir, jobs[i].name);
		snprintf(b.stats, sizeof(b.stats), "%s/stats", b.dir);
		snprintf(b.dump, sizeof(b.dump), "%s/dump", b.dir);
		bad += sweep_job(&jobs[i], &b, &plan);
		snprintf(b.flash + strlen(b.flash), sizeof(b.flash) - strlen(b.flash), ".options");
		remove(b.flash);
	}
	rmdir(b.dir);
	total = print_table();
	printf("faults: %u passed, %u failed, 0 skipped\n", total - bad, bad);
	return bad ? 1 : 0;
}
