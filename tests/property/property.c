/* SPDX-License-Identifier: MIT */
/*
 * The property that a flash tool lives by: after a write, flash is what it was,
 * overwritten by the image, byte for byte, and nothing else has changed.
 *
 * property CASES [SEED [PART]]: random images of random sizes, alignments and
 * holes over random old contents, on every F1 line and every id of the other
 * families of the virtual probe, with and without the agent. What flash holds is read from the virtual
 * probe's own file, not through the library. Any anomaly fails the case.
 * Prints the seed; the last line is "property: N passed, N failed, 0 skipped".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stflash.h"

#define FLASH_BASE    0x08000000u
#define MAX_SEGMENTS  5
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct part {
	const char *name;
	uint32_t kib;
	uint32_t unit;  /* bytes of a small erasable unit: how far images reach is measured in it */
	uint32_t share; /* of the cases: a case on large sectors takes several times as long */
};

/* One part of every F1 line, and of every id of the other families. */
static const struct part parts[] = {
	{ "stm32f030f4", 16, 1024, 3 },    { "stm32f042k6", 32, 1024, 3 },    { "stm32f051r8", 64, 1024, 3 },
	{ "stm32f072rb", 128, 2048, 3 },   { "stm32f091rc", 256, 2048, 3 },   { "stm32f303vc", 256, 2048, 3 },
	{ "stm32f373c8", 64, 2048, 3 },    { "stm32f334r8", 64, 2048, 3 },    { "stm32f302k8", 64, 2048, 3 },
	{ "stm32f303re", 512, 2048, 3 },   { "stm32f205rg", 1024, 16384, 1 }, { "stm32f722re", 512, 16384, 1 },
	{ "stm32f746zg", 1024, 32768, 1 }, { "stm32f767zi", 2048, 32768, 1 }, { "stm32f767zi,banks=2", 2048, 16384, 1 },
	{ "stm32f103c6", 32, 1024, 5 },    { "stm32f103c8", 64, 1024, 5 },    { "stm32f103ze", 512, 2048, 5 },
	{ "stm32f103rg", 1024, 2048, 5 },  { "stm32f105rc", 256, 2048, 5 },   { "stm32f100rb", 128, 1024, 5 },
	{ "stm32f100ze", 512, 2048, 5 },   { "stm32f401cc", 256, 16384, 1 },  { "stm32f401re", 512, 16384, 1 },
	{ "stm32f407vg", 1024, 16384, 1 }, { "stm32f410rb", 128, 16384, 1 },  { "stm32f411re", 512, 16384, 1 },
	{ "stm32f412zg", 1024, 16384, 1 }, { "stm32f413zh", 1536, 16384, 1 }, { "stm32f446re", 512, 16384, 1 },
	{ "stm32f429zi", 2048, 16384, 1 }, { "stm32f469ni", 2048, 16384, 1 }, { "stm32l476rg", 1024, 2048, 2 },
	{ "stm32l496zg", 1024, 2048, 2 },  { "stm32l432kb", 128, 2048, 2 },   { "stm32l452re", 512, 2048, 2 },
	{ "stm32l412k8", 64, 2048, 2 },    { "stm32l4r5zi", 2048, 4096, 1 },  { "stm32l4p5ce", 512, 4096, 1 },
	{ "stm32g031k8", 64, 2048, 2 },    { "stm32g051k6", 32, 2048, 2 },    { "stm32g071rb", 128, 2048, 2 },
	{ "stm32g0b1re", 512, 2048, 2 },   { "stm32g0b1kb", 128, 2048, 2 },   { "stm32g431rb", 128, 2048, 2 },
	{ "stm32g474re", 512, 2048, 2 },   { "stm32g491cc", 256, 2048, 2 },   { "stm32c011f6", 32, 2048, 2 },
	{ "stm32c031c4", 16, 2048, 2 },    { "stm32c051c8", 64, 2048, 2 },    { "stm32c071rb", 128, 2048, 2 },
	{ "stm32c091rc", 256, 2048, 2 },   { "stm32u031r8", 64, 2048, 2 },    { "stm32u083rc", 256, 2048, 2 },
	{ "stm32wle5cc", 256, 2048, 2 },   { "stm32wb55cc", 256, 4096, 2 },   { "stm32wb15cc", 320, 2048, 2 },
};

static uint64_t rng;

/* xorshift64*: repeatable on every machine. */
static uint32_t rnd(uint32_t below)
{
	rng ^= rng >> 12;
	rng ^= rng << 25;
	rng ^= rng >> 27;
	return below ? (uint32_t)((rng * 0x2545f4914f6cdd1dull) >> 32) % below : 0;
}

struct segment {
	uint32_t offset, len;
};

struct test_case {
	const struct part *part;
	uint32_t size;
	uint8_t *before, *after, *expected;
	struct segment seg[MAX_SEGMENTS];
	int n_seg;
	uint8_t *data; /* size bytes: the image's, where it has any */
	bool discard, no_agent;
	uint8_t *erased; /* a flag for each KiB: the plan erases it */
	char flash_file[512], stats_file[512], selector[1200];
};

/*
 * Contents as boards have them: blank, used, or a firmware with blank space
 * behind it. What starts at power-on must do no harm: random code would.
 */
static void fill_old(struct test_case *t)
{
	/* Stack in RAM, the reset vector, and a branch to itself there. */
	static const uint8_t idle[] = { 0x00, 0x10, 0x00, 0x20, 0x09, 0x00, 0x00, 0x08, 0xfe, 0xe7 };
	const uint32_t used = rnd(3) == 0 ? t->size : rnd(4) == 0 ? 0 : rnd(t->size);

	memset(t->before, 0xff, t->size);
	for (uint32_t i = 0; i < used; i++)
		t->before[i] = (uint8_t)rnd(256);
	for (int holes = (int)rnd(4); holes > 0; holes--) {
		const uint32_t at = rnd(t->size), len = rnd(t->size - at);

		memset(t->before + at, 0xff, len);
	}
	if (used)
		memcpy(t->before, idle, sizeof(idle));
}

static bool overlaps(const struct test_case *t, uint32_t offset, uint32_t len)
{
	for (int i = 0; i < t->n_seg; i++)
		if (offset < t->seg[i].offset + t->seg[i].len && t->seg[i].offset < offset + len)
			return true;
	return false;
}

/* Bytes that are not those of a radio core, as parts of a WB come. */
static uint32_t own_size(const struct test_case *t)
{
	const bool small = !strcmp(t->part->name, "stm32wb15cc");

	return strncmp(t->part->name, "stm32wb", 7) != 0 ? t->size : t->size - (small ? 208u : 212u) * 1024;
}

static void add_segment(struct test_case *t)
{
	const uint32_t size = own_size(t);
	const uint32_t reach = t->part->unit * 3 < size ? t->part->unit * 3 : size;
	uint32_t len = rnd(4) == 0 ? 1 + rnd(9) : 1 + rnd(reach), offset = rnd(size);

	/* Mostly near the start, where F4 has its small sectors; often on borders. */
	if (rnd(8) != 0)
		offset %= t->part->unit * 5;
	if (rnd(3) == 0)
		offset &= ~(t->part->unit - 1);
	if (rnd(100) == 0) {
		offset = 0;
		len = size;
	}
	offset %= size;
	if (len > size - offset)
		len = size - offset;
	if (overlaps(t, offset, len))
		return;
	t->seg[t->n_seg++] = (struct segment){ offset, len };
	for (uint32_t i = 0; i < len; i++) {
		/* Equal to what is there, blank, or new: the three things a plan tells apart. */
		const uint32_t kind = (offset + i) / (t->part->unit / 2) * 2654435761u >> 29;

		t->data[offset + i] = kind == 0 ? t->before[offset + i] : kind == 1 ? 0xff : (uint8_t)rnd(256);
	}
}

static void note_step(const struct stflash_step *step, void *user)
{
	struct test_case *t = user;

	if (step->action == STFLASH_ERASE)
		memset(t->erased + (step->addr - FLASH_BASE) / 1024, 1, step->size / 1024);
}

static void make_expected(struct test_case *t)
{
	memcpy(t->expected, t->before, t->size);
	for (uint32_t kib = 0; t->discard && kib < t->size / 1024; kib++)
		if (t->erased[kib])
			memset(t->expected + kib * 1024, 0xff, 1024);
	for (int i = 0; i < t->n_seg; i++)
		memcpy(t->expected + t->seg[i].offset, t->data + t->seg[i].offset, t->seg[i].len);
}

static bool write_file(const char *name, const uint8_t *data, size_t len)
{
	FILE *f = fopen(name, "wb");
	const bool ok = f && fwrite(data, 1, len, f) == len;

	return f && !fclose(f) && ok;
}

static size_t read_file(const char *name, void *data, size_t len)
{
	FILE *f = fopen(name, "rb");
	const size_t n = f ? fread(data, 1, len, f) : 0;

	if (f)
		fclose(f);
	return n;
}

static int write_image(struct stflash *s, struct test_case *t)
{
	/* Halted afterwards: random firmware does what it likes, flash included. */
	const struct stflash_write_options options = { .struct_size = sizeof(options),
						       .discard_rest = t->discard,
						       .no_agent = t->no_agent,
						       .then = STFLASH_THEN_HALT,
						       .plan = note_step,
						       .plan_user = t };
	struct stflash_image *image = stflash_image_new();
	int err = image ? 0 : STFLASH_E_NO_MEMORY;

	for (int i = 0; !err && i < t->n_seg; i++) {
		const uint32_t addr = FLASH_BASE + t->seg[i].offset;

		err = stflash_image_load(s, image, "image", t->data + t->seg[i].offset, t->seg[i].len,
					 STFLASH_FORMAT_BIN, &addr);
	}
	if (!err)
		err = stflash_connect(s, t->selector, STFLASH_CONNECT_AUTO);
	if (!err)
		err = stflash_write(s, image, &options, NULL);
	stflash_image_free(image);
	return err;
}

static bool judge(struct test_case *t, const char **why)
{
	static char text[8192];
	size_t n;

	n = read_file(t->flash_file, t->after, t->size);
	*why = "the flash file is short";
	if (n != t->size)
		return false;
	for (uint32_t i = 0; i < t->size; i++)
		if (t->after[i] != t->expected[i]) {
			snprintf(text, sizeof(text), "0x%08x holds 0x%02x, not 0x%02x (before: 0x%02x)", FLASH_BASE + i,
				 t->after[i], t->expected[i], t->before[i]);
			*why = text;
			return false;
		}
	n = read_file(t->stats_file, text, sizeof(text) - 1);
	text[n] = '\0';
	*why = text;
	return strstr(text, "\"anomalies\": 0,") || strstr(text, "\"anomalies\":0,");
}

static bool run_case(struct test_case *t, const char **why)
{
	struct stflash *s = stflash_new();
	static char message[600];
	int err, late;

	fill_old(t);
	t->n_seg = 0;
	for (int i = 1 + (int)rnd(MAX_SEGMENTS); i > 0; i--)
		add_segment(t);
	t->discard = rnd(4) == 0;
	t->no_agent = rnd(6) == 0;
	memset(t->erased, 0, t->size / 1024);
	*why = "cannot write the flash file";
	if (!s || !write_file(t->flash_file, t->before, t->size))
		return false;

	err = write_image(s, t);
	snprintf(message, sizeof(message), "%s", stflash_errmsg(s));
	late = stflash_disconnect(s);
	if (!err && late) {
		err = late;
		snprintf(message, sizeof(message), "at the end: %s", stflash_errmsg(s));
	}
	stflash_free(s);
	*why = message;
	if (err)
		return false;
	make_expected(t);
	return judge(t, why);
}

static void describe(const struct test_case *t, unsigned int number, uint64_t seed, const char *why)
{
	printf("not ok %s/%u: seed %llu%s%s: %s\n", t->part->name, number, (unsigned long long)seed,
	       t->discard ? " no-keep" : "", t->no_agent ? " no-agent" : "", why);
	for (int i = 0; i < t->n_seg; i++)
		printf("    segment 0x%08x + %u\n", FLASH_BASE + t->seg[i].offset, t->seg[i].len);
}

static bool alloc_case(struct test_case *t, const char *dir)
{
	t->size = t->part->kib * 1024;
	t->before = malloc(t->size);
	t->after = malloc(t->size);
	t->expected = malloc(t->size);
	t->data = malloc(t->size);
	t->erased = malloc(t->size / 1024);
	snprintf(t->flash_file, sizeof(t->flash_file), "%s/flash.bin", dir);
	snprintf(t->stats_file, sizeof(t->stats_file), "%s/stats.json", dir);
	snprintf(t->selector, sizeof(t->selector), "virtual:%s,flash=%s,stats=%s,strict=1", t->part->name,
		 t->flash_file, t->stats_file);
	return t->before && t->after && t->expected && t->data && t->erased;
}

static void free_case(struct test_case *t)
{
	char options[600];

	free(t->before);
	free(t->after);
	free(t->expected);
	free(t->data);
	free(t->erased);
	snprintf(options, sizeof(options), "%s.options", t->flash_file);
	remove(options); /* the virtual probe's, see its --help */
	remove(t->flash_file);
	remove(t->stats_file);
}

static unsigned int run_part(const struct part *part, const char *dir, unsigned int cases, uint64_t seed)
{
	struct test_case t = { .part = part };
	unsigned int failed = 0;

	if (!alloc_case(&t, dir))
		return cases; /* out of memory: none of them ran */
	for (unsigned int i = 0; i < cases; i++) {
		const char *why;

		rng = seed * 0x9e3779b97f4a7c15ull + (uint64_t)(part - parts) * 1000003u + i + 1;
		rnd(1);
		if (run_case(&t, &why)) {
			printf("ok %s/%u\n", part->name, i);
		} else {
			failed++;
			describe(&t, i, seed, why);
		}
		fflush(stdout);
	}
	free_case(&t);
	return failed;
}

struct tally {
	unsigned int done, failed;
};

/* Of so many cases, how many each share stands for: none goes without. */
static unsigned int cases_of_a_share(unsigned int cases)
{
	unsigned int shares = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		shares += parts[i].share;
	return (cases + shares - 1) / shares;
}

/* Every n-th part from the first on; the tally goes into the pipe. */
static void run_parts(size_t first, size_t n, const char *only, unsigned int each, uint64_t seed, int out)
{
	char dir[] = "/tmp/stflash-property-XXXXXX";
	struct tally tally = { 0 };

	if (!mkdtemp(dir)) {
		perror("a temporary directory");
		_exit(1);
	}
	for (size_t i = first; i < ARRAY_SIZE(parts); i += n) {
		if (only && strcmp(only, parts[i].name) != 0)
			continue;
		tally.failed += run_part(&parts[i], dir, each * parts[i].share, seed);
		tally.done += each * parts[i].share;
	}
	rmdir(dir);
	_exit(write(out, &tally, sizeof(tally)) != sizeof(tally));
}

int main(int argc, char **argv)
{
	const unsigned int cases = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 10) : 420;
	const uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)time(NULL) / 86400;
	const unsigned int each = cases_of_a_share(cases);
	const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	const size_t processes = cpus > 1 ? (size_t)cpus : 1;
	struct tally all = { 0 }, tally;
	int pipes[2], status;

	printf("# seed %llu, %u cases a share\n", (unsigned long long)seed, each);
	fflush(stdout);
	if (pipe(pipes)) {
		perror("a pipe");
		return 1;
	}
	for (size_t i = 0; i < processes; i++)
		if (fork() == 0)
			run_parts(i, processes, argc > 3 ? argv[3] : NULL, each, seed, pipes[1]);
	close(pipes[1]);
	while (read(pipes[0], &tally, sizeof(tally)) == sizeof(tally)) {
		all.done += tally.done;
		all.failed += tally.failed;
	}
	while (wait(&status) > 0)
		if (status)
			all.failed++; /* a process that died says nothing of its cases */
	printf("property: %u passed, %u failed, 0 skipped\n", all.done - all.failed, all.failed);
	return all.failed ? 1 : 0;
}
