#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIR [CASES [SEED [PART]]]: see property.c. The seed changes daily unless it is given; by default so many
# cases that all groups together take less than 20 minutes on two cores, and 1600 with STFLASH_TEST_ALL.
set -u
build=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- $([ -n "${STFLASH_TEST_ALL-}" ] && echo 1600 || echo 420)
exec "$build/property" "$@"
