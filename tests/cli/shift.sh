# SPDX-License-Identifier: MIT
# A shift: four probes, boards that come with bouncing contacts and go, one in ten of them bad, each with a serial number.

# a_shift N: N boards at each of four stations. A virtual probe is one look at the board that lies there: it comes with two
# bad contacts in between, and lies there until the record has its line.
a_shift() {
	real_vprobe=$(command -v stflash-vprobe)
	new_firmware 4096
	rm -rf station? record.csv serial.txt
	echo "$1" >of_each
	: >record.csv
	for station in 1 2 3 4; do
		mkdir station$station
		echo 0 >station$station/board
		echo 0 >station$station/looks
		echo 0 >station$station/gone
	done
	cat >"$said/shift" <<-'END'
		#!/bin/sh
		k=${4##*serial=S}
		k=${k%%,*}
		read -r of_each <of_each
		read -r board <station$k/board
		read -r looks <station$k/looks
		read -r gone <station$k/gone
		spec=stm32f103c8,serial=S$k
		recorded=$(grep -c ",write,S$k,\"virtual" record.csv)
		if [ "$board" -ge "$of_each" ]; then
			spec=$spec,noack=1
		elif [ "$recorded" -gt "$board" ]; then
			gone=$((gone + 1))
			[ $gone -eq 2 ] || spec=$spec,noack=1 # it bounces once more
			[ $gone -lt 5 ] || { board=$recorded looks=0 gone=0; }
		else
			looks=$((looks + 1))
			case $looks in 1 | 3 | 4) spec=$spec,noack=1 ;; esac
			[ $(((board * 4 + k) % 10)) -ne 0 ] || spec=$spec,fault=badcell@0x08000800
		fi
		for figure in board looks gone; do
			eval "echo \$$figure" >station$k/$figure.new
			mv station$k/$figure.new station$k/$figure
		done
		exec "$REAL_VPROBE" "$1" "$2" "$3" "$spec"
	END
	chmod +x "$said/shift"
	STFLASH_VPROBE=$said/shift
	REAL_VPROBE=$real_vprobe
	export STFLASH_VPROBE REAL_VPROBE
}

start_shift() {
	stations=
	for station in 1 2 3 4; do stations="$stations -p virtual:stm32f103c8,serial=S$station"; done
	stflash $stations --loop --wait=$1 --record record.csv --stamp 0x0800f000=sn:serial.txt --stamp-over write new.bin \
		>/dev/null 2>words </dev/null &
	shift_job=$!
}

# end_shift N: once so many boards are on record.
end_shift() {
	tries=$((hang_s * 20))
	until [ "$(lines_of '[PF]A[SI][SL]')" -ge $1 ]; do
		kill -0 $shift_job 2>/dev/null && [ $((tries -= 1)) -gt 0 ] || failed "the shift stands still: $(tail -n 2 words)"
		sleep 0.05
	done
	kill -s TERM $shift_job
	wait $shift_job
	status=$?
}

lines_of() {
	grep -c ",$1,write,S" record.csv
}

# The serial numbers of all boards of the record, one a line.
numbers_of() {
	grep ",$1,write,S" record.csv | sed -n 's/.*,0x0800f000 sn \([0-9]*\),.*/\1/p'
}

no_number_is_there_twice() {
	[ -z "$(numbers_of '[PF]A[SI][SL]' | sort | uniq -d)" ] || failed "numbers of two boards: $(numbers_of '[PF]A[SI][SL]' | sort | uniq -d | xargs)"
}

boards_of_a_shift() {
	[ -n "${STFLASH_TEST_ALL-}" ] && echo 50 || echo 5
}

test_a_shift_has_a_line_and_a_number_for_each_board() {
	take_turn 1 2
	n=$(boards_of_a_shift)
	a_shift "$n"
	start_shift 600
	end_shift $((4 * n))
	ran="the shift"
	status_is 143
	cp words "$said/stderr"
	stderr_has "$((4 * n)) boards: $((4 * n - 4 * n / 10)) passed, $((4 * n / 10)) failed"
	[ "$(lines_of PASS)" -eq $((4 * n - 4 * n / 10)) ] && [ "$(lines_of FAIL)" -eq $((4 * n / 10)) ] ||
		failed "the record has $(lines_of PASS) PASS and $(lines_of FAIL) FAIL"
	no_number_is_there_twice
	[ "$(numbers_of '[PF]A[SI][SL]' | sort -n | xargs)" = "$(seq $((4 * n)) | xargs)" ] ||
		failed "the numbers are $(numbers_of '[PF]A[SI][SL]' | sort -n | xargs)"
	[ "$(cat serial.txt)" -eq $((4 * n + 1)) ] || failed "the next number is $(cat serial.txt)"
}

# What was shown as PASS is in the record, whenever stflash is killed, and no number is given to two boards.
test_a_shift_that_is_killed_loses_no_line_and_reuses_no_number() {
	take_turn 2 2
	n=$(boards_of_a_shift)
	kills=$((n * 2 / 5))
	a_shift "$n"
	killed=0
	while [ $killed -lt $kills ]; do
		before=$(lines_of PASS)
		all_before=$(wc -l <record.csv)
		start_shift 600
		more=$(($(od -An -N1 -tu1 /dev/urandom) % 4 + 1))
		tries=$((hang_s * 20))
		until [ "$(wc -l <record.csv)" -ge $((all_before + more)) ]; do
			kill -0 $shift_job 2>/dev/null && [ $((tries -= 1)) -gt 0 ] || failed "the shift stands still: $(tail -n 2 words)"
			sleep 0.0$(($(od -An -N1 -tu1 /dev/urandom) % 9 + 1))
		done
		sleep 0.$(($(od -An -N1 -tu1 /dev/urandom) % 4))
		kill -s KILL $shift_job
		wait $shift_job
		killed=$((killed + 1))
		shown=$(grep -c ': PASS: ' words)
		[ "$shown" -le $(($(lines_of PASS) - before)) ] || failed "$shown boards were shown as PASS, $(($(lines_of PASS) - before)) are in the record"
	done
	start_shift 600
	end_shift $((4 * n))
	no_number_is_there_twice
	[ "$(numbers_of '[PF]A[SI][SL]' | sort -n | tail -n 1)" -lt "$(cat serial.txt)" ] || failed "the next number was given already"
	[ "$(lines_of '[PF]A[SI][SL]')" -ge $((4 * n)) ] || failed "the record has $(lines_of '[PF]A[SI][SL]') boards"
}
