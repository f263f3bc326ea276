/* SPDX-License-Identifier: MIT */
#define BENCH_CORE UC_CPU_ARM_CORTEX_M3
#include "agent_on_unicorn.h"
