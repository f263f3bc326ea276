/* SPDX-License-Identifier: MIT */
/* Write one JSON object a line (RFC 8259), one member after another. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool first;
};

void json_open(struct json *j, FILE *out);
void json_close(struct json *j); /* with the newline */

/* key is a plain name of ours; value may hold anything and need not be good UTF-8. */
void json_string(struct json *j, const char *key, const char *value);
void json_uint(struct json *j, const char *key, uint64_t value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);

/* A register or an id, as a string: "0x1ba01477". */
void json_hex(struct json *j, const char *key, uint32_t value, int digits);

/* The member "error" of a result that is not ok. */
void json_error(struct json *j, const char *name, const char *message);

/* An object inside, between these two. */
void json_begin(struct json *j, const char *key);
void json_end(struct json *j);

/* An array of objects: each item is ended by json_end(). */
void json_array(struct json *j, const char *key);
void json_item(struct json *j);
void json_array_end(struct json *j);

/* A string in an array of strings. */
void json_text(struct json *j, const char *value);

#endif
