# SPDX-License-Identifier: MIT
# A chip in a folder and back again: proven, checked, never half of it.

f103=virtual:stm32f103c8,flash=flash.bin,strict=1,stats=stats.json

# round_trip CHIP SIZE OPTION=VALUE
round_trip() {
	spec=virtual:$1,flash=flash.bin,strict=1,stats=stats.json
	full_flash "$2"
	run stflash -q -p "$spec" options set --save old.txt "$3"
	status_is 0
	run stflash -p "$spec" backup folder
	status_is 0
	stderr_has "$by_hash"
	nothing_is_left_behind
	same_bytes flash.before folder/flash.bin
	case $1 in
	stm32f4*) files="flash.bin info.txt options.txt otp.bin" ;;
	*) files="flash.bin info.txt options.txt" ;;
	esac
	[ "$(ls folder | xargs)" = "$files" ] || failed "the folder has $(ls folder | xargs)"

	run stflash -q -p "$spec" options set --save changed.txt "${3%=*}=1" nRST_STDBY=0
	status_is 0
	run stflash -q -p "$spec" erase --all
	status_is 0
	run stflash -p "$spec" restore folder
	status_is 0
	nothing_is_left_behind
	same_bytes flash.before flash.bin
	run stflash -q -p "$spec" options
	status_is 0
	grep -q "^${3%=*} *${3#*=} " "$said/stdout" || failed "$3 was not restored"
	grep -q "^nRST_STDBY *1 " "$said/stdout" || failed "nRST_STDBY was not restored"

	run stflash -p "$spec" restore folder
	status_is 0
	stderr_has ", 0 of"
	stderr_has "option bytes unchanged; reset"
}

test_backup_and_restore_an_f103c8() {
	round_trip stm32f103c8 65536 nRST_STOP=0
}

test_backup_and_restore_an_f407vg() {
	round_trip stm32f407vg 1048576 nRST_STOP=0
}

test_backup_and_restore_an_xl() {
	round_trip stm32f103zg 1048576 BFB2=0
}

test_backup_and_restore_two_banks() {
	round_trip stm32f429zi 2097152 nRST_STOP=0
}

test_the_sums_are_those_of_sha256sum() {
	run stflash -q -p $f103 backup folder
	status_is 0
	for file in flash.bin options.txt; do
		sum=$(sha256sum "folder/$file" | cut -d' ' -f1)
		grep -qx "sha256 $file = $sum" folder/info.txt || failed "info.txt has another sum of $file"
	done
	for key in tool date chip dev_id uid flash_size proof; do
		grep -q "^$key = ." folder/info.txt || failed "info.txt has no $key"
	done
}

test_a_folder_that_is_there_is_left_alone() {
	mkdir folder
	echo mine >folder/mine
	run stflash -p $f103 backup folder
	fails_with 2 "there already"
	[ "$(ls -A folder)" = mine ] || failed "something was put into the folder"
	run stflash -p $f103 backup no/such/place/folder
	status_is 2
	run stflash -p $f103 backup
	fails_with 2 "FOLDER"
}

test_an_empty_folder_is_taken() {
	mkdir folder
	run stflash -q -p $f103 backup folder/
	status_is 0
	[ -s folder/flash.bin ] || failed "it is still empty"
}

test_a_failed_backup_leaves_nothing() {
	full_flash 65536
	run stflash -p $f103,fault=unplug@80 backup folder
	[ "$status" -ne 0 ] || failed "the cable was pulled and it says that it worked"
	no_file folder
	[ -z "$(find . -name '.folder*')" ] || failed "half a folder is there"
}

test_a_damaged_backup_is_not_restored() {
	full_flash 65536
	run stflash -q -p $f103 backup folder
	status_is 0
	for file in flash.bin options.txt; do
		cp -r folder damaged
		another_byte 100 "damaged/$file"
		run stflash -p $f103 restore damaged
		fails_with 2 "$file is not what was backed up" "nothing was written"
		rm -r damaged
	done
	rm folder/info.txt
	run stflash -p $f103 restore folder
	fails_with 2 "info.txt"
	echo "nothing here" >folder/info.txt
	run stflash -p $f103 restore folder
	fails_with 2 "no backup"
	same_bytes flash.before flash.bin
}

# "damaged" is the backup in "folder" with LINE, and a sum that agrees, as a person would make it by hand.
edited_options() {
	rm -rf damaged
	cp -r folder damaged
	echo "$1" >damaged/options.txt
	sum=$(sha256sum damaged/options.txt | cut -d' ' -f1)
	sed "s/^sha256 options.txt = .*/sha256 options.txt = $sum/" folder/info.txt >damaged/info.txt
}

test_a_backup_that_was_edited_must_make_sense() {
	full_flash 65536
	run stflash -q -p $f103 backup folder
	status_is 0
	cp -r folder damaged
	sed 's/^dev_id = .*/dev_id = many/' folder/info.txt >damaged/info.txt
	run stflash -p $f103 restore damaged
	fails_with 2 "damaged/info.txt: dev_id is no number: 'many'"

	for line in "nRST_STOP 0" "= 0" "$(head -c 200 /dev/zero | tr '\0' x) = 0"; do
		edited_options "$line"
		run stflash -p $f103 restore damaged
		fails_with 2 "options.txt, line 1: not of the form NAME = VALUE"
	done
	same_bytes flash.before flash.bin

	edited_options "nRST_STOP = 0 # by hand"
	run stflash -q -p $f103 restore damaged
	status_is 0
	run stflash -q -p $f103 options
	status_is 0
	grep -q '^nRST_STOP *0 ' "$said/stdout" || failed "the edited option byte was not restored"
}

# sums_made_to_fit FOLDER: as after an edit by hand.
sums_made_to_fit() {
	for file in flash.bin options.txt; do
		sum=$(sha256sum "$1/$file" | cut -d' ' -f1)
		sed -i "s/^sha256 $file = .*/sha256 $file = $sum/" "$1/info.txt"
	done
}

test_what_does_not_fit_the_chip_is_refused_before_it_is_touched() {
	full_flash 65536
	run stflash -q -p $f103 backup folder
	status_is 0
	full_flash 65536
	cp -r folder edited
	echo "nSWBOOT0 = 1" >>edited/options.txt
	sums_made_to_fit edited
	run stflash -p $f103 restore edited
	fails_with 2 "options.txt does not fit this chip" "nSWBOOT0" "nothing was written"
	run stflash -p $f103 restore --unprotect edited
	fails_with 2 "nothing was written"

	cp folder/options.txt edited/
	head -c 60000 folder/flash.bin >edited/flash.bin
	sums_made_to_fit edited
	run stflash -p $f103 restore edited
	fails_with 2 "flash.bin has 60000 bytes" "nothing was written"

	cp folder/flash.bin edited/
	sums_made_to_fit edited
	sed -i "s/^flash_base = .*/flash_base = 0x108000000/" edited/info.txt
	run stflash -p $f103 restore edited
	fails_with 2 "flash_base" "nothing was written"
	same_bytes flash.before flash.bin
}

test_another_chip_is_refused() {
	run stflash -q -p $f103 backup folder
	status_is 0
	run stflash -p virtual:stm32f407vg restore folder
	fails_with 2 "another chip" "--other-chip"
	run stflash -p virtual:stm32f103cb restore folder
	fails_with 2 "another chip"
	run stflash -p virtual:stm32f103cb,strict=1,stats=stats.json restore --other-chip folder
	status_is 0
	stderr_has "unique id"
	figure_is anomalies 0
}

test_restore_of_a_write_protected_chip() {
	run stflash -q -p $f103 backup folder
	status_is 0
	full_flash 65536
	run stflash -q -p $f103 options set --save old.txt WRP=all
	status_is 0
	run stflash -p $f103 restore folder
	status_is 7
	same_bytes flash.before flash.bin
	run stflash -p $f103 restore --unprotect folder
	status_is 0
	same_bytes folder/flash.bin flash.bin
}

test_write_with_a_backup_folder() {
	full_flash 65536
	random_bytes 3000 >new.bin
	run stflash -p $f103 write --backup folder/ new.bin 0x08000000
	status_is 0
	same_bytes flash.before folder/flash.bin
	run stflash -p $f103 restore folder
	status_is 0
	same_bytes flash.before flash.bin
}

test_otp_is_backed_up_and_never_restored() {
	f407=virtual:stm32f407vg,flash=flash.bin,strict=1,stats=stats.json
	full_flash 1048576
	random_bytes 32 >otp.bin
	run stflash -q -p $f407 write --otp-permanent 0x1fff7840 otp.bin
	status_is 0
	run stflash -p $f407 backup folder
	status_is 0
	stderr_has "folder: 1 MiB of STM32F405/407/415/417, option bytes and OTP saved"
	nothing_is_left_behind
	{ blank_bytes 64; cat otp.bin; blank_bytes 432; } >expected
	same_bytes expected folder/otp.bin
	grep -qx "sha256 otp.bin = $(sha256sum folder/otp.bin | cut -d' ' -f1)" folder/info.txt ||
		failed "info.txt has another sum of otp.bin"

	rm flash.bin.options # another chip, whose OTP is blank
	run stflash -p $f407 restore folder
	status_is 0
	stderr_has "otp.bin was not written: OTP can be programmed only once"
	run stflash -q -p $f407 read 0x1fff7800 528 after
	blank_bytes 528 >blank
	same_bytes blank after

	cp -r folder damaged
	another_byte 100 damaged/otp.bin
	run stflash -p $f407 restore damaged
	fails_with 2 "otp.bin is not what was backed up" "nothing was written"
	rm damaged/otp.bin
	run stflash -p $f407 restore damaged
	fails_with 2 "otp.bin"
}

# As backups were before.
test_a_backup_of_an_f4_without_otp_is_restored() {
	f407=virtual:stm32f407vg,flash=flash.bin,strict=1,stats=stats.json
	full_flash 1048576
	run stflash -q -p $f407 backup folder
	status_is 0
	rm folder/otp.bin
	sed -i '/^sha256 otp.bin/d' folder/info.txt
	run stflash -p $f407 restore folder
	status_is 0
	! grep -q "otp.bin" "$said/stderr" || failed "it speaks of an OTP that it does not have"
}
