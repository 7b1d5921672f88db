// The report for machines: one JSON document, the one that `thumbs --json` writes.
#pragma once

#include <span>
#include <string>

#include "thumbs/cache.h"
#include "thumbs/export.h"
#include "thumbs/init.h"
#include "thumbs/report.h"

namespace THUMBS_PUBLIC thumbs {

/// The report as JSON (UTF-8, schema 1, ends in a newline), one item to a line, keys in a fixed order. Paths and
/// messages are written by json_path() of thumbs/text.h. What is unknown is null: `reason`, `width`, `height`,
/// `output`, `error`. `warnings` are strings; `errors` are objects with `message`, their place in a file null.
std::string to_json(const Report& report);

/// Of a run that was refused: `diagnostics` (of a ManifestError) come ahead of the report's own `errors`, with their
/// `file`, `line`, `column` and `pointer`.
std::string to_json(const Report& report, std::span<const Diagnostic> diagnostics);

/// With a member `cache`: {`file`, `exists`, `bytes`, `sources`, `outputs`, `recipes`, `schema`, `parts`}.
std::string to_json(const Report& report, const CacheInfo& cache);

/// With a member `merge`: {`caches`, `outputs`, `leftOut`, `parts`, `missing`}.
std::string to_json(const Report& report, const MergeInfo& merge);

/// With a member `init`: {`written`, `pictures`, `sets` [{`name`, `source`, `output`, `pictures`, `variants`}],
/// `text`}.
std::string to_json(const Report& report, const Starter& starter);

}  // namespace thumbs
