/* SPDX-License-Identifier: MIT */
/* Entering and leaving debug mode, access ports, and raw DP and AP registers. */
#include "base/bytes.h"
#include "probe/firmware.h"
#include "stlink/stlink_proto.h"

#define POWER_UP_POLLS        4u
#define BANK(reg)             ((uint8_t)((reg)&0xf0u))
#define DP_SELECT_DPBANK      0x0fu
#define DP_BANKED(reg)        ((reg)&0xf0u)
#define REGISTER_IN_BANK(reg) ((uint8_t)((reg)&0x0cu))

void set_mode_idle(struct probe *p)
{
	p->fw.mode = STLINK_MODE_MASS;
	p->fw.ap_open = 0;
	p->dap.selected = false;
}

enum dap_ack ap_select(struct probe *p, uint8_t ap, uint8_t bank)
{
	return dap_dp_write(&p->dap, DP_SELECT, (uint32_t)ap << 24 | bank);
}

/* After an error: the flags are cleared and the first bank of AP 0 is selected again. */
static enum dap_ack heal(struct probe *p)
{
	const uint32_t sticky = CTRL_STICKYORUN | CTRL_STICKYCMP | CTRL_STICKYERR | CTRL_WDATAERR;
	enum dap_ack ack = DAP_OK;

	if (p->dap.ctrl_stat & sticky)
		ack = dap_dp_write(&p->dap, DP_ABORT, ABORT_STICKY);
	if (ack == DAP_OK && p->dap.select)
		ack = ap_select(p, AP_MEMORY, 0);
	return ack;
}

enum dap_ack ap_begin(struct probe *p, uint32_t csw, uint32_t addr)
{
	enum dap_ack ack = heal(p);

	if (ack == DAP_OK)
		ack = dap_ap_write(&p->dap, AP_CSW, csw);
	if (ack == DAP_OK)
		ack = dap_ap_write(&p->dap, AP_TAR, addr);
	return ack;
}

/* The fourth transfer of a set-up: did anything stick? */
enum dap_ack ap_end(struct probe *p)
{
	uint32_t ctrl_stat;
	const enum dap_ack ack = dap_dp_read(&p->dap, DP_CTRL_STAT, &ctrl_stat);

	if (ack == DAP_OK && ctrl_stat & CTRL_STICKYERR)
		return DAP_FAULT;
	return ack;
}

static enum dap_ack power_up(struct probe *p)
{
	const uint32_t acks = CTRL_CDBGPWRUPACK | CTRL_CSYSPWRUPACK;
	uint32_t ctrl_stat = 0;
	enum dap_ack ack;

	ack = dap_dp_write(&p->dap, DP_ABORT, ABORT_STICKY);
	if (ack == DAP_OK)
		ack = dap_dp_write(&p->dap, DP_CTRL_STAT, CTRL_POWER_UP);
	for (unsigned int i = 0; ack == DAP_OK && i < POWER_UP_POLLS && (ctrl_stat & acks) != acks; i++)
		ack = dap_dp_read(&p->dap, DP_CTRL_STAT, &ctrl_stat);
	return ack;
}

static enum dap_ack enter_swd(struct probe *p)
{
	uint32_t dpidr;
	enum dap_ack ack;

	dap_line_reset(&p->dap);
	ack = dap_dp_read(&p->dap, DP_DPIDR, &dpidr);
	if (ack == DAP_OK)
		ack = power_up(p);
	if (ack == DAP_OK)
		ack = ap_select(p, AP_MEMORY, 0);
	return ack;
}

/* 05: nothing there at all; 09: there is a target, but its debug port does not answer. */
static uint8_t connect_status(struct probe *p, enum dap_ack ack)
{
	if (ack == DAP_NO_ANSWER && chip_powered(p->chip) && !p->spec.no_ack)
		return STLINK_ST_GET_IDCODE;
	return status_of(p, ack);
}

void cmd_enter(struct probe *p, const uint8_t *cmd)
{
	enum dap_ack ack;

	/* Refused or not, some firmware is in debug mode afterwards: the host has to leave it before it tries again. */
	p->fw.mode = STLINK_MODE_DEBUG;
	p->fw.ap_open = 0;
	if (cmd[2] != STLINK_ENTER_SWD) {
		reply_status(p, STLINK_ST_UNKNOWN_JTAG);
		return;
	}

	hand_sees_enter(p);
	ack = enter_swd(p);
	if (ack == DAP_OK) {
		p->fw.ap_open = 1u << AP_MEMORY;
		p->fw.ap0_implicit = true;
	}
	reply_status(p, connect_status(p, ack));
}

void cmd_exit(struct probe *p, const uint8_t *cmd)
{
	(void)cmd;
	set_mode_idle(p);
}

void cmd_read_idcodes(struct probe *p, const uint8_t *cmd)
{
	uint8_t *reply = reply_new(p, 12);
	uint32_t dpidr = 0;
	enum dap_ack ack;

	(void)cmd;
	ack = dap_dp_read(&p->dap, DP_DPIDR, &dpidr);
	reply[0] = connect_status(p, ack);
	if (ack == DAP_OK)
		put_le32(reply + 4, dpidr);
}

static enum dap_ack read_idr(struct probe *p, uint8_t ap, uint32_t *idr)
{
	enum dap_ack ack = heal(p);

	if (ack == DAP_OK)
		ack = ap_select(p, ap, BANK(AP_IDR));
	if (ack == DAP_OK)
		ack = dap_ap_read(&p->dap, REGISTER_IN_BANK(AP_IDR), idr);
	if (ack == DAP_OK)
		ack = dap_dp_read(&p->dap, DP_RDBUFF, idr);
	return ack;
}

/* An AP that is not there has an IDR of zero. */
void cmd_init_ap(struct probe *p, const uint8_t *cmd)
{
	const uint8_t ap = cmd[2];
	uint32_t idr = 0;
	enum dap_ack ack;

	if (ap >= N_APS) {
		reply_status(p, STLINK_ST_TOO_MANY_APS);
		return;
	}
	ack = read_idr(p, ap, &idr);
	if (ack == DAP_OK && !idr) {
		reply_status(p, STLINK_ST_BAD_AP);
		return;
	}
	if (ack == DAP_OK) {
		p->fw.ap_open |= (uint8_t)(1u << ap);
		if (ap == AP_MEMORY)
			p->fw.ap0_implicit = false;
	}
	reply_status(p, status_of(p, ack));
}

void cmd_close_ap(struct probe *p, const uint8_t *cmd)
{
	const uint8_t ap = cmd[2];

	if (ap >= N_APS || !(p->fw.ap_open >> ap & 1)) {
		reply_status(p, STLINK_ST_BAD_AP);
		return;
	}
	p->fw.ap_open &= (uint8_t) ~(1u << ap);
	/* Before J29 the status is an error although the AP was closed (stlink-protocol section 5). */
	reply_status(p, firmware_since(p, 29, 1) ? STLINK_ST_OK : STLINK_ST_CMD_ERROR);
}

/* Is the access one that the firmware carries out at all? The status when not. */
static uint8_t check_dap_access(struct probe *p, uint16_t port, uint16_t reg)
{
	if (reg & 3 || reg > 0xff) {
		monitor_anomaly(&p->mon, "there is no DP or AP register 0x%x", reg);
		return STLINK_ST_CMD_ERROR;
	}
	if (port == STLINK_DP_PORT) {
		if (!DP_BANKED(reg) || firmware_since(p, 32, 2))
			return STLINK_ST_OK;
		monitor_anomaly(&p->mon, "banked DP register 0x%x before J32", reg);
		return STLINK_ST_CMD_ERROR;
	}
	if (port >= N_APS)
		return STLINK_ST_BAD_AP;
	if (reg == AP_IDR || !firmware_since(p, 28, 1) || p->fw.ap_open >> port & 1)
		return STLINK_ST_OK;

	monitor_anomaly(&p->mon, "register 0x%x of AP %u, which was not opened", reg, port);
	return STLINK_ST_BAD_AP;
}

static uint8_t dap_status(struct probe *p, uint16_t port, enum dap_ack ack)
{
	if (ack == DAP_FAULT && port == STLINK_DP_PORT)
		return STLINK_ST_DP_FAULT;
	return status_of(p, ack);
}

/* Three transfers (timing model). CTRL/STAT and DPIDR answer whatever is sticky, so they come without SELECT. */
static enum dap_ack read_dp(struct probe *p, uint16_t reg, uint32_t *value)
{
	const uint8_t dp = REGISTER_IN_BANK(reg);
	uint32_t ignored;
	enum dap_ack ack;

	*value = 0;
	if (DP_BANKED(reg)) /* DPv1 and v2 know bank 0 only; the others read as zero here */
		return ap_select(p, AP_MEMORY, 0);

	ack = dap_dp_read(&p->dap, DP_CTRL_STAT, &ignored);
	if (ack == DAP_OK)
		ack = dap_dp_read(&p->dap, dp, value);
	if (ack == DAP_OK)
		ack = dap_dp_read(&p->dap, DP_CTRL_STAT, &ignored);
	return ack;
}

static enum dap_ack read_ap(struct probe *p, uint16_t port, uint16_t reg, uint32_t *value)
{
	enum dap_ack ack = ap_select(p, (uint8_t)port, BANK(reg));

	if (ack == DAP_OK)
		ack = dap_ap_read(&p->dap, REGISTER_IN_BANK(reg), value);
	if (ack == DAP_OK)
		ack = dap_dp_read(&p->dap, DP_RDBUFF, value);
	return ack;
}

void cmd_read_dap_reg(struct probe *p, const uint8_t *cmd)
{
	const uint16_t port = get_le16(cmd + 2);
	const uint16_t reg = get_le16(cmd + 4);
	uint8_t *reply = reply_new(p, 8);
	uint32_t value = 0;
	enum dap_ack ack;

	reply[0] = check_dap_access(p, port, reg);
	if (reply[0] != STLINK_ST_OK)
		return;

	ack = port == STLINK_DP_PORT ? read_dp(p, reg, &value) : read_ap(p, port, reg, &value);
	reply[0] = dap_status(p, port, ack);
	if (ack == DAP_OK)
		put_le32(reply + 4, value);
}

/* The firmware looks after the bank itself and knows no overrun detection (stlink-protocol section 10). */
static void check_dp_write(struct probe *p, uint16_t reg, uint32_t value)
{
	if (reg == DP_SELECT && value & DP_SELECT_DPBANK)
		monitor_anomaly(&p->mon, "DPBANKSEL written by the host");
	if (reg == DP_CTRL_STAT && value & CTRL_ORUNDETECT)
		monitor_anomaly(&p->mon, "CORUNDETECT written by the host");
}

static enum dap_ack write_dp(struct probe *p, uint16_t reg, uint32_t value)
{
	uint32_t ignored;
	enum dap_ack ack;

	check_dp_write(p, reg, value);
	ack = dap_dp_read(&p->dap, DP_CTRL_STAT, &ignored);
	if (ack == DAP_OK)
		ack = dap_dp_write(&p->dap, REGISTER_IN_BANK(reg), value);
	if (ack == DAP_OK)
		ack = dap_dp_read(&p->dap, DP_CTRL_STAT, &ignored);
	return ack;
}

static enum dap_ack write_ap(struct probe *p, uint16_t port, uint16_t reg, uint32_t value)
{
	uint32_t ignored;
	enum dap_ack ack = ap_select(p, (uint8_t)port, BANK(reg));

	if (ack == DAP_OK)
		ack = dap_ap_write(&p->dap, REGISTER_IN_BANK(reg), value);
	if (ack == DAP_OK)
		ack = dap_dp_read(&p->dap, DP_RDBUFF, &ignored);
	return ack;
}

void cmd_write_dap_reg(struct probe *p, const uint8_t *cmd)
{
	const uint16_t port = get_le16(cmd + 2);
	const uint16_t reg = get_le16(cmd + 4);
	const uint32_t value = get_le32(cmd + 6);
	uint8_t status = check_dap_access(p, port, reg);

	if (status == STLINK_ST_OK) {
		const enum dap_ack ack =
			port == STLINK_DP_PORT ? write_dp(p, reg, value) : write_ap(p, port, reg, value);
		status = dap_status(p, port, ack);
	}
	reply_status(p, status);
}
