/* sql_condition.c -- conditions as SQL: 0 or 1, never NULL.
 *
 * A comparison that may meet a NULL is closed with IS TRUE, its negated form with IS NOT TRUE: that
 * is the two-valued logic of the language. */
#include "base/fold.h"
#include "eval/sql_writer.h"

#include <stdio.h>

/* Lists of literals beyond this are bound as one JSON text: SQLite limits parameters. */
enum { LIST_BOUND_MAX = 500 };
/* Operands joined in one level: SQLite limits the depth of a tree to 1000. */
enum { JOINED_MAX = 100 };

/* ---- what is never missing ---- */

static bool aggregate_is_never_missing(AggregateKind kind)
{
    enum { EMPTY_ZERO, EMPTY_MISSING };
    switch (kind) {
#define AGGREGATE(name, word, field, period, empty) \
    case AGGREGATE_##name:                          \
        return empty == EMPTY_ZERO;
#include "lang/aggregates.def"
#undef AGGREGATE
    case AGGREGATE_COUNT_OF_KINDS: break;
    }
    ASSERT(false);
    return false;
}

static bool call_is_never_missing(FunctionKind function)
{
    return function == FUNCTION_TODAY || function == FUNCTION_BUCKET || function == FUNCTION_DEBT ||
           function == FUNCTION_OVERDUE || function == FUNCTION_ANNIVERSARY ||
           function == FUNCTION_MEMBER || function == FUNCTION_SAVED ||
           function == FUNCTION_WAS_MEMBER || function == FUNCTION_ENTERED ||
           function == FUNCTION_LEFT || function == FUNCTION_CLASS_CHANGED;
}

static bool arithmetic_is_never_missing(const Node *node)
{
    return node->type.kind != TYPE_RATIO && sql_is_never_missing(node->as.arithmetic.left) &&
           sql_is_never_missing(node->as.arithmetic.right);
}

/* NOLINT(function-size): dispatch */
bool sql_is_never_missing(const Node *node)
{
    switch (node->kind) {
    case NODE_LITERAL: return !value_is_missing(sql_literal_value(&node->as.literal));
    case NODE_METRIC: return sql_is_never_missing(node->as.metric.definition);
    case NODE_FIELD: return node->as.field.is_built_in;
    case NODE_ARITHMETIC: return arithmetic_is_never_missing(node);
    case NODE_NEGATE: return sql_is_never_missing(node->as.unary.operand);
    case NODE_AGGREGATE: return aggregate_is_never_missing(node->as.aggregate.kind);
    case NODE_CALL: return call_is_never_missing(node->as.call.function);
    case NODE_PROPERTY: return false;
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
    case NODE_RANK: return true;
    case NODE_NAME:
    case NODE_KIND_COUNT: break;
    }
    ASSERT(false);
    return false;
}

/* ---- truth: what is written between begin and end may be NULL ---- */

static void truth_begin(SqlWriter *writer, bool is_negated, bool is_never_null)
{
    sql_raw(writer, is_negated && is_never_null ? "NOT (" : "(");
}

static void truth_end(SqlWriter *writer, bool is_negated, bool is_never_null)
{
    sql_raw(writer, ")");
    if (!is_never_null) sql_raw(writer, is_negated ? " IS NOT TRUE" : " IS TRUE");
}

/* ---- how two values meet ---- */

typedef enum {
    MEET_EXACT,  /* integers at one scale */
    MEET_RATIO,  /* doubles */
    MEET_DAY,    /* day numbers */
    MEET_SECOND, /* moments */
    MEET_TEXT,   /* folded */
    MEET_PLAIN,  /* yes/no, items by id */
    MEET_ITEM_NAME
} Meeting;

static Meeting meeting_of(Type a, Type b)
{
    if (a.kind == TYPE_DECIMAL && b.kind == TYPE_DECIMAL) return MEET_EXACT;
    if (a.kind == TYPE_DECIMAL || a.kind == TYPE_RATIO) return MEET_RATIO;
    if (a.kind == TYPE_MOMENT && b.kind == TYPE_MOMENT) return MEET_SECOND;
    if (a.kind == TYPE_DATE || a.kind == TYPE_MOMENT) return MEET_DAY;
    if (a.kind == TYPE_BOOL || (a.kind == TYPE_ITEM && b.kind == TYPE_ITEM)) return MEET_PLAIN;
    if (a.kind == TYPE_ITEM || b.kind == TYPE_ITEM) return MEET_ITEM_NAME;
    return MEET_TEXT;
}

static void operand_as(SqlWriter *writer, SqlOperand operand, Meeting meeting, uint8_t scale)
{
    switch (meeting) {
    case MEET_EXACT: sql_as_scaled(writer, operand, scale); return;
    case MEET_RATIO: sql_as_real(writer, operand); return;
    case MEET_DAY: sql_as_day(writer, operand); return;
    case MEET_SECOND: sql_as_second(writer, operand); return;
    case MEET_TEXT: sql_as_folded(writer, operand); return;
    case MEET_PLAIN: sql_operand(writer, operand); return;
    case MEET_ITEM_NAME: break; /* see item_is_named */
    }
    ASSERT(false);
}

/* `left < right`; exact numbers of different scales are brought to the larger one, where an
 * overflow makes a REAL of the one that is larger anyway. */
static void meet(SqlWriter *writer, SqlOperand left, const char *sign, SqlOperand right)
{
    Type left_type = left.node->type, right_type = right.node->type;
    Meeting meeting = meeting_of(left_type, right_type);
    uint8_t scale = left_type.scale > right_type.scale ? left_type.scale : right_type.scale;
    operand_as(writer, left, meeting, scale);
    sql_raw(writer, sign);
    operand_as(writer, right, meeting, scale);
}

/* A text names an item by its code or its name. */
static void item_is_named(SqlWriter *writer, const Node *item, const Node *name)
{
    SqlOperand text = {.node = name};
    sql_raw(writer, "EXISTS (SELECT 1 FROM item AS i WHERE i.id = ");
    sql_value(writer, item);
    sql_raw(writer, " AND (fold(i.code) = ");
    sql_as_folded(writer, text);
    sql_raw(writer, " OR fold(i.name) = ");
    sql_as_folded(writer, text);
    sql_raw(writer, "))");
}

static const char *sign_of(CompareOperator operator_)
{
    switch (operator_) {
    case COMPARE_EQ: return " = ";
    case COMPARE_LT: return " < ";
    case COMPARE_LE: return " <= ";
    case COMPARE_GT: return " > ";
    case COMPARE_GE: return " >= ";
    }
    ASSERT(false);
    return "";
}

static void compare(SqlWriter *writer, const Node *node)
{
    const Node *left = node->as.compare.left, *right = node->as.compare.right;
    if (meeting_of(left->type, right->type) == MEET_ITEM_NAME) {
        bool is_item_left = left->type.kind == TYPE_ITEM;
        sql_raw(writer, node->negated ? "NOT " : "");
        item_is_named(writer, is_item_left ? left : right, is_item_left ? right : left);
        return;
    }
    bool is_never_null = sql_is_never_missing(left) && sql_is_never_missing(right);
    truth_begin(writer, node->negated, is_never_null);
    meet(writer, (SqlOperand){.node = left}, sign_of(node->as.compare.operator_),
         (SqlOperand){.node = right});
    truth_end(writer, node->negated, is_never_null);
}

/* One or both sides of a range. */
static void range(SqlWriter *writer, const Node *node, const Node *operand_node, const Node *low,
                  const Node *high)
{
    bool is_between = node->kind == NODE_BETWEEN;
    bool low_included = is_between || node->as.in_interval.low_included;
    bool high_included = is_between || node->as.in_interval.high_included;
    truth_begin(writer, node->negated, false);
    SqlOperand operand = sql_bind_begin(writer, operand_node);
    if (low != NULL)
        meet(writer, operand, low_included ? " >= " : " > ", (SqlOperand){.node = low});
    if (low != NULL && high != NULL) sql_raw(writer, " AND ");
    if (high != NULL)
        meet(writer, operand, high_included ? " <= " : " < ", (SqlOperand){.node = high});
    sql_bind_end(writer, operand);
    truth_end(writer, node->negated, false);
}

/* ---- lists ---- */

typedef struct {
    SqlWriter *writer;
    Buffer json; /* when the list is long */
    size_t count;
    bool is_long;
} ListText;

static void json_text(Buffer *json, Text text)
{
    buffer_char(json, '"');
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte < 0x20)
            buffer_printf(json, "\\u%04x", byte);
        else if (byte == '"' || byte == '\\')
            buffer_printf(json, "\\%c", byte);
        else
            buffer_char(json, (char)byte);
    }
    buffer_char(json, '"');
}

static void list_separate(ListText *list)
{
    if (list->is_long)
        buffer_char(&list->json, list->count == 0 ? '[' : ',');
    else if (list->count > 0)
        sql_raw(list->writer, ", ");
    list->count++;
}

static void list_integer(ListText *list, int64_t integer)
{
    list_separate(list);
    if (list->is_long)
        buffer_printf(&list->json, "%lld", (long long)integer);
    else
        sql_integer(list->writer, integer);
}

static void list_real(ListText *list, double real)
{
    list_separate(list);
    if (list->is_long)
        buffer_printf(&list->json, "%.17e", real);
    else
        sql_real(list->writer, real);
}

static void list_text(ListText *list, Text text)
{
    list_separate(list);
    if (list->is_long)
        json_text(&list->json, text);
    else
        sql_text(list->writer, text);
}

/* A number with more decimals, or more digits, than the operand can hold equals none. */
static void list_exact(ListText *list, const Literal *literal, uint8_t scale)
{
    int64_t mantissa;
    uint8_t own_scale = literal->type.scale;
    if (decimal_rescale_is_exact(literal->value.as.decimal, own_scale, scale) &&
        decimal_rescale(literal->value.as.decimal, own_scale, scale, &mantissa))
        list_integer(list, mantissa);
}

static void list_day(ListText *list, const Literal *literal)
{
    bool is_moment = literal->value.kind == VALUE_MOMENT;
    Date date = is_moment ? moment_date(literal->value.as.moment) : literal->value.as.date;
    list_integer(list, date.day);
}

static void list_literal(ListText *list, const Literal *literal, Meeting meeting, uint8_t scale)
{
    const Value value = literal->value;
    switch (meeting) {
    case MEET_EXACT: list_exact(list, literal, scale); return;
    case MEET_RATIO:
        list_real(list, decimal_to_double(value.as.decimal, literal->type.scale));
        return;
    case MEET_DAY: list_day(list, literal); return;
    case MEET_SECOND: list_integer(list, value.as.moment.second); return;
    case MEET_TEXT:
    case MEET_ITEM_NAME: list_text(list, text_fold(value.as.text, list->writer->arena)); return;
    case MEET_PLAIN: list_integer(list, value.as.boolean); return;
    }
    ASSERT(false);
}

/* (1, 2, 3) of the literals that meet the operand in this way. */
static void literals(SqlWriter *writer, LiteralList items, Type operand_type, Meeting meeting)
{
    ListText list = {.writer = writer,
                     .is_long = sql_is_guarded(writer) && items.count > LIST_BOUND_MAX};
    sql_raw(writer, "(");
    for (size_t i = 0; i < items.count; i++) {
        const Literal *literal = &items.items[i];
        if (!value_is_missing(sql_literal_value(literal)) &&
            meeting_of(operand_type, literal->type) == meeting)
            list_literal(&list, literal, meeting, operand_type.scale);
    }
    if (list.is_long && list.count > 0) {
        buffer_char(&list.json, ']');
        sql_raw(writer, "SELECT value FROM json_each(");
        sql_text(writer, buffer_view(&list.json));
        sql_raw(writer, ")");
    }
    sql_raw(writer, ")");
    buffer_done(&list.json);
}

static bool has_meeting(LiteralList items, Type operand_type, Meeting meeting)
{
    for (size_t i = 0; i < items.count; i++)
        if (meeting_of(operand_type, items.items[i].type) == meeting) return true;
    return false;
}

static void in_item_names(SqlWriter *writer, const Node *node)
{
    const Node *item = node->as.in_list.operand;
    sql_raw(writer, node->negated ? "NOT " : "");
    sql_raw(writer, "EXISTS (SELECT 1 FROM item AS i WHERE i.id = ");
    sql_value(writer, item);
    sql_raw(writer, " AND (fold(i.code) IN ");
    literals(writer, node->as.in_list.list, item->type, MEET_ITEM_NAME);
    sql_raw(writer, " OR fold(i.name) IN ");
    literals(writer, node->as.in_list.list, item->type, MEET_ITEM_NAME);
    sql_raw(writer, "))");
}

/* A list may hold dates and moments, which meet a moment in two ways. */
static void in_list(SqlWriter *writer, const Node *node)
{
    static const Meeting meetings[] = {MEET_EXACT,  MEET_RATIO, MEET_DAY,
                                       MEET_SECOND, MEET_TEXT,  MEET_PLAIN};
    Type type = node->as.in_list.operand->type;
    LiteralList items = node->as.in_list.list;
    if (type.kind == TYPE_ITEM) {
        in_item_names(writer, node);
        return;
    }
    truth_begin(writer, node->negated, false);
    SqlOperand operand = sql_bind_begin(writer, node->as.in_list.operand);
    const char *joint = "";
    for (size_t i = 0; i < sizeof meetings / sizeof meetings[0]; i++) {
        if (!has_meeting(items, type, meetings[i])) continue;
        sql_raw(writer, joint);
        operand_as(writer, operand, meetings[i], type.scale);
        sql_raw(writer, " IN ");
        literals(writer, items, type, meetings[i]);
        joint = " OR ";
    }
    sql_bind_end(writer, operand);
    truth_end(writer, node->negated, false);
}

/* ---- texts, sets, hierarchies ---- */

/* Whether a folded text, given as SQL, meets the pattern. */
static void text_meets(SqlWriter *writer, const Node *node, SqlOperand folded)
{
    Text pattern = text_fold(node->as.text_match.pattern, writer->arena);
    TextMatch match = node->as.text_match.match;
    long long length = (long long)utf8_length(pattern);
    if (match == TEXT_MATCHES) {
        sql_raw(writer, "regex_match(");
        sql_text(writer, node->as.text_match.pattern);
        sql_raw(writer, ", ");
        sql_operand(writer, folded);
        sql_raw(writer, ")");
    } else if (match == TEXT_CONTAINS || length == 0) {
        sql_raw(writer, "instr(");
        sql_operand(writer, folded);
        sql_raw(writer, ", ");
        sql_text(writer, pattern);
        sql_raw(writer, ") > 0");
    } else {
        sql_raw(writer, "substr(");
        sql_operand(writer, folded);
        if (match == TEXT_STARTS_WITH)
            sql_printf(writer, ", 1, %lld) = ", length);
        else
            sql_printf(writer, ", -%lld) = ", length);
        sql_text(writer, pattern);
    }
}

static void text_match(SqlWriter *writer, const Node *node)
{
    const Node *operand = node->as.text_match.operand;
    if (operand->type.kind == TYPE_ITEM) {
        sql_raw(writer, node->negated ? "NOT " : "");
        sql_raw(writer, "EXISTS (SELECT 1 FROM item AS i WHERE i.id = ");
        sql_value(writer, operand);
        sql_raw(writer, " AND ((");
        text_meets(writer, node, (SqlOperand){.name = "fold(i.code)"});
        sql_raw(writer, ") IS TRUE OR (");
        text_meets(writer, node, (SqlOperand){.name = "fold(i.name)"});
        sql_raw(writer, ") IS TRUE))");
        return;
    }
    size_t before_bytes = writer->text.size;
    sql_as_folded(writer, (SqlOperand){.node = operand});
    const char *folded = sql_take_out(writer, before_bytes);
    truth_begin(writer, node->negated, false);
    text_meets(writer, node, (SqlOperand){.node = operand, .name = folded});
    truth_end(writer, node->negated, false);
}

static void set_member(SqlWriter *writer, SqlOperand set, const Literal *member)
{
    if (value_is_missing(sql_literal_value(member))) {
        sql_raw(writer, "0");
        return;
    }
    bool is_hierarchy = set.node->type.kind == TYPE_HIERARCHY_SET;
    sql_raw(writer, is_hierarchy ? "set_has_own(" : "set_has(");
    sql_operand(writer, set);
    sql_raw(writer, ", ");
    sql_text(writer, text_fold(member->value.as.text, writer->arena));
    sql_raw(writer, ")");
}

/* Joined in groups, for the depth of a tree is limited. */
static void members_joined(SqlWriter *writer, SqlOperand set, const Literal *members, size_t count,
                           const char *word)
{
    if (count <= JOINED_MAX) {
        for (size_t i = 0; i < count; i++) {
            if (i > 0) sql_raw(writer, word);
            set_member(writer, set, &members[i]);
        }
        return;
    }
    size_t half = count / 2;
    sql_raw(writer, "(");
    members_joined(writer, set, members, half, word);
    sql_printf(writer, ")%s(", word);
    members_joined(writer, set, members + half, count - half, word);
    sql_raw(writer, ")");
}

static void has(SqlWriter *writer, const Node *node)
{
    truth_begin(writer, node->negated, false);
    SqlOperand set = sql_bind_begin(writer, node->as.has.operand);
    members_joined(writer, set, node->as.has.list.items, node->as.has.list.count,
                   node->as.has.quantifier == HAS_ANY ? " OR " : " AND ");
    sql_bind_end(writer, set);
    truth_end(writer, node->negated, false);
}

static void under(SqlWriter *writer, const Node *node)
{
    const Node *operand = node->as.under.operand;
    TypeKind kind = operand->type.kind;
    truth_begin(writer, node->negated, false);
    sql_raw(writer, kind == TYPE_HIERARCHY_SET ? "set_under(" : "under(");
    if (kind == TYPE_ITEM) sql_raw(writer, "(SELECT i.group_path FROM item AS i WHERE i.id = ");
    sql_value(writer, operand);
    if (kind == TYPE_ITEM) sql_raw(writer, ")");
    sql_raw(writer, ", ");
    sql_text(writer, node->as.under.target);
    sql_raw(writer, ")");
    truth_end(writer, node->negated, false);
}

/* ---- logic ---- */

static void joined(SqlWriter *writer, const Node *const *items, size_t count, const char *word)
{
    if (count > JOINED_MAX) {
        size_t half = count / 2;
        sql_open(writer);
        joined(writer, items, half, word);
        sql_close(writer);
        sql_printf(writer, " %s ", word);
        sql_open(writer);
        joined(writer, items + half, count - half, word);
        sql_close(writer);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            sql_line(writer);
            sql_printf(writer, "%s ", word);
        }
        if (word[0] == '+')
            sql_value(writer, items[i]);
        else
            sql_condition(writer, items[i]);
    }
}

void sql_conditions(SqlWriter *writer, NodeList list, const char *word)
{
    sql_open(writer);
    joined(writer, list.items, list.count, word);
    sql_close(writer);
}

/* Conditions are counted by adding them up; a bare yes/no must become one first. */
static void counted(SqlWriter *writer, const Node *const *items, size_t count)
{
    if (count > JOINED_MAX) {
        size_t half = count / 2;
        sql_raw(writer, "(");
        counted(writer, items, half);
        sql_raw(writer, ") + (");
        counted(writer, items + half, count - half);
        sql_raw(writer, ")");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        sql_line(writer);
        sql_raw(writer, i > 0 ? "+ (" : "(");
        sql_condition(writer, items[i]);
        sql_raw(writer, ")");
    }
}

static void at_least(SqlWriter *writer, const Node *node)
{
    sql_raw(writer, "(");
    writer->depth++;
    counted(writer, node->as.at_least.list.items, node->as.at_least.list.count);
    writer->depth--;
    sql_raw(writer, " >= ");
    sql_integer(writer, node->as.at_least.needed);
    sql_raw(writer, ")");
}

static void rank(SqlWriter *writer, const Node *node)
{
    int64_t unit = DECIMAL_POW10[node->as.rank.amount_scale];
    sql_printf(writer, "c.id IN (SELECT id FROM rank_%u WHERE (place - 1) * ",
               node->as.rank.index + 1);
    if (node->as.rank.is_percent) {
        sql_printf(writer, "%lld < ranked * ", (long long)unit * 100);
    } else {
        sql_printf(writer, "%lld < ", (long long)unit);
    }
    sql_integer(writer, node->as.rank.amount);
    sql_raw(writer, ")");
}

static void is_missing(SqlWriter *writer, const Node *node)
{
    sql_raw(writer, "(");
    sql_value(writer, node->as.unary.operand);
    sql_raw(writer, node->negated ? " IS NOT NULL)" : " IS NULL)");
}

/* A bare yes/no: missing is no. */
static void bare(SqlWriter *writer, const Node *node)
{
    sql_value_in_place(writer, node);
    if (!sql_is_never_missing(node)) sql_raw(writer, " IS TRUE");
}

static void negation(SqlWriter *writer, const Node *node)
{
    sql_raw(writer, "NOT (");
    sql_condition(writer, node->as.unary.operand);
    sql_raw(writer, ")");
}

/* The value of a part may be missing, unless it is of a condition that never is. */
void sql_condition(SqlWriter *writer, const Node *node)
{
    if (sql_as_part(writer, node)) {
        if (!sql_is_never_missing(node)) sql_raw(writer, " IS TRUE");
        return;
    }
    writer->nesting++;
    sql_condition_in_place(writer, node);
    writer->nesting--;
}

/* NOLINT(function-size): dispatch */
void sql_condition_in_place(SqlWriter *writer, const Node *node)
{
    switch (node->kind) {
    case NODE_AND: sql_conditions(writer, node->as.list, "AND"); return;
    case NODE_OR: sql_conditions(writer, node->as.list, "OR"); return;
    case NODE_NOT: negation(writer, node); return;
    case NODE_COMPARE: compare(writer, node); return;
    case NODE_BETWEEN:
        range(writer, node, node->as.between.operand, node->as.between.low, node->as.between.high);
        return;
    case NODE_IN_INTERVAL:
        range(writer, node, node->as.in_interval.operand, node->as.in_interval.low,
              node->as.in_interval.high);
        return;
    case NODE_IN_LIST: in_list(writer, node); return;
    case NODE_IS_MISSING: is_missing(writer, node); return;
    case NODE_TEXT_MATCH: text_match(writer, node); return;
    case NODE_HAS: has(writer, node); return;
    case NODE_UNDER: under(writer, node); return;
    case NODE_SEQUENCE: sql_sequence(writer, node); return;
    case NODE_AT_LEAST: at_least(writer, node); return;
    case NODE_RANK: rank(writer, node); return;
    case NODE_LITERAL:
    case NODE_PROPERTY:
    case NODE_METRIC:
    case NODE_FIELD:
    case NODE_AGGREGATE:
    case NODE_CALL: bare(writer, node); return;
    case NODE_ARITHMETIC:
    case NODE_NEGATE:
    case NODE_NAME:
    case NODE_KIND_COUNT: break; /* not yes/no */
    }
    ASSERT(false);
}
