/* cmd_customer.c -- kohorta customer ...: adding one, changing one, everything known of one. */
#include "cli/commands.h"

#include "cli/customer_card.h"
#include "cli/labels.h"
#include "reply/bulk.h"
#include "reply/customer.h"

/* ---- add ---- */

typedef struct {
    Text name, kind;
    OptionList values, segments;
} AddOptions;

static const Option add_options[] = {
    OPTION(AddOptions, name, TEXT, "name", "TEXT", "how he is called"),
    OPTION(AddOptions, kind, TEXT, "kind", "company|person", "what he is"),
    OPTION(AddOptions, values, LIST, "set", "property=value", "what is known; several times"),
    OPTION(AddOptions, segments, LIST, "segment", "NAME",
           "a manual segment to put him into; several times"),
};

static void tell_added(Invocation *invocation, App *app, const CustomerAdded *added)
{
    Voice voice = {invocation->arena, app_language(app)};
    if (invocation->common.is_json) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        CustomerAddedReply reply = {added, app_schema(app), app_today(app), app_language(app)};
        reply_customer_added(&writer, &reply);
        invocation_json(invocation, &buffer);
        return;
    }
    Text line = LABEL_SAY(voice, CUSTOMER_ADDED, added->row.code);
    invocation_say(invocation, "%.*s", TEXT_FORMAT(line));
    for (size_t i = 0; i < added->chosen_count; i++) {
        line = LABEL_SAY(voice, CUSTOMER_CHOSEN, added->chosen[i]->card.name);
        invocation_say(invocation, "%.*s", TEXT_FORMAT(line));
    }
    creation_check_tell(invocation, app, &added->check);
}

static Status run_add(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const AddOptions *chosen = given;
    CustomerAdded added;
    CustomerOrder order = {.code = invocation_argument(invocation, 0),
                           .name = chosen->name,
                           .kind = chosen->kind,
                           .values = chosen->values.items,
                           .values_count = chosen->values.count,
                           .segments = chosen->segments.items,
                           .segments_count = chosen->segments.count};
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(customer_add(&work, &order, invocation->arena, &added, err));
    tell_added(invocation, app, &added);
    return STATUS_OK;
}

const Command command_customer_add = {
    .name = "customer add",
    .arguments = "CODE",
    .summary = "add a customer; segments that check new ones look at him",
    .details =
        "He can be put into manual segments. Every periodic segment that checks new customers is\n"
        "asked about him alone; those that he joins are told with the reason. Example:\n"
        "  kohorta customer add 7001 --name 'ООО «Ромашка»' --kind company \\\n"
        "      --set 'region=Тула' --segment 'Стоп-лист'",
    .options = add_options,
    .options_count = sizeof add_options / sizeof add_options[0],
    .options_size = sizeof(AddOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run_add,
};

/* ---- set ---- */

static Status propose(Invocation *invocation, App *app, BulkProposal *ret_proposal, Error *err)
{
    Arena *arena = invocation->arena;
    Findings findings[2];
    size_t count = invocation->arguments_count - 1;
    Text *changes = ARENA_ARRAY(arena, Text, count);
    for (size_t i = 0; i < count; i++)
        changes[i] = invocation_argument(invocation, i + 1);
    BulkOrder order = {.source = BULK_OF_CUSTOMER,
                       .name = invocation_argument(invocation, 0),
                       .changes = changes,
                       .changes_count = count,
                       .as_of = app_today(app)};
    return bulk_propose(app, &order, arena, findings, ret_proposal, err);
}

static void tell_set(Invocation *invocation, App *app, const BulkProposal *proposal,
                     uint64_t number)
{
    if (invocation->common.is_json) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        reply_bulk_proposal(&writer, proposal, number, SIZE_MAX, app_language(app));
        invocation_json(invocation, &buffer);
        return;
    }
    for (size_t i = 0; i < proposal->plan.content.changes_count; i++) {
        const BulkChange *change = &proposal->plan.content.changes[i];
        Type type = property_value_type(change->property);
        Text before = value_print(change->before, type, invocation->arena);
        Text after = value_print(change->after, type, invocation->arena);
        invocation_say(invocation, "%.*s: %.*s -> %.*s", TEXT_FORMAT(change->property->name),
                       TEXT_FORMAT(before), TEXT_FORMAT(after));
    }
    for (size_t i = 0; i < proposal->plan.content.skips_count; i++) {
        const BulkSkip *skip = &proposal->plan.content.skips[i];
        invocation_say(invocation, "%.*s: %.*s", TEXT_FORMAT(skip->property->name),
                       TEXT_FORMAT(skip_reason_label(skip->reason, app_language(app))));
    }
}

static Status run_set(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    BulkProposal proposal;
    uint64_t number = 0;
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(propose(invocation, app, &proposal, err));
    if (proposal.plan.content.changes_count > 0)
        TRY(bulk_carry_out(&work, &proposal, &number, err));
    tell_set(invocation, app, &proposal, number);
    return STATUS_OK;
}

const Command command_customer_set = {
    .name = "customer set",
    .arguments = "CODE property=value ...",
    .summary = "change what is known of a customer",
    .details = "property= clears; property+=value and property-=value are for several values. The\n"
               "change is an act like those of many customers: kohorta bulk undo takes it back.",
    .arguments_min = 2,
    .arguments_max = ARGUMENTS_ANY,
    .changes_data = true,
    .run = run_set,
};

/* ---- show ---- */

static Status run_show(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    return customer_card_tell(invocation, app, invocation_argument(invocation, 0), err);
}

const Command command_customer_show = {
    .name = "customer show",
    .arguments = "CODE",
    .summary = "show everything known of a customer",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_show,
};

const Command command_customer = {
    .name = "customer",
    .arguments = "CODE",
    .summary = "the same as customer show",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_show,
};
