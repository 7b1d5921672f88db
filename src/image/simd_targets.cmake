# Which instruction sets Highway compiles the vector code for, beside the compiler's own. Not for those with vectors of a
# size that only the running machine knows, which cannot stand in arrays; nor for SSSE3: what has it has SSE4 but for a
# few years' machines.
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

