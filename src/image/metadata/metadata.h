// What a thumbnail keeps of its source's metadata: nothing, who owns it, or all that is true of it. Bytes in, bytes
// out; the codecs find the blocks in a file and put them into one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "image/metadata/facts.h"
#include "thumbs/variant.h"

namespace thumbs {

/// A PNG's text chunk, in UTF-8; a JPEG's comment has the keyword "Comment".
struct MetadataText {
  std::string keyword;
  std::string text;
  bool operator==(const MetadataText&) const = default;
};

/// No block of a file is read beyond this: what is larger holds previews and edit histories.
inline constexpr std::size_t k_most_metadata_bytes = 1 << 20;
/// All texts of a file together.
inline constexpr std::size_t k_most_texts_bytes = 1 << 18;

/// The blocks as a file holds them; empty where there is none.
struct MetadataBlocks {
  std::vector<std::byte> exif;               ///< from the TIFF header on, without "Exif\0\0"
  std::vector<std::byte> xmp;                ///< the XML packet
  std::vector<std::byte> iptc;               ///< IIM records, without Photoshop's wrapping
  std::vector<std::byte> extended_xmp = {};  ///< of a JPEG: the packet that did not fit beside the first
  std::vector<MetadataText> texts = {};
  std::vector<std::string> notes = {};  ///< what of the file's metadata was not read, for people
  std::size_t texts_bytes = 0;          ///< of all texts, with what they take beside their letters

  /// Notes after the first few are dropped.
  void note(std::string text);
  /// Takes a text while all texts together are not more than k_most_texts_bytes; else notes it.
  void add_text(std::string keyword, std::string text);

  bool empty() const { return exif.empty() && xmp.empty() && iptc.empty() && extended_xmp.empty() && texts.empty(); }
};

/// Notes of a block that is not read.
std::string too_large_note(std::string_view what, std::size_t bytes);
std::string broken_note(std::string_view what, std::size_t bytes);

struct KeptMetadata {
  MetadataBlocks blocks;              ///< what the output's format can hold, each where it belongs there
  std::vector<std::string> warnings;  ///< what of the source's metadata is left out though it was true
};

/// What `mode` keeps of `stored`:
/// - strip: nothing;
/// - copyright: who made the picture and who owns it, in UTF-8: as Artist and Copyright of a small EXIF block, as a
///   small XMP packet, and in PNG as texts. Each is taken from EXIF, else from IPTC (by-line, copyright notice), else
///   from XMP (dc:creator, dc:rights in its default language), else from PNG's texts (Author, Copyright); a licence
///   (cc:license, xmpRights:WebStatement, xmpRights:UsageTerms) follows the copyright. Nothing else, so no place
///   either;
/// - all: the blocks, made true: what describes the original's pixels, previews, gain maps and whatever else is not
///   there is dropped or corrected. What the format has no place for moves to where it has one, or is named in a
///   warning.
/// A block that cannot be read is dropped, with a warning.
KeptMetadata kept_metadata(const MetadataBlocks& stored, Metadata mode, const MetadataFacts& facts);

}  // namespace thumbs
