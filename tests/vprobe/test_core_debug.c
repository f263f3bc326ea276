/* SPDX-License-Identifier: MIT */
/* Debug state of the core: halting, stepping, breakpoints, vector catch; and its time and windows. */
#include "core_machine.h"

#define DFSR_HALTED 1u
#define DFSR_BKPT   2u
#define DFSR_VCATCH 8u

#define VC_CORERESET (1u << 0)
#define VC_CHKERR    (1u << 6)
#define VC_STATERR   (1u << 7)
#define VC_BUSERR    (1u << 8)
#define VC_INTERR    (1u << 9)
#define VC_HARDERR   (1u << 10)
#define MON_EN       (1u << 16)

static struct core *debugged(void **state)
{
	struct core *c = &((struct machine *)*state)->core;

	c->debug_enabled = true;
	return c;
}

static void expect_halted(struct core *c, uint32_t dfsr, uint32_t pc)
{
	assert_int_equal(core_run(c, 100), CORE_STOP_HALTED);
	assert_true(c->halted);
	assert_true(c->halt_request);
	assert_int_equal(c->dfsr, dfsr);
	assert_int_equal(c->pc, pc);
}

static void bkpt_halts_at_itself(void **state)
{
	struct core *c = debugged(state);

	assemble(*state, OP_NOP);
	assemble(*state, OP_BKPT);
	expect_halted(c, DFSR_BKPT, MAIN + 2);
	assert_int_equal(core_run(c, 100), CORE_STOP_HALTED);
	assert_int_equal(c->pc, MAIN + 2);
}

static void bkpt_halts_even_where_its_it_condition_fails(void **state)
{
	struct core *c = debugged(state);

	assemble(*state, 0xbf08); /* IT EQ */
	assemble(*state, OP_BKPT);
	expect_halted(c, DFSR_BKPT, MAIN + 2);
}

static void bkpt_without_a_debugger_is_a_hardfault(void **state)
{
	struct machine *m = *state;

	assemble(m, OP_BKPT);
	run(m, 1);
	assert_int_equal(current_exception(m), EXC_HARDFAULT);
	assert_int_equal(m->core.hfsr, DEBUGEVT);
	assert_int_equal(m->core.dfsr, DFSR_BKPT);
	assert_int_equal(ram_word(m, m->core.msp + 24), MAIN);
}

static void bkpt_goes_to_the_debug_monitor_when_that_is_enabled(void **state)
{
	struct machine *m = *state;

	m->core.demcr = MON_EN;
	assemble(m, OP_BKPT);
	run(m, 1);
	assert_int_equal(current_exception(m), EXC_DEBUGMON);
	assert_int_equal(m->core.hfsr, 0);
	assert_int_equal(ram_word(m, m->core.msp + 24), MAIN);
}

static void a_halt_request_is_obeyed_before_the_next_instruction(void **state)
{
	struct core *c = debugged(state);

	core_run(c, 10);
	c->halt_request = true;
	expect_halted(c, DFSR_HALTED, c->pc);
}

static void a_halt_request_without_debugen_is_nothing(void **state)
{
	struct machine *m = *state;

	m->core.halt_request = true;
	assert_int_equal(core_run(&m->core, 10), CORE_STOP_TIME);
}

static void a_sleeping_core_halts(void **state)
{
	struct core *c = debugged(state);

	assemble(*state, OP_WFI);
	assert_int_equal(core_run(c, 10), CORE_STOP_SLEEP);
	c->halt_request = true;
	expect_halted(c, DFSR_HALTED, MAIN + 2);
	assert_false(c->sleeping);
}

static void a_locked_up_core_halts_and_leaves_lockup(void **state)
{
	struct core *c = debugged(state);

	set_handler(*state, EXC_HARDFAULT, OP_UDF);
	assemble(*state, OP_UDF);
	assert_int_equal(core_run(c, 100), CORE_STOP_LOCKUP);
	c->halt_request = true;
	expect_halted(c, DFSR_HALTED, LOCKUP_ADDR);
	assert_false(c->lockup);
}

static void resume(struct core *c)
{
	c->halted = false;
	c->halt_request = false;
	c->dfsr = 0;
}

static void step_executes_one_instruction(void **state)
{
	struct core *c = debugged(state);

	assemble(*state, OP_ADDS_R0_1);
	assemble(*state, OP_ADDS_R0_1);
	c->step = true;
	expect_halted(c, DFSR_HALTED, MAIN + 2);
	assert_int_equal(c->r[0], 1);
	assert_true(c->retired);
	resume(c);
	expect_halted(c, DFSR_HALTED, MAIN + 4);
	assert_int_equal(c->r[0], 2);
}

static void core_step_does_the_same_from_debug_state(void **state)
{
	struct core *c = debugged(state);

	assemble(*state, OP_ADDS_R0_1);
	c->halt_request = true;
	core_run(c, 0);
	assert_int_equal(core_step(c), CORE_STOP_HALTED);
	assert_int_equal(c->pc, MAIN + 2);
	assert_true(c->halted);
}

static void a_step_with_an_interrupt_pending_ends_at_its_handler(void **state)
{
	struct core *c = debugged(state);

	assemble(*state, OP_ADDS_R0_1);
	c->enabled[EXC_IRQ0] = true;
	core_set_pending(c, EXC_IRQ0);
	c->step = true;
	expect_halted(c, DFSR_HALTED, handler_of(EXC_IRQ0));
	assert_int_equal(c->r[0], 0);
}

static void a_step_with_interrupts_masked_ignores_them(void **state)
{
	struct core *c = debugged(state);

	assemble(*state, OP_ADDS_R0_1);
	c->enabled[EXC_IRQ0] = true;
	core_set_pending(c, EXC_IRQ0);
	core_set_pending(c, EXC_SYSTICK);
	c->step = true;
	c->mask_ints = true;
	expect_halted(c, DFSR_HALTED, MAIN + 2);
	assert_int_equal(c->r[0], 1);
	assert_true(c->pending[EXC_IRQ0]);
}

static void a_step_into_svc_ends_at_its_handler(void **state)
{
	struct core *c = debugged(state);

	assemble(*state, OP_SVC);
	c->step = true;
	c->mask_ints = true;
	expect_halted(c, DFSR_HALTED, handler_of(EXC_SVCALL));
}

static void a_step_over_wfi_does_not_sleep(void **state)
{
	struct core *c = debugged(state);

	assemble(*state, OP_WFI);
	c->step = true;
	expect_halted(c, DFSR_HALTED, MAIN + 2);
	assert_false(c->sleeping);
}

static void a_step_on_bkpt_stays_there(void **state)
{
	struct core *c = debugged(state);

	assemble(*state, OP_BKPT);
	c->step = true;
	expect_halted(c, DFSR_BKPT, MAIN);
}

static void a_debugger_catches_reset_before_the_first_instruction(void **state)
{
	struct core *c = debugged(state);

	c->demcr = VC_CORERESET;
	core_reset(c);
	expect_halted(c, DFSR_VCATCH, MAIN);
	assert_int_equal(c->demcr, VC_CORERESET);
}

static void reset_clears_the_halt_request_and_keeps_the_debugger(void **state)
{
	struct core *c = debugged(state);

	c->halt_request = true;
	core_run(c, 0);
	core_reset(c);
	assert_true(c->debug_enabled);
	assert_int_equal(c->dfsr, DFSR_HALTED);
	assert_int_equal(core_run(c, 10), CORE_STOP_TIME);
}

static void catch_at(void **state, uint32_t demcr, uint32_t op, unsigned int exception)
{
	struct core *c = debugged(state);

	c->demcr = demcr;
	assemble(*state, op);
	expect_halted(c, DFSR_VCATCH, handler_of(exception));
	assert_int_equal(c->xpsr & 0x1ff, exception);
}

static void vc_harderr_catches_a_hardfault(void **state)
{
	catch_at(state, VC_HARDERR, OP_UDF, EXC_HARDFAULT);
}

static void vc_staterr_catches_an_undefined_instruction(void **state)
{
	((struct machine *)*state)->core.shcsr = ENABLE_ALL_FAULTS;
	catch_at(state, VC_STATERR, OP_UDF, EXC_USAGEFAULT);
}

static void vc_chkerr_catches_a_division_by_zero(void **state)
{
	struct machine *m = *state;

	m->core.shcsr = ENABLE_ALL_FAULTS;
	m->core.ccr = 1u << 4;
	catch_at(state, VC_CHKERR, 0xfbb0f0f1, EXC_USAGEFAULT);
}

static void vc_buserr_catches_a_bus_fault(void **state)
{
	struct machine *m = *state;

	m->core.shcsr = ENABLE_ALL_FAULTS;
	m->core.r[0] = 0x30000000;
	catch_at(state, VC_BUSERR, OP_LDR_R1_R0, EXC_BUSFAULT);
}

static void vc_interr_catches_a_fault_during_entry(void **state)
{
	struct machine *m = *state;

	m->core.msp = 0x30000000;
	catch_at(state, VC_INTERR, OP_SVC, EXC_HARDFAULT);
}

static void no_vector_is_caught_without_its_bit(void **state)
{
	struct core *c = debugged(state);

	c->demcr = VC_STATERR;
	set_handler(*state, EXC_HARDFAULT, OP_B_SELF);
	assemble(*state, OP_UDF);
	assert_int_equal(core_run(c, 100), CORE_STOP_TIME);
}

static void the_debugger_sees_registers_by_regsel(void **state)
{
	struct core *c = debugged(state);

	core_set_reg(c, 13, RAM_BASE + 0x103);
	core_set_reg(c, 15, MAIN + 0x11);
	core_set_reg(c, 18, PROCESS_STACK);
	core_set_reg(c, 20, 0x02014001);
	assert_int_equal(c->msp, RAM_BASE + 0x100);
	assert_int_equal(core_get_reg(c, 15), MAIN + 0x10);
	assert_int_equal(core_get_reg(c, 13), PROCESS_STACK);
	assert_int_equal(core_get_reg(c, 20), 0x02014001);
	assert_int_equal(c->faultmask, 1);
	assert_int_equal(c->basepri, 0x40);
	assert_int_equal(c->primask, 1);
	core_set_reg(c, 16, XPSR_THUMB | 0xf0000000);
	assert_int_equal(core_get_reg(c, 16), XPSR_THUMB | 0xf0000000);
}

/* --- time ------------------------------------------------------------------------ */

static uint64_t cycles_of(struct machine *m, unsigned int instructions)
{
	const uint64_t before = m->core.cycles;

	run(m, instructions);
	return m->core.cycles - before;
}

static void three_plain_instructions_take_four_cycles(void **state)
{
	assert_int_equal(cycles_of(*state, 300), 400);
}

static void a_load_takes_two_cycles(void **state)
{
	struct machine *m = *state;

	for (unsigned int i = 0; i < 30; i++)
		assemble(m, 0x9900); /* LDR r1, [sp] */
	assert_int_equal(cycles_of(m, 30), 60);
}

static void a_taken_branch_takes_three_cycles(void **state)
{
	struct machine *m = *state;

	assemble(m, OP_B_SELF);
	assert_int_equal(cycles_of(m, 30), 90);
}

static void a_multiple_load_takes_a_cycle_more_for_each_register(void **state)
{
	struct machine *m = *state;

	for (unsigned int i = 0; i < 3; i++)
		assemble(m, 0xbc0f); /* POP {r0-r3} */
	assert_int_equal(cycles_of(m, 3), 3 * 5);
}

static void wait_states_are_paid_for_each_word_of_code(void **state)
{
	struct machine *m = *state;

	m->wait_cycles = 2;
	core_flush_fetch(&m->core);
	assert_int_equal(cycles_of(m, 300), 400 + 150 * 2);
}

static void core_run_uses_up_its_budget(void **state)
{
	struct machine *m = *state;

	assemble(m, OP_B_SELF);
	assert_int_equal(core_run(&m->core, 1000), CORE_STOP_TIME);
	assert_in_range(m->core.cycles, 1000, 1003);
}

/* --- requests from the bus, and the windows ------------------------------------------ */

static enum core_bus_result breaking_write(void *user, uint32_t addr, unsigned int size, uint32_t value,
					   uint64_t *cycles)
{
	struct machine *m = user;

	(void)addr;
	(void)size;
	(void)cycles;
	if (value)
		m->core.reset_request = true;
	else
		core_break_off(&m->core);
	return CORE_BUS_OK;
}

static void break_off_ends_the_run_after_the_instruction(void **state)
{
	struct machine *m = *state;

	m->core.bus.write = breaking_write;
	m->core.r[0] = RAM_BASE;
	assemble(m, OP_STR_R1_R0);
	assert_int_equal(core_run(&m->core, 100), CORE_STOP_EVENT);
	assert_int_equal(m->core.pc, MAIN + 2);
	assert_int_equal(core_run(&m->core, 100), CORE_STOP_TIME);
}

static void a_requested_reset_ends_the_run(void **state)
{
	struct machine *m = *state;

	m->core.bus.write = breaking_write;
	m->core.r[0] = RAM_BASE;
	m->core.r[1] = 1;
	assemble(m, OP_STR_R1_R0);
	assert_int_equal(core_run(&m->core, 100), CORE_STOP_RESET);
}

static void code_outside_of_the_window_executes_too(void **state)
{
	struct machine *m = *state;

	put_le16(m->ram, OP_ADDS_R0_1);
	put_le32(m->ram + 2, 0x0001f100); /* ADD r0, r0, #1 */
	m->core.r[0] = 0;
	m->core.pc = RAM_BASE;
	run(m, 2);
	assert_int_equal(m->core.r[0], 2);
	assert_int_equal(m->core.pc, RAM_BASE + 6);
}

static uint8_t *ram_window(void *user, uint32_t addr, uint32_t *base, uint32_t *len)
{
	struct machine *m = user;

	if (addr < RAM_BASE || addr - RAM_BASE >= RAM_SIZE)
		return NULL;
	*base = RAM_BASE;
	*len = RAM_SIZE;
	return m->ram;
}

static void the_ram_window_spares_the_bus(void **state)
{
	struct machine *m = *state;

	m->core.bus.ram = ram_window;
	m->core.r[0] = RAM_BASE + 0x10;
	m->core.r[1] = 0x12345678;
	for (unsigned int i = 0; i < 5; i++)
		assemble(m, OP_STR_R1_R0);
	run(m, 5);
	assert_int_equal(get_le32(m->ram + 0x10), 0x12345678);
	assert_int_equal(m->n_accesses, 1); /* the one that found the window */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(bkpt_halts_at_itself),
		machine_test(bkpt_halts_even_where_its_it_condition_fails),
		machine_test(bkpt_without_a_debugger_is_a_hardfault),
		machine_test(bkpt_goes_to_the_debug_monitor_when_that_is_enabled),
		machine_test(a_halt_request_is_obeyed_before_the_next_instruction),
		machine_test(a_halt_request_without_debugen_is_nothing),
		machine_test(a_sleeping_core_halts),
		machine_test(a_locked_up_core_halts_and_leaves_lockup),
		machine_test(step_executes_one_instruction),
		machine_test(core_step_does_the_same_from_debug_state),
		machine_test(a_step_with_an_interrupt_pending_ends_at_its_handler),
		machine_test(a_step_with_interrupts_masked_ignores_them),
		machine_test(a_step_into_svc_ends_at_its_handler),
		machine_test(a_step_over_wfi_does_not_sleep),
		machine_test(a_step_on_bkpt_stays_there),
		machine_test(a_debugger_catches_reset_before_the_first_instruction),
		machine_test(reset_clears_the_halt_request_and_keeps_the_debugger),
		machine_test(vc_harderr_catches_a_hardfault),
		machine_test(vc_staterr_catches_an_undefined_instruction),
		machine_test(vc_chkerr_catches_a_division_by_zero),
		machine_test(vc_buserr_catches_a_bus_fault),
		machine_test(vc_interr_catches_a_fault_during_entry),
		machine_test(no_vector_is_caught_without_its_bit),
		machine_test(the_debugger_sees_registers_by_regsel),
		machine_test(three_plain_instructions_take_four_cycles),
		machine_test(a_load_takes_two_cycles),
		machine_test(a_taken_branch_takes_three_cycles),
		machine_test(a_multiple_load_takes_a_cycle_more_for_each_register),
		machine_test(wait_states_are_paid_for_each_word_of_code),
		machine_test(core_run_uses_up_its_budget),
		machine_test(break_off_ends_the_run_after_the_instruction),
		machine_test(a_requested_reset_ends_the_run),
		machine_test(code_outside_of_the_window_executes_too),
		machine_test(the_ram_window_spares_the_bus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
