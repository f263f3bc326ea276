# SPDX-License-Identifier: MIT
# A wait that is shown: an erase has a bar by the time that the datasheet gives it, the time that is left only falls, and
# Ctrl-C is answered at once.

real=virtual:stm32f407vg,flash=flash.bin,pace=real

# bars PROGRAM ARGS...: on a terminal; "bars" then has a line "PHASE PERCENT LEFT" for each time that the bar was drawn. The
# looks before and the check behind have bars of their own.
bars() {
	run_in_terminal "$@"
	sed -n 's/^\(erasing\|writing\) *\[[#.]*\] *\([0-9]*\) %.* \([0-9]*\) s left.*/\1 \2 \3/p' "$said/stdout" >bars
	[ -s bars ] || failed "'$ran' showed no bar"
	awk '$2 < percent { exit 1 } $2 > 100 { exit 1 } { percent = $2 }' bars || failed "'$ran': a bar goes back: $(xargs <bars)"
	awk 'NR > 1 && $3 > left { exit 1 } { left = $3 }' bars || failed "'$ran': the time left grows: $(xargs <bars)"
}

# moves WORD: while it erased the bar did not stand still.
moves() {
	steps=$(awk -v word="$1" '$1 == word { print $2 }' bars | sort -u | wc -l)
	[ "$steps" -ge 4 ] || failed "'$ran': $1 has $steps steps: $(xargs <bars)"
}

# by_the_time SECONDS: up to nine tenths the percentage is that of the datasheet's time, so the two figures go together.
by_the_time() {
	awk -v total="$1" '$2 < 90 {
		left = (100 - $2) / 90 * total
		if ($3 > left + 2 || $3 < left - 1)
			exit 1
	}' bars || failed "'$ran': the bar is not by $1 s: $(xargs <bars)"
}

test_a_sector_erase_shows_a_bar_by_its_time() {
	full_flash 1048576
	bars stflash -p $real --psize 8 erase 0x08020000 128k
	status_is 0
	moves erasing
	by_the_time 2
}

test_a_mass_erase_shows_a_bar_by_its_time() {
	full_flash 1048576
	bars stflash -p $real erase --all
	status_is 0
	stdout_has "by one mass erase"
	moves erasing
	by_the_time 8
	[ "$(awk '$2 < 90' bars | wc -l)" -gt 0 ] || failed "it began at its end: $(xargs <bars)"
}

# Erasing and writing take turns in one bar.
test_a_write_has_one_bar_whose_time_only_falls() {
	full_flash 1048576
	random_bytes 131072 >new.bin
	bars stflash -p $real write --yes new.bin
	status_is 0
	grep -q ^erasing bars && grep -q ^writing bars || failed "one of the two is not shown: $(xargs <bars)"
}

test_without_an_agent_an_erase_shows_a_bar_too() {
	full_flash 1048576
	bars stflash -p $real --psize 8 --no-agent erase 0x08020000 128k
	status_is 0
	moves erasing
}

# How far it is in bytes: of the flash that is erased, of the file that is written; and a part of the bar is not left over.
test_a_bar_counts_bytes() {
	full_flash 1048576
	run_in_terminal stflash -p $real erase --all
	status_is 0
	grep -qE '^erasing +\[#*\.*\] +[0-9]+ %  [0-9]+ of 1024 KiB' "$said/stdout" || failed "no bytes: $(head -c 900 "$said/stdout")"
	full_flash 1048576
	random_bytes 131072 >new.bin
	run_in_terminal stflash -p $real write --yes new.bin
	status_is 0
	grep -qE '^writing +\[#*\.*\] +[0-9]+ %  [0-9]+ of 128 KiB' "$said/stdout" || failed "no bytes: $(head -c 900 "$said/stdout")"
}

# Without a terminal a line at the start of what lasts, and the summary at its end.
test_without_a_terminal_a_long_job_has_a_line_at_its_start() {
	full_flash 1048576
	run stflash -p $real erase --all
	status_is 0
	[ "$(sed 's/ in .*//; s/, [0-9.]* s.*//' "$said/stderr" | head -n 2 | tr '\n' '|')" = \
		"erasing 1 MiB of STM32F405/407/415/417|12 of 12 sectors of STM32F405/407/415/417 erased by one mass erase|" ] ||
		failed "it said: $(last_words)"
	full_flash 1048576
	run stflash -p $real read dump.bin
	status_is 0
	[ "$(sed 's/ in .*//; s/, [0-9.]* s.*//' "$said/stderr" | head -n 2 | tr '\n' '|')" = \
		"reading 1 MiB from STM32F405/407/415/417|dump.bin: 1 MiB of STM32F405/407/415/417 at 0x08000000|" ] ||
		failed "it said: $(last_words)"
	for quiet in -q --no-progress; do
		run stflash -p $real $quiet erase 0x08020000 256k
		status_is 0
		! grep -q '^erasing' "$said/stderr" || failed "$quiet shows progress"
	done
}

# answered SECONDS ARGS...: Ctrl-C in the erase names the time that it may still take, and the erase is waited for.
answered() {
	command -v python3 >/dev/null || not_run "python3 is not installed"
	seconds=$1
	shift
	full_flash 1048576
	rm -f flash.bin.options
	run python3 "$cases/interrupt.py" erasing INT stflash -vv --no-progress -p $real "$@"
	status_is 130
	stderr_has "waiting for the running erase, up to $seconds s"
	stderr_has "cancelled; the erase may be incomplete: run the command again to complete it"
}

test_ctrl_c_in_an_erase_is_answered_at_once() {
	answered 4 --psize 8 erase 0x08020000 256k
	blank_bytes 131072 >blank.bin
	tail -c +131073 flash.bin | head -c 131072 >erased.bin
	same_bytes blank.bin erased.bin # the erase that ran was waited for
	answered 16 erase --all
}
