/* SPDX-License-Identifier: MIT */
/* Faults of the core: their status bits, escalation, lockup, what an aborted instruction leaves alone. */
#include "core_machine.h"

#define NOWHERE 0x30000000u

/* The instruction at MAIN raised this UsageFault, taken by its own handler with PC at the instruction. */
static void expect_usage_fault(struct machine *m, uint32_t cfsr)
{
	m->core.shcsr = ENABLE_ALL_FAULTS;
	run(m, 1);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_USAGEFAULT);
	assert_int_equal(m->core.cfsr, cfsr);
	assert_int_equal(ram_word(m, m->core.msp + 24), MAIN);
}

static void an_undefined_instruction_is_a_usage_fault_at_itself(void **state)
{
	assemble(*state, OP_UDF);
	expect_usage_fault(*state, UNDEFINSTR);
}

static void the_wide_udf_is_undefined_too(void **state)
{
	assemble(*state, 0xf7f0a000);
	expect_usage_fault(*state, UNDEFINSTR);
}

static void a_coprocessor_instruction_is_nocp(void **state)
{
	assemble(*state, 0xee000000);
	expect_usage_fault(*state, NOCP);
}

static void a_floating_point_instruction_is_nocp_while_cpacr_forbids_it(void **state)
{
	assemble(*state, 0xed2d8b10); /* VPUSH {d8-d15} */
	expect_usage_fault(*state, NOCP);
	assert_int_equal(((struct machine *)*state)->core.fp_refused, 0);
}

static void an_allowed_floating_point_instruction_is_undefined_and_counted(void **state)
{
	struct machine *m = *state;

	m->core.cpacr = 0xfu << 20;
	assemble(m, 0xed2d8b10);
	expect_usage_fault(m, UNDEFINSTR);
	assert_int_equal(m->core.fp_refused, 1);
}

static void ldm_from_an_odd_address_is_unaligned(void **state)
{
	struct machine *m = *state;

	m->core.r[0] = RAM_BASE + 1;
	assemble(m, 0xc806); /* LDM r0!, {r1, r2} */
	expect_usage_fault(m, UNALIGNED);
	assert_int_equal(m->core.r[0], RAM_BASE + 1);
}

static void ldrd_from_a_half_word_address_is_unaligned(void **state)
{
	struct machine *m = *state;

	m->core.r[0] = RAM_BASE + 2;
	assemble(m, 0xe9d01200); /* LDRD r1, r2, [r0] */
	expect_usage_fault(m, UNALIGNED);
}

static void any_unaligned_word_faults_with_unalign_trp(void **state)
{
	struct machine *m = *state;

	m->core.ccr |= 1u << 3;
	m->core.r[0] = RAM_BASE + 2;
	assemble(m, OP_LDR_R1_R0);
	expect_usage_fault(m, UNALIGNED);
}

static void dividing_by_zero_gives_zero(void **state)
{
	struct machine *m = *state;

	m->core.r[0] = 7;
	assemble(m, 0xfbb0f0f1); /* UDIV r0, r0, r1 */
	run(m, 1);
	assert_int_equal(m->core.r[0], 0);
	assert_int_equal(m->core.cfsr, 0);
}

static void dividing_by_zero_faults_with_div_0_trp(void **state)
{
	struct machine *m = *state;

	m->core.ccr |= 1u << 4;
	m->core.r[0] = 7;
	assemble(m, 0xfbb0f0f1);
	expect_usage_fault(m, DIVBYZERO);
	assert_int_equal(ram_word(m, m->core.msp), 7);
}

static void a_branch_to_an_even_address_is_invstate_at_the_target(void **state)
{
	struct machine *m = *state;

	m->core.shcsr = ENABLE_ALL_FAULTS;
	m->core.r[0] = MAIN + 0x100;
	assemble(m, OP_BX_R0);
	run(m, 1);
	core_run(&m->core, 0);
	assert_int_equal(m->core.cfsr, INVSTATE);
	assert_int_equal(ram_word(m, m->core.msp + 24), MAIN + 0x100);
	assert_int_equal(ram_word(m, m->core.msp + 28) & XPSR_THUMB, 0);
}

static void expect_bus_fault(struct machine *m, uint32_t cfsr, uint32_t bfar)
{
	m->core.shcsr = ENABLE_ALL_FAULTS;
	run(m, 1);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_BUSFAULT);
	assert_int_equal(m->core.cfsr, cfsr);
	assert_int_equal(m->core.bfar, bfar);
	assert_int_equal(ram_word(m, m->core.msp + 24), MAIN);
}

static void a_load_from_nowhere_is_a_precise_bus_fault(void **state)
{
	struct machine *m = *state;

	m->core.r[0] = NOWHERE;
	m->core.r[1] = 0x11;
	assemble(m, OP_LDR_R1_R0);
	expect_bus_fault(m, PRECISERR | BFARVALID, NOWHERE);
	assert_int_equal(ram_word(m, m->core.msp + 4), 0x11);
}

static void a_store_to_nowhere_leaves_its_base_alone(void **state)
{
	struct machine *m = *state;

	m->core.r[0] = NOWHERE;
	assemble(m, 0xf8401b04); /* STR r1, [r0], #4 */
	expect_bus_fault(m, PRECISERR | BFARVALID, NOWHERE);
	assert_int_equal(ram_word(m, m->core.msp), NOWHERE);
}

static void an_ldm_that_faults_half_way_changes_no_register(void **state)
{
	struct machine *m = *state;

	m->refused_from = RAM_BASE + 8;
	m->refused_to = RAM_BASE + 12;
	m->core.r[0] = RAM_BASE;
	m->core.r[1] = 0x11;
	m->core.r[2] = 0x22;
	assemble(m, 0xc80e); /* LDM r0!, {r1-r3} */
	expect_bus_fault(m, PRECISERR | BFARVALID, RAM_BASE + 8);
	assert_int_equal(ram_word(m, m->core.msp), RAM_BASE);
	assert_int_equal(ram_word(m, m->core.msp + 4), 0x11);
	assert_int_equal(ram_word(m, m->core.msp + 8), 0x22);
}

static void a_pop_from_nowhere_leaves_sp_alone(void **state)
{
	struct machine *m = *state;

	m->refused_from = STACK_TOP;
	m->refused_to = STACK_TOP + 4;
	assemble(m, 0xbd01); /* POP {r0, pc} */
	expect_bus_fault(m, PRECISERR | BFARVALID, STACK_TOP);
	assert_int_equal(m->core.msp, STACK_TOP - 32);
}

static void unprivileged_code_may_not_touch_the_private_bus(void **state)
{
	struct machine *m = *state;

	m->core.control = 1;
	m->core.r[0] = 0xe000ed00;
	assemble(m, OP_LDR_R1_R0);
	expect_bus_fault(m, PRECISERR | BFARVALID, 0xe000ed00);
	assert_int_equal(m->accesses[0].addr, m->core.msp); /* it never got to the bus */
}

static void jump_to(struct machine *m, uint32_t target)
{
	m->core.shcsr = ENABLE_ALL_FAULTS;
	m->core.r[0] = target | 1;
	assemble(m, OP_BX_R0);
	run(m, 2);
	core_run(&m->core, 0);
	assert_int_equal(ram_word(m, m->core.msp + 24), target);
}

static void a_fetch_from_nowhere_is_ibuserr(void **state)
{
	struct machine *m = *state;

	jump_to(m, 0x10000000);
	assert_int_equal(current_exception(m), EXC_BUSFAULT);
	assert_int_equal(m->core.cfsr, IBUSERR);
}

static void a_fetch_from_the_peripheral_region_is_iaccviol(void **state)
{
	struct machine *m = *state;

	jump_to(m, 0x40000000);
	assert_int_equal(current_exception(m), EXC_MEMMANAGE);
	assert_int_equal(m->core.cfsr, IACCVIOL);
}

static void the_second_half_of_an_instruction_may_fault(void **state)
{
	struct machine *m = *state;

	put_le16(m->code + CODE_SIZE - 2, 0xf000);
	jump_to(m, CODE_SIZE - 2);
	assert_int_equal(m->core.cfsr, IBUSERR);
}

static void unaligned_words_become_aligned_accesses(void **state)
{
	static const struct access expected[] = {
		{ RAM_BASE + 1, 1 }, { RAM_BASE + 2, 2 },  { RAM_BASE + 4, 1 }, /* LDR */
		{ RAM_BASE + 6, 2 }, { RAM_BASE + 8, 2 },                       /* STR */
		{ RAM_BASE + 9, 1 }, { RAM_BASE + 10, 1 },                      /* STRH */
	};
	struct machine *m = *state;

	put_le32(m->ram, 0x33221100);
	put_le32(m->ram + 4, 0x77665544);
	m->core.r[0] = RAM_BASE + 1;
	assemble(m, OP_LDR_R1_R0);
	assemble(m, 0x3005); /* ADDS r0, #5 */
	assemble(m, OP_STR_R1_R0);
	assemble(m, 0x8079); /* STRH r1, [r7, #2] */
	m->core.r[7] = RAM_BASE + 7;
	run(m, 4);

	assert_int_equal(m->core.r[1], 0x44332211);
	assert_int_equal(get_le32(m->ram + 4), 0x22115544);
	assert_int_equal(get_le32(m->ram + 8), 0x00221133);
	assert_int_equal(m->n_accesses, ARRAY_SIZE(expected));
	assert_memory_equal(m->accesses, expected, sizeof(expected));
}

static void a_fault_without_its_enable_bit_is_a_forced_hardfault(void **state)
{
	struct machine *m = *state;

	assemble(m, OP_UDF);
	run(m, 1);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_HARDFAULT);
	assert_int_equal(m->core.hfsr, FORCED);
	assert_int_equal(m->core.cfsr, UNDEFINSTR);
	assert_int_equal(ram_word(m, m->core.msp + 24), MAIN);
}

static void a_fault_that_may_not_preempt_is_a_forced_hardfault(void **state)
{
	struct machine *m = *state;

	m->core.shcsr = ENABLE_ALL_FAULTS;
	m->core.primask = 1;
	assemble(m, OP_UDF);
	run(m, 1);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_HARDFAULT);
	assert_int_equal(m->core.hfsr, FORCED);
}

static void an_svc_that_may_not_preempt_is_a_forced_hardfault(void **state)
{
	struct machine *m = *state;

	m->core.primask = 1;
	assemble(m, OP_SVC);
	run(m, 1);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_HARDFAULT);
	assert_int_equal(m->core.hfsr, FORCED);
}

static void lock_up(struct machine *m)
{
	set_handler(m, EXC_HARDFAULT, OP_UDF);
	assemble(m, OP_UDF);
	assert_int_equal(core_run(&m->core, 100), CORE_STOP_LOCKUP);
	assert_true(m->core.lockup);
	assert_int_equal(m->core.pc, LOCKUP_ADDR);
	assert_int_equal(current_exception(m), EXC_HARDFAULT);
}

static void a_fault_in_hardfault_is_lockup(void **state)
{
	struct machine *m = *state;
	uint64_t executed;

	lock_up(m);
	executed = m->core.instructions;
	m->core.enabled[EXC_IRQ0] = true;
	core_set_pending(&m->core, EXC_IRQ0);
	assert_int_equal(core_run(&m->core, 100), CORE_STOP_LOCKUP);
	assert_int_equal(m->core.instructions, executed);
}

static void nmi_gets_the_core_out_of_lockup(void **state)
{
	struct machine *m = *state;

	lock_up(m);
	set_handler(m, EXC_NMI, OP_B_SELF);
	core_set_pending(&m->core, EXC_NMI);
	assert_int_equal(core_run(&m->core, 100), CORE_STOP_TIME);
	assert_int_equal(current_exception(m), EXC_NMI);
	assert_false(m->core.lockup);
}

static void reset_gets_the_core_out_of_lockup(void **state)
{
	struct machine *m = *state;

	lock_up(m);
	core_reset(&m->core);
	assert_false(m->core.lockup);
	assert_int_equal(m->core.pc, MAIN);
}

static void erased_flash_ends_in_lockup_in_hardfault(void **state)
{
	struct machine *m = *state;

	memset(m->code, 0xff, sizeof(m->code));
	core_reset(&m->core);
	assert_int_equal(core_run(&m->core, 100), CORE_STOP_LOCKUP);
	assert_int_equal(m->core.xpsr, XPSR_THUMB | EXC_HARDFAULT);
	assert_int_equal(m->core.pc, LOCKUP_ADDR);
	assert_int_equal(m->core.msp, 0xffffffd8); /* openocd's "msp: 0xffffffd8" of every blank part */
	assert_int_equal(m->core.cfsr, IACCVIOL | STKERR);
	assert_int_equal(m->core.hfsr, FORCED);
}

static void a_reset_without_a_vector_table_is_lockup(void **state)
{
	struct machine *m = *state;

	m->refused_to = 8;
	core_reset(&m->core);
	assert_int_equal(core_run(&m->core, 100), CORE_STOP_LOCKUP);
	assert_int_equal(m->core.hfsr, VECTTBL);
}

static void a_vector_that_cannot_be_read_is_a_hardfault(void **state)
{
	struct machine *m = *state;

	m->refused_from = 4 * EXC_SVCALL;
	m->refused_to = m->refused_from + 4;
	assemble(m, OP_SVC);
	run(m, 1);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_HARDFAULT);
	assert_int_equal(m->core.hfsr, VECTTBL);
}

static void an_even_vector_is_invstate_in_its_handler(void **state)
{
	struct machine *m = *state;

	m->core.shcsr = ENABLE_ALL_FAULTS;
	m->core.priority[EXC_SVCALL] = 0x40;
	put_le32(m->code + 4 * EXC_SVCALL, handler_of(EXC_SVCALL));
	assemble(m, OP_SVC);
	run(m, 1);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_USAGEFAULT);
	assert_int_equal(m->core.cfsr, INVSTATE);
	assert_int_equal(ram_word(m, m->core.msp + 24), handler_of(EXC_SVCALL));
	assert_int_equal(ram_word(m, m->core.msp + 28) & 0x1ff, EXC_SVCALL);
}

static void a_stack_that_cannot_be_written_makes_a_bus_fault_of_any_entry(void **state)
{
	struct machine *m = *state;

	m->core.msp = NOWHERE;
	m->core.shcsr = ENABLE_ALL_FAULTS;
	m->core.priority[EXC_SVCALL] = 0x40;
	set_handler(m, EXC_BUSFAULT, OP_B_SELF);
	assemble(m, OP_SVC);
	run(m, 1);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_BUSFAULT);
	assert_int_equal(m->core.cfsr, STKERR);
	assert_true(m->core.pending[EXC_SVCALL]);
}

static void a_stack_error_on_the_way_into_nmi_waits_for_the_nmi(void **state)
{
	struct machine *m = *state;

	m->core.msp = NOWHERE;
	core_set_pending(&m->core, EXC_NMI);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_NMI);
	assert_int_equal(m->core.cfsr, STKERR);
	assert_int_equal(m->core.hfsr, FORCED);
	assert_true(m->core.pending[EXC_HARDFAULT]);
}

static void a_stack_that_cannot_be_read_is_unstkerr(void **state)
{
	struct machine *m = *state;

	m->core.shcsr = ENABLE_ALL_FAULTS;
	assemble(m, OP_SVC);
	run(m, 1);
	m->refused_from = m->core.msp;
	m->refused_to = m->core.msp + 4;
	run(m, 1);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_BUSFAULT);
	assert_int_equal(m->core.cfsr, UNSTKERR);
	assert_int_equal(m->core.lr, 0xfffffff9);
	assert_false(m->core.active[EXC_SVCALL]);
}

static void return_with(struct machine *m, uint32_t exc_return)
{
	m->core.shcsr = ENABLE_ALL_FAULTS;
	assemble(m, OP_SVC);
	run(m, 1);
	m->core.lr = exc_return;
	run(m, 1);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_USAGEFAULT);
	assert_int_equal(m->core.cfsr, INVPC);
}

static void an_exc_return_that_does_not_exist_is_invpc(void **state)
{
	return_with(*state, 0xfffffff5);
}

static void a_return_to_a_handler_that_is_not_there_is_invpc(void **state)
{
	return_with(*state, 0xfffffff1);
}

static void a_frame_with_the_wrong_mode_is_invpc(void **state)
{
	struct machine *m = *state;

	m->core.shcsr = ENABLE_ALL_FAULTS;
	assemble(m, OP_SVC);
	run(m, 1);
	put_le32(m->ram + (m->core.msp - RAM_BASE) + 28, XPSR_THUMB | EXC_PENDSV);
	run(m, 1);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_USAGEFAULT);
	assert_int_equal(m->core.cfsr, INVPC);
}

static void smlad_sets_q_by_its_result_only(void **state)
{
	struct machine *m = *state;

	m->core.r[0] = m->core.r[1] = 0x80008000;
	m->core.r[2] = 0xffffffff;
	assemble(m, 0xfb202301); /* SMLAD r3, r0, r1, r2 */
	assemble(m, 0xfb20f301); /* SMUAD r3, r0, r1 */
	run(m, 1);
	assert_int_equal(m->core.r[3], 0x7fffffff);
	assert_int_equal(m->core.xpsr, XPSR_THUMB);
	run(m, 1);
	assert_int_equal(m->core.r[3], 0x80000000);
	assert_int_equal(m->core.xpsr, XPSR_THUMB | 1u << 27);
}

static void sp_keeps_no_bits_below_a_word(void **state)
{
	struct machine *m = *state;

	m->core.r[0] = RAM_BASE + 0x103;
	assemble(m, 0x4685); /* MOV sp, r0 */
	run(m, 1);
	assert_int_equal(m->core.msp, RAM_BASE + 0x100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(an_undefined_instruction_is_a_usage_fault_at_itself),
		machine_test(the_wide_udf_is_undefined_too),
		machine_test(a_coprocessor_instruction_is_nocp),
		machine_test(a_floating_point_instruction_is_nocp_while_cpacr_forbids_it),
		machine_test(an_allowed_floating_point_instruction_is_undefined_and_counted),
		machine_test(ldm_from_an_odd_address_is_unaligned),
		machine_test(ldrd_from_a_half_word_address_is_unaligned),
		machine_test(any_unaligned_word_faults_with_unalign_trp),
		machine_test(dividing_by_zero_gives_zero),
		machine_test(dividing_by_zero_faults_with_div_0_trp),
		machine_test(a_branch_to_an_even_address_is_invstate_at_the_target),
		machine_test(a_load_from_nowhere_is_a_precise_bus_fault),
		machine_test(a_store_to_nowhere_leaves_its_base_alone),
		machine_test(an_ldm_that_faults_half_way_changes_no_register),
		machine_test(a_pop_from_nowhere_leaves_sp_alone),
		machine_test(unprivileged_code_may_not_touch_the_private_bus),
		machine_test(a_fetch_from_nowhere_is_ibuserr),
		machine_test(a_fetch_from_the_peripheral_region_is_iaccviol),
		machine_test(the_second_half_of_an_instruction_may_fault),
		machine_test(unaligned_words_become_aligned_accesses),
		machine_test(a_fault_without_its_enable_bit_is_a_forced_hardfault),
		machine_test(a_fault_that_may_not_preempt_is_a_forced_hardfault),
		machine_test(an_svc_that_may_not_preempt_is_a_forced_hardfault),
		machine_test(a_fault_in_hardfault_is_lockup),
		machine_test(nmi_gets_the_core_out_of_lockup),
		machine_test(reset_gets_the_core_out_of_lockup),
		machine_test(erased_flash_ends_in_lockup_in_hardfault),
		machine_test(a_reset_without_a_vector_table_is_lockup),
		machine_test(a_vector_that_cannot_be_read_is_a_hardfault),
		machine_test(an_even_vector_is_invstate_in_its_handler),
		machine_test(a_stack_that_cannot_be_written_makes_a_bus_fault_of_any_entry),
		machine_test(a_stack_error_on_the_way_into_nmi_waits_for_the_nmi),
		machine_test(a_stack_that_cannot_be_read_is_unstkerr),
		machine_test(an_exc_return_that_does_not_exist_is_invpc),
		machine_test(a_return_to_a_handler_that_is_not_there_is_invpc),
		machine_test(a_frame_with_the_wrong_mode_is_invpc),
		machine_test(smlad_sets_q_by_its_result_only),
		machine_test(sp_keeps_no_bits_below_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
