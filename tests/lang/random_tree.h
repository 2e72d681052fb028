/* random_tree.h -- random trees of the language: every form it can write, names that mean nothing.
 *
 * The trees are what a parser could have given: unresolved names, unbounded sides not included, and
 * so on, so that printing and parsing must give them back. Deterministic in the state of `random`.
 */
#pragma once

#include "base/random.h"
#include "lang/ast.h"

/* A tree of at most `depth_max` levels; larger `size` (about the number of nodes) makes it bushier.
 */
const Node *random_tree(Random *random, Arena *arena, size_t depth_max, size_t size);
/* Texts and names as people would not write them, but the language allows. */
Text random_text(Random *random, Arena *arena);
Text random_name(Random *random, Arena *arena);
