# SPDX-License-Identifier: MIT
# The ways to a chip that does not answer: lower clock, under reset, and a reset by hand.

f103=virtual:stm32f103c8,strict=1,stats=stats.json

# Firmware that turns SWD off, 200 instructions after reset.
shut=$f103,swdoff=200

# new.bin is a firmware that the demo is not: its stack is at 4 KiB, and it stays at 0x08000100 ("b .").
firmware_that_stays() {
	{
		printf '\000\020\000\040\001\001\000\010'
		random_bytes 248
		printf '\376\347'
		random_bytes $(($1 - 258))
	} >new.bin
}

# The chip holds new.bin, and its core is in it; nothing was left undefined on the way.
new_firmware_runs() {
	head -c "$(wc -c <new.bin)" flash.bin >written
	same_bytes new.bin written
	figure_is anomalies 0
	figure_is in_debug false
	figure_is running true
	figure_is pc $((0x08000100))
}

test_swd_turned_off_is_written_with_no_options() {
	firmware_that_stays 20000
	run stflash -p $shut,flash=flash.bin write new.bin
	status_is 0
	stderr_has "connected under reset by the NRST wire"
	stderr_has "$by_hash"
	new_firmware_runs
}

# The new one may shut the door before anybody looks: it is written, and runs.
test_firmware_that_turns_swd_off_or_sleeps_is_written_to_any_chip() {
	for firmware in remap stop standby; do
		stflash -q -p $f103,firmware=$firmware read 0x08000000 1k new.bin 2>/dev/null
		for board in $f103 $f103,nrst=0 $f103,flash=flash.bin; do
			run stflash -p $board write new.bin
			status_is 0
			stderr_has "$by_hash"
			figure_is running true
			nothing_is_left_behind
		done
		head -c 1024 flash.bin >written
		same_bytes new.bin written
		rm flash.bin
	done
}

test_swd_turned_off_and_no_wire_is_told_with_every_way_left() {
	run stflash -p $shut,nrst=0 info
	fails_with 6 "neither by itself nor with NRST low" "check the power, GND, SWDIO and SWCLK" "connect NRST" \
		"run this in a terminal" BOOT0
	figure_is anomalies 0
}

test_a_person_holds_the_button() {
	firmware_that_stays 20000
	run_in_terminal stflash -p $shut,nrst=0,button=30:40,flash=flash.bin write new.bin
	status_is 0
	stdout_has "Hold the board's RESET button down"
	stdout_has "let RESET go now"
	stdout_has "caught before its first instruction"
	stdout_has "$by_hash"
	new_firmware_runs
}

test_a_person_gives_up_holding_the_button() {
	in_terminal=$(command -v script) || not_run "util-linux' script is not installed"
	run_and_interrupt INT "Hold the board's RESET button down" typescript "$in_terminal" -qefc "stflash -p $shut,nrst=0 info" typescript
	tr '\r' '\n' <typescript >"$said/stdout"
	stdout_has "Hold the board's RESET button down"
}

test_quiet_asks_nobody() {
	run_in_terminal stflash -q -p $shut,nrst=0,button=30:40 info
	status_is 6
	stdout_has "neither by itself nor with NRST low"
}

test_boot0_leads_in_too() {
	run stflash -p $shut,nrst=0,boot0=1 info
	status_is 0
	stdout_has "STM32F103"
	nothing_is_left_behind
}

test_a_noisy_link_gets_a_lower_clock() {
	run stflash -p $f103,noisy=1000,flash=flash.bin read dump.bin
	status_is 0
	stderr_has "check the wires"
	stderr_has "$by_hash"
	figure_is anomalies 0
}

test_a_v3_takes_the_clock_that_its_wires_carry() {
	v3=virtual:stm32f407vg,probe=v3,flash=flash.bin,strict=1,stats=stats.json
	random_bytes 1048576 >flash.bin
	run stflash -p $v3 info
	status_is 0
	stdout_has "8000 kHz"
	run stflash -v -p $v3 read 0x08000000 128k dump.bin
	status_is 0
	stderr_has "SWD at 24000 kHz: 16384 bytes that are known arrived right"
	stderr_has "$by_hash"
	figure_is anomalies 0
	run stflash -v -p $v3,noisy=8000 read 0x08000000 128k dump2.bin
	status_is 0
	stderr_has "going on at 8000 kHz"
	! grep -q "check the wires" "$said/stderr" || failed "a warning, though only a test had failed"
	same_bytes dump.bin dump2.bin
	run stflash -v -p $v3,noisy=3300 read 0x08000000 128k dump2.bin
	status_is 0
	stderr_has "going on at 3300 kHz; check the wires"
	! grep -q 24000 "$said/stderr" || failed "24000 kHz were tried"
	same_bytes dump.bin dump2.bin
	run stflash -v -s 8000 -p $v3 read 0x08000000 128k dump2.bin
	status_is 0
	! grep -q 24000 "$said/stderr" || failed "24000 kHz were tried"
}

# A read that is proven, a write that is proven, and a chip that is let go, whatever its firmware does.
works_with() {
	chip=$1
	firmware=$2
	spec=virtual:$chip,strict=1,stats=stats.json,firmware=$firmware
	run stflash -p $spec info
	status_is 0
	figure_is anomalies 0
	run stflash -p $spec read 0x08000000 8k dump.bin
	status_is 0
	stderr_has "$by_hash"
	figure_is anomalies 0
	run stflash -p $spec write new.bin
	status_is 0
	stderr_has "$by_hash"
	figure_is running true
	nothing_is_left_behind
}

test_a_core_in_any_state_is_read_and_written() {
	new_firmware 5000
	for firmware in sleep stop standby resetloop lockup watchdog dma remap; do
		works_with stm32f103c8 $firmware
		works_with stm32f407vg $firmware
	done
}

test_stop_and_standby_without_the_wire_end_at_the_button() {
	new_firmware 5000
	for firmware in stop standby remap; do
		run stflash -p $f103,firmware=$firmware,nrst=0 info
		fails_with 6 "neither by itself nor with NRST low" "run this in a terminal"
		run_in_terminal stflash -p $f103,firmware=$firmware,nrst=0,button=30:40 write new.bin
		status_is 0
		stdout_has "$by_hash"
		nothing_is_left_behind
	done
}

test_a_hardware_watchdog_does_not_disturb() {
	new_firmware 5000
	for chip in stm32f103c8 stm32f407vg; do
		run stflash -p virtual:$chip,strict=1,stats=stats.json,hwwdg=1 write new.bin
		status_is 0
		stderr_has "$by_hash"
		nothing_is_left_behind
	done
}

test_a_short_watchdog_lets_a_large_flash_be_verified() {
	run stflash -q -p virtual:stm32f407vg,firmware=watchdog read dump.bin
	status_is 0
	run stflash -p virtual:stm32f407vg,strict=1,stats=stats.json,firmware=watchdog verify dump.bin
	status_is 0
	nothing_is_left_behind
}

# Eight failures in a row end a run in whatever phase they meet it: before SWD, in reset, after it, at work, at the end.
test_nrst_is_released_in_whatever_phase_a_run_under_reset_fails() {
	for job in "read 0x08000000 1k dump.bin" reset; do
		failed_runs=0
		for first in 16 22 28 34 42 50 58 76 95; do
			for kind in garbage@ dperror@swd:; do
				faults=
				for next in 0 1 2 3 4 5 6 7; do
					faults=$faults,fault=$kind$((first + next))
				done
				rm -f dump.bin
				run stflash -q -p $f103$faults -c under-reset $job
				[ "$status" = 0 ] || failed_runs=$((failed_runs + 1))
				figure_is nrst_low false
				figure_is in_debug false
			done
		done
		[ $failed_runs -gt 5 ] || failed "only $failed_runs runs of '$job' failed"
	done
}

# What is logged of this read is more than a pipe holds: it waits for the signal.
test_nrst_is_released_when_a_run_under_reset_is_cancelled() {
	random_bytes 65536 >flash.bin
	for words in "> f2 3c 00" "DPIDR" "> f2 3c 01" "attached under reset"; do
		run python3 "$cases/interrupt.py" "$words" INT stflash -vvv --no-progress -p $f103,flash=flash.bin \
			-c under-reset read dump.bin
		status_is 130
		figure_is nrst_low false
		figure_is in_debug false
		figure_is anomalies 0
	done
}

# A run that was killed under reset leaves NRST low: it is driven high before anybody is asked about a RESET button.
test_nrst_that_was_left_low() {
	random_bytes 2000 >new.bin
	for spec in virtual:stm32f103c8 virtual:stm32f407vg; do
		for job in info doctor "read 0x08000000 2k dump.bin" "write new.bin 0x08004000" "-c attach info"; do
			rm -f dump.bin
			run stflash -p $spec,nrstlow=1,strict=1,stats=stats.json $job
			status_is 0
			! grep -q RESET "$said/stderr" || failed "'$ran' asks about the RESET button: $(cat "$said/stderr")"
			figure_is anomalies 0
			nothing_is_left_behind
		done
	done
}
