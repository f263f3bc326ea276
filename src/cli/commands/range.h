/* SPDX-License-Identifier: MIT */
/* The stretch of memory that words of a command name: ADDR and SIZE, ADDR alone, or neither. */
#ifndef CLI_COMMANDS_RANGE_H
#define CLI_COMMANDS_RANGE_H

#include "cli/cli.h"

struct range {
	bool or_files; /* the command takes file names too */
	int n_numbers;
	uint64_t number[2];
	bool whole;  /* neither: the whole flash */
	bool to_end; /* ADDR alone: to the end of the memory that holds it */
	uint32_t addr;
	struct range_part {
		uint32_t addr;
		size_t len;
	} part[2]; /* of it, once range_find() has looked: flash may have a hole, which is left out */
	size_t n_parts;
	size_t len;      /* unless whole or to_end, until range_find() */
	uint32_t radio;  /* where what a radio core has of the whole flash begins, which is left out; 0: it has none */
	char lacks[512]; /* why range_dump() could not read all of it, though it did the rest; "": it could */
};

/* A word that looks like a number: one after the other. */
int range_take(struct cli *cli, struct range *r, const char *word) MUST_CHECK;

/* Once all words are taken. */
int range_check(struct cli *cli, struct range *r) MUST_CHECK;

/* With a connected session: addr and len in any case. */
int range_find(struct cli *cli, struct range *r) MUST_CHECK;

/*
 * Of what range_find() found, all bytes one behind the other; see stflash_dump(). What the chip does not give is 0xff:
 * the rest is to be saved all the same, and then range_tell_lacks() is the end of the command.
 */
int range_dump(struct cli *cli, struct range *r, uint8_t *buf, const struct stflash_read_options *how,
	       struct stflash_dump_report *report) MUST_CHECK;

/* STFLASH_E_FLASH when some bytes are not what the chip holds. */
int range_tell_lacks(struct cli *cli, const struct range *r) MUST_CHECK;

/* Give the bytes of range_dump() their addresses. */
int range_put(struct cli *cli, const struct range *r, const char *name, const uint8_t *buf,
	      struct stflash_image *image) MUST_CHECK;

/* Behind the memory that holds addr, and what follows of its kind without a hole; 0: no chip is connected, or none
 * does. */
uint32_t range_memory_end(const struct cli *cli, uint32_t addr);

#endif
