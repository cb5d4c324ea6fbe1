/*-------------------------------------------------------------------------
 *
 * test/fuzz/generate.h
 *	  Summaries out of a fuzzer's bytes.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_GENERATE_H
#define SV_GENERATE_H

#include "../../src/codec.h"

/* A fuzzer's bytes, which go on as zeros for ever. */
typedef struct Choices
{
	const uint8_t *next;
	const uint8_t *end;
} Choices;

/* The most bytes that a generated value has. */
#define MAX_GENERATED 8192

extern unsigned choose(Choices *in, unsigned below);
extern uint64_t choose_bits(Choices *in, int nbytes);
extern size_t generate(Choices *in, SvFormat format, uint8_t *value);

#endif							/* SV_GENERATE_H */
