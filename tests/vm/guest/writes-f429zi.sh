# SPDX-License-Identifier: MIT
#@ stm32f429zi,probe=v2,flash=stm32f429zi.bin
chip=stm32f429zi
target=stm32f4x.cfg
image=/t/image40k.bin
. /t/guest/writes.sh
