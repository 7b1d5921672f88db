// Text in the language of manual pages: man(7) of groff and mandoc.
#pragma once

#include <string>
#include <string_view>

namespace thumbs::man {

/// `text` as it is to be printed: backslashes, hyphens, quotes and what is not ASCII are escaped.
std::string escaped(std::string_view text);

/// The head of the page: its title, section, date and the version of the program.
std::string title(std::string_view name, int section, std::string_view date);

std::string heading(std::string_view text);
std::string subheading(std::string_view text);

/// A paragraph of plain text, not the first below a heading.
std::string paragraph(std::string_view text);
std::string first_paragraph(std::string_view text);

/// An entry of a list: `label` in bold, `value` behind it in italics, `text` indented below.
std::string entry(std::string_view label, std::string_view value, std::string_view text);

/// Lines that are printed as they are.
std::string verbatim(std::string_view lines);

/// `text` with a capital at its start and a full stop at its end.
std::string sentence(std::string_view text);

}  // namespace thumbs::man
