# SPDX-License-Identifier: MIT
# Manual pages and completions know every command and option of "stflash help".

help=$build/help

# The names on record.
commands() {
	awk -F '\t' '$1 == "command" { print $2 }' "$help/records"
}

options() {
	awk -F '\t' '$1 == "option" { print $4 }' "$help/records" | LC_ALL=C sort -u
}

made() {
	[ -s "$help/records" ] || not_run "the help was not made in this build"
}

# A second look at the help, by another way than records.awk's.
test_records_have_every_command_and_option() {
	made
	"$build/stflash" help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' >theirs
	commands >ours
	must diff theirs ours
	for command in '' $(commands); do
		# shellcheck disable=SC2086
		"$build/stflash" help $command | grep -oE '^  (-[a-z],|   ) --[a-z0-9-]+' | sed 's/.*--//'
	done | LC_ALL=C sort -u >theirs
	options >ours
	must diff theirs ours
}

test_manual_page_has_every_command_and_option() {
	made
	need man
	MANWIDTH=100 man --warnings=all "$help/stflash.1" >page 2>warnings || failed "man cannot show it"
	must_be_empty "man warns" warnings
	for name in $(commands); do
		grep -qE "^ +$name( |\$)" page || failed "the command $name is missing"
	done
	for name in $(options); do
		grep -qF -e "--$name" page || failed "--$name is missing"
	done
}

test_other_manual_pages_are_well_formed() {
	need man
	for page in libstflash.3 stflash-vprobe.1; do
		must man --warnings=all "$top/docs/man/$page" >shown 2>warnings
		must_be_empty "$page" warnings
	done
}

test_library_page_names_every_function() {
	grep -oE '^\.BR stflash_[a-z_]+' "$top/docs/man/libstflash.3" | cut -c5- | LC_ALL=C sort -u >named
	tr '\n' ' ' <"$top/include/stflash.h" | grep -oE 'STFLASH_API [^;(]*\(' | grep -oE 'stflash_[a-z0-9_]+\($' | tr -d '(' |
		LC_ALL=C sort -u >declared
	must diff declared named
}

# complete WORDS...: what bash offers after these words, the last of which is being typed.
bash_offers() {
	bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _stflash; printf "%s\n" "${COMPREPLY[@]}"' \
		"$help/stflash.bash" "$@"
}

test_bash_completes() {
	made
	need bash
	bash_offers stflash '' >offered
	for name in $(commands); do
		grep -qx "$name" offered || failed "the command $name is missing"
	done
	bash_offers stflash re | sort >offered
	commands | grep '^re' | sort >expected
	must diff expected offered
	[ "$(bash_offers stflash --connect u)" = under-reset ] || failed "--connect u"
	bash_offers stflash -p virtual write --dr | grep -qx -e --dry-run || failed "write --dr"
	! bash_offers stflash read --dr | grep . || failed "read has no --dry-run"
}

test_zsh_takes_the_completion() {
	made
	need zsh
	must zsh -n "$help/_stflash"
	must zsh -fc 'fpath=("$1" $fpath); autoload -Uz compinit && compinit -D -u && [[ $_comps[stflash] = _stflash ]]' zsh "$help"
	for name in $(commands); do
		grep -q "'$name:" "$help/_stflash" || failed "the command $name is missing"
	done
}

test_fish_completes() {
	made
	need fish
	must fish -n "$help/stflash.fish"
	HOME=$PWD XDG_CONFIG_HOME=$PWD fish --no-config -c "source $help/stflash.fish; complete -C 'stflash '" >offered
	for name in $(commands); do
		grep -qE "^$name([[:space:]]|\$)" offered || failed "the command $name is missing"
	done
	HOME=$PWD XDG_CONFIG_HOME=$PWD fish --no-config -c "source $help/stflash.fish; complete -C 'stflash write --dr'" |
		grep -q -e --dry-run || failed "write --dr"
}
