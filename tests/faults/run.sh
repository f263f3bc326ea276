#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIR [sweep's options]: see sweep.c and kills.py. A few points of every fault in every job, the seed
# changes daily; and the probe dies during writes. The sweep's options leave the kills out.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
shift
"$build/sweep" "$@"
status=$?
[ $# -eq 0 ] || exit "$status"
if command -v python3 >/dev/null 2>&1; then
	python3 -B "$here/kills.py" "$build" || status=1
else
	echo "not run kills of the probe during writes: python3 is not installed"
fi
exit "$status"
