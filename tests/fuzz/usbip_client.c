/* SPDX-License-Identifier: MIT */
/* What a USB/IP server may say: the input is all of it, from the answer to the import on. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "fuzz.h"
#include "usb/backend.h"
#include "usb/transport.h"
#include "usb/usbip.h"

#define STLINK_VID 0x0483u
#define ROUNDS     16u
#define REPLY_MAX  64u
#define INPUT_MAX  60000u /* fits the buffer of a socket */

static const uint16_t pids[] = { 0x3748, 0x374b, 0x374e };

/* Commands with replies until the server has said all it will say. */
static void work(struct transport *t)
{
	for (unsigned int i = 0; i < ROUNDS; i++) {
		uint8_t cmd[16] = { 0xf2 }, reply[REPLY_MAX];
		struct usb_xfer xfers[2] = {
			{ .ep = t->ep_out, .buf = cmd, .len = sizeof(cmd) },
			{ .ep = t->ep_in, .buf = reply, .len = i % 2 ? sizeof(reply) : 2 },
		};
		const int err = transport_transfer(t, xfers, 2, 5);

		HOLDS(xfers[1].actual <= xfers[1].len);
		HOLDS(!err || *t->ctx->errmsg);
		if (err == STFLASH_E_UNPLUGGED)
			return;
		if (err == STFLASH_E_TIMEOUT && transport_reset(t))
			return;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ctx ctx = { 0 };
	const struct usb_ids ids = { .vid = STLINK_VID, .pids = pids, .n_pids = ARRAY_SIZE(pids) };
	struct usbip_peer peer = { .busid = "1-1", .path = "usbip://fuzz/1-1" };
	struct transport *t = NULL;
	int fds[2];
	int err;

	HOLDS(!socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	len = min_size(len, INPUT_MAX);
	HOLDS(send(fds[1], data, len, 0) == (ssize_t)len);
	HOLDS(!shutdown(fds[1], SHUT_WR));
	HOLDS(!stream_adopt(&ctx, fds[0]));
	peer.fd = fds[0];
	err = usbip_import(&t, &ctx, &peer, &ids);
	HOLDS(err ? *ctx.errmsg != '\0' : t != NULL);
	if (!err) {
		work(t);
		transport_close(t);
	}
	close(fds[1]);
	return 0;
}
