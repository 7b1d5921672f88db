// Which metadata of its source a thumbnail keeps: none, the owner, or all that is still true. Works on blocks of bytes;
// codecs find the blocks in a file and write them into one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "image/metadata/facts.h"
#include "thumbs/variant.h"

namespace thumbs::image {

/// A PNG's text chunk, in UTF-8; a JPEG's comment has the keyword "Comment".
struct MetadataText {
  std::string keyword;
  std::string text;
  bool operator==(const MetadataText&) const = default;
};

/// Larger blocks are not read: they hold previews and edit histories.
inline constexpr std::size_t k_most_metadata_bytes = 1 << 20;
/// The most that all texts of a file may have together.
inline constexpr std::size_t k_most_texts_bytes = 1 << 18;

/// The blocks as a file holds them; empty if it has none.
struct MetadataBlocks {
  std::vector<std::byte> exif;               ///< from the TIFF header on, without "Exif\0\0"
  std::vector<std::byte> xmp;                ///< the XML packet
  std::vector<std::byte> iptc;               ///< IIM records, without Photoshop's wrapping
  std::vector<std::byte> extended_xmp = {};  ///< JPEG only: a second packet, for what did not fit in the first
  std::vector<MetadataText> texts = {};
  std::vector<std::string> notes = {};  ///< which metadata was not read, for people
  std::size_t texts_bytes = 0;          ///< memory of all texts

  /// Keeps the first few notes only.
  void note(std::string text);
  /// Adds a text, or a note if all texts would exceed k_most_texts_bytes.
  void add_text(std::string keyword, std::string text);

  bool empty() const { return exif.empty() && xmp.empty() && iptc.empty() && extended_xmp.empty() && texts.empty(); }
};

/// Notes about a block that is not read.
std::string too_large_note(std::string_view what, std::size_t bytes);
std::string broken_note(std::string_view what, std::size_t bytes);

struct KeptMetadata {
  MetadataBlocks blocks;              ///< what the output format can hold, each in its place
  std::vector<std::string> warnings;  ///< metadata that is left out although it is true
};

/// What `mode` keeps of `stored`:
/// - strip: nothing;
/// - copyright: who made the picture and who owns it, in UTF-8: as Artist and Copyright of a small EXIF block, as a
///   small XMP packet, and in PNG as texts. Each is taken from EXIF, else from IPTC (by-line, copyright notice), else
///   from XMP (dc:creator, dc:rights in its default language), else from PNG's texts (Author, Copyright); a licence
///   (cc:license, xmpRights:WebStatement, xmpRights:UsageTerms) follows the copyright. Nothing else, so no place
///   either;
/// - all: the blocks, corrected: entries about the original's pixels, previews, gain maps and other things that the
///   thumbnail does not have are dropped or changed. What the format has no place for moves to another block, or is
///   named in a warning.
/// A block that cannot be read is dropped with a warning.
KeptMetadata kept_metadata(const MetadataBlocks& stored, Metadata mode, const MetadataFacts& facts);

}  // namespace thumbs::image
