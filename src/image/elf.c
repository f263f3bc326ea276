/* SPDX-License-Identifier: MIT */
/*
 * ELF32, little-endian, for Arm (Tool Interface Standard ELF 1.2). What goes
 * to the chip is what its sections hold, each at its load address; between them
 * a segment has the linker's padding, and in front of them often the headers of
 * the file. A file without sections gives its segments, without the headers.
 */
#include "base/bytes.h"
#include "image/image.h"

#define EHDR_LEN 52u
#define PHDR_LEN 32u
#define SHDR_LEN 40u

#define EI_CLASS    4u
#define EI_DATA     5u
#define ELFCLASS32  1u
#define ELFCLASS64  2u
#define ELFDATA2LSB 1u
#define E_TYPE      16u
#define E_MACHINE   18u
#define E_ENTRY     24u
#define E_PHOFF     28u
#define E_SHOFF     32u
#define E_PHENTSIZE 42u
#define E_PHNUM     44u
#define E_SHENTSIZE 46u
#define E_SHNUM     48u
#define ET_REL      1u
#define ET_EXEC     2u
#define ET_DYN      3u
#define ET_CORE     4u
#define EM_ARM      40u

#define P_TYPE    0u
#define P_OFFSET  4u
#define P_VADDR   8u
#define P_PADDR   12u
#define P_FILESZ  16u
#define PT_LOAD   1u
#define PT_INTERP 3u

#define SH_TYPE    4u
#define SH_FLAGS   8u
#define SH_ADDR    12u
#define SH_OFFSET  16u
#define SH_SIZE    20u
#define SHT_NULL   0u
#define SHT_NOTE   7u
#define SHT_NOBITS 8u
#define SHF_ALLOC  2u

struct elf {
	struct ctx *ctx;
	struct stflash_image *img;
	const uint8_t *data;
	size_t len;
	struct elf_table {
		const uint8_t *at;
		size_t n;
		size_t entsize;
	} segments, sections;
	bool physical; /* some segment has a physical address */
};

static int check_type(struct ctx *ctx, const uint8_t *elf)
{
	switch (get_le16(elf + E_TYPE)) {
	case ET_EXEC:
	case ET_DYN:
		return 0;
	case ET_REL:
		return fail(ctx, STFLASH_E_FILE,
			    "this ELF file is not linked: it is an object file, not a firmware; link it first");
	case ET_CORE:
		return fail(ctx, STFLASH_E_FILE, "this ELF file is a core dump, not a firmware");
	default:
		return fail(ctx, STFLASH_E_FILE, "this ELF file is of the unknown type %u, not a linked firmware",
			    get_le16(elf + E_TYPE));
	}
}

static int check_header(struct ctx *ctx, const uint8_t *elf, size_t len)
{
	if (len < EHDR_LEN)
		return fail(ctx, STFLASH_E_FILE, "the ELF file is cut off in its header");
	if (elf[EI_CLASS] == ELFCLASS64)
		return fail(ctx, STFLASH_E_FILE,
			    "this ELF file is for a 64-bit machine, perhaps this computer: build it for the chip");
	if (elf[EI_CLASS] != ELFCLASS32 || elf[EI_DATA] != ELFDATA2LSB)
		return fail(
			ctx, STFLASH_E_FILE,
			"this ELF file is not 32-bit little-endian: it is for another machine, build it for the chip");
	if (get_le16(elf + E_MACHINE) != EM_ARM)
		return fail(ctx, STFLASH_E_FILE, "this ELF file is for another machine (number %u; Arm is %u)",
			    get_le16(elf + E_MACHINE), EM_ARM);
	return check_type(ctx, elf);
}

static int find_table(const struct elf *e, struct elf_table *t, uint32_t offset, size_t n, size_t entsize, size_t least,
		      const char *name)
{
	if (n == 0 || offset == 0)
		return 0;
	if (entsize < least || offset > e->len || (uint64_t)n * entsize > e->len - offset)
		return fail(e->ctx, STFLASH_E_FILE, "the ELF file is cut off in its %s headers", name);
	*t = (struct elf_table){ e->data + offset, n, entsize };
	return 0;
}

static int find_tables(struct elf *e)
{
	const uint8_t *h = e->data;
	int err;

	err = find_table(e, &e->segments, get_le32(h + E_PHOFF), get_le16(h + E_PHNUM), get_le16(h + E_PHENTSIZE),
			 PHDR_LEN, "program");
	if (!err)
		err = find_table(e, &e->sections, get_le32(h + E_SHOFF), get_le16(h + E_SHNUM),
				 get_le16(h + E_SHENTSIZE), SHDR_LEN, "section");
	return err;
}

static const uint8_t *entry(const struct elf_table *t, size_t i)
{
	return t->at + i * t->entsize;
}

static bool is_loaded(const uint8_t *ph)
{
	return get_le32(ph + P_TYPE) == PT_LOAD && get_le32(ph + P_FILESZ) != 0;
}

/* Some linkers leave all physical addresses 0: then the virtual ones count. */
static bool has_physical(const struct elf_table *segments)
{
	for (size_t i = 0; i < segments->n; i++) {
		const uint8_t *ph = entry(segments, i);

		if (get_le32(ph + P_TYPE) == PT_LOAD && get_le32(ph + P_PADDR) != 0)
			return true;
	}
	return false;
}

static int check_segments(const struct elf *e)
{
	for (size_t i = 0; i < e->segments.n; i++) {
		const uint8_t *ph = entry(&e->segments, i);
		const uint32_t from = get_le32(ph + P_OFFSET), size = get_le32(ph + P_FILESZ);

		if (get_le32(ph + P_TYPE) == PT_INTERP)
			return fail(e->ctx, STFLASH_E_FILE,
				    "this ELF file is a program for an operating system, not a firmware");
		if (is_loaded(ph) && (from > e->len || size > e->len - from))
			return fail(e->ctx, STFLASH_E_FILE, "the ELF file is cut off in program segment %zu", i);
	}
	return 0;
}

static uint32_t segment_addr(const struct elf *e, const uint8_t *ph)
{
	return get_le32(ph + (e->physical ? P_PADDR : P_VADDR));
}

/* --------------------------------------------------------------- sections */

static bool is_alloc(const uint8_t *sh)
{
	return (get_le32(sh + SH_FLAGS) & SHF_ALLOC) && get_le32(sh + SH_TYPE) != SHT_NULL && get_le32(sh + SH_SIZE);
}

static bool holds_bytes(const uint8_t *sh)
{
	return is_alloc(sh) && get_le32(sh + SH_TYPE) != SHT_NOBITS;
}

static bool lies_in(uint32_t at, uint32_t size, uint32_t from, uint32_t span)
{
	return at >= from && at - from <= span && size <= span - (at - from);
}

/*
 * The segment with a section's bytes: the same part of the file and, where two
 * share that, the same virtual addresses. (armlink gives initialised data its
 * address in RAM, in a segment whose addresses are those of flash.)
 */
static const uint8_t *segment_of(const struct elf *e, const uint8_t *sh)
{
	const uint32_t size = get_le32(sh + SH_SIZE);
	const uint8_t *found = NULL;

	for (size_t i = 0; i < e->segments.n; i++) {
		const uint8_t *ph = entry(&e->segments, i);
		const uint32_t filesz = get_le32(ph + P_FILESZ);

		if (!is_loaded(ph) || !lies_in(get_le32(sh + SH_OFFSET), size, get_le32(ph + P_OFFSET), filesz))
			continue;
		if (lies_in(get_le32(sh + SH_ADDR), size, get_le32(ph + P_VADDR), filesz))
			return ph;
		if (!found)
			found = ph;
	}
	return found;
}

/* A section that no segment holds is loaded where it is linked to, as objcopy has it. */
static uint32_t load_addr(const struct elf *e, const uint8_t *sh)
{
	const uint8_t *ph = segment_of(e, sh);

	if (!ph)
		return get_le32(sh + SH_ADDR);
	return segment_addr(e, ph) + (get_le32(sh + SH_OFFSET) - get_le32(ph + P_OFFSET));
}

static int add_sections(const struct elf *e)
{
	bool code = false; /* anything but notes, which stay where the code was taken out */
	int err = 0;

	for (size_t i = 0; !err && i < e->sections.n; i++) {
		const uint8_t *sh = entry(&e->sections, i);
		const uint32_t from = get_le32(sh + SH_OFFSET), size = get_le32(sh + SH_SIZE);

		if (!holds_bytes(sh))
			continue;
		if (from > e->len || size > e->len - from)
			return fail(e->ctx, STFLASH_E_FILE, "the ELF file is cut off in section %zu", i);
		code |= get_le32(sh + SH_TYPE) != SHT_NOTE;
		err = image_add(e->ctx, e->img, load_addr(e, sh), e->data + from, size);
	}
	if (!err && !code)
		return fail(e->ctx, STFLASH_E_FILE,
			    "this ELF file holds debug information only: its code was taken out; take the file with "
			    "the code");
	return err;
}

static bool has_alloc(const struct elf_table *sections)
{
	for (size_t i = 0; i < sections->n; i++)
		if (is_alloc(entry(sections, i)))
			return true;
	return false;
}

/* --------------------------------------------------------------- segments */

/*
 * Where the linked part of a segment begins that starts with the file's own
 * headers: behind those, and behind the zeros that fill the page up to it.
 */
static uint32_t skip_headers(const struct elf *e, uint32_t from, uint32_t end)
{
	const uint32_t phoff = (uint32_t)(e->segments.at - e->data);
	const uint32_t phend = phoff + (uint32_t)(e->segments.n * e->segments.entsize);
	uint32_t at = from < EHDR_LEN ? EHDR_LEN : from;

	if (at >= phoff && at < phend)
		at = phend;
	if (at == from)
		return from;
	while (at < end && e->data[at] == 0)
		at++;
	return at < end ? at & ~3u : end;
}

static int add_segments(const struct elf *e)
{
	int err = 0;

	for (size_t i = 0; !err && i < e->segments.n; i++) {
		const uint8_t *ph = entry(&e->segments, i);
		const uint32_t from = get_le32(ph + P_OFFSET), end = from + get_le32(ph + P_FILESZ);
		uint32_t at;

		if (!is_loaded(ph))
			continue;
		at = skip_headers(e, from, end);
		if (at != from)
			log_warn(e->ctx,
				 "%s: the ELF file has no section headers: what is loaded begins at 0x%08x, behind the "
				 "file's own headers and the zeros after them",
				 e->img->name, (unsigned int)(segment_addr(e, ph) + (at - from)));
		err = image_add(e->ctx, e->img, segment_addr(e, ph) + (at - from), e->data + at, end - at);
	}
	return err;
}

int elf_parse(struct ctx *ctx, struct stflash_image *img, const uint8_t *elf, size_t len)
{
	struct elf e = { .ctx = ctx, .img = img, .data = elf, .len = len };
	int err;

	err = check_header(ctx, elf, len);
	if (!err)
		err = find_tables(&e);
	if (!err && e.segments.n == 0 && !has_alloc(&e.sections))
		return fail(ctx, STFLASH_E_FILE, "this ELF file has no program headers: nothing in it is to be loaded");
	if (!err)
		err = check_segments(&e);
	if (err)
		return err;
	e.physical = has_physical(&e.segments);
	err = has_alloc(&e.sections) ? add_sections(&e) : add_segments(&e);
	if (err)
		return err;
	img->has_entry = true;
	img->entry = get_le32(elf + E_ENTRY);
	return 0;
}
