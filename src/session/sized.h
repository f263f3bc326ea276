/* SPDX-License-Identifier: MIT */
/*
 * Structs of the caller's, which begin with the size that the caller knows
 * them to have: a program may have been built with an older header than the
 * library, or with a newer one.
 */
#ifndef SESSION_SIZED_H
#define SESSION_SIZED_H

#include "base/ctx.h"

/*
 * Take in the struct from, or the defaults when it is NULL: what the caller
 * does not know of is 0. size is that of *to. STFLASH_E_ARG without a size, and
 * STFLASH_E_UNSUPPORTED when the caller has set what this library does not know.
 */
int sized_in(struct ctx *ctx, const char *name, void *to, size_t size, const void *from) MUST_CHECK;

/* May a report go there later? NULL: nobody wants it. STFLASH_E_ARG without a size. */
int sized_check(struct ctx *ctx, const char *name, const void *to) MUST_CHECK;

/* Fill in a report of that size, as far as the caller knows it; the rest of it is 0. to may be NULL. */
void sized_out(void *to, const void *from, size_t size);

#endif
