/* specs.c -- the columns that a schema asks for. */
#include "columns/build.h"

static ColumnKind kind_of_type(TypeKind type)
{
    switch (type) {
    case TYPE_BOOL:
    case TYPE_DECIMAL:
    case TYPE_DATE:
    case TYPE_MOMENT:
    case TYPE_RATIO: return COLUMN_INTEGER;
    case TYPE_TEXT:
    case TYPE_HIERARCHY: return COLUMN_CODE;
    case TYPE_TEXT_SET:
    case TYPE_HIERARCHY_SET: return COLUMN_CODE_SET;
    case TYPE_ITEM: return COLUMN_ITEM;
    case TYPE_NONE:
    case TYPE_KIND_COUNT: break;
    }
    ASSERT(false);
    return COLUMN_INTEGER;
}

static ValueKind value_kind_of_type(TypeKind type)
{
    switch (type) {
    case TYPE_BOOL: return VALUE_BOOL;
    case TYPE_DECIMAL: return VALUE_DECIMAL;
    case TYPE_RATIO: return VALUE_RATIO;
    case TYPE_DATE: return VALUE_DATE;
    case TYPE_MOMENT: return VALUE_MOMENT;
    case TYPE_TEXT:
    case TYPE_HIERARCHY: return VALUE_TEXT;
    case TYPE_TEXT_SET:
    case TYPE_HIERARCHY_SET: return VALUE_SET;
    case TYPE_ITEM: return VALUE_ITEM;
    case TYPE_NONE:
    case TYPE_KIND_COUNT: break;
    }
    ASSERT(false);
    return VALUE_MISSING;
}

static ColumnSpec spec_of(Text owner, Text name, Type type)
{
    return (ColumnSpec){.owner = owner,
                        .name = name,
                        .kind = kind_of_type(type.kind),
                        .value_kind = value_kind_of_type(type.kind),
                        .role = ROLE_VALUE};
}

static size_t add_summaries(const Stream *stream, ColumnSpec *specs)
{
    size_t count = 0;
    Type date = {.kind = TYPE_DATE};
    specs[count] = spec_of(stream->name, TEXT("first date"), date);
    specs[count++].role = ROLE_FIRST_DAY;
    specs[count] = spec_of(stream->name, TEXT("last date"), date);
    specs[count++].role = ROLE_LAST_DAY;
    for (size_t i = 0; i < stream->fields_count; i++) {
        const Field *field = &stream->fields[i];
        bool is_decimal = field_value_type(field).kind == TYPE_DECIMAL;
        specs[count] = spec_of(stream->name, field->name, (Type){.kind = TYPE_DECIMAL});
        specs[count].role = is_decimal ? ROLE_TOTAL : ROLE_NONE;
        specs[count++].slot = i;
    }
    return count;
}

ColumnRange specs_fields(const ColumnSpecs *specs, size_t stream_index)
{
    size_t begin = specs->stream_firsts[stream_index];
    size_t fields_count = (specs->stream_firsts[stream_index + 1] - begin - STREAM_OWN_COLUMNS -
                           STREAM_SUMMARY_COLUMNS) /
                          2;
    return (ColumnRange){begin + STREAM_OWN_COLUMNS, begin + STREAM_OWN_COLUMNS + fields_count};
}

ColumnRange specs_summaries(const ColumnSpecs *specs, size_t stream_index)
{
    return (ColumnRange){specs_fields(specs, stream_index).end,
                         specs->stream_firsts[stream_index + 1]};
}

static size_t count_columns(const Schema *schema)
{
    size_t count = schema->properties_count + ITEM_COLUMNS_COUNT;
    for (size_t i = 0; i < schema->streams_count; i++)
        count += stream_columns_count(schema->streams[i].fields_count);
    return count;
}

static Status check_limits(const Schema *schema, Error *err)
{
    bool fits = schema->properties_count <= FORMAT_PROPERTIES_MAX &&
                schema->streams_count <= FORMAT_STREAMS_MAX;
    for (size_t i = 0; fits && i < schema->streams_count; i++)
        fits = schema->streams[i].fields_count <= FORMAT_FIELDS_MAX;
    if (fits) return STATUS_OK;
    return error_set(err, STATUS_LIMIT,
                     "the schema is too large: at most %d properties, %d streams, %d fields of one",
                     FORMAT_PROPERTIES_MAX, FORMAT_STREAMS_MAX, FORMAT_FIELDS_MAX);
}

Status column_specs_of(const Schema *schema, Arena *arena, ColumnSpecs *ret_specs, Error *err)
{
    TRY(check_limits(schema, err));
    size_t count = 0;
    ColumnSpec *specs = ARENA_ARRAY(arena, ColumnSpec, count_columns(schema));
    size_t *firsts = ARENA_ARRAY(arena, size_t, schema->streams_count + 1);
    for (size_t i = 0; i < schema->properties_count; i++) {
        const Property *property = &schema->properties[i];
        specs[count++] = spec_of(TEXT(""), property->name, property_value_type(property));
    }
    for (size_t i = 0; i < schema->streams_count; i++) {
        const Stream *stream = &schema->streams[i];
        firsts[i] = count;
        specs[count++] = spec_of(stream->name, TEXT("date"), (Type){.kind = TYPE_DATE});
        specs[count++] = spec_of(stream->name, TEXT("time"), (Type){.kind = TYPE_MOMENT});
        for (size_t j = 0; j < stream->fields_count; j++) {
            const Field *field = &stream->fields[j];
            specs[count++] = spec_of(stream->name, field->name, field_value_type(field));
            if (specs[count - 1].kind == COLUMN_CODE_SET)
                return error_set(err, STATUS_LIMIT, "field '%.*s' of an event cannot hold a set",
                                 TEXT_FORMAT(field->name));
        }
        count += add_summaries(stream, &specs[count]);
    }
    firsts[schema->streams_count] = count;
    for (unsigned i = 0; i < ITEM_COLUMNS_COUNT; i++) {
        ItemAttribute attribute = (ItemAttribute)i;
        specs[count++] = spec_of(TEXT("item"), text_of(item_attribute_name(attribute)),
                                 item_attribute_type(attribute));
    }
    *ret_specs = (ColumnSpecs){specs, count, firsts};
    return STATUS_OK;
}

Text column_spec_name(const ColumnSpec *spec, Arena *arena)
{
    if (spec->owner.size == 0) return spec->name;
    return arena_printf(arena, "%.*s.%.*s", TEXT_FORMAT(spec->owner), TEXT_FORMAT(spec->name));
}

static Status unfit_value(const ColumnSpec *spec, Status status, const char *what, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text name = column_spec_name(spec, arena);
    return error_set(err, status, "'%.*s' holds a %s", TEXT_FORMAT(name), what);
}

Status value_fits(const ColumnSpec *spec, Value value, Error *err)
{
    if (value.kind != spec->value_kind)
        return unfit_value(spec, STATUS_CORRUPT, "value of another type", err);
    if (spec->kind != COLUMN_INTEGER) return STATUS_OK;
    int64_t number = value_number(value);
    if (number >= -DECIMAL_MANTISSA_MAX && number <= DECIMAL_MANTISSA_MAX) return STATUS_OK;
    return unfit_value(spec, STATUS_LIMIT, "number of more than 18 digits", err);
}

int64_t value_number(Value value)
{
    switch (value.kind) {
    case VALUE_BOOL: return value.as.boolean;
    case VALUE_DECIMAL: return value.as.decimal;
    case VALUE_DATE: return value.as.date.day;
    case VALUE_MOMENT: return value.as.moment.second;
    case VALUE_MISSING:
    case VALUE_RATIO:
    case VALUE_TEXT:
    case VALUE_SET:
    case VALUE_ITEM: break;
    }
    ASSERT(false);
    return 0;
}

uint32_t item_place(const ImageInput *input, const Item *item)
{
    /* Ids are dense, so the place is nearly always the id. */
    uint32_t id = item->id;
    if (id >= 1 && id <= input->items_count && input->items[id - 1]->id == id) return id;
    size_t low = 0, high = input->items_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (input->items[middle]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_found = low < input->items_count && input->items[low]->id == id;
    return is_found ? (uint32_t)low + 1 : 0;
}

uint32_t item_row(const Build *build, const Item *item)
{
    uint32_t place = item_place(build->input, item);
    return place == 0 || build->item_rows == NULL ? place : build->item_rows[place - 1];
}
