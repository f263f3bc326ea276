# SPDX-License-Identifier: MIT
# Warnings are errors, with gcc and clang alike.
add_library(stflash_warnings INTERFACE)
set(flags
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
  -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings
  -Wundef -Wformat=2 -Wvla -Wnull-dereference -Wimplicit-fallthrough)
target_compile_options(stflash_warnings INTERFACE "$<$<COMPILE_LANGUAGE:C>:${flags}>")
