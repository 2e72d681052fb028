/* cmd_overview.c -- kohorta segment overlap, coverage, bands, and kohorta health: all segments side
 * by side. */
#include "cli/commands.h"

#include "app/overview.h"
#include "cli/diagnose.h"
#include "cli/labels.h"
#include "reply/overview.h"

static const Type text_type = {.kind = TYPE_TEXT};
static const Type count_type = {.kind = TYPE_DECIMAL};
static const Type percent_type = {.kind = TYPE_DECIMAL, .scale = 1};

/* Tenths of a percent. */
static Value percent(uint64_t part, uint64_t whole)
{
    if (whole == 0) return value_missing();
    return value_decimal((int64_t)((double)part * 1000 / (double)whole + 0.5));
}

static Value count_value(uint64_t count)
{
    return value_decimal((int64_t)count);
}

/* The data as they are, for reading; the first arguments are names of segments. */
static Status open_view(Invocation *invocation, App **ret_app, AppWork *ret_work,
                        SegmentsView *ret_view, Error *err)
{
    size_t count = invocation->arguments_count;
    Text *names = ARENA_ARRAY(invocation->arena, Text, count);
    for (size_t i = 0; i < count; i++)
        names[i] = invocation_argument(invocation, i);
    TRY(invocation_open(invocation, STORE_READ, ret_app, err));
    TRY(app_work_begin(*ret_app, invocation_author(invocation), &invocation->progress, ret_work,
                       err));
    SegmentsQuery query = {.names = names, .count = count};
    return app_view_segments(ret_work, &query, invocation->arena, ret_view, err);
}

/* ---- overlap ---- */

typedef struct {
    OptionCount limit;
} OverlapOptions;

static const Option overlap_options[] = {
    OPTION(OverlapOptions, limit, COUNT, "limit", "N", "at most so many pairs (all)"),
};

static Status pairs_as_table(Invocation *invocation, Language language, const SegmentSets *sets,
                             const OverlapReply *overlap, Error *err)
{
    const OutputColumn columns[] = {
        {TEXT("a"), label_get(LABEL_FIRST_SEGMENT, language), text_type},
        {TEXT("b"), label_get(LABEL_SECOND_SEGMENT, language), text_type},
        {TEXT("common"), label_get(LABEL_COMMON, language), count_type},
        {TEXT("share_of_a"), label_get(LABEL_SHARE_OF_FIRST, language), percent_type},
        {TEXT("share_of_b"), label_get(LABEL_SHARE_OF_SECOND, language), percent_type},
        {TEXT("jaccard"), label_get(LABEL_ALIKENESS, language), percent_type},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done)
    Output *output = output_open(format, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < overlap->pairs_count; i++) {
        const SegmentOverlap *pair = &overlap->pairs[i];
        uint64_t common = pair->common_count;
        const Value values[] = {value_text(sets->segments[pair->first]->card.name),
                                value_text(sets->segments[pair->second]->card.name),
                                count_value(common),
                                percent(common, pair->first_count),
                                percent(common, pair->second_count),
                                percent(common, pair->first_count + pair->second_count - common)};
        output_row(output, values);
    }
    return output_close(output, err);
}

static Text combination(const SegmentSets *sets, uint32_t members, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    for (size_t i = 0; i < sets->count; i++) {
        if ((members >> i & 1) == 0) continue;
        if (out.size > 0) buffer_cstr(&out, " & ");
        buffer_text(&out, sets->segments[i]->card.name);
    }
    return arena_text(arena, buffer_view(&out));
}

static Status regions_as_table(Invocation *invocation, Language language, const SegmentSets *sets,
                               const OverlapReply *overlap, Error *err)
{
    const OutputColumn columns[] = {
        {TEXT("combination"), label_get(LABEL_COMBINATION, language), text_type},
        {TEXT("count"), label_get(LABEL_CUSTOMERS, language), count_type},
        {TEXT("exact_count"), label_get(LABEL_ONLY_THESE, language), count_type},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done) Output *output = output_open(format, columns, 3);
    for (size_t i = 0; i < overlap->regions_count; i++) {
        const SegmentRegion *region = &overlap->regions[i];
        const Value values[] = {value_text(combination(sets, region->members, invocation->arena)),
                                count_value(region->count), count_value(region->exact_count)};
        output_row(output, values);
    }
    return output_close(output, err);
}

/* One named: it against all the others. Several: among themselves, with their combinations. */
static Status count_overlap(Invocation *invocation, const OverlapOptions *chosen, AppWork *work,
                            SegmentsView *view, OverlapReply *reply, Error *err)
{
    Arena *arena = invocation->arena;
    SegmentOverlap *pairs = NULL;
    SegmentRegion *regions = NULL;
    size_t against = SIZE_MAX;
    if (invocation->arguments_count == 1) {
        const Segment *one = view->segments[0];
        segments_view_done(view);
        TRY(app_view_segments(work, &(SegmentsQuery){0}, arena, view, err));
        for (size_t i = 0; i < view->count; i++)
            if (view->segments[i] == one) against = i;
        if (against == SIZE_MAX)
            return error_set(err, STATUS_CONFLICT,
                             "'%.*s' is no general segment in use; name it with the others",
                             TEXT_FORMAT(one->card.name));
    }
    TRY(segment_overlaps(&view->sets, against, arena, &pairs, &reply->pairs_count, err));
    if (invocation->arguments_count > 1)
        TRY(segment_regions(&view->sets, arena, &regions, &reply->regions_count, err));
    size_t pairs_max = rows_chosen(chosen->limit, ROWS_ALL);
    if (reply->pairs_count > pairs_max) reply->pairs_count = pairs_max;
    reply->pairs = pairs;
    reply->regions = regions;
    return STATUS_OK;
}

static Status run_overlap(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    AUTO(segments_view_done) SegmentsView view = {0};
    OverlapReply reply = {0};
    TRY(open_view(invocation, &app, &work, &view, err));
    TRY(count_overlap(invocation, given, &work, &view, &reply, err));
    if (invocation->common.is_json) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        reply_overlap(&writer, &view.sets, &reply);
        invocation_json(invocation, &buffer);
        return STATUS_OK;
    }
    Language language = app_language(app);
    TRY(pairs_as_table(invocation, language, &view.sets, &reply, err));
    if (reply.regions == NULL) return STATUS_OK;
    invocation_say(invocation, "%s", "");
    return regions_as_table(invocation, language, &view.sets, &reply, err);
}

const Command command_segment_overlap = {
    .name = "segment overlap",
    .arguments = "[NAME...]",
    .summary = "how many customers segments have in common",
    .details = "Without names: all pairs of general segments. One name: it against all the\n"
               "others. Several: their pairs and all their combinations. Exact counts; dynamic\n"
               "segments are evaluated now.",
    .options = overlap_options,
    .options_count = sizeof overlap_options / sizeof overlap_options[0],
    .options_size = sizeof(OverlapOptions),
    .arguments_max = ARGUMENTS_ANY,
    .run = run_overlap,
};

/* ---- coverage ---- */

typedef struct {
    bool is_list;
    OptionCount limit;
} CoverageOptions;

static const Option coverage_options[] = {
    OPTION(CoverageOptions, is_list, FLAG, "list", NULL, "list the customers in no segment"),
    OPTION(CoverageOptions, limit, COUNT, "limit", "N", "at most so many of them (all)"),
};

static Status coverage_as_table(Invocation *invocation, Language language, const SegmentsView *view,
                                const SegmentCoverage *coverage, Error *err)
{
    const OutputColumn columns[] = {
        {TEXT("segments"), label_get(LABEL_SEGMENTS_HELD, language), count_type},
        {TEXT("customers"), label_get(LABEL_CUSTOMERS, language), count_type},
        {TEXT("share"), label_get(LABEL_SHARE, language), percent_type},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done) Output *output = output_open(format, columns, 3);
    for (size_t k = 0; k <= coverage->most; k++) {
        const Value values[] = {count_value(k), count_value(coverage->counts[k]),
                                percent(coverage->counts[k], view->sets.base_count)};
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status list_uncovered(Invocation *invocation, App *app, const CoverageOptions *chosen,
                             const CustomerSet *customers, Error *err)
{
    Language language = app_language(app);
    CustomerSummary *list = NULL;
    size_t count = 0;
    PageQuery query = {
        .customers = customers, .after = TEXT(""), .limit = rows_chosen(chosen->limit, ROWS_ALL)};
    TRY(app_list_customers_of(app, query, invocation->arena, &list, &count, err));
    const OutputColumn columns[] = {
        {TEXT("code"), label_get(LABEL_CODE, language), text_type},
        {TEXT("name"), label_get(LABEL_NAME, language), text_type},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done) Output *output = output_open(format, columns, 2);
    for (size_t i = 0; i < count; i++) {
        const Value values[] = {value_text(list[i].code), value_text(list[i].name)};
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status tell_coverage(Invocation *invocation, App *app, const CoverageOptions *chosen,
                            const SegmentsView *view, const SegmentCoverage *coverage, Error *err)
{
    if (chosen->is_list) return list_uncovered(invocation, app, chosen, &coverage->in_none, err);
    if (!invocation->common.is_json)
        return coverage_as_table(invocation, app_language(app), view, coverage, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_coverage(&writer, &view->sets, coverage);
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

static Status run_coverage(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    AUTO(segments_view_done) SegmentsView view = {0};
    SegmentCoverage coverage;
    TRY(open_view(invocation, &app, &work, &view, err));
    TRY(segment_coverage(&view.sets, invocation->arena, &coverage, err));
    Status status = tell_coverage(invocation, app, given, &view, &coverage, err);
    customer_set_free(&coverage.in_none);
    return status;
}

const Command command_segment_coverage = {
    .name = "segment coverage",
    .arguments = "[NAME...]",
    .summary = "how many customers are in no segment, in one, in several",
    .details = "Of all general segments, or of those that are named.",
    .options = coverage_options,
    .options_count = sizeof coverage_options / sizeof coverage_options[0],
    .options_size = sizeof(CoverageOptions),
    .arguments_max = ARGUMENTS_ANY,
    .run = run_coverage,
};

/* ---- bands ---- */

static void say(Invocation *invocation, const char *indent, Text text)
{
    invocation_say(invocation, "%s%.*s", indent, TEXT_FORMAT(text));
}

static void tell_subject(Invocation *invocation, const BandedSubject *subject,
                         const Segment **segments, Voice voice)
{
    static const char indent[] = "  ";
    say(invocation, "", subject->expression);
    for (size_t i = 0; i < subject->bands_count; i++)
        say(invocation, indent,
            LABEL_SAY(voice, BAND_VALUES, segments[subject->bands[i].rule]->card.name,
                      ranges_say(subject->bands[i].values, voice.language, voice.arena)));
    for (size_t i = 0; i < subject->overlaps_count; i++)
        say(invocation, indent,
            LABEL_SAY(voice, BAND_OVERLAP,
                      ranges_say(subject->overlaps[i].values, voice.language, voice.arena),
                      segments[subject->overlaps[i].first]->card.name,
                      segments[subject->overlaps[i].second]->card.name));
    for (size_t i = 0; i < subject->gaps_count; i++)
        say(invocation, indent,
            LABEL_SAY(voice, BAND_GAP, subject->gaps[i].low, subject->gaps[i].high));
    if (subject->lowest.size > 0)
        say(invocation, indent, LABEL_SAY(voice, BAND_BELOW, subject->lowest));
    if (subject->highest.size > 0)
        say(invocation, indent, LABEL_SAY(voice, BAND_ABOVE, subject->highest));
}

static Status run_bands(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    SegmentBands bands;
    Arena *arena = invocation->arena;
    Text expression = invocation_argument(invocation, 0);
    Diagnostics diagnostics = diagnostics_new(arena);
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    Voice voice = {arena, app_language(app)};
    if (app_segment_bands(app, expression, arena, &bands, &diagnostics, err) != STATUS_OK) {
        diagnose(invocation, &diagnostics, expression, voice.language);
        err->message[0] = '\0';
        return STATUS_INVALID;
    }
    if (invocation->common.is_json) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        reply_bands(&writer, &bands, voice);
        invocation_json(invocation, &buffer);
        return STATUS_OK;
    }
    for (size_t i = 0; i < bands.count; i++)
        tell_subject(invocation, &bands.subjects[i], bands.segments, voice);
    if (bands.count == 0) say(invocation, "", label_get(LABEL_BANDS_NONE, voice.language));
    return STATUS_OK;
}

const Command command_segment_bands = {
    .name = "segment bands",
    .arguments = "['EXPRESSION']",
    .summary = "segments that divide one number: where they overlap, what none covers",
    .details = "Looks into the rules of all segments. With an expression only at its bands:\n"
               "  kohorta segment bands '`Площадь магазина`'",
    .arguments_max = 1,
    .run = run_bands,
};

/* ---- health ---- */

static Status findings_as_table(Invocation *invocation, const HealthReport *report, Voice voice,
                                Error *err)
{
    Language language = voice.language;
    const OutputColumn columns[] = {
        {TEXT("segment"), label_get(LABEL_SEGMENT, language), text_type},
        {TEXT("sentence"), label_get(LABEL_FINDING, language), text_type},
        {TEXT("advice"), label_get(LABEL_ADVICE, language), text_type},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done) Output *output = output_open(format, columns, 3);
    for (size_t i = 0; i < report->findings_count; i++) {
        const HealthFinding *finding = &report->findings[i];
        Text whose = finding->segment != NULL ? finding->segment->card.name
                                              : label_get(LABEL_ALL_SEGMENTS, language);
        const Value values[] = {value_text(whose), value_text(health_sentence(finding, voice)),
                                value_text(health_advice(finding->kind, language))};
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status tell_health(Invocation *invocation, const HealthReport *report, Voice voice,
                          Error *err)
{
    const HealthSummary *summary = &report->summary;
    const uint64_t numbers[] = {
        summary->segments_count, summary->healthy_count, summary->used_count, summary->stale_count,
        summary->smallest,       summary->largest,       summary->base_count, summary->in_none,
        summary->in_one,         summary->in_several};
    enum { NUMBERS = sizeof numbers / sizeof numbers[0] };
    Text parts[NUMBERS];
    for (size_t i = 0; i < NUMBERS; i++)
        parts[i] = voice_count(voice, numbers[i]);
    say(invocation, "", label_say(LABEL_HEALTH_SUMMARY, voice, parts, NUMBERS));
    if (report->findings_count == 0) return STATUS_OK;
    return findings_as_table(invocation, report, voice, err);
}

static Status run_health(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    HealthReport report;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(app_work_begin(app, invocation_author(invocation), &invocation->progress, &work, err));
    TRY(segments_health(&work.forming, invocation->arena, &report, err));
    Voice voice = {invocation->arena, app_language(app)};
    if (!invocation->common.is_json) return tell_health(invocation, &report, voice, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_health(&writer, &report, voice);
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

const Command command_health = {
    .name = "health",
    .arguments = "",
    .summary = "which segments need care, with numbers and advice",
    .details = "Stale, failing, too general, too small, alike, without goal, use or results, on\n"
               "incomplete data. The thresholds are settings: kohorta settings list.",
    .run = run_health,
};
