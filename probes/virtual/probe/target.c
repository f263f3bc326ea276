/* SPDX-License-Identifier: MIT */
/* The target's core and reset: debug registers, core registers, NRST, batches of accesses. */
#include "base/bytes.h"
#include "probe/firmware.h"
#include "stlink/stlink_proto.h"

/* ARMv7-M C1.6 and B3.2.6 */
#define DCRSR             0xe000edf4u
#define DCRSR_REGWNR      (1u << 16)
#define DCRDR             0xe000edf8u
#define AIRCR             0xe000ed0cu
#define AIRCR_SYSRESETREQ 0x05fa0004u
#define REGSEL_CFBP       20u

#define WORD_CSW (CSW_PROT_DEFAULT | CSW_SIZE_32 | CSW_ADDRINC_OFF)

#define NRST_PULSE_NS 1000000u /* assumed: nobody has published how long a pulse is */

/* RW_MISC opcodes (stlink-protocol section 15) */
#define MISC_ADDRESS 1u
#define MISC_WRITE   2u
#define MISC_READ    3u
#define MISC_APNUM   5u
#define MISC_MAX_V2  64u
#define MISC_MAX_V3  1227u

#define REG_RW2       20u
#define REG_FPU_FIRST 0x21u

enum dap_ack word_read(struct probe *p, uint32_t addr, uint32_t *value)
{
	enum dap_ack ack = ap_begin(p, WORD_CSW, addr);

	if (ack == DAP_OK)
		ack = dap_ap_read(&p->dap, AP_DRW, value);
	if (ack == DAP_OK)
		ack = dap_dp_read(&p->dap, DP_RDBUFF, value);
	return ack;
}

enum dap_ack word_write(struct probe *p, uint32_t addr, uint32_t value)
{
	uint32_t ignored;
	enum dap_ack ack = ap_begin(p, WORD_CSW, addr);

	if (ack == DAP_OK && faults_take(&p->faults, FAULT_LOST_WRITE))
		return DAP_OK;
	if (ack == DAP_OK)
		ack = dap_ap_write(&p->dap, AP_DRW, value);
	if (ack == DAP_OK)
		ack = dap_dp_read(&p->dap, DP_RDBUFF, &ignored);
	return ack;
}

/* A word command that is not aligned never gets to the wires. */
static bool check_aligned(struct probe *p, uint32_t addr)
{
	if (!(addr & 3))
		return true;
	return monitor_anomaly(&p->mon, "debug register at 0x%08x is not aligned", (unsigned int)addr);
}

/* What GETLASTRWSTATUS tells is the memory commands' own. */
void cmd_read_debug_reg(struct probe *p, const uint8_t *cmd)
{
	const uint32_t addr = get_le32(cmd + 2);
	uint8_t *reply = reply_new(p, 8);
	uint32_t value = 0;
	enum dap_ack ack;

	if (!check_aligned(p, addr)) {
		reply[0] = STLINK_ST_ALIGNMENT;
		return;
	}
	ack = word_read(p, addr, &value);
	reply[0] = status_of(p, ack);
	if (ack == DAP_OK)
		put_le32(reply + 4, value);
}

void cmd_write_debug_reg(struct probe *p, const uint8_t *cmd)
{
	const uint32_t addr = get_le32(cmd + 2);

	if (!check_aligned(p, addr))
		reply_status(p, STLINK_ST_ALIGNMENT);
	else
		reply_status(p, status_of(p, word_write(p, addr, get_le32(cmd + 6))));
}

/* Eight transfers: DCRSR asks, DCRDR answers. */
static enum dap_ack core_read(struct probe *p, uint32_t regsel, uint32_t *value)
{
	uint32_t ignored;
	enum dap_ack ack = ap_begin(p, WORD_CSW, DCRSR);

	if (ack == DAP_OK)
		ack = dap_ap_write(&p->dap, AP_DRW, regsel);
	if (ack == DAP_OK)
		ack = dap_dp_read(&p->dap, DP_RDBUFF, &ignored);
	if (ack == DAP_OK)
		ack = dap_ap_write(&p->dap, AP_TAR, DCRDR);
	if (ack == DAP_OK)
		ack = dap_ap_read(&p->dap, AP_DRW, &ignored);
	if (ack == DAP_OK)
		ack = dap_dp_read(&p->dap, DP_RDBUFF, value);
	return ack == DAP_OK ? ap_end(p) : ack;
}

static enum dap_ack core_write(struct probe *p, uint32_t regsel, uint32_t value)
{
	uint32_t ignored;
	enum dap_ack ack = ap_begin(p, WORD_CSW, DCRDR);

	if (ack == DAP_OK)
		ack = dap_ap_write(&p->dap, AP_DRW, value);
	if (ack == DAP_OK)
		ack = dap_dp_read(&p->dap, DP_RDBUFF, &ignored);
	if (ack == DAP_OK)
		ack = dap_ap_write(&p->dap, AP_TAR, DCRSR);
	if (ack == DAP_OK)
		ack = dap_ap_write(&p->dap, AP_DRW, regsel | DCRSR_REGWNR);
	if (ack == DAP_OK)
		ack = dap_dp_read(&p->dap, DP_RDBUFF, &ignored);
	return ack == DAP_OK ? ap_end(p) : ack;
}

/* The probe's number of a register to REGSEL of DCRSR. False: the firmware has no such register. */
static bool to_regsel(struct probe *p, uint8_t reg, uint32_t *regsel)
{
	if (reg == STLINK_REG_CFBP)
		*regsel = REGSEL_CFBP;
	else if (reg <= STLINK_REG_PSP)
		*regsel = reg;
	else if (reg >= REG_FPU_FIRST && firmware_since(p, 15, 1))
		*regsel = reg;
	else
		return false;
	return true;
}

void cmd_read_reg(struct probe *p, const uint8_t *cmd)
{
	uint8_t *reply = reply_new(p, 8);
	uint32_t regsel, value = 0;
	enum dap_ack ack;

	if (cmd[2] == REG_RW2) { /* beyond what an M3 or M4 has */
		reply[0] = STLINK_ST_OK;
		return;
	}
	if (!to_regsel(p, cmd[2], &regsel)) {
		monitor_anomaly(&p->mon, "there is no core register %u in this firmware", cmd[2]);
		reply[0] = STLINK_ST_CMD_ERROR;
		return;
	}
	ack = core_read(p, regsel, &value);
	reply[0] = status_of(p, ack);
	if (ack == DAP_OK)
		put_le32(reply + 4, value);
}

void cmd_write_reg(struct probe *p, const uint8_t *cmd)
{
	uint32_t regsel;

	if (!to_regsel(p, cmd[2], &regsel)) {
		monitor_anomaly(&p->mon, "there is no core register %u to write in this firmware", cmd[2]);
		reply_status(p, STLINK_ST_CMD_ERROR);
		return;
	}
	reply_status(p, status_of(p, core_write(p, regsel, get_le32(cmd + 3))));
}

/* r0 to r15, xPSR, MSP, PSP, rw (CONTROL to PRIMASK), rw2 */
void cmd_read_all_regs(struct probe *p, const uint8_t *cmd)
{
	uint8_t *reply = reply_new(p, 88);
	enum dap_ack ack = DAP_OK;

	(void)cmd;
	for (uint8_t reg = 0; reg <= STLINK_REG_CFBP && ack == DAP_OK; reg++) {
		uint32_t value = 0;

		ack = core_read(p, reg == STLINK_REG_CFBP ? REGSEL_CFBP : reg, &value);
		put_le32(reply + 4 + 4 * reg, value);
	}
	reply[0] = status_of(p, ack);
}

void cmd_resetsys(struct probe *p, const uint8_t *cmd)
{
	(void)cmd;
	reply_status(p, status_of(p, word_write(p, AIRCR, AIRCR_SYSRESETREQ)));
}

void cmd_drive_nrst(struct probe *p, const uint8_t *cmd)
{
	switch (cmd[2]) {
	case STLINK_NRST_LOW:
		hand_probe_drives(p, true);
		break;
	case STLINK_NRST_HIGH:
		hand_probe_drives(p, false);
		break;
	case STLINK_NRST_PULSE:
		hand_probe_drives(p, true);
		timing_firmware(&p->timing, NRST_PULSE_NS);
		hand_probe_drives(p, false);
		break;
	default:
		monitor_anomaly(&p->mon, "DRIVE_NRST %u", cmd[2]);
		reply_status(p, STLINK_ST_CMD_ERROR);
		return;
	}
	reply_status(p, STLINK_ST_OK);
}

/* The opcodes come first, padded to whole words; then a value for each. */
static size_t misc_values_at(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static size_t misc_items(const struct probe *p)
{
	return p->fw.misc_len / 8;
}

static void misc_collect(struct probe *p)
{
	(void)p; /* nothing is done before all of it is there */
}

static enum dap_ack misc_item(struct probe *p, uint8_t opcode, uint32_t in, uint32_t *addr, uint32_t *out)
{
	switch (opcode) {
	case MISC_ADDRESS:
		*addr = in;
		return DAP_OK;
	case MISC_WRITE:
		return word_write(p, *addr, in);
	case MISC_READ:
		return word_read(p, in, out);
	case MISC_APNUM:
		if (in == AP_MEMORY)
			return DAP_OK;
		break;
	default:
		break;
	}
	monitor_anomaly(&p->mon, "RW_MISC item %u 0x%x", opcode, (unsigned int)in);
	return DAP_FAULT;
}

static void misc_run(struct probe *p)
{
	const uint8_t *data = p->fw.data.data;
	const size_t n = misc_items(p);
	uint32_t addr = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t value = 0;
		const enum dap_ack ack =
			misc_item(p, data[i], get_le32(data + misc_values_at(n) + 4 * i), &addr, &value);

		put_le32(p->fw.misc + 4 * i, value);
		put_le32(p->fw.misc + 4 * (n + i), status_of(p, ack));
	}
}

void cmd_rw_misc_out(struct probe *p, const uint8_t *cmd)
{
	const uint32_t n = get_le32(cmd + 2);
	const uint32_t most = p->model->major >= 3 ? MISC_MAX_V3 : MISC_MAX_V2;

	p->fw.misc_len = 0;
	if (!n || n > most) {
		monitor_anomaly(&p->mon, "RW_MISC of %u items, at most %u", (unsigned int)n, (unsigned int)most);
		return;
	}
	p->fw.misc_len = (size_t)n * 8;
	expect_data(p, misc_values_at(n) + (size_t)n * 4, misc_collect, misc_run);
}

void cmd_rw_misc_in(struct probe *p, const uint8_t *cmd)
{
	uint8_t *reply;

	(void)cmd;
	if (!p->fw.misc_len) {
		monitor_anomaly(&p->mon, "RW_MISC_IN without RW_MISC_OUT");
		reply_status(p, STLINK_ST_CMD_ERROR);
		return;
	}
	reply = reply_new(p, p->fw.misc_len);
	for (size_t i = 0; i < p->fw.misc_len; i++)
		reply[i] = p->fw.misc[i];
	p->fw.misc_len = 0;
}
