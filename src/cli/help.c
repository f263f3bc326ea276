/* SPDX-License-Identifier: MIT */
/* The table of commands, which dispatch and help share, and the help itself. */
#include <string.h>

#include "cli/cli.h"
#include "cli/other_tools.h"
#include "cli/words.h"

const struct command commands[] = {
	{ "list", "", "show the probes of this computer, and whether they may be opened",
	  "A probe that is free is asked for its firmware; no target is touched. With --probe: only those that it "
	  "fits,\n"
	  "for usbip://HOST all that this host exports.\n",
	  0, cmd_list },
	{ "info", "", "show the probe, the chip behind it, and the state of its core",
	  "The core is neither halted nor reset; at read-out protection level 1 the firmware may stop all the same,\n"
	  "because any debugger locks the flash for it until the next power-on. --map reads the whole flash for it;\n"
	  "with --reset a program on the chip looks instead, which is quick. --probe-size reads up to the most flash\n"
	  "that a part of this line has, and looks for a bus fault and for contents that come again.\n",
	  OPTION_BIT(OPTION_MAP) | OPTION_BIT(OPTION_RESET) | OPTION_BIT(OPTION_PROBE_SIZE), cmd_info },
	{ "read", "[ADDR SIZE] FILE", "copy the flash, or a part of memory, to a file, and prove the copy",
	  "Without ADDR and SIZE the whole flash is read. Numbers are decimal or 0x, with an optional k or M\n"
	  "(1024s); they and the file may stand in any order. A file whose name looks like a number needs ./\n"
	  "in front; the file - is standard output. An existing file is replaced only after the copy is proven.\n"
	  "The chip is reset before and after, because a program on it hashes what is read; --no-reset only halts\n"
	  "the core meanwhile and reads twice, --connect attach does not even halt it. Attaching cannot work while\n"
	  "the firmware is in Stop or Standby, or has remapped the SWD pins: then it says so.\n"
	  "\n"
	  "  stflash read dump.bin\n"
	  "  stflash read 0x08000000 64k dump.bin\n",
	  OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_HALT) | OPTION_BIT(OPTION_NO_RESET), cmd_read },
	{ "write", "[ADDR] FILE[@ADDR]...", "write images to flash: erase what must be, program, prove, reset and run",
	  "ELF, Intel HEX, S-record, DfuSe, UF2 and binary files are recognised by their contents. A binary goes to\n"
	  "ADDR, or to the start of flash; with several files each can have its own: FILE@ADDR. A file that is no\n"
	  "firmware (an archive, a web page, text), or not what its name says, is refused.\n"
	  "Pages that hold the image already are left alone, blank ones are not erased, and what touched pages hold\n"
	  "outside of the image is kept. Everything is checked before anything changes. --force-erase erases and\n"
	  "programs every touched page, also one that reads right: after an erase that was interrupted.\n"
	  "A write that is cut off saves what was to be kept in stm32-UID-kept-DATE.hex and says how to put it back.\n"
	  "Ctrl-C waits for an erase that runs, and says how long that may take. With --unprotect, an F1 must be\n"
	  "powered off and on before it can be written: asked for at a terminal, else it ends with 7.\n"
	  "An image all in RAM is loaded after a reset and started, with --halt only made ready.\n"
	  "An image whose stack pointer or reset vector does not fit the chip gets a warning first, and at a\n"
	  "terminal 3 seconds for a Ctrl-C.\n"
	  "\n"
	  "  stflash write firmware.elf\n"
	  "  stflash write --backup old.bin firmware.bin 0x08000000\n"
	  "  stflash write boot.hex app.bin@0x08004000 config.bin@0x0800fc00\n",
	  OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_UNPROTECT) | OPTION_BIT(OPTION_BACKUP) |
		  OPTION_BIT(OPTION_DRY_RUN) | OPTION_BIT(OPTION_NO_KEEP) | OPTION_BIT(OPTION_NO_VERIFY) |
		  OPTION_BIT(OPTION_HALT) | OPTION_BIT(OPTION_NO_RESET) | OPTION_BIT(OPTION_NO_AGENT) |
		  OPTION_BIT(OPTION_PSIZE) | OPTION_BIT(OPTION_RESET) | OPTION_BIT(OPTION_SKIP_OUTSIDE) |
		  OPTION_BIT(OPTION_OTP_PERMANENT) | OPTION_BIT(OPTION_YES) | OPTION_BIT(OPTION_FORCE_ERASE),
	  cmd_write },
	{ "verify", "[ADDR] FILE[@ADDR]...", "compare images with the flash, exactly their bytes",
	  "Says where the first difference is, how many bytes differ, and what else flash holds: a dump of the\n"
	  "whole flash has another checksum than the image because it is longer. The chip is reset before and after;\n"
	  "--no-reset only halts the core meanwhile and reads twice. Beside flash, what the image has in RAM is not\n"
	  "compared: running firmware changes it.\n",
	  OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_SKIP_OUTSIDE) | OPTION_BIT(OPTION_HALT) |
		  OPTION_BIT(OPTION_NO_RESET),
	  cmd_verify },
	{ "erase", "[ADDR SIZE | --all]", "erase pages, or everything, and check that they are blank",
	  "ADDR and SIZE must be borders of pages or sectors: nothing else is lost by mistake. What reads blank is\n"
	  "erased too, for an erase that was interrupted leaves cells that may change later: an F4 with 1 MiB takes\n"
	  "8 s even when it is blank. --skip-blank leaves such pages out. An erase that runs cannot be stopped:\n"
	  "Ctrl-C says how long it may take, and waits for it.\n",
	  OPTION_BIT(OPTION_ALL) | OPTION_BIT(OPTION_BACKUP) | OPTION_BIT(OPTION_NO_VERIFY) | OPTION_BIT(OPTION_HALT) |
		  OPTION_BIT(OPTION_NO_RESET) | OPTION_BIT(OPTION_NO_AGENT) | OPTION_BIT(OPTION_PSIZE) |
		  OPTION_BIT(OPTION_SKIP_BLANK),
	  cmd_erase },
	{ "reset", "", "reset the chip and let it run, or hold it", "",
	  OPTION_BIT(OPTION_HALT) | OPTION_BIT(OPTION_RUN), cmd_reset },
	{ "options", "[set NAME=VALUE...]", "show the option bytes by name, or change some of them",
	  "Names are the manual's; a value is a number. WRP=0-7,12 write-protects exactly these pages or sectors,\n"
	  "WRP=none and WRP=all are words for it; RDP=1 is the level, RDP=0x00 the byte. What is not named is kept.\n"
	  "SPRMOD=1 (F4) makes PCROP of nWRP: a sector whose bit is 1 is executed, and nobody reads or changes it\n"
	  "any more, until `stflash unprotect` lifts RDP level 1 and all goes.\n"
	  "The old option bytes are kept in a file first, the new ones are read back.\n"
	  "\n"
	  "  stflash options\n"
	  "  stflash options set nRST_STOP=0 WRP=0-7\n",
	  OPTION_BIT(OPTION_SAVE) | OPTION_BIT(OPTION_YES_ERASE) | OPTION_BIT(OPTION_LEVEL_2), cmd_options },
	{ "protect", "", "set read-out protection (RDP level 1)",
	  "Nobody reads the flash through the debug port any more, you included; `stflash unprotect` lifts it,\n"
	  "and then the chip erases its flash. In force after the next power cycle.\n",
	  OPTION_BIT(OPTION_SAVE), cmd_protect },
	{ "unprotect", "--yes-erase", "lift read-out and write protection; this ERASES a protected chip",
	  "A chip whose read-out protection is lifted erases its whole flash: that is what the protection is for.\n"
	  "What it holds then is looked at and told. An F1 stays protected until it is powered off and on: exit\n"
	  "status 0 says that the option bytes are written, power_cycle in --json that the rest is up to the supply,\n"
	  "and until then all that reads or writes flash ends with 7. PCROP goes along with RDP level 1, once a power\n"
	  "cycle has put that in force. RDP level 2 is never lifted.\n",
	  OPTION_BIT(OPTION_SAVE) | OPTION_BIT(OPTION_YES_ERASE), cmd_unprotect },
	{ "backup", "FOLDER", "keep a whole chip in a new folder: flash, option bytes, identity",
	  "The folder gets flash.bin (proven), options.txt, otp.bin (F4), and info.txt with ids, sizes, date and\n"
	  "SHA-256 sums. It appears complete or not at all. The chip is reset before and after, as by read.\n",
	  OPTION_BIT(OPTION_HALT) | OPTION_BIT(OPTION_NO_RESET), cmd_backup },
	{ "restore", "FOLDER", "put a backup back into the chip",
	  "The sums are checked first; a chip of another kind or size is refused, another one of the same kind is\n"
	  "worth a warning. Flash is written and proven, then the option bytes; OTP is never written.\n",
	  OPTION_BIT(OPTION_OTHER_CHIP) | OPTION_BIT(OPTION_UNPROTECT) | OPTION_BIT(OPTION_NO_AGENT) |
		  OPTION_BIT(OPTION_PSIZE),
	  cmd_restore },
	{ "doctor", "", "find out why it does not work, step by step, and what to do",
	  "USB, permission, probe, voltage, SWD, reset wire, chip, core, protection and boot mode, one line each, and "
	  "one\n"
	  "sentence at the end. The chip is left as it was, unless it answers only in reset. Exit status 0: a write\n"
	  "would work.\n",
	  OPTION_BIT(OPTION_RESET), cmd_doctor },
	{ "report", "FILE", "write down what happens between computer and board, for a bug report",
	  "Every transfer of a connection, of `info`, of a reset and of 1 KiB of RAM, with its time. The file holds\n"
	  "no contents of flash or RAM; serial number and unique id are shortened. The chip is reset and runs.\n"
	  "\n"
	  "  stflash report report.txt\n",
	  0, cmd_report },
	{ "help", "[COMMAND]", "explain a command", "", 0, cmd_help },
};

const size_t n_commands = ARRAY_SIZE(commands);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < n_commands; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/* What a mistyped word may be taken for: it replaces no file, and changes neither flash nor option bytes. */
static bool is_harmless(const struct command *command)
{
	static int (*const harmless[])(struct cli *) = {
		cmd_list, cmd_info, cmd_verify, cmd_reset, cmd_backup, cmd_doctor, cmd_help,
	};

	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++)
		if (command->run == harmless[i])
			return true;
	return false;
}

int command_unknown(struct cli *cli, const char *name)
{
	const char *answer = other_tools_command(name);
	struct nearest near = nearest_start(name);

	if (answer)
		return cli_foreign(cli, "command", "", name, answer);
	for (size_t i = 0; i < n_commands; i++)
		nearest_offer(&near, commands[i].name, is_harmless(&commands[i]));
	return cli_unknown(cli, "command", "", name, near.name);
}

void help_overview(FILE *out)
{
	fprintf(out, "usage: stflash [options] COMMAND [arguments]\n\n"
		     "Read, erase, program and verify STM32 microcontrollers through an ST-LINK probe.\n\n"
		     "commands:\n");
	for (size_t i = 0; i < n_commands; i++) {
		char left[32];

		snprintf(left, sizeof(left), "%s %s", commands[i].name, commands[i].arguments);
		fprintf(out, "  %-22s %s\n", left, commands[i].summary);
	}
	fprintf(out, "\noptions, anywhere (-- ends them):\n");
	options_print(out, options_general());
	fprintf(out, "\n`stflash help COMMAND` says more. Without hardware: stflash -p virtual:stm32f103c8 info\n");
}

void help_command(FILE *out, const struct command *command)
{
	fprintf(out, "usage: stflash [options] %s%s%s\n\n", command->name, *command->arguments ? " " : "",
		command->arguments);
	fprintf(out, "%s: %s\n", command->name, command->summary);
	if (*command->help)
		fprintf(out, "\n%s", command->help);
	if (command->options) {
		fprintf(out, "\noptions:\n");
		options_print(out, command->options);
	}
	fprintf(out, "\n`stflash help` lists the options that every command takes.\n");
}

int cmd_help(struct cli *cli)
{
	const struct command *command;

	if (cli->n_words > 1)
		return cli_usage(cli, "help takes one command");
	if (!cli->n_words) {
		help_overview(stdout);
		return 0;
	}

	command = command_find(cli->words[0]);
	if (!command)
		return command_unknown(cli, cli->words[0]);
	help_command(stdout, command);
	return 0;
}
