/* SPDX-License-Identifier: MIT */
/* The host's side of the agent: lay out, start, post, watch, stop. */
#include "flash/agent/agent.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/failure.h"

/* The code follows the mailbox. */
#define HEADER_LEN(program) (AGENT_MAILBOX_LEN + (uint32_t)(program)->len)

/* A poll of the controller takes the agent 8 to 10 cycles (agent/controller.inc), one for a job 16 (agent/mailbox.inc).
 */
#define CYCLES_PER_POLL      8u
#define CYCLES_PER_IDLE_POLL 16u

/* An agent that waits hears of the host at least as often, and as often as the link takes for that, at any clock. */
#define PING_MS 500u

/* The largest piece that goes over the link in one go without a word to the agent. */
#define LARGEST_PIECE DAP_CHUNK

/* Clock to assume when it is not known: the fastest of the families, so that a limit is never too short. */
#define FASTEST_KHZ 216000u

/* An agent shows that it runs within microseconds; the link is slower than that. */
#define BOOT_TIMEOUT_MS 200u

/* Bytes of the results of a SCAN: 32 pieces a word, and one more for the bits that are left, if only the 1 above them.
 */
#define BITS_LEN(pieces) (4 * ((pieces) / 32 + 1))

/* From here on nobody changes what was loaded: the last words of the mailbox, and the code. */
#define AGENT_CONSTANT AGENT_MB_BUSY_LIMIT

/* On top of what the setup allows: the link, a frame's worth of programming, a slow host. */
#define WAIT_MARGIN_MS 2000u

#define LOAD_ATTEMPTS 3u

/* How often to look whether the core still runs when the mailbox says nothing. */
#define LOOK_MS 100u

uint32_t agent_ram_needed(const struct agent_program *program, uint32_t frame_data, uint32_t n_frames)
{
	return HEADER_LEN(program) + n_frames * (frame_data + AGENT_DESC_LEN);
}

static uint32_t frame_addr(const struct agent *a, uint32_t frame)
{
	return frame < a->n_first ? a->frames + frame * a->frame_len : a->more + (frame - a->n_first) * a->frame_len;
}

static uint32_t descriptor_addr(const struct agent *a, uint32_t frame)
{
	return frame_addr(a, frame) + a->frame_len - AGENT_DESC_LEN;
}

static uint32_t frame_of(const struct agent *a, uint32_t seq)
{
	return (seq - 1) % a->n_frames;
}

/* Polls that take at least ms at khz. */
static uint32_t polls(uint32_t ms, uint32_t khz, uint32_t cycles)
{
	const uint64_t n = (uint64_t)ms * (khz ? khz : FASTEST_KHZ) / cycles + 1;

	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static int agent_lay_out(struct agent *a, const struct agent_setup *setup)
{
	const uint32_t header = HEADER_LEN(setup->program);
	uint32_t room;

	a->base = setup->ram;
	a->frames = a->base + header;
	a->frame_len = setup->frame_data + AGENT_DESC_LEN;
	room = setup->ram_len > header ? (setup->ram_len - header) / a->frame_len : 0;
	a->n_first = a->n_frames = min_u32(room, setup->max_frames);
	if (!a->n_frames)
		return fail(a->ctx, STFLASH_E_UNSUPPORTED,
			    "%u bytes of RAM are too few for the flash agent, it takes %u",
			    (unsigned int)setup->ram_len,
			    (unsigned int)agent_ram_needed(setup->program, setup->frame_data, 1));

	a->len = header + a->n_first * a->frame_len;
	a->max_wait_ms = setup->busy_limit_ms + WAIT_MARGIN_MS;
	a->frame = malloc(a->frame_len);
	if (!a->frame)
		return fail(a->ctx, STFLASH_E_NO_MEMORY, "out of memory for the flash agent's frame");
	return 0;
}

static int does_not_hold(struct agent *a)
{
	return fail(a->ctx, STFLASH_E_UNSUPPORTED, "the RAM at 0x%08x does not hold the flash agent",
		    (unsigned int)a->base);
}

/*
 * Mailbox and code in one write, and read back: a program that can erase flash
 * does not run before it is known to be what was sent.
 */
static int load_and_read_back(struct agent *a, const uint8_t *image, uint32_t len)
{
	uint8_t *back = malloc(len);
	int err = 0;

	if (!back)
		return fail(a->ctx, STFLASH_E_NO_MEMORY, "out of memory for the flash agent");

	for (unsigned int attempt = 0; attempt < LOAD_ATTEMPTS; attempt++) {
		err = dap_write(a->core->dap, a->base, image, len);
		if (!err)
			err = dap_read(a->core->dap, a->base, back, len);
		if (err || !memcmp(image, back, len))
			break;
		err = does_not_hold(a);
	}
	free(back);
	return err;
}

int agent_watchdog(struct core *core, uint32_t spare, uint32_t *reload)
{
	int err;

	*reload = AGENT_IWDG_KR;
	err = dap_write32(core->dap, AGENT_IWDG_KR, AGENT_IWDG_RELOAD);
	if (err != STFLASH_E_FAULT)
		return err;
	log_debug(core->ctx, "%s: no independent watchdog to feed", core->ctx->errmsg);
	ctx_clear_error(core->ctx);
	*reload = spare;
	return 0;
}

/* An SWD transfer of a word is 46 bit times (timing model). */
static uint32_t link_ms(const struct agent *a, uint64_t bytes)
{
	const uint32_t khz = a->core->dap->probe ? a->core->dap->probe->speed_khz : 0;

	return khz ? (uint32_t)(bytes / 4 * 46 / khz) : 0;
}

/* As a vector: bit 0 says Thumb. */
static uint32_t struck_addr(const struct agent *a)
{
	return (a->base + AGENT_MAILBOX_LEN + AGENT_STRUCK) | 1;
}

/* *own: the hash of what stays as it is sent. */
static int agent_load(struct agent *a, const struct agent_setup *setup, struct hash *own)
{
	/* At the slowest clocks one piece alone takes seconds. */
	const uint32_t idle_ms = AGENT_IDLE_LIMIT_MS + 4 * link_ms(a, LARGEST_PIECE);
	const uint32_t spare = a->base + AGENT_MB_SPARE;
	const uint32_t cr = setup->lock_cr[0] ? setup->lock_cr[0] : spare;
	const uint32_t cr2 = setup->lock_cr[1] ? setup->lock_cr[1] : cr;
	uint8_t *image;
	uint32_t reload;
	int err;

	err = agent_watchdog(a->core, spare, &reload);
	if (err)
		return err;
	image = calloc(1, HEADER_LEN(setup->program));
	if (!image)
		return fail(a->ctx, STFLASH_E_NO_MEMORY, "out of memory for the flash agent");

	put_le32(image + AGENT_MB_DONE, AGENT_BOOTING);
	put_le32(image + AGENT_MB_NMI, struck_addr(a));
	put_le32(image + AGENT_MB_HARDFAULT, struck_addr(a));
	put_le32(image + AGENT_MB_BUSY_LIMIT, polls(setup->busy_limit_ms, setup->core_khz, CYCLES_PER_POLL));
	put_le32(image + AGENT_MB_IDLE_LIMIT, polls(idle_ms, setup->core_khz, CYCLES_PER_IDLE_POLL));
	put_le32(image + AGENT_MB_FIRST, descriptor_addr(a, 0));
	put_le32(image + AGENT_MB_STRIDE, a->frame_len);
	put_le32(image + AGENT_MB_END, descriptor_addr(a, a->n_first - 1) + a->frame_len);
	put_le32(image + AGENT_MB_MORE, descriptor_addr(a, a->n_frames > a->n_first ? a->n_first : 0));
	put_le32(image + AGENT_MB_MORE_END,
		 a->n_frames > a->n_first ? descriptor_addr(a, a->n_frames - 1) + a->frame_len : 0);
	put_le32(image + AGENT_MB_LOCK_CR, cr);
	put_le32(image + AGENT_MB_LOCK_CR2, cr2);
	put_le32(image + AGENT_MB_LOCK, setup->lock);
	put_le32(image + AGENT_MB_WATCHDOG, reload);
	put_le32(image + AGENT_MB_RESET, AGENT_AIRCR_RESET);
	put_le32(image + AGENT_MB_AIRCR, AGENT_AIRCR);
	put_le32(image + AGENT_MB_MAGIC, AGENT_MAGIC);
	memcpy(image + AGENT_MAILBOX_LEN, setup->program->code, setup->program->len);

	*own = hash_words(image + AGENT_CONSTANT, (HEADER_LEN(setup->program) - AGENT_CONSTANT) / HASH_WORD);
	if (setup->only_reads)
		err = dap_write(a->core->dap, a->base, image, HEADER_LEN(setup->program));
	else
		err = load_and_read_back(a, image, HEADER_LEN(setup->program));
	free(image);
	return err;
}

static int does_not_run(struct agent *a)
{
	return fail(a->ctx, STFLASH_E_UNSUPPORTED, "the flash agent does not run in the RAM at 0x%08x",
		    (unsigned int)a->base);
}

/* DONE says that the agent gave up, and why; 0: it does not. */
static uint32_t reason_of(uint32_t done)
{
	const uint32_t reason = AGENT_BOOTING - done;

	return reason <= AGENT_ERR_LAST ? reason : 0;
}

/* The agent's first act is to set DONE to 0. */
static int wait_until_it_runs(struct agent *a)
{
	struct wait wait = wait_begin(BOOT_TIMEOUT_MS);
	bool stopped = false;
	uint32_t done;
	int err;

	do {
		err = dap_read32(a->core->dap, a->base + AGENT_MB_DONE, &done);
		if (err)
			return err;
		if (done == 0)
			return 0;
		if (reason_of(done)) /* the reset vector itself may be flash whose ECC does not fit */
			return does_not_run(a);
		err = core_poll_stopped(a->core, &stopped);
	} while (!err && !stopped && !wait_over(&wait));

	return err && err != STFLASH_E_NO_TARGET ? err : does_not_run(a);
}

/* A part or a clone may lack what others of its line have: an access to the last word of it says so. */
static int add_more_ram(struct agent *a, const struct agent_setup *setup)
{
	const uint32_t n = min_u32(setup->more_len / a->frame_len, setup->max_frames - a->n_first);
	const uint32_t last = setup->more_ram + n * a->frame_len - 4;
	int err;

	if (!n)
		return 0;
	err = dap_write32(a->core->dap, last, AGENT_MAGIC);
	if (!err) {
		a->more = setup->more_ram;
		a->n_frames += n;
	}
	if (err != STFLASH_E_FAULT)
		return err;
	log_info(a->ctx, "no RAM at 0x%08x", (unsigned int)setup->more_ram);
	ctx_clear_error(a->ctx);
	return 0;
}

static void note_heard(struct agent *a)
{
	a->heard_ms = now_ms();
	a->carried = 0;
}

static int load_and_run(struct agent *a, const struct agent_setup *setup, struct hash *own)
{
	int err;

	err = agent_load(a, setup, own);
	if (!err && setup->takes_vectors)
		err = core_take_exceptions(a->core, a->base, (a->base + a->len) & ~7u);
	if (err)
		return err;
	err = core_start(a->core, a->base + AGENT_MAILBOX_LEN, &a->base, 1);
	if (err)
		return err;
	a->running = true;
	note_heard(a);
	return wait_until_it_runs(a);
}

static void put_descriptor(uint8_t *desc, const struct agent_job *job, uint32_t len, uint32_t seq)
{
	uint32_t sum = 0;

	put_le32(desc + AGENT_D_OP, job->op);
	put_le32(desc + AGENT_D_ERASE, job->erase);
	put_le32(desc + AGENT_D_CTRL, job->ctrl);
	put_le32(desc + AGENT_D_ADDR, job->addr);
	put_le32(desc + AGENT_D_LEN, job->op & AGENT_OP_SCAN ? job->scan_piece : len);
	put_le32(desc + AGENT_D_HASH_ADDR, job->hash_addr);
	put_le32(desc + AGENT_D_HASH_WORDS, job->hash_words);
	put_le32(desc + AGENT_D_HASH_UNIT, job->hash_unit);
	put_le32(desc + AGENT_D_CHECK, 0);
	put_le32(desc + AGENT_D_SEQ, seq);
	for (uint32_t at = 0; at < AGENT_DESC_LEN; at += 4)
		sum += get_le32(desc + at);
	put_le32(desc + AGENT_D_CHECK, UINT32_MAX - sum);
}

static int check_job(struct agent *a, const struct agent_job *job)
{
	const uint32_t room = a->frame_len - AGENT_DESC_LEN;
	uint32_t units = 0, bits = 0;

	if (job->op & AGENT_OP_HASH) {
		if (!job->hash_unit || (job->hash_addr & 3))
			return fail(a->ctx, STFLASH_E_OTHER, "a hash over %u words in units of %u at 0x%08x is no job",
				    (unsigned int)job->hash_words, (unsigned int)job->hash_unit,
				    (unsigned int)job->hash_addr);
		units = job->hash_words / job->hash_unit + (job->hash_words % job->hash_unit != 0);
	}
	if (job->op & AGENT_OP_SCAN)
		bits = (uint32_t)BITS_LEN(job->hash_words * HASH_WORD / job->scan_piece + 1);
	if (job->data_len > room || units > (room - min_u32(room, bits)) / sizeof(struct hash))
		return fail(a->ctx, STFLASH_E_OTHER,
			    "a job of %zu bytes and %u hashes does not fit a frame of %u bytes", job->data_len,
			    (unsigned int)units, (unsigned int)room);
	return 0;
}

int agent_keep_waiting(struct agent *a, size_t bytes)
{
	int err;

	a->carried += bytes;
	if (!a->running || (link_ms(a, a->carried) < PING_MS && now_ms() - a->heard_ms < PING_MS))
		return 0;
	err = dap_write32(a->core->dap, a->base + AGENT_MB_PING, ++a->pings);
	if (!err)
		note_heard(a);
	return err;
}

int agent_post(struct agent *a, const struct agent_job *job, uint32_t *seq)
{
	const uint32_t padded = ((uint32_t)job->data_len + 3) & ~3u;
	const uint32_t next = a->posted + 1;
	int err;

	err = check_job(a, job);
	if (!err && next > a->n_frames)
		err = agent_wait(a, next - a->n_frames, 0);
	if (err)
		return err;

	if (padded) {
		memcpy(a->frame, job->data, job->data_len);
		memset(a->frame + job->data_len, 0xff, padded - job->data_len);
	}
	put_descriptor(a->frame + padded, job, padded, next);
	err = dap_write(a->core->dap, descriptor_addr(a, frame_of(a, next)) - padded, a->frame,
			padded + AGENT_DESC_LEN);
	if (err)
		return err;

	a->posted = next;
	note_heard(a);
	if (seq)
		*seq = next;
	return 0;
}

/* The agent gave up: fetch and keep its numbers, and say its reason. */
static int has_failed(struct agent *a, uint32_t reason)
{
	uint8_t raw[AGENT_MB_ADDR + 4 - AGENT_MB_SR];
	int err;

	err = dap_read(a->core->dap, a->base + AGENT_MB_SR, raw, sizeof(raw));
	if (err)
		return err;

	a->failure.error = reason;
	a->failure.sr = get_le32(raw);
	a->failure.addr = get_le32(raw + (AGENT_MB_ADDR - AGENT_MB_SR));
	a->failed = reason != AGENT_ERR_FLAGS && reason != AGENT_ERR_BUSY;
	switch (reason) {
	case AGENT_ERR_FLAGS:
		return fail(a->ctx, STFLASH_E_FLASH, "the flash controller reported an error at 0x%08x (FLASH_SR 0x%x)",
			    (unsigned int)a->failure.addr, (unsigned int)a->failure.sr);
	case AGENT_ERR_BUSY:
		return fail(a->ctx, STFLASH_E_FLASH,
			    "the flash controller stayed busy at 0x%08x (FLASH_SR 0x%x): reset or power-cycle the chip",
			    (unsigned int)a->failure.addr, (unsigned int)a->failure.sr);
	case AGENT_ERR_IDLE:
		return fail(a->ctx, STFLASH_E_FLASH, "the flash agent got no job for too long and gave up: try again");
	case AGENT_ERR_JOB:
		return fail(a->ctx, STFLASH_E_FLASH,
			    "a job for the flash agent arrived damaged and was not done: check the wires to the target "
			    "or lower " HINT_SPEED);
	default:
		return fail(a->ctx, STFLASH_E_FLASH, "the core got an NMI in the middle of the flash agent");
	}
}

/* Take note of DONE. */
static int note_done(struct agent *a, uint32_t done)
{
	const uint32_t reason = reason_of(done);

	if (reason)
		return has_failed(a, reason);
	a->failed = done < a->done || done > a->posted;
	if (a->failed)
		return fail(a->ctx, STFLASH_E_FLASH, "the flash agent's mailbox at 0x%08x was overwritten",
			    (unsigned int)a->base);
	a->done = done;
	return 0;
}

int agent_poll(struct agent *a)
{
	uint32_t done;
	int err;

	err = dap_read32(a->core->dap, a->base + AGENT_MB_DONE, &done);
	return err ? err : note_done(a, done);
}

/* The mailbox says nothing new: does the core still run? */
static int agent_look_at_core(struct agent *a)
{
	bool stopped;
	int err;

	err = core_poll_stopped(a->core, &stopped);
	a->failed = err == STFLASH_E_NO_TARGET;
	if (err || !stopped)
		return err;

	err = agent_poll(a); /* it may have failed between the two looks */
	if (err)
		return err;
	a->failed = true;
	return fail(a->ctx, STFLASH_E_NO_TARGET,
		    "the core stopped in the middle of the flash agent: it was disturbed by "
		    "something else");
}

/* How long nothing has happened. */
struct patience {
	struct wait wait;
	uint64_t looked;
};

static struct patience patient_for(const struct agent *a, unsigned int timeout_ms)
{
	return (struct patience){ wait_begin(timeout_ms ? timeout_ms : a->max_wait_ms), now_ms() };
}

/* Between two looks at the mailbox: cancelled, stopped, or without progress for too long? */
static int go_on_waiting(struct agent *a, struct patience *p, bool progress_made)
{
	const uint64_t now = now_ms();
	int err;

	err = a->waiting ? a->waiting(a->waiting_user) : check_cancel(a->ctx);
	if (err)
		return err;

	if (progress_made)
		*p = patient_for(a, (unsigned int)p->wait.ms);
	else if (now - p->looked >= LOOK_MS) {
		p->looked = now;
		err = agent_look_at_core(a);
		if (err)
			return err;
	}
	if (progress_made || !wait_over(&p->wait))
		return 0;
	a->failed = true;
	return fail(a->ctx, STFLASH_E_FLASH,
		    "the flash agent in the target's RAM made no progress for %u ms: reset the chip and try again",
		    (unsigned int)p->wait.ms);
}

int agent_wait(struct agent *a, uint32_t seq, unsigned int timeout_ms)
{
	struct patience patience = patient_for(a, timeout_ms);

	while (a->done < seq) {
		const uint32_t done = a->done;
		int err;

		err = agent_poll(a);
		if (!err)
			err = go_on_waiting(a, &patience, a->done != done);
		if (err)
			return err;
	}
	return 0;
}

int agent_units(struct agent *a, uint32_t seq, uint32_t total, uint32_t *units)
{
	uint8_t raw[AGENT_MB_UNITS + 4]; /* DONE is read first: units of a later job are never taken for this one's */
	int err;

	err = dap_read(a->core->dap, a->base, raw, sizeof(raw));
	if (!err)
		err = note_done(a, get_le32(raw + AGENT_MB_DONE));
	if (err)
		return err;

	if (a->done >= seq)
		*units = total;
	else
		*units = a->done == seq - 1 ? min_u32(get_le32(raw + AGENT_MB_UNITS), total) : 0;
	return 0;
}

int agent_wait_units(struct agent *a, uint32_t seq, uint32_t total, uint32_t known, uint32_t *units)
{
	struct patience patience = patient_for(a, 0);
	int err;

	/* The first units of the last job: a lone word says that they are there, and takes half as long. */
	if (!known && seq == a->posted) {
		err = dap_read32(a->core->dap, a->base + AGENT_MB_UNITS, units);
		if (err || (*units && *units < total))
			return err;
	}
	for (;;) {
		err = agent_units(a, seq, total, units);
		if (!err)
			err = go_on_waiting(a, &patience, false);
		if (err || *units > known)
			return err;
	}
}

/* n results of the HASH job seq from unit first on, and more bytes behind them, into the frame. */
static int fetch_results(struct agent *a, uint32_t seq, uint32_t first, size_t n, size_t more, struct hash *out)
{
	int err;

	err = dap_read(a->core->dap, frame_addr(a, frame_of(a, seq)) + 8 * first, a->frame, 8 * n + more);
	for (size_t i = 0; !err && i < n; i++) {
		out[i].a = get_le32(a->frame + 8 * i);
		out[i].b = get_le32(a->frame + 8 * i + 4);
	}
	return err;
}

int agent_hashes(struct agent *a, uint32_t seq, uint32_t first, size_t n, struct hash *out)
{
	return fetch_results(a, seq, first, n, 0, out);
}

int agent_scanned(struct agent *a, uint32_t seq, uint32_t first, size_t n, struct hash *out, size_t pieces, bool *blank)
{
	const uint8_t *bits = a->frame + 8 * n;
	int err;

	err = fetch_results(a, seq, first, n, BITS_LEN(pieces), out);
	for (size_t i = 0; !err && i < pieces; i++) {
		const size_t in_word = min_size(32, pieces - i / 32 * 32);

		blank[i] = get_le32(bits + i / 32 * 4) >> (in_word - 1 - i % 32) & 1;
	}
	return err;
}

/*
 * The flash is locked, and all that the program can do is read: so it may run before it is known to be what was sent.
 * It proves itself by its own hash, which takes less than half as long as reading it back.
 */
static int proves_itself(struct agent *a, const struct agent_setup *setup, struct hash own, bool *right)
{
	const struct agent_job job = {
		.op = AGENT_OP_HASH,
		.hash_addr = a->base + AGENT_CONSTANT,
		.hash_words = (HEADER_LEN(setup->program) - AGENT_CONSTANT) / HASH_WORD,
		.hash_unit = (HEADER_LEN(setup->program) - AGENT_CONSTANT) / HASH_WORD,
	};
	struct hash hash;
	uint32_t seq;
	int err;

	err = agent_post(a, &job, &seq);
	if (!err)
		err = agent_wait(a, seq, 0);
	if (!err)
		err = agent_hashes(a, seq, 0, 1, &hash);
	*right = !err && hash_equal(hash, own);
	return err == STFLASH_E_FLASH || a->failed ? does_not_run(a) : err;
}

static int load_and_prove(struct agent *a, const struct agent_setup *setup)
{
	struct hash own;
	bool right = false;
	int err = 0;

	for (unsigned int attempt = 0; !err && !right && attempt < LOAD_ATTEMPTS; attempt++) {
		if (a->running)
			err = core_halt(a->core);
		a->running = false;
		a->posted = a->done = 0;
		if (!err)
			err = load_and_run(a, setup, &own);
		if (!err)
			err = proves_itself(a, setup, own, &right);
	}
	return err || right ? err : does_not_hold(a);
}

int agent_start(struct agent *a, struct core *core, const struct agent_setup *setup)
{
	int err;

	*a = (struct agent){ .ctx = core->ctx, .core = core };

	err = agent_lay_out(a, setup);
	if (!err)
		err = add_more_ram(a, setup);
	if (!err && setup->only_reads)
		err = load_and_prove(a, setup);
	else if (!err)
		err = load_and_run(a, setup, &(struct hash){ 0 });
	if (err == STFLASH_E_FAULT)
		err = fail(a->ctx, STFLASH_E_UNSUPPORTED, "the RAM at 0x%08x does not work for the flash agent",
			   (unsigned int)a->base);
	if (err) {
		struct cleanup undo;

		cleanup_begin(&undo, a->ctx, err);
		cleanup_step(&undo, agent_stop(a));
		return cleanup_end(&undo);
	}

	log_debug(a->ctx, "agent at 0x%08x: %u bytes, %u frames of %u", (unsigned int)a->base, (unsigned int)a->len,
		  (unsigned int)a->n_frames, (unsigned int)(a->frame_len - AGENT_DESC_LEN));
	return 0;
}

int agent_stop(struct agent *a)
{
	struct cleanup undo;

	if (!a->core)
		return 0;

	cleanup_begin(&undo, a->ctx, 0);
	if (a->running)
		cleanup_step(&undo, core_halt(a->core));
	free(a->frame);
	*a = (struct agent){ 0 };
	return cleanup_end(&undo);
}
