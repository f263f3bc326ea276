# SPDX-License-Identifier: MIT
# How many checks of the VM tests ran, by group: what stands before the first "-" of a scenario's name.
match($0, /^(not )?ok vm-[a-z]+/) {
	name = substr($0, 1, RLENGTH)
	sub(/.*vm-/, "", name)
	if (!(name in count))
		order[++n] = name
	count[name]++
	total++
}

END {
	for (i = 1; i <= n; i++)
		line = line (i > 1 ? ", " : "") order[i] " " count[order[i]]
	print "# vm: " total " checks: " line
}
