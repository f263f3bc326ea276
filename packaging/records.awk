# SPDX-License-Identifier: MIT
# The text of "stflash help COMMAND", with command set, as records: see from-help.sh.
BEGIN { OFS = "\t" }

function end_option() {
	if (name != "")
		print "option", owner, letter, name, value, help
	name = ""
}

/^(commands|options.*|usage: .*|`stflash help.*):?$/ { end_option() }

index($0, "usage: stflash [options] " command) == 1 {
	arguments = substr($0, length("usage: stflash [options] " command) + 2)
	next
}
!described && index($0, command ": ") == 1 {
	print "command", command, arguments == "" ? "-" : arguments, substr($0, length(command) + 3)
	described = 1
	next
}
/^options.*:$/ { in_options = 1; owner = /^options for all/ ? "-" : command; next }
/^examples:$/ { print "text", command, ""; in_options = 0; next }

in_options && /^  (-[a-zA-Z],|   ) --[a-z]/ {
	end_option()
	letter = substr($0, 3, 1) == "-" ? substr($0, 4, 1) : "-"
	rest = substr($0, 7)
	sub(/^ +/, "", rest)
	name = rest
	sub(/ .*/, "", name)
	rest = substr(rest, length(name) + 2)
	name = substr(name, 3)
	value = "-"
	if (match(rest, /^[A-Z]+( |$)/)) {
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
