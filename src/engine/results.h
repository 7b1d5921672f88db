// Items and counts of the report, from what was decided and done.
#pragma once

#include "engine/survey.h"
#include "thumbs/report.h"

namespace thumbs {

Item stale_item(const RunContext& context, const Survey& facts, const Job& job);
Item made_item(const RunContext& context, const Survey& facts, const Made& made);
Item fresh_item(const RunContext& context, const Survey& facts, const FreshOutput& fresh);
/// `status` is orphan or pruned.
Item orphan_item(const Survey& facts, std::uint32_t row, Status status);

/// Counts the items' statuses into report.summary (of fresh outputs, which need no item, there are `fresh`), sorts the
/// items by output, and fills in what the tally knows. Each output of the rules is counted once: `outputs` (the
/// caller's to fill in) is fresh + built + copied + failed + stale, and what `clean` removed of them.
void summarise(const RunContext& context, const Survey& facts, std::uint64_t fresh, Report& report);

}  // namespace thumbs
