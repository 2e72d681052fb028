/* bulk.c -- changing properties of everybody in a segment, in a saved set, whom a rule means. */
#include "app/bulk.h"

#include "app/sets.h"
#include "app/warnings.h"
#include "base/map.h"
#include "lang/print.h"
#include "model/built_in.h"

typedef struct {
    App *app;
    const BulkOrder *order;
    Text name; /* that of the order, as the segment or the set itself has it */
    Arena *arena;
    Findings *findings;
    CustomerSet customers; /* freed by whoever began it */
    const SavedSet *set;   /* of BULK_OF_SET */
    Assignment *assignments;
    struct {
        BulkContact *items;
        size_t count, capacity;
    } contacts; /* who are meant, when the rows of the set are contact persons */
    struct {
        BulkColumn *items;
        size_t count, capacity;
    } columns;
} Proposing;

/* ---- who is meant ---- */

static Text asked_by(const Proposing *proposing, const char *function)
{
    AUTO(buffer_done) Buffer rule = {0};
    buffer_printf(&rule, "%s(", function);
    print_text(&rule, proposing->name);
    buffer_char(&rule, ')');
    return arena_text(proposing->arena, buffer_view(&rule));
}

/* All three are a rule. */
static Text rule_of(const Proposing *proposing)
{
    switch (proposing->order->source) {
    case BULK_OF_RULE: return proposing->name;
    case BULK_OF_SEGMENT: return asked_by(proposing, "member");
    case BULK_OF_SET: return asked_by(proposing, "saved");
    case BULK_OF_CUSTOMER:
    case BULK_OF_ACT:
    case BULK_SOURCE_COUNT: break;
    }
    ASSERT(false);
    return (Text){0};
}

static bool is_of_contacts(const Proposing *proposing)
{
    const Stream *contacts = &app_schema(proposing->app)->streams[STREAM_CONTACT];
    return proposing->set != NULL && text_equal(proposing->set->stream, contacts->name);
}

/* A name that is not there is told as such, before it is a mistake in a rule. Rules know segments
 * by their names, people by their codes too. */
static Status find_source(Proposing *proposing, Error *err)
{
    const Segment *segment = NULL;
    App *app = proposing->app;
    proposing->name = proposing->order->name;
    switch (proposing->order->source) {
    case BULK_OF_RULE:
    case BULK_OF_CUSTOMER:
    case BULK_OF_ACT:
    case BULK_SOURCE_COUNT: break;
    case BULK_OF_SEGMENT:
        TRY(registry_get(app_registry(app), proposing->name, &segment, err));
        proposing->name = segment->card.name;
        break;
    case BULK_OF_SET:
        TRY(set_get(app, proposing->name, proposing->arena, &proposing->set, err));
        proposing->name = proposing->set->name;
        break;
    }
    return STATUS_OK;
}

static void add_asked_columns(Proposing *proposing, const Question *question, size_t rows_count)
{
    for (size_t i = 0; i < question->columns_count; i++) {
        BulkColumn column = {.name = question->columns[i].name,
                             .type = question->types[QUESTION_COLUMNS + i],
                             .cells = ARENA_ARRAY(proposing->arena, BulkCell, rows_count)};
        ARENA_PUSH(proposing->arena, &proposing->columns, column);
    }
}

static Status take_answer(Proposing *proposing, const Question *question, const Answer *answer,
                          Error *err)
{
    add_asked_columns(proposing, question, answer->rows_count);
    for (size_t row = 0; row < answer->rows_count; row++) {
        CustomerId id;
        Text code = answer_value(answer, question, row, QUESTION_CODE).as.text;
        TRY(store_find_customer(app_store(proposing->app), code, &id, err));
        if (id.value == 0) continue; /* removed meanwhile: nobody to change */
        customer_set_add(&proposing->customers, id);
        for (size_t i = 0; i < question->columns_count; i++) {
            BulkColumn *column = &proposing->columns.items[i];
            Value value = answer_value(answer, question, row, QUESTION_COLUMNS + i);
            column->cells[column->count++] = (BulkCell){.customer = id, .value = value};
        }
    }
    return STATUS_OK;
}

static Status ask(Proposing *proposing, Error *err)
{
    Question question;
    Answer answer;
    const BulkOrder *order = proposing->order;
    AskOptions options = {.source = rule_of(proposing), .columns = order->columns};
    AskMode mode = {.as_of = order->as_of,
                    .want = WANT_LIST,
                    .rows_max = SIZE_MAX,
                    .progress = order->progress};
    TRY(ask_prepare(proposing->app, &options, proposing->arena, &question, proposing->findings,
                    err));
    if (!question.is_rule) return error_set(err, STATUS_INVALID, "the rule is no yes/no question");
    TRY(ask_answer(proposing->app, &question, &mode, proposing->arena, &answer, err));
    BreakdownMode asked = {.as_of = order->as_of};
    warn_of_question(proposing->app, &question, &asked, proposing->arena, proposing->findings);
    return take_answer(proposing, &question, &answer, err);
}

static Status take_customer(Proposing *proposing, Error *err)
{
    CustomerId customer;
    TRY(store_get_customer(app_store(proposing->app), proposing->order->name, &customer, err));
    customer_set_add(&proposing->customers, customer);
    return STATUS_OK;
}

static void add_saved_column(Proposing *proposing, const SetView *view, size_t place)
{
    BulkColumn column = {.name = view->set->columns[place].name,
                         .type = view->set->columns[place].type,
                         .cells = ARENA_ARRAY(proposing->arena, BulkCell, view->rows.count),
                         .count = view->rows.count,
                         .is_of_contacts = is_of_contacts(proposing)};
    for (size_t row = 0; row < view->rows.count; row++) {
        const SavedRow *saved = &view->rows.items[row];
        column.cells[row] = (BulkCell){saved->customer, saved->values[place], saved->key};
    }
    ARENA_PUSH(proposing->arena, &proposing->columns, column);
}

/* Each once, though a set put together of two may have two rows of one. */
static Status take_contacts(Proposing *proposing, const SavedRowList *rows, Error *err)
{
    AUTO(map_done) Map *known = map_new(rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        uint64_t ignored;
        BulkContact contact = {rows->items[i].customer, rows->items[i].key};
        if (contact.code.size == 0)
            return error_set(err, STATUS_CONFLICT,
                             "the saved set '%.*s' does not know the codes of its contact persons; "
                             "save it anew",
                             TEXT_FORMAT(proposing->set->name));
        if (map_add(known, contact.code, i, &ignored))
            ARENA_PUSH(proposing->arena, &proposing->contacts, contact);
    }
    return STATUS_OK;
}

/* What a saved set holds: its columns, and the contact persons that its rows are. */
static Status take_saved(Proposing *proposing, Error *err)
{
    SetView view;
    SavedRowQuery all = {0, SIZE_MAX};
    if (proposing->set == NULL) return STATUS_OK;
    TRY(set_view(proposing->app, proposing->name, all, proposing->arena, &view, err));
    for (size_t c = 0; c < view.set->columns_count; c++)
        add_saved_column(proposing, &view, c);
    return is_of_contacts(proposing) ? take_contacts(proposing, &view.rows, err) : STATUS_OK;
}

/* ---- proposing ---- */

static Status parse_changes(Proposing *proposing, Error *err)
{
    const BulkOrder *order = proposing->order;
    if (order->changes_count == 0)
        return error_set(err, STATUS_INVALID, "say what to change: property=value");
    Arena *arena = proposing->arena;
    bool is_of_persons = is_of_contacts(proposing);
    ContactProperties properties = contact_properties(app_schema(proposing->app), arena);
    proposing->assignments = ARENA_ARRAY(arena, Assignment, order->changes_count);
    for (size_t i = 0; i < order->changes_count; i++) {
        Assignment *assignment = &proposing->assignments[i];
        TRY(is_of_persons ? assignment_parse_of_contact(&properties, order->changes[i], arena,
                                                        assignment, err)
                          : assignment_parse(app_catalog(proposing->app), order->changes[i], arena,
                                             assignment, err));
    }
    return STATUS_OK;
}

static Status propose(Proposing *proposing, BulkProposal *proposal, Error *err)
{
    TRY(find_source(proposing, err));
    TRY(parse_changes(proposing, err));
    if (proposing->order->source == BULK_OF_CUSTOMER)
        TRY(take_customer(proposing, err));
    else
        TRY(ask(proposing, err));
    TRY(take_saved(proposing, err));
    BulkRequest request = {.customers = &proposing->customers,
                           .is_of_contacts = is_of_contacts(proposing),
                           .contacts = proposing->contacts.items,
                           .contacts_count = proposing->contacts.count,
                           .assignments = proposing->assignments,
                           .assignments_count = proposing->order->changes_count,
                           .columns = proposing->columns.items,
                           .columns_count = proposing->columns.count};
    TRY(bulk_plan(app_store(proposing->app), &request, proposing->arena, &proposal->plan, err));
    BulkSource source = proposing->order->source;
    proposal->act.source = source;
    /* an act outlives the customer's erasure */
    proposal->act.source_name = source == BULK_OF_CUSTOMER ? TEXT("") : proposing->name;
    proposal->act.change =
        assignments_print(request.assignments, request.assignments_count, proposing->arena);
    bulk_summarize(&proposal->plan.content, proposing->arena, &proposal->summary);
    return STATUS_OK;
}

Status bulk_propose(App *app, const BulkOrder *order, Arena *arena, Findings ret_findings[2],
                    BulkProposal *ret_proposal, Error *err)
{
    Proposing proposing = {.app = app, .order = order, .arena = arena, .findings = ret_findings};
    BulkProposal proposal = {0};
    ret_findings[0] = (Findings){TEXT(""), diagnostics_new(arena)};
    ret_findings[1] = (Findings){TEXT(""), diagnostics_new(arena)};
    Status status = propose(&proposing, &proposal, err);
    customer_set_free(&proposing.customers);
    if (status == STATUS_OK) *ret_proposal = proposal;
    return status;
}

Status bulk_propose_undo(App *app, uint64_t act_id, Arena *arena, BulkProposal *ret_proposal,
                         Error *err)
{
    BulkProposal proposal = {.act = {.source = BULK_OF_ACT, .undoes = act_id}};
    TRY(bulk_plan_undo(app_store(app), act_id, arena, &proposal.plan, err));
    proposal.act.source_name = arena_printf(arena, "%llu", (unsigned long long)act_id);
    proposal.act.change = TEXT("");
    bulk_summarize(&proposal.plan.content, arena, &proposal.summary);
    *ret_proposal = proposal;
    return STATUS_OK;
}

Status bulk_carry_out(AppWork *work, const BulkProposal *proposal, uint64_t *ret_id, Error *err)
{
    return bulk_apply(&work->forming, &proposal->plan, &proposal->act, ret_id, err);
}

/* ---- looking ---- */

static Status read_view(Store *store, BulkView *view, CustomerSet *customers, Arena *arena,
                        Error *err)
{
    TRY(store_read_bulk_act(store, view->act.id, arena, &view->act, err));
    TRY(store_read_bulk_content(store, view->act.id, arena, &view->content, err));
    for (size_t i = 0; i < view->content.changes_count; i++)
        customer_set_add(customers, view->content.changes[i].customer);
    for (size_t i = 0; i < view->content.skips_count; i++)
        customer_set_add(customers, view->content.skips[i].customer);
    return code_book_read(store, customers, arena, &view->codes, err);
}

Status bulk_view(App *app, uint64_t act_id, Arena *arena, BulkView *ret_view, Error *err)
{
    AUTO(customer_set_free) CustomerSet customers = {0};
    BulkView view = {.act = {.id = act_id}};
    TRY(read_view(app_store(app), &view, &customers, arena, err));
    *ret_view = view;
    return STATUS_OK;
}
