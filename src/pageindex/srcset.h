// URLs of thumbnails, and the candidates of `srcset`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace thumbs::pageindex {

/// `path` below `base`, percent-encoded but for `/` and the unreserved characters of RFC 3986.
std::string url_of(std::string_view base, std::string_view path);

struct Candidate {
  std::string_view url;
  std::string_view type;  ///< MIME
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

/// `srcset` attributes by type: of the candidates of one aspect ratio, that with the most widths; of several such that
/// of the picture (`width` × `height`), then that with the widest. Ascending; of two with one width and type the first.
std::map<std::string_view, std::string> srcset_of(const std::vector<Candidate>& candidates, std::uint32_t width,
                                                  std::uint32_t height);

}  // namespace thumbs::pageindex
