// Keeps conversions to sRGB for reuse: photographs from one camera share a profile, and lcms's tables cost
// milliseconds.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <vector>

#include "image/colour/icc.h"

namespace thumbs::image {

/// Keeps the conversions used last. Thread-safe.
class ConversionCache {
 public:
  /// What a conversion is made from: equal keys give equal conversions.
  struct Key {
    std::vector<std::byte> content;
    ColourModel model;
    int bits;
    bool profile;  ///< content is a profile; else numbers

    bool operator==(const Key&) const = default;
  };

  static ConversionCache& shared();

  /// The conversion for `key`, made by `make` if it is not cached. Two threads may make the same one at once.
  Conversion get(Key key, const std::function<Conversion()>& make);

  std::size_t size() const;

 private:
  struct Entry {
    std::size_t hash;
    Key key;
    Conversion conversion;
  };
  static constexpr std::size_t k_most_entries = 16;
  static constexpr std::size_t k_most_bytes = 8 << 20;  // of profiles

  const Conversion* find(std::size_t hash, const Key& key);
  void trim();

  mutable std::mutex mutex_;
  std::list<Entry> entries_;  ///< the one used last in front
};

}  // namespace thumbs::image
