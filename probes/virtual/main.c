/* SPDX-License-Identifier: MIT */
/* stflash-vprobe: simulated ST-LINK probes behind a USB/IP server. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "server/server.h"

#define EXIT_USAGE 2 /* as stflash has it */
#define SERIAL_LEN 24u
#define FD_LIMIT   1023u

struct options {
	const char *specs[MAX_PROBES];
	unsigned int n_specs;
	const char *address;
	const char *unix_path;
	unsigned int port;
	unsigned int bench_port;
	bool bench;
	bool tcp; /* asked for */
	int fd;
	bool quiet;
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

/*
 * Signals arrive only while the server waits: *while_waiting is the mask for
 * that time. A child (--fd) shares its parent's terminal: what is typed there
 * is the parent's business, which needs the probe to clean up and then closes
 * the socket.
 */
static void catch_signals(sigset_t *while_waiting, bool child)
{
	const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaddset(&blocked, signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, while_waiting);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		const bool ignored = child && signals[i] != SIGTERM;
		const struct sigaction action = { .sa_handler = ignored ? SIG_IGN : on_signal };

		sigdelset(while_waiting, signals[i]);
		sigaction(signals[i], &action, NULL);
	}

	/* Whoever no longer reads, be it words or the socket, ends nothing: the flash is saved first. */
	signal(SIGPIPE, SIG_IGN);
}

static void help(void)
{
	puts("stflash-vprobe: simulated ST-LINK probes with a simulated STM32 behind each, as a USB/IP server\n"
	     "\n"
	     "usage: stflash-vprobe [options]\n"
	     "\n"
	     "  --probe SPEC    a probe and its target; may be given up to 8 times: busid 1-1, 1-2, ...\n"
	     "  --port N        TCP port; 3240 when not given, 0 picks a free one; the one in use is printed\n"
	     "  --bind ADDR     address to listen on; 127.0.0.1 when not given, ::1 and names are fine.\n"
	     "                  USB/IP has no password: anything but loopback gives the probe to the network\n"
	     "  --bench PORT    another TCP port, 0 picks one: there a line \"stats BUSID\" is answered with what was\n"
	     "                  counted so far, \"power BUSID\" switches the target's supply off and on, and\n"
	     "                  \"time BUSID MS\" lets so much of its time pass\n"
	     "  --unix PATH     listen on a UNIX socket; TCP only if --port or --bind is given too\n"
	     "  --fd N          serve the connected socket N and end with it\n"
	     "  --quiet         say nothing about connections that are refused\n"
	     "  --list-parts    the parts that can be simulated\n"
	     "  --help\n"
	     "\n"
	     "SIGTERM, SIGINT: contents and statistics are written, then it ends. Exit status: 0, 1 when something\n"
	     "could not be kept, 2 when it could not start.\n");
	spec_help(stdout);
}

static void list_parts(void)
{
	const struct part *part;

	for (unsigned int i = 0; (part = part_at(i)) != NULL; i++)
		printf("%-14s %5u KiB flash %4u KiB RAM  %s\n", part->name, (unsigned int)(part->flash_size / 1024),
		       (unsigned int)(part->ram_size / 1024), part->line);
}

static bool parse_number(const char *text, unsigned long max, unsigned int *value)
{
	char *end;
	unsigned long number;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	number = strtoul(text, &end, 10);
	*value = (unsigned int)number;
	return !errno && !*end && number <= max;
}

static int refuse(const char *what, const char *why)
{
	fprintf(stderr, "stflash-vprobe: %s: %s\n", what, why);
	return EXIT_USAGE;
}

enum { OPT_PROBE = 256, OPT_PORT, OPT_BIND, OPT_BENCH, OPT_UNIX, OPT_FD, OPT_QUIET, OPT_LIST_PARTS, OPT_HELP };

static const struct option long_options[] = {
	{ "probe", required_argument, NULL, OPT_PROBE }, { "port", required_argument, NULL, OPT_PORT },
	{ "bind", required_argument, NULL, OPT_BIND },   { "bench", required_argument, NULL, OPT_BENCH },
	{ "unix", required_argument, NULL, OPT_UNIX },   { "fd", required_argument, NULL, OPT_FD },
	{ "quiet", no_argument, NULL, OPT_QUIET },       { "list-parts", no_argument, NULL, OPT_LIST_PARTS },
	{ "help", no_argument, NULL, OPT_HELP },         { NULL, 0, NULL, 0 },
};

/* 0, or an exit status. */
static int take_option(struct options *o, int option)
{
	unsigned int fd;

	switch (option) {
	case OPT_PROBE:
		if (o->n_specs == MAX_PROBES)
			return refuse("--probe", "one server has at most 8 probes");
		o->specs[o->n_specs++] = optarg;
		return 0;
	case OPT_PORT:
		o->tcp = true;
		return parse_number(optarg, 65535, &o->port) ? 0 : refuse("--port", "give a number from 0 to 65535");
	case OPT_BIND:
		o->tcp = true;
		o->address = optarg;
		return 0;
	case OPT_BENCH:
		o->bench = true;
		return parse_number(optarg, 65535, &o->bench_port) ? 0
								   : refuse("--bench", "give a number from 0 to 65535");
	case OPT_UNIX:
		o->unix_path = optarg;
		return 0;
	case OPT_FD:
		if (!parse_number(optarg, FD_LIMIT, &fd))
			return refuse("--fd", "give the number of an open socket");
		o->fd = (int)fd;
		return 0;
	case OPT_QUIET:
		o->quiet = true;
		return 0;
	default: /* getopt_long has said what is wrong */
		return EXIT_USAGE;
	}
}

/* True when the program has done what it was asked and ends with *status. */
static bool parse_arguments(struct options *o, int argc, char **argv, int *status)
{
	int option;

	*status = 0;
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == OPT_HELP) {
			help();
			return true;
		}
		if (option == OPT_LIST_PARTS) {
			list_parts();
			return true;
		}
		*status = take_option(o, option);
		if (*status)
			return true;
	}
	if (optind < argc)
		*status = refuse(argv[optind], "there are only options here; --help lists them");
	else if (o->fd >= 0 && (o->tcp || o->unix_path || o->bench))
		*status = refuse("--fd", "it serves that one socket and listens nowhere");
	if (!o->n_specs)
		o->specs[o->n_specs++] = "";
	return *status;
}

/* Probes that were given no serial number are told apart by their last digits. */
static void number_serial(struct probe_spec *spec, unsigned int index)
{
	if (!spec->has_serial)
		snprintf(spec->serial + SERIAL_LEN - 2, 3, "%02X", 0x67u + index);
}

static int plug_probes(struct server *s, const struct options *o)
{
	for (unsigned int i = 0; i < o->n_specs; i++) {
		struct probe_spec spec;
		char why[SPEC_PATH_MAX + 128];

		if (spec_parse(&spec, o->specs[i], why, sizeof(why)))
			return refuse(o->specs[i], why);
		if (o->fd >= 0 && !strcmp(spec.stats_file, "-"))
			return refuse(o->specs[i], "stats=- is not possible with --fd, name a file");
		number_serial(&spec, i);
		s->slots[i].probe = probe_new(&spec, why, sizeof(why));
		if (!s->slots[i].probe)
			return refuse(o->specs[i], why);
		s->n_slots++;
	}
	return 0;
}

static int open_sockets(struct server *s, const struct options *o)
{
	int err = 0;

	if (o->fd >= 0)
		return server_inherit(s, o->fd);
	if (o->unix_path)
		err = server_listen_unix(s, o->unix_path);
	if (!err && (o->tcp || !o->unix_path))
		err = server_listen_tcp(s, o->address, o->port, false);
	if (!err && o->bench)
		err = server_listen_tcp(s, o->address, o->bench_port, true);
	return err;
}

int main(int argc, char **argv)
{
	struct options o = { .address = "127.0.0.1", .port = USBIP_PORT, .fd = -1 };
	struct server s = { 0 };
	sigset_t while_waiting;
	int status;

	if (parse_arguments(&o, argc, argv, &status))
		return status;

	s.quiet = o.quiet;
	catch_signals(&while_waiting, o.fd >= 0);
	status = plug_probes(&s, &o);
	if (!status && open_sockets(&s, &o))
		status = EXIT_USAGE;
	if (!status && !server_run(&s, &stop, &while_waiting))
		status = EXIT_FAILURE;
	server_close(&s);
	return status;
}
