# SPDX-License-Identifier: MIT
# Every command on a terminal of 80x24 and of 40x20: no line is wider than it, no word is broken, a bar does not wrap. What is
# shown is kept in terminal-80x24.txt and terminal-40x20.txt, but for times and what grows; STFLASH_UPDATE_DOCUMENTS=1 writes them anew.

p=virtual:stm32f103c8,flash=flash.bin

# Once, and not through what chooses a version at each call, which takes longer than the program.
find_python() {
	command -v python3 >/dev/null || not_run "python3 is not installed"
	python=$(python3 -c 'import sys; print(sys.executable)')
}

# words_of FILE: sorted, one on each line; without times, rates and dates, and without the map, which is drawn for its terminal.
words_of() {
	grep -vE '^(0x0[0-9a-f]{7}  [^ ]|one character is)' "$1" | tr -s ' \n' ' ' |
		sed -E 's/[0-9.]+ s([^a-z]|$)/T s\1/g; s/[0-9]+ KiB\/s/R/g' | tr ' ' '\n' | LC_ALL=C sort
}

# on_terminal COLUMNS ROWS STATUS ARGS...: stflash ARGS there, put at the end of "transcript"; the words are those of a pipe.
on_terminal() {
	columns=$1
	rows=$2
	expected=$3
	shift 3
	"$python" "$cases/../../docs/terminal.py" $columns $rows stflash "$@" >shown 2>&1
	status=$?
	ran="stflash $* ($columns columns)"
	[ $status -eq "$expected" ] || failed "'$ran' ended with $status, not $expected: $(tr '\n' '|' <shown)"
	! grep '^WRAPPED: ' shown >wrapped || failed "a line of '$ran' does not fit: $(tr '\n' '|' <wrapped)"
	grep -v '^bar: ' shown >plain
	$keeps || return 0
	{ echo "\$ stflash $*"; sed -E 's/[0-9]+\.[0-9]+( s)?/T\1/g; s/[0-9]+ KiB\/s/R/g' plain; } >>"$transcript"
}

# unbroken STATUS ARGS...: the same in a pipe has the same words.
unbroken() {
	cp plain "$said/on_terminal"
	words_of "$said/on_terminal" >"$said/there"
	stflash "$@" >"$said/piped" 2>&1 </dev/null
	words_of "$said/piped" >"$said/here"
	cmp -s "$said/there" "$said/here" || failed "'$ran' breaks a word: $(diff "$said/there" "$said/here" | head -n 6 | tr '\n' '|')"
}

# looks COLUMNS ROWS STATUS ARGS...: one that can be run twice.
looks() {
	on_terminal "$@"
	shift 3
	unbroken "$@"
}

every_command() {
	keeps=false # the help and the list of chips grow: they have only to fit
	looks $1 $2 0 help
	looks $1 $2 0 help options
	for command in list info read write verify erase reset \
		options protect unprotect backup restore doctor report completion help; do
		looks $1 $2 0 help "$command"
	done
	looks $1 $2 0 --version
	looks $1 $2 0 list --chips
	keeps=true
	looks $1 $2 0 -p $p list
	looks $1 $2 0 -p $p info
	on_terminal $1 $2 0 -p $p info --map
	looks $1 $2 0 -p $p options
	looks $1 $2 0 -p $p doctor
	on_terminal $1 $2 0 -p $p read part.bin 0x08000000 1k
	looks $1 $2 0 -p $p read part.bin 0x08000000 1k
	on_terminal $1 $2 0 -p $p write --dry-run new.bin
	on_terminal $1 $2 0 -p $p write new.bin
	looks $1 $2 0 -p $p write new.bin
	looks $1 $2 0 -p $p verify new.bin
	looks $1 $2 10 -p $p verify part.bin 0x08008000
	on_terminal $1 $2 0 -p $p erase 0x08004000 2k
	on_terminal $1 $2 0 -p $p backup folder
	looks $1 $2 0 -p $p restore folder
	looks $1 $2 0 -p $p reset
	looks $1 $2 0 -p $p reset --halt
	on_terminal $1 $2 0 -p $p options set --save old.txt Data0=0x5a
	looks $1 $2 0 -p $p options set Data0=0x5a
	on_terminal $1 $2 0 -p $p protect
	looks $1 $2 7 -p $p info
	looks $1 $2 7 -p $p read part.bin
	looks $1 $2 2 -p $p unprotect
	on_terminal $1 $2 0 -p $p unprotect --yes-erase
	looks $1 $2 0 -p $p report report.txt
	looks $1 $2 2 wriet new.bin
	looks $1 $2 2 -p $p write nothing.bin
	looks $1 $2 2 completion tcsh
	looks $1 $2 6 -p virtual:stm32f103c8,noack=1 -c normal info
}

# fits COLUMNS ROWS
fits() {
	find_python
	export NO_COLOR=1 LC_ALL=C
	unset COLUMNS LINES
	transcript=$said/transcript
	: >"$transcript"
	# A stack pointer, a reset vector and a loop that it leads to: not the demo, which may change.
	{ printf '\000\020\000\040\011\000\000\010\376\347' && seq 100000 100400; } >new.bin
	{ head -c 1024 new.bin && blank_bytes 64512; } >flash.bin
	every_command "$1" "$2"
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
