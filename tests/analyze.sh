#!/bin/sh
# SPDX-License-Identifier: MIT
# analyze.sh BUILD_DIR: what tools find without running the code, and what valgrind finds in the unit tests.
# One line a check, as run-groups.sh counts them. clang-tidy is "./dev tidy".
set -u

top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# check NAME COMMAND...: silence is success
check() {
	name=$1
	shift
	"$@" >"$work/log" 2>&1
	ended=$?
	if [ $ended -eq 0 ] && ! grep -qE 'warning:|error:|style:|performance:' "$work/log"; then
		echo "ok $name"
		return
	fi
	echo "not ok $name"
	sed 's/^/# /' "$work/log" | tail -n 60
	status=1
}

# gcc 12 takes what is stored in a reallocated array for leaked, and does not see that an option with a value has one.
not_believed="-Wno-analyzer-malloc-leak -Wno-analyzer-null-argument"

# Every source of the library, the command line and the virtual probe, as it is compiled, with -fanalyzer.
analyzer() {
	sed -n 's/^ *"command": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" |
		grep -E -- "-c $top/(src|probes)/" | grep -v 'fuzz_' |
		sed 's/ -o [^ ]*\.o / -o \/dev\/null /; s/\\\(["\\]\)/\1/g; s/ -MD -MT [^ ]* -MF [^ ]*//; s/$/ -O1 -fanalyzer/' |
		sed "s/\$/ $not_believed/" >"$work/commands"
	[ -s "$work/commands" ] || return 1
	xargs -d '\n' -P "$(nproc)" -I{} sh -c '{}' <"$work/commands"
}

memcheck() {
	valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect "$1"
}

check "gcc -fanalyzer" analyzer
# It cannot expand macros whose arguments are macros of several fields, as the tables of parts and probes have them.
check "cppcheck" cppcheck -q --error-exitcode=1 --enable=warning,performance,portability --inline-suppr --std=c11 \
	-j "$(nproc)" --suppress=missingIncludeSystem --suppress=preprocessorErrorDirective -I "$top/src" -I "$top/include" -I "$top/probes/virtual" \
	"$top/src" "$top/probes"
for program in "$build"/test_*; do
	[ -x "$program" ] && check "valgrind ${program##*/}" memcheck "$program"
done
exit $status
