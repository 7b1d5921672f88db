// How a lock spells paths: on one line, in UTF-8, and so that every name can be told again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace thumbs {

/// Appends `path` to `out`: '%', control characters and what is not UTF-8 as %XX.
void append_lock_path(std::string& out, std::string_view path);

/// The path that `spelled` stands for; empty where it is none: a broken %XX, a null byte, absolute, or not normalised
/// ("", "a//b", "./a", "a/../b").
std::optional<std::string> read_lock_path(std::string_view spelled);

}  // namespace thumbs
