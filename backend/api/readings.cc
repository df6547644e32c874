#include "api/readings.h"

#include <algorithm>

#include "api/handlers.h"
#include "api/json.h"
#include "store/reading_queries.h"

namespace dcim::api {
namespace {

using base::Error;
using namespace std::chrono_literals;

struct Range {
  base::Timestamp from, to;
};

base::Result<Range> range_of(const Call& call) {
  const auto time = [&](const char* name, base::Timestamp otherwise) -> base::Result<base::Timestamp> {
    const auto text = call.parameter(name);
    if (!text) return otherwise;
    const auto parsed = base::from_rfc3339(*text);
    if (!parsed) return Error::invalid(name, parsed.error().message + " (a + must be written %2B)");
    return *parsed;
  };
  const auto to = time("to", call.now());
  if (!to) return to.error();
  const auto from = time("from", *to - 24h);
  if (!from) return from.error();
  if (*from >= *to) return Error::invalid("from", "must be before to");
  return Range{*from, *to};
}

Error too_many(const char* instead) {
  return Error::invalid("interval", std::string("gives more than 20,000 points; choose ") + instead + " or a shorter range");
}

void write_points(JsonWriter& json, const std::vector<store::RawPoint>& points) {
  for (const auto& point : points) json.begin_array().value(point.ts_ms).value(point.value).value(point.quality).end_array();
}

void write_points(JsonWriter& json, const std::vector<store::Bucket>& buckets) {
  for (const auto& b : buckets) json.begin_array().value(b.start_ms).value(b.count).value(b.min).value(b.avg).value(b.max).end_array();
}

}  // namespace

std::optional<Interval> interval_from(std::string_view name) {
  const auto it = std::ranges::find(kIntervals, name, &Interval::name);
  return it == kIntervals.end() ? std::nullopt : std::optional(*it);
}

Interval choose_interval(std::chrono::seconds range, double sensor_interval_s) {
  for (const auto& interval : kIntervals) {
    const double width = interval.width.count() == 0 ? sensor_interval_s : static_cast<double>(interval.width.count());
    if (static_cast<double>(range.count()) / width <= kWantedPoints) return interval;
  }
  return kIntervals.back();
}

asio::awaitable<base::Result<Response>> list_readings(Call& call) {
  const auto range = range_of(call);
  if (!range) co_return range.error();
  const auto length = std::chrono::ceil<std::chrono::seconds>(range->to - range->from);
  const auto& sensor = *call.sensor;
  const auto wanted = call.parameter("interval");
  auto interval = choose_interval(length, sensor.interval_s);
  if (wanted) {
    const auto known = interval_from(*wanted);
    if (!known) co_return Error::invalid("interval", "must be raw, 1m, 5m, 15m, 1h, 6h or 1d");
    interval = *known;
  }
  if (interval.width.count() > 0 && length / interval.width > kMostPoints) co_return too_many("a longer interval");

  auto connection = co_await call.services().pool.acquire();
  std::vector<store::RawPoint> raw;
  if (interval.width.count() == 0) {
    raw = co_await store::raw_readings(*connection, sensor.id, range->from, range->to, kMostPoints + 1);
    if (raw.size() > kMostPoints) {
      if (wanted) co_return too_many("a bucket's length");
      raw.clear();  // the sensor reports more often than it should
      interval = choose_interval(std::max(length, std::chrono::seconds(2)), 0.001);
    }
  }
  std::vector<store::Bucket> buckets;
  if (interval.width.count() > 0) {
    buckets = co_await store::reading_buckets(*connection, sensor.id, range->from, range->to, interval.width);
  }

  JsonWriter json;
  json.begin_object().member("sensor_id", sensor.id).member("unit", sensor.unit).member("interval", interval.name);
  json.member("from", range->from).member("to", range->to).key("points").begin_array();
  if (interval.width.count() > 0)
    write_points(json, buckets);
  else
    write_points(json, raw);
  json.end_array().end_object();
  co_return json_response(json.take());
}

}  // namespace dcim::api
