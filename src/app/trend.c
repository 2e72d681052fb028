/* trend.c -- one expression over past days: the same question as of each of them. */
#include "app/trend.h"

#include "app/native.h"

/* Values of all days of one scan wait in memory, and so do those whom its rankings choose: so many
 * bytes of them at most. */
enum { SCAN_BYTES_MAX = 1 << 29, VALUE_BITS = 72, CHOSEN_BITS = 1 };

typedef struct {
    App *app;
    const Expression *expression;
    const TrendPlan *plan;
    Arena *arena; /* of the points */
    TrendPoint *points;
    size_t count;
} Trend;

static bool is_rule(const Trend *trend)
{
    return trend->expression->root->type.kind == TYPE_BOOL;
}

static Status list_days(Trend *trend, Error *err)
{
    const TrendPlan *plan = trend->plan;
    if (plan->to.day < plan->from.day)
        return error_set(err, STATUS_INVALID, "the last day is before the first one");
    struct {
        TrendPoint *items;
        size_t count, capacity;
    } list = {0};
    Date day = plan->from;
    for (int64_t i = 1; day.day <= plan->to.day; i++) {
        if (list.count == TREND_DAYS_MAX)
            return error_set(err, STATUS_INVALID, "there are more than %d days; take a longer step",
                             TREND_DAYS_MAX);
        ARENA_PUSH(trend->arena, &list, ((TrendPoint){.as_of = day}));
        Date next = date_add(plan->from, i, plan->step);
        if (next.day <= day.day) break; /* the end of the calendar */
        day = next;
    }
    trend->points = list.items;
    trend->count = list.count;
    return STATUS_OK;
}

/* ---- the native engine: many days in one scan ---- */

static Status take_values(const EngineValues *values, Arena *arena, TrendPoint *point, Error *err)
{
    Summing summing = {0};
    for (size_t i = 0; i < values->count; i++)
        summing_add(&summing, native_value(values, i, arena));
    TRY(summing_end(&summing, values->type, &point->summary, err));
    point->count = point->summary.with_value;
    return STATUS_OK;
}

static Status scan(const Trend *trend, size_t begin, size_t end, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(native_done) Native native = {0};
    AskMode mode = {
        .as_of = trend->plan->to, .only = trend->plan->only, .progress = trend->plan->progress};
    TRY(native_open(trend->app, &mode, arena, &native, err));
    EngineQuestion *questions = ARENA_ARRAY(arena, EngineQuestion, end - begin);
    EngineAnswer *answers = ARENA_ARRAY(arena, EngineAnswer, end - begin);
    for (size_t i = begin; i < end; i++)
        questions[i - begin] =
            (EngineQuestion){.expression = trend->expression,
                             .as_of = trend->points[i].as_of,
                             .kind = is_rule(trend) ? ANSWER_COUNT : ANSWER_VALUES};
    TRY(native_run(&native, (NativeQuestions){questions, end - begin, NULL}, answers, err));
    for (size_t i = begin; i < end; i++) {
        TrendPoint *point = &trend->points[i];
        point->base_count = native_base_count(&native);
        point->count = answers[i - begin].count;
        if (!is_rule(trend)) TRY(take_values(&answers[i - begin].values, arena, point, err));
        native_keep_summary(&point->summary, trend->arena);
    }
    return STATUS_OK;
}

static size_t days_per_scan(const Trend *trend, uint64_t customers)
{
    size_t bits = trend->expression->ranks_count * CHOSEN_BITS;
    if (!is_rule(trend)) bits += VALUE_BITS;
    uint64_t day_bytes = bits * customers / 8;
    if (day_bytes == 0) return trend->count;
    return day_bytes < SCAN_BYTES_MAX ? (size_t)(SCAN_BYTES_MAX / day_bytes) : 1;
}

static Status scan_all(const Trend *trend, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(native_done) Native native = {0};
    AskMode mode = {
        .as_of = trend->plan->to, .only = trend->plan->only, .progress = trend->plan->progress};
    TRY(native_open(trend->app, &mode, arena, &native, err));
    size_t days = days_per_scan(trend, native_base_count(&native));
    for (size_t begin = 0; begin < trend->count; begin += days)
        TRY(scan(trend, begin, begin + days < trend->count ? begin + days : trend->count, err));
    return STATUS_OK;
}

/* ---- the slow engines: a day at a time ---- */

static Status ask_day(const Trend *trend, TrendPoint *point, Error *err)
{
    const Expression *expressions[] = {trend->expression};
    Question question = {.expressions = expressions,
                         .types = &trend->expression->root->type,
                         .expressions_count = 1,
                         .is_rule = is_rule(trend)};
    AskMode mode = {.as_of = point->as_of,
                    .engine = trend->plan->engine,
                    .want = is_rule(trend) ? WANT_COUNT : WANT_SUMMARY,
                    .progress = trend->plan->progress};
    Answer answer;
    TRY(ask_answer(trend->app, &question, &mode, trend->arena, &answer, err));
    point->base_count = answer.base_count;
    point->count = answer.count;
    point->summary = answer.summary;
    return STATUS_OK;
}

Status app_trend(App *app, const Expression *expression, const TrendPlan *plan, Arena *arena,
                 TrendAnswer *ret_answer, Error *err)
{
    Trend trend = {.app = app, .expression = expression, .plan = plan, .arena = arena};
    TRY(list_days(&trend, err));
    if (plan->engine == ENGINE_NATIVE) TRY(scan_all(&trend, err));
    for (size_t i = 0; plan->engine != ENGINE_NATIVE && i < trend.count; i++)
        TRY(ask_day(&trend, &trend.points[i], err));
    *ret_answer = (TrendAnswer){trend.points, trend.count};
    return STATUS_OK;
}
