/* test_rights.c -- rights and roles by name; what each role allows. */
#include "harness/harness.h"

#include "access/audit.h"
#include "access/right_list.h"

TEST(every_right_and_role_has_a_name_of_its_own)
{
    AUTO(arena_done) Arena *arena = arena_new();
    for (Right right = RIGHT_SIGNED_IN + 1; right < RIGHT_COUNT; right++) {
        Right found = RIGHT_NONE;
        EXPECT(right_parse(text_of(right_code(right)), &found) && found == right);
        uint32_t bits = 0;
        Text list = right_list_print(UINT32_C(1) << right, arena);
        EXPECT(right_list_parse(list, &bits) && bits == UINT32_C(1) << right);
    }
    for (Role role = 0; role < ROLE_COUNT; role++) {
        Role found = ROLE_COUNT;
        EXPECT(role_parse(text_of(role_code(role)), &found) && found == role);
    }
    Right right;
    Role role;
    EXPECT(!right_parse(TEXT(""), &right) && !right_parse(TEXT("fly"), &right));
    EXPECT(!role_parse(TEXT(""), &role) && !role_parse(TEXT("Viewer"), &role));
    for (AuditKind kind = 0; kind < AUDIT_KIND_COUNT; kind++)
        for (AuditKind other = 0; other < kind; other++)
            EXPECT(!text_equal(text_of(audit_code(kind)), text_of(audit_code(other))));
}

TEST(lists_of_rights_come_back)
{
    AUTO(arena_done) Arena *arena = arena_new();
    uint32_t some = UINT32_C(1) << RIGHT_FORM | UINT32_C(1) << RIGHT_SHIP_OVERRIDE, read = 7;
    EXPECT_TEXT(right_list_print(some, arena), "form ship-override");
    EXPECT(right_list_parse(TEXT("form ship-override"), &read) && read == some);
    EXPECT(right_list_parse(TEXT(""), &read) && read == 0);
    EXPECT(!right_list_parse(TEXT("form  form"), &read));
    EXPECT(!right_list_parse(TEXT("form,read"), &read));
}

TEST(roles_allow_more_and_more)
{
    const uint32_t all = role_rights(ROLE_ADMINISTRATOR), some = role_rights(ROLE_MARKETER);
    const uint32_t few = role_rights(ROLE_VIEWER);
    EXPECT((all & some) == some && (some & few) == few);
    for (Right right = RIGHT_SIGNED_IN; right < RIGHT_COUNT; right++)
        EXPECT((all >> right & 1) == 1);
    const Principal viewer = {.rights = few}, nobody = {0};
    EXPECT(principal_may(&viewer, RIGHT_READ) && !principal_may(&viewer, RIGHT_WRITE));
    EXPECT(principal_may(&nobody, RIGHT_NONE) && !principal_may(&nobody, RIGHT_SIGNED_IN));
}

/* What tells of everybody wants the right, and to see everybody. */
TEST(who_sees_his_own_customers_is_not_told_of_everybody)
{
    const uint32_t all = role_rights(ROLE_ADMINISTRATOR), few = role_rights(ROLE_VIEWER);
    const Principal viewer = {.rights = few}, marketer = {.rights = role_rights(ROLE_MARKETER)};
    const Principal manager = {.rights = all, .manager = TEXT("Иванов")};
    EXPECT(principal_may(&viewer, RIGHT_READ_ALL) && !principal_may(&viewer, RIGHT_WRITE_ALL));
    EXPECT(principal_may(&marketer, RIGHT_WRITE_ALL));
    EXPECT(principal_may(&manager, RIGHT_READ) && principal_may(&manager, RIGHT_WRITE));
    EXPECT(!principal_may(&manager, RIGHT_READ_ALL) && !principal_may(&manager, RIGHT_WRITE_ALL));
    EXPECT_TEXT(text_of(right_code(RIGHT_READ_ALL)), "read");
    EXPECT_TEXT(text_of(right_code(RIGHT_WRITE_ALL)), "write");
}
