# SPDX-License-Identifier: MIT
# F1 with pages of 2 KiB; on the XL part the image crosses from bank 1 into bank 2.
#@ stm32f103ze,probe=v2,fw=J37S7,flash=1.bin
#@ stm32f103rg,probe=v2,fw=J37S7,flash=2.bin
#@ stm32f105rc,probe=v2,fw=J37S7,flash=3.bin
. /t/guest/matrix.sh
row 1 stm32f103ze v2 stm32f1x.cfg stm32f1x 0x08000000 0x1000 "0x08000000 0x1000" 0x08000000
row 2 stm32f103rg v2 stm32xl.cfg stm32f1x 0x0807f800 0x1000 "0x0807f800 0x1000" 0x0807f800
row 3 stm32f105rc v2 stm32f1x.cfg stm32f1x 0x08000000 0x1000 "0x08000000 0x1000" 0x08000000
