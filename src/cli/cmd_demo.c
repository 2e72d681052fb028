/* cmd_demo.c -- kohorta demo: a trading company that does not exist, to try everything on. */
#include "cli/commands.h"

#include "app/demo_deeds.h"
#include "app/demo_segments.h"
#include "app/starting_metrics.h"
#include "base/zone.h"
#include "demo/demo.h"
#include "reply/error_words.h"
#include "store/unfinished.h"

enum { NOON_HOUR = 12 };

typedef struct {
    OptionCount seed;
    OptionDate until;
    Text files;
    bool is_bare;
} Options;

static const Option options[] = {
    OPTION(Options, until, DATE, "until", "DATE",
           "the last day that has events (today); questions are as of today too"),
    OPTION(Options, seed, COUNT, "seed", "N", "another number makes another company"),
    OPTION(Options, files, TEXT, "csv", "FOLDER",
           "write the same data into this folder as files to try the import with"),
    OPTION(Options, is_bare, FLAG, "bare", NULL,
           "customers and events alone, without segments and sets"),
};

/* Now in the zone of the demo; on the day that the environment says, at noon. */
static Status find_now(Invocation *invocation, Moment *ret_now, Error *err)
{
    AppClock clock;
    TRY(invocation_clock(invocation, &clock, err));
    if (clock.has_today) {
        *ret_now = moment_of(clock.today, NOON_HOUR, 0, 0);
        return STATUS_OK;
    }
    Zone *zone = NULL;
    TRY(zone_open(demo_settings().time_zone, &zone, err));
    *ret_now = zone_local(zone, clock.utc_second);
    zone_close(zone);
    return STATUS_OK;
}

static Status fill(Invocation *invocation, const char *directory, const DemoOptions *demo,
                   Error *err)
{
    AUTO(store_done) Store *store = NULL;
    TRY(store_open(directory, STORE_WRITE, &store, err));
    TRY(store_set_unfinished(store, true, err));
    TRY(app_add_starting_metrics(store, err));
    store_set_day(store, demo->until);
    return demo_write(store, demo, &invocation->progress, err);
}

static Status finish(const char *directory, Error *err)
{
    AUTO(store_done) Store *store = NULL;
    TRY(store_open(directory, STORE_WRITE, &store, err));
    return store_set_unfinished(store, false, err);
}

/* At noon of the company's last day; what is done before noon of today is not of a moment to come.
 */
static Moment moment_of_deeds(Date last_day, Moment now)
{
    Moment noon = moment_of(last_day, NOON_HOUR, 0, 0);
    bool is_to_come = moment_date(now).day == last_day.day && now.second < noon.second;
    return is_to_come ? now : noon;
}

static Status add_deeds(Invocation *invocation, const char *directory, Moment at, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    AppClock clock = {.has_today = true,
                      .today = moment_date(at),
                      .has_time = true,
                      .second_of_day = moment_second_of_day(at)};
    TRY(app_open(directory, STORE_WRITE, clock, &app, err));
    TRY(app_work_begin(app, TEXT("demo"), &invocation->progress, &work, err));
    TRY(app_add_demo_segments(&work, err));
    return app_add_demo_deeds(&work, err);
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    const Options *chosen = given;
    DemoOptions demo = {.seed = chosen->seed.is_given ? chosen->seed.value : DEMO_SEED,
                        .until = chosen->until.value};
    Moment now;
    TRY(find_now(invocation, &now, err));
    if (!chosen->until.is_given) demo.until = moment_date(now);
    if (chosen->files.data != NULL) {
        const char *folder = arena_cstr(invocation->arena, chosen->files);
        TRY(demo_write_files(folder, &demo, err));
        invocation_done(invocation, "files of the demo company", chosen->files, "written");
    }
    if (invocation->arguments_count == 0 && chosen->files.data != NULL) return STATUS_OK;
    const char *directory = invocation->arguments_count > 0 ? invocation->arguments[0]
                                                            : invocation_directory(invocation);
    TRY(store_init(directory, demo_settings(), err));
    TRY(fill(invocation, directory, &demo, err));
    if (!chosen->is_bare)
        TRY(add_deeds(invocation, directory, moment_of_deeds(demo.until, now), err));
    TRY(finish(directory, err));
    error_speak(error_words_of(demo_settings().language));
    invocation_done(invocation, "demo company", text_of(directory), "made");
    return STATUS_OK;
}

const Command command_demo = {
    .name = "demo",
    .arguments = "[DIR]",
    .summary = "make a data directory with a trading company that does not exist",
    .details =
        "5 000 customers, three years of purchases, conversations and settlements. The same\n"
        "--seed and --until give the same data. docs/manual/demo.md tells who is in it.",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .arguments_max = 1,
    .run = run,
};
