// Takes URLs apart no further than is needed to hide a password.
#include "store/place.h"

namespace thumbs::store {
namespace {

std::string without_credentials(std::string_view url) {
  const std::size_t host = url.find("://") + 3;
  const std::string_view authority = url.substr(host, url.find('/', host) - host);
  const std::size_t at = authority.rfind('@');
  std::string shown(url.substr(0, host));
  return shown += url.substr(at == std::string_view::npos ? host : host + at + 1);
}

}  // namespace

bool is_url(std::string_view text) { return text.starts_with("http://") || text.starts_with("https://"); }

Place place_of(std::string_view text, std::string_view folder) {
  Place place;
  place.http = is_url(text);
  while (text.size() > 1 && text.ends_with('/')) text.remove_suffix(1);
  place.base = text;
  place.shown = place.http ? without_credentials(text) : std::string(text);
  if (!place.http && !text.starts_with('/')) place.base = std::string(folder) + "/" + place.base;
  return place;
}

}  // namespace thumbs::store
