/* segment_options.h -- the options that make or change the card of a segment. */
#pragma once

#include "base/schedule.h"
#include "cli/command.h"

typedef struct {
    Text mode, rule, file, sql, kind;
    Text code, folder, description, goal, responsible, value_statement, columns;
    Text schedule, daily, weekly, monthly;
    ScheduleDays schedule_days;
    OptionList labels, competitors, tests;
    OptionDate clearing;
    bool checks_on_creation, checks_not, is_live, is_not_live, is_target, is_no_target;
    bool schedule_off, schedule_on, has_no_clearing;
    bool is_marked, is_unmarked;
    Text note;
    bool is_confirmed, is_preview;
} SegmentOptions;

enum { SEGMENT_OPTIONS_COUNT = 36 };
extern const Option segment_options[SEGMENT_OPTIONS_COUNT];

/* Put what was typed into a card; texts live as long as the command. An empty text empties. */
MUST_CHECK Status segment_options_apply(Invocation *invocation, const SegmentOptions *chosen,
                                        SegmentCard *card, Error *err);
