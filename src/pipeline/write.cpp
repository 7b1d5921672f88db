// Thumbnails become temporary files, and these come to their places; what may be an original there stays.
#include <optional>

#include "disk/content.h"
#include "pipeline/failures.h"
#include "pipeline/work.h"
#include "support/stage_time.h"

namespace thumbs::pipeline {

void Stages::stage(Made& made) const {
  const std::string path(made.output->path);
  if (made.output->stale->keep_existing && env_.disk.stat(path, false).kind != disk::FileKind::missing) {
    made.result().stat_data = adopt(path, made);
    return;
  }
  disk::Publisher::Staged staged = env_.publisher.stage(path, made.thumbnail.bytes);
  made.result().stat_data = staged.stat.stat_data;
  made.temporary = std::move(staged.temporary);
}

void Stages::place(Made& made) const {
  const std::string path(made.output->path);
  if (!made.output->stale->keep_existing) {
    keep_replaced(path, made);
    env_.publisher.place(made.temporary, path);
  } else if (!env_.publisher.place_new(made.temporary, path)) {
    made.result().stat_data = adopt(path, made);
    return;
  }
  env_.tally.bytes_written += made.result().bytes;
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
      stage(made);
      offer_to_store(work, made);
      made.thumbnail.bytes = {};
    });
    if (error) fail(made, *error);
  }
}

void Stages::publish(Work& work) const {
  for (Made& made : work.made) {
    if (made.temporary.empty()) continue;
    const auto error = caught("write", [&] { place(made); });
    if (error) fail(made, *error);
    made.temporary.clear();
  }
}

void Stages::unpublish(Work& work, const Error& reason) const {
  for (Made& made : work.made) {
    if (made.temporary.empty()) continue;
    env_.publisher.drop(made.temporary);
    fail(made, item_error(reason, "write"));
    made.temporary.clear();
  }
}

}  // namespace thumbs::pipeline
