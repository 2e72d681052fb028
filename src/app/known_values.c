/* known_values.c -- which texts the customers have, for warnings about those that nobody has. */
#include "app/known_values.h"

#include "base/buffer.h"
#include "base/fold.h"

enum { TEXTS_MAX = 100000 }; /* of more, nothing is said */

static Status take_text(void *context, const Value *values, size_t count, Error *err)
{
    KnownValues *known = context;
    (void)count;
    if (known->texts.count == TEXTS_MAX)
        return error_set(err, STATUS_LIMIT, "over %d texts", TEXTS_MAX);
    if (values[0].kind == VALUE_TEXT)
        ARENA_PUSH(known->arena, &known->texts, arena_text(known->arena, values[0].as.text));
    return STATUS_OK;
}

static Text query_of(const Property *property, Arena *arena)
{
    AUTO(buffer_done) Buffer sql = {0};
    buffer_cstr(&sql, "SELECT DISTINCT \"");
    for (size_t i = 0; i < property->name.size; i++) {
        if (property->name.data[i] == '"') buffer_char(&sql, '"');
        buffer_char(&sql, property->name.data[i]);
    }
    buffer_cstr(&sql, "\" FROM customer");
    return arena_text(arena, buffer_view(&sql));
}

static bool read_texts(KnownValues *known, const Property *property)
{
    SqlReceiver receiver = {.context = known, .row = take_text};
    known->property = property;
    known->texts.count = 0;
    return store_query(app_store(known->app), query_of(property, known->arena), NULL, 0, &receiver,
                       NULL) == STATUS_OK;
}

/* Hierarchies compare by their last level. */
static Text compared_part(const Property *property, Text text)
{
    return property->type == PROPERTY_HIERARCHY ? hierarchy_own_name(text) : text;
}

static bool occurs(void *context, const Property *property, Text value, Text *ret_near)
{
    KnownValues *known = context;
    if (known->property != property && !read_texts(known, property)) return true;
    if (known->texts.count == 0) return true; /* nothing to be like: the data are still to come */
    for (size_t i = 0; i < known->texts.count; i++)
        known->texts.items[i] = compared_part(property, known->texts.items[i]);
    for (size_t i = 0; i < known->texts.count; i++)
        if (text_equal_folded(known->texts.items[i], value)) return true;
    *ret_near = suggest_name(value, known->texts.items, known->texts.count);
    return false;
}

void known_values_tell(KnownValues *known, LintFacts *facts)
{
    facts->occurs = occurs;
    facts->context = known;
}
