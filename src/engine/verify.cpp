// Gathers what is claimed, reads the files, and compares.
#include "engine/verify.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "cache/recipe_text.h"
#include "scan/inspect.h"
#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

// What is said of one output, by the cache and by the lockfile.
struct Claims {
  const cache::OutputRecord* row = nullptr;
  const cache::OutputRecord* line = nullptr;
};

std::map<std::string_view, Claims> claims_of(const cache::Records& rows, const cache::Records* lines) {
  std::map<std::string_view, Claims> claims;
  for (const cache::OutputRecord& row : rows.outputs)
    if (row.made) claims[row.path].row = &row;
  if (lines != nullptr)
    for (const cache::OutputRecord& line : lines->outputs) claims[line.path].line = &line;
  return claims;
}

using ReadFiles = std::map<std::string_view, std::optional<Hash128>>;

// The hashes of these files; empty where there is none that can be read. Of outputs no link is followed.
ReadFiles read_all(const disk::DiskReader& disk, const std::set<std::string_view>& paths,
                   const std::function<bool()>& stop) {
  const std::vector<std::string> list(paths.begin(), paths.end());
  const scan::ReadContents read = scan::read_contents(
      disk, list, [](std::uint64_t, std::uint64_t) {}, stop);
  if (stop()) throw Error(ErrorCode::interrupted, "interrupted");
  ReadFiles contents;
  std::size_t i = 0;
  for (const std::string_view path : paths) {
    const std::optional<disk::Content>& content = read.contents[i++];
    contents[path] = content ? std::optional(content->hash) : std::nullopt;
  }
  return contents;
}

class Comparison {
 public:
  Comparison(const disk::DiskReader& disk, const cache::Records& rows, const cache::Records* lines,
             const std::function<bool()>& stop)
      : disk_(disk), rows_(rows), lines_(lines), claims_(claims_of(rows, lines)) {
    std::set<std::string_view> files;
    for (const auto& [path, claims] : claims_) {
      files.insert(path);
      for (const cache::OutputRecord* claim : {claims.row, claims.line})
        if (claim != nullptr) files.insert(claim->source);
    }
    contents_ = read_all(disk, files, stop);
  }

  std::vector<std::string> run() {
    for (const auto& [path, claims] : claims_) {
      compare_books(std::string(path), claims);
      compare_output(std::string(path), claims);
      for (const cache::OutputRecord* claim : {claims.row, claims.line})
        if (claim != nullptr) compare_source(*claim);
    }
    return {found_.begin(), found_.end()};
  }

 private:
  void say(const std::string& path, const std::string& what) { found_.insert(path + ": " + what); }

  void say_both(const std::string& path, const std::string& what, const std::string& row, const std::string& line) {
    if (row != line) say(path, what + ": " + row + " in the cache, " + line + " in the lockfile");
  }

  void compare_books(const std::string& path, const Claims& claims) {
    if (rows_.outputs.empty() || lines_ == nullptr) return;
    if (claims.line == nullptr) return say(path, "in the cache, but not in the lockfile");
    if (claims.row == nullptr) return say(path, "in the lockfile, but not in the cache");
    const cache::OutputRecord& row = *claims.row;
    const cache::OutputRecord& line = *claims.line;
    say_both(path, "source", std::string(row.source), std::string(line.source));
    say_both(path, "source hash", row.source_hash.hex(), line.source_hash.hex());
    say_both(path, "output hash", row.hash.hex(), line.hash.hex());
    const cache::RecipeText& recipe = rows_.recipes[row.recipe];
    const cache::RecipeText& in_lockfile = lines_->recipes[line.recipe];
    say_both(path, "recipe", cache::stand_in_for(recipe.settings), cache::stand_in_for(in_lockfile.settings));
    say_both(path, "stage versions", cache::stand_in_for(recipe.stages), cache::stand_in_for(in_lockfile.stages));
  }

  // Empty where it is a file that can be read.
  std::string state_of(const std::string& path, bool follow_links) const {
    try {
      const disk::FileKind kind = disk_.stat(path, follow_links).kind;
      if (kind == disk::FileKind::missing) return "missing";
      if (kind != disk::FileKind::regular) return "not a regular file";
      return contents_.at(path) ? "" : "cannot be read";
    } catch (const Error& error) {
      return error.message();
    }
  }

  void compare_output(const std::string& path, const Claims& claims) {
    if (const std::string state = state_of(path, false); !state.empty()) return say(path, state);
    const cache::OutputRecord& claim = claims.row != nullptr ? *claims.row : *claims.line;
    const Hash128 now = *contents_.at(path);
    if (now != claim.hash) say(path, "modified since thumbs wrote it: " + claim.hash.hex() + " → " + now.hex());
  }

  void compare_source(const cache::OutputRecord& claim) {
    const std::string source(claim.source);
    const std::string output(claim.path);
    if (const std::string state = state_of(source, true); !state.empty())
      return say(source, state + ", but " + output + " was made from it");
    const Hash128 now = *contents_.at(source);
    if (now != claim.source_hash)
      say(source, "changed since " + output + " was made: " + claim.source_hash.hex() + " → " + now.hex());
  }

  const disk::DiskReader& disk_;
  const cache::Records& rows_;
  const cache::Records* lines_;
  std::map<std::string_view, Claims> claims_;
  ReadFiles contents_;
  std::set<std::string> found_;
};

}  // namespace

std::vector<std::string> find_differences(const disk::DiskReader& disk, const cache::Records& rows,
                                          const cache::Records* lines, const std::function<bool()>& stop) {
  return Comparison(disk, rows, lines, stop).run();
}

}  // namespace thumbs::engine
