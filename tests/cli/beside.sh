# SPDX-License-Identifier: MIT
# Two boards at once, and one of them has a fault: the other one never notices.

# good_board: the figures that do not hang on the clock, of the board that has no fault.
good_board() {
	cp good.json stats.json
	nothing_is_left_behind
	load_figures
	for good_figure in usb_bytes_out usb_bytes_in swd_transfers page_erases programs; do
		look_up $good_figure
		echo "$good_figure $looked_up"
	done
}

# beside FAULT: a write to both.
beside() {
	rm -f good.bin* faulty.bin* good.json
	random_bytes 65536 >faulty.bin
	cp before.bin good.bin
	run stflash -p "virtual:stm32f103c8,serial=FAULTY,flash=faulty.bin$1" \
		-p virtual:stm32f103c8,serial=GOOD,flash=good.bin,stats=good.json write new.bin
	grep -q '^probe 2: PASS: ' "$said/stderr" || failed "with a fault$1 beside it the good board says: $(grep '^probe 2: ' "$said/stderr" | tr '\n' '|')"
	! grep -E '^probe 2: (warning|error|note)' "$said/stderr" || failed "with a fault$1 the good board notices"
	head -c 12288 good.bin >start.bin
	same_bytes start.bin new.bin
}

test_a_fault_at_one_board_is_never_noticed_at_another() {
	new_firmware 12288
	random_bytes 65536 >before.bin
	beside ""
	good_board >usual
	# One of three each day.
	day=$(date +%j)
	points=$(echo 5 60 140 | cut -d' ' -f$(((${day#"${day%%[!0]*}"} % 3) + 1)))
	[ -z "${STFLASH_TEST_ALL-}" ] || points="5 20 40 60 80 100 120 140 160 180 200"
	for kind in unplug reset stall timeout short stale garbage wait apfault unknown flip flipwrite lostword lostwrite olddata; do
		for point in $points; do
			beside ",fault=$kind@$point"
			good_board >this
			same_bytes this usual
		done
	done
	for kind in dperror@swd:300 parity@swd:900 wait@swd:500 powercut@swd:2000 targetreset@swd:1500 stuckbusy@flash:3 badcell@0x08000800; do
		beside ",fault=$kind"
		good_board >this
		same_bytes this usual
	done
}

# whole KEY: its figure, rounded down.
whole() {
	load_figures
	look_up "$1"
	echo "${looked_up%.*}"
}

# By the boards' own clocks.
test_eight_boards_take_no_longer_than_one() {
	new_firmware 60000
	run stflash -p virtual:stm32f103c8,stats=stats.json write new.bin
	status_is 0
	alone=$(whole virtual_ms)
	eight=
	for number in 1 2 3 4 5 6 7 8; do eight="$eight -p virtual:stm32f103c8,serial=B$number,stats=of$number.json"; done
	run stflash $eight write new.bin
	status_is 0
	for number in 1 2 3 4 5 6 7 8; do
		cp of$number.json stats.json
		[ $(($(whole virtual_ms) * 10)) -le $((alone * 11)) ] || failed "a board took $(whole virtual_ms) ms, and $alone when it was alone"
	done
}
