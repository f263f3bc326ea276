/* SPDX-License-Identifier: MIT */
/*
 * So much of Windows' sockets as src/usb/winsock.c uses, for its test on other
 * systems: the names and numbers of Microsoft's documentation over functions
 * of the test. The macros keep them apart from the sockets of this system.
 */
#ifndef TESTS_WINSOCK2_H
#define TESTS_WINSOCK2_H

#include <stddef.h>
#include <stdint.h>

typedef uintptr_t SOCKET;
typedef int BOOL;
#define u_long         win_u_long /* 32 bits there, whatever the machine */
#define INVALID_SOCKET (~(SOCKET)0)
#define SOCKET_ERROR   (-1)
#define TRUE           1
#define FIONBIO        0x8004667eu
#define SOL_SOCKET     0xffff
#define SO_ERROR       0x1007
#define IPPROTO_TCP    6
#define TCP_NODELAY    1
#define SD_BOTH        2
#define AF_UNSPEC      0
#define SOCK_STREAM    1
#define MAKEWORD(a, b) ((uint16_t)((a) | (b) << 8))

#define WSAEMFILE         10024
#define WSAEWOULDBLOCK    10035
#define WSAECONNRESET     10054
#define WSAETIMEDOUT      10060
#define WSAECONNREFUSED   10061
#define WSASYSNOTREADY    10091
#define WSAHOST_NOT_FOUND 11001

#define fd_set   win_fd_set
#define timeval  win_timeval
#define sockaddr win_sockaddr
#define addrinfo win_addrinfo

typedef uint32_t win_u_long;
typedef struct {
	unsigned int fd_count;
	SOCKET fd_array[64];
} win_fd_set;
struct win_timeval {
	long tv_sec, tv_usec;
};
struct win_sockaddr {
	uint16_t sa_family;
};
typedef struct {
	uint16_t wVersion;
} WSADATA;

#define socket      win_socket
#define connect     win_connect
#define select      win_select
#define getsockopt  win_getsockopt
#define setsockopt  win_setsockopt
#define ioctlsocket win_ioctlsocket
#define send        win_send
#define recv        win_recv
#define shutdown    win_shutdown
#define closesocket win_closesocket

int WSAStartup(uint16_t version, WSADATA *data);
int WSACleanup(void);
int WSAGetLastError(void);
SOCKET win_socket(int family, int type, int protocol);
int win_connect(SOCKET s, const struct win_sockaddr *addr, int len);
int win_select(int n, win_fd_set *read, win_fd_set *write, win_fd_set *failed, const struct win_timeval *tv);
int win_getsockopt(SOCKET s, int level, int name, char *value, int *len);
int win_setsockopt(SOCKET s, int level, int name, const char *value, int len);
int win_ioctlsocket(SOCKET s, long command, win_u_long *value);
int win_send(SOCKET s, const char *data, int len, int flags);
int win_recv(SOCKET s, char *data, int len, int flags);
int win_shutdown(SOCKET s, int how);
int win_closesocket(SOCKET s);

#endif
