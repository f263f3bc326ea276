# SPDX-License-Identifier: MIT
# The command line itself: help, options, misuse. Nothing here touches a probe.

test_version_is_one_line_on_stdout() {
	run stflash --version
	status_is 0
	grep -qxE 'stflash [0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?' "$said/stdout" || failed "it is $(cat "$said/stdout")"
	[ "$(wc -l <"$said/stdout")" -eq 1 ] || failed "it is more than one line"
	stderr_is_empty
}

test_help_lists_commands_and_options() {
	for how in help --help -h; do
		run stflash $how
		status_is 0
		stderr_is_empty
		for word in list info read reset "-p PROBE" "-s KHZ" "-c under-reset" --json "stflash help options"; do
			stdout_has "$word"
		done
	done
	run stflash help options
	for word in --probe --speed --connect --json --log --flash-size "options set WRP=none"; do
		stdout_has "$word"
	done
}

# names_of_help: the commands that it lists, one a line.
names_of_help() {
	stflash help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\(, [a-z]*\)*\) .*/\1/p' | tr -d ',' | tr ' ' '\n'
}

test_the_help_fits_a_terminal_of_80_by_24() {
	run stflash help
	[ "$(wc -l <"$said/stdout")" -le 23 ] || failed "it has $(wc -l <"$said/stdout") lines, one more for the prompt"
	for name in '' $(names_of_help); do
		stflash help $name | awk 'length > 79' >wide
		[ ! -s wide ] || failed "help $name: longer than 79 columns: $(head -n 1 wide)"
	done
}

# Broken at blanks, and only there: without the line breaks it is what a wide terminal shows.
test_the_help_is_folded_to_a_narrow_terminal() {
	for name in '' $(names_of_help); do
		run_in_terminal "stty rows 20 cols 40; stflash help $name"
		status_is 0
		sed -i '/^Script \(started\|done\) on /d; /^$/d' "$said/stdout"
		awk 'length > 40' "$said/stdout" >wide
		[ ! -s wide ] || failed "help $name: longer than 40 columns: $(head -n 1 wide)"
		tr -s ' \n' '  ' <"$said/stdout" | sed 's/ $//' >narrow
		stflash help $name | tr -s ' \n' '  ' | sed 's/ $//' >usual
		same_bytes usual narrow
	done
}

test_help_of_every_command_has_an_example_that_is_taken() {
	for name in $(names_of_help); do
		stflash help $name | sed -n '/^examples:/,/^$/s/^  \(stflash .*\)/\1/p' | sed 's/   *.*//; s/ >.*//' >examples
		grep -q " $name" examples || failed "help $name has no example: $(cat examples)"
		while read -r example; do
			STFLASH_PROBE=virtual:none run $(printf '%s\n' "$example" | sed 's,usbip://bench,virtual:none,')
			! grep -qE "unknown|means nothing|help $name\\)" "$said/stderr" || failed "'$example': $(last_words)"
		done <examples
	done
}

test_help_of_a_command_three_ways() {
	run stflash help read
	status_is 0
	stdout_has "usage: stflash [options] read [ADDR [SIZE]] [FILE]"
	cp "$said/stdout" help.txt
	run stflash read --help
	status_is 0
	same_bytes help.txt "$said/stdout"
	run stflash --help read
	status_is 0
	same_bytes help.txt "$said/stdout"
}

test_every_command_has_a_help_of_its_own() {
	names_of_help >names
	[ -s names ] || failed "stflash help lists no commands"
	while read -r name; do
		run stflash help "$name"
		status_is 0
		stdout_has "usage: stflash [options] $name"
	done <names
}

# Its whole name stands there: completions and the manual page take it from the help.
test_every_option_of_the_help_is_taken() {
	for command in $(names_of_help); do
		for option in $(stflash help $command | sed -n 's/^  [-a-zA-Z, ]* \(--[a-z0-9-]*\)\( .*\)\{0,1\}$/\1/p'); do
			run stflash -p virtual:none $command $option # --loop too ends where there can be no board
			! grep -q "unknown option" "$said/stderr" || failed "help $command names $option: $(last_words)"
			echo "$option" >>options
		done
	done
	grep -qx -e --i-know-level-2-is-for-ever options || failed "the longest option is not among them: $(xargs <options)"
}

test_no_command_shows_the_help_on_stderr() {
	run stflash
	status_is 2
	stdout_is_empty
	stderr_has "usage: stflash"
	stderr_has "no command given"
}

test_an_unknown_command_is_told_with_the_nearest() {
	run stflash infp
	fails_with 2 "unknown command 'infp'; did you mean 'info'?"
	run stflash help rest
	fails_with 2 "did you mean 'reset'?"
	run stflash frobnicate
	fails_with 2 "unknown command 'frobnicate'"
	only
}

test_an_unknown_option_is_told_with_the_nearest() {
	run stflash info --prob x
	fails_with 2 "unknown option '--prob'; did you mean '--probe'?"
	run stflash info --frobnicate=3
	fails_with 2 "unknown option '--frobnicate'"
	run stflash info -z
	fails_with 2 "unknown option '-z'"
	run stflash info --connect under-rest
	fails_with 2 "did you mean 'under-reset'?"
}

# What replaces a file or changes the chip is not offered to a typing error: `raed` may stand in a script.
test_what_may_be_regretted_is_never_offered() {
	for word in raed erasee wrte potect unprotct restor optoins; do
		run stflash $word dump.bin
		fails_with 2 "unknown command '$word' (see stflash help)"
	done
	for option in al yes-erse unprotec no-kep i-know-level-2-is-for-evr other-chp; do
		for command in "write x" "erase --all" "unprotect" "restore x" "options set"; do
			run stflash $command --$option
			fails_with 2 "unknown option '--$option' (see"
		done
	done
	only
}

test_an_option_is_offered_to_the_commands_that_take_it() {
	run stflash write x --dry-rnu
	fails_with 2 "did you mean '--dry-run'?"
	run stflash --dry-rnu write x
	fails_with 2 "did you mean '--dry-run'?"
	run stflash --dry-rnu read x
	fails_with 2 "unknown option '--dry-rnu' (see stflash help)"
	run stflash info --dry-rnu
	fails_with 2 "unknown option '--dry-rnu' (see stflash help info)"
}

# answered WORDS ARGS...: a word of another tool, with what stflash has for it; nothing is carried out.
answered() {
	words=$1
	shift
	run stflash -p virtual:stm32f103c8,stats=stats.json "$@"
	fails_with 2 "$words"
	only
}

test_the_words_of_other_tools_are_answered() {
	for word in load burn write_flash; do
		answered "unknown command '$word'; did you mean 'stflash write FILE'?" $word x.bin
	done
	answered "unknown option '-w'; did you mean 'stflash write FILE'?" -w x.bin
	for word in dump save read_flash; do
		answered "unknown command '$word'; did you mean 'stflash read FILE'?" $word x.bin
	done
	for word in upload download; do
		answered "'stflash read FILE' saves the flash to a file, 'stflash write FILE' writes" $word x.bin
	done
	for word in probes scan devices ls; do
		answered "unknown command '$word'; did you mean 'stflash list'?" $word
	done
	answered "unknown option '-l'; did you mean 'stflash list'?" -l
	for word in mass-erase mass_erase masserase chip-erase chip_erase erase_flash erase-flash erase-all; do
		answered "unknown command '$word'; 'stflash erase --all' erases the whole flash" $word
	done
	answered "'stflash erase --all' erases the whole flash" erase all
	answered "unknown option '--mass-erase'; 'stflash erase --all' erases the whole flash" erase --mass-erase
	for word in ob optbytes; do
		answered "unknown command '$word'; did you mean 'stflash options'?" $word
	done
	answered "'stflash help unprotect' says" unlock
	answered "'stflash protect' sets read-out protection" lock
	for word in run go start; do
		answered "unknown command '$word'; did you mean 'stflash reset'?" $word
	done
	answered "did you mean 'stflash reset --halt'?" halt
	answered "did you mean 'stflash reset --halt'?" reset halt
	answered "did you mean 'stflash reset --run'?" reset run
	answered "did you mean 'stflash --version'?" version
	answered "unknown option '-V'; did you mean 'stflash --version'?" -V
}

test_the_options_of_other_tools_are_answered() {
	answered "unknown option '--chip'; the chip is detected" --chip stm32f103c8 write x.bin
	answered "'stflash write FILE 0x08000000'" write --addr 0x08000000 x.bin
	answered "'stflash write FILE 0x08000000'" write x.bin -a 0x08000000
	answered "--reset means nothing to 'erase': erase resets the chip at its end without it" erase --reset --all
}

test_words_of_other_tools_that_mean_the_same_are_aliases() {
	new_firmware 3000
	for word in flash program; do
		cp new.bin $word.bin
		run stflash -p virtual:stm32f103c8,flash=chip.bin --json $word $word.bin
		status_is 0
		stdout_has '"command":"write"'
	done
	cmp -n 3000 new.bin chip.bin >/dev/null || failed "they do not write"
	run stflash help program
	stdout_has "usage: stflash [options] write [ADDR] FILE"
	for word in --serial --sn --probe-serial; do
		run stflash $word virtual:stm32f103c8 info
		status_is 0
		run stflash info $word=virtual:stm32f103c8
		status_is 0
	done
	for word in --freq --frequency; do
		run stflash -p virtual:stm32f103c8 info $word 950k
		status_is 0
		stdout_has "SWD clock   950 kHz"
		run stflash info $word
		fails_with 2 "needs a value"
	done
	run stflash -p virtual:stm32f103c8 --connect-under-reset --json info
	stdout_has '"connected":"under reset"'
	for word in --hotplug --hot-plug; do
		run stflash -p virtual:stm32f103c8 $word reset
		fails_with 2 "connected by attaching only"
	done
	run stflash --connect-under-reset=1 info
	fails_with 2 "--connect-under-reset takes no value"
}

test_completion_is_printed() {
	for shell in bash zsh fish; do
		run stflash completion $shell
		status_is 0
		stderr_is_empty
		stdout_has "$shell completion for stflash"
	done
	run stflash completion
	fails_with 2 "completion takes bash, zsh or fish"
	run stflash completion tcsh
	fails_with 2 "completion takes bash, zsh or fish, not 'tcsh'"
}

test_the_supported_chips_are_listed() {
	run stflash list --chips
	status_is 0
	for chip in stm32f103c8 stm32f407vg; do
		name=$(stflash -p virtual:$chip info | sed -n 's/^chip  *//p')
		stdout_has "  $name  "
	done
	stdout_has "up to 1 MiB     pages of 16 KiB"
	lines=$(wc -l <"$said/stdout")
	run stflash --json list --chips
	status_is 0
	[ "$(grep -c '"command":"list","ok":true,"chip":' "$said/stdout")" -eq "$lines" ] || failed "JSON has other chips"
	run stflash info --chips
	fails_with 2 "--chips means nothing to 'info'"
}

test_options_want_their_values() {
	run stflash info --probe
	fails_with 2 "--probe needs a value"
	run stflash info -p
	fails_with 2 "-p needs a value"
	run stflash info --json=1
	fails_with 2 "--json takes events or nothing behind it"
	run stflash info --speed fast
	fails_with 2 "--speed takes a clock in kHz" "'fast'"
	run stflash info -s0
	fails_with 2 "--speed takes a clock in kHz"
	run stflash info -s 4000zz
	fails_with 2 "--speed takes a clock in kHz"
}

test_options_of_other_commands_are_refused() {
	run stflash list --halt
	fails_with 2 "--halt means nothing to 'list'"
	run stflash reset --halt --run
	fails_with 2 "--halt and --run exclude each other"
	only
}

test_commands_without_arguments_take_none() {
	for command in list info reset; do
		run stflash $command surplus
		fails_with 2 "$command takes no arguments, not 'surplus'"
	done
}

test_read_wants_a_file_where_there_is_no_terminal() {
	run stflash read
	fails_with 2 "read needs a FILE"
	run stflash read 0x08000000 64k
	fails_with 2 "read needs a FILE"
	run stflash read 1 2 3 dump.bin
	fails_with 2 "not a third, '3'"
	run stflash read a.bin b.bin
	fails_with 2 "one file, not both 'a.bin' and 'b.bin'"
	only
}

test_numbers_are_parsed_whole() {
	run stflash read 0x8000zz 64k dump.bin
	fails_with 2 "'0x8000zz' is not a number" "./0x8000zz"
	run stflash read 0x100000000 4 dump.bin
	fails_with 2 "more than 32 bits"
	run stflash read 0x08000000 0 dump.bin
	fails_with 2 "nothing to read"
	run stflash read 0xffffffff 2 dump.bin
	fails_with 2 "more than there can be from that address"
	only
}

test_a_misuse_in_json_is_an_object_too() {
	run stflash --json reset surplus
	status_is 2
	stdout_has '{"command":"reset","ok":false,"error":{"name":"argument","message":"reset takes no arguments'
	run stflash --json read -
	fails_with 2 "both want standard output"
}

test_standard_output_that_is_full_is_an_error() {
	[ -w /dev/full ] || not_run "there is no /dev/full"
	stflash --help >/dev/full 2>"$said/stderr"
	status=$?
	ran="stflash --help >/dev/full"
	fails_with 2 "cannot write the result to standard output"
}

# into_closed_pipe ARGS...: stflash, whose results go into a pipe that its reader has closed.
into_closed_pipe() {
	ran="stflash $* | (a reader that is gone)"
	rm -f "$said/pipe" && mkfifo "$said/pipe"
	exec 5<>"$said/pipe" 6>"$said/pipe" 5<&-
	: >"$said/stdout"
	timeout -k 5 $hang_s stflash "$@" >&6 2>"$said/stderr" </dev/null
	status=$?
	exec 6>&-
}

# What the command did is done to its end, and nobody wants to hear more.
test_a_reader_that_wants_no_more_of_the_results_is_no_error() {
	chip=virtual:stm32f103c8,strict=1,stats=stats.json
	for command in --version help "help read" --help "write --help" "completion bash" "list --chips" "list --chips --json"; do
		into_closed_pipe $command
		status_is 0
		stderr_is_empty
	done
	new_firmware 3000
	for command in info "info --map" options hash doctor "erase --json=events 0x0800fc00 1k" "write new.bin" "reset"; do
		for json in "" --json; do
			into_closed_pipe -q -p $chip $json $command
			status_is 0
			stderr_is_empty
			nothing_is_left_behind
		done
	done
}

test_of_two_boards_whose_results_nobody_reads_both_are_written() {
	new_firmware 3000
	into_closed_pipe -q -p virtual:stm32f103c8,flash=1.bin,serial=A1 -p virtual:stm32f103c8,flash=2.bin,serial=A2 --json write new.bin
	status_is 0
	stderr_is_empty
	cmp -n "$(wc -c <new.bin)" new.bin 1.bin && cmp -n "$(wc -c <new.bin)" new.bin 2.bin || failed "the boards hold something else"
}

# What goes on for ever does not go on for nobody.
test_a_loop_whose_results_nobody_reads_takes_no_further_board() {
	into_closed_pipe -p virtual:stm32f103c8 --json --loop reset
	status_is 0
	stderr_has "nobody reads standard output any more: no further board is taken"
	stderr_has "1 board: 1 passed, 0 failed"
}

# A dump is a file: half of it is none.
test_a_dump_that_its_reader_does_not_take_whole_is_an_error() {
	for command in "read -" "read /dev/stdout" "read --format ihex -" "report -"; do
		into_closed_pipe -q -p virtual:stm32f103c8,strict=1,stats=stats.json $command
		fails_with 2 "cannot write" "Broken pipe"
		nothing_is_left_behind
	done
}

test_a_command_that_fails_says_so_to_a_reader_that_is_gone_as_well() {
	into_closed_pipe -p virtual:stm32f103c8,noack=1 --json info
	fails_with 6 "no chip answers on SWD"
}

test_a_log_that_cannot_be_written_is_an_error() {
	run stflash --log no/such/dir info
	fails_with 2 "cannot write the log no/such/dir: No such file or directory"
}

test_a_misuse_by_long_words_still_points_to_the_help() {
	long=0x$(printf '%0300d' 7)z
	run stflash read "$long" dump.bin
	fails_with 2 "(see stflash help read)"
}
