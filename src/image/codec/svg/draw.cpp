// librsvg's handle, cairo's surface.
#include "image/codec/svg/draw.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "image/codec/svg/library.h"
#include "support/apart.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

using Release = void (*)(void*);
using Object = std::unique_ptr<void, Release>;

Error fault_of_rsvg(const RsvgFault* fault) {
  const std::string text = fault != nullptr && fault->message != nullptr ? fault->message : "unknown";
  return {ErrorCode::corrupt, "librsvg: " + text};
}

}  // namespace

Buffer draw_svg(const SvgDocument& document, int width, int height) {
  constexpr int k_argb32 = 0;
  constexpr double k_dpi = 96;
  const RsvgLibrary* const rsvg = rsvg_library();
  if (rsvg == nullptr)
    throw Error(ErrorCode::unsupported, "SVG needs librsvg 2.52 or newer, which is not installed here");
  Buffer pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
  std::memset(pixels.data(), 0, pixels.size());
  RsvgFault* fault = nullptr;
  const auto* const text = reinterpret_cast<const unsigned char*>(document.text.data());
  const Object handle(rsvg->new_from_data(text, document.text.size(), &fault), rsvg->unref);
  if (!handle) throw fault_of_rsvg(fault);
  rsvg->set_dpi(handle.get(), k_dpi);
  const Object surface(
      rsvg->surface_for_data(reinterpret_cast<unsigned char*>(pixels.data()), k_argb32, width, height, width * 4),
      rsvg->surface_destroy);
  const Object cairo(rsvg->create(surface.get()), rsvg->destroy);
  rsvg->scale(cairo.get(), width / document.width, height / document.height);
  const RsvgViewport viewport{0, 0, document.width, document.height};
  if (rsvg->render_document(handle.get(), cairo.get(), &viewport, &fault) == 0) throw fault_of_rsvg(fault);
  if (rsvg->status(cairo.get()) != 0) throw Error(ErrorCode::memory, "out of memory");
  rsvg->surface_flush(surface.get());
  return pixels;
}

void confine_drawing(std::uint64_t bytes) {
  // `systemLanguage` would look at these.
  setenv("LC_ALL", "C", 1);
  unsetenv("LANGUAGE");
  confine_apart(bytes);
}

}  // namespace thumbs::image
