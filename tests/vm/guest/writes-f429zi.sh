# SPDX-License-Identifier: MIT
chip=stm32f429zi
target=stm32f4x.cfg
size=2097152
image=/t/image20k.bin
. /t/guest/writes.sh
