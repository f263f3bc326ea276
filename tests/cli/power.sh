# SPDX-License-Identifier: MIT
# Read-out protection and the board's supply: what is stored, what is in force, and what was erased. The board stays
# powered from one run to the next, unless power_cycle says otherwise.

f1=stm32f103c8,flash=flash.bin,live=1,strict=1,stats=stats.json
f4=stm32f401re,flash=flash.bin,live=1,strict=1,patience=30,stats=stats.json

serve_full() {
	full_flash "$2"
	serve "$1"
}

blank_flash() {
	blank_bytes "$(wc -c <flash.before)" >blank.bin
	same_bytes blank.bin flash.bin
}

protects() {
	run stflash -p "$board" protect
	status_is 0
	stderr_has "only then is the change of protection sure to be in force"
}

# What was set under the debugger's eyes waits for a power-on: lifted before that it erases nothing, and is not said to.
test_protection_that_was_not_in_force_erases_nothing() {
	for spec in $f1 $f4; do
		case $spec in $f1) size=65536 ;; *) size=524288 ;; esac
		serve_full $spec $size
		protects
		run stflash -p "$board" --json unprotect --yes-erase
		status_is 0
		stderr_has "the chip did NOT erase its flash, which still holds data"
		stdout_has '"lifted_rdp":true,"erased_flash":false,"power_cycle":false'
		same_bytes flash.before flash.bin
		run stflash -p "$board" read dump.bin
		status_is 0
		same_bytes flash.before dump.bin
		nothing_is_left_behind
		kill "$listener" && wait "$listener"
		rm flash.bin*
	done
}

test_write_unprotect_of_what_was_not_in_force() {
	serve_full $f4 524288
	protects
	random_bytes 20000 >new.bin
	run stflash -p "$board" write --unprotect new.bin 0x08000000
	status_is 0
	stderr_has "protection lifted; the chip did NOT erase its flash"
	{ cat new.bin; tail -c +20001 flash.before; } >expected.bin
	same_bytes expected.bin flash.bin
	figure_is anomalies 0
}

test_an_f4_that_was_protected_is_seen_to_be_blank() {
	serve_full $f4 524288
	protects
	power_cycle
	run stflash -p "$board" --json unprotect --yes-erase
	status_is 0
	stderr_has "the chip erased its flash: all of it is blank"
	stdout_has '"lifted_rdp":true,"erased_flash":true,"power_cycle":false'
	blank_flash
	nothing_is_left_behind
}

test_an_f1_that_was_protected_cannot_be_looked_at_before_a_power_cycle() {
	serve_full $f1 65536
	protects
	power_cycle
	run stflash -p "$board" --json unprotect --yes-erase
	status_is 0
	stderr_has "the chip erases its flash with that, which can be seen after a power cycle"
	stdout_has '"lifted_rdp":true,"erased_flash":false,"power_cycle":true'
	run stflash -p "$board" read dump.bin
	fails_with 7 "read-out protected"
	power_cycle
	run stflash -p "$board" read dump.bin
	status_is 0
	blank_flash
	same_bytes blank.bin dump.bin
	nothing_is_left_behind
}
