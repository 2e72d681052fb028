/* sweep_group.h -- which steps of a program are answered by sweeps, and their answers in a block.
 *
 * A group are counts and sums of one stream without conditions on events other than on one key (an
 * item, a code). None of them can fail. A number that is only compared with a written one is
 * compared within the sweep: then the comparison is the member. */
#pragma once

#include "engine/program.h"
#include "engine/sweep.h"

/* Fewer members are computed faster one at a time. */
enum { SWEEP_MEMBERS_MIN = 16 };

typedef struct {
    const SweepPlan *plan;
    const Step **steps; /* whose answer each member is */
    const bool *are_tests;
    size_t count;
} SweepGroup;

/* The groups of one binding. */
typedef struct SweepGroups {
    const SweepGroup **of_step; /* by Step.index; NULL: in none */
} SweepGroups;

/* What a yes/no step asks of the events of a stream, when that is a count or a sum compared with
 * written numbers, of all events or of those with some keys. */
typedef struct {
    bool is_known; /* it is so */
    size_t stream_index;
    const Column *key; /* that of member.keys, which are 0 .. keys_size - 1 */
    size_t keys_size;
    SweepMember member; /* a test */
} SweepAsked;

/* For each of the steps; after program_prove. */
void sweep_ask(const EngineProgram *program, const Binding *binding, const Step *const *steps,
               size_t count, Arena *arena, SweepAsked *ret_asked);

/* Groups of every binding; after program_prove. */
void program_group(EngineProgram *program);

/* When the step is a member of a group that is worth its while in this block: compute all members
 * for everybody, into the memo of the scope. */
bool sweep_group_fill(Scope *customers, const Step *step);
