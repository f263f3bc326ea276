# SPDX-License-Identifier: MIT
# Read by cpack: what depends on the version of the moment. 0.1.0-dev.5+g123 is 0.1.0~dev.5+g123 for Debian, which
# comes before 0.1.0.
include(${CPACK_STFLASH_SOURCE}/cmake/git-version.cmake)
git_version(version ${CPACK_STFLASH_SOURCE} ${CPACK_STFLASH_BASE})
string(REPLACE - ~ version ${version})
set(CPACK_PACKAGE_VERSION ${version})
set(CPACK_DEBIAN_PACKAGE_VERSION ${version})
set(library ${CPACK_DEBIAN_LIBRARY_PACKAGE_NAME})
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "${library} (= ${version})")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${library} (= ${version}), libusb-1.0-0-dev")
