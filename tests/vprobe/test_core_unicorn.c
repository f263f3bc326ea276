/* SPDX-License-Identifier: MIT */
/*
 * The core against an oracle nobody here wrote: random instructions, random
 * sequences and IT blocks execute on our core and on Unicorn, and registers,
 * flags and memory must be the same. STFLASH_SEED chooses other random numbers,
 * STFLASH_CASES how many.
 */
#include "core_oracle.h"

static bool is_available(const struct encoding *e, const struct core_type *type)
{
	if (type->v6m)
		return strlen(e->pattern) == 16 ? !(e->flags & NOT_V6M) : e->flags & V6M;
	return type->dsp || !(e->flags & DSP);
}

static unsigned int random_encoding(struct bench *b, const struct core_type *type, unsigned int excluded_flags)
{
	unsigned int i;

	do
		i = next_random(b) % ARRAY_SIZE(encodings);
	while (!is_available(&encodings[i], type) || (encodings[i].flags & excluded_flags));
	return i;
}

static void check_that_every_encoding_ran(const struct bench *b, const struct core_type *type,
					  unsigned int excluded_flags)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(encodings); i++) {
		if (!is_available(&encodings[i], type) || (encodings[i].flags & excluded_flags))
			continue;
		if (b->counts[i] < 10)
			print_error("%s: only %u cases\n", encodings[i].name, b->counts[i]);
		assert_true(b->counts[i] >= 10);
	}
}

/* --- the tests ------------------------------------------------------------------------------------ */

static void single_instructions(const struct core_type *type)
{
	const unsigned long cases = number_from_environment("STFLASH_CASES", DEFAULT_CASES);
	struct bench *b = new_bench(type);

	for (unsigned long n = 0; n < cases; n++) {
		const unsigned int i = random_encoding(b, type, 0);
		const struct encoding *e = &encodings[i];
		struct fields f;
		uint32_t op;

		begin_case(b);
		op = make_instruction(b, e, &f);
		emit(b, e, op);
		prepare_operands(b, e, op, &f);
		b->counts[i] += run_case(b);
	}
	check_that_every_encoding_ran(b, type, 0);
	free_bench(b);
}

static void cortex_m3_single_instructions_agree_with_unicorn(void **state)
{
	(void)state;
	single_instructions(&core_m3);
}

static void cortex_m0_single_instructions_agree_with_unicorn(void **state)
{
	(void)state;
	single_instructions(&core_m0);
}

static void cortex_m7_single_instructions_agree_with_unicorn(void **state)
{
	(void)state;
	single_instructions(&core_m7);
}

static void cortex_m4_single_instructions_agree_with_unicorn(void **state)
{
	(void)state;
	single_instructions(&core_m4);
}

/* Append random instructions. What one leaves in registers would be the next one's address: none of MEM. */
static void emit_sequence(struct bench *b, unsigned int length, unsigned int excluded_flags)
{
	struct fields f;

	for (unsigned int n = 0; n < length; n++) {
		const unsigned int i = random_encoding(b, b->type, excluded_flags);

		emit(b, &encodings[i], make_instruction(b, &encodings[i], &f));
		b->counts[i]++;
	}
}

static void straight_sequences(const struct core_type *type)
{
	const unsigned long cases = number_from_environment("STFLASH_CASES", DEFAULT_CASES) / 4;
	const unsigned int excluded = MEM | BRANCH | NOT_MINIMUM | (type->v6m ? STATUS : 0);
	struct bench *b = new_bench(type);

	for (unsigned long i = 0; i < cases; i++) {
		begin_case(b);
		emit_sequence(b, SEQUENCE_LENGTH, excluded);
		b->name = "a sequence";
		assert_true(run_case(b));
	}
	check_that_every_encoding_ran(b, b->type, excluded);
	free_bench(b);
}

static void straight_sequences_agree_with_unicorn(void **state)
{
	(void)state;
	straight_sequences(&core_m4);
}

static void straight_sequences_of_a_cortex_m0_agree_with_unicorn(void **state)
{
	(void)state;
	straight_sequences(&core_m0);
}

/* IT for one to four instructions: the lowest one in the mask ends it. Condition AL allows no "else". */
static uint16_t random_it(struct bench *b, unsigned int length)
{
	const uint32_t cond = next_random(b) % 15;
	uint32_t mask = 1u << (4 - length);

	for (unsigned int i = 1; i < length; i++) {
		const uint32_t is_else = cond == 14 ? 0 : next_random(b) & 1;

		mask |= ((cond & 1) ^ is_else) << (4 - i);
	}
	return (uint16_t)(0xbf00 | cond << 4 | mask);
}

static void it_blocks_agree_with_unicorn(void **state)
{
	const unsigned long cases = number_from_environment("STFLASH_CASES", DEFAULT_CASES) / 2;
	const unsigned int excluded = MEM | BRANCH | NO_IT | NOT_MINIMUM;
	struct bench *b = new_bench(&core_m4);

	(void)state;
	for (unsigned long i = 0; i < cases; i++) {
		const unsigned int length = 1 + next_random(b) % 4;

		begin_case(b);
		put_le16(b->code + (b->end - CODE_BASE), random_it(b, length));
		b->end += 2;
		emit_sequence(b, length, excluded);
		b->name = "an IT block";
		assert_true(run_case(b));
	}
	check_that_every_encoding_ran(b, b->type, excluded);
	free_bench(b);
}

/* What memory an LDREX claimed, a STREX may write once. */
static void exclusive_pairs_agree_with_unicorn(void **state)
{
	static const struct encoding load = { "LDREX", "1110100001011000tttt111100000000", 0, NULL };
	static const struct encoding store = { "STREX", "1110100001001000vvvvdddd00000000", DISTINCT, NULL };
	struct bench *b = new_bench(&core_m4);
	struct fields f;

	(void)state;
	for (unsigned int i = 0; i < 2000; i++) {
		uint32_t op;

		begin_case(b);
		b->before[8] = RAM_MIDDLE + (next_random(b) & 0xfc);
		do
			op = make_instruction(b, &load, &f);
		while (f.used & 1u << 8);
		emit(b, &load, op);
		for (unsigned int n = next_random(b) % 3; n; n--) {
			do
				op = make_instruction(b, &store, &f);
			while (f.used & 1u << 8);
			emit(b, &store, op);
		}
		assert_true(run_case(b));
	}
	free_bench(b);
}

/* What the M4 has more is UNDEFINED on an M3. Unicorn is not needed for that. */
static void the_dsp_extension_is_undefined_on_a_cortex_m3(void **state)
{
	struct bench *b = new_bench(&core_m3);
	struct fields f;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(encodings); i++) {
		uint32_t op;

		/* MSR APSR_g is no instruction of its own */
		if (!(encodings[i].flags & DSP) || encodings[i].valid == psr_exists ||
		    strncmp(encodings[i].name, "MSR", 3) == 0)
			continue;
		begin_case(b);
		op = make_instruction(b, &encodings[i], &f);
		emit(b, &encodings[i], op);
		load_core(b);
		b->core.cfsr = 0;
		core_run(&b->core, 1);
		if (b->core.cfsr != 1u << 16)
			print_error("%s did not fault\n", b->name);
		assert_int_equal(b->core.cfsr, 1u << 16);
		b->core.active[EXC_HARDFAULT] = false;
		b->core.lockup = false;
	}
	free_bench(b);
}

/* One instruction on our core, whatever it does. */
static void run_alone(struct bench *b)
{
	load_core(b);
	b->core.cfsr = 0;
	core_run(&b->core, 1);
}

static void forget_the_fault(struct bench *b)
{
	b->core.active[EXC_HARDFAULT] = false;
	b->core.lockup = false;
}

/* ARMv6-M A5.1: all that it does not list is UNDEFINED, and that is a HardFault. */
static void what_armv6m_lacks_is_a_hard_fault_on_a_cortex_m0(void **state)
{
	struct bench *b = new_bench(&core_m0);
	struct fields f;

	(void)state;
	for (unsigned int n = 0; n < 20 * ARRAY_SIZE(encodings); n++) {
		const struct encoding *e = &encodings[n % ARRAY_SIZE(encodings)];
		uint32_t op;

		if (is_available(e, &core_m0) || strncmp(e->name, "MSR", 3) == 0)
			continue;
		begin_case(b);
		op = make_instruction(b, e, &f);
		emit(b, e, op);
		prepare_operands(b, e, op, &f);
		run_alone(b);
		if (b->core.cfsr != 1u << 16)
			print_error("%s did not fault\n", b->name);
		assert_int_equal(b->core.cfsr, 1u << 16);
		assert_true(b->core.lockup || b->core.active[EXC_HARDFAULT]);
		forget_the_fault(b);
	}
	free_bench(b);
}

/* A5.2.5 of ARMv7-M, as half-words: IT, CPS of FAULTMASK. */
static void it_and_faultmask_do_not_exist_on_a_cortex_m0(void **state)
{
	static const struct encoding half_word = { "a half-word", "0000000000000000", 0, NULL };
	static const uint16_t gone[] = { 0xbf08, 0xbf04, 0xbf1c, 0xbfe8, 0xb661, 0xb671, 0xb663, 0xb673 };
	static const uint16_t there[] = { 0xbf00, 0xbf10, 0xbf40, 0xb662, 0xb672 };
	struct bench *b = new_bench(&core_m0);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(gone) + ARRAY_SIZE(there); i++) {
		const bool is_gone = i < ARRAY_SIZE(gone);

		begin_case(b);
		emit(b, &half_word, is_gone ? gone[i] : there[i - ARRAY_SIZE(gone)]);
		run_alone(b);
		assert_int_equal(b->core.cfsr, is_gone ? 1u << 16 : 0);
		forget_the_fault(b);
	}
	free_bench(b);
}

static void an_unaligned_access_is_a_hard_fault_on_a_cortex_m0(void **state)
{
	static const struct {
		uint16_t op;
		unsigned int size;
	} accesses[] = { { 0x6808, 4 }, { 0x6008, 4 }, { 0x8808, 2 }, { 0x8008, 2 }, { 0xc904, 4 }, { 0xc104, 4 } };
	static const struct encoding half_word = { "a half-word", "0000000000000000", 0, NULL };
	struct bench *b = new_bench(&core_m0);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(accesses); i++)
		for (uint32_t off = 0; off < 4; off++) {
			const bool aligned = off % accesses[i].size == 0;

			begin_case(b);
			emit(b, &half_word, accesses[i].op);
			b->before[1] = RAM_MIDDLE + off;
			run_alone(b);
			assert_int_equal(b->core.lockup || b->core.active[EXC_HARDFAULT], !aligned);
			forget_the_fault(b);
		}
	free_bench(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cortex_m3_single_instructions_agree_with_unicorn),
		cmocka_unit_test(cortex_m0_single_instructions_agree_with_unicorn),
		cmocka_unit_test(cortex_m4_single_instructions_agree_with_unicorn),
		cmocka_unit_test(cortex_m7_single_instructions_agree_with_unicorn),
		cmocka_unit_test(straight_sequences_agree_with_unicorn),
		cmocka_unit_test(straight_sequences_of_a_cortex_m0_agree_with_unicorn),
		cmocka_unit_test(it_blocks_agree_with_unicorn),
		cmocka_unit_test(exclusive_pairs_agree_with_unicorn),
		cmocka_unit_test(the_dsp_extension_is_undefined_on_a_cortex_m3),
		cmocka_unit_test(what_armv6m_lacks_is_a_hard_fault_on_a_cortex_m0),
		cmocka_unit_test(it_and_faultmask_do_not_exist_on_a_cortex_m0),
		cmocka_unit_test(an_unaligned_access_is_a_hard_fault_on_a_cortex_m0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
