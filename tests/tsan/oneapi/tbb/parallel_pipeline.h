// See told.h. The real header under another name, and its filters wrapped: what they hand on travels in a box.
#pragma once

// Before the real header, which includes the real one of it.
#include <oneapi/tbb/task_group.h>

#define make_filter make_filter_untold
#include_next <oneapi/tbb/parallel_pipeline.h>
#undef make_filter

#include <memory>
#include <type_traits>

#include "../../told.h"

namespace thumbs_told {

template <class T>
struct BoxOf {
  using type = std::unique_ptr<T>*;
};
template <>
struct BoxOf<void> {
  using type = void;
};
template <class T>
using Box = typename BoxOf<T>::type;

/// Where a pipeline's start and end meet its filters; they are made before the call that runs them.
inline char pipeline_start = 0;
inline char pipeline_end = 0;

template <class In, class Out, class Body>
class Filter {
 public:
  Filter(tbb::filter_mode mode, const Body& body) : serial_(mode != tbb::filter_mode::parallel), body_(body) {}

  // The first filter, the last, and those between.
  Box<Out> operator()(tbb::flow_control& control) const requires std::is_void_v<In> {
    begin();
    auto* const box = new std::unique_ptr<Out>(new Out(body_(control)));
    release(box);
    end();
    return box;
  }
  template <class Boxed>
  requires(!std::is_void_v<In> && std::is_same_v<Boxed, std::unique_ptr<In>*>) Box<Out>
  operator()(Boxed in) const {
    acquire(in);
    begin();
    const std::unique_ptr<std::unique_ptr<In>> owner(in);
    if constexpr (std::is_void_v<Out>) {
      body_(std::move(**in));
      end();
    } else {
      auto* const box = new std::unique_ptr<Out>(new Out(body_(std::move(**in))));
      release(box);
      end();
      return box;
    }
  }

 private:
  void begin() const {
    acquire(&pipeline_start);
    if (serial_) acquire(&body_);
  }
  void end() const {
    if (serial_) release(&body_);
    release(&pipeline_end);
  }

  bool serial_;
  Body body_;
};

}  // namespace thumbs_told

namespace tbb {

template <class In, class Out, class Body>
auto make_filter(filter_mode mode, const Body& body) {
  return make_filter_untold<thumbs_told::Box<In>, thumbs_told::Box<Out>>(
      mode, thumbs_told::Filter<In, Out, Body>(mode, body));
}

inline void parallel_pipeline_told(std::size_t tokens, const filter<void, void>& chain) {
  thumbs_told::release(&thumbs_told::pipeline_start);
  parallel_pipeline(tokens, chain);
  thumbs_told::acquire(&thumbs_told::pipeline_end);
}

}  // namespace tbb

// The library exports a function of this name, so that here the callers are renamed.
#define parallel_pipeline parallel_pipeline_told
