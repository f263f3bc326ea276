# SPDX-License-Identifier: MIT
# STFLASH_SYSTEM_DEFINITIONS: what makes the headers of this system declare POSIX 2008 and the few calls beyond it that
# every such system has (flock, SO_NOSIGPIPE, TIOCGWINSZ). glibc, musl and MinGW declare those with POSIX alone. FreeBSD,
# OpenBSD and DragonFly declare all if nothing is asked for; macOS and NetBSD want a name of their own beside it.
set(STFLASH_SYSTEM_DEFINITIONS _POSIX_C_SOURCE=200809L)
if(APPLE)
  list(APPEND STFLASH_SYSTEM_DEFINITIONS _DARWIN_C_SOURCE)
elseif(CMAKE_SYSTEM_NAME STREQUAL "NetBSD")
  list(APPEND STFLASH_SYSTEM_DEFINITIONS _NETBSD_SOURCE)
elseif(CMAKE_SYSTEM_NAME MATCHES "FreeBSD|OpenBSD|DragonFly")
  set(STFLASH_SYSTEM_DEFINITIONS)
endif()
