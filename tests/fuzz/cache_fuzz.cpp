// Any bytes as a cache's file: either records that hold together, or none and a warning, or a refusal that leaves the
// file alone.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "cache/cache.h"
#include "support/fd.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// A file in memory, under a name that can be opened.
class MemoryFile {
 public:
  explicit MemoryFile(std::span<const std::uint8_t> bytes) : fd_(memfd_create("cache", MFD_CLOEXEC)) {
    require(fd_ >= 0 && write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(fd_); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

void check(const cache::CacheLoad& load) {
  const cache::Records& rows = load.rows;
  require(load.warning.empty() || (rows.sources.empty() && rows.outputs.empty()));
  for (std::size_t i = 1; i < rows.sources.size(); ++i) require(rows.sources[i - 1].path < rows.sources[i].path);
  for (const cache::OutputRecord& output : rows.outputs) {
    require(output.recipe < rows.recipes.size());
    require(output.name == &cache::VariantName::k_none || rows.names.contains(*output.name));
  }
}

void read(std::span<const std::uint8_t> bytes) {
  const MemoryFile file(bytes);
  try {
    const auto cache = cache::Cache::open(file.path(), cache::CacheMode::read_only);
    check(cache->load());
    const std::string paths[] = {"a.jpg", "out/a.jpg"};
    check(cache->load_part(paths, paths));
    for (const cache::PictureRecord& picture : cache->load_pictures()) require(picture.width > 0 || !picture.look);
    cache->made_folders();
    cache->load_failures();
    cache->stats();
    cache->verify();
  } catch (const Error& error) {
    require(error.code() != ErrorCode::internal);
  }
}

}  // namespace
}  // namespace thumbs

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thumbs::read(std::span(data, size));
  return 0;
}
