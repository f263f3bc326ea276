#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIR [sweep's options]: see sweep.c. A few points of every fault in every job; the seed changes daily.
set -u
build=$(cd "$1" && pwd)
shift
exec "$build/sweep" "$@"
