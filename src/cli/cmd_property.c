/* cmd_property.c -- kohorta property ...: what is known of customers, listed and changed. */
#include "cli/commands.h"

#include "app/names.h"
#include "base/fold.h"
#include "cli/labels.h"

/* ---- add ---- */

typedef struct {
    Text type, unit, group, values;
    Text label_ru, label_uk, label_en;
    OptionCount decimals;
    bool is_dynamic, is_personal;
} AddOptions;

#define LABEL_OPTIONS(Struct)                                                              \
    OPTION(Struct, label_ru, TEXT, "label-ru", "TEXT", "its name for people, in Russian"), \
        OPTION(Struct, label_uk, TEXT, "label-uk", "TEXT", "in Ukrainian"),                \
        OPTION(Struct, label_en, TEXT, "label-en", "TEXT", "in English")

static const Option add_options[] = {
    OPTION(AddOptions, type, TEXT, "type", "TYPE",
           "bool, number, money, date, text, enum, hierarchy, set or hierarchy-set"),
    OPTION(AddOptions, decimals, COUNT, "decimals", "N",
           "digits a number keeps after the point (4)"),
    OPTION(AddOptions, unit, TEXT, "unit", "TEXT", "of a number, like м²"),
    OPTION(AddOptions, group, TEXT, "group", "GROUP",
           "data group: general, geographic, socio-demographic, behavioural, lifestyle, "
           "psychographic, interaction, transactional or consent"),
    OPTION(AddOptions, values, TEXT, "values", "'A|B|C'", "the only values an enum may have"),
    OPTION(AddOptions, is_dynamic, FLAG, "dynamic", NULL, "it changes considerably in time"),
    OPTION(AddOptions, is_personal, FLAG, "personal", NULL, "it identifies a person"),
    LABEL_OPTIONS(AddOptions),
};

static Labels labels_of(Text en, Text ru, Text uk)
{
    return (Labels){.in = {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}};
}

static Status set_values(Text joined, Arena *arena, Property *property, Error *err)
{
    if (joined.data == NULL) return STATUS_OK;
    if (property->type != PROPERTY_ENUM)
        return error_set(err, STATUS_INVALID, "--values go with --type enum only");
    struct {
        Text *items;
        size_t count, capacity;
    } list = {0};
    for (Text rest = joined; rest.data != NULL;) {
        Text value = text_trim(text_split(rest, '|', &rest));
        if (value.size > 0) ARENA_PUSH(arena, &list, value);
    }
    property->allowed = list.items;
    property->allowed_count = list.count;
    return STATUS_OK;
}

static Status property_of(const AddOptions *chosen, Text name, Arena *arena, Property *ret_property,
                          Error *err)
{
    Property property = {.name = name,
                         .labels = labels_of(chosen->label_en, chosen->label_ru, chosen->label_uk),
                         .unit = chosen->unit,
                         .group = DATA_GROUP_GENERAL,
                         .is_dynamic = chosen->is_dynamic,
                         .is_personal = chosen->is_personal};
    if (chosen->type.data == NULL)
        return error_set(err, STATUS_INVALID,
                         "say with --type what it holds: bool, number, money, "
                         "date, text, enum, hierarchy, set, hierarchy-set");
    if (!property_type_parse(chosen->type, &property.type))
        return error_set(err, STATUS_INVALID,
                         "no type '%.*s': bool, number, money, date, text, enum, hierarchy, set or "
                         "hierarchy-set",
                         TEXT_FORMAT(chosen->type));
    if (chosen->group.data != NULL && !data_group_parse(chosen->group, &property.group))
        return error_set(err, STATUS_INVALID, "no data group '%.*s'; --help lists them",
                         TEXT_FORMAT(chosen->group));
    if (chosen->decimals.value > DECIMAL_SCALE_MAX)
        return error_set(err, STATUS_INVALID, "--decimals is at most %d", DECIMAL_SCALE_MAX);
    if (chosen->decimals.is_given && property.type != PROPERTY_NUMBER)
        return error_set(err, STATUS_INVALID, "--decimals go with --type number only");
    uint8_t of_number =
        chosen->decimals.is_given ? (uint8_t)chosen->decimals.value : NUMBER_SCALE_USUAL;
    if (property.type == PROPERTY_NUMBER) property.scale = of_number;
    TRY(set_values(chosen->values, arena, &property, err));
    *ret_property = property;
    return STATUS_OK;
}

static Status run_add(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    Text name = text_trim(invocation_argument(invocation, 0));
    Property property;
    TRY(property_of(given, name, invocation->arena, &property, err));
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    TRY(store_add_property(app_store(app), &property, err));
    invocation_done(invocation, "property", name, "added");
    return STATUS_OK;
}

const Command command_property_add = {
    .name = "property add",
    .arguments = "NAME --type TYPE",
    .summary = "add a property of customers",
    .details = "Example:\n"
               "  kohorta property add 'Площадь магазина' --type number --decimals 1 --unit м² \\\n"
               "      --group socio-demographic --label-uk 'Площа магазину'",
    .options = add_options,
    .options_count = sizeof add_options / sizeof add_options[0],
    .options_size = sizeof(AddOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_add,
};

/* ---- set ---- */

typedef struct {
    OptionCount decimals;
} SetOptions;

static const Option set_options[] = {
    OPTION(SetOptions, decimals, COUNT, "decimals", "N",
           "digits a number keeps after the point: more at any time, fewer as long as no value "
           "loses any"),
};

static Status run_set(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const SetOptions *chosen = given;
    Text name = invocation_argument(invocation, 0);
    if (!chosen->decimals.is_given)
        return error_set(err, STATUS_INVALID, "say with --decimals how many the number keeps");
    uint64_t decimals = chosen->decimals.value;
    int scale = decimals > DECIMAL_SCALE_MAX ? DECIMAL_SCALE_MAX + 1 : (int)decimals;
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    TRY(store_set_decimals(app_store(app), name, scale, err));
    invocation_done(invocation, "property", name, "changed");
    return STATUS_OK;
}

const Command command_property_set = {
    .name = "property set",
    .arguments = "NAME --decimals N",
    .summary = "change how many decimals a number keeps",
    .options = set_options,
    .options_count = sizeof set_options / sizeof set_options[0],
    .options_size = sizeof(SetOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run_set,
};

/* ---- rename, relabel, retire, restore ---- */

static Status run_rename(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    Text name = invocation_argument(invocation, 0);
    TRY(app_rename_property(app, name, text_trim(invocation_argument(invocation, 1)), err));
    invocation_done(invocation, "property", name, "renamed");
    return STATUS_OK;
}

const Command command_property_rename = {
    .name = "property rename",
    .arguments = "NAME NEW-NAME",
    .summary = "give a property another name",
    .arguments_min = 2,
    .arguments_max = 2,
    .run = run_rename,
};

typedef struct {
    Text label_ru, label_uk, label_en;
} RelabelOptions;

static const Option relabel_options[] = {LABEL_OPTIONS(RelabelOptions)};

static Status run_relabel(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const RelabelOptions *chosen = given;
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    Text name = invocation_argument(invocation, 0);
    const Property *property = schema_find_property(app_schema(app), name);
    if (property == NULL)
        return error_set(err, STATUS_NOT_FOUND, "no property '%.*s'", TEXT_FORMAT(name));
    Labels labels = property->labels;
    if (chosen->label_en.data != NULL) labels.in[LANGUAGE_EN] = chosen->label_en;
    if (chosen->label_ru.data != NULL) labels.in[LANGUAGE_RU] = chosen->label_ru;
    if (chosen->label_uk.data != NULL) labels.in[LANGUAGE_UK] = chosen->label_uk;
    TRY(store_relabel_property(app_store(app), name, &labels, err));
    invocation_done(invocation, "property", name, "relabelled");
    return STATUS_OK;
}

const Command command_property_relabel = {
    .name = "property relabel",
    .arguments = "NAME",
    .summary = "change the labels of a property",
    .options = relabel_options,
    .options_count = sizeof relabel_options / sizeof relabel_options[0],
    .options_size = sizeof(RelabelOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_relabel,
};

static Status run_retire(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    Text name = invocation_argument(invocation, 0);
    TRY(app_retire_property(app, name, err));
    invocation_done(invocation, "property", name, "retired");
    return STATUS_OK;
}

static Status run_restore(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    Text name = invocation_argument(invocation, 0);
    TRY(store_retire_property(app_store(app), name, false, err));
    invocation_done(invocation, "property", name, "restored");
    return STATUS_OK;
}

const Command command_property_retire = {
    .name = "property retire",
    .arguments = "NAME",
    .summary = "take a property out of use; its data stay",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_retire,
};

const Command command_property_restore = {
    .name = "property restore",
    .arguments = "NAME",
    .summary = "take a retired property back into use",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_restore,
};

/* ---- list ---- */

typedef struct {
    Text search, group;
    bool is_all;
    int format;
} ListOptions;

static const Option list_options[] = {
    OPTION(ListOptions, search, TEXT, "search", "TEXT", "only those with it in a name or label"),
    OPTION(ListOptions, group, TEXT, "group", "GROUP", "only those of a data group"),
    OPTION(ListOptions, is_all, FLAG, "all", NULL, "retired ones too"),
    OPTION(ListOptions, format, CHOICE, "format", FORMAT_CHOICES, "how to write them"),
};

enum { COLUMNS_COUNT = 10 };

static bool is_wanted(const Property *property, const ListOptions *chosen, Arena *arena)
{
    if (property->is_retired && !chosen->is_all) return false;
    DataGroup group = DATA_GROUP_GENERAL;
    if (data_group_parse(chosen->group, &group) && property->group != group) return false;
    if (chosen->search.size == 0) return true;
    Text search = text_fold(chosen->search, arena);
    bool is_found = text_contains(text_fold(property->name, arena), search);
    for (Language i = 0; i < LANGUAGE_COUNT && !is_found; i++)
        is_found = text_contains(text_fold(property->labels.in[i], arena), search);
    return is_found;
}

/* A list under way. A table has words of the language, files have codes. */
typedef struct {
    App *app;
    const ListOptions *chosen;
    Arena *arena;
    Output *output;
    bool is_in_words;
    Language language;
} Listing;

static Value state_of(const Listing *listing, const Property *property)
{
    Label label = property->is_retired    ? LABEL_STATE_RETIRED
                  : property->is_built_in ? LABEL_STATE_BUILT_IN
                                          : LABEL_STATE_OWN;
    return value_text(label_get(label, listing->is_in_words ? listing->language : LANGUAGE_EN));
}

static Value nature_of(const Listing *listing, const Property *property)
{
    Label label = property->is_dynamic ? LABEL_NATURE_DYNAMIC : LABEL_NATURE_STATIC;
    if (listing->is_in_words) return value_text(label_get(label, listing->language));
    return value_text(property->is_dynamic ? TEXT("dynamic") : TEXT("static"));
}

/* Of a number also how many decimals it keeps. */
static Text type_of_property(const Listing *listing, const Property *property)
{
    Language language = listing->is_in_words ? listing->language : LANGUAGE_EN;
    Voice voice = {listing->arena, language};
    Text type = listing->is_in_words ? property_type_label(property->type, language)
                                     : text_of(property_type_code(property->type));
    if (property->type != PROPERTY_NUMBER || property->scale == 0) return type;
    return LABEL_SAY(voice, TYPE_WITH_DECIMALS, type, voice_count(voice, property->scale));
}

static Status put_property(const Listing *listing, const Property *property,
                           uint64_t customers_count, Error *err)
{
    PropertyFill fill = {0};
    bool is_in_words = listing->is_in_words;
    Language language = listing->language;
    TRY(store_property_fill(app_store(listing->app), property, &fill, err));
    double share = customers_count == 0 ? 0.0 : (double)fill.filled / (double)customers_count;
    const Value values[COLUMNS_COUNT] = {
        value_text(property->name),
        value_text(labels_get(&property->labels, language)),
        value_text(type_of_property(listing, property)),
        value_text(property->unit),
        value_text(is_in_words ? data_group_label(property->group, language)
                               : text_of(data_group_code(property->group))),
        nature_of(listing, property),
        state_of(listing, property),
        value_decimal((int64_t)fill.filled),
        value_decimal((int64_t)(share * 1000.0 + 0.5)),
        value_decimal((int64_t)fill.distinct),
    };
    output_row(listing->output, values);
    return STATUS_OK;
}

/* A metric is a property that is computed; how many have a value is not counted here. */
static void put_metric(const Listing *listing, const StoredMetric *metric)
{
    Expression *expression = NULL;
    Diagnostics diagnostics = diagnostics_new(listing->arena);
    bool is_sound = app_compile(listing->app, metric->expression, EXPECT_ANY_VALUE, listing->arena,
                                &expression, &diagnostics) == STATUS_OK;
    Language language = listing->is_in_words ? listing->language : LANGUAGE_EN;
    const Value values[COLUMNS_COUNT] = {
        value_text(metric->name),
        value_text(labels_get(&metric->descriptions, listing->language)),
        is_sound ? value_text(text_of(type_name(expression->root->type))) : value_missing(),
        value_missing(),
        value_missing(),
        value_text(label_get(LABEL_NATURE_COMPUTED, language)),
        value_text(label_get(LABEL_STATE_OWN, language)),
        value_missing(),
        value_missing(),
        value_missing(),
    };
    output_row(listing->output, values);
}

static bool is_wanted_metric(const StoredMetric *metric, const ListOptions *chosen, Arena *arena)
{
    if (chosen->group.data != NULL) return false;
    if (chosen->search.size == 0) return true;
    Text search = text_fold(chosen->search, arena);
    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        if (text_contains(text_fold(metric->descriptions.in[i], arena), search)) return true;
    return text_contains(text_fold(metric->name, arena), search);
}

static Status put_all(const Listing *listing, Error *err)
{
    const Schema *schema = app_schema(listing->app);
    StoreCounts counts;
    TRY(store_count(app_store(listing->app), listing->arena, &counts, err));
    for (size_t i = 0; i < schema->properties_count; i++)
        if (is_wanted(&schema->properties[i], listing->chosen, listing->arena))
            TRY(put_property(listing, &schema->properties[i], counts.customers, err));
    StoredMetric *metrics = NULL;
    size_t count = 0;
    TRY(store_list_metrics(app_store(listing->app), listing->arena, &metrics, &count, err));
    for (size_t i = 0; i < count; i++)
        if (is_wanted_metric(&metrics[i], listing->chosen, listing->arena))
            put_metric(listing, &metrics[i]);
    return STATUS_OK;
}

static Status run_list(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const ListOptions *chosen = given;
    DataGroup group;
    if (chosen->group.data != NULL && !data_group_parse(chosen->group, &group))
        return error_set(err, STATUS_INVALID, "no data group '%.*s'", TEXT_FORMAT(chosen->group));
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    Language language = app_language(app);
    Type text = {.kind = TYPE_TEXT};
    Type count = {.kind = TYPE_DECIMAL};
    Type percent = {.kind = TYPE_DECIMAL, .scale = 1};
    const OutputColumn columns[COLUMNS_COUNT] = {
        {TEXT("name"), label_get(LABEL_NAME, language), text},
        {TEXT("label"), label_get(LABEL_LABEL, language), text},
        {TEXT("type"), label_get(LABEL_TYPE, language), text},
        {TEXT("unit"), label_get(LABEL_UNIT, language), text},
        {TEXT("group"), label_get(LABEL_GROUP, language), text},
        {TEXT("nature"), label_get(LABEL_NATURE, language), text},
        {TEXT("state"), label_get(LABEL_STATE, language), text},
        {TEXT("filled"), label_get(LABEL_FILLED, language), count},
        {TEXT("filled_percent"), label_get(LABEL_FILLED_SHARE, language), percent},
        {TEXT("distinct"), label_get(LABEL_DISTINCT, language), count},
    };
    OutputOptions format = invocation_output(invocation, (OutputFormat)chosen->format, language);
    AUTO(output_done) Output *output = output_open(format, columns, COLUMNS_COUNT);
    Listing listing = {.app = app,
                       .chosen = chosen,
                       .arena = invocation->arena,
                       .output = output,
                       .is_in_words = format.format == FORMAT_TABLE,
                       .language = language};
    TRY(put_all(&listing, err));
    return output_close(output, err);
}

#define PROPERTY_LIST(command_name)                                                             \
    {                                                                                           \
        .name = command_name, .arguments = "",                                                  \
        .summary = "list the properties of customers and the metrics", .options = list_options, \
        .options_count = sizeof list_options / sizeof list_options[0],                          \
        .options_size = sizeof(ListOptions), .run = run_list,                                   \
    }

const Command command_properties = PROPERTY_LIST("properties");
const Command command_property_list = PROPERTY_LIST("property list");
