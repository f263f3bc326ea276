/* SPDX-License-Identifier: MIT */
/*
 * The virtual probe in the same process, behind a few functions: its objects
 * are merged into one whose other names are hidden, because the library uses
 * some of them too (struct dap, dap_init ...).
 */
#ifndef TESTS_FUZZ_MODEL_H
#define TESTS_FUZZ_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model;

enum model_result { MODEL_DONE, MODEL_PENDING, MODEL_STALLED, MODEL_BROKEN, MODEL_GONE };

/* spec is "stm32f103c8", ... Plugged in and configured. */
struct model *model_new(const char *spec);
void model_free(struct model *m);

uint16_t model_pid(const struct model *m);
uint8_t model_ep(const struct model *m, bool in);

/* One bulk transfer. */
enum model_result model_transfer(struct model *m, bool in, uint8_t *buf, size_t len, size_t *actual);
void model_clear_halt(struct model *m, uint8_t ep);

uint8_t *model_flash(struct model *m, size_t *size);
/* A word of memory or a register, as the debug port would see it. */
uint32_t model_word(struct model *m, uint32_t addr);
uint64_t model_now_ms(struct model *m);

#endif
