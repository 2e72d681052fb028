/* terms.h -- terms of sale and shipment bans as JSON; the shapes of api/openapi.yaml. */
#pragma once

#include "activation/ban_templates.h"
#include "app/terms.h"
#include "reply/json_writer.h"

void reply_agreement(JsonWriter *writer, const AgreementView *agreement);
void reply_agreement_version(JsonWriter *writer, const AgreementRow *version);
/* Sentences speak as the voice. */
void reply_terms(JsonWriter *writer, const TermsAnswer *answer, Voice voice);
/* `override_id` 0: he was not shipped to in spite of a ban. */
void reply_may_ship(JsonWriter *writer, const ShippingAnswer *answer, uint64_t override_id);
void reply_shipping_override(JsonWriter *writer, const ShippingOverrideView *override);
void reply_ban_template(JsonWriter *writer, BanTemplate template, Language language);
