// The text of the index file (docs/index-file.md): what a web page needs to know of sources and their thumbnails. Pure.
//
// A JSON object keyed by source, sorted, in one form, so that equal content is equal bytes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/picture_record.h"
#include "support/hash.h"
#include "thumbs/variant.h"

namespace thumbs::pageindex {

/// A thumbnail that stands on disk. Texts are the caller's.
struct Thumb {
  std::string_view set;  ///< names of its rule
  std::string_view variant;
  std::string_view path;  ///< relative to the manifest, as bytes
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint64_t bytes = 0;
  PictureFormat format = PictureFormat::jpeg;
  Hash128 hash;
};

/// A source and its thumbnails, at least one. `picture` is of the content that they were made from; without a width,
/// nothing but its hash is known of it.
struct Entry {
  cache::PictureRecord picture;
  std::vector<Thumb> thumbs;
  std::vector<std::string> left_out = {};  ///< names of variants that would only repeat a smaller one
};

/// As the file has it, behind its key. `url_base`: what URLs begin with, or "".
std::string text_of(const Entry& entry, std::string_view url_base);

/// The whole file, entry by entry. As long as it equals what stands there, it takes no memory of its own.
class FileText {
 public:
  /// `before` must outlive it.
  explicit FileText(std::string_view before) : before_(before) {}

  /// REQUIRES keys in order.
  void add(std::string_view key, std::string_view entry);

  /// After the last entry: the text; empty where it is `before`, byte for byte.
  std::optional<std::string> finish();

 private:
  void append(std::string_view piece);

  std::string_view before_;
  std::size_t equal_ = 0;  ///< so much of `before`
  std::optional<std::string> text_;
  bool any_ = false;
};

/// The whole file with these entries instead of those that it has for their keys; an entry "" drops the key. REQUIRES
/// that FileText wrote `whole`, or that it is "". Empty where nothing changes.
std::optional<std::string> with_entries(std::string_view whole,
                                        const std::map<std::string, std::string, std::less<>>& entries);

/// What an existing index says.
struct Existing {
  std::map<std::string, std::string, std::less<>> entries;  ///< by key, each as text_of() writes it
  std::vector<cache::PictureRecord> pictures;               ///< sorted by hash, one each
};

/// Empty where `text` is no index.
std::optional<Existing> parse(std::string_view text);

}  // namespace thumbs::pageindex
