/* SPDX-License-Identifier: MIT */
/*
 * What the library's numbers are called. The exit status is fixed:
 * 0 to 11 as enum stflash_error counts, signals as the shell has them.
 */
#include <signal.h>

#include "cli/cli.h"
#include "cli/signals.h"

static const struct outcome {
	int err;
	int status;
	const char *name; /* in JSON */
} outcomes[] = {
	{ STFLASH_OK, 0, "ok" },
	{ STFLASH_E_OTHER, 1, "other" },
	{ STFLASH_E_ARG, 2, "argument" },
	{ STFLASH_E_NO_PROBE, 3, "no-probe" },
	{ STFLASH_E_ACCESS, 4, "access" },
	{ STFLASH_E_PROBE, 5, "probe" },
	{ STFLASH_E_NO_TARGET, 6, "no-target" },
	{ STFLASH_E_PROTECTED, 7, "protected" },
	{ STFLASH_E_UNSUPPORTED, 8, "unsupported" },
	{ STFLASH_E_FLASH, 9, "flash" },
	{ STFLASH_E_MISMATCH, 10, "mismatch" },
	{ STFLASH_E_SEVERAL, 11, "several-probes" },
	{ STFLASH_E_CANCELLED, 128 + SIGINT, "cancelled" },
	{ STFLASH_E_NO_MEMORY, 1, "no-memory" },
	{ STFLASH_E_FILE, 2, "file" },
	{ STFLASH_E_BUSY, 4, "busy" },
	{ STFLASH_E_TIMEOUT, 5, "timeout" },
	{ STFLASH_E_STALL, 5, "stall" },
	{ STFLASH_E_UNPLUGGED, 5, "unplugged" },
	{ STFLASH_E_FAULT, 6, "fault" },
};

static const struct outcome *find_outcome(int err)
{
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++)
		if (outcomes[i].err == err)
			return &outcomes[i];
	return &outcomes[1];
}

int exit_status(int err)
{
	if (err == STFLASH_E_CANCELLED && signals_caught())
		return 128 + signals_caught();
	return find_outcome(err)->status;
}

const char *error_name(int err)
{
	return find_outcome(err)->name;
}

const char *proof_words(enum stflash_proof proof)
{
	switch (proof) {
	case STFLASH_PROOF_HASH:
		return "verified by the chip's own hash";
	case STFLASH_PROOF_TWICE:
		return "verified by reading twice";
	case STFLASH_PROOF_NONE:
		break;
	}
	return "not verified (only flash can be)";
}

const char *proof_name(enum stflash_proof proof)
{
	switch (proof) {
	case STFLASH_PROOF_HASH:
		return "hash";
	case STFLASH_PROOF_TWICE:
		return "twice";
	case STFLASH_PROOF_NONE:
		break;
	}
	return "none";
}
