/* sentence_value.c -- values as noun phrases: names, arithmetic, functions. */
#include "lang/sentence.h"
#include "lang/window.h"
#include "model/built_in.h"

static const Text NOTHING = {0};

static Text property_words(const Sentence *sentence, const Property *property)
{
    return words_label(sentence, &property->labels, property->name);
}

static Text field_words(const Sentence *sentence, const Node *node)
{
    static const Phrase built_in[EVENT_BUILT_IN_COUNT] = {
        [EVENT_DATE] = PHRASE_EVENT_DATE,
        [EVENT_TIME] = PHRASE_EVENT_TIME,
        [EVENT_WEEKDAY] = PHRASE_EVENT_WEEKDAY,
        [EVENT_HOUR] = PHRASE_EVENT_HOUR,
    };
    static const Phrase attributes[ITEM_ATTRIBUTE_COUNT] = {
        [ITEM_CODE] = PHRASE_ITEM_CODE,   [ITEM_NAME] = PHRASE_ITEM_NAME,
        [ITEM_GROUP] = PHRASE_ITEM_GROUP, [ITEM_BRAND] = PHRASE_ITEM_BRAND,
        [ITEM_PRICE] = PHRASE_ITEM_PRICE, [ITEM_COST] = PHRASE_ITEM_COST,
    };
    if (node->as.field.is_built_in) return phrase_text(sentence, built_in[node->as.field.built_in]);
    if (node->as.field.is_item_attribute)
        return phrase_text(sentence, attributes[node->as.field.attribute]);
    const Field *field = node->as.field.field;
    ASSERT(field != NULL); /* a field is one of the three */
    return words_label(sentence, &field->labels, field->name);
}

Text sentence_title(const Sentence *sentence, const Node *node)
{
    if (node->kind == NODE_PROPERTY) {
        const Property *property = node->as.property.property;
        return words_quoted(sentence, words_title(sentence, &property->labels, property->name));
    }
    const Field *field = node->kind == NODE_FIELD ? node->as.field.field : NULL;
    if (field != NULL && !node->as.field.is_item_attribute)
        return words_quoted(sentence, words_title(sentence, &field->labels, field->name));
    Text words = sentence_value(sentence, node);
    return node->kind == NODE_FIELD ? words_quoted(sentence, words)
                                    : words_in_brackets(sentence, words);
}

/* ---- arithmetic ---- */

static bool has_brackets(const Node *node)
{
    return node->kind == NODE_CALL &&
           (node->as.call.function == FUNCTION_IF || node->as.call.function == FUNCTION_COALESCE);
}

/* One noun, or something that stands in brackets already. */
static bool is_short(const Node *node)
{
    return node->kind == NODE_LITERAL || node->kind == NODE_PROPERTY || node->kind == NODE_FIELD ||
           node->kind == NODE_METRIC || has_brackets(node);
}

Text sentence_operand(const Sentence *sentence, const Node *node)
{
    Text words = sentence_value(sentence, node);
    return is_short(node) ? words : words_in_brackets(sentence, words);
}

static Text arithmetic_words(const Sentence *sentence, const Node *node)
{
    static const char *const signs[] = {
        [ADD] = " + ", [SUBTRACT] = " − ", [MULTIPLY] = " × ", [DIVIDE] = " ÷ "};
    Text left = sentence_operand(sentence, node->as.arithmetic.left);
    Text right = sentence_operand(sentence, node->as.arithmetic.right);
    return arena_printf(sentence->arena, "%.*s%s%.*s", TEXT_FORMAT(left),
                        signs[node->as.arithmetic.operator_], TEXT_FORMAT(right));
}

/* ---- functions ---- */

static const Node *argument(const Node *call, size_t index)
{
    return call->as.call.arguments.items[index];
}

static Text argument_words(const Sentence *sentence, const Node *call, size_t index)
{
    return sentence_value(sentence, argument(call, index));
}

static Text age_words(const Sentence *sentence, const Node *node)
{
    const Node *date = argument(node, 0);
    bool is_birth_date =
        date->kind == NODE_PROPERTY && date->as.property.slot == BUILT_IN_BIRTH_DATE;
    if (is_birth_date) return phrase_text(sentence, PHRASE_AGE);
    return phrase_with(sentence, PHRASE_AGE_OF, sentence_value(sentence, date));
}

static Text if_words(const Sentence *sentence, const Node *node)
{
    return phrase_fill(sentence, PHRASE_IF, sentence_condition(sentence, argument(node, 0), false),
                       argument_words(sentence, node, 1), argument_words(sentence, node, 2));
}

static Text coalesce_words(const Sentence *sentence, const Node *node)
{
    Text list = argument_words(sentence, node, 0);
    for (size_t i = 1; i < node->as.call.arguments.count; i++) {
        list = words_concat(sentence, list, TEXT(", "));
        list = words_concat(sentence, list, argument_words(sentence, node, i));
    }
    return words_in_brackets(sentence, phrase_with(sentence, PHRASE_COALESCE, list));
}

static Text one_argument(const Sentence *sentence, const Node *node, Phrase phrase)
{
    return phrase_with(sentence, phrase, argument_words(sentence, node, 0));
}

/* NOLINT(function-size): dispatch */
static Text call_words(const Sentence *sentence, const Node *node)
{
    switch (node->as.call.function) {
    case FUNCTION_TODAY:
        return phrase_with(sentence, PHRASE_TODAY, words_date(sentence, sentence->as_of));
    case FUNCTION_AGE: return age_words(sentence, node);
    case FUNCTION_DAYS_BETWEEN:
        return phrase_fill(sentence, PHRASE_DAYS_BETWEEN, argument_words(sentence, node, 0),
                           argument_words(sentence, node, 1), NOTHING);
    case FUNCTION_DAYS_SINCE: return one_argument(sentence, node, PHRASE_DAYS_SINCE);
    case FUNCTION_YEAR: return one_argument(sentence, node, PHRASE_YEAR_OF);
    case FUNCTION_MONTH: return one_argument(sentence, node, PHRASE_MONTH_OF);
    case FUNCTION_DAY: return one_argument(sentence, node, PHRASE_DAY_OF);
    case FUNCTION_WEEKDAY: return one_argument(sentence, node, PHRASE_WEEKDAY_OF);
    case FUNCTION_IF: return if_words(sentence, node);
    case FUNCTION_COALESCE: return coalesce_words(sentence, node);
    case FUNCTION_ABS: return one_argument(sentence, node, PHRASE_ABS);
    case FUNCTION_ROUND: return one_argument(sentence, node, PHRASE_ROUND);
    case FUNCTION_FLOOR: return one_argument(sentence, node, PHRASE_FLOOR);
    case FUNCTION_BUCKET: return one_argument(sentence, node, PHRASE_BUCKET);
    case FUNCTION_CLASS: return one_argument(sentence, node, PHRASE_CLASS);
    case FUNCTION_CLASS_ON:
        return phrase_fill(sentence, PHRASE_CLASS_ON, argument_words(sentence, node, 0),
                           argument_words(sentence, node, 1), NOTHING);
    case FUNCTION_SCORE: return one_argument(sentence, node, PHRASE_SCORE);
    case FUNCTION_DEBT: return phrase_text(sentence, PHRASE_DEBT);
    case FUNCTION_OVERDUE: return phrase_text(sentence, PHRASE_OVERDUE);
    case FUNCTION_OVERDUE_DAYS: return phrase_text(sentence, PHRASE_OVERDUE_DAYS);
    case FUNCTION_ANNIVERSARY:
    case FUNCTION_MEMBER:
    case FUNCTION_SAVED:
    case FUNCTION_WAS_MEMBER:
    case FUNCTION_ENTERED:
    case FUNCTION_LEFT:
    case FUNCTION_CLASS_CHANGED: return sentence_condition(sentence, node, false);
    case FUNCTION_COUNT_OF_KINDS: break;
    }
    ASSERT(false);
    return NOTHING;
}

/* NOLINT(function-size): dispatch */
Text sentence_value(const Sentence *sentence, const Node *node)
{
    switch (node->kind) {
    case NODE_LITERAL: return words_literal(sentence, &node->as.literal);
    case NODE_PROPERTY: return property_words(sentence, node->as.property.property);
    case NODE_METRIC:
        return phrase_with(sentence, PHRASE_METRIC,
                           words_quoted(sentence, words_title(sentence, &node->as.metric.labels,
                                                              node->as.metric.name)));
    case NODE_FIELD: return field_words(sentence, node);
    case NODE_ARITHMETIC: return arithmetic_words(sentence, node);
    case NODE_NEGATE:
        return words_concat(sentence, TEXT("−"),
                            sentence_operand(sentence, node->as.unary.operand));
    case NODE_AGGREGATE: return sentence_aggregate(sentence, node, false);
    case NODE_CALL: return call_words(sentence, node);
    case NODE_AND:
    case NODE_OR:
    case NODE_NOT:
    case NODE_COMPARE:
    case NODE_BETWEEN:
    case NODE_IN_LIST:
    case NODE_IN_INTERVAL:
    case NODE_IS_MISSING:
    case NODE_TEXT_MATCH:
    case NODE_HAS:
    case NODE_UNDER:
    case NODE_SEQUENCE:
    case NODE_AT_LEAST:
    case NODE_RANK: return sentence_condition(sentence, node, false);
    case NODE_NAME:
    case NODE_KIND_COUNT: break; /* no checked tree holds one */
    }
    ASSERT(false);
    return NOTHING;
}
