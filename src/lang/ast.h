/* ast.h -- the tree of an expression: what the parser builds, the checker annotates, everyone
 * reads.
 *
 * One tree serves text, JSON, sentences, SQL and both evaluators. Nodes live in an arena and are
 * constant after checking. The parser fills kind, span, `negated` and the written parts; the
 * checker fills type and the resolved pointers (commented "checked"). Every reader is one
 * exhaustive switch over NodeKind without default, so a new kind breaks the build exactly where
 * work is due.
 *
 * Negation: `negated` marks the written negative form (!=, not in, not between, not contains, not
 * under, has none, is not missing). Its value is `not` of the positive form: a comparison with a
 * missing value is false, so the negated form is true. */
#pragma once

#include "base/date.h"
#include "model/schema.h"

typedef struct {
    uint32_t begin_byte, end_byte; /* into the source text; equal when made from JSON */
} Span;

typedef enum {
    NODE_LITERAL,
    NODE_PROPERTY, /* a property of the customer */
    NODE_METRIC,   /* a named expression, used like a property */
    NODE_FIELD,    /* a field of the event, inside an event condition or as what is aggregated */
    NODE_AND,
    NODE_OR,
    NODE_NOT,
    NODE_COMPARE,
    NODE_BETWEEN,
    NODE_IN_LIST,
    NODE_IN_INTERVAL,
    NODE_IS_MISSING,
    NODE_TEXT_MATCH,
    NODE_HAS,
    NODE_UNDER,
    NODE_ARITHMETIC,
    NODE_NEGATE, /* unary minus */
    NODE_AGGREGATE,
    NODE_SEQUENCE,
    NODE_CALL,
    NODE_AT_LEAST,
    NODE_RANK,
    NODE_NAME, /* parser only: a name not yet resolved; no checked tree holds one */
    NODE_KIND_COUNT
} NodeKind;

typedef enum { COMPARE_EQ, COMPARE_LT, COMPARE_LE, COMPARE_GT, COMPARE_GE } CompareOperator;
/* `!=` is COMPARE_EQ with negated set. */

typedef enum { ADD, SUBTRACT, MULTIPLY, DIVIDE } ArithmeticOperator;
typedef enum { TEXT_CONTAINS, TEXT_STARTS_WITH, TEXT_ENDS_WITH, TEXT_MATCHES } TextMatch;
typedef enum { HAS_ANY, HAS_ALL } HasQuantifier; /* `has none` is HAS_ANY with negated set */

/* functions.def and aggregates.def give each its name, arguments and result. */
typedef enum {
#define AGGREGATE(name, word, ...) AGGREGATE_##name,
#include "lang/aggregates.def"
#undef AGGREGATE
    AGGREGATE_COUNT_OF_KINDS
} AggregateKind;

typedef enum {
#define FUNCTION(name, word, ...) FUNCTION_##name,
#include "lang/functions.def"
#undef FUNCTION
    FUNCTION_COUNT_OF_KINDS
} FunctionKind;

typedef enum {
    WINDOW_ALL,         /* no window: everything up to the as-of day */
    WINDOW_LAST,        /* last N unit */
    WINDOW_PREVIOUS,    /* previous [N] unit: whole calendar units */
    WINDOW_THIS,        /* this unit */
    WINDOW_FROM_TO,     /* from D to D */
    WINDOW_SINCE,       /* since D */
    WINDOW_BEFORE,      /* before D, which is excluded */
    WINDOW_ON,          /* on D */
    WINDOW_BETWEEN_AGO, /* between A and B unit ago */
    WINDOW_NEXT         /* next N unit: only the argument of anniversary() */
} WindowKind;

typedef struct {
    WindowKind kind;
    Span span;
    int64_t count;      /* LAST, PREVIOUS (1 when not written), NEXT; A of BETWEEN_AGO */
    int64_t count_far;  /* B of BETWEEN_AGO, >= A */
    bool count_written; /* PREVIOUS: `previous 1 month` against `previous month` */
    Unit unit;
    Date from, to;   /* FROM_TO; SINCE, BEFORE and ON use `from` */
    bool is_shifted; /* shifted back N unit */
    int64_t shift_count;
    Unit shift_unit;
} Window;

typedef struct Node Node;

typedef struct {
    const Node **items;
    size_t count;
} NodeList;

/* A literal with its type: decimals keep the scale they were written with. */
typedef struct {
    Value value; /* BOOL, DECIMAL, DATE, MOMENT, TEXT or MISSING (the literal `missing`) */
    Type type;
} Literal;

typedef struct {
    const Literal *items;
    size_t count;
} LiteralList;

/* One step of a sequence: what must happen, how soon after the step before, what must not happen
 * strictly between the two. The first step has neither limit. */
typedef struct {
    Text stream_name;
    Span stream_span;
    const Stream *stream;  /* checked */
    const Node *condition; /* NULL: any event */
} EventPattern;

typedef struct {
    EventPattern event;
    bool has_within;
    int64_t within_count;
    Unit within_unit;
    bool has_without;
    EventPattern without;
} SequenceStep;

struct Node {
    NodeKind kind;
    Span span;
    Type type;    /* checked */
    bool negated; /* the written form is the negative one */
    union {
        Literal literal;
        struct {
            Text name;
            bool was_quoted;
            Text member; /* after a dot: `item.group`; empty when none */
        } name;
        struct {
            const Property *property;
            size_t slot; /* in CustomerRow.values */
        } property;
        struct {
            Text name;
            const Node *definition; /* the checked tree of the metric, shared by all its uses */
            Labels labels;
        } metric;
        struct {
            /* Exactly one of: a field of the stream, one of the built-in ones, or an attribute of
             * the item that `field` refers to. */
            const Field *field;
            bool is_built_in;
            EventBuiltIn built_in;
            bool is_item_attribute;
            ItemAttribute attribute;
        } field;
        NodeList list; /* AND, OR: two or more, in written order */
        struct {
            const Node *operand;
        } unary; /* NOT, NEGATE, IS_MISSING */
        struct {
            CompareOperator operator_;
            const Node *left, *right;
        } compare;
        struct {
            const Node *operand, *low, *high; /* both ends included */
        } between;
        struct {
            const Node *operand;
            LiteralList list;
        } in_list;
        struct {
            const Node *operand;
            const Node *low, *high; /* NULL: unbounded on that side */
            bool low_included, high_included;
        } in_interval;
        struct {
            TextMatch match;
            const Node *operand;
            Text pattern;
        } text_match;
        struct {
            HasQuantifier quantifier;
            const Node *operand;
            LiteralList list;
        } has;
        struct {
            const Node *operand; /* hierarchy, hierarchy set, or an item (its group) */
            Text target;
        } under;
        struct {
            ArithmeticOperator operator_;
            const Node *left, *right;
        } arithmetic;
        struct {
            AggregateKind kind;
            Text stream_name;
            Span stream_span;
            const Stream *stream;  /* checked */
            const Node *field;     /* NODE_NAME, checked NODE_FIELD; NULL when events are counted */
            const Node *condition; /* NULL: every event */
            bool has_period;       /* by unit */
            Unit period;
            Window window;
        } aggregate;
        struct {
            const SequenceStep *steps; /* two or more */
            size_t steps_count;
            Window window;
        } sequence;
        struct {
            FunctionKind function;
            NodeList
                arguments; /* expressions, in order; stream and window arguments not included */
            bool has_window;
            Window window;        /* entered, left, class_changed, anniversary */
            const Stream *stream; /* checked: debt, overdue, overdue_days; taken from arguments */
            uint32_t set_id;      /* checked: id of the segment, saved set, classification, score */
            const Node *definition; /* checked: member() of a dynamic segment is evaluated */
        } call;
        struct {
            int64_t needed;
            NodeList list;
        } at_least;
        struct {
            bool is_top; /* else bottom */
            bool is_percent;
            int64_t amount; /* mantissa of the number written */
            uint8_t amount_scale;
            const Node *by;
            const Node *within; /* NULL: among all */
            uint32_t index; /* checked: 0, 1, ... inner before outer; the rank's place in results */
        } rank;
    } as;
};

/* A whole expression after checking. */
typedef struct {
    Text source; /* what was parsed; empty when it came as JSON */
    const Node *root;
    const Node **ranks; /* all NODE_RANK nodes, inner before outer, metrics' ones included once */
    size_t ranks_count;
    bool uses_events, uses_ranks, uses_sets;
    Text currency; /* of the data set, for amounts of money in sentences */
} Expression;

/* Named limits; over them is a clear error. */
enum {
    LANG_DEPTH_MAX = 64,
    LANG_NODES_MAX = 10000,
    /* the same for a tree with its metrics and dynamic segments put in place */
    LANG_EXPANDED_DEPTH_MAX = 256,
    LANG_EXPANDED_NODES_MAX = 100000,
    LANG_LIST_MAX = 100000,
    LANG_COUNT_MAX = 1000000, /* of units in a window, of conditions in `at least` */
    LANG_SOURCE_BYTES_MAX = 4 * 1024 * 1024,
    LANG_JSON_BYTES_MAX = 16 * 1024 * 1024 /* the JSON form of the same is longer */
};
