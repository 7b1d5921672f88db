// Lines of a lock that another manifest may have written.
#pragma once

#include "engine/survey.h"

namespace thumbs {

/// Takes rows out of facts.selected_rows that the lock alone knows, that no rule claims, and that may be another
/// manifest's: where one beside this names the same lock, all of them, with a warning; else those whose source lies in
/// no source folder of ours and either still stands or has its output in no output folder of ours. Their lines stay,
/// their files are no orphans.
void leave_foreign_lines(const RunContext& context, Survey& facts);

}  // namespace thumbs
