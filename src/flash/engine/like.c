/* SPDX-License-Identifier: MIT */
#include "flash/engine/like.h"

#include <string.h>

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

/* From at on: to where segments go without a gap; at itself where none is. *next: where one begins behind it, else end.
 */
static uint64_t reach(const struct like *like, uint64_t at, uint64_t end, uint64_t *next)
{
	uint64_t reached = at;

	*next = end;
	for (size_t i = 0; i < like->n; i++) {
		const uint64_t first = like->seg[i].addr, last = first + like->seg[i].len;

		if (first > at && first < *next)
			*next = first;
		else if (first <= at && last > reached)
			reached = last < end ? last : end;
	}
	return reached;
}

size_t like_covers(const struct like *like, uint32_t addr, size_t len)
{
	const uint64_t end = (uint64_t)addr + len;
	uint64_t at = addr, next;
	size_t n = 0;

	while (at < end) {
		const uint64_t reached = reach(like, at, end, &next);

		n += (size_t)(reached - at);
		at = reached > at ? reached : next;
	}
	return n;
}
