/* cmd_init.c -- kohorta init: makes a data directory. */
#include "cli/commands.h"

#include "app/organisation.h"
#include "app/starting_metrics.h"
#include "reply/error_words.h"

typedef struct {
    Text time_zone, currency;
    int language;
} Options;

static const Option options[] = {
    OPTION(Options, time_zone, TEXT, "time-zone", "ZONE",
           "the business time zone, where days begin and end (Europe/Moscow)"),
    OPTION(Options, currency, TEXT, "currency", "CODE", "ISO 4217 code of the currency (RUB)"),
    OPTION(Options, language, CHOICE, "language", "ru|uk|en",
           "of sentences, warnings and tables (ru)"),
};

static const Language languages[] = {LANGUAGE_RU, LANGUAGE_UK, LANGUAGE_EN};

static Status run(Invocation *invocation, const void *given, Error *err)
{
    const Options *chosen = given;
    Settings settings = {
        .time_zone = chosen->time_zone.data != NULL ? chosen->time_zone : TEXT("Europe/Moscow"),
        .currency = chosen->currency.data != NULL ? chosen->currency : TEXT("RUB"),
        .language = languages[chosen->language],
    };
    TRY(organisation_check(&settings, err));
    const char *directory = invocation->arguments_count > 0 ? invocation->arguments[0]
                                                            : invocation_directory(invocation);
    TRY(app_make_directory(directory, settings, err));
    error_speak(error_words_of(settings.language));
    invocation_done(invocation, "data directory", text_of(directory), "made");
    return STATUS_OK;
}

const Command command_init = {
    .name = "init",
    .arguments = "[DIR]",
    .summary = "make a data directory",
    .details = "Example:\n"
               "  kohorta init shop --time-zone Europe/Kyiv --currency UAH --language uk",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .arguments_max = 1,
    .run = run,
};
