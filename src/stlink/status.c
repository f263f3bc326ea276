/* SPDX-License-Identifier: MIT */
/* What the probe's status codes mean: stlink-protocol fact sheet section 6, one row each. */
#include "base/bytes.h"
#include "stlink/command.h"

#define LINK_CURE  "lower the clock with " HINT_SPEED ", and check the wires and the ground"
#define NO_ANSWER  "check its power, ground, SWDIO and SWCLK, or try " HINT_UNDER_RESET
#define BUSY_CURE  "reset the board, or try " HINT_UNDER_RESET
#define STUCK_CURE "power the board off and on, and check the wires and the ground"

struct status {
	uint8_t code;
	enum verdict verdict;
	bool link; /* the SWD link itself failed: a lower clock may help */
	int err;
	const char *text;
};

static const struct status statuses[] = {
	{ STLINK_ST_OK, VERDICT_OK, false, 0, "done" },
	/* openocd and Black Magic take these two for success */
	{ STLINK_ST_WRITE_VERIFY, VERDICT_OK, false, 0, "done" },
	{ STLINK_ST_CONFIG_CHANGED, VERDICT_OK, false, 0, "done" },

	{ STLINK_ST_AP_WAIT, VERDICT_WAIT, false, STFLASH_E_TIMEOUT,
	  "the target keeps the debug port waiting, its bus or its flash is busy: " BUSY_CURE },
	{ STLINK_ST_DP_WAIT, VERDICT_WAIT, false, STFLASH_E_TIMEOUT, "the target's debug port stays busy: " BUSY_CURE },

	{ STLINK_ST_NO_DEVICE, VERDICT_ERROR, false, STFLASH_E_NO_TARGET, "no chip answers: " NO_ANSWER },
	{ STLINK_ST_GET_IDCODE, VERDICT_ERROR, false, STFLASH_E_NO_TARGET, "no chip answers on SWD: " NO_ANSWER },
	{ STLINK_ST_DBG_POWER, VERDICT_ERROR, false, STFLASH_E_NO_TARGET,
	  "the chip's debug port does not power up: " NO_ANSWER },
	{ STLINK_ST_UNKNOWN_JTAG, VERDICT_ERROR, false, STFLASH_E_NO_TARGET,
	  "the chip answers, but not like a Cortex-M: " NO_ANSWER },
	{ STLINK_ST_BAD_AP, VERDICT_ERROR, false, STFLASH_E_NO_TARGET,
	  "the chip has no such access port: it is no STM32 that this tool knows" },

	{ STLINK_ST_AP_ERROR, VERDICT_ERROR, true, STFLASH_E_NO_TARGET,
	  "the access port gave no valid acknowledge: " LINK_CURE },
	{ STLINK_ST_AP_PARITY, VERDICT_ERROR, true, STFLASH_E_NO_TARGET,
	  "the access port's data has a parity error: " LINK_CURE },
	{ STLINK_ST_DP_ERROR, VERDICT_ERROR, true, STFLASH_E_NO_TARGET,
	  "the debug port gave no valid acknowledge: " LINK_CURE },
	{ STLINK_ST_DP_PARITY, VERDICT_ERROR, true, STFLASH_E_NO_TARGET,
	  "the debug port's data has a parity error: " LINK_CURE },

	{ STLINK_ST_FAULT, VERDICT_ERROR, false, STFLASH_E_FAULT,
	  "the target refused the access: nothing is at that address, or it is protected (SWD fault)" },
	{ STLINK_ST_UNKNOWN, VERDICT_ERROR, false, STFLASH_E_FAULT,
	  "the target refused the access and does not say why: " STUCK_CURE },
	{ STLINK_ST_AP_FAULT, VERDICT_ERROR, false, STFLASH_E_FAULT,
	  "the target refused the access: nothing is at that address, or it is protected (AP fault)" },
	{ STLINK_ST_DP_FAULT, VERDICT_ERROR, false, STFLASH_E_FAULT,
	  "the target's debug port refused the access: " STUCK_CURE },
	{ STLINK_ST_AP_WDATA, VERDICT_ERROR, false, STFLASH_E_FAULT, "the target did not take the data: " STUCK_CURE },
	{ STLINK_ST_AP_STICKY, VERDICT_ERROR, false, STFLASH_E_FAULT,
	  "an earlier access was refused and still blocks the port: " STUCK_CURE },
	{ STLINK_ST_AP_STICKY_OVERRUN, VERDICT_ERROR, false, STFLASH_E_FAULT,
	  "an earlier access overran and still blocks the port: " STUCK_CURE },
	{ STLINK_ST_WRITE_ERROR, VERDICT_ERROR, false, STFLASH_E_FAULT,
	  "the probe could not write to the target: " STUCK_CURE },

	{ STLINK_ST_SPI_ERROR, VERDICT_ERROR, false, STFLASH_E_PROBE,
	  "the probe reports an SPI error: plug it in anew" },
	{ STLINK_ST_DMA_ERROR, VERDICT_ERROR, false, STFLASH_E_PROBE,
	  "the probe reports a DMA error: plug it in anew" },
	{ STLINK_ST_INTERNAL, VERDICT_ERROR, false, STFLASH_E_PROBE,
	  "the probe reports an internal error: plug it in anew" },
	{ STLINK_ST_CMD_WAIT, VERDICT_ERROR, false, STFLASH_E_PROBE,
	  "the probe is busy with an earlier command: plug it in anew" },
	{ STLINK_ST_CMD_ERROR, VERDICT_ERROR, false, STFLASH_E_PROBE,
	  "the probe does not accept the command: plug it in anew" },
	{ STLINK_ST_ALIGNMENT, VERDICT_ERROR, false, STFLASH_E_PROBE,
	  "the probe complains about alignment: plug it in anew" },
	{ STLINK_ST_OTHER_MODE, VERDICT_ERROR, false, STFLASH_E_PROBE,
	  "the probe is open in another mode: plug it in anew" },
	{ STLINK_ST_TOO_MANY_APS, VERDICT_ERROR, false, STFLASH_E_PROBE,
	  "the probe has too many access ports open: plug it in anew" },

	{ STLINK_ST_SWV_UNAVAILABLE, VERDICT_ERROR, false, STFLASH_E_UNSUPPORTED, "the probe has no trace input" },
	{ STLINK_ST_FREQ_UNSUPPORTED, VERDICT_ERROR, false, STFLASH_E_UNSUPPORTED,
	  "the probe does not have this clock: choose another " HINT_SPEED },
	{ STLINK_ST_UNKNOWN_CMD, VERDICT_ERROR, false, STFLASH_E_UNSUPPORTED, "unknown command" },
};

static const struct status *find_status(uint8_t code)
{
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
		if (statuses[i].code == code)
			return &statuses[i];
	return NULL;
}

/* V3 firmware (seen with V3J7M2) answers a stalled access with WAIT once, then with AP_FAULT until it is through. */
static bool is_v3_wait(const struct stlink *p, uint8_t code)
{
	return code == STLINK_ST_AP_FAULT && p->saw_wait && p->version.major >= 3;
}

enum verdict status_verdict(const struct stlink *p, uint8_t code)
{
	const struct status *s = find_status(code);

	if (!s)
		return VERDICT_UNKNOWN;
	return is_v3_wait(p, code) ? VERDICT_WAIT : s->verdict;
}

int status_fail(struct stlink *p, const uint8_t *cmd, uint8_t code)
{
	const struct status *s = find_status(code);

	if (!s)
		return fail(p->ctx, STFLASH_E_PROBE,
			    "the probe answered %s with 0x%02x, which is no status: plug it in anew", command_name(cmd),
			    code);
	if (code == STLINK_ST_UNKNOWN_CMD)
		return fail(p->ctx, s->err,
			    "the probe's firmware %s does not know the command %s: update it with ST's ST-LINK "
			    "upgrade tool",
			    p->firmware, command_name(cmd));
	return fail(p->ctx, s->err, "%s (%s, status 0x%02x)", s->text, command_name(cmd), code);
}

bool stlink_link_error(const struct stlink *p)
{
	const struct status *s = find_status(p->last_status);

	return s && s->link;
}

struct name {
	uint8_t op;
	const char *text;
};

static const struct name top_level[] = {
	{ STLINK_GET_VERSION, "GET_VERSION" },
	{ STLINK_DFU, "DFU_EXIT" },
	{ STLINK_SWIM, "SWIM_EXIT" },
	{ STLINK_GET_CURRENT_MODE, "GET_CURRENT_MODE" },
	{ STLINK_GET_TARGET_VOLTAGE, "GET_TARGET_VOLTAGE" },
	{ STLINK_GET_VERSION_EX, "GET_VERSION_EX" },
};

static const struct name debug[] = {
	{ STLINK_READMEM_32, "READMEM_32" },
	{ STLINK_WRITEMEM_32, "WRITEMEM_32" },
	{ STLINK_READMEM_16, "READMEM_16" },
	{ STLINK_WRITEMEM_16, "WRITEMEM_16" },
	{ STLINK_READMEM_8, "READMEM_8" },
	{ STLINK_WRITEMEM_8, "WRITEMEM_8" },
	{ STLINK_EXIT, "EXIT" },
	{ STLINK_ENTER, "ENTER" },
	{ STLINK_READ_IDCODES, "READ_IDCODES" },
	{ STLINK_RESETSYS, "RESETSYS" },
	{ STLINK_READREG, "READREG" },
	{ STLINK_WRITEREG, "WRITEREG" },
	{ STLINK_WRITEDEBUGREG, "WRITEDEBUGREG" },
	{ STLINK_READDEBUGREG, "READDEBUGREG" },
	{ STLINK_READALLREGS, "READALLREGS" },
	{ STLINK_GETLASTRWSTATUS, "GETLASTRWSTATUS" },
	{ STLINK_GETLASTRWSTATUS2, "GETLASTRWSTATUS2" },
	{ STLINK_DRIVE_NRST, "DRIVE_NRST" },
	{ STLINK_SWD_SET_FREQ, "SWD_SET_FREQ" },
	{ STLINK_READ_DAP_REG, "READ_DAP_REG" },
	{ STLINK_WRITE_DAP_REG, "WRITE_DAP_REG" },
	{ STLINK_INIT_AP, "INIT_AP" },
	{ STLINK_CLOSE_AP_DBG, "CLOSE_AP_DBG" },
	{ STLINK_SET_COM_FREQ, "SET_COM_FREQ" },
	{ STLINK_GET_COM_FREQ, "GET_COM_FREQ" },
};

const char *command_name(const uint8_t *cmd)
{
	const bool is_debug = cmd[0] == STLINK_DEBUG;
	const struct name *names = is_debug ? debug : top_level;
	const size_t n = is_debug ? ARRAY_SIZE(debug) : ARRAY_SIZE(top_level);
	const uint8_t op = is_debug ? cmd[1] : cmd[0];

	for (size_t i = 0; i < n; i++)
		if (names[i].op == op)
			return names[i].text;
	return "a command";
}
