# SPDX-License-Identifier: MIT
#@ stm32f103ze,probe=v2,flash=stm32f103ze.bin
chip=stm32f103ze
target=stm32f1x.cfg
image=/t/image40k.bin
. /t/guest/writes.sh
