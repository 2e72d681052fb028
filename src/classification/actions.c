/* actions.c -- recommended lines of work by cell of a matrix. */
#include "classification/actions.h"

#include "base/fold.h"

static const struct {
    const char *set, *cell;
    const char *texts[LANGUAGE_COUNT];
} ready_made[] = {
#define MATRIX_ACTION(set, cell, en, ru, uk) \
    {set, cell, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "classification/matrix_action.def"
#undef MATRIX_ACTION
};
enum { READY_MADE_COUNT = sizeof ready_made / sizeof ready_made[0] };

static MatrixAction *find(MatrixAction *actions, size_t count, Text set, Text cell)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_folded(actions[i].set, set) && text_equal_folded(actions[i].cell, cell))
            return &actions[i];
    return NULL;
}

Status actions_load(Store *store, Arena *arena, MatrixActions *ret_actions, Error *err)
{
    ActionText *written = NULL;
    size_t written_count = 0, count = READY_MADE_COUNT;
    TRY(store_list_actions(store, arena, &written, &written_count, err));
    MatrixAction *actions = ARENA_ARRAY(arena, MatrixAction, count + written_count);
    for (size_t i = 0; i < READY_MADE_COUNT; i++) {
        actions[i] =
            (MatrixAction){.set = text_of(ready_made[i].set), .cell = text_of(ready_made[i].cell)};
        for (size_t l = 0; l < LANGUAGE_COUNT; l++)
            actions[i].texts.in[l] = text_of(ready_made[i].texts[l]);
    }
    for (size_t i = 0; i < written_count; i++) {
        MatrixAction *action = find(actions, count, written[i].set, written[i].cell);
        if (action == NULL) {
            action = &actions[count++];
            *action = (MatrixAction){.set = written[i].set, .cell = written[i].cell};
        }
        action->texts.in[written[i].language] = written[i].text;
        action->is_changed = true;
    }
    *ret_actions = (MatrixActions){actions, count};
    return STATUS_OK;
}

Text actions_find(const MatrixActions *actions, Text set, Text cell, Language language)
{
    for (size_t i = 0; i < actions->count; i++)
        if (text_equal_folded(actions->items[i].set, set) &&
            text_equal_folded(actions->items[i].cell, cell))
            return labels_get(&actions->items[i].texts, language);
    return TEXT("");
}

bool actions_has_set(const MatrixActions *actions, Text set)
{
    for (size_t i = 0; i < actions->count; i++)
        if (text_equal_folded(actions->items[i].set, set)) return true;
    return false;
}
