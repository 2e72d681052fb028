/* check_call.c -- functions that are not aggregates: arguments against functions.def, results. */
#include "lang/check.h"
#include "lang/print.h"
#include "lang/window.h"
#include "lang/words.h"
#include "model/built_in.h"

static const Text NOTHING = {0};

/* Letters of functions.def. */
static const char *const arguments_of[FUNCTION_COUNT_OF_KINDS] = {
#define FUNCTION(name, word, arguments) [FUNCTION_##name] = (arguments),
#include "lang/functions.def"
#undef FUNCTION
};

/* Letters of a row without those for windows, which are kept apart from the arguments. */
typedef struct {
    char letters[8];
    size_t count;
    bool is_open_ended; /* the last letter may come again */
    char window;        /* 'w', 'x', or 0 */
} Signature;

static Signature signature_of(FunctionKind function)
{
    Signature signature = {0};
    for (const char *letter = arguments_of[function]; *letter != '\0'; letter++) {
        if (*letter == '+')
            signature.is_open_ended = true;
        else if (*letter == 'w' || *letter == 'x')
            signature.window = *letter;
        else
            signature.letters[signature.count++] = *letter;
    }
    return signature;
}

static char letter_of(const Signature *signature, size_t index)
{
    return signature->letters[index < signature->count ? index : signature->count - 1];
}

static Text function_text(const Node *node)
{
    return text_of(function_word(node->as.call.function));
}

/* ---- arguments ---- */

static void report_kind(Checker *checker, const Node *node, size_t index, const char *kind)
{
    const NodeList *arguments = &node->as.call.arguments;
    Span span = node->as.call.has_window ? node->as.call.window.span : node->span;
    if (index < arguments->count) span = arguments->items[index]->span;
    check_error(checker, DIAGNOSTIC_ARGUMENT_KIND, span, function_text(node),
                arena_printf(checker->shared->arena, "%zu", index + 1), text_of(kind));
}

static bool check_arguments_count(Checker *checker, const Node *node, const Signature *signature)
{
    size_t count = node->as.call.arguments.count;
    if (count == signature->count || (count > signature->count && signature->is_open_ended))
        return true;
    size_t windows = signature->window != 0, given = node->as.call.has_window;
    Arena *arena = checker->shared->arena;
    check_error(
        checker, DIAGNOSTIC_ARGUMENTS_COUNT, node->span, function_text(node),
        arena_printf(arena, signature->is_open_ended ? "%zu+" : "%zu", signature->count + windows),
        arena_printf(arena, "%zu", count + given));
    return false;
}

static Text written_window(Checker *checker, const Window *window)
{
    AUTO(buffer_done) Buffer out = {0};
    print_window(&out, window);
    return arena_text(checker->shared->arena, buffer_view(&out));
}

static bool check_window_argument(Checker *checker, const Node *node, const Signature *signature)
{
    const Window *window = &node->as.call.window;
    bool is_wanted = signature->window != 0, is_next = signature->window == 'x';
    if (node->as.call.has_window != is_wanted) {
        if (is_wanted)
            report_kind(checker, node, signature->count, is_next ? "next period" : "period");
        else
            check_error(checker, DIAGNOSTIC_PART_REFUSED, window->span, function_text(node),
                        written_window(checker, window), NOTHING);
        return false;
    }
    if (!is_wanted || !check_window(checker, window)) return true;
    if ((window->kind == WINDOW_NEXT) == is_next) return true;
    report_kind(checker, node, signature->count, is_next ? "next period" : "period");
    return false;
}

/* What the letter asks of a value; NULL when the type is fit. */
static const char *unfit_kind(char letter, Type type)
{
    TypeFamily family = type_family(type);
    if (letter == 'd' && family != FAMILY_DAY) return "date";
    if (letter == 'n' && family != FAMILY_NUMBER) return "number";
    if (letter == 'b' && family != FAMILY_BOOL) return "condition";
    return NULL;
}

static const Node *check_argument(Checker *checker, const Node *node, size_t index, char letter)
{
    static const TypeKind missing_kinds[] = {['b'] = TYPE_BOOL, ['d'] = TYPE_DATE};
    const Node *checked = check_node(checker, node->as.call.arguments.items[index]);
    if (letter == 'n') checked = check_missing_as(checker, checked, type_exact(0, false));
    if (letter == 'd' || letter == 'b')
        checked = check_missing_as(checker, checked, type_of_kind(missing_kinds[(int)letter]));
    bool is_text = letter == 't' && !is_text_literal(checked);
    bool is_date = letter == 'D' &&
                   (checked->kind != NODE_LITERAL || checked->as.literal.value.kind != VALUE_DATE);
    if (is_text || is_date) {
        report_kind(checker, node, index, is_text ? "quoted text" : "written date");
    } else if (checked->type.kind != TYPE_NONE && unfit_kind(letter, checked->type) != NULL) {
        report_kind(checker, node, index, unfit_kind(letter, checked->type));
    }
    return checked;
}

static void check_arguments(Checker *checker, const Node *node, const Signature *signature,
                            Node *copy)
{
    size_t count = node->as.call.arguments.count;
    const Node **items = ARENA_ARRAY(checker->shared->arena, const Node *, count);
    for (size_t i = 0; i < count; i++)
        items[i] = check_argument(checker, node, i, letter_of(signature, i));
    copy->as.call.arguments = (NodeList){items, count};
}

/* ---- results that depend on the arguments ---- */

/* Branches of if() and coalesce() from `first` on have one type, which is the call's. */
static Type unify_branches(Checker *checker, const Node *node, Node *copy, size_t first)
{
    NodeList branches = copy->as.call.arguments;
    const Node **items = ARENA_ARRAY(checker->shared->arena, const Node *, branches.count);
    Type type = {0};
    bool is_reported = false;
    for (size_t i = first; i < branches.count; i++) {
        const Node *branch = branches.items[i];
        if (branch->type.kind == TYPE_NONE && !is_missing_literal(branch)) return (Type){0};
        if (is_missing_literal(branch)) continue;
        Type both = type.kind == TYPE_NONE ? branch->type : type_unify(type, branch->type);
        if (both.kind == TYPE_NONE && !is_reported) {
            check_error(checker, DIAGNOSTIC_BRANCHES_DIFFER, branch->span, function_text(node),
                        text_of(type_name(type)), text_of(type_name(branch->type)));
            is_reported = true;
        }
        if (both.kind != TYPE_NONE) type = both;
    }
    if (is_reported) return (Type){0};
    if (type.kind == TYPE_NONE)
        check_error(checker, DIAGNOSTIC_MISSING_WITHOUT_TYPE, node->span, NOTHING, NOTHING,
                    NOTHING);
    for (size_t i = 0; i < branches.count; i++)
        items[i] =
            i < first ? branches.items[i] : check_missing_as(checker, branches.items[i], type);
    copy->as.call.arguments.items = items;
    return type;
}

/* abs, round and floor of a number. The latter two give whole numbers; a ratio stays one, for it
 * may be beyond 18 digits. */
static Type number_type(const Node *call)
{
    ASSERT(call->as.call.arguments.count == 1);
    FunctionKind function = call->as.call.function;
    Type operand = call->as.call.arguments.items[0]->type;
    if (type_family(operand) != FAMILY_NUMBER) return (Type){0};
    if (operand.kind == TYPE_DECIMAL && function != FUNCTION_ABS) operand.scale = 0;
    return operand;
}

/* ---- stored sets ---- */

static bool find_named(Checker *checker, const Node *node, NamedKind kind, size_t *ret_index)
{
    const Node *name = node->as.call.arguments.items[0];
    if (!is_text_literal(name)) return false;
    return check_named(checker, kind, name->as.literal.value.as.text, name->span, ret_index);
}

static void check_segment(Checker *checker, const Node *node, Node *copy)
{
    size_t index;
    if (!find_named(checker, node, NAMED_SEGMENT, &index)) return;
    const NamedSet *segment = &checker->shared->catalog->segments[index];
    copy->as.call.set_id = segment->id;
    if (!segment->is_dynamic) {
        checker->shared->uses_sets = true;
    } else if (node->as.call.function == FUNCTION_MEMBER) {
        copy->as.call.definition = check_segment_rule(checker, index, node->span);
    } else {
        check_error(checker, DIAGNOSTIC_NO_HISTORY, node->span, function_text(node), segment->name,
                    NOTHING);
    }
}

static void check_stored(Checker *checker, const Node *node, Node *copy, NamedKind kind)
{
    size_t index;
    if (!find_named(checker, node, kind, &index)) return;
    const Catalog *catalog = checker->shared->catalog;
    checker->shared->uses_sets = true;
    if (kind == NAMED_SAVED_SET) copy->as.call.set_id = catalog->saved_sets[index].id;
    if (kind == NAMED_CLASSIFICATION) copy->as.call.set_id = catalog->classifications[index].id;
    if (kind == NAMED_SCORE) copy->as.call.set_id = catalog->scores[index].id;
}

static void check_class_changed(Checker *checker, const Node *node, Node *copy)
{
    check_stored(checker, node, copy, NAMED_CLASSIFICATION);
    if (!window_has_begin(&node->as.call.window))
        check_error(checker, DIAGNOSTIC_WINDOW_WITHOUT_BEGIN, node->span, function_text(node),
                    NOTHING, NOTHING);
}

/* debt(settlement): the argument is the name of the stream with charges and payments. */
static void check_settlement(Checker *checker, const Node *node, Node *copy)
{
    const Node *argument = node->as.call.arguments.items[0];
    copy->as.call.arguments = (NodeList){0};
    if (argument->kind != NODE_NAME || argument->as.name.member.size > 0) {
        report_kind(checker, node, 0, "stream");
        return;
    }
    const Stream *stream = check_stream(checker, argument->as.name.name, argument->span);
    copy->as.call.stream = stream;
    checker->shared->uses_events = true;
    if (stream != NULL && !stream_is(stream, STREAM_SETTLEMENT))
        check_error(checker, DIAGNOSTIC_NOT_SETTLEMENTS, argument->span, function_text(node),
                    stream->name, NOTHING);
}

/* ---- the call ---- */

/* NOLINT(function-size): dispatch */
static Type call_type(Checker *checker, const Node *node, Node *copy)
{
    switch (node->as.call.function) {
    case FUNCTION_TODAY: return type_of_kind(TYPE_DATE);
    case FUNCTION_AGE:
    case FUNCTION_DAYS_BETWEEN:
    case FUNCTION_DAYS_SINCE:
    case FUNCTION_YEAR:
    case FUNCTION_MONTH:
    case FUNCTION_DAY:
    case FUNCTION_WEEKDAY:
    case FUNCTION_BUCKET: return type_exact(0, false);
    case FUNCTION_ANNIVERSARY: return type_of_kind(TYPE_BOOL);
    case FUNCTION_IF: return unify_branches(checker, node, copy, 1);
    case FUNCTION_COALESCE: return unify_branches(checker, node, copy, 0);
    case FUNCTION_ABS:
    case FUNCTION_ROUND:
    case FUNCTION_FLOOR: return number_type(copy);
    case FUNCTION_MEMBER:
    case FUNCTION_WAS_MEMBER:
    case FUNCTION_ENTERED:
    case FUNCTION_LEFT: check_segment(checker, node, copy); return type_of_kind(TYPE_BOOL);
    case FUNCTION_SAVED:
        check_stored(checker, node, copy, NAMED_SAVED_SET);
        return type_of_kind(TYPE_BOOL);
    case FUNCTION_CLASS:
    case FUNCTION_CLASS_ON:
        check_stored(checker, node, copy, NAMED_CLASSIFICATION);
        return type_of_kind(TYPE_TEXT);
    case FUNCTION_CLASS_CHANGED:
        check_class_changed(checker, node, copy);
        return type_of_kind(TYPE_BOOL);
    case FUNCTION_SCORE:
        check_stored(checker, node, copy, NAMED_SCORE);
        return type_of_kind(TYPE_RATIO);
    case FUNCTION_DEBT:
    case FUNCTION_OVERDUE: return type_exact(MONEY_SCALE, true);
    case FUNCTION_OVERDUE_DAYS: return type_exact(0, false);
    case FUNCTION_COUNT_OF_KINDS: break;
    }
    ASSERT(false);
    return (Type){0};
}

/* Functions that know more of the customer than one event. */
static bool is_of_customer(FunctionKind function)
{
    return function == FUNCTION_BUCKET || (function >= FUNCTION_MEMBER);
}

const Node *check_call(Checker *checker, const Node *node)
{
    FunctionKind function = node->as.call.function;
    if (is_of_customer(function) && check_is_refused_in_events(checker, node, function_text(node)))
        return check_not_a_value(checker, node);
    Node *copy = check_copy(checker, node);
    Signature signature = signature_of(function);
    bool is_fit = check_arguments_count(checker, node, &signature);
    if (is_fit) is_fit = check_window_argument(checker, node, &signature);
    if (!is_fit) {
        copy->as.call.arguments = (NodeList){0};
        return copy;
    }
    if (signature.count == 1 && signature.letters[0] == 's')
        check_settlement(checker, node, copy);
    else
        check_arguments(checker, node, &signature, copy);
    copy->type = call_type(checker, node, copy);
    return copy;
}
