/* value.c -- making, comparing and printing values; levels of hierarchies. */
#include "model/value.h"

#include "base/error.h"
#include "base/fold.h"
#include "base/map.h"

/* Sets longer than this drop repeats through a hash map instead of comparing all pairs. */
enum { PAIRWISE_MAX = 16 };

static bool is_blank(Text text)
{
    if (text.size == 0) return true;
    /* nearly every text begins with an ASCII sign or a Cyrillic letter: no folding needed */
    unsigned char first = (unsigned char)text.data[0];
    if ((first > 0x20 && first < 0x7f) || first == 0xd0 || first == 0xd1) return false;
    return text_equal_folded(text, TEXT(""));
}

Value value_text(Text text)
{
    if (is_blank(text)) return value_missing();
    return (Value){.kind = VALUE_TEXT, .as.text = text};
}

static bool list_has(const Text *items, size_t count, Text text)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_folded(items[i], text)) return true;
    return false;
}

Value value_set(Arena *arena, const Text *items, size_t count)
{
    AUTO(map_done) Map *seen = count > PAIRWISE_MAX ? map_new(count) : NULL;
    Text *kept = ARENA_ARRAY(arena, Text, count);
    size_t kept_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_blank(items[i])) continue;
        uint64_t index = 0;
        bool is_new = seen != NULL ? map_add(seen, text_fold(items[i], arena), i, &index)
                                   : !list_has(kept, kept_count, items[i]);
        if (is_new) kept[kept_count++] = items[i];
    }
    if (kept_count == 0) return value_missing();
    return (Value){.kind = VALUE_SET, .as.set = {.items = kept, .count = kept_count}};
}

Value value_item(const Item *item)
{
    if (item == NULL) return value_missing();
    return (Value){.kind = VALUE_ITEM, .as.item = item};
}

static bool is_space_at(Text text, size_t position)
{
    char byte = text.data[position];
    if (byte == ' ' || (byte >= '\t' && byte <= '\r')) return true;
    return position > 0 && text.data[position - 1] == '\xc2' && byte == '\xa0';
}

/* Whether the slash at `position` separates two levels: white space stands on both sides. */
static bool is_separator_at(Text path, size_t position)
{
    if (path.data[position] != '/' || position == 0 || position + 1 >= path.size) return false;
    if (!is_space_at(path, position - 1)) return false;
    if (is_space_at(path, position + 1)) return true;
    bool is_no_break_space = path.data[position + 1] == '\xc2';
    return is_no_break_space && position + 2 < path.size && is_space_at(path, position + 2);
}

Text hierarchy_next_level(Text *rest)
{
    Text path = *rest;
    for (size_t i = 0; i < path.size; i++) {
        if (!is_separator_at(path, i)) continue;
        *rest = text_slice(path, i + 1, path.size);
        return text_trim(text_slice(path, 0, i));
    }
    *rest = (Text){0};
    return text_trim(path);
}

Text hierarchy_own_name(Text path)
{
    path = text_trim(path);
    for (size_t i = path.size; i-- > 0;)
        if (is_separator_at(path, i)) return text_trim(text_slice(path, i + 1, path.size));
    return path;
}

/* Bytes of a slash with the spaces around it, at a position of a folded text; 0: there is none. */
static size_t slash_size_at(Text folded, size_t position)
{
    size_t end = position;
    if (end < folded.size && folded.data[end] == ' ') end++;
    if (end >= folded.size || folded.data[end] != '/') return 0;
    end++;
    if (end < folded.size && folded.data[end] == ' ') end++;
    return end - position;
}

/* Whether `path` begins with `target`, both folded, and a level ends there. Spaces beside a slash
 * count for nothing. */
static bool begins_with_levels(Text path, Text target)
{
    size_t at = 0;
    for (size_t i = 0; i < target.size;) {
        size_t slash = slash_size_at(target, i), own_slash = slash_size_at(path, at);
        if ((slash > 0) != (own_slash > 0)) return false;
        if (slash == 0 && (at == path.size || path.data[at] != target.data[i])) return false;
        i += slash > 0 ? slash : 1;
        at += own_slash > 0 ? own_slash : 1;
    }
    return at == path.size || (path.data[at] == ' ' && is_separator_at(path, at + 1));
}

static bool has_level(Text path, Text target)
{
    for (Text rest = path; rest.data != NULL;)
        if (text_equal_folded(hierarchy_next_level(&rest), target)) return true;
    return false;
}

bool hierarchy_is_under(Text path, Text target)
{
    if (is_blank(target)) return false;
    if (!text_contains(target, TEXT("/"))) return has_level(path, target);
    AUTO(arena_done) Arena *arena = arena_new();
    Text wanted = text_fold(target, arena);
    for (Text rest = text_fold(path, arena); rest.data != NULL; hierarchy_next_level(&rest))
        if (begins_with_levels(text_trim(rest), wanted)) return true;
    return false;
}

static bool large_set_equal(TextSet a, TextSet b)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(map_done) Map *members = map_new(b.count);
    for (size_t i = 0; i < b.count; i++)
        map_set(members, text_fold(b.items[i], arena), i);
    for (size_t i = 0; i < a.count; i++) {
        uint64_t index;
        if (!map_find(members, text_fold(a.items[i], arena), &index)) return false;
    }
    return true;
}

/* The order of members means nothing; members are different (value_set). */
static bool set_equal(TextSet a, TextSet b)
{
    if (a.count != b.count) return false;
    if (a.count > PAIRWISE_MAX) return large_set_equal(a, b);
    for (size_t i = 0; i < a.count; i++)
        if (!list_has(b.items, b.count, a.items[i])) return false;
    return true;
}

bool value_equal(Value a, Value b)
{
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case VALUE_MISSING: return true;
    case VALUE_BOOL: return a.as.boolean == b.as.boolean;
    case VALUE_DECIMAL: return a.as.decimal == b.as.decimal;
    case VALUE_RATIO: return !(a.as.ratio < b.as.ratio) && !(a.as.ratio > b.as.ratio);
    case VALUE_DATE: return a.as.date.day == b.as.date.day;
    case VALUE_MOMENT: return a.as.moment.second == b.as.moment.second;
    case VALUE_TEXT: return text_equal_folded(a.as.text, b.as.text);
    case VALUE_SET: return set_equal(a.as.set, b.as.set);
    case VALUE_ITEM: return a.as.item->id == b.as.item->id;
    }
    ASSERT(false);
    return false;
}

/* Copy into the arena; line breaks become spaces, which folding does not tell apart. */
static Text one_line(Text text, Arena *arena)
{
    char *copy = arena_alloc(arena, text.size + 1);
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        copy[i] = byte >= '\t' && byte <= '\r' ? ' ' : byte;
    }
    return (Text){copy, text.size};
}

static Text print_set(TextSet set, Arena *arena)
{
    size_t size = set.count - 1;
    for (size_t i = 0; i < set.count; i++)
        size += set.items[i].size;
    char *joined = arena_alloc(arena, size + 1);
    size_t at = 0;
    for (size_t i = 0; i < set.count; i++) {
        if (i > 0) joined[at++] = '|';
        for (size_t j = 0; j < set.items[i].size; j++)
            joined[at++] = set.items[i].data[j];
    }
    return (Text){joined, size};
}

Text value_print_exact(Value value, Type type, Arena *arena)
{
    char out[DECIMAL_TEXT_MAX > DATE_TEXT_MAX ? DECIMAL_TEXT_MAX : DATE_TEXT_MAX];
    switch (value.kind) {
    case VALUE_MISSING: return TEXT("");
    case VALUE_BOOL: return value.as.boolean ? TEXT("true") : TEXT("false");
    case VALUE_DECIMAL: return arena_text(arena, decimal_print(value.as.decimal, type.scale, out));
    case VALUE_RATIO: return arena_text(arena, double_print(value.as.ratio, out));
    case VALUE_DATE: return arena_text(arena, date_print_iso(value.as.date, out));
    case VALUE_MOMENT: return arena_text(arena, moment_print_iso(value.as.moment, out));
    case VALUE_TEXT: return value.as.text;
    case VALUE_SET: return print_set(value.as.set, arena);
    case VALUE_ITEM: return value.as.item->code;
    }
    ASSERT(false);
    return TEXT("");
}

Text value_print(Value value, Type type, Arena *arena)
{
    return one_line(value_print_exact(value, type, arena), arena);
}

const char *type_name(Type type)
{
    switch (type.kind) {
    case TYPE_NONE: return "unknown";
    case TYPE_BOOL: return "yes/no";
    case TYPE_DECIMAL: return type.is_money ? "money" : "number";
    case TYPE_RATIO: return "number";
    case TYPE_DATE: return "date";
    case TYPE_MOMENT: return "moment";
    case TYPE_TEXT: return "text";
    case TYPE_HIERARCHY: return "hierarchy";
    case TYPE_TEXT_SET: return "set of texts";
    case TYPE_HIERARCHY_SET: return "set of hierarchies";
    case TYPE_ITEM: return "item";
    case TYPE_KIND_COUNT: break;
    }
    ASSERT(false);
    return "";
}
