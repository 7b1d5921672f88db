// A short list, most recently used first: a folder of pictures has few profiles.
#include "image/colour/conversion_cache.h"

#include <string_view>
#include <utility>

#include "image/bytes.h"

namespace thumbs::image {
namespace {

std::size_t hash_of(const std::vector<std::byte>& content) { return std::hash<std::string_view>{}(as_text(content)); }

}  // namespace

ConversionCache& ConversionCache::shared() {
  static ConversionCache cache;
  return cache;
}

Conversion ConversionCache::get(Key key, const std::function<Conversion()>& make) {
  const std::size_t hash = hash_of(key.content);
  {
    const std::lock_guard lock(mutex_);
    if (const Conversion* known = find(hash, key)) return *known;
  }
  Conversion made = make();
  const std::lock_guard lock(mutex_);
  if (const Conversion* known = find(hash, key)) return *known;
  entries_.push_front({hash, std::move(key), made});
  trim();
  return made;
}

std::size_t ConversionCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

/// Moves what it finds to the front.
const Conversion* ConversionCache::find(std::size_t hash, const Key& key) {
  for (auto at = entries_.begin(); at != entries_.end(); ++at) {
    if (at->hash != hash || at->key != key) continue;
    entries_.splice(entries_.begin(), entries_, at);
    return &entries_.front().conversion;
  }
  return nullptr;
}

/// A dropped conversion lives as long as somebody uses it.
void ConversionCache::trim() {
  std::size_t count = 0, bytes = 0;
  for (auto at = entries_.begin(); at != entries_.end();) {
    bytes += at->key.content.size();
    const bool keep = count == 0 || (count < k_most_entries && bytes <= k_most_bytes);
    ++count;
    at = keep ? std::next(at) : entries_.erase(at);
  }
}

}  // namespace thumbs::image
