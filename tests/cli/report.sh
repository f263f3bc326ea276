# SPDX-License-Identifier: MIT
# stflash report: what a person sends to somebody who has not the board.

test_a_report_holds_each_transfer_and_no_contents() {
	run stflash -p virtual:stm32f103c8,stats=stats.json report report.txt
	status_is 0
	stderr_has "report.txt: report written. It holds no contents of flash or RAM"
	nothing_is_left_behind
	for words in "stflash report 1" "version = " "device = 0483:3748, endpoints 02 81" "device descriptor = 12 01 00 02" \
		"[connect]" "[info]" "[reset and halt]" "[memory]" "[leave]" "serial 57FF7206..., firmware V2J29S7"; do
		grep -qF -e "$words" report.txt || failed "the report lacks '$words'"
	done
	! grep -q 57FF72067265 report.txt || failed "the report has the whole serial number"
	[ "$(grep -c '^= [0-9.]* 0$' report.txt)" -eq 5 ] || failed "a part of the job did not end well: $(grep '^=' report.txt)"
	[ "$(figure commands)" -ge "$(grep -c '^> [0-9.]* f' report.txt)" ] || failed "the report has commands that nobody sent"
}

# The unique id of the virtual chip, as bytes in their order, is nowhere.
test_a_report_does_not_name_the_chip() {
	run stflash --json -p virtual:stm32f407vg info
	status_is 0
	uid=$(sed -n 's/.*"uid": *"\([0-9a-f]*\)-.*/\1/p' "$said/stdout")
	[ ${#uid} -eq 8 ] || failed "info shows no unique id"
	bytes=$(printf '%s\n' "$uid" | sed 's/\(..\)\(..\)\(..\)\(..\)/\4 \3 \2 \1/')
	run stflash -p virtual:stm32f407vg report report.txt
	status_is 0
	! grep -qF -e "$bytes" report.txt || failed "the report has the unique id"
}

test_a_report_of_a_board_that_does_not_answer_says_where_it_ended() {
	run stflash --json -p virtual:stm32f103c8,noack=1 report report.txt
	status_is 0
	stdout_has '"trouble":"no chip answers on SWD'
	stderr_has "the job did not end well, and the report says where: no chip answers on SWD"
	grep -q '^= [0-9.]* -6 no chip answers on SWD' report.txt || failed "the report does not say how it ended"
}

test_without_a_probe_there_is_nothing_to_report() {
	run stflash -p virtual:nochip report report.txt
	status_is 2
	no_file report.txt
	run stflash report
	fails_with 2 "report takes one FILE to write to"
	run stflash -p virtual:stm32f103c8 --json report -
	fails_with 2 "--json and the report both want standard output"
}

# A report with times that are those of the model, to the microsecond.
test_the_timing_model_is_fitted_to_a_report() {
	command -v awk >/dev/null || not_run "awk is not installed"
	cat >report.txt <<-END
		stflash report 1
		device = 0483:3748, endpoints 02 81
		> 0.0 f5
		< 0.1952 01 00
		probe = ST-LINK/V2, 0483:3748, serial 57FF7206..., firmware V2J29S7, SWD at 4000 kHz
		> 1.0 f2 36 00 ed 00 e0
		< 1.2724 80 00 00 00 77 14 a0 2b
		> 2.0 f2 07 00 00 00 20 40
		< 2.5812 64 bytes 0000000000000000
		> 4.0 f2 07 00 00 00 20 00 04
		< 10.0022 1024 bytes 0000000000000000
	END
	run awk -f "$cases/../bench/fit.awk" report.txt
	status_is 0
	stdout_has "a command without SWD: turnaround, dispatch, packets     195.2        195.2"
	stdout_has "one SWD transfer, from READDEBUGREG                       19.3         19.3"
	stdout_has "of it the probe's firmware                                 7.8          7.8"
	stdout_has "of it a packet on the wire                                52.6         52.6"
	sed '/f2 07/,$d' report.txt >cut.txt
	run awk -f "$cases/../bench/fit.awk" cut.txt
	status_is 1
	stderr_has "the report holds too few transfers"
	echo nothing >none.txt
	run awk -f "$cases/../bench/fit.awk" none.txt
	status_is 1
	stderr_has "none.txt is no report of stflash"
}
