# SPDX-License-Identifier: MIT
# A board that stays: what its firmware counts, and the time that passes for it while nobody is there.

# What the firmware had at the last look, and now; an argument names the counter.
goes_on() {
	before=$(figure "$1")
	let_pass 100
	[ "$(figure "$1")" -ge $((before + 90)) ] || failed "$1 went from $before to $(figure "$1") in 100 ms"
}

test_a_boards_firmware_runs_while_nobody_is_there() {
	for spec in stm32f103c8,firmware=sleep stm32f407vg; do
		serve "$spec,strict=1,stats=stats.json"
		let_pass 50
		run stflash -p "$board" -c attach info
		status_is 0
		let_pass 50
		goes_on firmware_ms
		goes_on firmware_loops
		figure_is firmware_boots 1
		figure_is firmware_starts 1
		figure_is firmware_faults 0
		figure_is firmware_damage 0
		kill "$listener" && wait "$listener"
	done
}

test_time_passes_for_a_board_of_one_run_too() {
	run stflash -p virtual:stm32f103c8,stats=stats.json,between=2000 -c attach info
	status_is 0
	ms=$(figure firmware_ms)
	[ "$ms" -ge 2000 ] || failed "the firmware ran for $ms ms only"
	figure_is firmware_boots 1
}

test_a_board_goes_on_when_its_client_is_killed() {
	serve stm32f407vg,pace=real,stats=stats.json
	let_pass 50
	run_and_kill '^stflash: > f2 07' stflash -p "$board" -c attach read dump.bin
	let_pass 2000
	goes_on firmware_ms
	figure_is firmware_boots 1
}
