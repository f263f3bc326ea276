/* SPDX-License-Identifier: MIT */
/*
 * usbfs_poke NODE WHAT: what the kernel lets a program do to a USB device, done to an ST-LINK/V2 without any library:
 * reset, clear-halt, discard (a pending URB is taken back), timeout (a synchronous transfer runs out of time), all of
 * them in the middle of nothing, so that the probe must answer a command right afterwards. Status 0, or 1 with a line
 * that says what was otherwise.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define EP_OUT       0x02u
#define EP_IN        0x81u
#define PATIENCE_MS  5000u
#define TIMEOUT_MS   300u
#define TOO_LATE_MS  60000u /* the host may be busy with other work */
#define VERSION_LEN  6u
#define COMMAND_LEN  16u
#define GET_VERSION  0xf1u
#define ST_VENDOR_LE "\x83\x04"

__attribute__((format(printf, 1, 2))) static int wrong(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	return 1;
}

static unsigned int now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (unsigned int)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

/* How much went, or -1. */
static int bulk(int fd, unsigned int ep, void *data, unsigned int len, unsigned int timeout_ms)
{
	struct usbdevfs_bulktransfer b = { .ep = ep, .len = len, .timeout = timeout_ms, .data = data };

	return ioctl(fd, USBDEVFS_BULK, &b);
}

/* The version of the probe, with ST's vendor id in it. */
static int check_answers(int fd)
{
	unsigned char command[COMMAND_LEN] = { GET_VERSION }, reply[VERSION_LEN] = { 0 };
	int n;

	if (bulk(fd, EP_OUT, command, sizeof(command), PATIENCE_MS) != (int)sizeof(command))
		return wrong("the probe takes no command: %s", strerror(errno));
	n = bulk(fd, EP_IN, reply, sizeof(reply), PATIENCE_MS);
	if (n != (int)sizeof(reply))
		return wrong("the probe answers %d bytes: %s", n, strerror(errno));
	if (memcmp(reply + 2, ST_VENDOR_LE, 2) != 0)
		return wrong("the probe's answer is not its version");
	return 0;
}

static int poke_reset(int fd)
{
	if (ioctl(fd, USBDEVFS_RESET, NULL))
		return wrong("the reset fails: %s", strerror(errno));
	return 0;
}

static int poke_clear_halt(int fd)
{
	unsigned int in = EP_IN, out = EP_OUT;

	if (ioctl(fd, USBDEVFS_CLEAR_HALT, &in) || ioctl(fd, USBDEVFS_CLEAR_HALT, &out))
		return wrong("a halt is not cleared: %s", strerror(errno));
	return 0;
}

/* The probe has nothing to say, so that the URB is pending until it is unlinked. */
static int poke_discard(int fd)
{
	unsigned char data[64];
	struct usbdevfs_urb urb = {
		.type = USBDEVFS_URB_TYPE_BULK, .endpoint = EP_IN, .buffer = data, .buffer_length = sizeof(data)
	};
	struct usbdevfs_urb *reaped = NULL;

	if (ioctl(fd, USBDEVFS_SUBMITURB, &urb))
		return wrong("no URB can be submitted: %s", strerror(errno));
	if (!ioctl(fd, USBDEVFS_REAPURBNDELAY, &reaped) || errno != EAGAIN)
		return wrong("the URB is not pending");
	if (ioctl(fd, USBDEVFS_DISCARDURB, &urb))
		return wrong("the URB is not discarded: %s", strerror(errno));
	if (ioctl(fd, USBDEVFS_REAPURB, &reaped) || reaped != &urb)
		return wrong("the discarded URB does not come back: %s", strerror(errno));
	if (urb.status != -ENOENT && urb.status != -ECONNRESET)
		return wrong("the discarded URB comes back with status %d", urb.status);
	return 0;
}

static int poke_timeout(int fd)
{
	const unsigned int began = now_ms();
	unsigned char data[64];

	if (bulk(fd, EP_IN, data, sizeof(data), TIMEOUT_MS) >= 0 || errno != ETIMEDOUT)
		return wrong("a transfer without data does not time out: %s", strerror(errno));
	if (now_ms() - began > TOO_LATE_MS)
		return wrong("a timeout of %u ms comes after %u", TIMEOUT_MS, now_ms() - began);
	return 0;
}

static const struct {
	const char *name;
	int (*poke)(int fd);
} pokes[] = {
	{ "reset", poke_reset },
	{ "clear-halt", poke_clear_halt },
	{ "discard", poke_discard },
	{ "timeout", poke_timeout },
};

int main(int argc, char **argv)
{
	unsigned int interface = 0;
	int fd;

	if (argc != 3)
		return wrong("usage: usbfs_poke NODE reset|clear-halt|discard|timeout");
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, USBDEVFS_CLAIMINTERFACE, &interface))
		return wrong("%s cannot be claimed: %s", argv[1], strerror(errno));
	for (size_t i = 0; i < sizeof(pokes) / sizeof(pokes[0]); i++)
		if (!strcmp(argv[2], pokes[i].name))
			return check_answers(fd) || pokes[i].poke(fd) || check_answers(fd);
	return wrong("there is no poke '%s'", argv[2]);
}
