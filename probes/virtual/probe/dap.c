/* SPDX-License-Identifier: MIT */
#include "probe/dap.h"

#include "probe/faults.h"

#define SWD_BITS      46u /* request, turnaround, ACK, data, parity, idle (timing model) */
#define LOOK_UP_EVERY 32u /* transfers: a few milliseconds of simulation */
#define ROM_PRESENT   3u  /* BASE: there is a table, of 32-bit format */

void dap_init(struct dap *dap, struct chip *chip, struct monitor *mon, struct faults *faults)
{
	*dap = (struct dap){ .chip = chip, .mon = mon, .faults = faults, .csw = CSW_PROT_DEFAULT | CSW_DEVICE_EN };
}

void dap_line_reset(struct dap *dap)
{
	dap->selected = !dap->faults->no_ack && chip_swd_answers(dap->chip);
}

/* The debug port lost its supply, or its pins belong to the firmware now: it forgets, and wants a line reset. */
static bool answers(struct dap *dap)
{
	if (dap->selected && chip_swd_answers(dap->chip))
		return true;

	dap->selected = false;
	if (!chip_powered(dap->chip)) {
		dap->ctrl_stat = 0;
		dap->select = 0;
	}
	return false;
}

/* The time of one transfer, then what the wire does to it. */
static enum dap_ack begin(struct dap *dap, enum swd_access access)
{
	const uint64_t bits_ns = (uint64_t)SWD_BITS * 1000000u / dap->khz;

	monitor_spend(dap->mon, SPENT_SWD, bits_ns);
	if (dap->firmware_ns)
		monitor_spend(dap->mon, SPENT_FIRMWARE, dap->firmware_ns);
	dap->mon->swd_transfers++;
	if (dap->look_up && dap->mon->swd_transfers % LOOK_UP_EVERY == 0)
		dap->look_up(dap->look_up_user);

	if (!answers(dap))
		return DAP_NO_ANSWER;
	return faults_swd(dap->faults, dap, access);
}

static bool sticky(const struct dap *dap)
{
	return dap->ctrl_stat & (CTRL_STICKYORUN | CTRL_STICKYCMP | CTRL_STICKYERR | CTRL_WDATAERR);
}

enum dap_ack dap_dp_read(struct dap *dap, uint8_t reg, uint32_t *value)
{
	const enum dap_ack ack = begin(dap, SWD_DP);

	if (ack != DAP_OK)
		return ack;

	switch (reg) {
	case DP_DPIDR:
		*value = chip_part(dap->chip)->dpidr;
		return DAP_OK;
	case DP_CTRL_STAT:
		*value = dap->ctrl_stat;
		return DAP_OK;
	default: /* RDBUFF and RESEND */
		if (sticky(dap))
			return DAP_FAULT;
		*value = dap->rdbuff;
		return DAP_OK;
	}
}

static void write_abort(struct dap *dap, uint32_t value)
{
	if (value & ABORT_STKCMPCLR)
		dap->ctrl_stat &= ~CTRL_STICKYCMP;
	if (value & ABORT_STKERRCLR)
		dap->ctrl_stat &= ~CTRL_STICKYERR;
	if (value & ABORT_WDERRCLR)
		dap->ctrl_stat &= ~CTRL_WDATAERR;
	if (value & ABORT_ORUNERRCLR)
		dap->ctrl_stat &= ~CTRL_STICKYORUN;
}

/* The acknowledge bits follow the requests at once, as they do on an STM32. */
static void write_ctrl_stat(struct dap *dap, uint32_t value)
{
	const bool was_up = dap->ctrl_stat & CTRL_CDBGPWRUPREQ;
	const bool up = value & CTRL_CDBGPWRUPREQ;

	dap->ctrl_stat &= CTRL_STICKYORUN | CTRL_STICKYCMP | CTRL_STICKYERR | CTRL_WDATAERR | CTRL_READOK;
	dap->ctrl_stat |= value & (CTRL_ORUNDETECT | CTRL_POWER_UP);
	dap->ctrl_stat |= (value & CTRL_POWER_UP) << 1;
	if (up != was_up)
		chip_debug_power(dap->chip, up);
}

enum dap_ack dap_dp_write(struct dap *dap, uint8_t reg, uint32_t value)
{
	const enum dap_ack ack = begin(dap, SWD_DP);

	if (ack != DAP_OK)
		return ack;
	if (reg == DP_ABORT) {
		write_abort(dap, value);
		return DAP_OK;
	}
	if (sticky(dap))
		return DAP_FAULT;

	if (reg == DP_CTRL_STAT)
		write_ctrl_stat(dap, value);
	else if (reg == DP_SELECT)
		dap->select = value;
	return DAP_OK;
}

static unsigned int access_size(const struct dap *dap)
{
	return 1u << (dap->csw & CSW_SIZE);
}

/*
 * ADIv5.2 C2.2.2: the low ten bits are sure to count, how many more is the AP's matter. The AHB-AP of a Cortex-M3 or M4
 * counts twelve: openocd writes blocks through dap-direct on it (CORTEX_M_F_TAR_AUTOINCR_BLOCK_4K).
 */
static void increment_tar(struct dap *dap)
{
	const uint32_t bits = chip_tar_bits(dap->chip);

	if ((dap->csw & CSW_ADDRINC) == CSW_ADDRINC_SINGLE)
		dap->tar = (dap->tar & ~bits) | ((dap->tar + access_size(dap)) & bits);
}

void dap_reload_tar(struct dap *dap, uint32_t addr)
{
	if (!sticky(dap)) /* then TAR still says where it went wrong */
		dap->tar = addr;
}

static enum dap_ack judge(struct dap *dap, enum ahb_result result)
{
	switch (result) {
	case AHB_OK:
		return DAP_OK;
	case AHB_WAIT:
		return DAP_WAIT;
	case AHB_FAULT:
		break;
	}
	/* The transfer that started the access was acknowledged; the error shows from the next one on. */
	dap->ctrl_stat |= CTRL_STICKYERR;
	return DAP_OK;
}

/* One access to the bus; data sits in the byte lane of its address. */
static enum dap_ack bus_access(struct dap *dap, uint32_t addr, bool write, uint32_t *data)
{
	const unsigned int size = access_size(dap);
	const unsigned int shift = size < 4 ? 8 * (addr & 3) : 0;
	const uint32_t mask = size < 4 ? (1u << (8 * size)) - 1 : 0xffffffffu;
	enum ahb_result result;
	uint32_t value = 0;

	if (addr & (size - 1)) {
		monitor_anomaly(dap->mon, "AHB-AP access of %u bytes at 0x%08x, not aligned", size, (unsigned int)addr);
		return judge(dap, AHB_FAULT);
	}

	chip_ahb_prot(dap->chip, dap->csw);
	if (write) {
		result = chip_ahb_write(dap->chip, addr, size, *data >> shift & mask);
	} else {
		result = chip_ahb_read(dap->chip, addr, size, &value);
		if (result == AHB_OK)
			*data = (value & mask) << shift;
	}
	return judge(dap, result);
}

static enum dap_ack drw_access(struct dap *dap, bool write, uint32_t *data)
{
	enum dap_ack ack;

	if (faults_lose_access(dap->faults)) {
		increment_tar(dap);
		return DAP_OK;
	}

	ack = bus_access(dap, dap->tar, write, data);
	if (ack == DAP_OK && !sticky(dap))
		increment_tar(dap);
	return ack;
}

static void write_csw(struct dap *dap, uint32_t value)
{
	if ((value & CSW_SIZE) > CSW_SIZE_32)
		monitor_anomaly(dap->mon, "CSW 0x%08x: the AHB-AP has no such size", (unsigned int)value);
	if ((value & CSW_ADDRINC) == CSW_ADDRINC_PACKED)
		monitor_anomaly(dap->mon, "CSW 0x%08x: packed increment", (unsigned int)value);

	dap->csw = (value & (CSW_PROT | CSW_ADDRINC)) | CSW_DEVICE_EN;
	dap->csw |= (value & CSW_SIZE) > CSW_SIZE_32 ? CSW_SIZE_32 : value & CSW_SIZE;
}

static enum dap_ack read_register(struct dap *dap, uint8_t reg, uint32_t *value)
{
	*value = 0;
	switch (reg) {
	case AP_CSW:
		*value = dap->csw;
		return DAP_OK;
	case AP_TAR:
		*value = dap->tar;
		return DAP_OK;
	case AP_BASE:
		*value = chip_rom_table(dap->chip) | ROM_PRESENT;
		return DAP_OK;
	case AP_IDR:
		*value = chip_part(dap->chip)->ap_idr;
		return DAP_OK;
	case AP_DRW:
		*value = dap->rdbuff; /* stays what it was when the access fails */
		return drw_access(dap, false, value);
	default:
		if (reg >= AP_BD0 && reg <= AP_BD3)
			return bus_access(dap, (dap->tar & ~0xfu) | (reg & 0xcu), false, value);
		return DAP_OK; /* CFG: little-endian; the rest reads as zero */
	}
}

/* May the AP be reached at all? Without power the access itself is the error. */
static enum dap_ack admit(struct dap *dap)
{
	if (sticky(dap))
		return DAP_FAULT;
	if (dap->ctrl_stat & CTRL_CDBGPWRUPACK)
		return DAP_OK;

	dap->ctrl_stat |= CTRL_STICKYERR;
	return DAP_FAULT;
}

static bool is_data(uint8_t reg)
{
	return reg == AP_DRW || (reg >= AP_BD0 && reg <= AP_BD3);
}

static uint8_t banked(const struct dap *dap, uint8_t reg)
{
	return (uint8_t)((dap->select & 0xf0u) | reg);
}

static bool is_ahb_ap(const struct dap *dap)
{
	return dap->select >> 24 == 0;
}

enum dap_ack dap_ap_read(struct dap *dap, uint8_t reg, uint32_t *value)
{
	const uint8_t full = banked(dap, reg);
	uint32_t result = 0;
	enum dap_ack ack;

	ack = begin(dap, is_data(full) ? SWD_AP_DATA : SWD_AP);
	if (ack == DAP_OK)
		ack = admit(dap);
	if (ack == DAP_OK && is_ahb_ap(dap))
		ack = read_register(dap, full, &result);
	if (ack != DAP_OK)
		return ack;

	*value = dap->rdbuff;
	dap->rdbuff = faults_flip(dap->faults, is_data(full), result);
	return DAP_OK;
}

enum dap_ack dap_ap_write(struct dap *dap, uint8_t reg, uint32_t value)
{
	const uint8_t full = banked(dap, reg);
	enum dap_ack ack;

	ack = begin(dap, is_data(full) ? SWD_AP_DATA : SWD_AP);
	if (ack == DAP_OK)
		ack = admit(dap);
	if (ack != DAP_OK || !is_ahb_ap(dap))
		return ack;

	if (is_data(full))
		value = faults_flip_write(dap->faults, value);
	if (full == AP_CSW)
		write_csw(dap, value);
	else if (full == AP_TAR)
		dap->tar = value;
	else if (full == AP_DRW)
		return drw_access(dap, true, &value);
	else if (full >= AP_BD0 && full <= AP_BD3)
		return bus_access(dap, (dap->tar & ~0xfu) | (full & 0xcu), true, &value);
	return DAP_OK;
}
