# SPDX-License-Identifier: MIT
# Where things go: GNU directories below the prefix, nothing outside of it, in three components that
# become three Debian packages.
include(CMakePackageConfigHelpers)

set(STFLASH_UDEV_DIR "" CACHE STRING "where the udev rule goes; empty: install-rule.cmake decides by the prefix")
set(STFLASH_BASH_DIR ${CMAKE_INSTALL_DATADIR}/bash-completion/completions CACHE STRING "completions of bash")
set(STFLASH_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING "completions of zsh")
set(STFLASH_FISH_DIR ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d CACHE STRING "completions of fish")
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/stflash)

install(TARGETS stflash_shared EXPORT stflashTargets
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT library
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT development
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(TARGETS stflash_archive EXPORT stflashStaticTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(FILES include/stflash.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)

# A program that uses the library finds it here: pkg-config, and find_package(stflash).
file(RELATIVE_PATH prefix_from_pc /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" prefix_from_pc ${prefix_from_pc})
if(STFLASH_LIBUSB)
  set(requires_private libusb-1.0)
endif()
configure_file(cmake/stflash.pc.in stflash.pc @ONLY)
configure_package_config_file(cmake/stflashConfig.cmake.in stflashConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(stflashConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/stflash.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
  COMPONENT development)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/stflashConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/stflashConfigVersion.cmake
  DESTINATION ${package_dir} COMPONENT development)
foreach(targets stflashTargets stflashStaticTargets)
  install(EXPORT ${targets} NAMESPACE stflash:: DESTINATION ${package_dir} COMPONENT development)
endforeach()

if(STFLASH_CLI)
  install(TARGETS stflash DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
endif()
if(STFLASH_VIRTUAL)
  install(TARGETS stflash-vprobe DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
endif()
# The prefix is known when it is installed: --prefix.
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  install(CODE "set(rule ${CMAKE_CURRENT_SOURCE_DIR}/probes/udev/70-stflash.rules)
set(dir \"${STFLASH_UDEV_DIR}\")
include(${CMAKE_CURRENT_SOURCE_DIR}/cmake/install-rule.cmake)" COMPONENT program)
endif()

# What the program says about itself becomes its manual page and its completions. It has to run for that.
set(help_dir ${CMAKE_CURRENT_BINARY_DIR}/help)
if(STFLASH_CLI AND UNIX AND (NOT CMAKE_CROSSCOMPILING OR CMAKE_CROSSCOMPILING_EMULATOR))
  set(help_files ${help_dir}/stflash.1 ${help_dir}/stflash-vprobe.1 ${help_dir}/libstflash.3
    ${help_dir}/stflash.bash ${help_dir}/_stflash ${help_dir}/stflash.fish)
  set(help_sources packaging/from-help.sh packaging/records.awk packaging/man.awk docs/man/stflash.1.in
    docs/man/stflash-vprobe.1 docs/man/libstflash.3)
  list(TRANSFORM help_sources PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  add_custom_command(OUTPUT ${help_files} DEPENDS stflash ${help_sources} VERBATIM
    COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/packaging/from-help.sh $<TARGET_FILE:stflash>
    ${CMAKE_CURRENT_SOURCE_DIR}/docs/man/stflash.1.in ${help_dir})
  add_custom_target(help_files ALL DEPENDS ${help_files})
  install(FILES ${help_dir}/stflash.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
  install(FILES ${help_dir}/stflash.bash DESTINATION ${STFLASH_BASH_DIR} RENAME stflash COMPONENT program)
  install(FILES ${help_dir}/_stflash DESTINATION ${STFLASH_ZSH_DIR} COMPONENT program)
  install(FILES ${help_dir}/stflash.fish DESTINATION ${STFLASH_FISH_DIR} COMPONENT program)
else()
  set(VERSION ${PROJECT_VERSION})
  set(DATE "")
  configure_file(docs/man/stflash-vprobe.1 ${help_dir}/stflash-vprobe.1 @ONLY)
  configure_file(docs/man/libstflash.3 ${help_dir}/libstflash.3 @ONLY)
endif()
if(STFLASH_VIRTUAL)
  install(FILES ${help_dir}/stflash-vprobe.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
endif()
install(FILES ${help_dir}/libstflash.3 DESTINATION ${CMAKE_INSTALL_MANDIR}/man3 COMPONENT development)
install(FILES README.md CONTRIBUTING.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/stflash COMPONENT program)
# The pages and nothing else that may lie there: a pattern would take folders too, as one that Python makes.
file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/docs/*.md)
install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/stflash/docs COMPONENT program)
install(FILES docs/library.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libstflash-dev COMPONENT development)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libstflash-dev COMPONENT development)
