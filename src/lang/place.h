/* place.h -- where the parts of an expression stand in its JSON form. */
#pragma once

#include "lang/ast.h"

/* "/operands/1": the way from a node to node_child(node, index); empty when that child has no place
 * of its own in the document, as what a metric is defined by. */
Text node_child_place(const Node *node, size_t index, Arena *arena);

/* The window of an aggregate, a sequence or a call; NULL when it has none. */
const Window *node_window(const Node *node);
