# SPDX-License-Identifier: MIT
# Counts the lines of one group's log: "GROUP passed failed skipped seconds".
/^ok /	    { passed++ }
/^not ok /  { failed++ }
/^not run / { skipped++ }
/^status /  { status = $2 }

END {
	if (status != 0 && !failed || passed + failed + skipped == 0)
		failed++
	print group, passed + 0, failed + 0, skipped + 0, seconds
}
