# SPDX-License-Identifier: MIT
# awk -v jobs="NAME..." -v prefix=PATH -f cost.awk BEFORE [SNAPSHOT...] AFTER
# What each job cost by the probe's own counts, into the file PATHNAME: "USB SWD ERASES BUSY_MS". With snapshots,
# which are taken before the first job and after each, a job's cost is what it would be were it the only one of its
# run: connecting and leaving count for every job. On standard output: the new anomalies, one a line.
FNR == 1 { file++ }
/^  "usb_transfers": / { value[1, file] = $2 }
/^  "swd_transfers": / { value[2, file] = $2 }
/^  "(page|mass)_erases": / { value[3, file] += $2 }
/^  "flash_busy_ms": / { value[4, file] = $2 }
/^  "anomalies": / { anomalies[file] = $2 + 0 }
/^  "anomaly_texts": / { texts = $0 }

function spent(what, from, to) {
	return value[what, to] - value[what, from]
}

function put(name, from, to,	what, cost, line) {
	for (what = 1; what <= 4; what++) {
		cost = spent(what, from, to)
		if (file > 2)
			cost += spent(what, 1, 2) + spent(what, file - 1, file)
		line = line sprintf(what == 4 ? "%.1f" : "%d ", cost)
	}
	print line >(prefix name)
}

END {
	n = split(jobs, job, " ")
	for (i = 1; i <= n; i++)
		put(job[i], file > 2 ? i + 1 : 1, file > 2 ? i + 2 : 2)
	sub(/^[^[]*\["?/, "", texts)
	sub(/"?\],?$/, "", texts)
	kept = split(texts, text, /", "/)
	for (i = anomalies[1] + 1; i <= anomalies[file]; i++)
		print i <= kept ? text[i] : "one that was not kept"
}
