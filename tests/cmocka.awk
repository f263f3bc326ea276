# SPDX-License-Identifier: MIT
# The output of one cmocka program as "ok PROGRAM/CASE", "not ok ..." and "not run ..." lines.
# Variables: program, status (its exit status). A program that breaks off is a failure of its own.
/^\[       OK \] /	{ ok[substr($0, 14)]; passed++; print "ok " program "/" substr($0, 14) }
/^\[  SKIPPED \] [^0-9]/ { name = substr($0, 14); if (!(name in skipped)) print "not run " program "/" name ": the case skipped itself"; skipped[name] }
/^\[  FAILED  \] [^0-9]/ && !/ test\(s\)/ {
	name = substr($0, 14)
	if (!(name in failed))
		print "not ok " program "/" name ": see below"
	failed[name]
	failures++
}
/^\[  PASSED  \] [0-9]+ test/ { summed += $4; summaries++ }

END {
	if (!summaries)
		print "not ok " program ": broke off with status " status " before its summary"
	else if (passed != summed)
		print "not ok " program ": says " summed " passed, " passed + 0 " were seen"
	else if (status != 0 && !failures)
		print "not ok " program ": every case passed, yet it ended with status " status
}
