// The report as Markdown.
#include "cli/markdown.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "cli/next_step.h"
#include "thumbs/text.h"

namespace thumbs::cli {
namespace {

constexpr std::size_t k_most_rows = 50;
constexpr std::size_t k_most_bytes = 30000;  // of the rows: leaves room for the rest
constexpr std::size_t k_most_sets = 30;
constexpr std::size_t k_most_messages = 20;
constexpr std::size_t k_longest_cell = 160;

/// At most k_longest_cell bytes, not cut within a character.
std::string shortened(std::string text) {
  if (text.size() <= k_longest_cell) return text;
  std::size_t end = k_longest_cell;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

std::size_t longest_run(std::string_view text, char c) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char one : text) {
    run = one == c ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

/// A pipe would end the cell of a table, in a code span too; a backslash before it would end its escape.
std::string with_escaped_pipes(std::string_view text) {
  std::string out;
  std::size_t backslashes = 0;
  for (const char c : text) {
    if (c == '|') out += backslashes % 2 == 0 ? "\\" : "\\\\";
    backslashes = c == '\\' ? backslashes + 1 : 0;
    out += c;
  }
  return out;
}

bool is_amiss(const Item& item) {
  return item.status == Status::stale || item.status == Status::failed || item.status == Status::orphan;
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string thumbnails_text(std::uint64_t count) { return counted(count, "thumbnail", "thumbnails"); }

void add_count(std::string& text, std::uint64_t count, std::string_view what) {
  if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(what);
}

std::string counts_text(const Summary& s) {
  std::string text;
  add_count(text, s.built, "built");
  add_count(text, s.copied, "copied");
  add_count(text, s.pruned, "removed");
  add_count(text, s.stale, "stale");
  add_count(text, s.failed, "failed");
  add_count(text, s.orphans, s.orphans == 1 ? "orphan" : "orphans");
  add_count(text, s.fresh, "up to date");
  return text;
}

std::string headline(const Report& report, bool refused) {
  const Summary& s = report.summary;
  if (refused) return "the manifest or the command line is wrong";
  if (report.interrupted) return "interrupted";
  if (report.up_to_date() && s.built + s.copied + s.pruned == 0)
    return s.fresh == 1 ? "1 thumbnail is up to date" : "all " + thumbnails_text(s.fresh) + " are up to date";
  if (s.stale + s.failed + s.orphans == 0 && !report.errors.empty()) return "the run failed";
  const std::uint64_t amiss = s.stale + s.orphans;
  if (s.failed > 0) return thumbnails_text(s.failed) + " failed";
  if (amiss > 0) return thumbnails_text(amiss) + (amiss == 1 ? " is" : " are") + " not up to date";
  if (report.index && report.index->status == Status::stale) return "the index is not up to date";
  return "built " + thumbnails_text(s.built + s.copied);
}

std::string counts_table(const Report& report) {
  std::map<std::pair<std::string, std::string_view>, std::uint64_t> counts;
  for (const Item& item : report.items)
    if (is_amiss(item))
      ++counts[{item.set, item.status == Status::failed ? to_string(item.status) : to_string(item.reason)}];
  if (counts.empty()) return {};
  std::string text = "\n| set | reason | thumbnails |\n|---|---|---:|\n";
  std::size_t rows = 0;
  for (const auto& [key, count] : counts) {
    if (rows++ == k_most_sets) return text + "\nand more sets\n";
    text += "| " + code_span(key.first) + " | " + std::string(key.second) + " | " + std::to_string(count) + " |\n";
  }
  return text;
}

std::string why(const Item& item) {
  if (item.error) return code_span(item.error->message);
  std::string changes;
  for (const Change& change : item.changes) changes += (changes.empty() ? "" : "; ") + to_string(change);
  const std::string reason(to_string(item.reason));
  return changes.empty() ? reason : reason + ": " + code_span(changes);
}

std::string row(const Item& item) {
  const std::string name = item.output ? code_span(*item.output) : code_span(item.source) + " " + item.variant;
  return "| " + name + " | " + std::string(to_string(item.status)) + " | " + why(item) + " |\n";
}

std::string items_table(const Report& report) {
  std::vector<const Item*> amiss;
  for (const Item& item : report.items)
    if (is_amiss(item)) amiss.push_back(&item);
  if (amiss.empty()) return {};
  std::stable_sort(amiss.begin(), amiss.end(), [](const Item* a, const Item* b) { return a->set < b->set; });
  std::string rows;
  std::size_t shown = 0;
  while (shown < std::min(amiss.size(), k_most_rows) && rows.size() < k_most_bytes) rows += row(*amiss[shown++]);
  std::string text =
      "\n<details><summary>Which and why</summary>\n\n| thumbnail | state | why |\n|---|---|---|\n" + rows;
  if (shown < amiss.size()) text += "\nand " + std::to_string(amiss.size() - shown) + " more\n";
  return text + "\n</details>\n";
}

std::string messages(std::string_view title, const std::vector<std::string>& all) {
  if (all.empty()) return {};
  std::string text = "\n" + std::string(title) + ":\n\n";
  for (std::size_t i = 0; i < std::min(all.size(), k_most_messages); ++i)
    text += "- " + code_span(all[i], false) + "\n";
  if (all.size() > k_most_messages) text += "- and " + std::to_string(all.size() - k_most_messages) + " more\n";
  return text;
}

std::string next_sentence(std::string step) {
  if (step.empty()) return {};
  step[0] = static_cast<char>(step[0] - 'a' + 'A');
  step.back() = '.';
  return "\n" + step + "\n";
}

}  // namespace

std::string code_span(std::string_view text, bool in_table) {
  std::string shown = shortened(printable(text));
  if (shown.empty()) return "–";
  const std::string fence(longest_run(shown, '`') + 1, '`');
  if (shown.front() == '`' || shown.back() == '`' || shown.front() == ' ') shown = " " + shown + " ";
  return fence + (in_table ? with_escaped_pipes(shown) : shown) + fence;
}

std::string markdown_report(const Report& report, std::span<const Diagnostic> diagnostics, std::string_view program,
                            bool dry_run) {
  std::vector<std::string> errors;
  for (const Diagnostic& diagnostic : diagnostics) errors.push_back(diagnostic.text());
  errors.insert(errors.end(), report.errors.begin(), report.errors.end());
  const bool refused = !diagnostics.empty();
  const std::string counts = counts_text(report.summary);
  std::string text = "### thumbs: " + headline(report, refused) + "\n";
  if (!refused && !counts.empty()) text += "\n" + counts + "\n";
  text += counts_table(report) + items_table(report) + messages("Errors", errors);
  return text + messages("Warnings", report.warnings) + next_sentence(next_step(report, program, dry_run));
}

}  // namespace thumbs::cli
