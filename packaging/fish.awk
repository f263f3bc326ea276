# SPDX-License-Identifier: MIT
# Completion for fish.
BEGIN {
	FS = "\t"
	print "# fish completion for stflash. Made from \"stflash help\"."
	print "function __stflash_probes"
	print "    stflash list --json 2>/dev/null | string replace -rf '.*\"serial\": *\"([0-9A-Fa-f]*)\".*' '$1'"
	print "    echo virtual\nend\n"
	print "complete -c stflash -f"
}

function quoted(text) {
	gsub(/\\/, "\\\\", text)
	gsub(/'/, "\\'", text)
	return "'" text "'"
}

function for_command(name) {
	return " -n '__fish_seen_subcommand_from " name "'"
}

$1 == "command" {
	print "complete -c stflash -n __fish_use_subcommand -a " $2 " -d " quoted($4)
	if ($3 ~ /FILE/)
		print "complete -c stflash" for_command($2) " -F"
	if ($3 ~ /FOLDER/)
		print "complete -c stflash" for_command($2) " -a '(__fish_complete_directories)'"
	if ($3 ~ /\[set /)
		print "complete -c stflash" for_command($2) " -a set"
	if ($3 ~ /COMMAND/)
		asks = $2
	commands = commands " " $2
}
$1 == "option" {
	line = "complete -c stflash" ($2 == "-" ? "" : for_command($2)) ($3 == "-" ? "" : " -s " $3) " -l " $4
	if ($5 == "FILE")
		line = line " -r -F"
	else if ($5 == "SEL")
		line = line " -x -a '(__stflash_probes)'"
	else if ($5 != "-")
		line = line " -x" ($6 == "-" ? "" : " -a '" $6 "'")
	print line " -d " quoted($7)
}

END {
	if (asks != "")
		print "complete -c stflash" for_command(asks) " -a '" substr(commands, 2) "'"
}
