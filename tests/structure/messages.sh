#!/bin/sh
# SPDX-License-Identifier: MIT
# messages.sh [--untested]: every error sentence of the program, where it is, and whether a test names it.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
{
	find src/cli/hints.c 2>/dev/null
	find tests -type f \( -name '*.c' -o -name '*.h' -o -name '*.sh' \) ! -path 'tests/structure/*' | LC_ALL=C sort
	find src -name '*.c' | LC_ALL=C sort
} | xargs awk -f tests/structure/messages.awk |
	if [ "${1-}" = --untested ]; then grep '	untested	'; else cat; fi
