# SPDX-License-Identifier: MIT
# Every command on chips in many states: what is printed is held against what was done. sweep.py has the states and the rules.

swept() {
	command -v python3 >/dev/null || not_run "python3 is not installed"
	mkdir chip
	(cd chip && python3 "$cases/sweep.py" "$1") >"$said/stdout" 2>&1 || failed "$(head -n 20 "$said/stdout")"
	grep -q " runs, 0 rules broken" "$said/stdout" || failed "it did not come to its end: $(tail -n 1 "$said/stdout")"
}

test_whatever_a_blank_or_full_chip_is_asked_for_is_told_truly() {
	swept core
}

test_whatever_an_f1_is_asked_for_is_told_truly() {
	swept f1
}

test_whatever_a_chip_out_of_reach_is_asked_for_is_told_truly() {
	swept habits
}

test_whatever_an_f4_is_asked_for_is_told_truly() {
	swept f4
}
