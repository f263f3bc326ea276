/* SPDX-License-Identifier: MIT */
/*
 * The command line. A struct cli is a job: a command on one probe, with a
 * session, a result and messages of its own; one thread has it. What jobs of
 * one run share is in jobs/shared.h. Sees the library through stflash.h
 * alone. Results go to cli.out, messages go to stderr.
 *
 * Every function that can fail returns 0 or a negative enum stflash_error with
 * its sentence in cli.message or, when that is empty, in the session; main()
 * prints it once and makes the exit status of it.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdio.h>

#include "cli/signals.h"
#include "cli/words.h"
#include "stflash.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#if defined(__MINGW32__) /* whose printf is ours to choose: __USE_MINGW_ANSI_STDIO */
#define PRINTF_LIKE(fmt, args) __attribute__((format(gnu_printf, fmt, args)))
#define MUST_CHECK             __attribute__((warn_unused_result))
#elif defined(__GNUC__)
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define MUST_CHECK             __attribute__((warn_unused_result))
#else
#define PRINTF_LIKE(fmt, args)
#define MUST_CHECK
#endif

/* One bit each in the masks of options that a command takes. */
enum option_id {
	OPTION_PROBE,
	OPTION_SPEED,
	OPTION_CONNECT,
	OPTION_JSON,
	OPTION_QUIET,
	OPTION_VERBOSE,
	OPTION_NO_PROGRESS,
	OPTION_LOG,
	OPTION_VERSION,
	OPTION_HELP,
	OPTION_HALT,
	OPTION_RUN,
	OPTION_FORMAT,
	OPTION_BACKUP,
	OPTION_DRY_RUN,
	OPTION_NO_KEEP,
	OPTION_NO_VERIFY,
	OPTION_NO_RESET,
	OPTION_NO_AGENT,
	OPTION_PSIZE,
	OPTION_ALL,
	OPTION_FLASH_SIZE,
	OPTION_SAVE,
	OPTION_YES_ERASE,
	OPTION_LEVEL_2,
	OPTION_UNPROTECT,
	OPTION_OTHER_CHIP,
	OPTION_RESET,
	OPTION_MAP,
	OPTION_SKIP_OUTSIDE,
	OPTION_OTP_PERMANENT,
	OPTION_YES,
	OPTION_PROBE_SIZE,
	OPTION_FORCE_ERASE,
	OPTION_SKIP_BLANK,
	OPTION_CHIPS,
	OPTION_LIKE,
	OPTION_NO_LIKE,
	OPTION_EXPECT,
	OPTION_STAMP,
	OPTION_STAMP_OVER,
	OPTION_WAIT,
	OPTION_LOOP,
	OPTION_RECORD,
	OPTION_BOOT_LOCK_TOO,
};

#define OPTION_BIT(id) (UINT64_C(1) << (id))

#define CHIP_TEXT_MAX 32u /* "STM32F405/407/415/417" */
#define PROBES_MAX    64u
#define STAMPS_MAX    32u

struct options {
	uint64_t given;                 /* bits of enum option_id */
	const char *probe;              /* of this job; NULL: the only one */
	const char *probes[PROBES_MAX]; /* of the run, as named */
	size_t n_probes;
	const char *expect;  /* chip; NULL: any */
	bool wait;           /* for a board */
	unsigned int wait_s; /* so long; 0: without an end */
	bool loop;
	const char *record;
	unsigned int speed_khz;
	enum stflash_connect connect;
	bool json;
	bool events; /* with json: also while the job runs */
	bool quiet;
	bool no_progress;
	unsigned int verbose;
	const char *log;
	enum stflash_format format;
	const char *backup;
	unsigned int width;
	unsigned int flash_kib;
	const char *save;
	const char *like;
	const char *stamps[STAMPS_MAX]; /* as given */
	size_t n_stamps;
};

#define BAR_TEXT_MAX 256u

struct progress {
	bool silent;             /* nothing is shown */
	bool bar;                /* stderr is a terminal */
	char text[BAR_TEXT_MAX]; /* of the bar; "": none is to be seen. For who has entered the monitor, as the next */
	struct progress *next;   /* that of the next job */
	bool announced[2];       /* without a terminal: that it reads, and that it does anything else */
	enum stflash_phase job;
	uint64_t bytes; /* of the job, as progress_job() said; 0: not known */
	enum stflash_phase phase;
	uint64_t last_done;
	uint64_t job_ms; /* when the first phase began */
	uint64_t started_ms;
	uint64_t left_s; /* as shown last: it never grows */
	uint64_t printed_ms;
};

struct shared;
struct stamps;
struct ledger;
struct name;

/* The probe of a job and the chip behind it; "" where it is not known. */
struct board {
	bool known;
	char serial[64];
	char path[256];
	char model[32];
	char chip[64];
	char uid[UID_TEXT_MAX];
	uint16_t dev_id;
	uint32_t flash_size; /* 0: unknown */
};

/* A job: a command on one probe. */
struct cli {
	struct options opt;
	const struct command *command; /* NULL until it is known */
	char **words;                  /* the arguments of the command */
	int n_words;
	struct stflash *session;
	bool connected;
	struct shared *shared; /* with the other jobs of the run */
	const char *label;     /* in front of what this job says; NULL: there is one job */
	FILE *out;             /* for results */
	struct signal_watch signals;
	struct board board;
	struct name *names; /* owned: see jobs/names.h */
	bool reached;       /* the words of the command made sense. For who has entered the monitor, as the next */
	bool settled;       /* it is known which file it makes */
	bool leaves;        /* others see when this probe is plugged in again */
	bool looking;       /* whether there is a board: what happens meanwhile is not said */
	bool expected;      /* the chip is the one of --expect */
	bool met;           /* a board was waited for, and came */
	bool repeated;      /* it was here before */
	bool changes;       /* something of it may have been changed */
	uint64_t began_ms;  /* of the work: when the job began, or the board came that it waited for */
	uint64_t took_ms;
	char done[256];   /* the first line of the summary */
	bool no_warnings; /* on the terminal, where the command tells the same in its own words */
	struct progress progress;
	char message[512];
	char chip[CHIP_TEXT_MAX]; /* the connected one's name without the rest of its line; "" until connected */
	struct stamps *stamps;    /* see stamps/stamps.h; owned, NULL: none */
	struct ledger *ledger;    /* see ledger.h; owned, NULL: nothing yet */
	bool begun;               /* the first event was told */
	uint64_t event_ms;        /* of the last one of progress; 0: there was none */
	enum stflash_phase event_phase;
	struct rescue *rescue;   /* of a write, see commands/rescue.h; owned, NULL: none */
	const char *backup_made; /* by --backup, in this run: the same command again would be refused; NULL: none */
	bool no_firmware;        /* the vectors of flash were seen, and are erased: nothing runs after a reset */
	bool told;               /* the command has put its own JSON object about a failure on stdout */
};

struct command {
	const char *name;
	const char *arguments;
	const char *summary;  /* the first line of `stflash help NAME` */
	const char *overview; /* its line in `stflash help`; NULL: that of the command before is for both */
	const char *help;     /* the rest of `stflash help NAME`: a paragraph on each line; may be "" */
	const char *examples; /* a command on each line, behind a tab what it does */
	uint64_t options;     /* beside those that every command takes */
	int (*run)(struct cli *cli);
};

extern const struct command commands[];
extern const size_t n_commands;
const struct command *command_find(const char *name);
/* A misuse: no command has that name; says which one may be meant. */
int command_unknown(struct cli *cli, const char *name);

int cmd_list(struct cli *cli);
int cmd_info(struct cli *cli);
int cmd_hash(struct cli *cli);
int cmd_read(struct cli *cli);
int cmd_write(struct cli *cli);
int cmd_verify(struct cli *cli);
int cmd_erase(struct cli *cli);
int cmd_reset(struct cli *cli);
int cmd_options(struct cli *cli);
int cmd_protect(struct cli *cli);
int cmd_unprotect(struct cli *cli);
int cmd_backup(struct cli *cli);
int cmd_restore(struct cli *cli);
int cmd_doctor(struct cli *cli);
int cmd_report(struct cli *cli);
int cmd_completion(struct cli *cli);
int cmd_help(struct cli *cli);

/* Describe a failure of the command line itself, as the library's fail() does. Returns code. */
int cli_fail(struct cli *cli, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* A misuse: the same, with a pointer to the help of the command. */
int cli_usage(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A misuse: what ("option") has no such word; near is the one that may be meant, or NULL. dashes go before both. */
int cli_unknown(struct cli *cli, const char *what, const char *dashes, const char *word, const char *near);

/* The same for a word that is known from other tools: answer says what stflash has for it. */
int cli_foreign(struct cli *cli, const char *what, const char *dashes, const char *word, const char *answer);

/* STFLASH_E_ARG unless the command has no arguments at all. */
int cli_no_words(struct cli *cli) MUST_CHECK;

/*
 * Messages, a line each, on stderr and in the log; folded at blanks on a terminal. With -q only cli_error(),
 * cli_doubt() and cli_insist() are shown.
 */
void cli_say(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);    /* a line of the summary, as it is */
void cli_detail(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3); /* the same, with -v only */
void cli_note(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);   /* stflash: note: ... */
void cli_warn(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);   /* stflash: warning: ... */
void cli_doubt(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);  /* stflash: warning: ..., said with -q too */
void cli_insist(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3); /* stflash: ..., said with -q too */
void cli_error(struct cli *cli, const char *sentence);                    /* stflash: error: ... */
/* How the job of one board of several has ended: PASS or FAIL and these words. */
void cli_verdict(struct cli *cli, bool passed, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The terminal is this job's for several lines, with no bar on it; the two may not be nested with other locks. */
void terminal_take(struct cli *cli);
void terminal_give(struct cli *cli);

/* Tell the session what the options say of a connection. */
void cli_prepare(struct cli *cli);

/* Since a moment of clock_ms(), without the time that went by waiting for a board. */
uint64_t cli_ms_since(const struct cli *cli, uint64_t start);

/*
 * Connect as the options say, and find out which board it is where something needs to know: several probes, names with
 * {uid} and the like, --expect, which refuses another chip. Does nothing when that is done. Disconnect, keeping err
 * when it is not 0.
 */
int cli_connect(struct cli *cli) MUST_CHECK;
int cli_disconnect(struct cli *cli, int err) MUST_CHECK;

/* Sort argv into options, the command, and its arguments. */
int options_parse(struct cli *cli, int argc, char **argv) MUST_CHECK;
/* Is --json among what options_parse() gave up on? Then its failure is to be an object too. */
bool options_have_json(char **argv);
/* Refuse options that mean nothing to the command. */
int options_check(struct cli *cli) MUST_CHECK;
/* Those that every command takes. */
uint64_t options_general(void);

void help_overview(FILE *out);
void help_command(FILE *out, const struct command *command);

/* Open the file of --log. */
int talk_open(struct cli *cli) MUST_CHECK;
/* Log lines of the session to stderr as loud as asked, and all of them to that file. */
void talk_listen(struct cli *cli);
void talk_close(struct cli *cli);

/* The sentences of a session name options and commands. */
void hints_give_words(struct stflash *session);

/* Where a person sits at the terminal: what the library wants done to the board is asked there. */
void prompt_init(struct cli *cli);
/* For stflash_write_options.doubt, user being a struct cli: how long a person at the terminal may think again. */
unsigned int prompt_doubt(const char *sentence, void *user);
/* The same where the library does not wait: STFLASH_E_CANCELLED after Ctrl-C, nothing was changed. */
int prompt_think_again(struct cli *cli, const char *sentence) MUST_CHECK;

void progress_init(struct cli *cli);
/* For another job. */
void progress_again(struct cli *cli);
/* What the command is about to do, and with how many bytes: where the library counts time they are not known. */
void progress_job(struct cli *cli, enum stflash_phase job, uint64_t bytes);
/* Take the bar of this job off the screen, before it prints anything else. */
void progress_clear(struct cli *cli);
/* Take the bars of all jobs off the screen until one of them has come further. Entered. */
void progress_hide(struct shared *shared);

/* The exit status of an error code; the name of it in JSON. */
int exit_status(int err);
const char *error_name(int err);

/* What a format is called in --format and in JSON; AUTO: none is called so. */
const char *format_name(enum stflash_format format);
enum stflash_format format_of_word(const char *word);

/* What a proof is called: for the person, and in JSON. */
const char *proof_words(enum stflash_proof proof);
const char *proof_name(enum stflash_proof proof);

#endif
