# Completions: the program prints them when it has been built; each shell finds its own where it is installed.
if(CMAKE_CROSSCOMPILING OR THUMBS_SANITIZE)
  return() # the program does not run here, or only for tests
endif()
set(completions)
foreach(place IN ITEMS bash:share/bash-completion/completions/thumbs zsh:share/zsh/site-functions/_thumbs
                       fish:share/fish/vendor_completions.d/thumbs.fish)
  string(REGEX MATCH "^([a-z]+):share/(.*)$" place "${place}")
  set(shell ${CMAKE_MATCH_1})
  set(file ${PROJECT_BINARY_DIR}/completions/${CMAKE_MATCH_2})
  cmake_path(GET CMAKE_MATCH_2 PARENT_PATH below)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/completions/${below})
  add_custom_command(OUTPUT ${file} COMMAND thumbs_program completions ${shell} > ${file} DEPENDS thumbs_program VERBATIM)
  list(APPEND completions ${file})
  install(FILES ${file} DESTINATION ${CMAKE_INSTALL_DATADIR}/${below})
endforeach()
add_custom_target(thumbs_completions ALL DEPENDS ${completions})
