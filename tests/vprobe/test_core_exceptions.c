/* SPDX-License-Identifier: MIT */
/* Exceptions of the core: entry, return, priorities, masks, sleep. */
#include "core_machine.h"

static void reset_loads_sp_and_pc_from_the_vector_table(void **state)
{
	struct machine *m = *state;

	assert_int_equal(core_get_reg(&m->core, 13), STACK_TOP);
	assert_int_equal(m->core.pc, MAIN);
	assert_int_equal(m->core.xpsr, XPSR_THUMB);
	assert_int_equal(m->core.lr, 0xffffffff);
}

static void svc_stacks_a_frame_and_its_return_takes_it_off(void **state)
{
	struct machine *m = *state;
	struct core *c = &m->core;

	for (unsigned int i = 0; i < 13; i++)
		c->r[i] = 0x100 + i;
	c->lr = 0x1234;
	c->xpsr |= 1u << 29;
	assemble(m, OP_SVC);
	run(m, 1);

	assert_int_equal(current_exception(m), EXC_SVCALL);
	assert_int_equal(c->pc, handler_of(EXC_SVCALL));
	assert_int_equal(c->lr, 0xfffffff9);
	assert_int_equal(c->msp, STACK_TOP - 32);
	assert_int_equal(ram_word(m, c->msp), 0x100);
	assert_int_equal(ram_word(m, c->msp + 12), 0x103);
	assert_int_equal(ram_word(m, c->msp + 16), 0x10c);
	assert_int_equal(ram_word(m, c->msp + 20), 0x1234);
	assert_int_equal(ram_word(m, c->msp + 24), MAIN + 2);
	assert_int_equal(ram_word(m, c->msp + 28), XPSR_THUMB | 1u << 29);

	c->r[0] = 0;
	run(m, 1);
	assert_int_equal(current_exception(m), 0);
	assert_int_equal(c->pc, MAIN + 2);
	assert_int_equal(c->r[0], 0x100);
	assert_int_equal(c->lr, 0x1234);
	assert_int_equal(c->msp, STACK_TOP);
	assert_int_equal(c->xpsr, XPSR_THUMB | 1u << 29);
}

static void thread_mode_on_the_process_stack_comes_back_to_it(void **state)
{
	struct machine *m = *state;
	struct core *c = &m->core;

	c->psp = PROCESS_STACK;
	c->control = 2;
	assemble(m, OP_SVC);
	run(m, 1);
	assert_int_equal(c->lr, 0xfffffffd);
	assert_int_equal(c->psp, PROCESS_STACK - 32);
	assert_int_equal(core_get_reg(c, 13), STACK_TOP);
	assert_int_equal(c->control, 0);

	run(m, 1);
	assert_int_equal(core_get_reg(c, 13), PROCESS_STACK);
	assert_int_equal(c->control, 2);
}

static void the_frame_is_aligned_to_8_where_ccr_says_so(void **state)
{
	struct machine *m = *state;
	struct core *c = &m->core;

	c->msp = STACK_TOP - 4;
	assemble(m, OP_SVC);
	run(m, 1);
	assert_int_equal(c->msp, STACK_TOP - 40);
	assert_int_equal(ram_word(m, c->msp + 28) & 1u << 9, 1u << 9);
	run(m, 1);
	assert_int_equal(c->msp, STACK_TOP - 4);
}

static void the_frame_keeps_its_alignment_without_stkalign(void **state)
{
	struct machine *m = *state;
	struct core *c = &m->core;

	c->ccr = 0;
	c->msp = STACK_TOP - 4;
	assemble(m, OP_SVC);
	run(m, 1);
	assert_int_equal(c->msp, STACK_TOP - 36);
}

static void raise_irq(struct machine *m, unsigned int irq, uint8_t priority)
{
	m->core.enabled[EXC_IRQ0 + irq] = true;
	m->core.priority[EXC_IRQ0 + irq] = priority;
	core_set_pending(&m->core, EXC_IRQ0 + irq);
}

static void an_enabled_interrupt_is_taken_before_the_next_instruction(void **state)
{
	struct machine *m = *state;

	assemble(m, OP_MOVS_R0_1);
	raise_irq(m, 5, 0x40);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_IRQ0 + 5);
	assert_true(m->core.active[EXC_IRQ0 + 5]);
	assert_false(m->core.pending[EXC_IRQ0 + 5]);
	assert_int_equal(m->core.r[0], 0);
}

static void a_disabled_interrupt_stays_pending(void **state)
{
	struct machine *m = *state;

	core_set_pending(&m->core, EXC_IRQ0);
	run(m, 3);
	assert_int_equal(current_exception(m), 0);
	assert_true(m->core.pending[EXC_IRQ0]);
}

static void the_lowest_priority_value_then_the_lowest_number_goes_first(void **state)
{
	struct machine *m = *state;

	raise_irq(m, 1, 0x40);
	raise_irq(m, 3, 0x30);
	raise_irq(m, 2, 0x30);
	assert_int_equal(core_highest_pending(&m->core), EXC_IRQ0 + 2);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_IRQ0 + 2);
}

static void only_a_higher_priority_preempts_a_handler(void **state)
{
	struct machine *m = *state;

	set_handler(m, EXC_IRQ0, OP_B_SELF);
	raise_irq(m, 0, 0x40);
	core_run(&m->core, 0);
	raise_irq(m, 1, 0x40);
	run(m, 2);
	assert_int_equal(current_exception(m), EXC_IRQ0);
	raise_irq(m, 2, 0x30);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_IRQ0 + 2);
	assert_int_equal(m->core.lr, 0xfffffff1);
	run(m, 1);
	assert_int_equal(current_exception(m), EXC_IRQ0);
}

static void prigroup_keeps_a_subpriority_from_preempting(void **state)
{
	struct machine *m = *state;

	m->core.aircr_prigroup = 5; /* bits 7:6 are the group */
	set_handler(m, EXC_IRQ0, OP_B_SELF);
	raise_irq(m, 0, 0x70);
	core_run(&m->core, 0);
	raise_irq(m, 1, 0x40);
	run(m, 2);
	assert_int_equal(current_exception(m), EXC_IRQ0);
	raise_irq(m, 2, 0x30);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_IRQ0 + 2);
}

static void masks_raise_the_execution_priority(void **state)
{
	struct core *c = &((struct machine *)*state)->core;

	assert_int_equal(core_execution_priority(c), 256);
	c->basepri = 0x50;
	assert_int_equal(core_execution_priority(c), 0x50);
	c->primask = 1;
	assert_int_equal(core_execution_priority(c), 0);
	c->faultmask = 1;
	assert_int_equal(core_execution_priority(c), -1);
	c->active[EXC_NMI] = true;
	assert_int_equal(core_execution_priority(c), -2);
}

static void cpsie_lets_a_pending_interrupt_in(void **state)
{
	struct machine *m = *state;

	assemble(m, 0xb672); /* CPSID i */
	assemble(m, OP_NOP);
	assemble(m, 0xb662); /* CPSIE i */
	run(m, 1);
	raise_irq(m, 0, 0x40);
	run(m, 1);
	assert_int_equal(m->core.pc, MAIN + 4);
	run(m, 1);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_IRQ0);
}

static void basepri_holds_back_what_is_not_above_it(void **state)
{
	struct machine *m = *state;

	m->core.r[0] = 0x4f;
	assemble(m, 0xf3808811); /* MSR BASEPRI, r0 */
	run(m, 1);
	assert_int_equal(m->core.basepri, 0x40);
	raise_irq(m, 0, 0x40);
	run(m, 1);
	assert_int_equal(current_exception(m), 0);
	raise_irq(m, 1, 0x30);
	core_run(&m->core, 0);
	assert_int_equal(current_exception(m), EXC_IRQ0 + 1);
}

static void basepri_max_only_raises(void **state)
{
	struct machine *m = *state;

	m->core.basepri = 0x40;
	m->core.r[0] = 0x50;
	m->core.r[1] = 0x30;
	assemble(m, 0xf3808812); /* MSR BASEPRI_MAX, r0 */
	assemble(m, 0xf3818812);
	run(m, 1);
	assert_int_equal(m->core.basepri, 0x40);
	run(m, 1);
	assert_int_equal(m->core.basepri, 0x30);
}

static void the_return_from_an_exception_clears_faultmask_but_not_from_nmi(void **state)
{
	struct machine *m = *state;

	core_set_pending(&m->core, EXC_NMI);
	core_run(&m->core, 0);
	m->core.faultmask = 1;
	run(m, 1);
	assert_int_equal(m->core.faultmask, 1);

	m->core.faultmask = 0;
	core_set_pending(&m->core, EXC_PENDSV);
	core_run(&m->core, 0);
	m->core.faultmask = 1;
	run(m, 1);
	assert_int_equal(m->core.faultmask, 0);
}

static void an_interrupt_within_an_it_block_goes_on_where_it_was(void **state)
{
	struct machine *m = *state;

	assemble(m, 0xbf0a); /* ITET EQ */
	assemble(m, OP_ADDS_R0_1);
	assemble(m, OP_ADDS_R0_1);
	assemble(m, OP_ADDS_R0_1);
	m->core.xpsr |= 1u << 30;
	run(m, 2);
	raise_irq(m, 0, 0x40);
	core_run(&m->core, 0);
	assert_int_equal(m->core.xpsr & 0x0600fc00, 0);
	run(m, 3);
	assert_int_equal(m->core.pc, MAIN + 8);
	assert_int_equal(m->core.r[0], 2);
	assert_int_equal(m->core.xpsr, XPSR_THUMB | 1u << 30);
}

static void an_exception_loses_the_exclusive_claim(void **state)
{
	struct machine *m = *state;

	m->core.r[0] = RAM_BASE;
	m->core.r[1] = 0x55;
	assemble(m, 0xe8502f00); /* LDREX r2, [r0] */
	assemble(m, OP_SVC);
	assemble(m, 0xe8401300); /* STREX r3, r1, [r0] */
	run(m, 4);
	assert_int_equal(m->core.r[3], 1);
	assert_int_equal(ram_word(m, RAM_BASE), 0);
}

static void unprivileged_code_cannot_change_masks_or_control(void **state)
{
	struct machine *m = *state;

	m->core.control = 1;
	m->core.r[0] = 0;
	assemble(m, 0xb672);     /* CPSID i */
	assemble(m, 0xf3808814); /* MSR CONTROL, r0 */
	assemble(m, 0xf3ef8108); /* MRS r1, MSP */
	run(m, 3);
	assert_int_equal(m->core.primask, 0);
	assert_int_equal(m->core.control, 1);
	assert_int_equal(m->core.r[1], 0);
}

static void wfi_sleeps_until_an_interrupt_even_a_masked_one(void **state)
{
	struct machine *m = *state;

	m->core.primask = 1;
	assemble(m, OP_WFI);
	assemble(m, OP_MOVS_R0_1);
	assert_int_equal(core_run(&m->core, 100), CORE_STOP_SLEEP);
	assert_true(m->core.sleeping);
	assert_int_equal(m->core.pc, MAIN + 2);
	assert_int_equal(core_run(&m->core, 100), CORE_STOP_SLEEP);

	raise_irq(m, 0, 0x40);
	assert_int_equal(core_run(&m->core, 1), CORE_STOP_TIME);
	assert_false(m->core.sleeping);
	assert_int_equal(m->core.r[0], 1);
	assert_int_equal(current_exception(m), 0);
}

static void wfe_consumes_an_event_or_sleeps(void **state)
{
	struct machine *m = *state;

	assemble(m, OP_SEV);
	assemble(m, OP_WFE);
	assemble(m, OP_WFE);
	assert_int_equal(core_run(&m->core, 100), CORE_STOP_SLEEP);
	assert_int_equal(m->core.pc, MAIN + 6);
	m->core.event = true;
	assert_int_equal(core_run(&m->core, 1), CORE_STOP_TIME);
	assert_false(m->core.event);
}

static void wfi_does_not_care_for_events(void **state)
{
	struct machine *m = *state;

	assemble(m, OP_SEV);
	assemble(m, OP_WFI);
	assert_int_equal(core_run(&m->core, 100), CORE_STOP_SLEEP);
}

static void sevonpend_wakes_wfe_by_a_disabled_interrupt(void **state)
{
	struct machine *m = *state;

	m->core.scr = 1u << 4;
	assemble(m, OP_WFE);
	assert_int_equal(core_run(&m->core, 100), CORE_STOP_SLEEP);
	core_set_pending(&m->core, EXC_IRQ0 + 7);
	assert_int_equal(core_run(&m->core, 1), CORE_STOP_TIME);
}

static void sleeponexit_sleeps_after_the_last_handler(void **state)
{
	struct machine *m = *state;

	m->core.scr = 1u << 1;
	assemble(m, OP_SVC);
	assert_int_equal(core_run(&m->core, 100), CORE_STOP_SLEEP);
	assert_int_equal(m->core.pc, MAIN + 2);
	assert_int_equal(current_exception(m), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(reset_loads_sp_and_pc_from_the_vector_table),
		machine_test(svc_stacks_a_frame_and_its_return_takes_it_off),
		machine_test(thread_mode_on_the_process_stack_comes_back_to_it),
		machine_test(the_frame_is_aligned_to_8_where_ccr_says_so),
		machine_test(the_frame_keeps_its_alignment_without_stkalign),
		machine_test(an_enabled_interrupt_is_taken_before_the_next_instruction),
		machine_test(a_disabled_interrupt_stays_pending),
		machine_test(the_lowest_priority_value_then_the_lowest_number_goes_first),
		machine_test(only_a_higher_priority_preempts_a_handler),
		machine_test(prigroup_keeps_a_subpriority_from_preempting),
		machine_test(masks_raise_the_execution_priority),
		machine_test(cpsie_lets_a_pending_interrupt_in),
		machine_test(basepri_holds_back_what_is_not_above_it),
		machine_test(basepri_max_only_raises),
		machine_test(the_return_from_an_exception_clears_faultmask_but_not_from_nmi),
		machine_test(an_interrupt_within_an_it_block_goes_on_where_it_was),
		machine_test(an_exception_loses_the_exclusive_claim),
		machine_test(unprivileged_code_cannot_change_masks_or_control),
		machine_test(wfi_sleeps_until_an_interrupt_even_a_masked_one),
		machine_test(wfe_consumes_an_event_or_sleeps),
		machine_test(wfi_does_not_care_for_events),
		machine_test(sevonpend_wakes_wfe_by_a_disabled_interrupt),
		machine_test(sleeponexit_sleeps_after_the_last_handler),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
