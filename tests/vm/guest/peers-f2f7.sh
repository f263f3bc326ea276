# SPDX-License-Identifier: MIT
# F2 and F7: unmodified peers judge the virtual chip. st-flash 1.7.0 knows an F76x of one bank alone.
#@ stm32f205rb,probe=v2,fw=J37S7
#@ stm32f207zg,probe=v2,fw=J37S7
#@ stm32f722re,probe=v2-1
#@ stm32f746zg,probe=v2-1
#@ stm32f767zi,probe=v3
#@ stm32f767zi,probe=v2,fw=J37S7,banks=2
. /t/guest/matrix.sh
peers_row 1 stm32f205rb v2 stm32f2x.cfg stm32f2x 0x08000000 0x4000
peers_row 2 stm32f207zg v2 stm32f2x.cfg stm32f2x 0x08000000 0x4000
peers_row 3 stm32f722re v2-1 stm32f7x.cfg stm32f2x 0x08000000 0x4000
peers_row 4 stm32f746zg v2-1 stm32f7x.cfg stm32f2x 0x08000000 0x8000
peers_row 5 stm32f767zi v3 stm32f7x.cfg stm32f2x 0x08000000 0x8000
peers_row 6 stm32f767zi v2 stm32f7x.cfg stm32f2x 0x08103c00 0x4400 st-flash-writes
