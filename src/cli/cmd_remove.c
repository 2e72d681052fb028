/* cmd_remove.c -- kohorta event remove, contact remove, item remove: single things taken out again.
 */
#include "cli/commands.h"

#include "cli/act_note.h"
#include "cli/labels.h"
#include "reply/data.h"
#include "reply/human.h"

/* ---- event remove ---- */

static Status run_event(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    RemovedEvent removed;
    Text stream = invocation_argument(invocation, 0), key = invocation_argument(invocation, 1);
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    TRY(store_remove_event(app_store(app), stream, key, &removed, err));
    TRY(act_note(app, AUDIT_DATA, stream, "an event was removed", err));
    invocation_done(invocation, "event", key, "removed");
    return STATUS_OK;
}

const Command command_event_remove = {
    .name = "event remove",
    .arguments = "STREAM KEY",
    .summary = "remove one event by its key",
    .details =
        "KEY is what stood in the column that went to `key` when the event was imported. An\n"
        "event without a key of its own is taken out by importing the days anew with\n"
        "--mode replace. Example:\n"
        "  kohorta event remove purchase 'CHECK-10023/2'",
    .arguments_min = 2,
    .arguments_max = 2,
    .changes_data = true,
    .run = run_event,
};

/* ---- contact remove ---- */

typedef struct {
    bool is_confirmed;
} ContactOptions;

static const Option contact_options[] = {
    OPTION(ContactOptions, is_confirmed, FLAG, "yes", NULL,
           "really do it; there is no way back but importing the person again"),
};

static void tell_contact(Invocation *invocation, App *app, const RemovedContact *removed)
{
    Voice voice = {invocation->arena, app_language(app)};
    if (invocation->common.is_json) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        reply_removed_contact(&writer, removed);
        invocation_json(invocation, &buffer);
        return;
    }
    invocation_done(invocation, "contact person", removed->code, "removed");
    Text events = LABEL_SAY(voice, CONTACT_EVENTS, voice_count(voice, removed->events));
    if (removed->events > 0) invocation_note(invocation, "%.*s", TEXT_FORMAT(events));
}

static Status run_contact(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const ContactOptions *chosen = given;
    RemovedContact removed;
    ContactRemoval removal = {.customer = invocation_argument(invocation, 0),
                              .contact = invocation_argument(invocation, 1),
                              .is_look = !chosen->is_confirmed};
    TRY(invocation_open(invocation, chosen->is_confirmed ? STORE_WRITE : STORE_READ, &app, err));
    TRY(store_remove_contact(app_store(app), &removal, invocation->arena, &removed, err));
    if (removal.is_look)
        return error_set(err, STATUS_INVALID,
                         "this removes contact person '%.*s' of customer '%.*s' for ever; events "
                         "that name the person stay without the name: %llu; add --yes to do it",
                         TEXT_FORMAT(removed.code), TEXT_FORMAT(removed.customer),
                         (unsigned long long)removed.events);
    TRY(act_note(app, AUDIT_DATA, TEXT("contact"), "a contact person was removed", err));
    tell_contact(invocation, app, &removed);
    return STATUS_OK;
}

const Command command_contact_remove = {
    .name = "contact remove",
    .arguments = "CODE CONTACT --yes",
    .summary = "remove a contact person of a customer",
    .details = "CODE is the customer's; CONTACT is the code of the person, or the whole name.\n"
               "Conversations with the person stay, without the name. Example:\n"
               "  kohorta contact remove 000016 'Титова Анна' --yes",
    .options = contact_options,
    .options_count = sizeof contact_options / sizeof contact_options[0],
    .options_size = sizeof(ContactOptions),
    .arguments_min = 2,
    .arguments_max = 2,
    .changes_data = true,
    .run = run_contact,
};

/* ---- item remove ---- */

static Status run_item(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    Text code;
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    TRY(store_remove_item(app_store(app), invocation_argument(invocation, 0), invocation->arena,
                          &code, err));
    TRY(act_note(app, AUDIT_DATA, code, "an item was removed", err));
    invocation_done(invocation, "item", code, "removed");
    return STATUS_OK;
}

const Command command_item_remove = {
    .name = "item remove",
    .arguments = "CODE",
    .summary = "remove an item that no event names",
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run_item,
};
