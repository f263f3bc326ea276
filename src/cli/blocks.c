/* SPDX-License-Identifier: MIT */
#include "cli/blocks.h"

#include <string.h>

#define LENGTH_LEN 8u

void blocks_add(uint32_t *state, void (*add)(uint32_t *state, const uint8_t *block), const void *data, size_t len,
		bool big_endian)
{
	const uint64_t bits = (uint64_t)len * 8;
	const size_t left = len % BLOCK_LEN;
	const size_t tail_len = left + 1 + LENGTH_LEN <= BLOCK_LEN ? BLOCK_LEN : 2 * BLOCK_LEN;
	const uint8_t *p = data;
	uint8_t tail[2 * BLOCK_LEN] = { 0 };

	for (size_t at = 0; at < len - left; at += BLOCK_LEN)
		add(state, p + at);
	if (left)
		memcpy(tail, p + len - left, left);
	tail[left] = 0x80;
	for (unsigned int i = 0; i < LENGTH_LEN; i++)
		tail[tail_len - LENGTH_LEN + (big_endian ? LENGTH_LEN - 1 - i : i)] = (uint8_t)(bits >> 8 * i);
	for (size_t at = 0; at < tail_len; at += BLOCK_LEN)
		add(state, tail + at);
}
