/* class_matrix.c -- classifications across each other and from day to day. */
#include "app/class_matrix.h"

#include "app/native.h"
#include "base/fold.h"
#include "base/map.h"
#include "model/voice.h"

/* ---- matrix ---- */

static Status find_set(const MatrixActions *actions, Text set, Error *err)
{
    if (set.size == 0 || actions_has_set(actions, set)) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND, "there is no set of actions '%.*s'", TEXT_FORMAT(set));
}

Status app_matrix(App *app, const MatrixQuestion *question, Arena *arena, MatrixAnswer *ret_answer,
                  Error *err)
{
    AUTO(bounds_done) Bounds visible = {0};
    const Classification *rows = NULL, *columns = NULL;
    RunRow row_run, column_run;
    Date day = question->has_at ? question->at : app_today(app);
    MatrixAnswer answer = {.set = question->set, .has_at = question->has_at, .at = question->at};
    TRY(classifications_get(app_classifications(app), question->rows, &rows, err));
    TRY(classifications_get(app_classifications(app), question->columns, &columns, err));
    TRY(app_find_run(app, rows, day, arena, &row_run, err));
    TRY(app_find_run(app, columns, day, arena, &column_run, err));
    TRY(app_bounds(app, question->visible, &visible, err));
    TRY(matrix_read(bounds_source(&visible, app), &row_run, &column_run, arena, &answer.matrix,
                    err));
    TRY(actions_load(app_store(app), arena, &answer.actions, err));
    TRY(find_set(&answer.actions, question->set, err));
    answer.rows = rows->name;
    answer.columns = columns->name;
    *ret_answer = answer;
    return STATUS_OK;
}

static Text row_name(const Matrix *matrix, size_t row)
{
    return row < matrix->rows_count ? matrix->row_names[row] : TEXT("");
}

static Text column_name(const Matrix *matrix, size_t column)
{
    return column < matrix->columns_count ? matrix->column_names[column] : TEXT("");
}

Text matrix_cell_rule(const MatrixAnswer *answer, size_t row, size_t column, Arena *arena)
{
    ClassRule first = {answer->rows, row_name(&answer->matrix, row), answer->has_at, answer->at};
    ClassRule second = {answer->columns, column_name(&answer->matrix, column), answer->has_at,
                        answer->at};
    Text left = class_rule(&first, arena), right = class_rule(&second, arena);
    return arena_printf(arena, "%.*s and %.*s", TEXT_FORMAT(left), TEXT_FORMAT(right));
}

Status matrix_find_cell(const MatrixAnswer *answer, Text name, size_t *ret_row, size_t *ret_column,
                        Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Matrix *matrix = &answer->matrix;
    for (size_t row = 0; row <= matrix->rows_count; row++)
        for (size_t column = 0; column <= matrix->columns_count; column++) {
            Text first = row_name(matrix, row), second = column_name(matrix, column);
            *ret_row = row;
            *ret_column = column;
            if (text_equal_folded(name, matrix_cell_name(first, second, arena))) return STATUS_OK;
        }
    return error_set(err, STATUS_NOT_FOUND, "the matrix has no cell '%.*s'; cells are such as AX",
                     TEXT_FORMAT(name));
}

Status app_set_action(App *app, const ActionText *action, Error *err)
{
    if (action->set.size == 0 || action->cell.size == 0)
        return error_set(err, STATUS_INVALID, "name the set and the cell, such as wholesale AX");
    return store_set_action(app_store(app), action, err);
}

/* ---- migration ---- */

/* Names of groups in the order in which they came up, then sorted. */
typedef struct {
    App *app;
    Arena *arena;
    uint32_t *group_of;
    struct {
        Text *items;
        size_t count, capacity;
    } names;
} Grouping;

static void group(Grouping *grouping, const EngineValues *values, Type type)
{
    AUTO(map_done) Map *known = map_new(64);
    AUTO(arena_done) Arena *scratch = arena_new();
    for (size_t i = 0; i < values->count; i++) {
        uint64_t number;
        Value value = engine_values_get(values, i);
        if (value_is_missing(value)) continue;
        Text name = value.kind == VALUE_TEXT ? value.as.text : value_print(value, type, scratch);
        if (map_add(known, text_fold(name, scratch), grouping->names.count + 1, &number))
            ARENA_PUSH(grouping->arena, &grouping->names, arena_text(grouping->arena, name));
        grouping->group_of[values->customers[i].value] = (uint32_t)number;
        arena_reset(scratch);
    }
}

static Status compile_group(App *app, Text source, Arena *arena, Expression **ret_expression,
                            Error *err)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    Status status = app_compile(app, source, EXPECT_ANY_VALUE, arena, ret_expression, &diagnostics);
    TypeKind kind = status == STATUS_OK ? (*ret_expression)->root->type.kind : TYPE_NONE;
    if (kind == TYPE_TEXT || kind == TYPE_HIERARCHY || kind == TYPE_DECIMAL || kind == TYPE_DATE)
        return STATUS_OK;
    if (status == STATUS_OK)
        return error_set(err, STATUS_INVALID, "groups are texts, numbers or dates, not '%.*s'",
                         TEXT_FORMAT(source));
    Text sentence = diagnostic_sentence(&diagnostics.items[0], app_language(app), arena);
    return error_set(err, STATUS_INVALID, "%.*s", TEXT_FORMAT(sentence));
}

static Status read_groups(App *app, const MigrationQuestion *question, Date as_of, Arena *arena,
                          CustomerGroups *ret_groups, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(native_done) Native native = {0};
    Expression *expression = NULL;
    EngineAnswer answer;
    AskMode mode = {.as_of = as_of, .only = question->visible};
    TRY(compile_group(app, question->by, scratch, &expression, err));
    TRY(native_open(app, &mode, scratch, &native, err));
    EngineQuestion asked = {.expression = expression, .as_of = as_of, .kind = ANSWER_VALUES};
    TRY(native_run(&native, (NativeQuestions){&asked, 1, NULL}, &answer, err));
    size_t count = answer.values.count;
    size_t ids_count = count > 0 ? answer.values.customers[count - 1].value + 1U : 0;
    Grouping grouping = {
        .app = app, .arena = arena, .group_of = ARENA_ARRAY(arena, uint32_t, ids_count)};
    group(&grouping, &answer.values, expression->root->type);
    *ret_groups =
        (CustomerGroups){grouping.group_of, ids_count, grouping.names.items, grouping.names.count};
    return STATUS_OK;
}

/* ---- the two runs ---- */

static Status find_both(App *app, const Classification *classification,
                        const MigrationQuestion *question, Arena *arena, RunRow runs[2], Error *err)
{
    const uint64_t numbers[] = {question->from_run, question->to_run};
    const Date days[] = {question->from, question->to};
    for (size_t i = 0; i < 2; i++) {
        if (numbers[i] != 0)
            TRY(app_numbered_run(app, classification, numbers[i], arena, &runs[i], err));
        else
            TRY(app_find_run(app, classification, days[i], arena, &runs[i], err));
    }
    bool is_by_days = question->from_run == 0 && question->to_run == 0;
    if (runs[1].as_of.day < runs[0].as_of.day || (is_by_days && days[1].day < days[0].day))
        return error_set(err, STATUS_INVALID, "the last day is before the first one");
    return STATUS_OK;
}

/* What of a definition decides on classes; words for people and the schedule do not. */
static Status read_parameters(App *app, const RunRow *run, Arena *arena, Text *ret_parameters,
                              Error *err)
{
    Text json;
    Definition definition;
    TRY(store_read_definition(app_store(app), run->classification_id, run->version, arena, &json,
                              err));
    TRY(classification_read_definition(json, arena, &definition, err));
    *ret_parameters = definition_parameters_to_json(&definition, arena);
    return STATUS_OK;
}

/* Of several runs as of one day the last one is what rules ask. */
static Status is_asked(App *app, const RunRow *run, bool *ret_is_asked, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    RunRow found;
    TRY(store_find_run(app_store(app), run->classification_id, run->as_of, arena, &found, err));
    *ret_is_asked = found.id == run->id;
    return STATUS_OK;
}

static Status compare_runs(App *app, const RunRow runs[2], MigrationAnswer *answer, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text parameters[2];
    bool is_asked_one[2];
    for (size_t i = 0; i < 2; i++) {
        TRY(read_parameters(app, &runs[i], arena, &parameters[i], err));
        TRY(is_asked(app, &runs[i], &is_asked_one[i], err));
    }
    answer->has_other_parameters = !text_equal(parameters[0], parameters[1]);
    answer->has_rules = is_asked_one[0] && is_asked_one[1];
    return STATUS_OK;
}

/* Segments have a journal of their own: who asks for their migration is told where it is. */
static Status find_migrating(App *app, Text name, const Classification **ret_classification,
                             Error *err)
{
    const Segment *segment = NULL;
    Error no_segment;
    Status status = classifications_get(app_classifications(app), name, ret_classification, err);
    if (status != STATUS_NOT_FOUND ||
        registry_get(app_registry(app), name, &segment, &no_segment) != STATUS_OK)
        return status;
    return error_set(err, STATUS_NOT_FOUND,
                     "'%.*s' is a segment, no classification; who joined and left it is told by "
                     "`kohorta segment journal`",
                     TEXT_FORMAT(name));
}

Status app_migration(App *app, const MigrationQuestion *question, Arena *arena,
                     MigrationAnswer *ret_answer, Error *err)
{
    AUTO(bounds_done) Bounds visible = {0};
    const Classification *classification = NULL;
    RunRow runs[2];
    MigrationAnswer answer = {.has_groups = question->by.size > 0};
    TRY(find_migrating(app, question->classification, &classification, err));
    TRY(find_both(app, classification, question, arena, runs, err));
    TRY(compare_runs(app, runs, &answer, err));
    if (answer.has_groups)
        TRY(read_groups(app, question, runs[1].as_of, arena, &answer.groups, err));
    TRY(app_bounds(app, question->visible, &visible, err));
    answer.classification = classification->name;
    TRY(migration_read(bounds_source(&visible, app), runs,
                       answer.has_groups ? &answer.groups : NULL, arena, &answer.migration, err));
    *ret_answer = answer;
    return STATUS_OK;
}

Status migration_find_class(const Migration *migration, bool is_after, Text name, size_t *ret_place,
                            Error *err)
{
    const Text *names = is_after ? migration->to_names : migration->from_names;
    size_t count = is_after ? migration->to_count : migration->from_count, place = 0;
    while (place < count && !text_equal_folded(names[place], name))
        place++;
    *ret_place = place;
    if (place < count || text_equal(name, TEXT("-"))) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND, "the run has no class '%.*s'", TEXT_FORMAT(name));
}

Status migration_find_group(const Migration *migration, Text name, uint32_t *ret_number, Error *err)
{
    *ret_number = 0;
    if (name.size == 0) return STATUS_OK;
    bool is_rest = text_equal(name, TEXT("-"));
    for (size_t i = 1; i < migration->parts_count && *ret_number == 0; i++) {
        const MigrationPart *part = &migration->parts[i];
        if (part->is_rest ? is_rest : text_equal_folded(part->name, name))
            *ret_number = (uint32_t)i;
    }
    if (*ret_number > 0) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND, "there is no group '%.*s'", TEXT_FORMAT(name));
}

Text migration_cell_rule(const MigrationAnswer *answer, MoverQuery cell, Arena *arena)
{
    const Migration *migration = &answer->migration;
    if (!answer->has_rules) return TEXT("");
    ClassRule before = {.classification = answer->classification,
                        .has_day = true,
                        .day = migration->from_run.as_of};
    ClassRule after = before;
    after.day = migration->to_run.as_of;
    if (cell.from < migration->from_count) before.class_name = migration->from_names[cell.from];
    if (cell.to < migration->to_count) after.class_name = migration->to_names[cell.to];
    Text left = class_rule(&before, arena), right = class_rule(&after, arena);
    return arena_printf(arena, "%.*s and %.*s", TEXT_FORMAT(left), TEXT_FORMAT(right));
}

/* ---- who is behind a cell of a migration ---- */

static Status keep_bounded(App *app, const Expression *only, MoverList *movers, Arena *arena,
                           Error *err)
{
    AUTO(bounds_done) Bounds bounds = {0};
    Mover *kept = ARENA_ARRAY(arena, Mover, movers->count);
    size_t count = 0;
    TRY(app_bounds(app, only, &bounds, err));
    for (size_t i = 0; i < movers->count; i++)
        if (bounds_have(&bounds, movers->items[i].customer)) kept[count++] = movers->items[i];
    *movers = (MoverList){kept, count};
    return STATUS_OK;
}

static void keep_of_group(const CustomerGroups *groups, uint32_t group, MoverList *movers,
                          Arena *arena)
{
    if (group == 0) return;
    Mover *kept = ARENA_ARRAY(arena, Mover, movers->count);
    size_t count = 0;
    for (size_t i = 0; i < movers->count; i++) {
        if (customer_group(groups, movers->items[i].customer.value) == group)
            kept[count++] = movers->items[i];
    }
    *movers = (MoverList){kept, count};
}

Status app_movers(App *app, const MigrationAnswer *answer, const MoversQuestion *question,
                  Arena *arena, MoversAnswer *ret_movers, Error *err)
{
    const Migration *migration = &answer->migration;
    Store *store = app_store(app);
    MoverList all;
    MoversAnswer result = {0};
    if (question->run_id != 0 && question->run_id != migration->to_run.id)
        return error_set(err, STATUS_NOT_FOUND, "the run of the page before is gone; begin again");
    TRY(migration_movers((RunSource){.store = store}, migration, question->cell, arena, &all, err));
    keep_of_group(&answer->groups, question->group, &all, arena);
    TRY(keep_bounded(app, question->only, &all, arena, err));
    size_t first = question->skipped < all.count ? question->skipped : all.count;
    size_t left = all.count - first;
    result.found_count = all.count;
    result.movers = (MoverList){all.items + first, left < question->limit ? left : question->limit};
    CustomerId *customers = ARENA_ARRAY(arena, CustomerId, result.movers.count);
    for (size_t i = 0; i < result.movers.count; i++)
        customers[i] = result.movers.items[i].customer;
    RunCustomers shown = {customers, result.movers.count};
    TRY(app_name_customers(app, customers, shown.count, arena, &result.names, err));
    TRY(run_values_read(store, &migration->from_run, shown, arena, &result.before, err));
    TRY(run_values_read(store, &migration->to_run, shown, arena, &result.after, err));
    *ret_movers = result;
    return STATUS_OK;
}
