/* sentence_event.c -- aggregates over events and chains of events in words. */
#include "lang/sentence.h"
#include "model/built_in.h"

static const Text NOTHING = {0};

/* ---- which events ---- */

static bool is_item_field(const Node *node)
{
    return node->kind == NODE_FIELD && node->type.kind == TYPE_ITEM;
}

static bool is_group_field(const Node *node)
{
    return node->kind == NODE_FIELD && node->as.field.is_item_attribute &&
           node->as.field.attribute == ITEM_GROUP;
}

/* `item = "X"`, `item.group = "X"`, `item under "X"`, `item in (...)` say which goods: then *ret is
 * " товара «X»" and the like. */
static bool goods_words(const Sentence *sentence, const Node *node, Text *ret_words)
{
    if (node->negated) return false;
    if (node->kind == NODE_COMPARE && node->as.compare.operator_ == COMPARE_EQ) {
        const Node *left = node->as.compare.left, *right = node->as.compare.right;
        if (right->kind != NODE_LITERAL || right->as.literal.value.kind != VALUE_TEXT) return false;
        if (!is_item_field(left) && !is_group_field(left)) return false;
        *ret_words = phrase_with(sentence, is_item_field(left) ? PHRASE_OF_ITEM : PHRASE_OF_GROUP,
                                 words_literal(sentence, &right->as.literal));
        return true;
    }
    if (node->kind == NODE_UNDER) {
        *ret_words =
            phrase_with(sentence, PHRASE_OF_GROUP, words_quoted(sentence, node->as.under.target));
        return is_item_field(node->as.under.operand) || is_group_field(node->as.under.operand);
    }
    if (node->kind == NODE_IN_LIST) {
        const Node *operand = node->as.in_list.operand;
        *ret_words =
            phrase_with(sentence, is_item_field(operand) ? PHRASE_OF_ITEMS : PHRASE_OF_GROUPS,
                        sentence_list(sentence, operand, &node->as.in_list.list, TEXT(", ")));
        return is_item_field(operand) || is_group_field(operand);
    }
    return false;
}

/* Conditions of an `and` but the one that was said already. */
static Text other_conditions(const Sentence *sentence, const Node *node, size_t said)
{
    Node rest = *node;
    const Node **items = ARENA_ARRAY(sentence->arena, const Node *, node->as.list.count);
    rest.as.list = (NodeList){items, 0};
    for (size_t i = 0; i < node->as.list.count; i++)
        if (i != said) items[rest.as.list.count++] = node->as.list.items[i];
    bool is_one = rest.as.list.count == 1;
    return sentence_condition(sentence, is_one ? items[0] : &rest, false);
}

/* What follows the name of the stream: " товара «X» (где …)". */
static Text condition_words(const Sentence *sentence, const Node *condition)
{
    Text goods;
    if (condition == NULL) return NOTHING;
    if (goods_words(sentence, condition, &goods)) return goods;
    if (condition->kind == NODE_AND)
        for (size_t i = 0; i < condition->as.list.count; i++)
            if (goods_words(sentence, condition->as.list.items[i], &goods))
                return words_concat(
                    sentence, goods,
                    phrase_with(sentence, PHRASE_WHERE, other_conditions(sentence, condition, i)));
    return phrase_with(sentence, PHRASE_WHERE, sentence_condition(sentence, condition, false));
}

static Text events_words(const Sentence *sentence, const Stream *stream, StreamForm form,
                         const Node *condition)
{
    return words_concat(sentence, words_stream(sentence, stream, form),
                        condition_words(sentence, condition));
}

/* ---- aggregates ---- */

/* The sum that a stream is mostly about needs no name: "сумма покупок". */
static bool is_main_field(const Node *node)
{
    const Node *field = node->as.aggregate.field;
    if (field->as.field.is_built_in || field->as.field.is_item_attribute) return false;
    uint32_t slot = field->as.field.field->slot;
    const Stream *stream = node->as.aggregate.stream;
    return (stream_is(stream, STREAM_PURCHASE) && slot == PURCHASE_AMOUNT) ||
           (stream_is(stream, STREAM_SETTLEMENT) && slot == SETTLEMENT_AMOUNT);
}

static Phrase aggregate_phrase(const Node *node, bool is_negated)
{
    switch (node->as.aggregate.kind) {
    case AGGREGATE_COUNT: return PHRASE_COUNT;
    case AGGREGATE_SUM: return is_main_field(node) ? PHRASE_SUM_MAIN : PHRASE_SUM;
    case AGGREGATE_DISTINCT: return PHRASE_DISTINCT;
    case AGGREGATE_AVG: return PHRASE_AVG;
    case AGGREGATE_MEDIAN: return PHRASE_MEDIAN;
    case AGGREGATE_STDDEV: return PHRASE_STDDEV;
    case AGGREGATE_MIN: return PHRASE_MIN;
    case AGGREGATE_MAX: return PHRASE_MAX;
    case AGGREGATE_FIRST: return PHRASE_FIRST;
    case AGGREGATE_LAST: return PHRASE_LAST;
    case AGGREGATE_MOST_COMMON: return PHRASE_MOST_COMMON;
    case AGGREGATE_DAYS_SINCE_FIRST:
    case AGGREGATE_DAYS_SINCE_LAST: return PHRASE_DAYS_SINCE_EVENT;
    case AGGREGATE_PERIODS: return PHRASE_PERIODS;
    case AGGREGATE_CV: return PHRASE_CV;
    case AGGREGATE_SLOPE: return PHRASE_SLOPE;
    case AGGREGATE_ANY: return is_negated ? PHRASE_NONE : PHRASE_ANY;
    case AGGREGATE_NONE: return is_negated ? PHRASE_ANY : PHRASE_NONE;
    case AGGREGATE_COUNT_OF_KINDS: break;
    }
    ASSERT(false);
    return PHRASE_NOTHING;
}

static StreamForm stream_form(const Node *node, Phrase phrase)
{
    if (phrase == PHRASE_ANY) return STREAM_MANY;
    if (phrase == PHRASE_PERIODS) return STREAM_WITH;
    if (node->as.aggregate.kind == AGGREGATE_DAYS_SINCE_FIRST) return STREAM_OF_FIRST;
    if (node->as.aggregate.kind == AGGREGATE_DAYS_SINCE_LAST) return STREAM_OF_LAST;
    return STREAM_OF_MANY;
}

Text sentence_aggregate(const Sentence *sentence, const Node *node, bool is_negated)
{
    Phrase phrase = aggregate_phrase(node, is_negated);
    Text events = events_words(sentence, node->as.aggregate.stream, stream_form(node, phrase),
                               node->as.aggregate.condition);
    Text window = words_window(sentence, &node->as.aggregate.window);
    Text about = NOTHING;
    if (node->as.aggregate.field != NULL)
        about = sentence_title(sentence, node->as.aggregate.field);
    if (phrase == PHRASE_PERIODS) {
        about = words_units_many(sentence, node->as.aggregate.period);
    } else if (node->as.aggregate.has_period) {
        Text by = words_units_by(sentence, node->as.aggregate.period);
        window = words_concat(sentence, phrase_with(sentence, PHRASE_BY_PERIOD, by), window);
    }
    return phrase_fill(sentence, phrase, events, about, window);
}

/* ---- sequences ---- */

static Text step_words(const Sentence *sentence, const SequenceStep *step, bool is_first)
{
    const EventPattern *event = &step->event;
    Text words = events_words(sentence, event->stream, STREAM_ONE, event->condition);
    if (step->has_within)
        words = phrase_fill(sentence, PHRASE_THEN_WITHIN, words,
                            words_units(sentence, step->within_count, step->within_unit), NOTHING);
    else if (!is_first)
        words = phrase_with(sentence, PHRASE_THEN, words);
    if (!step->has_without) return words;
    Text without =
        events_words(sentence, step->without.stream, STREAM_OF_MANY, step->without.condition);
    return words_concat(sentence, words, phrase_with(sentence, PHRASE_WITHOUT, without));
}

Text sentence_sequence(const Sentence *sentence, const Node *node, bool is_negated)
{
    Text steps = NOTHING;
    for (size_t i = 0; i < node->as.sequence.steps_count; i++)
        steps = words_concat(sentence, steps,
                             step_words(sentence, &node->as.sequence.steps[i], i == 0));
    return phrase_fill(sentence, is_negated ? PHRASE_SEQUENCE_NOT : PHRASE_SEQUENCE, steps, NOTHING,
                       words_window(sentence, &node->as.sequence.window));
}
