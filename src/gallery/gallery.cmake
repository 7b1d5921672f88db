# Embeds the page's style and script in the library, as gallery::k_style and gallery::k_script.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
             ${CMAKE_CURRENT_LIST_DIR}/gallery.css ${CMAKE_CURRENT_LIST_DIR}/gallery.js)
file(READ ${CMAKE_CURRENT_LIST_DIR}/gallery.css THUMBS_GALLERY_STYLE)
file(READ ${CMAKE_CURRENT_LIST_DIR}/gallery.js THUMBS_GALLERY_SCRIPT)
configure_file(${CMAKE_CURRENT_LIST_DIR}/assets.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/gallery/assets.cpp @ONLY)
thumbs_built_in(thumbs_gallery target)
target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/gallery/assets.cpp)
