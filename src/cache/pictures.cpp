// Rows with a checksum of their own; no total is kept, since a missing row is only one that is not known yet.
#include "cache/pictures.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace thumbs::cache {
namespace {

using HashBytes = std::array<std::byte, 16>;

std::string_view text_of(const HashBytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// The column `look`: three bytes of colour, then the placeholder. Empty where it is not known.
std::string look_bytes(const std::optional<PictureLook>& look) {
  if (!look) return {};
  std::string bytes(look->dominant_colour.begin(), look->dominant_colour.end());
  bytes.append(look->hash().begin(), look->hash().end());
  return bytes;
}

std::optional<PictureLook> parse_look(std::string_view bytes) {
  PictureLook look;
  const std::size_t colour = look.dominant_colour.size();
  if (bytes.size() <= colour || bytes.size() > colour + PictureLook::k_most_bytes) return std::nullopt;
  std::ranges::copy(bytes.substr(0, colour), look.dominant_colour.begin());
  std::ranges::copy(bytes.substr(colour), look.thumbhash.begin());
  look.thumbhash_bytes = static_cast<std::uint8_t>(bytes.size() - colour);
  return look;
}

std::uint64_t checksum_of(const PictureRecord& record) {
  const HashBytes hash = record.hash.bytes();
  std::string fields("p");
  fields.append(text_of(hash));
  fields += std::to_string(record.width) + ' ' + std::to_string(record.height) + (record.alpha ? " a " : " o ");
  fields += look_bytes(record.look);
  return hash_text(fields).low;
}

// Columns: hash, width, height, alpha, look, checksum.
std::optional<PictureRecord> parse(const Statement& row) {
  const std::string_view hash = row.bytes(0);
  if (hash.size() != 16) return std::nullopt;
  PictureRecord record;
  record.hash = Hash128::from_bytes(std::as_bytes(std::span<const char, 16>(hash.data(), 16)));
  record.width = static_cast<std::uint32_t>(row.number(1));
  record.height = static_cast<std::uint32_t>(row.number(2));
  record.alpha = row.number(3) != 0;
  record.look = parse_look(row.bytes(4));
  if (static_cast<std::uint64_t>(row.number(5)) != checksum_of(record)) return std::nullopt;
  return record;
}

}  // namespace

PictureRows read_pictures(Database& database) {
  PictureRows pictures;
  Statement row = database.prepare("SELECT hash, width, height, alpha, look, checksum FROM pictures ORDER BY hash");
  while (row.step()) {
    if (const std::optional<PictureRecord> record = parse(row)) {
      pictures.rows.push_back(*record);
    } else {
      ++pictures.damaged;
    }
  }
  std::ranges::sort(pictures.rows, {}, &PictureRecord::hash);
  return pictures;
}

std::vector<PictureRecord> read_some_pictures(Database& database, std::span<const Hash128> contents) {
  std::vector<Hash128> sorted(contents.begin(), contents.end());
  std::ranges::sort(sorted);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::vector<PictureRecord> pictures;
  Statement row = database.prepare("SELECT hash, width, height, alpha, look, checksum FROM pictures WHERE hash=?");
  for (const Hash128& hash : sorted) {
    const HashBytes bytes = hash.bytes();
    row.blob(1, text_of(bytes));
    if (row.step())
      if (const std::optional<PictureRecord> record = parse(row)) pictures.push_back(*record);
    row.reset();
  }
  return pictures;
}

PictureWriter::PictureWriter(Database& database)
    : find_(database.prepare("SELECT hash, width, height, alpha, look, checksum FROM pictures WHERE hash=?")),
      put_(database.prepare("INSERT OR REPLACE INTO pictures(hash, width, height, alpha, look, checksum)"
                            " VALUES(?, ?, ?, ?, ?, ?)")),
      forget_unused_(database.prepare("DELETE FROM pictures WHERE hash NOT IN (SELECT hash FROM sources)"
                                      " AND hash NOT IN (SELECT source_hash FROM outputs)")) {}

PictureRecord PictureWriter::merged(PictureRecord record) {
  if (record.look) return record;
  const ScopedReset reset(find_);
  const HashBytes hash = record.hash.bytes();
  if (!find_.blob(1, text_of(hash)).step()) return record;
  if (const std::optional<PictureRecord> known = parse(find_)) record.look = known->look;
  return record;
}

void PictureWriter::put(const PictureRecord& record) {
  const PictureRecord row = merged(record);
  const HashBytes hash = row.hash.bytes();
  const std::string look = look_bytes(row.look);
  put_.blob(1, text_of(hash)).number(2, row.width).number(3, row.height).number(4, row.alpha);
  put_.blob(5, look).number(6, checksum_of(row)).run();
}

}  // namespace thumbs::cache
