# SPDX-License-Identifier: MIT
# The shape of C files: the licence line, files of at most 700 lines, functions of at most 80. The public header is one
# file and its own manual: there the lines of comments do not count.
function end_of_file() {
	if (name && lines > 700)
		print name ": " lines " lines, 700 is the limit"
}

FNR == 1 {
	end_of_file()
	name = FILENAME
	start = 0
	if ($0 != "/* SPDX-License-Identifier: MIT */")
		print FILENAME ":1: does not begin with the SPDX line"
}

FNR == 1 { lines = 0 }
!(FILENAME ~ /^include\// && /^[ \t]*(\/\*| \*)/) { lines++ }
/^\{/ { start = FNR }
/^\}/ {
	if (start && FNR - start > 80)
		print FILENAME ":" start ": a function of " FNR - start " lines, 80 is the limit"
	start = 0
}

END { end_of_file() }
