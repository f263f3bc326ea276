/* SPDX-License-Identifier: MIT */
/*
 * Finding out why it does not work: the same steps as a connection, each
 * looked at by itself and told in words. The first that stands in the way is
 * what the sentence at the end is about.
 */
#include "session/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "flash/boot.h"
#include "flash/options/options.h"

/* RM0090 table 7: below, an F4 is not programmed 32 bits at a time. */
/* The slowest clock that nobody would call slow. */
#define GOOD_KHZ 950u
/* A hardware watchdog bites after 410 ms on an F1 and 512 ms on an F4 at most (swd-dap-cortexm fact sheet section 6).
 */
#define LOOK_MS 600u

/* Accesses to try the link with: as many as a small job makes. */
#define LINK_LOOKS 200u

struct doctor {
	struct stflash *s;
	stflash_finding_fn found;
	void *user;
	bool may_reset;
	unsigned int n_protected; /* units that cannot be written */
	struct boot boot;
	const char *read_only; /* why this chip is not written; NULL: it is */
};

static void doctor_tell(struct doctor *d, const char *step, enum stflash_verdict verdict, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

static void doctor_tell(struct doctor *d, const char *step, enum stflash_verdict verdict, const char *fmt, ...)
{
	struct stflash_finding finding = { .step = step, .verdict = verdict };
	char text[SENTENCE_MAX], words[SENTENCE_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	ctx_put_words(&d->s->ctx, words, sizeof(words), text);
	finding.text = words;
	d->found(&finding, d->user);
}

/* The step that the error belongs to, in a few words: its sentence is the advice at the end. */
static int tell_failure(struct doctor *d, const char *step, int err)
{
	doctor_tell(d, step, STFLASH_VERDICT_BAD, "%s",
		    err == STFLASH_E_NO_TARGET ? "no chip answers" : stflash_strerror(err));
	return err;
}

static bool is_local(const char *selector)
{
	return !selector || (strncmp(selector, "usbip:", 6) && strncmp(selector, "virtual", 7));
}

/* Every probe that is plugged in, whichever is meant: wrong serial numbers show at once. */
static int look_for_usb(struct doctor *d, const char *selector)
{
	const struct stflash_probe_info *probe;
	struct stflash_probes *list;
	int err;

	if (!is_local(selector))
		return 0;
	err = stflash_list_probes(d->s, &list);
	if (err)
		return tell_failure(d, "usb", err);
	for (size_t i = 0; (probe = stflash_get_probe(list, i)); i++)
		doctor_tell(d, "usb", STFLASH_VERDICT_GOOD, "%s, serial %s, at %s", probe->model,
			    *probe->serial ? probe->serial : "unknown", probe->path);
	stflash_free_probes(list);
	return 0;
}

/* Which step an error of opening belongs to. */
static const char *step_of_opening(const struct stflash *s, int err)
{
	if (err == STFLASH_E_ACCESS || err == STFLASH_E_BUSY)
		return "access";
	return s->stage >= SESSION_TRANSPORT ? "probe" : "usb";
}

static int look_at_probe(struct doctor *d, const char *selector)
{
	struct stflash *s = d->s;
	char who[320];
	int err;

	err = session_open_probe(s, selector);
	if (err)
		return tell_failure(d, step_of_opening(s, err), err);

	if (!is_local(selector))
		doctor_tell(d, "usb", STFLASH_VERDICT_GOOD, "%s, serial %s, at %s", s->probe.model->name,
			    s->tr->serial[0] ? s->tr->serial : "unknown", s->tr->path);
	transport_permission(s->tr->path, who, sizeof(who));
	doctor_tell(d, "access", STFLASH_VERDICT_GOOD, "opened and claimed, no other program uses it%s%s",
		    *who ? "; " : "", who);
	if (s->probe.features & STLINK_HAS_MEM16 && s->probe.features & STLINK_HAS_SWD_FREQ)
		doctor_tell(d, "probe", STFLASH_VERDICT_GOOD, "firmware %s", s->probe.firmware);
	else if (s->probe.features & STLINK_HAS_COM_FREQ)
		doctor_tell(d, "probe", STFLASH_VERDICT_GOOD, "firmware %s", s->probe.firmware);
	else
		doctor_tell(d, "probe", STFLASH_VERDICT_ODD,
			    "firmware %s is old and %s: update it with ST's ST-LINK upgrade tool", s->probe.firmware,
			    s->probe.features & STLINK_HAS_SWD_FREQ
				    ? "knows no 16-bit access"
				    : "can change neither the SWD clock nor access 16 bits");
	return 0;
}

/* A supply that the probe does not see: it may be missing, or only its wire to the probe. */
static void tell_no_voltage(struct doctor *d, uint32_t mv, bool chip_answers)
{
	if (chip_answers)
		doctor_tell(d, "voltage", STFLASH_VERDICT_ODD,
			    "%u.%02u V, though the chip answers: the board's supply is not connected to the probe's "
			    "VTref; to program an F2, F4 or F7 at full width then, use " HINT_PSIZE
			    " 32 if its supply is 2.7 V or more",
			    (unsigned int)(mv / 1000), (unsigned int)(mv % 1000 / 10));
	else
		doctor_tell(d, "voltage", STFLASH_VERDICT_BAD,
			    "%u.%02u V: the board has no power, or its supply is not connected to the probe's VTref",
			    (unsigned int)(mv / 1000), (unsigned int)(mv % 1000 / 10));
}

static void tell_voltage(struct doctor *d, uint32_t mv, bool chip_answers)
{
	const struct stflash *s = d->s;

	if (!(s->probe.features & STLINK_HAS_VOLTAGE))
		doctor_tell(d, "voltage", STFLASH_VERDICT_UNKNOWN, "the probe (firmware %s) cannot measure it",
			    s->probe.firmware);
	else if (mv < DAP_POWERED_MV)
		tell_no_voltage(d, mv, chip_answers);
	else
		doctor_tell(d, "voltage", mv < FLASH_X32_FROM_MV ? STFLASH_VERDICT_ODD : STFLASH_VERDICT_GOOD,
			    "%u.%02u V%s (many clones show their own supply, not the board's)",
			    (unsigned int)(mv / 1000), (unsigned int)(mv % 1000 / 10),
			    mv < FLASH_X32_FROM_MV ? ", too low to program an F2, F4 or F7 32 bits at a time" : "");
}

/* A link that makes errors now and then shows it, and gets a lower clock. */
static int exercise_link(struct stflash *s)
{
	enum stflash_core_state state;
	int err = 0;

	for (unsigned int i = 0; !err && i < LINK_LOOKS; i++)
		err = core_state(&s->core, &state, NULL);
	return err;
}

static void tell_clock(struct doctor *d, unsigned int first_khz)
{
	const struct stflash *s = d->s;
	const unsigned int khz = s->probe.speed_khz;
	const bool slow = khz < first_khz || (khz < GOOD_KHZ && !s->speed_khz);

	if (!slow && s->dap.link_errors) {
		doctor_tell(d, "swd", STFLASH_VERDICT_ODD,
			    "answers at %u kHz, but %u accesses had to be repeated: shorten the wires, check the "
			    "ground, or use " HINT_SPEED " %u",
			    khz, s->dap.link_errors, (unsigned int)stlink_slower(&s->probe));
		return;
	}
	doctor_tell(d, "swd", slow ? STFLASH_VERDICT_ODD : STFLASH_VERDICT_GOOD, "answers at %u kHz, DPIDR 0x%08x%s",
		    khz, (unsigned int)s->dap.dpidr,
		    slow ? "; faster it makes errors: shorten the wires, and check the ground" : "");
}

static void tell_way(struct doctor *d)
{
	const struct stflash *s = d->s;

	doctor_tell(d, "swd", STFLASH_VERDICT_ODD,
		    "answers only in reset, at %u kHz: the firmware turns SWD off, or sleeps with its clocks stopped; "
		    "stflash connects all the same, %s",
		    (unsigned int)s->probe.speed_khz,
		    s->way == STFLASH_WAY_UNDER_RESET ? "by the NRST wire" : "by a reset by hand");
}

/* What the supply means shows only when the chip was tried: below DAP_POWERED_MV it may answer all the same. */
static int attach(struct doctor *d)
{
	struct stflash *s = d->s;
	uint32_t mv = 0;
	int err;

	err = stlink_read_voltage(&s->probe, &mv);
	if (err)
		return tell_failure(d, "voltage", err);
	s->how = STFLASH_CONNECT_AUTO;
	err = session_attach(s, STFLASH_CONNECT_NORMAL);
	if (err)
		err = session_climb(s, err);
	tell_voltage(d, mv, !err);
	return err ? tell_failure(d, s->stage == SESSION_CONNECTED ? "chip" : "swd", err) : 0;
}

static int look_at_swd(struct doctor *d)
{
	struct stflash *s = d->s;
	const unsigned int first_khz = s->probe.speed_khz;
	int err;

	err = exercise_link(s);
	if (!err && s->way == STFLASH_WAY_NORMAL)
		tell_clock(d, first_khz);
	else if (!err)
		tell_way(d);
	return err;
}

static int look_at_nrst(struct doctor *d)
{
	struct stflash *s = d->s;
	bool wired = s->core.nrst_wired;
	int err = 0;

	if (s->way == STFLASH_WAY_NORMAL && !d->may_reset) {
		doctor_tell(d, "nrst", STFLASH_VERDICT_UNKNOWN,
			    "not looked at, because that resets the chip; " HINT_DOCTOR_RESET " does it");
		return 0;
	}
	if (s->way == STFLASH_WAY_NORMAL)
		err = core_check_nrst(&s->core, &wired);
	if (err)
		return err;
	if (wired)
		doctor_tell(d, "nrst", STFLASH_VERDICT_GOOD, "wired: the probe can hold the chip in reset");
	else
		doctor_tell(d, "nrst", STFLASH_VERDICT_ODD,
			    "not wired, or a clone that leads it to another pin: firmware that turns SWD off would "
			    "lock you out");
	return 0;
}

static int look_at_chip(struct doctor *d)
{
	const struct stflash *s = d->s;
	const struct flash *f = &s->flash;
	char remarks[256];

	d->read_only = f->chip->controller->read_only;
	if (d->read_only)
		snprintf(remarks, sizeof(remarks), "%s", d->read_only);
	else
		chip_remarks(f->chip, &f->id, remarks, sizeof(remarks));
	doctor_tell(d, "chip", *remarks || f->size_guessed ? STFLASH_VERDICT_ODD : STFLASH_VERDICT_GOOD,
		    "%s, device id 0x%03x, %u KiB of flash%s%s%s", f->chip->name, f->chip->dev_id,
		    (unsigned int)((f->size + f->radio_size) / 1024), f->size_guessed ? " (assumed)" : "",
		    *remarks ? "; " : "", remarks);
	return 0;
}

/* The vectors tell firmware that went wrong from a chip that has none; where nobody may read them, nothing does. */
static int tell_lockup(struct doctor *d)
{
	struct flash *f = &d->s->flash;
	enum stflash_protection rdp;
	uint32_t sp = 0, reset = 0;
	unsigned int hidden = 0;
	int err;

	err = flash_read_protection(f, &rdp);
	if (!err)
		err = flash_count_pcrop(f, &hidden);
	if (!err && (hidden || rdp != STFLASH_RDP_NONE)) {
		doctor_tell(d, "core", STFLASH_VERDICT_GOOD,
			    "locked up; why cannot be seen, because flash cannot be read");
		return 0;
	}
	if (!err)
		err = dap_read32(&d->s->dap, flash_first(f), &sp);
	if (!err)
		err = dap_read32(&d->s->dap, flash_first(f) + 4, &reset);
	if (err)
		return err;
	if (sp == UINT32_MAX && reset == UINT32_MAX)
		doctor_tell(d, "core", STFLASH_VERDICT_GOOD, "locked up, which is normal on erased flash");
	else
		doctor_tell(
			d, "core", STFLASH_VERDICT_ODD,
			"locked up: its firmware met a fault inside of a fault handler; a write works all the same");
	return 0;
}

static int doctor_look_at_core(struct doctor *d)
{
	static const char *const words[] = {
		[STFLASH_CORE_UNKNOWN] = "in an unknown state",
		[STFLASH_CORE_RUNNING] = "running",
		[STFLASH_CORE_HALTED] = "halted",
		[STFLASH_CORE_SLEEPING] = "sleeping",
		[STFLASH_CORE_IN_RESET] = "held in reset",
	};
	struct stflash *s = d->s;
	enum stflash_core_state state;
	unsigned int resets = 0;
	int err;

	err = core_state(&s->core, &state, NULL);
	if (!err && s->way == STFLASH_WAY_NORMAL)
		err = core_count_resets(&s->core, LOOK_MS, &resets);
	if (err)
		return err;
	if (resets)
		doctor_tell(d, "core", STFLASH_VERDICT_ODD,
			    "reset itself %s while it was watched: a watchdog, or a supply that breaks down; stflash "
			    "holds the watchdogs while it works",
			    resets > 1 ? "again and again" : "once");
	else if (state == STFLASH_CORE_LOCKUP)
		return tell_lockup(d);
	else
		doctor_tell(d, "core", STFLASH_VERDICT_GOOD, "%s", words[state]);
	return 0;
}

/* Once it is known what may be read: whether the firmware runs at all. */
static int look_at_boot_mode(struct doctor *d)
{
	struct stflash *s = d->s;
	enum stflash_core_state state;
	uint32_t pc;
	int err;

	err = core_state(&s->core, &state, &pc);
	if (!err)
		err = boot_look(&s->flash, state, pc, true, &d->boot);
	if (err)
		return err;
	if (*d->boot.remark)
		doctor_tell(d, "boot", STFLASH_VERDICT_ODD, "%s", d->boot.remark);
	else if (d->boot.from == STFLASH_BOOT_FLASH)
		doctor_tell(d, "boot", STFLASH_VERDICT_GOOD, "from flash");
	else
		doctor_tell(d, "boot", STFLASH_VERDICT_UNKNOWN, "what a reset starts cannot be seen now");
	return 0;
}

static int look_at_protection(struct doctor *d)
{
	struct flash *f = &d->s->flash;
	unsigned int n = 0, hidden = 0;
	int err;

	err = flash_check_readable(f);
	if (!err)
		err = flash_read_write_protection(f);
	if (!err)
		err = flash_count_pcrop(f, &hidden);
	if (err)
		return err;
	for (size_t i = 0; i < f->n_sectors; i++)
		n += f->sectors[i].write_protected;
	d->n_protected = n;
	if (hidden)
		doctor_tell(d, "protection", STFLASH_VERDICT_ODD,
			    "no read-out protection of the whole, but %u of %zu sectors can be neither read nor "
			    "written (PCROP): only " PCROP_CURE,
			    hidden, f->n_sectors);
	else if (n)
		doctor_tell(d, "protection", STFLASH_VERDICT_ODD,
			    "no read-out protection, but %u of %zu %ss are write-protected: " HINT_OPTIONS_SET
			    " WRP=none",
			    n, f->n_sectors, f->chip->controller->unit_name);
	else
		doctor_tell(d, "protection", STFLASH_VERDICT_GOOD, "none");
	return 0;
}

static void tell_risk(const char *words, void *user)
{
	doctor_tell(user, "options", STFLASH_VERDICT_ODD, "%s", words);
}

/* What option bytes in force do to a board, and nobody may have meant. */
static int look_at_options(struct doctor *d)
{
	struct flash *f = &d->s->flash;
	struct option_words o;
	int err;

	if (!f->options->risks)
		return 0;
	err = flash_options_read(f, &o);
	if (!err)
		option_each_risk(f, NULL, &o, tell_risk, d);
	return err;
}

/* Firmware may turn SWD off between any two accesses: the chip is then connected by another way, and looked at again.
 */
static int take_step(struct doctor *d, const char *step, int (*look)(struct doctor *d))
{
	int err;

	err = look(d);
	if (err && session_come_back(d->s, &err)) {
		tell_way(d);
		err = look == look_at_swd ? 0 : look(d);
	}
	return err ? tell_failure(d, step, err) : 0;
}

static int examine(struct doctor *d, const char *selector)
{
	static const struct {
		const char *name;
		int (*look)(struct doctor *d);
	} steps[] = {
		{ "swd", look_at_swd },
		{ "nrst", look_at_nrst },
		{ "chip", look_at_chip },
		{ "core", doctor_look_at_core },
		{ "protection", look_at_protection },
		{ "options", look_at_options },
		{ "boot", look_at_boot_mode },
	};
	int err;

	err = look_for_usb(d, selector);
	if (!err)
		err = look_at_probe(d, selector);
	if (!err)
		err = attach(d);
	for (size_t i = 0; !err && i < ARRAY_SIZE(steps); i++)
		err = take_step(d, steps[i].name, steps[i].look);
	return err;
}

static void advise(struct doctor *d, enum stflash_way way)
{
	static const char *const ways[] = {
		[STFLASH_WAY_NONE] = "",
		[STFLASH_WAY_NORMAL] = "",
		[STFLASH_WAY_UNDER_RESET] = ", and connects under reset by itself",
		[STFLASH_WAY_BY_HAND] = ", and will ask for the RESET button again; connect NRST to spare that",
	};

	char text[SENTENCE_MAX];

	if (d->read_only)
		snprintf(text, sizeof(text), HINT_READ " will work, and nothing that changes the flash: %s",
			 d->read_only);
	else if (d->boot.no_firmware)
		snprintf(text, sizeof(text), HINT_WRITE " FIRMWARE will work%s, but %s",
			 d->n_protected ? ", though not on what is write-protected" : "", d->boot.remark);
	else
		snprintf(text, sizeof(text), "all is well: " HINT_WRITE " FIRMWARE will work%s%s",
			 d->n_protected ? ", but not on what is write-protected" : "", ways[way]);
	ctx_put_words(&d->s->ctx, d->s->words.advice, sizeof(d->s->words.advice), text);
}

int stflash_doctor(struct stflash *s, const char *selector, bool may_reset, stflash_finding_fn found, void *user,
		   const char **advice)
{
	struct doctor d = { .s = s, .found = found, .user = user, .may_reset = may_reset };
	int err;

	s->words.advice[0] = '\0';
	*advice = s->words.advice;
	if (s->stage != SESSION_CLOSED)
		return fail(&s->ctx, STFLASH_E_ARG, "already connected: call stflash_disconnect() first");
	ctx_clear_error(&s->ctx);

	err = examine(&d, selector);
	err = session_let_go(s, SESSION_CLOSED, err);
	if (err)
		ctx_put_words(&s->ctx, s->words.advice, sizeof(s->words.advice), s->ctx.errmsg);
	else
		advise(&d, s->way);
	return err;
}
