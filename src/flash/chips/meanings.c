/* SPDX-License-Identifier: MIT */
#include "flash/chips/rows.h"

const char *const option_wdg_sw[2] = { "hardware watchdog: runs from every reset on", "software watchdog" };
const char *const option_nrst_stop[2] = { "reset instead of entering Stop", "no reset when entering Stop" };
const char *const option_nrst_stdby[2] = { "reset instead of entering Standby", "no reset when entering Standby" };
