# SPDX-License-Identifier: MIT
# A firmware at work, each with a habit, and each job that reads or writes: it goes on, or was restarted and that was
# said; never a fault handler of it because of us.

# at_work CHIP HABIT: a board on which the firmware has run for a while, and goes on for a while when a client has gone.
at_work() {
	board=virtual:$1,firmware=$2,between=60,strict=1,stats=stats.json
}

# the_firmware_runs: without a fault, and its milliseconds go on.
the_firmware_runs() {
	figure_is firmware_faults 0
	figure_is firmware_damage 0
	figure_is halted false
	figure_is in_debug false
	figure_is anomalies 0
	[ "$(figure firmware_ms)" -gt 40 ] || failed "after '$ran' the firmware has counted $(figure firmware_ms) ms"
	[ "$(figure firmware_loops)" -gt 0 ] || failed "after '$ran' the main loop of the firmware stands still"
}

# restarted_by WORDS...: proven by hash, and it is said that the chip was reset.
restarted_by() {
	run stflash --json -p "$board" "$@"
	status_is 0
	stdout_has '"was_reset":true'
	the_firmware_runs
}

# not_reset_by WORDS...: read twice, and the firmware has booted once.
not_reset_by() {
	run stflash --json -p "$board" "$@"
	status_is 0
	stdout_has '"proof":"twice"'
	stdout_has '"was_reset":false'
	figure_is firmware_boots 1
	the_firmware_runs
}

# every_job CHIP HABIT ADDR
every_job() {
	at_work "$1" "$2"
	random_bytes 2048 >part.bin
	restarted_by read 0x08000000 32k dump.bin
	stdout_has '"proof":"hash"'
	restarted_by verify dump.bin
	stdout_has '"proof":"hash"'
	restarted_by backup folder
	stdout_has '"proof":"hash"'
	restarted_by write part.bin "$3"
	stdout_has '"verified":true'
	stdout_has '"by_agent":true'
	not_reset_by read --no-reset 0x08000000 32k again.bin
	same_bytes dump.bin again.bin
	not_reset_by verify --no-reset dump.bin
	not_reset_by read -c attach 0x08000000 32k again.bin
	same_bytes dump.bin again.bin
	run stflash --json -p "$board" info --map
	status_is 0
	figure_is firmware_boots 1
	the_firmware_runs
	run stflash -p "$board" write --dry-run part.bin "$3"
	status_is 0
	figure_is firmware_boots 1
	the_firmware_runs
}

on_f103() {
	every_job stm32f103c8 "$1" 0x0800f000
}

on_f407() {
	every_job stm32f407vg "$1" 0x08020000
}

test_live_dma_at_full_speed_on_f103() { on_f103 dma; }
test_live_dma_at_full_speed_on_f407() { on_f407 dma; }
test_live_hardware_watchdog_on_f103() { on_f103 iwdg,hwwdg=1; }
test_live_hardware_watchdog_on_f407() { on_f407 iwdg,hwwdg=1; }
test_live_mpu_on_f407() { on_f407 mpu; }
test_live_mpu_on_an_xl() { every_job stm32f103zg mpu 0x080f0000; }
test_live_dma_20_hz_on_f103() { on_f103 dma20; }
test_live_dma_20_hz_on_f407() { on_f407 dma20; }
test_live_window_watchdog_on_f103() { on_f103 wwdg; }
test_live_window_watchdog_on_f407() { on_f407 wwdg; }
test_live_watchdog_on_f103() { on_f103 iwdg; }
test_live_watchdog_on_f407() { on_f407 iwdg; }
test_live_breakpoints_on_f103() { on_f103 fpb; }
test_live_breakpoints_on_f407() { on_f407 fpb; }
test_live_watchpoint_on_f103() { on_f103 dwt; }
test_live_watchpoint_on_f407() { on_f407 dwt; }

# left_as_it_was STARTS: locked up in the fault of its own, once a start, and by nothing of ours. A job in a chip that
# was reset may have used the RAM where the counters were: they begin anew then.
left_as_it_was() {
	figure_is lockup true
	figure_is halted false
	figure_is in_debug false
	figure_is anomalies 0
	figure_is firmware_starts "$1"
	figure_is firmware_faults "$(figure firmware_boots)"
}

# A core that is locked up is read and written like any other, and is locked up afterwards as it was before.
locked_up() {
	at_work "$1" lockup
	random_bytes 2048 >part.bin
	for job in "read 0x08000000 32k dump.bin" "verify dump.bin" "backup folder" "write part.bin $2"; do
		run stflash --json -p "$board" $job
		status_is 0
		stdout_has '"was_reset":true'
		left_as_it_was 2
	done
	for job in "read --no-reset 0x08000000 32k again.bin" "read -c attach 0x08000000 32k again.bin" "info --map"; do
		run stflash --json -p "$board" $job
		status_is 0
		left_as_it_was 1
	done
	same_bytes dump.bin again.bin
}

test_live_lockup_on_f103() { locked_up stm32f103c8 0x0800f000; }
test_live_lockup_on_f407() { locked_up stm32f407vg 0x08020000; }

# A board that a pin of the chip keeps alive: what resets the chip switches it off and says so, and what does not goes on.
held_by_a_pin() {
	at_work "$1" latch,latch=20
	random_bytes 65536 >new.bin
	for job in "read dump.bin" "verify new.bin" "backup folder"; do
		run stflash -p "$board" $job
		status_is 6
		stderr_has "the board has lost its power since the chip was reset"
		stderr_has "keep its power button pressed, or read without a reset (--no-reset)"
		no_file dump.bin
	done
	for job in "write --yes new.bin" "erase 0x08000000 32k"; do
		run stflash -p "$board" $job
		status_is 6
		stderr_has "the board has lost its power since the chip was reset"
		stderr_has "keep its power button pressed"
	done
	not_reset_by read --no-reset 0x08000000 32k dump.bin
	not_reset_by verify --no-reset dump.bin
	not_reset_by read -c attach 0x08000000 32k again.bin
	same_bytes dump.bin again.bin
}

test_live_power_latch_on_f103() { held_by_a_pin stm32f103c8; }
test_live_power_latch_on_f407() { held_by_a_pin stm32f407vg; }

# The host dies in the middle of a read: the program on the chip starts the firmware again by itself.
killed_while_reading() {
	serve "$1,firmware=mpu,gaps=off"
	stflash -vvv -p "$board" --speed 240 read dump.bin >said 2>&1 &
	victim=$!
	wait_for "$victim" has_line 'agent at' said || failed "the read never began: $(tail -n 3 said)"
	kill -9 "$victim"
	wait "$victim" 2>/dev/null
	let_pass 4000
	figure_is halted false
	figure_is firmware_faults 0
	[ "$(figure firmware_ms)" -gt 500 ] || failed "the firmware has counted $(figure firmware_ms) ms since"
}

test_a_read_that_was_killed_leaves_a_working_f407() {
	killed_while_reading stm32f407vg
}

test_a_read_that_was_killed_leaves_a_working_xl() {
	killed_while_reading stm32f103zg
}

# After a write that was killed the chip waits, and the next run says what it found.
test_a_write_that_was_killed_is_told_by_the_next_run() {
	random_bytes 49152 >new.bin
	serve stm32f103c8
	stflash -vvv -p "$board" --speed 240 write new.bin >said 2>&1 &
	victim=$!
	wait_for "$victim" has_line 'programming' said || failed "the write never began: $(tail -n 3 said)"
	kill -9 "$victim"
	wait "$victim" 2>/dev/null
	let_pass 4000
	figure_is halted true
	run stflash -p "$board" info
	status_is 0
	stderr_has "an earlier run was cut off and left its program in the chip, where the firmware does not run"
	stderr_has "it was writing, so the flash may be incomplete: write it again"
	run stflash -p "$board" write new.bin
	status_is 0
	run stflash -q -p "$board" info
	stderr_is_empty
}

# With the hardware watchdog a core that is left halted stays so, and one that is let run again has its watchdog again.
test_halt_holds_with_the_hardware_watchdog() {
	blank_bytes 65536 >blank.bin
	serve stm32f103c8,hwwdg=1
	for job in "reset --halt" "read --halt dump.bin" "write --halt new.bin" "write --no-reset new.bin"; do
		random_bytes 1024 >new.bin
		run stflash -p "$board" $job
		status_is 0
		let_pass 3000
		figure_is halted true
	done
	run stflash -p "$board" reset
	status_is 0
	let_pass 10
	figure_is halted false
	figure_is dbgmcu_cr 0
	figure_is apb1_fz 0
}

# UFB_MODE of the firmware is gone after a reset; without one it is said which bank was read.
test_swapped_banks_are_said_where_nothing_was_reset() {
	at_work stm32f429zi ufb
	for job in "read --no-reset 0x08000000 4k dump.bin" "read -c attach 0x08000000 4k dump.bin"; do
		run stflash -p "$board" $job
		status_is 0
		stderr_has "the firmware has swapped the banks (SYSCFG_MEMRMP.UFB_MODE): bank 2 is at 0x08000000"
		the_firmware_runs
	done
	run stflash -p "$board" read 0x08000000 4k whole.bin
	status_is 0
	! grep -q "swapped the banks" "$said/stderr" || failed "after a reset nothing is swapped"
}
