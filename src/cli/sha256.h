/* SPDX-License-Identifier: MIT */
/* SHA-256 (FIPS 180-4), so that a backup can be checked with sha256sum. */
#ifndef CLI_SHA256_H
#define CLI_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_TEXT_LEN 65u

/* The digest in hexadecimal. */
const char *sha256_text(char text[SHA256_TEXT_LEN], const void *data, size_t len);

#endif
