/* plan.c -- opening a file: what it is, how its columns meet the schema, and why. */
#include "ingest/dialect.h"
#include "ingest/doubts.h"
#include "ingest/import_internal.h"
#include "ingest/mapping.h"

#include "base/memory.h"
#include "model/built_in.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    SCAN_BYTES_MAX = 256 << 20,
    MISFIT_SHARE = 10 /* one value in so many may be a slip */
};

static void decide(Import *import, Message what, Text value, Text why, const char *option)
{
    Voice english = {import->arena, LANGUAGE_EN};
    ImportDecision decision = {.what = say(english, what),
                               .label = say(import->voice, what),
                               .value = value,
                               .why = why,
                               .option = text_of(option),
                               .is_certain = true};
    ARENA_PUSH(import->arena, &import->decisions, decision);
}

static void doubt_last_decision(Import *import)
{
    ImportDecision *last = &import->decisions.items[import->decisions.count - 1];
    last->is_certain = false;
    Text warning =
        SAY(import->voice, DOUBTFUL_DECISION, last->label, last->value, last->why, last->option);
    ARENA_PUSH(import->arena, &import->warnings, warning);
}

/* ---- options ---- */

static void copy_lists(ImportOptions *options, Arena *arena)
{
    ImportMapping *mappings = ARENA_ARRAY(arena, ImportMapping, options->mappings_count);
    for (size_t i = 0; i < options->mappings_count; i++)
        mappings[i] = (ImportMapping){arena_text(arena, text_trim(options->mappings[i].column)),
                                      arena_text(arena, text_trim(options->mappings[i].field))};
    ImportDefault *defaults = ARENA_ARRAY(arena, ImportDefault, options->defaults_count);
    for (size_t i = 0; i < options->defaults_count; i++)
        defaults[i] = (ImportDefault){arena_text(arena, text_trim(options->defaults[i].field)),
                                      arena_text(arena, options->defaults[i].value)};
    options->mappings = mappings;
    options->defaults = defaults;
}

static Status take_options(Import *import, const ImportOptions *told, Error *err)
{
    Arena *arena = import->arena;
    import->options = *told;
    import->options.name = arena_text(arena, told->name);
    import->options.stream = arena_text(arena, told->stream);
    import->options.use_mapping = arena_text(arena, told->use_mapping);
    import->options.save_mapping = arena_text(arena, told->save_mapping);
    import->options.key_within = arena_text(arena, text_trim(told->key_within));
    import->options.values_separated_by = arena_text(arena, told->values_separated_by);
    import->options.levels_separated_by = arena_text(arena, told->levels_separated_by);
    if (told->rejects_path != NULL)
        import->options.rejects_path = arena_cstr(arena, text_of(told->rejects_path));
    copy_lists(&import->options, arena);
    if (told->use_mapping.size == 0) return STATUS_OK;
    ImportOptions saved;
    TRY(import_mapping_read(import->store, told->use_mapping, arena, &saved, err));
    if (saved.target != told->target || !text_equal_ascii_case(saved.stream, told->stream))
        return error_set(err, STATUS_INVALID, "the saved mapping '%.*s' is for %s%s%.*s",
                         TEXT_FORMAT(told->use_mapping), import_target_code(saved.target),
                         saved.stream.size != 0 ? " " : "", TEXT_FORMAT(saved.stream));
    import->is_encoding_saved =
        told->encoding == ENCODING_DETECT && saved.encoding != ENCODING_DETECT;
    import->options = mapping_merge(&saved, &import->options, arena);
    return STATUS_OK;
}

Status import_mapping_read(Store *store, Text name, Arena *arena, ImportOptions *ret_options,
                           Error *err)
{
    Text json;
    TRY(store_load_mapping(store, name, arena, &json, err));
    return mapping_parse(json, arena, ret_options, err);
}

static Status find_stream(const Import *import, const Stream **ret_stream, Error *err)
{
    *ret_stream = NULL;
    if (import->options.target != IMPORT_EVENTS) return STATUS_OK;
    *ret_stream = schema_find_stream(store_schema(import->store), import->options.stream);
    if (*ret_stream != NULL) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND, "no stream '%.*s'; 'streams' lists them",
                     TEXT_FORMAT(import->options.stream));
}

/* ---- rejects ---- */

enum { REJECTS_FILES_MAX = 999 }; /* beside one input; then the last is written over */

Text import_rejects_path(const char *path, ImportFormat format, Arena *arena)
{
    const char *suffix = format == IMPORT_NDJSON ? "ndjson" : "csv";
    const char *stem = strcmp(path, "-") == 0 ? "import" : path;
    Text name = arena_printf(arena, "%s.rejects.%s", stem, suffix);
    for (int number = 2; file_exists(name.data) && number <= REJECTS_FILES_MAX; number++)
        name = arena_printf(arena, "%s.rejects-%d.%s", stem, number, suffix);
    return name;
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat first, second;
    if (stat(a, &first) != 0 || stat(b, &second) != 0) return false;
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

static Status plan_rejects(Import *import, Error *err)
{
    if (import->has_content) {
        import->plan.rejects_path = "";
        return STATUS_OK;
    }
    const char *told = import->options.rejects_path;
    import->plan.rejects_path =
        told != NULL ? told
                     : import_rejects_path(import->path, import->format.format, import->arena).data;
    if (is_same_file(import->plan.rejects_path, import->path))
        return error_set(err, STATUS_INVALID,
                         "rejected rows cannot go to the file that is read, '%s'", import->path);
    return STATUS_OK;
}

/* ---- encoding ---- */

/* Read on to the first byte that is no ASCII, which tells what the sample could not. */
static Status scan_for_encoding(Import *import, CharsetGuess *guess, Error *err)
{
    if (input_is_whole(import->input) || !input_is_repeatable(import->path)) return STATUS_OK;
    AUTO(input_done) Input *input = NULL;
    TRY(input_open(import->path, &input, err));
    AUTO(buffer_done) Buffer buffer = {0};
    buffer_reserve(&buffer, 2 * BLOCK_BYTES);
    for (size_t seen = 0, size = 1; size != 0 && seen < SCAN_BYTES_MAX; seen += size) {
        /* The block before is kept, so that no letter is cut. */
        if (buffer.size > BLOCK_BYTES) {
            buffer.size -= BLOCK_BYTES;
            memmove(buffer.data, buffer.data + BLOCK_BYTES, buffer.size);
        }
        size_t room = 2 * BLOCK_BYTES - buffer.size;
        TRY(input_read(input, buffer.data + buffer.size, room, &size, err));
        buffer.size += size;
        *guess = charset_guess(buffer_view(&buffer), size == 0, import->voice);
        if (!guess->is_ascii_only) return STATUS_OK;
    }
    return STATUS_OK;
}

static size_t whole_lines_bytes(Text bytes)
{
    const char *last = memrchr(bytes.data, '\n', bytes.size);
    return last == NULL ? bytes.size : (size_t)(last - bytes.data) + 1;
}

/* Later lines in UTF-8 would be read in an encoding of one byte without a trace: look at all. */
static Status see_all_lines(const Import *import, CharsetLines *lines, Error *err)
{
    AUTO(input_done) Input *input = NULL;
    AUTO(buffer_done) Buffer buffer = {0};
    *lines = (CharsetLines){0};
    TRY(input_open(import->path, &input, err));
    for (size_t seen = 0, size = 1; size != 0 && seen < SCAN_BYTES_MAX; seen += size) {
        buffer_reserve(&buffer, BLOCK_BYTES);
        TRY(input_read(input, buffer.data + buffer.size, BLOCK_BYTES, &size, err));
        buffer.size += size;
        size_t taken = size == 0 ? buffer.size : whole_lines_bytes(buffer_view(&buffer));
        charset_lines_see(lines, text_slice(buffer_view(&buffer), 0, taken));
        buffer.size -= taken;
        memmove(buffer.data, buffer.data + taken, buffer.size);
    }
    return STATUS_OK;
}

static Status check_one_encoding(const Import *import, Text sample, Encoding encoding, Error *err)
{
    CharsetLines lines = {0};
    bool is_all = input_is_whole(import->input) || encoding == ENCODING_UTF8 ||
                  !input_is_repeatable(import->path);
    if (is_all)
        charset_lines_see(&lines, sample);
    else
        TRY(see_all_lines(import, &lines, err));
    if (!charset_lines_disagree(&lines)) return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "the file is in two encodings: line %llu is UTF-8, line %llu is not; save it "
                     "in one, or say with --encoding utf-8 or --encoding windows-1251 which one to "
                     "read",
                     (unsigned long long)lines.utf8, (unsigned long long)lines.other);
}

static Status plan_encoding(Import *import, Text sample, Error *err)
{
    Encoding told = import->options.encoding, marked;
    bool has_mark = charset_bom(sample, &marked) != 0;
    if (has_mark && import->is_encoding_saved) told = marked; /* the file knows better */
    if (told != ENCODING_DETECT && has_mark && marked != told)
        return error_set(err, STATUS_INVALID,
                         "the file begins with the byte order mark of %s, so it is not %s: leave "
                         "--encoding out",
                         import_encoding_code(marked), import_encoding_code(told));
    CharsetGuess guess = {
        .encoding = told, .why = say(import->voice, MESSAGE_AS_TOLD), .is_certain = true};
    if (told == ENCODING_DETECT)
        guess = charset_guess(sample, input_is_whole(import->input), import->voice);
    TRY(dialect_check_is_text(sample, guess.encoding, err));
    if (guess.is_ascii_only) TRY(scan_for_encoding(import, &guess, err));
    bool is_wide = guess.encoding == ENCODING_UTF16LE || guess.encoding == ENCODING_UTF16BE;
    if (told == ENCODING_DETECT && !has_mark && !is_wide)
        TRY(check_one_encoding(import, sample, guess.encoding, err));
    import->format.encoding = guess.encoding;
    import->is_ascii_only = guess.is_ascii_only;
    decide(import, MESSAGE_ENCODING, text_of(import_encoding_code(guess.encoding)), guess.why,
           "--encoding");
    if (!guess.is_certain) doubt_last_decision(import);
    return STATUS_OK;
}

static void decode_sample(const Import *import, Text sample, Buffer *out)
{
    Charset charset;
    Encoding marked;
    size_t mark = charset_bom(sample, &marked);
    charset_init(&charset, import->format.encoding);
    charset_decode(&charset, text_slice(sample, mark, sample.size), out);
    if (input_is_whole(import->input)) charset_finish(&charset, out);
}

/* ---- rows of the sample ---- */

static Status plan_format(Import *import, Text text, Error *err)
{
    Message why = MESSAGE_AS_TOLD;
    import->format.format = import->options.format;
    if (import->options.format == IMPORT_FORMAT_DETECT)
        TRY(dialect_format(text, &import->format.format, &why, err));
    decide(import, MESSAGE_FORMAT, text_of(import_format_code(import->format.format)),
           say(import->voice, why), "--format");
    return STATUS_OK;
}

/* What stands above the header: as told, the line that spreadsheets understand, or titles. */
static TitleLines plan_front(Import *import, Text text)
{
    CsvDialect *csv = &import->format.csv;
    const ImportOptions *options = &import->options;
    Voice voice = import->voice;
    csv->line_end = dialect_line_end(text);
    TitleLines front = dialect_lines(text, csv->line_end, options->skipped_lines);
    Message why = MESSAGE_AS_TOLD;
    if (!options->has_skipped_lines) {
        size_t bytes = dialect_sep_line(text, csv->line_end, &csv->delimiter);
        if (bytes != 0) return (TitleLines){1, bytes};
        if (options->header == HEADER_ABSENT) return front;
        CsvDialect told = {options->delimiter, csv->line_end};
        front = dialect_titles(text, told, &import->columns.target, import->arena);
        why = MESSAGE_TITLES;
    }
    if (front.lines != 0)
        decide(import, MESSAGE_SKIPPED_LINES, voice_count(voice, front.lines), say(voice, why),
               "--skip-lines");
    return front;
}

static void plan_delimiter(Import *import, Text text, size_t *ret_skipped_bytes)
{
    CsvDialect *csv = &import->format.csv;
    TitleLines front = plan_front(import, text);
    *ret_skipped_bytes = front.bytes;
    import->format.skipped_lines = front.lines;
    DelimiterGuess guess = {csv->delimiter, true, say(import->voice, MESSAGE_FIRST_LINE_SAYS)};
    Text rows = text_slice(text, *ret_skipped_bytes, text.size);
    if (import->options.delimiter != '\0')
        guess =
            (DelimiterGuess){import->options.delimiter, true, say(import->voice, MESSAGE_AS_TOLD)};
    else if (csv->delimiter == '\0')
        guess = dialect_delimiter(rows, csv->line_end, import->voice);
    csv->delimiter = guess.delimiter;
    decide(import, MESSAGE_DELIMITER, text_of(import_delimiter_code(guess.delimiter)), guess.why,
           "--delimiter");
    if (!guess.is_certain) doubt_last_decision(import);
}

static bool is_first_cell(const RecordList *list, const char *name)
{
    const Record *first = &list->records.items[0];
    return first->cells_count != 0 &&
           text_equal(cell_text(list->cells.items[first->first_cell]), text_of(name));
}

/* The file of rejected rows always has a header, whatever the file it came from had. */
static HeaderGuess plan_header(Import *import, const RecordList *list)
{
    const Record *first = &list->records.items[0];
    HeaderMode told = import->options.header;
    if (is_first_cell(list, REJECT_COLUMN_LINE))
        return (HeaderGuess){true, true, say(import->voice, MESSAGE_REJECTS_HEADER)};
    if (told != HEADER_DETECT)
        return (HeaderGuess){told == HEADER_PRESENT, true, say(import->voice, MESSAGE_AS_TOLD)};
    return dialect_header(list->cells.items + first->first_cell, first->cells_count,
                          &import->columns.target, import->voice);
}

static bool counts_distinct(const Import *import)
{
    return import->options.is_look || import->options.create_properties ||
           import->options.create_fields;
}

static void add_csv_columns(Import *import, const RecordList *list, bool has_header)
{
    const Record *first = &list->records.items[0];
    for (size_t i = 0; i < first->cells_count; i++) {
        Text name = text_trim(cell_text(list->cells.items[first->first_cell + i]));
        if (!has_header || name.size == 0) name = arena_printf(import->arena, "%zu", i + 1);
        columns_add(&import->columns, arena_text(import->arena, name), counts_distinct(import),
                    import->voice);
    }
}

/* Trailing delimiters of the header make no columns. */
static void drop_empty_tail(RecordList *list)
{
    Record *first = &list->records.items[0];
    while (first->cells_count > 1) {
        Cell last = list->cells.items[first->first_cell + first->cells_count - 1];
        if (text_trim(cell_text(last)).size != 0) return;
        first->cells_count--;
    }
}

static Status split_csv(Import *import, Buffer *text, RecordList *list, Error *err)
{
    size_t skipped_bytes;
    plan_delimiter(import, buffer_view(text), &skipped_bytes);
    SplitState state = {1 + import->format.skipped_lines, false};
    csv_split(text->data + skipped_bytes, text->size - skipped_bytes, import->format.csv,
              input_is_whole(import->input), &state, list);
    if (list->records.count == 0) return error_set(err, STATUS_INVALID, "the file holds no rows");
    Fault fault = list->records.items[0].fault;
    if (!utf8_is_valid(list->records.items[0].raw)) fault = FAULT_BAD_BYTES;
    if (fault != FAULT_NONE)
        return error_set(err, STATUS_INVALID, "the first row cannot be read: %s",
                         error_phrase(fault_sentence(fault, LANGUAGE_EN)));
    HeaderGuess header = plan_header(import, list);
    decide(import, MESSAGE_HEADER, text_of(header.is_present ? "yes" : "no"), header.why,
           "--header");
    if (!header.is_certain) doubt_last_decision(import);
    import->plan.has_header = header.is_present;
    if (header.is_present) drop_empty_tail(list);
    add_csv_columns(import, list, header.is_present);
    if (!header.is_present) return STATUS_OK;
    bool has_rows = list->records.count > 1;
    import->format.skipped_lines = has_rows ? list->records.items[1].line - 1 : state.line;
    list->records.count--;
    memmove(list->records.items, list->records.items + 1,
            list->records.count * sizeof *list->records.items);
    return STATUS_OK;
}

/* Fields that no key of the sample fits may come later under their own name. */
static void expect_later_keys(Import *import)
{
    Columns *columns = &import->columns;
    for (size_t f = 0; f < columns->target.fields.count; f++) {
        const TargetField *field = &columns->target.fields.items[f];
        bool is_required = field->kind != SLOT_VALUE ||
                           (columns->target.target != IMPORT_EVENTS && field->slot == 0);
        bool is_seen = false;
        Text word;
        for (size_t c = 0; c < import->json_columns_seen && !is_seen; c++)
            is_seen = target_match(field, columns->columns.items[c].name, import->arena, &word) !=
                      MATCH_NONE;
        if (is_required || is_seen || import->json.names.count == CELLS_MAX) continue;
        if (json_columns_add(&import->json, field->name) == columns->columns.count)
            columns_add(columns, field->name, false, import->voice);
    }
}

static Status split_ndjson(Import *import, const Buffer *text, RecordList *list, Error *err)
{
    SplitState state = {1, false};
    import->json = json_columns_new(import->json_arena);
    ndjson_split(buffer_view(text), input_is_whole(import->input), &import->json, &state, list);
    if (list->records.count == 0) return error_set(err, STATUS_INVALID, "the file holds no rows");
    if (import->json.names.count == 0)
        return error_set(err, STATUS_INVALID,
                         "no line of the file's beginning holds an object "
                         "with a key");
    for (size_t i = 0; i < import->json.names.count; i++)
        columns_add(&import->columns, import->json.names.items[i], counts_distinct(import),
                    import->voice);
    import->json_columns_seen = import->json.names.count;
    expect_later_keys(import);
    import->json.is_fixed = true;
    return STATUS_OK;
}

/* Rows with bad bytes are no evidence and no preview. */
static void mark_bad_rows(RecordList *list)
{
    for (size_t i = 0; i < list->records.count; i++) {
        Record *record = &list->records.items[i];
        if (record->fault == FAULT_NONE && !utf8_is_valid(record->raw))
            record->fault = FAULT_BAD_BYTES;
    }
}

/* ---- columns ---- */

/* Read further where some column could be read in two ways: all of it, since how many rows tell the
 * order counts as well. */
static Status scan_columns(Import *import, Error *err)
{
    if (!columns_are_open(&import->columns, &import->options)) return STATUS_OK;
    if (input_is_whole(import->input) || !input_is_repeatable(import->path)) return STATUS_OK;
    AUTO(input_done) Input *input = NULL;
    TRY(input_open(import->path, &input, err));
    AUTO(reader_done) Reader *reader = reader_new(input, import->format, &import->json);
    AUTO(block_done) Block block = {0};
    for (size_t i = 0; i < import->columns.columns.count; i++) {
        Evidence *evidence = &import->columns.columns.items[i].evidence;
        *evidence = (Evidence){.distinct = evidence->distinct};
    }
    for (size_t seen = 0; !block.is_end && seen < SCAN_BYTES_MAX; seen += block.text.size) {
        TRY(reader_next(reader, &block, err));
        columns_count_evidence(&import->columns, &block.list);
    }
    import->json.late.count = 0; /* the import itself will meet them again */
    return STATUS_OK;
}

static void add_warning(Import *import, Text warning)
{
    ARENA_PUSH(import->arena, &import->warnings, warning);
}

/* One word among numbers makes a new property one of words, for good. */
static void warn_of_odd_cell(Import *import, const Column *column, PropertyType type)
{
    Voice voice = import->voice;
    PropertyType usual;
    const OddCell *odd = evidence_odd_cell(&column->evidence, type, &usual);
    if (odd == NULL) return;
    add_warning(import,
                SAY(voice, ODD_CELL, column->name, property_type_label(type, voice.language),
                    property_type_label(usual, voice.language), voice_count(voice, odd->line),
                    (Text){odd->bytes, odd->size}));
}

static void warn_of_column(Import *import, const Column *column, const ImportColumn *planned)
{
    Text name = column->name;
    Voice voice = import->voice;
    uint64_t misfits = evidence_misfits(&column->evidence, planned->type);
    if (column->use == COLUMN_UNKNOWN)
        add_warning(import, SAY(voice, COLUMN_LEFT_OUT, name, column->why));
    if (column->use == COLUMN_CREATED) warn_of_odd_cell(import, column, planned->type);
    if (column->field.size != 0 && misfits * MISFIT_SHARE > column->evidence.filled)
        add_warning(import, SAY(voice, COLUMN_MISFITS, name, voice_count(voice, misfits),
                                voice_count(voice, column->evidence.filled), column->field,
                                property_type_label(planned->type, voice.language)));
    if (!planned->is_certain)
        add_warning(import, SAY(voice, DOUBTFUL_COLUMN, name, planned->evidence,
                                planned->date_order != DATE_ORDER_DETECT ? TEXT("--dates")
                                                                         : TEXT("--decimal")));
}

static void plan_columns(Import *import)
{
    size_t count =
        import_is_csv(import) ? import->columns.columns.count : import->json_columns_seen;
    ImportColumn *columns = ARENA_ARRAY(import->arena, ImportColumn, count);
    for (size_t i = 0; i < count; i++) {
        const Column *column = &import->columns.columns.items[i];
        const ColumnVerdict *verdict = &import->verdicts[i];
        columns[i] = (ImportColumn){.name = column->name,
                                    .use = column->use,
                                    .field = column->field,
                                    .type = PROPERTY_TEXT,
                                    .why = column->why,
                                    .decimal_mark = verdict->decimal_mark,
                                    .date_order = verdict->date_order,
                                    .evidence = verdict->evidence,
                                    .is_certain = verdict->is_certain};
        size_t fields_count = 0;
        for (size_t f = 0; f < import->columns.target.fields.count; f++) {
            if (!columns_fills(&import->columns, (uint32_t)i, f)) continue;
            columns[i].type = import->columns.target.fields.items[f].type;
            bool is_own_doing = import->columns.has_names_as_keys &&
                                import->columns.target.fields.items[f].kind == SLOT_KEY;
            fields_count += !is_own_doing;
        }
        if (fields_count > 1)
            add_warning(import, SAY(import->voice, COLUMN_SEVERAL, column->name, column->field));
        warn_of_column(import, column, &columns[i]);
    }
    import->plan.columns = import->look_columns = columns;
    import->plan.columns_count = count;
}

static void plan_fields(Import *import)
{
    Text *fields = ARENA_ARRAY(import->arena, Text, import->shape.bindings_count + 1);
    size_t count = 0;
    bool has_amount = false;
    for (size_t i = 0; i < import->shape.bindings_count; i++) {
        const Binding *binding = &import->shape.bindings[i];
        bool is_shown = import_is_shown(import, binding);
        bool is_value = binding->field.kind == SLOT_VALUE;
        has_amount |= is_shown && is_value && binding->field.slot == PURCHASE_AMOUNT;
        if (is_shown) fields[count++] = binding->field.name;
    }
    if (import_derives_amount(import) && !has_amount) fields[count++] = TEXT("amount");
    import->plan.fields = fields;
    import->plan.fields_count = count;
}

/* What is missing in a file of rejected rows was stored, so it must not go. */
static Status check_replacing(const Import *import, Error *err)
{
    const ImportOptions *options = &import->options;
    bool is_part = import->columns.is_rejects_file && options->target == IMPORT_EVENTS;
    if (!is_part || options->mode != IMPORT_REPLACE) return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "a file of rejected rows replaces nothing, as it holds a part of its days "
                     "only: import it without --mode replace, or mend the whole file");
}

/* ---- a look ---- */

/* Of a look the first thing that stands in the way is part of the plan. */
static Status check_or_note(Import *import, Status status, Error *err)
{
    if (status != STATUS_INVALID || !import->options.is_look) return status;
    if (import->plan.lack.size == 0)
        import->plan.lack = arena_text(import->arena, text_of(err->message));
    return STATUS_OK;
}

enum { SAMPLES_MAX = 3, SAMPLE_BYTES_MAX = 120 };

static Text sample_cell(const Import *import, const RecordList *list, const Record *record,
                        size_t column)
{
    if (record->fault != FAULT_NONE || column >= record->cells_count) return TEXT("");
    Text cell = row_cell_text(list->cells.items[record->first_cell + column]);
    size_t size = cell.size < SAMPLE_BYTES_MAX ? cell.size : SAMPLE_BYTES_MAX;
    while (size < cell.size && size > 0 && ((unsigned char)cell.data[size] & 0xC0) == 0x80)
        size--; /* no letter is cut */
    return arena_text(import->arena, text_slice(cell, 0, size));
}

static void look_at_column(const Import *import, const RecordList *list, size_t index,
                           ImportColumn *column)
{
    Text *samples = ARENA_ARRAY(import->arena, Text, SAMPLES_MAX);
    for (size_t i = 0; i < list->records.count && column->samples_count < SAMPLES_MAX; i++) {
        Text cell = sample_cell(import, list, &list->records.items[i], index);
        if (cell.size > 0) samples[column->samples_count++] = cell;
    }
    column->samples = samples;
    const Evidence *evidence = &import->columns.columns.items[index].evidence;
    if (column->use == COLUMN_UNKNOWN) column->type = evidence_type(evidence).type;
}

static void plan_look(Import *import, const RecordList *sample)
{
    const Target *target = &import->columns.target;
    ImportField *fields = ARENA_ARRAY(import->arena, ImportField, target->fields.count);
    for (size_t i = 0; i < target->fields.count; i++) {
        const TargetField *field = &target->fields.items[i];
        Text label = labels_get(&field->labels, import->voice.language);
        fields[i] = (ImportField){arena_text(import->arena, field->name),
                                  arena_text(import->arena, label), field->type};
    }
    import->plan.targets = fields;
    import->plan.targets_count = target->fields.count;
    for (size_t i = 0; i < import->plan.columns_count; i++)
        look_at_column(import, sample, i, &import->look_columns[i]);
}

static Status plan_rows(Import *import, const RecordList *sample, Error *err)
{
    const Schema *schema = store_schema(import->store);
    columns_count_evidence(&import->columns, sample);
    TRY(columns_match(&import->columns, schema, &import->options, import->voice, err));
    TRY(check_or_note(import, columns_check_required(&import->columns, err), err));
    TRY(check_or_note(import, check_replacing(import, err), err));
    TRY(scan_columns(import, err));
    TRY(check_or_note(import, columns_check_readings(&import->columns, &import->options, err),
                      err));
    ReadingHints hints = {.decimal_mark = import->options.decimal_mark,
                          .date_order = import->options.date_order,
                          .delimiter = import_is_csv(import) ? import->format.csv.delimiter : '\0',
                          .zone = import->zone,
                          .currency = arena_text(import->arena, schema->settings.currency),
                          .values_sign = import->options.values_separated_by,
                          .levels_sign = import->options.levels_separated_by};
    columns_bind(&import->columns, hints, import->voice, &import->shape, &import->verdicts);
    import->shape.has_ragged_rows = !import_is_csv(import);
    plan_columns(import);
    import_warn_of_doubts(import, sample);
    plan_fields(import);
    import_preview(import, sample);
    if (import->options.is_look) plan_look(import, sample);
    return STATUS_OK;
}

/* Without the folder, which is nobody's business. */
static Text name_of(const Import *import)
{
    const char *slash = strrchr(import->path, '/');
    if (import->options.name.size > 0) return import->options.name;
    return text_of(slash != NULL ? slash + 1 : import->path);
}

static void publish_plan(Import *import)
{
    ImportPlan *plan = &import->plan;
    plan->name = name_of(import);
    plan->target = import->options.target;
    plan->stream = import->options.stream;
    plan->mode = import->options.mode;
    plan->format = import->format.format;
    plan->encoding = import->format.encoding;
    plan->delimiter = import_is_csv(import) ? import->format.csv.delimiter : '\0';
    plan->decisions = import->decisions.items;
    plan->decisions_count = import->decisions.count;
    plan->warnings = import->warnings.items;
    plan->warnings_count = import->warnings.count;
}

static Status open_input(Import *import, Error *err)
{
    if (import->has_content)
        import->input = input_of_text(import->content);
    else
        TRY(input_open(import->path, &import->input, err));
    if (input_sample(import->input).size > 0) return STATUS_OK;
    if (import->has_content) return error_set(err, STATUS_INVALID, "there is nothing to import");
    return error_set(err, STATUS_INVALID, "the file '%s' is empty", import->path);
}

static Status make_plan(Import *import, Error *err)
{
    const Stream *stream;
    TRY(find_stream(import, &stream, err));
    const Schema *schema = store_schema(import->store);
    TRY(zone_open(schema->settings.time_zone, &import->zone, err));
    TRY(open_input(import, err));
    Text sample = input_sample(import->input);
    TRY(plan_encoding(import, sample, err));
    AUTO(buffer_done) Buffer text = {0};
    AUTO(record_list_done) RecordList rows = {0};
    decode_sample(import, sample, &text);
    TRY(plan_format(import, buffer_view(&text), err));
    TRY(plan_rejects(import, err));
    import->columns = columns_new(target_of(schema, import->options.target, stream, import->arena),
                                  import->arena);
    TRY(import_is_csv(import) ? split_csv(import, &text, &rows, err)
                              : split_ndjson(import, &text, &rows, err));
    mark_bad_rows(&rows);
    TRY(plan_rows(import, &rows, err));
    publish_plan(import);
    return STATUS_OK;
}

static Import *import_new(Store *store, const char *path, const ImportOptions *options)
{
    Import *import = MEMORY_NEW(Import);
    import->arena = arena_new();
    import->json_arena = arena_new();
    import->store = store;
    import->path = arena_cstr(import->arena, text_of(path));
    import->voice =
        (Voice){import->arena,
                options->has_language ? options->language : store_schema(store)->settings.language};
    return import;
}

Status import_open(Store *store, const char *path, const ImportOptions *options,
                   Import **ret_import, Error *err)
{
    AUTO(import_done) Import *import = import_new(store, path, options);
    TRY(take_options(import, options, err));
    TRY(make_plan(import, err));
    *ret_import = import;
    import = NULL;
    return STATUS_OK;
}

Status import_open_text(Store *store, Text content, const ImportOptions *options,
                        Import **ret_import, Error *err)
{
    AUTO(import_done) Import *import = import_new(store, "", options);
    import->has_content = true;
    import->content = content;
    TRY(take_options(import, options, err));
    TRY(make_plan(import, err));
    *ret_import = import;
    import = NULL;
    return STATUS_OK;
}

void import_close(Import *import)
{
    if (import == NULL) return;
    columns_done(&import->columns);
    json_columns_done(&import->json);
    input_close(import->input);
    zone_close(import->zone);
    arena_free(import->json_arena);
    arena_free(import->arena);
    free(import);
}

void import_done(Import **import)
{
    import_close(*import);
    *import = NULL;
}

const ImportPlan *import_plan(const Import *import)
{
    return &import->plan;
}
