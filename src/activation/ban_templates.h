/* ban_templates.h -- ready-made shipment bans: a card out of a sum, some days or a property. */
#pragma once

#include "model/schema.h"
#include "model/voice.h"
#include "segment/card.h"

typedef enum {
#define BAN_TEMPLATE(name, ...) BAN_TEMPLATE_##name,
#include "activation/ban_template.def"
#undef BAN_TEMPLATE
    BAN_TEMPLATE_COUNT
} BanTemplate;

const char *ban_template_code(BanTemplate template); /* "overdue-sum" */
/* What it does, for people. */
Text ban_template_meaning(BanTemplate template, Language language);
/* "--sum N", "--days N", "--property P"; empty when it needs nothing. */
const char *ban_template_needs(BanTemplate template);
/* NOT_FOUND lists what there is. */
MUST_CHECK Status ban_template_parse(Text code, BanTemplate *ret_template, Error *err);

typedef struct {
    Text sum;      /* as it was written; empty: not given */
    Text days;     /* the same */
    Text property; /* its name; empty: not given */
} BanParameters;

/* The card of a ban: periodic, formed every night and true at every change, or by hand without a
 * rule. It is not understood yet (segment/definition.h) and has no code.
 * errors  INVALID says what is missing; NOT_FOUND for a property that does not exist */
MUST_CHECK Status ban_template_card(BanTemplate template, const BanParameters *parameters,
                                    const Schema *schema, Voice voice, SegmentCard *ret_card,
                                    Error *err);
