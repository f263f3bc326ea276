#!/bin/sh
# SPDX-License-Identifier: MIT
# from-help.sh STFLASH TEMPLATE DIR
#
# Makes the manual page stflash(1) from what "stflash help" says, and the completions for bash, zsh and fish, which
# stflash prints itself: both come from its tables of commands and options and cannot know others. The other manual
# pages beside the TEMPLATE get their version and date.
set -eu

stflash=$1
template=$2
dir=$3
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$dir"

# One line each, fields divided by tabs:
#   command NAME ARGUMENTS SUMMARY
#   option  COMMAND|- LETTER|- NAME VALUE|- HELP		-: for all commands
#   text    COMMAND LINE
"$stflash" help >"$dir/help"
: >"$dir/records"
for command in $(sed -n '/^commands:/,/^$/s/^  \([a-z]*\(, [a-z]*\)*\) .*/\1/p' "$dir/help" | tr -d ','); do
	"$stflash" help "$command" | awk -v command="$command" -f "$here/records.awk" >>"$dir/records"
done

version=$("$stflash" --version | sed 's/^stflash //')
if [ -n "${SOURCE_DATE_EPOCH-}" ]; then
	date=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)
else
	date=$(git -C "$here" log -1 --format=%cs 2>/dev/null || date -u -r "$template" +%Y-%m-%d)
fi
for shell in bash fish; do
	"$stflash" completion $shell >"$dir/stflash.$shell"
done
"$stflash" completion zsh >"$dir/_stflash"
for page in "$template" "${template%/*}"/*.[13]; do
	name=${page##*/}
	awk -v records="$dir/records" -v version="$version" -v date="$date" -f "$here/man.awk" "$page" >"$dir/${name%.in}"
done
