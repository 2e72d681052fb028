# embed_migrations(out.c file...): a C source with the files as the table `migrations`, so that the
# program carries its SQL. Configuring runs again when one of the files changes.
function(embed_migrations out)
    set(texts "")
    set(rows "")
    foreach(file IN LISTS ARGN)
        get_filename_component(name ${file} NAME)
        string(MAKE_C_IDENTIFIER "sql_${name}" constant)
        file(READ ${file} hex HEX)
        string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
        string(APPEND texts "static const char ${constant}[] = {${bytes}0};\n")
        string(APPEND rows "    {\"${name}\", ${constant}, sizeof ${constant} - 1},\n")
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    endforeach()
    string(CONCAT content
        "/* Made by cmake/embed.cmake from src/store/migrations. */\n"
        "#include \"store/migrate.h\"\n\n${texts}\n"
        "const Migration migrations[] = {\n${rows}};\n"
        "const size_t migrations_count = sizeof migrations / sizeof migrations[0];\n")
    file(CONFIGURE OUTPUT ${out} CONTENT "${content}" @ONLY)
endfunction()
