/* card_memo.c -- cards of segments that were read already, by their documents. */
#include "base/map.h"
#include "base/memory.h"
#include "segment/card.h"

#include <stdlib.h>

enum { CARDS_EXPECTED = 64 };

struct CardMemo {
    Arena *arena;
    Map *places; /* of a document in `list` */
    struct {
        SegmentCard *items;
        size_t count, capacity;
    } list;
};

CardMemo *card_memo_new(void)
{
    CardMemo *memo = MEMORY_NEW(CardMemo);
    memo->arena = arena_new();
    memo->places = map_new(CARDS_EXPECTED);
    return memo;
}

void card_memo_free(CardMemo *memo)
{
    if (memo == NULL) return;
    map_free(memo->places);
    arena_free(memo->arena);
    free(memo);
}

void card_memo_trim(CardMemo *memo, size_t count)
{
    if (memo->list.count <= 2 * count + CARDS_EXPECTED) return;
    map_free(memo->places);
    memo->places = map_new(count);
    memo->list.items = NULL;
    memo->list.count = memo->list.capacity = 0;
    arena_reset(memo->arena);
}

Status card_memo_read(CardMemo *memo, Text json, SegmentCard *ret_card, Error *err)
{
    uint64_t place;
    if (!map_find(memo->places, json, &place)) {
        SegmentCard card;
        TRY(card_from_json(json, memo->arena, &card, err));
        place = memo->list.count;
        ARENA_PUSH(memo->arena, &memo->list, card);
        map_set(memo->places, json, place);
    }
    *ret_card = memo->list.items[place];
    return STATUS_OK;
}
