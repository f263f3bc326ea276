# SPDX-License-Identifier: MIT
# Flash by the host alone: where no program runs in the chip, and on a bus that holds it up.

# The agent's first fetch is a fault: it is caught before the firmware's handler, and the host does the work.
test_ram_that_executes_nothing() {
	for chip in stm32f103c8 stm32f407vg; do
		rm -f flash.bin*
		full_flash 65536
		random_bytes 700 >part.bin
		spec=virtual:$chip,ramexec=0,flash=flash.bin,strict=1,stats=stats.json
		run stflash --json -p $spec read 0x08000000 64k dump.bin
		status_is 0
		stderr_has "does not run in the RAM at 0x20000000: working through the debug port alone, which is slower"
		stdout_has '"proof":"twice"'
		same_bytes flash.before dump.bin
		run stflash -p $spec verify dump.bin
		status_is 0
		for job in "write part.bin 0x08004000" "verify part.bin 0x08004000" "erase 0x08000000 16k" \
			"options set nRST_STOP=0 --save options.txt"; do
			run stflash --json -p $spec $job
			status_is 0
			figure_is anomalies 0
			nothing_is_left_behind
		done
		rm -f options.txt
		run stflash --json -p virtual:$chip,ramexec=0,firmware=dma,strict=1,stats=stats.json write part.bin 0x08004000
		status_is 0
		stdout_has '"by_agent":false'
		figure_is firmware_faults 0
	done
}

# An access to busy flash ends in WAIT after 20 us, where a half-word takes 52: so BSY is waited for after each.
test_an_access_that_busy_flash_holds_up() {
	random_bytes 600 >new.bin
	for spec in stm32f103c8,stall=20 stm32f407vg,stall=10 stm32f103rg,stall=20,probe=v3; do
		run stflash -p virtual:$spec,strict=1,stats=stats.json write --no-agent new.bin 0x08004000
		status_is 0
		stderr_has "verified by reading back; reset and running"
		figure_is anomalies 0
	done
}

# A WAIT, or a fault of the link, in the middle: whether it was done is looked at, and nothing is done twice.
test_an_unclear_answer_to_an_access() {
	random_bytes 300 >new.bin
	for chip in stm32f103c8 stm32f407vg; do
		for kind in wait longwait parity dperror; do
			for at in 1 2 9; do
				spec=virtual:$chip,fault=$kind@flash:$at,strict=1,stats=stats.json
				run stflash -p $spec write --no-agent new.bin 0x08004000
				status_is 0
				stderr_has "verified by reading back; reset and running"
				figure_is anomalies 0
				run stflash -p $spec erase --no-agent 0x08000000 16k
				status_is 0
				figure_is anomalies 0
			done
		done
	done
}
