/* SPDX-License-Identifier: MIT */
/* Target memory to files, and files to images: what several commands share. */
#ifndef CLI_COMMANDS_MEMORY_H
#define CLI_COMMANDS_MEMORY_H

#include "cli/cli.h"
#include "cli/commands/range.h"
#include "cli/files.h"
#include "cli/json.h"

#define FLASH_START 0x08000000u /* of all chips */

/*
 * Refuse a format that memory is not written in. STFLASH_FORMAT_AUTO: one that
 * the ending of name says. Raw bytes under such a name would be taken for a
 * damaged file of that format later.
 */
int memory_check_name(struct cli *cli, enum stflash_format format, const char *name) MUST_CHECK;

/*
 * Write what range_dump() gave to an opened output and give it its name; STFLASH_FORMAT_AUTO: as the ending of its name
 * says, else binary. A range with a hole is refused in any format but Intel HEX.
 */
int memory_save_range(struct cli *cli, struct output *out, enum stflash_format format, const struct range *r,
		      const uint8_t *buf) MUST_CHECK;

/*
 * The image that the words name: files, each perhaps as FILE@ADDR, and at most
 * one number, the address of the one binary that has none of its own (without
 * it that goes to the start of flash). What other files hold begins there, or
 * they are refused. Free the image with stflash_image_free() in any case.
 */
int memory_load(struct cli *cli, struct stflash_image **image) MUST_CHECK;

#define NAMES_MAX 4200u /* a path and more */

/* The files that memory_load() took, for the summary: "boot.hex + app.bin", "boot.hex and 4 more". */
const char *memory_names(struct cli *cli, char names[NAMES_MAX]);

/*
 * FILE or FILE@ADDR: *name, the caller's in any case, and *addr when *placed becomes true. A file whose whole name has
 * the @ in it is that file.
 */
int memory_split_name(struct cli *cli, const char *word, char **name, bool *placed, uint32_t *addr) MUST_CHECK;

/*
 * How the options of a command that only reads want the core treated: --no-reset,
 * --halt. STFLASH_E_ARG for those that do not go together.
 */
int memory_read_options(struct cli *cli, struct stflash_read_options *o) MUST_CHECK;

/* Flash holds data at addr now: with erased vectors the summary does not say that something runs. */
void memory_note_flash(struct cli *cli, uint32_t addr, const uint8_t *data, size_t len);
void memory_note_image(struct cli *cli, const struct stflash_image *image);

/* Of a copy of the whole flash: what a radio core has from there on is not in it. 0: there is none. */
void memory_say_radio(struct cli *cli, uint32_t radio);

/* What flash begins with, where what was written or erased does not tell; only for the summary, so nothing fails. */
void memory_look_at_vectors(struct cli *cli);

/* What happened to the core, for the summary. */
const char *memory_treatment(const struct cli *cli, const struct stflash_read_options *o, bool was_reset);

/* A virtual chip without a file of its own forgets everything: say so. */
void memory_say_forgetful(struct cli *cli);

#endif
