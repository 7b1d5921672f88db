// One store of texts for the whole program.
#include "support/kept.h"

namespace thumbs::test {

TextRef kept(std::string_view text) {
  static TextArena texts;
  return texts.add(text);
}

}  // namespace thumbs::test
