/* SPDX-License-Identifier: MIT */
/* Memory as a person reads it: address, bytes and characters; lines that repeat are one line with a *. */
#ifndef CLI_HEXDUMP_H
#define CLI_HEXDUMP_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* As wide as columns allow. */
void hexdump(FILE *out, unsigned int columns, uint32_t addr, const uint8_t *data, size_t len);

#endif
