# SPDX-License-Identifier: MIT
# Every command on a terminal of 80x24 and of 40x20: no line is wider than it, no word is broken, a bar does not wrap. What is
# shown is kept in terminal-80x24.txt and terminal-40x20.txt, but for times and what grows; STFLASH_UPDATE_DOCUMENTS=1 writes them anew.

p=virtual:stm32f103c8,flash=flash.bin

# Once, and not through what chooses a version at each call, which takes longer than the program.
find_python() {
	command -v python3 >/dev/null || not_run "python3 is not installed"
	python=$(python3 -c 'import sys; print(sys.executable)')
}

# The help and the list of chips grow: they have only to fit. What is done once only changes the chip or makes a file.
every_command() {
	cat <<TEXT
looks 0 help
looks 0 help options
looks 0 help list
looks 0 help info
looks 0 help read
looks 0 help hash
looks 0 help write
looks 0 help verify
looks 0 help erase
looks 0 help reset
looks 0 help protect
looks 0 help unprotect
looks 0 help backup
looks 0 help restore
looks 0 help doctor
looks 0 help report
looks 0 help completion
looks 0 help help
looks 0 --version
looks 0 list --chips
keeps 0 -p $p list
keeps 0 -p $p info
does 0 -p $p info --map
keeps 0 -p $p options
keeps 0 -p $p doctor
does 0 -p $p read part.bin 0x08000000 1k
keeps 0 -p $p read part.bin 0x08000000 1k
does 0 -p $p write --dry-run new.bin
does 0 -p $p write new.bin
keeps 0 -p $p write new.bin
keeps 0 -p $p verify new.bin
keeps 10 -p $p verify part.bin 0x08008000
does 0 -p $p erase 0x08004000 2k
does 0 -p $p backup folder
keeps 0 -p $p restore folder
keeps 0 -p $p reset
keeps 0 -p $p reset --halt
does 0 -p $p options set --save old.txt Data0=0x5a
keeps 0 -p $p options set Data0=0x5a
does 0 -p $p protect
keeps 7 -p $p info
keeps 7 -p $p read part.bin
keeps 2 -p $p unprotect
does 0 -p $p unprotect --yes-erase
keeps 0 -p $p report report.txt
keeps 2 wriet new.bin
keeps 2 -p $p write nothing.bin
keeps 2 completion tcsh
keeps 6 -p virtual:stm32f103c8,noack=1 -c normal info
TEXT
}

# fits COLUMNS ROWS
fits() {
	find_python
	export NO_COLOR=1 LC_ALL=C
	unset COLUMNS LINES
	transcript=$said/transcript
	# A stack pointer, a reset vector and a loop that it leads to: not the demo, which may change.
	{ printf '\000\020\000\040\011\000\000\010\376\347' && seq 100000 100400; } >new.bin
	{ head -c 1024 new.bin && blank_bytes 64512; } >flash.bin
	every_command | "$python" -B "$cases/terminals.py" "$cases/../../docs/terminal.py" "$1" "$2" >"$transcript" 2>"$said/stderr" ||
		failed "$(last_words)"
	kept=$cases/terminal-$1x$2.txt
	[ -z "${STFLASH_UPDATE_DOCUMENTS-}" ] || cp "$transcript" "$kept"
	cmp -s "$transcript" "$kept" ||
		failed "${kept##*/} has something else: $(diff "$kept" "$transcript" | head -n 12 | tr '\n' '|')"
}

test_every_command_fits_a_terminal_of_80x24() {
	fits 80 24
}

test_every_command_fits_a_terminal_of_40x20() {
	fits 40 20
}

# The bar, and what takes its place at the end.
test_a_bar_fits_terminals_of_20_to_200_columns() {
	find_python
	for columns in 20 30 40 60 80 200; do
		rm -f flash.bin*
		full_flash 1048576
		"$python" "$cases/../../docs/terminal.py" $columns 24 stflash -p virtual:stm32f407vg,flash=flash.bin,pace=real \
			read 0x08000000 300k dump.bin >shown || failed "it failed in $columns columns: $(tr '\n' '|' <shown)"
		grep -q '^bar: reading' shown || failed "no bar in $columns columns: $(tr '\n' '|' <shown)"
		! grep '^WRAPPED: .*%' shown || failed "a bar wraps in $columns columns: $(grep '^WRAPPED' shown)"
		[ $columns -lt 40 ] || grep -qE '^bar: reading.* [0-9]+( of |/)300 KiB' shown || failed "no bytes in $columns columns"
		[ $columns -lt 40 ] || grep -qE '^bar: reading.* [0-9]+ s left' shown || failed "no time in $columns columns"
	done
}
