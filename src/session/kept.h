/* SPDX-License-Identifier: MIT */
/* What a write has taken out of the flash, from before its first erase until it is there again; stflash_get_kept(). */
#ifndef SESSION_KEPT_H
#define SESSION_KEPT_H

#include "flash/engine/kept.h"
#include "session/session.h"

/* What flash_write() calls for a write with these options. job is valid as long as the owner is. */
struct kept_job {
	struct stflash *session;
	const struct stflash_write_options *options;
};
struct kept_owner session_kept_owner(struct kept_job *job);

/* Nothing is lost, or nobody asks any more. */
void session_forget_kept(struct stflash *s);

#endif
