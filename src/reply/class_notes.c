/* class_notes.c -- what people are told below a matrix and a migration. */
#include "reply/class_matrix.h"
#include "reply/human.h"

typedef enum {
#define CLASS_NOTE(name, en, ru, uk) NOTE_##name,
#include "reply/class_note.def"
#undef CLASS_NOTE
} Note;

static const Wording wordings[] = {
#define CLASS_NOTE(name, en, ru, uk) \
    [NOTE_##name] = {{[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "reply/class_note.def"
#undef CLASS_NOTE
};

typedef struct {
    Voice voice;
    struct {
        Text *items;
        size_t count, capacity;
    } list;
} Notes;

static void add(Notes *notes, Note note, const Text *parts, size_t count)
{
    ARENA_PUSH(notes->voice.arena, &notes->list,
               voice_say(notes->voice, &wordings[note], parts, count));
}

static Text count_of(const Notes *notes, uint64_t count)
{
    return human_count(count, notes->voice.language, notes->voice.arena);
}

ClassNotes reply_matrix_notes(const MatrixAnswer *answer, Voice voice)
{
    Notes notes = {.voice = voice};
    const Matrix *matrix = &answer->matrix;
    for (size_t i = 0; matrix->has_amount && i < CONCENTRATIONS; i++) {
        const Concentration *one = &matrix->concentrations[i];
        if (one->customers_count == 0) continue;
        Text parts[] = {count_of(&notes, one->customers_count),
                        human_percentage(value_ratio(one->share), voice.language, voice.arena)};
        add(&notes, one->customers_count == 1 ? NOTE_GREATEST_ONE : NOTE_GREATEST, parts, 2);
    }
    Text parts[] = {count_of(&notes, matrix->half_count), count_of(&notes, matrix->most_count)};
    if (matrix->has_amount && matrix->half_count > 0) add(&notes, NOTE_HALF, parts, 2);
    return (ClassNotes){notes.list.items, notes.list.count};
}

static void add_runs(Notes *notes, const MigrationAnswer *answer)
{
    static const Type date_type = {.kind = TYPE_DATE};
    Voice voice = notes->voice;
    const RunRow *from = &answer->migration.from_run, *to = &answer->migration.to_run;
    Text days[] = {human_value(value_date(from->as_of), date_type, voice.language, voice.arena),
                   human_value(value_date(to->as_of), date_type, voice.language, voice.arena)};
    add(notes, NOTE_RUNS, days, 2);
    if (!answer->has_other_parameters) return;
    Text versions[] = {count_of(notes, from->version), count_of(notes, to->version)};
    add(notes, NOTE_OTHER_PARAMETERS, versions, 2);
}

ClassNotes reply_migration_notes(const MigrationAnswer *answer, Voice voice)
{
    static const double slight = 0.1, much = 0.25;
    static const Type ratio_type = {.kind = TYPE_RATIO};
    Notes notes = {.voice = voice};
    const MigrationPart *all = &answer->migration.parts[0];
    const uint64_t counts[] = {all->stayed_count, all->moved_count, all->new_count,
                               all->lost_count};
    enum { COUNTS = sizeof counts / sizeof counts[0] };
    Text parts[COUNTS];
    add_runs(&notes, answer);
    for (size_t i = 0; i < COUNTS; i++)
        parts[i] = count_of(&notes, counts[i]);
    add(&notes, NOTE_MOVED, parts, COUNTS);
    Text index = human_value(value_ratio(all->stability), ratio_type, voice.language, voice.arena);
    Note note = all->stability < slight ? NOTE_STABLE
                : all->stability < much ? NOTE_SHIFTED
                                        : NOTE_BROKEN;
    add(&notes, note, &index, 1);
    return (ClassNotes){notes.list.items, notes.list.count};
}
