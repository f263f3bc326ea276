/* SPDX-License-Identifier: MIT */
/* For the rows of F0 and F3, whose flash and option bytes are alike (flash-f0f3f2f7 fact sheet sections 2 and 4.1). */
#ifndef FLASH_CHIPS_F0_LIKE_H
#define FLASH_CHIPS_F0_LIKE_H

#include "flash/chips/fpec_rows.h"

/* Option bytes: RM0091 4, RM0316 4. What lines have beside these goes between the two. */
#define F0_LIKE_USER                                                                               \
	{ "RDP", OPTION_RDP, 0, 0, 8, NULL }, { "WDG_SW", OPTION_CHOICE, 0, 8, 1, option_wdg_sw }, \
		{ "nRST_STOP", OPTION_CHOICE, 0, 9, 1, option_nrst_stop },                         \
		{ "nRST_STDBY", OPTION_CHOICE, 0, 10, 1, option_nrst_stdby },                      \
		{ "nBOOT1", OPTION_CHOICE, 0, 12, 1, option_nboot1 },                              \
	{                                                                                          \
		"VDDA_MONITOR", OPTION_CHOICE, 0, 13, 1, option_vdda_monitor                       \
	}
#define F0_LIKE_DATA_AND_WRP                                                                    \
	{ "Data0", OPTION_DATA, 0, 16, 8, NULL }, { "Data1", OPTION_DATA, 0, 24, 8, NULL },     \
		{ "WRP0", OPTION_WRP, 1, 0, 8, NULL }, { "WRP1", OPTION_WRP, 1, 8, 8, NULL },   \
		{ "WRP2", OPTION_WRP, 1, 16, 8, NULL }, { "WRP3", OPTION_WRP, 1, 24, 8, NULL }, \
	{                                                                                       \
		.name = NULL                                                                    \
	}

extern const char *const option_nboot1[2];
extern const char *const option_vdda_monitor[2];
extern const char *const option_parity[2];

/* Bits of FLASH_OBR; those of USER that a line lacks are to stay 1. */
#define F0_LIKE_LAYOUT(absent)                                 \
	{                                                      \
		.user = 8, .data = 16, .user_absent = (absent) \
	}

/*
 * RDP: HAL writes 0xbb for level 1. OBL_LAUNCH puts all in force, RM0313 and its kin say a system reset does, and what
 * may yet wait for a power-on is looked at.
 */
#define F0_LIKE_OPTIONS(its_fields, its_layout)                                                                     \
	{                                                                                                           \
		.access = &options_fpec, .fields = (its_fields), .wrp = f0_like_wrp, .n_wrp = 1,                    \
		.in_force = { FPEC_OBR, FPEC_WRPR }, .rdp_level_0 = 0xaa, .rdp_level_1 = 0xbb, .rdp_level_2 = 0xcc, \
		.rdp_waits = true, .launch = FPEC_OBL_LAUNCH, .level = { FPEC_OBR, RDPRT_LEVEL_1, RDPRT_LEVEL_2 },  \
		.fpec = &(its_layout)                                                                               \
	}

/* A bit for 4 KiB; the last one has all that remains. */
extern const struct option_wrp f0_like_wrp[1];

#endif
