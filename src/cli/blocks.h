/* SPDX-License-Identifier: MIT */
/* A message in blocks, as SHA-256 and MD5 take it (FIPS 180-4 5.1.1, RFC 1321 3.1 and 3.2). */
#ifndef CLI_BLOCKS_H
#define CLI_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BLOCK_LEN 64u

/* Call add for each block of data, and for those of what is put behind it: a one, zeros, and the length in bits. */
void blocks_add(uint32_t *state, void (*add)(uint32_t *state, const uint8_t *block), const void *data, size_t len,
		bool big_endian);

#endif
