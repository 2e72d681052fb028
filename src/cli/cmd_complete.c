/* cmd_complete.c -- kohorta __complete: what may follow the words typed so far, for the shell. */
#include "cli/commands.h"

#include <string.h>

typedef struct {
    Invocation *invocation;
    Text begin; /* of the word that is being typed */
} Offer;

static void offer(const Offer *offer, const char *before, Text word)
{
    AUTO(buffer_done) Buffer buffer = {0};
    buffer_cstr(&buffer, before);
    buffer_text(&buffer, word);
    if (text_starts_with(buffer_view(&buffer), offer->begin))
        invocation_say(offer->invocation, "%.*s", TEXT_FORMAT(buffer_view(&buffer)));
}

/* First words when nothing is typed before, second words of the group that is. */
static void offer_commands(const Offer *wanted, Text group)
{
    Text last = TEXT("");
    for (size_t i = 0; i < commands_count; i++) {
        if (commands[i]->is_hidden) continue;
        Text second;
        Text first = text_split(text_of(commands[i]->name), ' ', &second);
        if (group.size == 0 && !text_equal(first, last)) offer(wanted, "", first);
        if (group.size > 0 && text_equal(first, group) && second.size > 0)
            offer(wanted, "", second);
        last = first;
    }
}

static void offer_options(const Offer *wanted, const Option *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        offer(wanted, "--", text_of(options[i].name));
}

static const Option *find_option(const Command *command, Text word)
{
    for (size_t i = 0; command != NULL && i < command->options_count; i++)
        if (text_starts_with(word, TEXT("--")) &&
            text_equal(text_of(command->options[i].name), text_slice(word, 2, word.size)))
            return &command->options[i];
    return NULL;
}

static void offer_choices(const Offer *wanted, const Option *option)
{
    for (Text rest = text_of(option->value); rest.data != NULL;)
        offer(wanted, "", text_split(rest, '|', &rest));
}

static const Command *typed_command(Text first, Text second)
{
    for (size_t i = 0; i < commands_count; i++) {
        Text rest;
        Text word = text_split(text_of(commands[i]->name), ' ', &rest);
        if (text_equal(word, first) && (rest.data == NULL || text_equal(rest, second)))
            return commands[i];
    }
    return NULL;
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    (void)given, (void)err;
    size_t count = invocation->arguments_count;
    Offer wanted = {invocation, invocation_argument(invocation, count == 0 ? 0 : count - 1)};
    Text first = count > 1 ? invocation_argument(invocation, 0) : TEXT("");
    Text second = count > 2 ? invocation_argument(invocation, 1) : TEXT("");
    Text before = count > 1 ? invocation_argument(invocation, count - 2) : TEXT("");
    const Command *command = typed_command(first, second);
    const Option *option = find_option(command, before);
    if (option != NULL && option->kind == OPTION_CHOICE) {
        offer_choices(&wanted, option);
    } else if (text_starts_with(wanted.begin, TEXT("-"))) {
        if (command != NULL) offer_options(&wanted, command->options, command->options_count);
        offer_options(&wanted, common_options, common_options_count);
    } else if (count <= 2) {
        offer_commands(&wanted, first);
    }
    return STATUS_OK;
}

const Command command_complete = {
    .name = "__complete",
    .arguments = "WORDS",
    .summary = "what may follow, for the completion of the shell",
    .arguments_max = ARGUMENTS_ANY,
    .is_hidden = true,
    .run = run,
};
