// Path templates: expand "{dir}/{stem}-{variant}.{ext}" to an output's path.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace thumbs::manifest {

/// The values of the tokens.
struct TemplateValues {
  std::string_view dir;  ///< folder below the set's source, "" at its root
  std::string_view stem;
  std::string_view source_ext;  ///< as spelled, without the dot
  std::string_view variant;
  std::string_view ext;  ///< of the output format
  int width = 0;         ///< of the variant's box; 0: not set, expands to "auto"
  int height = 0;
  std::string_view hash;  ///< 10 hex digits
};

class PathTemplate {
 public:
  /// Throws std::invalid_argument with a message for users: unknown token, unbalanced brace, empty template.
  explicit PathTemplate(std::string_view text);
  bool uses_hash() const { return uses_hash_; }
  bool uses_ext() const { return uses_ext_; }
  /// The normalised path below the set's output. An empty {dir} leaves no stray slash, an empty {sourceExt} no stray
  /// dot. Does not expand values again. The result may leave the output folder ("../x"): check leaves_root().
  std::string expand(const TemplateValues& values) const;
  /// Whether expand() leaves the output folder for all values: the template is absolute or has too many "..".
  bool always_leaves_root() const;

 private:
  enum class Token { literal, dir, stem, variant, ext, source_ext, width, height, hash };
  struct Part {
    Token token;
    std::string text;
  };
  struct Name {
    std::string_view text;
    Token token;
  };
  static const Name k_names[];

  static Token token_named(std::string_view name);
  void add_literal(std::string_view text);
  /// Of a size, the digits, which `pixels` keeps.
  static std::string_view value_of(const Part& part, const TemplateValues& values, std::string& pixels);

  std::vector<Part> parts_;
  bool uses_hash_ = false;
  bool uses_ext_ = false;
};

}  // namespace thumbs::manifest
