// Parses text into records. Any bad line rejects the whole file.
#include <algorithm>
#include <array>
#include <cstddef>
#include <unordered_map>
#include <utility>

#include "cache/recipe_text.h"
#include "lockfile/lockfile.h"
#include "lockfile/spelling.h"
#include "support/hash.h"
#include "thumbs/error.h"

namespace thumbs::lockfile {
namespace {

constexpr std::size_t k_most_faults = 20;
constexpr std::size_t k_hash_digits = 32;
constexpr std::size_t k_fields = 5;
constexpr std::string_view k_malformed =
    "malformed line (expected source, hash, recipe, output and hash, separated by tabs): delete it, then run "
    "`thumbs build`";
constexpr std::string_view k_conflict =
    "unresolved git conflict: delete the markers and keep the lines of one side or none, then run `thumbs build`";

// A conflict marker of git. A valid line that starts like one contains tabs.
bool is_conflict_marker(std::string_view line) {
  constexpr std::size_t k_length = 7;
  if (line.size() < k_length || std::string_view("<|=>").find(line[0]) == std::string_view::npos) return false;
  if (line.find_first_not_of(line[0]) < k_length || line.find('\t') != std::string_view::npos) return false;
  return line.size() == k_length || line[k_length] == ' ';
}

bool split(std::string_view line, std::array<std::string_view, k_fields>& fields) {
  for (std::size_t i = 0; i < k_fields; ++i) {
    const std::size_t tab = line.find('\t');
    if ((tab == std::string_view::npos) != (i + 1 == k_fields)) return false;
    fields[i] = line.substr(0, tab);
    if (i + 1 < k_fields) line.remove_prefix(tab + 1);
  }
  return true;
}

std::string_view algorithm_of(std::string_view field) {
  const std::size_t colon = field.find(':');
  const std::string_view name = field.substr(0, colon);
  const bool named = colon != std::string_view::npos && colon != 0 &&
                     name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
  return named ? name : std::string_view{};
}

// The value of a hexadecimal digit; 16 for other characters.
constexpr std::array<std::uint8_t, 256> k_values = [] {
  std::array<std::uint8_t, 256> values;
  values.fill(16);
  for (std::uint8_t i = 0; i < 10; ++i) values[static_cast<std::size_t>('0') + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) values[static_cast<std::size_t>('a') + i] = static_cast<std::uint8_t>(10 + i);
  return values;
}();

bool read_hex(std::string_view digits, Hash128& hash) {
  if (digits.size() != k_hash_digits) return false;
  unsigned all = 0;
  const auto half = [&](std::size_t first) {
    std::uint64_t number = 0;
    for (std::size_t i = first; i < first + k_hash_digits / 2; ++i) {
      const unsigned value = k_values[static_cast<unsigned char>(digits[i])];
      all |= value;
      number = number << 4 | value;
    }
    return number;
  };
  hash.high = half(0);
  hash.low = half(k_hash_digits / 2);
  return all < 16;
}

// "xxh3-128:…"; the caller has checked the algorithm.
bool read_hash(std::string_view field, Hash128& hash) {
  return field.size() > k_hash_algorithm.size() && read_hex(field.substr(k_hash_algorithm.size() + 1), hash);
}

class LockfileReader {
 public:
  explicit LockfileReader(const std::string& file) : file_(file) {}

  cache::Records read(std::string_view text) {
    rows_.outputs.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
    for (int number = 1; !text.empty(); ++number) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (line.ends_with('\r')) line.remove_suffix(1);
      read_line(line, number);
    }
    sort();
    // With conflicts, other faults are only noise.
    if (!conflicts_.empty()) throw ManifestError(std::move(conflicts_));
    std::stable_sort(faults_.begin(), faults_.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
    if (!faults_.empty()) throw ManifestError(std::move(faults_));
    return std::move(rows_);
  }

 private:
  void add(std::vector<Diagnostic>& to, int line, std::string message) const {
    if (to.size() < k_most_faults) to.push_back({file_, line, 1, "", std::move(message)});
  }

  void read_line(std::string_view line, int number) {
    if (is_conflict_marker(line)) return add(conflicts_, number, std::string(k_conflict));
    std::array<std::string_view, k_fields> fields;
    if (!split(line, fields)) return add(faults_, number, std::string(k_malformed));
    for (const std::string_view field : {fields[1], fields[2], fields[4]}) {
      const std::string_view algorithm = algorithm_of(field);
      if (algorithm.empty()) return add(faults_, number, std::string(k_malformed));
      if (algorithm != k_hash_algorithm)
        return add(faults_, number,
                   "unknown hash algorithm " + std::string(algorithm) +
                       ": use the version of thumbs that wrote it, or delete the line, then run `thumbs build`");
    }
    const std::optional<std::string> source = read_lockfile_path(fields[0]);
    const std::optional<std::string> output = read_lockfile_path(fields[3]);
    cache::OutputRecord row;
    const bool sound = source && output && read_hash(fields[1], row.source_hash) && read_hash(fields[4], row.hash) &&
                       read_recipe(fields[2], row.recipe);
    if (!sound) return add(faults_, number, std::string(k_malformed));
    row.path = rows_.texts.add(*output);
    row.source = rows_.texts.add(*source);
    row.mtime_ns = cache::k_unknown_time;
    row.made = true;
    rows_.outputs.push_back(row);
    numbers_.push_back(number);
  }

  bool read_recipe(std::string_view field, std::uint32_t& recipe) {
    if (const auto known = recipes_.find(field); known != recipes_.end()) {
      recipe = known->second;
      return true;
    }
    const std::string prefix = std::string(k_hash_algorithm) + ":";
    const std::string_view digits = field.substr(prefix.size());
    Hash128 hash;
    if (digits.size() != 2 * k_hash_digits + 1 || digits[k_hash_digits] != '.') return false;
    const std::string_view settings = digits.substr(0, k_hash_digits);
    const std::string_view stages = digits.substr(k_hash_digits + 1);
    if (!read_hex(settings, hash) || !read_hex(stages, hash)) return false;
    recipe = static_cast<std::uint32_t>(rows_.recipes.size());
    rows_.recipes.push_back({prefix + std::string(settings), prefix + std::string(stages), ""});
    recipes_.emplace(field, recipe);
    return true;
  }

  void sort() {
    std::vector<cache::OutputRecord>& rows = rows_.outputs;
    std::vector<std::uint32_t> order(rows.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto earlier = [&rows](std::uint32_t a, std::uint32_t b) {
      return std::tie(rows[a].path, a) < std::tie(rows[b].path, b);
    };
    const bool sorted_already = std::is_sorted(order.begin(), order.end(), earlier);
    if (!sorted_already) std::sort(order.begin(), order.end(), earlier);
    for (std::size_t i = 1; i < order.size(); ++i) refuse_second(order[i - 1], order[i]);
    if (sorted_already) return;
    std::vector<cache::OutputRecord> sorted;
    sorted.reserve(rows.size());
    for (const std::uint32_t i : order) sorted.push_back(rows[i]);
    rows = std::move(sorted);
  }

  void refuse_second(std::uint32_t first, std::uint32_t second) {
    if (rows_.outputs[first].path != rows_.outputs[second].path) return;
    add(faults_, numbers_[second],
        "second line for the same output, after line " + std::to_string(numbers_[first]) +
            ": delete one of them, then run `thumbs build`");
  }

  const std::string& file_;
  cache::Records rows_;
  std::vector<int> numbers_;  // line numbers, parallel to rows_.outputs
  std::unordered_map<std::string_view, std::uint32_t> recipes_;
  std::vector<Diagnostic> conflicts_;
  std::vector<Diagnostic> faults_;
};

}  // namespace

cache::Records parse_lockfile(std::string_view text, const std::string& file) {
  return LockfileReader(file).read(text);
}

}  // namespace thumbs::lockfile
