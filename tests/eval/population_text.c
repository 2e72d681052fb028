/* population_text.c -- data sets of tests as text: reading and printing the lines. */
#include "base/buffer.h"
#include "base/fold.h"
#include "eval/population.h"
#include "model/built_in.h"

#include <stdlib.h>

/* ---- words of a line ---- */

typedef struct {
    Text *items;
    size_t count, capacity;
} Words;

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* A word up to the next blank outside of quotes; quotes and backslashes are taken off. */
static Text next_word(Text line, size_t *position, Arena *arena)
{
    AUTO(buffer_done) Buffer word = {0};
    bool is_quoted = false;
    for (; *position < line.size; ++*position) {
        char byte = line.data[*position];
        if (byte == '"') {
            is_quoted = !is_quoted;
        } else if (byte == '\\' && *position + 1 < line.size) {
            char escaped = line.data[++*position];
            buffer_char(&word, escaped == 'n' ? '\n' : escaped);
        } else if (is_blank(byte) && !is_quoted) {
            break;
        } else {
            buffer_char(&word, byte);
        }
    }
    return arena_text(arena, buffer_view(&word));
}

static Words words_of(Text line, Arena *arena)
{
    Words words = {0};
    for (size_t position = 0;;) {
        while (position < line.size && is_blank(line.data[position]))
            position++;
        if (position >= line.size) return words;
        ARENA_PUSH(arena, &words, next_word(line, &position, arena));
    }
}

/* What follows the first `count` words, as written. */
static Text rest_of_line(Text line, size_t count, Arena *arena)
{
    size_t position = 0;
    for (size_t i = 0; i < count; i++) {
        while (position < line.size && is_blank(line.data[position]))
            position++;
        next_word(line, &position, arena);
    }
    return text_trim(text_slice(line, position, line.size));
}

Text population_quote(Text word, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    buffer_char(&out, '"');
    for (size_t i = 0; i < word.size; i++) {
        char byte = word.data[i];
        if (byte == '"' || byte == '\\') buffer_char(&out, '\\');
        if (byte == '\n')
            buffer_cstr(&out, "\\n");
        else
            buffer_char(&out, byte);
    }
    buffer_char(&out, '"');
    return arena_text(arena, buffer_view(&out));
}

/* ---- values ---- */

typedef struct {
    Population *population;
    Arena *arena;
    Text line;
    Words words;
} LineReader;

static Status bad(const LineReader *reader, const char *what, Text word, Error *err)
{
    return error_set(err, STATUS_INVALID, "%s '%.*s' in '%.*s'", what, TEXT_FORMAT(word),
                     TEXT_FORMAT(reader->line));
}

static Value read_set(Text text, Arena *arena)
{
    Words members = {0};
    for (Text rest = text; rest.data != NULL;)
        ARENA_PUSH(arena, &members, text_split(rest, '|', &rest));
    return value_set(arena, members.items, members.count);
}

static Status read_number(const LineReader *reader, Text text, uint8_t scale, Value *ret_value,
                          Error *err)
{
    int64_t mantissa;
    int own_scale;
    if (!decimal_parse(text, &mantissa, &own_scale) ||
        !decimal_rescale(mantissa, own_scale, scale, &mantissa))
        return bad(reader, "no number", text, err);
    *ret_value = value_decimal(mantissa);
    return STATUS_OK;
}

static Status read_value(const LineReader *reader, Text text, PropertyType type, uint8_t scale,
                         Value *ret_value, Error *err)
{
    Date date;
    switch (type) {
    case PROPERTY_BOOL: *ret_value = value_bool(text_equal(text, TEXT("true"))); return STATUS_OK;
    case PROPERTY_NUMBER:
    case PROPERTY_MONEY: return read_number(reader, text, scale, ret_value, err);
    case PROPERTY_DATE:
        if (!date_parse_iso(text, &date)) return bad(reader, "no date", text, err);
        *ret_value = value_date(date);
        return STATUS_OK;
    case PROPERTY_TEXT:
    case PROPERTY_ENUM:
    case PROPERTY_HIERARCHY: *ret_value = value_text(text); return STATUS_OK;
    case PROPERTY_SET:
    case PROPERTY_HIERARCHY_SET:
        *ret_value = read_set(text, reader->population->arena);
        return STATUS_OK;
    case PROPERTY_TYPE_COUNT: break;
    }
    ASSERT(false);
    return STATUS_OK;
}

static bool split_assignment(Text word, Text *ret_name, Text *ret_value)
{
    *ret_name = text_split(word, '=', ret_value);
    return ret_value->data != NULL;
}

static const Item *find_item(const Population *population, Text name)
{
    for (size_t i = 0; i < population->items.count; i++) {
        const Item *item = population->items.items[i];
        if (text_equal(item->code, name)) return item;
    }
    return NULL;
}

/* ---- lines ---- */

static Status read_type(const LineReader *reader, Text code, PropertyType *ret_type, Error *err)
{
    if (!property_type_parse(code, ret_type)) return bad(reader, "no type", code, err);
    return STATUS_OK;
}

static Status read_property(const LineReader *reader, Error *err)
{
    if (reader->words.count < 3) return bad(reader, "too few words after", TEXT("property"), err);
    PropertyType type;
    TRY(read_type(reader, reader->words.items[2], &type, err));
    int64_t scale = 0;
    int scale_of_scale;
    if (reader->words.count > 3) decimal_parse(reader->words.items[3], &scale, &scale_of_scale);
    population_add_property(reader->population, reader->words.items[1], type, (uint8_t)scale);
    return STATUS_OK;
}

/* NAME:TYPE[:SCALE] */
static Status read_field(const LineReader *reader, Text word, Field *ret_field, Error *err)
{
    Text rest, scale_text;
    Text name = text_split(word, ':', &rest);
    Text type = text_split(rest, ':', &scale_text);
    int64_t scale = 0;
    int scale_of_scale;
    if (scale_text.size > 0) decimal_parse(scale_text, &scale, &scale_of_scale);
    bool is_item = text_equal(type, TEXT("item"));
    *ret_field = (Field){.name = name,
                         .type = PROPERTY_TEXT,
                         .scale = (uint8_t)scale,
                         .role = is_item ? FIELD_ITEM : FIELD_PLAIN};
    return is_item ? STATUS_OK : read_type(reader, type, &ret_field->type, err);
}

static Status read_stream(const LineReader *reader, Error *err)
{
    size_t fields_count = reader->words.count - 2;
    Field *fields = ARENA_ARRAY(reader->arena, Field, fields_count);
    for (size_t i = 0; i < fields_count; i++)
        TRY(read_field(reader, reader->words.items[2 + i], &fields[i], err));
    population_add_stream(reader->population, reader->words.items[1], fields, fields_count);
    return STATUS_OK;
}

static Status read_item(const LineReader *reader, Error *err)
{
    Arena *arena = reader->population->arena;
    Item *item = population_add_item(reader->population, reader->words.items[1]);
    for (size_t i = 2; i < reader->words.count; i++) {
        Text name, text;
        split_assignment(reader->words.items[i], &name, &text);
        text = arena_text(arena, text);
        if (text_equal(name, TEXT("name")))
            item->name = text;
        else if (text_equal(name, TEXT("group")))
            item->group = text;
        else if (text_equal(name, TEXT("brand")))
            item->brand = text;
        else if (text_equal(name, TEXT("price")))
            TRY(read_number(reader, text, MONEY_SCALE, &item->price, err));
        else if (text_equal(name, TEXT("cost")))
            TRY(read_number(reader, text, MONEY_SCALE, &item->cost, err));
        else
            return bad(reader, "no attribute", name, err);
    }
    return STATUS_OK;
}

static Status read_customer(const LineReader *reader, Error *err)
{
    Population *population = reader->population;
    Person *person = population_add_person(population, reader->words.items[1]);
    for (size_t i = 2; i < reader->words.count; i++) {
        Text name, text;
        split_assignment(reader->words.items[i], &name, &text);
        const Property *property = schema_find_property(population->schema, name);
        if (property == NULL) return bad(reader, "no property", name, err);
        size_t slot = schema_property_slot(population->schema, property);
        TRY(read_value(reader, arena_text(population->arena, text), property->type, property->scale,
                       &person->values[slot], err));
    }
    return STATUS_OK;
}

static Person *find_person(const Population *population, Text code)
{
    for (size_t i = 0; i < population->people.count; i++)
        if (text_equal(population->people.items[i].code, code)) return &population->people.items[i];
    return NULL;
}

static Status read_event_field(const LineReader *reader, const Stream *stream, Text word,
                               Value *values, Error *err)
{
    Population *population = reader->population;
    Text name, text;
    split_assignment(word, &name, &text);
    const Field *field = stream_find_field(stream, name);
    if (field == NULL) return bad(reader, "no field", name, err);
    if (field->role == FIELD_ITEM) {
        const Item *item = find_item(population, text);
        if (item == NULL) return bad(reader, "no item", text, err);
        values[field->slot] = value_item(item);
        return STATUS_OK;
    }
    return read_value(reader, arena_text(population->arena, text), field->type, field->scale,
                      &values[field->slot], err);
}

/* A date alone is its midnight. */
static bool read_time(Text text, Moment *ret_at)
{
    Date date;
    if (moment_parse_iso(text, ret_at)) return true;
    if (!date_parse_iso(text, &date)) return false;
    *ret_at = moment_of(date, 0, 0, 0);
    return true;
}

static Status read_event(const LineReader *reader, Error *err)
{
    Population *population = reader->population;
    const Words *words = &reader->words;
    if (words->count < 4) return bad(reader, "too few words after", TEXT("event"), err);
    const Stream *stream = schema_find_stream(population->schema, words->items[1]);
    Person *person = find_person(population, words->items[2]);
    Moment at;
    if (stream == NULL) return bad(reader, "no stream", words->items[1], err);
    if (person == NULL) return bad(reader, "no customer", words->items[2], err);
    if (!read_time(words->items[3], &at)) return bad(reader, "no time", words->items[3], err);
    size_t stream_index = (size_t)(stream - population->schema->streams);
    Value *values = population_add_event(population, person, stream_index, at);
    for (size_t i = 4; i < words->count; i++)
        TRY(read_event_field(reader, stream, words->items[i], values, err));
    return STATUS_OK;
}

static Status read_line(const LineReader *reader, Error *err)
{
    Population *population = reader->population;
    Text kind = reader->words.items[0];
    if (reader->words.count < 2) return bad(reader, "too few words after", kind, err);
    Text name = reader->words.items[1];
    if (text_contains(name, TEXT("="))) return bad(reader, "no name but", name, err);
    if (text_equal(kind, TEXT("property"))) return read_property(reader, err);
    if (text_equal(kind, TEXT("stream"))) return read_stream(reader, err);
    if (text_equal(kind, TEXT("item"))) return read_item(reader, err);
    if (text_equal(kind, TEXT("customer"))) return read_customer(reader, err);
    if (text_equal(kind, TEXT("event"))) return read_event(reader, err);
    if (text_equal(kind, TEXT("metric")))
        population_add_metric(population, name, rest_of_line(reader->line, 2, reader->arena));
    else if (text_equal(kind, TEXT("segment")))
        population_add_segment(population, name,
                               reader->words.count > 2 &&
                                   text_equal(reader->words.items[2], TEXT("dynamic")),
                               rest_of_line(reader->line, 3, reader->arena));
    else if (text_equal(kind, TEXT("saved")))
        population_add_saved(population, name);
    else if (text_equal(kind, TEXT("classification")))
        population_add_classification(population, name);
    else if (text_equal(kind, TEXT("score")))
        population_add_score(population, name);
    else if (text_equal(kind, TEXT("lookups")))
        population_use_lookups(population, strtoull(arena_cstr(reader->arena, name), NULL, 10));
    else
        return bad(reader, "unknown word", kind, err);
    return STATUS_OK;
}

/* The schema first, then items and customers, then events: lines come in any order. */
static int stage_of(Text kind)
{
    if (text_equal(kind, TEXT("property")) || text_equal(kind, TEXT("stream"))) return 0;
    if (text_equal(kind, TEXT("event"))) return 2;
    return 1;
}

Status population_read(Population *population, Text text, Error *err)
{
    enum { STAGES = 3 };
    for (int stage = 0; stage < STAGES; stage++) {
        for (Text rest = text; rest.data != NULL;) {
            Text line = text_trim(text_split(rest, '\n', &rest));
            if (line.size == 0 || line.data[0] == '#') continue;
            LineReader reader = {
                .population = population, .arena = population->arena, .line = line};
            reader.words = words_of(line, population->arena);
            if (stage_of(reader.words.items[0]) == stage) TRY(read_line(&reader, err));
        }
    }
    population_finish(population);
    return STATUS_OK;
}

/* ---- printing ---- */

typedef struct {
    const Population *population;
    Buffer out;
    Arena *arena;
} LinePrinter;

static void print_word(LinePrinter *printer, Text word)
{
    buffer_char(&printer->out, ' ');
    buffer_text(&printer->out, population_quote(word, printer->arena));
}

static void print_assignment(LinePrinter *printer, Text name, Text value)
{
    buffer_char(&printer->out, ' ');
    buffer_text(&printer->out, population_quote(name, printer->arena));
    buffer_char(&printer->out, '=');
    buffer_text(&printer->out, population_quote(value, printer->arena));
}

/* Unlike value_print it keeps line breaks, which matter to nothing but the spelling. */
static Text value_text_of(Value value, Type type, Arena *arena)
{
    return value.kind == VALUE_TEXT ? value.as.text : value_print(value, type, arena);
}

static void print_schema(LinePrinter *printer)
{
    const Schema *schema = printer->population->schema;
    for (size_t i = BUILT_IN_PROPERTIES_COUNT; i < schema->properties_count; i++) {
        const Property *property = &schema->properties[i];
        buffer_cstr(&printer->out, "property");
        print_word(printer, property->name);
        buffer_printf(&printer->out, " %s %d\n", property_type_code(property->type),
                      (int)property->scale);
    }
    for (size_t s = BUILT_IN_STREAMS_COUNT; s < schema->streams_count; s++) {
        const Stream *stream = &schema->streams[s];
        buffer_cstr(&printer->out, "stream");
        print_word(printer, stream->name);
        for (size_t f = 0; f < stream->fields_count; f++) {
            const Field *field = &stream->fields[f];
            bool is_item = field->role == FIELD_ITEM;
            print_word(printer, arena_printf(printer->arena, "%.*s:%s:%d", TEXT_FORMAT(field->name),
                                             is_item ? "item" : property_type_code(field->type),
                                             (int)field->scale));
        }
        buffer_char(&printer->out, '\n');
    }
}

static void print_items(LinePrinter *printer)
{
    const Type money = {.kind = TYPE_DECIMAL, .scale = MONEY_SCALE};
    const ItemRows *items = &printer->population->items;
    for (size_t i = 0; i < items->count; i++) {
        const Item *item = items->items[i];
        buffer_cstr(&printer->out, "item");
        print_word(printer, item->code);
        if (item->name.size > 0) print_assignment(printer, TEXT("name"), item->name);
        if (item->group.size > 0) print_assignment(printer, TEXT("group"), item->group);
        if (item->brand.size > 0) print_assignment(printer, TEXT("brand"), item->brand);
        if (!value_is_missing(item->price))
            print_assignment(printer, TEXT("price"),
                             value_print(item->price, money, printer->arena));
        if (!value_is_missing(item->cost))
            print_assignment(printer, TEXT("cost"), value_print(item->cost, money, printer->arena));
        buffer_char(&printer->out, '\n');
    }
}

static void print_event(LinePrinter *printer, const Stream *stream, const Person *person,
                        const EventRow *event)
{
    char out[DATE_TEXT_MAX];
    buffer_cstr(&printer->out, "event");
    print_word(printer, stream->name);
    print_word(printer, person->code);
    buffer_char(&printer->out, ' ');
    buffer_text(&printer->out, moment_print_iso(event->at, out));
    for (size_t f = 0; f < stream->fields_count; f++) {
        const Field *field = &stream->fields[f];
        if (value_is_missing(event->values[f])) continue;
        print_assignment(printer, field->name,
                         value_text_of(event->values[f], field_value_type(field), printer->arena));
    }
    buffer_char(&printer->out, '\n');
}

/* Events of all streams by arrival, so that reading them again gives the same sequence. */
static void print_events(LinePrinter *printer, const Person *person)
{
    const Schema *schema = printer->population->schema;
    for (uint64_t arrival = 1; arrival <= person->arrivals; arrival++)
        for (size_t s = 0; s < schema->streams_count; s++)
            for (size_t i = 0; i < person->events[s].count; i++)
                if (person->events[s].items[i].sequence == arrival)
                    print_event(printer, &schema->streams[s], person, &person->events[s].items[i]);
}

static void print_person(LinePrinter *printer, const Person *person)
{
    const Schema *schema = printer->population->schema;
    buffer_cstr(&printer->out, "customer");
    print_word(printer, person->code);
    for (size_t i = 1; i < schema->properties_count; i++) {
        const Property *property = &schema->properties[i];
        if (value_is_missing(person->values[i])) continue;
        print_assignment(
            printer, property->name,
            value_text_of(person->values[i], property_value_type(property), printer->arena));
    }
    buffer_char(&printer->out, '\n');
    print_events(printer, person);
}

static void print_names(LinePrinter *printer)
{
    const Catalog *catalog = &printer->population->catalog;
    Buffer *out = &printer->out;
    for (size_t i = 0; i < catalog->metrics_count; i++) {
        buffer_cstr(out, "metric");
        print_word(printer, catalog->metrics[i].name);
        buffer_printf(out, " %.*s\n", TEXT_FORMAT(catalog->metrics[i].expression));
    }
    for (size_t i = 0; i < catalog->segments_count; i++) {
        const NamedSet *segment = &catalog->segments[i];
        buffer_cstr(out, "segment");
        print_word(printer, segment->name);
        buffer_printf(out, " %s %.*s\n", segment->is_dynamic ? "dynamic" : "stored",
                      TEXT_FORMAT(segment->rule));
    }
    for (size_t i = 0; i < catalog->saved_sets_count; i++) {
        buffer_cstr(out, "saved");
        print_word(printer, catalog->saved_sets[i].name);
        buffer_char(out, '\n');
    }
    for (size_t i = 0; i < catalog->classifications_count; i++) {
        buffer_cstr(out, "classification");
        print_word(printer, catalog->classifications[i].name);
        buffer_char(out, '\n');
    }
    for (size_t i = 0; i < catalog->scores_count; i++) {
        buffer_cstr(out, "score");
        print_word(printer, catalog->scores[i].name);
        buffer_char(out, '\n');
    }
    if (printer->population->has_lookups)
        buffer_printf(out, "lookups %llu\n", (unsigned long long)printer->population->lookups_seed);
}

Text population_print(const Population *population, Arena *arena)
{
    LinePrinter printer = {.population = population, .arena = arena};
    print_schema(&printer);
    print_names(&printer);
    print_items(&printer);
    for (size_t i = 0; i < population->people.count; i++)
        print_person(&printer, &population->people.items[i]);
    Text text = arena_text(arena, buffer_view(&printer.out));
    buffer_done(&printer.out);
    return text;
}
