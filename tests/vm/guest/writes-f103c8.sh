# SPDX-License-Identifier: MIT
chip=stm32f103c8
target=stm32f1x.cfg
size=65536
image=/t/image23k.bin
. /t/guest/writes.sh
