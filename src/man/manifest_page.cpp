#include <nlohmann/json.hpp>

#include "man/pages.h"
#include "man/roff.h"
#include "thumbs/manifest.h"

namespace thumbs::man {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view k_example = R"({
  "sets": [
    {
      "name": "products",
      "source": "assets/products",
      "output": "public/thumbs",
      "variants": [
        { "name": "grid", "width": 256, "height": 256, "fit": "cover" },
        { "name": "zoom", "width": 1600, "format": "webp", "quality": 75 }
      ]
    }
  ]
}
)";

/// A key's schema and those that it refers to, the nearest first.
std::vector<const Json*> chain(const Json& root, const Json& key) {
  std::vector<const Json*> found = {&key};
  while (found.back()->contains("$ref")) {
    const std::string reference = found.back()->at("$ref");
    found.push_back(&root.at(Json::json_pointer(reference.substr(1))));
  }
  return found;
}

const Json* find_in(const std::vector<const Json*>& schemas, const char* name) {
  for (const Json* schema : schemas)
    if (schema->contains(name)) return &schema->at(name);
  return nullptr;
}

std::string value_text(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::string list_text(const Json& values) {
  std::string text;
  for (const Json& value : values) text += (text.empty() ? "" : ", ") + value_text(value);
  return text;
}

/// "1 to 100"; "" without bounds that mean something to a person.
std::string range(const std::vector<const Json*>& schemas) {
  constexpr double k_no_bound = 1e9;
  const Json* most = find_in(schemas, "maximum");
  const Json* least = find_in(schemas, "minimum");
  if (most == nullptr || least == nullptr || most->get<double>() >= k_no_bound) return "";
  return value_text(*least) + " to " + value_text(*most);
}

/// "One of: a, b.", "From 1 to 100. Default: 6."
std::string facts(const std::vector<const Json*>& schemas) {
  std::string text;
  const Json* type = find_in(schemas, "type");
  if (const Json* values = find_in(schemas, "enum")) text += " One of: " + list_text(*values) + ".";
  if (type != nullptr && *type == "boolean") text += " One of: true, false.";
  if (const std::string bounds = range(schemas); !bounds.empty()) text += " From " + bounds + ".";
  const Json* value = find_in(schemas, "default");
  if (value != nullptr && !(value->is_array() && value->empty()))
    text += " Default: " + (value->is_array() ? list_text(*value) : value_text(*value)) + ".";
  return text;
}

std::string key_entries(const Json& root, const Json& properties);

/// The keys of the objects that a value may be, or that its list holds.
std::string inner_entries(const Json& root, const Json& schema) {
  std::string page;
  if (schema.contains("properties")) page += key_entries(root, schema.at("properties"));
  for (const char* part : {"anyOf", "oneOf", "allOf"}) {
    if (!schema.contains(part)) continue;
    for (const Json& one : schema.at(part)) page += inner_entries(root, one);
  }
  if (schema.contains("items")) page += inner_entries(root, schema.at("items"));
  return page;
}

std::string key_entries(const Json& root, const Json& properties) {
  std::string page;
  for (const auto& [name, schema] : properties.items()) {
    if (schema.is_boolean()) continue;  // forbids the key
    const std::vector<const Json*> schemas = chain(root, schema);
    const Json* description = find_in(schemas, "description");
    const std::string text = description == nullptr ? "" : sentence(value_text(*description));
    const std::string more = facts(schemas);
    page += entry(name, "", text.empty() && !more.empty() ? more.substr(1) : text + more);
    const std::string inner = inner_entries(root, schema);
    if (!inner.empty()) page += ".RS\n" + inner + ".RE\n";
  }
  return page;
}

std::string part(const Json& root, std::string_view title, const std::string& definition) {
  const Json& schema = root.at("$defs").at(definition);
  return heading(title) + inner_entries(root, schema);
}

}  // namespace

std::string manifest_page(std::string_view date) {
  const Json root = Json::parse(manifest_schema());
  return title("THUMBS.JSON", 5, date) + heading("NAME") + "thumbs.json \\- the manifest of thumbs\n" +
         heading("DESCRIPTION") +
         first_paragraph(value_text(root.at("description")) +
                         " It is JSON in UTF-8; // and /* */ comments are allowed. Unknown and duplicate keys, wrong "
                         "types and values out of range are errors. All errors are reported at once, with their "
                         "position.") +
         heading("TOP LEVEL") + key_entries(root, root.at("properties")) + part(root, "LIMITS", "limits") +
         part(root, "SETS", "set") + part(root, "VARIANTS AND DEFAULTS", "variant") +
         inner_entries(root, root.at("$defs").at("settings")) + heading("EXAMPLES") + verbatim(k_example) +
         heading("SEE ALSO") + ".BR thumbs (1)\n" +
         paragraph("`thumbs schema` prints the JSON Schema that this page is made from.");
}

}  // namespace thumbs::man
