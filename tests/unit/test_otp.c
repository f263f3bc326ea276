/* SPDX-License-Identifier: MIT */
/* What of OTP may be programmed, against a model of it that only knows bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "base/bytes.h"
#include "flash/controllers/procedure.h"
#include "flash/engine/otp.h"

#include <cmocka.h>
#undef fail

#define OTP 0x1fff7800u

static struct {
	uint8_t mem[528];
	bool sticks;   /* programming does not take */
	bool unlocked; /* the controller */
	bool hidden;   /* by read-out protection */
	unsigned int programs;
	struct ctx ctx;
} model;

int flash_check_readable(struct flash *f)
{
	return model.hidden ? fail(f->ctx, STFLASH_E_PROTECTED, "hidden") : 0;
}

int dap_read(struct dap *dap, uint32_t addr, void *buf, size_t len)
{
	(void)dap;
	assert_true(addr >= OTP && addr - OTP + len <= sizeof(model.mem));
	memcpy(buf, model.mem + (addr - OTP), len);
	return 0;
}

int controller_unlock(struct flash *f)
{
	(void)f;
	model.unlocked = true;
	return 0;
}

int controller_lock(struct flash *f, unsigned int timeout_ms)
{
	(void)f;
	(void)timeout_ms;
	model.unlocked = false;
	return 0;
}

int controller_program(struct flash *f, uint32_t addr, const uint8_t *data, size_t len)
{
	assert_true(model.unlocked);
	assert_int_equal(f->psize, 0); /* 8 bits at a time */
	model.programs++;
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(model.mem[addr - OTP + i], 0xff); /* nothing is programmed twice */
		if (!model.sticks)
			model.mem[addr - OTP + i] = data[i];
	}
	return 0;
}

static const struct region regions[] = {
	{ .kind = STFLASH_REGION_OTP, .name = "OTP", .addr = OTP, .size = 528, .block = 32 },
	{ .size = 0 },
};
static const struct controller driver = { .name = "fake", .erased = 0xff };
static const struct chip chip = { .name = "fake", .controller = &driver, .regions = regions };
static struct core core;
static struct flash flash;

static int setup(void **state)
{
	(void)state;
	memset(&model, 0, sizeof(model));
	memset(model.mem, 0xff, sizeof(model.mem));
	flash = (struct flash){ .ctx = &model.ctx, .core = &core, .chip = &chip, .psize = 2 };
	return 0;
}

static int write_at(size_t at, const void *data, size_t len)
{
	const struct flash_segment seg = { OTP + (uint32_t)at, len, data };
	struct otp otp;
	int err;

	err = otp_plan(&otp, &flash, &seg, 1);
	if (!err)
		err = otp_program(&otp);
	assert_int_equal(flash.psize, 2);
	assert_false(model.unlocked);
	return err;
}

static void only_what_is_missing_is_programmed(void **state)
{
	(void)state;
	assert_int_equal(write_at(3, "abc", 3), 0);
	assert_memory_equal(model.mem + 3, "abc", 3);
	assert_int_equal(model.programs, 1);
	assert_int_equal(write_at(3, "abc", 3), 0);
	assert_int_equal(model.programs, 1);
	assert_int_equal(write_at(3, "abc\377d", 5), 0);
	assert_int_equal(model.programs, 2);
}

static void a_programmed_block_is_not_changed(void **state)
{
	(void)state;
	assert_int_equal(write_at(32, "abc", 3), 0);
	assert_int_equal(write_at(32, "abd", 3), STFLASH_E_PROTECTED);
	assert_int_equal(write_at(32, "abd", 3), STFLASH_E_PROTECTED);
	assert_string_equal(model.ctx.errmsg,
			    "OTP block 1 (0x1fff7820..0x1fff783f) holds other data already: OTP cannot "
			    "be changed once it is programmed; nothing was changed");
	assert_int_equal(write_at(40, "xyz", 3), STFLASH_E_PROTECTED); /* beside it, in the same block */
	assert_int_equal(write_at(32, "ab\377", 3), STFLASH_E_PROTECTED);
	assert_int_equal(write_at(64, "xyz", 3), 0);
	assert_int_equal(model.programs, 2);
}

static void a_lock_byte_is_0_or_ff_and_lasts(void **state)
{
	(void)state;
	assert_int_equal(write_at(512, "\1", 1), STFLASH_E_ARG);
	assert_int_equal(write_at(512, "", 1), 0);
	assert_int_equal(model.mem[512], 0);
	assert_int_equal(write_at(0, "a", 1), STFLASH_E_PROTECTED);
	assert_string_equal(model.ctx.errmsg,
			    "OTP block 0 (0x1fff7800..0x1fff781f) is locked: OTP cannot be changed once "
			    "it is programmed; nothing was changed");
	assert_int_equal(write_at(512, "\377", 1), STFLASH_E_PROTECTED);
	assert_int_equal(write_at(32, "a", 1), 0);
}

static void what_does_not_take_is_told(void **state)
{
	(void)state;
	model.sticks = true;
	assert_int_equal(write_at(5, "a", 1), STFLASH_E_FLASH);
	assert_string_equal(model.ctx.errmsg, "OTP holds 0xff at 0x1fff7805 after programming, not 0x61, and cannot be "
					      "erased: look at it with `" HINT_READ "`");
}

static void a_read_out_protected_chip_is_refused(void **state)
{
	(void)state;
	model.hidden = true;
	assert_int_equal(write_at(5, "a", 1), STFLASH_E_PROTECTED);
	assert_int_equal(model.programs, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(only_what_is_missing_is_programmed, setup),
		cmocka_unit_test_setup(a_programmed_block_is_not_changed, setup),
		cmocka_unit_test_setup(a_lock_byte_is_0_or_ff_and_lasts, setup),
		cmocka_unit_test_setup(what_does_not_take_is_told, setup),
		cmocka_unit_test_setup(a_read_out_protected_chip_is_refused, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
