/* SPDX-License-Identifier: MIT */
#include "image/dfuse.h"

#include <string.h>

#include "base/bytes.h"

/* UM0391 2.1 to 2.3; everything is little-endian */
#define PREFIX_LEN        11u
#define PREFIX_VERSION    5u
#define PREFIX_TARGETS    10u
#define DFUSE_VERSION     1u
#define TARGET_LEN        274u
#define TARGET_ALTERNATE  6u
#define TARGET_N_ELEMENTS 270u
#define ELEMENT_LEN       8u
#define ELEMENT_SIZE      4u

/* The suffix, from the end of the file backwards: DFU 1.1 appendix B */
#define SUFFIX_LEN       16u
#define SUFFIX_SIGNATURE 8u
#define SUFFIX_LENGTH    11u
#define SUFFIX_CRC       12u

#define CRC32_POLYNOMIAL 0xedb88320u /* reflected; here the sum is not inverted at the end */

static const uint8_t dfuse_signature[5] = { 'D', 'f', 'u', 'S', 'e' };
static const uint8_t target_signature[6] = { 'T', 'a', 'r', 'g', 'e', 't' };

static bool is_dfuse(const uint8_t *data, size_t len)
{
	return len > PREFIX_VERSION && !memcmp(data, dfuse_signature, sizeof(dfuse_signature));
}

static const uint8_t *find_suffix(const uint8_t *data, size_t len)
{
	const uint8_t *suffix;

	if (len < SUFFIX_LEN)
		return NULL;
	suffix = data + len - SUFFIX_LEN;
	if (memcmp(suffix + SUFFIX_SIGNATURE, "UFD", 3) || suffix[SUFFIX_LENGTH] < SUFFIX_LEN ||
	    suffix[SUFFIX_LENGTH] > len)
		return NULL;
	return suffix;
}

static uint32_t dfu_crc(const uint8_t *data, size_t len)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? CRC32_POLYNOMIAL : 0);
	}
	return crc;
}

/* A firmware whose last bytes look like a suffix has not its sum as well. */
bool dfuse_is(const uint8_t *data, size_t len)
{
	const uint8_t *suffix = find_suffix(data, len);

	return is_dfuse(data, len) || (suffix && get_le32(suffix + SUFFIX_CRC) == dfu_crc(data, len - 4));
}

static int check_suffix(struct ctx *ctx, const uint8_t *data, size_t len, size_t *payload_len)
{
	const uint8_t *suffix = find_suffix(data, len);
	uint32_t sum;

	if (!suffix)
		return fail(ctx, STFLASH_E_FILE, "the DFU file has no suffix: it is cut off; get the complete file");
	sum = dfu_crc(data, len - 4);
	if (get_le32(suffix + SUFFIX_CRC) != sum)
		return fail(ctx, STFLASH_E_FILE,
			    "the DFU file is damaged: its checksum is 0x%08x, should be 0x%08x; get it again",
			    (unsigned int)sum, (unsigned int)get_le32(suffix + SUFFIX_CRC));
	*payload_len = len - suffix[SUFFIX_LENGTH];
	return 0;
}

struct dfuse_reader {
	struct ctx *ctx;
	struct stflash_image *img;
	const uint8_t *data;
	size_t left;
	unsigned int target;
};

static int cut_off(const struct dfuse_reader *r)
{
	return fail(r->ctx, STFLASH_E_FILE, "the DFU file is damaged: target %u is longer than the file", r->target);
}

static const uint8_t *dfuse_take(struct dfuse_reader *r, size_t len)
{
	const uint8_t *at = r->data;

	if (len > r->left)
		return NULL;
	r->data += len;
	r->left -= len;
	return at;
}

/* The alternate setting names a memory to the bootloader; the address says the same. */
static int take_target(struct dfuse_reader *r)
{
	const uint8_t *target = dfuse_take(r, TARGET_LEN);
	uint32_t n;
	int err = 0;

	if (!target)
		return cut_off(r);
	if (memcmp(target, target_signature, sizeof(target_signature)))
		return fail(r->ctx, STFLASH_E_FILE, "the DFU file is damaged: target %u does not begin as one",
			    r->target);
	n = get_le32(target + TARGET_N_ELEMENTS);
	for (uint32_t i = 0; !err && i < n; i++) {
		const uint8_t *element = dfuse_take(r, ELEMENT_LEN);
		const uint32_t size = element ? get_le32(element + ELEMENT_SIZE) : 0;
		const uint8_t *bytes = element ? dfuse_take(r, size) : NULL;

		if (!bytes)
			return cut_off(r);
		err = image_add(r->ctx, r->img, get_le32(element), bytes, size);
		if (err)
			fail_prefix(r->ctx, "target %u, alternate setting %u", r->target, target[TARGET_ALTERNATE]);
	}
	return err;
}

int dfuse_parse(struct ctx *ctx, struct stflash_image *img, const uint8_t *data, size_t len, const uint32_t *base)
{
	struct dfuse_reader r = { .ctx = ctx, .img = img };
	size_t payload_len = 0;
	int err;

	err = check_suffix(ctx, data, len, &payload_len);
	if (err)
		return err;
	if (!is_dfuse(data, len)) {
		if (!base)
			return fail(
				ctx, STFLASH_E_ARG,
				"a plain DFU file, without ST's DfuSe prefix, does not say where it belongs: give the "
				"address, as in FILE@0x08000000");
		return image_add(ctx, img, *base, data, payload_len);
	}
	if (payload_len < PREFIX_LEN)
		return fail(ctx, STFLASH_E_FILE, "the DFU file is damaged: it ends in its prefix");
	if (data[PREFIX_VERSION] != DFUSE_VERSION)
		return fail(ctx, STFLASH_E_FILE, "the DfuSe file is of version %u, and only version %u is known",
			    data[PREFIX_VERSION], DFUSE_VERSION);
	r.data = data + PREFIX_LEN;
	r.left = payload_len - PREFIX_LEN;
	for (unsigned int n = data[PREFIX_TARGETS]; !err && r.target < n; r.target++)
		err = take_target(&r);
	return err;
}
