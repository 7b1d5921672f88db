// Reads the beginning of a file, and all of it where that is not enough.
#include "init/look.h"

#include <algorithm>
#include <cstdint>
#include <memory>

#include "thumbs/error.h"

namespace thumbs::init {
namespace {

constexpr std::uint64_t k_beginning = 256 << 10;  // holds the headers of nearly all pictures
constexpr std::uint64_t k_most_bytes = 64 << 20;

std::vector<std::byte> read_up_to(disk::InputFile& file, std::uint64_t size) {
  std::vector<std::byte> bytes(size);
  bytes.resize(file.read(0, bytes));
  return bytes;
}

PictureInfo info_of_file(const disk::DiskReader& disk, const std::string& path, const Inspect& inspect) {
  const std::unique_ptr<disk::InputFile> file = disk.open(path);
  const std::uint64_t size = file->stat().stat_data.size;
  if (size > k_beginning) {
    try {
      return inspect(read_up_to(*file, k_beginning));
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the header may be longer
    }
  }
  return inspect(read_up_to(*file, std::min(size, k_most_bytes)));
}

void add(Kinds& kinds, const PictureInfo& info) {
  ++kinds.looked;
  if (info.has_alpha) ++kinds.transparent;
  kinds.largest_width = std::max(kinds.largest_width, info.width);
  kinds.largest_height = std::max(kinds.largest_height, info.height);
}

}  // namespace

Kinds look_at(const disk::DiskReader& disk, const std::vector<std::string>& pictures, std::size_t most,
              const Inspect& inspect, const std::function<bool()>& stop) {
  Kinds kinds;
  const std::size_t count = std::min(most, pictures.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (stop && stop()) throw Error(ErrorCode::interrupted, "interrupted");
    const std::string& path = pictures[i * pictures.size() / count];
    try {
      add(kinds, info_of_file(disk, path, inspect));
    } catch (const Error& error) {
      if (kinds.unreadable++ == 0) kinds.trouble = path + ": " + error.message();
    }
  }
  return kinds;
}

}  // namespace thumbs::init
