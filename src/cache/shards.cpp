#include "cache/shards.h"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace thumbs::cache {
namespace {

std::uint64_t shard_checksum(const ShardRecord& record) {
  return hash_text(std::to_string(record.index) + "/" + std::to_string(record.count) + (record.finished ? "+" : "-") +
                   record.rules.hex())
      .low;
}

std::string_view view_of(const std::array<std::byte, 16>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::vector<ShardRecord> read_shards(Database& database) {
  std::vector<ShardRecord> shards;
  Statement row = database.prepare("SELECT part, parts, finished, rules, checksum FROM parts ORDER BY part");
  while (row.step()) {
    const std::string_view rules = row.bytes(3);
    if (rules.size() != 16) continue;
    const ShardRecord record{
        .index = static_cast<std::uint32_t>(row.number(0)),
        .count = static_cast<std::uint32_t>(row.number(1)),
        .finished = row.number(2) != 0,
        .rules = Hash128::from_bytes(std::as_bytes(std::span<const char, 16>(rules.data(), 16))),
    };
    const bool whole = static_cast<std::uint64_t>(row.number(4)) == shard_checksum(record);
    if (whole && record.sound()) shards.push_back(record);
  }
  return shards;
}

ShardWriter::ShardWriter(Database& database)
    : put_(database.prepare("INSERT OR REPLACE INTO parts(part, parts, finished, rules, checksum)"
                            " VALUES(?, ?, ?, ?, ?)")),
      forget_others_(database.prepare("DELETE FROM parts WHERE parts<>? OR rules<>?")),
      forget_all_(database.prepare("DELETE FROM parts")) {}

void ShardWriter::put(const ShardRecord& record) {
  const std::array<std::byte, 16> rules = record.rules.bytes();
  forget_others_.number(1, record.count).blob(2, view_of(rules)).run();
  put_.number(1, record.index).number(2, record.count).number(3, record.finished).blob(4, view_of(rules));
  put_.number(5, shard_checksum(record)).run();
}

}  // namespace thumbs::cache
