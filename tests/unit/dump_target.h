/* SPDX-License-Identifier: MIT */
/* A chip whose flash is read into out. */
#ifndef DUMP_TARGET_H
#define DUMP_TARGET_H

#include "fake_target.h"
#include "flash/engine/like.h"
#include "row_of_id.h"

#define F1_OBR   0x4002201cu
#define F4_OPTCR 0x40023c14u

static struct flash flash;
static struct sector no_sectors[1];
static uint8_t out[FAKE_FLASH_LEN];
static struct stflash_dump_report report;
static struct stflash_read_options how;
static struct like like;

static void chip(uint16_t id, uint32_t size)
{
	flash = (struct flash){
		.ctx = &fake_ctx,
		.core = &fake_core,
		.chip = row_of_id(id, 0x410fc241),
		.size = size,
		.sectors = no_sectors,
		.n_banks = 1,
		.bank = { { CHIP_FLASH_BASE, size, 0 } },
	};
	assert_non_null(flash.chip);
	flash.options = flash.chip->options;
}

static int setup(void **state)
{
	fake_setup(state);
	memset(out, 0x5a, sizeof(out));
	how = (struct stflash_read_options){ 0 };
	like = (struct like){ 0 };
	chip(0x410, 65536);
	fake_register(F1_OBR, 0x03fffffc);
	fake_ctx.progress = fake_progress;
	return 0;
}

static void fill_flash(uint32_t from, uint32_t len)
{
	for (uint32_t i = from; i < from + len; i++)
		fake.flash[i] = (uint8_t)(i * 2654435761u >> 24);
}

static int dump(uint32_t offset, size_t len)
{
	return flash_dump(&flash, CHIP_FLASH_BASE + offset, out, len, &how, &like, &report);
}

/* What ran a program of ours was reset before, and after: the firmware starts anew. */
static void assert_firmware_starts_anew(void)
{
	assert_true(fake.core_runs);
	assert_true(fake.fresh);
	assert_true(fake.resets >= 2);
}

#define TEST(f) cmocka_unit_test_setup(f, setup)

#endif
