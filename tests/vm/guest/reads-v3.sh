# SPDX-License-Identifier: MIT
kind=v3
model=ST-LINK/V3
. /t/guest/reads.sh
