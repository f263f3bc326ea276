# SPDX-License-Identifier: MIT
# fit.awk REPORT: what the commands of a report from a board took, as the constants of the virtual probe's timing
# model (probes/virtual/probe/model.c). Medians, so that a busy computer spoils nothing.
#
# A command without SWD costs turnaround, dispatch and the packets; READDEBUGREG four SWD transfers more; a block
# read four and one for each word, and a packet on the wire for each 64 bytes (V2) or 512 (V3).

function median(list, n,    i, j, t) {
	if (!n)
		return -1
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && list[j] < list[j - 1]; j--) {
			t = list[j]
			list[j] = list[j - 1]
			list[j - 1] = t
		}
	return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

function show(name, value, model) {
	if (value < 0)
		printf "%-52s %9s %12s\n", name, "-", model
	else
		printf "%-52s %9.1f %12s\n", name, value, model
}

NR == 1 && $0 != "stflash report 1" {
	print "fit: " FILENAME " is no report of stflash" >"/dev/stderr"
	failed = 1
	exit 1
}

/^device = / { high_speed = $3 ~ /:374e|:374f|:3753|:3754|:3757|:376/ }
/^probe = / { for (i = 1; i < NF; i++) if ($i == "at") khz = $(i + 1) }

$1 == ">" { sent = $2; top = $3; sub_command = $3 == "f2" ? $4 : ""; bytes = sub_command == "07" && NF >= 9 ? $9 + 0 : 0
	if (sub_command == "07") { low = hex($9); high = NF >= 10 ? hex($10) : 0; bytes = low + 256 * high } }

$1 == "<" && sent != "" {
	us = ($2 - sent) * 1000
	if (top == "f5" || top == "f1" || sub_command == "3e" || sub_command == "3b")
		plain[++n_plain] = us
	else if (sub_command == "36")
		word[++n_word] = us
	else if (sub_command == "07" && bytes == 64)
		short_read[++n_short] = us
	else if (sub_command == "07" && bytes == 1024)
		long_read[++n_long] = us
	sent = ""
}

function hex(s,    i, v) {
	for (i = 1; i <= length(s); i++)
		v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return v + 0
}

END {
	if (failed)
		exit 1
	base = median(plain, n_plain)
	debug = median(word, n_word)
	s = median(short_read, n_short)
	l = median(long_read, n_long)
	if (base < 0 || debug < 0 || s < 0 || l < 0) {
		print "fit: the report holds too few transfers: it ended before 1 KiB of RAM was read" >"/dev/stderr"
		exit 1
	}
	packets = high_speed ? 2 - 1 : 16 - 1
	swd = (debug - base) / 4
	printf "%-52s %9s %12s\n", "us, SWD at " khz " kHz", "report", "model"
	show("a command without SWD: turnaround, dispatch, packets", base, high_speed ? "53" : "195.2")
	show("one SWD transfer, from READDEBUGREG", swd, sprintf("%.1f", 46000 / khz + (high_speed ? 0 : 7.8)))
	show("of it the probe's firmware", swd - 46000 / khz > 0 ? swd - 46000 / khz : 0, high_speed ? "0" : "7.8")
	show("240 words more in one block", l - s, sprintf("%.1f", 240 * (46000 / khz + (high_speed ? 0 : 7.8)) + packets * (high_speed ? 10 : 52.6)))
	show("of it a packet on the wire", (l - s - 240 * swd) / packets > 0 ? (l - s - 240 * swd) / packets : 0, high_speed ? "10" : "52.6")
}
