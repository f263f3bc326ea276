/* SPDX-License-Identifier: MIT */
/* The memory protection unit: which region counts, what it permits to whom, and what a violation becomes. */
#include "core_machine.h"

#define FULL_ACCESS (3u << 24)
#define XN          (1u << 28)
#define ON          1u
#define SIZE(log2)  (((log2)-1) << 1)
#define ALL_MEMORY  SIZE(32)

#define ENABLE     1u
#define HFNMIENA   2u
#define PRIVDEFENA 4u

#define DACCVIOL  (1u << 1)
#define MUNSTKERR (1u << 3)
#define MSTKERR   (1u << 4)
#define MMARVALID (1u << 7)

#define NPRIV 1u

static void region(struct machine *m, unsigned int n, uint32_t base, uint32_t rasr)
{
	m->core.mpu.regions = CORE_MPU_REGIONS;
	m->core.mpu.rbar[n] = base;
	m->core.mpu.rasr[n] = rasr | ON;
}

/* Everything for everybody, below what the test lays over it. */
static void allow_all(struct machine *m)
{
	region(m, 0, 0, FULL_ACCESS | ALL_MEMORY);
	m->core.mpu.ctrl = ENABLE;
	m->core.shcsr = ENABLE_ALL_FAULTS;
}

static void step(struct machine *m)
{
	run(m, 1);
	core_run(&m->core, 0);
}

/* A load or store of r1 at r0 = addr by the next instruction: the exception that it became, 0 for none. */
static unsigned int try_access(struct machine *m, uint32_t op, uint32_t addr)
{
	m->core.r[0] = addr;
	assemble(m, op);
	step(m);
	return current_exception(m);
}

static void no_region_is_a_violation(void **state)
{
	struct machine *m = *state;

	allow_all(m);
	m->core.mpu.rasr[0] = FULL_ACCESS | SIZE(29) | ON; /* code only */
	assert_int_equal(try_access(m, OP_LDR_R1_R0, RAM_BASE + 0x100), EXC_MEMMANAGE);
}

static void a_violation_of_data_says_where(void **state)
{
	struct machine *m = *state;

	allow_all(m);
	region(m, 1, RAM_BASE + 0x100, SIZE(5)); /* no access */
	assert_int_equal(try_access(m, OP_STR_R1_R0, RAM_BASE + 0x104), EXC_MEMMANAGE);
	assert_int_equal(m->core.cfsr, DACCVIOL | MMARVALID);
	assert_int_equal(m->core.mmfar, RAM_BASE + 0x104);
	assert_int_equal(ram_word(m, m->core.msp + 24), MAIN);
	assert_int_equal(ram_word(m, RAM_BASE + 0x104), 0);
}

static void a_violation_that_is_not_enabled_is_a_hard_fault(void **state)
{
	struct machine *m = *state;

	allow_all(m);
	m->core.shcsr = 0;
	region(m, 1, RAM_BASE + 0x100, SIZE(5));
	assert_int_equal(try_access(m, OP_LDR_R1_R0, RAM_BASE + 0x100), EXC_HARDFAULT);
	assert_int_equal(m->core.hfsr, FORCED);
	assert_int_equal(m->core.cfsr, DACCVIOL | MMARVALID);
}

static void code_that_is_execute_never_is_a_violation_without_address(void **state)
{
	struct machine *m = *state;

	allow_all(m);
	region(m, 1, RAM_BASE, FULL_ACCESS | XN | SIZE(12));
	m->core.r[0] = RAM_BASE + 1;
	assemble(m, OP_BX_R0);
	run(m, 2);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_MEMMANAGE);
	assert_int_equal(m->core.cfsr, IACCVIOL);
	assert_int_equal(ram_word(m, m->core.msp + 24), RAM_BASE);
}

static void permissions_are_those_of_the_manuals_table(void **state)
{
	/* by AP: what privileged code may, what the rest may; 1 read, 2 write (ARMv7-M ARM table B3-15) */
	static const struct {
		uint8_t privileged, unprivileged;
	} table[8] = { { 0, 0 }, { 3, 0 }, { 3, 1 }, { 3, 3 }, { 0, 0 }, { 1, 0 }, { 1, 1 }, { 1, 1 } };

	for (uint32_t n = 0; n < 4 * 8; n++) {
		const uint32_t ap = n / 4;
		const bool store = n & 1, unprivileged = n & 2;
		const uint8_t may = unprivileged ? table[ap].unprivileged : table[ap].privileged;
		struct machine *m;

		machine_teardown(state);
		machine_setup(state);
		m = *state;
		allow_all(m);
		region(m, 1, RAM_BASE + 0x100, ap << 24 | SIZE(8));
		m->core.control = unprivileged ? NPRIV : 0;
		assert_int_equal(try_access(m, store ? OP_STR_R1_R0 : OP_LDR_R1_R0, RAM_BASE + 0x180),
				 may & (store ? 2 : 1) ? 0 : EXC_MEMMANAGE);
	}
}

static void ldrt_is_unprivileged_whoever_executes_it(void **state)
{
	struct machine *m = *state;

	allow_all(m);
	region(m, 1, RAM_BASE + 0x100, 1u << 24 | SIZE(8)); /* privileged only */
	assert_int_equal(try_access(m, OP_LDR_R1_R0, RAM_BASE + 0x100), 0);
	assert_int_equal(try_access(m, 0xf8501e00, RAM_BASE + 0x100), EXC_MEMMANAGE); /* LDRT r1, [r0] */
	assert_int_equal(m->core.cfsr, DACCVIOL | MMARVALID);
}

static void the_higher_number_wins(void **state)
{
	struct machine *m = *state;

	allow_all(m);
	region(m, 2, RAM_BASE + 0x100, SIZE(8));
	region(m, 5, RAM_BASE + 0x100, FULL_ACCESS | SIZE(8));
	assert_int_equal(try_access(m, OP_LDR_R1_R0, RAM_BASE + 0x100), 0);
	m->core.mpu.rasr[5] &= ~ON;
	assert_int_equal(try_access(m, OP_LDR_R1_R0, RAM_BASE + 0x100), EXC_MEMMANAGE);
}

static void an_eighth_that_is_switched_off_is_not_of_the_region(void **state)
{
	struct machine *m = *state;

	allow_all(m);
	region(m, 1, RAM_BASE + 0x100, 0xfd00 | SIZE(8)); /* only the second eighth is left */
	assert_int_equal(try_access(m, OP_LDR_R1_R0, RAM_BASE + 0x11c), 0);
	assert_int_equal(try_access(m, OP_LDR_R1_R0, RAM_BASE + 0x140), 0);
	assert_int_equal(try_access(m, OP_LDR_R1_R0, RAM_BASE + 0x120), EXC_MEMMANAGE);
}

static void small_regions_have_no_eighths(void **state)
{
	struct machine *m = *state;

	allow_all(m);
	region(m, 1, RAM_BASE + 0x100, 0xff00 | SIZE(7));
	assert_int_equal(try_access(m, OP_LDR_R1_R0, RAM_BASE + 0x100), EXC_MEMMANAGE);
}

static void privdefena_is_for_privileged_code(void **state)
{
	struct machine *m = *state;

	m->core.mpu.regions = CORE_MPU_REGIONS;
	m->core.mpu.ctrl = ENABLE | PRIVDEFENA;
	m->core.shcsr = ENABLE_ALL_FAULTS;
	assert_int_equal(try_access(m, OP_LDR_R1_R0, RAM_BASE + 0x100), 0);
	m->core.control = NPRIV;
	core_run(&m->core, 1);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_MEMMANAGE); /* its next instruction */
	assert_true(m->core.cfsr & IACCVIOL);
}

static void faultmask_switches_it_off_unless_hfnmiena(void **state)
{
	struct machine *m = *state;

	allow_all(m);
	region(m, 1, RAM_BASE + 0x100, SIZE(8));
	m->core.faultmask = 1;
	assert_int_equal(try_access(m, OP_LDR_R1_R0, RAM_BASE + 0x100), 0);
	m->core.mpu.ctrl |= HFNMIENA;
	m->core.r[0] = RAM_BASE + 0x100;
	assemble(m, OP_LDR_R1_R0);
	step(m);
	assert_true(m->core.lockup);
}

static void a_stack_that_is_protected_faults_on_entry_and_return(void **state)
{
	struct machine *m = *state;

	allow_all(m);
	region(m, 1, RAM_BASE + 0x700, SIZE(8)); /* up to the stack's top */
	m->core.priority[EXC_MEMMANAGE] = 0;
	m->core.priority[EXC_SVCALL] = 0x80;
	assemble(m, OP_SVC);
	step(m);
	assert_int_equal(m->core.cfsr & MSTKERR, MSTKERR);
	assert_int_equal(current_exception(m), EXC_MEMMANAGE);

	machine_teardown(state);
	machine_setup(state);
	m = *state;
	allow_all(m);
	assemble(m, OP_SVC);
	step(m);
	assert_int_equal(current_exception(m), EXC_SVCALL);
	region(m, 1, RAM_BASE + 0x700, SIZE(8));
	step(m); /* BX LR */
	assert_int_equal(m->core.cfsr & MUNSTKERR, MUNSTKERR);
	assert_int_equal(current_exception(m), EXC_MEMMANAGE);
}

static void a_reset_switches_it_off(void **state)
{
	struct machine *m = *state;

	allow_all(m);
	region(m, 1, RAM_BASE + 0x100, SIZE(8));
	core_reset(&m->core);
	assert_int_equal(m->core.mpu.ctrl, 0);
	m->assembled = MAIN;
	assert_int_equal(try_access(m, OP_LDR_R1_R0, RAM_BASE + 0x100), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(no_region_is_a_violation),
		machine_test(a_violation_of_data_says_where),
		machine_test(a_violation_that_is_not_enabled_is_a_hard_fault),
		machine_test(code_that_is_execute_never_is_a_violation_without_address),
		machine_test(permissions_are_those_of_the_manuals_table),
		machine_test(ldrt_is_unprivileged_whoever_executes_it),
		machine_test(the_higher_number_wins),
		machine_test(an_eighth_that_is_switched_off_is_not_of_the_region),
		machine_test(small_regions_have_no_eighths),
		machine_test(privdefena_is_for_privileged_code),
		machine_test(faultmask_switches_it_off_unless_hfnmiena),
		machine_test(a_stack_that_is_protected_faults_on_entry_and_return),
		machine_test(a_reset_switches_it_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
