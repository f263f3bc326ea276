/* SPDX-License-Identifier: MIT */
/*
 * The agent hashes the range unit by unit while the link, about fifteen times
 * slower, carries what it already found to be not blank; each unit received is
 * compared with its hash. What a file has already (like.h) is not carried where
 * the hash is the same.
 */
#include "flash/engine/dump.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* What one memory command carries; progress and cancellation come as often. */
#define CHUNK WORKER_CHUNK

/* More units find more blank space, fewer have fewer hashes to be fetched. */
#define MAX_UNITS 64u
#define MIN_UNIT  2048u

/* A blank piece inside of a unit is not transferred: a shorter one would come faster than a command of its own. */
#define MAX_PIECES 2048u
#define MIN_PIECE  1024u

/* How often a block that does not match is read again. */
#define MAX_RETRIES 3u

struct dump {
	struct flash *f;
	struct stflash_dump_report *report;
	struct agent *agent;
	uint32_t job;
	uint32_t addr;  /* of the range in whole words */
	uint32_t len;   /* likewise */
	uint32_t first; /* what was asked for of it */
	uint32_t end;
	uint8_t *image; /* len bytes */
	const struct like *like;
	uint32_t unit; /* bytes */
	uint32_t n_units;
	uint32_t known; /* units whose hash has been fetched */
	struct hash hashes[MAX_UNITS];
	uint32_t piece; /* bytes */
	uint32_t n_pieces;
	bool scanned;         /* the next is known */
	uint64_t transferred; /* when it was looked for last */
	bool piece_is_blank[MAX_PIECES];
	bool same[MAX_UNITS];   /* the image holds what is hashed before the unit has come */
	bool taken[MAX_UNITS];  /* and it was not fetched for that reason */
	struct hash blank;      /* of a unit */
	struct hash blank_last; /* of the last one, which may be shorter */
};

static uint32_t unit_len(const struct dump *d, uint32_t u)
{
	return min_u32(d->unit, d->len - u * d->unit);
}

static bool dump_is_blank(const struct dump *d, uint32_t u)
{
	return hash_equal(d->hashes[u], u + 1 < d->n_units ? d->blank : d->blank_last);
}

static bool matches(const struct dump *d, uint32_t u)
{
	return hash_equal(d->hashes[u], hash_words(d->image + u * d->unit, unit_len(d, u) / 4));
}

/* Bytes of unit u that were asked for and that the file has. */
static size_t from_file(const struct dump *d, uint32_t u)
{
	const uint32_t start = d->addr + u * d->unit, end = start + unit_len(d, u);
	const uint32_t first = start > d->first ? start : d->first;
	const uint32_t last = end < d->end ? end : d->end;

	return last > first ? like_covers(d->like, first, last - first) : 0;
}

static int never_matches(struct flash *f, uint32_t addr)
{
	return fail(f->ctx, STFLASH_E_MISMATCH,
		    "the flash at 0x%08x arrived wrong %u times: check the wires to the target or lower " HINT_SPEED,
		    (unsigned int)addr, MAX_RETRIES + 1);
}

static int start_hashing(struct dump *d)
{
	const struct agent_job job = {
		.op = AGENT_OP_HASH | AGENT_OP_SCAN,
		.scan_piece = d->piece,
		.hash_addr = d->addr,
		.hash_words = d->len / 4,
		.hash_unit = d->unit / 4,
	};

	return agent_post(d->agent, &job, &d->job);
}

/* So many units are hashed by now: fetch the hashes that are new, and with the last of them what the scan has found. */
static int fetch_known(struct dump *d, uint32_t units)
{
	const uint32_t n = units - d->known;
	struct hash *to = d->hashes + d->known;
	int err = 0;

	d->scanned = d->agent->done >= d->job;
	if (d->scanned)
		err = agent_scanned(d->agent, d->job, d->known, n, to, d->n_pieces, d->piece_is_blank);
	else if (n)
		err = agent_hashes(d->agent, d->job, d->known, n, to);
	if (err)
		return err;
	for (; d->known < units; d->known++)
		d->same[d->known] = from_file(d, d->known) && matches(d, d->known);
	return 0;
}

/* Make the hash of unit u known, and those of all units that are hashed by now. */
static int know(struct dump *d, uint32_t u)
{
	uint32_t units;
	int err;

	if (u < d->known)
		return 0;
	err = agent_wait_units(d->agent, d->job, d->n_units, d->known, &units);
	return err ? err : fetch_known(d, units);
}

/* The scan comes last: it is looked for once for each piece that has come over the link. */
static int look_for_scan(struct dump *d)
{
	uint32_t units;
	int err;

	if (d->scanned || d->report->transferred == d->transferred)
		return 0;
	d->transferred = d->report->transferred;
	err = agent_units(d->agent, d->job, d->n_units, &units);
	return err ? err : fetch_known(d, units > d->known ? units : d->known);
}

/* A unit that did not match comes again, a few times, and its hash too: either may have been garbled on the way. */
static int read_again(struct dump *d, uint32_t u)
{
	const uint32_t at = u * d->unit;
	int err;

	for (unsigned int retry = 0; retry < MAX_RETRIES; retry++) {
		log_warn(d->f->ctx, "the block at 0x%08x arrived wrong and is read again",
			 (unsigned int)(d->addr + at));
		d->report->retries++;
		err = dap_doubt_clock(d->f->core->dap);
		if (!err)
			err = agent_hashes(d->agent, d->job, u, 1, &d->hashes[u]);
		if (!err)
			err = dump_fetch(d->f, d->addr + at, d->image + at, unit_len(d, u), d->report);
		if (err)
			return err;
		if (matches(d, u))
			return 0;
	}
	return never_matches(d->f, d->addr + at);
}

/* From its start on it need not be transferred, as far as is known by now. */
static bool need_not_come(const struct dump *d, uint32_t u, uint32_t pos)
{
	return u < d->known && u * d->unit >= pos && (dump_is_blank(d, u) || d->same[u]);
}

/* With a file at hand the next unit most likely need not come: its hash is worth asking for. */
static bool ask_first(const struct dump *d, uint32_t u)
{
	return u >= d->known && d->like->n;
}

/* Bytes from pos to the end of its unit in pieces that are blank, as far as is known by now. */
static uint32_t blank_pieces(const struct dump *d, uint32_t pos)
{
	const uint32_t stop = pos / d->unit * d->unit + unit_len(d, pos / d->unit);
	uint32_t end = pos;

	while (d->scanned && end % d->piece == 0 && end < stop && d->piece_is_blank[end / d->piece])
		end = min_u32(end + d->piece, d->len);
	return end - pos;
}

static bool ends_run(const struct dump *d, uint32_t end, uint32_t pos)
{
	const uint32_t u = end / d->unit;

	return need_not_come(d, u, pos) || ask_first(d, u) || blank_pieces(d, end);
}

/*
 * Bytes to transfer from pos on in one go: to what need not come, at most a chunk. Behind what is not blank a unit
 * that is not hashed yet seldom is; to ask for it first, or to read in smaller pieces, takes longer.
 */
static uint32_t run_length(const struct dump *d, uint32_t pos)
{
	const uint32_t step = min_u32(d->unit, d->piece);
	uint32_t end = pos;

	do
		end += step - end % step;
	while (end < d->len && end - pos < CHUNK && !ends_run(d, end, pos));
	return min_u32(min_u32(end, d->len) - pos, CHUNK);
}

/* Units that have arrived whole with the bytes from pos to end. */
static int check_units(struct dump *d, uint32_t pos, uint32_t end)
{
	int err = 0;

	for (uint32_t u = pos / d->unit; !err && u < d->n_units && u * d->unit + unit_len(d, u) <= end; u++) {
		err = know(d, u);
		if (!err && !matches(d, u))
			err = read_again(d, u);
	}
	return err;
}

/* What the file does not have of the unit is blank then. */
static void take_from_file(struct dump *d, uint32_t u)
{
	const size_t n = from_file(d, u);

	d->taken[u] = true;
	d->report->like += n;
	d->report->blank += unit_len(d, u) - n;
}

static void give_back(struct dump *d, uint32_t u)
{
	const size_t n = from_file(d, u);

	d->report->like -= n;
	d->report->blank -= unit_len(d, u) - n;
}

/*
 * A hash that vouches for bytes which never came must not be one that arrived wrong, such as that of another unit with
 * the same contents: all of them come once more, in one go and after the last was made, and each is compared with what
 * the image holds now.
 */
static int confirm(struct dump *d)
{
	struct hash again[MAX_UNITS];
	uint32_t n = d->n_units;
	int err = 0;

	while (n && !d->taken[n - 1])
		n--;
	if (n)
		err = agent_wait(d->agent, d->job, 0);
	if (n && !err)
		err = agent_hashes(d->agent, d->job, 0, n, again);
	for (uint32_t u = 0; !err && u < n; u++) {
		d->hashes[u] = again[u];
		if (matches(d, u))
			continue;
		if (d->taken[u])
			give_back(d, u);
		err = read_again(d, u);
	}
	return err;
}

/* The next piece of the image from pos on: a unit that need not come, or a run over the link. */
static int dump_read_piece(struct dump *d, uint32_t pos, uint32_t *got)
{
	const uint32_t u = pos / d->unit;
	int err;

	err = know(d, u);
	if (!err)
		err = look_for_scan(d);
	if (err)
		return err;

	if (pos % d->unit == 0 && dump_is_blank(d, u)) {
		*got = unit_len(d, u);
		memset(d->image + pos, flash_erased(d->f), *got);
		d->report->blank += *got;
		return 0;
	}
	if (pos % d->unit == 0 && d->same[u]) {
		*got = unit_len(d, u);
		take_from_file(d, u);
		return 0;
	}
	*got = blank_pieces(d, pos);
	if (*got) {
		memset(d->image + pos, flash_erased(d->f), *got);
		d->report->blank += *got;
		return check_units(d, pos, pos + *got);
	}
	*got = run_length(d, pos);
	err = dump_fetch(d->f, d->addr + pos, d->image + pos, *got, d->report);
	if (!err)
		err = agent_keep_waiting(d->agent, *got);
	return err ? err : check_units(d, pos, pos + *got);
}

/* What is known by then and tries a faster clock, and what must be left for that to pay. */
#define TEST_LEN     0x4000u
#define WORTH_A_TEST 0x8000u

/* At most, as far as is known by now; with a file at hand it most likely has what is not known yet. */
static uint32_t bytes_to_come(const struct dump *d, uint32_t pos)
{
	uint32_t bytes = 0;

	for (uint32_t u = pos / d->unit; u < d->n_units; u++)
		if (!need_not_come(d, u, pos) && !ask_first(d, u))
			bytes += unit_len(d, u);
	return bytes;
}

/*
 * pos bytes have been read; those of whole units are proven. A blank unit at the end would prove little, and one that
 * has not come says nothing of the link.
 */
static int try_faster(struct dump *d, uint32_t pos)
{
	const uint32_t proven = pos / d->unit * d->unit;
	const uint32_t last = proven / d->unit;

	if (proven < TEST_LEN || dump_is_blank(d, last - 1) || d->taken[last - 1] ||
	    bytes_to_come(d, pos) < WORTH_A_TEST)
		return 0;
	return dap_go_faster(d->f->core->dap, d->addr + proven - TEST_LEN, d->image + proven - TEST_LEN, TEST_LEN);
}

/* Bytes that share a word with an end of the range, and that nobody asked for: a dump of the same range lacks them. */
static int fill_edge(struct dump *d, uint32_t from, uint32_t to)
{
	const uint32_t word = from & ~3u;
	uint8_t bytes[4];
	int err;

	if (like_covers(d->like, from, to - from) == to - from)
		return 0;
	err = dump_fetch(d->f, word, bytes, sizeof(bytes), d->report);
	if (!err)
		memcpy(d->image + (from - d->addr), bytes + (from - word), to - from);
	return err;
}

/* Until their hashes are known the units hold what the file has, and are blank where it has nothing. */
static int fill_from_file(struct dump *d)
{
	int err;

	if (!d->like->n)
		return 0;
	memset(d->image, flash_erased(d->f), d->len);
	like_fill(d->like, d->addr, d->image, d->len);
	err = fill_edge(d, d->addr, d->first);
	return err ? err : fill_edge(d, d->end, d->addr + d->len);
}

static int read_hashed(struct dump *d)
{
	uint32_t pos = 0;
	int err;

	err = start_hashing(d);
	if (!err)
		err = fill_from_file(d);
	while (!err && pos < d->len) {
		uint32_t got;

		err = dump_read_piece(d, pos, &got);
		if (err)
			return err;
		pos += got;
		err = try_faster(d, pos);
		if (!err)
			err = progress(d->f->ctx, STFLASH_READING, min_size(pos, (size_t)d->report->bytes),
				       d->report->bytes);
	}
	return err ? err : confirm(d);
}

/* The range in whole words and units; an image of its own where the caller's buffer does not fit that. */
int dump_hashed(struct engine *e, uint32_t addr, uint8_t *buf, size_t len, const struct like *like,
		struct stflash_dump_report *report)
{
	const uint32_t head = addr & 3;
	struct dump d = {
		.f = e->flash,
		.agent = &e->worker.agent,
		.report = report,
		.addr = addr - head,
		.len = (head + (uint32_t)len + 3) & ~3u,
		.first = addr,
		.end = addr + (uint32_t)len,
		.like = like,
		.unit = MIN_UNIT,
		.piece = MIN_PIECE,
	};
	int err;

	while ((d.len - 1) / d.unit >= MAX_UNITS)
		d.unit *= 2;
	while ((d.len - 1) / d.piece >= MAX_PIECES)
		d.piece *= 2;
	d.n_pieces = (d.len - 1) / d.piece + 1;
	d.n_units = (d.len - 1) / d.unit + 1;
	d.blank = hash_blank(d.unit / HASH_WORD, flash_erased(d.f));
	d.blank_last = hash_blank(unit_len(&d, d.n_units - 1) / HASH_WORD, flash_erased(d.f));
	d.image = d.len == len ? buf : malloc(d.len);
	if (!d.image)
		return fail(e->flash->ctx, STFLASH_E_NO_MEMORY, "out of memory for %zu bytes of flash", len);

	report->proof = STFLASH_PROOF_HASH;
	report->blank = report->like = 0;
	err = read_hashed(&d);
	report->blank = min_size((size_t)report->blank, len - (size_t)report->like);
	if (d.image != buf) {
		if (!err)
			memcpy(buf, d.image + head, len);
		free(d.image);
	}
	return err;
}
