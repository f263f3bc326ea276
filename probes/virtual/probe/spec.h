/* SPDX-License-Identifier: MIT */
/* What a SPEC says: CHIP[,key=value...]. The one place that knows the keys. */
#ifndef VIRTUAL_PROBE_SPEC_H
#define VIRTUAL_PROBE_SPEC_H

#include "chip/chip.h"
#include "probe/faults.h"
#include "probe/model.h"
#include "probe/personality.h"

#define SPEC_PATH_MAX   512u
#define SPEC_SERIAL_MAX 61u /* a string descriptor holds 126 characters; half of it is plenty */

#define RAW_SERIAL_LEN 12u

struct probe_spec {
	const struct part *part;
	const struct probe_model *model;
	struct fw_version firmware;
	const struct personality *as;   /* NULL: a genuine probe */
	char flash_file[SPEC_PATH_MAX]; /* empty: nothing is kept */
	bool live;                      /* the flash file is the flash: it outlives a SIGKILL */
	char stats_file[SPEC_PATH_MAX]; /* empty: none; "-": standard error */
	char serial[SPEC_SERIAL_MAX];
	bool has_serial;      /* it was named in the SPEC */
	bool raw_serial;      /* as old V2s send it: 12 bytes instead of 24 digits */
	bool strict;          /* what only careless programs do is an anomaly too */
	bool pace_real;       /* answer when the hardware would */
	uint32_t gap_us;      /* a longer pause between requests is a sleep of the host; 0: pauses do not count */
	uint32_t patience_ms; /* the host sleeps through a longer operation of the flash; 0: it does not */
	uint32_t target_mv;
	uint8_t start_mode; /* STLINK_MODE_* */
	bool no_power;
	bool nrst_not_wired;
	bool no_pll;
	bool hides_locks;
	bool mirrored;
	bool torn_faults;
	bool torn_is_quiet;
	bool no_rcc;
	bool no_iwdg;
	bool no_dbgmcu;
	bool no_catch;
	bool nrst_left_low; /* by a run that was killed, and armed to halt at the reset vector */
	bool no_ram_exec;
	uint32_t ahb_patience_us;
	bool boot0, boot1;
	uint32_t latch_ms;     /* the board gives up its supply when it was not held for so long; 0: never */
	uint32_t between_ms;   /* passes for the board when a client has gone */
	uint32_t button_enter; /* somebody presses RESET at this try to enter SWD, counted from 1; 0: nobody does */
	uint32_t button_ms;    /* and lets go so much later */
	const char *habit;     /* of chip_habit_name(); NULL: the demo firmware */
	bool swd_off;
	uint32_t swd_off_after;
	int rdp; /* -1: as the option bytes have it */
	bool has_wrp;
	uint32_t wrp;
	bool boot_bank_2;
	uint32_t banks; /* 0: as the part comes */
	bool has_pcrop;
	uint32_t pcrop;
	bool hardware_watchdog;
	uint32_t noisy_khz;
	bool no_ack;
	struct fault faults[FAULTS_MAX];
	unsigned int n_faults;
};

/* 0, or -1 with one sentence in why. */
int spec_parse(struct probe_spec *spec, const char *text, char *why, size_t why_size);

/* The keys, one a line, for --help. */
void spec_help(FILE *out);

#endif
