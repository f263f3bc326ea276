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

# A large sector whose rest is mostly blank: what is used of it is fetched and put back, wherever it lies, and no more.
test_of_a_gap_only_what_is_used_is_fetched() {
	f407=virtual:stm32f407vg,flash=flash.bin,strict=1,patience=30,stats=stats.json
	rm -f flash.bin.options
	blank_bytes 1048576 >flash.bin
	for at in 133120 141311 150000 196607 262140; do
		printf 'kept here' | dd of=flash.bin bs=1 seek=$at conv=notrunc 2>/dev/null
	done
	random_bytes 133000 >new.bin
	{ cat new.bin; tail -c +133001 flash.bin; } >expected.bin
	run stflash -p $f407 write --yes new.bin
	status_is 0
	stderr_has "$by_hash"
	cmp flash.bin expected.bin || failed "something beside the image was lost"
	figure_is anomalies 0
	[ "$(figure swd_transfers)" -lt 50000 ] || failed "the blank part was fetched too: $(figure swd_transfers) transfers"
}
