/* SPDX-License-Identifier: MIT */
#include "door.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "cli/files.h"
#include "cli/folder.h"
#include "cli/stamps/counter.h"
#include "fuzz.h"

#define FLASH_BASE 0x08000000u
#define FLASH_SIZE 1024u

static struct {
	bool open;
	bool no_probe;
	size_t len;
	char asked[8192];
} door;

void door_open(bool no_probe)
{
	door.open = true;
	door.no_probe = no_probe;
	door.len = 0;
	door.asked[0] = '\0';
}

void door_close(void)
{
	door.open = false;
}

const char *door_asked(void)
{
	return door.asked;
}

static void note(const char *fmt, ...) PRINTF_LIKE(1, 2);

static void note(const char *fmt, ...)
{
	const size_t room = sizeof(door.asked) - door.len;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(door.asked + door.len, room, fmt, args);
	va_end(args);
	HOLDS(len >= 0 && (size_t)len < room);
	door.len += (size_t)len;
}

/* ------------------------------------------------------------------ files */

FILE *__real_fopen(const char *name, const char *mode);
FILE *__wrap_fopen(const char *name, const char *mode);
int __wrap_output_open(struct cli *cli, struct output *out, const char *name, enum output_kind kind);
int __wrap_output_write(struct cli *cli, struct output *out, const void *buf, size_t len);
int __wrap_output_commit(struct cli *cli, struct output *out);
void __wrap_output_abandon(struct output *out);
int __wrap_folder_check(struct cli *cli, const char *path);
int __wrap_folder_create(struct cli *cli, const char *path, const struct folder_file *files, size_t n);
int __wrap_counter_next(struct cli *cli, const char *path, bool take, uint64_t max, uint64_t *number);

/* The fuzzer itself opens files too. */
FILE *__wrap_fopen(const char *name, const char *mode)
{
	static char contents[] = "no format that anybody knows";

	if (!door.open)
		return __real_fopen(name, mode);
	HOLDS(!strcmp(mode, "rb"));
	if (strchr(name, '@')) /* no such file: the name is FILE@ADDR */
		return NULL;
	note("load %s\n", name);
	return fmemopen(contents, sizeof(contents), "rb");
}

int __wrap_output_open(struct cli *cli, struct output *out, const char *name, enum output_kind kind)
{
	(void)cli;
	*out = (struct output){ .name = name, .kind = kind, .fd = -1 };
	/* A name that the command makes up has the time in it. */
	note("open %s\n", strncmp(name, "stm32-", 6) != 0 ? name : "a file of its own choice");
	return 0;
}

int __wrap_output_write(struct cli *cli, struct output *out, const void *buf, size_t len)
{
	(void)cli;
	(void)out;
	(void)buf;
	(void)len;
	return 0;
}

int __wrap_output_commit(struct cli *cli, struct output *out)
{
	(void)cli;
	(void)out;
	note("commit\n");
	return 0;
}

void __wrap_output_abandon(struct output *out)
{
	(void)out;
}

int __wrap_folder_check(struct cli *cli, const char *path)
{
	(void)cli;
	note("folder %s\n", path);
	return 0;
}

int __wrap_folder_create(struct cli *cli, const char *path, const struct folder_file *files, size_t n)
{
	(void)cli;
	(void)files;
	note("make %s of %zu files\n", path, n);
	return 0;
}

int __wrap_counter_next(struct cli *cli, const char *path, bool take, uint64_t max, uint64_t *number)
{
	note("number of %s, %d\n", path, take);
	*number = 7;
	return max < *number ? cli_fail(cli, STFLASH_E_FILE, "used up") : 0;
}

/* ------------------------------------------------------------- connection */

int __wrap_stflash_find_probes(struct stflash *s, const char *selector, struct stflash_probes **list);
int __wrap_stflash_report(struct stflash *s, const char *selector, stflash_line_fn line, void *user);
int __wrap_stflash_find_extent(struct stflash *s, uint32_t *answers, uint32_t *mirror);
int __wrap_stflash_connect(struct stflash *s, const char *selector, enum stflash_connect how);
int __wrap_stflash_disconnect(struct stflash *s);
int __wrap_stflash_get_probe_info(struct stflash *s, struct stflash_probe_info *info);
int __wrap_stflash_get_target_info(struct stflash *s, struct stflash_target_info *info);
int __wrap_stflash_judge_image(struct stflash *s, const struct stflash_image *image, const char **sentence);
int __wrap_stflash_doctor(struct stflash *s, const char *selector, bool may_reset, stflash_finding_fn found, void *user,
			  const char **advice);

int __wrap_stflash_judge_image(struct stflash *s, const struct stflash_image *image, const char **sentence)
{
	(void)s;
	(void)image;
	*sentence = "";
	return 0;
}

int __wrap_stflash_find_probes(struct stflash *s, const char *selector, struct stflash_probes **list)
{
	(void)s;
	note("list %s\n", selector ? selector : "all");
	*list = NULL;
	return 0;
}

int __wrap_stflash_report(struct stflash *s, const char *selector, stflash_line_fn line, void *user)
{
	(void)s;
	note("report %s\n", selector ? selector : "any");
	line("stflash report 1", user);
	return 0;
}

int __wrap_stflash_find_extent(struct stflash *s, uint32_t *answers, uint32_t *mirror)
{
	(void)s;
	note("extent\n");
	*answers = 64 * 1024;
	*mirror = 0;
	return 0;
}

int __wrap_stflash_connect(struct stflash *s, const char *selector, enum stflash_connect how)
{
	(void)s;
	note("connect %s, %d\n", selector ? selector : "any", (int)how);
	return door.no_probe ? STFLASH_E_NO_PROBE : 0;
}

int __wrap_stflash_disconnect(struct stflash *s)
{
	(void)s;
	note("disconnect\n");
	return 0;
}

int __wrap_stflash_get_probe_info(struct stflash *s, struct stflash_probe_info *info)
{
	(void)s;
	*info = (struct stflash_probe_info){
		.struct_size = sizeof(*info), .serial = "1234", .model = "", .firmware = "", .path = "", .cure = ""
	};
	return 0;
}

int __wrap_stflash_get_target_info(struct stflash *s, struct stflash_target_info *info)
{
	(void)s;
	*info = (struct stflash_target_info){ .struct_size = sizeof(*info),
					      .name = "a chip",
					      .flash_base = FLASH_BASE,
					      .flash_size = FLASH_SIZE,
					      .rdp = STFLASH_RDP_NONE,
					      .remarks = "",
					      .boot_remark = "" };
	return 0;
}

int __wrap_stflash_doctor(struct stflash *s, const char *selector, bool may_reset, stflash_finding_fn found, void *user,
			  const char **advice)
{
	const struct stflash_finding finding = { .step = "usb", .verdict = STFLASH_VERDICT_GOOD, .text = "" };

	(void)s;
	note("doctor %s, %d\n", selector ? selector : "any", may_reset);
	found(&finding, user);
	*advice = "";
	return 0;
}

/* ------------------------------------------------------- memory and flash */

int __wrap_stflash_dump(struct stflash *s, uint32_t addr, void *buf, size_t len,
			const struct stflash_read_options *options, struct stflash_dump_report *report);
int __wrap_stflash_reset(struct stflash *s, enum stflash_reset how);
int __wrap_stflash_write(struct stflash *s, const struct stflash_image *image,
			 const struct stflash_write_options *options, struct stflash_write_report *report);
int __wrap_stflash_verify(struct stflash *s, const struct stflash_image *image,
			  const struct stflash_read_options *options, struct stflash_verify_report *report);
int __wrap_stflash_erase(struct stflash *s, uint32_t addr, uint32_t len, const struct stflash_write_options *options,
			 struct stflash_write_report *report);
int __wrap_stflash_erase_all(struct stflash *s, const struct stflash_write_options *options,
			     struct stflash_write_report *report);
int __wrap_stflash_map(struct stflash *s, bool may_reset, struct stflash_cells **cells);

int __wrap_stflash_dump(struct stflash *s, uint32_t addr, void *buf, size_t len,
			const struct stflash_read_options *options, struct stflash_dump_report *report)
{
	(void)s;
	note("dump 0x%08" PRIx32 " %zu %d %d\n", addr, len, (int)options->hold, (int)options->then);
	memset(buf, 0xff, len);
	*report = (struct stflash_dump_report){ .struct_size = sizeof(*report), .bytes = len };
	return 0;
}

int __wrap_stflash_reset(struct stflash *s, enum stflash_reset how)
{
	(void)s;
	note("reset %d\n", (int)how);
	return 0;
}

static void note_image(const char *what, const struct stflash_image *image)
{
	const uint8_t *data;
	uint32_t addr;
	size_t len;

	for (size_t i = 0; stflash_image_segment(image, i, &addr, &data, &len); i++)
		note("%s 0x%08" PRIx32 " %zu\n", what, addr, len);
}

static void note_options(const struct stflash_write_options *o)
{
	note("options %d %d %d %d %u %d\n", o->discard_rest, o->no_verify, o->no_agent, o->dry_run, o->width,
	     (int)o->then);
}

int __wrap_stflash_write(struct stflash *s, const struct stflash_image *image,
			 const struct stflash_write_options *options, struct stflash_write_report *report)
{
	(void)s;
	note_image("write", image);
	note_options(options);
	*report = (struct stflash_write_report){ .struct_size = sizeof(*report), .units = 1, .boot_remark = "" };
	return 0;
}

int __wrap_stflash_verify(struct stflash *s, const struct stflash_image *image,
			  const struct stflash_read_options *options, struct stflash_verify_report *report)
{
	(void)s;
	note_image("verify", image);
	note("verify %d %d\n", (int)options->hold, (int)options->then);
	*report = (struct stflash_verify_report){ .struct_size = sizeof(*report), .bytes = 1 };
	return 0;
}

int __wrap_stflash_erase(struct stflash *s, uint32_t addr, uint32_t len, const struct stflash_write_options *options,
			 struct stflash_write_report *report)
{
	(void)s;
	note("erase 0x%08" PRIx32 " %" PRIu32 "\n", addr, len);
	note_options(options);
	*report = (struct stflash_write_report){ .struct_size = sizeof(*report), .units = 1, .boot_remark = "" };
	return 0;
}

int __wrap_stflash_erase_all(struct stflash *s, const struct stflash_write_options *options,
			     struct stflash_write_report *report)
{
	(void)s;
	note("erase all\n");
	note_options(options);
	*report = (struct stflash_write_report){ .struct_size = sizeof(*report), .units = 1, .boot_remark = "" };
	return 0;
}

int __wrap_stflash_map(struct stflash *s, bool may_reset, struct stflash_cells **cells)
{
	(void)s;
	note("map %d\n", may_reset);
	*cells = NULL;
	return 0;
}

/* ----------------------------------------------------------- option bytes */

int __wrap_stflash_options_read(struct stflash *s, struct stflash_options **list);
int __wrap_stflash_options_write(struct stflash *s, const char *const *settings, size_t n, unsigned int allow,
				 struct stflash_options_report *report);
int __wrap_stflash_protect(struct stflash *s, struct stflash_options_report *report);
int __wrap_stflash_unprotect(struct stflash *s, unsigned int allow, struct stflash_options_report *report);

int __wrap_stflash_options_read(struct stflash *s, struct stflash_options **list)
{
	(void)s;
	note("read options\n");
	*list = NULL;
	return 0;
}

int __wrap_stflash_options_write(struct stflash *s, const char *const *settings, size_t n, unsigned int allow,
				 struct stflash_options_report *report)
{
	(void)s;
	note("set %u", allow);
	for (size_t i = 0; i < n; i++)
		note(" %s", settings[i]);
	note("\n");
	*report = (struct stflash_options_report){ .struct_size = sizeof(*report), .changed = true };
	return 0;
}

int __wrap_stflash_protect(struct stflash *s, struct stflash_options_report *report)
{
	(void)s;
	note("protect\n");
	*report = (struct stflash_options_report){ .struct_size = sizeof(*report), .changed = true };
	return 0;
}

int __wrap_stflash_unprotect(struct stflash *s, unsigned int allow, struct stflash_options_report *report)
{
	(void)s;
	note("unprotect %u\n", allow);
	*report = (struct stflash_options_report){ .struct_size = sizeof(*report), .changed = true };
	return 0;
}
