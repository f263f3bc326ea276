/* SPDX-License-Identifier: MIT */
#include "probe/firmware.h"

#include <string.h>

#include "base/bytes.h"
#include "stlink/stlink_proto.h"

#define NEEDS_DEBUG 1u /* debug mode has to be entered before */
#define ANY_MODE    0u

/* Two that the driver has no use for */
#define STLINK_BLINK_LED     0x49u
#define STLINK_GET_DISK_NAME 0x4au

/* Commands below F2: from which J of a V2 and of a V3 they exist (stlink-protocol sections 5 and 7.3). */
static const struct debug_command {
	uint8_t code;
	uint8_t v2_from;
	uint8_t v3_from;
	uint8_t needs;
	void (*run)(struct probe *p, const uint8_t *cmd);
} debug_commands[] = {
	{ STLINK_READMEM_32, 1, 1, NEEDS_DEBUG, cmd_read_mem },
	{ STLINK_WRITEMEM_32, 1, 1, NEEDS_DEBUG, cmd_write_mem },
	{ STLINK_READMEM_8, 1, 1, NEEDS_DEBUG, cmd_read_mem },
	{ STLINK_WRITEMEM_8, 1, 1, NEEDS_DEBUG, cmd_write_mem },
	{ STLINK_EXIT, 1, 1, ANY_MODE, cmd_exit },
	{ STLINK_ENTER, 1, 1, ANY_MODE, cmd_enter },
	{ STLINK_READ_IDCODES, 1, 1, NEEDS_DEBUG, cmd_read_idcodes },
	{ STLINK_RESETSYS, 1, 1, NEEDS_DEBUG, cmd_resetsys },
	{ STLINK_READREG, 1, 1, NEEDS_DEBUG, cmd_read_reg },
	{ STLINK_WRITEREG, 1, 1, NEEDS_DEBUG, cmd_write_reg },
	{ STLINK_WRITEDEBUGREG, 1, 1, NEEDS_DEBUG, cmd_write_debug_reg },
	{ STLINK_READDEBUGREG, 1, 1, NEEDS_DEBUG, cmd_read_debug_reg },
	{ STLINK_READALLREGS, 1, 1, NEEDS_DEBUG, cmd_read_all_regs },
	{ STLINK_GETLASTRWSTATUS, 1, 1, NEEDS_DEBUG, cmd_last_status },
	{ STLINK_DRIVE_NRST, 1, 1, ANY_MODE, cmd_drive_nrst },
	{ STLINK_GETLASTRWSTATUS2, 15, 1, NEEDS_DEBUG, cmd_last_status2 },
	{ STLINK_START_TRACE_RX, 13, 1, NEEDS_DEBUG, cmd_start_trace },
	{ STLINK_STOP_TRACE_RX, 13, 1, ANY_MODE, cmd_stop_trace },
	{ STLINK_GET_TRACE_NB, 13, 1, ANY_MODE, cmd_get_trace_nb },
	{ STLINK_SWD_SET_FREQ, 22, NEVER, ANY_MODE, cmd_swd_set_freq },
	{ STLINK_JTAG_SET_FREQ, 24, NEVER, ANY_MODE, cmd_jtag_set_freq },
	{ STLINK_READ_DAP_REG, 24, 1, NEEDS_DEBUG, cmd_read_dap_reg },
	{ STLINK_WRITE_DAP_REG, 24, 1, NEEDS_DEBUG, cmd_write_dap_reg },
	{ STLINK_READMEM_16, 26, 1, NEEDS_DEBUG, cmd_read_mem },
	{ STLINK_WRITEMEM_16, 26, 1, NEEDS_DEBUG, cmd_write_mem },
	{ STLINK_BLINK_LED, 28, 1, ANY_MODE, cmd_blink_led },
	{ STLINK_INIT_AP, 28, 1, NEEDS_DEBUG, cmd_init_ap },
	{ STLINK_CLOSE_AP_DBG, 28, 1, NEEDS_DEBUG, cmd_close_ap },
	{ STLINK_WRITEMEM_32_NO_ADDR_INC, 26, 1, NEEDS_DEBUG, cmd_write_mem },
	{ STLINK_RW_MISC_OUT, 32, 2, NEEDS_DEBUG, cmd_rw_misc_out },
	{ STLINK_RW_MISC_IN, 32, 2, NEEDS_DEBUG, cmd_rw_misc_in },
	{ STLINK_READMEM_32_NO_ADDR_INC, 32, 2, NEEDS_DEBUG, cmd_read_mem },
	{ STLINK_GET_BOARD_IDENTIFIERS, 36, 6, ANY_MODE, cmd_board_identifiers },
	{ STLINK_SET_COM_FREQ, NEVER, 1, ANY_MODE, cmd_set_com_freq },
	{ STLINK_GET_COM_FREQ, NEVER, 1, ANY_MODE, cmd_get_com_freq },
	{ STLINK_SWITCH_STLINK_FREQ, NEVER, 1, ANY_MODE, cmd_switch_freq },
};

static const struct {
	uint8_t code;
	void (*run)(struct probe *p, const uint8_t *cmd);
} commands[] = {
	{ STLINK_GET_VERSION, cmd_get_version },
	{ STLINK_DEBUG, cmd_debug },
	{ STLINK_DFU, cmd_dfu },
	{ STLINK_SWIM, cmd_swim },
	{ STLINK_GET_CURRENT_MODE, cmd_get_mode },
	{ STLINK_GET_TARGET_VOLTAGE, cmd_get_voltage },
	{ STLINK_GET_VERSION_EX, cmd_get_version_ex },
};

bool firmware_since(const struct probe *p, unsigned int v2_from, unsigned int v3_from)
{
	const unsigned int from = p->model->major == 2 ? v2_from : v3_from;

	return from != NEVER && p->spec.firmware.jtag >= from;
}

void careless(struct probe *p, const char *what)
{
	if (p->spec.strict)
		monitor_anomaly(&p->mon, "%s", what);
}

uint8_t *reply_new(struct probe *p, size_t len)
{
	struct firmware *fw = &p->fw;
	struct reply *reply = &fw->replies[fw->n_replies++];

	memset(reply->data, 0, len);
	reply->len = len;
	reply->sent = 0;
	reply->is_data = false;
	return reply->data;
}

void reply_status(struct probe *p, uint8_t status)
{
	reply_new(p, 2)[0] = status;
}

void expect_data(struct probe *p, size_t len, void (*take)(struct probe *p), void (*end)(struct probe *p))
{
	struct data_phase *data = &p->fw.data;

	data->expected = len;
	data->got = 0;
	data->used = 0;
	data->take = take;
	data->end = end;
}

static const struct debug_command *find_debug(const struct probe *p, uint8_t code)
{
	for (size_t i = 0; i < ARRAY_SIZE(debug_commands); i++)
		if (debug_commands[i].code == code)
			return firmware_since(p, debug_commands[i].v2_from, debug_commands[i].v3_from)
				       ? &debug_commands[i]
				       : NULL;
	return NULL;
}

static bool fetches_status(uint8_t code)
{
	return code == STLINK_GETLASTRWSTATUS || code == STLINK_GETLASTRWSTATUS2;
}

/* Any other command makes the status of the memory command before unknowable. */
static void check_status_read(struct probe *p, uint8_t code)
{
	if (p->fw.status_due && !fetches_status(code)) {
		p->fw.unread_status++;
		careless(p, "the status of a memory command was not fetched");
	}
	p->fw.status_due = false;
}

void cmd_debug(struct probe *p, const uint8_t *cmd)
{
	const struct debug_command *command = find_debug(p, cmd[1]);

	check_status_read(p, cmd[1]);
	if (!command) {
		reply_status(p, STLINK_ST_UNKNOWN_CMD);
		return;
	}
	if (p->fw.mode == STLINK_MODE_DFU || (command->needs == NEEDS_DEBUG && p->fw.mode != STLINK_MODE_DEBUG))
		monitor_anomaly(&p->mon, "command f2 %02x in mode %u", cmd[1], p->fw.mode);
	command->run(p, cmd);
}

static void run_command(struct probe *p, const uint8_t *cmd)
{
	const unsigned int n_replies = p->fw.n_replies;

	p->mon.commands++;
	timing_firmware(&p->timing, p->model->dispatch_ns);
	hand_sees_time(p);

	if (p->fw.n_replies)
		monitor_anomaly(&p->mon, "command %02x %02x while the reply before it was not fetched", cmd[0], cmd[1]);

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (commands[i].code == cmd[0]) {
			commands[i].run(p, cmd);
			personality_answers(p, cmd, n_replies);
			return;
		}
	}
	monitor_anomaly(&p->mon, "there is no command %02x", cmd[0]);
	reply_status(p, STLINK_ST_UNKNOWN_CMD);
}

static void take_command(struct probe *p, const uint8_t *data, size_t len)
{
	uint8_t cmd[STLINK_CMD_LEN] = { 0 };

	if (len != STLINK_CMD_LEN)
		monitor_anomaly(&p->mon, "a command of %zu bytes", len);
	if (!len)
		return;
	memcpy(cmd, data, min_size(len, STLINK_CMD_LEN));
	run_command(p, cmd);
}

static void take_data(struct probe *p, const uint8_t *bytes, size_t len)
{
	struct data_phase *data = &p->fw.data;
	const size_t part = min_size(len, data->expected - data->got);

	if (part < len)
		monitor_anomaly(&p->mon, "%zu bytes more than the command announced", len - part);
	memcpy(data->data + data->got, bytes, part);
	data->got += part;
	data->take(p);
	if (data->got < data->expected)
		return;

	data->expected = 0;
	data->end(p);
}

void firmware_packet(struct probe *p, const uint8_t *data, size_t len)
{
	if (p->fw.data.expected)
		take_data(p, data, len);
	else
		take_command(p, data, len);
}

/* A transfer of len bytes has ended; within a data phase only full packets may end one. */
void firmware_transfer_end(struct probe *p, size_t len)
{
	if (p->fw.data.expected && p->fw.data.got && len % p->model->mps)
		monitor_anomaly(&p->mon, "%zu of %zu bytes announced, then a short packet", p->fw.data.got,
				p->fw.data.expected);
}

bool firmware_ready(const struct probe *p)
{
	return p->fw.n_replies < REPLIES_MAX;
}

/* Of the transfers only: mode, clock and target stay (a USB reset shows as SET_CONFIGURATION). */
void firmware_reinit(struct probe *p)
{
	p->fw.n_replies = 0;
	p->fw.data.expected = 0;
	p->fw.misc_len = 0;
	p->fw.status_due = false;
}

void firmware_plug(struct probe *p)
{
	struct firmware *fw = &p->fw;

	firmware_reinit(p);
	fw->mode = p->spec.start_mode;
	fw->ap_open = 0;
	fw->ap0_implicit = false;
	fw->rw_status = STLINK_ST_OK;
	fw->fault_addr = 0;
	fw->saw_wait = false;
	p->dap.khz = p->model->start_khz;
	p->dap.firmware_ns = p->model->swd_firmware_ns;
	p->dap.selected = false;
}

uint8_t status_of(struct probe *p, enum dap_ack ack)
{
	const bool was_waiting = p->fw.saw_wait;

	p->fw.saw_wait = ack == DAP_WAIT && p->model->major >= 3;
	switch (ack) {
	case DAP_OK:
		return faults_take(&p->faults, FAULT_UNKNOWN) ? STLINK_ST_UNKNOWN : STLINK_ST_OK;
	case DAP_WAIT:
		/* V3J7M2: WAIT once, then AP_FAULT for as long as the access is stalled (stlink-protocol section 6) */
		return was_waiting ? STLINK_ST_AP_FAULT : STLINK_ST_AP_WAIT;
	case DAP_FAULT:
		return STLINK_ST_AP_FAULT;
	case DAP_NO_ANSWER:
		return STLINK_ST_NO_DEVICE;
	case DAP_PROTOCOL:
		return STLINK_ST_DP_ERROR;
	case DAP_PARITY:
		return STLINK_ST_DP_PARITY;
	}
	return STLINK_ST_INTERNAL;
}
