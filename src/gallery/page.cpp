// The page around the thumbnails: head, filters, sets.
#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <vector>

#include "gallery/assets.h"
#include "gallery/card.h"
#include "gallery/html.h"
#include "gallery/state.h"
#include "support/hash.h"
#include "thumbs/gallery.h"
#include "thumbs/text.h"

namespace thumbs {
namespace gallery {
namespace {

// Thumbnails by set, then source.
using Sets = std::map<std::string_view, std::vector<const Item*>>;

Sets sets_of(const Report& report) {
  Sets sets;
  for (const Item& item : report.items) sets[item.set].push_back(&item);
  for (auto& [name, items] : sets) {
    std::ranges::sort(items, [](const Item* a, const Item* b) {
      return std::tie(a->source, a->variant, a->output) < std::tie(b->source, b->variant, b->output);
    });
  }
  return sets;
}

std::uint64_t bytes_of(const std::vector<const Item*>& items) {
  std::uint64_t bytes = 0;
  for (const Item* const item : items)
    if (item->pictures && item->pictures->now) bytes += item->pictures->now->bytes;
  return bytes;
}

// The folder that all outputs lie below, with its slash; "" if there is none.
std::string_view folder_of(const std::vector<const Item*>& items) {
  std::string_view common;
  bool first = true;
  for (const Item* const item : items) {
    if (!item->output) continue;
    const std::string_view path = *item->output;
    if (first) common = path;
    first = false;
    const auto [end, other] = std::mismatch(common.begin(), common.end(), path.begin(), path.end());
    common = common.substr(0, static_cast<std::size_t>(end - common.begin()));
  }
  const std::size_t slash = common.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : common.substr(0, slash + 1);
}

std::string thumbnails(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " thumbnail" : " thumbnails");
}

std::string shown_set(std::string_view name) { return name.empty() ? "set not known" : shown(name); }

// A radio button: the style filters by it, so that no script is needed.
std::string filter(std::string_view name, std::size_t count, bool checked) {
  const std::string text(name);
  return "<input type=\"radio\" name=\"state\" id=\"f-" + text + "\" value=\"" + text + "\"" +
         (checked ? " checked" : "") + "><label for=\"f-" + text + "\">" + text + " <b>" + std::to_string(count) +
         "</b></label>\n";
}

std::string filters(const Report& report) {
  std::array<std::size_t, k_states.size()> counts{};
  std::size_t changed = 0;
  for (const Item& item : report.items) {
    ++counts[static_cast<std::size_t>(state_of(item))];
    if (item.pictures && item.pictures->before) ++changed;
  }
  std::string html = "<fieldset><legend>State</legend>\n" + filter("all", report.items.size(), true);
  for (const State state : k_states)
    if (const std::size_t count = counts[static_cast<std::size_t>(state)]; count != 0)
      html += filter(to_string(state), count, false);
  if (changed != 0) html += filter("changed", changed, false);
  return html + "</fieldset>\n";
}

std::string links_to(const Sets& sets) {
  if (sets.size() < 2) return {};
  std::string html = "<nav aria-label=\"Sets\">\n";
  std::size_t number = 0;
  for (const auto& [name, items] : sets)
    html += "<a href=\"#set-" + std::to_string(number++) + "\">" + shown_set(name) + " <b>" +
            std::to_string(items.size()) + "</b></a>\n";
  return html + "</nav>\n";
}

std::string notes(const Report& report) {
  if (report.errors.empty() && report.warnings.empty() && report.sets_without_source.empty()) return {};
  std::string html = "<ul class=\"notes\">\n";
  for (const std::string& error : report.errors) html += "<li class=\"error\">error: " + shown(error) + "\n";
  for (const std::string& warning : report.warnings) html += "<li>warning: " + shown(warning) + "\n";
  for (const std::string& set : report.sets_without_source) html += "<li>set " + shown(set) + " has no source\n";
  return html + "</ul>\n";
}

std::string header(const Report& report, const Sets& sets, const std::string& title) {
  std::uint64_t bytes = 0;
  for (const auto& [name, items] : sets) bytes += bytes_of(items);
  return "<header>\n<h1>" + title + " <small>" + thumbnails(report.items.size()) + ", " + size_text(bytes) +
         "</small></h1>\n" + filters(report) + links_to(sets) +
         "<label class=\"scripted\"><input type=\"search\" id=\"search\" placeholder=\"Search names, variants, "
         "reasons\" aria-label=\"Search\" aria-keyshortcuts=\"/\"></label>\n"
         "<p class=\"scripted\" id=\"shown\" role=\"status\"></p>\n</header>\n";
}

std::string body(const Report& report, const Sets& sets, const GalleryPage& page, const std::string& title) {
  std::string html = header(report, sets, title) + notes(report) + "<main>\n";
  std::size_t number = 0;
  for (const auto& [name, items] : sets) {
    const CardPlace place{url(page.root), folder_of(items)};
    html += "<section id=\"set-" + std::to_string(number++) + "\">\n<h2>" + shown_set(name) + " <small>" +
            thumbnails(items.size()) + ", " + size_text(bytes_of(items)) +
            (place.folder.empty() ? "" : " in " + shown(place.folder)) + "</small></h2>\n<ul class=\"grid\">\n";
    for (const Item* const item : items) append_card(*item, place, html);
    html += "</ul>\n</section>\n";
  }
  if (sets.empty()) html += "<p>No thumbnails: no rule in the manifest finds a source.</p>\n";
  return html + "</main>\n<dialog aria-label=\"Thumbnail\"></dialog>\n";
}

// No name knows the hash of all names: what gets into the page by one has no `nonce`, and is neither run nor heeded.
std::string policy(const std::string& nonce) {
  return "default-src 'none'; img-src 'self' file: data:; style-src 'nonce-" + nonce + "'; script-src 'nonce-" + nonce +
         "'; base-uri 'none'; form-action 'none'";
}

}  // namespace
}  // namespace gallery

std::string gallery_html(const Report& report, const GalleryPage& page) {
  const gallery::Sets sets = gallery::sets_of(report);
  const std::string title = gallery::shown(page.title);
  const std::string body = gallery::body(report, sets, page, title);
  const std::string nonce = hash_text(body).hex();
  std::string html(k_gallery_start);
  html += "<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"" + gallery::policy(nonce) +
          "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<link rel=\"icon\" href=\"data:,\">\n<title>" +
          title + " – thumbs gallery</title>\n<style nonce=\"" + nonce + "\">\n";
  html.append(gallery::k_style).append("</style>\n").append(body);
  html += "<script nonce=\"" + nonce + "\">\n";
  return html.append(gallery::k_script).append("</script>\n");
}

}  // namespace thumbs
