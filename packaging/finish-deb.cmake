# SPDX-License-Identifier: MIT
# Read by cpack when the packages are there. CPack calls ldconfig from maintainer scripts, as Debian did before there
# were triggers; ours have the trigger. And it knows no field Multi-Arch.
function(dpkg_deb)
  execute_process(COMMAND dpkg-deb ${ARGN} OUTPUT_QUIET RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "dpkg-deb ${ARGN} failed: ${failed}")
  endif()
endfunction()

foreach(package ${CPACK_PACKAGE_FILES})
  get_filename_component(name ${package} NAME)
  if(NOT name MATCHES "^lib")
    continue()
  endif()

  set(tree ${CPACK_TEMPORARY_DIRECTORY}/finish)
  file(REMOVE_RECURSE ${tree})
  dpkg_deb(-R ${package} ${tree})
  file(REMOVE ${tree}/DEBIAN/postinst ${tree}/DEBIAN/postrm)
  file(READ ${tree}/DEBIAN/control control)
  string(REGEX REPLACE "(Architecture: [a-z0-9]+\n)" "\\1Multi-Arch: same\n" control "${control}")
  file(WRITE ${tree}/DEBIAN/control "${control}")
  dpkg_deb(--root-owner-group -Zxz -b ${tree} ${package})
  file(REMOVE_RECURSE ${tree})
endforeach()
