# SPDX-License-Identifier: MIT
# F4 of one bank; the image crosses from sector 0 into sector 1.
#@ stm32f401re,probe=v2-1,flash=1.bin
#@ stm32f407vg,probe=v2,fw=J37S7,flash=2.bin
#@ stm32f411re,probe=v2,fw=J37S7,flash=3.bin
#@ stm32f446re,probe=v3,flash=4.bin
. /t/guest/matrix.sh
row 1 stm32f401re v2-1 stm32f4x.cfg stm32f2x 0x08003c00 0x4400 "0x08000000 0x8000" 0x08004000
row 2 stm32f407vg v2 stm32f4x.cfg stm32f2x 0x08003c00 0x4400 "0x08000000 0x8000" 0x08004000
row 3 stm32f411re v2 stm32f4x.cfg stm32f2x 0x08003c00 0x4400 "0x08000000 0x8000" 0x08004000
row 4 stm32f446re v3 stm32f4x.cfg stm32f2x 0x08003c00 0x4400 "0x08000000 0x8000" 0x08004000
