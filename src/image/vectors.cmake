# How vector code is compiled.

# Highway compiles it for several instruction sets, and the program chooses when it starts. Left out are sets whose vectors
# have a size that only the running machine knows, since arrays cannot hold those; and SSSE3, because nearly every machine
# that has it has SSE4 too.
set(targets_off HWY_SVE HWY_SVE2 HWY_SVE_256 HWY_SVE2_128 HWY_RVV HWY_SSSE3)
if(THUMBS_SIMD_TARGETS)
  set(targets_x86 SSE4 AVX2 AVX3)
  foreach(target IN LISTS THUMBS_SIMD_TARGETS)
    if(NOT target IN_LIST targets_x86)
      message(FATAL_ERROR "THUMBS_SIMD_TARGETS: ${target} is not one of ${targets_x86}")
    endif()
  endforeach()
  list(REMOVE_ITEM targets_x86 ${THUMBS_SIMD_TARGETS})
  list(TRANSFORM targets_x86 PREPEND HWY_)
  list(APPEND targets_off ${targets_x86})
endif()
list(JOIN targets_off "|" targets_off)
target_compile_definitions(thumbs_image PRIVATE "HWY_DISABLED_TARGETS=(${targets_off})")

# Highway's headers take a second to compile for each file that includes them, and those that do are compiled once for each
# instruction set. So where modules are merged they are one file; but not those of webp/vp8, which GCC inlines into that
# encoder.
if(merge_modules)
  set(vector_files codec/boxes/split codec/jpeg/fast/rows codec/jpeg/trellis/dct codec/jpeg/trellis/plain
                   codec/png/fast/unfilter resize/resample)
  set(vectors ${CMAKE_CURRENT_BINARY_DIR}/vectors.cpp)
  set(text "#undef HWY_TARGET_INCLUDE\n#define HWY_TARGET_INCLUDE \"${vectors}\"\n#include <hwy/foreach_target.h>\n")
  foreach(file IN LISTS vector_files)
    set(source ${CMAKE_CURRENT_SOURCE_DIR}/image/${file}.cpp)
    set_source_files_properties(${source} PROPERTIES HEADER_FILE_ONLY ON)
    # Each names itself as the file to compile for the next instruction set.
    string(APPEND text "// NOLINTNEXTLINE(bugprone-suspicious-include)\n#include \"${source}\"\n")
  endforeach()
  string(APPEND text "#undef HWY_TARGET_INCLUDE\n#define HWY_TARGET_INCLUDE \"${vectors}\"\n")
  file(CONFIGURE OUTPUT ${vectors} CONTENT "${text}" @ONLY)
  target_sources(thumbs_image PRIVATE ${vectors})
endif()
