# SPDX-License-Identifier: MIT
chip=stm32f407vg
target=stm32f4x.cfg
size=1048576
image=/t/image20k.bin
. /t/guest/writes.sh
