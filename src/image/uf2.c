/* SPDX-License-Identifier: MIT */
#include "image/uf2.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "image/families.h"

#define BLOCK_LEN    512u
#define PAYLOAD_MAX  476u
#define MAX_FAMILIES 16u

/* Offsets in a block; every field is a little-endian word */
#define MAGIC_START_0 0u
#define MAGIC_START_1 4u
#define FLAGS         8u
#define TARGET_ADDR   12u
#define PAYLOAD_SIZE  16u
#define BLOCK_NO      20u
#define NUM_BLOCKS    24u
#define FAMILY_ID     28u
#define PAYLOAD       32u
#define MAGIC_END     508u

#define MAGIC_START_0_VALUE 0x0a324655u
#define MAGIC_START_1_VALUE 0x9e5d5157u
#define MAGIC_END_VALUE     0x0ab16f30u

#define NOT_MAIN_FLASH    0x00000001u
#define FILE_CONTAINER    0x00001000u
#define FAMILY_ID_PRESENT 0x00002000u

struct uf2 {
	struct ctx *ctx;
	struct stflash_image *img;
	const uint8_t *data;
	size_t n; /* blocks in the file */
	struct uf2_group {
		bool has_family;
		uint32_t family;
		uint32_t total; /* blocks, as each of them says */
	} groups[MAX_FAMILIES];
	size_t n_groups;
};

bool uf2_is(const uint8_t *data, size_t len)
{
	return len >= 8 && get_le32(data + MAGIC_START_0) == MAGIC_START_0_VALUE &&
	       get_le32(data + MAGIC_START_1) == MAGIC_START_1_VALUE;
}

static const uint8_t *block(const struct uf2 *u, size_t i)
{
	return u->data + i * BLOCK_LEN;
}

/* A comment: counted among the others, whatever it says of the family. */
static bool is_comment(const uint8_t *b)
{
	return get_le32(b + FLAGS) & NOT_MAIN_FLASH;
}

static bool is_of(const struct uf2_group *g, const uint8_t *b)
{
	const bool has_family = get_le32(b + FLAGS) & FAMILY_ID_PRESENT;

	return has_family == g->has_family && (!has_family || get_le32(b + FAMILY_ID) == g->family);
}

/* The blocks of one family are numbered by themselves: files may be joined end to end. */
static int sort_block(struct uf2 *u, size_t i)
{
	const uint8_t *b = block(u, i);
	struct uf2_group *g = u->groups;

	if (!uf2_is(b, BLOCK_LEN) || get_le32(b + MAGIC_END) != MAGIC_END_VALUE ||
	    get_le32(b + PAYLOAD_SIZE) > PAYLOAD_MAX)
		return fail(u->ctx, STFLASH_E_FILE, "block %zu of the UF2 file is damaged: get it again", i);
	if (get_le32(b + FLAGS) & FILE_CONTAINER)
		return fail(u->ctx, STFLASH_E_FILE, "this UF2 file holds files for a file system, not bytes for flash");
	if (is_comment(b))
		return 0;
	while (g < u->groups + u->n_groups && !is_of(g, b))
		g++;
	if (g == u->groups + MAX_FAMILIES)
		return fail(u->ctx, STFLASH_E_FILE, "this UF2 file is for more than %u families of chips",
			    MAX_FAMILIES);
	if (g == u->groups + u->n_groups) {
		g->has_family = get_le32(b + FLAGS) & FAMILY_ID_PRESENT;
		g->family = g->has_family ? get_le32(b + FAMILY_ID) : 0;
		g->total = get_le32(b + NUM_BLOCKS);
		u->n_groups++;
	}
	if (get_le32(b + NUM_BLOCKS) != g->total || get_le32(b + BLOCK_NO) >= g->total)
		return fail(u->ctx, STFLASH_E_FILE,
			    "the UF2 file is damaged: block %zu calls itself %u of %u, in a file of %u", i,
			    (unsigned int)get_le32(b + BLOCK_NO), (unsigned int)get_le32(b + NUM_BLOCKS),
			    (unsigned int)g->total);
	return 0;
}

static bool is_stm32(const struct uf2_group *g)
{
	return g->has_family && !strncmp(uf2_family_name(g->family), "STM32", 5);
}

/* The chip is not known yet: of several STM32 families one would have to be guessed. NULL after a failure. */
static const struct uf2_group *choose_group(struct uf2 *u)
{
	const struct uf2_group *found = u->n_groups == 1 ? u->groups : NULL;

	for (size_t i = 0; u->n_groups > 1 && i < u->n_groups; i++) {
		const struct uf2_group *g = &u->groups[i];

		if (!g->has_family) {
			fail(u->ctx, STFLASH_E_FILE,
			     "some blocks of this UF2 file say which chips they are for, and some do not: give a file "
			     "of one kind");
			return NULL;
		}
		if (found && is_stm32(g)) {
			fail(u->ctx, STFLASH_E_FILE,
			     "this UF2 file is for several chips, %s and %s: give the file for one of them",
			     uf2_family_name(found->family), uf2_family_name(g->family));
			return NULL;
		}
		if (is_stm32(g))
			found = g;
	}
	if (!found && u->n_groups == 0)
		fail(u->ctx, STFLASH_E_FILE, "this UF2 file holds comments only, nothing for flash");
	else if (!found)
		fail(u->ctx, STFLASH_E_FILE, "this UF2 file is for %s and others, none of them an STM32",
		     uf2_family_name(u->groups[0].family));
	return found;
}

static int take_block(struct uf2 *u, const struct uf2_group *g, const uint8_t *b, uint8_t *seen)
{
	const uint32_t no = get_le32(b + BLOCK_NO);

	if (is_comment(b)) {
		if (no < g->total)
			seen[no] = 1;
		return 0;
	}
	if (seen[no])
		return fail(u->ctx, STFLASH_E_FILE, "the UF2 file is damaged: block %u is there twice",
			    (unsigned int)no);
	seen[no] = 1;
	return image_add(u->ctx, u->img, get_le32(b + TARGET_ADDR), b + PAYLOAD, get_le32(b + PAYLOAD_SIZE));
}

static int take_group(struct uf2 *u, const struct uf2_group *g)
{
	uint8_t *seen;
	int err = 0;

	if (g->total > u->n)
		return fail(u->ctx, STFLASH_E_FILE, "the UF2 file is cut off: %zu of %u blocks are there", u->n,
			    (unsigned int)g->total);
	seen = calloc(g->total, 1);
	if (!seen)
		return fail(u->ctx, STFLASH_E_NO_MEMORY, "out of memory while reading an image");
	for (size_t i = 0; !err && i < u->n; i++)
		if (is_comment(block(u, i)) || is_of(g, block(u, i)))
			err = take_block(u, g, block(u, i), seen);
	for (uint32_t no = 0; !err && no < g->total; no++)
		if (!seen[no])
			err = fail(u->ctx, STFLASH_E_FILE, "the UF2 file is damaged: block %u of %u is missing",
				   (unsigned int)no, (unsigned int)g->total);
	free(seen);
	return err;
}

int uf2_parse(struct ctx *ctx, struct stflash_image *img, const uint8_t *data, size_t len)
{
	struct uf2 u = { .ctx = ctx, .img = img, .data = data, .n = len / BLOCK_LEN };
	const struct uf2_group *group;
	int err = 0;

	if (len % BLOCK_LEN || !len)
		return fail(ctx, STFLASH_E_FILE, "the UF2 file is cut off: its length, %zu bytes, is no multiple of %u",
			    len, BLOCK_LEN);
	for (size_t i = 0; !err && i < u.n; i++)
		err = sort_block(&u, i);
	if (err)
		return err;
	group = choose_group(&u);
	if (!group)
		return ctx->err;
	err = take_group(&u, group);
	if (err)
		return err;
	if (group->has_family) {
		img->has_family = true;
		img->family = group->family;
	} else {
		log_warn(ctx, "%s: the UF2 file does not say which chips it is for", img->name);
	}
	return 0;
}
