/* texts.h -- the dictionary of texts that events repeat: a small number for each, and back. */
#pragma once

#include "base/arena.h"
#include "base/error.h"

typedef struct Texts Texts;
typedef struct Store Store;

/* All of them, as the database holds them. */
MUST_CHECK Status texts_load(Store *store, Texts **ret_texts, Error *err);
void texts_free(Texts *texts); /* accepts NULL */

/* The text with this id; data is NULL when there is none. Valid as long as the dictionary. */
Text texts_get(const Texts *texts, uint64_t id);
/* The id of a text, new when it is; it is stored by texts_save. Exact bytes, not folded. */
uint32_t texts_add(Texts *texts, Text text);
/* The id of a text, unless it is new. */
bool texts_find(const Texts *texts, Text text, uint32_t *ret_id);
/* Store the new ones, in the present transaction. */
MUST_CHECK Status texts_save(Store *store, Texts *texts, Error *err);
/* Highest id in use; ids from 1 on may be missing after an erasure. */
uint32_t texts_id_max(const Texts *texts);
bool texts_has_new(const Texts *texts); /* some are not stored yet */
