/* print.h -- parts of the canonical text that sentences, JSON and messages use too. */
#pragma once

#include "base/buffer.h"
#include "lang/ast.h"

void print_text(Buffer *out, Text text); /* in quotes, with escapes */
void print_name(Buffer *out, Text name); /* in backticks when it needs them */
void print_decimal(Buffer *out, int64_t mantissa, unsigned scale); /* all decimals written */
void print_literal(Buffer *out, const Literal *literal);
void print_window(Buffer *out, const Window *window); /* nothing for WINDOW_ALL */
void print_step(Buffer *out, const SequenceStep *step);

/* The name as it is written in an expression, of a checked or unchecked node. */
typedef struct {
    Text name, member; /* `item.group`; member empty when none */
} WrittenName;

WrittenName node_written_name(const Node *node); /* both empty for a node that is no name */
