# SPDX-License-Identifier: MIT
# Bits that only become 0 need no erase where the manuals say so: all other bytes stay, and no erase is seen.

# overwrite CHIP ADDRESS BYTES(octal): over flash full of 0x5a; the plan's words are in $said
overwrite() {
	spec=virtual:$1,flash=flash.bin,strict=1,patience=30,stats=stats.json
	rm -f flash.bin.options
	head -c 262144 /dev/zero | tr '\0' Z >flash.bin
	cp flash.bin before.bin
	printf "$3" >new.bin
	run stflash -p $spec -v write --yes "new.bin@$2"
	status_is 0
	stderr_has "$by_hash"
	figure_is anomalies 0
	at=$(($2 - 0x08000000))
	{ head -c $at before.bin; cat new.bin; tail -c +$((at + $(wc -c <new.bin) + 1)) before.bin; } >expected.bin
	head -c 262144 flash.bin | cmp - expected.bin || failed "$1: flash holds something else"
}

test_bits_are_cleared_without_an_erase() {
	overwrite stm32f407vg 0x08020010 '\0\132\002\100'
	stderr_has "0 erased, 1 programmed"
	overwrite stm32f746zg 0x08020011 '\0'
	stderr_has "0 erased, 1 programmed"
	overwrite stm32f205zg 0x08000101 '\012\020\0'
	stderr_has "0 erased, 1 programmed"
	overwrite stm32f103rc 0x08000100 '\0\0\132\132\0\0'
	stderr_has "0 erased, 1 programmed"
	overwrite stm32f303vc 0x08000100 '\0\0'
	stderr_has "0 erased, 1 programmed"
}

# A bit that becomes 1, and on an FPEC a half-word that does not become 0.
test_what_cannot_be_written_over_is_erased() {
	overwrite stm32f407vg 0x08020010 '\0\133'
	stderr_has "1 erased"
	overwrite stm32f103rc 0x08000100 '\0\132'
	stderr_has "1 erased"
	overwrite stm32f103rc 0x08000101 '\0'
	stderr_has "1 erased"
	rm -f flash.bin.options
	run stflash -p virtual:stm32f407vg,flash=flash.bin -v write --yes --force-erase new.bin@0x08000100
	stderr_has "1 erased"
}
