# SPDX-License-Identifier: MIT
# Option bytes of L4, G0, G4, WB, WL, C0 and U0: a dozen registers that are written as one, ranges, banks, what locks a debugger out.

. "$cases/dword.sh" # for dword_board

# options_board PART: like dword_board, without old option bytes beside it.
options_board() {
	dword_board $1
	rm -f stm32-*-options-* old*.txt o*.txt
}

# stored_is REGISTER VALUE: what the chip keeps without power.
stored_is() {
	grep -qx "$1 = $2" flash.bin.options || failed "after '$ran' the chip keeps $(grep "^$1 =" flash.bin.options), not $2"
}

# set_options SETTINGS...: written, read back, nothing else changed on the chip.
set_options() {
	rm -f old.txt
	run stflash -p $board options set --save old.txt "$@"
	status_is 0
	stderr_has "written and read back; reset and running"
	same_bytes flash.bin flash.before
	nothing_is_left_behind
}

shows() {
	run stflash -p $board options
	status_is 0
	for words; do
		stdout_has "$words"
	done
}

test_dword_option_bytes_are_set_by_the_names_of_the_manuals() {
	options_board stm32l476rg
	set_options nRST_STOP=0 BOR_LEV=2 WRP1B_STRT=4 WRP1B_END=5 WRP2A_STRT=0 WRP2A_END=1
	stored_is optr 0xffefeaaa
	stored_is wrp1br 0x00050004
	stored_is wrp2ar 0x00010000
	stored_is wrp1ar 0x000000ff
	shows "reset instead of entering Stop" "0x08002000 to 0x08002fff (pages 4-5) write-protected" \
		"0x08080000 to 0x08080fff (pages 256-257) write-protected" "reset below 2.2 V (level 2)"
	options_board stm32g071rb
	set_options BOR_EN=1 BORF_LEV=1 SEC_SIZE=4 RAM_PARITY_CHECK=0
	stored_is optr 0xffbfefaa
	stored_is secr 0x00000004
	shows "falls at 2.2 V" "firmware can hide 0x08000000 to 0x08001fff until the next reset"
	options_board stm32g0b1rc
	set_options WRP=0-1,64-65 SEC_SIZE2=2
	stored_is wrp1ar 0x00010080
	stored_is wrp2ar 0x00010080
	stored_is secr 0x00200000
	options_board stm32g474re
	set_options WRP=0x08000000-0x08000fff,0x08040000-0x080407ff CCMSRAM_RST=0 SEC_SIZE2=1
	stored_is wrp1ar 0xff01ff80
	stored_is wrp2ar 0xff00ff80
	stored_is sec2r 0xff00ff01
	options_board stm32c031c6
	set_options HSE_NOT_REMAPPED=0 WRP=15
	stored_is wrp1ar 0x000f00ff
	options_board stm32u073rc
	set_options BDRST=0 WRP1A_STRT=1 WRP1A_END=2
	stored_is wrp1ar 0x00020081
}

# What only some parts of an id have is not shown of the others, nor written.
test_dword_option_bytes_that_a_part_lacks_stay_alone() {
	options_board stm32g070rb
	set_options WRP=0-3 nRST_STOP=0
	stored_is optr 0xdfffc1aa
	shows "0x08000000 to 0x08001fff (pages 0-3) write-protected"
	! grep -qE "PCROP|SEC_SIZE|NRST_MODE|BOR_EN" "$said/stdout" || failed "a G070 has no $(grep -oE "PCROP|SEC_SIZE|NRST_MODE|BOR_EN" "$said/stdout" | head -1)"
	run stflash -p $board options set PCROP=none
	fails_with 2 "this chip has no option 'PCROP'; it has WRP, RDP"
}

test_dword_settings_that_make_no_sense_change_nothing() {
	options_board stm32g0b1rc
	for setting in WRP=0,2,4 WRP=128 WRP=0x08000000-0x08000800 PCROP=0x08000000-0x080000ff NRST_MODE=4 SEC_SIZE=256 \
		PCROP=0x0801fe00-0x080201ff WRP1A_STRT=128 X=1; do
		run stflash -p $board options set $setting
		status_is 2
		stderr_is_one_line
		same_bytes flash.bin flash.before
		stored_is optr 0xfffffeaa
		stored_is wrp1ar 0x000000ff
		figure_is anomalies 0
	done
	options_board stm32wb55rg
	run stflash -p $board options set SFSA=0
	fails_with 2 "SFSA is set by the chip's maker or its radio core: it is 0xcb, and cannot be changed"
}

# The two bits of NRST_MODE of a WB1x have nBOOT1 between them, which stays as it is; the larger WB have no such field.
test_dword_reset_pin_of_a_wb1x_is_listed_and_warned_of() {
	options_board stm32wb15cc
	run stflash -p $board options
	stdout_has "NRST is reset input and output"
	stdout_has "IRHEN"
	before=0x$(sed -n 's/^optr = 0x//p' flash.bin.options)
	for mode in 1:0x10000000 2:0x00400000 3:0x10400000; do
		run stflash -p $board options set NRST_MODE=${mode%:*}
		status_is 0
		nothing_is_left_behind
		[ ${mode%:*} != 2 ] || stderr_has "NRST is a GPIO and resets nothing"
		now=0x$(sed -n 's/^optr = 0x//p' flash.bin.options)
		[ $((now & ~0x10400000)) -eq $((before & ~0x10400000)) ] && [ $((now & 0x10400000)) -eq $((${mode#*:})) ] ||
			failed "NRST_MODE=${mode%:*} made $now of $before"
	done
	run stflash -p $board options set NRST_MODE=4
	status_is 2
	run stflash -p virtual:stm32wb55rg options
	! grep -q NRST_MODE "$said/stdout" || failed "a WB55 has no NRST_MODE"
}

# SEC_SIZE counts pages from the start of each bank.
test_dword_securable_areas_are_on_the_map() {
	for part in stm32g071rb:2:0 stm32g474re:3:1 stm32g0b1re:1:2; do
		options_board ${part%%:*}
		sizes=${part#*:}
		set_options $(case ${part%%:*} in *g071*) echo SEC_SIZE=2 ;; *g474*) echo SEC_SIZE1=3 SEC_SIZE2=1 ;; *) echo SEC_SIZE=1 SEC_SIZE2=2 ;; esac)
		run stflash --json -p $board info --map
		status_is 0
		grep -qE '"addr":"0x08000000","size":'$((2048 * ${sizes%:*}))',[^}]*"securable":true' "$said/stdout" ||
			failed "the map of $part lacks the area of bank 1"
		n=$(grep -o '"securable":true' "$said/stdout" | wc -l)
		[ "$n" -eq $((${sizes#*:} ? 2 : 1)) ] || failed "the map of $part has $n areas"
		[ ${sizes#*:} = 0 ] || grep -qE '"addr":"0x08040000","size":'$((2048 * ${sizes#*:}))',[^}]*"securable":true' "$said/stdout" ||
			failed "the map of $part lacks the area of bank 2"
		run stflash -p $board info --map
		stdout_has "S used, securable"
	done
}

# The OEM1 key of a U0, set: shown, and read protection is not removed without it; nothing is changed. Without one it is.
test_dword_a_key_of_a_u0_is_shown_and_keeps_its_protection() {
	options_board stm32u073rc
	run stflash -p $board options
	stdout_has "no OEM1 key is set"
	stdout_has "no OEM2 key is set"
	sed -i 's/^oem1keyw2r = .*/oem1keyw2r = 0x00c0ffee/' flash.bin.options
	run stflash -p $board options
	stdout_has "an OEM1 key is set: RDP goes from level 1 to 0 only with it"
	stdout_has "no OEM2 key is set"
	run stflash -p $board doctor
	stdout_has "an OEM1 key is set"
	run stflash -p $board protect
	status_is 0
	cp flash.bin flash.before
	cp flash.bin.options options.before
	run stflash -q -p $board unprotect --yes-erase
	fails_with 7 "only with its OEM1 key, and one is set" "stflash sends no passwords; nothing was changed"
	nothing_is_left_behind
	run stflash -q -p $board options set RDP=0xaa --yes-erase
	[ $status -ne 0 ] || failed "the protection is said to be gone"
	same_bytes flash.bin flash.before
	same_bytes flash.bin.options options.before
	# Where nothing says that a key is set, the chip itself refuses.
	run stflash -q -p $board,lockbit=0 unprotect --yes-erase
	fails_with 7 "the chip has refused to remove read-out protection, as one does whose OEM1 key is set"
	same_bytes flash.bin flash.before
	sed -i 's/^oem1keyw2r = .*/oem1keyw2r = 0x00000000/' flash.bin.options
	run stflash -q -p $board unprotect --yes-erase
	status_is 0
	nothing_is_left_behind
}

# What belongs to the radio core and its firmware stays as it is, whatever else is written.
test_dword_option_bytes_of_the_radio_core_are_never_written() {
	for part in $(of_day stm32wb55rg stm32wb15cc stm32wl55jc stm32wle5cc); do
		options_board $part
		set_options nRST_STOP=0 WRP=1
		before="$(grep -E '^(ipccbr|sfr|srrvr)' flash.bin.options)"
		run stflash -p $board protect
		status_is 0
		nothing_is_left_behind
		run stflash -p $board unprotect --yes-erase
		status_is 0
		stderr_has "the chip erased its flash: all of it is blank"
		nothing_is_left_behind
		[ "$(grep -E '^(ipccbr|sfr|srrvr)' flash.bin.options)" = "$before" ] || failed "$part: the radio core's words changed"
		cp flash.bin flash.before
	done
}

test_dword_write_protection_names_the_pages_and_the_way_out() {
	random_bytes 100 >new.bin
	for part in $(of_day stm32l476rg stm32g0b1rc stm32g474re stm32c031c6 stm32u073rc stm32wle5cc); do
		options_board $part
		set_options WRP=2-3
		run stflash -p $board write new.bin 0x08001000
		fails_with 7 "write-protected by the option bytes, from page 2 (0x08001000) to 2 (0x080017ff)" \
			"\`stflash options set WRP=none\` removes the protection"
		run stflash -p $board erase 0x08001800 2k
		fails_with 7 "from page 3 (0x08001800)"
		run stflash -p $board info --map
		stdout_has "write-protected"
		run stflash -p $board doctor
		stdout_has "2 of $((kib / 2)) pages are write-protected: stflash options set WRP=none"
		same_bytes flash.bin flash.before
		run stflash -p $board write --yes --unprotect new.bin 0x08001000
		status_is 0
		head -c 4196 flash.bin | tail -c 100 | cmp - new.bin || failed "new.bin was not written"
		shows "WRP1A_END"
		! grep -q "write-protected" "$said/stdout" || failed "write protection is still there"
		figure_is anomalies 0
	done
}

# Raised, a level waits for the next power-on; lowered, it erases everything, at once.
test_dword_read_protection_comes_and_goes() {
	take_turn 1 2
	for part in $(of_day stm32l476rg stm32g071rb stm32g0b1rc stm32g474re stm32c031c6 stm32u073rc); do
		options_board $part
		run stflash -p $board protect
		status_is 0
		stderr_has "power the board off and on"
		nothing_is_left_behind
		same_bytes flash.bin flash.before
		for job in "read out.bin" "write flash.before" "erase --all" "verify flash.before" "backup saved"; do
			run stflash -p $board $job
			fails_with 7 "the chip is read-out protected (RDP level 1)" "stflash unprotect --yes-erase"
		done
		no_file out.bin saved
		shows "level 1: read-out protected"
		case $part in
		stm32l4*) stdout_has "a debugger gets at neither flash nor SRAM2" ;;
		stm32g4*) stdout_has "a debugger gets at neither flash nor CCM SRAM" ;;
		stm32c0* | stm32u0*) stdout_has "a debugger gets at neither flash nor SRAM" ;;
		esac
		run stflash -p $board doctor
		status_is 7
		run stflash -p $board unprotect
		fails_with 2 "say --yes-erase"
		same_bytes flash.bin flash.before
		run stflash -p $board unprotect --yes-erase
		status_is 0
		stderr_has "the chip erased its flash: all of it is blank"
		nothing_is_left_behind
		blank_bytes $((kib * 1024)) | cmp -s - flash.bin || failed "$part: flash is not blank"
		run stflash -p $board write flash.before
		status_is 0
		figure_is anomalies 0
	done
}

test_dword_pcrop_grows_and_goes_only_with_everything() {
	for part in $(of_day stm32l476rg stm32g071rb stm32g474re); do
		options_board $part
		set_options PCROP=0x08004000-0x08004fff
		set_options PCROP=0x08004000-0x08005fff
		run stflash -p $board options set PCROP=0x08004000-0x08004fff
		fails_with 7 "PCROP of 0x08004000-0x08005fff can grow, and goes only together with RDP"
		for job in "options set PCROP=none" "unprotect --yes-erase"; do
			run stflash -p $board $job
			fails_with 7 "stflash protect\`, a power cycle and then \`stflash unprotect --yes-erase\` remove that"
		done
		same_bytes flash.bin flash.before
		figure_is anomalies 0
		run stflash -p $board read out.bin
		fails_with 7 "PCROP lets the core execute it and nobody read it"
		run stflash -p $board protect
		status_is 0
		run stflash -p $board unprotect --yes-erase
		status_is 0
		stderr_has "the chip erased its flash: all of it is blank"
		nothing_is_left_behind
		blank_bytes $((kib * 1024)) | cmp -s - flash.bin || failed "$part: flash is not blank"
		shows "PCROP_RDP"
		! grep -q "(PCROP)" "$said/stdout" || failed "$part: PCROP is still there"
	done
}

# Without PCROP_RDP the pages under PCROP outlive the change of level, when nobody asks for more.
test_dword_pcrop_may_outlive_the_end_of_read_protection() {
	options_board stm32g071rb
	set_options PCROP=0x08004000-0x08004fff
	run stflash -p $board protect
	status_is 0
	run stflash -p $board options set --save o1.txt RDP=0
	fails_with 7 "removing read-out protection makes the chip erase its whole flash"
	run stflash -p $board options set --save o1.txt RDP=0 --yes-erase
	status_is 0
	figure_is anomalies 0
	tail -c +16385 flash.bin | head -c 4096 >kept
	tail -c +16385 flash.before | head -c 4096 | cmp - kept || failed "the pages under PCROP were lost"
	head -c 16384 flash.bin >rest
	blank_bytes 16384 | cmp - rest || failed "the others were not erased"
	shows "0x08004000 to 0x08004fff (pages 8-9) neither read nor written (PCROP)"
}

test_dword_pcrop_rdp_that_stays_is_said_and_no_failure() {
	options_board stm32l476rg
	set_options PCROP_RDP=1
	run stflash -p $board options set --save o1.txt PCROP_RDP=0
	status_is 0
	stderr_has "warning: PCROP_RDP stays 1: it can only be set"
	figure_is anomalies 0
}

test_dword_boot_lock_and_level_2_have_to_be_spelled_out() {
	for part in $(of_day stm32g071rb stm32g474re stm32c031c6 stm32u073rc); do
		options_board $part
		run stflash -p $board options set --save o.txt BOOT_LOCK=1
		fails_with 7 "BOOT_LOCK makes the chip start flash whatever else is set" "nothing was changed" \
			"--i-know-boot-lock-ends-debugging does it all the same"
		run stflash -p $board options set --save o.txt RDP=2
		fails_with 7 "RDP level 2 is permanent" "nothing was changed"
		no_file o.txt
		figure_is anomalies 0
		set_options BOOT_LOCK=1 --i-know-boot-lock-ends-debugging
		shows "flash starts whatever they say; at RDP level 1 no debugger gets in"
		for job in protect "options set --save o.txt RDP=1"; do
			run stflash -p $board $job
			fails_with 7 "BOOT_LOCK is set, and read-out protection closes the debug port together with it" \
				"first clear it with \`stflash options set BOOT_LOCK=0\`"
		done
		set_options BOOT_LOCK=0
		run stflash -p $board protect
		status_is 0
	done
}

# The last change that a debugger makes.
test_dword_both_together_and_level_2_close_the_debug_port() {
	for settings in "BOOT_LOCK=1 RDP=1 --i-know-boot-lock-ends-debugging" "RDP=2 --i-know-level-2-is-for-ever"; do
		options_board stm32g071rb
		run stflash -p $board options set --save old.txt $settings
		status_is 0
		figure_is anomalies 0
		run stflash -p $board info
		status_is 6
	done
}

test_dword_risky_settings_are_warned_of() {
	while read -r part settings words; do
		options_board $part
		run stflash -p $board options set --save old.txt $(echo $settings | tr , ' ')
		status_is 0
		stderr_has "warning: $words"
		figure_is anomalies 0
		run stflash -p $board doctor
		stdout_has "$words"
	done <<-END
		stm32l476rg IWDG_SW=0 the watchdog IWDG runs from every reset on
		stm32g071rb WWDG_SW=0 the watchdog WWDG runs from every reset on
		stm32g474re NRST_MODE=2 NRST is a GPIO and resets nothing
		stm32c031c6 NRST_MODE=2 NRST is a GPIO and resets nothing
		stm32l432kc nSWBOOT0=0,nBOOT0=0 with these option bytes a reset never starts flash
		stm32g0b1rc nBOOT_SEL=1,nBOOT0=0 with these option bytes a reset never starts flash
	END
	options_board stm32g474re
	run stflash -p $board options set --save old.txt nRST_STOP=0
	! grep -q warning "$said/stderr" || failed "a warning of what is harmless: $(last_words)"
}

# DBANK of a G4 and an L4+: other pages, other banks, at once.
test_dword_banks_and_pages_are_those_of_the_new_option_bytes() {
	options_board stm32g474re
	run stflash -p $board options set --save old.txt DBANK=0
	status_is 0
	stderr_has "this changes how flash is divided into sectors"
	figure_is anomalies 0
	run stflash -p $board info
	stdout_has "smallest page 4 KiB"
	random_bytes 9000 >new.bin
	run stflash -p $board write --yes new.bin 0x08030000
	status_is 0
	run stflash -p $board verify new.bin 0x08030000
	status_is 0
	run stflash -p $board options set --save old-2.txt WRP=0,4 DBANK=1
	status_is 0
	figure_is anomalies 0
	run stflash -p $board info
	stdout_has "smallest page 2 KiB"
	options_board stm32l476re
	run stflash -p $board options set --save old.txt DUALBANK=0
	status_is 0
	stored_is optr 0xffcff8aa
	shows "not used while flash is one bank"
}

# The chip refuses to erase all at once then, so it is done page by page.
test_dword_all_is_erased_in_spite_of_a_securable_area() {
	for part in stm32g071g8 stm32g431k6; do
		options_board $part
		area=$(case $part in *g0*) echo SEC_SIZE ;; *) echo SEC_SIZE1 ;; esac)
		run stflash -p $board options set --save old.txt $area=2
		status_is 0
		stderr_has "while $area is not 0 the chip refuses to erase everything at once: stflash erases page by page then"
		run stflash -p $board erase --all
		status_is 0
		figure_is anomalies 0
		figure_is mass_erases 0
		blank_bytes $((kib * 1024)) | cmp -s - flash.bin || failed "$part: flash is not blank"
		run stflash -p $board write --yes flash.before
		status_is 0
		same_bytes flash.bin flash.before
	done
}

# A cut while they are programmed leaves a chip that protects itself; what it says, and the way back.
test_dword_lost_option_bytes_are_named_and_written_again() {
	take_turn 2 2
	for part in $(of_day stm32l476rg stm32g071rb stm32g0b1rc stm32g474re stm32c031c6); do
		options_board $part
		run stflash -q -p "$board,fault=powercut@flash:1" options set --save old.txt nRST_STOP=0
		[ $status -ne 0 ] || failed "a cut was not noticed"
		stderr_has "the option bytes were being written and may be incomplete"
		grep -q '^mismatch' flash.bin.options || failed "$part: the option bytes were not cut"
		for job in "read out.bin" "write flash.before" doctor protect "options set --save o1.txt IWDG_STOP=0"; do
			run stflash -p $board $job
			status_is 7
			grep -q "the chip has lost its option bytes" "$said/stderr" "$said/stdout" ||
				failed "'$ran' does not say what happened: $(last_words)"
		done
		shows "level 1: read-out protected, because the option bytes were lost"
		run stflash -p $board unprotect --yes-erase
		status_is 0
		stderr_has "the chip erased its flash: all of it is blank"
		nothing_is_left_behind
		shows "level 0: not read-out protected"
		! grep -qE "\(PCROP\)|write-protected" "$said/stdout" || failed "$part: protection is still there"
		# As delivered; more than that is in the file.
		sed 's/ *#.*//' old.txt | grep . >before
		run stflash -p $board options set --save o2.txt IWDG_STOP=0
		status_is 0
		sed 's/ *#.*//' o2.txt | grep . | diff - before || failed "$part: other option bytes than before"
		run stflash -p $board write --yes flash.before
		status_is 0
		same_bytes flash.bin flash.before
	done
}

test_dword_option_bytes_are_in_backups() {
	for part in $(of_day stm32l476re stm32g0b1rc stm32g431rb stm32u031k8); do
		options_board $part
		set_options WRP=2-3 nRST_STOP=0
		cp flash.bin.options options.before
		run stflash -p $board backup saved
		status_is 0
		grep -q "^WRP1A_END = 0x03" saved/options.txt || failed "the backup lacks the option bytes"
		run stflash -p $board options set --save o.txt WRP=none nRST_STOP=1
		status_is 0
		random_bytes 100 >new.bin
		run stflash -p $board write --yes new.bin 0x08000000
		status_is 0
		run stflash -p $board restore saved
		status_is 0
		figure_is anomalies 0
		same_bytes flash.bin flash.before
		same_bytes flash.bin.options options.before
	done
}

test_dword_option_bytes_have_json() {
	options_board stm32g474re
	run stflash --json -p $board options
	status_is 0
	stdout_has '"WRP2A_STRT":{"value":127,"max":127,"writable":true,"meaning":"off"}'
	stdout_has '"SEC_SIZE1":{"value":0,"max":255,"writable":true,"meaning":"no securable area"}'
	run stflash --json -p $board options set --save old.txt WRP=1
	status_is 0
	stdout_has '"changed":true,"verified":true,"lifted_rdp":false'
	run stflash --json -p $board options set --save old-2.txt WRP=1
	stdout_has '"changed":false'
	no_file old-2.txt
	options_board stm32wb55rg
	run stflash --json -p $board options
	stdout_has '"SFSA":{"value":203,"max":255,"writable":false'
}

# Which bank is seen first is a matter of reading: pages are erased, and ranges count, in the banks as they are (RM0444 3.3.1).
test_dword_banks_that_have_changed_places_are_written_where_they_are_seen() {
	random_bytes 5000 >new.bin
	for part in stm32g0b1re stm32g0b1rc; do
		options_board $part
		half=$((kib * 512))
		run stflash -p $board options set --save old.txt nSWAP_BANK=0
		status_is 0
		stderr_has "warning: the banks have changed places (nSWAP_BANK)"
		run stflash -q -p $board read seen.bin
		status_is 0
		{ tail -c $half flash.before && head -c $half flash.before; } | cmp - seen.bin || failed "$part: the banks are as before"
		run stflash -p $board write --yes new.bin 0x08000800
		status_is 0
		figure_is anomalies 0
		{ head -c $((half + 2048)) flash.before && cat new.bin && tail -c +$((half + 7049)) flash.before; } >expected
		same_bytes flash.bin expected
		run stflash -p $board erase $((0x08000000 + half)) 2k
		status_is 0
		{ blank_bytes 2048 && tail -c +2049 expected; } | cmp - flash.bin || failed "$part: another page was erased"
		run stflash -p $board options set --save old-2.txt WRP=1
		status_is 0
		stored_is wrp2ar 0x00010081
		shows "0x08000800 to 0x08000fff (page 1) write-protected"
		run stflash -p $board write --yes new.bin 0x08000800 --force-erase
		fails_with 7 "write-protected by the option bytes, from page 1"
		rm seen.bin
	done
}
