// What libjpeg decodes, on its way into planes: raw as stored, CMYK by rows.
#pragma once

#include "image/codec/jpeg/session.h"
#include "image/codec/row_sink.h"
#include "image/picture.h"

namespace thumbs::image {

/// All rows of a decompression that was started, into planes that are added to `picture`. False where libjpeg gave up.
bool read_all(JpegSession& session, Picture& picture);

/// The same rows, handed on as they come; `frame` is the picture without planes. False where libjpeg gave up.
bool read_strips(JpegSession& session, const Picture& frame, RowSink& sink);

}  // namespace thumbs::image
