# SPDX-License-Identifier: MIT
# What the VM tests need besides stflash and the virtual probe, where the kernel's headers have usbfs.
include(CheckIncludeFile)
check_include_file(linux/usbdevice_fs.h STFLASH_HAVE_USBFS)
if(STFLASH_HAVE_USBFS)
  add_executable(usbfs_poke vm/usbfs_poke.c)
  target_link_libraries(usbfs_poke PRIVATE stflash_warnings)
  target_compile_definitions(usbfs_poke PRIVATE _POSIX_C_SOURCE=200809L)
endif()
