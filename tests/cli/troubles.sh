# SPDX-License-Identifier: MIT
# The table of troubles in the README: stflash says what stands there.

f103=virtual:stm32f103c8

# The words are in the README too.
in_readme() {
	tr '\n' ' ' <"$cases/../../README.md" | grep -qF -e "$1" || failed "the README does not say '$1'"
}

# says WORDS: so does the run, on one of its two streams, and the README.
says() {
	cat "$said/stdout" "$said/stderr" | grep -qF -e "$1" || failed "'$ran' does not say '$1': $(last_words)"
	in_readme "$1"
}

test_readme_board_not_seen() {
	run stflash read dump.bin
	[ "$status" -ne 0 ] || not_run "an ST-LINK is plugged into this computer"
	says "no ST-LINK probe is plugged in: check the cable and the port"
}

test_readme_swd_off_by_firmware() {
	run stflash -p $f103,swdoff=200 read dump.bin
	status_is 0
	says "the chip answers only while it is in reset"
	says "proven"
	run_in_terminal stflash -p $f103,swdoff=200,nrst=0,button=30:40 read dump.bin
	status_is 0
	says "Hold the board's RESET button down"
	says "let RESET go now"
}

test_readme_no_power() {
	run stflash -p $f103,power=0 read dump.bin
	status_is 6
	says "power the board and connect its supply to the probe's VTref"
}

test_readme_wrong_wiring() {
	run stflash -p $f103,noack=1 read dump.bin
	status_is 6
	says "neither by itself nor with NRST low: check the power, GND, SWDIO and SWCLK"
}

test_readme_noisy_link() {
	full_flash 65536
	run stflash -p $f103,noisy=1000,flash=flash.bin read dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	says "link errors at 4000 kHz: going on at 1800 kHz; check the wires"
}

test_readme_protected() {
	run stflash -p $f103,rdp=1 read dump.bin
	status_is 7
	says "the chip is read-out protected (RDP level 1)"
	no_file dump.bin
}

test_readme_clone() {
	run stflash -p virtual:apm32f103cb info
	status_is 0
	says "Looks like a clone"
	run stflash -p virtual:cs32f103c8 read dump.bin
	status_is 6
	says "give the right one with --flash-size KIB"
	run stflash -p virtual:cs32f103c8 --flash-size 64 read dump.bin
	status_is 0
	says "proven"
}

test_readme_old_probe_firmware() {
	run stflash -p $f103,fw=J17S4 doctor
	status_is 0
	says "can change neither the SWD clock nor access 16 bits"
	run stflash -p $f103,fw=J17S4 read dump.bin
	status_is 0
	says "proven"
}

# These two want USB devices or chips that the virtual probe does not have: the machine with Linux's whole USB stack, and
# the unit tests, see the sentences.
test_readme_quotes_what_other_tests_see() {
	in_readme "another program uses it, openocd (pid 224): end that first"
	in_readme "install the udev rule: sudo cp probes/udev/70-stflash.rules"
	in_readme "is no STM32F1 or F4, the families that are supported"
}
