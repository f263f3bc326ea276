/* SPDX-License-Identifier: MIT */
#include "session/sized.h"

#include <string.h>

#include "base/bytes.h"

/* No struct of ours becomes that large: a size above is a variable that was not set. */
#define SIZE_LIMIT 4096u

static size_t size_of(const void *sized)
{
	size_t size;

	memcpy(&size, sized, sizeof(size));
	return size;
}

int sized_check(struct ctx *ctx, const char *name, const void *to)
{
	if (!to || (size_of(to) >= sizeof(size_t) && size_of(to) <= SIZE_LIMIT))
		return 0;
	return fail(ctx, STFLASH_E_ARG, "struct %s says that its size is %zu: set struct_size to sizeof(struct %s)",
		    name, size_of(to), name);
}

static bool is_zero(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (data[i])
			return false;
	return true;
}

int sized_in(struct ctx *ctx, const char *name, void *to, size_t size, const void *from)
{
	const int err = sized_check(ctx, name, from);
	size_t known;

	memset(to, 0, size);
	if (err || !from)
		return err;
	known = min_size(size_of(from), size);
	memcpy(to, from, known);
	if (!is_zero((const uint8_t *)from + known, size_of(from) - known))
		return fail(
			ctx, STFLASH_E_UNSUPPORTED,
			"struct %s asks for something that this version of the library does not know: use a newer one",
			name);
	return 0;
}

void sized_out(void *to, const void *from, size_t size)
{
	const size_t head = sizeof(size_t);
	size_t known;

	if (!to)
		return;
	known = min_size(size_of(to), size);
	memcpy((uint8_t *)to + head, (const uint8_t *)from + head, known - head);
	memset((uint8_t *)to + known, 0, size_of(to) - known);
}
