// Path templates: "{dir}/{stem}-{variant}.{ext}" and a source in, an output's path out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace thumbs {

/// What the tokens stand for.
struct TemplateValues {
  std::string_view dir;  ///< folder below the set's source, "" at its root
  std::string_view stem;
  std::string_view source_ext;  ///< as spelled, without the dot
  std::string_view variant;
  std::string_view ext;  ///< of the output format
  int width = 0;         ///< of the box asked for; 0: not given, expands to "auto"
  int height = 0;
  std::string_view hash;  ///< 10 hex digits
};

class PathTemplate {
 public:
  /// Throws std::invalid_argument with a text for people (unknown token with the nearest known one,
  /// unbalanced brace, empty).
  explicit PathTemplate(std::string_view text);
  bool uses_hash() const { return uses_hash_; }
  bool uses_ext() const { return uses_ext_; }
  /// The path below the set's output, normalised: an empty {dir} leaves no stray slash, an empty {sourceExt}
  /// no stray dot. What is filled in is not expanded again. The result may leave the output folder ("../x"):
  /// the caller checks leaves_root().
  std::string expand(const TemplateValues& values) const;
  /// Whether expand() leaves the output folder whatever the values are: an absolute template, or more ".." than
  /// any {dir} can make good.
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
  static std::string value_of(const Part& part, const TemplateValues& values);

  std::vector<Part> parts_;
  bool uses_hash_ = false;
  bool uses_ext_ = false;
};

}  // namespace thumbs
