/* SPDX-License-Identifier: MIT */
#include "cli/jobs/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/jobs/shared.h"
#include "cli/ledger.h"
#include "cli/stamps/stamps.h"

#define HEADER "time,result,command,probe,path,chip,uid,repeat,files,stamps,done,ms,version,error,message\n"

static bool ends_with(const char *name, const char *end)
{
	const size_t len = strlen(name), end_len = strlen(end);

	return len >= end_len && !strcasecmp(name + len - end_len, end);
}

static bool is_json_name(const char *name)
{
	return ends_with(name, ".json") || ends_with(name, ".jsonl") || ends_with(name, ".ndjson");
}

static int record_cannot(struct cli *cli)
{
	return cli_fail(cli, STFLASH_E_FILE, "cannot write the record %s: %s", cli->opt.record, strerror(errno));
}

int record_check(struct cli *cli)
{
	uint64_t size;
	bool torn;
	int fd;

	if (!cli->opt.record)
		return 0;
	if (system_is_trap(cli->opt.record))
		return cli_fail(cli, STFLASH_E_FILE, "cannot write the record %s: " OUTPUT_TRAP, cli->opt.record);
	fd = system_open_record(cli->opt.record, &size, &torn);
	return fd < 0 || close(fd) ? record_cannot(cli) : 0;
}

/* RFC 4180 */
static void put_field(FILE *out, const char *text)
{
	putc(',', out);
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, out);
		return;
	}
	putc('"', out);
	for (; *text; text++)
		fprintf(out, *text == '"' ? "\"%c" : "%c", *text);
	putc('"', out);
}

/* UTC, RFC 3339 */
static void now_text(char *text, size_t size)
{
	const time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* "ADDR KIND TEXT; ...", of values that are this board's. */
static void put_stamps(const struct cli *cli, FILE *out)
{
	struct system_text field;
	struct stamp_value value;

	if (system_text_open(&field)) {
		put_field(out, "");
		return;
	}
	for (size_t n = 0; stamps_get(cli, n, &value) && value.taken; n++)
		fprintf(field.stream, "%s0x%08" PRIx32 " %s %s", n ? "; " : "", value.addr, value.kind, value.text);
	fputc('\0', field.stream);
	system_text_close(&field);
	put_field(out, field.text ? field.text : "");
	free(field.text);
}

static void put_csv_line(const struct cli *cli, FILE *out, const char *time, int err, const char *message)
{
	const struct board *b = &cli->board;
	char ms[24], *files = ledger_text(cli);

	snprintf(ms, sizeof(ms), "%" PRIu64, cli->took_ms);
	fputs(time, out);
	put_field(out, err ? "FAIL" : "PASS");
	put_field(out, cli->command->name);
	put_field(out, b->serial);
	put_field(out, b->path);
	put_field(out, b->chip);
	put_field(out, b->uid);
	put_field(out, cli->repeated ? "yes" : "no");
	put_field(out, files ? files : "");
	put_stamps(cli, out);
	put_field(out, cli->done);
	put_field(out, ms);
	put_field(out, stflash_version());
	put_field(out, err ? error_name(err) : "");
	put_field(out, message);
	putc('\n', out);
	free(files);
}

static void put_json(const struct cli *cli, FILE *out, const char *time, int err, const char *message)
{
	const struct board *b = &cli->board;
	struct stamp_value stamp;
	struct json j;

	json_open(&j, out);
	json_string(&j, "time", time);
	json_string(&j, "result", err ? "FAIL" : "PASS");
	json_string(&j, "command", cli->command->name);
	json_begin(&j, "probe");
	json_string(&j, "serial", b->serial);
	json_string(&j, "path", b->path);
	json_string(&j, "model", b->model);
	json_end(&j);
	json_string(&j, "chip", b->chip);
	json_string(&j, "uid", b->uid);
	json_bool(&j, "repeat", cli->repeated);
	ledger_json_files(cli, &j);
	if (stamps_get(cli, 0, &stamp) && stamp.taken)
		stamps_json(cli, &j);
	json_string(&j, "done", cli->done);
	json_uint(&j, "ms", cli->took_ms);
	json_string(&j, "version", stflash_version());
	if (err)
		json_error(&j, error_name(err), message);
	json_close(&j);
}

/* NULL when out of memory. */
static char *compose(const struct cli *cli, int err, const char *message, size_t *len)
{
	struct system_text line;
	char time[32];

	if (system_text_open(&line))
		return NULL;
	now_text(time, sizeof(time));
	if (is_json_name(cli->opt.record))
		put_json(cli, line.stream, time, err, message);
	else
		put_csv_line(cli, line.stream, time, err, message);
	system_text_close(&line);
	*len = line.len;
	return line.text;
}

/* Behind what is there; a line that somebody was killed over stays, and spoils no other. */
static int append_line(const char *name, const char *line, size_t len)
{
	uint64_t size;
	bool torn;
	const int fd = system_open_record(name, &size, &torn);
	int failed;

	if (fd < 0)
		return -1;
	failed = torn && system_write(fd, "\n", 1, NULL);
	if (!failed && !size && !is_json_name(name))
		failed = system_write(fd, HEADER, strlen(HEADER), NULL);
	if (!failed)
		failed = system_write(fd, line, len, NULL);
	if (!failed)
		failed = system_sync(fd);
	if (failed) {
		const int why = errno;

		close(fd);
		errno = why;
		return -1;
	}
	return close(fd);
}

int record_put(struct cli *cli, int err, const char *message)
{
	size_t len = 0;
	char *line;
	int failed;

	if (!cli->opt.record)
		return 0;
	line = compose(cli, err, message, &len);
	if (!line)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	/* One thread at a time: the lock of a file is not for threads on every system. */
	shared_enter(cli);
	failed = append_line(cli->opt.record, line, len);
	shared_leave(cli);
	free(line);
	return failed ? record_cannot(cli) : 0;
}
