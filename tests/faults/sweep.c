/* SPDX-License-Identifier: MIT */
/*
 * One fault in one run: for every job, every kind of fault, at points spread
 * over the run or at all of them. Of the jobs some take turns by the seed,
 * which is the day, unless all points or a job are asked for. Each run must end in time, with everything
 * as a run without a fault leaves it or with an error of the right class;
 * never with a success that is not byte-exact. The flash is locked and the
 * core let go where the link still lives, no file is half-written, and a
 * second, clean run succeeds.
 *
 * sweep [--all] [--points N] [--seed N] [--job NAME] [--fault NAME] [--workers N]
 *
 * The verdict is read off the virtual probe's files and what the command left,
 * never through the library. Ends with tables of the outcomes.
 */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "jobs.h"

#define MAX_JOBS        96
#define MAX_KINDS       32
#define SANITIZER_EXIT  97
#define SLOW_SHARE      10u
#define WORKERS_A_CORE  2  /* a run sleeps and waits for about as long as it computes */
#define PREPARED_FACTOR 2u /* of the image: so much of the flash is not blank before */

enum outcome { RIGHT, TOLD, LIED, HUNG, CRASHED, WRONG_STATUS, HALF_FILE, LEFT_OPEN, SECOND_FAILED, N_OUTCOMES };

static const char *const outcome_names[] = { "right",      "told",      "LIED",      "HUNG",      "CRASHED",
					     "WRONG EXIT", "HALF FILE", "LEFT OPEN", "2ND FAILED" };

enum place { AT_USB, AT_SWD, AT_FLASH, AT_ADDRESS };

static const char *const place_prefix[] = { "", "swd:", "flash:", "" };

/* Exit statuses that may tell of a fault. */
#define EXIT(n) (1u << (n))
#define LINK    (EXIT(5) | EXIT(6))
#define LIES    (LINK | EXIT(7) | EXIT(8) | EXIT(9) | EXIT(10))

enum nature {
	KILLS_LINK = 1, /* nothing can be put back then */
	A_LIE = 2,      /* well-formed and wrong */
	SLOW = 4,       /* ends when the longest wait is over, in real time: fewer points */
	NAMED = 8,      /* whatever is said of it names it, also when it comes up a second time */
};

static const struct kind {
	const char *name;
	enum place place;
	uint32_t statuses;
	unsigned int nature;
} kinds[] = {
	{ "unplug", AT_USB, EXIT(5), KILLS_LINK | NAMED },
	{ "stall", AT_USB, LINK, 0 },
	{ "timeout", AT_USB, LINK, 0 },
	{ "short", AT_USB, LINK, 0 },
	{ "stale", AT_USB, LINK, 0 },
	{ "garbage", AT_USB, LIES, 0 },
	{ "wait", AT_USB, LINK, 0 },
	{ "longwait", AT_USB, LINK, 0 },
	{ "apfault", AT_USB, LINK, 0 },
	{ "dperror", AT_USB, LINK, 0 },
	{ "parity", AT_USB, LINK, 0 },
	{ "unknown", AT_USB, LINK, 0 },
	{ "reset", AT_USB, LINK, 0 },
	{ "wait", AT_SWD, LINK, 0 },
	{ "apfault", AT_SWD, LINK, 0 },
	{ "dperror", AT_SWD, LINK, 0 },
	{ "parity", AT_SWD, LINK, 0 },
	{ "unknown", AT_SWD, LINK, 0 },
	{ "powercut", AT_FLASH, EXIT(6) | EXIT(9), KILLS_LINK },
	{ "targetreset", AT_FLASH, EXIT(6) | EXIT(9), 0 },
	{ "targetreset", AT_USB, EXIT(6) | EXIT(9), 0 },
	{ "stuckbusy", AT_FLASH, EXIT(9), SLOW },
	{ "badcell", AT_ADDRESS, EXIT(9), 0 },
	{ "flip", AT_SWD, LIES, A_LIE },
	{ "flipwrite", AT_SWD, LIES, A_LIE },
	{ "lostword", AT_USB, LIES, A_LIE },
	{ "lostwrite", AT_USB, LIES, A_LIE },
	{ "olddata", AT_USB, LIES, A_LIE },
};

struct plan {
	bool all;
	unsigned int points;
	unsigned int workers;
	uint64_t seed;
	const char *job, *kind;
};

/* Shared by the workers. */
struct tally {
	atomic_uint next; /* pair of job and kind to be taken */
	atomic_uint bad;
	atomic_uint sum[MAX_KINDS][N_OUTCOMES];
	uint32_t places[MAX_JOBS][AT_ADDRESS + 1];
};

static struct tally *tally;

static uint32_t rnd(uint64_t *rng, uint32_t below)
{
	*rng ^= *rng >> 12;
	*rng ^= *rng << 25;
	*rng ^= *rng >> 27;
	return below ? (uint32_t)((*rng * 0x2545f4914f6cdd1dull) >> 32) % below : 0;
}

/* ------------------------------------------------------------------ one trial */

/* Nothing can be swept where that which is broken is not the fault's. */
static void give_up(const struct job *job, const char *why, const struct trial *t)
{
	printf("not ok %s: %s: exit %d: %s\n", job->name, why, t->status, t->said);
	fflush(stdout);
	_exit(1);
}

/* The same for every run of a job with one seed. */
static void bench_open(struct bench *b, const struct job *job, const char *dir, uint64_t seed)
{
	static const char *const look[] = { "info", NULL };
	uint64_t rng = seed * 0x9e3779b97f4a7c15ull + 1;
	struct trial t;

	*b = (struct bench){ .dir = dir, .size = job->kib * 1024, .image_len = job->image_len };
	b->image = malloc(b->image_len);
	b->old = malloc(b->size);
	if (!b->image || !b->old)
		abort();
	for (uint32_t i = 0; i < b->image_len; i++)
		b->image[i] = (uint8_t)rnd(&rng, 256);
	for (uint32_t i = 0; i < b->size; i++)
		b->old[i] = i < b->image_len * PREPARED_FACTOR ? (uint8_t)rnd(&rng, 256) : 0xff;
	remove_made(b);
	state_put(&b->before, b);
	if (!save_file(b, "image.bin", b->image, b->image_len) || !save_file(b, "flash", b->old, b->size))
		abort();
	trial_run(&t, b, job->target, "", look); /* so that the chip has a file of option bytes */
	if (t.status)
		give_up(job, "its chip cannot be looked at", &t);
	if (job->prepare)
		job->prepare(job, b);
	state_take(&b->before, b);
}

static void bench_close(struct bench *b)
{
	remove_made(b);
	state_free(&b->before);
	state_free(&b->golden);
	free(b->image);
	free(b->old);
}

static bool all_golden(const struct bench *b)
{
	for (int i = 0; i < N_COMPARED; i++)
		if (!state_same(&b->golden, b, (enum kept)i))
			return false;
	return true;
}

/*
 * After a second run: what the touched pages held beside the image may be gone,
 * or half-programmed, where a page had been erased when the first run was cut
 * off, provided that the first run said so.
 */
static bool all_but_kept_bytes(const struct job *job, struct bench *b, const struct trial *first)
{
	const uint32_t page = job->kib > 512  ? 16384
			      : job->kib > 64 ? 2048
					      : 1024; /* of the parts that are swept, where the image lies */
	const uint32_t rest = (b->image_len + page - 1) / page * page;
	struct state now = { 0 };
	bool same;

	if (!strstr(first->said, "beside the image"))
		return false;
	state_take(&now, b);
	same = now.file[FLASH].len == b->size && !memcmp(now.file[FLASH].data, b->image, b->image_len) &&
	       !memcmp(now.file[FLASH].data + rest, b->old + rest, b->size - rest);
	state_free(&now);
	return same;
}

/*
 * Cut off while option bytes were rewritten, an F1 counts as read-out
 * protected, and lifting that erases its flash (RM0008 3.4): no tool can help
 * it. What the error told to do must work, and then the command.
 */
static bool cured_as_told(const struct job *job, const struct bench *b, const struct trial *first)
{
	static const char *const cure[] = { "unprotect", "--yes-erase", "--save", "old.txt", NULL };
	struct trial t;

	if (!strstr(first->said, "unprotect --yes-erase"))
		return false;
	remove_made(b);
	trial_run(&t, b, job->target, "", cure);
	remove_made(b);
	if (!t.status)
		trial_run(&t, b, job->target, "", job->argv);
	return !t.status && state_same(&b->golden, b, OPTIONS);
}

/* What a command was to make is there whole or not at all. */
static bool no_half_files(const struct job *job, const struct bench *b)
{
	const enum kept made[] = { DUMP, FOLDER_FLASH, FOLDER_OPTIONS };

	for (size_t i = 0; i < ARRAY_SIZE(made); i++)
		if (!state_absent(b, made[i]) && !state_same(&b->golden, b, made[i]))
			return false;
	return !job->looks || (state_same(&b->before, b, FLASH) && state_same(&b->before, b, OPTIONS));
}

static bool left_well(const struct trial *t)
{
	return trial_has(t, "\"flash_locked\": true") && trial_has(t, "\"in_debug\": false") &&
	       trial_has(t, "\"halted\": false") && trial_has(t, "\"demcr\": 0,") && trial_has(t, "\"dfsr\": 0,") &&
	       trial_has(t, "\"dbgmcu_cr\": 0,");
}

/* The link is dead, or the lie may be that the last write, which lets the core go, was done. */
static bool let_go_is_lost(const struct kind *kind)
{
	return kind->nature & (KILLS_LINK | A_LIE);
}

static bool status_allowed(const struct trial *t, const struct kind *kind)
{
	return t->status > 0 && t->status < 32 && (kind->statuses & EXIT((unsigned int)t->status)) && *t->said &&
	       (!(kind->nature & NAMED) || strstr(t->said, kind->name));
}

static enum outcome second_run(const struct job *job, struct bench *b, const struct kind *kind,
			       const struct trial *first)
{
	struct trial t;

	remove_made(b);
	trial_run(&t, b, job->target, "", job->argv);
	if (t.status == job->status && (all_golden(b) || (job->programs && all_but_kept_bytes(job, b, first))))
		return TOLD;
	/* A lost word may leave option bytes that mean the same: RDP 0xff for 0x00. */
	if (t.status == job->status && kind->nature & A_LIE && state_same(&b->golden, b, FLASH))
		return TOLD;
	return cured_as_told(job, b, first) ? TOLD : SECOND_FAILED;
}

static enum outcome try_fault(const struct job *job, struct bench *b, const struct kind *kind, const char *fault,
			      struct trial *t)
{
	remove_made(b);
	state_put(&b->before, b);
	trial_run(t, b, job->target, fault, job->argv);
	if (t->status == -SIGALRM)
		return HUNG;
	if (t->status < 0 || t->status == SANITIZER_EXIT || strstr(t->said, "ended badly"))
		return CRASHED;
	if (t->status == job->status) {
		if (!all_golden(b))
			return LIED;
		return let_go_is_lost(kind) || left_well(t) ? RIGHT : LEFT_OPEN;
	}
	if (t->status == 0)
		return LIED;
	if (!status_allowed(t, kind))
		return WRONG_STATUS;
	if (!no_half_files(job, b))
		return HALF_FILE;
	if (!let_go_is_lost(kind) && !left_well(t))
		return LEFT_OPEN;
	return second_run(job, b, kind, t);
}

/* ------------------------------------------------------------------ the sweep */

static void place_text(char *text, size_t size, const struct bench *b, const struct kind *kind, uint32_t at)
{
	if (kind->place == AT_ADDRESS)
		snprintf(text, size, "%s@0x%08x", kind->name,
			 (unsigned int)(FLASH_BASE + (at - 1) % b->image_len / 4 * 4));
	else
		snprintf(text, size, "%s@%s%u", kind->name, place_prefix[kind->place], (unsigned int)at);
}

/* The i-th of points out of n places, somewhere in its stretch. */
static uint32_t point(uint64_t *rng, uint32_t n, uint32_t points, uint32_t i)
{
	const uint32_t from = (uint32_t)((uint64_t)n * i / points);
	const uint32_t to = (uint32_t)((uint64_t)n * (i + 1) / points);

	return points == n ? i + 1 : 1 + from + rnd(rng, to - from);
}

static void report(const struct job *job, const char *fault, enum outcome outcome, const struct trial *t)
{
	char text[256];
	size_t n = 0;

	for (const char *c = t->said; *c && n < sizeof(text) - 1; c++)
		text[n++] = *c == '\n' ? '|' : *c;
	text[n] = '\0';
	printf("not ok %s/%s: %s, exit %d: %s\n", job->name, fault, outcome_names[outcome], t->status, text);
	fflush(stdout);
}

static void sweep_kind(size_t which_job, size_t which_kind, struct bench *b, const struct plan *plan)
{
	const struct job *job = &jobs[which_job];
	const struct kind *kind = &kinds[which_kind];
	const uint32_t n =
		kind->place == AT_ADDRESS ? (job->programs ? b->image_len : 0) : tally->places[which_job][kind->place];
	const uint32_t wanted = kind->nature & SLOW ? (plan->points + SLOW_SHARE - 1) / SLOW_SHARE : plan->points;
	const uint32_t points = plan->all || n < wanted ? n : wanted;
	uint64_t rng = (plan->seed * MAX_JOBS + which_job) * MAX_KINDS + which_kind + 1;
	unsigned int bad = 0;

	rnd(&rng, 1);
	for (uint32_t i = 0; i < points; i++) {
		enum outcome outcome;
		struct trial t;
		char fault[64];

		place_text(fault, sizeof(fault), b, kind, point(&rng, n, points, i));
		outcome = try_fault(job, b, kind, fault, &t);
		atomic_fetch_add(&tally->sum[which_kind][outcome], 1);
		if (outcome == RIGHT || outcome == TOLD)
			continue;
		report(job, fault, outcome, &t);
		bad++;
	}
	atomic_fetch_add(&tally->bad, bad);
	if (points && !bad)
		printf("ok %s/%s%s: %u points of %u\n", job->name, place_prefix[kind->place], kind->name,
		       (unsigned int)points, (unsigned int)n);
}

/* A run without a fault: what all others are measured by. */
static bool make_golden(size_t which_job, struct bench *b)
{
	const struct job *job = &jobs[which_job];
	struct trial t;

	state_put(&b->before, b);
	trial_run(&t, b, job->target, "", job->argv);
	state_take(&b->golden, b);
	if (t.status != job->status || (job->truth && !job->truth(b)) || !left_well(&t)) {
		printf("not ok %s: it fails without any fault: exit %d where %d is right%s: %s\n", job->name, t.status,
		       job->status,
		       t.status != job->status ? ""
		       : left_well(&t)         ? ", and leaves what it should not"
					       : ", and does not let the chip go",
		       t.said);
		fflush(stdout);
		return false;
	}
	tally->places[which_job][AT_USB] = trial_figure(&t, "usb_transfers");
	tally->places[which_job][AT_SWD] = trial_figure(&t, "swd_transfers");
	tally->places[which_job][AT_FLASH] = trial_figure(&t, "flash_operations");
	return true;
}

static bool chosen(const struct plan *plan, size_t job, size_t kind)
{
	const unsigned int turn = jobs[job].turn;

	if (turn && !plan->all && !plan->job && plan->seed % JOB_TURNS != turn % JOB_TURNS)
		return false;
	return (!plan->job || !strcmp(plan->job, jobs[job].name)) &&
	       (!plan->kind || !strcmp(plan->kind, kinds[kind].name));
}

/* Pairs of job and kind until none is left. The bench of a job is kept while it lasts. */
static void work(const struct plan *plan, const char *dir)
{
	struct bench b = { .dir = dir };
	size_t open = SIZE_MAX;
	bool usable = false;
	unsigned int pair;

	while ((pair = atomic_fetch_add(&tally->next, 1)) < n_jobs * ARRAY_SIZE(kinds)) {
		const size_t job = pair / ARRAY_SIZE(kinds), kind = pair % ARRAY_SIZE(kinds);

		if (!chosen(plan, job, kind))
			continue;
		if (job != open) {
			if (open != SIZE_MAX)
				bench_close(&b);
			bench_open(&b, &jobs[job], dir, plan->seed + job);
			usable = make_golden(job, &b);
			atomic_fetch_add(&tally->bad, !usable);
			open = job;
		}
		if (usable)
			sweep_kind(job, kind, &b, plan);
	}
	if (open != SIZE_MAX)
		bench_close(&b);
}

static void clean_folder(const char *dir)
{
	static const char *const left[] = { "flash", "flash.options", "image.bin", "like.bin", "stats", "said" };

	for (size_t i = 0; i < ARRAY_SIZE(left); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", dir, left[i]);
		remove(path);
	}
	rmdir(dir);
}

static void run_workers(const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->workers; i++) {
		char dir[] = "/tmp/stflash-sweep-XXXXXX";

		if (!mkdtemp(dir)) {
			perror("a temporary directory");
			abort();
		}
		fflush(stdout);
		if (fork())
			continue;
		work(plan, dir);
		clean_folder(dir);
		fflush(stdout);
		_exit(0);
	}
	for (int status; wait(&status) > 0;) {
		if (WIFEXITED(status) && !WEXITSTATUS(status))
			continue;
		if (WIFSIGNALED(status))
			printf("not ok: a worker of the sweep ended by signal %d\n", WTERMSIG(status));
		atomic_fetch_add(&tally->bad, 1);
	}
}

static unsigned int print_outcomes(void)
{
	unsigned int total = 0;

	printf("# %-18s", "fault");
	for (int o = 0; o < N_OUTCOMES; o++)
		printf(" %10s", outcome_names[o]);
	printf("\n");
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		char name[32];

		snprintf(name, sizeof(name), "%s%s", place_prefix[kinds[k].place], kinds[k].name);
		printf("# %-18s", name);
		for (int o = 0; o < N_OUTCOMES; o++) {
			printf(" %10u", tally->sum[k][o]);
			total += tally->sum[k][o];
		}
		printf("\n");
	}
	return total;
}

/* Caught: nothing came of it, or it was told. Missed: a false success. */
static void print_lies(void)
{
	printf("# %-18s %10s %10s %10s\n", "the lying probe", "tried", "caught", "missed");
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		unsigned int tried = 0;

		if (!(kinds[k].nature & A_LIE))
			continue;
		for (int o = 0; o < N_OUTCOMES; o++)
			tried += tally->sum[k][o];
		printf("# %-18s %10u %10u %10u\n", kinds[k].name, tried, tried - tally->sum[k][LIED],
		       tally->sum[k][LIED]);
	}
}

static bool parse(struct plan *plan, int argc, char **argv)
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
			plan->seed = strtoull(value, NULL, 10);
		else if (!strcmp(argv[i], "--job"))
			plan->job = value;
		else if (!strcmp(argv[i], "--fault"))
			plan->kind = value;
		else if (!strcmp(argv[i], "--workers"))
			plan->workers = (unsigned int)strtoul(value, NULL, 10);
		else
			return false;
		i++;
	}
	return plan->points > 0 && plan->workers > 0;
}

int main(int argc, char **argv)
{
	const long cores = sysconf(_SC_NPROCESSORS_ONLN);
	const time_t start = time(NULL);
	struct plan plan = {
		.points = 1,
		.workers = WORKERS_A_CORE * (cores > 0 ? (unsigned int)cores : 1),
		.seed = (uint64_t)start / 86400,
	};
	unsigned int total;

	if (!parse(&plan, argc, argv)) {
		fprintf(stderr, "usage: sweep [--all] [--points N] [--seed N] [--job NAME] [--fault NAME] "
				"[--workers N]\n");
		return 2;
	}
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED || n_jobs > MAX_JOBS || ARRAY_SIZE(kinds) > MAX_KINDS)
		abort();
	/* So that a sanitizer's report in a child is told from an exit status of ours. */
	setenv("ASAN_OPTIONS", "exitcode=97", 1);
	setenv("UBSAN_OPTIONS", "exitcode=97:print_stacktrace=1:halt_on_error=1", 1);

	printf("# seed %llu\n", (unsigned long long)plan.seed);
	run_workers(&plan);
	total = print_outcomes();
	print_lies();
	printf("# %u runs with a fault, %u bad, %ld s\n", total, tally->bad, (long)(time(NULL) - start));
	return tally->bad ? 1 : 0;
}
