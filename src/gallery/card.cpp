// Written for ten thousand of them: no more markup than the style and the script need.
#include "gallery/card.h"

#include "gallery/html.h"
#include "gallery/state.h"
#include "thumbs/text.h"

namespace thumbs::gallery {
namespace {

std::string size_attributes(const PictureFile& picture) {
  if (picture.width <= 0 || picture.height <= 0) return {};
  return " width=\"" + std::to_string(picture.width) + "\" height=\"" + std::to_string(picture.height) + "\"";
}

std::string image(const PictureFile& picture, std::string_view root, std::string_view alt) {
  return "<img loading=\"lazy\" src=\"" + std::string(root) + url(picture.path) + "\"" + size_attributes(picture) +
         " alt=\"" + std::string(alt) + "\">";
}

// Before and after, side by side; the script lays one over the other.
std::string pictures(const Pictures& found, std::string_view root) {
  if (!found.now) return "<div class=\"pic\">no file</div>";
  const std::string link = " href=\"" + std::string(root) + url(found.now->path) + "\">";
  if (!found.before) return "<a class=\"pic\"" + link + image(*found.now, root, "") + "</a>";
  return "<a class=\"pic ba\"" + link + image(*found.before, root, "before") + image(*found.now, root, "after") +
         "</a>";
}

std::string size_text_of(const PictureFile& picture) {
  std::string text;
  if (picture.width > 0) text = std::to_string(picture.width) + " × " + std::to_string(picture.height) + " · ";
  return text + size_text(picture.bytes);
}

std::string facts(const Item& item, const Pictures& found) {
  const std::string state(to_string(state_of(item)));
  std::string html = "<p><i>" + state + "</i> " + shown(item.variant) + "</p>";
  if (found.now) html += "<p>" + size_text_of(*found.now) + "</p>";
  if (found.before) html += "<p>was " + size_text_of(*found.before) + "</p>";
  return html;
}

std::string source(const Item& item, std::string_view root) {
  if (item.source.empty()) return {};
  return "<p>from <a href=\"" + std::string(root) + url(item.source) + "\">" + shown(item.source) + "</a></p>";
}

// The text of `explain`. Of a fresh thumbnail there is nothing to explain.
std::string why(const Item& item) {
  if (item.status == Status::fresh) return {};
  std::string html = "<ul>";
  if (item.reason != Reason::none && item.reason != Reason::orphan)
    html += "<li><b>" + std::string(to_string(item.reason)) + "</b>";
  if (item.error) html += "<li>" + shown(item.error->message);
  for (const Change& change : item.changes) html += "<li>" + shown(to_string(change));
  return html + "</ul>";
}

}  // namespace

void append_card(const Item& item, const CardPlace& place, std::string& html) {
  const Pictures found = item.pictures ? *item.pictures : Pictures{};
  const std::string_view path = item.output ? std::string_view(*item.output) : "(name not known yet)";
  html += "<li class=\"" + std::string(to_string(state_of(item))) + (found.before ? " changed" : "") + "\">";
  html += pictures(found, place.root);
  html += "<h3>" + shown(path.starts_with(place.folder) ? path.substr(place.folder.size()) : path) + "</h3>";
  html += facts(item, found) + source(item, place.root) + why(item) + "</li>\n";
}

}  // namespace thumbs::gallery
