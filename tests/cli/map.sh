# SPDX-License-Identifier: MIT
# The picture of the flash, and the bar: what a terminal of 80 and of 40 columns gets, and what no terminal gets.

f103=virtual:stm32f103c8,strict=1,stats=stats.json
f407=virtual:stm32f407vg,strict=1,stats=stats.json

# two_thirds: flash.bin of an F103C8: 1 KiB used, 31 blank, 32 used.
two_thirds() {
	random_bytes 1024 >flash.bin
	blank_bytes 31744 >>flash.bin
	random_bytes 32768 >>flash.bin
}

# in_columns N COMMAND...: in a terminal of N columns.
in_columns() {
	columns=$1
	shift
	run_in_terminal sh -c "'stty cols $columns; exec $*'"
}

# The widest line of what the terminal showed, escape sequences left out.
widest() {
	sed 's/\x1b\[[0-9;]*[mK]//g' "$said/stdout" | awk 'length($0) > n { n = length($0) } END { print n + 0 }'
}

dots() {
	printf "%$1s" "" | tr ' ' .
}

marks() {
	printf "%$1s" "" | tr ' ' '#'
}

test_the_map_shows_blank_and_used() {
	two_thirds
	run env LC_ALL=C stflash -p $f103,flash=flash.bin info --map
	status_is 0
	stdout_has "0x08000000  #$(dots 31)$(marks 32)"
	stdout_has "one character is 1 KiB  # used  . blank"
	nothing_is_left_behind
}

test_the_map_in_utf8() {
	two_thirds
	run env LC_ALL=C.UTF-8 stflash -p $f103,flash=flash.bin info --map
	status_is 0
	stdout_has "0x08000000  █··"
}

test_the_map_shows_protection() {
	two_thirds
	run env LC_ALL=C stflash -p $f103,flash=flash.bin,wrp=1 info --map
	status_is 0
	stdout_has "0x08000000  Wwww$(dots 28)"
	stdout_has "W used, write-protected"
	run env LC_ALL=C stflash -p $f103,rdp=1 info --map
	status_is 7
	stdout_has "????????"
	stdout_has "? read-out protected"
}

test_the_map_fits_40_and_80_columns() {
	random_bytes 300000 >flash.bin
	for columns in 40 80; do
		in_columns $columns env LC_ALL=C stflash -p $f407,flash=flash.bin info --map
		status_is 0
		stdout_has "one character is"
		[ "$(grep -c '^0x08' "$said/stdout")" -eq 16 ] || failed "the map has not 16 rows in $columns columns"
		wide=$(grep '^0x08' "$said/stdout" | awk 'length($0) > n { n = length($0) } END { print n }')
		[ "$wide" -le $columns ] || failed "a row of $wide characters in $columns columns"
	done
}

test_colour_only_on_a_terminal_and_not_with_no_color() {
	esc=$(printf '\033[33m')
	run stflash -p $f103,wrp=1 info --map
	status_is 0
	! grep -qF "$esc" "$said/stdout" || failed "colour without a terminal"
	in_columns 80 env TERM=xterm stflash -p $f103,wrp=1 info --map
	stdout_has "$esc"
	in_columns 80 env TERM=xterm NO_COLOR=1 stflash -p $f103,wrp=1 info --map
	! grep -qF "$esc" "$said/stdout" || failed "colour with NO_COLOR"
	in_columns 80 env TERM=dumb stflash -p $f103,wrp=1 info --map
	! grep -qF "$esc" "$said/stdout" || failed "colour on a dumb terminal"
}

test_the_plan_is_drawn() {
	two_thirds
	dd if=flash.bin bs=1024 count=1 2>/dev/null >new.bin
	random_bytes 1024 >>new.bin
	dd if=flash.bin bs=1024 skip=2 count=30 2>/dev/null >>new.bin
	random_bytes 1024 >>new.bin
	run env LC_ALL=C stflash -p $f103,flash=flash.bin write --dry-run new.bin
	status_is 0
	stderr_has "0x08000000  =P"
	stderr_has "E$(dots 31)"
	stderr_has "= equal already"
	run env LC_ALL=C stflash -q -p $f103,flash=flash.bin write --dry-run new.bin
	status_is 0
	stderr_is_empty
}

test_the_bar_fits_40_and_80_columns() {
	full_flash 1048576
	for columns in 40 80; do
		in_columns $columns stflash -p virtual:stm32f407vg,flash=flash.bin,pace=real read 0x08000000 300k dump.bin
		status_is 0
		stdout_has "reading   ["
		stdout_has "s left"
		wide=$(sed 's/\x1b\[[0-9;]*[mK]//g' "$said/stdout" | grep '^reading ' | awk 'length($0) > n { n = length($0) } END { print n }')
		[ "$wide" -lt $columns ] || failed "a bar of $wide characters in $columns columns"
	done
}

test_no_bar_without_a_terminal_and_none_with_quiet() {
	full_flash 1048576
	run stflash -p virtual:stm32f407vg,flash=flash.bin,pace=real read 0x08000000 200k dump.bin
	status_is 0
	! grep -qF '[' "$said/stderr" || failed "a bar without a terminal"
	in_columns 80 stflash -q -p virtual:stm32f407vg,flash=flash.bin,pace=real read 0x08000000 200k dump.bin
	[ ! -s "$said/stdout" ] || ! grep -q reading "$said/stdout" || failed "a bar with -q"
}
