/* SPDX-License-Identifier: MIT */
/*
 * The transport of a session: straight to the model in this process, spoiled
 * as an input says. What takes it links with --wrap of transport_open(),
 * now_ms() and sleep_ms(), and has one session at a time.
 */
#ifndef TESTS_FUZZ_FUZZED_PROBE_H
#define TESTS_FUZZ_FUZZED_PROBE_H

#include "model.h"

/* Every transport that is opened from now on. Without an input it tells the truth. */
void fuzzed_begin(struct model *model, const uint8_t *input, size_t len);

#endif
