/* customers.c -- single customers: adding one, everything known of one; what has to be done
 * whenever customers came to be. */
#include "app/customers.h"

#include "activation/typed_text.h"
#include "app/lookups.h"
#include "app/segments.h"
#include "lang/tree.h"
#include "model/built_in.h"
#include "segment/marks.h"
#include "segment/settings.h"
#include "store/import_notes.h"

/* ---- customers that came to be ---- */

/* Those behind `last`, up to `to`. */
static Status created_between(Store *store, CustomerId last, CustomerId to, CustomerSet *created,
                              Error *err)
{
    for (uint32_t id = last.value + 1; id <= to.value && id > last.value; id++)
        customer_set_add(created, (CustomerId){id});
    return store_keep_existing(store, created, err);
}

static Status check_between(AppWork *work, CustomerId last, CustomerId to, Arena *arena,
                            CreationCheck *ret_check, Error *err)
{
    AUTO(customer_set_free) CustomerSet created = {0};
    CreationOutcome *outcomes = NULL;
    *ret_check = (CreationCheck){0};
    TRY(created_between(work->forming.store, last, to, &created, err));
    ret_check->created_count = customer_set_count(&created);
    if (ret_check->created_count == 0 || !creation_is_checked(work->forming.registry))
        return STATUS_OK;
    TRY(app_work_renew(work, err));
    TRY(segments_check_new_customers(&work->forming, &created, arena, &outcomes,
                                     &ret_check->outcomes_count, err));
    ret_check->outcomes = outcomes;
    return STATUS_OK;
}

/* Whoever came to be before `to` and was not looked at: a crash came between. */
static Status check_left_over(AppWork *work, CustomerId to, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    CreationCheck ignored;
    CustomerId through;
    if (!creation_is_checked(work->forming.registry)) return STATUS_OK;
    TRY(creation_checked_through(work->forming.store, to, &through, err));
    return check_between(work, through, to, arena, &ignored, err);
}

Status customers_check_left_over(AppWork *work, Error *err)
{
    CustomerId last;
    TRY(store_last_customer(work->forming.store, &last, err));
    return check_left_over(work, last, err);
}

Status customers_check_created(AppWork *work, CustomerId last, Arena *arena,
                               CreationCheck *ret_check, Error *err)
{
    CustomerId now;
    TRY(check_left_over(work, last, err));
    TRY(store_last_customer(work->forming.store, &now, err));
    return check_between(work, last, now, arena, ret_check, err);
}

/* Of what was imported before the failure, if any, it is true all the same. */
static Status check_imported(App *app, CustomerId last, Arena *arena, CreationCheck *ret_check,
                             Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    CustomerId now;
    TRY(store_last_customer(app_store(app), &now, err));
    if (now.value <= last.value) return STATUS_OK;
    TRY(app_refresh(app, err)); /* the import may have made properties */
    if (!creation_is_checked(app_registry(app))) {
        ret_check->created_count = now.value - last.value;
        return STATUS_OK;
    }
    /* nobody may stop it: whoever stopped the import did not mean this */
    TRY(app_work_begin(app, app_author(app), NULL, &work, err));
    return customers_check_created(&work, last, arena, ret_check, err);
}

/* Rows that were sent without a file are no file that was imported. */
static Status note_import(App *app, const Import *import, Error *err)
{
    const ImportPlan *plan = import_plan(import);
    const ImportReport *report = import_report(import);
    const ImportNote note = {.at = app_now(app),
                             .author = app_author(app),
                             .file = plan->name,
                             .target = text_of(import_target_code(plan->target)),
                             .stream = plan->stream,
                             .mode = text_of(import_mode_code(plan->mode)),
                             .added = report->added,
                             .updated = report->updated,
                             .unchanged = report->unchanged,
                             .rejected = report->rejected,
                             .removed = report->removed,
                             .is_finished = report->is_finished};
    if (plan->name.size == 0) return STATUS_OK;
    return store_note_import(app_store(app), &note, err);
}

Status customers_import(App *app, Import *import, const Progress *progress, Arena *arena,
                        CreationCheck *ret_check, Error *err)
{
    Error ignored;
    CustomerId last;
    *ret_check = (CreationCheck){0};
    TRY(store_last_customer(app_store(app), &last, err));
    Status status = import_run(import, progress, err);
    Error *own_err = status == STATUS_OK ? err : &ignored;
    Status noted = note_import(app, import, own_err);
    Status checked =
        check_imported(app, last, arena, ret_check, noted == STATUS_OK ? own_err : &ignored);
    return status != STATUS_OK ? status : noted != STATUS_OK ? noted : checked;
}

/* ---- adding ---- */

typedef struct {
    AppWork *work;
    const CustomerOrder *order;
    Arena *arena;
    Value *values; /* per slot */
    bool *is_given;
    const Segment **chosen;
} Adding;

static Status give(const Adding *adding, size_t slot, Text text, Error *err)
{
    const Property *property = &app_schema(adding->work->app)->properties[slot];
    if (text.size == 0) return STATUS_OK;
    adding->is_given[slot] = true;
    return typed_text_read(property, text, adding->arena, &adding->values[slot], err);
}

static Status give_written(const Adding *adding, Text written, Error *err)
{
    Assignment assignment;
    TRY(assignment_parse(app_catalog(adding->work->app), written, adding->arena, &assignment, err));
    if (assignment.column.size > 0 || assignment.operator_ == ASSIGN_REMOVE)
        return error_set(err, STATUS_INVALID, "'%.*s': a new customer takes property=value only",
                         TEXT_FORMAT(written));
    size_t slot = schema_property_slot(app_schema(adding->work->app), assignment.property);
    adding->values[slot] = assignment.value;
    adding->is_given[slot] = true;
    return STATUS_OK;
}

static Status understand(const Adding *adding, Error *err)
{
    const CustomerOrder *order = adding->order;
    for (size_t i = 0; i < order->values_count; i++)
        TRY(give_written(adding, order->values[i], err));
    TRY(give(adding, BUILT_IN_NAME, order->name, err));
    TRY(give(adding, BUILT_IN_KIND, order->kind, err));
    if (order->segments_count > 0) TRY(segment_settings_require(adding->work->forming.store, err));
    for (size_t i = 0; i < order->segments_count; i++) {
        TRY(registry_get(adding->work->forming.registry, order->segments[i], &adding->chosen[i],
                         err));
        TRY(creation_check_chosen(adding->chosen[i], err));
    }
    return STATUS_OK;
}

static Status write(const Adding *adding, CustomerId *ret_id, Error *err)
{
    Store *store = adding->work->forming.store;
    AUTO(customer_set_free) CustomerSet created = {0};
    CustomerWrite customer = {
        .code = adding->order->code, .values = adding->values, .is_given = adding->is_given};
    WriteResult result;
    TRY(store_write_customer(store, &customer, WRITE_INSERT, &result, err));
    /* the newest one: his code may have been given in another form than it is stored in */
    TRY(store_last_customer(store, ret_id, err));
    customer_set_add(&created, *ret_id);
    for (size_t i = 0; i < adding->order->segments_count; i++)
        TRY(creation_choose(&adding->work->forming, adding->chosen[i], &created, err));
    return STATUS_OK;
}

static Status write_at_once(const Adding *adding, CustomerId *ret_id, Error *err)
{
    Store *store = adding->work->forming.store;
    TRY(store_batch_begin(store, err));
    Status status = write(adding, ret_id, err);
    if (status == STATUS_OK) status = store_batch_commit(store, err);
    store_batch_rollback(store);
    return status;
}

Status customer_add(AppWork *work, const CustomerOrder *order, Arena *arena,
                    CustomerAdded *ret_added, Error *err)
{
    size_t slots = app_schema(work->app)->properties_count;
    CustomerId id;
    Adding adding = {.work = work,
                     .order = order,
                     .arena = arena,
                     .values = ARENA_ARRAY(arena, Value, slots),
                     .is_given = ARENA_ARRAY(arena, bool, slots),
                     .chosen = ARENA_ARRAY(arena, const Segment *, order->segments_count)};
    CustomerAdded added = {.chosen = adding.chosen, .chosen_count = order->segments_count};
    TRY(understand(&adding, err));
    TRY(write_at_once(&adding, &id, err));
    TRY(customers_check_created(work, (CustomerId){id.value - 1}, arena, &added.check, err));
    /* the check may have read the names again */
    for (size_t i = 0; i < order->segments_count; i++)
        TRY(registry_get(work->forming.registry, order->segments[i], &adding.chosen[i], err));
    TRY(store_read_customer(work->forming.store, order->code, arena, &added.row, err));
    *ret_added = added;
    return STATUS_OK;
}

/* ---- looking ---- */

typedef struct {
    App *app;
    Arena *arena;
    CustomerView *view;
    bool wants_sets;
    bool has_day; /* else: right now */
    Date day;
    const Standing *standing; /* NULL: the store is asked */
    JoinedLookups *lookups;
    struct {
        CustomerMembership *items;
        size_t count, capacity;
    } memberships;
} Viewing;

/* How he came in; id 0 when he is out. */
static Status find_since(const Viewing *viewing, uint32_t segment_id, CustomerMove *ret_since,
                         Error *err)
{
    StandingKind kind;
    CustomerId id = viewing->view->row.id;
    *ret_since = (CustomerMove){0};
    if (!viewing->has_day) {
        StandingQuery now = {segment_id, id};
        TRY(standing_find(viewing->standing, now, viewing->arena, &kind, ret_since, err));
        if (kind != STANDING_UNKNOWN) return STATUS_OK;
    }
    Date day = viewing->has_day ? viewing->day : (Date){DATE_DAY_MAX};
    CustomerMoveQuery query = {segment_id, id, day};
    TRY(store_find_last_move(app_store(viewing->app), query, viewing->arena, ret_since, err));
    if (!ret_since->is_joining) *ret_since = (CustomerMove){0};
    return STATUS_OK;
}

static Status look_into_stored(Viewing *viewing, const Segment *segment, Error *err)
{
    CustomerMembership membership = {.segment = segment};
    TRY(find_since(viewing, segment->id, &membership.since, err));
    if (membership.since.forming.id == 0) return STATUS_OK;
    MarkQuery mark = {segment->id, viewing->view->row.id};
    if (!viewing->has_day)
        TRY(store_find_mark(app_store(viewing->app), mark, viewing->arena, &membership.has_mark,
                            &membership.mark, err));
    if (membership.has_mark) mark_explain_merge(&membership.mark, &membership.since);
    ARENA_PUSH(viewing->arena, &viewing->memberships, membership);
    return STATUS_OK;
}

static Status look_into_dynamic(Viewing *viewing, const Segment *segment, Error *err)
{
    Date as_of = viewing->has_day ? viewing->day : app_today(viewing->app);
    const Expression *rule = segment_rule(viewing->app, segment);
    if (rule == NULL) return STATUS_OK;
    AUTO(reference_done) Reference *reference = NULL;
    CustomerSource *source = NULL;
    Value value;
    TRY(joined_lookups_prepare(viewing->lookups, rule, as_of, err));
    TRY(store_customer_source(app_store(viewing->app), &source, err));
    EvalInput input = {
        .source = source, .lookups = joined_lookups_get(viewing->lookups), .as_of = as_of};
    TRY(reference_open(&input, rule, &reference, err));
    Status status = reference_eval_customer(reference, &viewing->view->row, rule->root,
                                            viewing->arena, &value, err);
    if (status == STATUS_LIMIT) return STATUS_OK;
    if (status != STATUS_OK) return status;
    CustomerMembership membership = {.segment = segment, .is_dynamic = true};
    if (value.kind == VALUE_BOOL && value.as.boolean)
        ARENA_PUSH(viewing->arena, &viewing->memberships, membership);
    return STATUS_OK;
}

static Status look_into_segments(Viewing *viewing, Error *err)
{
    const Registry *registry = app_registry(viewing->app);
    for (size_t i = 0; i < registry->count; i++) {
        const Segment *segment = &registry->items[i];
        if (segment->card.mode == MODE_DYNAMIC)
            TRY(look_into_dynamic(viewing, segment, err));
        else
            TRY(look_into_stored(viewing, segment, err));
    }
    return STATUS_OK;
}

static Status read_memberships(Viewing *viewing, Error *err)
{
    App *app = viewing->app;
    TRY(standings_acquire(app_standings(app), app_store(app), &viewing->standing, err));
    viewing->lookups = app_lookups_open(app);
    Status status = look_into_segments(viewing, err);
    joined_lookups_free(viewing->lookups);
    standings_release(app_standings(app), viewing->standing);
    viewing->view->memberships = viewing->memberships.items;
    viewing->view->memberships_count = viewing->memberships.count;
    return status;
}

static Status read_sets(Viewing *viewing, Error *err)
{
    Store *store = app_store(viewing->app);
    uint32_t *ids = NULL;
    SavedName *names = NULL;
    size_t ids_count = 0, names_count = 0, count = 0;
    TRY(store_saved_sets_of(store, viewing->view->row.id, viewing->arena, &ids, &ids_count, err));
    TRY(store_list_saved_names(store, viewing->arena, &names, &names_count, err));
    for (size_t i = 0; i < names_count; i++)
        for (size_t k = 0; k < ids_count; k++)
            if (ids[k] == names[i].id) names[count++] = names[i];
    viewing->view->sets = names;
    viewing->view->sets_count = count;
    return STATUS_OK;
}

static Status read_merges(Viewing *viewing, Error *err)
{
    MergeRow *merges = NULL;
    CustomerView *view = viewing->view;
    TRY(store_list_merges(app_store(viewing->app), view->row.id, viewing->arena, &merges,
                          &view->merges_count, err));
    view->merges = merges;
    return STATUS_OK;
}

/* Those that rules of dynamic segments look at. */
static const bool *find_streams(const Viewing *viewing)
{
    const Registry *registry = app_registry(viewing->app);
    const Schema *schema = app_schema(viewing->app);
    bool *streams = ARENA_ARRAY(viewing->arena, bool, schema->streams_count);
    for (size_t i = 0; i < registry->count; i++) {
        if (registry->items[i].card.mode != MODE_DYNAMIC) continue;
        const Expression *rule = segment_rule(viewing->app, &registry->items[i]);
        if (rule != NULL) node_streams(rule->root, schema, streams);
    }
    return streams;
}

static bool has_dynamic_segments(const Viewing *viewing)
{
    const Registry *registry = app_registry(viewing->app);
    for (size_t i = 0; i < registry->count; i++)
        if (registry->items[i].card.mode == MODE_DYNAMIC) return true;
    return false;
}

/* All that is known of him, or what dynamic segments look at, or only who he is. */
static Status read_row(const Viewing *viewing, Text code, Error *err)
{
    Store *store = app_store(viewing->app);
    CustomerRow *row = &viewing->view->row;
    if (viewing->wants_sets) return store_read_customer(store, code, viewing->arena, row, err);
    if (!has_dynamic_segments(viewing)) return store_get_customer(store, code, &row->id, err);
    return store_read_customer_streams(store, code, find_streams(viewing), viewing->arena, row,
                                       err);
}

static Status read_view(Viewing *viewing, Text code, Error *err)
{
    TRY(read_row(viewing, code, err));
    TRY(read_memberships(viewing, err));
    if (!viewing->wants_sets) return STATUS_OK;
    TRY(read_merges(viewing, err));
    return read_sets(viewing, err);
}

static Status view_customer(Viewing viewing, Text code, CustomerView *ret_view, Error *err)
{
    App *app = viewing.app;
    CustomerView view = {.schema = app_schema(app)};
    viewing.view = &view;
    TRY(store_read_begin(app_store(app), err));
    Status status = read_view(&viewing, code, err);
    store_read_end(app_store(app));
    if (status == STATUS_OK) *ret_view = view;
    return status;
}

Status customer_view(App *app, Text code, Arena *arena, CustomerView *ret_view, Error *err)
{
    Viewing viewing = {.app = app, .arena = arena, .wants_sets = true};
    return view_customer(viewing, code, ret_view, err);
}

Status customer_memberships(App *app, const MembershipsQuery *query, Arena *arena,
                            CustomerView *ret_view, Error *err)
{
    Viewing viewing = {.app = app, .arena = arena, .has_day = query->has_day, .day = query->day};
    return view_customer(viewing, query->code, ret_view, err);
}
