#!/bin/sh
# SPDX-License-Identifier: MIT
# Assemble the agents and compare with the checked-in arrays. Exits 77 where there is no ARM assembler.
set -eu

agent=$(cd "$(dirname "$0")/../src/flash/agent" && pwd)
for tool in as ld objcopy; do
	command -v "arm-none-eabi-$tool" >/dev/null || {
		echo "NOT RUN: no arm-none-eabi-$tool (Debian: apt install binutils-arm-none-eabi)" >&2
		exit 77
	}
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$agent/build.sh" "$out"

status=0
for name in hash_only fpec sectors; do
	cmp "$out/$name.h" "$agent/$name.h" || {
		echo "$name.h is not what $name.S gives: run src/flash/agent/build.sh" >&2
		status=1
	}
done
exit $status
