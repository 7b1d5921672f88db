// Functions of libraries that are loaded only when they are needed.
#pragma once

#include <dlfcn.h>

namespace thumbs {

/// Sets `function` to the function `name` of a library from dlopen(3). False if it has none.
template <class Function>
bool find_function(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  return function != nullptr;
}

}  // namespace thumbs
