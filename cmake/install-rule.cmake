# SPDX-License-Identifier: MIT
# Runs while things are installed: puts the udev rule where udev reads it. Below /usr that is lib/udev/rules.d, where
# packages put theirs. /usr/local/lib/udev/rules.d is read by newer versions of systemd alone, and by no other udev:
# there the folder of the machine's administrator serves. Below any other prefix nobody reads it: say what is to do.
#
# rule: the file. dir: the folder when it was chosen with STFLASH_UDEV_DIR, absolute or below the prefix.
string(REGEX REPLACE "/+$" "" prefix "${CMAKE_INSTALL_PREFIX}")
set(read TRUE)
if(dir)
  get_filename_component(dir "${dir}" ABSOLUTE BASE_DIR "${prefix}")
elseif(prefix STREQUAL "/usr" OR prefix STREQUAL "")
  set(dir ${prefix}/lib/udev/rules.d)
elseif(prefix STREQUAL "/usr/local")
  set(dir /etc/udev/rules.d)
else()
  set(dir ${prefix}/lib/udev/rules.d)
  set(read FALSE)
endif()

file(INSTALL DESTINATION "${dir}" TYPE FILE FILES "${rule}")
if(NOT read)
  message(STATUS "udev does not read ${dir}; root copies the rule: cp ${dir}/70-stflash.rules /etc/udev/rules.d/")
elseif("$ENV{DESTDIR}" STREQUAL "")
  message(STATUS "now: udevadm control --reload, and plug the probe in again")
endif()
