#!/bin/sh
# SPDX-License-Identifier: MIT
# from-help.sh STFLASH TEMPLATE DIR
#
# Makes the completions for bash, zsh and fish and the manual page stflash(1) from what "stflash help" says, which
# is the command table itself: they cannot know another set of commands and options.
set -eu

stflash=$1
template=$2
dir=$3
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$dir"

# One line each, fields divided by tabs:
#   command NAME ARGUMENTS SUMMARY
#   option  COMMAND|- LETTER|- NAME VALUE|- WORDS|- HELP
#   text    COMMAND LINE
"$stflash" help >"$dir/help"
commands=$(sed -n '/^commands:/,/^$/s/^  \([a-z][a-z]*\).*/\1/p' "$dir/help")
awk -v command=- -f "$here/records.awk" "$dir/help" >"$dir/records"
for command in $commands; do
	"$stflash" help "$command" | awk -v command="$command" -f "$here/records.awk" >>"$dir/records"
done

awk -f "$here/bash.awk" "$dir/records" >"$dir/stflash.bash"
awk -f "$here/zsh.awk" "$dir/records" >"$dir/_stflash"
awk -f "$here/fish.awk" "$dir/records" >"$dir/stflash.fish"
awk -v records="$dir/records" -f "$here/man.awk" "$template" >"$dir/stflash.1"
