/* SPDX-License-Identifier: MIT */
#include "cli/json.h"

#include <inttypes.h>
#include <stddef.h>

/* Bytes of the good UTF-8 sequence at p, 0 when it is none (RFC 3629: shortest form, no surrogates). */
static size_t utf8_len(const unsigned char *p)
{
	const unsigned char c = p[0];
	size_t len;

	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f))
		return 0;
	if ((c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

static void put_quoted(FILE *out, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	putc('"', out);
	while (*p) {
		const size_t len = utf8_len(p);

		if (!len)
			fputs("\\ufffd", out);
		else if (*p == '"' || *p == '\\')
			fprintf(out, "\\%c", *p);
		else if (*p < 0x20 || *p == 0x7f)
			fprintf(out, "\\u%04x", *p);
		else
			fwrite(p, 1, len, out);
		p += len ? len : 1;
	}
	putc('"', out);
}

static void put_key(struct json *j, const char *key)
{
	if (!j->first)
		putc(',', j->out);
	j->first = false;
	put_quoted(j->out, key);
	putc(':', j->out);
}

void json_open(struct json *j, FILE *out)
{
	j->out = out;
	j->first = true;
	putc('{', out);
}

void json_close(struct json *j)
{
	fputs("}\n", j->out);
}

void json_string(struct json *j, const char *key, const char *value)
{
	put_key(j, key);
	put_quoted(j->out, value);
}

void json_uint(struct json *j, const char *key, uint64_t value)
{
	put_key(j, key);
	fprintf(j->out, "%" PRIu64, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	put_key(j, key);
	fputs(value ? "true" : "false", j->out);
}

void json_null(struct json *j, const char *key)
{
	put_key(j, key);
	fputs("null", j->out);
}

void json_hex(struct json *j, const char *key, uint32_t value, int digits)
{
	put_key(j, key);
	fprintf(j->out, "\"0x%0*" PRIx32 "\"", digits, value);
}

void json_begin(struct json *j, const char *key)
{
	put_key(j, key);
	putc('{', j->out);
	j->first = true;
}

void json_end(struct json *j)
{
	putc('}', j->out);
	j->first = false;
}

void json_array(struct json *j, const char *key)
{
	put_key(j, key);
	putc('[', j->out);
	j->first = true;
}

void json_item(struct json *j)
{
	if (!j->first)
		putc(',', j->out);
	putc('{', j->out);
	j->first = true;
}

void json_array_end(struct json *j)
{
	putc(']', j->out);
	j->first = false;
}

void json_text(struct json *j, const char *value)
{
	if (!j->first)
		putc(',', j->out);
	j->first = false;
	put_quoted(j->out, value);
}

void json_error(struct json *j, const char *name, const char *message)
{
	json_begin(j, "error");
	json_string(j, "name", name);
	json_string(j, "message", message);
	json_end(j);
}
