// Sums of many sensors over time, as charts show them: with how many of the sensors each bucket holds.
#pragma once

#include "api/readings.h"
#include "store/reading_queries.h"

namespace dcim::api {

namespace asio = boost::asio;

struct Series {
  std::vector<store::CombinedBucket> buckets;
  std::size_t expected = 0;

  /// The bucket holds nearly all of the sensors: a sum of fewer would be a dip that never was. A gap instead.
  bool covers(const store::CombinedBucket& bucket) const { return static_cast<double>(bucket.sensors) >= 0.9 * static_cast<double>(expected); }
};

asio::awaitable<Series> series_of(store::Connection& connection, const std::vector<const core::Sensor*>& sensors, Range range,
                                  std::chrono::seconds width);
/// Power sensors tell watts or kilowatts, each as it is; the sums are in kW.
asio::awaitable<Series> power_series(store::Connection& connection, const std::vector<const core::Sensor*>& sensors, Range range,
                                     std::chrono::seconds width);

}  // namespace dcim::api
