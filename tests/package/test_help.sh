# SPDX-License-Identifier: MIT
# Manual pages and completions know every command and option of "stflash help".

help=$build/help

# The names on record.
commands() {
	awk -F '\t' '$1 == "command" { print $2 }' "$help/records"
}

options() {
	awk -F '\t' '$1 == "option" { sub(/\[=.*/, "", $4); print $4 }' "$help/records" | LC_ALL=C sort -u
}

version=$("$build/stflash" --version | sed 's/^stflash //')

made() {
	[ -s "$help/records" ] || not_run "the help was not made in this build"
}

# A second look at the help, by another way than records.awk's.
test_records_have_every_command_and_option() {
	made
	"$build/stflash" help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\(, [a-z]*\)*\) .*/\1/p' | tr -d , | tr ' ' '\n' >theirs
	commands >ours
	must diff theirs ours
	for command in $(commands); do
		# shellcheck disable=SC2086
		"$build/stflash" help $command | grep -oE '^  (-[a-z],|   ) --[a-z0-9-]+' | sed 's/.*--//'
	done | LC_ALL=C sort -u >theirs
	options >ours
	must diff theirs ours
}

has_version_and_date() {
	tail -n 1 "$1" | grep -F "stflash $version" | grep -qE '20[0-9]{2}-[0-9]{2}-[0-9]{2}' ||
		failed "the last line of the page is $(tail -n 1 "$1")"
}

test_manual_page_has_every_command_and_option() {
	made
	need man
	MANWIDTH=100 man --warnings=all "$help/stflash.1" >page 2>warnings || failed "man cannot show it"
	must_be_empty "man warns" warnings
	has_version_and_date page
	for name in EXAMPLES FILES ENVIRONMENT BUGS; do
		grep -qx "$name" page || failed "it has no $name"
	done
	for name in $(commands); do
		grep -qE "^ +$name( |\$)" page || failed "the command $name is missing"
	done
	for name in $(options); do
		grep -qF -e "--$name" page || failed "--$name is missing"
	done
}

test_other_manual_pages_are_well_formed() {
	made
	need man
	for page in libstflash.3 stflash-vprobe.1; do
		MANWIDTH=120 must man --warnings=all "$help/$page" >shown 2>warnings
		must_be_empty "$page" warnings
		has_version_and_date shown
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
	[ "$(bash_offers stflash completion z)" = zsh ] || failed "completion z"
	: >"a file.bin"
	mkdir -p a_folder
	[ "$(bash_offers stflash write "a f")" = "a file.bin" ] || failed "write offers no files"
	[ "$(bash_offers stflash backup a | xargs)" = a_folder ] || failed "backup: $(bash_offers stflash backup a | xargs)"
	[ "$(bash_offers stflash options set nRST_ST | xargs)" = "nRST_STOP= nRST_STDBY=" ] || failed "options set nRST_ST"
	[ "$(bash_offers stflash options s)" = set ] || failed "options s"
}

test_zsh_takes_the_completion() {
	made
	need zsh
	must zsh -n "$help/_stflash"
	must zsh -fc 'fpath=("$1" $fpath); autoload -Uz compinit && compinit -D -u && [[ $_comps[stflash] = _stflash ]]' zsh "$help"
	for name in $(commands); do
		grep -q "'$name:" "$help/_stflash" || failed "the command $name is missing"
	done
	grep -q "option byte:.* nRST_STOP " "$help/_stflash" || failed "the option bytes are missing"
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
	: >"a_file.bin"
	HOME=$PWD XDG_CONFIG_HOME=$PWD fish --no-config -c "source $help/stflash.fish; complete -C 'stflash write a_f'" |
		grep -q a_file.bin || failed "write offers no files"
	HOME=$PWD XDG_CONFIG_HOME=$PWD fish --no-config -c "source $help/stflash.fish; complete -C 'stflash options set nRST_ST'" |
		grep -q nRST_STOP= || failed "options set nRST_ST"
}

# Of every chip that can be simulated: who types "options set" gets the names that the connected chip may have.
test_completion_knows_the_option_bytes() {
	made
	bash_offers stflash options set '' | tr -d = | LC_ALL=C sort >offered
	for chip in stm32f103c8 stm32f103zg stm32f105rc stm32f100rb stm32f401cc stm32f405rg stm32f410rb stm32f429zi stm32f446re; do
		"$build/stflash" -q -p virtual:$chip options || failed "$chip has no option bytes"
	done | awk '{ print $1 }' | LC_ALL=C sort -u | LC_ALL=C comm -23 - offered >missing
	must_be_empty "completion lacks option bytes" missing
}
