# SPDX-License-Identifier: MIT
# Completion for zsh.
BEGIN { FS = "\t" }

function quoted(text) {
	gsub(/'/, "'\\''", text)
	gsub(/\\|\[|\]|:/, "\\\\&", text)
	return text
}

function action(value, words) {
	if (value == "SEL")
		return ":SEL:_stflash_probes"
	if (words != "-")
		return ":" value ":(" words ")"
	if (value == "FILE" || value == "FOLDER")
		return ":" value ":_files" (value == "FOLDER" ? " -/" : "")
	return value == "-" ? "" : ":" value ": "
}

$1 == "command" {
	commands[++n] = $2
	arguments[$2] = $3
	described = described "\n\t'" $2 ":" quoted($4) "'"
}
$1 == "option" {
	tail = "'[" quoted($7) "]" action($5, $6) "'"
	if ($3 == "-")
		spec = "'--" $4 "'" tail
	else
		spec = "'(-" $3 " --" $4 ")'{-" $3 ",--" $4 "}" tail
	options[$2] = options[$2] " \\\n\t\t\t" spec
}

END {
	print "#compdef stflash\n# zsh completion for stflash. Made from \"stflash help\".\n"
	print "_stflash_probes() {\n\tlocal -a serials"
	print "\tserials=(${(f)\"$(stflash list --json 2>/dev/null | sed -n 's/.*\"serial\": *\"\\([0-9A-Fa-f]*\\)\".*/\\1/p')\"})"
	print "\tcompadd -- $serials virtual\n}\n"
	print "_stflash() {\n\tlocal curcontext=$curcontext state line\n\ttypeset -A opt_args\n\tlocal -a general commands"
	general = options["-"]
	gsub(/ \\\n\t\t\t/, "\n\t\t", general)
	print "\tgeneral=(" general "\n\t)"
	gsub(/\n\t/, "\n\t\t", described)
	print "\tcommands=(" described "\n\t)"
	print "\t_arguments -C $general '1:command:->command' '*::argument:->argument'"
	print "\tcase $state in\n\tcommand) _describe -t commands command commands ;;"
	print "\targument)\n\t\tcase $words[1] in"
	for (i = 1; i <= n; i++) {
		c = commands[i]
		rest = ""
		if (arguments[c] ~ /COMMAND/)
			rest = " '1:command:{_describe -t commands command commands}'"
		else if (arguments[c] ~ /\[set /)
			rest = " '1:set:(set)'"
		else if (arguments[c] ~ /FOLDER/)
			rest = " '*:folder:_files -/'"
		else if (arguments[c] ~ /FILE/)
			rest = " '*:file:_files'"
		print "\t\t" c ")\n\t\t\t_arguments $general" options[c] rest " ;;"
	}
	print "\t\tesac ;;\n\tesac\n}\n\n_stflash \"$@\""
}
