/* SPDX-License-Identifier: MIT */
/*
 * One run of the real stflash against a virtual probe with or without a
 * fault, in a folder of its own, and what is to be seen afterwards: files,
 * words, the exit status, and how the probe and the chip were left.
 */
#ifndef TESTS_FAULTS_TRIAL_H
#define TESTS_FAULTS_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLASH_BASE    0x08000000u
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Everything that a command may leave in its folder; what is behind N_COMPARED has dates and times in it. */
enum kept {
	FLASH,
	OPTIONS,
	DUMP,
	FOLDER_FLASH,
	FOLDER_OPTIONS,
	N_COMPARED,
	FOLDER_INFO = N_COMPARED,
	FOLDER_OTP,
	REPORT,
	N_KEPT
};

struct content {
	uint8_t *data; /* owned; NULL: there is no such file */
	size_t len;
};

struct state {
	struct content file[N_KEPT];
};

/* Where trials are made: a folder with the image and the chip's files. */
struct bench {
	const char *dir;
	uint32_t size;      /* of the flash */
	uint32_t image_len; /* of image.bin */
	uint8_t *image;
	uint8_t *old;        /* contents of the flash before */
	struct state before; /* of each trial */
	struct state golden; /* after a run without a fault */
};

struct trial {
	int status;      /* exit status, or -signal */
	char said[4096]; /* on standard error */
	char stats[8192];
};

bool save_file(const struct bench *b, const char *name, const void *data, size_t len);

/* All files of the folder into memory; back to what a state has; is a file as a state has it? */
void state_take(struct state *s, const struct bench *b);
void state_put(const struct state *s, const struct bench *b);
bool state_same(const struct state *s, const struct bench *b, enum kept file);
bool state_absent(const struct bench *b, enum kept file);
void state_free(struct state *s);

/* Remove what a command made, and was not there before, so that it can be given again. */
void remove_made(const struct bench *b);

/* argv: words of the command, ended by NULL. fault may be "". */
void trial_run(struct trial *t, const struct bench *b, const char *target, const char *fault, const char *const *argv);

/* A number or a word of the statistics. */
uint32_t trial_figure(const struct trial *t, const char *name);
bool trial_has(const struct trial *t, const char *text);

#endif
