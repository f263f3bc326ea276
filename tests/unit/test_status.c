/* SPDX-License-Identifier: MIT */
/* What each status code of the probe becomes: the kind of failure, and its sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#undef fail /* the library has a function of that name */

#include "base/bytes.h"
#include "stlink/command.h"

static const struct row {
	uint8_t code;
	int err;
	const char *sentence;
} rows[] = {
	{ 0x10, STFLASH_E_TIMEOUT,
	  "the target keeps the debug port waiting, its bus or its flash is busy: reset the board" },
	{ 0x14, STFLASH_E_TIMEOUT, "the target's debug port stays busy: reset the board" },
	{ 0x05, STFLASH_E_NO_TARGET, "no chip answers: check its power, ground, SWDIO and SWCLK" },
	{ 0x09, STFLASH_E_NO_TARGET, "no chip answers on SWD: check its power" },
	{ 0x0b, STFLASH_E_NO_TARGET, "the chip's debug port does not power up" },
	{ 0x04, STFLASH_E_NO_TARGET, "the chip answers, but not like a Cortex-M" },
	{ 0x1d, STFLASH_E_NO_TARGET, "the chip has no such access port: it is no STM32 that this tool knows" },
	{ 0x12, STFLASH_E_NO_TARGET, "the access port gave no valid acknowledge: lower the clock" },
	{ 0x13, STFLASH_E_NO_TARGET, "the access port's data has a parity error: lower the clock" },
	{ 0x16, STFLASH_E_NO_TARGET, "the debug port gave no valid acknowledge: lower the clock" },
	{ 0x17, STFLASH_E_NO_TARGET, "the debug port's data has a parity error: lower the clock" },
	{ 0x81, STFLASH_E_FAULT,
	  "the target refused the access: nothing is at that address, or it is protected (SWD fault)" },
	{ 0x01, STFLASH_E_FAULT, "the target refused the access and does not say why: power the board off and on" },
	{ 0x11, STFLASH_E_FAULT,
	  "the target refused the access: nothing is at that address, or it is protected (AP fault)" },
	{ 0x15, STFLASH_E_FAULT, "the target's debug port refused the access: power the board off and on" },
	{ 0x18, STFLASH_E_FAULT, "the target did not take the data: power the board off and on" },
	{ 0x19, STFLASH_E_FAULT,
	  "an earlier access was refused and still blocks the port: power the board off and on" },
	{ 0x1a, STFLASH_E_FAULT, "an earlier access overran and still blocks the port: power the board off and on" },
	{ 0x0c, STFLASH_E_FAULT, "the probe could not write to the target: power the board off and on" },
	{ 0x02, STFLASH_E_PROBE, "the probe reports an SPI error: plug it in anew" },
	{ 0x03, STFLASH_E_PROBE, "the probe reports a DMA error: plug it in anew" },
	{ 0x06, STFLASH_E_PROBE, "the probe reports an internal error: plug it in anew" },
	{ 0x07, STFLASH_E_PROBE, "the probe is busy with an earlier command: plug it in anew" },
	{ 0x08, STFLASH_E_PROBE, "the probe does not accept the command: plug it in anew" },
	{ 0x0a, STFLASH_E_PROBE, "the probe complains about alignment: plug it in anew" },
	{ 0x0e, STFLASH_E_PROBE, "the probe is open in another mode: plug it in anew" },
	{ 0x29, STFLASH_E_PROBE, "the probe has too many access ports open: plug it in anew" },
	{ 0x20, STFLASH_E_UNSUPPORTED, "the probe has no trace input" },
	{ 0x41, STFLASH_E_UNSUPPORTED, "the probe does not have this clock: choose another " HINT_SPEED },
	{ 0x42, STFLASH_E_UNSUPPORTED, "the probe's firmware V2J29S7 does not know the command READMEM_32: update it" },
	{ 0x77, STFLASH_E_PROBE, "the probe answered READMEM_32 with 0x77, which is no status: plug it in anew" },
};

static void each_status_has_its_sentence_and_its_kind(void **state)
{
	static const uint8_t cmd[STLINK_CMD_LEN] = { 0xf2, 0x07 };
	struct ctx ctx = { .err = 0 };
	struct stlink p = { .ctx = &ctx, .version = { .major = 2, .jtag = 29 }, .firmware = "V2J29S7" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(status_fail(&p, cmd, rows[i].code), rows[i].err);
		if (strncmp(ctx.errmsg, rows[i].sentence, strlen(rows[i].sentence)) != 0)
			assert_string_equal(ctx.errmsg, rows[i].sentence);
	}
	assert_int_equal(status_fail(&p, cmd, 0x81), STFLASH_E_FAULT);
	assert_string_equal(ctx.errmsg, "the target refused the access: nothing is at that address, or it is protected "
					"(SWD fault) (READMEM_32, status 0x81)");
}

static void every_command_has_the_name_of_the_manual(void **state)
{
	static const struct {
		uint8_t cmd[2];
		const char *name;
	} commands[] = {
		{ { 0xf1 }, "GET_VERSION" },        { { 0xf5 }, "GET_CURRENT_MODE" }, { { 0xf2, 0x07 }, "READMEM_32" },
		{ { 0xf2, 0x62 }, "GET_COM_FREQ" }, { { 0xf2, 0xf1 }, "a command" },  { { 0x62 }, "a command" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		assert_string_equal(command_name(commands[i].cmd), commands[i].name);
}

/* The codes that a lower clock may cure, and no others (stlink-protocol fact sheet section 6). */
static void link_errors_are_those_of_the_wires(void **state)
{
	struct stlink p = { .ctx = NULL };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		p.last_status = rows[i].code;
		assert_int_equal(stlink_link_error(&p), strstr(rows[i].sentence, "lower the clock") != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_status_has_its_sentence_and_its_kind),
		cmocka_unit_test(every_command_has_the_name_of_the_manual),
		cmocka_unit_test(link_errors_are_those_of_the_wires),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
