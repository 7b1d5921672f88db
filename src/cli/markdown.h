// The report as Markdown, for a comment on a pull request or the summary of a CI job.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "thumbs/report.h"

namespace thumbs::cli {

/// A headline, a table of counts by set and reason, the outputs with their reasons (the first 50), errors, and the next
/// command. Names are in code spans, so that none of them is Markdown, a mention or HTML. At most 60,000 bytes or so:
/// GitHub takes 65,536 characters. `diagnostics` are those of a refused manifest.
std::string markdown_report(const Report& report, std::span<const Diagnostic> diagnostics, std::string_view program,
                            bool dry_run);

/// A name or message as a code span: control characters escaped, long text shortened. In a table pipes are escaped,
/// too.
std::string code_span(std::string_view text, bool in_table = true);

}  // namespace thumbs::cli
