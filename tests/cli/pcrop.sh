# SPDX-License-Identifier: MIT
# PCROP of the F4: sectors that can be executed, but neither read nor written.

f401=virtual:stm32f401cc,flash=flash.bin,strict=1,patience=30,stats=stats.json
f429=virtual:stm32f429zi,flash=flash.bin,strict=1,patience=30,stats=stats.json

# shut SPEC SETTING...: all of flash full, and nWRP as given under SPRMOD.
shut() {
	spec=$1
	shift
	rm -f flash.bin* old.txt
	case $spec in
	$f401) full_flash 262144 ;;
	*) full_flash 2097152 ;;
	esac
	run stflash -p $spec options set --save old.txt SPRMOD=1 "$@"
	status_is 0
	figure_is anomalies 0
}

shut_f401() {
	shut $f401 nWRP=0x22
}

shut_f429() {
	shut $f429 nWRP=0x02 nWRP_BANK2=0x02
}

# refused WORDS ARGS...: status 7 and these words, the flash as before, no sector of them touched or read.
refused() {
	words=$1
	shift
	run stflash -p "$@"
	fails_with 7 "$words"
	nothing_is_left_behind
	same_bytes flash.before flash.bin
}

test_the_options_say_pcrop() {
	shut_f401
	run stflash -p $f401 options
	status_is 0
	stdout_has "sectors 1, 5 protected against reading (PCROP) and writing"
	stdout_has "nWRP set means PCROP: no reading, no writing"
	shut_f429
	run stflash -p $f429 options
	status_is 0
	stdout_has "sector 13 protected against reading (PCROP) and writing"
}

test_the_map_shows_pcrop() {
	shut_f401
	run env LC_ALL=C stflash -p $f401 info --map
	status_is 0
	stdout_has "remarks     2 of 6 sectors can be neither read nor written (PCROP)."
	stdout_has "0x08000000  ################????????????????################################"
	stdout_has "? read-out protected"
	nothing_is_left_behind
	run stflash -p $f401 --json info --map
	status_is 0
	stdout_has '"addr":"0x08004000","size":16384,"used":false,"read_protected":true,"write_protected":true'
	stdout_has '"addr":"0x08008000","size":98304,"used":true,"read_protected":false,"write_protected":false'

	shut_f429
	run env LC_ALL=C stflash -p $f429 info --map
	status_is 0
	stdout_has "0x08000000  ########????????####"
	stdout_has "0x08100000  ########????????####"
	nothing_is_left_behind
}

test_the_doctor_tells_of_pcrop() {
	shut_f401
	run stflash -p $f401 doctor
	status_is 0
	stdout_has "2 of 6 sectors can be neither read nor written (PCROP): only \`stflash protect\`, a power cycle"
	nothing_is_left_behind
}

test_a_read_stops_before_pcrop() {
	shut_f401
	refused "sector 1 (0x08004000..0x08007fff) and 1 more cannot be read" $f401 read dump.bin
	stderr_has "PCROP lets the core execute it and nobody read it"
	stderr_has "\`stflash read\` takes ADDR and SIZE of what lies around it, \`stflash info --map\` shows where"
	refused "sector 1 (0x08004000..0x08007fff) cannot be read" $f401 read 0x08007ffc 8 dump.bin
	refused "sector 5 (0x08020000..0x0803ffff) cannot be read" $f401 -c attach read 0x08020000 1 dump.bin
	refused "and 1 more cannot be read" $f401 backup folder
	no_file dump.bin folder
	run stflash -p $f401 read 0x08008000 96k dump.bin
	status_is 0
	tail -c +32769 flash.bin | head -c 98304 >open.bin
	same_bytes open.bin dump.bin
	nothing_is_left_behind

	shut_f429
	refused "sector 13 (0x08104000..0x08107fff) cannot be read" $f429 read 0x08100000 32k dump.bin
	run stflash -p $f429 read 0x08100000 16k dump.bin
	status_is 0
}

test_a_verify_keeps_away_from_pcrop() {
	shut_f401
	head -c 5000 flash.bin >start.bin
	run stflash -p $f401 verify start.bin 0x08000000
	status_is 0
	! grep -q "rest of flash" "$said/stderr" || failed "verify spoke of flash that it cannot have read"
	nothing_is_left_behind
	head -c 20000 flash.bin >start.bin
	refused "sector 1 (0x08004000..0x08007fff) cannot be read" $f401 verify start.bin 0x08000000
}

test_a_write_and_an_erase_leave_pcrop_alone() {
	for spec in $f401 $f429; do
		if [ $spec = $f401 ]; then shut_f401; else shut_f429; fi
		random_bytes 20000 >new.bin
		for job in "write new.bin 0x08000000" "write --dry-run new.bin 0x08000000" "erase --all" \
			"erase 0x08004000 16k" "write --no-agent new.bin 0x08000000"; do
			refused "can be neither read nor written nor erased (PCROP); nothing was changed" $spec $job
			stderr_has "\`stflash unprotect --yes-erase\`"
		done
	done
}

test_sectors_beside_pcrop_are_written_and_erased() {
	for spec in $f401 $f429; do
		if [ $spec = $f401 ]; then shut_f401; else shut_f429; fi
		random_bytes 9000 >new.bin
		run stflash -p $spec write new.bin 0x08000000
		status_is 0
		figure_is anomalies 0
		{ cat new.bin; tail -c +9001 flash.before; } >expected.bin
		same_bytes expected.bin flash.bin
		run stflash -p $spec erase 0x08008000 32k
		status_is 0
		figure_is anomalies 0
	done
}

test_pcrop_does_not_go_at_level_0() {
	shut_f429
	refused "PCROP is set (SPRMOD) and goes only together with RDP from level 1 to 0" $f429 unprotect --yes-erase
	refused "PCROP is set (SPRMOD) and goes only together with RDP" $f429 options set --save o SPRMOD=0 nWRP=0xfff nWRP_BANK2=0xfff
	refused "PCROP of sector 1 goes only together with RDP from level 1 to 0" $f429 options set --save o nWRP=0
	refused "PCROP of sector 13 goes only together" $f429 options set --save o nWRP_BANK2=0
	random_bytes 100 >new.bin
	refused "PCROP is set (SPRMOD)" $f429 write --unprotect new.bin 0x08000000
	run stflash -p $f429 options set --save o nRST_STOP=0 nWRP=0x06
	status_is 0
	figure_is anomalies 0
	run stflash -p $f429 options
	status_is 0
	stdout_has "sectors 1-2 protected against reading (PCROP) and writing"
}

# A virtual chip loses its power when the probe goes: that is the power cycle.
test_pcrop_goes_with_level_1_to_0() {
	for spec in $f401 $f429; do
		if [ $spec = $f401 ]; then shut_f401; else shut_f429; fi
		run stflash -p $spec protect
		status_is 0
		stderr_has "power the board off and on"
		run stflash -p $spec read dump.bin
		fails_with 7 "read-out protected"
		run stflash -p $spec unprotect --yes-erase
		status_is 0
		stderr_has "the chip erased its flash: all of it is blank"
		figure_is anomalies 0
		blank_bytes "$(wc -c <flash.before)" >blank.bin
		same_bytes blank.bin flash.bin
		run stflash -p $spec options
		status_is 0
		stdout_has "nWRP protects against writing"
		stdout_has "no sector write-protected"
		run stflash -p $spec read dump.bin
		status_is 0
		same_bytes blank.bin dump.bin
	done
}

test_write_unprotect_lifts_pcrop_of_a_protected_chip() {
	shut_f401
	run stflash -p $f401 protect
	status_is 0
	random_bytes 20000 >new.bin
	run stflash -p $f401 write --unprotect new.bin 0x08000000
	status_is 0
	head -c 20000 flash.bin >written.bin
	same_bytes new.bin written.bin
	figure_is anomalies 0
}

# The vectors are read over the D-code bus at every reset: an RDERR that stays is in the way of the next operation.
test_a_first_sector_under_pcrop_does_not_disturb_the_others() {
	for spec in $f401 $f429; do
		if [ $spec = $f401 ]; then shut $f401 nWRP=0x01; else shut $f429 nWRP=0x01 nWRP_BANK2=0; fi
		random_bytes 20000 >new.bin
		for job in "write new.bin 0x08004000" "write --no-agent new.bin 0x08010000" "erase 0x08004000 16k"; do
			run stflash -p $spec $job
			status_is 0
			figure_is anomalies 0
		done
		{
			head -c 16384 flash.before
			blank_bytes 16384
			tail -c +16385 new.bin
			tail -c +36385 flash.before | head -c 29152
			cat new.bin
			tail -c +85537 flash.before
		} >expected.bin
		same_bytes expected.bin flash.bin
	done
}
