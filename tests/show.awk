# SPDX-License-Identifier: MIT
# What the console shows of a group: "ok PROGRAM/CASE" lines become one line per program, at its end or, where
# programs run side by side (-v together=1), at the end of the group.
function flush_program() {
	if (count)
		printf "ok %s (%d)\n", program, count
	count = 0
	fflush()
}

together && /^ok [^ ]+\// {
	split($2, part, "/")
	total[part[1]]++
	next
}
/^ok [^ ]+\// {
	split($2, part, "/")
	if (part[1] != program) {
		flush_program()
		program = part[1]
	}
	count++
	next
}
/^status / { status = $2; next }
/^[a-z]+: [0-9]+ passed, / { next } # a group's own sum; the table has them all
/^not ok / { failed++ }
{ flush_program(); print; fflush() }
END {
	flush_program()
	for (name in total)
		printf "ok %s (%d)\n", name, total[name] | "LC_ALL=C sort"
	close("LC_ALL=C sort")
	if (status != 0 && !failed)
		print "not ok: the group ended with status " status " and named no check that failed"
}
