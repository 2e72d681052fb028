# embed_web(out.c): a C source with the files of build/web as the table `web_files`. The names of
# built files change with their bytes, so they are looked up, and looked up again on every build.
function(embed_web out)
    set(folder ${PROJECT_SOURCE_DIR}/build/web)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*)
    add_custom_command(OUTPUT ${out}
        COMMAND python3 ${PROJECT_SOURCE_DIR}/cmake/embed_web.py ${folder} ${out}
        DEPENDS ${PROJECT_SOURCE_DIR}/cmake/embed_web.py ${files}
        COMMENT "Embedding the page" VERBATIM)
endfunction()
