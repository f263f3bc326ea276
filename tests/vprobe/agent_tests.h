/* SPDX-License-Identifier: MIT */
/* What is true of the agents' machine code, on whatever processor the including file brings to the bench. */
#ifndef AGENT_TESTS_H
#define AGENT_TESTS_H

#include "agent_bench.h"

static const struct {
	const char *name;
	const uint8_t *code;
	size_t len;
} agents[] = {
	{ "hash_only", hash_only_code, sizeof(hash_only_code) },
	{ "fpec", fpec_code, sizeof(fpec_code) },
#ifndef BENCH_V6M
	{ "sectors", sectors_code, sizeof(sectors_code) },
#endif
};

static void all_agents_hash_by_the_formula_at_any_base(void **state)
{
	struct bench *b = *state;
	uint32_t seed = 12345;

	fill(b->flash, sizeof(b->flash), 99);
	for (size_t k = 0; k < ARRAY_SIZE(agents); k++)
		for (b->base = BENCH_RAM; b->base < BENCH_RAM + 0x1000; b->base += 0x7fc) {
			b->posted = 0;
			load(b, agents[k].code, agents[k].len, 0, 0);
			for (unsigned int i = 0; i < 7; i++) { /* twice around the ring and more */
				const uint32_t addr = BENCH_FLASH + (bench_random(&seed) & 0xfffc);
				const uint32_t words = bench_random(&seed) % 200;

				job(b, agents[k].len,
				    &(struct bench_job){ .op = AGENT_OP_HASH,
							 .hash_addr = addr,
							 .hash_words = words,
							 .hash_unit = 1000 });
				assert_int_equal(mailbox(b, AGENT_MB_DONE), i + 1);
				if (words)
					assert_hash_at(b, frame(b, i + 1, agents[k].len), addr, words);
			}
			engine_free(b);
		}
}

static void units_leave_a_hash_each_and_the_last_may_be_short(void **state)
{
	const uint32_t unit = 37, words = 37 * 11 + 5;
	struct bench *b = *state;

	fill(b->flash, sizeof(b->flash), 4);
	load(b, hash_only_code, sizeof(hash_only_code), 0, 0);
	job(b, sizeof(hash_only_code),
	    &(struct bench_job){
		    .op = AGENT_OP_HASH, .hash_addr = BENCH_FLASH + 64, .hash_words = words, .hash_unit = unit });
	for (uint32_t u = 0; u < 12; u++)
		assert_hash_at(b, frame(b, 1, sizeof(hash_only_code)) + 8 * u, BENCH_FLASH + 64 + 4 * unit * u,
			       u < 11 ? unit : 5);
	assert_int_equal(mailbox(b, AGENT_MB_UNITS), 0);
	assert_true(b->reloads > 12);
}

/* The bit of piece i of n, as agent.h has them, behind the only hash. */
static bool scanned_blank(const uint8_t *results, uint32_t n, uint32_t i)
{
	const uint32_t in_word = n - i / 32 * 32 < 32 ? n - i / 32 * 32 : 32;

	return get_le32(results + 8 + i / 32 * 4) >> (in_word - 1 - i % 32) & 1;
}

/* A bit for each piece; a single bit of its last word makes one that is not blank. */
static void a_scan_says_of_each_piece_whether_it_is_blank(void **state)
{
	static const uint32_t pieces[] = { 1, 5, 31, 32, 33, 64, 75 };
	const uint32_t piece = 256, at = 512;
	struct bench *b = *state;
	const uint8_t *results;

	fill(b->flash, sizeof(b->flash), 4);
	load(b, hash_only_code, sizeof(hash_only_code), 0, 0);
	for (uint32_t k = 0; k < ARRAY_SIZE(pieces); k++) {
		const uint32_t n = pieces[k], words = n * piece / 4 - 3; /* the last piece is shorter */

		for (uint32_t i = 0; i < n; i++)
			if (i % 3 != 1)
				memset(b->flash + at + i * piece, 0xff, piece);
		b->flash[at + (n - 1) * piece + piece - 13] &= 0x7f; /* the last byte of it */
		job(b, sizeof(hash_only_code),
		    &(struct bench_job){ .op = AGENT_OP_HASH | AGENT_OP_SCAN,
					 .len = piece, /* SCAN_PIECE */
					 .hash_addr = BENCH_FLASH + at,
					 .hash_words = words,
					 .hash_unit = words });
		results = frame(b, k + 1, sizeof(hash_only_code));
		assert_hash_at(b, frame(b, k + 1, sizeof(hash_only_code)), BENCH_FLASH + at, words);
		for (uint32_t i = 0; i < n; i++)
			assert_int_equal(scanned_blank(results, n, i), i % 3 != 1 && i != n - 1);
		b->flash[at + (n - 1) * piece + piece - 13] = 0xff;
	}
}

static void a_job_whose_words_do_not_add_up_is_not_done(void **state)
{
	struct bench *b = *state;
	uint8_t *desc;

	load(b, fpec_code, sizeof(fpec_code), 0, 0);
	desc = frame(b, 1, sizeof(fpec_code)) + b->frame_data;
	put_le32(desc + AGENT_D_OP, AGENT_OP_HASH);
	put_le32(desc + AGENT_D_HASH_ADDR, BENCH_FLASH);
	put_le32(desc + AGENT_D_HASH_WORDS, 64);
	put_le32(desc + AGENT_D_HASH_UNIT, 64);
	post(desc, 1);
	put_le32(desc + AGENT_D_HASH_WORDS, 65);
	run_while(b, 0);
	assert_int_equal(mailbox(b, AGENT_MB_DONE), AGENT_BOOTING - AGENT_ERR_JOB);
}

static void units_are_counted_while_they_are_hashed(void **state)
{
	struct bench *b = *state;
	uint32_t seen = 0;
	uint8_t *desc;

	load(b, hash_only_code, sizeof(hash_only_code), 0, 0);
	desc = frame(b, 1, sizeof(hash_only_code)) + b->frame_data;
	put_le32(desc + AGENT_D_OP, AGENT_OP_HASH);
	put_le32(desc + AGENT_D_HASH_ADDR, BENCH_FLASH);
	put_le32(desc + AGENT_D_HASH_WORDS, 6400);
	put_le32(desc + AGENT_D_HASH_UNIT, 64);
	post(desc, 1);
	for (unsigned int i = 0; i < 100000 && !mailbox(b, AGENT_MB_DONE); i++) {
		const uint32_t units = mailbox(b, AGENT_MB_UNITS);

		assert_true(units >= seen || mailbox(b, AGENT_MB_DONE));
		assert_true(units <= 100);
		seen = units > seen ? units : seen;
		engine_run(b, 50);
	}
	assert_int_equal(mailbox(b, AGENT_MB_DONE), 1);
	assert_true(seen > 90);
}

/* Four data instructions, a load every fourth word, the loop every eighth; an ARMv6-M takes seven, and five for the
 * loop. */
#ifdef BENCH_V6M
#define WORD_INSTRUCTIONS 9
#else
#define WORD_INSTRUCTIONS 5
#endif
static void a_word_costs_few_instructions(void **state)
{
	struct bench *b = *state;
	uint64_t before;

	load(b, hash_only_code, sizeof(hash_only_code), 0, 0);
	before = b->instructions;
	job(b, sizeof(hash_only_code),
	    &(struct bench_job){ .op = AGENT_OP_HASH, .hash_addr = BENCH_FLASH, .hash_words = 8192, .hash_unit = 256 });
	assert_int_equal(mailbox(b, AGENT_MB_DONE), 1);
	assert_true(b->instructions - before < WORD_INSTRUCTIONS * 8192);
}

static void what_ram_held_before_is_no_job(void **state)
{
	struct bench *b = *state;

	b->stale = true;
	load(b, hash_only_code, sizeof(hash_only_code), 0, 0);
	engine_run(b, 300);
	assert_int_equal(mailbox(b, AGENT_MB_DONE), 0);
	job(b, sizeof(hash_only_code), &(struct bench_job){ .op = 0 });
	engine_run(b, 300);
	assert_int_equal(mailbox(b, AGENT_MB_DONE), 1);
}

static void without_a_job_it_feeds_the_watchdog_and_gives_up(void **state)
{
	struct bench *b = *state;

	load(b, fpec_code, sizeof(fpec_code), BENCH_FPEC + 0x10, F1_LOCK);
	run_while(b, 0);
	engine_run(b, 300);
	assert_int_equal(mailbox(b, AGENT_MB_DONE), AGENT_BOOTING - AGENT_ERR_IDLE);
	assert_int_equal(b->f1[0].cr, F1_LOCK);
	assert_true(b->stopped);
	assert_in_range(b->reloads, 1900, 2100);
}

#ifdef BENCH_HAS_NMI
/* In the middle of a hash, when r0 is the source on a Cortex-M0, too. */
static void an_nmi_ends_in_a_breakpoint_and_locks_the_flash(void **state)
{
	struct bench *b = *state;
	uint8_t *desc;

	for (unsigned int reads = 0; reads < 2; reads++) {
		engine_free(b);
		b->stopped = false;
		b->f1[0].cr = 0;
		load(b, fpec_code, sizeof(fpec_code), BENCH_FPEC + 0x10, F1_LOCK);
		desc = frame(b, 1, sizeof(fpec_code)) + b->frame_data;
		put_le32(desc + AGENT_D_OP, AGENT_OP_HASH);
		put_le32(desc + AGENT_D_HASH_ADDR, BENCH_FLASH);
		put_le32(desc + AGENT_D_HASH_WORDS, 6400);
		put_le32(desc + AGENT_D_HASH_UNIT, 64);
		if (reads)
			post(desc, 1);
		engine_run(b, 2000);
		assert_int_equal(mailbox(b, AGENT_MB_DONE), 0);
		assert_true(reads == (mailbox(b, AGENT_MB_UNITS) != 0));
		engine_nmi(b);
		engine_run(b, 100);
		assert_true(b->stopped);
		assert_int_equal(mailbox(b, AGENT_MB_DONE), AGENT_BOOTING - AGENT_ERR_NMI);
		assert_int_equal(mailbox(b, AGENT_MB_ADDR), 0);
		assert_int_equal(b->f1[0].cr, F1_LOCK);
		assert_string_equal(b->complaint, "");
	}
}

#ifndef BENCH_V6M
/* A store to the CR of a busy controller waits for it, and then longer than the host. */
static void an_nmi_while_the_controller_is_busy_leaves_it_alone(void **state)
{
	struct bench *b = *state;
	uint8_t *desc;

	b->stuck = true;
	load(b, sectors_code, sizeof(sectors_code), BENCH_SECTORS + 0x10, F4_LOCK);
	desc = frame(b, 1, sizeof(sectors_code)) + b->frame_data;
	put_le32(desc + AGENT_D_OP, AGENT_OP_ERASE);
	put_le32(desc + AGENT_D_ERASE, F4_SER | F4_PSIZE(2));
	put_le32(desc + AGENT_D_CTRL, BENCH_SECTORS);
	put_le32(desc + AGENT_D_ADDR, BENCH_FLASH);
	post(desc, 1);
	engine_run(b, 1000);
	assert_int_equal(b->erases, 1);
	engine_nmi(b);
	engine_run(b, 100);
	assert_true(b->stopped);
	assert_int_equal(mailbox(b, AGENT_MB_DONE), AGENT_BOOTING - AGENT_ERR_NMI);
	assert_int_equal(mailbox(b, AGENT_MB_SR) & F4_BSY, F4_BSY);
	assert_string_equal(b->complaint, "");
}
#endif
#endif

static void the_reading_agent_has_nothing_to_lock(void **state)
{
	struct bench *b = *state;

	load(b, hash_only_code, sizeof(hash_only_code), 0, 0);
	run_while(b, 0);
	engine_run(b, 300);
	assert_true(b->stopped);
	assert_int_equal(mailbox(b, AGENT_MB_DONE), AGENT_BOOTING - AGENT_ERR_IDLE);
	assert_string_equal(b->complaint, "");
}

/* AIRCR stands in RAM here. */
static void would_reset(struct bench *b)
{
	put_le32(ram_at(b, b->base + AGENT_MB_RESET), AGENT_AIRCR_RESET);
	put_le32(ram_at(b, b->base + AGENT_MB_AIRCR), b->base + AGENT_MB_SPARE);
	put_le32(ram_at(b, b->base + AGENT_MB_MAGIC), AGENT_MAGIC);
}

static void an_agent_whose_host_is_dead_resets_the_chip(void **state)
{
	struct bench *b = *state;

	load(b, hash_only_code, sizeof(hash_only_code), 0, 0);
	would_reset(b);
	job(b, sizeof(hash_only_code),
	    &(struct bench_job){ .op = AGENT_OP_HASH, .hash_addr = BENCH_FLASH, .hash_words = 4, .hash_unit = 4 });
	run_while(b, 0);
	run_while(b, 1);
	engine_run(b, 300);
	assert_int_equal(mailbox(b, AGENT_MB_SPARE), AGENT_AIRCR_RESET);
	assert_int_equal(mailbox(b, AGENT_MB_MAGIC), 0);
	assert_int_equal(mailbox(b, AGENT_MB_DONE), AGENT_BOOTING - AGENT_ERR_IDLE);
	assert_false(b->stopped);
	assert_string_equal(b->complaint, "");
}

/* Half of a firmware is not to be started. */
static void one_that_has_begun_to_write_locks_the_flash_and_stays(void **state)
{
	struct bench *b = *state;

	load(b, fpec_code, sizeof(fpec_code), BENCH_FPEC + 0x10, F1_LOCK);
	would_reset(b);
	job(b, sizeof(fpec_code),
	    &(struct bench_job){ .op = AGENT_OP_ERASE, .erase = F1_PER, .ctrl = BENCH_FPEC, .addr = BENCH_FLASH });
	run_while(b, 0);
	run_while(b, 1);
	engine_run(b, 300);
	assert_true(b->stopped);
	assert_int_equal(b->f1[0].cr, F1_LOCK);
	assert_int_equal(mailbox(b, AGENT_MB_RESET), 0);
	assert_int_equal(mailbox(b, AGENT_MB_SPARE), 0);
	assert_int_equal(mailbox(b, AGENT_MB_MAGIC), AGENT_MAGIC);
}

static void a_word_from_the_host_lets_it_wait_on(void **state)
{
	struct bench *b = *state;

	load(b, hash_only_code, sizeof(hash_only_code), 0, 0);
	for (uint32_t i = 1; i < 5; i++) {
		put_le32(ram_at(b, b->base + AGENT_MB_PING), i);
		engine_run(b, 12000); /* of the 2000 polls of some 11 instructions that it waits */
		assert_int_equal(mailbox(b, AGENT_MB_DONE), 0);
	}
	run_while(b, 0);
	assert_int_equal(mailbox(b, AGENT_MB_DONE), AGENT_BOOTING - AGENT_ERR_IDLE);
}

static void fpec_erases_a_page_programs_it_and_hashes_it(void **state)
{
	const uint32_t page = BENCH_FLASH + 5 * F1_PAGE;
	struct bench *b = *state;
	uint8_t image[F1_PAGE], old[BENCH_FLASH_LEN];

	fill(b->flash, sizeof(b->flash), 8);
	memcpy(old, b->flash, sizeof(old));
	fill(image, sizeof(image), 9);
	memset(image + 100, 0xff, 60); /* 30 half-words that are not programmed */
	memcpy(old + 5 * F1_PAGE, image, sizeof(image));

	load(b, fpec_code, sizeof(fpec_code), BENCH_FPEC + 0x10, F1_LOCK);
	job(b, sizeof(fpec_code),
	    &(struct bench_job){ .op = AGENT_OP_ERASE | AGENT_OP_PROGRAM | AGENT_OP_HASH,
				 .erase = F1_PER,
				 .ctrl = BENCH_FPEC,
				 .addr = page,
				 .data = image,
				 .len = sizeof(image),
				 .hash_addr = page,
				 .hash_words = F1_PAGE / 4,
				 .hash_unit = F1_PAGE / 4 });
	assert_int_equal(mailbox(b, AGENT_MB_DONE), 1);
	assert_memory_equal(b->flash, old, sizeof(old));
	assert_hash_at(b, frame(b, 1, sizeof(fpec_code)), page, F1_PAGE / 4);
	assert_int_equal(b->erases, 1);
	assert_int_equal(b->programs, F1_PAGE / 2 - 30);
	assert_int_equal(b->f1[0].cr, 0);
}

static void fpec_mass_erases_the_bank_it_is_given(void **state)
{
	struct bench *b = *state;

	memset(b->flash, 0, sizeof(b->flash));
	load(b, fpec_code, sizeof(fpec_code), BENCH_FPEC2 + 0x10, F1_LOCK);
	b->f1[0].cr = F1_LOCK; /* the other bank stays out of it */
	job(b, sizeof(fpec_code),
	    &(struct bench_job){ .op = AGENT_OP_ERASE, .erase = F1_MER, .ctrl = BENCH_FPEC2, .addr = BENCH_FLASH });
	assert_int_equal(mailbox(b, AGENT_MB_DONE), 1);
	for (size_t i = 0; i < sizeof(b->flash); i++)
		assert_int_equal(b->flash[i], 0xff);
}

static void fpec_names_the_half_word_that_was_not_erased(void **state)
{
	struct bench *b = *state;
	uint8_t image[64];

	fill(image, sizeof(image), 3);
	memset(image + 40, 0x5a, 4);
	b->flash[0x2000 + 42] = 0x12;
	load(b, fpec_code, sizeof(fpec_code), BENCH_FPEC + 0x10, F1_LOCK);
	job(b, sizeof(fpec_code),
	    &(struct bench_job){ .op = AGENT_OP_PROGRAM,
				 .ctrl = BENCH_FPEC,
				 .addr = BENCH_FLASH + 0x2000,
				 .data = image,
				 .len = sizeof(image) });
	engine_run(b, 300);
	assert_int_equal(mailbox(b, AGENT_MB_DONE), AGENT_BOOTING - AGENT_ERR_FLAGS);
	assert_int_equal(mailbox(b, AGENT_MB_SR) & 0x15, F1_PGERR);
	assert_int_equal(mailbox(b, AGENT_MB_ADDR), BENCH_FLASH + 0x2000 + 42);
	assert_int_equal(b->f1[0].cr, F1_LOCK);
	assert_int_equal(b->programs, 22); /* nothing after it */
	assert_true(b->stopped);
}

static void fpec_names_a_protected_page(void **state)
{
	struct bench *b = *state;

	b->protected_from = BENCH_FLASH + 3 * F1_PAGE;
	load(b, fpec_code, sizeof(fpec_code), BENCH_FPEC + 0x10, F1_LOCK);
	job(b, sizeof(fpec_code),
	    &(struct bench_job){ .op = AGENT_OP_ERASE, .erase = F1_PER, .ctrl = BENCH_FPEC, .addr = BENCH_FLASH });
	assert_int_equal(mailbox(b, AGENT_MB_DONE), 1);
	job(b, sizeof(fpec_code),
	    &(struct bench_job){
		    .op = AGENT_OP_ERASE, .erase = F1_PER, .ctrl = BENCH_FPEC, .addr = BENCH_FLASH + 3 * F1_PAGE });
	assert_int_equal(mailbox(b, AGENT_MB_DONE), AGENT_BOOTING - AGENT_ERR_FLAGS);
	assert_int_equal(mailbox(b, AGENT_MB_SR) & 0x15, F1_WRPRTERR);
	assert_int_equal(mailbox(b, AGENT_MB_ADDR), BENCH_FLASH + 3 * F1_PAGE);
}

/* A store to the CR of a busy controller may stall for ever, so a hung one is left alone. */
static void a_hung_controller_ends_in_a_breakpoint(void **state)
{
	struct bench *b = *state;

	b->stuck = true;
	load(b, fpec_code, sizeof(fpec_code), BENCH_FPEC + 0x10, F1_LOCK);
	job(b, sizeof(fpec_code),
	    &(struct bench_job){ .op = AGENT_OP_ERASE, .erase = F1_PER, .ctrl = BENCH_FPEC, .addr = BENCH_FLASH });
	engine_run(b, 300);
	assert_int_equal(mailbox(b, AGENT_MB_DONE), AGENT_BOOTING - AGENT_ERR_BUSY);
	assert_int_equal(mailbox(b, AGENT_MB_SR) & F1_BSY, F1_BSY);
	assert_true(b->stopped);
	assert_string_equal(b->complaint, "");
}

#ifndef BENCH_V6M
static void sectors_program_by_every_width(void **state)
{
	struct bench *b = *state;
	uint8_t image[512];

	fill(image, sizeof(image), 21);
	memset(image + 32, 0xff, 64);
	load(b, sectors_code, sizeof(sectors_code), BENCH_SECTORS + 0x10, F4_LOCK);
	for (uint32_t psize = 0; psize <= 2; psize++) {
		const uint32_t addr = BENCH_FLASH + psize * F4_SECTOR + 0x100;

		b->programs = 0;
		job(b, sizeof(sectors_code),
		    &(struct bench_job){ .op = AGENT_OP_PROGRAM | AGENT_OP_HASH,
					 .erase = F4_SER | 5u << 3 | F4_PSIZE(psize), /* only PSIZE counts */
					 .ctrl = BENCH_SECTORS,
					 .addr = addr,
					 .data = image,
					 .len = sizeof(image),
					 .hash_addr = addr,
					 .hash_words = sizeof(image) / 4,
					 .hash_unit = sizeof(image) / 4 });
		assert_int_equal(mailbox(b, AGENT_MB_DONE), psize + 1);
		assert_memory_equal(b->flash + (addr - BENCH_FLASH), image, sizeof(image));
		assert_hash_at(b, frame(b, psize + 1, sizeof(sectors_code)), addr, sizeof(image) / 4);
		assert_int_equal(b->last_width, 1u << psize);
		assert_true(b->programs <= (sizeof(image) - 64) >> psize);
		assert_int_equal(b->f4.cr, 0);
	}
}

static void sectors_erase_the_sector_and_no_other(void **state)
{
	struct bench *b = *state;

	fill(b->flash, sizeof(b->flash), 2);
	b->f4.sr = F4_PGSERR | F4_WRPERR; /* left over by someone else: cleared first */
	load(b, sectors_code, sizeof(sectors_code), BENCH_SECTORS + 0x10, F4_LOCK);
	job(b, sizeof(sectors_code),
	    &(struct bench_job){ .op = AGENT_OP_ERASE,
				 .erase = F4_SER | 3u << 3 | F4_PSIZE(2),
				 .ctrl = BENCH_SECTORS,
				 .addr = BENCH_FLASH + 3 * F4_SECTOR });
	assert_int_equal(mailbox(b, AGENT_MB_DONE), 1);
	for (uint32_t i = 0; i < F4_SECTOR; i++)
		assert_int_equal(b->flash[3 * F4_SECTOR + i], 0xff);
	assert_int_not_equal(get_le32(b->flash + 3 * F4_SECTOR - 4), 0xffffffff);
	assert_int_not_equal(get_le32(b->flash + 4 * F4_SECTOR), 0xffffffff);
	assert_int_equal(b->f4.cr, 0);
}

static void sectors_name_the_word_in_a_protected_sector(void **state)
{
	struct bench *b = *state;
	uint8_t image[64] = { 0 };

	b->protected_from = BENCH_FLASH + F4_SECTOR;
	load(b, sectors_code, sizeof(sectors_code), BENCH_SECTORS + 0x10, F4_LOCK);
	job(b, sizeof(sectors_code),
	    &(struct bench_job){ .op = AGENT_OP_PROGRAM,
				 .erase = F4_PSIZE(2),
				 .ctrl = BENCH_SECTORS,
				 .addr = BENCH_FLASH + F4_SECTOR - 16,
				 .data = image,
				 .len = sizeof(image) });
	engine_run(b, 300);
	assert_int_equal(mailbox(b, AGENT_MB_DONE), AGENT_BOOTING - AGENT_ERR_FLAGS);
	assert_int_equal(mailbox(b, AGENT_MB_SR) & 0xf2, F4_WRPERR);
	assert_int_equal(mailbox(b, AGENT_MB_ADDR), BENCH_FLASH + F4_SECTOR);
	assert_int_equal(b->f4.cr, F4_LOCK);
	assert_true(b->stopped);
}

#endif

/* A poll that sees BSY gone, the judgement of SR, the store: 32768 times for 64 KiB of an F1. */
static void few_instructions_stand_between_ready_and_the_next_store(void **state)
{
	struct bench *b = *state;
	uint8_t image[1024];

	b->busy_reads = 40;
	fill(image, sizeof(image), 31);
	load(b, fpec_code, sizeof(fpec_code), BENCH_FPEC + 0x10, F1_LOCK);
	job(b, sizeof(fpec_code),
	    &(struct bench_job){ .op = AGENT_OP_PROGRAM,
				 .ctrl = BENCH_FPEC,
				 .addr = BENCH_FLASH,
				 .data = image,
				 .len = sizeof(image) });
	assert_int_equal(mailbox(b, AGENT_MB_DONE), 1);
	assert_memory_equal(b->flash, image, sizeof(image));
	assert_in_range(b->worst_latency, 3, 7);
}

#define BENCH_TEST(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)

static const struct CMUnitTest agent_tests[] = {
	BENCH_TEST(all_agents_hash_by_the_formula_at_any_base),
	BENCH_TEST(units_leave_a_hash_each_and_the_last_may_be_short),
	BENCH_TEST(a_scan_says_of_each_piece_whether_it_is_blank),
	BENCH_TEST(units_are_counted_while_they_are_hashed),
	BENCH_TEST(a_job_whose_words_do_not_add_up_is_not_done),
	BENCH_TEST(a_word_costs_few_instructions),
	BENCH_TEST(what_ram_held_before_is_no_job),
	BENCH_TEST(without_a_job_it_feeds_the_watchdog_and_gives_up),
#ifdef BENCH_HAS_NMI
	BENCH_TEST(an_nmi_ends_in_a_breakpoint_and_locks_the_flash),
#ifndef BENCH_V6M
	BENCH_TEST(an_nmi_while_the_controller_is_busy_leaves_it_alone),
#endif
#endif
	BENCH_TEST(the_reading_agent_has_nothing_to_lock),
	BENCH_TEST(an_agent_whose_host_is_dead_resets_the_chip),
	BENCH_TEST(one_that_has_begun_to_write_locks_the_flash_and_stays),
	BENCH_TEST(a_word_from_the_host_lets_it_wait_on),
	BENCH_TEST(fpec_erases_a_page_programs_it_and_hashes_it),
	BENCH_TEST(fpec_mass_erases_the_bank_it_is_given),
	BENCH_TEST(fpec_names_the_half_word_that_was_not_erased),
	BENCH_TEST(fpec_names_a_protected_page),
	BENCH_TEST(a_hung_controller_ends_in_a_breakpoint),
#ifndef BENCH_V6M
	BENCH_TEST(sectors_program_by_every_width),
	BENCH_TEST(sectors_erase_the_sector_and_no_other),
	BENCH_TEST(sectors_name_the_word_in_a_protected_sector),
#endif
	BENCH_TEST(few_instructions_stand_between_ready_and_the_next_store),
};

#endif
