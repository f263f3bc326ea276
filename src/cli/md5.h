/* SPDX-License-Identifier: MIT */
/* MD5 (RFC 1321), as md5sum prints it: for comparing with sums that other tools have made, and for nothing secret. */
#ifndef CLI_MD5_H
#define CLI_MD5_H

#include <stddef.h>

#define MD5_TEXT_LEN 33u

/* The digest in hexadecimal. */
const char *md5_text(char text[MD5_TEXT_LEN], const void *data, size_t len);

#endif
