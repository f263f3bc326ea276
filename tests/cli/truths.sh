# SPDX-License-Identifier: MIT
# Sentences that were not true once: what a command says it did is what it did, and its advice can be followed.

f103=virtual:stm32f103c8,flash=flash.bin,stats=stats.json
f407=virtual:stm32f407vg,flash=flash.bin,stats=stats.json

# says_not WORDS...: neither stream of the last run has them.
says_not() {
	for words; do
		! grep -qF -e "$words" "$said/stderr" "$said/stdout" || failed "'$ran' said '$words': $(last_words)"
	done
}

test_verify_of_a_whole_dump_does_not_speak_of_another_checksum() {
	full_flash 65536
	run stflash -q -p $f103 read dump.bin
	run stflash -p $f103 verify dump.bin
	status_is 0
	stderr_has "covers the whole flash"
	says_not checksum
	run stflash -p $f103 --json verify dump.bin
	stdout_has '"rest_blank":true'
}

# Where it differs, that is all that is said.
test_a_verify_that_fails_says_that_and_no_more() {
	full_flash 65536
	head -c 3000 flash.bin >new.bin
	random_bytes 10 | dd of=new.bin bs=1 seek=100 conv=notrunc 2>"$said/dd"
	run stflash -p $f103 verify new.bin
	fails_with 10 "bytes differ, the first at 0x0800006"
}

test_a_write_that_changes_nothing_did_not_write() {
	full_flash 65536
	for size in 1 3000 65536; do
		head -c $size flash.before >new.bin
		run stflash -p $f103 write --yes new.bin
		status_is 0
		stderr_has "new.bin: up to date, "
		says_not "written to"
		figure_is programs 0
		figure_is page_erases 0
	done
	run stflash -p $f103 write --dry-run new.bin
	stderr_has "nothing would be written"
}

# An erase that is cut, cancelled or complete wrote nothing, and is not said to have.
test_an_erase_is_never_partly_written() {
	for fault in unplug@flash:1 powercut@flash:3 unplug@flash:8 unplug@swd:1200; do
		full_flash 65536
		run stflash -p $f103,fault=$fault erase 0x08000000 8k
		[ "$status" -ne 0 ] || failed "$fault: it worked"
		says_not "written"
		stderr_has "run the command again to c" # omplete it, or check it
	done
	full_flash 65536
	run stflash -p $f103 erase --all
	status_is 0
	says_not "written"
	full_flash 1048576
	rm flash.bin.options
	run_and_interrupt INT "erasing 131072 bytes" "$said/stderr" stflash -vv \
		-p virtual:stm32f407vg,flash=flash.bin,pace=real erase 0x08020000 128k
	status_is 130
	says_not "partly"
	run stflash -p $f407 erase 0x08020000 128k
	status_is 0
}

test_an_erase_of_what_is_blank_was_looked_at() {
	blank_bytes 65536 >flash.bin
	run stflash -p $f103 --json erase --all --no-verify --skip-blank
	status_is 0
	stderr_has "0 of 64 pages of STM32F103/101/102 erased in "
	stderr_has "checked, all of it is blank; 64 were blank before; reset"
	stdout_has '"verified":true'
	full_flash 65536
	run stflash -p $f103 --json erase --all --no-verify
	stderr_has "NOT checked"
	stdout_has '"verified":false'
}

test_nothing_is_said_to_run_where_the_vectors_are_erased() {
	blank_bytes 65536 >flash.bin
	blank_bytes 2048 >blank.bin
	for job in "read dump.bin" "verify blank.bin" "backup folder" ; do
		run stflash -p $f103 $job
		status_is 0
		stderr_has "; reset, no firmware"
		says_not running
	done
	full_flash 65536
	run stflash -p $f103 write blank.bin
	status_is 0
	stderr_has "reset, no firmware"
	says_not running
}

test_one_byte_that_differs_is_no_bytes() {
	printf Z >one.bin
	run stflash -p virtual:stm32f103c8 verify one.bin
	fails_with 10 "1 of 1 byte differs, the first at 0x08000000: expected 0x5a, found 0x00"
	printf ZZ >two.bin
	run stflash -p virtual:stm32f103c8 verify two.bin
	fails_with 10 "2 of 2 bytes differ"
}

test_a_dry_run_does_not_say_that_it_erased() {
	full_flash 65536
	random_bytes 3000 >new.bin
	run stflash -p $f103 write --dry-run new.bin
	status_is 0
	stderr_has "would erase 3 of 3 pages and program 3; 0 equal already"
	says_not "3 erased" "3 programmed"
}

test_nothing_runs_after_the_vectors_are_erased() {
	full_flash 65536
	run stflash -p $f103 erase --all
	stderr_has "reset, no firmware"
	says_not running
	full_flash 65536
	run stflash -p $f103 erase 0x08000000 1k
	stderr_has "reset, no firmware"
	run stflash -p $f103 erase 0x08000400 1k
	stderr_has "reset, no firmware"
	full_flash 65536
	run stflash -p $f103 erase 0x08000400 1k
	stderr_has "reset and running"
}

# The link fails while the first job is sent: whether it arrived nobody knows, and nothing else is claimed.
test_a_write_that_may_not_have_begun_says_so() {
	random_bytes 3000 >new.bin
	seen=
	for at in $(seq 900 20 1100); do
		full_flash 65536
		rm -f flash.bin.options
		run stflash -p "$f103,fault=unplug@swd:$at" write --yes new.bin
		status_is 5
		! grep -q "may be only partly written" "$said/stderr" || seen=yes
		[ "$(figure page_erases)$(figure programs)" != 00 ] || says_not "is only partly written"
	done
	[ -n "$seen" ] || failed "no fault met the first job: other numbers are needed here"
}

test_lockup_is_normal_on_erased_flash_only() {
	blank_bytes 65536 >flash.bin
	run stflash -p $f103 doctor
	status_is 0
	stdout_has "ok    core        locked up, which is normal on erased flash"
	run stflash -p virtual:stm32f103c8,firmware=lockup doctor
	status_is 0
	stdout_has "note  core        locked up: its firmware met a fault inside of a fault handler"
	says_not erased
	run stflash -p virtual:stm32f407vg,firmware=lockup doctor
	says_not erased
	full_flash 65536
	run stflash -q -p $f103 protect
	run stflash -p $f103 doctor
	status_is 7
	stdout_has "locked up; why cannot be seen, because flash cannot be read"
	says_not "normal"
}

# ram_is CHIP TEXT: info, the first line of -v and the warning about a stack pointer have that figure.
ram_is() {
	run stflash -v -p "virtual:$1" info
	stdout_has "RAM         $2"
	stderr_has " $2 RAM"
	random_bytes 4 | cat - new.bin >odd.bin
	printf '\377\377\377\177' | dd of=odd.bin conv=notrunc 2>"$said/dd"
	run stflash -p "virtual:$1" write --dry-run odd.bin
	stderr_has "which is not in this chip's RAM ($2 from 0x20000000 on)"
}

test_ram_has_one_size_everywhere() {
	random_bytes 500 >new.bin
	ram_is stm32f103c8 "10 KiB to 20 KiB"
	ram_is stm32f407vg "112 KiB to 128 KiB"
	ram_is stm32f103zg "80 KiB to 96 KiB"
}

test_a_plan_names_pages_and_sectors() {
	random_bytes 5000 >new.bin
	run stflash -v -p virtual:stm32f103c8 write --dry-run new.bin
	stderr_has "plan: 0x08000000..0x080003ff, 1 page from number 0 (1 KiB)"
	stderr_has "plan: 0x08000400..0x080013ff, 4 pages from number 1 (4 KiB)"
	run stflash -v -p virtual:stm32f407vg write --dry-run new.bin
	stderr_has "plan: 0x08000000..0x08003fff, 1 sector from number 0 (16 KiB)"
	says_not unit
}

# cut_after_backup JOB...: it is cut, and its advice, followed, completes it. The backup stays as it is.
cut_after_backup() {
	full_flash 65536
	run stflash -q -p "$f103,fault=unplug@flash:3" "$@" --backup old.bin
	status_is 5
	stderr_has "stflash: old.bin has the flash as it was before: run the command again without --backup"
	same_bytes flash.before old.bin
	run stflash -q -p $f103 "$@" --backup old.bin
	status_is 2
	run stflash -q -p $f103 "$@"
	status_is 0
	same_bytes flash.before old.bin
	rm old.bin
}

test_after_a_backup_the_advice_leaves_it_out() {
	random_bytes 5000 >new.bin
	cut_after_backup write --yes new.bin
	cut_after_backup erase 0x08000000 8k
	rm -f stm32-*
	full_flash 65536
	random_bytes 100 >cal.bin
	run stflash -p $f103,fault=unplug@flash:300 write --yes --backup old/ 0x0800fc01 cal.bin
	status_is 5
	stderr_has "old/ has the flash as it was before: run the command again without --backup"
	kept=$(echo stm32-*-kept-*.hex)
	stderr_has "run the same command again without --backup, then \`stflash write $kept\` puts it back"
	run stflash -p $f103 write 0x0800fc01 cal.bin
	status_is 0
	run stflash -p $f103 write "$kept"
	status_is 0
	head -c 64513 flash.before >expected.bin
	{ cat expected.bin cal.bin; tail -c +64614 flash.before; } >whole.bin
	same_bytes whole.bin flash.bin
	rm -r old "$kept"
	# Without a backup nothing speaks of one.
	full_flash 65536
	run stflash -p $f103,fault=unplug@flash:3 write --yes new.bin
	says_not backup
}

# --- an F1 that waits for its power cycle: what was stored, and what is active until then

waiting_f1() {
	full_flash 65536
	serve stm32f103c8,flash=flash.bin,live=1,strict=1,stats=stats.json
	run stflash -q -p "$board" protect
	status_is 0
	power_cycle
	run stflash -q -p "$board" unprotect --yes-erase
	status_is 0
}

test_unprotect_of_a_chip_that_waits_for_its_power_cycle_is_done() {
	waiting_f1
	run stflash -p "$board" --json unprotect --yes-erase
	status_is 0
	stderr_has "power the board off and on"
	stdout_has '"ok":true'
	stdout_has '"power_cycle":true'
	for job in info doctor "read dump.bin" "erase --all"; do
		run stflash -p "$board" $job
		status_is 7
		grep -q "power the board off and on\|powered off and on" "$said/stderr" || failed "$job: $(last_words)"
	done
	power_cycle
	run stflash -p "$board" info
	status_is 0
	stdout_has "protection  none"
	figure_is anomalies 0
}

# What is stored is hidden, and unprotected: "already so" would leave the chip open after the next power-on.
test_protect_of_a_chip_that_waits_for_its_power_cycle_holds() {
	waiting_f1
	run stflash -p "$board" --json protect
	status_is 0
	stdout_has '"changed":true'
	power_cycle
	run stflash -p "$board" info
	status_is 7
	stdout_has "protection  level 1"
	figure_is anomalies 0
}

test_protect_of_a_protected_chip_keeps_it_as_it_is() {
	full_flash 65536
	run stflash -q -p $f103 protect
	run stflash -q -p $f103 protect
	status_is 0
	same_bytes flash.before flash.bin
	run stflash -p $f103 info
	status_is 7
	figure_is anomalies 0
}
