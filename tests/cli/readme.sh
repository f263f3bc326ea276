# SPDX-License-Identifier: MIT
# What the README and its pages promise beyond commands that work (documents.sh): that they do the job they stand for.

pages=$cases/../..

test_the_readme_starts_with_two_commands_that_work() {
	head -n 24 "$pages/README.md" | grep -qx '\./dev test' || failed "./dev test is not on the first screen of the README"
	command=$(head -n 24 "$pages/README.md" | sed -n 's,^\./dev run,stflash,p')
	full_flash 65536
	run $(printf '%s\n' "$command" | sed 's/virtual:stm32f103c8/&,flash=flash.bin/')
	status_is 0
	same_bytes flash.before dump.bin
}

# OpenOCD's old four lines: written is what was read before, from a file of the same name.
test_what_replaces_openocds_four_lines_works() {
	sed -n '/^| job /,/^$/p' "$pages/docs/coming-from.md" | grep -o '`stflash [^`]*F[14].bin`' | tr -d '`' >all
	[ "$(wc -l <all)" -eq 4 ] || failed "the four lines are not on the page"
	for board in F1:stm32f103c8:65536 F4:stm32f407vg:1048576; do
		size=${board##*:}
		chip=${board#*:}
		grep "${board%%:*}" all >lines
		rm -f flash.bin.options
		full_flash "$size"
		while read -r command; do
			run $command -p "virtual:${chip%:*},flash=flash.bin"
			status_is 0
			[ "${command#*read}" = "$command" ] || { same_bytes flash.before firmware${board%%:*}.bin && blank_bytes "$size" >flash.bin; }
		done <lines
		same_bytes flash.before flash.bin
	done
}

test_the_virtual_probe_is_served_as_its_page_says() {
	command=$(grep -o '`stflash-vprobe --probe [^`]*' "$pages/docs/virtual-probe.md" | tr -d '`' | sed 's/CHIP\[.*\]/stm32f103c8/; s/ N$/ 0/')
	[ -n "$command" ] || failed "the page does not say how to serve a virtual probe"
	run_and_interrupt TERM '^listening on' "$said/stdout" $command
	status_is 0
	stdout_has "listening on 127.0.0.1:"
}

test_the_keys_of_the_page_are_the_virtual_probes() {
	run stflash-vprobe --help
	status_is 0
	grep -o '`[a-z0-9]*=' "$pages/docs/virtual-probe.md" | tr -d '`=' | sort -u >keys
	[ "$(wc -l <keys)" -ge 15 ] || failed "the page lists only $(wc -l <keys) keys"
	while read -r key; do
		grep -q "^  $key  *" "$said/stdout" || failed "stflash-vprobe does not know $key"
	done <keys
}
