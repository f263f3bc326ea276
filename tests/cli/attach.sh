# SPDX-License-Identifier: MIT
# --connect attach takes the chip as it is: where the link does not live it names the causes and the way that leads in.

causes="firmware in Stop or Standby, or with the SWD pins remapped, cuts the link"
helps="Leave that out, so that stflash connects under reset"

# cut_off HABIT WORDS: on both families info and read end with that sentence, and no file, and a reset leads in.
cut_off() {
	for chip in stm32f103c8 stm32f407vg; do
		for job in info "info --map" "read dump.bin"; do
			[ "$job" != info ] || [ "$1" != swdoff=100000 ] || continue # it is over before the link goes
			run stflash -p "virtual:$chip,$1,stats=stats.json" -c attach $job
			fails_with 6 "$2: $causes" "--connect attach neither halts nor resets it" "$helps"
			no_file dump.bin
			figure_is anomalies 0
			figure_is resets 0
		done
		run stflash -p "virtual:$chip,$1" read dump.bin
		status_is 0
		rm dump.bin
	done
}

test_attach_says_why_firmware_in_stop_is_out_of_reach() {
	cut_off firmware=stop "no chip answers on SWD"
}

test_attach_says_why_firmware_in_standby_is_out_of_reach() {
	cut_off firmware=standby "no chip answers on SWD"
}

test_attach_says_why_firmware_that_remaps_the_pins_is_out_of_reach() {
	cut_off firmware=remap "no chip answers on SWD"
	cut_off swdoff=3 "no chip answers on SWD"
}

test_attach_says_why_a_link_ends_in_the_middle_of_a_read() {
	cut_off swdoff=100000 "the chip answered on SWD and then stopped"
}

# What attaching has nothing to do with keeps its own sentence.
test_attach_to_a_board_without_power_or_wires() {
	run stflash -p virtual:stm32f103c8,power=0 -c attach info
	fails_with 6 "power the board and connect its supply to the probe's VTref"
	run stflash -p virtual:stm32f103c8,noack=1 -c attach info
	fails_with 6 "or check the power, GND, SWDIO and SWCLK"
	run stflash -p virtual:stm32f103c8,fault=unplug@swd:90 -c attach read dump.bin
	fails_with 5 "unplugged"
	run stflash -p virtual:stm32f103c8 -c attach read 0x60000000 4 dump.bin
	status_is 2
	stderr_has "outside of all memory of this chip"
}
