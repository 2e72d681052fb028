/* movers.c -- who went from one class to another, with what changed, as JSON and as a table. */
#include "reply/class_matrix.h"

#include "reply/classification_headings.h"
#include "reply/list.h"

enum { FIXED = 7 };

/* A number that both runs have and that is not the amount, which stands among the fixed ones. */
typedef struct {
    const RunTableColumn *before, *after;
} Pair;

typedef struct {
    const MigrationAnswer *answer;
    const MoversAnswer *movers;
    OutputOptions options;
    Pair *pairs;
    size_t pairs_count;
    OutputColumn *columns;
    size_t columns_count;
} Listing;

static const RunTableColumn *find_number(const RunValues *values, Text name)
{
    for (size_t i = 0; i < values->count; i++)
        if (text_equal(values->columns[i].name, name)) return &values->columns[i];
    return NULL;
}

static void pair_numbers(Listing *listing, Arena *arena)
{
    const RunValues *after = &listing->movers->after;
    listing->pairs = ARENA_ARRAY(arena, Pair, after->count);
    for (size_t i = 0; i < after->count; i++) {
        const RunTableColumn *column = &after->columns[i];
        const RunTableColumn *before = find_number(&listing->movers->before, column->name);
        if (before == NULL || column->is_amount) continue;
        listing->pairs[listing->pairs_count++] = (Pair){before, column};
    }
}

static OutputColumn heading_of_pair(const RunTableColumn *column, Heading when, Language language,
                                    Arena *arena)
{
    OutputColumn found = heading_of_number(column->name, column->type, language);
    Text word = heading_word(when, language);
    Text key = heading_column(when, column->type, language).key;
    return (OutputColumn){
        arena_printf(arena, "%.*s_%.*s", TEXT_FORMAT(column->name), TEXT_FORMAT(key)),
        arena_printf(arena, "%.*s: %.*s", TEXT_FORMAT(found.label), TEXT_FORMAT(word)),
        column->type};
}

static void make_columns(Listing *listing, Arena *arena)
{
    static const Type text_type = {.kind = TYPE_TEXT};
    Language language = listing->options.language;
    Type amount = listing->answer->migration.amount_type;
    const OutputColumn fixed[FIXED] = {heading_column(HEADING_CODE, text_type, language),
                                       heading_column(HEADING_NAME, text_type, language),
                                       heading_column(HEADING_FROM, text_type, language),
                                       heading_column(HEADING_TO, text_type, language),
                                       heading_column(HEADING_SUM_BEFORE, amount, language),
                                       heading_column(HEADING_SUM_AFTER, amount, language),
                                       heading_column(HEADING_DIFFERENCE, amount, language)};
    listing->columns = ARENA_ARRAY(arena, OutputColumn, FIXED + 2 * listing->pairs_count);
    for (size_t i = 0; i < FIXED; i++)
        if (i < 4 || listing->answer->migration.has_amount)
            listing->columns[listing->columns_count++] = fixed[i];
    for (size_t i = 0; i < listing->pairs_count; i++) {
        const Pair *pair = &listing->pairs[i];
        listing->columns[listing->columns_count++] =
            heading_of_pair(pair->before, HEADING_BEFORE, language, arena);
        listing->columns[listing->columns_count++] =
            heading_of_pair(pair->after, HEADING_AFTER, language, arena);
    }
}

static Listing make_listing(const MigrationAnswer *answer, const MoversAnswer *movers,
                            OutputOptions options, Arena *arena)
{
    Listing listing = {.answer = answer, .movers = movers, .options = options};
    pair_numbers(&listing, arena);
    make_columns(&listing, arena);
    return listing;
}

static void take_row(const Listing *listing, size_t row, Value *values)
{
    const Migration *migration = &listing->answer->migration;
    const Mover *mover = &listing->movers->movers.items[row];
    size_t count = 0;
    Text from = mover->from == 0 ? TEXT("") : migration->from_names[mover->from - 1];
    Text to = mover->to == 0 ? TEXT("") : migration->to_names[mover->to - 1];
    values[count++] = value_text(listing->movers->names.codes[row]);
    values[count++] = value_text(listing->movers->names.names[row]);
    values[count++] = value_text(heading_class(from, HEADING_NEW, listing->options));
    values[count++] = value_text(heading_class(to, HEADING_LOST, listing->options));
    if (migration->has_amount) {
        values[count++] = value_decimal(mover->before);
        values[count++] = value_decimal(mover->after);
        values[count++] = value_decimal(mover->after - mover->before);
    }
    for (size_t i = 0; i < listing->pairs_count; i++) {
        values[count++] = listing->pairs[i].before->values[row];
        values[count++] = listing->pairs[i].after->values[row];
    }
}

Status reply_movers_table(const MigrationAnswer *answer, const MoversAnswer *movers, Arena *arena,
                          OutputOptions options, Error *err)
{
    Listing listing = make_listing(answer, movers, options, arena);
    Value *values = ARENA_ARRAY(arena, Value, listing.columns_count);
    AUTO(output_done)
    Output *output = output_open(options, listing.columns, listing.columns_count);
    for (size_t i = 0; i < movers->movers.count; i++) {
        take_row(&listing, i, values);
        output_row(output, values);
    }
    return output_close(output, err);
}

void reply_movers_page(JsonWriter *writer, const MigrationAnswer *answer,
                       const MoversAnswer *movers, Arena *arena, Language language)
{
    OutputOptions options = {.format = FORMAT_JSON, .language = language};
    Listing listing = make_listing(answer, movers, options, arena);
    Value *values = ARENA_ARRAY(arena, Value, listing.columns_count);
    json_key(writer, "count");
    json_count(writer, movers->found_count);
    json_key(writer, "columns");
    reply_columns(writer, listing.columns, listing.columns_count);
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < movers->movers.count; i++) {
        take_row(&listing, i, values);
        reply_row(writer, listing.columns, listing.columns_count, values);
    }
    json_end(writer, ']');
}
