/* SPDX-License-Identifier: MIT */
#include "image/content.h"

#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "image/dfuse.h"
#include "image/text.h"
#include "image/uf2.h"

/* As much of a text as is judged: a firmware may begin with a long one. */
#define TEXT_LOOK (1024u * 1024u)
/*
 * Text that is shorter may be a few bytes of data, a serial number or a key,
 * unless it ends as a line does. (Of random bytes three in eight are text.)
 */
#define TEXT_MIN      14u
#define TEXT_MIN_LINE 6u

#define UNPACK "unpack it first"

/* A beginning that is known: what "file" and the formats' own specifications have. */
struct magic {
	uint16_t at;
	uint8_t len;
	const char *bytes;
	const char *what;
	const char *advice;
};

#define MAGIC(at, bytes, what, advice)                     \
	{                                                  \
		at, sizeof(bytes) - 1, bytes, what, advice \
	}

static const struct magic magics[] = {
	MAGIC(0,
	      "\xfd"
	      "7zXZ\0",
	      "an xz archive", UNPACK),
	MAGIC(0, "PK\3\4", "a zip archive", UNPACK),
	MAGIC(0, "PK\5\6", "an empty zip archive", "get the right file"),
	MAGIC(0, "7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
	MAGIC(0, "\x28\xb5\x2f\xfd", "a zstd archive", UNPACK),
	MAGIC(0, "\x04\x22\x4d\x18", "an lz4 archive", UNPACK),
	MAGIC(0, "Rar!\x1a\x07", "a rar archive", UNPACK),
	MAGIC(0, "MSCF\0\0\0\0", "a cabinet archive", UNPACK),
	MAGIC(0, "\xed\xab\xee\xdb", "an rpm package", UNPACK),
	MAGIC(257, "ustar", "a tar archive", UNPACK),
	MAGIC(0, "!<arch>\n", "an ar archive (a library or a Debian package)", "link it into a firmware first"),
	MAGIC(0, "!<thin>\n", "an ar archive without its members", "link it into a firmware first"),
	MAGIC(0, "%PDF-", "a PDF document", "get the firmware file itself"),
	MAGIC(0, "\x89PNG\r\n\x1a\n", "a PNG picture", "get the firmware file itself"),
	MAGIC(0, "\xff\xd8\xff\xe0", "a JPEG picture", "get the firmware file itself"),
	MAGIC(0, "\xff\xd8\xff\xe1", "a JPEG picture", "get the firmware file itself"),
	MAGIC(0, "GIF87a", "a GIF picture", "get the firmware file itself"),
	MAGIC(0, "GIF89a", "a GIF picture", "get the firmware file itself"),
	MAGIC(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Microsoft Office document", "get the firmware file itself"),
	MAGIC(0, "SQLite format 3\0", "a SQLite database", "get the firmware file itself"),
	MAGIC(0, "\xfe\xed\xfa\xce", "a Mach-O program", "build it for the chip"),
	MAGIC(0, "\xfe\xed\xfa\xcf", "a Mach-O program", "build it for the chip"),
	MAGIC(0, "\xce\xfa\xed\xfe", "a Mach-O program", "build it for the chip"),
	MAGIC(0, "\xcf\xfa\xed\xfe", "a Mach-O program", "build it for the chip"),
	MAGIC(0, "\xca\xfe\xba\xbe", "a Mach-O program or a Java class", "build it for the chip"),
	MAGIC(0, "\0asm\1\0\0\0", "a WebAssembly module", "build it for the chip"),
	MAGIC(0, "BC\xc0\xde", "LLVM bitcode", "link it into a firmware first"),
	MAGIC(0, "ANDROID!", "an Android boot image", "get the firmware for this chip"),
	MAGIC(0, "\x3a\xff\x26\xed", "an Android sparse image", "get the firmware for this chip"),
	MAGIC(0, "\x27\x05\x19\x56", "a U-Boot image (uImage)", "get the firmware for this chip"),
	MAGIC(0, "\xd0\x0d\xfe\xed", "a device tree", "get the firmware for this chip"),
};

/* gzip: deflate, and no flag that RFC 1952 reserves. bzip2: its first block. lzma: of unknown size. PE: by way of the
 * DOS header. */
static const char *find_longer_magic(const uint8_t *data, size_t len, const char **advice)
{
	*advice = UNPACK;
	if (len >= 10 && data[0] == 0x1f && data[1] == 0x8b && data[2] == 8 && !(data[3] & 0xe0))
		return "a gzip archive";
	if (len >= 10 && !memcmp(data, "BZh", 3) && data[3] >= '1' && data[3] <= '9' && !memcmp(data + 4, "1AY&SY", 6))
		return "a bzip2 archive";
	if (len >= 13 && !memcmp(data, "\x5d\0\0", 3) && !memcmp(data + 5, "\xff\xff\xff\xff\xff\xff\xff\xff", 8))
		return "an lzma archive";
	*advice = "build it for the chip";
	if (len >= 64 && !memcmp(data, "MZ", 2)) {
		const uint32_t pe = get_le32(data + 60);

		if (pe <= len - 4 && !memcmp(data + pe, "PE\0\0", 4))
			return "a Windows program";
	}
	return NULL;
}

static const char *find_magic(const uint8_t *data, size_t len, const char **advice)
{
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++) {
		const struct magic *m = &magics[i];

		if (len >= (size_t)m->at + m->len && !memcmp(data + m->at, m->bytes, m->len)) {
			*advice = m->advice;
			return m->what;
		}
	}
	return find_longer_magic(data, len, advice);
}

/* ------------------------------------------------------------------- text */

/* Bytes of the UTF-8 character at p, 0 when there is none. One that the end cuts off counts. */
static size_t utf8_length(const uint8_t *p, size_t left)
{
	const size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < n && i < left; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return min_size(n, left);
}

static bool is_control(uint8_t c)
{
	return c == 0x7f || (c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b);
}

/* A long text may have a few control characters: some formats of programmers begin with STX and end with ETX. */
bool content_is_text(const uint8_t *data, size_t len)
{
	size_t high = 0, controls = 0;
	bool utf8 = true;

	for (size_t i = 0; i < len; i++) {
		if (data[i] == 0)
			return false;
		controls += is_control(data[i]);
		high += data[i] >= 0x80;
	}
	if (controls > len / 128)
		return false;
	for (size_t i = 0, n; utf8 && i < len; i += n) {
		n = utf8_length(data + i, len - i);
		utf8 = n > 0;
	}
	return utf8 || high <= len / 8;
}

/* Letters of two bytes each, whose upper one is 0: with a mark in front, or a whole line without. */
static bool is_utf16(const uint8_t *data, size_t len)
{
	const bool marked = len >= 2 && ((data[0] == 0xff && data[1] == 0xfe) || (data[0] == 0xfe && data[1] == 0xff));
	const size_t start = marked ? 2 : 0;
	const size_t n = min_size((len - min_size(len, start)) / 2, 64);
	size_t little = 0, big = 0;

	for (size_t i = 0; i < n; i++) {
		const uint8_t *c = data + start + 2 * i;

		little += c[1] == 0 && c[0] < 0x80 && !is_control(c[0]);
		big += c[0] == 0 && c[1] < 0x80 && !is_control(c[1]);
	}
	return n >= (marked ? 2 : 16) && (little == n || big == n);
}

static size_t hex_digits(const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (n < len && text_digit(p[n]) >= 0)
		n++;
	return n;
}

/* "XX XX XX": bytes by themselves. */
static bool is_byte_line(const uint8_t *line, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (text_digit(line[i]) >= 0)
			n++;
		else if (line[i] != ' ' && line[i] != '\t')
			return false;
	}
	return n >= 8;
}

/*
 * Addresses with '@', bytes below: Texas Instruments' TI-TXT ends with a 'q',
 * Verilog's $readmemh does not. "/" and "%" begin Tektronix' two formats.
 */
static const char *name_hex_text(const uint8_t *data, size_t len)
{
	struct text_lines lines;
	const uint8_t *line;
	const char *what = NULL;
	size_t n;

	text_begin(&lines, data, len);
	while (text_next(&lines, &line, &n)) {
		if (what && n == 1 && (*line == 'q' || *line == 'Q'))
			return "TI-TXT, Texas Instruments' hexadecimal text";
		if (!what && *line == '@' && n > 1 && hex_digits(line + 1, n - 1) == n - 1)
			what = "Verilog hexadecimal text ($readmemh)";
		else if (!what && *line == '%' && n >= 6 && hex_digits(line + 1, 5) == 5)
			return "Tektronix extended hexadecimal text";
		else if (!what && *line == '/' && n >= 9 && hex_digits(line + 1, n - 1) == n - 1)
			return "Tektronix hexadecimal text";
		else if (!what && !is_byte_line(line, n))
			return NULL;
		else if (!what)
			return "hexadecimal digits without addresses";
	}
	return what;
}

#define GET_ITSELF "get the firmware file itself"
#define CONVERT    "convert it to Intel HEX first, with srec_cat for example"

/* First words that say enough by themselves, in any case of letters, whatever follows them. */
static const struct {
	const char *words;
	const char *what;
	const char *advice;
} beginnings[] = {
	{ "version https://git-lfs", "a Git LFS pointer, not the file that it stands for",
	  "fetch that with: git lfs pull" },
	{ "<!doctype html", "a web page (HTML)", "the download went wrong: " GET_ITSELF },
	{ "<html", "a web page (HTML)", "the download went wrong: " GET_ITSELF },
	{ "<head", "a web page (HTML)", "the download went wrong: " GET_ITSELF },
	{ "<body", "a web page (HTML)", "the download went wrong: " GET_ITSELF },
	{ "<?xml", "XML text", GET_ITSELF },
	{ "<!--", "XML or HTML text", GET_ITSELF },
	{ "<svg", "XML text", GET_ITSELF },
	{ "-----BEGIN ", "a PEM key or certificate", GET_ITSELF },
	{ "#!/bin/", "a script", GET_ITSELF },
	{ "#!/usr/", "a script", GET_ITSELF },
};

/* Behind a byte order mark and blank lines. */
static void skip_to_words(const uint8_t **data, size_t *len)
{
	if (*len >= 3 && !memcmp(*data, "\xef\xbb\xbf", 3)) {
		*data += 3;
		*len -= 3;
	}
	while (*len && strchr(" \t\r\n", **data) && **data) {
		++*data;
		--*len;
	}
}

static const char *find_beginning(const uint8_t *data, size_t len, const char **advice)
{
	skip_to_words(&data, &len);
	for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++) {
		const size_t n = strlen(beginnings[i].words);

		if (len < n || strncasecmp((const char *)data, beginnings[i].words, n))
			continue;
		*advice = beginnings[i].advice;
		return beginnings[i].what;
	}
	return NULL;
}

static bool is_json(const uint8_t *data, size_t len)
{
	skip_to_words(&data, &len);
	return len > 1 && (*data == '{' || *data == '[') && data[1] && strchr("\"{[ \t\r\n", data[1]);
}

/* One byte over and over: nobody's text. */
static bool is_filled(const uint8_t *data, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (data[i] != data[0])
			return false;
	return true;
}

/* Words with something between them: a serial number, a key or a pattern that happens to be letters is data. */
static bool has_words(const uint8_t *data, size_t len)
{
	if (len < TEXT_MIN && (len < TEXT_MIN_LINE || data[len - 1] != '\n'))
		return false;
	if (is_filled(data, len))
		return false;
	return is_json(data, len) || memchr(data, ' ', len) || memchr(data, '\n', len) || memchr(data, '\r', len);
}

static const char *name_text(const uint8_t *data, size_t len, const char **advice)
{
	const char *hex = name_hex_text(data, len);

	*advice = hex ? CONVERT : GET_ITSELF;
	if (hex)
		return hex;
	return is_json(data, len) ? "JSON text" : "plain text";
}

/* ---------------------------------------------------------------- records */

#define RECORD_LOOK 10u

static bool is_ascii(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (is_control(data[i]) || data[i] >= 0x80)
			return false;
	return true;
}

/*
 * The first line that is no comment is a record, though damaged perhaps; but a
 * firmware whose first bytes happen to look like the beginning of one is not.
 */
static enum stflash_format find_record(const uint8_t *data, size_t len)
{
	struct text_lines lines;
	const uint8_t *line;
	size_t n;

	text_begin(&lines, data, len);
	if (!text_next(&lines, &line, &n) || n < 2 || !content_is_text(data, (size_t)(line - data)))
		return STFLASH_FORMAT_BIN;
	if (!is_ascii(line, min_size(RECORD_LOOK, lines.len - (size_t)(line - data))))
		return STFLASH_FORMAT_BIN;
	if (line[0] == ':' && text_digit(line[1]) >= 0)
		return STFLASH_FORMAT_IHEX;
	if ((line[0] == 'S' || line[0] == 's') && line[1] >= '0' && line[1] <= '9' && n > 2 && text_digit(line[2]) >= 0)
		return STFLASH_FORMAT_SREC;
	return STFLASH_FORMAT_BIN;
}

static enum stflash_format find_format(const uint8_t *data, size_t len)
{
	if (len >= 4 && !memcmp(data,
				"\x7f"
				"ELF",
				4))
		return STFLASH_FORMAT_ELF;
	if (dfuse_is(data, len))
		return STFLASH_FORMAT_DFUSE;
	if (uf2_is(data, len))
		return STFLASH_FORMAT_UF2;
	return find_record(data, len);
}

struct content content_judge(const uint8_t *data, size_t len)
{
	struct content c = { .format = find_format(data, len) };
	const size_t look = min_size(len, TEXT_LOOK);

	if (c.format != STFLASH_FORMAT_BIN)
		return c;
	c.foreign = find_magic(data, len, &c.advice);
	if (!c.foreign)
		c.foreign = find_beginning(data, len, &c.advice);
	if (c.foreign)
		return c;
	if (is_utf16(data, look)) {
		c.foreign = "text in UTF-16";
		c.advice = "if it is Intel HEX or S-record, save it as ASCII or UTF-8";
	} else if (content_is_text(data, look) && has_words(data, look)) {
		c.foreign = name_text(data, len, &c.advice);
	}
	return c;
}
