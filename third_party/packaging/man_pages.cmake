# Manual pages, made by thumbs_man from the tables of the command line and from the schema.
if(CMAKE_CROSSCOMPILING OR NOT TARGET thumbs_man_program)
  return()
endif()
string(TIMESTAMP today %Y-%m-%d UTC) # or the day of SOURCE_DATE_EPOCH
set(pages)
foreach(page IN ITEMS thumbs.1 thumbs.json.5)
  string(REGEX MATCH "[0-9]$" section ${page})
  set(file ${PROJECT_BINARY_DIR}/man/${page})
  add_custom_command(OUTPUT ${file} COMMAND thumbs_man_program ${section} ${today} > ${file} DEPENDS thumbs_man_program
                     VERBATIM)
  list(APPEND pages ${file})
  install(FILES ${file} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/man)
add_custom_target(thumbs_man_pages ALL DEPENDS ${pages})
