/* random_words.c -- the small pieces of random expressions: literals, names, windows, fields. */
#include "differential/random_rule.h"

#include <stdio.h>

size_t rule_below(RuleMaker *maker, size_t bound)
{
    return (size_t)random_below(maker->random, bound);
}

bool rule_chance(RuleMaker *maker, double probability)
{
    return random_chance(maker->random, probability);
}

void rule_write(RuleMaker *maker, const char *text)
{
    buffer_cstr(&maker->out, text);
}

void rule_quoted(RuleMaker *maker, Text text)
{
    buffer_char(&maker->out, '"');
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        if (byte == '"' || byte == '\\') buffer_char(&maker->out, '\\');
        if (byte == '\t')
            buffer_cstr(&maker->out, "\\t");
        else
            buffer_char(&maker->out, byte);
    }
    buffer_char(&maker->out, '"');
}

/* Plain when it can be, sometimes in capitals: names compare without case. */
void rule_name(RuleMaker *maker, Text name)
{
    bool is_plain = true;
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.data[i];
        is_plain = is_plain && ((byte >= 'a' && byte <= 'z') || byte == '_');
    }
    if (!is_plain) {
        buffer_printf(&maker->out, "`%.*s`", TEXT_FORMAT(name));
        return;
    }
    bool is_upper = rule_chance(maker, 0.1);
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.data[i];
        buffer_char(&maker->out, is_upper && byte != '_' ? (char)(byte - 'a' + 'A') : byte);
    }
}

void rule_number_literal(RuleMaker *maker)
{
    static const char *const written[] = {
        "0",       "1",   "2",    "3",     "5",      "10",   "0.5",         "1.5",
        "0.25",    "100", "1000", "1_000", "0.0001", "2.50", "12.75",       "40000",
        "1000000", "0.1", "365",  "30",    "7",      "0.7",  "3.333333333", "90"};
    if (rule_chance(maker, 0.15)) rule_write(maker, "-");
    if (rule_chance(maker, 0.03))
        rule_write(maker, "999999999999999999");
    else if (rule_chance(maker, 0.02))
        rule_write(maker, "123456789.123456789");
    else
        rule_write(maker, written[rule_below(maker, sizeof written / sizeof written[0])]);
}

static void write_date(RuleMaker *maker, Date date)
{
    char out[DATE_TEXT_MAX];
    buffer_text(&maker->out, date_print_iso(date, out));
}

void rule_date_literal(RuleMaker *maker)
{
    bool is_birth = rule_chance(maker, 0.2);
    write_date(maker, is_birth ? random_birth(maker->random) : random_day(maker->random));
    if (rule_chance(maker, 0.15)) rule_write(maker, rule_chance(maker, 0.5) ? "T12:00" : "T00:00");
}

void rule_unit(RuleMaker *maker)
{
    static const char *const units[] = {"day", "week", "month", "quarter", "year"};
    rule_write(maker, units[rule_below(maker, 5)]);
}

void rule_count_unit(RuleMaker *maker)
{
    static const size_t most[] = {400, 60, 30, 9, 4};
    static const char *const units[] = {"days", "weeks", "months", "quarters", "years"};
    size_t unit = rule_below(maker, 5);
    size_t count = 1 + rule_below(maker, rule_chance(maker, 0.5) ? 3 : most[unit]);
    buffer_printf(&maker->out, "%zu %s", count, units[unit]);
}

static void from_to(RuleMaker *maker)
{
    Date a = random_day(maker->random), b = random_day(maker->random);
    rule_write(maker, "from ");
    write_date(maker, a.day <= b.day ? a : b);
    rule_write(maker, " to ");
    write_date(maker, a.day <= b.day ? b : a);
}

static void previous(RuleMaker *maker)
{
    rule_write(maker, "previous ");
    if (rule_chance(maker, 0.5))
        rule_count_unit(maker);
    else
        rule_unit(maker);
}

static void between_ago(RuleMaker *maker)
{
    static const char *const units[] = {"days", "weeks", "months", "quarters", "years"};
    size_t near = rule_below(maker, 6), far = near + rule_below(maker, 8);
    buffer_printf(&maker->out, "between %zu and %zu %s ago", near, far,
                  units[rule_below(maker, 5)]);
}

static void dated(RuleMaker *maker, const char *word)
{
    rule_write(maker, word);
    write_date(maker, random_day(maker->random));
}

static void plain_window(RuleMaker *maker, bool needs_begin)
{
    switch (rule_below(maker, needs_begin ? 7 : 8)) {
    case 0:
    case 1:
        rule_write(maker, "last ");
        rule_count_unit(maker);
        return;
    case 2: previous(maker); return;
    case 3:
        rule_write(maker, "this ");
        rule_unit(maker);
        return;
    case 4: from_to(maker); return;
    case 5: dated(maker, rule_chance(maker, 0.5) ? "since " : "on "); return;
    case 6: between_ago(maker); return;
    default: dated(maker, "before "); return;
    }
}

void rule_window(RuleMaker *maker, bool needs_begin)
{
    if (!needs_begin && rule_chance(maker, 0.3)) return;
    rule_write(maker, ", ");
    plain_window(maker, needs_begin);
    if (rule_chance(maker, 0.3)) {
        rule_write(maker, " shifted back ");
        rule_count_unit(maker);
    }
}

/* ---- fields and properties of a kind ---- */

const Stream *rule_stream(RuleMaker *maker)
{
    const Schema *schema = maker->population->schema;
    if (rule_chance(maker, 0.4)) return &schema->streams[0];
    return &schema->streams[rule_below(maker, schema->streams_count)];
}

static bool field_is(const Field *field, TypeKind kind)
{
    return field_value_type(field).kind == kind;
}

/* `date` and its like, attributes of items; false when the kind has none or chance says no. */
static bool derived_field(RuleMaker *maker, const Stream *stream, TypeKind kind)
{
    static const char *const numbers[] = {"weekday", "hour"};
    static const char *const of_items[] = {"name", "brand", "code"};
    static const char *const prices[] = {"price", "cost"};
    if (kind == TYPE_DATE && rule_chance(maker, 0.4)) {
        rule_write(maker, "date");
        return true;
    }
    if (kind == TYPE_MOMENT) {
        rule_write(maker, "time");
        return true;
    }
    if (kind == TYPE_DECIMAL && rule_chance(maker, 0.15)) {
        rule_write(maker, numbers[rule_below(maker, 2)]);
        return true;
    }
    if (kind == TYPE_ITEM || !rule_chance(maker, 0.4)) return false;
    for (size_t f = 0; f < stream->fields_count; f++) {
        if (stream->fields[f].role != FIELD_ITEM) continue;
        const char *attribute = kind == TYPE_TEXT        ? of_items[rule_below(maker, 3)]
                                : kind == TYPE_DECIMAL   ? prices[rule_below(maker, 2)]
                                : kind == TYPE_HIERARCHY ? "group"
                                                         : NULL;
        if (attribute == NULL) return false;
        rule_name(maker, stream->fields[f].name);
        buffer_printf(&maker->out, ".%s", attribute);
        return true;
    }
    return false;
}

bool rule_field(RuleMaker *maker, const Stream *stream, TypeKind kind)
{
    if (derived_field(maker, stream, kind)) return true;
    size_t fitting = 0;
    for (size_t f = 0; f < stream->fields_count; f++)
        fitting += field_is(&stream->fields[f], kind);
    if (fitting == 0) return false;
    size_t chosen = rule_below(maker, fitting);
    for (size_t f = 0; f < stream->fields_count; f++) {
        if (!field_is(&stream->fields[f], kind)) continue;
        if (chosen-- == 0) rule_name(maker, stream->fields[f].name);
    }
    return true;
}

bool rule_property(RuleMaker *maker, TypeKind kind)
{
    const Schema *schema = maker->population->schema;
    size_t fitting = 0;
    for (size_t i = 0; i < schema->properties_count; i++)
        fitting += property_value_type(&schema->properties[i]).kind == kind;
    if (fitting == 0) return false;
    size_t chosen = rule_below(maker, fitting);
    for (size_t i = 0; i < schema->properties_count; i++) {
        if (property_value_type(&schema->properties[i]).kind != kind) continue;
        if (chosen-- == 0) rule_name(maker, schema->properties[i].name);
    }
    return true;
}

void rule_events(RuleMaker *maker, const Stream *stream, int depth)
{
    if (!rule_chance(maker, 0.5)) return;
    const Stream *outer = maker->stream;
    maker->stream = stream;
    rule_write(maker, " where ");
    rule_condition(maker, depth - 1);
    maker->stream = outer;
}

/* function(stream.field where .., window) over a field of the kind; 0 when no stream has one. */
void rule_aggregate_of(RuleMaker *maker, const char *function, TypeKind kind, int depth)
{
    for (;;) {
        const Stream *stream = rule_stream(maker);
        size_t before = maker->out.size;
        rule_write(maker, function);
        rule_write(maker, "(");
        rule_name(maker, stream->name);
        rule_write(maker, ".");
        if (rule_field(maker, stream, kind)) {
            rule_events(maker, stream, depth);
            return;
        }
        maker->out.size = before; /* another stream has such a field */
    }
}
