#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIR: checks of the tree itself: who includes whom, sizes, licence, what must agree.
# Every check first has to find what is wrong with a tree made for it, so that none of them can sleep.
set -u

structure=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$structure/../.." && pwd)
build=$(cd "${1:-$top/build/release}" && pwd) || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
. "$structure/checks.sh"

# report NAME: standard input holds the violations; none is good.
report() {
	violations=$(cat)
	if [ -z "$violations" ]; then
		echo "ok $1"
	else
		echo "not ok $1: $(printf '%s\n' "$violations" | wc -l) violation(s):"
		printf '%s\n' "$violations" | sed 's/^/# /'
	fi
}

# put PATH [LINE...]: a file in the sample tree.
put() {
	mkdir -p "$tmp/tree/$(dirname "$1")"
	path=$tmp/tree/$1
	shift
	printf '%s\n' "$@" >"$path"
}

# finds CHECK TEXT: in the sample tree, CHECK must complain with TEXT. The tree is then thrown away.
finds() {
	said=$(cd "$tmp/tree" && eval "$1")
	case $said in
	*"$2"*) echo "ok the checker finds: $2" ;;
	*) echo "not ok the checker finds: $2: it said '$said'" ;;
	esac
	rm -rf "$tmp/tree"
}

# includes PATH HEADER: a file with one include that breaks the graph.
includes() {
	put "$1" '/* SPDX-License-Identifier: MIT */' "#include \"$2\""
	finds check_include_graph "must not include $2"
}

many_lines() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) print "\tx();" }'
}

prove_include_graph() {
	includes src/cli/read.c swd/dap.h
	includes src/cli/list.c base/bytes.h
	includes src/flash/controllers/fpec.c stlink/stlink.h
	includes src/swd/dap.c usb/transport.h
	includes src/stlink/memory.c swd/dap.h
	includes src/usb/usbip.c stlink/stlink_proto.h
	includes src/image/elf.c flash/flash.h
	includes src/base/ctx.c usb/transport.h
	includes src/swd/dap.c ../usb/transport.h
	includes probes/virtual/probe/memory.c stlink/stlink.h
	includes probes/virtual/chip/flash/fpec.c flash/chips.h
	includes probes/virtual/chip/dap.c probe/probe.h
	includes probes/virtual/chip/bus.c server/server.h
	includes probes/virtual/core/step.c chip/chip.h
	includes probes/virtual/core/exception.c probe/probe.h
	put src/room.c '/* SPDX-License-Identifier: MIT */'
	finds check_include_graph "src/room.c: is in no room"
	put src/swd/dap.c '#include <libusb.h>'
	finds check_include_graph "only src/usb may include libusb"
	put probes/virtual/core/step.c '#include <unicorn/unicorn.h>'
	finds check_include_graph "and nobody Unicorn"
}

prove_the_rest() {
	put src/usb/usbip.c 'int x;'
	finds check_shape "src/usb/usbip.c:1: does not begin with the SPDX line"
	put src/a.c '/* SPDX-License-Identifier: MIT */' "$(many_lines 700)"
	finds check_shape "src/a.c: 701 lines"
	put include/a.h '/* SPDX-License-Identifier: MIT */' ' * a comment' "$(many_lines 701)"
	finds check_shape "include/a.h: 701 lines"
	put src/a.c '/* SPDX-License-Identifier: MIT */' 'void f(void)' '{' "$(many_lines 80)" '}'
	finds check_shape "src/a.c:3: a function of 81 lines"
	put src/a.c 'static int f(void)'
	put src/b.c 'static struct x *f(int' 'static int g(void)'
	finds check_static_names_are_unique "src/b.c: src/a.c has a static function f too"
	put symbols 'src/a.c f T' 'src/a.c g U' 'src/b.c g T' 'src/b.c h U' 'src/c.c h R' 'src/c.c f U' 'src/d.c f U'
	finds 'check_no_file_calls_back <symbols' "src/a.c: calls a file that calls back"
	put tests/x.sh '#!/bin/sh'
	finds check_licence_of_scripts "tests/x.sh: has no SPDX line"
	put src/usb/new.c '/* SPDX-License-Identifier: MIT */'
	put src/CMakeLists.txt 'add_library(x' '  usb/other_new.c)'
	finds check_sources_are_listed "src/usb/new.c: is not in src/CMakeLists.txt"
	put src/a.c '/* TODO */'
	finds check_nothing_left_open "TODO"
	put src/flash/a.c 'return f->chip->controller == &flash_fpec;'
	finds check_no_controller_is_compared "src/flash/a.c:1"
	put src/session/a.c 'if (chip->dev_id == 0x410)'
	finds check_ids_are_asked_for_by_rows "src/session/a.c:1"
	put src/flash/a.c 'addr - 0x08000000u'
	finds check_the_base_of_flash_is_in_rows "src/flash/a.c:1"
	put src/swd/a.c 'stlink_drive(p, STLINK_NRST_LOW);'
	finds check_one_file_drives_nrst "src/swd/a.c:1"
	put src/swd/a.c 'fail(ctx, err, "try a lower --speed");'
	finds check_library_names_no_option "src/swd/a.c:1"
	put src/session/a.c 'fail(ctx, err, "look with `stflash info`");'
	finds check_library_names_no_option "src/session/a.c:1"
	put src/usb/a.c 'fd = memfd_create("a", 0);'
	finds check_linux_only_calls_are_in_linux_files "src/usb/a.c:1"
	put src/usb/a.c '#include <sys/epoll.h>'
	put src/usb/system/linux_a.c '#include <sys/epoll.h>'
	finds check_linux_only_calls_are_in_linux_files "src/usb/a.c:1"
	put src/usb/a.c '#ifdef __linux__'
	finds check_linux_only_calls_are_in_linux_files "src/usb/a.c:1"
	put CMakeLists.txt 'find_program(GIT git REQUIRED)'
	finds check_cmake_files_are_of_3_16 "CMakeLists.txt:1"
	put cmake/a.cmake 'execute_process(COMMAND a COMMAND_ERROR_IS_FATAL ANY)'
	finds check_cmake_files_are_of_3_16 "cmake/a.cmake:1"
	put CMakeLists.txt 'project(stflash VERSION 0.2.0 LANGUAGES C)'
	put CHANGELOG.md '# Changes' '## 0.1.0 - 2026-01-01'
	finds check_changelog_has_the_version "the newest version is 0.1.0, and CMakeLists.txt says 0.2.0"
	put stm32-1-2-3-kept-20260101-000000.hex ':00000001FF'
	finds 'git init -q . && git add . && check_nothing_left_by_a_run' "stm32-1-2-3-kept-20260101-000000.hex"
	put README.md 'see /home/me/stflash'
	finds check_no_machine_paths "/home/me"
	put README.md 'a space '
	finds check_no_trailing_space "README.md:1"
	put src/stlink/models.c '	{ 0x3748, STLINK_V2, "a" },' '	{ 0x374B, STLINK_V2_1, "b" },'
	put probes/udev/70-a.rules 'ATTRS{idVendor}=="0483", ATTRS{idProduct}=="3748", TAG+="uaccess"'
	finds check_udev_rule_has_the_models "product ids are 3748 but src/stlink/models.c has 3748 374b"
	put probes/udev/99-a.rules 'x'
	finds check_udev_rule_comes_before_73 "99-a.rules: must be numbered below 73"
	put README.md '| task | command |' '|---|---|' '| save | `stflash -s 950 read FILE` |' '' 'text'
	put help 'commands:' '  read, go    reads' '  list        lists' '' 'options:'
	finds 'check_readme_has_the_commands help | xargs' "shows no example of stflash go README.md: shows no example of stflash list"
	put README.md "$(many_lines 141)"
	finds check_readme_is_short "README.md: 141 lines"
	put README.md "$(many_lines 121 | tr -d '\n')"
	finds check_readme_is_short "README.md:1: longer than 120 characters"
	put docs/a.md 'The `cure` is for the guest.' '```text' 'shut' '```'
	finds 'check_words docs/a.md' "docs/a.md:1:The  is for the guest."
	put docs/a.md 'The `cure` is a member.' '```text' 'shut' '```'
	(cd "$tmp/tree" && check_words docs/a.md) | report "the checker of words is silent on names and output"
	put src/a.c '/* told "shut" */' '#include "guest/kin.h"' "char c = '\"'; f(\"a room\"" '	PRIu32 "x", "cure", "for "' '	"ever");'
	finds 'check_words_of_sources | xargs' "src/a.c:3:a room src/a.c:4:for ever"
	put stflash '#!/bin/sh' 'echo commands:' 'echo "  read   lifted it"' 'printf "%80s\n" x'
	finds 'chmod +x stflash; check_words_of_help ./stflash' "read   lifted it"
	put dev 'verb_run() {' ':' '}' 'verb_ls() {' ':' '}' 'if [ "$1" = help ]; then echo "  run  runs"; echo "  ls   lists"; fi' 'case $verb in' \
		'run) "verb_$verb" ;;' 'esac'
	finds check_dev_takes_its_verbs "dev: help lists 'ls', which is not taken"
}

# A good tree must pass, or the checks would be worth nothing either.
prove_silence() {
	put src/cli/read.c '/* SPDX-License-Identifier: MIT */' '#include "stflash.h"' '#include "cli/cli.h"'
	put src/flash/controllers/fpec.c '/* SPDX-License-Identifier: MIT */' '#include "swd/dap.h"' '#include "base/ctx.h"'
	put src/session/read.c '/* SPDX-License-Identifier: MIT */' '#include "usb/transport.h"' '#include "session/session.h"'
	put probes/virtual/probe/memory.c '/* SPDX-License-Identifier: MIT */' '#include "stlink/stlink_proto.h"' '#include "chip/chip.h"'
	(cd "$tmp/tree" && check_include_graph && check_shape) | report "the checker is silent on a good tree"
	printf '%s\n' 'src/a.c f T' 'src/a.c g U' 'src/b.c g T' 'src/b.c h U' 'src/c.c h T' | check_no_file_calls_back |
		report "the checker is silent on files that call downward"
	rm -rf "$tmp/tree"
}

check_the_tree() {
	cd "$top" || exit 1
	check_include_graph | report "each layer includes only the layer below it"
	check_shape | report "C files have the licence line, at most 700 lines, functions of at most 80"
	check_static_names_are_unique | report "no two static functions of src share a name"
	symbols_of_sources "$build" | check_no_file_calls_back | report "no file of src calls a file that calls back"
	check_licence_of_scripts | report "scripts and build files have the licence line"
	check_sources_are_listed | report "every source is listed for the build"
	check_nothing_left_open | report "nothing is left open in the code"
	check_no_controller_is_compared | report "no code asks which controller a chip has"
	check_ids_are_asked_for_by_rows | report "only rows ask for the id of a chip"
	check_the_base_of_flash_is_in_rows | report "only rows know where flash begins"
	check_one_file_drives_nrst | report "NRST is driven by its owner alone"
	check_changelog_has_the_version | report "the change log has the version of the build files"
	check_cmake_files_are_of_3_16 | report "CMake 3.16 knows every command of the build"
	check_linux_only_calls_are_in_linux_files | report "what Linux alone has stands in files whose names say so"
	check_library_names_no_option | report "sentences of the library name no option and no command"
	check_nothing_left_by_a_run | report "no file of a run is in the top folder"
	check_no_machine_paths | report "no path of a machine is in the tree"
	check_no_trailing_space | report "no line ends in a space"
	check_udev_rule_has_the_models 2>&1 | report "the udev rule has the product ids of the probe table"
	check_udev_rule_comes_before_73 | report "the udev rule comes before 73-seat-late.rules"
	"$build/stflash" --help >"$tmp/help" 2>&1
	check_dev_takes_its_verbs | report "./dev takes the verbs that its help lists"
	check_readme_has_the_commands "$tmp/help" | report "the README has an example of each command"
	check_words README.md CONTRIBUTING.md docs/*.md | report "README and docs use no private words"
	check_words_of_sources | report "no sentence of the sources uses private words"
	(cd "$tmp" && check_words_of_help "$build/stflash") | report "the help uses no private words, and fits 79 columns"
	check_readme_is_short | report "the README has at most 140 lines of 120 characters, and 8 KB"
}

# How many error sentences no test names. It may only become less.
untested_sentences_allowed=0

prove_messages() {
	mkdir -p "$tmp/tree/tests/structure"
	cp "$structure"/messages.* "$tmp/tree/tests/structure/"
	put src/usb/a.c 'return fail(ctx, STFLASH_E_ARG, "one sentence that is long "' '	"enough for %u", n);' \
		'return fail(ctx, E, x ? "the other sentence here" : "and a third sentence", n);' \
		'return fail(ctx, E, "out of memory");'
	put tests/unit/test_a.c 'says("a third sentence");' 'says("sentence that is long enough for 5");' \
		'says("out of memory");'
	said=$(cd "$tmp/tree" && sh tests/structure/messages.sh | cut -f 2 | tr '\n' ' ')
	if [ "$said" = "tested untested tested alike " ]; then
		echo "ok the list of messages tells tested sentences from others"
	else
		echo "not ok the list of messages tells tested sentences from others: $said"
	fi
	rm -rf "$tmp/tree"
}

check_messages() {
	set -- $(error_sentences)
	if [ "$2" -le "$untested_sentences_allowed" ]; then
		echo "ok of $(($1 + $2)) error sentences $2 are named by no test"
	else
		echo "not ok $2 error sentences are named by no test, $untested_sentences_allowed were: ./dev messages --untested"
	fi
}

prove_include_graph
prove_the_rest
prove_messages
prove_silence
check_the_tree
check_messages
