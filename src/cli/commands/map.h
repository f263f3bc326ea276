/* SPDX-License-Identifier: MIT */
/* A picture of the flash, as wide as the terminal allows. */
#ifndef CLI_COMMANDS_MAP_H
#define CLI_COMMANDS_MAP_H

#include <stdint.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/json.h"
#include "stflash.h"

/* What a cell shows. Where several share a character, the first that is among them is shown. */
enum map_mark {
	MAP_ERASED,  /* the plan: erased and programmed */
	MAP_PROGRAM, /* the plan: programmed without erasing */
	MAP_EQUAL,   /* the plan: left alone, for it is equal */
	MAP_HIDDEN,  /* read-out protected */
	MAP_LOCKED,  /* used and write-protected */
	MAP_SECURE,  /* used, and firmware can hide it */
	MAP_USED,
	MAP_LOCKED_BLANK, /* write-protected, and blank */
	MAP_SECURE_BLANK, /* blank, and firmware can hide it */
	MAP_BLANK,
	MAP_RADIO, /* of the radio core */
	MAP_OTHER, /* the plan does not touch it */
	MAP_HOLE,  /* between two banks */
	MAP_MARKS
};

struct map {
	uint32_t base;
	uint32_t cell; /* bytes of a mark */
	size_t n;
	uint8_t *mark; /* of each cell; owned */
};

/* All cells of the connected chip's flash get the same mark. False: out of memory. */
bool map_init(struct map *m, struct cli *cli, const struct stflash_target_info *t, enum map_mark mark);
void map_free(struct map *m);
void map_put(struct map *m, uint32_t addr, uint32_t size, enum map_mark mark);

/* With the legend of what is in it. */
void map_draw(const struct map *m, FILE *out);

/* What stflash_map() found, as marks; as the array "map" of stretches that are alike. */
void map_put_cells(struct map *m, const struct stflash_cells *cells);
void map_json(struct json *j, const struct stflash_cells *cells);

#endif
