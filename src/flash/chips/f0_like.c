/* SPDX-License-Identifier: MIT */
#include "flash/chips/f0_like.h"

const char *const option_nboot1[2] = { "a high BOOT0 starts what RAM holds",
				       "a high BOOT0 starts the ROM boot loader" };
const char *const option_vdda_monitor[2] = { "supervisor of VDDA off", "supervisor of VDDA on" };
const char *const option_parity[2] = { "parity check of RAM on", "parity check of RAM off" };

const struct option_wrp f0_like_wrp[1] = { { OPTION_ANY_BANK, 1, 0, 32, .bytes = 4 * KIB } };
