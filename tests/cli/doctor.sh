# SPDX-License-Identifier: MIT
# doctor: one line a step, one sentence to act on, and status 0 only where a write would work.

f103=virtual:stm32f103c8,strict=1,stats=stats.json

# finds VERDICT STEP WORDS: a line of the examination.
finds() {
	grep -E "^$1 +$2 " "$said/stdout" | grep -qF -e "$3" ||
		failed "'$ran' has no line '$1 $2 $3': $(head -c 600 "$said/stdout" | tr '\n' '|')"
}

last_line_is() {
	[ "$(tail -n 1 "$said/stdout")" = "$1" ] || failed "the last line of '$ran' is '$(tail -n 1 "$said/stdout")'"
}

test_doctor_finds_all_well() {
	run stflash -p $f103 doctor
	status_is 0
	stderr_is_empty
	finds ok usb "ST-LINK/V2, serial 57FF72067265575742132067"
	finds ok access "no other program uses it"
	finds ok probe "firmware V2J29S7"
	finds ok voltage "3.24 V"
	finds ok swd "answers at 4000 kHz, DPIDR 0x1ba01477"
	finds - nrst "doctor --reset does it"
	finds ok chip "STM32F103/101/102 medium density, device id 0x410, 64 KiB"
	finds ok core sleeping
	finds ok protection none
	last_line_is "all is well: stflash write FIRMWARE will work"
	figure_is resets 0
	nothing_is_left_behind
}

test_doctor_looks_at_nrst_when_it_may_reset() {
	run stflash -p $f103 doctor --reset
	status_is 0
	finds ok nrst "wired: the probe can hold the chip in reset"
	nothing_is_left_behind
	run stflash -p $f103,nrst=0 doctor --reset
	status_is 0
	finds note nrst "not wired, or a clone"
	nothing_is_left_behind
}

test_doctor_without_power() {
	run stflash -p $f103,power=0 doctor
	fails_with 6 "power the board"
	finds BAD voltage "0.00 V: the board has no power"
	finds BAD swd "no chip answers"
}

test_doctor_without_wires() {
	run stflash -p $f103,noack=1 doctor
	fails_with 6 "check the power, GND, SWDIO and SWCLK"
	finds BAD swd "no chip answers"
}

test_doctor_where_firmware_turns_swd_off() {
	run stflash -p $f103,swdoff=200 doctor
	status_is 0
	stderr_is_empty
	finds note swd "answers only in reset"
	finds ok nrst wired
	last_line_is "all is well: stflash write FIRMWARE will work, and connects under reset by itself"
	run_in_terminal env NO_COLOR=1 stflash -p $f103,swdoff=200,nrst=0,button=30:40 doctor
	status_is 0
	unfold
	finds note swd "by a reset by hand"
	finds note nrst "not wired"
	tail -n 3 "$said/stdout" | xargs | grep -q "will ask for the RESET button again" || failed "no advice: $(tail -n 3 "$said/stdout")"
}

test_doctor_of_a_noisy_link() {
	run stflash -p $f103,noisy=1000 doctor
	status_is 0
	stderr_is_empty
	finds note swd "shorten the wires"
	figure_is anomalies 0
}

test_doctor_of_an_old_probe() {
	run stflash -p $f103,fw=J17S4 doctor
	status_is 0
	finds note probe "can change neither the SWD clock nor access 16 bits"
	run stflash -p $f103,fw=J24S4 doctor
	status_is 0
	finds note probe "knows no 16-bit access"
	run stflash -p $f103,fw=J10S4 doctor
	status_is 0
	finds - voltage "cannot measure it"
}

test_doctor_of_a_v3() {
	run stflash -p $f103,probe=v3 doctor
	status_is 0
	finds ok probe "firmware V3J7M2"
	last_line_is "all is well: stflash write FIRMWARE will work"
}

test_doctor_of_a_low_voltage() {
	run stflash -p virtual:stm32f407vg,mv=2200 doctor
	status_is 0
	finds note voltage "too low to program an F2, F4 or F7 32 bits at a time"
}

test_doctor_of_a_chip_that_resets_itself() {
	run stflash -p $f103,hwwdg=1 doctor
	status_is 0
	finds note core "again and again"
	nothing_is_left_behind
}

test_doctor_of_protected_chips() {
	run stflash -p $f103,rdp=1 doctor
	fails_with 7 "read-out protected (RDP level 1)" "unprotect --yes-erase"
	finds BAD protection "target protected"
	run stflash -p $f103,wrp=3 doctor
	status_is 0
	finds note protection "8 of 64 pages are write-protected: stflash options set WRP=none"
	last_line_is "all is well: stflash write FIRMWARE will work, but not on what is write-protected"
}

test_doctor_without_a_probe() {
	run stflash doctor
	[ "$status" -ne 0 ] || not_run "an ST-LINK is plugged into this computer"
	fails_with 3 "no ST-LINK probe is plugged in"
	finds BAD usb "no probe"
}

test_doctor_in_json() {
	run stflash --json -p $f103 doctor
	status_is 0
	stdout_has '{"command":"doctor","step":"swd","verdict":"good","text":"answers at 4000 kHz'
	stdout_has '{"command":"doctor","ok":true,"advice":"all is well'
	run stflash --json -p $f103,power=0 doctor
	status_is 6
	stdout_has '"step":"voltage","verdict":"bad"'
	stdout_has '{"command":"doctor","ok":false,"error":{"name":"no-target"'
}
