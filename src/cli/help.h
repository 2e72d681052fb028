/* help.h -- the texts of --help, made from the tables of commands and options. */
#pragma once

#include "cli/command.h"

/* kohorta --help; without commands of segments when they are switched off. */
void help_program(bool hides_segments, FILE *file);
void help_command(const Command *command, FILE *file); /* kohorta COMMAND --help */
void help_group(Text group, FILE *file);               /* kohorta metric --help */
