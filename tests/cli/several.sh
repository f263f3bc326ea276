# SPDX-License-Identifier: MIT
# Several probes at once: a job and a thread for each.

# boards N [SPEC]: $boards is -p SPEC for N virtual boards, each with its own flash, serial number B1, B2, ... and figures.
boards() {
	boards=
	for board_number in $(seq "$1"); do
		boards="$boards -p virtual:${2-stm32f103c8},serial=B$board_number,flash=flash$board_number.bin,stats=stats$board_number.json"
	done
}

# Nothing was left in any of the boards, and nothing undefined was done.
boards_are_let_go() {
	for board_figures in stats[0-9]*.json; do
		cp "$board_figures" stats.json
		nothing_is_left_behind
	done
}

lines_are() {
	[ "$(grep -cE "$2" "$said/stderr")" -eq "$1" ] || failed "'$ran' does not say '$2' $1 times: $(last_words)"
}

test_a_command_runs_on_several_probes_at_once() {
	new_firmware 20480
	boards 3
	run stflash $boards write new.bin
	status_is 0
	lines_are 3 '^probe [123]: new.bin: 20 KiB written to 0x08000000 of STM32F103/101/102 in '
	lines_are 3 '^probe [123]: PASS: STM32F103/101/102, [0-9.]* s, [0-9a-f-]*$'
	stderr_has "3 boards: 3 passed, 0 failed"
	run stflash $boards verify new.bin
	status_is 0
	lines_are 3 '^probe [123]: new.bin: equal to STM32F103/101/102'
	for board_number in 1 2 3; do
		head -c 20480 "flash$board_number.bin" >start.bin
		same_bytes start.bin new.bin
	done
	run stflash $boards erase --all
	status_is 0
	run stflash $boards reset
	status_is 0
	run stflash $boards options set WRP=0-3
	status_is 0
	lines_are 3 '^probe [123]: option bytes of STM32F103/101/102 written and read back'
	run stflash $boards unprotect --yes-erase
	status_is 0
	boards_are_let_go
}

test_one_boards_failure_leaves_the_others_alone() {
	new_firmware 8192
	boards 2
	run stflash $boards -p virtual:stm32f103c8,rdp=1,stats=stats3.json write new.bin
	status_is 7
	lines_are 1 '^probe 3: error: .*read-out protect'
	lines_are 1 '^probe 3: FAIL: protected, '
	lines_are 2 '^probe [12]: PASS: '
	stderr_has "3 boards: 2 passed, 1 failed"
	run stflash $boards -p virtual:stm32f103c8,noack=1 -p virtual:stm32f103c8,rdp=1,stats=stats3.json write new.bin
	status_is 1
	lines_are 1 '^probe 3: FAIL: no-target, '
	stderr_has "4 boards: 2 passed, 2 failed"
	boards_are_let_go
}

test_a_failure_that_all_boards_share_is_the_exit_status() {
	run stflash -p virtual:stm32f103c8,noack=1 -p virtual:stm32f407vg,noack=1 info
	status_is 6
	run stflash -p no-such-serial -p another-serial info
	status_is 3
}

test_names_of_files_say_which_board() {
	boards 2
	full_flash 65536
	cp flash.bin flash1.bin
	run stflash $boards read '{serial}.bin'
	status_is 0
	same_bytes B1.bin flash1.bin
	run stflash $boards -p virtual:stm32f407vg read 0x08000000 1k 'of-{uid}-{serial}.bin'
	status_is 0
	[ "$(ls of-????????-????????-????????-B[12].bin | wc -l)" -eq 2 ] || failed "the names lack unique id or serial number"
	run stflash $boards backup 'copy of {path}'
	status_is 0
	[ "$(ls -d 'copy of virtual-stm32f103c8,serial=B'[12]',flash=flash'[12]'.bin'* | wc -l)" -eq 2 ] ||
		failed "the folders are not called as the paths"
	run stflash -p virtual:stm32f103c8,serial=ab/cd:e read 0x08000000 1k '{serial}.bin'
	status_is 0
	same_bytes ab-cd-e.bin ab-cd-e.bin
	boards_are_let_go
}

test_the_old_flash_of_each_board_is_saved_under_its_name() {
	new_firmware 8192
	boards 2
	run stflash $boards write --backup 'old-{serial}.bin' new.bin
	status_is 0
	[ "$(wc -c <old-B1.bin)" -eq 65536 ] && [ "$(wc -c <old-B2.bin)" -eq 65536 ] || failed "the backups are not there"
	run stflash $boards options set --save 'options-{serial}.txt' WRP=0-3
	status_is 0
	[ -s options-B1.txt ] && [ -s options-B2.txt ] || failed "the old options are not there"
}

test_two_boards_that_would_write_one_file_are_refused_before_the_work() {
	boards 2
	for name in dump.bin '{uid}.bin' - /dev/stdout; do
		run stflash $boards read "$name"
		status_is 2
		lines_are 2 'two boards would write the file .*: put {serial}, {uid} or {path} into its name'
		stdout_is_empty
		no_file dump.bin
	done
	run stflash $boards write --backup old.bin flash1.bin
	status_is 2
	no_file old.bin
	boards_are_let_go
}

test_every_board_gets_what_standard_input_held() {
	new_firmware 8192
	boards 3
	ran="stflash write -"
	stflash -q $boards write --format bin - <new.bin || failed "the write failed"
	for board_number in 1 2 3; do
		head -c 8192 "flash$board_number.bin" >start.bin
		same_bytes start.bin new.bin
	done
}

test_each_result_says_which_probe_it_is_of() {
	new_firmware 8192
	boards 2
	run stflash --json $boards write new.bin
	status_is 0
	stdout_has '"probe":{"serial":"B1","path":"virtual:stm32f103c8,serial=B1,flash=flash1.bin,stats=stats1.json","model":"ST-LINK/V2"}'
	stdout_has '"probe":{"serial":"B2",'
	[ "$(wc -l <"$said/stdout")" -eq 2 ] || failed "there are more or less than two results"
	run stflash --json $boards -p virtual:stm32f103c8,noack=1 reset
	status_is 6
	stdout_has '"ok":false,"error":{"name":"no-target"'
	stdout_has '"probe":{"serial":"","path":"virtual:stm32f103c8,noack=1","model":""}'
	run stflash $boards info
	status_is 0
	stdout_has "probe 1:"
	stdout_has "serial      B2"
}

test_what_is_wrong_with_the_command_is_said_once() {
	boards 3
	run stflash $boards write
	fails_with 2 "stflash: error: write needs a FILE"
	run stflash $boards write no-such-file.bin
	fails_with 2 "stflash: error: cannot open no-such-file.bin"
	no_file stats1.json stats2.json stats3.json
	run stflash --probe all --probe 123 info
	fails_with 2 "name no other one with it"
	run stflash -p usb:1-1 -p usb:1-1 info
	fails_with 2 "--probe names usb:1-1 twice"
	run stflash -p virtual:stm32f103c8,flash=a.bin -p virtual:stm32f103c8,flash=a.bin info
	fails_with 2 "twice"
	for command in list doctor "report x.txt"; do
		run stflash $boards $command
		fails_with 2 "takes one probe, not several"
	done
	run stflash -p all list
	fails_with 2 "'list' takes one probe, not all"
	run stflash $(yes -- "-p virtual" | head -n 65) info
	fails_with 2 "--probe can be given 64 times"
}

test_all_is_all_probes_that_are_plugged_in() {
	stflash list >/dev/null 2>&1 && not_run "there is a probe"
	run stflash -p all info
	status_is 3
	run env STFLASH_PROBE=all stflash info
	status_is 3
	stderr_has "no ST-LINK is on this computer's USB"
}

test_a_chip_that_was_not_expected_is_left_alone() {
	new_firmware 8192
	full_flash 65536
	for name in STM32F407VG stm32f4 F407 0x413 STM32F103RB STM32F103C4 GD32F4xx STM32F103/101/102x; do
		run stflash -p virtual:stm32f103c8,flash=flash.bin,stats=stats.json --expect $name write new.bin
		[ "$status" -eq 2 ] || failed "--expect $name: status $status"
		same_bytes flash.bin flash.before
	done
	run stflash -p virtual:stm32f103c8,flash=flash.bin,stats=stats.json --expect STM32F407VG erase --all
	fails_with 2 "--expect wants STM32F407VG, but the chip is STM32F103/101/102 medium density, device id 0x410, with flash of 64 KiB: nothing was changed"
	same_bytes flash.bin flash.before
	nothing_is_left_behind
	for name in STM32F103C8T6 STM32F103C8 stm32f103 F103 STM32F1 STM32F101 STM32F103/101/102 0x410 \
		"STM32F103/101/102 medium density"; do
		run stflash -p virtual:stm32f103c8 --expect "$name" reset
		[ "$status" -eq 0 ] || failed "--expect $name: $(last_words)"
	done
	for row in "stm32f746zg STM32F746ZG" "stm32f401ce STM32F401CE" "stm32f401ce STM32F401" "stm32f030f4 STM32F030F4" \
		"stm32f207zg STM32F207ZG" "stm32l476rg STM32L476RG" "stm32l476rg L476" "stm32g071rb STM32G0"; do
		run stflash -p "virtual:${row% *}" --expect "${row#* }" reset
		[ "$status" -eq 0 ] || failed "$row: $(last_words)"
	done
	run stflash -p virtual:stm32f401ce --expect STM32F401CC reset
	status_is 2
	for name in STM32X999 "" F 0x999 nonsense; do
		run stflash -p virtual:stm32f103c8 --expect "$name" info
		fails_with 2 "--expect takes a chip, a line or a device id"
	done
}

test_a_signal_ends_all_jobs_cleanly() {
	boards 3 stm32f407vg
	for board_number in 1 2 3; do random_bytes 1048576 >"flash$board_number.bin"; done
	run_and_interrupt INT '^probe 3: [<>]' "$said/stderr" stflash -vvv $boards erase --all
	status_is 130
	lines_are 3 '^probe [123]: FAIL: cancelled'
	boards_are_let_go
}

test_a_log_says_whose_line_it_is() {
	boards 2
	run stflash --log log.txt $boards reset
	status_is 0
	for board_number in 1 2; do
		grep -q "^ *[0-9.]* probe $board_number: > " log.txt || failed "the log has no transfer of board $board_number"
	done
	! grep -vE '^(# log of|(PASS|FAIL|.*)?probe [12]: |[0-9]+ boards)' log.txt | grep . || failed "whose lines are these?"
}

test_each_board_has_a_bar_of_its_own_in_a_terminal() {
	boards 2 stm32f407vg,pace=real
	for board_number in 1 2; do random_bytes 1048576 >"flash$board_number.bin"; done
	run_in_terminal stflash $boards read 0x08000000 256k '{serial}.bin'
	status_is 0
	stdout_has "probe 1 reading   ["
	stdout_has "probe 2 reading   ["
	stdout_has "2 boards: 2 passed, 0 failed"
}
