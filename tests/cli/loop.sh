# SPDX-License-Identifier: MIT
# Boards that come and go at a probe: --wait, --loop, --record.

# a_fixture: the virtual probe of a command is what the file "board" says at each start: a SPEC, or "none" for a chip that
# does not answer. The file "looks" counts the starts.
a_fixture() {
	real_vprobe=$(command -v stflash-vprobe)
	cat >"$said/fixture" <<-END
		#!/bin/sh
		echo >>looks
		read -r board <board
		[ "\$board" != none ] || board=stm32f103c8,noack=1
		exec "$real_vprobe" "\$1" "\$2" "\$3" "\$board"
	END
	chmod +x "$said/fixture"
	STFLASH_VPROBE=$said/fixture
	export STFLASH_VPROBE
	: >looks
	put none
}

put() {
	echo "$1" >board.new
	mv board.new board
}

# start_loop ARGS...: stflash in the background, its words in the file "words".
start_loop() {
	ran="stflash $*"
	env --default-signal stflash "$@" >results 2>words </dev/null &
	looping=$!
}

says_soon() {
	wait_for $looping has_line "$1" words || failed "it does not say '$1': $(tail -n 3 words | tr '\n' '|')"
}

says_n_times() {
	tries=$((hang_s * 20))
	until [ "$(grep -c "$2" words)" -ge "$1" ]; do
		kill -0 $looping 2>/dev/null && [ $((tries -= 1)) -gt 0 ] || failed "it does not say '$2' $1 times: $(tail -n 3 words | tr '\n' '|')"
		sleep 0.05
	done
}

more_looks() {
	before=$(wc -l <looks)
	until [ "$(wc -l <looks)" -ge $((before + $1)) ]; do
		kill -0 $looping 2>/dev/null || failed "it ended: $(tail -n 3 words | tr '\n' '|')"
		sleep 0.02
	done
}

end_loop() {
	kill -s INT $looping
	wait $looping
	status=$?
	cp words "$said/stderr"
	status_is 130
}

test_a_command_waits_for_the_board() {
	new_firmware 8192
	a_fixture
	start_loop -p virtual --wait write new.bin
	says_soon 'waiting for a board'
	put stm32f103c8,flash=flash.bin
	wait $looping
	status=$?
	cp words "$said/stderr"
	status_is 0
	head -c 8192 flash.bin >start.bin
	same_bytes start.bin new.bin
}

test_waiting_ends_after_its_time() {
	a_fixture
	run stflash -p virtual --wait=1 info
	status_is 6
	stderr_has "waited 1 s: no chip answers"
	run stflash -p no-such-probe --wait=1 info
	status_is 3
	stderr_has "waiting for the probe"
	run stflash -p virtual --wait=0 info
	fails_with 2 "--wait takes seconds, 1 to 1000000, or nothing, not '0'"
}

test_a_signal_ends_the_waiting() {
	a_fixture
	start_loop -p virtual --wait info
	says_soon 'waiting for a board'
	end_loop
}

test_all_waits_for_a_probe_to_be_plugged_in() {
	stflash list >/dev/null 2>&1 && not_run "there is a probe"
	run stflash -p all --wait=1 info
	status_is 3
	stderr_has "waiting for a probe"
	for wait in --wait --loop; do
		start_loop -p all $wait info
		[ $wait = --loop ] || says_soon 'waiting for a probe'
		# With --loop nothing is said: it is ready once it has put its signals in place.
		tries=200
		until grep -q '^SigCgt:.*[4-7c-f][0-9a-f]\{3\}$' /proc/$looping/status || [ $((tries -= 1)) -eq 0 ]; do sleep 0.05; done
		end_loop
		[ $wait = --loop ] || stderr_has "cancelled while a probe was waited for"
	done
	stderr_has "0 boards: 0 passed, 0 failed"
}

test_a_loop_does_one_board_after_the_other() {
	new_firmware 8192
	a_fixture
	start_loop -p virtual --loop --expect STM32F1 --record record.csv write new.bin
	says_soon 'waiting for a board'
	put stm32f103c8,flash=1.bin
	says_n_times 1 'PASS: STM32F103'
	more_looks 4
	[ "$(grep -c PASS words)" -eq 1 ] || failed "a board that stays is written twice"
	put none
	says_n_times 1 'the board is gone: ready for the next'
	put stm32f103rb,rdp=1
	says_n_times 1 'FAIL: protected'
	put none
	says_n_times 2 'ready for the next'
	put stm32f407vg
	says_n_times 1 'FAIL: argument'
	put none
	says_n_times 3 'ready for the next'
	put stm32f103c8,flash=4.bin
	says_n_times 2 'PASS: STM32F103'
	put stm32f105rc,flash=5.bin
	says_n_times 1 'PASS: STM32F105'
	end_loop
	stderr_has "5 boards: 3 passed, 2 failed"
	stderr_has "was here before: it comes again, or another one shares its id"
	for number in 1 4 5; do
		head -c 8192 $number.bin >start.bin
		same_bytes start.bin new.bin
	done
	[ "$(grep -c '^20[-0-9T:]*Z,PASS,write,57FF72067265575742132067,virtual,STM32F10[^,]*,[0-9a-f-]*,no,new.bin sha256:' record.csv)" -eq 2 ] &&
		[ "$(grep -c ',yes,new.bin' record.csv)" -eq 1 ] && [ "$(grep -c ',FAIL,write,.*,protected,"\{0,1\}the chip' record.csv)" -eq 1 ] ||
		failed "the record is $(tr '\n' '|' <record.csv)"
	grep -q "sha256:$(sha256sum <new.bin | cut -d' ' -f1),,new.bin: 8 KiB written to 0x08000000" record.csv ||
		failed "the record does not say what was done"
	[ "$(head -n 1 record.csv)" = time,result,command,probe,path,chip,uid,repeat,files,stamps,done,ms,version,error,message ] &&
		[ "$(wc -l <record.csv)" -eq 6 ] || failed "the record has more or less than a head and five lines"
}

# Each start of the virtual probe is a look: good and bad ones in turn, then a good board.
test_no_job_begins_on_half_a_contact() {
	new_firmware 8192
	a_fixture
	cat >"$said/bounce" <<-END
		#!/bin/sh
		echo >>looks
		n=\$(wc -l <looks)
		case \$n in
		2 | 4 | 5 | 7 | 8) board=stm32f103c8,flash=flash.bin ;;
		10 | 11) board=stm32f103c8,flash=flash.bin,fault=dperror@swd:25 ;;
		1? | 2? | 3?) board=stm32f103c8,flash=flash.bin ;;
		*) board=stm32f103c8,noack=1 ;;
		esac
		exec "$real_vprobe" "\$1" "\$2" "\$3" "\$board"
	END
	chmod +x "$said/bounce"
	STFLASH_VPROBE=$said/bounce
	start_loop -p virtual --loop write new.bin
	says_soon PASS
	[ "$(wc -l <looks)" -ge 12 ] || failed "the job began after $(wc -l <looks) looks"
	end_loop
	stderr_has "1 board: 1 passed, 0 failed"
}

test_a_start_that_fails_is_tried_again_and_a_write_that_fails_is_not() {
	new_firmware 8192
	a_fixture
	cat >"$said/lost" <<-END
		#!/bin/sh
		echo >>looks
		board=stm32f103c8,flash=flash.bin
		[ \$(wc -l <looks) -gt 3 ] || board=\$board,fault=unplug@\$(cat at)
		exec "$real_vprobe" "\$1" "\$2" "\$3" "\$board"
	END
	chmod +x "$said/lost"
	STFLASH_VPROBE=$said/lost
	# Where a job begins is seen in a run without a fault.
	stflash-vprobe --list-parts >/dev/null
	echo 80 >at
	start_loop -p virtual --loop write new.bin
	says_soon 'PASS\|FAIL'
	end_loop
	stderr_has "contact was lost before anything was changed: looking again"
	stderr_has "1 board: 1 passed, 0 failed"
	rm flash.bin*
	: >looks
	echo 140 >at
	start_loop -p virtual --loop write new.bin
	says_soon 'PASS\|FAIL'
	end_loop
	stderr_has "FAIL: unplugged"
}

test_a_loop_replaces_no_file_of_another_board() {
	a_fixture
	start_loop -p virtual --loop read dump.bin
	put stm32f103c8
	says_soon 'PASS'
	put none
	says_soon 'ready for the next'
	put stm32f105rc
	says_soon 'FAIL: argument'
	end_loop
	[ "$(wc -c <dump.bin)" -eq 65536 ] || failed "the dump of the first board is gone"
	stderr_has "two boards would write the file dump.bin"
}

test_what_is_wrong_with_a_loop_is_said_at_once() {
	a_fixture
	run stflash -p virtual --loop write
	fails_with 2 "write needs a FILE"
	run stflash --record no-such-folder/record.csv -p virtual --loop write x.bin
	fails_with 2 "cannot write the record no-such-folder/record.csv: No such file or directory"
	[ ! -s looks ] || failed "the board was looked at"
	run stflash --loop list
	fails_with 2 "--loop means nothing to 'list'"
}

test_a_loop_ends_when_no_board_comes_any_more() {
	new_firmware 2048
	a_fixture
	put stm32f103c8
	start_loop -p virtual --loop --wait=1 --record record.jsonl write new.bin
	says_soon PASS
	put none
	wait $looping
	status=$?
	cp words "$said/stderr"
	status_is 0
	stderr_has "1 board: 1 passed, 0 failed"
	grep -q '^{"time":"20[0-9T:-]*Z","result":"PASS","command":"write","probe":{"serial":"57FF72067265575742132067","path":"virtual","model":"ST-LINK/V2"},"chip":"STM32F103/101/102 medium density","uid":"[0-9a-f-]*","repeat":false,"files":\[{"name":"new.bin","sha256":"[0-9a-f]*","format":"bin","bytes":2048,"made":false}\],"done":"new.bin: 2 KiB written' record.jsonl ||
		failed "the record is $(cat record.jsonl)"
}

test_a_record_has_a_line_for_each_job_whoever_writes_it() {
	new_firmware 2048
	record_jobs=
	printf 'a line that was cut' >record.csv
	for number in 1 2 3 4; do
		stflash -q -p virtual:stm32f103c8,serial=A$number -p virtual:stm32f103c8,serial=B$number --record record.csv write new.bin &
		record_jobs="$record_jobs $!"
	done
	for job in $record_jobs; do wait $job || failed "a write failed"; done
	for number in 1 2 3 4; do
		for station in A B; do
			[ "$(grep -c "^[^,]*,PASS,write,$station$number,\"virtual" record.csv)" -eq 1 ] ||
				failed "the record is $(tr '\n' '|' <record.csv)"
		done
	done
	[ "$(wc -l <record.csv)" -eq 9 ] || failed "the record is $(tr '\n' '|' <record.csv)"
	run stflash -p virtual:stm32f103c8,noack=1 --record one.csv info
	status_is 6
	grep -q '^[^,]*,FAIL,info,,"virtual:stm32f103c8,noack=1",,,no,,' one.csv || failed "the record is $(cat one.csv)"
}

test_a_job_that_cannot_be_recorded_has_failed() {
	[ -c /dev/full ] || not_run "there is no /dev/full"
	run stflash -p virtual:stm32f103c8 --record /dev/full reset
	status_is 2
	stderr_has "cannot write the record /dev/full: No space left on device"
}
