# SPDX-License-Identifier: MIT
# F7; the image crosses from sector 0 into sector 1, or where there are two banks from 12 into 13, the first ones of bank 2.
#@ stm32f722re,probe=v2-1,flash=1.bin
#@ stm32f746zg,probe=v2,fw=J37S7,flash=2.bin
#@ stm32f767zi,probe=v3,flash=3.bin
#@ stm32f767zi,probe=v2,fw=J37S7,banks=2,flash=4.bin
. /t/guest/matrix.sh
row 1 stm32f722re v2-1 stm32f7x.cfg stm32f2x 0x08003c00 0x4400 "0x08000000 0x8000" 0x08004000
row 2 stm32f746zg v2 stm32f7x.cfg stm32f2x 0x08007c00 0x8400 "0x08000000 0x10000" 0x08008000
row 3 stm32f767zi v3 stm32f7x.cfg stm32f2x 0x08007c00 0x8400 "0x08000000 0x10000" 0x08008000
row 4 stm32f767zi v2 stm32f7x.cfg stm32f2x 0x08103c00 0x4400 "0x08100000 0x8000" 0x08104000 "" \
	"st-flash 1.7.0 knows an F76x of one bank alone"
