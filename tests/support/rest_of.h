// The bytes of a stream, for tests that read files.
#pragma once

#include <iosfwd>
#include <string>

namespace thumbs::test {

/// All that is left in `stream`. An istreambuf_iterator takes each byte through five calls in a test's own file, which
/// is not optimised: minutes with a sanitizer.
std::string rest_of(std::istream& stream);

}  // namespace thumbs::test
