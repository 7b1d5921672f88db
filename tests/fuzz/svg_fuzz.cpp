// Any bytes as an SVG's text. What is handed to the library that draws it can be read again, asks for no other file and
// runs nothing. Drawing it is librsvg's, in a process that can do nothing else.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "image/codec/svg/document.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool has_element(std::string_view text, std::string_view name) {
  const std::string tag = "<" + std::string(name);
  for (std::size_t at = text.find(tag); at != text.npos; at = text.find(tag, at + 1))
    if (std::string_view(" >").find(text.substr(at + tag.size(), 1)) != text.npos) return true;
  return false;
}

void read(std::string_view text) {
  Limits limits;
  limits.input_pixels = 1 << 20;
  limits.seconds = 0;  // an answer that depends on the clock would not be the same twice
  image::SvgDocument once;
  try {
    image::Warnings warnings;
    once = image::read_svg(text, limits, warnings);
  } catch (const Error& error) {
    require(error.code() != ErrorCode::internal);
    return;
  }
  require(once.width > 0 && once.height > 0 && once.elements > 0);
  for (const std::string_view barred : {"script", "foreignObject", "text"}) require(!has_element(once.text, barred));
  for (const std::string_view barred : {"<!", "<?"}) require(once.text.find(barred) == std::string::npos);
  try {
    image::Warnings warnings;
    const image::SvgDocument again = image::read_svg(once.text, limits, warnings);
    require(warnings.texts().empty() && again.elements <= once.elements);
  } catch (const Error& error) {
    // Lengths are written with six digits: one that rounds to nothing cannot be read again.
    require(error.code() == ErrorCode::corrupt && (once.width < 1e-6 || once.height < 1e-6));
  }
}

}  // namespace
}  // namespace thumbs

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thumbs::read({reinterpret_cast<const char*>(data), size});
  return 0;
}
