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
	stderr_has "only then is the change of protection sure to be active"
}

# What was set under the debugger's eyes waits for a power-on: lifted before that it erases nothing, and is not said to.
test_protection_that_was_not_in_force_erases_nothing() {
	for spec in $f1 $f4; do
		case $spec in $f1) size=65536 ;; *) size=524288 ;; esac
		serve_full $spec $size
		protects
		run stflash -p "$board" --json unprotect --yes-erase
		status_is 0
		stderr_has "flash was NOT erased and holds data"
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
	stderr_has "protection of STM32F401xD/E removed"
	stderr_has "flash was NOT erased and holds data"
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

# --- at a terminal, somebody is asked to switch the supply

waiting="power the board off and on now"

# write_unprotected ANSWER: into a protected F1, whose flash opens with the next power-on; ANSWER comes while it waits.
write_unprotected() {
	serve_full $f1 65536
	protects
	power_cycle
	random_bytes 5000 >new.bin
	answer_in_terminal "$waiting" "$1" \
		"sh -c 'echo \$\$ >pid; exec stflash -p $board write --unprotect new.bin 0x08000000'"
	stdout_has "$waiting"
}

test_a_power_cycle_while_it_is_waited_for() {
	write_unprotected power_cycle
	status_is 0
	stdout_has "$by_hash"
	head -c 5000 flash.bin >written.bin
	same_bytes new.bin written.bin
	tail -c +5001 flash.bin >rest.bin
	blank_bytes 60536 >blank.bin
	same_bytes blank.bin rest.bin
	nothing_is_left_behind
}

ctrl_c() {
	printf '\003'
}

terminate() {
	kill -TERM "$(cat pid)"
}

gives_up_with() {
	status_is "$1"
	unfold
	stdout_has "cancelled, and the chip goes on protecting until its supply was off"
	stdout_has "then run the same command again"
	figure_is in_debug false
	figure_is flash_locked true
	figure_is anomalies 0
	power_cycle
	run stflash -p "$board" write --unprotect new.bin 0x08000000
	status_is 0
	head -c 5000 flash.bin >written.bin
	same_bytes new.bin written.bin
}

test_ctrl_c_while_a_power_cycle_is_waited_for() {
	write_unprotected ctrl_c
	gives_up_with 130
}

test_sigterm_while_a_power_cycle_is_waited_for() {
	write_unprotected terminate
	gives_up_with 143
}

# --- while the chip erases, the wire is left alone

test_a_long_erase_is_waited_for_with_pauses() {
	run stflash -p virtual:stm32f401re,rdp=1,strict=1,gaps=3,stats=stats.json unprotect --yes-erase
	status_is 0
	stderr_has "all of it is blank"
	nothing_is_left_behind
	[ "$(figure usb_transfers)" -lt 3000 ] || failed "$(figure usb_transfers) transfers for one erase of 4 s"
	took=$(figure virtual_ms)
	[ "${took%.*}" -lt 6000 ] || failed "it took $took ms to notice the end of 4250 ms"
}
