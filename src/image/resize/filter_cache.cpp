// A handful of filters, the least recently used one replaced.
#include "image/resize/filter_cache.h"

namespace thumbs::image {
namespace {

constexpr std::size_t k_most_kept_bytes = std::size_t{256} << 10;

}  // namespace

const AxisFilter& FilterCache::get(const AxisSpec& spec) {
  std::unique_ptr<Entry>* oldest = &entries_.front();
  for (auto& entry : entries_) {
    if (entry && entry->spec == spec) {
      entry->last_use = ++uses_;
      return entry->filter;
    }
    if (*oldest && (!entry || entry->last_use < (*oldest)->last_use)) oldest = &entry;
  }
  *oldest = std::make_unique<Entry>(Entry{spec, make_filter(spec), ++uses_});
  return (*oldest)->filter;
}

void FilterCache::trim() {
  for (auto& entry : entries_) {
    if (entry && entry->filter.bytes() > k_most_kept_bytes) entry.reset();
  }
}

FilterCache& FilterCache::of_thread() {
  thread_local FilterCache cache;
  return cache;
}

}  // namespace thumbs::image
