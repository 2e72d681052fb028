/* map.h -- hash map from text keys to 64-bit values; keys are copied into the map's own arena. */
#pragma once

#include "base/text.h"

typedef struct Map Map;

Map *map_new(size_t expected_count);
void map_free(Map *map); /* accepts NULL */
void map_done(Map **map);
size_t map_count(const Map *map);
/* False when absent. */
bool map_find(const Map *map, Text key, uint64_t *ret_value);
/* Insert or overwrite. */
void map_set(Map *map, Text key, uint64_t value);
/* Insert unless present; returns true when inserted, *ret_value is the value now stored. */
bool map_add(Map *map, Text key, uint64_t value, uint64_t *ret_value);
/* The map's own copy of a key that is present, else an empty text. */
Text map_key(const Map *map, Text key);
