/* SPDX-License-Identifier: MIT */
/* What is known in the end, as a JSON object. */
#ifndef VIRTUAL_PROBE_STATS_H
#define VIRTUAL_PROBE_STATS_H

#include <stdbool.h>

struct probe;

/* To the file of the SPEC, if it names one: a whole object or the one before. False, and a complaint, when it cannot.
 */
bool stats_write(struct probe *p);

#endif
