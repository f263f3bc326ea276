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
