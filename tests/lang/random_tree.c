/* random_tree.c -- random trees of the language, down to the oddest names, texts and windows. */
#include "random_tree.h"

#include "base/buffer.h"

typedef struct {
    Random *random;
    Arena *arena;
    size_t depth; /* levels left */
    size_t size;  /* nodes left; when used up only leaves come */
} Grower;

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static size_t below(Grower *grower, size_t bound)
{
    return (size_t)random_below(grower->random, bound);
}

static bool chance(Grower *grower, double probability)
{
    return random_chance(grower->random, probability);
}

Text random_text(Random *random, Arena *arena)
{
    static const char *const pieces[] = {
        "a", "Москва", "ё",    "\"",   "'",    "\\",      "\n", "\t",  "\r",
        " ", "\u00A0", "`",    "%",    "#",    "(",       ")",  "and", "\\n",
        ",", "\x01",   "\x7F", "日本", "🙂", "и\u0306", "«»", "Ї",   "\\\\d",
        "0", "2026",   "-",    "/",    " / ",  "\uFEFF",  "|",
    };
    AUTO(buffer_done) Buffer text = {0};
    for (size_t count = random_below(random, 6); count > 0; count--)
        buffer_cstr(&text, pieces[random_below(random, COUNT_OF(pieces))]);
    return arena_text(arena, buffer_view(&text));
}

static Text random_odd_name(Random *random, Arena *arena)
{
    static const char *const pieces[] = {"a", "1",  "_",  "Площадь", " ",     "`",       "\"",
                                         "'", ".",  "-",  "(",       "é",     "и\u0306", "🙂",
                                         "#", "\\", "м²", "№",       "\u00A0"};
    AUTO(buffer_done) Buffer name = {0};
    for (size_t count = 1 + random_below(random, 4); count > 0; count--)
        buffer_cstr(&name, pieces[random_below(random, COUNT_OF(pieces))]);
    return arena_text(arena, buffer_view(&name));
}

static const char *const NAMES[] = {
    /* plain names */
    "region",
    "Площадь_магазина",
    "x1",
    "_",
    "їжак",
    /* words of the language that may be names, and words that may not */
    "last",
    "previous",
    "this",
    "next",
    "from",
    "to",
    "since",
    "before",
    "on",
    "ago",
    "shifted",
    "back",
    "top",
    "bottom",
    "by",
    "within",
    "where",
    "sequence",
    "then",
    "without",
    "at",
    "least",
    "of",
    "any",
    "all",
    "none",
    "with",
    "day",
    "months",
    "date",
    "time",
    "kind",
    "class",
    "left",
    "count",
    "sum",
    "if",
    "round",
    "and",
    "or",
    "not",
    "in",
    "between",
    "is",
    "missing",
    "true",
    "FALSE",
    "has",
    "under",
    "Contains",
    "starts",
    "ends",
    "matches",
    /* words that only look like ours */
    "и",
    "или",
    "не",
    "like",
    "null",
    "сount",
};

Text random_name(Random *random, Arena *arena)
{
    if (random_chance(random, 0.2)) return random_odd_name(random, arena);
    return text_of(NAMES[random_below(random, COUNT_OF(NAMES))]);
}

static Literal decimal_literal(Grower *grower)
{
    int scale = chance(grower, 0.5) ? 0 : (int)below(grower, DECIMAL_SCALE_MAX + 1);
    int64_t limit = DECIMAL_POW10[below(grower, 19)] - 1;
    return (Literal){value_decimal(random_between(grower->random, -limit, limit)),
                     {.kind = TYPE_DECIMAL, .scale = (uint8_t)scale}};
}

static Date random_date(Grower *grower)
{
    if (chance(grower, 0.1))
        return (Date){(int32_t)random_between(grower->random, DATE_DAY_MIN, DATE_DAY_MAX)};
    return (Date){(int32_t)random_between(grower->random, 18000, 21000)};
}

static Literal random_list_literal(Grower *grower)
{
    Value text = {.kind = VALUE_TEXT};
    switch (below(grower, 5)) {
    case 0: return (Literal){value_bool(chance(grower, 0.5)), {.kind = TYPE_BOOL}};
    case 1: return (Literal){value_date(random_date(grower)), {.kind = TYPE_DATE}};
    case 2: {
        Moment moment = {(int64_t)random_date(grower).day * 86400 +
                         random_between(grower->random, 0, 86399)};
        return (Literal){value_moment(moment), {.kind = TYPE_MOMENT}};
    }
    case 3: return decimal_literal(grower);
    default:
        text.as.text = random_text(grower->random, grower->arena);
        return (Literal){text, {.kind = TYPE_TEXT}};
    }
}

static LiteralList random_literals(Grower *grower)
{
    size_t count = 1 + below(grower, 4);
    Literal *items = ARENA_ARRAY(grower->arena, Literal, count);
    for (size_t i = 0; i < count; i++)
        items[i] = random_list_literal(grower);
    return (LiteralList){items, count};
}

static int64_t random_count(Grower *grower)
{
    return random_between(grower->random, 0, chance(grower, 0.9) ? 3 : LANG_COUNT_MAX);
}

static Unit random_unit_of_time(Grower *grower)
{
    return (Unit)below(grower, UNIT_COUNT);
}

static Window random_window(Grower *grower)
{
    Window window = {.kind = (WindowKind)(WINDOW_LAST + below(grower, WINDOW_NEXT - WINDOW_LAST))};
    window.unit = random_unit_of_time(grower);
    window.count = random_count(grower);
    window.count_far = random_count(grower);
    window.count_written = window.kind == WINDOW_PREVIOUS && chance(grower, 0.5);
    if (window.kind == WINDOW_PREVIOUS && !window.count_written) window.count = 1;
    window.from = random_date(grower);
    window.to = random_date(grower);
    window.is_shifted = chance(grower, 0.3);
    window.shift_count = random_count(grower);
    window.shift_unit = random_unit_of_time(grower);
    return window;
}

static const Node *grow(Grower *grower);

static const Node *grow_name(Grower *grower)
{
    Node *node = ARENA_NEW(grower->arena, Node);
    node->kind = NODE_NAME;
    node->as.name.name = random_name(grower->random, grower->arena);
    if (chance(grower, 0.2)) node->as.name.member = random_name(grower->random, grower->arena);
    return node;
}

static const Node *grow_leaf(Grower *grower)
{
    if (chance(grower, 0.5)) return grow_name(grower);
    Node *node = ARENA_NEW(grower->arena, Node);
    node->kind = NODE_LITERAL;
    if (!chance(grower, 0.1)) node->as.literal = random_list_literal(grower);
    return node;
}

static const Node *grow_or_nothing(Grower *grower)
{
    return chance(grower, 0.5) ? grow(grower) : NULL;
}

static NodeList grow_list(Grower *grower, size_t count_min)
{
    size_t count = count_min + below(grower, 3);
    NodeList list = {ARENA_ARRAY(grower->arena, const Node *, count), count};
    for (size_t i = 0; i < count; i++)
        list.items[i] = grow(grower);
    return list;
}

static void grow_compare(Grower *grower, Node *node)
{
    node->as.compare.operator_ = (CompareOperator)below(grower, COMPARE_GE + 1);
    node->negated = node->as.compare.operator_ == COMPARE_EQ && chance(grower, 0.5);
    node->as.compare.left = grow(grower);
    node->as.compare.right = grow(grower);
}

static void grow_has(Grower *grower, Node *node)
{
    node->as.has.quantifier = (HasQuantifier)below(grower, HAS_ALL + 1);
    node->negated = node->as.has.quantifier == HAS_ANY && chance(grower, 0.5);
    node->as.has.operand = grow(grower);
    node->as.has.list = random_literals(grower);
}

static void grow_interval(Grower *grower, Node *node)
{
    size_t sides = 1 + below(grower, 3);
    node->as.in_interval.operand = grow(grower);
    if (sides != 1) node->as.in_interval.low = grow(grower);
    if (sides != 2) node->as.in_interval.high = grow(grower);
    node->as.in_interval.low_included = sides != 1 && chance(grower, 0.5);
    node->as.in_interval.high_included = sides != 2 && chance(grower, 0.5);
}

static void grow_aggregate(Grower *grower, Node *node)
{
    node->as.aggregate.kind = (AggregateKind)below(grower, AGGREGATE_COUNT_OF_KINDS);
    node->as.aggregate.stream_name = random_name(grower->random, grower->arena);
    if (chance(grower, 0.5)) node->as.aggregate.field = grow_name(grower);
    node->as.aggregate.condition = grow_or_nothing(grower);
    node->as.aggregate.has_period = chance(grower, 0.3);
    if (node->as.aggregate.has_period) node->as.aggregate.period = random_unit_of_time(grower);
    if (chance(grower, 0.7)) node->as.aggregate.window = random_window(grower);
}

static EventPattern grow_event(Grower *grower)
{
    return (EventPattern){.stream_name = random_name(grower->random, grower->arena),
                          .condition = grow_or_nothing(grower)};
}

static void grow_sequence(Grower *grower, Node *node)
{
    size_t count = 2 + below(grower, 2);
    SequenceStep *steps = ARENA_ARRAY(grower->arena, SequenceStep, count);
    for (size_t i = 0; i < count; i++) {
        SequenceStep step = {.event = grow_event(grower)};
        step.has_within = i > 0 && chance(grower, 0.5);
        step.within_count = random_count(grower);
        step.within_unit = random_unit_of_time(grower);
        step.has_without = i > 0 && chance(grower, 0.3);
        if (step.has_without) step.without = grow_event(grower);
        steps[i] = step;
    }
    node->as.sequence.steps = steps;
    node->as.sequence.steps_count = count;
    if (chance(grower, 0.5)) node->as.sequence.window = random_window(grower);
}

static void grow_call(Grower *grower, Node *node)
{
    node->as.call.function = (FunctionKind)below(grower, FUNCTION_COUNT_OF_KINDS);
    node->as.call.arguments = grow_list(grower, 0);
    node->as.call.has_window = chance(grower, 0.3);
    if (!node->as.call.has_window) return;
    node->as.call.window = random_window(grower);
    if (chance(grower, 0.3))
        node->as.call.window = (Window){.kind = WINDOW_NEXT,
                                        .count = random_count(grower),
                                        .unit = random_unit_of_time(grower)};
}

static void grow_rank(Grower *grower, Node *node)
{
    Literal amount = decimal_literal(grower);
    int64_t mantissa = amount.value.as.decimal;
    node->as.rank.is_top = chance(grower, 0.5);
    node->as.rank.is_percent = chance(grower, 0.5);
    node->as.rank.amount = mantissa < 0 ? -mantissa : mantissa;
    node->as.rank.amount_scale = amount.type.scale;
    node->as.rank.by = grow(grower);
    node->as.rank.within = grow_or_nothing(grower);
}

/* Fills the parts of a node whose kind is chosen. NOLINTNEXTLINE(function-size): dispatch */
static void grow_parts(Grower *grower, Node *node)
{
    switch (node->kind) {
    case NODE_AND:
    case NODE_OR: node->as.list = grow_list(grower, 2); return;
    case NODE_NOT:
    case NODE_NEGATE: node->as.unary.operand = grow(grower); return;
    case NODE_IS_MISSING:
        node->negated = chance(grower, 0.5);
        node->as.unary.operand = grow(grower);
        return;
    case NODE_COMPARE: grow_compare(grower, node); return;
    case NODE_BETWEEN:
        node->negated = chance(grower, 0.5);
        node->as.between.operand = grow(grower);
        node->as.between.low = grow(grower);
        node->as.between.high = grow(grower);
        return;
    case NODE_IN_LIST:
        node->negated = chance(grower, 0.5);
        node->as.in_list.operand = grow(grower);
        node->as.in_list.list = random_literals(grower);
        return;
    case NODE_IN_INTERVAL:
        node->negated = chance(grower, 0.5);
        grow_interval(grower, node);
        return;
    case NODE_TEXT_MATCH:
        node->negated = chance(grower, 0.5);
        node->as.text_match.match = (TextMatch)below(grower, TEXT_MATCHES + 1);
        node->as.text_match.operand = grow(grower);
        node->as.text_match.pattern = random_text(grower->random, grower->arena);
        return;
    case NODE_HAS: grow_has(grower, node); return;
    case NODE_UNDER:
        node->negated = chance(grower, 0.5);
        node->as.under.operand = grow(grower);
        node->as.under.target = random_text(grower->random, grower->arena);
        return;
    case NODE_ARITHMETIC:
        node->as.arithmetic.operator_ = (ArithmeticOperator)below(grower, DIVIDE + 1);
        node->as.arithmetic.left = grow(grower);
        node->as.arithmetic.right = grow(grower);
        return;
    case NODE_AGGREGATE: grow_aggregate(grower, node); return;
    case NODE_SEQUENCE: grow_sequence(grower, node); return;
    case NODE_CALL: grow_call(grower, node); return;
    case NODE_AT_LEAST:
        node->as.at_least.needed = random_count(grower);
        node->as.at_least.list = grow_list(grower, 1);
        return;
    case NODE_RANK: grow_rank(grower, node); return;
    case NODE_LITERAL:
    case NODE_NAME:
    case NODE_PROPERTY:
    case NODE_METRIC:
    case NODE_FIELD:
    case NODE_KIND_COUNT: break;
    }
    ASSERT(false && "leaves and checked kinds are not grown here");
}

static bool is_grown(NodeKind kind)
{
    return kind != NODE_LITERAL && kind != NODE_NAME && kind != NODE_PROPERTY &&
           kind != NODE_METRIC && kind != NODE_FIELD;
}

static const Node *grow(Grower *grower)
{
    if (grower->depth <= 1 || grower->size == 0 || chance(grower, 0.15)) return grow_leaf(grower);
    Node *node = ARENA_NEW(grower->arena, Node);
    do
        node->kind = (NodeKind)below(grower, NODE_KIND_COUNT);
    while (!is_grown(node->kind));
    grower->depth--;
    grower->size--;
    grow_parts(grower, node);
    grower->depth++;
    return node;
}

const Node *random_tree(Random *random, Arena *arena, size_t depth_max, size_t size)
{
    Grower grower = {.random = random, .arena = arena, .depth = depth_max, .size = size};
    return grow(&grower);
}
