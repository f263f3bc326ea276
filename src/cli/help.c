/* SPDX-License-Identifier: MIT */
/* The table of commands, which dispatch, help, the manual page and completions share. */
#include <string.h>

#include "cli/cli.h"
#include "cli/other_tools.h"
#include "cli/words.h"

/* Of each command that works on a board, or on several at once. */
#define OPTIONS_OF_BOARDS \
	(OPTION_BIT(OPTION_EXPECT) | OPTION_BIT(OPTION_WAIT) | OPTION_BIT(OPTION_LOOP) | OPTION_BIT(OPTION_RECORD))

const struct command commands[] = {
	{ "list", "", "show connected ST-LINK probes and whether you may use them",
	  "show connected probes and whether you may use them",
	  "Says how to get access where it is missing. The chip is not used. With --probe: only matching "
	  "probes; usbip://HOST lists the probes of that host.\n"
	  "--chips lists the chips that are supported instead, and needs no probe.\n",
	  "stflash list\tthe probes of this computer\n"
	  "stflash -p usbip://bench list\tthose of another one\n"
	  "stflash list --chips\tsupported chips\n",
	  OPTION_BIT(OPTION_CHIPS), cmd_list },
	{ "info", "", "show the probe, the chip, its voltage, protection and state",
	  "show probe, chip, voltage, protection and core state",
	  "The core is neither halted nor reset. At read-out protection level 1 the firmware may stop all "
	  "the same: the chip locks its flash as soon as a debugger connects, until the next power-on.\n"
	  "--map reads the whole flash over the wire; with --reset a program on the chip looks instead, "
	  "which is fast.\n",
	  "stflash info\twhat is connected\n"
	  "stflash info --map\tand what its flash holds\n",
	  OPTION_BIT(OPTION_MAP) | OPTION_BIT(OPTION_RESET) | OPTION_BIT(OPTION_PROBE_SIZE) | OPTIONS_OF_BOARDS,
	  cmd_info },
	{ "read", "[ADDR [SIZE]] [FILE]", "save the flash, or other memory, to a file, and verify it",
	  "save the flash, or other memory, to a file, verified",
	  "Without ADDR and SIZE the whole flash is read, without SIZE all up to the end of that memory, and "
	  "without FILE the bytes are shown, where standard output is a terminal. Numbers are decimal or hexadecimal "
	  "(0x...); k = "
	  "1024, M = 1024 x 1024. Numbers and the file can be in any order. A file whose name looks like a "
	  "number needs ./ in front; - is standard output.\n"
	  "The flash is proven: a program on the chip hashes it, and the hash is compared with the data "
	  "received. For this the chip is reset before and after. --no-reset only halts the core meanwhile "
	  "and reads twice; --connect attach does not even halt it, but needs a firmware that is not in "
	  "Stop or Standby and leaves SWD on.\n"
	  "An existing file is replaced only when the new one is complete. The summary shows the first 16 "
	  "digits of the SHA-256 of what was read; -v and --json show all of them.\n"
	  "--like OLD takes from a file what the chip holds too, so that only the rest is transferred: where "
	  "the chip's 64-bit hash is that of the file. Without a program on the chip, one reading that equals "
	  "the file is enough. OLD may be of any format, and the file that is replaced; a binary belongs to "
	  "ADDR, or as in OLD@ADDR.\n",
	  "stflash read dump.bin\tthe whole flash\n"
	  "stflash read --like dump.bin dump.bin\tthe same again, quickly\n"
	  "stflash read 0x08000000 64k part.hex\t64 KiB, as Intel HEX\n",
	  OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_HALT) | OPTION_BIT(OPTION_NO_RESET) | OPTION_BIT(OPTION_LIKE) |
		  OPTION_BIT(OPTION_NO_LIKE) | OPTIONS_OF_BOARDS,
	  cmd_read },
	{ "write", "[ADDR] FILE[@ADDR]...", "write firmware to the flash, verify it, and start it",
	  "write firmware (ELF, HEX, BIN, ...), verify, start it",
	  "The format is detected: ELF, Intel HEX, S-record, DfuSe, UF2 or binary. A binary goes to ADDR, "
	  "or to the start of flash; with several files each can have its own: FILE@ADDR. A file that is no "
	  "firmware, or not what its name says, is refused.\n"
	  "Everything is checked before anything changes. Pages that are already correct are skipped, pages "
	  "that are blank, or lose only bits, are not erased, other data in the same pages is kept. An interrupted "
	  "write saves that data "
	  "in stm32-UID-kept-DATE.hex and says how to write it back. After an interrupted erase, "
	  "--force-erase also erases and writes pages that seem correct.\n"
	  "Ctrl-C waits for a running erase, and says how long that may take. With --unprotect, an F0, F1 or "
	  "F3 must be powered off and on before it can be written: stflash asks for it at a terminal, else it exits "
	  "with 7.\n"
	  "--stamp ADDR=KIND:VALUE, as often as needed, puts a value into the image of each board, little-endian: u8, "
	  "u16, u32, hex or str; uid (the chip's 12 bytes); time (u32, Unix seconds); sn:FILE, the next number of "
	  "a file that every board gets another one of (u32, from 1 on); csv:FILE:COLUMN, hexadecimal bytes from the "
	  "next "
	  "unused row of a table (FILE.next counts them). A str can hold {sn:FILE}, {uid} and {time}. A number "
	  "of a write that failed is not used again.\n"
	  "An image in RAM is loaded after a reset and started; with --halt it is only loaded.\n"
	  "If the stack pointer or the reset vector does not fit the chip, there is a warning first, and at "
	  "a terminal 3 seconds for Ctrl-C.\n",
	  "stflash write firmware.elf\twrite and start it\n"
	  "stflash write app.bin 0x08004000\ta binary at an address\n"
	  "stflash write --backup old.bin new.hex\tsave the old flash first\n"
	  "stflash write boot.hex app.bin@0x08004000\ttwo files\n"
	  "stflash write --stamp 0x0800f000=sn:serial.txt app.elf\ta number for each board\n",
	  OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_UNPROTECT) | OPTION_BIT(OPTION_BACKUP) |
		  OPTION_BIT(OPTION_DRY_RUN) | OPTION_BIT(OPTION_NO_KEEP) | OPTION_BIT(OPTION_NO_VERIFY) |
		  OPTION_BIT(OPTION_HALT) | OPTION_BIT(OPTION_NO_RESET) | OPTION_BIT(OPTION_NO_AGENT) |
		  OPTION_BIT(OPTION_PSIZE) | OPTION_BIT(OPTION_RESET) | OPTION_BIT(OPTION_SKIP_OUTSIDE) |
		  OPTION_BIT(OPTION_OTP_PERMANENT) | OPTION_BIT(OPTION_YES) | OPTION_BIT(OPTION_FORCE_ERASE) |
		  OPTION_BIT(OPTION_STAMP) | OPTION_BIT(OPTION_STAMP_OVER) | OPTIONS_OF_BOARDS,
	  cmd_write },
	{ "verify", "[ADDR] FILE[@ADDR]...", "compare files with the flash, exactly their bytes",
	  "compare files with the flash; print checksums of it",
	  "Says where the first difference is, how many bytes differ, and what else the flash holds. A dump "
	  "of the whole flash has another checksum than the file because it is longer.\n"
	  "The chip is reset before and after; --no-reset only halts the core meanwhile and reads twice. "
	  "Parts of the file in RAM are not compared: running firmware changes them.\n",
	  "stflash verify firmware.elf\n"
	  "stflash verify app.bin 0x08004000\n",
	  OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_SKIP_OUTSIDE) | OPTION_BIT(OPTION_HALT) |
		  OPTION_BIT(OPTION_NO_RESET) | OPTIONS_OF_BOARDS,
	  cmd_verify },
	{ "hash", "[ADDR [SIZE]]", "print SHA-256, CRC-32 and MD5 of the flash, or of other memory, verified", NULL,
	  "The memory is read and proven as by read, and the chip reset before and after. ADDR and SIZE as there. The "
	  "sums are those that sha256sum, crc32 and md5sum print of a file with the same bytes: a firmware that "
	  "is shorter than the flash needs its own SIZE.\n",
	  "stflash hash\tthe whole flash\n"
	  "stflash hash 0x08000000 23552\tas long as a firmware\n",
	  OPTION_BIT(OPTION_HALT) | OPTION_BIT(OPTION_NO_RESET) | OPTION_BIT(OPTION_LIKE) | OPTIONS_OF_BOARDS,
	  cmd_hash },
	{ "erase", "[ADDR SIZE | --all]", "erase part of the flash, or all of it, and check that it is blank",
	  "erase part of the flash, or all of it",
	  "ADDR and SIZE must match whole pages or sectors, so nothing else is erased. Blank pages are "
	  "erased too, because after an interrupted erase they may change later; an F4 with 1 MiB takes 8 s "
	  "for it. --skip-blank leaves them out. A running erase cannot be stopped: Ctrl-C says how long it "
	  "may take, and waits for it.\n",
	  "stflash erase 0x08004000 16k\tone part\n"
	  "stflash erase --all\teverything\n"
	  "stflash erase --all --backup old.bin\tafter saving it\n",
	  OPTION_BIT(OPTION_ALL) | OPTION_BIT(OPTION_BACKUP) | OPTION_BIT(OPTION_NO_VERIFY) | OPTION_BIT(OPTION_HALT) |
		  OPTION_BIT(OPTION_NO_RESET) | OPTION_BIT(OPTION_NO_AGENT) | OPTION_BIT(OPTION_PSIZE) |
		  OPTION_BIT(OPTION_SKIP_BLANK) | OPTIONS_OF_BOARDS,
	  cmd_erase },
	{ "reset", "", "restart the chip, or halt it before its first instruction",
	  "restart the chip, or halt it before its first instruction", "",
	  "stflash reset\trestart the firmware\n"
	  "stflash reset --halt\tstop at its first instruction\n",
	  OPTION_BIT(OPTION_HALT) | OPTION_BIT(OPTION_RUN) | OPTIONS_OF_BOARDS, cmd_reset },
	{ "options", "[set NAME=VALUE...]", "show the option bytes by name, or change some of them",
	  "show the option bytes by name, or change some",
	  "Names are those of the reference manual; a value is a number. WRP=0-7,12 write-protects exactly "
	  "these pages or sectors, WRP=0x08001000-0x08001fff those at these addresses; WRP=none and WRP=all "
	  "also work. RDP=1 is the level, RDP=0x00 the byte. "
	  "Options you do not name are not changed. The old values are saved to a file first, the new ones "
	  "are read back.\n"
	  "With SPRMOD=1 (some F4), a 1 in nWRP means PCROP, as a 1 in PCROP does (F72x): code in that sector "
	  "can run but cannot be read or changed. Only a change from RDP level 1 to 0 removes it, and that "
	  "erases the chip.\n"
	  "L4, G0, G4, WB, WL, C0, U0: PCROP=0x08004000-0x08007fff is the same for these addresses (not U0), and can "
	  "only "
	  "grow. "
	  "All registers are written at once, and the chip is reset to load them. BOOT_LOCK needs "
	  "--i-know-boot-lock-ends-debugging, for at RDP level 1 it closes the debug port.\n",
	  "stflash options\tshow all\n"
	  "stflash options set nRST_STOP=0 WRP=0-7\tchange two\n"
	  "stflash options set WRP=none\tremove write protection\n",
	  OPTION_BIT(OPTION_SAVE) | OPTION_BIT(OPTION_YES_ERASE) | OPTION_BIT(OPTION_LEVEL_2) |
		  OPTION_BIT(OPTION_BOOT_LOCK_TOO) | OPTIONS_OF_BOARDS,
	  cmd_options },
	{ "protect", "", "set read-out protection (RDP level 1)",
	  "set read protection; remove it, which ERASES the flash",
	  "After this, nobody can read the flash through the debug port, including you. `stflash unprotect` "
	  "removes it, and then the chip erases its flash. It becomes active at the next power cycle.\n",
	  "stflash protect\tset RDP level 1\n", OPTION_BIT(OPTION_SAVE) | OPTIONS_OF_BOARDS, cmd_protect },
	{ "unprotect", "--yes-erase", "remove read-out and write protection; this ERASES a protected chip", NULL,
	  "A chip whose read-out protection is removed erases its whole flash. Afterwards stflash checks "
	  "that the flash is blank. An F0, F1 or F3 stays protected until it is powered off and on: exit status 0 "
	  "says that the option bytes are written, power_cycle in --json that a power cycle is needed; "
	  "until then commands that read or write flash exit with 7. PCROP is removed with RDP level 1, "
	  "once a power cycle has made that active. RDP level 2 cannot be removed.\n",
	  "stflash unprotect --yes-erase\tthe flash will be erased\n",
	  OPTION_BIT(OPTION_SAVE) | OPTION_BIT(OPTION_YES_ERASE) | OPTIONS_OF_BOARDS, cmd_unprotect },
	{ "backup", "FOLDER", "save the whole chip to a new folder: flash, option bytes, identity",
	  "save the whole chip to a new folder, or write it back",
	  "The folder gets flash.bin (verified), options.txt, otp.bin (F2, F4, F7), and info.txt with ids, sizes, "
	  "date and SHA-256 sums. It appears complete or not at all, and replaces nothing. The chip is "
	  "reset before and after, as by read.\n"
	  "Of older backups of the same chip beside the new folder the newest complete one is used as by "
	  "`read --like`: only what differs is transferred. --no-like transfers everything.\n",
	  "stflash backup board\tmake the folder board\n",
	  OPTION_BIT(OPTION_HALT) | OPTION_BIT(OPTION_NO_RESET) | OPTION_BIT(OPTION_NO_LIKE) | OPTIONS_OF_BOARDS,
	  cmd_backup },
	{ "restore", "FOLDER", "write a backup back to the chip", NULL,
	  "The sums are checked first. A chip of another type or size is refused; a different chip of the "
	  "same type gives a warning. Flash is written and verified, then the option bytes; OTP is never "
	  "written.\n",
	  "stflash restore board\n",
	  OPTION_BIT(OPTION_OTHER_CHIP) | OPTION_BIT(OPTION_UNPROTECT) | OPTION_BIT(OPTION_NO_AGENT) |
		  OPTION_BIT(OPTION_PSIZE) | OPTIONS_OF_BOARDS,
	  cmd_restore },
	{ "doctor", "", "find the problem step by step and suggest a fix",
	  "find the problem; record it for a bug report",
	  "USB, permission, probe, voltage, SWD, reset wire, chip, core, protection and boot mode, one line "
	  "each, and one sentence at the end. The chip is left as it was, unless it answers only in reset. "
	  "Exit status 0: a write would work.\n",
	  "stflash doctor\n"
	  "stflash doctor --reset\talso test the wire NRST\n",
	  OPTION_BIT(OPTION_RESET), cmd_doctor },
	{ "report", "FILE", "record every transfer between computer and board, for a bug report", NULL,
	  "A connection, `info`, a reset and 1 KiB of RAM, each transfer with its time. The file holds no "
	  "contents of flash or RAM; serial number and unique id are shortened. The chip is reset and runs.\n",
	  "stflash report report.txt\n", 0, cmd_report },
	{ "completion", "bash | zsh | fish", "print the completion for a shell",
	  "print completions for a shell; explain a command", "The packages install them.\n",
	  "stflash completion bash >stflash.bash\tthen: . ./stflash.bash\n"
	  "stflash completion zsh >_stflash\tinto a folder of $fpath\n"
	  "stflash completion fish >stflash.fish\tinto ~/.config/fish/completions\n",
	  0, cmd_completion },
	{ "help", "[COMMAND]", "explain a command", NULL,
	  "Without COMMAND: the list of commands. Options can be in any place; -- ends them. `stflash help "
	  "options` also lists the options for all commands.\n",
	  "stflash help write\n", 0, cmd_help },
};

const size_t n_commands = ARRAY_SIZE(commands);

const struct command *command_find(const char *name)
{
	const char *alias = other_tools_alias(name);

	for (size_t i = 0; i < n_commands; i++)
		if (!strcmp(commands[i].name, alias ? alias : name))
			return &commands[i];
	return NULL;
}

/* What a mistyped word may be taken for: it replaces no file, and changes neither flash nor option bytes. */
static bool is_harmless(const struct command *command)
{
	static int (*const harmless[])(struct cli *) = {
		cmd_list, cmd_info, cmd_hash, cmd_verify, cmd_reset, cmd_backup, cmd_doctor, cmd_completion, cmd_help,
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
