#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIR [CASES [SEED [PART]]]: see property.c. The seed changes daily unless it is given; by default so many
# cases that all groups together take about 20 minutes on two cores.
set -u
build=$(cd "$1" && pwd)
shift
exec "$build/property" "${@:-936}"
