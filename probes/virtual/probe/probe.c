/* SPDX-License-Identifier: MIT */
/* A probe with its target: made from a SPEC, plugged in and out, kept in files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probe/firmware.h"
#include "probe/stats.h"

#define STARTED_SINCE_NS 500000000u

static void apply_wiring(struct probe *p)
{
	struct chip_faults *wiring = chip_faults(p->chip);
	const struct probe_spec *spec = &p->spec;

	wiring->no_power = spec->no_power;
	wiring->nrst_not_wired = spec->nrst_not_wired;
	wiring->no_pll = spec->no_pll;
	wiring->mirrored = spec->mirrored;
	wiring->torn_faults = spec->torn_faults;
	wiring->torn_is_quiet = spec->torn_is_quiet;
	wiring->hides_locks = spec->hides_locks;
	wiring->no_rcc = spec->no_rcc;
	wiring->no_iwdg = spec->no_iwdg;
	wiring->no_dbgmcu = spec->no_dbgmcu;
	wiring->forgets_debug = spec->no_catch;
	wiring->no_ram_exec = spec->no_ram_exec;
	wiring->ahb_patience_us = spec->ahb_patience_us;
	wiring->boot0 = spec->boot0;
	wiring->boot1 = spec->boot1;
	wiring->latch_ms = spec->latch_ms;
	wiring->swd_off_by_firmware = spec->swd_off;
	wiring->swd_off_after = spec->swd_off_after;
	/* Nothing runs on less than that: it is the probe's sense wire that is open. */
	wiring->vdd_mv = spec->target_mv < 1500 ? 0 : spec->target_mv;
}

/* A file that does not exist yet is made at the end; the part is as it left the factory. -ENODEV: the habit needs more.
 */
static int load(struct probe *p)
{
	int err = 0;

	if (p->spec.habit && !chip_habit(p->chip, p->spec.habit))
		return -ENODEV;
	if (p->spec.flash_file[0])
		err = chip_load(p->chip, p->spec.flash_file);
	if (err == -ENOENT)
		err = 0;
	return !err && p->spec.live ? chip_live(p->chip, p->spec.flash_file) : err;
}

/* -ENOTSUP: the part has no such protection. */
static int preset(struct probe *p)
{
	const struct probe_spec *spec = &p->spec;
	bool ok = true;

	if (spec->rdp >= 0)
		ok = chip_preset(p->chip, PRESET_RDP_LEVEL, (uint32_t)spec->rdp);
	if (spec->has_wrp)
		ok &= chip_preset(p->chip, PRESET_WRP, spec->wrp);
	if (spec->has_pcrop)
		ok &= chip_preset(p->chip, PRESET_PCROP, spec->pcrop);
	if (spec->hardware_watchdog)
		ok &= chip_preset(p->chip, PRESET_HARDWARE_WATCHDOG, 1);
	if (spec->boot_bank_2)
		ok &= chip_preset(p->chip, PRESET_BOOT_BANK_2, 1);
	if (spec->banks)
		ok &= chip_preset(p->chip, PRESET_BANKS, spec->banks);
	return ok ? 0 : -ENOTSUP;
}

static int set_up(struct probe *p)
{
	int err;

	p->chip = chip_new(p->spec.part, &p->mon);
	if (!p->chip)
		return -ENOMEM;

	apply_wiring(p);
	memcpy(p->faults.list, p->spec.faults, sizeof(p->faults.list));
	p->faults.n = p->spec.n_faults;
	p->faults.no_ack = p->spec.no_ack;
	p->faults.noisy_khz = p->spec.noisy_khz;
	faults_init(&p->faults, p->chip, &p->mon);
	dap_init(&p->dap, p->chip, &p->mon, &p->faults);
	timing_init(&p->timing, &p->mon, p->model);
	p->timing.pace_real = p->spec.pace_real;
	p->timing.gap_ns = (uint64_t)p->spec.gap_us * 1000u;
	firmware_plug(p);

	err = load(p);
	if (!err)
		err = preset(p);
	if (err)
		return err;
	chip_power(p->chip, !p->spec.no_power);
	p->at_plug = p->mon;
	return 0;
}

/* Why a flash file is of no use. */
static const char *file_trouble(int err)
{
	switch (err) {
	case -EFBIG:
		return "it is longer than the part's flash";
	case -EINVAL:
		return "there is a line in its .options file that is not understood";
	default:
		return strerror(-err);
	}
}

struct probe *probe_new(const struct probe_spec *spec, char *why, size_t why_size)
{
	struct probe *p = calloc(1, sizeof(*p));
	int err = -ENOMEM;

	if (p) {
		p->spec = *spec;
		p->model = spec->model;
		err = set_up(p);
	}
	if (!err)
		return p;

	if (err == -ENOMEM)
		snprintf(why, why_size, "not enough memory for an %s", spec->part->name);
	else if (err == -ENODEV)
		snprintf(why, why_size, "an %s cannot do what firmware=%s does", spec->part->name, spec->habit);
	else if (err == -ENOTSUP && spec->boot_bank_2 && !chip_preset(p->chip, PRESET_BOOT_BANK_2, 1))
		snprintf(why, why_size, "an %s has one bank of flash, and no BFB2", spec->part->name);
	else if (err == -ENOTSUP && spec->banks && !chip_preset(p->chip, PRESET_BANKS, spec->banks))
		snprintf(why, why_size, "the flash of an %s cannot be %u bank(s)", spec->part->name,
			 (unsigned int)spec->banks);
	else if (err == -ENOTSUP && spec->has_pcrop && !chip_preset(p->chip, PRESET_PCROP, spec->pcrop))
		snprintf(why, why_size, "an %s has no PCROP", spec->part->name);
	else if (err == -ENOTSUP)
		snprintf(why, why_size, "an %s has no read protection level %d", spec->part->name, spec->rdp);
	else
		snprintf(why, why_size, "%s cannot be the flash of an %s: %s", spec->flash_file, spec->part->name,
			 file_trouble(err));
	probe_free(p);
	return NULL;
}

void probe_free(struct probe *p)
{
	if (!p)
		return;
	chip_free(p->chip);
	free(p);
}

bool probe_save(struct probe *p)
{
	int err = 0;

	chip_sync(p->chip);
	if (p->spec.flash_file[0])
		err = chip_save(p->chip, p->spec.flash_file);
	if (err)
		fprintf(stderr, "stflash-vprobe: the flash could not be kept in %s: %s\n", p->spec.flash_file,
			strerror(-err));
	return stats_write(p) && !err;
}

/* A board has been on for a while when somebody connects a probe: firmware has done what it does. */
static void let_the_firmware_begin(struct probe *p)
{
	if (!p->spec.swd_off && !p->spec.habit)
		return;
	p->mon.now_ns += STARTED_SINCE_NS;
	chip_sync(p->chip);
}

void probe_plug(struct probe *p)
{
	if (!p->spec.no_power && !chip_powered(p->chip))
		chip_power(p->chip, true);
	p->plugged = true;
	p->configuration = 0;
	p->halted_out = false;
	p->halted_in = false;
	p->transfers = 0;
	p->parked = 0;
	p->at_plug = p->mon;
	p->fw.unread_status = 0;
	firmware_plug(p);
	hand_plug(p);
	let_the_firmware_begin(p);
	if (p->spec.nrst_left_low)
		hand_probe_drives(p, true);
	faults_plug(&p->faults);
	timing_plug(&p->timing);
}

void probe_switch_supply(struct probe *p)
{
	chip_power(p->chip, false);
	chip_power(p->chip, !p->spec.no_power);
}

void probe_pass_time(struct probe *p, uint32_t ms)
{
	while (ms--) {
		monitor_spend(&p->mon, SPENT_SLEEP, 1000000u);
		chip_sync(p->chip);
	}
}

void probe_unplug(struct probe *p)
{
	p->plugged = false;
	hand_plug(p);
	hand_probe_drives(p, false);
	probe_pass_time(p, p->spec.between_ms);
	probe_save(p);
}

struct monitor *probe_monitor(struct probe *p)
{
	return &p->mon;
}

struct chip *probe_chip(struct probe *p)
{
	return p->chip;
}
