/* catalogue.c -- what is sold, as products of a chosen level. */
#include "report/catalogue.h"

#include "base/fold.h"
#include "base/map.h"
#include "report/paths.h"

enum { GROUPS_MAX = 2000, PRODUCTS_MAX = 1000000, USUAL_DEPTH = 2, DEPTH_MAX = 64 };

/* Where an item is told of; columns NULL: nowhere. */
typedef struct {
    const ItemColumns *columns;
    uint32_t position;
} ItemPlace;

typedef struct {
    Arena *arena; /* of the report */
    Arena *scratch;
    const ItemPlace *places; /* by item id */
    uint64_t items_count;    /* the highest id */
    struct {
        Product *items;
        size_t count, capacity;
    } products;
    struct {
        Text *items; /* groups: by product, without the first */
        size_t count, capacity;
    } prefixes;
    struct {
        Text *items; /* of groups, as items have them */
        size_t count, capacity;
    } paths;
    struct {
        uint32_t *items;
        size_t count, capacity;
    } of_items;
    uint32_t *firsts;
    Map *known;  /* folded name of a product -> its index */
    Map *mapped; /* path of a group -> where its products stand */
} Maker;

static uint64_t highest_id(const EngineData *data)
{
    uint64_t highest = 0;
    for (size_t i = 0; i < data->layers_count; i++) {
        const ItemColumns *columns = image_items(data->layers[i].image);
        uint64_t last = columns->count == 0 ? 0 : item_row_id(columns, columns->count);
        if (last > highest) highest = last;
    }
    return highest;
}

/* A small layer holds the items of its own customers alone, and those that came after the base:
 * what the newest says of an item counts. */
static void find_items(Maker *maker, const EngineData *data)
{
    maker->items_count = highest_id(data);
    ItemPlace *places = ARENA_ARRAY(maker->arena, ItemPlace, maker->items_count + 1);
    for (size_t i = 0; i < data->layers_count; i++) {
        const ItemColumns *columns = image_items(data->layers[i].image);
        for (uint64_t row = 1; row <= columns->count; row++)
            places[item_row_id(columns, row)] = (ItemPlace){columns, (uint32_t)(row - 1)};
    }
    maker->places = places;
}

static Text item_text(const Maker *maker, uint64_t item, ItemAttribute attribute)
{
    uint32_t position = maker->places[item].position;
    const Column *column = item_column(maker->places[item].columns, attribute);
    uint32_t code = column->is_empty ? 0 : column_code(column, position, position);
    if (code == 0) return TEXT("");
    return arena_text(maker->arena, dictionary_text(column->dictionary, code, maker->scratch));
}

static Status add_product(Maker *maker, Product product, Error *err)
{
    if (maker->products.count == PRODUCTS_MAX)
        return error_set(err, STATUS_LIMIT, "there are more than %d products; ask for groups",
                         PRODUCTS_MAX);
    ARENA_PUSH(maker->arena, &maker->products, product);
    return STATUS_OK;
}

static Text condition_of(const Maker *maker, const char *test, Text value)
{
    Text quoted = report_quote(value, maker->arena);
    return arena_printf(maker->arena, "%s %.*s", test, TEXT_FORMAT(quoted));
}

/* ---- items and brands: one product for each item ---- */

static Status find_product(Maker *maker, Text name, const Product *product, uint32_t *ret_index,
                           Error *err)
{
    uint64_t index;
    if (map_add(maker->known, text_fold(name, maker->scratch), maker->products.count, &index))
        TRY(add_product(maker, *product, err));
    *ret_index = (uint32_t)index;
    return STATUS_OK;
}

static Status map_item(Maker *maker, ProductLevel level, uint64_t item, Error *err)
{
    uint32_t index = 0;
    Text code = item_text(maker, item, ITEM_CODE);
    Text name = item_text(maker, item, ITEM_NAME);
    Text brand = item_text(maker, item, ITEM_BRAND);
    if (level == PRODUCTS_BY_ITEM) {
        Product product = {name.size > 0 ? name : code, condition_of(maker, "item.code =", code)};
        TRY(find_product(maker, code, &product, &index, err));
    } else if (brand.size > 0) {
        Product product = {brand, condition_of(maker, "item.brand =", brand)};
        TRY(find_product(maker, brand, &product, &index, err));
    }
    ARENA_PUSH(maker->arena, &maker->of_items, index);
    return STATUS_OK;
}

/* ---- groups: a product for each level of each path ---- */

static Status add_group(Maker *maker, Text path, Error *err)
{
    uint64_t index;
    arena_reset(maker->scratch);
    if (map_add(maker->known, text_fold(path, maker->scratch), maker->products.count, &index)) {
        if (maker->products.count > GROUPS_MAX)
            return error_set(err, STATUS_LIMIT,
                             "there are more than %d groups of items; take a smaller depth",
                             GROUPS_MAX);
        ARENA_PUSH(maker->arena, &maker->prefixes, path);
        TRY(add_product(maker, (Product){.label = path}, err));
    }
    ARENA_PUSH(maker->arena, &maker->of_items, (uint32_t)index);
    return STATUS_OK;
}

static Status add_levels(Maker *maker, Text path, uint64_t depth, Error *err)
{
    Text rest = path, joined = TEXT("");
    for (uint64_t level = 0; level < depth && rest.data != NULL; level++) {
        Text name = hierarchy_next_level(&rest);
        joined = level == 0 ? name
                            : arena_printf(maker->arena, "%.*s / %.*s", TEXT_FORMAT(joined),
                                           TEXT_FORMAT(name));
        TRY(add_group(maker, joined, err));
    }
    return STATUS_OK;
}

/* Items of one group share its products. */
static Status map_group(Maker *maker, uint64_t item, uint64_t depth, Error *err)
{
    uint64_t first = maker->of_items.count;
    Text path = item_text(maker, item, ITEM_GROUP);
    bool is_new = map_add(maker->mapped, path, first, &first);
    maker->firsts[item] = (uint32_t)first;
    if (!is_new) return STATUS_OK;
    if (path.size == 0) {
        ARENA_PUSH(maker->arena, &maker->of_items, 0);
    } else {
        ARENA_PUSH(maker->arena, &maker->paths, path);
        TRY(add_levels(maker, path, depth, err));
    }
    ARENA_PUSH(maker->arena, &maker->of_items, UINT32_MAX);
    return STATUS_OK;
}

static Status map_groups(Maker *maker, uint64_t depth, Error *err)
{
    depth = depth == 0 ? USUAL_DEPTH : depth > DEPTH_MAX ? DEPTH_MAX : depth;
    for (uint64_t item = 1; item <= maker->items_count; item++)
        if (maker->places[item].columns != NULL) TRY(map_group(maker, item, depth, err));
    size_t count = maker->prefixes.count;
    Text *conditions = ARENA_ARRAY(maker->arena, Text, count);
    PathNames names = {maker->prefixes.items, count, maker->paths.items, maker->paths.count};
    paths_conditions(&names, TEXT("item"), maker->arena, conditions);
    for (size_t i = 0; i < count; i++)
        maker->products.items[i + 1].condition = conditions[i];
    return STATUS_OK;
}

static Status map_items(Maker *maker, ProductLevel level, Error *err)
{
    for (uint64_t item = 1; item <= maker->items_count; item++) {
        if (maker->places[item].columns == NULL) continue;
        arena_reset(maker->scratch);
        maker->firsts[item] = (uint32_t)maker->of_items.count;
        TRY(map_item(maker, level, item, err));
        ARENA_PUSH(maker->arena, &maker->of_items, UINT32_MAX);
    }
    return STATUS_OK;
}

static Status make(Maker *maker, const Reporting *reporting, Error *err)
{
    static const char *const missing[] = {[PRODUCTS_BY_GROUP] = "item.group is missing",
                                          [PRODUCTS_BY_ITEM] = "item is missing",
                                          [PRODUCTS_BY_BRAND] = "item.brand is missing"};
    const ReportPlan *plan = reporting->plan;
    Product none = {report_word(WORD_NO_PRODUCT, reporting->voice.language),
                    text_of(missing[plan->product_level])};
    TRY(add_product(maker, none, err));
    ARENA_PUSH(maker->arena, &maker->of_items, 0); /* of no item */
    ARENA_PUSH(maker->arena, &maker->of_items, UINT32_MAX);
    return plan->product_level == PRODUCTS_BY_GROUP ? map_groups(maker, plan->depth, err)
                                                    : map_items(maker, plan->product_level, err);
}

Status catalogue_open(const Reporting *reporting, Catalogue *ret_catalogue, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(map_done) Map *known = map_new(64);
    AUTO(map_done) Map *mapped = map_new(64);
    Maker maker = {.arena = reporting->arena, .scratch = scratch, .known = known, .mapped = mapped};
    find_items(&maker, reporting->context->data);
    maker.firsts = ARENA_ARRAY(reporting->arena, uint32_t, maker.items_count + 1);
    TRY(make(&maker, reporting, err));
    *ret_catalogue = (Catalogue){.items = maker.products.items,
                                 .count = maker.products.count,
                                 .firsts = maker.firsts,
                                 .of_items = maker.of_items.items,
                                 .items_count = maker.items_count};
    return STATUS_OK;
}
