# SPDX-License-Identifier: MIT
# F1 with pages of 1 KiB, and one of them behind each kind of probe.
#@ stm32f100rb,probe=v2,fw=J37S7,flash=1.bin
#@ stm32f103c8,probe=v2,fw=J37S7,flash=2.bin
#@ stm32f103c8,probe=v2-1,flash=3.bin
#@ stm32f103c8,probe=v3,flash=4.bin
. /t/guest/matrix.sh
row 1 stm32f100rb v2 stm32f1x.cfg stm32f1x 0x08000000 0xc00 "0x08000000 0xc00" 0x08000000
row 2 stm32f103c8 v2 stm32f1x.cfg stm32f1x 0x08000000 0xc00 "0x08000000 0xc00" 0x08000000
row 3 stm32f103c8 v2-1 stm32f1x.cfg stm32f1x 0x08000000 0xc00 "0x08000000 0xc00" 0x08000000
row 4 stm32f103c8 v3 stm32f1x.cfg stm32f1x 0x08000000 0xc00 "0x08000000 0xc00" 0x08000000
