/* profile.c -- what sets segments apart: every attribute of their customers against everybody
 * else's, the most telling first; how alike customers are within and how different between. */
#include "report/distribution.h"

#include <math.h>
#include <stdlib.h>

enum {
    ATTRIBUTES_USUAL = 25, /* shown of a segment */
    VALUES_SHOWN = 8,      /* of an attribute */
    SAMPLE_MAX = 1000,     /* customers whose silhouette is measured */
    BATCH_BYTES = 1 << 28, /* of values in memory at a time */
    VALUE_BYTES = 16
};

/* Effects below are nothing to speak of, whatever their probability. */
static const double strength_least = 0.1, probability_most = 0.05;

/* Customers of one subject each, as points: their numbers in standard units. */
typedef struct {
    size_t *customers; /* indexes in the slots */
    uint32_t *groups;
    size_t count;
    double *points; /* point after point; 0 where a number is missing: the mean */
    size_t dimensions, filled;
    size_t groups_count;
} Sample;

typedef struct {
    Reporting *reporting;
    Attributes attributes;
    Slots slots;
    Spread *spreads; /* by attribute */
    Sample sample;
} Profile;

/* ---- measuring ---- */

static size_t count_numbers(const Attributes *attributes)
{
    size_t count = 0;
    for (size_t i = 0; i < attributes->count; i++)
        count += attribute_is_number(&attributes->items[i]);
    return count;
}

/* The subject whose own customer he is; with one subject the others are the second group. */
static bool group_of(const Profile *profile, uint64_t mask, uint32_t *ret_group)
{
    const Subjects *subjects = &profile->reporting->subjects;
    uint64_t own = mask >> subjects->groups_count;
    if (own != 0) *ret_group = (uint32_t)__builtin_ctzll(own);
    if (own == 0 && subjects->count == 1) *ret_group = 1;
    return own != 0 || subjects->count == 1;
}

/* Every so many of them in the order of their ids. */
static void draw_sample(Profile *profile)
{
    Arena *arena = profile->reporting->arena;
    Sample *sample = &profile->sample;
    size_t all = 0, seen = 0, count = profile->reporting->subjects.count;
    uint32_t group;
    for (size_t i = 0; i < profile->slots.customers_count; i++)
        all += group_of(profile, profile->slots.masks[i], &group);
    size_t step = (all + SAMPLE_MAX - 1) / SAMPLE_MAX;
    sample->customers = ARENA_ARRAY(arena, size_t, SAMPLE_MAX);
    sample->groups = ARENA_ARRAY(arena, uint32_t, SAMPLE_MAX);
    for (size_t i = 0; i < profile->slots.customers_count; i++) {
        if (!group_of(profile, profile->slots.masks[i], &group) || seen++ % step != 0) continue;
        sample->customers[sample->count] = i;
        sample->groups[sample->count++] = group;
    }
    sample->groups_count = count == 1 ? 2 : count;
    sample->dimensions = count_numbers(&profile->attributes);
    sample->points = ARENA_ARRAY(arena, double, sample->count * sample->dimensions);
}

static void add_dimension(Sample *sample, const EngineValues *values, const Moments *base)
{
    double deviation = moments_deviation(base);
    size_t dimension = sample->filled++;
    for (size_t i = 0; i < sample->count && deviation > 0.0; i++) {
        double number;
        if (spread_number(values, sample->customers[i], &number))
            sample->points[i * sample->dimensions + dimension] = (number - base->mean) / deviation;
    }
}

static Status measure_some(Profile *profile, size_t begin, size_t end, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Reporting *reporting = profile->reporting;
    EngineQuestion *questions = ARENA_ARRAY(arena, EngineQuestion, end - begin);
    EngineAnswer *answers = ARENA_ARRAY(arena, EngineAnswer, end - begin);
    for (size_t i = begin; i < end; i++)
        questions[i - begin] = (EngineQuestion){profile->attributes.items[i].expression,
                                                reporting->plan->as_of, ANSWER_VALUES};
    TRY(reporting_ask(reporting, (ReportQuestions){questions, end - begin, NULL}, arena, answers,
                      err));
    for (size_t i = begin; i < end; i++) {
        const EngineValues *values = &answers[i - begin].values;
        Spread *spread = &profile->spreads[i];
        *spread = spread_count(reporting, &profile->slots, &profile->attributes.items[i], values);
        if (spread->is_number)
            add_dimension(&profile->sample, values,
                          &spread->within[subjects_base(&reporting->subjects)]);
    }
    return STATUS_OK;
}

static Status measure(Profile *profile, Error *err)
{
    size_t count = profile->attributes.count;
    size_t batch = BATCH_BYTES / VALUE_BYTES / (profile->slots.customers_count + 1) + 1;
    profile->spreads = ARENA_ARRAY(profile->reporting->arena, Spread, count);
    for (size_t begin = 0; begin < count; begin += batch)
        TRY(measure_some(profile, begin, begin + batch < count ? begin + batch : count, err));
    return STATUS_OK;
}

/* ---- what tells most ---- */

typedef struct {
    size_t attribute;
    Effect effect;
} Ranked;

static double rank_of(const Ranked *ranked)
{
    return isfinite(ranked->effect.strength) ? ranked->effect.strength : -1.0;
}

static int by_strength(const void *a, const void *b)
{
    const Ranked *left = a, *right = b;
    double first = rank_of(left), second = rank_of(right);
    if (first != second) return first > second ? -1 : 1;
    return left->attribute < right->attribute ? -1 : left->attribute > right->attribute;
}

/* SIZE_MAX: subjects against each other. */
static Ranked *rank_attributes(const Profile *profile, size_t group)
{
    size_t count = profile->attributes.count;
    Ranked *ranked = ARENA_ARRAY(profile->reporting->arena, Ranked, count);
    for (size_t i = 0; i < count; i++) {
        const Spread *spread = &profile->spreads[i];
        ranked[i] = (Ranked){i, group == SIZE_MAX ? spread_separation(spread, &profile->slots)
                                                  : spread_effect(spread, &profile->slots, group)};
    }
    if (count > 1) qsort(ranked, count, sizeof *ranked, by_strength);
    return ranked;
}

/* Many attributes are looked at: one of them must be improbable enough for all. */
static bool is_distinguishable(const Profile *profile, const Ranked *ranked)
{
    size_t count = profile->attributes.count;
    for (size_t i = 0; i < count; i++)
        if (ranked[i].effect.strength >= strength_least &&
            ranked[i].effect.probability * (double)count < probability_most)
            return true;
    return false;
}

static size_t rows_shown(const Profile *profile)
{
    size_t most = profile->reporting->plan->rows_max > 0 ? profile->reporting->plan->rows_max
                                                         : ATTRIBUTES_USUAL;
    return profile->attributes.count < most ? profile->attributes.count : most;
}

/* ---- values ---- */

typedef struct {
    const Profile *profile;
    size_t group;
    const Spread *spread;
} Portrait;

static uint64_t base_count(const Portrait *portrait, const uint64_t *counts)
{
    return counts[subjects_base(&portrait->profile->reporting->subjects)];
}

/* Shares are of those who have the attribute at all; how much larger the segment's is than that of
 * everybody else, which is 0 where there is nobody else. */
static double share_gain(const Portrait *portrait, const SpreadValue *value, double *ret_variance)
{
    const uint64_t *filled = portrait->spread->filled;
    double in = (double)value->counts[portrait->group], all = (double)filled[portrait->group];
    double out = (double)base_count(portrait, value->counts) - in;
    double others = (double)base_count(portrait, filled) - all;
    double own_share = all > 0.0 ? in / all : 0.0, other_share = others > 0.0 ? out / others : 0.0;
    *ret_variance =
        all > 0.0 && others > 0.0 && all + others > 2.0
            ? (in * (1.0 - own_share) + out * (1.0 - other_share)) / (all + others - 2.0)
            : 0.0;
    return own_share - other_share;
}

/* In pooled deviations; nothing when shares are all or nothing. */
static double value_difference(const Portrait *portrait, const SpreadValue *value)
{
    double variance, gain = share_gain(portrait, value, &variance);
    return variance > 0.0 ? gain / sqrt(variance) : (double)NAN;
}

static double value_index(const Portrait *portrait, const SpreadValue *value)
{
    const uint64_t *filled = portrait->spread->filled;
    return share_index(value->counts[portrait->group], filled[portrait->group],
                       base_count(portrait, value->counts), base_count(portrait, filled));
}

typedef struct {
    size_t value;
    double key;
} RankedValue;

static int by_gain(const void *a, const void *b)
{
    const RankedValue *left = a, *right = b;
    if (left->key != right->key) return left->key > right->key ? -1 : 1;
    return left->value < right->value ? -1 : left->value > right->value;
}

/* Intervals of numbers in their order, other values by how much they set the segment apart. */
static RankedValue *rank_values(const Portrait *portrait)
{
    const Spread *spread = portrait->spread;
    RankedValue *ranked =
        ARENA_ARRAY(portrait->profile->reporting->arena, RankedValue, spread->values_count);
    for (size_t i = 0; i < spread->values_count; i++) {
        double variance;
        ranked[i] = (RankedValue){i, fabs(share_gain(portrait, &spread->values[i], &variance))};
    }
    if (!spread->is_number && spread->values_count > 1)
        qsort(ranked, spread->values_count, sizeof *ranked, by_gain);
    return ranked;
}

/* The value that the segment has more often than others, by the largest gain. */
static const SpreadValue *telling_value(const Portrait *portrait)
{
    const SpreadValue *found = NULL;
    double largest = 0.0;
    for (size_t i = 0; i < portrait->spread->values_count; i++) {
        double variance, gain = share_gain(portrait, &portrait->spread->values[i], &variance);
        if (!(gain > largest)) continue;
        largest = gain;
        found = &portrait->spread->values[i];
    }
    return found;
}

static const ReportColumnKind value_columns[] = {
    COLUMN_OF_GROUP, COLUMN_OF_LABEL,      COLUMN_OF_TEXT_VALUE, COLUMN_OF_CUSTOMERS,
    COLUMN_OF_SHARE, COLUMN_OF_BASE_SHARE, COLUMN_OF_INDEX,      COLUMN_OF_DIFFERENCE};

static Status add_value(const Portrait *portrait, const SpreadValue *value, ReportTable *table,
                        Error *err)
{
    const Reporting *reporting = portrait->profile->reporting;
    const ReportGroup *group = &reporting->subjects.groups[portrait->group];
    const uint64_t *filled = portrait->spread->filled;
    ReportRow row = row_begin(table, reporting->arena);
    row_text(&row, group->label);
    row_text(&row, portrait->spread->attribute->label);
    row_text(&row, value->label);
    row_count(&row, value->counts[portrait->group]);
    row_share(&row, (Int128)value->counts[portrait->group], (Int128)filled[portrait->group]);
    row_share(&row, (Int128)base_count(portrait, value->counts),
              (Int128)base_count(portrait, filled));
    row_ratio(&row, value_index(portrait, value));
    row_ratio(&row, value_difference(portrait, value));
    return row_end(&row, rule_and(group->rule, value->condition, reporting->arena), err);
}

static Status add_values(const Portrait *portrait, ReportTable *table, Error *err)
{
    const Spread *spread = portrait->spread;
    RankedValue *ranked = rank_values(portrait);
    for (size_t i = 0; i < spread->values_count && i < VALUES_SHOWN; i++)
        TRY(add_value(portrait, &spread->values[ranked[i].value], table, err));
    return STATUS_OK;
}

/* ---- attributes ---- */

static const ReportColumnKind columns[] = {
    COLUMN_OF_GROUP,      COLUMN_OF_LABEL,       COLUMN_OF_DATA_GROUP,   COLUMN_OF_DISTINCTION,
    COLUMN_OF_MEAN,       COLUMN_OF_MEAN_OTHERS, COLUMN_OF_DIFFERENCE,   COLUMN_OF_TEXT_VALUE,
    COLUMN_OF_INDEX,      COLUMN_OF_CUSTOMERS,   COLUMN_OF_FILLED_SHARE, COLUMN_OF_FILLED_BASE,
    COLUMN_OF_PROBABILITY};

static void put_numbers(const Portrait *portrait, ReportRow *row)
{
    if (!portrait->spread->is_number) {
        row_missing(row);
        row_missing(row);
        row_missing(row);
        return;
    }
    const Moments *in = &portrait->spread->within[portrait->group];
    const Moments *others = &portrait->spread->elsewhere[portrait->group];
    row_ratio(row, in->count > 0.0 ? in->mean : (double)NAN);
    row_ratio(row, others->count > 0.0 ? others->mean : (double)NAN);
    row_ratio(row, standardised_difference(in, others));
}

/* The rule of those who have the attribute; a yes/no has it always. */
static Text filled_rule(const Portrait *portrait, const ReportGroup *group)
{
    const Attribute *attribute = portrait->spread->attribute;
    Arena *arena = portrait->profile->reporting->arena;
    if (attribute->expression->root->type.kind == TYPE_BOOL) return group->rule;
    Text condition = arena_printf(arena, "%.*s is not missing", TEXT_FORMAT(attribute->source));
    return rule_and(group->rule, condition, arena);
}

static Status add_attribute(const Portrait *portrait, const Ranked *ranked, ReportTable *table,
                            Error *err)
{
    const Reporting *reporting = portrait->profile->reporting;
    const ReportGroup *group = &reporting->subjects.groups[portrait->group];
    const Spread *spread = portrait->spread;
    const SpreadValue *telling = telling_value(portrait);
    ReportRow row = row_begin(table, reporting->arena);
    row_text(&row, group->label);
    row_text(&row, spread->attribute->label);
    row_text(&row, spread->attribute->data_group);
    row_ratio(&row, ranked->effect.strength);
    put_numbers(portrait, &row);
    row_text(&row, telling != NULL ? telling->label : TEXT(""));
    row_ratio(&row, telling != NULL ? value_index(portrait, telling) : (double)NAN);
    row_count(&row, spread->filled[portrait->group]);
    row_share(&row, (Int128)spread->filled[portrait->group], (Int128)group->customers_count);
    row_share(&row, (Int128)base_count(portrait, spread->filled),
              (Int128)reporting->report->base_count);
    row_ratio(&row, ranked->effect.probability);
    return row_end(&row, filled_rule(portrait, group), err);
}

static Status add_subject(const Profile *profile, size_t group, ReportTable *table,
                          ReportTable *values, Error *err)
{
    Reporting *reporting = profile->reporting;
    const ReportGroup *about = &reporting->subjects.groups[group];
    Ranked *ranked = rank_attributes(profile, group);
    for (size_t i = 0; i < rows_shown(profile); i++) {
        Portrait portrait = {profile, group, &profile->spreads[ranked[i].attribute]};
        TRY(add_attribute(&portrait, &ranked[i], table, err));
        TRY(add_values(&portrait, values, err));
    }
    bool has_others = about->customers_count < reporting->report->base_count;
    if (has_others && about->customers_count > 0 && !is_distinguishable(profile, ranked))
        report_add_note(reporting->report, NOTE_INDISTINCT, reporting->voice, &about->label, 1);
    return STATUS_OK;
}

/* ---- between the segments ---- */

static const ReportColumnKind separation_columns[] = {COLUMN_OF_LABEL, COLUMN_OF_DATA_GROUP,
                                                      COLUMN_OF_BETWEEN, COLUMN_OF_DISTINCTION,
                                                      COLUMN_OF_PROBABILITY};

static Status add_separation(const Profile *profile, Error *err)
{
    Reporting *reporting = profile->reporting;
    if (reporting->subjects.count < 2) return STATUS_OK;
    ReportTable *table = report_add_table(reporting->report, TABLE_OF_SEPARATION, reporting->voice,
                                          separation_columns,
                                          sizeof separation_columns / sizeof separation_columns[0]);
    Ranked *ranked = rank_attributes(profile, SIZE_MAX);
    for (size_t i = 0; i < rows_shown(profile); i++) {
        const Attribute *attribute = &profile->attributes.items[ranked[i].attribute];
        ReportRow row = row_begin(table, reporting->arena);
        row_text(&row, attribute->label);
        row_text(&row, attribute->data_group);
        row_ratio(&row, ranked[i].effect.raw);
        row_ratio(&row, ranked[i].effect.strength);
        row_ratio(&row, ranked[i].effect.probability);
        TRY(row_end(&row, TEXT(""), err));
    }
    if (!is_distinguishable(profile, ranked))
        report_add_note(reporting->report, NOTE_INDISTINCT_ALL, reporting->voice, NULL, 0);
    return STATUS_OK;
}

static const ReportColumnKind homogeneity_columns[] = {COLUMN_OF_GROUP, COLUMN_OF_SAMPLED,
                                                       COLUMN_OF_SILHOUETTE};

static Status add_silhouette(const Profile *profile, size_t group, const double *each,
                             ReportTable *table, Error *err)
{
    const Reporting *reporting = profile->reporting;
    const Sample *sample = &profile->sample;
    const Subjects *subjects = &reporting->subjects;
    double sum = 0.0;
    uint64_t count = 0;
    bool is_rest = group >= subjects->count;
    for (size_t i = 0; i < sample->count; i++) {
        if (sample->groups[i] != group) continue;
        sum += each[i];
        count++;
    }
    ReportRow row = row_begin(table, reporting->arena);
    row_text(&row, is_rest ? report_word(WORD_OTHERS, reporting->voice.language)
                           : subjects->groups[group].label);
    row_count(&row, count);
    row_ratio(&row, sum / (double)count);
    return row_end(&row, is_rest ? TEXT("") : subjects->groups[group].rule, err);
}

static Status add_homogeneity(const Profile *profile, Error *err)
{
    Reporting *reporting = profile->reporting;
    const Sample *sample = &profile->sample;
    ReportTable *table = report_add_table(
        reporting->report, TABLE_OF_HOMOGENEITY, reporting->voice, homogeneity_columns,
        sizeof homogeneity_columns / sizeof homogeneity_columns[0]);
    double *each = ARENA_ARRAY(reporting->arena, double, sample->count);
    silhouettes(&(Clusters){sample->points, sample->groups, sample->count, sample->dimensions,
                            sample->groups_count},
                each);
    for (size_t group = 0; group < sample->groups_count; group++)
        TRY(add_silhouette(profile, group, each, table, err));
    const Text parts[] = {voice_count(reporting->voice, sample->count)};
    report_add_note(reporting->report, NOTE_SILHOUETTE, reporting->voice, parts, 1);
    return STATUS_OK;
}

/* ---- the report ---- */

static Status tell(const Profile *profile, Error *err)
{
    Reporting *reporting = profile->reporting;
    ReportTable *table = report_add_table(reporting->report, TABLE_OF_PROFILE, reporting->voice,
                                          columns, sizeof columns / sizeof columns[0]);
    ReportTable *values =
        report_add_table(reporting->report, TABLE_OF_VALUES, reporting->voice, value_columns,
                         sizeof value_columns / sizeof value_columns[0]);
    for (size_t group = 0; group < reporting->subjects.count; group++)
        TRY(add_subject(profile, group, table, values, err));
    TRY(add_separation(profile, err));
    TRY(add_homogeneity(profile, err));
    report_add_note(reporting->report, NOTE_PROPERTIES_NOW, reporting->voice, NULL, 0);
    report_note_rows(reporting->report, reporting->voice, rows_shown(profile),
                     profile->attributes.count);
    return STATUS_OK;
}

Status report_profile(Reporting *reporting, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Profile profile = {.reporting = reporting};
    TRY(slots_open(reporting, arena, &profile.slots, err));
    TRY(attributes_list(reporting, &profile.attributes, err));
    draw_sample(&profile);
    TRY(measure(&profile, err));
    return tell(&profile, err);
}
