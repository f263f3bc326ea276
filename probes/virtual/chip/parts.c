/* SPDX-License-Identifier: MIT */
/* The parts of all families (their rows are in the folder families), and how one is found by its name. */
#include "chip/internal.h"

#include <ctype.h>
#include <string.h>

static const struct part_list *const lists[] = { &f0_parts, &f1_parts, &f2_parts, &f3_parts, &f4_parts, &f7_parts,
						 &l4_parts, &g0_parts, &g4_parts, &wb_parts, &c0_parts };

const struct part *part_at(unsigned int i)
{
	for (size_t list = 0; list < ARRAY_SIZE(lists); list++) {
		if (i < lists[list]->n)
			return &lists[list]->parts[i];
		i -= lists[list]->n;
	}
	return NULL;
}

/* What may follow the name in an order code: package letter, temperature digit, options ("T6", "T6TR"). */
static bool is_order_suffix(const char *s)
{
	if (!*s)
		return true;
	if (!isalpha((unsigned char)s[0]) || !isdigit((unsigned char)s[1]))
		return false;
	for (s += 2; *s; s++)
		if (!isalnum((unsigned char)*s))
			return false;
	return true;
}

static bool begins_with(const char *s, const char *prefix)
{
	for (; *prefix; s++, prefix++)
		if (tolower((unsigned char)*s) != tolower((unsigned char)*prefix))
			return false;
	return true;
}

const struct part *part_find(const char *name)
{
	const struct part *part;

	for (unsigned int i = 0; (part = part_at(i)) != NULL; i++)
		if (begins_with(name, part->name) && is_order_suffix(name + strlen(part->name)))
			return part;
	return NULL;
}
