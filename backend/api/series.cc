#include "api/series.h"

#include <algorithm>

#include "core/readings.h"

namespace dcim::api {

asio::awaitable<Series> series_of(store::Connection& connection, const std::vector<const core::Sensor*>& sensors, Range range,
                                  std::chrono::seconds width) {
  Series out;
  out.expected = sensors.size();
  if (sensors.empty()) co_return out;
  auto ids = ids_of(sensors);
  out.buckets = co_await store::combined_buckets(connection, std::move(ids), range.from, range.to, width);
  co_return out;
}

asio::awaitable<Series> power_series(store::Connection& connection, const std::vector<const core::Sensor*>& sensors, Range range,
                                     std::chrono::seconds width) {
  std::vector<const core::Sensor*> in_watts, others;
  for (const auto* sensor : sensors) (sensor->unit == "W" ? in_watts : others).push_back(sensor);
  auto out = co_await series_of(connection, others, range, width);
  const auto watts = co_await series_of(connection, in_watts, range, width);
  out.expected += watts.expected;
  for (const auto& bucket : watts.buckets) {
    const auto at = std::ranges::lower_bound(out.buckets, bucket.start_ms, {}, &store::CombinedBucket::start_ms);
    const auto kw = core::in_kw(*in_watts.front(), bucket.sum);
    if (at != out.buckets.end() && at->start_ms == bucket.start_ms) {
      at->sum += kw;
      at->sensors += bucket.sensors;
      at->readings += bucket.readings;
    } else {
      auto own = bucket;
      own.sum = kw;
      out.buckets.insert(at, own);
    }
  }
  co_return out;
}

}  // namespace dcim::api
