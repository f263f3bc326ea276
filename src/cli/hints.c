/* SPDX-License-Identifier: MIT */
/* What the command line calls the things that sentences of the library advise to use. */
#include "cli/cli.h"

static const char *const words[STFLASH_N_HINTS] = {
	[STFLASH_HINT_SPEED] = "--speed",
	[STFLASH_HINT_FLASH_SIZE] = "--flash-size",
	[STFLASH_HINT_PSIZE] = "--psize",
	[STFLASH_HINT_UNDER_RESET] = "--connect under-reset",
	[STFLASH_HINT_ATTACH] = "--connect attach",
	[STFLASH_HINT_NO_RESET] = "--no-reset",
	[STFLASH_HINT_NO_AGENT] = "--no-agent",
	[STFLASH_HINT_SKIP_OUTSIDE] = "--skip-outside",
	[STFLASH_HINT_OTP_PERMANENT] = "--otp-permanent",
	[STFLASH_HINT_LEVEL_2] = "--i-know-level-2-is-for-ever",
	[STFLASH_HINT_PROBE] = "--probe",
	[STFLASH_HINT_LIST] = "stflash list",
	[STFLASH_HINT_READ] = "stflash read",
	[STFLASH_HINT_WRITE] = "stflash write",
	[STFLASH_HINT_RESET] = "stflash reset",
	[STFLASH_HINT_MAP] = "stflash info --map",
	[STFLASH_HINT_FIND_EXTENT] = "stflash info --probe-size",
	[STFLASH_HINT_DOCTOR_RESET] = "doctor --reset",
	[STFLASH_HINT_OPTIONS] = "stflash options",
	[STFLASH_HINT_OPTIONS_SET] = "stflash options set",
	[STFLASH_HINT_PROTECT] = "stflash protect",
	[STFLASH_HINT_UNPROTECT] = "stflash unprotect --yes-erase",
	[STFLASH_HINT_BOOT_LOCK] = "--i-know-boot-lock-ends-debugging",
};

void hints_give_words(struct stflash *session)
{
	stflash_set_hint_words(session, words, STFLASH_N_HINTS);
}
