# Run by CPack on what is installed, before it is packed: what Debian's policy wants and `cmake --install` does not do.
foreach(package IN ITEMS program:thumbs development:libthumbs-dev)
  string(REPLACE ":" ";" package ${package})
  list(GET package 0 component)
  list(GET package 1 name)
  set(usr ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
  if(NOT EXISTS ${usr})
    continue()
  endif()
  set(doc ${usr}/share/doc/${name})
  file(REMOVE ${doc}/LICENSE) # its text is in copyright
  file(COPY ${CPACK_THUMBS_DEB}/copyright ${CPACK_THUMBS_DEB}/changelog DESTINATION ${doc})
  if(EXISTS ${usr}/share/zsh/site-functions)
    file(RENAME ${usr}/share/zsh/site-functions ${usr}/share/zsh/vendor-completions) # Debian's zsh looks here
  endif()
  file(GLOB_RECURSE pages ${usr}/share/man/*.[0-9])
  execute_process(COMMAND gzip -9n ${doc}/changelog ${pages} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
