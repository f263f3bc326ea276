# SPDX-License-Identifier: MIT
# F4 of two banks; the image crosses from sector 12 into sector 13, the first ones of bank 2.
#@ stm32f429zi,probe=v2,fw=J37S7,flash=1.bin
#@ stm32f469ni,probe=v2-1,flash=2.bin
. /t/guest/matrix.sh
row 1 stm32f429zi v2 stm32f4x.cfg stm32f2x 0x08103c00 0x4400 "0x08100000 0x8000" 0x08104000
row 2 stm32f469ni v2-1 stm32f4x.cfg stm32f2x 0x08103c00 0x4400 "0x08100000 0x8000" 0x08104000
