# SPDX-License-Identifier: MIT
# WB and WL, below what belongs to the radio's processor.
#@ stm32wb55rg,probe=v3
#@ stm32wl55jc,probe=v3
. /t/guest/matrix.sh
. /t/guest/alone.sh
row_alone 1 stm32wb55rg v3 stm32wbx.cfg 0x08010000
row_alone 2 stm32wl55jc v3 stm32wlx.cfg 0x08010000 "st-flash 1.7.0 does not know a WL"
