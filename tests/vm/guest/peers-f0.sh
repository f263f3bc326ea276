# SPDX-License-Identifier: MIT
# F0, pages of 1 and of 2 KiB.
#@ stm32f051r8,probe=v2,fw=J37S7,flash=1.bin
#@ stm32f072rb,probe=v2,fw=J37S7,flash=2.bin
#@ stm32f091rc,probe=v2-1,flash=3.bin
. /t/guest/matrix.sh
row 1 stm32f051r8 v2 stm32f0x.cfg stm32f1x 0x08000000 0xc00 "0x08000000 0xc00" 0x08000000
row 2 stm32f072rb v2 stm32f0x.cfg stm32f1x 0x08000000 0x1000 "0x08000000 0x1000" 0x08000000
row 3 stm32f091rc v2-1 stm32f0x.cfg stm32f1x 0x08000000 0x1000 "0x08000000 0x1000" 0x08000000
