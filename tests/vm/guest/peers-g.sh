# SPDX-License-Identifier: MIT
# G0 and G4: one bank and two, and two with a hole between them.
#@ stm32g071rb,probe=v2-1
#@ stm32g0b1re,probe=v2,fw=J37S7
#@ stm32g431rb,probe=v3
#@ stm32g474re,probe=v3
#@ stm32g474rc,probe=v3
. /t/guest/matrix.sh
. /t/guest/alone.sh
row_alone 1 stm32g071rb v2-1 stm32g0x.cfg 0x08010000 "" 0xfffffe
row_alone 2 stm32g0b1re v2 stm32g0x.cfg 0x08040000 "st-flash 1.7.0 does not know a G0B1"
row_alone 3 stm32g431rb v3 stm32g4x.cfg 0x08010000 "" 0xffeff8
row_alone 4 stm32g474re v3 stm32g4x.cfg 0x0803f800 "" 0xffeff8
row_alone 5 stm32g474rc v3 stm32g4x.cfg 0x08040000 "st-flash 1.7.0 does not know the hole of a G4 with less than 512 KiB"
