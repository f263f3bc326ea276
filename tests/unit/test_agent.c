/* SPDX-License-Identifier: MIT */
/* The host's side of the agent. */
#include "fake_target.h"
#include "swd/scs.h"

static struct agent_setup reading_setup(void)
{
	return (struct agent_setup){
		.program = &agent_hash_only.v7m,
		.ram = CHIP_RAM_BASE,
		.ram_len = 4096,
		.frame_data = 512,
		.max_frames = 2,
		.core_khz = 8000,
		.busy_limit_ms = 1,
	};
}

static struct agent_job hash_job(uint32_t words, uint32_t unit)
{
	return (struct agent_job){
		.op = AGENT_OP_HASH, .hash_addr = CHIP_FLASH_BASE, .hash_words = words, .hash_unit = unit
	};
}

static void start(struct agent *a)
{
	const struct agent_setup setup = reading_setup();

	fake_core.halted = true;
	assert_int_equal(agent_start(a, &fake_core, &setup), 0);
}

static void it_takes_the_ram_it_says(void **state)
{
	static uint8_t before[FAKE_RAM_LEN];
	struct agent a;

	(void)state;
	memcpy(before, fake.ram, sizeof(before));
	start(&a);
	assert_int_equal(a.n_frames, 2);
	assert_int_equal(a.len, agent_ram_needed(&agent_hash_only.v7m, 512, 2));
	assert_memory_not_equal(fake.ram, before, a.len);
	assert_memory_equal(fake.ram + a.len, before + a.len, sizeof(before) - a.len);

	assert_int_equal(agent_stop(&a), 0);
	assert_true(fake_core.halted);
	assert_int_equal(agent_stop(&a), 0); /* twice is harmless */
}

static void the_mailbox_holds_what_the_agent_must_know(void **state)
{
	struct agent a;
	struct agent_setup setup = reading_setup();

	(void)state;
	setup.lock_cr[0] = 0x40022010;
	setup.lock = 0x80;
	fake_core.halted = true;
	assert_int_equal(agent_start(&a, &fake_core, &setup), 0);
	assert_int_equal(ram_word(a.base + AGENT_MB_STRIDE), 512 + AGENT_DESC_LEN);
	assert_int_equal(ram_word(a.base + AGENT_MB_FIRST), a.frames + 512);
	assert_int_equal(ram_word(a.base + AGENT_MB_END), a.frames + 512 + 2 * (512 + AGENT_DESC_LEN));
	assert_int_equal(ram_word(a.base + AGENT_MB_LOCK_CR), 0x40022010);
	assert_int_equal(ram_word(a.base + AGENT_MB_LOCK_CR2), 0x40022010);
	assert_int_equal(ram_word(a.base + AGENT_MB_LOCK), 0x80);
	assert_in_range(ram_word(a.base + AGENT_MB_BUSY_LIMIT), 800, 2000); /* 1 ms of 8 MHz, 8 to 10 cycles a poll */
	assert_int_equal(agent_stop(&a), 0);
}

/* Where an NMI may come the mailbox is the table, and leads into the code; the stack ends where the ring does. */
static void exceptions_end_in_the_agent_where_they_may_come(void **state)
{
	struct agent_setup setup = reading_setup();
	struct agent a;

	for (unsigned int takes = 0; takes < 2; takes++) {
		fake_setup(state);
		setup.takes_vectors = takes;
		fake_core.halted = true;
		assert_int_equal(agent_start(&a, &fake_core, &setup), 0);
		assert_int_equal(fake.table, takes ? a.base : 0);
		assert_int_equal(fake.stack, takes ? (a.base + a.len) & ~7u : 0);
		assert_int_equal(ram_word(a.base + 8), (a.base + AGENT_MAILBOX_LEN + AGENT_STRUCK) | 1);
		assert_int_equal(ram_word(a.base + 12), ram_word(a.base + 8));
		assert_int_equal(agent_stop(&a), 0);
	}
}

static void too_little_ram_is_told(void **state)
{
	struct agent_setup setup = reading_setup();
	struct agent a;

	(void)state;
	setup.ram_len = 600;
	assert_int_equal(agent_start(&a, &fake_core, &setup), STFLASH_E_UNSUPPORTED);
	assert_non_null(strstr(fake_ctx.errmsg, "600 bytes of RAM"));
	assert_int_equal(fake.writes, 0);
}

static void one_that_does_not_run_is_told(void **state)
{
	const struct agent_setup setup = reading_setup();
	struct agent a;

	(void)state;
	fake.dead = true;
	fake_core.halted = true;
	assert_int_equal(agent_start(&a, &fake_core, &setup), STFLASH_E_UNSUPPORTED);
	assert_non_null(strstr(fake_ctx.errmsg, "does not run"));
	assert_true(fake_core.halted);
}

static void ram_that_faults_is_told_as_unsupported(void **state)
{
	const struct agent_setup setup = reading_setup();
	struct agent a;

	(void)state;
	fake.fault_at = CHIP_RAM_BASE + 100;
	fake_core.halted = true;
	assert_int_equal(agent_start(&a, &fake_core, &setup), STFLASH_E_UNSUPPORTED);
	assert_non_null(strstr(fake_ctx.errmsg, "the RAM at 0x20000000 does not work for the flash agent"));
}

static void go_around_the_ring(struct agent *a)
{
	for (size_t i = 0; i < 4096; i++)
		fake.flash[i] = (uint8_t)(i * i >> 3);
	for (uint32_t i = 1; i <= 7; i++) {
		const struct agent_job job = hash_job(100 * i, 64);
		const uint32_t units = (100 * i + 63) / 64;
		struct hash out[11];
		uint32_t seq;

		assert_int_equal(agent_post(a, &job, &seq), 0);
		assert_int_equal(seq, i);
		assert_int_equal(agent_wait(a, seq, 0), 0);
		assert_int_equal(agent_hashes(a, seq, 0, units, out), 0);
		for (uint32_t u = 0; u < units; u++)
			assert_true(
				hash_equal(out[u], hash_words(fake.flash + 256 * u, min_u32(64, 100 * i - 64 * u))));
	}
	assert_int_equal(agent_stop(a), 0);
}

static void jobs_go_around_the_ring_and_results_come_back(void **state)
{
	struct agent a;

	(void)state;
	start(&a);
	go_around_the_ring(&a);
}

static void the_ring_goes_on_in_more_ram(void **state)
{
	struct agent_setup setup = reading_setup();
	struct agent a;

	(void)state;
	setup.max_frames = 5;
	setup.ram_len = agent_ram_needed(setup.program, 512, 2);
	setup.more_ram = CHIP_RAM_BASE + 0x8000;
	setup.more_len = 2000;
	fake_core.halted = true;
	assert_int_equal(agent_start(&a, &fake_core, &setup), 0);
	assert_int_equal(a.n_frames, 2 + 3);
	go_around_the_ring(&a);
}

static void more_ram_that_is_not_there_is_done_without(void **state)
{
	struct agent_setup setup = reading_setup();
	struct agent a;

	(void)state;
	setup.max_frames = 5;
	setup.ram_len = agent_ram_needed(setup.program, 512, 2);
	setup.more_ram = 0x10000000;
	setup.more_len = 0x10000;
	fake_core.halted = true;
	assert_int_equal(agent_start(&a, &fake_core, &setup), 0);
	assert_int_equal(a.n_frames, 2);
	go_around_the_ring(&a);
}

static void posting_waits_for_a_free_frame(void **state)
{
	struct agent a;
	uint32_t seq = 0;

	(void)state;
	fake.units_a_look = 1;
	start(&a);
	for (uint32_t i = 0; i < 5; i++) {
		const struct agent_job job = hash_job(64, 32);

		assert_int_equal(agent_post(&a, &job, &seq), 0);
		assert_true(a.posted - a.done <= a.n_frames);
	}
	assert_int_equal(agent_wait(&a, seq, 0), 0);
	assert_int_equal(a.done, 5);
	assert_int_equal(agent_stop(&a), 0);
}

static void data_ends_where_the_descriptor_begins_in_one_write(void **state)
{
	static const uint8_t image[5] = { 0x11, 0x22, 0x33, 0x44, 0x55 };
	const struct agent_job job = {
		.op = AGENT_OP_PROGRAM, .addr = CHIP_FLASH_BASE + 0x40, .data = image, .data_len = sizeof(image)
	};
	unsigned int writes;
	struct agent a;
	uint32_t seq;

	(void)state;
	start(&a);
	writes = fake.writes;
	assert_int_equal(agent_post(&a, &job, &seq), 0);
	assert_int_equal(fake.writes - writes, 1);
	assert_int_equal(ram_word(a.frames + 512 + AGENT_D_LEN), 8);
	assert_int_equal(ram_word(a.frames + 512 - 8), 0x44332211);
	assert_int_equal(ram_word(a.frames + 512 - 4), 0xffffff55);
	assert_int_equal(agent_wait(&a, seq, 0), 0);
	assert_memory_equal(fake.flash + 0x40, image, sizeof(image));
	assert_int_equal(agent_stop(&a), 0);
}

static void a_job_that_does_not_fit_is_refused(void **state)
{
	static const uint8_t big[516];
	const struct agent_job long_data = { .op = AGENT_OP_PROGRAM, .data = big, .data_len = sizeof(big) };
	const struct agent_job many_units = hash_job(65, 1), no_unit = hash_job(10, 0);
	struct agent_job odd = hash_job(10, 5);
	struct agent a;

	(void)state;
	odd.hash_addr++;
	start(&a);
	assert_int_equal(agent_post(&a, &long_data, NULL), STFLASH_E_OTHER);
	assert_non_null(strstr(fake_ctx.errmsg, "a job of 516 bytes and 0 hashes does not fit a frame of 512 bytes"));
	assert_int_equal(agent_post(&a, &many_units, NULL), STFLASH_E_OTHER);
	assert_int_equal(agent_post(&a, &no_unit, NULL), STFLASH_E_OTHER);
	assert_non_null(strstr(fake_ctx.errmsg, "a hash over 10 words in units of 0 at 0x08000000 is no job"));
	assert_int_equal(agent_post(&a, &odd, NULL), STFLASH_E_OTHER);
	assert_int_equal(a.posted, 0);
	assert_int_equal(agent_stop(&a), 0);
}

static void units_are_seen_while_they_are_hashed(void **state)
{
	const struct agent_job job = hash_job(640, 64);
	uint32_t seq, known = 0;
	struct agent a;

	(void)state;
	fake.units_a_look = 2;
	start(&a);
	assert_int_equal(agent_post(&a, &job, &seq), 0);
	while (known < 10) {
		uint32_t units;

		assert_int_equal(agent_wait_units(&a, seq, 10, known, &units), 0);
		assert_int_equal(units, known + 2);
		known = units;
	}
	assert_int_equal(agent_stop(&a), 0);
}

static void a_failure_has_its_numbers_and_words(void **state)
{
	static const struct {
		uint32_t error;
		const char *words;
	} cases[] = {
		{ AGENT_ERR_FLAGS, "the flash controller reported an error at 0x08000c00 (FLASH_SR 0x14)" },
		{ AGENT_ERR_BUSY, "stayed busy" },
		{ AGENT_ERR_IDLE, "the flash agent got no job for too long and gave up" },
		{ AGENT_ERR_JOB, "arrived damaged and was not done" },
		{ AGENT_ERR_NMI, "the core got an NMI in the middle of the flash agent" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct agent_job job = { .op = AGENT_OP_ERASE, .addr = CHIP_FLASH_BASE + 0xc00 };
		struct agent a;
		uint32_t seq;

		fake_setup(state);
		fake.fails_with = cases[i].error;
		start(&a);
		assert_int_equal(agent_post(&a, &job, &seq), 0);
		assert_int_equal(agent_wait(&a, seq, 0), STFLASH_E_FLASH);
		assert_non_null(strstr(fake_ctx.errmsg, cases[i].words));
		assert_int_equal(a.failure.error, cases[i].error);
		assert_int_equal(a.failure.sr, 0x14);
		assert_int_equal(a.failure.addr, CHIP_FLASH_BASE + 0xc00);
		assert_int_equal(agent_stop(&a), 0);
	}
}

static void a_mailbox_that_makes_no_sense_is_told(void **state)
{
	const struct agent_job job = hash_job(10, 5);
	struct agent a;
	uint32_t seq;

	(void)state;
	start(&a);
	assert_int_equal(agent_post(&a, &job, &seq), 0);
	fake.hung = true;
	put_le32(ram_at(a.base + AGENT_MB_DONE), 5);
	assert_int_equal(agent_wait(&a, seq, 0), STFLASH_E_FLASH);
	assert_non_null(strstr(fake_ctx.errmsg, "overwritten"));
	assert_int_equal(agent_stop(&a), 0);
}

static void a_core_that_stops_without_a_word_is_told(void **state)
{
	const struct agent_job job = hash_job(10, 5);
	struct agent a;
	uint32_t seq;

	(void)state;
	start(&a);
	fake.stops_in_job = true;
	assert_int_equal(agent_post(&a, &job, &seq), 0);
	assert_int_equal(agent_wait(&a, seq, 1000), STFLASH_E_NO_TARGET);
	assert_non_null(strstr(fake_ctx.errmsg, "the core stopped in the middle of the flash agent"));
	assert_int_equal(agent_stop(&a), 0);
}

/* The clock, where a test stops it. */
static uint64_t stopped_ms;

uint64_t __real_now_ms(void);
uint64_t __wrap_now_ms(void);

uint64_t __wrap_now_ms(void)
{
	return stopped_ms ? stopped_ms : __real_now_ms();
}

/* Between its jobs an agent takes a silent host for dead, so it hears of us every half second of the link's time. */
static void an_agent_that_waits_hears_of_the_host(void **state)
{
	static struct stlink probe = { .speed_khz = 4000 };
	struct agent a;

	(void)state;
	stopped_ms = 1000000;
	start(&a);
	fake_dap.probe = &probe;
	assert_int_equal(agent_keep_waiting(&a, 6144), 0);
	assert_int_equal(ram_word(a.base + AGENT_MB_PING), 0);
	assert_int_equal(agent_keep_waiting(&a, 200000), 0);
	assert_int_equal(ram_word(a.base + AGENT_MB_PING), 1);
	probe.speed_khz = 125; /* where one piece takes as long */
	assert_int_equal(agent_keep_waiting(&a, 6144), 0);
	assert_int_equal(ram_word(a.base + AGENT_MB_PING), 2);
	stopped_ms += 499;
	assert_int_equal(agent_keep_waiting(&a, 1), 0);
	assert_int_equal(ram_word(a.base + AGENT_MB_PING), 2);
	stopped_ms += 1;
	assert_int_equal(agent_keep_waiting(&a, 1), 0);
	assert_int_equal(ram_word(a.base + AGENT_MB_PING), 3);
	stopped_ms = 0;
	fake_dap.probe = NULL;
	assert_int_equal(agent_stop(&a), 0);
	assert_int_equal(agent_keep_waiting(&a, 1000000), 0);
}

static enum agent_left left_in(uint32_t magic, uint32_t reset, uint32_t pc)
{
	enum agent_left left;

	put_le32(ram_at(CHIP_RAM_BASE + AGENT_MB_MAGIC), magic);
	put_le32(ram_at(CHIP_RAM_BASE + AGENT_MB_RESET), reset);
	fake.pc = pc;
	assert_int_equal(agent_find_left(&fake_core, CHIP_RAM_BASE, FAKE_RAM_LEN, &left), 0);
	return left;
}

static void what_an_earlier_run_left_is_found(void **state)
{
	(void)state;
	fake_core.halted = true;
	fake_core.found_dhcsr = 0;
	assert_int_equal(left_in(AGENT_MAGIC, 0, CHIP_RAM_BASE + 100), AGENT_LEFT_NOTHING); /* nobody debugged */
	fake_core.found_dhcsr = DHCSR_C_DEBUGEN;
	assert_int_equal(left_in(0, 0, CHIP_RAM_BASE + 100), AGENT_LEFT_NOTHING);
	assert_int_equal(left_in(AGENT_MAGIC, 0, 0x08000100), AGENT_LEFT_NOTHING);
	assert_int_equal(left_in(AGENT_MAGIC, AGENT_AIRCR_RESET, CHIP_RAM_BASE + 100), AGENT_LEFT_AT_WORK);
	assert_int_equal(left_in(AGENT_MAGIC, 0, CHIP_RAM_BASE + 100), AGENT_LEFT_WRITING);
	/* A firmware that runs and has not used this RAM since is no agent; one that counts is. */
	fake_core.halted = false;
	assert_int_equal(left_in(AGENT_MAGIC, AGENT_AIRCR_RESET, 0), AGENT_LEFT_NOTHING);
	fake.flickers_at = CHIP_RAM_BASE + AGENT_MB_ALIVE;
	fake.flickers = 3;
	assert_int_equal(left_in(AGENT_MAGIC, AGENT_AIRCR_RESET, 0), AGENT_LEFT_AT_WORK);
	/* RAM that cannot be read holds nothing of ours. */
	fake.fault_at = CHIP_RAM_BASE + AGENT_MB_MAGIC;
	assert_int_equal(left_in(AGENT_MAGIC, 0, 0), AGENT_LEFT_NOTHING);
}

static void waiting_ends(void **state)
{
	const struct agent_job job = hash_job(10, 5);
	struct agent a;
	uint32_t seq;

	(void)state;
	start(&a);
	fake.hung = true;
	assert_int_equal(agent_post(&a, &job, &seq), 0);
	assert_int_equal(agent_wait(&a, seq, 30), STFLASH_E_FLASH);
	assert_non_null(strstr(fake_ctx.errmsg, "no progress for 30 ms"));
	atomic_store(&fake_ctx.cancelled, 1);
	assert_int_equal(agent_wait(&a, seq, 30), STFLASH_E_CANCELLED);
	assert_int_equal(agent_stop(&a), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(it_takes_the_ram_it_says, fake_setup),
		cmocka_unit_test_setup(the_mailbox_holds_what_the_agent_must_know, fake_setup),
		cmocka_unit_test_setup(exceptions_end_in_the_agent_where_they_may_come, fake_setup),
		cmocka_unit_test_setup(too_little_ram_is_told, fake_setup),
		cmocka_unit_test_setup(one_that_does_not_run_is_told, fake_setup),
		cmocka_unit_test_setup(ram_that_faults_is_told_as_unsupported, fake_setup),
		cmocka_unit_test_setup(jobs_go_around_the_ring_and_results_come_back, fake_setup),
		cmocka_unit_test_setup(the_ring_goes_on_in_more_ram, fake_setup),
		cmocka_unit_test_setup(more_ram_that_is_not_there_is_done_without, fake_setup),
		cmocka_unit_test_setup(posting_waits_for_a_free_frame, fake_setup),
		cmocka_unit_test_setup(data_ends_where_the_descriptor_begins_in_one_write, fake_setup),
		cmocka_unit_test_setup(a_job_that_does_not_fit_is_refused, fake_setup),
		cmocka_unit_test_setup(units_are_seen_while_they_are_hashed, fake_setup),
		cmocka_unit_test_setup(a_failure_has_its_numbers_and_words, fake_setup),
		cmocka_unit_test_setup(a_mailbox_that_makes_no_sense_is_told, fake_setup),
		cmocka_unit_test_setup(a_core_that_stops_without_a_word_is_told, fake_setup),
		cmocka_unit_test_setup(an_agent_that_waits_hears_of_the_host, fake_setup),
		cmocka_unit_test_setup(what_an_earlier_run_left_is_found, fake_setup),
		cmocka_unit_test_setup(waiting_ends, fake_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
