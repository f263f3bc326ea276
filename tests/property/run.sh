#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIR [CASES [SEED [PART]]]: see property.c. The seed changes daily unless it is given.
set -u
build=$(cd "$1" && pwd)
shift
exec "$build/property" "${@:-2040}"
