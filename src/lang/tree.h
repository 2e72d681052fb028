/* tree.h -- walking a checked tree: the nodes below a node, in written order. */
#pragma once

#include "lang/ast.h"

/* The child at `index`, NULL past the last. A metric's child is its definition, member()'s the rule
 * of the dynamic segment; what an aggregate or a sequence says of events comes as its field and
 * conditions. */
const Node *node_child(const Node *node, size_t index);

/* Call `visit` for the node and everything below it, parents first. */
void node_walk(const Node *node, void (*visit)(void *context, const Node *node), void *context);

/* Which streams an expression looks at: sets streams[i] for the i-th of the schema, leaves the
 * others. */
void node_streams(const Node *root, const Schema *schema, bool *streams);
