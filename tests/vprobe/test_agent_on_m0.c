/* SPDX-License-Identifier: MIT */
#define BENCH_V6M
#define BENCH_CORE core_m0
#include "agent_on_core.h"
