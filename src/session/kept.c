/* SPDX-License-Identifier: MIT */
#include "session/kept.h"

#include <stdlib.h>

#include "image/image.h"

void session_forget_kept(struct stflash *s)
{
	stflash_image_free(s->kept_image);
	s->kept_image = NULL;
	s->kept = (struct stflash_kept){ 0 };
}

const struct stflash_kept *stflash_get_kept(const struct stflash *s)
{
	return s->kept.image ? &s->kept : NULL;
}

/* A copy of what the plan has, which ends with the write. */
static int copy_segments(struct stflash *s, const struct flash_segment *seg, size_t n, struct stflash_image **copy)
{
	struct stflash_image *image = stflash_image_new();
	int err = 0;

	if (!image)
		return fail(&s->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	for (size_t i = 0; !err && i < n; i++)
		err = image_add(&s->ctx, image, seg[i].addr, seg[i].data, seg[i].len);
	if (!err)
		err = image_finish(&s->ctx, image);
	if (err)
		stflash_image_free(image);
	else
		*copy = image;
	return err;
}

static int take_kept(enum kept_when when, const struct flash_segment *seg, size_t n, void *user)
{
	const struct kept_job *job = user;
	struct stflash *s = job->session;
	struct stflash_image *copy = NULL;
	int err;

	if (n == 0) {
		session_forget_kept(s);
		return 0;
	}
	/* Whose they are is asked before the first erase: later the probe may be gone. */
	if (when == KEPT_BEFORE && !s->kept_image) {
		err = flash_read_uid(&s->flash, s->kept.uid);
		if (err)
			return err;
	}
	err = copy_segments(s, seg, n, &copy);
	if (err)
		return err; /* what was kept before stays: it is the same, or more */
	stflash_image_free(s->kept_image);
	s->kept_image = copy;
	s->kept.image = copy;
	if (when == KEPT_BEFORE && job->options->keep)
		job->options->keep(&s->kept, job->options->keep_user);
	return 0;
}

struct kept_owner session_kept_owner(struct kept_job *job)
{
	return (struct kept_owner){ .take = take_kept, .user = job };
}
