/* page.h -- the page of the browser, from the files inside the program. */
#pragma once

#include "server/exchange.h"

/* Answer a GET that no route of the API has. False when there is no such file. */
bool page_answer(const Request *request, Response *response);
