/* SPDX-License-Identifier: MIT */
/* The agent for reading: HASH and SCAN, for any core. */
	.include "common.inc"
	.include "mailbox.inc"
job:
	.include "hash.inc"
hashed:
	.include "scan.inc"
