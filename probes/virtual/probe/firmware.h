/* SPDX-License-Identifier: MIT */
/*
 * The firmware of the ST-LINK: commands in, replies out, modes, features by
 * version (stlink-protocol fact sheet). One file per group of commands.
 */
#ifndef VIRTUAL_PROBE_FIRMWARE_H
#define VIRTUAL_PROBE_FIRMWARE_H

#include "probe/dap.h"
#include "probe/device.h"
#include "probe/timing.h"

#define BLOCK_MAX   65536u /* the length field of a memory command has 16 bits */
#define REPLIES_MAX 4u     /* then the probe takes no further command */
#define N_APS       8u

/* A reply waiting to be fetched. */
struct reply {
	uint8_t data[BLOCK_MAX];
	size_t len;
	size_t sent;
	bool is_data; /* of a memory read */
};

/* The data phase of a command, host to probe. */
struct data_phase {
	size_t expected; /* 0: the next transfer is a command */
	size_t got;
	size_t used; /* of what was got, by take */
	void (*take)(struct probe *p);
	void (*end)(struct probe *p);
	uint8_t data[BLOCK_MAX];
};

/* A memory command under way. */
struct block {
	unsigned int width;
	uint32_t addr;
	uint32_t len;
	bool increment;
	bool lost; /* by a fault: takes the data and does nothing */
};

struct firmware {
	uint8_t mode;
	uint8_t ap_open;   /* bit n: AP n */
	bool ap0_implicit; /* AP 0 was opened by ENTER only */
	bool status_due;   /* a memory command's status was not fetched yet */
	uint8_t rw_status;
	uint32_t fault_addr;
	bool saw_wait; /* V3: after WAIT, a stalled access is reported as AP_FAULT */
	uint64_t unread_status;

	struct block block;
	struct data_phase data;
	struct reply replies[REPLIES_MAX];
	unsigned int n_replies;
	uint8_t misc[2 * 1227 * 4]; /* results of RW_MISC, V3's maximum */
	size_t misc_len;
	uint8_t last_read[BLOCK_MAX]; /* data of the memory read before, for a fault */
	size_t last_read_len;
};

/* Somebody's finger, and what pulls NRST. */
struct hand {
	uint32_t n_enters; /* tries to enter SWD since the import */
	uint64_t until_ns;
	bool pressed;
	bool probe_low; /* the probe pulls its end */
};

struct probe {
	struct probe_spec spec;
	const struct probe_model *model;
	struct monitor mon;
	struct monitor at_plug; /* the counters at the import */
	struct chip *chip;
	struct faults faults;
	struct timing timing;
	struct dap dap;
	struct firmware fw;
	struct hand hand;

	/* USB */
	bool plugged;
	uint8_t configuration;
	bool halted_out, halted_in;
	uint64_t transfers; /* bulk transfers since the import */
	uint64_t parked;    /* the number of the one that is never answered */
};

/* firmware.c: plugged in; a transfer state as after SET_CONFIGURATION; what a transfer on the command endpoint holds */
void firmware_plug(struct probe *p);
void firmware_reinit(struct probe *p);
void firmware_packet(struct probe *p, const uint8_t *data, size_t len);
void firmware_transfer_end(struct probe *p, size_t len);
bool firmware_ready(const struct probe *p);

/* hand.c: nobody touches the button yet; the probe drives its end of NRST; a try to enter SWD; time has passed */
void hand_plug(struct probe *p);
void hand_probe_drives(struct probe *p, bool low);
void hand_sees_enter(struct probe *p);
void hand_sees_time(struct probe *p);

/* A reply of len bytes, zeroed, to be filled in. Taken to the wire when an IN transfer asks. */
uint8_t *reply_new(struct probe *p, size_t len);
void reply_status(struct probe *p, uint8_t status);

/* Collect len bytes; take looks at what has arrived, packet by packet, end is called after the last. */
void expect_data(struct probe *p, size_t len, void (*take)(struct probe *p), void (*end)(struct probe *p));

/* Is the version at least this? V2 and V2-1 by J alone, V3 (and V4) by its own J. */
#define NEVER 255u
bool firmware_since(const struct probe *p, unsigned int v2_from, unsigned int v3_from);

/* What the wires said, as a status byte. */
uint8_t status_of(struct probe *p, enum dap_ack ack);

/* What a careless but working program does: an anomaly only when strict. */
void careless(struct probe *p, const char *what);

void set_mode_idle(struct probe *p);

/* The AHB-AP is selected and free of sticky errors, CSW and TAR are set: two transfers, more after an error. */
enum dap_ack ap_begin(struct probe *p, uint32_t csw, uint32_t addr);
enum dap_ack ap_end(struct probe *p);
enum dap_ack word_read(struct probe *p, uint32_t addr, uint32_t *value);
enum dap_ack word_write(struct probe *p, uint32_t addr, uint32_t value);
enum dap_ack ap_select(struct probe *p, uint8_t ap, uint8_t bank);
#define AP_MEMORY 0u

/* Commands: cmd is the 16-byte block */
void cmd_get_version(struct probe *p, const uint8_t *cmd);
void cmd_get_version_ex(struct probe *p, const uint8_t *cmd);
void cmd_get_mode(struct probe *p, const uint8_t *cmd);
void cmd_get_voltage(struct probe *p, const uint8_t *cmd);
void cmd_dfu(struct probe *p, const uint8_t *cmd);
void cmd_swim(struct probe *p, const uint8_t *cmd);
void cmd_debug(struct probe *p, const uint8_t *cmd);

void cmd_read_mem(struct probe *p, const uint8_t *cmd);
void cmd_write_mem(struct probe *p, const uint8_t *cmd);
void cmd_last_status(struct probe *p, const uint8_t *cmd);
void cmd_last_status2(struct probe *p, const uint8_t *cmd);

void cmd_enter(struct probe *p, const uint8_t *cmd);
void cmd_exit(struct probe *p, const uint8_t *cmd);
void cmd_read_idcodes(struct probe *p, const uint8_t *cmd);
void cmd_init_ap(struct probe *p, const uint8_t *cmd);
void cmd_close_ap(struct probe *p, const uint8_t *cmd);
void cmd_read_dap_reg(struct probe *p, const uint8_t *cmd);
void cmd_write_dap_reg(struct probe *p, const uint8_t *cmd);

void cmd_resetsys(struct probe *p, const uint8_t *cmd);
void cmd_drive_nrst(struct probe *p, const uint8_t *cmd);
void cmd_read_reg(struct probe *p, const uint8_t *cmd);
void cmd_write_reg(struct probe *p, const uint8_t *cmd);
void cmd_read_all_regs(struct probe *p, const uint8_t *cmd);
void cmd_read_debug_reg(struct probe *p, const uint8_t *cmd);
void cmd_write_debug_reg(struct probe *p, const uint8_t *cmd);
void cmd_rw_misc_out(struct probe *p, const uint8_t *cmd);
void cmd_rw_misc_in(struct probe *p, const uint8_t *cmd);

void cmd_swd_set_freq(struct probe *p, const uint8_t *cmd);
void cmd_jtag_set_freq(struct probe *p, const uint8_t *cmd);
void cmd_set_com_freq(struct probe *p, const uint8_t *cmd);
void cmd_get_com_freq(struct probe *p, const uint8_t *cmd);
void cmd_switch_freq(struct probe *p, const uint8_t *cmd);
void cmd_start_trace(struct probe *p, const uint8_t *cmd);
void cmd_stop_trace(struct probe *p, const uint8_t *cmd);
void cmd_get_trace_nb(struct probe *p, const uint8_t *cmd);
void cmd_board_identifiers(struct probe *p, const uint8_t *cmd);
void cmd_blink_led(struct probe *p, const uint8_t *cmd);

#endif
