# SPDX-License-Identifier: MIT
#@ stm32f103c8,probe=v2,flash=stm32f103c8.bin
chip=stm32f103c8
target=stm32f1x.cfg
image=/t/image23k.bin
. /t/guest/writes.sh
