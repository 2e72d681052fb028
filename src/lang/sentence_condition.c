/* sentence_condition.c -- conditions as clauses, each with its own negative form.
 *
 * `not` of a comparison by order also holds where the value is missing, so it is said as "it is not
 * true that", never as the opposite comparison. */
#include "base/buffer.h"
#include "lang/sentence.h"

static const Text NOTHING = {0};

enum { LIST_SHOWN_MAX = 10 };

Text sentence_list(const Sentence *sentence, const Node *subject, const LiteralList *list,
                   Text joiner)
{
    size_t shown = list->count > LIST_SHOWN_MAX ? LIST_SHOWN_MAX : list->count;
    Text words = NOTHING;
    for (size_t i = 0; i < shown; i++) {
        bool is_last = i + 1 == list->count;
        if (i > 0) words = words_concat(sentence, words, is_last ? joiner : TEXT(", "));
        words = words_concat(sentence, words, words_value_of(sentence, subject, &list->items[i]));
    }
    if (shown == list->count) return words;
    return phrase_fill(sentence, PHRASE_AND_MORE, words,
                       words_count(sentence, (int64_t)(list->count - shown)), NOTHING);
}

static Text not_true(const Sentence *sentence, Text words, bool is_negated)
{
    if (!is_negated) return words;
    return phrase_with(sentence, PHRASE_NOT_TRUE, words_in_brackets(sentence, words));
}

/* ---- comparisons ---- */

/* A written value beside `subject`, whose unit it takes: "1 000 м²". */
static Text beside(const Sentence *sentence, const Node *subject, const Node *value)
{
    if (value->kind != NODE_LITERAL) return sentence_operand(sentence, value);
    Text words = words_value_of(sentence, subject, &value->as.literal);
    if (subject->kind != NODE_PROPERTY) return words;
    const Property *property = subject->as.property.property;
    if (property->unit.size == 0) return words;
    return phrase_fill(sentence, PHRASE_WITH_UNIT, words, property->unit, NOTHING);
}

static Phrase order_phrase(CompareOperator comparison, Type type)
{
    static const Phrase numbers[] = {[COMPARE_LT] = PHRASE_LESS,
                                     [COMPARE_LE] = PHRASE_AT_MOST,
                                     [COMPARE_GT] = PHRASE_MORE,
                                     [COMPARE_GE] = PHRASE_NOT_LESS};
    static const Phrase days[] = {[COMPARE_LT] = PHRASE_EARLIER,
                                  [COMPARE_LE] = PHRASE_NOT_LATER,
                                  [COMPARE_GT] = PHRASE_LATER,
                                  [COMPARE_GE] = PHRASE_NOT_EARLIER};
    static const Phrase texts[] = {[COMPARE_LT] = PHRASE_ABOVE,
                                   [COMPARE_LE] = PHRASE_NOT_BELOW,
                                   [COMPARE_GT] = PHRASE_BELOW,
                                   [COMPARE_GE] = PHRASE_NOT_ABOVE};
    TypeFamily family = type_family(type);
    if (family == FAMILY_DAY) return days[comparison];
    return family == FAMILY_TEXT ? texts[comparison] : numbers[comparison];
}

/* "X is more than Y" for an end of a range or a comparison. */
static Text order_words(const Sentence *sentence, const Node *subject, CompareOperator comparison,
                        const Node *value)
{
    bool is_written = value->kind == NODE_LITERAL;
    Text words = is_written ? beside(sentence, subject, value) : sentence_value(sentence, value);
    return phrase_fill(
        sentence, order_phrase(comparison, subject->type), sentence_value(sentence, subject),
        phrase_with(sentence, is_written ? PHRASE_PLAIN : PHRASE_THAN, words), NOTHING);
}

/* `vip = true`; the positive answer and the lack of the negative one differ by the missing. */
static Text yes_no_words(const Sentence *sentence, Text subject, bool is_yes, bool is_negated)
{
    Phrase phrase = is_yes ? (is_negated ? PHRASE_IS_NOT_YES : PHRASE_IS_YES)
                           : (is_negated ? PHRASE_IS_NOT_NO : PHRASE_IS_NO);
    return phrase_with(sentence, phrase, subject);
}

static Text equality_words(const Sentence *sentence, const Node *node, bool is_negated)
{
    const Node *left = node->as.compare.left, *right = node->as.compare.right;
    Text subject = sentence_value(sentence, left);
    bool is_written = right->kind == NODE_LITERAL;
    if (is_written && right->as.literal.value.kind == VALUE_BOOL)
        return yes_no_words(sentence, subject, right->as.literal.value.as.boolean, is_negated);
    bool is_named = is_written && type_family(left->type) != FAMILY_NUMBER;
    Phrase phrase = is_named ? (is_negated ? PHRASE_IS_NOT : PHRASE_IS)
                             : (is_negated ? PHRASE_DIFFERS : PHRASE_EQUALS);
    return phrase_fill(sentence, phrase, subject, beside(sentence, left, right), NOTHING);
}

static Text compare_words(const Sentence *sentence, const Node *node, bool is_negated)
{
    CompareOperator comparison = node->as.compare.operator_;
    if (comparison == COMPARE_EQ) return equality_words(sentence, node, is_negated);
    return not_true(
        sentence, order_words(sentence, node->as.compare.left, comparison, node->as.compare.right),
        is_negated);
}

/* ---- ranges and lists ---- */

typedef struct {
    const Node *operand, *low, *high;
    bool low_included, high_included;
} Range;

static Phrase range_phrase(const Range *range)
{
    if (range->low_included && range->high_included)
        return type_family(range->operand->type) == FAMILY_DAY ? PHRASE_CLOSED_DAYS : PHRASE_CLOSED;
    if (range->low_included) return PHRASE_WITHOUT_HIGH;
    return range->high_included ? PHRASE_WITHOUT_LOW : PHRASE_OPEN;
}

/* An end of a range but the last one, which has the unit; money has its currency at each. */
static Text bare_end(const Sentence *sentence, const Node *subject, const Node *end)
{
    return subject->type.is_money ? beside(sentence, subject, end)
                                  : sentence_operand(sentence, end);
}

static Text range_words(const Sentence *sentence, const Range *range, bool is_negated)
{
    const Node *operand = range->operand;
    if (range->high == NULL)
        return not_true(sentence,
                        order_words(sentence, operand,
                                    range->low_included ? COMPARE_GE : COMPARE_GT, range->low),
                        is_negated);
    if (range->low == NULL)
        return not_true(sentence,
                        order_words(sentence, operand,
                                    range->high_included ? COMPARE_LE : COMPARE_LT, range->high),
                        is_negated);
    const Node *excluded = range->low_included ? range->high : range->low;
    Text between =
        phrase_fill(sentence, range_phrase(range), bare_end(sentence, operand, range->low),
                    beside(sentence, operand, range->high), bare_end(sentence, operand, excluded));
    return phrase_fill(sentence, is_negated ? PHRASE_NOT_IN_RANGE : PHRASE_IN_RANGE,
                       sentence_value(sentence, operand), between, NOTHING);
}

static Text between_words(const Sentence *sentence, const Node *node, bool is_negated)
{
    Range range = {node->as.between.operand, node->as.between.low, node->as.between.high, true,
                   true};
    return range_words(sentence, &range, is_negated);
}

static Text interval_words(const Sentence *sentence, const Node *node, bool is_negated)
{
    Range range = {node->as.in_interval.operand, node->as.in_interval.low,
                   node->as.in_interval.high, node->as.in_interval.low_included,
                   node->as.in_interval.high_included};
    return range_words(sentence, &range, is_negated);
}

static Text in_list_words(const Sentence *sentence, const Node *node, bool is_negated)
{
    const LiteralList *list = &node->as.in_list.list;
    const Node *operand = node->as.in_list.operand;
    bool is_one = list->count == 1;
    Text joiner = is_negated ? TEXT(", ") : phrase_text(sentence, PHRASE_OR);
    Phrase phrase = !is_negated ? PHRASE_IS : is_one ? PHRASE_IS_NOT : PHRASE_IN_LIST_NOT;
    return phrase_fill(sentence, phrase, sentence_value(sentence, operand),
                       sentence_list(sentence, operand, list, joiner), NOTHING);
}

/* ---- texts, sets, hierarchies ---- */

static Text text_match_words_of(const Sentence *sentence, const Node *node, bool is_negated)
{
    static const Phrase phrases[][2] = {[TEXT_CONTAINS] = {PHRASE_CONTAINS, PHRASE_CONTAINS_NOT},
                                        [TEXT_STARTS_WITH] = {PHRASE_STARTS, PHRASE_STARTS_NOT},
                                        [TEXT_ENDS_WITH] = {PHRASE_ENDS, PHRASE_ENDS_NOT},
                                        [TEXT_MATCHES] = {PHRASE_MATCHES, PHRASE_MATCHES_NOT}};
    return phrase_fill(sentence, phrases[node->as.text_match.match][is_negated],
                       sentence_value(sentence, node->as.text_match.operand),
                       words_quoted(sentence, node->as.text_match.pattern), NOTHING);
}

static Text has_words(const Sentence *sentence, const Node *node, bool is_negated)
{
    bool is_all = node->as.has.quantifier == HAS_ALL && node->as.has.list.count > 1;
    bool is_none = is_negated && !is_all;
    Text joiner = is_none ? TEXT(", ") : phrase_text(sentence, is_all ? PHRASE_AND : PHRASE_OR);
    Phrase phrase = is_none ? PHRASE_HAS_NONE : is_all ? PHRASE_HAS_ALL : PHRASE_HAS_ANY;
    Text words = phrase_fill(
        sentence, phrase, sentence_value(sentence, node->as.has.operand),
        sentence_list(sentence, node->as.has.operand, &node->as.has.list, joiner), NOTHING);
    return not_true(sentence, words, is_negated && is_all);
}

/* ---- functions ---- */

static Text call_text(const Sentence *sentence, const Node *node, size_t index)
{
    return sentence_value(sentence, node->as.call.arguments.items[index]);
}

static Text anniversary_words(const Sentence *sentence, const Node *node, bool is_negated)
{
    return phrase_fill(sentence, is_negated ? PHRASE_ANNIVERSARY_NOT : PHRASE_ANNIVERSARY,
                       sentence_title(sentence, node->as.call.arguments.items[0]),
                       words_window(sentence, &node->as.call.window), NOTHING);
}

static Text class_changed_words(const Sentence *sentence, const Node *node, bool is_negated)
{
    Text words = phrase_with(sentence, PHRASE_CLASS, call_text(sentence, node, 0));
    Text change = phrase_fill(sentence, PHRASE_CLASS_FROM_TO, call_text(sentence, node, 1),
                              call_text(sentence, node, 2), NOTHING);
    words = arena_printf(sentence->arena, "%.*s %.*s", TEXT_FORMAT(words), TEXT_FORMAT(change));
    words = words_concat(sentence, words, words_window(sentence, &node->as.call.window));
    return not_true(sentence, words, is_negated);
}

/* A function that is a claim about a stored set: the set, and a day or a period. */
static Text claim_words(const Sentence *sentence, const Node *node, Phrase positive,
                        Phrase negative, bool is_negated)
{
    Text when = NOTHING;
    if (node->as.call.has_window)
        when = words_window(sentence, &node->as.call.window);
    else if (node->as.call.arguments.count > 1)
        when = call_text(sentence, node, 1);
    return phrase_fill(sentence, is_negated ? negative : positive, call_text(sentence, node, 0),
                       when, NOTHING);
}

/* NOLINT(function-size): dispatch */
static Text call_condition(const Sentence *sentence, const Node *node, bool is_negated)
{
    switch (node->as.call.function) {
    case FUNCTION_ANNIVERSARY: return anniversary_words(sentence, node, is_negated);
    case FUNCTION_CLASS_CHANGED: return class_changed_words(sentence, node, is_negated);
    case FUNCTION_MEMBER:
        return claim_words(sentence, node, PHRASE_MEMBER, PHRASE_MEMBER_NOT, is_negated);
    case FUNCTION_SAVED:
        return claim_words(sentence, node, PHRASE_SAVED, PHRASE_SAVED_NOT, is_negated);
    case FUNCTION_WAS_MEMBER:
        return claim_words(sentence, node, PHRASE_WAS_MEMBER, PHRASE_WAS_MEMBER_NOT, is_negated);
    case FUNCTION_ENTERED:
        return claim_words(sentence, node, PHRASE_ENTERED, PHRASE_ENTERED_NOT, is_negated);
    case FUNCTION_LEFT:
        return claim_words(sentence, node, PHRASE_LEFT, PHRASE_LEFT_NOT, is_negated);
    case FUNCTION_IF:
    case FUNCTION_COALESCE:
        return yes_no_words(sentence, sentence_value(sentence, node), true, is_negated);
    case FUNCTION_TODAY:
    case FUNCTION_AGE:
    case FUNCTION_DAYS_BETWEEN:
    case FUNCTION_DAYS_SINCE:
    case FUNCTION_YEAR:
    case FUNCTION_MONTH:
    case FUNCTION_DAY:
    case FUNCTION_WEEKDAY:
    case FUNCTION_ABS:
    case FUNCTION_ROUND:
    case FUNCTION_FLOOR:
    case FUNCTION_BUCKET:
    case FUNCTION_CLASS:
    case FUNCTION_CLASS_ON:
    case FUNCTION_SCORE:
    case FUNCTION_DEBT:
    case FUNCTION_OVERDUE:
    case FUNCTION_OVERDUE_DAYS:
    case FUNCTION_COUNT_OF_KINDS: break; /* their values are no conditions */
    }
    ASSERT(false);
    return NOTHING;
}

/* ---- rankings ---- */

static Text rank_words(const Sentence *sentence, const Node *node, bool is_negated)
{
    Phrase phrase = node->as.rank.is_top ? (is_negated ? PHRASE_TOP_NOT : PHRASE_TOP)
                                         : (is_negated ? PHRASE_BOTTOM_NOT : PHRASE_BOTTOM);
    Text amount = words_number(sentence, node->as.rank.amount, node->as.rank.amount_scale);
    if (node->as.rank.is_percent) amount = phrase_with(sentence, PHRASE_PERCENT, amount);
    Text words =
        phrase_fill(sentence, phrase, amount, sentence_value(sentence, node->as.rank.by), NOTHING);
    if (node->as.rank.within == NULL) return words;
    Text among =
        words_in_brackets(sentence, sentence_condition(sentence, node->as.rank.within, false));
    return words_concat(sentence, words, phrase_with(sentence, PHRASE_AMONG, among));
}

/* ---- logic ---- */

static bool is_joined(const Node *node)
{
    return node->kind == NODE_AND || node->kind == NODE_OR;
}

/* Whether words have a text outside of brackets and quotes. */
static bool has_in_the_open(Text words, Text sought)
{
    size_t depth = 0;
    for (size_t position = 0; position < words.size;) {
        if (depth == 0 && text_starts_with(text_slice(words, position, words.size), sought))
            return true;
        uint32_t point = utf8_next(words, &position);
        if (point == '(' || point == 0xAB || point == 0x201C) depth++;
        if ((point == ')' || point == 0xBB || point == 0x201D) && depth > 0) depth--;
    }
    return false;
}

/* Whether words beside others could be read in two ways: they join something by the other word, or
 * say "it is not true that", which could go on. */
static bool is_open_to_doubt(const Sentence *sentence, Text words, bool is_and)
{
    Text denial = text_trim(phrase_with(sentence, PHRASE_NOT_TRUE, NOTHING));
    return has_in_the_open(words, phrase_text(sentence, is_and ? PHRASE_OR : PHRASE_AND)) ||
           has_in_the_open(words, denial);
}

/* Parts of another kind, rankings with a condition of their own and what could be read in two ways
 * stand in brackets. */
static Text part_words(const Sentence *sentence, const Node *part, bool is_and)
{
    Text words = sentence_condition(sentence, part, false);
    bool is_ranked = part->kind == NODE_RANK && part->as.rank.within != NULL;
    bool is_chain = part->kind == NODE_SEQUENCE || part->kind == NODE_AT_LEAST;
    bool has_brackets =
        is_joined(part) || is_ranked || is_chain || is_open_to_doubt(sentence, words, is_and);
    return has_brackets ? words_in_brackets(sentence, words) : words;
}

static Text joined_words(const Sentence *sentence, const Node *node, bool is_negated)
{
    Text joiner = phrase_text(sentence, node->kind == NODE_AND ? PHRASE_AND : PHRASE_OR);
    AUTO(buffer_done) Buffer out = {0};
    for (size_t i = 0; i < node->as.list.count; i++) {
        if (i > 0) buffer_text(&out, joiner);
        buffer_text(&out, part_words(sentence, node->as.list.items[i], node->kind == NODE_AND));
    }
    return not_true(sentence, arena_text(sentence->arena, buffer_view(&out)), is_negated);
}

static Text at_least_words(const Sentence *sentence, const Node *node, bool is_negated)
{
    NodeList list = node->as.at_least.list;
    AUTO(buffer_done) Buffer out = {0};
    for (size_t i = 0; i < list.count; i++) {
        if (i > 0) buffer_cstr(&out, "; ");
        buffer_text(&out, sentence_condition(sentence, list.items[i], false));
    }
    Text words = phrase_fill(
        sentence, PHRASE_AT_LEAST, words_count(sentence, node->as.at_least.needed),
        words_count(sentence, (int64_t)list.count), arena_text(sentence->arena, buffer_view(&out)));
    return not_true(sentence, words, is_negated);
}

static Text missing_words(const Sentence *sentence, const Node *node, bool is_negated)
{
    return phrase_with(sentence, is_negated ? PHRASE_FILLED : PHRASE_NOT_FILLED,
                       sentence_value(sentence, node->as.unary.operand));
}

static Text under_words(const Sentence *sentence, const Node *node, bool is_negated)
{
    return phrase_fill(sentence, is_negated ? PHRASE_UNDER_NOT : PHRASE_UNDER,
                       sentence_value(sentence, node->as.under.operand),
                       words_quoted(sentence, node->as.under.target), NOTHING);
}

/* A bare yes/no value. */
static Text bare_words(const Sentence *sentence, const Node *node, bool is_negated)
{
    if (node->kind == NODE_LITERAL)
        return not_true(sentence, words_literal(sentence, &node->as.literal), is_negated);
    return yes_no_words(sentence, sentence_value(sentence, node), true, is_negated);
}

static Text aggregate_condition(const Sentence *sentence, const Node *node, bool is_negated)
{
    AggregateKind kind = node->as.aggregate.kind;
    if (kind == AGGREGATE_ANY || kind == AGGREGATE_NONE)
        return sentence_aggregate(sentence, node, is_negated);
    return yes_no_words(sentence, sentence_aggregate(sentence, node, false), true, is_negated);
}

/* NOLINT(function-size): dispatch */
Text sentence_condition(const Sentence *sentence, const Node *node, bool is_negated)
{
    is_negated = is_negated != node->negated;
    switch (node->kind) {
    case NODE_AND:
    case NODE_OR: return joined_words(sentence, node, is_negated);
    case NODE_NOT: return sentence_condition(sentence, node->as.unary.operand, !is_negated);
    case NODE_COMPARE: return compare_words(sentence, node, is_negated);
    case NODE_BETWEEN: return between_words(sentence, node, is_negated);
    case NODE_IN_LIST: return in_list_words(sentence, node, is_negated);
    case NODE_IN_INTERVAL: return interval_words(sentence, node, is_negated);
    case NODE_IS_MISSING: return missing_words(sentence, node, is_negated);
    case NODE_TEXT_MATCH: return text_match_words_of(sentence, node, is_negated);
    case NODE_HAS: return has_words(sentence, node, is_negated);
    case NODE_UNDER: return under_words(sentence, node, is_negated);
    case NODE_AGGREGATE: return aggregate_condition(sentence, node, is_negated);
    case NODE_SEQUENCE: return sentence_sequence(sentence, node, is_negated);
    case NODE_CALL: return call_condition(sentence, node, is_negated);
    case NODE_AT_LEAST: return at_least_words(sentence, node, is_negated);
    case NODE_RANK: return rank_words(sentence, node, is_negated);
    case NODE_LITERAL:
    case NODE_PROPERTY:
    case NODE_METRIC:
    case NODE_FIELD: return bare_words(sentence, node, is_negated);
    case NODE_ARITHMETIC:
    case NODE_NEGATE:
    case NODE_NAME:
    case NODE_KIND_COUNT: break; /* no conditions */
    }
    ASSERT(false);
    return NOTHING;
}

Text expression_sentence(const Expression *expression, Date as_of, Language language, Arena *arena)
{
    Sentence sentence = {arena, language, as_of, expression->currency};
    const Node *root = expression->root;
    bool is_rule = root->type.kind == TYPE_BOOL;
    return is_rule ? sentence_condition(&sentence, root, false) : sentence_value(&sentence, root);
}
