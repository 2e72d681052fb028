/* overview.c -- all segments side by side as JSON. */
#include "reply/overview.h"

#include "reply/fields.h"

/* ---- overlap ---- */

static void put_name(JsonWriter *writer, const Segment *segment)
{
    field_text(writer, "segment", segment->card.code);
    field_text(writer, "name", segment->card.name);
}

static void put_pair(JsonWriter *writer, const SegmentSets *sets, const SegmentOverlap *pair)
{
    json_begin(writer, '{');
    field_text(writer, "a", sets->segments[pair->first]->card.code);
    field_text(writer, "a_name", sets->segments[pair->first]->card.name);
    field_text(writer, "b", sets->segments[pair->second]->card.code);
    field_text(writer, "b_name", sets->segments[pair->second]->card.name);
    field_count(writer, "common", pair->common_count);
    field_share(writer, "share_of_a", pair->common_count, pair->first_count);
    field_share(writer, "share_of_b", pair->common_count, pair->second_count);
    field_ratio(writer, "jaccard", segment_overlap_jaccard(pair));
    json_end(writer, '}');
}

static void put_region(JsonWriter *writer, const SegmentSets *sets, const SegmentRegion *region)
{
    json_begin(writer, '{');
    json_key(writer, "segments");
    json_begin(writer, '[');
    for (size_t i = 0; i < sets->count; i++)
        if (region->members >> i & 1) json_text(writer, sets->segments[i]->card.code);
    json_end(writer, ']');
    field_count(writer, "count", region->count);
    field_count(writer, "exact_count", region->exact_count);
    json_end(writer, '}');
}

static void put_regions(JsonWriter *writer, const SegmentSets *sets, const OverlapReply *overlap)
{
    uint64_t in_all = 0;
    uint32_t all = (uint32_t)((UINT64_C(1) << sets->count) - 1);
    json_key(writer, "combinations");
    json_begin(writer, '[');
    for (size_t i = 0; i < overlap->regions_count; i++) {
        put_region(writer, sets, &overlap->regions[i]);
        if (overlap->regions[i].members == all) in_all = overlap->regions[i].count;
    }
    json_end(writer, ']');
    field_count(writer, "in_all", in_all);
}

void reply_overlap(JsonWriter *writer, const SegmentSets *sets, const OverlapReply *overlap)
{
    json_begin(writer, '{');
    field_count(writer, "base", sets->base_count);
    json_key(writer, "segments");
    json_begin(writer, '[');
    for (size_t i = 0; i < sets->count; i++) {
        json_begin(writer, '{');
        put_name(writer, sets->segments[i]);
        field_count(writer, "size", sets->counts[i]);
        field_text_or_null(writer, "trouble", sets->failures[i]);
        json_end(writer, '}');
    }
    json_end(writer, ']');
    json_key(writer, "pairs");
    json_begin(writer, '[');
    for (size_t i = 0; i < overlap->pairs_count; i++)
        put_pair(writer, sets, &overlap->pairs[i]);
    json_end(writer, ']');
    if (overlap->regions != NULL) put_regions(writer, sets, overlap);
    json_end(writer, '}');
}

/* ---- coverage ---- */

void reply_coverage(JsonWriter *writer, const SegmentSets *sets, const SegmentCoverage *coverage)
{
    uint64_t in_one = sets->count > 0 ? coverage->counts[1] : 0;
    json_begin(writer, '{');
    field_count(writer, "base", sets->base_count);
    field_count(writer, "in_none", coverage->counts[0]);
    field_count(writer, "in_one", in_one);
    field_count(writer, "in_several", sets->base_count - coverage->counts[0] - in_one);
    json_key(writer, "counts");
    json_begin(writer, '[');
    for (size_t k = 0; k <= coverage->most; k++)
        json_count(writer, coverage->counts[k]);
    json_end(writer, ']');
    json_end(writer, '}');
}

/* ---- bands ---- */

static void put_band(JsonWriter *writer, const Band *band, const Segment *const *segments,
                     Voice voice)
{
    json_begin(writer, '{');
    put_name(writer, segments[band->rule]);
    field_text(writer, "values", ranges_say(band->values, voice.language, voice.arena));
    field_text(writer, "rule", segments[band->rule]->card.rule);
    json_end(writer, '}');
}

static void put_overlap(JsonWriter *writer, const BandOverlap *overlap,
                        const Segment *const *segments, Voice voice)
{
    json_begin(writer, '{');
    field_text(writer, "a", segments[overlap->first]->card.code);
    field_text(writer, "b", segments[overlap->second]->card.code);
    field_text(writer, "values", ranges_say(overlap->values, voice.language, voice.arena));
    json_end(writer, '}');
}

static void put_gap(JsonWriter *writer, const BandGap *gap)
{
    json_begin(writer, '{');
    field_text(writer, "from", gap->low);
    field_text(writer, "to", gap->high);
    json_end(writer, '}');
}

static void put_subject(JsonWriter *writer, const BandedSubject *subject,
                        const Segment *const *segments, Voice voice)
{
    json_begin(writer, '{');
    field_text(writer, "expression", subject->expression);
    json_key(writer, "bands");
    json_begin(writer, '[');
    for (size_t i = 0; i < subject->bands_count; i++)
        put_band(writer, &subject->bands[i], segments, voice);
    json_end(writer, ']');
    json_key(writer, "overlaps");
    json_begin(writer, '[');
    for (size_t i = 0; i < subject->overlaps_count; i++)
        put_overlap(writer, &subject->overlaps[i], segments, voice);
    json_end(writer, ']');
    json_key(writer, "gaps");
    json_begin(writer, '[');
    for (size_t i = 0; i < subject->gaps_count; i++)
        put_gap(writer, &subject->gaps[i]);
    json_end(writer, ']');
    field_text_or_null(writer, "nothing_below", subject->lowest);
    field_text_or_null(writer, "nothing_above", subject->highest);
    json_end(writer, '}');
}

void reply_bands(JsonWriter *writer, const SegmentBands *bands, Voice voice)
{
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < bands->count; i++)
        put_subject(writer, &bands->subjects[i], bands->segments, voice);
    json_end(writer, ']');
    json_end(writer, '}');
}

/* ---- health ---- */

static void put_summary(JsonWriter *writer, const HealthSummary *summary)
{
    json_key(writer, "summary");
    json_begin(writer, '{');
    field_count(writer, "segments", summary->segments_count);
    field_count(writer, "general", summary->general_count);
    field_count(writer, "bans", summary->ban_count);
    field_count(writer, "healthy", summary->healthy_count);
    field_count(writer, "used", summary->used_count);
    field_count(writer, "stale", summary->stale_count);
    field_count(writer, "smallest", summary->smallest);
    field_count(writer, "largest", summary->largest);
    field_count(writer, "base", summary->base_count);
    field_count(writer, "in_none", summary->in_none);
    field_count(writer, "in_one", summary->in_one);
    field_count(writer, "in_several", summary->in_several);
    json_end(writer, '}');
}

static void put_finding(JsonWriter *writer, const HealthFinding *finding, Voice voice)
{
    const Segment *segment = finding->segment;
    json_begin(writer, '{');
    field_code(writer, "kind", health_code(finding->kind));
    field_text_or_null(writer, "segment", segment != NULL ? segment->card.code : TEXT(""));
    field_text_or_null(writer, "name", segment != NULL ? segment->card.name : TEXT(""));
    if (finding->other != NULL) field_text(writer, "other", finding->other->card.code);
    field_text(writer, "sentence", health_sentence(finding, voice));
    field_text(writer, "advice", health_advice(finding->kind, voice.language));
    json_key(writer, "numbers");
    json_begin(writer, '[');
    for (size_t i = 0; i < 3; i++)
        json_count(writer, finding->numbers[i]);
    json_end(writer, ']');
    json_end(writer, '}');
}

void reply_health(JsonWriter *writer, const HealthReport *report, Voice voice)
{
    json_begin(writer, '{');
    put_summary(writer, &report->summary);
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < report->findings_count; i++)
        put_finding(writer, &report->findings[i], voice);
    json_end(writer, ']');
    json_end(writer, '}');
}

/* ---- settings ---- */

typedef struct {
    const char *name;
    Text value, usual, may_be, meaning;
} SettingReply;

static void put_setting(JsonWriter *writer, const SettingReply *setting)
{
    json_begin(writer, '{');
    field_code(writer, "name", setting->name);
    field_text(writer, "value", setting->value);
    field_text(writer, "default", setting->usual);
    field_text(writer, "may_be", setting->may_be);
    field_text(writer, "description", setting->meaning);
    json_end(writer, '}');
}

void reply_settings(JsonWriter *writer, const Settings *organisation,
                    const SegmentSettings *settings, Voice voice)
{
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (OrganisationSetting one = 0; one < ORGANISATION_COUNT; one++)
        put_setting(writer,
                    &(SettingReply){organisation_name(one), organisation_value(one, organisation),
                                    TEXT(""), organisation_may_be(one, voice.language),
                                    organisation_meaning(one, voice.language)});
    for (SegmentSetting one = 0; one < SEGMENT_SETTING_COUNT; one++) {
        int64_t usual = segment_setting_default(one);
        put_setting(writer,
                    &(SettingReply){segment_setting_name(one),
                                    segment_setting_print(one, settings->values[one], voice.arena),
                                    segment_setting_print(one, usual, voice.arena),
                                    segment_setting_range(one, voice.arena),
                                    segment_setting_meaning(one, voice.language)});
    }
    json_end(writer, ']');
    json_end(writer, '}');
}
