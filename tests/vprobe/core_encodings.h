/* SPDX-License-Identifier: MIT */
/*
 * The encodings of ARMv7-M Thumb that a straight comparison can cover, drawn as
 * the ARM ARM draws them (A7.7): 0 and 1 are fixed, a letter is a field.
 *
 * d n m t v a h l  a register, never SP or PC where it has four bits; the same
 *                  letter twice is the same register
 * anything else    random bits
 *
 * What the manual leaves UNPREDICTABLE is kept out by the fields' rules, the
 * flags, or the row's own condition.
 */
#ifndef TESTS_CORE_ENCODINGS_H
#define TESTS_CORE_ENCODINGS_H

#include <stdbool.h>
#include <stdint.h>

enum {
	MEM = 1 << 0,      /* n is a base in RAM, m a small index */
	ALIGNED = 1 << 1,  /* the base is a multiple of 4 */
	DISTINCT = 1 << 2, /* no register twice */
	BRANCH = 1 << 3,   /* may go elsewhere; not for straight-line sequences */
	TO_CODE = 1 << 4,  /* m is an address in the code, bit 0 set */
	POPS_PC = 1 << 5,  /* the word on top of the list is an address in the code */
	DSP = 1 << 6,      /* Cortex-M4 only */
	NO_IT = 1 << 7,    /* not within an IT block */
	/*
	 * SMLAD: where the sum of the products is 2^31 and the accumulator brings it
	 * back into range, Unicorn sets Q; the manual looks at the result.
	 */
	NOT_MINIMUM = 1 << 8,
	V6M = 1 << 9,      /* of 32 bits, and in ARMv6-M too */
	STATUS = 1 << 11,  /* the flags as a whole: Unicorn keeps Q on a Cortex-M0, which has none */
	NOT_V6M = 1 << 10, /* of 16 bits, and not in ARMv6-M */
};

struct encoding {
	const char *name;
	const char *pattern;
	unsigned int flags;
	bool (*valid)(uint32_t op); /* NULL: always */
};

static uint32_t field(uint32_t op, unsigned int high, unsigned int low)
{
	return (op >> low) & (0xffffffffu >> (31 - (high - low)));
}

static unsigned int ones(uint32_t x)
{
	unsigned int n = 0;

	for (; x; x &= x - 1)
		n++;
	return n;
}

/* Not SP either: Unicorn keeps bits 1:0 that the processor drops (B1.4.1). */
static bool high_d_is_general(uint32_t op)
{
	const uint32_t d = field(op, 7, 7) << 3 | field(op, 2, 0);

	return d != 13 && d != 15 && field(op, 6, 3) != 15;
}

/* CMP T2: both from R0 to R7 is UNPREDICTABLE. */
static bool compares_a_high_register(uint32_t op)
{
	return high_d_is_general(op) && (field(op, 7, 7) || field(op, 6, 6));
}

static bool list_is_not_empty(uint32_t op)
{
	return field(op, 8, 0) & 0xff;
}

static bool list_without_base(uint32_t op)
{
	return field(op, 7, 0) && !(field(op, 7, 0) >> field(op, 10, 8) & 1);
}

static bool wide_list_without_base(uint32_t op)
{
	return ones(field(op, 15, 0)) >= 2 && !(field(op, 15, 0) >> field(op, 19, 16) & 1);
}

static bool condition_is_branch(uint32_t op)
{
	return field(op, 11, 8) < 14;
}

static bool wide_condition_is_branch(uint32_t op)
{
	return field(op, 25, 22) < 14;
}

/* ThumbExpandImm: the repeating forms of zero are UNPREDICTABLE. */
static bool immediate_is_defined(uint32_t op)
{
	return field(op, 26, 26) || field(op, 14, 14) || !field(op, 13, 12) || field(op, 7, 0);
}

static unsigned int lsb(uint32_t op)
{
	return field(op, 14, 12) << 2 | field(op, 7, 6);
}

static bool is_not_saturate16(uint32_t op)
{
	return !field(op, 21, 21) || lsb(op);
}

static bool insert_has_width(uint32_t op)
{
	return field(op, 4, 0) >= lsb(op);
}

static bool extract_fits(uint32_t op)
{
	return lsb(op) + field(op, 4, 0) < 32;
}

static bool indexes_or_writes_back(uint32_t op)
{
	return field(op, 10, 10) || field(op, 8, 8);
}

static bool dual_indexes_or_writes_back(uint32_t op)
{
	return field(op, 24, 24) || field(op, 21, 21);
}

static bool parallel_form_exists(uint32_t op)
{
	return field(op, 5, 4) != 3;
}

static bool psr_exists(uint32_t op)
{
	return field(op, 2, 0) < 4;
}

/* clang-format off */
#define IMM "iiiddddiiiiiiii"
#define REG "iiiddddiiyymmmm"

static const struct encoding encodings[] = {
	/* A5.2: 16 bits */
	{ "LSL immediate", "00000iiiiimmmddd", 0, 0 },		{ "LSR immediate", "00001iiiiimmmddd", 0, 0 },
	{ "ASR immediate", "00010iiiiimmmddd", 0, 0 },		{ "ADD register", "0001100mmmnnnddd", 0, 0 },
	{ "SUB register", "0001101mmmnnnddd", 0, 0 },		{ "ADD imm3", "0001110iiinnnddd", 0, 0 },
	{ "SUB imm3", "0001111iiinnnddd", 0, 0 },		{ "MOV imm8", "00100dddiiiiiiii", 0, 0 },
	{ "CMP imm8", "00101nnniiiiiiii", 0, 0 },		{ "ADD imm8", "00110dddiiiiiiii", 0, 0 },
	{ "SUB imm8", "00111dddiiiiiiii", 0, 0 },		{ "AND T1", "0100000000mmmddd", 0, 0 },
	{ "EOR T1", "0100000001mmmddd", 0, 0 },			{ "LSL register T1", "0100000010mmmddd", 0, 0 },
	{ "LSR register T1", "0100000011mmmddd", 0, 0 },	{ "ASR register T1", "0100000100mmmddd", 0, 0 },
	{ "ADC T1", "0100000101mmmddd", 0, 0 },			{ "SBC T1", "0100000110mmmddd", 0, 0 },
	{ "ROR register T1", "0100000111mmmddd", 0, 0 },	{ "TST T1", "0100001000mmmnnn", 0, 0 },
	{ "RSB T1", "0100001001nnnddd", 0, 0 },			{ "CMP T1", "0100001010mmmnnn", 0, 0 },
	{ "CMN T1", "0100001011mmmnnn", 0, 0 },			{ "ORR T1", "0100001100mmmddd", 0, 0 },
	{ "MUL T1", "0100001101nnnddd", 0, 0 },			{ "BIC T1", "0100001110mmmddd", 0, 0 },
	{ "MVN T1", "0100001111mmmddd", 0, 0 },
	{ "ADD register T2", "01000100xxxxxxxx", 0, high_d_is_general },
	{ "CMP register T2", "01000101xxxxxxxx", 0, compares_a_high_register },
	{ "MOV register T1", "01000110xxxxxxxx", 0, high_d_is_general },
	{ "MOV to PC", "010001101mmmm111", BRANCH | TO_CODE, 0 },
	{ "BX", "010001110mmmm000", BRANCH | TO_CODE, 0 },
	{ "BLX register", "010001111mmmm000", BRANCH | TO_CODE, 0 },
	{ "LDR literal T1", "01001tttiiiiiiii", 0, 0 },
	{ "STR register T1", "0101000mmmnnnttt", MEM, 0 },	{ "STRH register T1", "0101001mmmnnnttt", MEM, 0 },
	{ "STRB register T1", "0101010mmmnnnttt", MEM, 0 },	{ "LDRSB register T1", "0101011mmmnnnttt", MEM, 0 },
	{ "LDR register T1", "0101100mmmnnnttt", MEM, 0 },	{ "LDRH register T1", "0101101mmmnnnttt", MEM, 0 },
	{ "LDRB register T1", "0101110mmmnnnttt", MEM, 0 },	{ "LDRSH register T1", "0101111mmmnnnttt", MEM, 0 },
	{ "STR imm5", "01100iiiiinnnttt", MEM, 0 },		{ "LDR imm5", "01101iiiiinnnttt", MEM, 0 },
	{ "STRB imm5", "01110iiiiinnnttt", MEM, 0 },		{ "LDRB imm5", "01111iiiiinnnttt", MEM, 0 },
	{ "STRH imm5", "10000iiiiinnnttt", MEM, 0 },		{ "LDRH imm5", "10001iiiiinnnttt", MEM, 0 },
	{ "STR SP", "10010tttiiiiiiii", 0, 0 },			{ "LDR SP", "10011tttiiiiiiii", 0, 0 },
	{ "ADR T1", "10100dddiiiiiiii", 0, 0 },			{ "ADD SP T1", "10101dddiiiiiiii", 0, 0 },
	{ "ADD SP T2", "101100000iiiiiii", 0, 0 },		{ "SUB SP T1", "101100001iiiiiii", 0, 0 },
	{ "CBZ", "101100i1iiiiinnn", BRANCH | NOT_V6M, 0 },		{ "CBNZ", "101110i1iiiiinnn", BRANCH | NOT_V6M, 0 },
	{ "SXTH T1", "1011001000mmmddd", 0, 0 },		{ "SXTB T1", "1011001001mmmddd", 0, 0 },
	{ "UXTH T1", "1011001010mmmddd", 0, 0 },		{ "UXTB T1", "1011001011mmmddd", 0, 0 },
	{ "REV T1", "1011101000mmmddd", 0, 0 },			{ "REV16 T1", "1011101001mmmddd", 0, 0 },
	{ "REVSH T1", "1011101011mmmddd", 0, 0 },
	{ "PUSH T1", "1011010rrrrrrrrr", 0, list_is_not_empty }, { "POP T1", "10111100rrrrrrrr", 0, list_is_not_empty },
	{ "POP with PC", "10111101rrrrrrrr", BRANCH | POPS_PC, 0 },
	{ "NOP", "1011111100000000", 0, 0 },
	{ "STM T1", "11000nnnrrrrrrrr", MEM | ALIGNED, list_without_base },
	{ "LDM T1", "11001nnnrrrrrrrr", MEM | ALIGNED, list_without_base },
	{ "B T1", "1101cccciiiiiiii", BRANCH, condition_is_branch }, { "B T2", "11100iiiiiiiiiii", BRANCH, 0 },

	/* A5.3.1: modified immediate */
	{ "AND immediate", "11110i00000snnnn0" IMM, 0, immediate_is_defined },
	{ "TST immediate", "11110i000001nnnn0iii1111iiiiiiii", 0, immediate_is_defined },
	{ "BIC immediate", "11110i00001snnnn0" IMM, 0, immediate_is_defined },
	{ "ORR immediate", "11110i00010snnnn0" IMM, 0, immediate_is_defined },
	{ "MOV immediate T2", "11110i00010s11110" IMM, 0, immediate_is_defined },
	{ "ORN immediate", "11110i00011snnnn0" IMM, 0, immediate_is_defined },
	{ "MVN immediate", "11110i00011s11110" IMM, 0, immediate_is_defined },
	{ "EOR immediate", "11110i00100snnnn0" IMM, 0, immediate_is_defined },
	{ "TEQ immediate", "11110i001001nnnn0iii1111iiiiiiii", 0, immediate_is_defined },
	{ "ADD immediate T3", "11110i01000snnnn0" IMM, 0, immediate_is_defined },
	{ "ADD SP immediate T3", "11110i01000s11010" IMM, 0, immediate_is_defined },
	{ "CMN immediate", "11110i010001nnnn0iii1111iiiiiiii", 0, immediate_is_defined },
	{ "ADC immediate", "11110i01010snnnn0" IMM, 0, immediate_is_defined },
	{ "SBC immediate", "11110i01011snnnn0" IMM, 0, immediate_is_defined },
	{ "SUB immediate T3", "11110i01101snnnn0" IMM, 0, immediate_is_defined },
	{ "SUB SP immediate T2", "11110i01101s11010" IMM, 0, immediate_is_defined },
	{ "CMP immediate T2", "11110i011011nnnn0iii1111iiiiiiii", 0, immediate_is_defined },
	{ "RSB immediate T2", "11110i01110snnnn0" IMM, 0, immediate_is_defined },

	/* A5.3.11: shifted register */
	{ "AND register T2", "11101010000snnnn0" REG, 0, 0 },	{ "TST register T2", "111010100001nnnn0iii1111iiyymmmm", 0, 0 },
	{ "BIC register T2", "11101010001snnnn0" REG, 0, 0 },	{ "ORR register T2", "11101010010snnnn0" REG, 0, 0 },
	{ "MOV and shifts T2", "11101010010s11110" REG, 0, 0 },	{ "ORN register", "11101010011snnnn0" REG, 0, 0 },
	{ "MVN register T2", "11101010011s11110" REG, 0, 0 },	{ "EOR register T2", "11101010100snnnn0" REG, 0, 0 },
	{ "TEQ register", "111010101001nnnn0iii1111iiyymmmm", 0, 0 },
	{ "PKHBT PKHTB", "111010101100nnnn0iiiddddiiy0mmmm", DSP, 0 },
	{ "ADD register T3", "11101011000snnnn0" REG, 0, 0 },	{ "CMN register T2", "111010110001nnnn0iii1111iiyymmmm", 0, 0 },
	{ "ADC register T2", "11101011010snnnn0" REG, 0, 0 },	{ "SBC register T2", "11101011011snnnn0" REG, 0, 0 },
	{ "SUB register T2", "11101011101snnnn0" REG, 0, 0 },	{ "CMP register T3", "111010111011nnnn0iii1111iiyymmmm", 0, 0 },
	{ "RSB register", "11101011110snnnn0" REG, 0, 0 },

	/* A5.3.3: plain immediate */
	{ "ADDW", "11110i100000nnnn0" IMM, 0, 0 },		{ "ADR T3", "11110i10000011110" IMM, 0, 0 },
	{ "SUBW", "11110i101010nnnn0" IMM, 0, 0 },		{ "ADR T2", "11110i10101011110" IMM, 0, 0 },
	{ "MOVW", "11110i100100iiii0" IMM, 0, 0 },		{ "MOVT", "11110i101100iiii0" IMM, 0, 0 },
	{ "SSAT", "1111001100y0nnnn0iiiddddii0wwwww", 0, is_not_saturate16 },
	{ "USAT", "1111001110y0nnnn0iiiddddii0wwwww", 0, is_not_saturate16 },
	{ "SSAT16", "111100110010nnnn0000dddd0000wwww", DSP, 0 }, { "USAT16", "111100111010nnnn0000dddd0000wwww", DSP, 0 },
	{ "SBFX", "111100110100nnnn0iiiddddii0wwwww", 0, extract_fits },
	{ "UBFX", "111100111100nnnn0iiiddddii0wwwww", 0, extract_fits },
	{ "BFI", "111100110110nnnn0iiiddddii0wwwww", 0, insert_has_width },
	{ "BFC", "11110011011011110iiiddddii0wwwww", 0, insert_has_width },

	/* A5.3.12: register */
	{ "LSL register T2", "11111010000snnnn1111dddd0000mmmm", 0, 0 },
	{ "LSR register T2", "11111010001snnnn1111dddd0000mmmm", 0, 0 },
	{ "ASR register T2", "11111010010snnnn1111dddd0000mmmm", 0, 0 },
	{ "ROR register T2", "11111010011snnnn1111dddd0000mmmm", 0, 0 },
	{ "SXTH T2", "11111010000011111111dddd10yymmmm", 0, 0 },	{ "UXTH T2", "11111010000111111111dddd10yymmmm", 0, 0 },
	{ "SXTB T2", "11111010010011111111dddd10yymmmm", 0, 0 },	{ "UXTB T2", "11111010010111111111dddd10yymmmm", 0, 0 },
	{ "SXTB16", "11111010001011111111dddd10yymmmm", DSP, 0 },	{ "UXTB16", "11111010001111111111dddd10yymmmm", DSP, 0 },
	{ "SXTAH", "111110100000nnnn1111dddd10yymmmm", DSP, 0 },	{ "UXTAH", "111110100001nnnn1111dddd10yymmmm", DSP, 0 },
	{ "SXTAB16", "111110100010nnnn1111dddd10yymmmm", DSP, 0 },	{ "UXTAB16", "111110100011nnnn1111dddd10yymmmm", DSP, 0 },
	{ "SXTAB", "111110100100nnnn1111dddd10yymmmm", DSP, 0 },	{ "UXTAB", "111110100101nnnn1111dddd10yymmmm", DSP, 0 },
	{ "parallel ADD8", "111110101000nnnn1111dddd0uffmmmm", DSP, parallel_form_exists },
	{ "parallel ADD16", "111110101001nnnn1111dddd0uffmmmm", DSP, parallel_form_exists },
	{ "parallel ASX", "111110101010nnnn1111dddd0uffmmmm", DSP, parallel_form_exists },
	{ "parallel SUB8", "111110101100nnnn1111dddd0uffmmmm", DSP, parallel_form_exists },
	{ "parallel SUB16", "111110101101nnnn1111dddd0uffmmmm", DSP, parallel_form_exists },
	{ "parallel SAX", "111110101110nnnn1111dddd0uffmmmm", DSP, parallel_form_exists },
	{ "QADD QDADD QSUB QDSUB", "111110101000nnnn1111dddd10ffmmmm", DSP, 0 },
	{ "SEL", "111110101010nnnn1111dddd1000mmmm", DSP, 0 },		{ "CLZ", "111110101011mmmm1111dddd1000mmmm", 0, 0 },
	{ "REV T2", "111110101001mmmm1111dddd1000mmmm", 0, 0 },		{ "REV16 T2", "111110101001mmmm1111dddd1001mmmm", 0, 0 },
	{ "RBIT", "111110101001mmmm1111dddd1010mmmm", 0, 0 },		{ "REVSH T2", "111110101001mmmm1111dddd1011mmmm", 0, 0 },

	/* A5.3.16, A5.3.17: multiply and divide */
	{ "MUL T2", "111110110000nnnn1111dddd0000mmmm", 0, 0 },		{ "MLA", "111110110000nnnnaaaadddd0000mmmm", 0, 0 },
	{ "MLS", "111110110000nnnnaaaadddd0001mmmm", 0, 0 },		{ "SMULxy", "111110110001nnnn1111dddd00xymmmm", DSP, 0 },
	{ "SMLAxy", "111110110001nnnnaaaadddd00xymmmm", DSP, 0 },	{ "SMUAD", "111110110010nnnn1111dddd000xmmmm", DSP, 0 },
	{ "SMLAD", "111110110010nnnnaaaadddd000xmmmm", DSP | NOT_MINIMUM, 0 },	{ "SMULWy", "111110110011nnnn1111dddd000ymmmm", DSP, 0 },
	{ "SMLAWy", "111110110011nnnnaaaadddd000ymmmm", DSP, 0 },	{ "SMUSD", "111110110100nnnn1111dddd000xmmmm", DSP, 0 },
	{ "SMLSD", "111110110100nnnnaaaadddd000xmmmm", DSP, 0 },	{ "SMMUL", "111110110101nnnn1111dddd000xmmmm", DSP, 0 },
	{ "SMMLA", "111110110101nnnnaaaadddd000xmmmm", DSP, 0 },	{ "SMMLS", "111110110110nnnnaaaadddd000xmmmm", DSP, 0 },
	{ "USAD8", "111110110111nnnn1111dddd0000mmmm", DSP, 0 },	{ "USADA8", "111110110111nnnnaaaadddd0000mmmm", DSP, 0 },
	{ "SMULL", "111110111000nnnnllllhhhh0000mmmm", DISTINCT, 0 },	{ "UMULL", "111110111010nnnnllllhhhh0000mmmm", DISTINCT, 0 },
	{ "SMLAL", "111110111100nnnnllllhhhh0000mmmm", DISTINCT, 0 },	{ "UMLAL", "111110111110nnnnllllhhhh0000mmmm", DISTINCT, 0 },
	{ "SDIV", "111110111001nnnn1111dddd1111mmmm", 0, 0 },		{ "UDIV", "111110111011nnnn1111dddd1111mmmm", 0, 0 },
	{ "SMLALxy", "111110111100nnnnllllhhhh10xymmmm", DSP | DISTINCT, 0 },
	{ "SMLALD", "111110111100nnnnllllhhhh110xmmmm", DSP | DISTINCT, 0 },
	{ "SMLSLD", "111110111101nnnnllllhhhh110xmmmm", DSP | DISTINCT, 0 },
	{ "UMAAL", "111110111110nnnnllllhhhh0110mmmm", DSP | DISTINCT, 0 },

	/* A5.3.5, A5.3.6: multiple, dual, exclusive, table branch */
	{ "STM T2", "1110100010w0nnnn0r0rrrrrrrrrrrrr", MEM | ALIGNED, wide_list_without_base },
	{ "LDM T2", "1110100010w1nnnn0r0rrrrrrrrrrrrr", MEM | ALIGNED, wide_list_without_base },
	{ "STMDB", "1110100100w0nnnn0r0rrrrrrrrrrrrr", MEM | ALIGNED, wide_list_without_base },
	{ "LDMDB", "1110100100w1nnnn0r0rrrrrrrrrrrrr", MEM | ALIGNED, wide_list_without_base },
	{ "PUSH T2", "11101001001011010r0rrrrrrrrrrrrr", 0, wide_list_without_base },
	{ "POP T2", "11101000101111010r0rrrrrrrrrrrrr", 0, wide_list_without_base },
	{ "STRD", "1110100pu1w0nnnnttttvvvviiiiiiii", MEM | ALIGNED | DISTINCT, dual_indexes_or_writes_back },
	{ "LDRD", "1110100pu1w1nnnnttttvvvviiiiiiii", MEM | ALIGNED | DISTINCT, dual_indexes_or_writes_back },
	{ "LDRD literal", "1110100xu1011111ttttvvvviiiiiiii", DISTINCT, dual_indexes_or_writes_back },
	{ "LDREX", "111010000101nnnntttt1111iiiiiiii", MEM | ALIGNED, 0 },
	{ "LDREXB", "111010001101nnnntttt111101001111", MEM, 0 },
	{ "LDREXH", "111010001101nnnntttt111101011111", MEM | ALIGNED, 0 },
	{ "TBB", "111010001101nnnn111100000000mmmm", MEM | BRANCH, 0 },
	{ "TBH", "111010001101nnnn111100000001mmmm", MEM | BRANCH, 0 },

	/* A5.3.7 to A5.3.10: single items */
	{ "STRB imm12", "111110001000nnnnttttiiiiiiiiiiii", MEM, 0 },	{ "LDRB imm12", "111110001001nnnnttttiiiiiiiiiiii", MEM, 0 },
	{ "STRH imm12", "111110001010nnnnttttiiiiiiiiiiii", MEM, 0 },	{ "LDRH imm12", "111110001011nnnnttttiiiiiiiiiiii", MEM, 0 },
	{ "STR imm12", "111110001100nnnnttttiiiiiiiiiiii", MEM, 0 },	{ "LDR imm12", "111110001101nnnnttttiiiiiiiiiiii", MEM, 0 },
	{ "LDRSB imm12", "111110011001nnnnttttiiiiiiiiiiii", MEM, 0 },	{ "LDRSH imm12", "111110011011nnnnttttiiiiiiiiiiii", MEM, 0 },
	{ "LDR SP imm12", "1111100011011101tttt00iiiiiiiiii", 0, 0 },	{ "STR SP imm12", "1111100011001101tttt00iiiiiiiiii", 0, 0 },
	{ "STRB imm8", "111110000000nnnntttt1puwiiiiiiii", MEM | DISTINCT, indexes_or_writes_back },
	{ "LDRB imm8", "111110000001nnnntttt1puwiiiiiiii", MEM | DISTINCT, indexes_or_writes_back },
	{ "STRH imm8", "111110000010nnnntttt1puwiiiiiiii", MEM | DISTINCT, indexes_or_writes_back },
	{ "LDRH imm8", "111110000011nnnntttt1puwiiiiiiii", MEM | DISTINCT, indexes_or_writes_back },
	{ "STR imm8", "111110000100nnnntttt1puwiiiiiiii", MEM | DISTINCT, indexes_or_writes_back },
	{ "LDR imm8", "111110000101nnnntttt1puwiiiiiiii", MEM | DISTINCT, indexes_or_writes_back },
	{ "LDRSB imm8", "111110010001nnnntttt1puwiiiiiiii", MEM | DISTINCT, indexes_or_writes_back },
	{ "LDRSH imm8", "111110010011nnnntttt1puwiiiiiiii", MEM | DISTINCT, indexes_or_writes_back },
	{ "STRB register T2", "111110000000nnnntttt000000iimmmm", MEM, 0 }, { "LDRB register T2", "111110000001nnnntttt000000iimmmm", MEM, 0 },
	{ "STRH register T2", "111110000010nnnntttt000000iimmmm", MEM, 0 }, { "LDRH register T2", "111110000011nnnntttt000000iimmmm", MEM, 0 },
	{ "STR register T2", "111110000100nnnntttt000000iimmmm", MEM, 0 }, { "LDR register T2", "111110000101nnnntttt000000iimmmm", MEM, 0 },
	{ "LDRSB register T2", "111110010001nnnntttt000000iimmmm", MEM, 0 }, { "LDRSH register T2", "111110010011nnnntttt000000iimmmm", MEM, 0 },
	{ "LDR literal T2", "11111000u1011111ttttiiiiiiiiiiii", 0, 0 },	{ "LDRB literal", "11111000u0011111ttttiiiiiiiiiiii", 0, 0 },
	{ "LDRH literal", "11111000u0111111ttttiiiiiiiiiiii", 0, 0 },	{ "LDRSB literal", "11111001u0011111ttttiiiiiiiiiiii", 0, 0 },
	{ "LDRSH literal", "11111001u0111111ttttiiiiiiiiiiii", 0, 0 },	{ "PLD", "111110001001nnnn1111iiiiiiiiiiii", MEM, 0 },

	/* A5.3.4: branches and control */
	{ "B T3", "11110scccciiiiii10j0jiiiiiiiiiii", BRANCH, wide_condition_is_branch },
	{ "B T4", "11110siiiiiiiiii10j1jiiiiiiiiiii", BRANCH, 0 },	{ "BL", "11110siiiiiiiiii11j1jiiiiiiiiiii", BRANCH | V6M, 0 },
	{ "MRS of a PSR", "11110011111011111000dddd00000yyy", V6M | STATUS, psr_exists },
	{ "MSR APSR_nzcvq", "111100111000nnnn1000100000000000", V6M | STATUS, 0 },
	{ "MSR APSR_nzcvqg", "111100111000nnnn1000110000000000", DSP, 0 },
	{ "NOP.W", "11110011101011111000000000000000", 0, 0 },		{ "CLREX", "11110011101111111000111100101111", 0, 0 },
	{ "DSB", "11110011101111111000111101001111", NO_IT | V6M, 0 },	{ "DMB", "11110011101111111000111101011111", NO_IT | V6M, 0 },
	{ "ISB", "11110011101111111000111101101111", NO_IT | V6M, 0 },
};
/* clang-format on */

#endif
