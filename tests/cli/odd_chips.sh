# SPDX-License-Identifier: MIT
# Chips that do not behave: locks that look open, SWD that goes away, sizes that are not so, boot pins, other offsets.

# The lock bits say "open" at every time: set the lock, then give the keys.
test_a_lock_that_looks_open_is_closed_and_opened() {
	for chip in stm32f103c8 stm32f103zg stm32f407vg stm32f429zi; do
		rm -f flash.bin* options.txt
		spec=virtual:$chip,lockbit=0,flash=flash.bin,strict=1,stats=stats.json
		new_firmware 20000
		for job in "write new.bin" "write --no-agent new.bin" "options set nRST_STOP=0 --save options.txt" \
			"options set WRP=0-3 --save options2.txt" "options set WRP=none --save options3.txt" \
			"erase --all"; do
			run stflash -p $spec $job
			status_is 0
			figure_is anomalies 0
			nothing_is_left_behind
		done
		rm -f options*.txt
	done
}

# SWD is turned off between any two accesses: the job is done by the next way, under reset.
test_firmware_that_turns_swd_off_in_the_middle_is_connected_under_reset() {
	new_firmware 3000
	for spec in stm32f103c8:1:60000 stm32f407vg:301:120000; do
		chip=${spec%%:*}
		after=${spec#*:}
		last=${after#*:}
		after=${after%:*}
		while [ "$after" -lt "$last" ]; do
			for job in info "read dump.bin" "write new.bin" doctor; do
				run stflash -p virtual:$chip,swdoff=$after,strict=1,stats=stats.json $job
				status_is 0
				figure_is anomalies 0
			done
			after=$((after + 3989))
		done
	done
}

# Without the wire nothing is left, and every job says why.
test_firmware_that_turns_swd_off_in_the_middle_and_no_wire() {
	for after in 1 1000 2000 4000 8000 16000; do
		for job in info doctor; do
			run stflash -p virtual:stm32f103c8,swdoff=$after,nrst=0,strict=1,stats=stats.json $job
			[ "$status" -eq 0 ] && continue
			fails_with 6 "its firmware turns SWD off" "connect NRST" "run this in a terminal" BOOT0
			figure_is anomalies 0
		done
	done
}
