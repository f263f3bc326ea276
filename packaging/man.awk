# SPDX-License-Identifier: MIT
# The manual page: a template in which the lines @COMMANDS@ and @OPTIONS@ are what "stflash help" says, and @VERSION@ and
# @DATE@ in other lines what version and date are set to.
function roff(text) {
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	gsub(/`/, "\\(ga", text)
	sub(/^[.']/, "\\\\\\&&", text)
	return text
}

# "  command   what it does"
function example(line,	command) {
	sub(/^ +/, "", line)
	command = line
	sub(/   *.*/, "", command)
	sub(/^ +/, "", line)
	line = substr(line, length(command) + 1)
	sub(/^ +/, "", line)
	return (line == "" ? ".PP\n.B " : ".TP\n.B ") roff(command) "\n" (line == "" ? "" : roff(line) "\n")
}

function option_head(letter, name, value) {
	return ".TP\n.B " (letter == "-" ? "" : "\\-" letter ", ") "\\-\\-" roff(name) (value == "-" ? "" : " \\fI" value "\\fP")
}

BEGIN {
	FS = "\t"
	while ((getline <records) > 0) {
		if ($1 == "command") {
			order[++n] = $2
			head[$2] = roff($2) ($3 == "-" ? "" : " \\fI" roff($3) "\\fP")
			summary[$2] = roff($4)
		} else if ($1 == "option") {
			text = option_head($3, $4, $5) "\n" roff($6) "\n"
			if ($2 == "-")
				general = general text
			else
				options[$2] = options[$2] text
		} else {
			body[$2] = body[$2] ($3 == "" ? ".sp\n" : $3 ~ /^  / ? example($3) : roff($3) "\n")
		}
	}
}

/^@COMMANDS@$/ {
	for (i = 1; i <= n; i++) {
		c = order[i]
		printf ".SS %s\n%s.\n", head[c], summary[c]
		sub(/(\.sp\n)+$/, "", body[c])
		printf "%s", body[c]
		if (options[c] != "")
			printf "%s", options[c]
	}
	next
}
/^@OPTIONS@$/ { printf "%s", general; next }
{
	gsub(/@VERSION@/, version)
	gsub(/@DATE@/, date)
	print
}
