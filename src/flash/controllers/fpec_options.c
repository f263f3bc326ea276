/* SPDX-License-Identifier: MIT */
/*
 * Option bytes of the F1 (PM0075 2.3.5, 2.4 and 2.5): eight values with their
 * complements at 0x1ffff800, in force as FLASH_OBR and FLASH_WRPR.
 *
 * They can only be erased together, and erased they mean "protected": erase
 * and rewrite are one program in the target's RAM, so that neither a cable
 * nor the host can come between the two.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "flash/agent/agent.h"
#include "flash/controllers/fpec.h"
#include "flash/options/options.h"

#define OPTIONS_BASE 0x1ffff800u
#define N_OPTIONS    8u

#define SR_CLEAR (SR_ERRORS | SR_EOP)

/* What follows the program in RAM: the half-words, the address of the watchdog's reload, and the sign that it runs. */
#define DATA_WATCHDOG (2 * N_OPTIONS)
#define DATA_STARTED  (DATA_WATCHDOG + 4)
#define DATA_LEN      (DATA_STARTED + 4)

/*
 * An erase, eight half-words, and with RDP 0xa5 a mass erase of each bank: 0.2 s
 * on a slow day of a genuine part; clones take up to ten times that. A poll
 * takes the loader 10 cycles or more, from HSI at 8 MHz.
 */
#define POLLS_OF_A_STEP   4000000u
#define LOADER_LEAST_MS   20u /* the erase of the option bytes alone (DS5319 table 28) */
#define LOADER_TIMEOUT_MS 12000u
#define START_TIMEOUT_MS  200u /* its first instruction takes a microsecond; the link is slower than that */
#define STEP_TIMEOUT_MS   5000u
#define ATTEMPTS          3u

/* Bits of a word that this line has. */
static uint32_t wrp_bits(const struct flash *f)
{
	struct option_field field;
	uint32_t bits = 0;

	for (size_t i = 0; option_field(f, i, &field); i++)
		if (field.kind == OPTION_WRP)
			bits |= ((1u << field.width) - 1) << field.bit;
	return bits;
}

/* What is in force, but for RDP; what a line lacks is 1, as the factory leaves it. */
static int words_in_force(struct flash *f, uint32_t obr, struct option_words *o)
{
	const struct fpec_layout *l = f->options->fpec;
	uint8_t wrpr[4];
	int err;

	err = option_read_proven(f, FPEC_BASE + WRPR, wrpr, sizeof(wrpr));
	if (err)
		return err;
	o->word[0] = ((obr >> l->user & 0xff) | l->user_absent) << 8 | (obr >> l->data & 0xffff) << 16;
	o->word[1] = get_le32(wrpr) | ~wrp_bits(f);
	return 0;
}

/* Protection hides the stored bytes: what is in force tells all but the value of RDP, of which level 2 has but one. */
static int read_in_force(struct flash *f, uint32_t obr, struct option_words *o)
{
	const int err = words_in_force(f, obr, o);

	if (option_level_shown(f, obr) == STFLASH_RDP_LEVEL_2)
		o->word[0] |= f->options->rdp_level_2;
	else
		o->rdp_hidden = true;
	return err;
}

/* A value whose complement is wrong counts as 0xff, and so does an erased one (PM0075 2.5). */
static uint8_t value_of(struct flash *f, const uint8_t *stored, unsigned int n, bool *damaged)
{
	const uint8_t value = stored[2 * n], complement = stored[2 * n + 1];

	if ((value ^ complement) == 0xff)
		return value;
	if (value == 0xff && complement == 0xff)
		return 0xff;
	*damaged = true;
	log_warn(f->ctx,
		 "the option byte at 0x%08x is damaged (0x%02x, complement 0x%02x): it counts as 0xff until option "
		 "bytes are written again",
		 (unsigned int)(OPTIONS_BASE + 2 * n), value, complement);
	return 0xff;
}

static int fpec_read_options(struct flash *f, struct option_words *o)
{
	uint8_t stored[2 * N_OPTIONS], obr[4];
	int err;

	*o = (struct option_words){ .rdp_hidden = false };
	err = option_read_proven(f, FPEC_BASE + OBR, obr, sizeof(obr));
	if (err)
		return err;
	if (option_level_shown(f, get_le32(obr)) != STFLASH_RDP_NONE)
		return read_in_force(f, get_le32(obr), o);
	err = option_read_proven(f, OPTIONS_BASE, stored, sizeof(stored));
	for (unsigned int n = 0; !err && n < N_OPTIONS; n++)
		o->word[n / 4] |= (uint32_t)value_of(f, stored, n, &o->damaged) << 8 * (n % 4);
	return err;
}

/* Do the bytes in force, by the layout of f->options, have the values that are stored? */
static bool layout_fits(const struct flash *f, uint32_t obr, const struct option_words *stored)
{
	const struct fpec_layout *l = f->options->fpec;
	const uint32_t shown = ((obr >> l->user & 0xff) | l->user_absent) << 8 | (obr >> l->data & 0xffff) << 16;

	return !((shown ^ stored->word[0]) & ~0xffu & ~((uint32_t)l->user_absent << 8));
}

/* The bits of USER that act on an F1, by the layout of f->options. */
static uint32_t user_of_f1(const struct flash *f, uint32_t obr)
{
	return obr >> f->options->fpec->user & 7u;
}

/* An F1 has 26 bits in FLASH_OBR (PM0075 3.7). */
#define OBR_BEYOND_F1 0xfc000000u

/*
 * GD32F103 and GD32F1x0 have one id and two layouts (clones fact sheet section 1). Data1 tells, or else the stored
 * bytes; where protection hides these, or both fit, the two have to mean the same.
 */
static int fpec_choose_options(struct flash *f, const struct option_set *other)
{
	const struct option_set *const row = f->options;
	struct option_words stored = { .damaged = false };
	bool row_fits = true, other_fits = true;
	uint32_t obr, user;
	int err;

	err = dap_read32(f->core->dap, FPEC_BASE + OBR, &obr);
	if (err || obr & OBR_BEYOND_F1) {
		f->options = err ? row : other;
		return err;
	}
	user = user_of_f1(f, obr);
	if (option_level_shown(f, obr) == STFLASH_RDP_NONE) {
		err = fpec_read_options(f, &stored);
		row_fits = layout_fits(f, obr, &stored);
		f->options = other;
		other_fits = layout_fits(f, obr, &stored);
	}
	f->options = other;
	f->options_unclear = row_fits == other_fits && user != user_of_f1(f, obr);
	if (row_fits)
		f->options = row;
	return err;
}

static int fpec_check_options_writable(struct flash *f)
{
	if (f->options_unclear)
		return fail(f->ctx, STFLASH_E_UNSUPPORTED,
			    "this GigaDevice chip does not show whether its option bytes are laid out as those of a "
			    "GD32F103 or of a GD32F1x0, so stflash does not change them: use the vendor's tool");
	return 0;
}

/* ---------------------------------------------------------------------- writing */

/* FLASH_CR, and then OPTWRE, which a CR write may drop. */
static int fpec_unlock_options(struct flash *f)
{
	const struct flash_lock locks[] = {
		flash_cr_lock(FPEC_BASE + KEYR, FPEC_BASE + CR, CR_LOCK),
		{
			.subject = "the option bytes do",
			.reg_name = "FLASH_CR",
			.keyr = FPEC_BASE + OPTKEYR,
			.key = { FLASH_KEY1, FLASH_KEY2 },
			.reg = FPEC_BASE + CR,
			.bit = CR_OPTWRE,
			.closed = 0,
		},
	};

	return flash_open_locks(f, locks, ARRAY_SIZE(locks));
}

/* Where the program is in RAM, and what follows it. */
static uint32_t program_at(const struct flash *f)
{
	return chip_ram(f->chip)->addr;
}

static uint32_t data_at(const struct flash *f)
{
	return program_at(f) + (uint32_t)loader_fpec_options.len;
}

static int fpec_judge_options(struct flash *f, uint32_t left, uint32_t sr)
{
	if (left == 0 && !(sr & SR_ERRORS))
		return 0;
	if (left == 0)
		return fail(f->ctx, STFLASH_E_FLASH,
			    "the flash controller reported an error while it wrote the option bytes (FLASH_SR 0x%x)",
			    (unsigned int)sr);
	return fail(f->ctx, STFLASH_E_FLASH, "%u of the option bytes were not written (FLASH_SR 0x%x)",
		    (unsigned int)left, (unsigned int)sr);
}

/* The program and its data, read back before anything is erased. */
static int fpec_load_program(struct flash *f, const uint8_t *values)
{
	uint8_t image[256], back[256];
	uint8_t *const data = image + loader_fpec_options.len;
	const size_t len = loader_fpec_options.len + DATA_LEN;
	uint32_t reload;
	int err;

	err = agent_watchdog(f->core, program_at(f) + (uint32_t)len, &reload);
	if (err)
		return err;
	memcpy(image, loader_fpec_options.code, loader_fpec_options.len);
	memcpy(data, values, 2 * N_OPTIONS);
	put_le32(data + DATA_WATCHDOG, reload);
	put_le32(data + DATA_STARTED, 0);
	err = dap_write(f->core->dap, program_at(f), image, len);
	if (!err)
		err = dap_read(f->core->dap, program_at(f), back, len);
	if (!err && memcmp(image, back, len) != 0)
		err = fail(f->ctx, STFLASH_E_UNSUPPORTED, "RAM at 0x%08x does not keep what is written there",
			   (unsigned int)program_at(f));
	return err;
}

static int read_started(struct flash *f, uint32_t *started)
{
	return dap_read32(f->core->dap, data_at(f) + DATA_STARTED, started);
}

/*
 * A core that executes nothing is not waited for as long as a flash that is
 * slow. It is looked at before it is halted: the program is not disturbed.
 */
static int wait_started(struct flash *f)
{
	struct wait wait = wait_begin(START_TIMEOUT_MS);
	uint32_t started;
	bool over;
	int err;

	do {
		over = wait_over(&wait);
		err = read_started(f, &started);
	} while (!err && !started && !over);
	if (err || started)
		return err;
	err = core_halt(f->core);
	if (!err)
		err = read_started(f, &started);
	if (err || started)
		return err;
	return fail(
		f->ctx, STFLASH_E_UNSUPPORTED,
		"the program that writes the option bytes does not run in the RAM at 0x%08x: power the board off and "
		"on, and try again",
		(unsigned int)program_at(f));
}

static int wait_stopped(struct flash *f)
{
	struct wait wait = wait_begin(LOADER_TIMEOUT_MS);
	bool stopped = false;
	int err;

	do {
		err = core_poll_stopped(f->core, &stopped);
		if (!err && !stopped)
			wait_pause(&wait, LOADER_LEAST_MS);
	} while (!err && !stopped && !wait_over(&wait));
	if (!err && !stopped)
		err = core_halt(f->core);
	return err;
}

/* What the program has done, and whether to the bytes and with the values that it was told: both pointers moved on. */
static int read_outcome(struct flash *f, const uint32_t args[4])
{
	static const unsigned int result[] = { 1, 2, 5, 7 };
	uint32_t r[8] = { 0 };
	int err = 0;

	for (size_t i = 0; !err && i < ARRAY_SIZE(result); i++)
		err = core_read_reg(f->core, (enum core_reg)result[i], &r[result[i]]);
	if (!err)
		err = fpec_judge_options(f, r[5], r[7]);
	if (!err && (r[1] != args[1] + 2 * N_OPTIONS || r[2] != args[2] + 2 * N_OPTIONS))
		err = fail(f->ctx, STFLASH_E_FLASH, "the program that writes the option bytes did not start");
	return err;
}

/* *begun: from here on the old option bytes may be gone. */
static int write_on_target(struct flash *f, const uint8_t *values, bool *begun)
{
	const uint32_t args[4] = { FPEC_BASE, data_at(f), OPTIONS_BASE, POLLS_OF_A_STEP };
	const bool begun_before = *begun;
	int err;

	err = fpec_load_program(f, values);
	*begun = *begun || !err;
	if (!err)
		err = core_start(f->core, program_at(f), args, 4);
	if (!err)
		err = wait_started(f);
	if (err == STFLASH_E_UNSUPPORTED) /* it never ran */
		*begun = begun_before;
	if (!err)
		err = wait_stopped(f);
	return err ? err : read_outcome(f, args);
}

/* The same steps through the debug port, where the program does not do it. */
static int write_by_host(struct flash *f, const uint8_t *values, bool *begun)
{
	struct dap *dap = f->core->dap;
	uint32_t sr = 0, left = N_OPTIONS;
	int err;

	*begun = true;
	err = dap_write32(dap, FPEC_BASE + SR, SR_CLEAR);
	if (!err)
		err = dap_write32(dap, FPEC_BASE + CR, CR_OPTWRE | CR_OPTER);
	if (!err)
		err = dap_write32(dap, FPEC_BASE + CR, CR_OPTWRE | CR_OPTER | CR_STRT);
	if (!err)
		err = flash_poll(f, FPEC_BASE + SR, SR_BSY, 0, STEP_TIMEOUT_MS, NULL);
	if (!err)
		err = dap_write32(dap, FPEC_BASE + CR, CR_OPTWRE | CR_OPTPG);
	for (; !err && left; left--) {
		const uint32_t n = N_OPTIONS - left;

		err = dap_write_width(dap, 2, OPTIONS_BASE + 2 * n, values + 2 * n, 2);
		if (!err)
			err = flash_poll(f, FPEC_BASE + SR, SR_BSY, 0, STEP_TIMEOUT_MS, &sr);
	}
	return err ? err : fpec_judge_options(f, left, sr);
}

/*
 * The program cannot know that its arguments reached it as they were sent.
 * Before a reset or a power cycle puts them in force wrong values can still
 * be written anew, without the flash being erased. Protection hides them.
 */
static int check_stored(struct flash *f, const uint8_t *values)
{
	uint8_t stored[2 * N_OPTIONS];
	uint32_t obr;
	int err;

	err = dap_read32(f->core->dap, FPEC_BASE + OBR, &obr);
	if (err || option_level_shown(f, obr) != STFLASH_RDP_NONE)
		return err;
	err = dap_read(f->core->dap, OPTIONS_BASE, stored, sizeof(stored));
	if (!err && memcmp(stored, values, sizeof(stored)) != 0)
		err = fail(f->ctx, STFLASH_E_FLASH, "the option bytes do not hold what was written: try again");
	return err;
}

/* A failed attempt may have stopped anywhere, the chip may have been reset: from the beginning, then. */
static int attempt(struct flash *f, const uint8_t *values, unsigned int n, bool *begun)
{
	const bool by_host = n == ATTEMPTS && dap_has_width(f->core->dap, 2);
	int err = 0;

	if (n > 1)
		err = core_reset_halt(f->core);
	if (!err)
		err = fpec_unlock_options(f);
	if (err)
		return err;
	err = by_host ? write_by_host(f, values, begun) : write_on_target(f, values, begun);
	return err ? err : check_stored(f, values);
}

/* The low byte of each counts, the controller adds the complement (PM0075 2.3.5): give it all the same. */
static void fpec_prepare_options(const struct option_words *want, uint8_t *values)
{
	for (unsigned int n = 0; n < N_OPTIONS; n++) {
		values[2 * n] = (uint8_t)(want->word[n / 4] >> 8 * (n % 4));
		values[2 * n + 1] = (uint8_t)~values[2 * n];
	}
}

static int fpec_write_options(struct flash *f, const struct option_words *now, const struct option_words *want)
{
	uint8_t values[2 * N_OPTIONS];
	bool begun = false;
	int err = 0;

	(void)now;
	fpec_prepare_options(want, values);
	for (unsigned int n = 1; n <= ATTEMPTS; n++) {
		err = attempt(f, values, n, &begun);
		if (!err)
			return 0;
		log_info(f->ctx, "writing the option bytes, attempt %u of %u: %s", n, ATTEMPTS, f->ctx->errmsg);
	}
	if (begun)
		fail_prefix(f->ctx, "the option bytes were being rewritten and may be left erased, which counts as "
				    "read-out protected: after a power cycle `" HINT_UNPROTECT "` brings "
				    "the chip back, without its flash");
	return err;
}

/* RM0091 3.2.3: CR is open, and on parts that may want it so the option bytes too. */
static int fpec_launch(struct flash *f)
{
	const int err = fpec_unlock_options(f);

	return err ? err : core_reset_halt_by(f->core, FPEC_BASE + CR, CR_OPTWRE | f->options->launch);
}

/* Is anything of it not in force yet? */
static bool is_waiting(const struct flash *f, const struct option_words *in_force, const struct option_words *now)
{
	struct option_field field;

	for (size_t i = 0; option_field(f, i, &field); i++)
		if (field.kind != OPTION_RDP && option_get(in_force, &field) != option_get(now, &field))
			return true;
	return false;
}

/*
 * PM0075 2.4.1: with a debugger connected a change of read-out protection waits for a power-on reset, and on some
 * parts all the others do. Look.
 */
static int fpec_needs_power_cycle(struct flash *f, const struct option_words *old, const struct option_words *now,
				  bool *needed)
{
	struct option_words in_force = { .damaged = false };
	uint32_t obr;
	int err;

	(void)old;
	err = dap_read32(f->core->dap, FPEC_BASE + OBR, &obr);
	if (!err)
		err = words_in_force(f, obr, &in_force);
	*needed = !err && (option_level_shown(f, obr) != option_rdp_level(f, now) || is_waiting(f, &in_force, now));
	return err;
}

const struct option_access options_fpec = {
	.read = fpec_read_options,
	.check_writable = fpec_check_options_writable,
	.write = fpec_write_options,
	.choose = fpec_choose_options,
	.launch = fpec_launch,
	.needs_power_cycle = fpec_needs_power_cycle,
};
