/* zone.c -- time zones from TZif files (RFC 8536): recorded changes, then the yearly rule.
 *
 * 1. A zone is a row of segments without gaps: [change, next change) has one offset from UTC. After
 *    the last recorded change the footer's rule goes on making segments, two a year.
 * 2. Local time inside a segment grows with UTC, so the first moment with a given wall time is
 * found by walking the segments from one that surely lies before it. */
#include "base/zone.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/zone_rule.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char ZONE_FOLDER[] = "/usr/share/zoneinfo";

enum {
    FILE_SIZE_MAX = 1 << 20,
    NAME_SIZE_MAX = 100,
    HEADER_SIZE = 44,
    OFFSET_SECONDS_MAX = 26 * 3600, /* by the standard less than 26 hours */
    FOLDER_DEPTH_MAX = 3,           /* America/Argentina/Ushuaia */
};

typedef struct {
    int64_t begin_second; /* UTC */
    int32_t offset_seconds;
} Change;

struct Zone {
    Change *changes; /* ascending; the first begins at INT64_MIN */
    size_t changes_count;
    ZoneRule rule; /* what goes on after the last change */
    bool has_rule;
    Arena *arena;
};

/* The six counts of a TZif header. */
typedef struct {
    size_t universal_flags, standard_flags, leap_seconds, changes, types, name_bytes;
} Counts;

static uint32_t load_32(const char *bytes)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 8 | (unsigned char)bytes[i];
    return value;
}

static int64_t load_64(const char *bytes)
{
    return (int64_t)((uint64_t)load_32(bytes) << 32 | load_32(bytes + 4));
}

static Status damaged(const char *what, Error *err)
{
    return error_set(err, STATUS_CORRUPT, "the time zone data is damaged: %s", what);
}

/* Take a header off the front of *rest. */
static Status read_header(Text *rest, Counts *ret_counts, Error *err)
{
    if (rest->size < HEADER_SIZE || !text_starts_with(*rest, TEXT("TZif")))
        return damaged("its header is missing", err);
    if (rest->data[4] < '2') return damaged("its version is older than 2", err);
    size_t counts[6];
    for (size_t i = 0; i < 6; i++)
        counts[i] = load_32(rest->data + 20 + 4 * i);
    *ret_counts = (Counts){counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
    *rest = text_slice(*rest, HEADER_SIZE, rest->size);
    return STATUS_OK;
}

/* Bytes of the block behind a header; no overflow, for the counts have 32 bits. */
static size_t block_size(const Counts *counts, size_t time_size)
{
    return counts->changes * (time_size + 1) + counts->types * 6 + counts->name_bytes +
           counts->leap_seconds * (time_size + 4) + counts->standard_flags +
           counts->universal_flags;
}

static Status take_block(Text *rest, size_t size, Text *ret_block, Error *err)
{
    if (size > rest->size) return damaged("it ends too early", err);
    *ret_block = text_slice(*rest, 0, size);
    *rest = text_slice(*rest, size, rest->size);
    return STATUS_OK;
}

/* Fill zone->changes from a block with 64-bit times. */
static Status read_changes(Zone *zone, const Counts *counts, Text block, Error *err)
{
    const char *times = block.data;
    const char *type_indexes = times + 8 * counts->changes;
    const char *types = type_indexes + counts->changes;
    if (counts->types == 0) return damaged("it has no local time type", err);
    zone->changes_count = counts->changes + 1;
    zone->changes = ARENA_ARRAY(zone->arena, Change, zone->changes_count);
    for (size_t i = 0; i < zone->changes_count; i++) {
        /* Before the first change the first type holds. */
        size_t type = i == 0 ? 0 : (unsigned char)type_indexes[i - 1];
        if (type >= counts->types) return damaged("a change has an unknown type", err);
        Change *change = &zone->changes[i];
        change->begin_second = i == 0 ? INT64_MIN : load_64(times + 8 * (i - 1));
        change->offset_seconds = (int32_t)load_32(types + 6 * type);
        if (abs(change->offset_seconds) >= OFFSET_SECONDS_MAX)
            return damaged("an offset is over 26 hours", err);
        if (i > 1 && change->begin_second <= change[-1].begin_second)
            return damaged("its changes are out of order", err);
    }
    return STATUS_OK;
}

/* The footer is a line between two line breaks; an empty one means that the last offset stays. */
static Status read_footer(Zone *zone, Text footer, Error *err)
{
    bool is_line = footer.size >= 2 && footer.data[0] == '\n';
    const char *end = is_line ? memchr(footer.data + 1, '\n', footer.size - 1) : NULL;
    if (end == NULL) return damaged("its closing rule is missing", err);
    Text line = {footer.data + 1, (size_t)(end - footer.data - 1)};
    if (line.size == 0) return STATUS_OK;
    zone->has_rule = true;
    return zone_rule_parse(line, &zone->rule) ? STATUS_OK
                                              : damaged("its closing rule is not understood", err);
}

static Status read_tzif(Zone *zone, Text content, Error *err)
{
    Counts counts;
    Text block;
    /* The first block repeats the data with 32-bit times, for readers of long ago. */
    TRY(read_header(&content, &counts, err));
    TRY(take_block(&content, block_size(&counts, 4), &block, err));
    TRY(read_header(&content, &counts, err));
    TRY(take_block(&content, block_size(&counts, 8), &block, err));
    if (counts.leap_seconds != 0)
        return error_set(err, STATUS_INVALID,
                         "the time zone counts leap seconds, which is not "
                         "supported; take the one without 'right/'");
    TRY(read_changes(zone, &counts, block, err));
    return read_footer(zone, content, err);
}

Status zone_read(Text tzif, Zone **ret_zone, Error *err)
{
    Zone *zone = MEMORY_NEW(Zone);
    zone->arena = arena_new();
    Status status = read_tzif(zone, tzif, err);
    if (status != STATUS_OK)
        zone_close(zone);
    else
        *ret_zone = zone;
    return status;
}

/* Letters, digits and _ + - / only: that leaves out '..', files with an extension and NUL. */
static bool is_zone_name(Text name)
{
    if (name.size == 0 || name.size > NAME_SIZE_MAX || name.data[0] == '/') return false;
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.data[i];
        bool is_letter = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
        bool is_other = (byte >= '0' && byte <= '9') || (byte != '\0' && strchr("_+-/", byte));
        if (!is_letter && !is_other) return false;
    }
    return true;
}

/* Offer every zone under `folder`, whose name within ZONE_FOLDER is `prefix`. */
static void offer_zones(Nearest *nearest, const char *prefix, int depth, Arena *arena)
{
    DIR *directory = opendir(arena_printf(arena, "%s/%s", ZONE_FOLDER, prefix).data);
    if (directory == NULL) return;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        /* Zones and their folders begin with a capital; 'posix' and 'right' repeat them all. */
        if (entry->d_name[0] < 'A' || entry->d_name[0] > 'Z') continue;
        Text name = arena_printf(arena, "%s%s", prefix, entry->d_name);
        if (entry->d_type != DT_DIR)
            nearest_offer(nearest, name);
        else if (depth < FOLDER_DEPTH_MAX)
            offer_zones(nearest, arena_printf(arena, "%s/", name.data).data, depth + 1, arena);
    }
    closedir(directory);
}

static Status no_such_zone(Text name, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    Nearest nearest = nearest_begin(name);
    Text found;
    offer_zones(&nearest, "", 1, scratch);
    if (nearest_found(&nearest, &found))
        return error_set(err, STATUS_NOT_FOUND, "no time zone '%.*s'; did you mean '%.*s'?",
                         TEXT_FORMAT(name), TEXT_FORMAT(found));
    return error_set(err, STATUS_NOT_FOUND, "no time zone '%.*s'; names look like 'Europe/Moscow'",
                     TEXT_FORMAT(name));
}

Status zone_open(Text name, Zone **ret_zone, Error *err)
{
    if (!is_zone_name(name)) return no_such_zone(name, err);
    AUTO(arena_done) Arena *scratch = arena_new();
    const char *path = arena_printf(scratch, "%s/%.*s", ZONE_FOLDER, TEXT_FORMAT(name)).data;
    if (!file_exists(path) || file_is_directory(path)) return no_such_zone(name, err);
    Text content;
    TRY(file_read(path, FILE_SIZE_MAX, scratch, &content, err));
    return zone_read(content, ret_zone, err);
}

void zone_close(Zone *zone)
{
    if (zone == NULL) return;
    arena_free(zone->arena);
    free(zone);
}

void zone_done(Zone **zone)
{
    zone_close(*zone);
    *zone = NULL;
}

/* The segment holding a UTC second (1); `begin` is exact only where the caller needs no more. */
static ZoneSegment segment_at(const Zone *zone, int64_t utc_second)
{
    size_t low = 0, high = zone->changes_count; /* changes[low] begins at or before the second */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->changes[middle].begin_second <= utc_second)
            low = middle;
        else
            high = middle;
    }
    bool is_recorded = high < zone->changes_count;
    if (!is_recorded && zone->has_rule) return zone_rule_segment(&zone->rule, utc_second);
    return (ZoneSegment){
        .offset_seconds = zone->changes[low].offset_seconds,
        .end_second = is_recorded ? zone->changes[high].begin_second : INT64_MAX,
    };
}

/* Keeps sums with offsets within 64 bits; some 290 billion years. */
static int64_t clamp_second(int64_t second)
{
    const int64_t second_max = INT64_MAX - 4 * OFFSET_SECONDS_MAX;
    return second > second_max ? second_max : second < -second_max ? -second_max : second;
}

Moment zone_local(const Zone *zone, int64_t utc_second)
{
    int64_t second = clamp_second(utc_second);
    return (Moment){second + segment_at(zone, second).offset_seconds};
}

int64_t zone_utc(const Zone *zone, Moment local)
{
    int64_t wanted = clamp_second(local.second);
    int64_t second = wanted - OFFSET_SECONDS_MAX;
    for (;;) {
        ZoneSegment segment = segment_at(zone, second);
        int64_t candidate = wanted - segment.offset_seconds;
        /* Already later when the segment begins: the wall time was jumped over. */
        if (candidate <= second) return second;
        if (candidate < segment.end_second) return candidate;
        second = segment.end_second;
    }
}
