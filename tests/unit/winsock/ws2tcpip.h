/* SPDX-License-Identifier: MIT */
/* The other half of winsock2.h: addresses. */
#ifndef TESTS_WS2TCPIP_H
#define TESTS_WS2TCPIP_H

#include "winsock2.h"

struct win_addrinfo {
	int ai_flags, ai_family, ai_socktype, ai_protocol;
	size_t ai_addrlen;
	struct win_sockaddr *ai_addr;
	struct win_addrinfo *ai_next;
};

#define getaddrinfo  win_getaddrinfo
#define freeaddrinfo win_freeaddrinfo

int win_getaddrinfo(const char *host, const char *port, const struct win_addrinfo *hints, struct win_addrinfo **all);
void win_freeaddrinfo(struct win_addrinfo *all);

#endif
