# SPDX-License-Identifier: MIT
# Debian packages: "cpack -G DEB" in a build of the preset "package", which ./dev package does.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME stflash)
set(CPACK_PACKAGE_VENDOR stflash)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "read and write the flash of STM32 microcontrollers through an ST-LINK")
set(CPACK_COMPONENTS_ALL program library development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
  WORLD_READ WORLD_EXECUTE)
set(STFLASH_MAINTAINER "stflash authors <stflash@users.noreply.github.com>" CACHE STRING "who made the packages")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${STFLASH_MAINTAINER})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION electronics)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(about "Speaks the USB protocol of the ST-LINK/V2, V2-1 and V3 itself: no OpenOCD, no
vendor tool, no configuration files. A dump is proven by a hash that the chip
computes of its own flash, and so is a write.")

# The version and the dependencies on it are those of the moment of packing.
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/cpack.cmake)
set(CPACK_STFLASH_SOURCE ${PROJECT_SOURCE_DIR})
set(CPACK_STFLASH_BASE ${PROJECT_VERSION})

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME stflash)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/src)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "${about}
.
This package has the program, a simulated probe with simulated chips, and the
udev rule that lets ordinary users open a probe.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libstflash${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/triggers)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_POST_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/finish-deb.cmake)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "${about}
.
This package has the shared library.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libstflash-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "${about}
.
This package has what programs need to be built with the library: the header,
the archive, the files for pkg-config and CMake, and examples.")

# What every Debian package has to say about itself.
if(STFLASH_DEBIAN_DOCS)
  foreach(component program library development)
    string(TOUPPER ${component} upper)
    set(package ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
    install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} RENAME copyright
      COMPONENT ${component})
    install(CODE "set(package ${package})\nset(maintainer \"${STFLASH_MAINTAINER}\")
      set(source ${PROJECT_SOURCE_DIR})\nset(base ${PROJECT_VERSION})\nset(docs ${CMAKE_INSTALL_DATADIR}/doc/${package})\nset(man ${CMAKE_INSTALL_MANDIR})
      include(${CMAKE_CURRENT_LIST_DIR}/documents.cmake)" COMPONENT ${component})
  endforeach()
endif()

include(CPack)
