# SPDX-License-Identifier: MIT
# Two probes at once, and two programs at one probe.

one=066FFF485550755187111111
two=066AAA485550755187222222

# path_of SERIAL: as stflash list shows it.
path_of() {
	as_bench stflash list --json | grep "$1" | grep -o 'usb:[0-9.-]*' | head -n 1
}

install_rule
serve stm32f103c8,probe=v2-1,serial=$one 3240 || return
serve stm32f407vg,probe=v2-1,serial=$two 3241 || return
check "attach the first" attach 3240
check "attach the second" attach 3241
says "list shows the first" $one as_bench stflash list
says "list shows the second" $two as_bench stflash list
refuses "two and none chosen: exit 11, both named" 11 $one as_bench stflash info
refuses "two and none chosen: the second is named too" 11 $two as_bench stflash info
says "chosen by serial number" STM32F103 as_bench stflash -p $one info
says "chosen by a prefix" STM32F40 as_bench stflash -p 066AAA info
refuses "a prefix that fits both: exit 11" 11 "066" as_bench stflash -p 066 info
refuses "a serial number that is not there: exit 3" 3 "123456" as_bench stflash -p 123456 info
says "chosen by path" STM32F103 as_bench stflash -p "$(path_of $one)" info
says "chosen by the environment" STM32F40 env STFLASH_PROBE=$two stflash info
detach
stop_server 3240
stop_server 3241

serve stm32f103c8,probe=v2-1,serial=$one 3240 || return
serve stm32f407vg,probe=v2-1,serial=$one 3241 || return
attach 3240
attach 3241
says "list tells clones apart by their path" "choose this one with --probe usb:" as_bench stflash list
refuses "clones with one serial number: exit 11" 11 "usb:" as_bench stflash -p $one info
first=$(as_bench stflash list --json | grep -o 'usb:[0-9.-]*' | uniq | sed -n 1p)
second=$(as_bench stflash list --json | grep -o 'usb:[0-9.-]*' | uniq | sed -n 2p)
check "clones have different paths" test "$first" != "$second"
says "a clone chosen by its path" STM32F as_bench stflash -p "$first" info
says "the other clone chosen by its path" STM32F as_bench stflash -p "$second" info
detach
stop_server 3240
stop_server 3241

plug stm32f103c8,probe=v2-1 || return
as_bench openocd -f interface/stlink.cfg -f target/stm32f1x.cfg -c init >/tmp/openocd.log 2>&1 &
openocd_listens() {
	grep -q 'Listening on port 3333' /tmp/openocd.log
}
check "openocd holds the probe" wait_for 60 openocd_listens
holder="another program uses it, openocd (pid $(pidof openocd)): end that first"
refuses "another program holds the probe: info says who" 4 "$holder" as_bench stflash info
refuses "another program holds the probe: read says who" 4 "$holder" as_bench stflash read /tmp/busy.bin
refuses "another program holds the probe: write says who" 4 "$holder" as_bench stflash write /t/image23k.bin 0x08000000
refuses "another program holds the probe: doctor says who" 4 "openocd (pid" as_bench stflash doctor
says "another program holds the probe: list says who" "$holder" as_bench stflash list
refuses "whose programs one may not look into: how to find out" 4 "sudo fuser -v $(probe_node)" \
	/usr/bin/setpriv --reuid 1001 --regid 1001 --groups 46 --inh-caps=-all --bounding-set=-all --no-new-privs stflash info
kill "$(pidof openocd)"
wait_for 60 sh -c '! pidof openocd'
check "and is free again afterwards" as_bench stflash info
unplug
