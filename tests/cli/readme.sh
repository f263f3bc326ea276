# SPDX-License-Identifier: MIT
# The commands of the README work to the letter, on a virtual board. Its table of troubles: troubles.sh.

readme=$cases/../../README.md

# block_with WORDS: the commands of the block that holds them, without the remarks beside them.
block_with() {
	awk -v words="$1" '
		/^```/ { if (open && index(text, words)) printf "%s", text; open = !open; text = ""; next }
		open { sub(/ +#.*/, ""); text = text $0 "\n" }' "$readme"
}

# each_works COUNT: of the commands in the file "block".
each_works() {
	[ "$(wc -l <block)" -eq "$1" ] || failed "the README has $(wc -l <block) commands where $1 are known: $(cat block)"
	while read -r command; do
		run $command
		status_is 0
	done <block
}

test_the_readme_starts_with_commands_that_work() {
	new_firmware 3000
	as_elf new.bin >firmware.elf
	STFLASH_PROBE=virtual:stm32f103c8
	export STFLASH_PROBE
	block_with "run list" | sed 's,^\./dev run,stflash,' | grep -v '^stflash list' >block
	each_works 2
	same_bytes dump.bin old.bin
	block_with "run --probe virtual" | sed 's,^\./dev run,stflash,' >block
	each_works 1
}

test_the_readmes_option_bytes_are_set_and_lifted() {
	new_firmware 3000
	STFLASH_PROBE=virtual:stm32f103c8,flash=flash.bin
	export STFLASH_PROBE
	block_with "stflash options set" >block
	each_works 4
}

# Written is what was read before, from a file of the same name.
test_what_replaces_openocds_four_lines_works() {
	sed -n '/^| job /,/^$/p' "$readme" | cut -d'|' -f4 | grep -o 'stflash [^`]*' >all
	grep F1 all >block
	STFLASH_PROBE=virtual:stm32f103c8
	export STFLASH_PROBE
	each_works 2
	grep F4 all >block
	STFLASH_PROBE=virtual:stm32f407vg
	each_works 2
}

test_the_readmes_virtual_probe_is_served() {
	command=$(grep -o '`stflash-vprobe --probe [^`]*' "$readme" | tr -d '`' | sed 's/CHIP\[.*\]/stm32f103c8/; s/ N$/ 0/')
	[ -n "$command" ] || failed "the README does not say how to serve a virtual probe"
	run_and_interrupt TERM '^listening on' "$said/stdout" $command
	status_is 0
	stdout_has "listening on 127.0.0.1:"
}

test_the_readmes_keys_are_the_virtual_probes() {
	run stflash-vprobe --help
	status_is 0
	sed -n '/^## The virtual probe/,/^## /p' "$readme" | grep -o '`[a-z]*=' | tr -d '`=' | sort -u >keys
	[ "$(wc -l <keys)" -ge 15 ] || failed "the README lists only $(wc -l <keys) keys"
	while read -r key; do
		grep -q "^  $key  *" "$said/stdout" || failed "stflash-vprobe does not know $key"
	done <keys
}
