/* classification.c -- classifications, their runs and classes as JSON and as tables. */
#include "reply/classification.h"

#include "reply/classification_headings.h"
#include "reply/fields.h"

static const Type text_type = {.kind = TYPE_TEXT};
static const Type count_type = {.kind = TYPE_DECIMAL};
static const Type ratio_type = {.kind = TYPE_RATIO};
static const Type date_type = {.kind = TYPE_DATE};
static const Type moment_type = {.kind = TYPE_MOMENT};

/* ---- JSON ---- */

static void put_sum(JsonWriter *writer, const RunSummary *summary, const RunClass *class)
{
    json_key(writer, "sum");
    if (class->has_amount)
        json_value(writer, value_decimal(class->amount), summary->amount_type);
    else
        json_nothing(writer);
}

static void put_class(JsonWriter *writer, const RunSummary *summary, const RunClass *class)
{
    json_begin(writer, '{');
    field_text_or_null(writer, "class", class->name);
    field_count(writer, "customers", class->customers_count);
    put_sum(writer, summary, class);
    json_end(writer, '}');
}

void reply_run(JsonWriter *writer, const RunSummary *summary)
{
    const RunRow *run = &summary->run;
    json_begin(writer, '{');
    field_count(writer, "id", run->id);
    field_date(writer, "as_of", true, run->as_of);
    json_key(writer, "at");
    json_value(writer, value_moment(run->at), moment_type);
    field_text(writer, "author", run->author);
    field_count(writer, "version", run->version);
    field_count(writer, "customers", run->customers_count);
    json_key(writer, "classes");
    json_begin(writer, '[');
    for (size_t i = 0; i < summary->classes_count; i++)
        put_class(writer, summary, &summary->classes[i]);
    const RunClass without = {.customers_count = summary->unclassified_count};
    put_class(writer, summary, &without);
    json_end(writer, ']');
    json_end(writer, '}');
}

void reply_classification(JsonWriter *writer, const Classification *classification,
                          const RunSummary *last_run)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Definition *definition = &classification->definition;
    json_begin(writer, '{');
    field_text(writer, "name", classification->name);
    field_code(writer, "kind", classification_kind_code(definition->kind));
    field_text(writer, "description", definition->description);
    json_key(writer, "parameters");
    json_raw(writer, definition_parameters_to_json(definition, arena));
    field_text_or_null(writer, "schedule", definition->schedule);
    field_flag(writer, "schedule_off", definition->is_schedule_off);
    field_text_or_null(writer, "failure", classification->failure);
    field_count(writer, "version", classification->version);
    json_key(writer, "last_run");
    if (last_run != NULL)
        reply_run(writer, last_run);
    else
        json_nothing(writer);
    json_end(writer, '}');
}

void reply_class_history(JsonWriter *writer, const ClassHistory *history)
{
    const HistoryEntry *entries = history->entries;
    json_begin(writer, '[');
    for (size_t i = 0; i < history->count; i++) {
        json_begin(writer, '{');
        field_date(writer, "as_of", true, entries[i].run.as_of);
        field_text_or_null(writer, "class", entries[i].class_name);
        json_key(writer, "values");
        json_begin(writer, '{');
        for (size_t c = 0; c < entries[i].columns_count; c++) {
            const RunTableColumn *column = &entries[i].columns[c];
            json_key_text(writer, column->name);
            json_value(writer, column->values[0], column->type);
        }
        json_end(writer, '}');
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

void reply_due_run(JsonWriter *writer, const DueRun *due)
{
    json_begin(writer, '{');
    field_text(writer, "name", due->name);
    field_flag(writer, "done", due->is_run);
    field_text_or_null(writer, "failure", due->failure);
    json_key(writer, "run");
    if (due->is_run)
        reply_run(writer, &due->summary);
    else
        json_nothing(writer);
    json_end(writer, '}');
}

/* ---- tables ---- */

static Value share_of(Int128 part, Int128 whole)
{
    return whole == 0 ? value_missing() : value_ratio((double)part / (double)whole);
}

static Text class_word(Text name, OutputOptions options)
{
    if (name.size > 0 || options.format != FORMAT_TABLE) return name;
    return heading_word(HEADING_UNCLASSIFIED, options.language);
}

static Int128 sum_of_classes(const RunSummary *summary)
{
    Int128 sum = 0;
    for (size_t i = 0; i < summary->classes_count; i++)
        if (summary->classes[i].has_amount) sum += summary->classes[i].amount;
    return sum;
}

static void put_class_row(Output *output, const RunSummary *summary, const RunClass *class,
                          OutputOptions options)
{
    Value amount = class->has_amount ? value_decimal(class->amount) : value_missing();
    const Value values[] = {
        value_date(summary->run.as_of),
        value_text(class_word(class->name, options)),
        value_decimal((int64_t) class->customers_count),
        share_of((Int128) class->customers_count, (Int128)summary->run.customers_count),
        amount,
        class->has_amount ? share_of(class->amount, sum_of_classes(summary)) : value_missing(),
        value_moment(summary->run.at),
        value_text(summary->run.author),
        value_decimal((int64_t)summary->run.id)};
    output_row(output, values);
}

Status reply_runs_table(const RunSummary *summaries, size_t count, OutputOptions options,
                        Error *err)
{
    Language language = options.language;
    Type amount_type = count_type;
    for (size_t i = 0; i < count; i++)
        if (summaries[i].has_amount) amount_type = summaries[i].amount_type;
    const OutputColumn columns[] = {heading_column(HEADING_AS_OF, date_type, language),
                                    heading_column(HEADING_CLASS, text_type, language),
                                    heading_column(HEADING_CUSTOMERS, count_type, language),
                                    heading_column(HEADING_CUSTOMERS_SHARE, ratio_type, language),
                                    heading_column(HEADING_SUM, amount_type, language),
                                    heading_column(HEADING_SUM_SHARE, ratio_type, language),
                                    heading_column(HEADING_AT, moment_type, language),
                                    heading_column(HEADING_AUTHOR, text_type, language),
                                    heading_column(HEADING_RUN, count_type, language)};
    enum { COLUMNS = sizeof columns / sizeof columns[0] };
    static const bool is_share[COLUMNS] = {[3] = true, [5] = true};
    AUTO(output_done) Output *output = output_open(options, columns, COLUMNS);
    output_set_shares(output, is_share);
    for (size_t i = 0; i < count; i++) {
        const RunClass without = {.customers_count = summaries[i].unclassified_count};
        for (size_t c = 0; c < summaries[i].classes_count; c++)
            put_class_row(output, &summaries[i], &summaries[i].classes[c], options);
        put_class_row(output, &summaries[i], &without, options);
    }
    return output_close(output, err);
}

enum { BEFORE_NUMBERS = 3, AFTER_NUMBERS = 3 };

ClassifiedColumns classified_columns(const ClassifiedRows *rows, Arena *arena, Language language)
{
    const RunTable *table = &rows->table;
    size_t numbers = table->columns_count, count = BEFORE_NUMBERS;
    OutputColumn *columns =
        ARENA_ARRAY(arena, OutputColumn, numbers + BEFORE_NUMBERS + AFTER_NUMBERS);
    bool *is_share = ARENA_ARRAY(arena, bool, numbers + BEFORE_NUMBERS + AFTER_NUMBERS);
    columns[0] = heading_column(HEADING_CODE, text_type, language);
    columns[1] = heading_column(HEADING_NAME, text_type, language);
    columns[2] = heading_column(HEADING_CLASS, text_type, language);
    for (size_t c = 0; c < numbers; c++)
        columns[count++] =
            heading_of_number(table->columns[c].name, table->columns[c].type, language);
    if (table->has_amount) {
        is_share[count] = is_share[count + 1] = true;
        columns[count++] = heading_column(HEADING_SHARE, ratio_type, language);
        columns[count++] = heading_column(HEADING_CUMULATIVE, ratio_type, language);
        columns[count++] = heading_column(HEADING_RANK, count_type, language);
    }
    return (ClassifiedColumns){columns, is_share, count};
}

void classified_row(const ClassifiedRows *rows, size_t index, OutputOptions options, Value *values)
{
    const RunTable *table = &rows->table;
    size_t place = rows->rows[index], count = BEFORE_NUMBERS;
    const RunTableRow *row = &table->rows[place];
    values[0] = value_text(rows->customers.codes[index]);
    values[1] = value_text(rows->customers.names[index]);
    values[2] = value_text(class_word(run_table_class(table, row), options));
    for (size_t c = 0; c < table->columns_count; c++)
        values[count++] = table->columns[c].values[place];
    if (!table->has_amount) return;
    values[count++] = row->has_amount ? value_ratio(row->share) : value_missing();
    values[count++] = value_ratio(row->cumulative_share);
    values[count++] = row->has_amount ? value_decimal(row->rank) : value_missing();
}

Status reply_classified_table(const ClassifiedRows *rows, Arena *arena, OutputOptions options,
                              Error *err)
{
    ClassifiedColumns columns = classified_columns(rows, arena, options.language);
    Value *values = ARENA_ARRAY(arena, Value, columns.count);
    AUTO(output_done) Output *output = output_open(options, columns.items, columns.count);
    output_set_shares(output, columns.is_share);
    for (size_t i = 0; i < rows->rows_count; i++) {
        classified_row(rows, i, options, values);
        output_row(output, values);
    }
    return output_close(output, err);
}

/* Runs of different versions may have different numbers: those of the last one are shown. */
Status reply_class_history_table(const ClassHistory *history, Arena *arena, OutputOptions options,
                                 Error *err)
{
    enum { FIXED = 2 };
    const HistoryEntry *last = history->count > 0 ? &history->entries[history->count - 1] : NULL;
    size_t numbers = last != NULL ? last->columns_count : 0;
    OutputColumn *columns = ARENA_ARRAY(arena, OutputColumn, FIXED + numbers);
    Value *values = ARENA_ARRAY(arena, Value, FIXED + numbers);
    columns[0] = heading_column(HEADING_AS_OF, date_type, options.language);
    columns[1] = heading_column(HEADING_CLASS, text_type, options.language);
    for (size_t c = 0; c < numbers; c++)
        columns[FIXED + c] =
            heading_of_number(last->columns[c].name, last->columns[c].type, options.language);
    AUTO(output_done) Output *output = output_open(options, columns, FIXED + numbers);
    for (size_t i = 0; i < history->count; i++) {
        const HistoryEntry *entry = &history->entries[i];
        values[0] = value_date(entry->run.as_of);
        values[1] = value_text(class_word(entry->class_name, options));
        for (size_t c = 0; c < numbers; c++) {
            bool is_same = c < entry->columns_count &&
                           text_equal(entry->columns[c].name, last->columns[c].name) &&
                           entry->columns[c].type.scale == last->columns[c].type.scale;
            values[FIXED + c] = is_same ? entry->columns[c].values[0] : value_missing();
        }
        output_row(output, values);
    }
    return output_close(output, err);
}

/* ---- classes given by hand ---- */

void reply_class_pins(JsonWriter *writer, const ClassPinView *pins, size_t count)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < count; i++) {
        const ClassPin *pin = &pins[i].pin;
        json_begin(writer, '{');
        field_text(writer, "customer", pins[i].code);
        field_text_or_null(writer, "name", pins[i].name);
        field_text(writer, "class", pin->class_name);
        field_moment(writer, "at", true, pin->at);
        field_text(writer, "author", pin->author);
        field_text(writer, "reason", pin->reason);
        field_date(writer, "until", pin->has_until, pin->until);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

Status reply_class_pins_table(const ClassPinView *pins, size_t count, OutputOptions options,
                              Error *err)
{
    Language language = options.language;
    const OutputColumn columns[] = {heading_column(HEADING_CODE, text_type, language),
                                    heading_column(HEADING_NAME, text_type, language),
                                    heading_column(HEADING_CLASS, text_type, language),
                                    heading_column(HEADING_GIVEN_AT, moment_type, language),
                                    heading_column(HEADING_AUTHOR, text_type, language),
                                    heading_column(HEADING_REASON, text_type, language),
                                    heading_column(HEADING_UNTIL, date_type, language)};
    AUTO(output_done)
    Output *output = output_open(options, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < count; i++) {
        const ClassPin *pin = &pins[i].pin;
        const Value values[] = {
            value_text(pins[i].code),
            value_text(pins[i].name),
            value_text(pin->class_name),
            value_moment(pin->at),
            value_text(pin->author),
            value_text(pin->reason),
            pin->has_until ? value_date(pin->until) : value_missing(),
        };
        output_row(output, values);
    }
    return output_close(output, err);
}
