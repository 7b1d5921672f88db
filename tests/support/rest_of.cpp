// Buffer by buffer.
#include "support/rest_of.h"

#include <istream>
#include <sstream>
#include <utility>

namespace thumbs::test {

std::string rest_of(std::istream& stream) {
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return std::move(bytes).str();
}

}  // namespace thumbs::test
