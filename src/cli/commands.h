/* commands.h -- every command of the program, one cmd_*.c each group. */
#pragma once

#include "cli/command.h"

extern const Command command_backup;
extern const Command command_check;
extern const Command command_complete;
extern const Command command_customer;
extern const Command command_customers;
extern const Command command_demo;
extern const Command command_erase;
extern const Command command_eval;
extern const Command command_explain;
extern const Command command_image;
extern const Command command_serve;
extern const Command command_import_contacts;
extern const Command command_import_customers;
extern const Command command_import_events;
extern const Command command_import_items;
extern const Command command_init;
extern const Command command_items;
extern const Command command_lint;
extern const Command command_metric_add;
extern const Command command_metric_list;
extern const Command command_metric_remove;
extern const Command command_metric_show;
extern const Command command_properties;
extern const Command command_property_add;
extern const Command command_property_list;
extern const Command command_property_relabel;
extern const Command command_property_rename;
extern const Command command_property_restore;
extern const Command command_property_retire;
extern const Command command_report_fill;
extern const Command command_report_movement;
extern const Command command_report_potential;
extern const Command command_report_products;
extern const Command command_report_retention;
extern const Command command_report_sales;
extern const Command command_report_settlements;
extern const Command command_set_drop;
extern const Command command_set_from_codes;
extern const Command command_set_intersect;
extern const Command command_set_list;
extern const Command command_set_minus;
extern const Command command_set_rename;
extern const Command command_set_save;
extern const Command command_set_show;
extern const Command command_set_union;
extern const Command command_sql;
extern const Command command_stream_add;
extern const Command command_stream_add_field;
extern const Command command_streams;
extern const Command command_trend;
extern const Command command_why;
