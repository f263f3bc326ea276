# SPDX-License-Identifier: MIT
# What is said at the end: two lines, the file and the chip in the first; errors and warnings by their words, and in
# colour where a terminal shows it.

f103=virtual:stm32f103c8,flash=flash.bin,strict=1,stats=stats.json

# two_lines BEGINNING ARGS...: the summary of a run is two lines of at most 79 columns; the first begins so and names
# the chip.
two_lines() {
	begins=$1
	shift
	run stflash --no-progress "$@"
	status_is 0
	grep -v '^stflash: ' "$said/stderr" >"$said/summary"
	[ "$(wc -l <"$said/summary")" -eq 2 ] || failed "the summary of '$ran' is no two lines: $(last_words)"
	! grep -E '^.{80}' "$said/summary" >"$said/wide" || failed "a line of '$ran' is wide: $(cat "$said/wide")"
	head -n 1 "$said/summary" | grep -qE "^$begins.*STM32F" || failed "'$ran' does not begin with '$begins': $(last_words)"
}

test_a_summary_is_two_lines_with_the_file_and_the_chip() {
	for chip in stm32f103c8 stm32f100rb stm32f407vg; do
		rm -rf flash.bin* folder old.bin dump.bin stats.json
		new_firmware 5000
		p="-p virtual:$chip,flash=flash.bin"
		two_lines "dump.bin: " $p read dump.bin
		two_lines "dump.bin: " $p read --no-reset dump.bin
		two_lines "dump.bin: " $p -c attach read dump.bin
		two_lines "dump.bin: " $p read --halt dump.bin
		two_lines "part.hex: " $p read 0x08000000 100 part.hex
		two_lines "ram.bin: " $p read 0x20000000 64 ram.bin
		two_lines "new.bin: " $p write new.bin
		two_lines "new.bin: " $p write new.bin
		two_lines "new.bin: " $p write 0x08000321 new.bin
		two_lines "new.bin: " $p write --halt new.bin
		two_lines "new.bin: " $p write --no-reset new.bin
		two_lines "new.bin: " $p write --no-agent new.bin
		two_lines "new.bin: " $p write --no-verify --force-erase new.bin
		two_lines "new.bin: " $p verify new.bin
		two_lines "new.bin: " $p verify --no-reset new.bin
		two_lines "folder: " $p backup folder
		two_lines "folder: " $p restore folder
		two_lines "" $p erase 0x08004000 16k
		two_lines "" $p erase --all
	done
}

# A path is shown without its first folders where it makes the line too long, and whole with -v; a name is never cut.
test_a_long_name_keeps_its_last_part() {
	mkdir -p a_folder_of_a_project/that_is_long/and_deep
	deep=a_folder_of_a_project/that_is_long/and_deep/dump.bin
	two_lines '\.\.\./.*dump.bin: ' -p virtual:stm32f103c8,flash=flash.bin read $deep
	run stflash -v -p virtual:stm32f103c8,flash=flash.bin read $deep
	stderr_has "$deep: 64 KiB of STM32F103"
	long=$(printf '%060d.bin' 0)
	run stflash -p virtual:stm32f103c8,flash=flash.bin read $long
	stderr_has "$long: 64 KiB of STM32F103"
}

test_several_files_are_named_or_counted() {
	random_bytes 100 >a.bin
	run stflash -p $f103 write a.bin@0x08000000 a.bin@0x08001000
	status_is 0
	stderr_has "a.bin + a.bin: 200 bytes written to 0x08000000 of STM32F103/101/102 in "
	for n in 1 2 3 4 5 6; do cp a.bin piece$n.bin; done
	run stflash -p $f103 write $(for n in 1 2 3 4 5 6; do echo piece$n.bin@0x0800${n}000; done)
	status_is 0
	stderr_has "piece1.bin and 5 more: 600 bytes written to 0x08001000"
	random_bytes 100 >other.bin
	run sh -c "stflash -p $f103 write - <other.bin"
	status_is 0
	stderr_has "standard input: 100 bytes written"
	run sh -c "stflash -p $f103 read - >out.bin"
	status_is 0
	stderr_has "standard output: 64 KiB of STM32F103/101/102 at 0x08000000"
}

test_a_dump_has_its_sum() {
	full_flash 65536
	sum=$(sha256sum flash.bin | cut -d' ' -f1)
	run stflash -p $f103 read dump.bin
	stderr_has ", sha256 $(echo "$sum" | cut -c 1-16); reset"
	! grep -q "$sum" "$said/stderr" || failed "all of the sum without -v"
	run stflash -v -p $f103 read dump.bin
	stderr_has "sha256 $sum"
	stderr_has "65536 bytes read, 65536 of them transferred, 0 found blank by the chip"
	run stflash --json -p $f103 read dump.bin
	stdout_has "\"sha256\":\"$sum\""
}

test_an_error_and_a_warning_say_what_they_are() {
	run stflash -p $f103 write nothing.bin
	fails_with 2 "stflash: error: cannot open nothing.bin: No such file or directory"
	run stflash nonsense
	fails_with 2 "stflash: error: unknown command 'nonsense'"
	run stflash --log log.txt -p $f103 write --no-verify nothing.bin
	grep -qx 'error: cannot open nothing.bin: No such file or directory' log.txt || failed "the log lacks the error"
	random_bytes 100 >new.bin
	run stflash -p $f103 write --no-verify 0x08001000 new.bin
	status_is 0
	stderr_has "stflash: warning: --no-verify: nothing checks"
	stderr_has "NOT verified; reset"
}

escape=$(printf '\033')

# shown_raw COMMAND: on a terminal, with its escape sequences.
shown_raw() {
	run_in_terminal "$@"
	sed "s/$escape/<ESC>/g" "$said/stdout" >"$said/raw"
}

has_raw() {
	grep -qF -e "$1" "$said/raw" || failed "'$ran' shows no '$1': $(head -c 400 "$said/raw" | tr '\n' '|')"
}

test_errors_warnings_and_verdicts_are_coloured_on_a_terminal() {
	random_bytes 100 >new.bin
	export TERM=xterm
	unset NO_COLOR
	shown_raw stflash write nothing.bin
	has_raw "stflash: <ESC>[1;31merror: <ESC>[mcannot open nothing.bin"
	shown_raw stflash -p $f103 write --no-verify 0x08001000 new.bin
	has_raw "stflash: <ESC>[33mwarning: <ESC>[m--no-verify"
	shown_raw stflash -p $f103 doctor
	has_raw "<ESC>[32mok  <ESC>[m  usb "
	shown_raw stflash doctor # without a probe
	has_raw "<ESC>[1;31mBAD <ESC>[m"
	shown_raw stflash -p virtual:stm32f103c8,firmware=lockup doctor
	has_raw "<ESC>[33mnote<ESC>[m"
	for plain in "NO_COLOR=1" "TERM=dumb"; do
		for job in "write nothing.bin" "-p $f103 doctor" "-p $f103 write --no-verify 0x08001000 new.bin"; do
			shown_raw env $plain stflash --no-progress $job
			! grep -qF '<ESC>[' "$said/raw" || failed "with $plain '$job' is coloured"
		done
	done
	run stflash -p $f103 doctor
	! grep -q "$escape" "$said/stdout" || failed "a pipe gets colour"
	run stflash write nothing.bin
	! grep -q "$escape" "$said/stderr" || failed "a pipe gets colour"
}
