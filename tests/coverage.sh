#!/bin/sh
# SPDX-License-Identifier: MIT
# coverage.sh BUILD_DIR [--uncovered]: lines and branches that ran, from the .gcda files there: the library file by
# file and summed, the command line and the virtual probe summed. --uncovered: the lines of the library that did
# not run. A branch that never decided counts as not taken.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Of the objects that are compiled twice (for the fuzz targets) only the first counts.
find "$build/src" "$build/probes" -name '*.gcda' >"$work/list"
[ -s "$work/list" ] || { echo "no coverage data: no test ran"; exit 1; }

if [ "${2-}" = --uncovered ]; then
	cd "$work"
	grep '/stflash_objects' list | xargs gcov -p >/dev/null 2>&1
	grep -l "Source:$top/src/" ./*.gcov | xargs awk -F: -v top="$top/" '
		/^ *-: *0:Source:/ { file = substr($0, index($0, ":Source:") + 8); sub(top, "", file) }
		$1 ~ /#####/ { line = $2; gsub(/ /, "", line); print file ":" line ":" $3 $4 $5 }'
	exit
fi

xargs gcov -n -b <"$work/list" 2>/dev/null |
	awk -v top="$top/" '
	/^File /     { file = substr($0, 7, length($0) - 7); file = index(file, top) == 1 && file ~ /\.c$/ ? substr(file, length(top) + 1) : "" }
	/^Lines /    { split($2, p, /[:%]/); if (file) { lines[file] = $4; hit[file] = p[2] * $4 / 100 } }
	/^Taken at / { split($0, p, /[:%]/); n = $NF; if (file) { branches[file] = n; taken[file] = p[2] * n / 100 } }
	END { for (f in lines) print f, lines[f], hit[f], branches[f] + 0, taken[f] + 0 }' |
	sort |
	awk '
	function percent(part, all) { return all ? 100 * part / all : 100 }
	function show(name, l, h, b, t) { printf "%-40s %6.1f %% of %5d lines %6.1f %% of %5d branches\n", name, percent(h, l), l, percent(t, b), b }
	{ area = $1 ~ /^src\/cli\// ? "the command line" : $1 ~ /^src\// ? "the library" : "the virtual probe"
	  if (area == "the library") show($1, $2, $3, $4, $5)
	  l[area] += $2; h[area] += $3; b[area] += $4; t[area] += $5 }
	END { for (a in l) show(a, l[a], h[a], b[a], t[a]) }'
