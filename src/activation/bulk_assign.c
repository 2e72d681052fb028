/* bulk_assign.c -- what is to be done to a property, read from text and told again. */
#include "activation/bulk.h"

#include "activation/typed_text.h"
#include "base/buffer.h"
#include "base/fold.h"
#include "lang/lang.h"
#include "model/built_in.h"

static bool is_several(const Property *property)
{
    return property->type == PROPERTY_SET || property->type == PROPERTY_HIERARCHY_SET;
}

static bool is_metric(const Catalog *catalog, Text name)
{
    for (size_t i = 0; i < catalog->metrics_count; i++)
        if (text_equal_folded(catalog->metrics[i].name, name)) return true;
    return false;
}

static Status no_property(const Catalog *catalog, Text name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Schema *schema = catalog->schema;
    Text *names = ARENA_ARRAY(arena, Text, schema->properties_count);
    size_t count = 0;
    for (size_t i = 0; i < schema->properties_count; i++)
        if (!schema->properties[i].is_retired) names[count++] = schema->properties[i].name;
    Text near = suggest_name(name, names, count);
    if (near.size == 0)
        return error_set(err, STATUS_NOT_FOUND,
                         "there is no property '%.*s'; kohorta properties lists them",
                         TEXT_FORMAT(name));
    return error_set(err, STATUS_NOT_FOUND, "there is no property '%.*s'; did you mean '%.*s'?",
                     TEXT_FORMAT(name), TEXT_FORMAT(near));
}

Status assignment_find_property(const Catalog *catalog, Text name, const Property **ret_property,
                                Error *err)
{
    if (is_metric(catalog, name))
        return error_set(err, STATUS_CONFLICT,
                         "'%.*s' is computed: a metric cannot be given a value", TEXT_FORMAT(name));
    const Property *property = schema_find_property(catalog->schema, name);
    if (property == NULL) return no_property(catalog, name, err);
    if (property->is_retired)
        return error_set(err, STATUS_CONFLICT,
                         "the property '%.*s' is retired; restore it to change it",
                         TEXT_FORMAT(property->name));
    if (schema_property_slot(catalog->schema, property) == BUILT_IN_CODE)
        return error_set(err, STATUS_CONFLICT, "the code of a customer never changes");
    *ret_property = property;
    return STATUS_OK;
}

/* Name, operator and what stands behind it. */
static Status split_assignment(Text written, Text *ret_name, AssignmentOperator *ret_operator,
                               Text *ret_value, Error *err)
{
    size_t sign = 0;
    while (sign < written.size && written.data[sign] != '=')
        sign++;
    if (sign == 0 || sign == written.size)
        return error_set(err, STATUS_INVALID,
                         "'%.*s' is no change: write property=value, property=@column, "
                         "property+=value or property-=value",
                         TEXT_FORMAT(written));
    char before = written.data[sign - 1];
    *ret_operator = before == '+' ? ASSIGN_ADD : before == '-' ? ASSIGN_REMOVE : ASSIGN_SET;
    *ret_name = text_trim(text_slice(written, 0, sign - (*ret_operator != ASSIGN_SET)));
    *ret_value = text_trim(text_slice(written, sign + 1, written.size));
    return STATUS_OK;
}

static Status check_operator(const Assignment *assignment, Error *err)
{
    if (assignment->operator_ == ASSIGN_SET) return STATUS_OK;
    if (!is_several(assignment->property))
        return error_set(err, STATUS_INVALID,
                         "'%.*s' holds one value: += and -= are for properties with several",
                         TEXT_FORMAT(assignment->property->name));
    if (assignment->column.size == 0 && value_is_missing(assignment->value))
        return error_set(err, STATUS_INVALID, "say which value of '%.*s' to add or remove",
                         TEXT_FORMAT(assignment->property->name));
    return STATUS_OK;
}

/* The value of a property that was found. */
static Status read_value(Text written, Text value, Arena *arena, Assignment *assignment, Error *err)
{
    bool is_escaped = text_starts_with(value, TEXT("@@"));
    if (text_starts_with(value, TEXT("@")) && !is_escaped) {
        assignment->column = arena_text(arena, text_trim(text_slice(value, 1, value.size)));
        if (assignment->column.size == 0)
            return error_set(err, STATUS_INVALID, "name a column after the '@' of '%.*s'",
                             TEXT_FORMAT(written));
    } else {
        if (is_escaped) value = text_slice(value, 1, value.size);
        TRY(typed_text_read(assignment->property, arena_text(arena, value), arena,
                            &assignment->value, err));
    }
    return check_operator(assignment, err);
}

Status assignment_parse(const Catalog *catalog, Text written, Arena *arena,
                        Assignment *ret_assignment, Error *err)
{
    Text name, value;
    Assignment assignment = {0};
    TRY(split_assignment(written, &name, &assignment.operator_, &value, err));
    TRY(assignment_find_property(catalog, name, &assignment.property, err));
    TRY(read_value(written, value, arena, &assignment, err));
    *ret_assignment = assignment;
    return STATUS_OK;
}

/* ---- contact persons ---- */

/* The words that customers are limited to for the same thing, such as their sex. */
static void limit_as_customers(const Schema *schema, Property *property)
{
    for (size_t i = 0; i < schema->properties_count; i++) {
        const Property *own = &schema->properties[i];
        if (property->enumeration == ENUMERATION_NONE || own->enumeration != property->enumeration)
            continue;
        property->allowed = own->allowed;
        property->allowed_count = own->allowed_count;
    }
}

/* Whatever is no choice of few may tell who the person is. */
ContactProperties contact_properties(const Schema *schema, Arena *arena)
{
    const Stream *stream = &schema->streams[STREAM_CONTACT];
    Property *items = ARENA_ARRAY(arena, Property, stream->fields_count);
    for (size_t i = 0; i < stream->fields_count; i++) {
        items[i] = field_as_property(&stream->fields[i]);
        limit_as_customers(schema, &items[i]);
        items[i].is_personal = items[i].type != PROPERTY_ENUM && items[i].type != PROPERTY_BOOL;
    }
    return (ContactProperties){items, stream->fields_count};
}

static Status find_of_contact(const ContactProperties *properties, Text name,
                              const Property **ret_property, Error *err)
{
    AUTO(buffer_done) Buffer names = {0};
    for (size_t i = 0; i < properties->count; i++) {
        *ret_property = &properties->items[i];
        if ((*ret_property)->is_retired) continue;
        if (text_equal_folded((*ret_property)->name, name)) return STATUS_OK;
        buffer_printf(&names, "%s%.*s", names.size > 0 ? ", " : "",
                      TEXT_FORMAT((*ret_property)->name));
    }
    return error_set(err, STATUS_NOT_FOUND,
                     "contact persons have no property '%.*s'; they have: %.*s; to change their "
                     "customers give the rule saved(\"NAME OF THE SET\") instead of the set",
                     TEXT_FORMAT(name), TEXT_FORMAT(buffer_view(&names)));
}

Status assignment_parse_of_contact(const ContactProperties *properties, Text written, Arena *arena,
                                   Assignment *ret_assignment, Error *err)
{
    Text name, value;
    Assignment assignment = {0};
    TRY(split_assignment(written, &name, &assignment.operator_, &value, err));
    TRY(find_of_contact(properties, name, &assignment.property, err));
    TRY(read_value(written, value, arena, &assignment, err));
    *ret_assignment = assignment;
    return STATUS_OK;
}

static void print_assignment(Buffer *out, const Assignment *assignment, Arena *arena)
{
    static const char *const signs[] = {
        [ASSIGN_SET] = "=", [ASSIGN_ADD] = "+=", [ASSIGN_REMOVE] = "-="};
    const Property *property = assignment->property;
    buffer_printf(out, "%.*s%s", TEXT_FORMAT(property->name), signs[assignment->operator_]);
    if (assignment->column.size > 0) {
        buffer_printf(out, "@%.*s", TEXT_FORMAT(assignment->column));
    } else if (property->is_personal && !value_is_missing(assignment->value)) {
        buffer_cstr(out, "\xE2\x80\xA6"); /* an act outlives a person's erasure */
    } else {
        Text value = value_print(assignment->value, property_value_type(property), arena);
        if (text_starts_with(value, TEXT("@"))) buffer_char(out, '@');
        buffer_text(out, value);
    }
}

Text assignments_print(const Assignment *assignments, size_t count, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buffer_cstr(&out, ", ");
        print_assignment(&out, &assignments[i], arena);
    }
    return arena_text(arena, buffer_view(&out));
}
