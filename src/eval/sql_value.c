/* sql_value.c -- values as SQL: columns, literals, arithmetic, conversions. */
#include "base/fold.h"
#include "eval/sql_writer.h"

#include <string.h>

Value sql_literal_value(const Literal *literal)
{
    if (literal->value.kind == VALUE_TEXT) return value_text(literal->value.as.text);
    return literal->value;
}

/* ---- names for values ---- */

static bool is_short(const Node *node)
{
    return node->kind == NODE_LITERAL || node->kind == NODE_PROPERTY ||
           (node->kind == NODE_FIELD && !node->as.field.is_item_attribute);
}

SqlOperand sql_bind_begin(SqlWriter *writer, const Node *node)
{
    SqlOperand operand = {.node = node};
    if (is_short(node)) {
        size_t before_bytes = writer->text.size;
        sql_value(writer, node);
        operand.name = sql_take_out(writer, before_bytes);
        return operand;
    }
    operand.name = "v.x";
    sql_raw(writer, "(SELECT ");
    return operand;
}

void sql_bind_end(SqlWriter *writer, SqlOperand operand)
{
    if (is_short(operand.node)) return;
    sql_raw(writer, " FROM (SELECT ");
    sql_value(writer, operand.node);
    sql_raw(writer, " AS x) AS v)");
}

void sql_operand(SqlWriter *writer, SqlOperand operand)
{
    if (operand.name != NULL)
        sql_raw(writer, operand.name);
    else
        sql_value(writer, operand.node);
}

/* ---- conversions ---- */

static const Literal *literal_of(SqlOperand operand)
{
    return operand.node->kind == NODE_LITERAL ? &operand.node->as.literal : NULL;
}

static void divide_by_power(SqlWriter *writer, uint8_t scale)
{
    if (scale > 0) sql_printf(writer, " / %lld.0", (long long)DECIMAL_POW10[scale]);
}

void sql_as_real(SqlWriter *writer, SqlOperand operand)
{
    Type type = operand.node->type;
    if (type.kind == TYPE_RATIO) {
        sql_operand(writer, operand);
        return;
    }
    sql_raw(writer, "(CAST(");
    sql_operand(writer, operand);
    sql_raw(writer, " AS REAL)");
    divide_by_power(writer, type.scale);
    sql_raw(writer, ")");
}

void sql_as_scaled(SqlWriter *writer, SqlOperand operand, uint8_t scale)
{
    uint8_t own_scale = operand.node->type.scale;
    const Literal *literal = literal_of(operand);
    int64_t mantissa;
    if (literal != NULL && literal->value.kind == VALUE_DECIMAL &&
        decimal_rescale(literal->value.as.decimal, own_scale, scale, &mantissa)) {
        sql_decimal(writer, mantissa, scale);
    } else if (own_scale == scale) {
        sql_operand(writer, operand);
    } else {
        ASSERT(own_scale < scale);
        sql_raw(writer, "(");
        sql_operand(writer, operand);
        sql_printf(writer, " * %lld)", (long long)DECIMAL_POW10[scale - own_scale]);
    }
}

/* Moments count from the year 1 while they are divided: integer division goes toward zero. */
void sql_as_day(SqlWriter *writer, SqlOperand operand)
{
    if (operand.node->type.kind == TYPE_DATE) {
        sql_operand(writer, operand);
        return;
    }
    const Literal *literal = literal_of(operand);
    if (literal != NULL && literal->value.kind == VALUE_MOMENT) {
        sql_date(writer, moment_date(literal->value.as.moment));
        return;
    }
    sql_raw(writer, "((");
    sql_operand(writer, operand);
    sql_raw(writer, " + 62135596800) / 86400 - 719162)");
}

void sql_as_second(SqlWriter *writer, SqlOperand operand)
{
    if (operand.node->type.kind == TYPE_MOMENT) {
        sql_operand(writer, operand);
        return;
    }
    sql_raw(writer, "(");
    sql_operand(writer, operand);
    sql_raw(writer, " * 86400)");
}

void sql_as_folded(SqlWriter *writer, SqlOperand operand)
{
    const Literal *literal = literal_of(operand);
    if (literal != NULL && sql_literal_value(literal).kind == VALUE_TEXT) {
        sql_text(writer, text_fold(literal->value.as.text, writer->arena));
        return;
    }
    bool is_hierarchy = operand.node->type.kind == TYPE_HIERARCHY;
    sql_raw(writer, is_hierarchy ? "fold(own_name(" : "fold(");
    sql_operand(writer, operand);
    sql_raw(writer, is_hierarchy ? "))" : ")");
}

void sql_as_type(SqlWriter *writer, const Node *node, Type type)
{
    SqlOperand operand = {.node = node};
    TypeKind from = node->type.kind;
    if (from == TYPE_DECIMAL && type.kind == TYPE_RATIO) {
        sql_as_real(writer, operand);
    } else if (from == TYPE_DECIMAL && node->type.scale < type.scale) {
        sql_guard_begin(writer, "within_18_digits");
        sql_as_scaled(writer, operand, type.scale);
        sql_guard_end(writer);
    } else if (from == TYPE_MOMENT && type.kind == TYPE_DATE) {
        sql_as_day(writer, operand);
    } else if (from == TYPE_DATE && type.kind == TYPE_MOMENT) {
        sql_as_second(writer, operand);
    } else {
        sql_value(writer, node);
    }
}

/* ---- arithmetic ---- */

static const char *operator_text(ArithmeticOperator operator_)
{
    switch (operator_) {
    case ADD: return " + ";
    case SUBTRACT: return " - ";
    case MULTIPLY: return " * ";
    case DIVIDE: return " / ";
    }
    ASSERT(false);
    return "";
}

/* Two integers of 18 digits cannot leave 64 bits by + and -; by * they become a REAL, which the
 * guard refuses as well. */
static void exact_arithmetic(SqlWriter *writer, const Node *node)
{
    SqlOperand left = {.node = node->as.arithmetic.left};
    SqlOperand right = {.node = node->as.arithmetic.right};
    bool is_product = node->as.arithmetic.operator_ == MULTIPLY;
    sql_guard_begin(writer, "within_18_digits");
    sql_as_scaled(writer, left, is_product ? left.node->type.scale : node->type.scale);
    sql_raw(writer, operator_text(node->as.arithmetic.operator_));
    sql_as_scaled(writer, right, is_product ? right.node->type.scale : node->type.scale);
    sql_guard_end(writer);
}

/* x / 0.0 is NULL in SQLite; what is not finite is missing too. */
static void ratio_arithmetic(SqlWriter *writer, const Node *node)
{
    sql_guard_begin(writer, "finite");
    sql_as_real(writer, (SqlOperand){.node = node->as.arithmetic.left});
    sql_raw(writer, operator_text(node->as.arithmetic.operator_));
    sql_as_real(writer, (SqlOperand){.node = node->as.arithmetic.right});
    sql_guard_end(writer);
}

static bool is_time(const Node *node)
{
    return node->type.kind == TYPE_DATE || node->type.kind == TYPE_MOMENT;
}

static void whole_days(SqlWriter *writer, const Node *node)
{
    SqlOperand operand = {.node = node};
    if (node->type.kind == TYPE_RATIO) {
        sql_raw(writer, "CAST(floor(MAX(-1e9, MIN(1e9, ");
        sql_operand(writer, operand);
        sql_raw(writer, "))) AS INTEGER)");
    } else if (node->type.scale > 0) {
        sql_raw(writer, "floor_decimal(");
        sql_operand(writer, operand);
        sql_printf(writer, ", %d)", (int)node->type.scale);
    } else {
        sql_operand(writer, operand);
    }
}

static void date_arithmetic(SqlWriter *writer, const Node *node)
{
    const Node *left = node->as.arithmetic.left, *right = node->as.arithmetic.right;
    bool is_difference = is_time(left) && is_time(right);
    sql_raw(writer, is_difference ? "(" : "MAX(-719162, MIN(2932896, ");
    if (is_time(left))
        sql_as_day(writer, (SqlOperand){.node = left});
    else
        whole_days(writer, left);
    sql_raw(writer, operator_text(node->as.arithmetic.operator_));
    if (is_time(right))
        sql_as_day(writer, (SqlOperand){.node = right});
    else
        whole_days(writer, right);
    sql_raw(writer, is_difference ? ")" : "))");
}

static void arithmetic(SqlWriter *writer, const Node *node)
{
    if (is_time(node->as.arithmetic.left) || is_time(node->as.arithmetic.right))
        date_arithmetic(writer, node);
    else if (node->type.kind == TYPE_RATIO)
        ratio_arithmetic(writer, node);
    else
        exact_arithmetic(writer, node);
}

/* ---- leaves ---- */

static void literal(SqlWriter *writer, const Literal *literal)
{
    switch (sql_literal_value(literal).kind) {
    case VALUE_MISSING: sql_raw(writer, "NULL"); return;
    case VALUE_BOOL: sql_raw(writer, literal->value.as.boolean ? "1" : "0"); return;
    case VALUE_DECIMAL: sql_decimal(writer, literal->value.as.decimal, literal->type.scale); return;
    case VALUE_RATIO: sql_real(writer, literal->value.as.ratio); return;
    case VALUE_DATE: sql_date(writer, literal->value.as.date); return;
    case VALUE_MOMENT: sql_moment(writer, literal->value.as.moment); return;
    case VALUE_TEXT: sql_text(writer, literal->value.as.text); return;
    case VALUE_SET:
    case VALUE_ITEM: break; /* the grammar has no such literal */
    }
    ASSERT(false);
}

static void built_in_field(SqlWriter *writer, EventBuiltIn built_in)
{
    const char *event = writer->event;
    switch (built_in) {
    case EVENT_DATE: sql_printf(writer, "%s.day", event); return;
    case EVENT_TIME: sql_printf(writer, "%s.at", event); return;
    case EVENT_WEEKDAY:
        sql_weekday(writer, arena_printf(writer->arena, "%s.day", event).data);
        return;
    case EVENT_HOUR: sql_printf(writer, "((%s.at - %s.day * 86400) / 3600)", event, event); return;
    case EVENT_BUILT_IN_COUNT: break;
    }
    ASSERT(false);
}

static const char *item_column(ItemAttribute attribute)
{
    switch (attribute) {
    case ITEM_CODE: return "code";
    case ITEM_NAME: return "name";
    case ITEM_GROUP: return "group_path";
    case ITEM_BRAND: return "brand";
    case ITEM_PRICE: return "price";
    case ITEM_COST: return "cost";
    case ITEM_ATTRIBUTE_COUNT: break;
    }
    ASSERT(false);
    return "";
}

static void field(SqlWriter *writer, const Node *node)
{
    if (node->as.field.is_built_in) {
        built_in_field(writer, node->as.field.built_in);
        return;
    }
    if (node->as.field.is_item_attribute)
        sql_printf(writer, "(SELECT i.%s FROM item AS i WHERE i.id = ",
                   item_column(node->as.field.attribute));
    sql_printf(writer, "%s.", writer->event);
    sql_name(writer, node->as.field.field->name);
    if (node->as.field.is_item_attribute) sql_raw(writer, ")");
}

static void property(SqlWriter *writer, const Node *node)
{
    sql_raw(writer, "c.");
    sql_name(writer, node->as.property.property->name);
}

static void negate(SqlWriter *writer, const Node *node)
{
    sql_raw(writer, "(- ");
    sql_value(writer, node->as.unary.operand);
    sql_raw(writer, ")");
}

void sql_value(SqlWriter *writer, const Node *node)
{
    if (sql_as_part(writer, node)) return;
    writer->nesting++;
    sql_value_in_place(writer, node);
    writer->nesting--;
}

/* NOLINT(function-size): dispatch */
void sql_value_in_place(SqlWriter *writer, const Node *node)
{
    switch (node->kind) {
    case NODE_LITERAL: literal(writer, &node->as.literal); return;
    case NODE_PROPERTY: property(writer, node); return;
    case NODE_METRIC: sql_value_in_place(writer, node->as.metric.definition); return;
    case NODE_FIELD: field(writer, node); return;
    case NODE_ARITHMETIC: arithmetic(writer, node); return;
    case NODE_NEGATE: negate(writer, node); return;
    case NODE_AGGREGATE: sql_aggregate(writer, node); return;
    case NODE_CALL: sql_call(writer, node); return;
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
    case NODE_RANK:
        sql_raw(writer, "(");
        sql_condition_in_place(writer, node);
        sql_raw(writer, ")");
        return;
    case NODE_NAME:
    case NODE_KIND_COUNT: break;
    }
    ASSERT(false);
}
