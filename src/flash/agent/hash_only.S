/* SPDX-License-Identifier: MIT */
/* The agent for reading: HASH alone, for any Cortex-M3 or later. */
	.include "common.inc"
	.include "mailbox.inc"
job:
	.include "hash.inc"
