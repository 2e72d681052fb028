/* check_compare.c -- comparisons, ranges, lists, texts, sets and hierarchies. */
#include "base/fold.h"
#include "base/regex.h"
#include "lang/check.h"
#include "lang/words.h"

static const Text NOTHING = {0};

static bool is_untyped(const Node *node)
{
    return node->type.kind == TYPE_NONE;
}

/* ---- whether two values can be compared ---- */

/* A text literal names an item by its code or name; other texts do not. */
static bool are_comparable(Type a, bool is_a_text_literal, Type b, bool is_b_text_literal)
{
    TypeFamily left = type_family(a), right = type_family(b);
    if (left == FAMILY_ITEM && is_b_text_literal) return true;
    if (right == FAMILY_ITEM && is_a_text_literal) return true;
    return left == right && left != FAMILY_SET;
}

/* dd.mm.yyyy, as people write dates in quotes. */
static bool parse_dotted_date(Text text, Date *ret_date)
{
    if (text.size != sizeof "31.03.2026" - 1 || text.data[2] != '.' || text.data[5] != '.')
        return false;
    char iso[] = {text.data[6], text.data[7], text.data[8], text.data[9], '-',
                  text.data[3], text.data[4], '-',          text.data[0], text.data[1]};
    return date_parse_iso((Text){iso, sizeof iso}, ret_date);
}

static bool is_yes(Text text)
{
    return text_equal_folded(text, TEXT("да")) || text_equal_folded(text, TEXT("так")) ||
           text_equal_folded(text, TEXT("yes")) || text_equal_folded(text, TEXT("true"));
}

static bool is_no(Text text)
{
    return text_equal_folded(text, TEXT("нет")) || text_equal_folded(text, TEXT("ні")) ||
           text_equal_folded(text, TEXT("no")) || text_equal_folded(text, TEXT("false"));
}

/* How a text in quotes is written as a value of another family; empty when it is none. */
static Text without_quotes(Text text, TypeFamily family, Arena *arena)
{
    Date date;
    Moment moment;
    int64_t mantissa;
    int scale;
    char out[DATE_TEXT_MAX];
    Text trimmed = text_trim(text);
    if (family == FAMILY_DAY && date_parse_iso(trimmed, &date)) return trimmed;
    if (family == FAMILY_DAY && moment_parse_iso(trimmed, &moment)) return trimmed;
    if (family == FAMILY_DAY && parse_dotted_date(trimmed, &date))
        return arena_text(arena, date_print_iso(date, out));
    if (family == FAMILY_NUMBER && decimal_parse(trimmed, &mantissa, &scale)) return trimmed;
    if (family == FAMILY_BOOL && is_yes(trimmed)) return TEXT("true");
    if (family == FAMILY_BOOL && is_no(trimmed)) return TEXT("false");
    return NOTHING;
}

/* A literal of the wrong type beside `type`: say how to write it, when that is what is wrong. */
static bool report_quoting(Checker *checker, Span span, const Literal *literal, Type type)
{
    Arena *arena = checker->shared->arena;
    TypeFamily family = type_family(type);
    if (literal->value.kind == VALUE_TEXT) {
        Text plain = without_quotes(literal->value.as.text, family, arena);
        if (plain.size == 0) return false;
        check_error(checker, DIAGNOSTIC_WRITE_WITHOUT_QUOTES, span, text_of(type_name(type)), plain,
                    NOTHING);
        return true;
    }
    bool is_text = family == FAMILY_TEXT || family == FAMILY_ITEM;
    if (!is_text || literal->value.kind != VALUE_DECIMAL) return false;
    Text plain = literal_print(literal, arena);
    check_error(checker, DIAGNOSTIC_WRITE_IN_QUOTES, span,
                arena_printf(arena, "\"%.*s\"", TEXT_FORMAT(plain)), NOTHING, NOTHING);
    return true;
}

static void report_types_differ(Checker *checker, Span span, Type left, Type right)
{
    check_error(checker, DIAGNOSTIC_TYPES_DIFFER, span, text_of(type_name(left)),
                text_of(type_name(right)), NOTHING);
}

bool check_comparable(Checker *checker, const Node *left, const Node *right)
{
    if (is_untyped(left) || is_untyped(right)) return true; /* reported, or `missing` */
    if (are_comparable(left->type, is_text_literal(left), right->type, is_text_literal(right)))
        return true;
    Literal literal;
    Span span = {left->span.begin_byte, right->span.end_byte};
    bool is_explained = (literal_of_node(right, &literal) &&
                         report_quoting(checker, right->span, &literal, left->type)) ||
                        (literal_of_node(left, &literal) &&
                         report_quoting(checker, left->span, &literal, right->type));
    if (!is_explained) report_types_differ(checker, span, left->type, right->type);
    return false;
}

/* Whether the operand can be compared at all; sets cannot. */
static bool check_not_set(Checker *checker, const Node *operand, const char *word)
{
    if (type_family(operand->type) != FAMILY_SET) return true;
    check_error(checker, DIAGNOSTIC_SET_NEEDS_HAS, operand->span, text_of(word), NOTHING, NOTHING);
    return false;
}

static bool check_order(Checker *checker, const Node *operand, const char *word)
{
    if (is_untyped(operand) || type_has_order(operand->type)) return true;
    check_type_error(checker, DIAGNOSTIC_NO_ORDER, operand, word);
    return false;
}

/* ---- words of values ---- */

/* «претензия» beside interaction.kind is the value that it stands for. */
static Text value_of_words(Checker *checker, Text text, Type type)
{
    Text value;
    Enumeration enumeration = (Enumeration)type.enumeration;
    return enumeration_find(enumeration, text, checker->shared->arena, &value) ? value : text;
}

static const Node *literal_beside(Checker *checker, const Node *literal, const Node *other)
{
    if (!is_text_literal(literal) || other->type.enumeration == ENUMERATION_NONE) return literal;
    Node *copy = ARENA_NEW(checker->shared->arena, Node);
    *copy = *literal;
    Value *value = &copy->as.literal.value;
    value->as.text = value_of_words(checker, value->as.text, other->type);
    return copy;
}

static LiteralList list_beside(Checker *checker, const LiteralList *list, const Node *operand)
{
    if (operand->type.enumeration == ENUMERATION_NONE) return *list;
    Literal *items = ARENA_ARRAY(checker->shared->arena, Literal, list->count);
    for (size_t i = 0; i < list->count; i++) {
        items[i] = list->items[i];
        if (items[i].value.kind != VALUE_TEXT) continue;
        items[i].value.as.text = value_of_words(checker, items[i].value.as.text, operand->type);
    }
    return (LiteralList){items, list->count};
}

/* ---- compare ---- */

/* Two neighbours, of which the literal `missing` takes the type of the other. */
static void check_pair(Checker *checker, const Node **left, const Node **right)
{
    *left = check_node(checker, *left);
    *right = check_node(checker, *right);
    *left = check_missing_as(checker, *left, (*right)->type);
    *right = check_missing_as(checker, *right, (*left)->type);
    if (!is_missing_literal(*left) || !is_missing_literal(*right)) return;
    if (is_untyped(*left))
        check_error(checker, DIAGNOSTIC_MISSING_WITHOUT_TYPE, (*left)->span, NOTHING, NOTHING,
                    NOTHING);
}

/* `city = Москва`: a word that is no name, beside a text, lacks its quotes. A word that is nearly a
 * name is taken for a slip instead. */
static bool lacks_quotes(Checker *checker, const Node *checked, const Node *word)
{
    size_t errors_count = checker->diagnostics->errors_count;
    TypeFamily family = type_family(checked->type);
    bool is_text = family == FAMILY_TEXT || family == FAMILY_ITEM;
    if (!is_text || !check_is_unknown_word(checker, word)) return false;
    check_node(checker, word);
    Diagnostic *last = &checker->diagnostics->items[checker->diagnostics->count - 1];
    bool is_told = checker->diagnostics->errors_count > errors_count &&
                   last->kind != DIAGNOSTIC_WRITE_IN_QUOTES;
    if (!is_told || last->suggestion.size > 0) return true;
    Arena *arena = checker->shared->arena;
    last->kind = DIAGNOSTIC_WRITE_IN_QUOTES;
    last->parameters[0] = arena_printf(arena, "\"%.*s\"", TEXT_FORMAT(word->as.name.name));
    return true;
}

/* Whether a yes or no is written at the right of a comparison in another way than the language
 * writes it. */
static bool is_foreign_yes_no(const Node *right, bool *ret_is_yes)
{
    if (right->kind == NODE_NAME) {
        *ret_is_yes = is_yes(right->as.name.name);
        return *ret_is_yes || is_no(right->as.name.name);
    }
    bool is_digit = right->kind == NODE_LITERAL && right->as.literal.value.kind == VALUE_DECIMAL &&
                    right->as.literal.value.as.decimal >= 0 &&
                    right->as.literal.value.as.decimal <= 1 && right->as.literal.type.scale == 0;
    if (is_digit) *ret_is_yes = right->as.literal.value.as.decimal == 1;
    return is_digit;
}

/* `city != null`, `vip = yes`: what the comparison is written as, which has another form. */
static bool report_other_form(Checker *checker, const Node *node, const Node *left)
{
    bool is_positive, is_opposite = node->negated;
    Arena *arena = checker->shared->arena;
    const Node *right = node->as.compare.right;
    bool is_plain = left->kind == NODE_PROPERTY || left->kind == NODE_METRIC ||
                    left->kind == NODE_FIELD || left->kind == NODE_AGGREGATE ||
                    left->kind == NODE_CALL;
    if (node->as.compare.operator_ != COMPARE_EQ || !is_plain) return false;
    Text subject = expression_print(left, arena), form;
    if (right->kind == NODE_NAME && word_means_missing(right->as.name.name))
        form = arena_printf(arena, "%.*s is %smissing", TEXT_FORMAT(subject),
                            is_opposite ? "not " : "");
    else if (left->type.kind == TYPE_BOOL && is_foreign_yes_no(right, &is_positive))
        form = arena_printf(arena, "%s%.*s", is_positive == is_opposite ? "not " : "",
                            TEXT_FORMAT(subject));
    else
        return false;
    check_error(checker, DIAGNOSTIC_USE_INSTEAD, node->span,
                arena_printf(arena, "%.*s %s %.*s", TEXT_FORMAT(subject), is_opposite ? "!=" : "=",
                             TEXT_FORMAT(expression_print(right, arena))),
                form, NOTHING);
    return true;
}

const Node *check_compare(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    const Node *left = node->as.compare.left, *right = node->as.compare.right;
    const char *word = compare_operator_word(node->as.compare.operator_);
    if (check_is_unknown_word(checker, right)) {
        copy->as.compare.left = check_node(checker, left);
        bool is_told = report_other_form(checker, node, copy->as.compare.left) ||
                       lacks_quotes(checker, copy->as.compare.left, right);
        copy->as.compare.right =
            is_told ? check_not_a_value(checker, right) : check_node(checker, right);
        copy->type = type_of_kind(TYPE_BOOL);
        return copy;
    }
    check_pair(checker, &left, &right);
    copy->as.compare.left = literal_beside(checker, left, right);
    copy->as.compare.right = literal_beside(checker, right, left);
    copy->type = type_of_kind(TYPE_BOOL);
    bool is_literal = node->as.compare.right->kind == NODE_LITERAL;
    if (is_literal && report_other_form(checker, node, left)) return copy;
    if (!check_not_set(checker, left, word) || !check_not_set(checker, right, word)) return copy;
    bool is_comparable = check_comparable(checker, left, right);
    if (is_comparable && node->as.compare.operator_ != COMPARE_EQ) {
        if (check_order(checker, left, word)) check_order(checker, right, word);
    }
    return copy;
}

/* ---- ranges ---- */

/* The ends written as values must not be reversed, nor leave nothing between them. */
static void check_range(Checker *checker, const Node *low, const Node *high, bool is_closed)
{
    Literal from, to;
    if (!literal_of_node(low, &from) || !literal_of_node(high, &to)) return;
    if (type_family(from.type) != type_family(to.type) || !type_has_order(from.type)) return;
    int order = literal_compare(&from, &to);
    if (order < 0 || (order == 0 && is_closed)) return;
    Arena *arena = checker->shared->arena;
    Span span = {low->span.begin_byte, high->span.end_byte};
    check_error(checker, order > 0 ? DIAGNOSTIC_RANGE_REVERSED : DIAGNOSTIC_RANGE_EMPTY, span,
                literal_print(&from, arena), literal_print(&to, arena), NOTHING);
}

/* An end of a range; NULL when it is open. */
static const Node *check_end(Checker *checker, const Node *operand, const Node *end,
                             const char *word)
{
    if (end == NULL) return NULL;
    const Node *checked = check_missing_as(checker, check_node(checker, end), operand->type);
    if (is_untyped(operand) || is_untyped(checked) || !type_has_order(operand->type))
        return checked;
    if (check_not_set(checker, checked, word) && check_comparable(checker, operand, checked))
        check_order(checker, checked, word);
    return checked;
}

/* What is tested against a range: something with an order. */
static const Node *check_range_operand(Checker *checker, const Node *operand, const char *word)
{
    const Node *checked = check_node(checker, operand);
    if (is_missing_literal(checked))
        check_error(checker, DIAGNOSTIC_MISSING_WITHOUT_TYPE, operand->span, NOTHING, NOTHING,
                    NOTHING);
    else if (check_not_set(checker, checked, word))
        check_order(checker, checked, word);
    return checked;
}

const Node *check_between(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    const Node *operand = check_range_operand(checker, node->as.between.operand, "between");
    copy->as.between.operand = operand;
    copy->as.between.low = check_end(checker, operand, node->as.between.low, "between");
    copy->as.between.high = check_end(checker, operand, node->as.between.high, "between");
    copy->type = type_of_kind(TYPE_BOOL);
    check_range(checker, copy->as.between.low, copy->as.between.high, true);
    return copy;
}

const Node *check_in_interval(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    const Node *operand = check_range_operand(checker, node->as.in_interval.operand, "in");
    const Node *low = check_end(checker, operand, node->as.in_interval.low, "in");
    const Node *high = check_end(checker, operand, node->as.in_interval.high, "in");
    copy->as.in_interval.operand = operand;
    copy->as.in_interval.low = low;
    copy->as.in_interval.high = high;
    copy->type = type_of_kind(TYPE_BOOL);
    bool is_closed = node->as.in_interval.low_included && node->as.in_interval.high_included;
    if (low != NULL && high != NULL) check_range(checker, low, high, is_closed);
    return copy;
}

/* ---- lists ---- */

/* Every literal must be comparable with a value of `type`; one message for the whole list. */
static bool check_literals(Checker *checker, const Node *node, const LiteralList *list, Type type)
{
    for (size_t i = 0; i < list->count; i++) {
        const Literal *literal = &list->items[i];
        bool is_text = literal->value.kind == VALUE_TEXT;
        if (value_is_missing(literal->value)) {
            check_error(checker, DIAGNOSTIC_MISSING_WITHOUT_TYPE, node->span, NOTHING, NOTHING,
                        NOTHING);
            return false;
        }
        if (are_comparable(type, false, literal->type, is_text)) continue;
        if (!report_quoting(checker, node->span, literal, type))
            report_types_differ(checker, node->span, type, literal->type);
        return false;
    }
    return true;
}

const Node *check_in_list(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    const Node *operand = check_node(checker, node->as.in_list.operand);
    copy->as.in_list.operand = operand;
    copy->type = type_of_kind(TYPE_BOOL);
    if (is_missing_literal(operand)) {
        check_error(checker, DIAGNOSTIC_MISSING_WITHOUT_TYPE, operand->span, NOTHING, NOTHING,
                    NOTHING);
    } else if (!is_untyped(operand) && check_not_set(checker, operand, "in")) {
        check_literals(checker, node, &node->as.in_list.list, operand->type);
        copy->as.in_list.list = list_beside(checker, &node->as.in_list.list, operand);
    }
    return copy;
}

/* ---- missing, texts, sets, hierarchies ---- */

const Node *check_is_missing(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    const Node *operand = check_node(checker, node->as.unary.operand);
    copy->as.unary.operand = check_missing_as(checker, operand, type_of_kind(TYPE_TEXT));
    copy->type = type_of_kind(TYPE_BOOL);
    return copy;
}

static void check_pattern(Checker *checker, const Node *node)
{
    Text pattern = node->as.text_match.pattern;
    if (text_equal_folded(pattern, NOTHING)) {
        check_error(checker, DIAGNOSTIC_EMPTY_PATTERN, node->span,
                    text_of(text_match_words(node->as.text_match.match)), NOTHING, NOTHING);
        return;
    }
    if (node->as.text_match.match != TEXT_MATCHES) return;
    Error err;
    AUTO(regex_done) Regex *regex = NULL;
    if (regex_open(pattern, &regex, &err) != STATUS_OK)
        check_error(checker, DIAGNOSTIC_BAD_PATTERN, node->span, pattern, text_of(err.message),
                    NOTHING);
}

const Node *check_text_match(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    const char *word = text_match_words(node->as.text_match.match);
    const Node *operand = check_node(checker, node->as.text_match.operand);
    operand = check_missing_as(checker, operand, type_of_kind(TYPE_TEXT));
    copy->as.text_match.operand = operand;
    copy->type = type_of_kind(TYPE_BOOL);
    TypeFamily family = type_family(operand->type);
    if (!is_untyped(operand) && check_not_set(checker, operand, word) && family != FAMILY_TEXT &&
        family != FAMILY_ITEM)
        check_type_error(checker, DIAGNOSTIC_TEXT_NEEDED, operand, word);
    check_pattern(checker, node);
    return copy;
}

const Node *check_has(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    const Node *operand = check_node(checker, node->as.has.operand);
    operand = check_missing_as(checker, operand, type_of_kind(TYPE_TEXT_SET));
    copy->as.has.operand = operand;
    copy->type = type_of_kind(TYPE_BOOL);
    if (is_untyped(operand)) return copy;
    if (type_family(operand->type) != FAMILY_SET)
        check_type_error(checker, DIAGNOSTIC_HAS_NEEDS_SET, operand, "has");
    else
        check_literals(checker, node, &node->as.has.list, type_of_kind(TYPE_TEXT));
    return copy;
}

const Node *check_under(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    const Node *operand = check_node(checker, node->as.under.operand);
    operand = check_missing_as(checker, operand, type_of_kind(TYPE_HIERARCHY));
    copy->as.under.operand = operand;
    copy->type = type_of_kind(TYPE_BOOL);
    TypeKind kind = operand->type.kind;
    bool is_fit = kind == TYPE_HIERARCHY || kind == TYPE_HIERARCHY_SET || kind == TYPE_ITEM;
    if (!is_untyped(operand) && !is_fit)
        check_type_error(checker, DIAGNOSTIC_UNDER_NEEDS_HIERARCHY, operand, "under");
    if (text_equal_folded(node->as.under.target, NOTHING))
        check_error(checker, DIAGNOSTIC_EMPTY_PATTERN, node->span, TEXT("under"), NOTHING, NOTHING);
    return copy;
}
