/* test_file.c -- images as files: what is not whole and true is CORRUPT, whatever the bytes are. */
#include "base/file.h"
#include "columns/attach.h"
#include "columns/build.h"
#include "columns/crowd.h"
#include "columns/tasks.h"
#include "harness/harness.h"

#include <stdatomic.h>
#include <string.h>

static const BuildLimits FEW_TEXTS = {
    .sorted_texts_always = 20, .sorted_texts_max = 60, .repeats_min = 4};

static const char *path_of(Arena *arena, const char *name)
{
    return arena_printf(arena, "%s/%s", harness_temporary_dir(), name).data;
}

static Crowd small_crowd(Arena *arena)
{
    Random random = random_seeded(harness_seed());
    CrowdPlan plan = {.customers_count = 30,
                      .items_count = 5,
                      .events_max = 6,
                      .missing = 0.2,
                      .texts_count = 15};
    Crowd crowd = crowd_random(&random, &plan, arena);
    /* whatever the seed: few texts, of which two fold alike, and numbers of which some are missing
     */
    for (size_t i = 0; i < crowd.rows_count; i++) {
        Text text = i % 2 == 0 ? TEXT("ель") : TEXT("Ель");
        bool is_missing = i % 5 == 0;
        *crowd_value(&crowd, i, "enum") = is_missing ? value_missing() : value_text(text);
        *crowd_value(&crowd, i, "number") =
            is_missing ? value_missing() : value_decimal((int64_t)i);
        *crowd_value(&crowd, i, "path") =
            value_text(arena_printf(arena, "000000000000000000%zu", i));
    }
    /* and a customer with more texts of his own than a byte counts, some of them folding alike */
    EventRow *events = crowd_events(&crowd, 3, 0, 600);
    for (size_t i = 0; i < 600; i++)
        *crowd_field(&crowd, &events[i], 0, PROPERTY_TEXT) =
            value_text(arena_printf(arena, "%s %zu", i % 2 == 0 ? "Ё" : "е", i % 300 / 2));
    return crowd;
}

/* The bytes of a small image with dictionaries of both kinds, and its layout. */
typedef struct {
    unsigned char *bytes;
    size_t size_bytes;
    Layout layout;
} Bytes;

static Bytes small_image(Arena *arena)
{
    Bytes bytes = {0};
    Error err = {0};
    Crowd crowd = small_crowd(arena);
    ImageInput input = crowd_input(&crowd, 1, arena);
    AUTO(image_done) Image *image = NULL;
    EXPECT_OK(build_in_memory(&input, FEW_TEXTS, NULL, &image, &err), &err);
    bytes.size_bytes = image->size_bytes;
    bytes.bytes = arena_alloc(arena, bytes.size_bytes);
    memcpy(bytes.bytes, image->bytes, bytes.size_bytes);
    EXPECT_OK(verify_tables(bytes.bytes, bytes.size_bytes, arena, &bytes.layout, &err), &err);
    return bytes;
}

/* The bytes as a file would map them: thousands of files would take most of the time here. */
static Status attach(const unsigned char *bytes, size_t size_bytes, Image **ret_image, Error *err)
{
    unsigned char *copy = NULL;
    TRY(image_memory(size_bytes, &copy, err));
    memcpy(copy, bytes, size_bytes);
    return image_attach(copy, size_bytes, false, ret_image, err);
}

static Status open_bytes(const unsigned char *bytes, size_t size_bytes, Error *err)
{
    AUTO(image_done) Image *image = NULL;
    return attach(bytes, size_bytes, &image, err);
}

static void expect_corrupt(const unsigned char *bytes, size_t size_bytes, size_t place)
{
    Error err = {0};
    Status status = open_bytes(bytes, size_bytes, &err);
    if (status != STATUS_CORRUPT)
        harness_fail(__FILE__, __LINE__, "damage at %zu gave %s %s", place, status_name(status),
                     err.message);
}

TEST(file_holds_what_memory_holds)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = small_crowd(arena);
    const char *path = path_of(arena, "image");
    Error err = {0};
    for (size_t sources_count = 1; sources_count <= 2; sources_count++) {
        AUTO(image_done) Image *memory = NULL, *trusted = NULL, *verified = NULL;
        ImageInput input = crowd_input(&crowd, sources_count, arena);
        EXPECT_OK(image_build(path, &input, NULL, &err), &err);
        EXPECT_OK(image_build_memory(&input, NULL, &memory, &err), &err);
        EXPECT_OK(image_open(path, true, &trusted, &err), &err);
        EXPECT_OK(image_open(path, false, &verified, &err), &err);
        REQUIRE(memory != NULL && trusted != NULL && verified != NULL);
        crowd_expect_image(&crowd, trusted);
        crowd_expect_image(&crowd, verified);
        REQUIRE(memory->size_bytes == verified->size_bytes);
        EXPECT(memcmp(memory->bytes, verified->bytes, memory->size_bytes) == 0);
    }
}

TEST(new_image_takes_the_place_of_the_old_one_or_leaves_it)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = small_crowd(arena);
    const char *path = path_of(arena, "image");
    const char *path_new = path_of(arena, "image.new");
    Error err = {0};
    ImageInput input = crowd_input(&crowd, 2, arena);
    /* what a crash left behind is in nobody's way */
    EXPECT_OK(file_write_atomic(path_new, TEXT("left behind"), &err), &err);
    EXPECT_OK(image_build(path, &input, NULL, &err), &err);
    EXPECT(file_exists(path) && !file_exists(path_new));
    AUTO(image_done) Image *old = NULL;
    EXPECT_OK(image_open(path, false, &old, &err), &err);
    *crowd_value(&crowd, 20, "number") = value_decimal(DECIMAL_MANTISSA_MAX + 1);
    EXPECT_STATUS(image_build(path, &input, NULL, &err), STATUS_LIMIT, &err);
    EXPECT(!file_exists(path_new));
    *crowd_value(&crowd, 20, "number") = value_missing();
    EXPECT_OK(image_build(path, &input, NULL, &err), &err);
    AUTO(image_done) Image *new = NULL;
    EXPECT_OK(image_open(path, false, &new, &err), &err);
    /* the old one stays readable while it is mapped */
    EXPECT(image_customers_count(old) == image_customers_count(new));
    EXPECT_STATUS(image_build(path_of(arena, "no/folder"), &input, NULL, &err), STATUS_NOT_FOUND,
                  &err);
}

TEST(files_that_are_no_images_are_refused)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error err = {0};
    Image *image = NULL;
    EXPECT_STATUS(image_open(path_of(arena, "absent"), false, &image, &err), STATUS_NOT_FOUND,
                  &err);
    EXPECT_STATUS(image_open(harness_temporary_dir(), false, &image, &err), STATUS_INVALID, &err);
    static const size_t sizes[] = {0, 100, 127, 128, 4096};
    static const char zeros[4096];
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const char *path = path_of(arena, "zeros");
        EXPECT_OK(file_write_atomic(path, (Text){zeros, sizes[i]}, &err), &err);
        EXPECT_STATUS(image_open(path, false, &image, &err), STATUS_CORRUPT, &err);
    }
}

TEST(older_and_newer_versions_are_named)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Bytes image = small_image(arena);
    Error err = {0};
    FormatHeader header = image.layout.header;
    header.version = 0;
    header.header_checksum = header_checksum(&header);
    memcpy(image.bytes, &header, sizeof header);
    EXPECT_STATUS(open_bytes(image.bytes, image.size_bytes, &err), STATUS_CORRUPT, &err);
    EXPECT_TEXT(text_of(err.message), "the image has version 0, this program reads 4");
}

TEST(cut_file_is_refused_wherever_it_was_cut)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Bytes image = small_image(arena);
    for (size_t i = 0; i < image.layout.header.sections_count; i++) {
        size_t begin = image.layout.sections[i].offset;
        expect_corrupt(image.bytes, begin, begin);
        expect_corrupt(image.bytes, begin + 1, begin + 1);
        expect_corrupt(image.bytes, begin + image.layout.sections[i].size, begin);
    }
    expect_corrupt(image.bytes, image.size_bytes - 1, image.size_bytes);
    expect_corrupt(image.bytes, sizeof(FormatHeader), 0);
    unsigned char *longer = arena_alloc(arena, image.size_bytes + 64);
    memcpy(longer, image.bytes, image.size_bytes);
    expect_corrupt(longer, image.size_bytes + 64, image.size_bytes);
}

TEST(every_flipped_byte_of_header_and_tables_is_seen)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Bytes image = small_image(arena);
    for (size_t i = 0; i < image.layout.header.sections_offset; i++) {
        image.bytes[i] ^= 0xff;
        Layout layout;
        Error err = {0};
        if (verify_tables(image.bytes, image.size_bytes, arena, &layout, &err) != STATUS_CORRUPT)
            harness_fail(__FILE__, __LINE__, "flipped byte %zu goes unseen", i);
        image.bytes[i] ^= 0xff;
    }
}

TEST(flipped_bits_of_sections_are_seen)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Bytes image = small_image(arena);
    Random random = random_seeded(harness_seed());
    for (int i = 0; i < 300; i++) {
        size_t place = (size_t)random_below(&random, image.size_bytes);
        unsigned char bit = (unsigned char)(1u << random_below(&random, 8));
        image.bytes[place] ^= bit;
        expect_corrupt(image.bytes, image.size_bytes, place);
        image.bytes[place] ^= bit;
    }
    Error err = {0};
    EXPECT_OK(open_bytes(image.bytes, image.size_bytes, &err), &err);
}

/* ---- lies: damage under a right checksum ---- */

/* Open and check: CORRUPT, or an image in which the check finds the lie. */
static size_t problems_of(const Bytes *image)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error err = {0};
    AUTO(image_done) Image *opened = NULL;
    Text *problems;
    size_t count = 0;
    Status status = attach(image->bytes, image->size_bytes, &opened, &err);
    if (status == STATUS_CORRUPT) return 1;
    EXPECT_OK(status, &err);
    if (opened != NULL) EXPECT_OK(image_check(opened, NULL, arena, &problems, &count, &err), &err);
    return count;
}

TEST(check_finds_nothing_in_a_sound_image)
{
    Random random = random_seeded(harness_seed());
    for (int i = 0; i < 30; i++) {
        AUTO(arena_done) Arena *arena = arena_new();
        CrowdPlan plan = {.customers_count = random_below(&random, 5000),
                          .items_count = random_below(&random, 9),
                          .events_max = random_below(&random, 4),
                          .missing = random_chance(&random, 0.3) ? 0 : random_unit(&random),
                          .texts_count = 1 + random_below(&random, 50),
                          .has_long_numbers = i % 3 == 0};
        Crowd crowd = crowd_random(&random, &plan, arena);
        ImageInput input = crowd_input(&crowd, 2, arena);
        AUTO(image_done) Image *image = NULL;
        Error err = {0};
        Text *problems;
        size_t count = 0;
        EXPECT_OK(
            build_in_memory(&input, i % 2 == 0 ? BUILD_LIMITS : FEW_TEXTS, NULL, &image, &err),
            &err);
        EXPECT_OK(image_check(image, NULL, arena, &problems, &count, &err), &err);
        for (size_t j = 0; j < count; j++)
            harness_fail(__FILE__, __LINE__, "%.*s", TEXT_FORMAT(problems[j]));
    }
}

TEST(check_finds_lies_in_every_kind_of_section)
{
    bool is_found[SECTION_KIND_COUNT] = {false};
    AUTO(arena_done) Arena *arena = arena_new();
    Bytes image = small_image(arena);
    for (size_t i = 0; i < image.layout.header.sections_count; i++) {
        const SectionRecord *section = &image.layout.sections[i];
        const ColumnRecord *column = &image.layout.columns[section->owner];
        /* any item and any number within its range may be true */
        bool may_be_true = section->kind == SECTION_DATA && column->kind != COLUMN_CODE;
        if (may_be_true) continue;
        unsigned char *bytes = image.bytes + section->offset;
        size_t place = section->kind == SECTION_DICTIONARY_JOINED ? 0 : section->size / 2;
        unsigned char saved = bytes[place];
        bytes[place] ^= 0x40;
        seal_checksums(&image.layout, image.bytes);
        is_found[section->kind] = is_found[section->kind] || problems_of(&image) > 0;
        bytes[place] = saved;
        seal_checksums(&image.layout, image.bytes);
    }
    for (unsigned kind = 0; kind < SECTION_KIND_COUNT; kind++)
        if (kind != SECTION_DICTIONARY_BYTES && !is_found[kind])
            harness_fail(__FILE__, __LINE__, "no lie was found in sections of kind %u", kind);
    EXPECT_INT(problems_of(&image), 0);
}

TEST(check_finds_lies_in_summaries)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Bytes image = small_image(arena);
    size_t first = layout_summaries_first(&image.layout, 0), summaries_count = 0;
    for (size_t i = 0; i < image.layout.header.sections_count; i++) {
        const SectionRecord *section = &image.layout.sections[i];
        if (section->kind != SECTION_DATA || section->owner < first ||
            section->owner >= layout_stream_first(&image.layout, 1))
            continue;
        summaries_count++;
        for (size_t place = 0; place < section->size;
             place += image.layout.header.customers_count) {
            unsigned char *byte = image.bytes + section->offset + place;
            *byte ^= 1;
            seal_checksums(&image.layout, image.bytes);
            if (problems_of(&image) == 0)
                harness_fail(__FILE__, __LINE__, "column %u: a lie goes unseen", section->owner);
            *byte ^= 1;
        }
    }
    EXPECT(summaries_count >= 3);
}

TEST(lies_never_do_harm)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Bytes image = small_image(arena);
    Random random = random_seeded(harness_seed());
    unsigned char *original = arena_alloc(arena, image.size_bytes);
    memcpy(original, image.bytes, image.size_bytes);
    size_t opened_count = 0;
    for (int i = 0; i < 3000; i++) {
        /* mostly in the tables, where a byte means the most */
        size_t begin = sizeof(FormatHeader);
        size_t end = i % 3 == 0 ? image.size_bytes : image.layout.header.sections_offset;
        size_t place = begin + (size_t)random_below(&random, end - begin);
        image.bytes[place] ^= (unsigned char)(1u << random_below(&random, 8));
        seal_checksums(&image.layout, image.bytes);
        opened_count += problems_of(&image) == 0;
        memcpy(image.bytes, original, image.size_bytes);
    }
    EXPECT(opened_count < 3000);
}

static const ColumnRecord *column_in(const Bytes *image, size_t index)
{
    return &image->layout.columns[index];
}

/* Change one number of a column's record, with right checksums; it must be found. */
static void expect_record_lie(Bytes *image, size_t index, size_t offset, int64_t change)
{
    size_t place = sizeof(FormatHeader) +
                   image->layout.header.streams_count * sizeof(StreamRecord) +
                   index * sizeof(ColumnRecord) + offset;
    int64_t number, saved;
    memcpy(&saved, image->bytes + place, sizeof saved);
    number = saved + change;
    memcpy(image->bytes + place, &number, sizeof number);
    seal_checksums(&image->layout, image->bytes);
    if (problems_of(image) == 0)
        harness_fail(__FILE__, __LINE__, "column %zu: a lie of %lld at %zu goes unseen", index,
                     (long long)change, offset);
    memcpy(image->bytes + place, &saved, sizeof saved);
    seal_checksums(&image->layout, image->bytes);
}

TEST(check_finds_false_facts)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Bytes image = small_image(arena);
    for (size_t i = 0; i < image.layout.header.columns_count; i++) {
        const ColumnRecord *column = column_in(&image, i);
        if (column->kind != COLUMN_INTEGER || (column->flags & COLUMN_FLAG_EMPTY)) continue;
        expect_record_lie(&image, i, offsetof(ColumnRecord, max), column->factor);
        expect_record_lie(&image, i, offsetof(ColumnRecord, max), -column->factor);
        expect_record_lie(&image, i, offsetof(ColumnRecord, base), 1);
        expect_record_lie(&image, i, offsetof(ColumnRecord, factor), column->factor);
        expect_record_lie(&image, i, offsetof(ColumnRecord, count), 1);
    }
}

/* ---- pieces of a work ---- */

enum { PIECES = 1000 };

typedef struct {
    _Atomic int done_counts[PIECES];
    _Atomic size_t order;
    size_t places[PIECES];
} Pieces;

static void do_piece(void *context, size_t index)
{
    Pieces *pieces = context;
    pieces->places[index] = atomic_fetch_add(&pieces->order, 1);
    atomic_fetch_add(&pieces->done_counts[index], 1);
}

TEST(pieces_are_done_once_each_and_the_heavy_ones_first)
{
    static const uint64_t weights_max[] = {1, UINT64_C(1) << 30};
    for (size_t round = 0; round < 2; round++) {
        AUTO(arena_done) Arena *arena = arena_new();
        Pieces *pieces = ARENA_NEW(arena, Pieces);
        uint64_t *weights = ARENA_ARRAY(arena, uint64_t, PIECES);
        for (size_t i = 0; i < PIECES; i++)
            weights[i] = i == 700 ? 2 * weights_max[round] : weights_max[round];
        tasks_run(do_piece, pieces, weights, PIECES);
        for (size_t i = 0; i < PIECES; i++)
            EXPECT_INT(atomic_load(&pieces->done_counts[i]), 1);
        if (round == 0) EXPECT_INT(pieces->places[700], 0); /* in this thread alone */
        tasks_run(do_piece, pieces, weights, 0);
        EXPECT_INT(atomic_load(&pieces->order), PIECES);
    }
}
