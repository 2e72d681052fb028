/* cmd_stream.c -- kohorta streams, stream add, stream add-field: what is known of events. */
#include "cli/commands.h"

#include "base/fold.h"
#include "cli/labels.h"

/* ---- streams ---- */

typedef struct {
    Text search;
} ListOptions;

static const Option list_options[] = {
    OPTION(ListOptions, search, TEXT, "search", "TEXT",
           "only those with it in a name or label, or in those of a field"),
};

static bool has_text(Text name, const Labels *labels, Text search_folded, Arena *arena)
{
    bool is_found = text_contains(text_fold(name, arena), search_folded);
    for (Language i = 0; i < LANGUAGE_COUNT && !is_found; i++)
        is_found = text_contains(text_fold(labels->in[i], arena), search_folded);
    return is_found;
}

static bool is_wanted(const Stream *stream, Text search_folded, Arena *arena)
{
    if (search_folded.size == 0) return true;
    bool is_found = has_text(stream->name, &stream->labels, search_folded, arena);
    for (size_t i = 0; i < stream->fields_count && !is_found; i++)
        is_found =
            has_text(stream->fields[i].name, &stream->fields[i].labels, search_folded, arena);
    return is_found;
}

/* Words of the language for a table, codes for programs. */
static Text words_or_code(bool is_in_words, Label label, const char *code, Language language)
{
    return is_in_words ? label_get(label, language) : text_of(code);
}

static Text field_type_text(const Field *field, bool is_in_words, Voice voice)
{
    Text type = is_in_words ? property_type_label(field->type, voice.language)
                            : text_of(property_type_code(field->type));
    if (field->role == FIELD_ITEM)
        return words_or_code(is_in_words, LABEL_TYPE_ITEM, "item", voice.language);
    if (field->type != PROPERTY_NUMBER || field->scale == 0) return type;
    if (!is_in_words) voice.language = LANGUAGE_EN;
    return LABEL_SAY(voice, TYPE_WITH_DECIMALS, type, voice_count(voice, field->scale));
}

static Text role_text(FieldRole role, bool is_in_words, Language language)
{
    switch (role) {
    case FIELD_PLAIN: return TEXT("");
    case FIELD_ITEM: return words_or_code(is_in_words, LABEL_TYPE_ITEM, "item", language);
    case FIELD_IDENTIFIER:
        return words_or_code(is_in_words, LABEL_ROLE_IDENTIFIER, "identifier", language);
    case FIELD_CONTACT: return words_or_code(is_in_words, LABEL_ROLE_CONTACT, "contact", language);
    }
    return TEXT("");
}

static Status list_fields(Invocation *invocation, App *app, const Stream *stream, Error *err)
{
    Language language = app_language(app);
    Type text = {.kind = TYPE_TEXT};
    const OutputColumn columns[] = {
        {TEXT("field"), label_get(LABEL_FIELD, language), text},
        {TEXT("label"), label_get(LABEL_LABEL, language), text},
        {TEXT("type"), label_get(LABEL_TYPE, language), text},
        {TEXT("role"), label_get(LABEL_ROLE, language), text},
        {TEXT("state"), label_get(LABEL_STATE, language), text},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    bool is_in_words = format.format == FORMAT_TABLE;
    Voice voice = {invocation->arena, language};
    AUTO(output_done) Output *output = output_open(format, columns, 5);
    for (size_t i = 0; i < stream->fields_count; i++) {
        const Field *field = &stream->fields[i];
        const Value values[] = {
            value_text(field->name),
            value_text(labels_get(&field->labels, language)),
            value_text(field_type_text(field, is_in_words, voice)),
            value_text(role_text(field->role, is_in_words, language)),
            value_text(field->is_retired
                           ? words_or_code(is_in_words, LABEL_STATE_RETIRED, "retired", language)
                           : TEXT("")),
        };
        output_row(output, values);
    }
    return output_close(output, err);
}

static Value field_names(const Stream *stream, Arena *arena)
{
    Text *names = ARENA_ARRAY(arena, Text, stream->fields_count);
    for (size_t i = 0; i < stream->fields_count; i++)
        names[i] = stream->fields[i].name;
    return value_set(arena, names, stream->fields_count);
}

static Status list_streams(Invocation *invocation, App *app, Text search, Error *err)
{
    Text wanted = text_fold(search, invocation->arena);
    Language language = app_language(app);
    const Schema *schema = app_schema(app);
    StoreCounts counts;
    TRY(store_count(app_store(app), invocation->arena, &counts, err));
    Type text = {.kind = TYPE_TEXT};
    const OutputColumn columns[] = {
        {TEXT("stream"), label_get(LABEL_STREAM, language), text},
        {TEXT("label"), label_get(LABEL_LABEL, language), text},
        {TEXT("state"), label_get(LABEL_STATE, language), text},
        {TEXT("events"), label_get(LABEL_EVENTS, language), (Type){.kind = TYPE_DECIMAL}},
        {TEXT("fields"), label_get(LABEL_FIELDS, language), (Type){.kind = TYPE_TEXT_SET}},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    bool is_in_words = format.format == FORMAT_TABLE;
    AUTO(output_done) Output *output = output_open(format, columns, 5);
    for (size_t i = 0; i < schema->streams_count; i++) {
        const Stream *stream = &schema->streams[i];
        if (!is_wanted(stream, wanted, invocation->arena)) continue;
        const Value values[] = {
            value_text(stream->name),
            value_text(labels_get(&stream->labels, language)),
            value_text(stream->is_built_in
                           ? words_or_code(is_in_words, LABEL_STATE_BUILT_IN, "built-in", language)
                           : words_or_code(is_in_words, LABEL_STATE_OWN, "own", language)),
            value_decimal((int64_t)counts.events[i]),
            field_names(stream, invocation->arena),
        };
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status find_stream(const Schema *schema, Text name, Arena *arena, const Stream **ret_stream,
                          Error *err)
{
    *ret_stream = schema_find_stream(schema, name);
    if (*ret_stream != NULL) return STATUS_OK;
    Text *names = ARENA_ARRAY(arena, Text, schema->streams_count);
    for (size_t i = 0; i < schema->streams_count; i++)
        names[i] = schema->streams[i].name;
    Text near = suggest_name(name, names, schema->streams_count);
    if (near.size > 0)
        return error_set(err, STATUS_NOT_FOUND, "no stream '%.*s'; did you mean '%.*s'?",
                         TEXT_FORMAT(name), TEXT_FORMAT(near));
    return error_set(err, STATUS_NOT_FOUND, "no stream '%.*s'; kohorta streams lists them",
                     TEXT_FORMAT(name));
}

static Status run_streams(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const ListOptions *chosen = given;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    if (invocation->arguments_count == 0) return list_streams(invocation, app, chosen->search, err);
    const Stream *stream = NULL;
    TRY(find_stream(app_schema(app), invocation_argument(invocation, 0), invocation->arena, &stream,
                    err));
    return list_fields(invocation, app, stream, err);
}

const Command command_streams = {
    .name = "streams",
    .arguments = "[STREAM]",
    .summary = "list the streams of events, or the fields of one",
    .options = list_options,
    .options_count = sizeof list_options / sizeof list_options[0],
    .options_size = sizeof(ListOptions),
    .arguments_max = 1,
    .run = run_streams,
};

/* ---- fields as they are written on the command line ---- */

#define FIELD_TYPES "bool, number, money, date, text, enum, hierarchy or item"

static Status field_of(Text name, Text type, OptionCount decimals, Field *ret_field, Error *err)
{
    Field field = {.name = text_trim(name), .type = PROPERTY_TEXT};
    if (text_equal_ascii_case(type, TEXT("item"))) {
        field.role = FIELD_ITEM;
    } else if (text_equal_ascii_case(type, TEXT("identifier"))) {
        field.role = FIELD_IDENTIFIER;
    } else if (!property_type_parse(type, &field.type) || field.type == PROPERTY_SET ||
               field.type == PROPERTY_HIERARCHY_SET) {
        return error_set(err, STATUS_INVALID,
                         "no type '%.*s' for a field: " FIELD_TYPES " (identifier is a text nearly "
                         "every event has its own of)",
                         TEXT_FORMAT(type));
    }
    if (decimals.value > DECIMAL_SCALE_MAX)
        return error_set(err, STATUS_INVALID, "a number keeps at most %d decimals",
                         DECIMAL_SCALE_MAX);
    if (decimals.value > 0 && field.type != PROPERTY_NUMBER)
        return error_set(err, STATUS_INVALID, "decimals go with the type number only");
    uint8_t of_number = decimals.is_given ? (uint8_t)decimals.value : NUMBER_SCALE_USUAL;
    if (field.type == PROPERTY_NUMBER) field.scale = of_number;
    *ret_field = field;
    return STATUS_OK;
}

/* NAME:TYPE or NAME:number:DECIMALS */
static Status parse_field(Text spec, Field *ret_field, Error *err)
{
    Text rest;
    Text name = text_split(spec, ':', &rest);
    Text decimals;
    Text type = text_split(rest, ':', &decimals);
    int64_t count = 0;
    int scale = 0;
    bool is_readable = rest.data != NULL &&
                       (decimals.data == NULL ||
                        (decimal_parse(decimals, &count, &scale) && scale == 0 && count >= 0));
    if (!is_readable)
        return error_set(err, STATUS_INVALID,
                         "a field is written NAME:TYPE or NAME:number:DECIMALS, not '%.*s'",
                         TEXT_FORMAT(spec));
    return field_of(name, type, (OptionCount){decimals.data != NULL, (uint64_t)count}, ret_field,
                    err);
}

#define LABEL_OPTIONS(Struct)                                                              \
    OPTION(Struct, label_ru, TEXT, "label-ru", "TEXT", "its name for people, in Russian"), \
        OPTION(Struct, label_uk, TEXT, "label-uk", "TEXT", "in Ukrainian"),                \
        OPTION(Struct, label_en, TEXT, "label-en", "TEXT", "in English")

/* ---- stream add ---- */

typedef struct {
    OptionList fields;
    Text label_ru, label_uk, label_en;
} AddOptions;

static const Option add_options[] = {
    OPTION(AddOptions, fields, LIST, "field", "NAME:TYPE",
           "a field of its events, several times; TYPE is " FIELD_TYPES
           "; number:2 keeps two decimals, number alone four"),
    LABEL_OPTIONS(AddOptions),
};

static Status run_add(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const AddOptions *chosen = given;
    Field *fields = ARENA_ARRAY(invocation->arena, Field, chosen->fields.count);
    for (size_t i = 0; i < chosen->fields.count; i++) {
        TRY(parse_field(chosen->fields.items[i], &fields[i], err));
        fields[i].slot = (uint32_t)i;
    }
    Stream stream = {.name = text_trim(invocation_argument(invocation, 0)),
                     .labels = {.in = {[LANGUAGE_EN] = chosen->label_en,
                                       [LANGUAGE_RU] = chosen->label_ru,
                                       [LANGUAGE_UK] = chosen->label_uk}},
                     .fields = fields,
                     .fields_count = chosen->fields.count};
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    TRY(store_add_stream(app_store(app), &stream, err));
    invocation_done(invocation, "stream", stream.name, "added");
    return STATUS_OK;
}

const Command command_stream_add = {
    .name = "stream add",
    .arguments = "NAME",
    .summary = "add a stream of events",
    .details = "Example:\n"
               "  kohorta stream add delivery --field carrier:enum --field days:number \\\n"
               "      --field is_late:bool --label-ru Доставка",
    .options = add_options,
    .options_count = sizeof add_options / sizeof add_options[0],
    .options_size = sizeof(AddOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_add,
};

/* ---- stream add-field ---- */

typedef struct {
    Text type;
    OptionCount decimals;
    Text label_ru, label_uk, label_en;
} AddFieldOptions;

static const Option add_field_options[] = {
    OPTION(AddFieldOptions, type, TEXT, "type", "TYPE", FIELD_TYPES),
    OPTION(AddFieldOptions, decimals, COUNT, "decimals", "N",
           "digits a number keeps after the point (4)"),
    LABEL_OPTIONS(AddFieldOptions),
};

static Status run_add_field(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const AddFieldOptions *chosen = given;
    if (chosen->type.data == NULL)
        return error_set(err, STATUS_INVALID, "say with --type what it holds: " FIELD_TYPES);
    Field field;
    TRY(field_of(invocation_argument(invocation, 1), chosen->type, chosen->decimals, &field, err));
    field.labels = (Labels){.in = {[LANGUAGE_EN] = chosen->label_en,
                                   [LANGUAGE_RU] = chosen->label_ru,
                                   [LANGUAGE_UK] = chosen->label_uk}};
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    const Stream *stream = NULL;
    TRY(find_stream(app_schema(app), invocation_argument(invocation, 0), invocation->arena, &stream,
                    err));
    TRY(store_add_field(app_store(app), stream->name, &field, err));
    invocation_done(invocation, "field", field.name, "added");
    return STATUS_OK;
}

const Command command_stream_add_field = {
    .name = "stream add-field",
    .arguments = "STREAM NAME --type TYPE",
    .summary = "add a field to the events of a stream",
    .options = add_field_options,
    .options_count = sizeof add_field_options / sizeof add_field_options[0],
    .options_size = sizeof(AddFieldOptions),
    .arguments_min = 2,
    .arguments_max = 2,
    .run = run_add_field,
};
