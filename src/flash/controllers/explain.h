/* SPDX-License-Identifier: MIT */
/* What a flash controller says of a failure, in words: for the host's steps (by_host.c) and for the agent's. */
#ifndef FLASH_EXPLAIN_H
#define FLASH_EXPLAIN_H

#include "flash/flash.h"

/* The failure that SR shows at addr, as the session's error. */
int controller_explain(struct flash *f, uint32_t addr, uint32_t sr);

#endif
