/* known_values.c -- which texts the data hold, for warnings about those that occur nowhere.
 *
 * The dictionaries of the image have every text of a column once, so no customer is looked at. They
 * may hold more than is in use now (customers changed since stand in a layer of their own), which
 * makes a warning stay away, never appear. */
#include "app/known_values.h"

#include "base/buffer.h"
#include "base/fold.h"
#include "base/map.h"
#include "model/built_in.h"

enum {
    TEXTS_MAX = 200000,  /* of more, nothing is said */
    SUGGESTIONS_MAX = 50 /* each goes through all texts */
};

struct KnownTexts {
    const void *what; /* the property or the field */
    bool is_attribute;
    ItemAttribute attribute;
    bool is_hierarchy;
    bool is_known; /* false: too many */
    bool is_personal;
    Map *places; /* folded text -> its place in the lists */
    struct {
        Text *items;
        size_t count, capacity;
    } names; /* as they are written */
    struct {
        bool *items;
        size_t count, capacity;
    } are_last, have_branches; /* of a level, by its place */
    struct {
        Text *items;
        size_t count, capacity;
    } paths; /* of a hierarchy, whole */
};

/* ---- gathering ---- */

static size_t place_of(KnownTexts *texts, Text name, Arena *arena)
{
    uint64_t place;
    if (map_add(texts->places, text_fold(name, arena), texts->names.count, &place)) {
        ARENA_PUSH(arena, &texts->names, name);
        ARENA_PUSH(arena, &texts->are_last, false);
        ARENA_PUSH(arena, &texts->have_branches, false);
    }
    return (size_t)place;
}

static void add_text(KnownTexts *texts, Text text, Arena *arena)
{
    Text rest = text;
    if (texts->is_hierarchy) ARENA_PUSH(arena, &texts->paths, text);
    do {
        Text level = texts->is_hierarchy ? hierarchy_next_level(&rest) : text;
        bool is_last = !texts->is_hierarchy || rest.data == NULL;
        size_t place = place_of(texts, level, arena);
        texts->are_last.items[place] |= is_last;
        texts->have_branches.items[place] |= !is_last;
    } while (texts->is_hierarchy && rest.data != NULL);
}

static void add_dictionary(KnownTexts *texts, const Column *column, Arena *arena)
{
    const Dictionary *dictionary = column->dictionary;
    if (dictionary == NULL) return;
    if (dictionary->count > TEXTS_MAX || texts->names.count > TEXTS_MAX) texts->is_known = false;
    for (uint32_t code = 1; code <= dictionary->count && texts->is_known; code++)
        add_text(texts, dictionary_text(dictionary, code, arena), arena);
}

/* The place of a field's stream in the schema; their number when it is in none. */
static size_t stream_of_field(const Schema *schema, const Field *field)
{
    size_t stream = 0;
    while (stream < schema->streams_count &&
           (field->slot >= schema->streams[stream].fields_count ||
            &schema->streams[stream].fields[field->slot] != field))
        stream++;
    return stream;
}

static void add_field(KnownTexts *texts, const Schema *schema, const Image *image,
                      const Field *field, Arena *arena)
{
    size_t stream = stream_of_field(schema, field);
    texts->is_known &= stream < image_streams_count(image);
    if (texts->is_known)
        add_dictionary(texts, &image_stream(image, stream)->fields[field->slot], arena);
}

/* What one image holds of the subject; an item is known by its code and by its name. */
static void add_image(KnownTexts *texts, const Schema *schema, const Image *image,
                      const TextSought *sought, Arena *arena)
{
    const Node *subject = sought->subject;
    const ItemColumns *items = image_items(image);
    if (subject->kind == NODE_PROPERTY) {
        add_dictionary(texts, image_property(image, subject->as.property.slot), arena);
    } else if (texts->is_attribute) {
        add_dictionary(texts, item_column(items, texts->attribute), arena);
    } else if (subject->type.kind == TYPE_ITEM) {
        add_dictionary(texts, &items->code, arena);
        add_dictionary(texts, &items->name, arena);
    } else {
        add_field(texts, schema, image, subject->as.field.field, arena);
    }
}

/* A person is not to be shown to whoever mistypes another one. */
static bool is_personal(const Schema *schema, const Node *subject)
{
    if (subject->kind == NODE_PROPERTY)
        return subject->as.property.property->is_personal ||
               subject->as.property.slot == BUILT_IN_CODE;
    const Field *field = subject->as.field.field;
    /* what is chosen from a list, such as the position, is true of many */
    return stream_of_field(schema, field) == STREAM_CONTACT && field->type != PROPERTY_ENUM;
}

/* `under` looks at the group of an item. */
static KnownTexts texts_of_subject(const Schema *schema, const TextSought *sought)
{
    const Node *subject = sought->subject;
    TypeKind kind = subject->type.kind;
    KnownTexts texts = {.is_known = true,
                        .is_hierarchy = kind == TYPE_HIERARCHY || kind == TYPE_HIERARCHY_SET,
                        .is_personal = is_personal(schema, subject)};
    if (subject->kind == NODE_PROPERTY) {
        texts.what = subject->as.property.property;
        return texts;
    }
    texts.what = subject->as.field.field;
    texts.is_attribute = subject->as.field.is_item_attribute;
    texts.attribute = subject->as.field.attribute;
    if (kind == TYPE_ITEM && sought->is_under) {
        texts.is_attribute = texts.is_hierarchy = true;
        texts.attribute = ITEM_GROUP;
    }
    return texts;
}

static KnownTexts *gather(KnownValues *known, const TextSought *sought)
{
    const Schema *schema = app_schema(known->app);
    const EngineData *data = dataset_view_data(known->view);
    KnownTexts wanted = texts_of_subject(schema, sought);
    for (size_t i = 0; i < known->known.count; i++) {
        KnownTexts *texts = known->known.items[i];
        if (texts->what == wanted.what && texts->is_attribute == wanted.is_attribute &&
            texts->attribute == wanted.attribute)
            return texts;
    }
    KnownTexts *texts = ARENA_NEW(known->arena, KnownTexts);
    *texts = wanted;
    texts->places = map_new(64);
    ARENA_PUSH(known->arena, &known->known, texts);
    for (size_t i = 0; i < data->layers_count; i++)
        add_image(texts, schema, data->layers[i].image, sought, known->arena);
    return texts;
}

/* ---- asking ---- */

/* One level, or any text that has none. */
static TextOccurrence level_occurs(const KnownTexts *texts, Text level, bool is_under, Arena *arena)
{
    uint64_t place;
    if (!map_find(texts->places, text_fold(level, arena), &place)) return TEXT_OCCURS_NOT;
    if (is_under) return TEXT_OCCURS;
    if (texts->have_branches.items[place]) return TEXT_HAS_BRANCHES;
    return texts->are_last.items[place] ? TEXT_OCCURS : TEXT_OCCURS_NOT;
}

/* `under` may name several levels, one below the other. */
static TextOccurrence path_occurs(const KnownTexts *texts, Text path, Arena *arena)
{
    if (!text_contains(path, TEXT("/"))) return level_occurs(texts, path, true, arena);
    for (size_t i = 0; i < texts->paths.count; i++)
        if (hierarchy_is_under(texts->paths.items[i], path)) return TEXT_OCCURS;
    return TEXT_OCCURS_NOT;
}

/* One level as it is written, or the one most like it. */
static Text near_level(const KnownTexts *texts, Text level, Arena *arena)
{
    uint64_t place;
    if (map_find(texts->places, text_fold(level, arena), &place)) return texts->names.items[place];
    return suggest_name(level, texts->names.items, texts->names.count);
}

/* A path of the levels most like those of another one; empty when there is none. */
static Text near_path(const KnownTexts *texts, Text path, Arena *arena)
{
    AUTO(buffer_done) Buffer near = {0};
    for (Text rest = path; rest.size > 0;) {
        Text level = near_level(texts, text_trim(text_split(rest, '/', &rest)), arena);
        if (level.size == 0) return (Text){0};
        if (near.size > 0) buffer_cstr(&near, " / ");
        buffer_text(&near, level);
    }
    Text found = arena_text(arena, buffer_view(&near));
    bool is_there = found.size > 0 && path_occurs(texts, found, arena) == TEXT_OCCURS;
    return is_there ? found : (Text){0};
}

static bool open_view(KnownValues *known)
{
    Error why; /* whoever asks for an answer will hear of it */
    if (known->view == NULL && !known->is_without_view)
        known->is_without_view =
            app_view(known->app, NULL, &known->dataset, &known->view, &why) != STATUS_OK;
    return !known->is_without_view;
}

static TextOccurrence occurs(void *context, const TextSought *sought, Text *ret_near)
{
    KnownValues *known = context;
    if (known->is_bounded && is_personal(app_schema(known->app), sought->subject))
        return TEXT_OCCURS;
    if (!open_view(known)) return TEXT_OCCURS;
    KnownTexts *texts = gather(known, sought);
    /* of nothing nothing is like it: the data are still to come */
    if (!texts->is_known || texts->names.count == 0) return TEXT_OCCURS;
    TextOccurrence occurrence = sought->is_under
                                    ? path_occurs(texts, sought->text, known->arena)
                                    : level_occurs(texts, sought->text, false, known->arena);
    if (occurrence == TEXT_OCCURS_NOT && !texts->is_personal &&
        known->suggestions_count++ < SUGGESTIONS_MAX)
        *ret_near = sought->is_under && text_contains(sought->text, TEXT("/"))
                        ? near_path(texts, sought->text, known->arena)
                        : suggest_name(sought->text, texts->names.items, texts->names.count);
    return occurrence;
}

void known_values_tell(KnownValues *known, LintFacts *facts)
{
    facts->occurs = occurs;
    facts->context = known;
}

void known_values_done(KnownValues *known)
{
    for (size_t i = 0; i < known->known.count; i++)
        map_free(known->known.items[i]->places);
    if (known->view != NULL) dataset_release(known->dataset, known->view);
    known->view = NULL;
}
