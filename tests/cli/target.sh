# SPDX-License-Identifier: MIT
# list, info and reset.

f103=virtual:stm32f103c8,strict=1,stats=stats.json

test_list_without_probes_says_what_to_check() {
	run stflash list
	[ "$status" -ne 0 ] || not_run "an ST-LINK is plugged into this computer"
	fails_with 3 "no ST-LINK"
	stdout_is_empty
}

test_list_shows_the_probes_that_are_asked_for() {
	run stflash -p virtual:stm32f407vg,probe=v2-1,serial=066BFF535550755187 list
	status_is 0
	for words in 066BFF535550755187 "ST-LINK/V2-1" V2J virtual:stm32f407vg ready; do
		stdout_has "$words"
	done
	serve stm32f103c8,serial=0123456789ABCDEF01234567
	run stflash -p "${board%/1-1}" --json list
	status_is 0
	for words in '"command":"list","ok":true' '"serial":"0123456789ABCDEF01234567"' '"firmware":"V2J29S7"' \
		"\"path\":\"$board\"" '"access":"ok"'; do
		stdout_has "$words"
	done
	export STFLASH_PROBE="${board%/1-1}"
	run stflash list
	status_is 0
	stdout_has "$board"
	run stflash info
	status_is 0
	stdout_has 0123456789ABCDEF01234567
}

test_list_of_what_is_not_there() {
	serve stm32f103c8
	run stflash -p "${board%/1-1}/1-7" list
	fails_with 3 "offers no device 1-7"
	stdout_is_empty
	run stflash -p usb:250-7 list
	fails_with 3 "no ST-LINK answers to 'usb:250-7': 'stflash list' without --probe and STFLASH_PROBE shows"
	run stflash -p virtual:stm32f103c8,nonsense=1 list
	fails_with 2 nonsense
	run stflash -p usbip://127.0.0.1:1 list
	fails_with 3 "check that"
}

test_info_tells_what_is_there() {
	run stflash -p $f103,serial=0123456789ABCDEF01234567 info
	status_is 0
	stderr_is_empty
	for words in "ST-LINK/V2" "V2J29S7" 0123456789ABCDEF01234567 "3.24 V" "4000 kHz" Cortex-M3 0x410 0x1ba01477 \
		"64 KiB at 0x08000000" "RAM         10 KiB to 20 KiB, by the part: the ids do not tell" "page 1 KiB" "protection  none"; do
		stdout_has "$words"
	done
	nothing_is_left_behind
}

test_info_of_an_f407() {
	run stflash -p virtual:stm32f407vg,strict=1,stats=stats.json,probe=v2-1 info
	status_is 0
	for words in "ST-LINK/V2-1" 0x413 Cortex-M4 "1 MiB at 0x08000000" "page 16 KiB"; do
		stdout_has "$words"
	done
	nothing_is_left_behind
}

test_info_in_json() {
	run stflash -p $f103 --json info
	status_is 0
	[ "$(wc -l <"$said/stdout")" -eq 1 ] || failed "not one line"
	for words in '"command":"info","ok":true' '"dev_id":"0x410"' '"dpidr":"0x1ba01477"' '"flash_size":65536' \
		'"target_mv":3245' '"protection":"none"' '"firmware":"V2J29S7"'; do
		stdout_has "$words"
	done
	command -v python3 >/dev/null || not_run "python3 is not installed: nobody parsed the JSON"
	python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$said/stdout" || failed "it is not JSON"
}

test_info_of_a_protected_chip() {
	run stflash -p virtual:stm32f407vg,rdp=1 info
	stdout_has "read-out protection locks the flash for the firmware too, which may have stopped it"
	run stflash -p $f103,rdp=1 info
	fails_with 7 "read-out protected" "unprotect --yes-erase"
	stdout_has "protection  level 1"
	nothing_is_left_behind
}

test_info_does_not_halt_or_reset() {
	run stflash -p $f103 info
	status_is 0
	figure_is resets 0
	figure_is running true
}

test_reset_leaves_the_core_running() {
	run stflash -p $f103 reset
	status_is 0
	stderr_has "the core runs"
	figure_is running true
	nothing_is_left_behind
}

test_reset_halt_leaves_it_halted() {
	run stflash -p $f103 reset --halt
	status_is 0
	stderr_has "halted before its first instruction"
	figure_is halted true
	figure_is anomalies 0
	figure_is in_debug false
}

test_reset_by_the_pin() {
	run stflash -p $f103 -c under-reset reset
	status_is 0
	figure_is running true
	nothing_is_left_behind
}

test_attach_refuses_to_reset() {
	run stflash -p $f103 -c attach reset
	fails_with 2 "not to be reset"
	figure_is resets 0
	nothing_is_left_behind
}

test_firmware_that_turns_swd_off_is_read_under_reset() {
	blink=$f103,swdoff=20
	run stflash -p $blink -c normal info
	fails_with 6 "--connect under-reset"
	run stflash -v -p $blink info
	status_is 0
	stderr_has "trying under reset"
	stderr_has "connected under reset by the NRST wire"
	run stflash -q -p $blink read dump.bin
	status_is 0
	stderr_is_empty
	run stflash -q -p $f103 read dump2.bin
	status_is 0
	same_bytes dump2.bin dump.bin
	run stflash -p $blink,nrst=0 read dump3.bin
	fails_with 6 SWDIO
	no_file dump3.bin
}

# The first instruction after the last reset is the end of SWD: by then all must be put back.
test_firmware_that_turns_swd_off_at_once_is_left_in_order() {
	new_firmware 3000
	for trouble in swdoff=1 firmware=stop firmware=standby; do
		for job in "reset" "write new.bin" "erase 0x08000000 1024" "options set --save old.txt Data0=0x12"; do
			run stflash -p "$f103,$trouble,strict=1,stats=stats.json" $job
			status_is 0
			nothing_is_left_behind
			rm -f old.txt
		done
	done
}

# Between two runs the board keeps its power here, and with it what was left in the debug registers.
core_stays_halted() {
	figure_is halted true
	[ $(($(figure dhcsr) & 1)) -eq 1 ] || failed "after '$ran' debug is off: DHCSR is $(figure dhcsr)"
	figure_is anomalies 0
}

test_a_core_halted_by_an_earlier_run_runs_without_debug() {
	new_firmware 3000
	serve stm32f103c8,strict=1,stats=stats.json
	for job in "reset --run" "reset" "-c under-reset reset" "write new.bin" "options set --save old.txt Data0=0x12"; do
		run stflash -p "$board" reset --halt
		status_is 0
		core_stays_halted
		run stflash -p "$board" $job
		status_is 0
		figure_is running true
		nothing_is_left_behind
	done
}

test_a_core_halted_by_an_earlier_run_stays_so() {
	serve stm32f103c8,strict=1,stats=stats.json
	run stflash -p "$board" reset --halt
	status_is 0
	for job in info "info --map" options "read --no-reset dump.bin" "read --halt dump.bin" \
		"verify --no-reset dump.bin 0x08000000" "reset --halt" "write --dry-run dump.bin"; do
		run stflash -p "$board" $job
		status_is 0
		core_stays_halted
	done
	run stflash -p "$board" reset
	status_is 0
	figure_is running true
	nothing_is_left_behind
}
