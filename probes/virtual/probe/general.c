/* SPDX-License-Identifier: MIT */
/* The probe about itself: version, mode, voltage, clocks, trace, board. */
#include "base/bytes.h"
#include "probe/firmware.h"
#include "stlink/stlink_proto.h"

#define DFU_EXIT_NS  1000000u /* timing model */
#define VREF_READING 2400u    /* of the 1.2 V reference: then a reading of VTarget / 2 is in millivolts */
#define COM_FREQS    10u
#define BOARD_LEN    128u

void cmd_get_version(struct probe *p, const uint8_t *cmd)
{
	const struct fw_version *fw = &p->spec.firmware;
	const bool extended = p->model->major >= 3; /* then GET_VERSION_EX has the rest */
	const unsigned int minor = fw->swim ? fw->swim : fw->msd;
	uint8_t *reply = reply_new(p, 6);
	unsigned int word = p->model->major << 12;

	(void)cmd;
	if (!extended)
		word |= (fw->jtag & 0x3fu) << 6 | (minor & 0x3fu);
	put_be16(reply, (uint16_t)word);
	put_le16(reply + 2, STLINK_VID);
	put_le16(reply + 4, p->model->pid);
}

void cmd_get_version_ex(struct probe *p, const uint8_t *cmd)
{
	const struct fw_version *fw = &p->spec.firmware;
	uint8_t *reply;

	(void)cmd;
	if (p->model->major < 3) {
		reply_status(p, STLINK_ST_UNKNOWN_CMD);
		return;
	}
	reply = reply_new(p, 12);
	reply[0] = (uint8_t)p->model->major;
	reply[1] = (uint8_t)fw->swim;
	reply[2] = (uint8_t)fw->jtag;
	reply[3] = (uint8_t)fw->msd;
	reply[4] = (uint8_t)fw->bridge;
	put_le16(reply + 8, STLINK_VID);
	put_le16(reply + 10, p->model->pid);
}

void cmd_get_mode(struct probe *p, const uint8_t *cmd)
{
	(void)cmd;
	reply_new(p, 2)[0] = p->fw.mode;
}

void cmd_get_voltage(struct probe *p, const uint8_t *cmd)
{
	uint8_t *reply;

	(void)cmd;
	if (!firmware_since(p, 13, 1)) {
		reply_status(p, STLINK_ST_UNKNOWN_CMD);
		return;
	}
	if (p->fw.mode == STLINK_MODE_DFU)
		monitor_anomaly(&p->mon, "target voltage asked for in DFU mode");
	chip_sync(p->chip); /* a board may have given up its supply */
	reply = reply_new(p, 8);
	put_le32(reply, VREF_READING);
	put_le32(reply + 4, chip_powered(p->chip) ? p->spec.target_mv : 0);
}

void cmd_dfu(struct probe *p, const uint8_t *cmd)
{
	if (cmd[1] != STLINK_DFU_EXIT) {
		monitor_anomaly(&p->mon, "DFU command %02x", cmd[1]);
		return;
	}
	if (p->fw.mode != STLINK_MODE_DFU)
		return;
	timing_firmware(&p->timing, DFU_EXIT_NS);
	set_mode_idle(p);
}

void cmd_swim(struct probe *p, const uint8_t *cmd)
{
	if (cmd[1] != STLINK_SWIM_EXIT)
		monitor_anomaly(&p->mon, "SWIM command %02x to an STM32", cmd[1]);
	else if (p->fw.mode == STLINK_MODE_SWIM)
		set_mode_idle(p);
}

/* The divisor counts turns of a delay loop: between two known ones the faster of them is never exceeded. */
void cmd_swd_set_freq(struct probe *p, const uint8_t *cmd)
{
	const uint16_t divisor = get_le16(cmd + 2);
	const struct swd_step *step = p->model->steps;

	while (step[1].khz && step[1].divisor <= divisor)
		step++;
	p->dap.khz = step->khz;
	reply_status(p, STLINK_ST_OK);
}

/* Kept for JTAG, which this target is not asked to speak. */
void cmd_jtag_set_freq(struct probe *p, const uint8_t *cmd)
{
	(void)cmd;
	reply_status(p, STLINK_ST_OK);
}

void cmd_set_com_freq(struct probe *p, const uint8_t *cmd)
{
	const uint32_t khz = get_le32(cmd + 4);
	const struct swd_step *step = p->model->steps;
	uint8_t *reply = reply_new(p, 8);

	while (step->khz > khz)
		step++;
	if (!step->khz) {
		reply[0] = STLINK_ST_FREQ_UNSUPPORTED;
		return;
	}
	if (cmd[2] == 0) /* 1 is JTAG */
		p->dap.khz = step->khz;
	reply[0] = STLINK_ST_OK;
	put_le32(reply + 4, step->khz);
}

void cmd_get_com_freq(struct probe *p, const uint8_t *cmd)
{
	uint8_t *reply = reply_new(p, 12 + 4 * COM_FREQS);
	uint32_t n = 0;

	(void)cmd;
	reply[0] = STLINK_ST_OK;
	put_le32(reply + 4, p->dap.khz);
	for (const struct swd_step *step = p->model->steps; step->khz && n < COM_FREQS; step++)
		put_le32(reply + 12 + 4 * n++, step->khz);
	put_le32(reply + 8, n);
}

void cmd_switch_freq(struct probe *p, const uint8_t *cmd)
{
	const bool known = cmd[2] == 1 || cmd[2] == 2 || cmd[2] == 4;

	reply_new(p, 8)[0] = known ? STLINK_ST_CONFIG_CHANGED : STLINK_ST_FREQ_UNSUPPORTED;
}

/* Nothing drives SWO here: a trace starts, and stays empty. */
void cmd_start_trace(struct probe *p, const uint8_t *cmd)
{
	const uint32_t fastest = p->model->major >= 3 ? 24000000u : 2250000u;
	const uint32_t baud = get_le32(cmd + 4);

	reply_status(p, baud && baud <= fastest ? STLINK_ST_OK : STLINK_ST_SWV_UNAVAILABLE);
}

void cmd_stop_trace(struct probe *p, const uint8_t *cmd)
{
	(void)cmd;
	reply_status(p, STLINK_ST_OK);
}

void cmd_get_trace_nb(struct probe *p, const uint8_t *cmd)
{
	(void)cmd;
	reply_new(p, 2);
}

void cmd_blink_led(struct probe *p, const uint8_t *cmd)
{
	(void)cmd;
	reply_status(p, STLINK_ST_OK);
}

/* A probe that is soldered to no board has an empty identifier. */
void cmd_board_identifiers(struct probe *p, const uint8_t *cmd)
{
	(void)cmd;
	reply_new(p, BOARD_LEN)[0] = STLINK_ST_OK;
}
