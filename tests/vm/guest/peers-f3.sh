# SPDX-License-Identifier: MIT
# F3. What openocd 0.12 has in stm32f3x.cfg as its work area is larger than the RAM of an F334.
#@ stm32f303re,probe=v2-1,flash=1.bin
#@ stm32f334r8,probe=v2,fw=J37S7,flash=2.bin
#@ stm32f373cc,probe=v3,flash=3.bin
. /t/guest/matrix.sh
row 1 stm32f303re v2-1 stm32f3x.cfg stm32f1x 0x08000000 0x1000 "0x08000000 0x1000" 0x08000000
row 2 stm32f334r8 v2 stm32f3x.cfg stm32f1x 0x08000000 0x1000 "0x08000000 0x1000" 0x08000000 \
	"openocd 0.12: its work area is larger than the RAM"
row 3 stm32f373cc v3 stm32f3x.cfg stm32f1x 0x08000000 0x1000 "0x08000000 0x1000" 0x08000000
