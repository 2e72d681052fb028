/* check.h -- inside of the checker: what its files share. Nobody else includes it.
 *
 * The checker copies the tree: names become properties, metrics and fields, every node gets its
 * type. A node that could not be checked has TYPE_NONE; whoever meets one stays silent, so one
 * mistake gives one message. */
#pragma once

#include "lang/lang.h"
#include "lang/types.h"

/* A metric or the rule of a dynamic segment, compiled on first use and then shared. */
typedef enum {
    DEFINITION_NEW,
    DEFINITION_OPEN, /* being compiled: meeting it again is a circle */
    DEFINITION_DONE,
    DEFINITION_BROKEN /* reported at its first use */
} DefinitionState;

typedef struct {
    DefinitionState state;
    const Node *root;
    size_t height;        /* levels of its tree, definitions inside it included */
    uint64_t nodes_count; /* nodes of its tree, each definition counted at every use */
} Definition;

typedef struct {
    const Node **items;
    size_t count, capacity;
} RankList;

/* One per expression_check. */
typedef struct {
    const Catalog *catalog;
    Arena *arena;
    Definition *metrics, *segments; /* one per row of the catalog */
    RankList ranks;
    bool uses_events, uses_ranks, uses_sets;
} CheckShared;

/* Names of the definitions being compiled, the innermost first. */
typedef struct OpenDefinition OpenDefinition;
struct OpenDefinition {
    const Definition *definition;
    Text shown; /* `revenue_12m` or `member("Debtors")` */
    const OpenDefinition *outer;
};

/* One per source: the expression itself, each definition. */
typedef struct {
    CheckShared *shared;
    Diagnostics *diagnostics;
    const OpenDefinition *open;
    const Stream *events_of; /* the stream whose event a condition is about; NULL outside one */
    size_t depth;            /* levels above the node being checked, outer sources included */
    size_t depth_reached;
    uint64_t nodes_count;
    bool is_too_large; /* reported; everything further stays silent */
} Checker;

/* ---- check.c ---- */
const Node *check_node(Checker *checker, const Node *node);
/* As check_node, for what must be a condition of `word`: "and", "where", "within". */
const Node *check_condition(Checker *checker, const Node *node, const char *word);
Node *check_copy(Checker *checker, const Node *node); /* same node, to be filled with children */
void check_error(Checker *checker, DiagnosticKind kind, Span span, Text a, Text b, Text c);
/* An error about a type: {0} is `what`, {1} the English name of the type. */
void check_type_error(Checker *checker, DiagnosticKind kind, const Node *node, const char *what);
void check_suggest(Checker *checker, Text wanted, const Text *names, size_t names_count);
bool is_missing_literal(const Node *node);
bool is_text_literal(const Node *node);
/* The literal `missing` takes the type of what it stands beside; other nodes come back as given. */
const Node *check_missing_as(Checker *checker, const Node *node, Type type);
/* Report when the root of a source is no value, or no condition where a rule is expected. */
void check_result(Checker *checker, const Node *root, ExpectedResult expected);
const Node *check_not_a_value(Checker *checker, const Node *node); /* TYPE_NONE */

/* ---- check_name.c ---- */
const Node *check_name(Checker *checker, const Node *node);
/* A name, not yet checked, that means nothing where it stands. */
bool check_is_unknown_word(Checker *checker, const Node *node);
const Stream *check_stream(Checker *checker, Text name, Span span); /* NULL: reported */
/* A field (or an attribute of an item) of the events of `stream`. */
const Node *check_field(Checker *checker, const Node *node, const Stream *stream);
/* Reports what speaks of the whole customer inside a condition on one event; true when it did. */
bool check_is_refused_in_events(Checker *checker, const Node *node, Text what);
typedef enum { NAMED_SEGMENT, NAMED_SAVED_SET, NAMED_CLASSIFICATION, NAMED_SCORE } NamedKind;
bool check_named(Checker *checker, NamedKind kind, Text name, Span span, size_t *ret_index);

/* ---- check_definition.c ---- */
/* The checked tree of a metric (or of a dynamic segment's rule) used at `use`; NULL: reported. */
const Node *check_metric(Checker *checker, size_t metric_index, Span use);
const Node *check_segment_rule(Checker *checker, size_t segment_index, Span use);

/* ---- check_compare.c ---- */
const Node *check_compare(Checker *checker, const Node *node);
const Node *check_between(Checker *checker, const Node *node);
const Node *check_in_list(Checker *checker, const Node *node);
const Node *check_in_interval(Checker *checker, const Node *node);
const Node *check_is_missing(Checker *checker, const Node *node);
const Node *check_text_match(Checker *checker, const Node *node);
const Node *check_has(Checker *checker, const Node *node);
const Node *check_under(Checker *checker, const Node *node);
/* Whether a value can be compared with a literal or a node; reports and returns false if not. */
bool check_comparable(Checker *checker, const Node *left, const Node *right);

/* ---- check_aggregate.c ---- */
const Node *check_aggregate(Checker *checker, const Node *node);
const Node *check_sequence(Checker *checker, const Node *node);
bool check_window(Checker *checker, const Window *window);
bool check_count(Checker *checker, int64_t count, Span span); /* not negative */

/* ---- check_call.c ---- */
const Node *check_call(Checker *checker, const Node *node);

/* ---- literal.c ---- */
/* The value of a literal, or of one with a minus; false when the node is anything else. */
bool literal_of_node(const Node *node, Literal *ret_literal);
/* Order of two literals of one family with an order; <0, 0, >0. */
int literal_compare(const Literal *a, const Literal *b);
Text literal_print(const Literal *literal, Arena *arena); /* as the language writes it */
