# SPDX-License-Identifier: MIT
# Every error sentence of the program, and whether a test names it.
#	awk -f messages.awk TESTS... SOURCES...
# A source is a .c file below src/. Prints "FILE:LINE<tab>tested|untested|alike<tab>SENTENCE" for every format that is
# given to fail(), fail_prefix(), cli_fail() or cli_usage(), and for the rows of the table of status codes.
# A sentence counts as tested when words of it stand in a string of a test: a string of the test that is part of
# the sentence, or a part of the sentence that is part of the string; figures and names end a part on both sides.
# "out of memory" is said in so many places that no string tells which of them a test means: those are "alike".

BEGIN {
	shortest = 10		# characters of a test's string: fewer say nothing
	shortest_part = 12	# of a part of a sentence: " bytes at " says nothing either
	call = "(^|[^a-z_])(fail|fail_prefix|cli_fail|cli_usage)\\("
}

# Words of a test: what stands before, between and after figures.
function take_words(text,	pieces, n, i) {
	n = split(text, pieces, /0x[0-9a-f]+|[0-9]+/)
	for (i = 1; i <= n; i++)
		if (length(pieces[i]) >= shortest)
			wanted[pieces[i]]
		else if (pieces[i] ~ /[a-z][a-z]/)
			brief[pieces[i]]
}

# The strings of a test.
function take_strings(line,	i, c, quote, text) {
	quote = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (quote == "") {
			if (c == "\"" || c == "'") {
				quote = c
				text = ""
			}
		} else if (c == "\\") {
			text = text substr(line, ++i, 1)
		} else if (c == quote) {
			take_words(text)
			quote = ""
		} else {
			text = text c
		}
	}
}

# Of a sentence that is all figures and names the longest piece has to do.
function is_tested(sentence,	pieces, n, i, text, least) {
	n = split(sentence, pieces, /(0x)?%[-0-9.*#+ ]*(hh|ll|z|l|h)?[a-zA-Z]|0x[0-9a-f]+|[0-9]+/)
	for (i = 1; i <= n; i++)
		if (length(pieces[i]) > least)
			least = length(pieces[i])
	if (least > shortest_part)
		least = shortest_part
	for (text in wanted) {
		if (index(sentence, text))
			return 1
		for (i = 1; i <= n; i++)
			if (length(pieces[i]) >= least && index(text, pieces[i]))
				return 1
	}
	for (text in brief)
		for (i = 1; i <= n; i++)
			if (length(pieces[i]) >= least && index(text, pieces[i]))
				return 1
	return 0
}

function tell(sentence) {
	if (sentence !~ /[a-z][a-z]/)
		return
	printf "%s:%d\t%s\t%s\n", FILENAME, start,
		sentence ~ /^out of memory/ ? "alike" : is_tested(sentence) ? "tested" : "untested", sentence
}

# The formats of a call: strings that follow each other are one, those on the two sides of a colon are two;
# what comes after the comma behind a format is its arguments.
function take_call(text,	i, c, depth, format, had, word) {
	depth = 1
	had = 0
	for (i = 1; i <= length(text) && depth > 0; i++) {
		c = substr(text, i, 1)
		if (c == "\"") {
			had = 1
			while ((c = substr(text, ++i, 1)) != "\"")
				format = format (c == "\\" ? substr(text, ++i, 1) : c)
		} else if (c ~ /[A-Z]/ && match(substr(text, i), /^PRI[duxX][0-9]+/)) {
			format = format "u"
			i += RLENGTH - 1
		} else if (c ~ /[A-Z]/ && match(substr(text, i), /^[A-Z_0-9]+/)) {
			word = substr(text, i, RLENGTH)
			if (word in macro && depth == 1) {
				had = 1
				format = format macro[word]
			}
			i += RLENGTH - 1
		} else if (c == "(") {
			depth++
		} else if (c == ")") {
			depth--
		} else if (c == ":" && had) {
			tell(format)
			format = ""
		} else if (c == "," && depth == 1 && had) {
			break
		}
	}
	if (had)
		tell(format)
}

# What the command line calls the hints that sentences give by a mark
FILENAME ~ /cli\/hints\.c$/ {
	if (match($0, /STFLASH_HINT_[A-Z_0-9]+/)) {
		name = substr($0, RSTART + 8, RLENGTH - 8)
		sub(/^[^"]*"/, "")
		sub(/"[^"]*$/, "")
		macro[name] = $0
	}
	next
}

# A macro that is a string
/^#define [A-Z_0-9]+ +"/ {
	name = $2
	value = $0
	sub(/^[^"]*"/, "", value)
	sub(/"[^"]*$/, "", value)
	while (match(value, /" HINT_[A-Z_0-9]+ "/))
		value = substr(value, 1, RSTART - 1) macro[substr(value, RSTART + 2, RLENGTH - 4)] substr(value, RSTART + RLENGTH)
	macro[name] = value
}

FILENAME !~ /^src\// {
	take_strings($0)
	next
}

FNR == 1 {
	pending = ""
}

{
	line = $0
	if (pending == "" && FILENAME ~ /stlink\/status\.c$/ && line ~ /^\t\{ STLINK_ST_/ && line !~ /VERDICT_OK/) {
		start = FNR
		pending = line
	} else if (pending == "" && match(line, call) && line !~ /^(int|static) / && line !~ /^ ?\*/) {
		start = FNR
		pending = substr(line, RSTART + RLENGTH)
	} else if (pending != "") {
		pending = pending " " line
	}
	if (pending != "" && line ~ /(;|\},)[ \t]*(\/\*.*)?$/) {
		if (pending ~ /^\t\{ STLINK_ST_/)
			sub(/^[^"]*/, "", pending)
		take_call(pending)
		pending = ""
	}
}
