/* help.h -- the texts of --help, made from the tables of commands and options. */
#pragma once

#include "cli/command.h"

void help_program(FILE *file);                         /* kohorta --help */
void help_command(const Command *command, FILE *file); /* kohorta COMMAND --help */
void help_group(Text group, FILE *file);               /* kohorta metric --help */
