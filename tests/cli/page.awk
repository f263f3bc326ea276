# SPDX-License-Identifier: MIT
# A page of the documentation as a list of calls, for documents.sh, which says what they do.
#	place LINE			at each heading: what follows until the next one is typed in one folder
#	board SPEC | ends STATUS	what a directive says of the commands behind it
#	typed LINE, shown LINE END	a block "sh", a block "console", which follows as a here-document
#	inline LINE			a command between backticks
#	file LINE NAME			a block that is a file
#	kept_from LINE REASON		a block that is not typed
# A directive is a line <!-- WORD: TEXT --> above a block. Placeholders of documentation, FILE or CHIP, make an
# inline command one to look at and not to type.

BEGIN {
	languages = " c cmake dockerfile ini json make text udev yaml "
	end = "END_OF_THIS_BLOCK"
	print "place 0"
}

function quoted(text) {
	gsub(/'/, "'\\''", text)
	return "'" text "'"
}

function close_block() {
	if (language == "console")
		print "shown " start " " FNR " <<'" end "'\n" block end
	else if (language == "sh")
		print "typed " start " <<'" end "'\n" block end
}

function use_block() {
	if (word == "not typed")
		print "kept_from " start " " quoted(what)
	else if (word == "file")
		print "file " start " " quoted(what) " <<'" end "'\n" block end
	else if (language == "sh" || language == "console")
		close_block()
	else if (!index(languages, " " language " "))
		print "wrong " start " " quoted("a block needs a language, not '" language "'")
	word = ""
}

/^```/ {
	if (open) {
		use_block()
	} else {
		start = FNR
		language = substr($0, 4)
		block = ""
	}
	open = !open
	next
}
open { block = block $0 "\n"; next }

/^#/ { print "place " FNR }

/^<!-- [a-z ]+: .* -->$/ {
	text = $0
	gsub(/^<!-- | -->$/, "", text)
	word = text
	sub(/:.*/, "", word)
	what = text
	sub(/^[^:]*: /, "", what)
	if (word == "board" || word == "ends")
		print word " " quoted(what)
	else if (word != "file" && word != "not typed")
		print "wrong " FNR " " quoted("a directive '" word "' is not known")
	next
}

{
	text = $0
	gsub(/\\\|/, "|", text)
	n = split(text, part, "`")
	for (i = 2; i <= n; i += 2)
		if (part[i] ~ /^(stflash|stflash-vprobe|\.\/dev) /)
			print "inline " FNR " <<'" end "'\n" part[i] "\n" end
}

END {
	if (open)
		print "wrong " start " 'a block has no end'"
}
