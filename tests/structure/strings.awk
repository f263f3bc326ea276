# SPDX-License-Identifier: MIT
# The strings of C files, as "FILE:LINE:TEXT": those that stand side by side are one. Comments and #include are left out.

function flush_text() {
	if (text != "")
		print name ":" line ":" text
	text = ""
}

FNR == 1 {
	flush_text()
	name = FILENAME
	comment = 0
}

/^[ \t]*#[ \t]*include/ {
	next
}

{
	inside = 0
	for (i = 1; i <= length($0); i++) {
		c = substr($0, i, 1)
		if (comment) {
			if (substr($0, i, 2) == "*/") {
				comment = 0
				i++
			}
		} else if (inside) {
			if (c == "\"")
				inside = 0
			else if (c == "\\")
				text = text substr($0, i++, 2)
			else
				text = text c
		} else if (substr($0, i, 2) == "/*") {
			comment = 1
			i++
		} else if (c == "'") {
			i += substr($0, i + 1, 1) == "\\" ? 3 : 2
		} else if (c == "\"") {
			if (text == "")
				line = FNR
			inside = 1
		} else if (c !~ /[ \t]/) {
			flush_text()
		}
	}
}

END {
	flush_text()
}
