/* SPDX-License-Identifier: MIT */
#include "probe/stats.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/bytes.h"
#include "probe/firmware.h"
#include "stlink/stlink_proto.h"

static void put_ms(FILE *out, const char *name, uint64_t ns)
{
	fprintf(out, "  \"%s\": %" PRIu64 ".%06u,\n", name, ns / 1000000u, (unsigned int)(ns % 1000000u));
}

static void put_count(FILE *out, const char *name, uint64_t n)
{
	fprintf(out, "  \"%s\": %" PRIu64 ",\n", name, n);
}

static void put_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c < 0x20)
			fprintf(out, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void put_times(const struct monitor *now, const struct monitor *then, FILE *out)
{
	static const char *const names[SPENT_N] = {
		[SPENT_WIRE] = "wire_ms", [SPENT_HOST] = "host_ms",   [SPENT_FIRMWARE] = "probe_ms",
		[SPENT_SWD] = "swd_ms",   [SPENT_STALL] = "stall_ms", [SPENT_SLEEP] = "sleep_ms",
	};

	put_ms(out, "virtual_ms", now->now_ns - then->now_ns);
	for (unsigned int i = 0; i < SPENT_N; i++)
		put_ms(out, names[i], now->spent_ns[i] - then->spent_ns[i]);
	put_ms(out, "flash_busy_ms", now->flash_busy_ns - then->flash_busy_ns);
}

static void put_counts(const struct monitor *now, const struct monitor *then, FILE *out)
{
	put_count(out, "usb_transfers", now->usb_transfers - then->usb_transfers);
	put_count(out, "usb_bytes_out", now->usb_bytes_out - then->usb_bytes_out);
	put_count(out, "usb_bytes_in", now->usb_bytes_in - then->usb_bytes_in);
	put_count(out, "usb_control", now->usb_control - then->usb_control);
	put_count(out, "commands", now->commands - then->commands);
	put_count(out, "swd_transfers", now->swd_transfers - then->swd_transfers);
	put_count(out, "page_erases", now->page_erases - then->page_erases);
	put_count(out, "mass_erases", now->mass_erases - then->mass_erases);
	put_count(out, "programs", now->programs - then->programs);
	put_count(out, "instructions", now->instructions - then->instructions);
	put_count(out, "resets", now->resets - then->resets);
}

static void put_anomalies(const struct monitor *mon, FILE *out)
{
	const size_t n = min_size((size_t)mon->n_anomalies, ARRAY_SIZE(mon->anomaly));

	put_count(out, "anomalies", mon->n_anomalies);
	fputs("  \"anomaly_texts\": [", out);
	for (size_t i = 0; i < n; i++) {
		fputs(i ? ", " : "", out);
		put_string(out, mon->anomaly[i]);
	}
	fputs("],\n", out);
}

/* Anomalies are counted since the start, so that none is lost. */
void probe_report(struct probe *p, FILE *out)
{
	fputs("{\n  \"part\": ", out);
	put_string(out, p->spec.part->name);
	fputs(",\n", out);
	put_times(&p->mon, &p->at_plug, out);
	put_counts(&p->mon, &p->at_plug, out);
	put_anomalies(&p->mon, out);
	put_count(out, "unread_status", p->fw.unread_status);
	put_count(out, "mode", p->fw.mode);
	put_count(out, "swd_khz", p->dap.khz);
	fprintf(out, "  \"in_debug\": %s,\n", p->fw.mode == STLINK_MODE_DEBUG ? "true" : "false");
	fputs("  \"target\": {", out);
	chip_report(p->chip, out);
	fputs("}\n}\n", out);
}

/* Never half a file: whoever reads it may come at any moment. */
static bool write_file(struct probe *p, const char *name)
{
	char temporary[SPEC_PATH_MAX + 8];
	FILE *out;
	bool ok;

	snprintf(temporary, sizeof(temporary), "%s.new", name);
	remove(temporary);
	out = fopen(temporary, "wx"); /* made anew: never through a link that somebody left there */
	if (!out)
		return false;
	probe_report(p, out);
	ok = !ferror(out);
	ok = !fclose(out) && ok;
	return ok && !rename(temporary, name);
}

bool stats_write(struct probe *p)
{
	const char *name = p->spec.stats_file;

	if (!name[0])
		return true;
	if (!strcmp(name, "-")) {
		probe_report(p, stderr);
		return true;
	}
	if (write_file(p, name))
		return true;

	fprintf(stderr, "stflash-vprobe: the statistics could not be written to %s: %s\n", name, strerror(errno));
	return false;
}
