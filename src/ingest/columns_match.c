/* columns_match.c -- finding the field of each column: as told, by name, by label, by synonym; then
 * new properties for what is left, where that was asked for. */
#include "ingest/columns.h"

#include "base/fold.h"
#include "base/nearest.h"
#include "model/built_in.h"

#include <stdlib.h>

static void note_field(Columns *columns, uint32_t column, size_t field, ColumnUse use, Text why,
                       Arena *arena)
{
    Column *place = &columns->columns.items[column];
    Text name = columns->target.fields.items[field].name;
    if (columns->field_columns[field] == NO_COLUMN)
        columns->field_columns[field] = column;
    else
        ARENA_PUSH(arena, &columns->more_columns[field], column);
    place->use = use;
    place->why = why;
    place->field =
        place->field.size == 0
            ? name
            : arena_printf(arena, "%.*s, %.*s", TEXT_FORMAT(place->field), TEXT_FORMAT(name));
}

/* ---- as told ---- */

/* Column by name, folded, or else by its number from 1. */
static uint32_t find_column(const Columns *columns, Text name)
{
    for (size_t i = 0; i < columns->columns.count; i++)
        if (text_equal_folded(columns->columns.items[i].name, name)) return (uint32_t)i;
    int64_t number;
    int scale;
    bool is_number = decimal_parse(name, &number, &scale) && scale == 0;
    if (!is_number || number < 1 || number > (int64_t)columns->columns.count) return NO_COLUMN;
    return (uint32_t)(number - 1);
}

static Status no_such_column(const Columns *columns, Text name, Error *err)
{
    Nearest nearest = nearest_begin(name);
    for (size_t i = 0; i < columns->columns.count; i++)
        nearest_offer(&nearest, columns->columns.items[i].name);
    Text near;
    if (nearest_found(&nearest, &near))
        return error_set(err, STATUS_INVALID, "the file has no column '%.*s'; is it '%.*s'?",
                         TEXT_FORMAT(name), TEXT_FORMAT(near));
    return error_set(err, STATUS_INVALID,
                     "the file has no column '%.*s': it has %zu columns, the first is '%.*s'",
                     TEXT_FORMAT(name), columns->columns.count,
                     TEXT_FORMAT(columns->columns.items[0].name));
}

static Status find_field(const Columns *columns, Text name, size_t *ret_field, Error *err)
{
    *ret_field = target_find(&columns->target, name);
    if (*ret_field != SIZE_MAX) return STATUS_OK;
    Nearest nearest = nearest_begin(name);
    for (size_t i = 0; i < columns->target.fields.count; i++)
        nearest_offer(&nearest, columns->target.fields.items[i].name);
    Text near;
    if (nearest_found(&nearest, &near))
        return error_set(err, STATUS_INVALID, "there is no field '%.*s' here; is it '%.*s'?",
                         TEXT_FORMAT(name), TEXT_FORMAT(near));
    return error_set(err, STATUS_INVALID, "there is no field '%.*s' to import into",
                     TEXT_FORMAT(name));
}

static bool creates_fields(const Columns *columns, const ImportOptions *options)
{
    switch (columns->target.target) {
    case IMPORT_CUSTOMERS: return options->create_properties;
    case IMPORT_EVENTS: return options->create_fields;
    case IMPORT_ITEMS: break;
    }
    return false;
}

/* A column mapped to a name that nothing has becomes a new field of that name, where new fields may
 * be made; the plan says so. */
static bool take_new_name(Columns *columns, const ImportOptions *options, uint32_t column,
                          Text name)
{
    bool is_new =
        creates_fields(columns, options) && target_find(&columns->target, name) == SIZE_MAX;
    if (is_new) columns->columns.items[column].new_name = name;
    return is_new;
}

static Status take_mapping(Columns *columns, const ImportOptions *options,
                           const ImportMapping *mapping, Voice voice, Error *err)
{
    uint32_t column = find_column(columns, mapping->column);
    if (column == NO_COLUMN) return no_such_column(columns, mapping->column, err);
    if (text_equal(mapping->field, TEXT("-"))) {
        columns->columns.items[column].use = COLUMN_IGNORED;
        columns->columns.items[column].why = say(voice, MESSAGE_AS_TOLD);
        return STATUS_OK;
    }
    if (take_new_name(columns, options, column, mapping->field)) return STATUS_OK;
    size_t field;
    TRY(find_field(columns, mapping->field, &field, err));
    if (columns_fills(columns, column, field)) return STATUS_OK;
    uint32_t other = columns->field_columns[field];
    const TargetField *target = &columns->target.fields.items[field];
    bool is_joinable = target->kind == SLOT_VALUE || target->kind == SLOT_KEY;
    bool can_join = is_joinable && row_join_sign(target->type) != NULL;
    if (other != NO_COLUMN && !can_join)
        return error_set(err, STATUS_INVALID,
                         "columns '%.*s' and '%.*s' are both mapped to '%.*s': leave one out",
                         TEXT_FORMAT(columns->columns.items[other].name),
                         TEXT_FORMAT(columns->columns.items[column].name),
                         TEXT_FORMAT(mapping->field));
    note_field(columns, column, field, COLUMN_MAPPED, say(voice, MESSAGE_AS_TOLD), voice.arena);
    return STATUS_OK;
}

static Status take_told(Columns *columns, const ImportOptions *options, Voice voice, Error *err)
{
    for (size_t i = 0; i < options->mappings_count; i++)
        TRY(take_mapping(columns, options, &options->mappings[i], voice, err));
    for (size_t i = 0; i < options->defaults_count; i++) {
        size_t field;
        TRY(find_field(columns, options->defaults[i].field, &field, err));
        columns->field_defaults[field] = text_trim(options->defaults[i].value);
    }
    return STATUS_OK;
}

enum { OWN_COLUMNS = 4 }; /* `_row` does not stand in every file */

static void leave_out_reject_columns(Columns *columns, Voice voice)
{
    static const char *const names[] = {REJECT_COLUMN_LINE, REJECT_COLUMN_COLUMN,
                                        REJECT_COLUMN_VALUE, REJECT_COLUMN_REASON,
                                        REJECT_COLUMN_ROW};
    size_t found = 0;
    for (size_t i = 0; i < columns->columns.count; i++) {
        Column *column = &columns->columns.items[i];
        for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
            if (!text_equal(column->name, text_of(names[n]))) continue;
            column->use = COLUMN_IGNORED;
            column->why = say(voice, MESSAGE_OF_REJECTS_FILE);
            found++;
        }
    }
    columns->is_rejects_file = found >= OWN_COLUMNS;
}

/* ---- by name ---- */

typedef struct {
    int rank;
    uint32_t column;
    size_t field;
    Text word;
} Match;

typedef struct {
    Match *items;
    size_t count, capacity;
} MatchList;

static int compare_matches(const void *a, const void *b)
{
    const Match *left = a, *right = b;
    if (left->rank != right->rank) return left->rank < right->rank ? -1 : 1;
    if (left->column != right->column) return left->column < right->column ? -1 : 1;
    return (left->field > right->field) - (left->field < right->field);
}

static MatchList find_matches(const Columns *columns, Arena *arena)
{
    MatchList matches = {0};
    for (size_t c = 0; c < columns->columns.count; c++) {
        if (columns->columns.items[c].use != COLUMN_UNKNOWN) continue;
        if (columns->columns.items[c].new_name.size != 0) continue;
        for (size_t f = 0; f < columns->target.fields.count; f++) {
            if (columns->field_columns[f] != NO_COLUMN) continue;
            Match match = {.column = (uint32_t)c, .field = f};
            match.rank = target_match(&columns->target.fields.items[f],
                                      columns->columns.items[c].name, arena, &match.word);
            if (match.rank != MATCH_NONE) ARENA_PUSH(arena, &matches, match);
        }
    }
    if (matches.count != 0)
        qsort(matches.items, matches.count, sizeof *matches.items, compare_matches);
    return matches;
}

static Text why_matched(const Match *match, Voice voice)
{
    if (match->rank == MATCH_NAME) return say(voice, MESSAGE_SAME_NAME);
    if (match->rank == MATCH_LABEL) return SAY(voice, SAME_LABEL, match->word);
    return say(voice, MESSAGE_USUAL_NAME);
}

/* A column whose field is taken by a better one is left out and says so; one that fits no worse is
 * a question only the user can answer, and who only looks (`matches` is NULL) is being asked. */
static Status refuse_match(Columns *columns, const Match *match, const MatchList *matches,
                           Voice voice, Error *err)
{
    const TargetField *field = &columns->target.fields.items[match->field];
    uint32_t winner = columns->field_columns[match->field];
    Column *column = &columns->columns.items[match->column];
    const Column *taken = &columns->columns.items[winner];
    for (size_t i = 0; matches != NULL && i < matches->count; i++) {
        const Match *other = &matches->items[i];
        bool is_winner = other->field == match->field && other->column == winner;
        if (is_winner && other->rank == match->rank)
            return error_set(err, STATUS_INVALID,
                             "columns %u ('%.*s') and %u ('%.*s') fit '%.*s' alike: say which with "
                             "--map, and leave the other out with --map %u=-",
                             winner + 1, TEXT_FORMAT(taken->name), match->column + 1,
                             TEXT_FORMAT(column->name), TEXT_FORMAT(field->name),
                             match->column + 1);
    }
    column->why = SAY(voice, FIELD_IS_FILLED, field->name, taken->name);
    return STATUS_OK;
}

static Status match_by_name(Columns *columns, bool is_look, Voice voice, Error *err)
{
    MatchList matches = find_matches(columns, voice.arena);
    for (size_t i = 0; i < matches.count; i++) {
        const Match *match = &matches.items[i];
        bool is_column_free = columns->columns.items[match->column].use == COLUMN_UNKNOWN;
        bool is_field_free = columns->field_columns[match->field] == NO_COLUMN;
        if (is_column_free && is_field_free)
            note_field(columns, match->column, match->field, COLUMN_MAPPED,
                       why_matched(match, voice), voice.arena);
    }
    for (size_t i = 0; i < matches.count; i++)
        if (columns->columns.items[matches.items[i].column].use == COLUMN_UNKNOWN)
            TRY(refuse_match(columns, &matches.items[i], is_look ? NULL : &matches, voice, err));
    return STATUS_OK;
}

/* ---- new ones ---- */

static bool is_name_taken(const Columns *columns, const Schema *schema, Text name)
{
    if (target_find(&columns->target, name) != SIZE_MAX) return true;
    return schema_find_property(schema, name) != NULL ||
           (columns->target.target == IMPORT_CUSTOMERS && schema_find_stream(schema, name) != NULL);
}

static Text creation_name(const Column *column)
{
    return column->new_name.size != 0 ? column->new_name : column->name;
}

static void add_creation(Columns *columns, uint32_t column, const Schema *schema, Voice voice)
{
    Column *place = &columns->columns.items[column];
    Text name = creation_name(place);
    bool is_event = columns->target.target == IMPORT_EVENTS;
    TypeVerdict verdict = evidence_type(&place->evidence);
    bool is_set = verdict.type == PROPERTY_SET || verdict.type == PROPERTY_HIERARCHY_SET;
    if (is_event && is_set) verdict = (TypeVerdict){PROPERTY_TEXT, 0, FIELD_PLAIN};
    TargetField field = {.kind = SLOT_VALUE,
                         .slot = columns->target.values_count++,
                         .name = name,
                         .type = verdict.type,
                         .scale = verdict.scale,
                         .role = verdict.role,
                         .scopes = {"", ""}};
    field.labels.in[schema->settings.language] = name;
    Creation creation = {.column = column, .field = columns->target.fields.count};
    creation.property = (Property){.name = field.name,
                                   .labels = field.labels,
                                   .type = field.type,
                                   .scale = field.scale,
                                   .group = DATA_GROUP_GENERAL};
    creation.event_field = (Field){.name = field.name,
                                   .labels = field.labels,
                                   .type = field.type,
                                   .scale = field.scale,
                                   .role = verdict.role};
    ARENA_PUSH(voice.arena, &columns->target.fields, field);
    ARENA_PUSH(voice.arena, &columns->creations, creation);
    Text type = property_type_label(verdict.type, voice.language);
    Text why = is_event ? SAY(voice, NEW_FIELD, type) : SAY(voice, NEW_PROPERTY, type);
    note_field(columns, column, creation.field, COLUMN_CREATED, why, voice.arena);
}

static void create_fields(Columns *columns, const Schema *schema, Voice voice)
{
    for (size_t i = 0; i < columns->columns.count; i++) {
        Column *column = &columns->columns.items[i];
        if (column->use != COLUMN_UNKNOWN) continue;
        Error reason = {0};
        if (is_name_taken(columns, schema, creation_name(column))) {
            column->why = say(voice, MESSAGE_NAME_IS_TAKEN);
        } else if (schema_check_name(creation_name(column), &reason) != STATUS_OK) {
            column->why =
                SAY(voice, CANNOT_BE_MADE, arena_text(voice.arena, text_of(reason.message)));
        } else {
            add_creation(columns, (uint32_t)i, schema, voice);
        }
    }
}

/* ---- what every row needs ---- */

static bool is_filled(const Columns *columns, size_t field)
{
    return field != SIZE_MAX &&
           (columns->field_columns[field] != NO_COLUMN || columns->field_defaults[field].size != 0);
}

static Status require(const Columns *columns, size_t field, const char *what, Error *err)
{
    if (is_filled(columns, field)) return STATUS_OK;
    Text name = columns->target.fields.items[field].name;
    return error_set(err, STATUS_INVALID,
                     "no column is known to hold %s; say which one with --map COLUMN=%.*s (the "
                     "file has %zu columns, the first is '%.*s')",
                     error_phrase(what), TEXT_FORMAT(name), columns->columns.count,
                     TEXT_FORMAT(columns->columns.items[0].name));
}

/* The key, where rows are numbered within a field: both must be filled. */
static Status check_key_within(const Columns *columns, Error *err)
{
    const Target *target = &columns->target;
    size_t key = target_find_slot(target, SLOT_KEY, 0), within = columns->key_within;
    if (within == SIZE_MAX) return STATUS_OK;
    if (!is_filled(columns, key))
        return error_set(err, STATUS_INVALID,
                         "no column goes to the key, so there is nothing to number within "
                         "'%.*s'; say which one with --map COLUMN=key",
                         TEXT_FORMAT(target->fields.items[within].name));
    if (is_filled(columns, within)) return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "keys are to be numbered within '%.*s', which no column fills; say which one "
                     "with --map COLUMN=%.*s",
                     TEXT_FORMAT(target->fields.items[within].name),
                     TEXT_FORMAT(target->fields.items[within].name));
}

static size_t contact_field(const Target *target)
{
    for (size_t i = 0; i < target->fields.count; i++)
        if (target->fields.items[i].role == FIELD_CONTACT) return i;
    return SIZE_MAX;
}

Status columns_check_required(const Columns *columns, Error *err)
{
    const Target *target = &columns->target;
    if (target->target == IMPORT_CUSTOMERS)
        return require(columns, target_find_slot(target, SLOT_VALUE, BUILT_IN_CODE),
                       "the code of the customer", err);
    if (target->target == IMPORT_ITEMS)
        return require(columns, target_find_slot(target, SLOT_VALUE, ITEM_CODE),
                       "the code of the item", err);
    size_t contact = contact_field(target);
    TRY(check_key_within(columns, err));
    bool has_contact = contact != SIZE_MAX && columns->field_columns[contact] != NO_COLUMN;
    if (!has_contact)
        TRY(require(columns, target_find_slot(target, SLOT_CUSTOMER, 0), "the customer", err));
    if (stream_is(target->stream, STREAM_CONTACT))
        return require(columns, target_find_slot(target, SLOT_KEY, 0),
                       "the code or the name of the contact person", err);
    return require(columns, target_find_slot(target, SLOT_DATE, 0), "the date", err);
}

/* ---- keys within something ---- */

static Status take_key_within(Columns *columns, const ImportOptions *options, Error *err)
{
    if (options->key_within.size == 0) return STATUS_OK;
    TRY(find_field(columns, options->key_within, &columns->key_within, err));
    const TargetField *field = &columns->target.fields.items[columns->key_within];
    if (field->kind == SLOT_CUSTOMER || field->kind == SLOT_VALUE) return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "keys cannot be numbered within '%.*s': name the customer, or a field of the "
                     "stream such as the order",
                     TEXT_FORMAT(field->name));
}

/* Contact persons without codes are known by their names, within the customer. */
static void take_names_as_keys(Columns *columns, Voice voice)
{
    const Target *target = &columns->target;
    if (target->stream == NULL || !stream_is(target->stream, STREAM_CONTACT)) return;
    size_t key = target_find_slot(target, SLOT_KEY, 0);
    size_t name = target_find_slot(target, SLOT_VALUE, CONTACT_NAME);
    if (is_filled(columns, key) || name == SIZE_MAX) return;
    uint32_t column = columns->field_columns[name];
    if (column == NO_COLUMN) return;
    Text why = say(voice, MESSAGE_NAME_IS_KEY);
    note_field(columns, column, key, columns->columns.items[column].use, why, voice.arena);
    for (size_t i = 0; i < columns->more_columns[name].count; i++)
        note_field(columns, columns->more_columns[name].items[i], key, COLUMN_MAPPED, why,
                   voice.arena);
    columns->has_names_as_keys = true;
    if (columns->key_within == SIZE_MAX)
        columns->key_within = target_find_slot(target, SLOT_CUSTOMER, 0);
}

Status columns_match(Columns *columns, const Schema *schema, const ImportOptions *options,
                     Voice voice, Error *err)
{
    leave_out_reject_columns(columns, voice);
    TRY(take_told(columns, options, voice, err));
    TRY(match_by_name(columns, options->is_look, voice, err));
    if (creates_fields(columns, options)) create_fields(columns, schema, voice);
    TRY(take_key_within(columns, options, err));
    if (columns->target.target == IMPORT_EVENTS) take_names_as_keys(columns, voice);
    return STATUS_OK;
}
