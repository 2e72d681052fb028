/* class_view.c -- what a run of a classification looks like, as JSON. */
#include "reply/class_view.h"

#include "reply/classification.h"
#include "reply/fields.h"
#include "reply/list.h"

void reply_classified_page(JsonWriter *writer, const ClassifiedRows *rows, Arena *arena,
                           Language language)
{
    OutputOptions options = {.format = FORMAT_JSON, .language = language};
    ClassifiedColumns columns = classified_columns(rows, arena, language);
    Value *values = ARENA_ARRAY(arena, Value, columns.count);
    json_begin(writer, '{');
    field_date(writer, "as_of", true, rows->table.run.as_of);
    field_count(writer, "run", rows->table.run.id);
    field_count(writer, "count", rows->found_count);
    json_key(writer, "columns");
    reply_columns(writer, columns.items, columns.count);
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < rows->rows_count; i++) {
        classified_row(rows, i, options, values);
        reply_row(writer, columns.items, columns.count, values);
    }
    json_end(writer, ']');
}

static Text class_of(const RunTable *table, uint16_t number)
{
    return number == 0 ? TEXT("") : table->classes[number - 1].name;
}

static void put_sum(JsonWriter *writer, Int128 sum, bool has_amount, Type type)
{
    json_key(writer, "sum");
    json_value(writer,
               has_amount && decimal_fits(sum) ? value_decimal((int64_t)sum) : value_missing(),
               type);
}

void reply_curve(JsonWriter *writer, const RunTable *table, const RunCurve *curve)
{
    json_begin(writer, '{');
    field_date(writer, "as_of", true, table->run.as_of);
    field_count(writer, "customers", curve->customers_count);
    put_sum(writer, curve->sum, true, table->amount_type);
    json_key(writer, "points");
    json_begin(writer, '[');
    for (size_t i = 0; i < curve->count; i++) {
        const CurvePoint *point = &curve->points[i];
        json_begin(writer, '{');
        field_count(writer, "customers", point->customers_count);
        field_ratio(writer, "sum_share", point->sum_share);
        field_text_or_null(writer, "class", class_of(table, point->class_number));
        json_end(writer, '}');
    }
    json_end(writer, ']');
    json_end(writer, '}');
}

static void put_cell(JsonWriter *writer, const RunTable *table, const RunGrid *grid,
                     const GridCell *cell)
{
    put_sum(writer, cell->sum, grid->has_amount, grid->amount_type);
    field_count(writer, "customers", cell->customers_count);
    if (cell->customers_count > 0)
        field_ratio(writer, "money", (double)cell->money_scores / (double)cell->customers_count);
    else
        field_null(writer, "money");
    json_key(writer, "classes");
    json_begin(writer, '[');
    for (size_t i = 0; i < cell->classes_count; i++) {
        json_begin(writer, '{');
        field_text(writer, "class", class_of(table, cell->classes[i].class_number));
        field_count(writer, "customers", cell->classes[i].customers_count);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

void reply_grid(JsonWriter *writer, const RunTable *table, const RunGrid *grid)
{
    json_begin(writer, '{');
    field_date(writer, "as_of", true, table->run.as_of);
    json_key(writer, "scores");
    json_begin(writer, '[');
    for (size_t i = 0; i < 3; i++)
        json_count(writer, grid->scores[i]);
    json_end(writer, ']');
    json_key(writer, "cells");
    json_begin(writer, '[');
    for (size_t recency = 1; recency <= grid->scores[0]; recency++)
        for (size_t frequency = 1; frequency <= grid->scores[1]; frequency++) {
            json_begin(writer, '{');
            field_count(writer, "recency", recency);
            field_count(writer, "frequency", frequency);
            put_cell(writer, table, grid, grid_cell(grid, recency, frequency));
            json_end(writer, '}');
        }
    json_end(writer, ']');
    json_end(writer, '}');
}

static void put_bin(JsonWriter *writer, const RunTable *table, const RunSpread *spread, size_t bin)
{
    json_begin(writer, '{');
    field_count(writer, "from", bin * SPREAD_STEP_PERCENT);
    if (bin < spread->open_bin)
        field_count(writer, "to", (bin + 1) * SPREAD_STEP_PERCENT);
    else
        field_null(writer, "to");
    field_count(writer, "customers", spread->bins[bin].customers_count);
    json_key(writer, "classes");
    json_begin(writer, '[');
    for (size_t c = 0; c < table->classes_count; c++) {
        if (spread->bins[bin].by_class[c] == 0) continue;
        json_begin(writer, '{');
        field_text(writer, "class", table->classes[c].name);
        field_count(writer, "customers", spread->bins[bin].by_class[c]);
        json_end(writer, '}');
    }
    json_end(writer, ']');
    json_end(writer, '}');
}

void reply_spread(JsonWriter *writer, const RunTable *table, const RunSpread *spread)
{
    json_begin(writer, '{');
    field_date(writer, "as_of", true, table->run.as_of);
    field_text(writer, "column", spread->column);
    json_key(writer, "bins");
    json_begin(writer, '[');
    for (size_t bin = 0; bin < spread->count; bin++)
        put_bin(writer, table, spread, bin);
    json_end(writer, ']');
    json_end(writer, '}');
}

void reply_classification_kinds(JsonWriter *writer, Language language)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < CLASSIFICATION_KIND_COUNT; i++) {
        AUTO(arena_done) Arena *arena = arena_new();
        ClassificationKind kind = (ClassificationKind)i;
        Definition definition = definition_customary(kind, language, arena);
        json_begin(writer, '{');
        field_code(writer, "kind", classification_kind_code(kind));
        field_text(writer, "label", classification_kind_label(kind, language));
        json_key(writer, "parameters");
        json_raw(writer, definition_parameters_to_json(&definition, arena));
        json_end(writer, '}');
    }
    json_end(writer, ']');
}
