# SPDX-License-Identifier: MIT
# Check objects, one a line, against the tables of docs/json.md.
#	awk -f json.awk docs/json.md OUTPUT
# Prints what does not fit and ends with status 1; at the end "checked N".

# --- the schema ------------------------------------------------------------------------------------------------

FNR == NR {
	if (/^## /)
		section = /fails$/ ? "FAILED" : /^## every object/ ? "EVERY" : /events`$/ ? "EVENT" : $2 ($3 == "" ? "" : " " $3)
	else if (/^\| `/) {
		split($0, cell, "|")
		member = cell[2]
		gsub(/[ `]/, "", member)
		type = cell[3]
		gsub(/^ +| +$/, "", type)
		optional[section, member] = type ~ /\?$/
		sub(/\?$/, "", type)
		types[section, member] = type
		members[section] = members[section] " " member
	}
	next
}

# --- a parser of JSON: notes every member's path and type ----------------------------------------------------

function bad(why) {
	print "line " FNR ": " why ": " substr($0, 1, 120)
	failures++
	broken = 1
}

function blanks() {
	while (substr(text, at, 1) ~ /^[ \t]$/)
		at++
}

function expect(c) {
	blanks()
	if (substr(text, at, 1) != c)
		bad("'" c "' expected at column " at)
	at++
}

function parse_string(	rest) {
	rest = substr(text, at)
	if (!match(rest, /^"([^"\\]|\\["\\\/bfnrt]|\\u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F])*"/)) {
		bad("no string at column " at)
		return ""
	}
	at += RLENGTH
	return substr(rest, 2, RLENGTH - 2)
}

function note(path, type) {
	if (path != "")
		found[path] = type
}

function parse_object(path,	key) {
	note(path, "object")
	expect("{")
	blanks()
	if (substr(text, at, 1) == "}") {
		at++
		return
	}
	do {
		blanks()
		key = parse_string()
		expect(":")
		parse_value(path == "" ? key : path "." key)
		blanks()
	} while (!broken && substr(text, at++, 1) == ",")
	at--
	expect("}")
}

function parse_array(path) {
	note(path, "array")
	expect("[")
	blanks()
	if (substr(text, at, 1) == "]") {
		at++
		return
	}
	do {
		parse_value(path "[]")
		blanks()
	} while (!broken && substr(text, at++, 1) == ",")
	at--
	expect("]")
}

function parse_value(path,	c, value) {
	if (broken)
		return
	blanks()
	c = substr(text, at, 1)
	if (c == "{")
		parse_object(path)
	else if (c == "[")
		parse_array(path)
	else if (c == "\"") {
		value = parse_string()
		note(path, value ~ /^0x[0-9a-f]+$/ ? "hex" : "string")
	} else if (match(substr(text, at), /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/)) {
		at += RLENGTH
		note(path, "number")
	} else if (match(substr(text, at), /^(true|false|null)/)) {
		value = substr(text, at, RLENGTH)
		at += RLENGTH
		note(path, value == "null" ? "null" : "boolean")
	} else
		bad("no value at column " at)
}

# --- the comparison --------------------------------------------------------------------------------------------

# A name of an option is any name.
function general(path) {
	return section == "options" ? gensub_name(path) : path
}

function gensub_name(path,	part, n) {
	n = split(path, part, ".")
	if (n < 2 || part[1] != "options")
		return path
	return "options.NAME" (n > 2 ? "." part[3] : "")
}

function type_fits(wanted, got) {
	return wanted == got || wanted == got " or null" || (got == "null" && wanted ~ /or null$/) || (wanted == "string" && got == "hex")
}

function compare(	path, name, where, list, n, i, seen) {
	for (path in found) {
		name = general(path)
		seen[name]
		if (path ~ /\[\]$/)
			continue
		where = (section, name) in types ? section : section == "EVENT" ? "" : "EVERY"
		if (!((where, name) in types))
			bad("'" path "' is not in the schema of " section)
		else if (!type_fits(types[where, name], found[path]))
			bad("'" path "' is " found[path] ", not " types[where, name])
	}
	n = split(members[section], list, " ")
	for (i = 1; i <= n; i++)
		if (!optional[section, list[i]] && !(list[i] in seen))
			bad("'" list[i] "' is missing")
}

{
	text = $0
	at = 1
	broken = 0
	split("", found)
	parse_value("")
	if (!broken && at <= length(text))
		bad("something follows the object")
	if (broken)
		next
	section = ""
	if (match($0, /^\{"command":"[a-z]*"/))
		section = substr($0, 13, RLENGTH - 13)
	if ("flash_max" in found)
		section = section " --chips"
	if ("event" in found)
		section = "EVENT"
	else if ($0 ~ /"ok":false/ && !("target_mv" in found) && !("differing" in found))
		section = "FAILED"
	if (!(section in members))
		bad("no schema for '" section "'")
	else
		compare()
	checked++
}

END {
	print "checked " checked + 0
	exit failures > 0
}
