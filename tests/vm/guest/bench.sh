# SPDX-License-Identifier: MIT
# A bench: eight probes with a board behind each, one command for all of them, as an ordinary user.
#@ stm32f401cc,serial=BENCH1,flash=bench1.bin
#@ stm32f401cc,serial=BENCH2,flash=bench2.bin
#@ stm32f401cc,serial=BENCH3,flash=bench3.bin,pace=real
#@ stm32f401cc,serial=BENCH4,flash=bench4.bin
#@ stm32f401cc,serial=BENCH5,flash=bench5.bin
#@ stm32f401cc,serial=BENCH6,flash=bench6.bin
#@ stm32f401cc,serial=BENCH7,flash=bench7.bin
#@ stm32f103c8,serial=BENCH8,flash=bench8.bin

path_of() {
	as_bench stflash list --json | grep "\"$1\"" | grep -o 'usb:[0-9.-]*' | head -n 1
}

says_n_times() {
	[ "$(grep -cE "$2" /tmp/all.log)" -eq "$1" ]
}

all_say() {
	cp /tmp/all.log "$said"
	check "$1" says_n_times "$2" "$3"
}

# holds FILE SERIALS...: the flash of each begins with the file.
holds() {
	local file=$1 serial size
	shift
	size=$(wc -c <"$file")
	for serial; do
		rm -f /tmp/back.bin
		as_bench stflash -q -p "$serial" read 0x08000000 "$size" /tmp/back.bin && cmp "$file" /tmp/back.bin || return 1
	done
}

# Once the third board is being written its probe is pulled out: port N of the hub is N - 1 of vhci.
pull_out_third() {
	wait_for 120 grep -q "^$third: .*agent at" /tmp/all.log || return
	echo $((${third##*-} - 1)) >/sys/devices/platform/vhci_hcd.0/detach
}

install_rule
chmod 1777 /tmp
for number in 1 2 3 4 5 6 7 8; do
	plug_host $number || return
done
third=$(path_of BENCH3)

as_bench stflash -p all write /t/image23k.bin >/tmp/all.log 2>&1
status=$?
check "all eight boards at once: exit 0" test $status -eq 0
all_say "all eight boards at once: PASS of each" 8 '^usb:[0-9.-]*: PASS: STM32F'
all_say "all eight boards at once: the count" 1 '^8 boards: 8 passed, 0 failed'
check "all eight boards hold the image" holds /t/image23k.bin BENCH1 BENCH2 BENCH3 BENCH4 BENCH5 BENCH6 BENCH7 BENCH8
as_bench stflash -p all read 0x08000000 16k '/tmp/{serial}.bin' >/tmp/all.log 2>&1
check "all eight boards are read into a file of its own" sh -c 'test $(cat /tmp/BENCH[1-8].bin | wc -c) -eq 131072'

check "the fourth board is protected" as_bench stflash -p BENCH4 protect
pull_out_third &
as_bench stflash -vv -p all --expect STM32F401 write /t/image40k.bin >/tmp/all.log 2>&1
status=$?
wait $!
check "three of eight fail in three ways: exit 1" test $status -eq 1
all_say "five boards pass" 5 '^usb:[0-9.-]*: PASS: STM32F401'
all_say "the one that was pulled out is told" 1 "^$third: FAIL: unplugged"
all_say "the protected one is told" 1 '^usb:[0-9.-]*: FAIL: protected'
all_say "the other chip is told" 1 '^usb:[0-9.-]*: FAIL: argument'
all_say "the other chip is named" 1 'expect wants STM32F401, but the chip is STM32F103'
all_say "the count is five and three" 1 '^8 boards: 5 passed, 3 failed'
check "the flash of the five is the image" holds /t/image40k.bin BENCH1 BENCH2 BENCH5 BENCH6 BENCH7
check "the other chip holds what it held" holds /t/image23k.bin BENCH8

# Probes come and go while a loop runs: one is plugged in again, with its board, and is done.
as_bench stflash -p all --loop --record /tmp/shift.csv write /t/image23k.bin >/tmp/all.log 2>&1 &
check "a loop does the boards that are there" wait_for 120 says_n_times 6 ': PASS: STM32F'
plug_host 3
check "a probe that is plugged in joins the loop" wait_for 120 says_n_times 7 ': PASS: STM32F'
# A shell's background job ignores SIGINT.
kill -TERM "$(pidof stflash)"
wait $!
check "SIGTERM ends the loop with 143" test $? -eq 143
all_say "the loop ends with its count" 1 '^8 boards: 7 passed, 1 failed'
check "the record has a line for each board" sh -c 'test $(grep -c ,PASS,write,BENCH /tmp/shift.csv) -eq 7 && test $(grep -c ,FAIL,write,BENCH4 /tmp/shift.csv) -eq 1'
check "the board that came back holds the image" holds /t/image23k.bin BENCH3
detach
