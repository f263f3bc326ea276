/* SPDX-License-Identifier: MIT */
/* The agent for reading: HASH alone, for any core. */
	.include "common.inc"
	.include "mailbox.inc"
job:
	.include "hash.inc"
