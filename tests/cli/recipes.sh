# SPDX-License-Identifier: MIT
# The files that docs/integrations.md and the README give to other tools: tried with the tool where Debian has it, read by a
# parser otherwise, and the commands in them are typed. They are written as they stand in the page.

pages=$cases/../..
export STFLASH_PROBE=virtual:stm32f103c8,flash=$room/case/board.bin

tool() {
	command -v "$1" >/dev/null || not_run "$1 is not installed"
}

# The files of the page, in this folder; nothing else of it.
files_of() {
	file() {
		mkdir -p "$(dirname "$2")"
		cat >"$2"
	}
	for word in place board ends typed shown inline kept_from; do
		eval "$word() { cat >/dev/null </dev/null; }"
	done
	awk -f "$cases/page.awk" "$1" >"$said/calls"
	. "$said/calls"
}

page_and_firmware() {
	files_of "$pages/docs/integrations.md"
	mkdir -p build
	new_firmware 3000
	as_elf new.bin >build/firmware.elf
	cp build/firmware.elf firmware.elf
}

# It runs a line that another tool would run.
types_line() {
	run sh -ec "$1"
	status_is 0
}

flash_is_new() {
	cmp -n 3000 new.bin board.bin || failed "after '$ran' the firmware is not in flash: $(last_words)"
}

# The program is one for this computer, so the firmware takes its place when it was built.
test_the_cmake_recipe_writes_what_was_built() {
	tool cmake
	tool cc
	page_and_firmware
	echo 'int main(void) { return 0; }' >main.c
	run cmake -S . -B out
	status_is 0
	run cmake --build out --target app
	status_is 0
	cp firmware.elf out/app
	run cmake --build out --target flash
	status_is 0
	stderr_has "app: 3000 bytes written to 0x08000000 of STM32F103/101/102"
	flash_is_new
	run cmake --build out --target backup
	status_is 0
	same_bytes board/flash.bin board.bin
}

test_the_cmake_line_of_the_readme_is_that_of_the_page() {
	files_of "$pages/docs/integrations.md"
	sed -n 's/^| CMake | `\(.*\)` |$/\1/p' "$pages/README.md" >line
	grep -qxFf line CMakeLists.txt || failed "README.md has $(cat line), which the page has not"
}

test_the_make_recipes_write_and_read() {
	tool make
	page_and_firmware
	run make flash
	status_is 0
	flash_is_new
	run make dump.bin
	status_is 0
	same_bytes dump.bin board.bin
	rm board.bin
	sed -n 's/^| Make | `\(.*\)` |$/\1/p' "$pages/README.md" >Makefile
	run make flash
	status_is 0
	flash_is_new
}

# The task is what VS Code would type; VS Code itself is not tried.
test_the_task_of_vs_code_is_json_and_writes() {
	tool jq
	page_and_firmware
	run jq -er '.tasks[] | select(.type == "shell") | .command' .vscode/tasks.json
	status_is 0
	types_line "$(cat "$said/stdout")"
	flash_is_new
}

# Each line "run:" in its order; GitHub itself is not tried.
test_the_steps_of_the_workflow_write_and_verify() {
	tool make
	page_and_firmware
	sed -n 's/^ *- run: //p' .github/workflows/flash.yml >steps
	[ "$(wc -l <steps)" -ge 3 ] || failed "the workflow has $(wc -l <steps) steps"
	while read -r line; do
		types_line "$line"
	done <steps
	cmp -n 3000 new.bin chip.bin || failed "the firmware is not in chip.bin"
}

# PlatformIO puts the firmware's name where $SOURCE stands, as its manual says; PlatformIO itself is not tried.
test_the_command_for_platformio_writes() {
	page_and_firmware
	grep -qx 'upload_protocol = custom' platformio.ini || failed "upload_command needs upload_protocol = custom"
	types_line "SOURCE=firmware.elf; $(sed -n 's/^upload_command = //p' platformio.ini)"
	flash_is_new
}
