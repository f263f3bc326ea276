# SPDX-License-Identifier: MIT
# L4 and L4+: one bank, two, and two of 4 KiB pages; the image crosses from bank 1 into bank 2 where there are two.
#@ stm32l432kc,probe=v2-1
#@ stm32l476rg,probe=v2,fw=J37S7
#@ stm32l4r5zi,probe=v3
. /t/guest/matrix.sh
. /t/guest/alone.sh
row_alone 1 stm32l432kc v2-1 stm32l4x.cfg 0x08010000 "" 0xffeff8
row_alone 2 stm32l476rg v2 stm32l4x.cfg 0x0807f800 "" 0xffeff8
row_alone 3 stm32l4r5zi v3 stm32l4x.cfg 0x080ff000
