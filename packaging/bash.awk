# SPDX-License-Identifier: MIT
# Completion for bash.
BEGIN { FS = "\t" }

function spelled() {
	return ($3 == "-" ? "" : "-" $3 " ") "--" $4
}

$1 == "command" {
	commands = commands " " $2
	arguments[$2] = $3
}
$1 == "option" {
	options[$2] = options[$2] " " spelled()
	if ($5 == "-")
		next
	pattern = spelled()
	gsub(/ /, "|", pattern)
	if (!seen[pattern]++) {
		taking = taking "\t\t" pattern ")\n"
		if ($5 == "SEL")
			taking = taking "\t\t\tCOMPREPLY=($(compgen -W \"virtual $(_stflash_serials)\" -- \"$cur\"))\n"
		else if ($6 != "-")
			taking = taking "\t\t\tCOMPREPLY=($(compgen -W '" $6 "' -- \"$cur\"))\n"
		else if ($5 == "FILE")
			taking = taking "\t\t\tcompopt -o default\n"
		taking = taking "\t\t\treturn ;;\n"
		valued = valued (valued == "" ? "" : "|") pattern
	}
}

END {
	print "# bash completion for stflash. Made from \"stflash help\"."
	print "_stflash_serials() {\n\tstflash list --json 2>/dev/null | sed -n 's/.*\"serial\": *\"\\([0-9A-Fa-f]*\\)\".*/\\1/p'\n}\n"
	print "_stflash() {"
	print "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' i"
	print "\tlocal general='" substr(options["-"], 2) "'"
	print "\tCOMPREPLY=()"
	print "\tcase $prev in\n" taking "\tesac"
	print "\tfor ((i = 1; i < COMP_CWORD; i++)); do"
	print "\t\tcase ${COMP_WORDS[i]} in\n\t\t" valued ") ((i++)) ;;\n\t\t-*) ;;\n\t\t*) command=${COMP_WORDS[i]} && break ;;\n\t\tesac"
	print "\tdone"
	print "\tcase $command in"
	print "\t'') COMPREPLY=($(compgen -W \"" substr(commands, 2) " $general\" -- \"$cur\")) ;;"
	n = split(substr(commands, 2), command, " ")
	for (i = 1; i <= n; i++) {
		c = command[i]
		words = "$general" options[c]
		if (arguments[c] ~ /COMMAND/)
			words = words commands
		if (arguments[c] ~ /\[set /)
			words = words " set"
		print "\t" c ")"
		if (arguments[c] ~ /FILE/)
			print "\t\tcompopt -o default"
		if (arguments[c] ~ /FOLDER/)
			print "\t\tcompopt -o dirnames"
		print "\t\tCOMPREPLY=($(compgen -W \"" words "\" -- \"$cur\")) ;;"
	}
	print "\tesac\n}\ncomplete -F _stflash stflash"
}
