# SPDX-License-Identifier: MIT
#@ stm32f407vg,probe=v2,flash=1m.bin
chip=stm32f407vg
size=0x100000
image=/t/1m.bin
descr=F4x
target=stm32f4x.cfg
. /t/guest/peers.sh
