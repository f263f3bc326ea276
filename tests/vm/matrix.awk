# SPDX-License-Identifier: MIT
# awk -v figures=0|1 -v faults=FILE -v anomalies=FILE -f matrix.awk CELLS: the peers' matrix as a table of marks,
# and with figures what each job cost the peer and us. A line of CELLS: "@cell PART PROBE PEER OPERATION MARK COST COST",
# where a COST is "USB SWD ERASES BUSY_MS"; after the mark "-" stands the reason instead.
BEGIN {
	n_peers = split("hla dap st-flash", peers, " ")
	split("openocd, HLA|openocd, dap-direct|st-flash", titles, "|")
	n_operations = split("write read verify erase lock unlock", operations, " ")
}

{
	row = $2 " " $3
	if (!(row in seen)) {
		seen[row] = 1
		rows[++n_rows] = row
	}
	mark[row, $4, $5] = $6
	if ($6 == "-") {
		reason = $0
		sub(/^.* - /, "", reason)
		if (!(reason in letter)) {
			letter[reason] = substr("abcdefghijklmnop", ++n_reasons, 1)
			reasons[n_reasons] = reason
		}
		mark[row, $4, $5] = letter[reason]
		next
	}
	cost[row, $4, $5] = $7 " " $8 " " $9 " " $10 " " $11 " " $12 " " $13 " " $14
	ran++
}

function table(	i, p, o, line) {
	line = sprintf("# %-12s %-5s", "the peers", "")
	for (p = 1; p <= n_peers; p++)
		line = line sprintf(" | %-41s", titles[p])
	sub(/ +$/, "", line)
	print line
	line = sprintf("# %-12s %-5s", "part", "probe")
	for (p = 1; p <= n_peers; p++) {
		line = line " |"
		for (o = 1; o <= n_operations; o++)
			line = line sprintf(" %-6s", operations[o])
	}
	print line
	for (i = 1; i <= n_rows; i++) {
		split(rows[i], name, " ")
		line = sprintf("# %-12s %-5s", name[1], name[2])
		for (p = 1; p <= n_peers; p++) {
			line = line " |"
			for (o = 1; o <= n_operations; o++)
				line = line sprintf(" %-6s", mark[rows[i], peers[p], operations[o]])
		}
		sub(/ +$/, "", line)
		print line
	}
}

function legend(	i, line, part) {
	print "# ok: both directions, byte for byte; " ran " cells; what each cost: ./dev bench --peers"
	for (i = 1; i <= n_reasons; i++)
		print "# " substr("abcdefghijklmnop", i, 1) ": " reasons[i]
	while ((getline line <faults) > 0) {
		split(line, part, "\t")
		print "# " part[1] ": a fault of the peer: " part[2]
	}
	while ((getline line <anomalies) > 0) {
		split(line, part, "\t")
		print "# an anomaly of the peer: " part[2] " (\"" part[1] "\")"
	}
}

function pair(theirs, ours) {
	return sprintf("%8s %8s %6s", theirs, ours, ours + 0 > 0 ? sprintf("%.2f", theirs / ours) : "-")
}

function figure_table(	i, p, o, c) {
	print "what a job cost the peer, what it cost stflash, and the ratio: connecting and leaving are part of it"
	printf "%-12s %-5s %-8s %-7s %24s %24s %9s %9s %19s\n", "part", "probe", "peer", "job", "USB transfers", "SWD transfers",
		"erases", "", "flash busy, ms"
	for (i = 1; i <= n_rows; i++)
		for (p = 1; p <= n_peers; p++)
			for (o = 1; o <= n_operations; o++) {
				if (!((rows[i], peers[p], operations[o]) in cost))
					continue
				split(cost[rows[i], peers[p], operations[o]], c, " ")
				split(rows[i], name, " ")
				printf "%-12s %-5s %-8s %-7s %s %s %9s %9s %9s %9s\n", name[1], name[2], peers[p], operations[o], pair(c[1], c[5]),
					pair(c[2], c[6]), c[3], c[7], c[4], c[8]
			}
}

END {
	table()
	legend()
	if (figures)
		figure_table()
}
