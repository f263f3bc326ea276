# SPDX-License-Identifier: MIT
# F2; the image crosses from sector 0 into sector 1.
#@ stm32f205zg,probe=v2,fw=J37S7,flash=1.bin
#@ stm32f207zg,probe=v2-1,flash=2.bin
. /t/guest/matrix.sh
row 1 stm32f205zg v2 stm32f2x.cfg stm32f2x 0x08003c00 0x4400 "0x08000000 0x8000" 0x08004000
row 2 stm32f207zg v2-1 stm32f2x.cfg stm32f2x 0x08003c00 0x4400 "0x08000000 0x8000" 0x08004000
