// What the pictures of a group are like: reads the headers of a sample.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "disk/disk.h"
#include "thumbs/thumbnail.h"

namespace thumbs::init {

struct Kinds {
  std::size_t looked = 0;       ///< pictures whose header was read
  std::size_t transparent = 0;  ///< of those
  int largest_width = 0;        ///< upright
  int largest_height = 0;
  std::size_t unreadable = 0;
  std::string trouble = {};  ///< "PATH: MESSAGE" of the first that could not be read
};

/// Reads a picture's header; throws Error. Replaced in tests.
using Inspect = std::function<PictureInfo(std::span<const std::byte>)>;

/// Looks at up to `most` of these pictures, spread evenly.
Kinds look_at(const disk::DiskReader& disk, const std::vector<std::string>& pictures, std::size_t most,
              const Inspect& inspect, const std::function<bool()>& stop);

}  // namespace thumbs::init
