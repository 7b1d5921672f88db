// The hard link comes first and the rename after it: whoever is killed in between leaves two names of the current file.
#include "disk/replaced_files.h"

#include <algorithm>
#include <charconv>
#include <exception>

#include "path/path.h"

namespace thumbs::disk {
namespace {

constexpr std::size_t k_key_digits = 32;

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// With its dot; "" if it is unusual.
std::string_view extension_of(std::string_view path) {
  constexpr std::size_t k_longest = 6;
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || path.size() - dot > k_longest) return {};
  const std::string_view extension = path.substr(dot);
  return std::ranges::all_of(extension.substr(1), is_plain) ? extension : std::string_view{};
}

// Removes a number from the front of `text`; empty if there is none.
template <class Number>
std::optional<Number> take_number(std::string_view& text, int base) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<Hash128> key_from_hex(std::string_view digits) {
  std::string_view high = digits.substr(0, k_key_digits / 2);
  std::string_view low = digits.substr(k_key_digits / 2);
  const std::optional<std::uint64_t> first = take_number<std::uint64_t>(high, 16);
  const std::optional<std::uint64_t> second = take_number<std::uint64_t>(low, 16);
  if (!first || !second || !high.empty() || !low.empty()) return std::nullopt;
  return Hash128{*first, *second};
}

}  // namespace

Hash128 replaced_key(std::string_view owner, std::string_view path) {
  std::string text(owner);
  text += '\0';
  return hash_text(text.append(path));
}

std::string replaced_name(const ReplacedName& name, std::string_view path) {
  std::string text = name.key.hex() + "-" + std::to_string(name.width) + "x" + std::to_string(name.height);
  return text.append(extension_of(path));
}

std::optional<ReplacedName> parse_replaced_name(std::string_view name) {
  if (name.size() <= k_key_digits || name[k_key_digits] != '-') return std::nullopt;
  const std::optional<Hash128> key = key_from_hex(name.substr(0, k_key_digits));
  std::string_view rest = name.substr(k_key_digits + 1);
  const std::optional<int> width = take_number<int>(rest, 10);
  if (!key || !width || !rest.starts_with('x')) return std::nullopt;
  rest.remove_prefix(1);
  const std::optional<int> height = take_number<int>(rest, 10);
  if (!height || rest != extension_of(rest)) return std::nullopt;
  return ReplacedName{*key, *width, *height};
}

std::vector<ReplacedFile> list_replaced(const DiskReader& disk, const std::string& folder) {
  std::vector<ReplacedFile> files;
  if (folder.empty()) return files;
  try {
    const auto wanted = [](std::string_view name, FileKind kind) {
      return kind == FileKind::regular && parse_replaced_name(name);
    };
    for (DirEntry& entry : disk.list(folder, wanted)) {
      const ReplacedName name = parse_replaced_name(entry.name).value_or(ReplacedName{});
      files.push_back({name, std::move(entry)});
    }
  } catch (const std::exception&) {
    files.clear();
  }
  return files;
}

bool ReplacedFiles::try_to_start() noexcept {
  try {
    const std::string above(parent_of(folder_));
    if (folder_.empty() || disk_.stat(above, true).kind != FileKind::directory) return false;
    for (const ReplacedFile& file : list_replaced(disk_, folder_)) disk_.remove(join_path(folder_, file.entry.name));
    disk_.make_directories(folder_);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

// Failed attempts count, too: on a disk without hard links a thousand are enough.
bool ReplacedFiles::reserve(std::uint64_t bytes) {
  return files_.fetch_add(1) < k_most_replaced_files && bytes_.fetch_add(bytes) + bytes <= k_most_replaced_bytes;
}

void ReplacedFiles::keep(const std::string& path, int width, int height, std::uint64_t bytes) noexcept {
  try {
    std::call_once(started_, [this] { usable_ = try_to_start(); });
    if (!usable_ || !reserve(bytes)) return;
    disk_.link(path, join_path(folder_, replaced_name({replaced_key(owner_, path), width, height}, path)));
  } catch (const std::exception&) {
    // Then there is no before.
  }
}

}  // namespace thumbs::disk
