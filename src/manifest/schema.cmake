# Embeds thumbs.schema.json in the library, as manifest_schema().
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/thumbs.schema.json)
file(READ ${CMAKE_CURRENT_LIST_DIR}/thumbs.schema.json THUMBS_SCHEMA)
configure_file(${CMAKE_CURRENT_LIST_DIR}/schema.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/manifest/schema.cpp @ONLY)
thumbs_built_in(thumbs_manifest target)
target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/manifest/schema.cpp)
