/* cmd_sample.c -- kohorta sample-size: how many customers a trial needs. */
#include "cli/commands.h"

#include "analysis/statistics.h"
#include "base/buffer.h"
#include "base/decimal.h"
#include "cli/labels.h"
#include "reply/fields.h"

#include <math.h>

typedef struct {
    OptionCount of;
    Text share, error, confidence, power, from, to;
} Options;

static const Option options[] = {
    OPTION(Options, of, COUNT, "of", "N", "customers there are to draw from (no limit)"),
    OPTION(Options, share, TEXT, "share", "PERCENT", "the share one expects (50: the worst)"),
    OPTION(Options, error, TEXT, "error", "PERCENT", "and how far off it may be (5)"),
    OPTION(Options, from, TEXT, "from", "PERCENT", "or: the share without the offer"),
    OPTION(Options, to, TEXT, "to", "PERCENT", "and the share with it that should be seen"),
    OPTION(Options, confidence, TEXT, "confidence", "PERCENT",
           "how seldom chance alone may deceive (95)"),
    OPTION(Options, power, TEXT, "power", "PERCENT",
           "how surely a difference that is there is seen (80)"),
};

/* Above 0 and below 100; `usual` when it is not given. */
static Status read_percent(Text text, double usual, double *ret_share, Error *err)
{
    int64_t number;
    int scale;
    *ret_share = usual / 100.0;
    if (text.data == NULL) return STATUS_OK;
    if (!decimal_parse(text_trim(text), &number, &scale))
        return error_set(err, STATUS_INVALID, "'%.*s' is not a number", TEXT_FORMAT(text));
    *ret_share = decimal_to_double(number, scale) / 100.0;
    if (*ret_share > 0.0 && *ret_share < 1.0) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "a percentage here is above 0 and below 100, not '%.*s'",
                     TEXT_FORMAT(text));
}

typedef struct {
    double count, population;
    bool is_difference; /* then the count is of each of two groups */
    bool is_enough;     /* the population has so many */
} Needed;

static Status count_for_share(const Options *chosen, Needed *needed, Error *err)
{
    ShareSample sample = {.population = needed->population};
    TRY(read_percent(chosen->share, 50, &sample.share, err));
    TRY(read_percent(chosen->error, 5, &sample.error, err));
    TRY(read_percent(chosen->confidence, 95, &sample.confidence, err));
    needed->count = sample_for_share(&sample);
    needed->is_enough = true;
    return STATUS_OK;
}

static Status count_for_difference(const Options *chosen, Needed *needed, Error *err)
{
    DifferenceSample sample;
    if (chosen->from.data == NULL || chosen->to.data == NULL)
        return error_set(err, STATUS_INVALID, "give both --from and --to");
    TRY(read_percent(chosen->from, 0, &sample.first_share, err));
    TRY(read_percent(chosen->to, 0, &sample.second_share, err));
    TRY(read_percent(chosen->confidence, 95, &sample.confidence, err));
    TRY(read_percent(chosen->power, 80, &sample.power, err));
    needed->count = sample_for_difference(&sample);
    if (isinf(needed->count))
        return error_set(err, STATUS_INVALID, "--from and --to are the same share");
    needed->is_difference = true;
    needed->is_enough = 2.0 * needed->count <= needed->population;
    return STATUS_OK;
}

static void tell(Invocation *invocation, const Needed *needed)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    unsigned long long count = (unsigned long long)needed->count;
    if (invocation->common.is_json) {
        json_begin(&writer, '{');
        field_count(&writer, needed->is_difference ? "of_each_group" : "sample", count);
        field_flag(&writer, "can_be_shown", needed->is_enough);
        json_end(&writer, '}');
        invocation_json(invocation, &buffer);
        return;
    }
    fprintf(invocation->environment->out, "%llu\n", count);
    if (!needed->is_enough)
        fprintf(invocation->environment->out,
                "two groups need %llu customers: it cannot be shown with so few\n", 2 * count);
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    const Options *chosen = given;
    Needed needed = {.population =
                         chosen->of.is_given ? (double)chosen->of.value : (double)INFINITY};
    if (needed.population < 1.0)
        return error_set(err, STATUS_INVALID, "--of wants at least one customer");
    bool is_difference = chosen->from.data != NULL || chosen->to.data != NULL;
    TRY(is_difference ? count_for_difference(chosen, &needed, err)
                      : count_for_share(chosen, &needed, err));
    tell(invocation, &needed);
    return STATUS_OK;
}

const Command command_sample_size = {
    .name = "sample-size",
    .summary = "how many customers a trial needs",
    .details =
        "For a share to be known: drawn by chance, without putting back. For two shares to be\n"
        "told apart: so many in each of two groups, one with the offer and one without.\n"
        "  kohorta sample-size --of 2000 --error 5\n"
        "  kohorta sample-size --from 2 --to 3",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .run = run,
};
