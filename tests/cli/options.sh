# SPDX-License-Identifier: MIT
# Option bytes and protection: shown by name, changed as one step, lifted only when told to.

f103=virtual:stm32f103c8,flash=flash.bin,strict=1,stats=stats.json
f407=virtual:stm32f407vg,flash=flash.bin,strict=1,patience=30,stats=stats.json

option_is() {
	run stflash -q -p "$1" options
	status_is 0
	grep -q "^$2 *$3 " "$said/stdout" || failed "$2 is not $3: $(tr '\n' '|' <"$said/stdout")"
}

# set_options CHIP NAME=VALUE...
set_options() {
	chip=$1
	shift
	rm -f old.txt
	run stflash -p "$chip" options set --save old.txt "$@"
	status_is 0
	figure_is anomalies 0
}

one_of_each_line="stm32f103c6 stm32f103c8 stm32f103zg stm32f103re stm32f105rb stm32f100rb stm32f100ze stm32f401cc stm32f401re
	stm32f407vg stm32f410rb stm32f411re stm32f412zg stm32f413zh stm32f446re stm32f429zi stm32f469ni stm32f205zg stm32f722re stm32f746zg stm32f767zi"

test_every_line_shows_its_options() {
	for chip in $one_of_each_line; do
		run stflash -p "virtual:$chip,strict=1,stats=stats.json" options
		status_is 0
		for words in "level 0: not read-out protected" "software watchdog" "no reset when entering Standby" \
			"write-protected"; do
			stdout_has "$words"
		done
		nothing_is_left_behind
	done
}

test_every_line_changes_an_option_and_back() {
	for chip in $one_of_each_line; do
		rm -f flash.bin*
		spec=virtual:$chip,flash=flash.bin,strict=1,patience=30,stats=stats.json
		set_options "$spec" nRST_STOP=0 WRP=0
		option_is "$spec" nRST_STOP 0
		grep -qE "(page|sector)s? 0(-[0-9]+)? write-protected" "$said/stdout" || failed "$chip: not protected"
		set_options "$spec" nRST_STOP=1 WRP=none
		option_is "$spec" nRST_STOP 1
		! grep -qE "(page|sector)s? [0-9]" "$said/stdout" || failed "$chip: still protected"
	done
}

test_options_as_json() {
	run stflash -p $f407 --json options
	status_is 0
	stdout_has '"command":"options","ok":true'
	stdout_has '"RDP":{"value":170,"max":255,"writable":true,'
	stdout_has '"nWRP":{"value":4095,'
}

test_the_old_option_bytes_are_kept_in_a_file() {
	run stflash -p $f103 options set Data0=0x12
	status_is 0
	kept=$(ls stm32-*-options-*.txt) || failed "no file was left"
	grep -q '^Data0 = 0xff  # ' "$kept" || failed "$kept does not have the old value"
	option_is $f103 Data0 0x12
}

test_what_is_not_named_is_kept() {
	set_options $f103 Data0=0x12 Data1=0x34 WRP1=0x7f
	set_options $f103 nRST_STDBY=0
	option_is $f103 Data0 0x12
	option_is $f103 Data1 0x34
	option_is $f103 WRP1 0x7f
	option_is $f103 nRST_STDBY 0
}

test_settings_that_make_no_sense() {
	for setting in Nonsense=1 nRST_STOP nRST_STOP=2 nRST_STOP=x RDP=3 RDP=0x100 RDP=2 WRP=64 WRP=7-0 WRP=1- WRP= \
		Data0=256; do
		run stflash -p $f103 options set --save old.txt nRST_STDBY=0 $setting
		status_is 2
	done
	option_is $f103 nRST_STDBY 1
	run stflash -p $f103 options set
	fails_with 2 "NAME=VALUE"
	run stflash -p $f103 options get
	fails_with 2 "set NAME=VALUE"
}

test_a_file_that_cannot_be_made_stops_it() {
	run stflash -p $f103 options set --save no/such/folder.txt nRST_STOP=0
	fails_with 2 "no/such/folder.txt"
	option_is $f103 nRST_STOP 1
}

test_write_protected_pages_refuse_a_write() {
	full_flash 65536
	set_options $f103 WRP=8-15
	random_bytes 32768 >new.bin
	run stflash -p $f103 write new.bin 0x08000000
	fails_with 7 "from page 8 (0x08002000) to 15" "nothing was changed"
	same_bytes flash.before flash.bin
	run stflash -p $f103 write --unprotect new.bin 0x08000000
	status_is 0
	head -c 32768 flash.bin >written.bin
	same_bytes new.bin written.bin
}

test_write_protected_sectors_refuse_a_write() {
	full_flash 1048576
	set_options $f407 WRP=1,3
	random_bytes 65536 >new.bin
	run stflash -p $f407 write new.bin 0x08000000
	fails_with 7 "sector 1 (0x08004000)" "nothing was changed"
	same_bytes flash.before flash.bin
	run stflash -p $f407 erase --all
	fails_with 7 "nothing was changed"
	same_bytes flash.before flash.bin
}

test_groups_of_pages_are_told() {
	run stflash -p $f103 options set --save old.txt WRP=5
	status_is 0
	stderr_has "3 more than asked for"
	run stflash -p $f103 options
	status_is 0
	stdout_has "pages 4-7 write-protected"
}

test_sectors_of_the_second_bank() {
	spec=virtual:stm32f429zi,flash=flash.bin,strict=1,patience=30,stats=stats.json
	set_options "$spec" WRP=0,12-13,23
	option_is "$spec" nWRP_BANK2 0x7fc
	stdout_has "sectors 12-13, 23 write-protected"
}

# protects_and_lifts SPEC SIZE: and in between the chip tells nobody.
protects_and_lifts() {
	full_flash "$2"
	run stflash -p "$1" protect
	status_is 0
	stderr_has "power the board off and on"
	figure_is anomalies 0

	random_bytes 100 >new.bin
	for job in "read dump.bin" "write new.bin 0x08000000" "verify new.bin 0x08000000" "erase --all" "info" "backup folder"; do
		run stflash -p "$1" $job
		fails_with 7 "read-out protected" "stflash unprotect --yes-erase"
		nothing_is_left_behind
	done
	same_bytes flash.before flash.bin
	no_file dump.bin folder

	run stflash -p "$1" unprotect
	fails_with 2 "--yes-erase" "erase its whole flash"
	run stflash -p "$1" options set --save old.txt RDP=0
	fails_with 7 "nothing was changed"
	same_bytes flash.before flash.bin

	run stflash -p "$1" unprotect --yes-erase
	status_is 0
	case $1 in
	*stm32f1*) stderr_has "erases its flash with that, which can be seen after a power cycle" ;;
	*) stderr_has "the chip erased its flash: all of it is blank" ;;
	esac
	figure_is anomalies 0
	blank_bytes "$2" >blank.bin
	same_bytes blank.bin flash.bin
	run stflash -q -p "$1" read dump.bin
	status_is 0
	same_bytes blank.bin dump.bin
	rm dump.bin
}

test_protect_and_unprotect_an_f1() {
	protects_and_lifts $f103 65536
}

test_protect_and_unprotect_an_xl() {
	protects_and_lifts virtual:stm32f103zg,flash=flash.bin,strict=1,stats=stats.json 1048576
}

test_protect_and_unprotect_an_f4() {
	protects_and_lifts $f407 1048576
}

test_protect_and_unprotect_two_banks() {
	protects_and_lifts virtual:stm32f429zi,flash=flash.bin,strict=1,patience=30,stats=stats.json 2097152
}

test_write_unprotect_does_both_on_an_f4() {
	full_flash 1048576
	run stflash -p $f407 protect
	status_is 0
	random_bytes 5000 >new.bin
	run stflash -p $f407 write --unprotect new.bin 0x08000000
	status_is 0
	stderr_has "makes it erase its whole flash"
	head -c 5000 flash.bin >written.bin
	same_bytes new.bin written.bin
}

# An F1 protects until its supply was off, and no probe can do that.
test_write_unprotect_of_an_f1_asks_for_a_power_cycle() {
	full_flash 65536
	run stflash -p $f103 protect
	status_is 0
	random_bytes 5000 >new.bin
	run stflash -p $f103 write --unprotect new.bin 0x08000000
	status_is 7
	stderr_has "power the board off and on, then run the same command again"
	run stflash -p $f103 write --unprotect new.bin 0x08000000
	status_is 0
	head -c 5000 flash.bin >written.bin
	same_bytes new.bin written.bin
}

# At a terminal it asks and waits. A virtual chip loses its power when the probe goes.
test_write_unprotect_of_an_f1_at_a_terminal() {
	command -v script >/dev/null || not_run "script (util-linux) is not installed"
	full_flash 65536
	run stflash -p $f103 protect
	status_is 0
	random_bytes 5000 >new.bin
	run script -qec "stflash -p $f103 write --unprotect new.bin 0x08000000" typescript
	status_is 0
	stdout_has "power the board off and on now"
	head -c 5000 flash.bin >written.bin
	same_bytes new.bin written.bin
}

test_level_2_must_be_spelled_out() {
	run stflash -p $f407 options set --save old.txt RDP=2
	status_is 7
	stderr_has "RDP level 2 is permanent"
	run stflash -p $f407 options set --save old.txt RDP=0xcc --yes-erase
	status_is 7
	option_is $f407 RDP 0xaa
	run stflash -p $f407 options set --save old.txt RDP=2 --i-know-level-2-is-for-ever
	status_is 0
	run stflash -p $f407 unprotect --yes-erase
	[ "$status" -eq 6 ] || [ "$status" -eq 7 ] || failed "level 2 was lifted, or so it says: $status"
}

test_sprmod_is_not_set_by_mistake() {
	spec=virtual:stm32f411re,flash=flash.bin,patience=30,stats=stats.json
	run stflash -p $spec options set --save old.txt SPRMOD=1
	fails_with 2 "with SPRMOD a 1 in nWRP means that nobody can read the sector any more, and nWRP is mostly ones" \
		"give nWRP=... along with it"
	no_file old.txt
	option_is $spec SPRMOD 0
}

# Half-word 1 of the rewrite is RDP: whatever is cut, nothing is said to have worked, and the chip can be had back.
test_power_cut_while_option_bytes_are_rewritten() {
	for n in 1 2 3 5 9; do
		rm -f flash.bin* old.txt
		full_flash 65536
		run stflash -p $f103,fault=powercut@flash:$n options set --save old.txt nRST_STOP=0 WRP=0-3
		status_is 6
		stderr_has "unprotect --yes-erase"
		figure_is anomalies 0
		run stflash -p $f103 unprotect --yes-erase
		status_is 0
		option_is $f103 RDP 0xa5
		random_bytes 3000 >new.bin
		run stflash -p $f103 write new.bin 0x08000000
		status_is 0
	done
}

test_a_reset_while_option_bytes_are_rewritten_is_repaired() {
	for n in 1 2 5 9; do
		rm -f flash.bin* old.txt
		full_flash 65536
		run stflash -p $f103,fault=targetreset@flash:$n options set --save old.txt nRST_STOP=0 Data0=0x55
		status_is 0
		figure_is anomalies 0
		option_is $f103 RDP 0xa5
		option_is $f103 nRST_STOP 0
		option_is $f103 Data0 0x55
		same_bytes flash.before flash.bin
	done
}

test_a_cable_pulled_while_option_bytes_are_rewritten() {
	full_flash 65536
	run stflash -p $f103,fault=unplug@flash:2 options set --save old.txt nRST_STOP=0
	status_is 5
	option_is $f103 RDP 0xa5
	same_bytes flash.before flash.bin
}

test_attached_only_changes_nothing() {
	run stflash -p $f103 --connect attach options set --save old.txt nRST_STOP=0
	status_is 2
	option_is $f103 nRST_STOP 1
}

test_option_bytes_that_are_read_wrong_once_are_not_believed() {
	for chip in $f103 $f407; do
		rm -f flash.bin*
		run stflash -p "$chip" options
		status_is 0
		cp "$said/stdout" truth.txt
		for n in $(seq 30 50); do
			run stflash -q -p "$chip,fault=lostword@$n" options
			[ "$status" -ne 0 ] || same_bytes truth.txt "$said/stdout"
		done
	done
}

# An argument of the program that writes them was lost: it wrote something else, and did so without an error.
test_option_bytes_that_came_out_wrong_are_written_again() {
	for n in $(seq 110 140); do
		rm -f flash.bin* old.txt
		run stflash -q -p "$f103,fault=lostword@$n" options set --save old.txt nRST_STOP=0
		[ "$status" -eq 0 ] || stderr_has "options:"
		option_is $f103 RDP 0xa5
		rm -f old.txt
		run stflash -q -p $f103 options set --save old.txt nRST_STOP=0
		status_is 0
	done
}

# A protected F1 hides what is stored until it was without power, so only the program itself can be asked.
test_protection_that_is_not_lifted_is_not_said_to_be() {
	run stflash -q -p $f103 protect
	status_is 0
	cp flash.bin.options protected
	for n in $(seq 260 295); do
		cp protected flash.bin.options
		run stflash -q -p "$f103,fault=flipwrite@swd:$n" unprotect --yes-erase
		[ "$status" -ne 0 ] || option_is $f103 RDP 0xa5
	done
}

# An F7 whose option bytes were being written counts as read-out protected. What the error says brings it back.
test_an_f7_whose_option_bytes_are_cut_short_is_brought_back_as_told() {
	for fault in targetreset@flash:1 powercut@flash:1; do
		rm -f flash.bin* old*.txt
		full_flash 1048576
		spec=virtual:stm32f746zg,flash=flash.bin,strict=1,stats=stats.json,patience=30
		run stflash -p $spec,fault=$fault options set nRST_STOP=0 --save old.txt
		[ "$status" -ne 0 ] || failed "$fault: it says that it went well"
		stderr_has "unprotect --yes-erase"
		stderr_has "read-out protected"
		run stflash -q -p $spec unprotect --yes-erase --save old2.txt
		status_is 0
		run stflash -q -p $spec options set nRST_STOP=0 --save old3.txt
		status_is 0
		nothing_is_left_behind
		run stflash -p $spec options
		grep -q "^RDP *0xaa " "$said/stdout" && grep -q "^nRST_STOP *0 " "$said/stdout" || failed "the option bytes are others"
	done
}
