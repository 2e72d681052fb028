/* potential.c -- capacity, potential and prospects of segments, and our share of their wallets.
 *
 * The wallet of a customer is what he buys of all suppliers in the period. Who bought more of us
 * than that has a wrong wallet: it counts as unknown. Capacity is the sum of the known wallets,
 * extended to all members; the share of a segment is the share of sums, not the mean of shares. */
#include "eval/exact.h"
#include "report/periods.h"

#include <math.h>
#include <stdlib.h>

typedef enum {
#define CRITERION(name, ...) CRITERION_##name,
#include "report/criterion.def"
#undef CRITERION
    CRITERIA_COUNT
} Criterion;

static const struct {
    const char *code;
    double weight, worst, best;
    const char *in[LANGUAGE_COUNT];
} criteria[] = {
#define CRITERION(name, code, weight, worst, best, en, ru, uk) \
    {code, weight, worst, best, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "report/criterion.def"
#undef CRITERION
};

enum { TARGET_ONE = 10000, MONTHS = 12 };

/* What is asked of every customer. */
typedef enum {
    ASKED_WALLET,
    ASKED_REVENUE,
    ASKED_COSTED_REVENUE, /* of the lines that have a cost */
    ASKED_COST,
    ASKED_REVENUE_BEFORE, /* in the same days a year before */
    ASKED_BUYS,
    ASKED_BOUGHT_BEFORE,
    ASKED_DEBT,
    ASKED_OVERDUE,
    ASKED_ACCESS,
    ASKED_SIZE,
    ASKED_COUNT
} Asked;

/* Sums of a group; money at MONEY_SCALE. */
typedef struct {
    uint64_t customers, known, over, estimated;
    Int128 wallets, estimated_wallets, revenue, revenue_known;
    Int128 reachable; /* by TARGET_ONE */
    Int128 costed_revenue, cost, revenue_before;
    uint64_t bought_before, stayed, reached;
    Int128 debt, overdue;
} Wallets;

typedef struct {
    Reporting *reporting;
    Text sources[ASKED_COUNT];
    size_t asked_count; /* without a size: it is the last one */
    EngineAnswer *answers;
    int64_t target;                 /* of the wallet, by TARGET_ONE */
    double weights[CRITERIA_COUNT]; /* sum to 100 */
    double ratings[CRITERIA_COUNT]; /* given by hand, 0 to 1; not a number: none */
} Potential;

/* ---- settings ---- */

static Status find_criterion(Text code, Criterion *ret_criterion, Error *err)
{
    for (int i = 0; i < CRITERIA_COUNT; i++) {
        if (!text_equal(code, text_of(criteria[i].code))) continue;
        *ret_criterion = (Criterion)i;
        return STATUS_OK;
    }
    return error_set(err, STATUS_INVALID,
                     "no criterion '%.*s'; there are growth, margin, reserve, loyalty, "
                     "discipline, access, competition",
                     TEXT_FORMAT(code));
}

static Status read_weights(Potential *potential, Error *err)
{
    const ReportPlan *plan = potential->reporting->plan;
    double sum = 0.0;
    for (int i = 0; i < CRITERIA_COUNT; i++)
        potential->weights[i] = plan->weights_count > 0 ? 0.0 : criteria[i].weight;
    for (size_t i = 0; i < plan->weights_count; i++) {
        Criterion criterion;
        TRY(find_criterion(plan->weights[i].criterion, &criterion, err));
        potential->weights[criterion] = plan->weights[i].number;
        if (!(plan->weights[i].number >= 0.0))
            return error_set(err, STATUS_INVALID, "a weight is a percentage from 0 to 100");
    }
    for (int i = 0; i < CRITERIA_COUNT; i++)
        sum += potential->weights[i];
    if (fabs(sum - 100.0) > 1e-9)
        return error_set(err, STATUS_INVALID, "the weights sum to %g %%, not to 100 %%", sum);
    return STATUS_OK;
}

static Status read_ratings(Potential *potential, Error *err)
{
    const ReportPlan *plan = potential->reporting->plan;
    for (int i = 0; i < CRITERIA_COUNT; i++)
        potential->ratings[i] = (double)NAN;
    for (size_t i = 0; i < plan->ratings_count; i++) {
        Criterion criterion;
        double number = plan->ratings[i].number;
        TRY(find_criterion(plan->ratings[i].criterion, &criterion, err));
        if (!(number >= 1.0 && number <= 5.0))
            return error_set(err, STATUS_INVALID, "a rating is from 1 to 5, not %g", number);
        potential->ratings[criterion] = (number - 1.0) / 4.0;
    }
    return STATUS_OK;
}

static Status read_target(Potential *potential, Error *err)
{
    double share = potential->reporting->plan->target_share;
    if (share == 0.0) share = 0.8;
    if (!(share > 0.0 && share <= 1.0))
        return error_set(err, STATUS_INVALID,
                         "the target share of wallet is above 0 %% and at "
                         "most 100 %%");
    potential->target = (int64_t)lround(share * (double)TARGET_ONE);
    return STATUS_OK;
}

/* ---- questions ---- */

static Status read_period(Reporting *reporting, Error *err)
{
    const ReportPlan *plan = reporting->plan;
    Report *report = reporting->report;
    report->has_period = true;
    report->to = plan->has_to && plan->to.day < plan->as_of.day ? plan->to : plan->as_of;
    Date before = date_add(report->to, -MONTHS, UNIT_MONTH);
    report->from = plan->has_from ? plan->from : (Date){before.day + 1};
    if (report->to.day < report->from.day)
        return error_set(err, STATUS_INVALID, "the last day is before the first one");
    return STATUS_OK;
}

/* The declared purchases of a month, as many times as the period has months. */
static Status usual_wallet(const Reporting *reporting, Text *ret_source, Error *err)
{
    const Report *report = reporting->report;
    Date after = {report->to.day + 1};
    int64_t months = 1;
    while (date_add(report->from, months, UNIT_MONTH).day < after.day && months < 1200)
        months++;
    bool is_last_months = !reporting->plan->has_from;
    if (!is_last_months && date_add(report->from, months, UNIT_MONTH).day != after.day)
        return error_set(err, STATUS_INVALID,
                         "the period is not of whole months; say with a wallet expression what "
                         "customers buy in it");
    *ret_source = arena_printf(reporting->arena, "declared_purchases * %lld",
                               (long long)(is_last_months ? MONTHS : months));
    return STATUS_OK;
}

static Text window_of(const Reporting *reporting, bool is_before)
{
    char a[DATE_TEXT_MAX], b[DATE_TEXT_MAX];
    const Report *report = reporting->report;
    Period days = {report->from, report->to};
    if (is_before)
        days = periods_shifted(&(Periods){&days, 1, NULL}, UNIT_YEAR, reporting->arena).items[0];
    Text from = date_print_iso(days.from, a), to = date_print_iso(days.to, b);
    return arena_printf(reporting->arena, "from %.*s to %.*s", TEXT_FORMAT(from), TEXT_FORMAT(to));
}

static Status write_questions(Potential *potential, Error *err)
{
    const Reporting *reporting = potential->reporting;
    const ReportPlan *plan = reporting->plan;
    Arena *arena = reporting->arena;
    Text now = window_of(reporting, false), before = window_of(reporting, true);
    Text *sources = potential->sources;
    sources[ASKED_WALLET] = plan->wallet;
    if (plan->wallet.size == 0) TRY(usual_wallet(reporting, &sources[ASKED_WALLET], err));
#define ASK(asked, format, window) sources[asked] = arena_printf(arena, format, TEXT_FORMAT(window))
    ASK(ASKED_REVENUE, "sum(purchase.amount, %.*s)", now);
    ASK(ASKED_COSTED_REVENUE, "sum(purchase.amount where cost is not missing, %.*s)", now);
    ASK(ASKED_COST, "sum(purchase.cost where amount is not missing, %.*s)", now);
    ASK(ASKED_REVENUE_BEFORE, "sum(purchase.amount, %.*s)", before);
    ASK(ASKED_BUYS, "any(purchase, %.*s)", now);
    ASK(ASKED_BOUGHT_BEFORE, "any(purchase, %.*s)", before);
#undef ASK
    sources[ASKED_DEBT] = TEXT("debt(settlement)");
    sources[ASKED_OVERDUE] = TEXT("overdue(settlement)");
    sources[ASKED_ACCESS] = TEXT("consent_advertising and (email is not missing and not "
                                 "opt_out_email or phone is not missing and not opt_out_sms)");
    sources[ASKED_SIZE] = plan->size;
    potential->asked_count = plan->size.size > 0 ? ASKED_COUNT : ASKED_SIZE;
    return STATUS_OK;
}

static Status ask(Potential *potential, Error *err)
{
    const Reporting *reporting = potential->reporting;
    EngineQuestion questions[ASKED_COUNT];
    for (size_t i = 0; i < potential->asked_count; i++) {
        Expression *expression;
        TRY(reporting_compile(reporting, potential->sources[i], EXPECT_ANY_VALUE, &expression,
                              err));
        questions[i] = (EngineQuestion){expression, reporting->plan->as_of, ANSWER_VALUES};
        TypeKind kind = expression->root->type.kind;
        if (kind != TYPE_DECIMAL && kind != TYPE_RATIO && kind != TYPE_BOOL)
            return error_set(err, STATUS_INVALID, "'%.*s' is not a number",
                             TEXT_FORMAT(potential->sources[i]));
    }
    potential->answers = ARENA_ARRAY(reporting->arena, EngineAnswer, ASKED_COUNT);
    return reporting_ask(
        reporting, (ReportQuestions){questions, potential->asked_count, &reporting->subjects.total},
        reporting->arena, potential->answers, err);
}

/* ---- values ---- */

static bool value_at(const Potential *potential, Asked asked, size_t index, Value *ret_value)
{
    if ((size_t)asked >= potential->asked_count) return false;
    *ret_value = engine_values_get(&potential->answers[asked].values, index);
    return !value_is_missing(*ret_value);
}

/* Money at its scale, ratios rounded to it; missing is false, and so is what has too many digits.
 */
static bool money_at(const Potential *potential, Asked asked, size_t index, int64_t *ret_money)
{
    Value value;
    Type type = potential->answers[asked].values.type;
    if (!value_at(potential, asked, index, &value)) return false;
    if (value.kind == VALUE_DECIMAL)
        return decimal_rescale(value.as.decimal, type.scale, MONEY_SCALE, ret_money);
    double scaled = value.as.ratio * (double)DECIMAL_POW10[MONEY_SCALE];
    if (value.kind != VALUE_RATIO || !(fabs(scaled) <= (double)DECIMAL_MANTISSA_MAX)) return false;
    *ret_money = llround(scaled);
    return true;
}

static bool is_true_at(const Potential *potential, Asked asked, size_t index)
{
    Value value;
    return value_at(potential, asked, index, &value) && value.as.boolean;
}

static void add_wallet(const Potential *potential, size_t index, Wallets *wallets)
{
    int64_t wallet, revenue = 0;
    (void)money_at(potential, ASKED_REVENUE, index, &revenue);
    wallets->customers++;
    wallets->revenue += revenue;
    if (!money_at(potential, ASKED_WALLET, index, &wallet) || wallet <= 0) return;
    if (revenue > wallet) {
        wallets->over++;
        return;
    }
    wallets->known++;
    wallets->wallets += wallet;
    wallets->revenue_known += revenue;
    Int128 reserve = (Int128)wallet * potential->target - (Int128)revenue * TARGET_ONE;
    if (reserve > 0) wallets->reachable += reserve;
}

static void add_behaviour(const Potential *potential, size_t index, Wallets *wallets)
{
    int64_t money;
    bool bought_before = is_true_at(potential, ASKED_BOUGHT_BEFORE, index);
    if (money_at(potential, ASKED_COSTED_REVENUE, index, &money)) wallets->costed_revenue += money;
    if (money_at(potential, ASKED_COST, index, &money)) wallets->cost += money;
    if (money_at(potential, ASKED_REVENUE_BEFORE, index, &money)) wallets->revenue_before += money;
    if (money_at(potential, ASKED_DEBT, index, &money) && money > 0) wallets->debt += money;
    if (money_at(potential, ASKED_OVERDUE, index, &money)) wallets->overdue += money;
    wallets->bought_before += bought_before;
    wallets->stayed += bought_before && is_true_at(potential, ASKED_BUYS, index);
    wallets->reached += is_true_at(potential, ASKED_ACCESS, index);
}

/* ---- unknown wallets by size ---- */

static bool size_at(const Potential *potential, size_t index, double *ret_size)
{
    Value value;
    Type type = potential->answers[ASKED_SIZE].values.type;
    if (!value_at(potential, ASKED_SIZE, index, &value)) return false;
    *ret_size = value.kind == VALUE_DECIMAL ? decimal_to_double(value.as.decimal, type.scale)
                                            : value.as.ratio;
    return *ret_size > 0.0;
}

static bool wallet_is_known(const Potential *potential, size_t index)
{
    int64_t wallet, revenue = 0;
    (void)money_at(potential, ASKED_REVENUE, index, &revenue);
    return money_at(potential, ASKED_WALLET, index, &wallet) && wallet > 0 && revenue <= wallet;
}

static int by_number(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

typedef struct {
    const size_t *items; /* indexes of the members in the answers */
    size_t count;
} Members;

/* What a unit of size buys of us at the percentile of the members who buy; by nearest rank. */
static bool benchmark_of(const Potential *potential, const Members *members, double *ret_benchmark)
{
    double percentile = potential->reporting->plan->benchmark_percentile;
    if (percentile == 0.0) percentile = 75.0;
    double *each = ARENA_ARRAY(potential->reporting->arena, double, members->count);
    size_t count = 0;
    for (size_t i = 0; i < members->count; i++) {
        double size;
        int64_t revenue;
        if (size_at(potential, members->items[i], &size) &&
            money_at(potential, ASKED_REVENUE, members->items[i], &revenue) && revenue > 0)
            each[count++] = (double)revenue / size;
    }
    if (count == 0) return false;
    qsort(each, count, sizeof *each, by_number);
    size_t rank = (size_t)ceil(percentile / 100.0 * (double)count);
    *ret_benchmark = each[rank == 0 ? 0 : rank - 1];
    return true;
}

static void estimate(const Potential *potential, const Members *members, Wallets *wallets)
{
    double benchmark, size;
    if (potential->asked_count <= ASKED_SIZE || !benchmark_of(potential, members, &benchmark))
        return;
    for (size_t i = 0; i < members->count; i++) {
        size_t index = members->items[i];
        if (wallet_is_known(potential, index) || !size_at(potential, index, &size)) continue;
        int64_t revenue = 0;
        (void)money_at(potential, ASKED_REVENUE, index, &revenue);
        double wallet = benchmark * size;
        if (!(wallet < 1e17)) continue;
        wallets->estimated++;
        wallets->estimated_wallets += wallet > (double)revenue ? llround(wallet) : revenue;
    }
}

static Wallets sum_group(const Potential *potential, size_t group)
{
    const Subjects *subjects = &potential->reporting->subjects;
    const EngineValues *all = &potential->answers[ASKED_REVENUE].values;
    const CustomerSet *set = subjects_set(subjects, group);
    size_t *items = ARENA_ARRAY(potential->reporting->arena, size_t, all->count);
    Members members = {items, 0};
    Wallets wallets = {0};
    for (size_t i = 0; i < all->count; i++) {
        if (!customer_set_has(set, all->customers[i])) continue;
        items[members.count++] = i;
        add_wallet(potential, i, &wallets);
        add_behaviour(potential, i, &wallets);
    }
    estimate(potential, &members, &wallets);
    return wallets;
}

/* ---- the tables ---- */

/* All members: those of whom nothing is known are like the others. An estimate, so to hundredths.
 */
static Int128 capacity_of(const Wallets *wallets)
{
    Int128 sum = wallets->wallets + wallets->estimated_wallets;
    Int128 known = (Int128)(wallets->known + wallets->estimated);
    Int128 unit = DECIMAL_POW10[MONEY_SCALE - 2], parts = known * unit;
    if (known == (Int128)wallets->customers || known == 0) return sum;
    return (sum * (Int128)wallets->customers + parts / 2) / parts * unit;
}

static const ReportColumnKind columns[] = {
    COLUMN_OF_GROUP,   COLUMN_OF_CUSTOMERS,      COLUMN_OF_KNOWN,         COLUMN_OF_CAPACITY,
    COLUMN_OF_REVENUE, COLUMN_OF_POTENTIAL,      COLUMN_OF_WALLET_SHARE,  COLUMN_OF_REACHABLE,
    COLUMN_OF_OVER,    COLUMN_OF_CAPACITY_KNOWN, COLUMN_OF_REVENUE_KNOWN,
};

static Status add_capacity(const Potential *potential, ReportTable *table, size_t group,
                           const Wallets *wallets, Error *err)
{
    const Reporting *reporting = potential->reporting;
    bool has_any = wallets->known + wallets->estimated > 0;
    Int128 capacity = capacity_of(wallets);
    ReportRow row = row_begin(table, reporting->arena);
    row_text(&row, reporting->subjects.groups[group].label);
    row_count(&row, wallets->customers);
    row_count(&row, wallets->known);
    if (has_any)
        row_money(&row, capacity);
    else
        row_missing(&row);
    row_money(&row, wallets->revenue);
    if (has_any)
        row_money(&row, capacity - wallets->revenue);
    else
        row_missing(&row);
    row_share(&row, wallets->revenue_known, wallets->wallets);
    row_money(&row, (wallets->reachable + TARGET_ONE / 2) / TARGET_ONE);
    row_count(&row, wallets->over);
    row_money(&row, wallets->wallets);
    row_money(&row, wallets->revenue_known);
    return row_end(&row, reporting->subjects.groups[group].rule, err);
}

static void note_group(const Potential *potential, size_t group, const Wallets *wallets)
{
    Voice voice = potential->reporting->voice;
    Report *report = potential->reporting->report;
    Text label = potential->reporting->subjects.groups[group].label;
    Text parts[3] = {label, voice_count(voice, wallets->known),
                     voice_count(voice, wallets->customers)};
    if (wallets->known < wallets->customers)
        report_add_note(report, NOTE_EXTRAPOLATED, voice, parts, 3);
    parts[1] = voice_count(voice, wallets->estimated);
    double percentile = potential->reporting->plan->benchmark_percentile;
    parts[2] = voice_count(voice, percentile > 0.0 ? (uint64_t)percentile : 75);
    if (wallets->estimated > 0) report_add_note(report, NOTE_BENCHMARK, voice, parts, 3);
    const Text over[] = {voice_count(voice, wallets->over), label};
    if (wallets->over > 0) report_add_note(report, NOTE_OVER_WALLET, voice, over, 2);
}

/* ---- prospects ---- */

static double share_of(Int128 part, Int128 whole)
{
    return whole <= 0 ? (double)NAN : (double)part / (double)whole;
}

static void rate(const Wallets *wallets, double values[CRITERIA_COUNT])
{
    Int128 capacity = capacity_of(wallets);
    values[CRITERION_GROWTH] =
        share_of(wallets->revenue - wallets->revenue_before, wallets->revenue_before);
    values[CRITERION_MARGIN] =
        share_of(wallets->costed_revenue - wallets->cost, wallets->costed_revenue);
    values[CRITERION_RESERVE] = share_of(capacity - wallets->revenue, capacity);
    values[CRITERION_LOYALTY] = share_of((Int128)wallets->stayed, (Int128)wallets->bought_before);
    values[CRITERION_DISCIPLINE] = wallets->customers == 0 ? (double)NAN
                                   : wallets->debt == 0
                                       ? 1.0
                                       : 1.0 - share_of(wallets->overdue, wallets->debt);
    values[CRITERION_ACCESS] = share_of((Int128)wallets->reached, (Int128)wallets->customers);
    values[CRITERION_COMPETITION] = (double)NAN;
}

static double rating_of(const Potential *potential, Criterion criterion, double value)
{
    if (isfinite(potential->ratings[criterion])) return potential->ratings[criterion];
    if (!isfinite(value)) return (double)NAN;
    double rating = (value - criteria[criterion].worst) /
                    (criteria[criterion].best - criteria[criterion].worst);
    return rating < 0.0 ? 0.0 : rating > 1.0 ? 1.0 : rating;
}

typedef struct {
    double score; /* 0 to 100; not a number: nothing is rated */
    double rated; /* weight of the criteria that are */
    double ratings[CRITERIA_COUNT], values[CRITERIA_COUNT];
} Prospects;

static Prospects prospects_of(const Potential *potential, const Wallets *wallets)
{
    Prospects prospects = {0};
    double points = 0.0;
    rate(wallets, prospects.values);
    for (int i = 0; i < CRITERIA_COUNT; i++) {
        double rating = rating_of(potential, (Criterion)i, prospects.values[i]);
        prospects.ratings[i] = rating;
        if (!isfinite(rating)) continue;
        prospects.rated += potential->weights[i];
        points += potential->weights[i] * rating;
    }
    prospects.score = 100.0 * points / prospects.rated;
    return prospects;
}

static const ReportColumnKind criteria_columns[] = {COLUMN_OF_GROUP,  COLUMN_OF_CRITERION,
                                                    COLUMN_OF_VALUE,  COLUMN_OF_RATING,
                                                    COLUMN_OF_WEIGHT, COLUMN_OF_POINTS};

static Status add_criteria(const Potential *potential, ReportTable *table, size_t group,
                           const Prospects *prospects, Error *err)
{
    const Reporting *reporting = potential->reporting;
    for (int i = 0; i < CRITERIA_COUNT; i++) {
        double weight = potential->weights[i] / 100.0;
        ReportRow row = row_begin(table, reporting->arena);
        row_text(&row, reporting->subjects.groups[group].label);
        row_text(&row, text_of(criteria[i].in[reporting->voice.language]));
        row_ratio(&row, prospects->values[i]);
        row_ratio(&row, prospects->ratings[i]);
        row_ratio(&row, weight);
        row_ratio(&row, 100.0 * potential->weights[i] * prospects->ratings[i] / prospects->rated);
        TRY(row_end(&row, TEXT(""), err));
    }
    return STATUS_OK;
}

static const ReportColumnKind prospects_columns[] = {COLUMN_OF_GROUP, COLUMN_OF_PROSPECTS,
                                                     COLUMN_OF_STRENGTH, COLUMN_OF_ZONE};

/* Our strength is how near our share of the wallets is to the target. */
static double strength_of(const Potential *potential, const Wallets *wallets)
{
    double share = share_of(wallets->revenue_known, wallets->wallets);
    double strength = 100.0 * share * (double)TARGET_ONE / (double)potential->target;
    return strength > 100.0 ? 100.0 : strength;
}

static Status add_prospects(const Potential *potential, ReportTable *table, size_t group,
                            double score, double strength, Error *err)
{
    const Reporting *reporting = potential->reporting;
    ReportWord zone = score >= 60.0 && strength >= 60.0 ? WORD_INVEST
                      : score < 40.0 && strength < 40.0 ? WORD_HARVEST
                                                        : WORD_SELECTIVE;
    ReportRow row = row_begin(table, reporting->arena);
    row_text(&row, reporting->subjects.groups[group].label);
    row_ratio(&row, score);
    row_ratio(&row, strength);
    if (isfinite(score) && isfinite(strength))
        row_text(&row, report_word(zone, reporting->voice.language));
    else
        row_missing(&row);
    return row_end(&row, reporting->subjects.groups[group].rule, err);
}

static Status tell(const Potential *potential, Error *err)
{
    Reporting *reporting = potential->reporting;
    Voice voice = reporting->voice;
    ReportTable *capacity = report_add_table(reporting->report, TABLE_OF_POTENTIAL, voice, columns,
                                             sizeof columns / sizeof columns[0]);
    ReportTable *zones =
        report_add_table(reporting->report, TABLE_OF_PROSPECTS, voice, prospects_columns,
                         sizeof prospects_columns / sizeof prospects_columns[0]);
    ReportTable *parts =
        report_add_table(reporting->report, TABLE_OF_CRITERIA, voice, criteria_columns,
                         sizeof criteria_columns / sizeof criteria_columns[0]);
    report_add_note(reporting->report, NOTE_WALLET_IS, voice, &potential->sources[ASKED_WALLET], 1);
    bool is_unrated = false;
    for (size_t group = 0; group < subjects_lines(&reporting->subjects); group++) {
        Wallets wallets = sum_group(potential, group);
        Prospects prospects = prospects_of(potential, &wallets);
        TRY(add_capacity(potential, capacity, group, &wallets, err));
        TRY(add_prospects(potential, zones, group, prospects.score,
                          strength_of(potential, &wallets), err));
        TRY(add_criteria(potential, parts, group, &prospects, err));
        note_group(potential, group, &wallets);
        is_unrated = is_unrated || prospects.rated < 100.0;
    }
    if (is_unrated) report_add_note(reporting->report, NOTE_UNRATED, voice, NULL, 0);
    return STATUS_OK;
}

Status report_potential(Reporting *reporting, Error *err)
{
    Potential potential = {.reporting = reporting};
    double percentile = reporting->plan->benchmark_percentile;
    if (!(percentile >= 0.0 && percentile <= 100.0))
        return error_set(err, STATUS_INVALID, "a percentile is from 0 to 100");
    TRY(read_period(reporting, err));
    TRY(read_weights(&potential, err));
    TRY(read_ratings(&potential, err));
    TRY(read_target(&potential, err));
    TRY(write_questions(&potential, err));
    TRY(ask(&potential, err));
    return tell(&potential, err);
}
