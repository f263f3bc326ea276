# SPDX-License-Identifier: MIT
#@ stm32f407vg,probe=v2,flash=stm32f407vg.bin
chip=stm32f407vg
target=stm32f4x.cfg
image=/t/image40k.bin
. /t/guest/writes.sh
