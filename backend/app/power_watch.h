// Computes the power chains all the time: every 15 s each site's figures become readings, and the loss of every element is asked after.
#pragma once

#include <prometheus/gauge.h>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "ingest/pipeline.h"
#include "store/pool.h"

namespace dcim::app {

namespace asio = boost::asio;

/// A site without a chain costs one query. While the database is away nothing is computed, and the sensors grow old.
class PowerWatch {
 public:
  /// `slow_threads`: the sums of a large site must not hold up I/O.
  PowerWatch(asio::any_io_executor slow_threads, store::Pool& pool, live::Live& live, ingest::Pipeline& pipeline, const base::Clock& clock,
             prometheus::Registry& metrics);

  /// Until cancelled.
  asio::awaitable<void> run();

 private:
  asio::awaitable<void> look_at(core::InventoryPtr inventory, core::SiteId site);

  asio::any_io_executor slow_threads_;
  store::Pool& pool_;
  live::Live& live_;
  ingest::Pipeline& pipeline_;
  const base::Clock& clock_;
  prometheus::Gauge& seconds_;
};

}  // namespace dcim::app
