# SPDX-License-Identifier: MIT
#@ stm32f103c8,probe=v2,flash=64k.bin
chip=stm32f103c8
size=0x10000
image=/t/64k.bin
descr=F1xx
target=stm32f1x.cfg
. /t/guest/peers.sh
