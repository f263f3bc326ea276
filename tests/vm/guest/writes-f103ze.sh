# SPDX-License-Identifier: MIT
chip=stm32f103ze
target=stm32f1x.cfg
size=524288
image=/t/image40k.bin
. /t/guest/writes.sh
