// The stage that puts thumbnails in their places; what may be an original there stays.
#include <optional>

#include "disk/content.h"
#include "pipeline/failures.h"
#include "pipeline/work.h"
#include "support/stage_time.h"

namespace thumbs::pipeline {

void Stages::publish(Made& made) const {
  const std::string path(made.output->path);
  std::optional<disk::FileStat> stat;
  if (!made.output->stale->keep_existing) {
    keep_replaced(path, made);
    stat = env_.publisher.publish(path, made.thumbnail.bytes);
  } else if (env_.disk.stat(path, false).kind == disk::FileKind::missing) {
    stat = env_.publisher.publish_new(path, made.thumbnail.bytes);
  }
  made.result().stat_data = stat ? stat->stat_data : adopt(path, made);
  if (stat) env_.tally.bytes_written += made.result().bytes;
}

// Only what a former build made, as it made it, and only if it changes: a rebuild that gives the same bytes costs
// nothing.
void Stages::keep_replaced(const std::string& path, const Made& made) const {
  const graph::Output& output = *made.output;
  const cache::OutputRecord* const record = output.record;
  if (env_.replaced == nullptr || record == nullptr || !record->made || output.kind != disk::FileKind::regular) return;
  if (output.stat_data.size != record->size || output.stat_data.mtime_ns != record->mtime_ns) return;
  if (record->hash == made.result().hash) return;
  env_.replaced->keep(path, static_cast<int>(record->width), static_cast<int>(record->height), record->size);
}

// The file at `path` may be an original; it is the thumbnail where it has the very same bytes.
disk::StatData Stages::adopt(const std::string& path, const Made& made) const {
  const disk::FileStat standing = env_.disk.stat(path, false);
  if (standing.kind == disk::FileKind::regular && standing.stat_data.size == made.result().bytes) {
    std::uint64_t bytes_read = 0;
    const disk::Content content = disk::read_content(env_.disk, path, &bytes_read);
    env_.tally.bytes_read += bytes_read;
    env_.tally.hashed(path);
    if (content.hash == made.result().hash) return content.stat_data;
  }
  throw Error(ErrorCode::would_overwrite,
              "\"" + path +
                  "\" already exists, and thumbs has no record of it, so it may be an original: move it away, "
                  "change \"path\", or replace it with --overwrite",
              path, "write");
}

void Stages::write(Work& work) const {
  const InStage in_stage(env_.times, Stage::write);
  for (Made& made : work.made) {
    if (made.result().status != Status::built && made.result().status != Status::copied) continue;
    const auto error = caught("write", [&] {
      made.result().width = made.thumbnail.width;
      made.result().height = made.thumbnail.height;
      made.result().bytes = made.thumbnail.bytes.size();
      publish(made);
      made.thumbnail.bytes = {};
    });
    if (error) fail(made, *error);
  }
}

}  // namespace thumbs::pipeline
