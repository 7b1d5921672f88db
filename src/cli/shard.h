// Which part of the sources this run takes: from the command line, or from the variables that schedulers set.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/options.h"
#include "cli/terminal.h"
#include "thumbs/build.h"

namespace thumbs::cli {

struct TakenShard {
  Shard shard;
  std::string
      from;  ///< "AWS Batch, AWS_BATCH_JOB_ARRAY_INDEX=2, AWS_BATCH_JOB_ARRAY_SIZE=4"; "" where it was given as I/N
};

/// `text`: "I/N" or "auto". Throws Error `usage`, its message begins with `option`: malformed, out of range; under auto
/// no scheduler's variables, contradictory ones, or an unknown count.
TakenShard read_shard(std::string_view option, std::string_view text, const Environment& environment);

/// --shard where it was given, else THUMBS_SHARD, else empty. Throws as above.
std::optional<TakenShard> shard_of(const std::optional<std::string>& option, const Environment& environment);

/// Puts the part into `line`, as above with this process's environment. Returns what to say about it: variables may not
/// have been meant for this program.
std::string take_shard(CommandLine& line);

}  // namespace thumbs::cli
