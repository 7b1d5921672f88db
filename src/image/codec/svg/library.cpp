// dlopen, once.
#include "image/codec/svg/library.h"

#include <dlfcn.h>

#include <optional>

#include "image/codec/svg/svg.h"
#include "support/loaded_library.h"

namespace thumbs::image {
namespace {

std::string version_of(void* library) {
  std::string text;
  for (const char* const name : {"rsvg_major_version", "rsvg_minor_version", "rsvg_micro_version"}) {
    const auto* const number = static_cast<const unsigned*>(dlsym(library, name));
    if (number == nullptr) return {};
    text += (text.empty() ? "" : ".") + std::to_string(*number);
  }
  return text;
}

/// Functions of the libraries that it needs are found through it.
std::optional<RsvgLibrary> load() {
  void* const library = dlopen("librsvg-2.so.2", RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) return std::nullopt;
  RsvgLibrary all{};
  const bool complete =
      find_function(library, "rsvg_handle_new_from_data", all.new_from_data) &&
      find_function(library, "rsvg_handle_set_dpi", all.set_dpi) &&
      find_function(library, "rsvg_handle_render_document", all.render_document) &&
      find_function(library, "g_object_unref", all.unref) &&
      find_function(library, "cairo_image_surface_create_for_data", all.surface_for_data) &&
      find_function(library, "cairo_surface_flush", all.surface_flush) &&
      find_function(library, "cairo_surface_destroy", all.surface_destroy) &&
      find_function(library, "cairo_create", all.create) && find_function(library, "cairo_scale", all.scale) &&
      find_function(library, "cairo_status", all.status) && find_function(library, "cairo_destroy", all.destroy);
  all.version = version_of(library);
  return complete ? std::optional(std::move(all)) : std::nullopt;
}

}  // namespace

const RsvgLibrary* rsvg_library() {
  static const std::optional<RsvgLibrary> k_library = load();
  return k_library ? &*k_library : nullptr;
}

std::string svg_library() {
  const RsvgLibrary* const library = rsvg_library();
  return library != nullptr ? "librsvg " + library->version : std::string();
}

}  // namespace thumbs::image
