/* SPDX-License-Identifier: MIT */
/* What the families with a double-word controller share (RM0351 3.4.1, RM0440 3.4.1, RM0444 3.4.1, RM0434 3.4.1). */
#include "flash/chips/dword_rows.h"

const char *const dword_iwdg_sw[2] = { "hardware watchdog: runs from every reset on", "software watchdog" };
const char *const dword_iwdg_stop[2] = { "the watchdog stands still in Stop", "the watchdog runs on in Stop" };
const char *const dword_iwdg_stdby[2] = { "the watchdog stands still in Standby", "the watchdog runs on in Standby" };
const char *const dword_wwdg_sw[2] = { "the window watchdog runs from every reset on", "software window watchdog" };
const char *const dword_nrst_shdw[2] = { "reset instead of entering Shutdown", "no reset when entering Shutdown" };
const char *const dword_ram_parity[2] = { "parity check of RAM on", "parity check of RAM off" };
const char *const dword_ram_kept[2] = { "a reset erases this RAM", "a reset leaves this RAM as it is" };
const char *const dword_nswboot0[2] = { "nBOOT0 stands for the BOOT0 pin", "the BOOT0 pin counts" };
const char *const dword_nboot0[2] = { "BOOT0 is 1, where nBOOT0 counts", "BOOT0 is 0, where nBOOT0 counts" };
const char *const dword_nboot1[2] = { "a high BOOT0 starts what RAM holds", "a high BOOT0 starts the ROM boot loader" };
const char *const dword_nboot_sel[2] = { "the BOOT0 pin counts", "nBOOT0 stands for the BOOT0 pin" };
const char *const dword_bfb2[2] = { "boots from bank 1", "boots from bank 2 when that is valid" };
const char *const dword_dual_bank[2] = { "one bank", "two banks" };
const char *const dword_bor_lev[8] = {
	"reset below 1.7 V (level 0)",
	"reset below 2.0 V (level 1)",
	"reset below 2.2 V (level 2)",
	"reset below 2.5 V (level 3)",
	"reset below 2.8 V (level 4)",
	"reserved",
	"reserved",
	"reserved",
};
const char *const dword_bor_en[2] = { "brown-out reset off", "brown-out reset on" };
const char *const dword_borr_lev[4] = { "rises at 2.1 V", "rises at 2.3 V", "rises at 2.6 V", "rises at 2.9 V" };
const char *const dword_borf_lev[4] = { "falls at 2.0 V", "falls at 2.2 V", "falls at 2.5 V", "falls at 2.8 V" };
const char *const dword_nrst_mode[4] = { "reserved", "NRST is a reset input only",
					 "NRST is a GPIO: no reset by the pin", "NRST is reset input and output" };
const char *const dword_irhen[2] = { "an internal reset is a short pulse on NRST",
				     "an internal reset holds NRST low until it is seen" };
const char *const dword_pcrop_rdp[2] = { "PCROP stays when RDP goes from level 1 to 0",
					 "PCROP goes along when RDP goes from level 1 to 0" };
const char *const dword_boot_lock[2] = { "BOOT0 and the option bits say what starts",
					 "flash starts whatever they say; at RDP level 1 no debugger gets in" };
