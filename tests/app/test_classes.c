/* test_classes.c -- classes given by hand; segments of classes. */
#include "app/class_segments.h"

#include "app/classify.h"
#include "app/segments.h"
#include "app/shop.h"

static const Classification *classification(Shop *shop, const char *name)
{
    const Classification *found = NULL;
    EXPECT_OK(classifications_get(app_classifications(shop->app), text_of(name), &found,
                                  &shop->fixture.err),
              &shop->fixture.err);
    return found;
}

static void add(Shop *shop, const char *name, ClassificationKind kind)
{
    Definition definition = definition_customary(kind, LANGUAGE_EN, shop->fixture.arena);
    EXPECT_OK(app_add_classification(&shop->work, text_of(name), &definition, &shop->fixture.err),
              &shop->fixture.err);
}

/* As of a day after today it is that day meanwhile: nobody classifies as of a day to come. */
static void run(Shop *shop, const char *name, Date day)
{
    RunSummary *summaries;
    Date today = shop->today;
    if (day.day > today.day) shop_restart(shop, day);
    EXPECT_OK(app_run_classification(&shop->work, classification(shop, name), (RunDays){&day, 1},
                                     shop->fixture.arena, &summaries, &shop->fixture.err),
              &shop->fixture.err);
    shop_restart(shop, today);
}

/* The class of a customer in the newest run as of a day. */
static Text class_on(Shop *shop, const char *name, uint32_t customer, Date day)
{
    AUTO(run_classes_free) RunClassList classes = {0};
    Error *err = &shop->fixture.err;
    RunRow row;
    Text found = TEXT("");
    EXPECT_OK(
        app_find_run(shop->app, classification(shop, name), day, shop->fixture.arena, &row, err),
        err);
    EXPECT_OK(store_read_run_classes(shop->fixture.store, row.id, true, shop->fixture.arena,
                                     &classes, err),
              err);
    for (size_t i = 0; i < classes.count; i++)
        if (customer_set_has(&classes.items[i].customers, (CustomerId){customer}))
            found = classes.items[i].name;
    return found;
}

static Status pin(Shop *shop, const char *name, const ClassPinOrder *order)
{
    return app_pin_class(&shop->work, classification(shop, name), order, &shop->fixture.err);
}

static size_t run_due(Shop *shop)
{
    DueRun *runs = NULL;
    size_t count = 0;
    Error *err = &shop->fixture.err;
    EXPECT_OK(app_classifications_run_due(&shop->work, shop->fixture.arena, &runs, &count, err),
              err);
    return count;
}

static void set_schedule(Shop *shop, const char *name, const char *schedule, const char *rest)
{
    const Classification *changed = classification(shop, name);
    Definition definition = changed->definition;
    definition.schedule = text_of(schedule);
    definition.rest = text_of(rest);
    Error *err = &shop->fixture.err;
    EXPECT_OK(app_change_classification(&shop->work, changed, TEXT(""), &definition, err), err);
}

/* It is always noon. */
TEST(a_schedule_means_nothing_before_it_was_set)
{
    AUTO(shop_done) Shop *shop = shop_open(2);
    add(shop, "roles", KIND_ROLES);
    run(shop, "roles", shop->today);
    shop_restart(shop, date_of(2026, 4, 2));
    set_schedule(shop, "roles", "0 11 * * *", "Unknown");
    EXPECT_INT(run_due(shop), 0);
    shop_restart(shop, date_of(2026, 4, 4));
    set_schedule(shop, "roles", "0 11 * * *", "Others"); /* another word sets no schedule */
    EXPECT_INT(run_due(shop), 1);
    EXPECT_INT(run_due(shop), 0);
    set_schedule(shop, "roles", "0 10 * * *", "Others");
    EXPECT_INT(run_due(shop), 0);
    shop_restart(shop, date_of(2026, 4, 5));
    EXPECT_INT(run_due(shop), 1);
    Definition never = classification(shop, "roles")->definition;
    never.schedule = TEXT("0 3 31 2 *");
    EXPECT_STATUS(app_change_classification(&shop->work, classification(shop, "roles"), TEXT(""),
                                            &never, &shop->fixture.err),
                  STATUS_INVALID, &shop->fixture.err);
}

TEST(a_rung_given_by_hand_holds_up_to_its_last_day)
{
    AUTO(shop_done) Shop *shop = shop_open(3);
    Error *err = &shop->fixture.err;
    Date today = shop->today, tomorrow = {today.day + 1}, later = {today.day + 2};
    add(shop, "ladder", KIND_LADDER);
    ClassPinOrder order = {.code = TEXT("C2"),
                           .class_name = TEXT("PARTNER "),
                           .reason = TEXT("contract"),
                           .has_until = true,
                           .until = tomorrow};
    EXPECT_OK(pin(shop, "ladder", &order), err);
    run(shop, "ladder", today);
    run(shop, "ladder", tomorrow);
    run(shop, "ladder", later);
    run(shop, "ladder", (Date){today.day - 1});
    EXPECT_TEXT(class_on(shop, "ladder", 1, today), "Prospect");
    EXPECT_TEXT(class_on(shop, "ladder", 2, today), "Partner");
    EXPECT_TEXT(class_on(shop, "ladder", 2, tomorrow), "Partner");
    EXPECT_TEXT(class_on(shop, "ladder", 2, later), "Prospect");
    EXPECT_TEXT(class_on(shop, "ladder", 2, (Date){today.day - 1}), "Prospect");
}

TEST(a_rung_given_by_hand_is_noted_and_taken_back)
{
    AUTO(shop_done) Shop *shop = shop_open(3);
    Error *err = &shop->fixture.err;
    ClassPinView *pins = NULL;
    size_t count = 0;
    add(shop, "roles", KIND_ROLES);
    ClassPinOrder order = {
        .code = TEXT("C3"), .class_name = TEXT("Terrorist"), .reason = TEXT("press")};
    EXPECT_OK(pin(shop, "roles", &order), err);
    EXPECT_OK(app_list_class_pins(shop->app, classification(shop, "roles"), shop->fixture.arena,
                                  &pins, &count, err),
              err);
    EXPECT_INT(count, 1);
    EXPECT_TEXT(pins[0].code, "C3");
    EXPECT_TEXT(pins[0].pin.author, "anna");
    EXPECT_TEXT(pins[0].pin.reason, "press");
    run(shop, "roles", shop->today);
    EXPECT_TEXT(class_on(shop, "roles", 3, shop->today), "Terrorist");
    EXPECT_OK(app_release_class(&shop->work, classification(shop, "roles"), TEXT("C3"), err), err);
    EXPECT_STATUS(app_release_class(&shop->work, classification(shop, "roles"), TEXT("C3"), err),
                  STATUS_CONFLICT, err);
    run(shop, "roles", shop->today);
    EXPECT_TEXT(class_on(shop, "roles", 3, shop->today), "Unknown");
}

TEST(what_cannot_be_given_by_hand_is_refused)
{
    AUTO(shop_done) Shop *shop = shop_open(3);
    Error *err = &shop->fixture.err;
    add(shop, "ladder", KIND_LADDER);
    add(shop, "abc", KIND_ABC);
    ClassPinOrder order = {.code = TEXT("C1"), .class_name = TEXT("Advocat")};
    EXPECT_STATUS(pin(shop, "ladder", &order), STATUS_NOT_FOUND, err);
    EXPECT_TEXT(text_of(err->message), "'ladder' has no class 'Advocat'; did you mean 'Advocate'?");
    order.class_name = TEXT("A");
    EXPECT_STATUS(pin(shop, "abc", &order), STATUS_CONFLICT, err);
    order = (ClassPinOrder){.code = TEXT("nobody"), .class_name = TEXT("Advocate")};
    EXPECT_STATUS(pin(shop, "ladder", &order), STATUS_NOT_FOUND, err);
    order = (ClassPinOrder){.code = TEXT("C1"),
                            .class_name = TEXT("Advocate"),
                            .has_until = true,
                            .until = {shop->today.day - 1}};
    EXPECT_STATUS(pin(shop, "ladder", &order), STATUS_CONFLICT, err);
}

TEST(an_erased_customer_has_no_rung)
{
    AUTO(shop_done) Shop *shop = shop_open(3);
    Error *err = &shop->fixture.err;
    ClassPinView *pins = NULL;
    size_t count = 0;
    EraseAct act;
    add(shop, "ladder", KIND_LADDER);
    ClassPinOrder order = {.code = TEXT("C1"), .class_name = TEXT("Partner")};
    EXPECT_OK(pin(shop, "ladder", &order), err);
    EXPECT_OK(store_erase_customer(shop->fixture.store, TEXT("C1"),
                                   erasure_at(shop->work.forming.now), shop->fixture.arena, &act,
                                   err),
              err);
    EXPECT_OK(app_list_class_pins(shop->app, classification(shop, "ladder"), shop->fixture.arena,
                                  &pins, &count, err),
              err);
    EXPECT_INT(count, 0);
}

static Status make_segments(Shop *shop, const char *name)
{
    TextList names;
    ClassSegmentsOrder order = {
        .classification = classification(shop, name), .folder = TEXT(""), .mode = MODE_PERIODIC};
    return app_segments_of_classes(&shop->work, &order, shop->fixture.arena, &names,
                                   &shop->fixture.err);
}

/* One segment for each cell that somebody is in; its size is that of the cell. */
TEST(cells_of_a_cross_become_segments)
{
    AUTO(shop_done) Shop *shop = shop_open(4);
    Error *err = &shop->fixture.err;
    WriteResult result;
    const char *const cities[] = {"Клин", "Клин", "Тула \"верх\""};
    for (size_t i = 0; i < 3; i++)
        EXPECT_OK(fixture_set(&shop->fixture, arena_printf(shop->fixture.arena, "C%zu", i + 1).data,
                              "city", value_text(text_of(cities[i])), WRITE_UPSERT, &result),
                  err);
    shop_renew(shop);
    Metric metrics[] = {{.expression = TEXT("city")}, {.expression = TEXT("name")}};
    Definition definition = definition_customary(KIND_CROSS, LANGUAGE_EN, shop->fixture.arena);
    definition.metrics = metrics;
    definition.metrics_count = 2;
    EXPECT_OK(app_add_classification(&shop->work, TEXT("cross"), &definition, err), err);
    EXPECT_STATUS(make_segments(shop, "cross"), STATUS_NOT_FOUND, err);
    run(shop, "cross", shop->today);
    EXPECT_OK(make_segments(shop, "cross"), err);
    const Registry *registry = app_registry(shop->app);
    EXPECT_INT(registry->count, 3);
    shop_renew(shop);
    uint64_t total = 0;
    for (size_t i = 0; i < registry->count; i++) {
        const Segment *segment = &registry->items[i];
        FormOrder form = {.segments = &segment, .count = 1, .note = TEXT("")};
        FormingOutcome *outcomes = NULL;
        EXPECT_TEXT(segment->card.folder, "cross");
        EXPECT_OK(segments_form_now(&shop->work, &form, shop->fixture.arena, &outcomes, err), err);
        EXPECT(outcomes[0].is_formed && outcomes[0].after_count > 0);
        total += outcomes[0].after_count;
    }
    EXPECT_INT(total, 4);
    /* all or none */
    EXPECT_STATUS(make_segments(shop, "cross"), STATUS_CONFLICT, err);
    EXPECT_INT(app_registry(shop->app)->count, 3);
}
