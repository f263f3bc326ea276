/* SPDX-License-Identifier: MIT */
#include "flash/engine/like.h"

#include <string.h>

#include "base/bytes.h"

/* The bytes of a segment that are in the range: from *first on, of the address space. */
static size_t common(const struct flash_segment *seg, uint32_t addr, size_t len, uint32_t *first)
{
	const uint64_t seg_end = (uint64_t)seg->addr + seg->len, end = (uint64_t)addr + len;
	const uint64_t last = seg_end < end ? seg_end : end;

	*first = seg->addr > addr ? seg->addr : addr;
	return last > *first ? (size_t)(last - *first) : 0;
}

void like_fill(const struct like *like, uint32_t addr, uint8_t *buf, size_t len)
{
	for (size_t i = 0; i < like->n; i++) {
		const struct flash_segment *seg = &like->seg[i];
		uint32_t first;
		const size_t n = common(seg, addr, len, &first);

		if (n)
			memcpy(buf + (first - addr), seg->data + (first - seg->addr), n);
	}
}

size_t like_covers(const struct like *like, uint32_t addr, size_t len)
{
	size_t n = 0;
	uint32_t first;

	for (size_t i = 0; i < like->n; i++)
		n += common(&like->seg[i], addr, len, &first);
	return min_size(n, len);
}
