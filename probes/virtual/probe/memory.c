/* SPDX-License-Identifier: MIT */
/* Memory commands: READMEM and WRITEMEM of all widths, and the status that follows them. */
#include <string.h>

#include "base/bytes.h"
#include "probe/firmware.h"
#include "stlink/stlink_proto.h"

/* What a failed read delivers: the buffer's older contents, here something that is no one's data. */
#define GARBAGE 0xe5u

static const struct mem_command {
	uint8_t code;
	uint8_t width;
	bool write;
	bool increment;
} mem_commands[] = {
	{ STLINK_READMEM_8, 1, false, true },  { STLINK_READMEM_16, 2, false, true },
	{ STLINK_READMEM_32, 4, false, true }, { STLINK_READMEM_32_NO_ADDR_INC, 4, false, false },
	{ STLINK_WRITEMEM_8, 1, true, true },  { STLINK_WRITEMEM_16, 2, true, true },
	{ STLINK_WRITEMEM_32, 4, true, true }, { STLINK_WRITEMEM_32_NO_ADDR_INC, 4, true, false },
};

/* code is one of the table: firmware.c names these handlers for no other. */
static const struct mem_command *find(uint8_t code)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(mem_commands) - 1 && mem_commands[i].code != code)
		i++;
	return &mem_commands[i];
}

/* stlink-protocol section 10. Writes above 6144 bytes are streamed and work; st-flash sends 32768. */
static uint32_t longest(struct probe *p, const struct mem_command *mc)
{
	if (mc->width == 1 && p->model->major >= 3)
		return !firmware_since(p, NEVER, 6) ? 64 : mc->write ? 512 : 255;
	if (mc->width == 1)
		return 64;
	return mc->write ? BLOCK_MAX - 1 : STLINK_MEM_MAX;
}

/* AP and CSW bytes mean something from V2J32 and V3J2 on; the AP alone is tolerated from J28 on. */
static void check_tail(struct probe *p, const uint8_t *cmd)
{
	const bool has_csw = cmd[9] || cmd[10] || cmd[11];

	if (cmd[8] && !firmware_since(p, 28, 1))
		monitor_anomaly(&p->mon, "an AP number in a memory command before J28");
	if (has_csw && !firmware_since(p, 32, 2))
		monitor_anomaly(&p->mon, "CSW bytes in a memory command before J32");
}

static uint8_t check_ap(struct probe *p, uint8_t ap)
{
	if (p->fw.mode != STLINK_MODE_DEBUG || !firmware_since(p, 28, 1))
		return STLINK_ST_OK;

	if (ap >= N_APS || !(p->fw.ap_open >> ap & 1)) {
		monitor_anomaly(&p->mon, "memory command on AP %u, which was not opened", ap);
		return STLINK_ST_BAD_AP;
	}
	if (ap == AP_MEMORY && p->fw.ap0_implicit)
		careless(p, "memory command without INIT_AP");
	return STLINK_ST_OK;
}

/* The status a command has before anything was tried. */
static uint8_t check(struct probe *p, const struct mem_command *mc, const uint8_t *cmd)
{
	const uint32_t addr = get_le32(cmd + 2);
	const uint32_t len = get_le16(cmd + 6);

	check_tail(p, cmd);
	if (!len) {
		monitor_anomaly(&p->mon, "memory command %02x of no length", cmd[1]);
		return STLINK_ST_CMD_ERROR;
	}
	if (addr % mc->width || len % mc->width) {
		monitor_anomaly(&p->mon, "memory command %02x at 0x%08x, %u bytes, is not aligned", cmd[1],
				(unsigned int)addr, (unsigned int)len);
		return STLINK_ST_ALIGNMENT;
	}
	if (len > longest(p, mc)) {
		monitor_anomaly(&p->mon, "memory command %02x of %u bytes, at most %u", cmd[1], (unsigned int)len,
				(unsigned int)longest(p, mc));
		return STLINK_ST_CMD_ERROR;
	}
	if (mc->write && len > STLINK_MEM_MAX)
		careless(p, "a memory write of more than 6144 bytes");
	return check_ap(p, cmd[8]);
}

static uint32_t csw_of(struct probe *p, const struct mem_command *mc, const uint8_t *cmd)
{
	const uint32_t size = mc->width == 1 ? CSW_SIZE_8 : mc->width == 2 ? CSW_SIZE_16 : CSW_SIZE_32;
	const uint32_t step = mc->increment ? CSW_ADDRINC_SINGLE : CSW_ADDRINC_OFF;
	const uint32_t asked = get_le32(cmd + 8) & ~0xffu;

	return (asked && firmware_since(p, 32, 2) ? asked : CSW_PROT_DEFAULT) | size | step;
}

/* Status OK so far, or what went wrong first; only the first counts. */
static void note(struct probe *p, enum dap_ack ack)
{
	const uint8_t status = status_of(p, ack);

	if (status == STLINK_ST_OK || p->fw.rw_status != STLINK_ST_OK)
		return;
	p->fw.rw_status = status;
	p->fw.fault_addr = p->dap.tar;
}

static void begin(struct probe *p, const struct mem_command *mc, const uint8_t *cmd)
{
	struct block *block = &p->fw.block;

	*block = (struct block){
		.width = mc->width,
		.addr = get_le32(cmd + 2),
		.len = get_le16(cmd + 6),
		.increment = mc->increment,
	};
	p->fw.status_due = true;
	p->fw.fault_addr = 0;
	p->fw.rw_status = check(p, mc, cmd);
	if (p->fw.rw_status != STLINK_ST_OK)
		return;

	if (mc->write)
		block->lost = faults_take(&p->faults, FAULT_LOST_WRITE);
	note(p, ap_begin(p, csw_of(p, mc, cmd), block->addr));
}

/* TAR counts its low ten bits only: at each KiB the firmware writes it anew. */
static void keep_tar(struct probe *p, uint32_t at)
{
	const uint32_t addr = p->fw.block.addr + at;

	if (p->fw.block.increment && !(addr & 0x3ffu))
		dap_reload_tar(&p->dap, addr);
}

/* An item of the block into the reply, from the byte lane of its address. */
static void store(const struct block *block, uint8_t *out, uint32_t at, uint32_t value)
{
	const uint32_t addr = block->increment ? block->addr + at : block->addr;
	const unsigned int shift = block->width < 4 ? 8 * (addr & 3) : 0;

	for (unsigned int i = 0; i < block->width; i++)
		out[at + i] = (uint8_t)(value >> (shift + 8 * i));
}

/* Reads are posted: each transfer delivers the item before it, RDBUFF the last one. */
static enum dap_ack fetch(struct probe *p, uint8_t *out)
{
	const struct block *block = &p->fw.block;
	uint32_t value = 0;
	enum dap_ack ack;

	for (uint32_t at = 0; at < block->len; at += block->width) {
		ack = dap_ap_read(&p->dap, AP_DRW, &value);
		if (ack != DAP_OK)
			return ack;
		if (at)
			store(block, out, at - block->width, value);
		keep_tar(p, at + block->width);
	}

	ack = dap_dp_read(&p->dap, DP_RDBUFF, &value);
	if (ack == DAP_OK)
		store(block, out, block->len - block->width, value);
	return ack;
}

/* The fault: what the read before delivered comes once more. Where that was too short the fault waits. */
static void maybe_old_data(struct probe *p, uint8_t *out, size_t len)
{
	struct firmware *fw = &p->fw;

	if (fw->last_read_len >= len && faults_take(&p->faults, FAULT_OLD_DATA)) {
		memcpy(out, fw->last_read, len);
		return;
	}
	memcpy(fw->last_read, out, len);
	fw->last_read_len = len;
}

void cmd_read_mem(struct probe *p, const uint8_t *cmd)
{
	const struct mem_command *mc = find(cmd[1]);
	struct block *block = &p->fw.block;
	enum dap_ack ack;
	uint8_t *out;

	begin(p, mc, cmd);
	if (!block->len)
		return;

	/* READMEM_8 of one byte answers with two. */
	out = reply_new(p, mc->width == 1 && block->len == 1 ? 2 : block->len);
	p->fw.replies[p->fw.n_replies - 1].is_data = true;
	memset(out, GARBAGE, block->len);
	if (p->fw.rw_status != STLINK_ST_OK)
		return;

	ack = fetch(p, out);
	note(p, ack == DAP_OK ? ap_end(p) : ack);
	if (p->fw.rw_status == STLINK_ST_OK)
		maybe_old_data(p, out, block->len);
}

/* As many whole items as have arrived. */
static void write_arrived(struct probe *p)
{
	struct data_phase *data = &p->fw.data;
	const struct block *block = &p->fw.block;

	while (data->got - data->used >= block->width && p->fw.rw_status == STLINK_ST_OK && !block->lost) {
		const uint32_t addr = block->increment ? block->addr + (uint32_t)data->used : block->addr;
		const unsigned int shift = block->width < 4 ? 8 * (addr & 3) : 0;
		uint32_t value = 0;
		enum dap_ack ack;

		for (unsigned int i = 0; i < block->width; i++)
			value |= (uint32_t)data->data[data->used + i] << (shift + 8 * i);
		ack = dap_ap_write(&p->dap, AP_DRW, value);
		if (ack != DAP_OK) {
			note(p, ack);
			return;
		}
		data->used += block->width;
		keep_tar(p, (uint32_t)data->used);
	}
}

/* RDBUFF waits for the last write; then the sticky errors are looked at. */
static void write_ended(struct probe *p)
{
	uint32_t ignored;
	enum dap_ack ack;

	if (p->fw.rw_status != STLINK_ST_OK)
		return;
	ack = dap_dp_read(&p->dap, DP_RDBUFF, &ignored);
	note(p, ack == DAP_OK ? ap_end(p) : ack);
}

void cmd_write_mem(struct probe *p, const uint8_t *cmd)
{
	begin(p, find(cmd[1]), cmd);
	if (p->fw.block.len)
		expect_data(p, p->fw.block.len, write_arrived, write_ended);
}

void cmd_last_status(struct probe *p, const uint8_t *cmd)
{
	(void)cmd;
	reply_status(p, p->fw.rw_status);
}

void cmd_last_status2(struct probe *p, const uint8_t *cmd)
{
	uint8_t *reply = reply_new(p, 12);

	(void)cmd;
	reply[0] = p->fw.rw_status;
	if (p->fw.rw_status != STLINK_ST_OK)
		put_le32(reply + 4, p->fw.fault_addr);
}
