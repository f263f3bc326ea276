/* SPDX-License-Identifier: MIT */
#ifndef VIRTUAL_PROBE_PERSONALITY_H
#define VIRTUAL_PROBE_PERSONALITY_H

#include <stdint.h>

struct personality;
struct probe;

/* By the word of a SPEC; NULL when unknown. */
const struct personality *personality_find(const char *name);

/* cmd has been run; n_before replies were waiting before it. Changes the one that it gave, if any. */
void personality_answers(struct probe *p, const uint8_t *cmd, unsigned int n_before);

#endif
