# SPDX-License-Identifier: MIT
# What goes wrong: the right status, one clear sentence, no file touched, nothing left behind.

f103=virtual:stm32f103c8,strict=1,stats=stats.json

# A dump of before that must survive everything below.
old_dump() {
	echo "the old dump" >dump.bin
	cp dump.bin dump.before
}

old_dump_is_untouched() {
	same_bytes dump.before dump.bin
	only dump.bin dump.before "$@"
}

test_no_probe_plugged_in() {
	old_dump
	run stflash read dump.bin
	[ "$status" -ne 0 ] || not_run "an ST-LINK is plugged into this computer"
	fails_with 3 "no ST-LINK"
	old_dump_is_untouched
}

test_no_probe_of_that_serial() {
	run stflash -p 0123456789 info
	fails_with 3 "ST-LINK"
}

test_no_server_there() {
	old_dump
	run stflash -p usbip://127.0.0.1:1/1-1 read dump.bin
	status_is 3
	stderr_is_one_line
	old_dump_is_untouched
}

test_servers_that_are_none() {
	old_dump
	for kind in garbage closed endless; do
		listen $kind
		run stflash -p "usbip://127.0.0.1:$port/1-1" read dump.bin
		[ "$status" -eq 3 ] || [ "$status" -eq 5 ] || failed "a server of kind $kind ended it with $status: $(last_words)"
		stderr_is_one_line
		kill "$listener" 2>/dev/null
	done
	old_dump_is_untouched
}

test_a_silent_server_does_not_hang_us() {
	listen silent
	run stflash -p "usbip://127.0.0.1:$port/1-1" info
	status_is 5
	stderr_is_one_line
}

test_a_selector_that_makes_no_sense() {
	run stflash -p usbip:// info
	fails_with 2 "usbip://"
	run stflash -p virtual:stm32f103c8,colour=red info
	fails_with 2 colour
	run stflash -p virtual:z80 info
	fails_with 2 z80
}

test_target_without_power() {
	old_dump
	run stflash -p $f103,power=0 read dump.bin
	fails_with 6 "power the board"
	old_dump_is_untouched stats.json
	figure_is anomalies 0
	figure_is in_debug false
}

test_nothing_answers_on_swd() {
	old_dump
	run stflash -p $f103,noack=1 read dump.bin
	fails_with 6 SWDIO
	old_dump_is_untouched stats.json
	figure_is anomalies 0
	figure_is in_debug false
}

test_an_unknown_chip_is_named() {
	old_dump
	run stflash -p virtual:stm32f103c8-id999 read dump.bin
	fails_with 8 "unknown chip: device id 0x999"
	old_dump_is_untouched
}

test_read_out_protection() {
	old_dump
	run stflash -q -p $f103,rdp=1 read dump.bin
	fails_with 7 "protection"
	old_dump_is_untouched stats.json
	nothing_is_left_behind
}

test_an_address_outside_of_all_memory() {
	old_dump
	run stflash -p $f103 read 0x90000000 64 dump.bin
	fails_with 2 0x90000000
	old_dump_is_untouched stats.json
	nothing_is_left_behind
}

test_a_size_past_the_end_of_flash() {
	old_dump
	run stflash -p $f103 read 0x08000000 0x10001 dump.bin
	fails_with 2
	run stflash -p $f103 read 0x0800ffff 2 dump.bin
	fails_with 2
	run stflash -p $f103 read 0x08000000 3G dump.bin
	status_is 2
	run stflash -p $f103 read 0x08000000 1024M dump.bin
	fails_with 2
	old_dump_is_untouched stats.json
}

test_an_unwritable_output_fails_before_the_target_is_touched() {
	run stflash -p $f103 read no/such/dir/dump.bin
	fails_with 2 "cannot write no/such/dir/dump.bin: No such file or directory"
	mkdir folder
	run stflash -p $f103 read folder
	fails_with 2 "cannot write folder: it is a directory"
	ln -s nowhere link
	run stflash -p $f103 read link
	fails_with 2 "leads nowhere"
	only folder link
}

test_a_write_protected_file_is_not_replaced() {
	old_dump
	chmod a-w dump.bin
	if [ "$(id -u)" -ne 0 ]; then
		run stflash -p $f103 read dump.bin
	else
		# Root may write everything: be nobody, who may replace files here.
		command -v setpriv >/dev/null || not_run "root cannot become nobody without setpriv"
		chmod a+x "$room"
		chown 65534 .
		run setpriv --reuid 65534 --regid 65534 --clear-groups stflash -p $f103 read dump.bin
		[ "$status" -ne 127 ] || not_run "nobody may not run the programs of this build"
	fi
	fails_with 2 "cannot write dump.bin: Permission denied"
	old_dump_is_untouched
}

test_a_full_device() {
	[ -w /dev/full ] || not_run "there is no /dev/full"
	run stflash -p $f103 read /dev/full
	fails_with 2 "cannot write /dev/full: No space left on device"
	[ -c /dev/full ] || failed "/dev/full is no device any more"
	nothing_is_left_behind
}

test_a_full_disk_leaves_the_old_file() {
	[ "$(id -u)" -eq 0 ] || not_run "a small file system takes root to mount"
	mkdir disk
	mount -t tmpfs -o size=32k tmpfs disk 2>/dev/null || not_run "mounting a tmpfs is not allowed here"
	echo "the old dump" >disk/dump.bin
	cp disk/dump.bin dump.before
	full_flash 65536
	run stflash -p $f103,flash=flash.bin read disk/dump.bin
	cp disk/dump.bin dump.after
	left=$(ls -A disk)
	umount disk
	fails_with 2 "cannot write disk/dump.bin: No space left on device"
	same_bytes dump.before dump.after
	[ "$left" = dump.bin ] || failed "the disk holds $left"
	nothing_is_left_behind
}

test_a_reader_that_goes_away() {
	full_flash 65536
	mkfifo pipe
	head -c 100 pipe >/dev/null &
	run stflash -p $f103,flash=flash.bin read pipe
	wait $!
	[ "$status" -eq 0 ] || fails_with 2 "cannot write pipe: Broken pipe"
	nothing_is_left_behind
}

test_a_probe_unplugged_half_way() {
	old_dump
	full_flash 65536
	run stflash -p $f103,flash=flash.bin,fault=unplug@120 read dump.bin
	status_is 5
	stderr_is_one_line
	old_dump_is_untouched flash.bin flash.before stats.json
}

test_a_target_that_loses_power_half_way() {
	old_dump
	full_flash 65536
	run stflash -p $f103,flash=flash.bin,fault=powercut@120 read dump.bin
	status_is 6
	old_dump_is_untouched flash.bin flash.before stats.json
	figure_is in_debug false
}

test_single_transient_faults_are_survived() {
	full_flash 65536
	head -c 12288 flash.before >wanted
	for kind in reset stall timeout short stale wait longwait apfault dperror parity unknown flip lostword lostwrite; do
		for place in 20 64 118; do
			rm -f dump.bin
			run stflash -q -p "virtual:stm32f103c8,flash=flash.bin,stats=stats.json,fault=$kind@$place" \
				read 0x08000000 12k dump.bin
			[ "$status" -eq 0 ] || failed "one $kind at transfer $place ended it with $status: $(last_words)"
			same_bytes wanted dump.bin
			target_is_let_go
		done
	done
}

# A reply that is none. A question is asked again; what may have been done is not done twice, and ends the run.
test_garbage_is_asked_again_after_a_question_alone() {
	full_flash 65536
	head -c 12288 flash.before >wanted
	asked=0
	done_once=0
	for place in $(seq 20 2 140); do
		rm -f dump.bin
		run stflash -q -p "virtual:stm32f103c8,flash=flash.bin,stats=stats.json,fault=garbage@$place" \
			read 0x08000000 12k dump.bin
		case $status in
		0)
			same_bytes wanted dump.bin
			asked=$((asked + 1))
			;;
		5)
			grep -qE 'answered (WRITEDEBUGREG|WRITEREG|ENTER|INIT_AP|SWD_SET_FREQ|RESETSYS|CLOSE_AP_DBG) with 0x[0-9a-f]*, which is no status' \
				"$said/stderr" || failed "garbage at transfer $place ended a question: $(last_words)"
			no_file dump.bin
			done_once=$((done_once + 1))
			;;
		*) failed "garbage at transfer $place ended it with $status: $(last_words)" ;;
		esac
		target_is_let_go
	done
	[ "$asked" -gt 10 ] && [ "$done_once" -gt 2 ] || failed "$asked runs met a question, $done_once a write: too few of one"
}

test_a_target_reset_half_way() {
	full_flash 65536
	run stflash -p "virtual:stm32f103c8,flash=flash.bin,stats=stats.json,fault=targetreset@118" read dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	figure_is in_debug false
	figure_is halted false
}

interrupted_by() {
	old_dump
	full_flash 1048576
	f407=virtual:stm32f407vg,strict=1,stats=stats.json,flash=flash.bin
	run_and_cancel "$1" 'agent at' stflash -vvv -p $f407,pace=real --speed 100 read dump.bin
	fails_with "$2" cancelled
	old_dump_is_untouched flash.bin flash.before stats.json
	nothing_is_left_behind
}

test_ctrl_c_in_the_middle() {
	interrupted_by INT 130
}

test_sigterm_in_the_middle() {
	interrupted_by TERM 143
}

test_sighup_in_the_middle() {
	interrupted_by HUP 129
}

test_a_virtual_probe_that_is_not_there() {
	STFLASH_VPROBE=$PWD/nothing
	export STFLASH_VPROBE
	run stflash -p virtual info
	[ "$status" -ne 0 ] || failed "it worked"
	stderr_is_one_line
	stderr_has "$PWD/nothing"
}
