/* SPDX-License-Identifier: MIT */
#define BENCH_V6M
#define BENCH_CORE UC_CPU_ARM_CORTEX_M0
#include "agent_on_unicorn.h"
