/* SPDX-License-Identifier: MIT */
/*
 * What a USB/IP client may say, to the server and through it to the firmware,
 * the debug port and the chip: the input is all of it. When its first byte is
 * odd, an import and a configuration go before it.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "fuzz.h"
#include "server/server.h"

#define INPUT_MAX 60000u /* fits the buffer of a socket */

static const char *const parts_of_fuzz[] = { "stm32f103c8", "stm32f407vg", "stm32f103c8,probe=v3",
					     "stm32f103c8,probe=v2-1" };

static void say(int fd, const void *bytes, size_t len)
{
	HOLDS(send(fd, bytes, len, 0) == (ssize_t)len);
}

static void say_import(int fd)
{
	uint8_t import[USBIP_OP_HEADER_LEN + USBIP_BUSID_LEN] = { 0 };
	uint8_t configure[USBIP_URB_HEADER_LEN] = { 0 };

	put_be16(import, USBIP_VERSION);
	put_be16(import + 2, USBIP_OP_REQ_IMPORT);
	memcpy(import + USBIP_OP_HEADER_LEN, "1-1", 3);
	say(fd, import, sizeof(import));

	put_be32(configure + USBIP_URB_COMMAND, USBIP_CMD_SUBMIT);
	put_be32(configure + USBIP_URB_SEQNUM, 1);
	put_be32(configure + USBIP_URB_DEVID, usbip_devid(1));
	configure[USBIP_URB_SETUP + 1] = 0x09; /* SET_CONFIGURATION */
	configure[USBIP_URB_SETUP + 2] = 1;
	say(fd, configure, sizeof(configure));
}

/* The answers are nobody's concern here; they only must not fill the socket. */
static void drain(int fd)
{
	char answers[65536];

	while (recv(fd, answers, sizeof(answers), MSG_DONTWAIT) > 0)
		;
}

static void serve(struct server *s, int fd, int peer)
{
	struct client *c = client_new(s, fd, false);

	HOLDS(c);
	for (unsigned int idle = 0; !client_done(c) && idle < 2; idle++) {
		uint64_t next = UINT64_MAX;

		client_input(c);
		client_tick(c, UINT64_MAX, &next);
		client_output(c);
		drain(peer);
		if (client_wants_output(c))
			idle = 0;
	}
	client_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct server s = { .n_slots = 1, .quiet = true };
	struct probe_spec spec;
	char why[256];
	int fds[2];

	if (!len)
		return 0;
	HOLDS(!spec_parse(&spec, parts_of_fuzz[(data[0] >> 1) % ARRAY_SIZE(parts_of_fuzz)], why, sizeof(why)));
	s.slots[0].probe = probe_new(&spec, why, sizeof(why));
	HOLDS(s.slots[0].probe);
	HOLDS(!socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	if (data[0] & 1)
		say_import(fds[1]);
	say(fds[1], data + 1, min_size(len - 1, INPUT_MAX));
	HOLDS(!shutdown(fds[1], SHUT_WR));
	serve(&s, fds[0], fds[1]);
	close(fds[1]);
	probe_free(s.slots[0].probe);
	return 0;
}
