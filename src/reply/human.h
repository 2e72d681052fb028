/* human.h -- values as a person reads them in a table: numbers, money and dates of his language. */
#pragma once

#include "model/language.h"
#include "model/value.h"

/* One line without commands for the terminal. Numbers have thousands (U+00A0 in ru and uk, commas
 * in en) and the language's decimal sign; money at least two decimals; dates 31.03.2026 or
 * 2026-03-31; values of an enumeration in words; missing is an empty text. The view lives in the
 * arena. */
Text human_value(Value value, Type type, Language language, Arena *arena);
Text human_count(uint64_t count, Language language, Arena *arena);
/* "7,6 %"; "0 %" when the whole is 0. */
Text human_share(uint64_t part, uint64_t whole, Language language, Arena *arena);
/* A ratio as a percentage: 0.076 is "7,6 %"; missing is an empty text. */
Text human_percentage(Value ratio, Language language, Arena *arena);
Text human_date(Date date, Language language, Arena *arena);

/* Columns a terminal needs for the text: marks that combine take none, wide signs two. */
size_t human_width(Text text);
/* The text on one line: breaks become spaces, and what could command a terminal or turn the letters
 * around is written out, as \u001b or \u202e. */
Text human_line(Text text, Arena *arena);
/* The same with its tabs and line breaks. */
Text human_lines(Text text, Arena *arena);
