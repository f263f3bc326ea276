# SPDX-License-Identifier: MIT
# The text of "stflash help" or, with command set, of "stflash help COMMAND" as records: see from-help.sh.
BEGIN { OFS = "\t" }

# "auto, normal, under-reset, or attach (never halt)": the words a value may be.
function words_of(value, help,	text, part, n, i, list) {
	if (value == "BITS")
		return "8 16 32"
	if (value != "HOW" && value != "NAME")
		return "-"
	text = help
	sub(/ \(.*/, "", text)
	n = split(text, part, /, or |, | or /)
	for (i = 1; i <= n && part[i] !~ / /; i++)
		list = list (i > 1 ? " " : "") part[i]
	return list == "" ? "-" : list
}

function end_option() {
	if (name != "")
		print "option", command, letter, name, value, words_of(value, help), help
	name = ""
}

/^(commands|options.*|usage: .*|`stflash help.*):?$/ { end_option() }

command != "-" && index($0, "usage: stflash [options] " command) == 1 {
	arguments = substr($0, length("usage: stflash [options] " command) + 2)
	next
}
command != "-" && !described && index($0, command ": ") == 1 {
	print "command", command, arguments == "" ? "-" : arguments, substr($0, length(command) + 3)
	described = 1
	next
}
/^options.*:$/ { in_options = 1; next }

in_options && /^  (-[a-zA-Z],|   ) --[a-z]/ {
	end_option()
	letter = substr($0, 3, 1) == "-" ? substr($0, 4, 1) : "-"
	rest = substr($0, 7)
	name = rest
	sub(/ .*/, "", name)
	rest = substr(rest, length(name) + 2)
	name = substr(name, 3)
	value = "-"
	if (match(rest, /^[A-Z]+ /)) {
		value = substr(rest, 1, RLENGTH - 1)
		rest = substr(rest, RLENGTH)
	}
	sub(/^ +/, "", rest)
	help = rest
	next
}
in_options && name != "" && /^ +[^ ]/ {
	sub(/^ +/, "")
	help = help " " $0
	next
}
in_options && /^$/ { end_option(); in_options = 0 }

described && !in_options && !/^`stflash help/ { print "text", command, $0 }
END { end_option() }
