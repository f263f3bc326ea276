/* SPDX-License-Identifier: MIT */
/* What can be asked of the library, of the probes on this machine, and of a connected chip. */
#include "session/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flash/boot.h"
#include "flash/map.h"
#include "session/sized.h"
#include "stlink/stlink_proto.h"
#include "version.h"

static const char *const error_words[] = {
	[-STFLASH_OK] = "no error",
	[-STFLASH_E_OTHER] = "other error",
	[-STFLASH_E_ARG] = "bad argument",
	[-STFLASH_E_NO_PROBE] = "no probe",
	[-STFLASH_E_ACCESS] = "probe not permitted",
	[-STFLASH_E_PROBE] = "probe failed",
	[-STFLASH_E_NO_TARGET] = "no target",
	[-STFLASH_E_PROTECTED] = "target protected",
	[-STFLASH_E_UNSUPPORTED] = "not supported",
	[-STFLASH_E_FLASH] = "flash operation failed",
	[-STFLASH_E_MISMATCH] = "contents differ",
	[-STFLASH_E_SEVERAL] = "several probes",
	[-STFLASH_E_CANCELLED] = "cancelled",
	[-STFLASH_E_NO_MEMORY] = "out of memory",
	[-STFLASH_E_FILE] = "file error",
	[-STFLASH_E_BUSY] = "probe busy",
	[-STFLASH_E_TIMEOUT] = "probe timed out",
	[-STFLASH_E_STALL] = "probe refused a transfer",
	[-STFLASH_E_UNPLUGGED] = "probe unplugged",
	[-STFLASH_E_FAULT] = "memory access refused",
};

const char *stflash_version(void)
{
	return STFLASH_VERSION;
}

const char *stflash_strerror(int code)
{
	if (code > 0 || code <= -(int)ARRAY_SIZE(error_words))
		return "unknown error";
	return error_words[-code];
}

int stflash_get_probe_info(struct stflash *s, struct stflash_probe_info *info)
{
	struct stflash_probe_info found = { .cure = "" };
	struct session_words *words = &s->words;
	int err;

	err = session_require(s);
	if (!err)
		err = sized_check(&s->ctx, "stflash_probe_info", info);
	if (err)
		return err;

	snprintf(words->serial, sizeof(words->serial), "%s", s->tr->serial);
	snprintf(words->path, sizeof(words->path), "%s", s->tr->path);
	snprintf(words->firmware, sizeof(words->firmware), "%s", s->probe.firmware);
	found.serial = words->serial;
	found.path = words->path;
	found.firmware = words->firmware;
	found.model = s->probe.model->name;
	found.vid = s->tr->vid;
	found.pid = s->tr->pid;
	sized_out(info, &found, sizeof(found));
	return 0;
}

/*
 * Protection and unique id. With read-out protection the id may fault, as the
 * size word does on an F1 (swd-dap-cortexm fact sheet section 7): then it
 * stays unknown.
 */
static int read_identity(struct stflash *s, struct stflash_target_info *info)
{
	int err;

	s->flash.protection_known = false;
	err = flash_read_protection(&s->flash, &info->rdp);
	if (err)
		return err;

	err = flash_read_uid(&s->flash, info->uid);
	if (err == STFLASH_E_FAULT || err == STFLASH_E_PROTECTED) {
		memset(info->uid, 0, sizeof(info->uid));
		ctx_clear_error(&s->ctx);
		return 0;
	}
	return err;
}

/* Sectors that nobody can read are no protection level, but odd enough to be told. */
static int remark_pcrop(struct stflash *s, char *text, size_t len)
{
	const size_t used = strlen(text);
	unsigned int n;
	int err;

	err = flash_count_pcrop(&s->flash, &n);
	if (!err && n)
		snprintf(text + used, len - used, "%s%u of %zu sectors can be neither read nor written (PCROP).",
			 used ? " " : "", n, s->flash.n_sectors);
	return err;
}

/* RM0090 3.7.3, PM0075 2.4.1: with a debugger there, flash is locked for the core too. */
static void remark_rdp(enum stflash_protection rdp, char *text, size_t len)
{
	const size_t used = strlen(text);

	if (rdp == STFLASH_RDP_LEVEL_1)
		snprintf(text + used, len - used,
			 "%sOnce a debugger connects, read-out protection locks the flash for the firmware too, which "
			 "may have stopped it: power the board off and on.",
			 used ? " " : "");
}

/* The stretch number n of flash without a hole. False: there are no more. */
static bool find_stretch(const struct flash *f, size_t n, uint32_t *addr, uint32_t *end)
{
	*addr = flash_first(f);
	*end = map_stretch_end(f, *addr);
	while (n-- && *end) {
		*addr = map_next(f, *end);
		*end = *addr ? map_stretch_end(f, *addr) : 0;
	}
	return *end;
}

static bool main_flash(const struct flash *f, size_t n, struct stflash_region *region)
{
	uint32_t addr, end;

	if (!find_stretch(f, n, &addr, &end))
		return false;
	*region = (struct stflash_region){
		.kind = STFLASH_REGION_FLASH,
		.name = "flash",
		.addr = addr,
		.size = end - addr,
		.least = end - addr,
		.erased = flash_erased(f),
	};
	for (size_t i = 0; i < f->n_sectors; i++) {
		if (f->sectors[i].addr < addr || f->sectors[i].addr >= end)
			continue;
		region->erase_size =
			region->units++ ? min_u32(region->erase_size, f->sectors[i].size) : f->sectors[i].size;
	}
	return true;
}

static bool find_region(const struct stflash *s, size_t n, struct stflash_region *region)
{
	const struct flash *flash = &s->flash;
	const struct region *r;

	if (s->stage != SESSION_CONNECTED)
		return false;
	for (size_t i = 0; main_flash(flash, i, region); i++)
		if (n-- == 0)
			return true;
	for (r = flash->chip->regions; n && r->size; n--)
		r++;
	if (!r->size)
		return false;
	*region = (struct stflash_region){
		.kind = r->kind,
		.name = r->name,
		.addr = r->addr,
		.size = r->size,
		.least = r->kind == STFLASH_REGION_RAM ? r->least : r->size,
	};
	return true;
}

bool stflash_get_region(const struct stflash *s, size_t n, struct stflash_region *region)
{
	struct stflash_region found;

	if (region->struct_size < sizeof(size_t) || !find_region(s, n, &found))
		return false;
	sized_out(region, &found, sizeof(found));
	return true;
}

const char *stflash_chip_name(const struct stflash *s)
{
	return s->stage == SESSION_CONNECTED ? s->flash.chip->name : "";
}

static int get_target_info(struct stflash *s, struct stflash_target_info *info)
{
	const struct flash *flash = &s->flash;
	struct session_words *words = &s->words;
	struct stflash_target_info found = { 0 };
	struct boot boot;
	int err;

	err = session_require(s);
	if (err)
		return err;

	found.name = flash->chip->name;
	found.dpidr = s->dap.dpidr;
	found.cpuid = s->core.cpuid;
	found.dev_id = flash->chip->dev_id;
	found.rev_id = (uint16_t)(flash->id.idcode >> 16);
	found.flash_base = flash_first(flash);
	found.flash_size = flash->size + flash->radio_size;
	found.radio_size = flash->radio_size;
	found.flash_size_guessed = flash->size_guessed;
	found.speed_khz = s->probe.speed_khz;
	found.way = s->way;
	found.remarks = words->remarks;
	chip_remarks(flash->chip, &flash->id, words->remarks, sizeof(words->remarks));

	if (s->probe.features & STLINK_HAS_VOLTAGE)
		err = stlink_read_voltage(&s->probe, &found.target_mv);
	if (!err)
		err = core_state(&s->core, &found.core, &found.pc);
	if (!err)
		err = read_identity(s, &found);
	if (!err)
		err = remark_pcrop(s, words->remarks, sizeof(words->remarks));
	if (!err)
		err = boot_look(&s->flash, found.core, found.pc, false, &boot);
	if (err)
		return err;

	remark_rdp(found.rdp, words->remarks, sizeof(words->remarks));
	found.boot = boot.from;
	found.boot_remark = words->boot;
	ctx_put_words(&s->ctx, words->boot, sizeof(words->boot), boot.remark);

	sized_out(info, &found, sizeof(found));
	return 0;
}

int stflash_get_target_info(struct stflash *s, struct stflash_target_info *info)
{
	int err;

	err = sized_check(&s->ctx, "stflash_target_info", info);
	if (err)
		return err;
	do
		err = get_target_info(s, info);
	while (session_come_back(s, &err));
	return err;
}
