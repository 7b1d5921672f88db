// Which libraries this build works with.
#include "image/codec/codec.h"
#include "image/colour/icc.h"
#include "thumbs/version.h"

namespace thumbs {

std::vector<std::string> codec_libraries() {
  std::vector<std::string> libraries = image::format_libraries();
  libraries.push_back(image::colour_library());
  return libraries;
}

}  // namespace thumbs
