# SPDX-License-Identifier: MIT
# F0 and F3: unmodified peers judge the virtual chip. openocd 0.12 cannot write an F334: its work area is larger than
# the RAM.
#@ stm32f051r8,probe=v2,fw=J37S7
#@ stm32f072rb,probe=v2,fw=J37S7
#@ stm32f091rc,probe=v2-1
#@ stm32f303re,probe=v2-1
#@ stm32f334r8,probe=v2,fw=J37S7
#@ stm32f373cc,probe=v3
. /t/guest/matrix.sh
peers_row 1 stm32f051r8 v2 stm32f0x.cfg stm32f1x 0x08000000 0x1000
peers_row 2 stm32f072rb v2 stm32f0x.cfg stm32f1x 0x08000000 0x1000
peers_row 3 stm32f091rc v2-1 stm32f0x.cfg stm32f1x 0x08000000 0x1000
peers_row 4 stm32f303re v2-1 stm32f3x.cfg stm32f1x 0x08000000 0x1000
peers_row 5 stm32f334r8 v2 stm32f3x.cfg stm32f1x 0x08000000 0x1000 openocd-writes
peers_row 6 stm32f373cc v3 stm32f3x.cfg stm32f1x 0x08000000 0x1000
