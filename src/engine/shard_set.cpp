#include "engine/shard_set.h"

#include <algorithm>
#include <map>

namespace thumbs::engine {
namespace {

std::string of_count(std::uint32_t count) { return " of " + std::to_string(count); }

class Examination {
 public:
  explicit Examination(const Hash128& rules) : rules_(rules) {}

  void add(const ShardsOfCache& file) {
    for (const cache::ShardRecord& shard : file.shards) {
      if (!belongs(file, shard)) return;
      const auto [place, is_new] = owner_.emplace(shard.index, file.name);
      if (!is_new)
        set_.faults.push_back(file.name + ": is part " + std::to_string(shard.index) + of_count(shard.count) +
                              ", as is " + place->second);
      if (!shard.finished)
        set_.faults.push_back(file.name + ": part " + std::to_string(shard.index) + of_count(shard.count) +
                              " is not finished: run it again");
      if (is_new && shard.finished) set_.finished.push_back(shard);
    }
  }

  // What the files have is theirs.
  void add_target(const ShardsOfCache& target) {
    for (const cache::ShardRecord& shard : target.shards)
      if (shard.finished && shard.count == set_.count && shard.rules == rules_ &&
          owner_.emplace(shard.index, "").second)
        set_.finished.push_back(shard);
  }

  ShardSet result() {
    std::ranges::sort(set_.finished, {}, &cache::ShardRecord::index);
    auto next = set_.finished.begin();
    for (std::uint32_t part = 1; part <= set_.count; ++part) {
      while (next != set_.finished.end() && next->index < part) ++next;
      if (next == set_.finished.end() || next->index != part) set_.missing.push_back(part);
    }
    if (!set_.missing.empty())
      set_.faults.push_back(
          name_parts(set_.missing) + of_count(set_.count) +
          (set_.missing.size() == 1 ? " is missing: build it first" : " are missing: build them first"));
    return std::move(set_);
  }

 private:
  bool belongs(const ShardsOfCache& file, const cache::ShardRecord& shard) {
    const std::string part = file.name + ": is part " + std::to_string(shard.index) + of_count(shard.count);
    if (set_.count == 0) {
      set_.count = shard.count;
      first_ = file.name;
    }
    if (shard.count != set_.count) {
      set_.foreign.push_back(part + ", but " + first_ + " is a part" + of_count(set_.count));
    } else if (shard.rules != rules_) {
      set_.foreign.push_back(part +
                             " of another manifest, or of another state of it or version of thumbs: run it again");
    } else {
      return true;
    }
    return false;
  }

  Hash128 rules_;
  ShardSet set_;
  std::string first_;
  std::map<std::uint32_t, std::string> owner_;
};

}  // namespace

ShardSet examine_shards(std::span<const ShardsOfCache> files, const ShardsOfCache& target, const Hash128& rules) {
  Examination examination(rules);
  for (const ShardsOfCache& file : files) examination.add(file);
  examination.add_target(target);
  return examination.result();
}

std::string name_parts(std::span<const std::uint32_t> parts) {
  constexpr std::size_t k_most_named = 20;
  std::string text = parts.size() == 1 ? "part " : "parts ";
  for (std::size_t i = 0; i < std::min(parts.size(), k_most_named); ++i) {
    const bool last = i + 1 == parts.size();
    text += (i == 0 ? "" : last ? " and " : ", ") + std::to_string(parts[i]);
  }
  if (parts.size() > k_most_named) text += " and " + std::to_string(parts.size() - k_most_named) + " more";
  return text;
}

}  // namespace thumbs::engine
