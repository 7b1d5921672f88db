// Writes records as text.
#include "lockfile/lockfile.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "cache/recipe_text.h"
#include "lockfile/spelling.h"
#include "support/hash.h"
#include "support/sorted_lines.h"

namespace thumbs::lockfile {
namespace {

constexpr std::size_t k_hash_length = 32;

void append_hex(std::string& out, const Hash128& hash) {
  constexpr std::string_view k_lower_digits = "0123456789abcdef";
  std::array<char, k_hash_length> text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::uint64_t half = i < text.size() / 2 ? hash.high : hash.low;
    text[i] = k_lower_digits[half >> (60 - 4 * (i % 16)) & 15];
  }
  out.append(text.data(), text.size());
}

void append_hash(std::string& out, const Hash128& hash) {
  out += k_hash_algorithm;
  out += ':';
  append_hex(out, hash);
}

std::string fingerprint_of(const cache::RecipeText& recipe) {
  return cache::stand_in_for(recipe.settings) + "." +
         cache::stand_in_for(recipe.stages).substr(k_hash_algorithm.size() + 1);
}

void append_line(std::string& out, const cache::OutputRecord& row, std::string_view fingerprint) {
  append_lockfile_path(out, row.source);
  out += '\t';
  append_hash(out, row.source_hash);
  out += '\t';
  out += fingerprint;
  out += '\t';
  append_lockfile_path(out, row.path);
  out += '\t';
  append_hash(out, row.hash);
  out += '\n';
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t size = text.find('\n') + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

std::string spelled(std::string_view path) {
  std::string text;
  append_lockfile_path(text, path);
  return text;
}

// The fourth field.
std::string_view output_in(std::string_view line) {
  for (int field = 0; field < 3; ++field) line.remove_prefix(line.find('\t') + 1);
  return line.substr(0, line.find('\t'));
}

std::string sorted(std::string text) {
  std::vector<std::string_view> lines = lines_of(text);
  if (std::is_sorted(lines.begin(), lines.end())) return text;
  std::sort(lines.begin(), lines.end());
  std::string result;
  result.reserve(text.size());
  for (const std::string_view line : lines) result += line;
  return result;
}

}  // namespace

void LockfileRecords::apply(const cache::Batch& batch) {
  for (const std::string& path : batch.forget_outputs) changes_[path] = std::nullopt;
  for (const cache::Batch::Output& output : batch.outputs) {
    std::optional<std::string>& line = changes_[std::string(output.row.path)];
    line.reset();
    if (output.row.made) append_line(line.emplace(), output.row, fingerprint_of(output.recipe));
  }
}

std::string LockfileRecords::text() const {
  std::vector<std::string> fingerprints;
  for (const cache::RecipeText& recipe : rows_.recipes) fingerprints.push_back(fingerprint_of(recipe));
  std::string text;
  constexpr std::size_t k_usual_line = 280;
  text.reserve((rows_.outputs.size() + changes_.size()) * k_usual_line);
  for (const cache::OutputRecord& row : rows_.outputs)
    if (row.made && !changes_.contains(row.path)) append_line(text, row, fingerprints[row.recipe]);
  for (const auto& [path, line] : changes_) text += line.value_or("");
  return sorted(std::move(text));
}

// "" where there is no record.
std::string_view LockfileRecords::source_of(std::string_view output) const {
  const auto found = std::ranges::lower_bound(rows_.outputs, output, {}, &cache::OutputRecord::path);
  return found != rows_.outputs.end() && found->path == output ? std::string_view(found->source) : std::string_view();
}

// The lines of one source are neighbours: they begin with it and a tab, and no path has one.
std::string LockfileRecords::text_in(std::string_view whole) const {
  std::set<std::string, std::less<>> changed;
  std::map<std::string, std::vector<std::string_view>> blocks;
  for (const auto& [path, line] : changes_) {
    changed.insert(spelled(path));
    if (const std::string_view source = source_of(path); !source.empty()) blocks[spelled(source) + "\t"];
    if (line) blocks[line->substr(0, line->find('\t') + 1)].push_back(*line);
  }
  std::string text;
  text.reserve(whole.size() + blocks.size() * 1024);
  for (auto& block : blocks) {
    const std::string& start = block.first;
    std::vector<std::string_view>& lines = block.second;
    const std::size_t first = first_line_not(whole, [&](std::string_view line) { return line < start; });
    const std::string_view from = whole.substr(first);
    const std::size_t size = first_line_not(from, [&](std::string_view line) { return line.starts_with(start); });
    for (const std::string_view line : lines_of(from.substr(0, size)))
      if (!changed.contains(output_in(line))) lines.push_back(line);
    std::ranges::sort(lines);
    text += whole.substr(0, first);
    for (const std::string_view line : lines) text += line;
    whole = from.substr(size);
  }
  return text += whole;
}

std::string lockfile_text(const cache::Records& rows) { return LockfileRecords(rows).text(); }

}  // namespace thumbs::lockfile
