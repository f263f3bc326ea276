/* SPDX-License-Identifier: MIT */
/* Which probes a run is for: -p all, -p A -p B. */
#ifndef CLI_JOBS_WHICH_H
#define CLI_JOBS_WHICH_H

#include "cli/cli.h"

#define LABEL_MAX 26u

struct chosen {
	char *selector; /* owned: a path where it could be found */
	char label[LABEL_MAX];
};

/* Are there several jobs to be, or is there one without a label? */
bool which_are_several(const struct cli *cli);

/* Are they those that are plugged in, whichever that is? */
bool which_are_all(const struct cli *cli);

/* *list is to be freed with which_free(). STFLASH_E_NO_PROBE when there is none at all. */
int which_find(struct cli *cli, struct chosen **list, size_t *n) MUST_CHECK;
void which_free(struct chosen *list, size_t n);

#endif
