# Debian packages: `cpack -G DEB` in a build folder that is up to date. thumbs is the program; libthumbs-dev the static
# library, its headers and find_package(thumbs).
if(BUILD_SHARED_LIBS OR NOT THUMBS_PROGRAM)
  return() # libthumbs.so has no stable interface yet, so no package
endif()
set(THUMBS_MAINTAINER "The thumbs authors <thumbs@example.org>" CACHE STRING "Who made the Debian packages")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME thumbs)
set(CPACK_PACKAGE_CONTACT "${THUMBS_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "make for thumbnails")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/pre_build.cmake)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME thumbs)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION graphics)
set(recommended)
if(THUMBS_SVG)
  list(APPEND recommended librsvg2-2) # loaded for the first SVG
endif()
if(THUMBS_STORE_HTTP)
  list(APPEND recommended libcurl4) # loaded for a store behind a URL
endif()
list(JOIN recommended ", " CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION 
"A manifest, thumbs.json, says which pictures get which thumbnails. thumbs
builds the ones that are missing or out of date, and leaves the rest alone.
It reads and writes JPEG, PNG, WebP and AVIF, and reads GIF, TIFF, SVG and BMP.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libthumbs-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
set(libraries tbb jpeg62-turbo png deflate sqlite3 xxhash hwy lcms2 expat1) # as thumbsConfig.cmake finds them
foreach(format IN ITEMS webp avif gif tiff)
  string(TOUPPER THUMBS_${format} option)
  if(${option})
    list(APPEND libraries ${format})
  endif()
endforeach()
if(THUMBS_HEIC)
  list(APPEND libraries heif)
endif()
list(TRANSFORM libraries REPLACE "(.+)" "lib\\1-dev")
list(JOIN libraries ", " libraries)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "pkg-config, ${libraries}")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION 
"The static library behind the program thumbs, with its headers and a CMake
package: find_package(thumbs).")

# Debian's changelog of a package that has no other; the day is that of SOURCE_DATE_EPOCH where it is set.
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in ${PROJECT_BINARY_DIR}/deb/changelog @ONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/copyright.in ${PROJECT_BINARY_DIR}/deb/copyright @ONLY)
set(CPACK_THUMBS_DEB ${PROJECT_BINARY_DIR}/deb)
include(CPack)
