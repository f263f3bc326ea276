/* SPDX-License-Identifier: MIT */
/*
 * The core against an oracle nobody here wrote: random instructions, random
 * sequences and IT blocks execute on our core and on Unicorn, and registers,
 * flags and memory must be the same. STFLASH_SEED chooses other random numbers,
 * STFLASH_CASES how many.
 */
#include "core_oracle.h"

static bool is_available(const struct encoding *e, bool m4)
{
	return m4 || !(e->flags & DSP);
}

static unsigned int random_encoding(struct bench *b, bool m4, unsigned int excluded_flags)
{
	unsigned int i;

	do
		i = next_random(b) % ARRAY_SIZE(encodings);
	while (!is_available(&encodings[i], m4) || (encodings[i].flags & excluded_flags));
	return i;
}

static void check_that_every_encoding_ran(const struct bench *b, bool m4, unsigned int excluded_flags)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(encodings); i++) {
		if (!is_available(&encodings[i], m4) || (encodings[i].flags & excluded_flags))
			continue;
		if (b->counts[i] < 10)
			print_error("%s: only %u cases\n", encodings[i].name, b->counts[i]);
		assert_true(b->counts[i] >= 10);
	}
}

/* --- the tests ------------------------------------------------------------------------------------ */

static void single_instructions(bool m4)
{
	const unsigned long cases = number_from_environment("STFLASH_CASES", DEFAULT_CASES);
	struct bench *b = new_bench(m4);

	for (unsigned long n = 0; n < cases; n++) {
		const unsigned int i = random_encoding(b, m4, 0);
		const struct encoding *e = &encodings[i];
		struct fields f;
		uint32_t op;

		begin_case(b);
		op = make_instruction(b, e, &f);
		emit(b, e, op);
		prepare_operands(b, e, op, &f);
		b->counts[i] += run_case(b);
	}
	check_that_every_encoding_ran(b, m4, 0);
	free_bench(b);
}

static void cortex_m3_single_instructions_agree_with_unicorn(void **state)
{
	(void)state;
	single_instructions(false);
}

static void cortex_m4_single_instructions_agree_with_unicorn(void **state)
{
	(void)state;
	single_instructions(true);
}

/* Append random instructions. What one leaves in registers would be the next one's address: none of MEM. */
static void emit_sequence(struct bench *b, unsigned int length, unsigned int excluded_flags)
{
	struct fields f;

	for (unsigned int n = 0; n < length; n++) {
		const unsigned int i = random_encoding(b, true, excluded_flags);

		emit(b, &encodings[i], make_instruction(b, &encodings[i], &f));
		b->counts[i]++;
	}
}

static void straight_sequences_agree_with_unicorn(void **state)
{
	const unsigned long cases = number_from_environment("STFLASH_CASES", DEFAULT_CASES) / 4;
	const unsigned int excluded = MEM | BRANCH | NOT_MINIMUM;
	struct bench *b = new_bench(true);

	(void)state;
	for (unsigned long i = 0; i < cases; i++) {
		begin_case(b);
		emit_sequence(b, SEQUENCE_LENGTH, excluded);
		b->name = "a sequence";
		assert_true(run_case(b));
	}
	check_that_every_encoding_ran(b, true, excluded);
	free_bench(b);
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
	struct bench *b = new_bench(true);

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
	check_that_every_encoding_ran(b, true, excluded);
	free_bench(b);
}

/* What memory an LDREX claimed, a STREX may write once. */
static void exclusive_pairs_agree_with_unicorn(void **state)
{
	static const struct encoding load = { "LDREX", "1110100001011000tttt111100000000", 0, NULL };
	static const struct encoding store = { "STREX", "1110100001001000vvvvdddd00000000", DISTINCT, NULL };
	struct bench *b = new_bench(true);
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
	struct bench *b = new_bench(false);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cortex_m3_single_instructions_agree_with_unicorn),
		cmocka_unit_test(cortex_m4_single_instructions_agree_with_unicorn),
		cmocka_unit_test(straight_sequences_agree_with_unicorn),
		cmocka_unit_test(it_blocks_agree_with_unicorn),
		cmocka_unit_test(exclusive_pairs_agree_with_unicorn),
		cmocka_unit_test(the_dsp_extension_is_undefined_on_a_cortex_m3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
