#include "api/readings.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "api/handlers.h"
#include "store/reading_queries.h"

namespace dcim::api {
namespace {

using base::Error;
using namespace std::chrono_literals;

Error too_many(const char* instead) {
  return Error::invalid("interval", "gives more than " + std::to_string(kMostPoints) + " points; choose " + instead + " or a shorter range");
}

// What is asked of a history: the span, at whole buckets, and the bucket's length.
struct Question {
  base::Timestamp from, to;
  Interval interval;
  bool chosen = false;  // by us, not by the caller
};

bool wants_csv(const Call& call) { return call.target.path.ends_with(".csv") || lists_token(call.head[http::field::accept], "text/csv"); }

base::Result<Question> question_of(const Call& call, double sensor_interval_s, std::size_t series) {
  const auto range = range_of(call);
  if (!range) return range.error();
  Question out{range->from, range->to, kIntervals[0]};
  const auto length = std::chrono::ceil<std::chrono::seconds>(out.to - out.from);
  int points = kWantedPoints;
  if (const auto text = call.parameter("points")) {
    const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), points);
    if (failed != std::errc{} || end != text->data() + text->size() || points < 10 || points > kMostPoints) {
      return Error::invalid("points", "must be a whole number from 10 to " + std::to_string(kMostPoints));
    }
  }
  if (const auto wanted = call.parameter("interval")) {
    const auto known = interval_from(*wanted);
    if (!known) return Error::invalid("interval", "must be raw, 1m, 5m, 15m, 1h, 6h or 1d");
    out.interval = *known;
  } else {
    out.interval = choose_interval(length, sensor_interval_s, points);
    out.chosen = true;
  }
  const auto width = out.interval.width;
  if (width.count() == 0) return out;
  // CSV is sent piece by piece, however long.
  if (!wants_csv(call) && static_cast<std::size_t>(length / width) * series > static_cast<std::size_t>(kMostPoints))
    return too_many(series > 1 ? "a longer interval, fewer sensors" : "a longer interval");
  out.from = floor_to(out.from, width);
  if (floor_to(out.to, width) != out.to) out.to = floor_to(out.to, width) + width;
  return out;
}

std::int64_t time_of(const store::RawPoint& point) { return base::to_unix_ms(point.ts); }
std::int64_t time_of(const store::Bucket& bucket) { return bucket.start_ms; }

void write_point(JsonWriter& json, const store::RawPoint& p) { json.begin_array().value(time_of(p)).value(p.value).value(p.quality).end_array(); }
void write_point(JsonWriter& json, const store::Bucket& b) {
  json.begin_array().value(b.start_ms).value(b.count).value(b.min).value(b.avg).value(b.max).end_array();
}

// [end of what there is, beginning of what comes next] wherever more than two readings, or buckets, are missing.
template <class Point>
void write_gaps(JsonWriter& json, std::span<const Point> points, const Question& question, double sensor_interval_s) {
  const std::int64_t width_ms = question.interval.width.count() * 1000;
  const auto allowed_ms = 2 * std::max(width_ms, static_cast<std::int64_t>(sensor_interval_s * 1000));
  json.key("gaps").begin_array();
  auto end_ms = base::to_unix_ms(question.from);
  const auto gap = [&](std::int64_t start_ms) {
    if (start_ms - end_ms > allowed_ms) json.begin_array().value(end_ms).value(start_ms).end_array();
  };
  for (const auto& point : points) {
    gap(time_of(point));
    end_ms = time_of(point) + width_ms;
  }
  gap(base::to_unix_ms(question.to));
  json.end_array();
}

template <class Point>
void write_series(JsonWriter& json, const core::Sensor& sensor, std::span<const Point> points, const Question& question) {
  json.member("sensor_id", sensor.id).member("unit", sensor.unit).key("points").begin_array();
  for (const auto& point : points) write_point(json, point);
  json.end_array();
  write_gaps(json, points, question, sensor.interval_s);
}

void write_question(JsonWriter& json, const Question& question) {
  json.member("interval", question.interval.name).member("from", question.from).member("to", question.to);
  json.key("columns").begin_array();
  if (question.interval.width.count() == 0) {
    for (const char* column : {"ts_ms", "value", "quality"}) json.value(column);
  } else {
    for (const char* column : {"start_ms", "count", "min", "avg", "max"}) json.value(column);
  }
  json.end_array();
}

std::string text_of(double value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}
std::string rfc3339(std::int64_t ms) { return base::to_rfc3339(base::from_unix_us(ms * 1000)); }

Response csv_response(std::string text, const std::string& name) {
  Response out;
  out.content_type = "text/csv; charset=utf-8; header=present";
  out.body = std::move(text);
  out.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + ".csv\"");
  return out;
}

void append_row(std::string& out, const store::RawPoint& p) {
  out += std::to_string(p.sensor.value) + ',' + base::to_rfc3339(p.ts) + ',' + text_of(p.value) + ',' +
         std::string(core::name_of(static_cast<core::Quality>(p.quality))) + "\r\n";
}
void append_row(std::string& out, const store::Bucket& b) {
  out += std::to_string(b.sensor.value) + ',' + rfc3339(b.start_ms) + ',' + std::to_string(b.count) + ',' + text_of(b.min) + ',' + text_of(b.avg) +
         ',' + text_of(b.max) + "\r\n";
}

// A history as CSV, sensor after sensor, piece after piece: a connection to the database is taken for one question at a time, so that whoever
// takes the answer slowly holds none.
class CsvHistory {
 public:
  CsvHistory(store::Pool& pool, std::vector<core::SensorId> sensors, const Question& question)
      : pool_(pool), sensors_(std::move(sensors)), question_(question), from_(question.from) {}

  static const char* columns(const Question& question) {
    return question.interval.width.count() == 0 ? "sensor_id,ts,value,quality\r\n" : "sensor_id,start,count,min,avg,max\r\n";
  }

  /// Empty when all has been said.
  asio::awaitable<std::string> next() {
    std::string out;
    while (out.size() < kPieceBytes && sensor_ < sensors_.size()) {
      const std::vector<core::SensorId> one{sensors_[sensor_]};
      const auto connection = co_await pool_.acquire();
      if (question_.interval.width.count() == 0) {
        const auto points = co_await store::raw_readings(*connection, one, from_, question_.to, kPieceRows);
        for (const auto& point : points) append_row(out, point);
        go_on(points.size() < kPieceRows ? question_.to : points.back().ts + std::chrono::microseconds(1));
      } else {
        const auto to = std::min<base::Timestamp>(question_.to, from_ + kPieceRows * question_.interval.width);
        const auto buckets = co_await store::reading_buckets(*connection, one, from_, to, question_.interval.width);
        for (const auto& bucket : buckets) append_row(out, bucket);
        go_on(to);
      }
    }
    co_return out;
  }
  bool done() const { return sensor_ == sensors_.size(); }

 private:
  static constexpr int kPieceRows = 10'000;
  static constexpr std::size_t kPieceBytes = 256 << 10;

  void go_on(base::Timestamp from) {
    from_ = from;
    if (from_ < question_.to) return;
    ++sensor_;
    from_ = question_.from;
  }

  store::Pool& pool_;
  std::vector<core::SensorId> sensors_;
  Question question_;
  std::size_t sensor_ = 0;
  base::Timestamp from_;
};

asio::awaitable<base::Result<Response>> csv_history(Call& call, std::vector<core::SensorId> sensors, Question question) {
  auto history = std::make_shared<CsvHistory>(call.services().pool, std::move(sensors), question);
  auto response = csv_response(CsvHistory::columns(question), "readings");
  const auto first = co_await history->next();
  response.body += first;
  if (!history->done()) response.more = [history] { return history->next(); };
  co_return response;
}

// The sensors that ?sensors=1,2 names, or those of ?kind= (and ?room=); all of the call's site.
base::Result<std::vector<const core::Sensor*>> sensors_of(const Call& call) {
  std::vector<const core::Sensor*> out;
  const auto list = call.parameter("sensors"), kind = call.parameter("kind");
  if (list.has_value() == kind.has_value()) return Error::invalid("sensors", "or kind must be given, and not both");
  const auto room = call.id_parameter("room");
  if (!room) return room.error();
  if (kind) {
    for (const auto& sensor : call.inventory->sensors()) {
      if (sensor.site_id == call.site->id && sensor.kind == *kind && (!*room || sensor.room_id == core::RoomId{**room})) out.push_back(&sensor);
    }
    return out;
  }
  if (*room) return Error::invalid("room", "goes with kind");
  const auto ids = call.ids_parameter("sensors", kMostSensors);
  if (!ids) return ids.error();
  for (const auto id : *ids) {
    const auto* sensor = call.inventory->sensor(core::SensorId{id});
    if (!sensor || sensor->site_id != call.site->id) {
      return Error{base::ErrorCode::not_found, "there is no sensor " + std::to_string(id) + " in this site", "sensors"};
    }
    out.push_back(sensor);
  }
  return out;
}

double shortest_interval_s(const std::vector<const core::Sensor*>& sensors) {
  double out = 3600;
  for (const auto* sensor : sensors) out = std::min(out, sensor->interval_s);
  return out;
}

// Which figure of a combined bucket ?combine= wants.
using Combine = double store::CombinedBucket::*;

base::Result<Combine> combine_of(const Call& call) {
  const auto text = call.parameter("combine");
  if (!text) return Combine(nullptr);
  if (*text == "sum") return &store::CombinedBucket::sum;
  if (*text == "average") return &store::CombinedBucket::average;
  if (*text == "minimum") return &store::CombinedBucket::minimum;
  if (*text == "maximum") return &store::CombinedBucket::maximum;
  return Error::invalid("combine", "must be sum, average, minimum or maximum");
}

template <class Point>
std::span<const Point> part_of(const std::vector<Point>& points, core::SensorId sensor) {
  const auto sensor_of = [](const Point& p) { return p.sensor.value; };
  const auto first = std::ranges::lower_bound(points, sensor.value, {}, sensor_of);
  return {first, std::ranges::upper_bound(points, sensor.value, {}, sensor_of)};
}

template <class Point>
Response answer(const Call& call, const std::vector<const core::Sensor*>& sensors, const Question& question, const std::vector<Point>& points) {
  JsonWriter json;
  json.begin_object();
  write_question(json, question);
  if (call.sensor) {
    write_series(json, *call.sensor, std::span<const Point>(points), question);
  } else {
    json.key("series").begin_array();
    for (const auto* sensor : sensors) {
      json.begin_object();
      write_series(json, *sensor, part_of(points, sensor->id), question);
      json.end_object();
    }
    json.end_array();
  }
  json.end_object();
  return json_response(json.take());
}

asio::awaitable<base::Result<Response>> histories(Call& call, std::vector<const core::Sensor*> sensors) {
  auto question = question_of(call, shortest_interval_s(sensors), std::max<std::size_t>(1, sensors.size()));
  if (!question) co_return question.error();
  const auto ids = ids_of(sensors);
  if (wants_csv(call)) co_return co_await csv_history(call, ids, *question);
  auto connection = co_await call.services().pool.acquire();
  if (question->interval.width.count() == 0) {
    const auto raw = co_await store::raw_readings(*connection, ids, question->from, question->to, kMostPoints + 1);
    if (raw.size() <= static_cast<std::size_t>(kMostPoints)) co_return answer(call, sensors, *question, raw);
    if (!question->chosen) co_return too_many("a bucket's length");
    // The sensors report more often than they should.
    question->interval =
        choose_interval(std::max(std::chrono::ceil<std::chrono::seconds>(question->to - question->from), std::chrono::seconds(2)), 0.001);
    question->from = floor_to(question->from, question->interval.width);
  }
  const auto buckets = co_await store::reading_buckets(*connection, ids, question->from, question->to, question->interval.width);
  co_return answer(call, sensors, *question, buckets);
}

asio::awaitable<base::Result<Response>> combined(Call& call, std::vector<const core::Sensor*> sensors, Combine how) {
  auto question = question_of(call, shortest_interval_s(sensors), 1);
  if (!question) co_return question.error();
  if (question->interval.width.count() == 0) {
    if (!question->chosen) co_return Error::invalid("interval", "must be a bucket's length when sensors are combined");
    question->interval = kIntervals[1];
    question->from = floor_to(question->from, question->interval.width);
  }
  const auto ids = ids_of(sensors);
  auto connection = co_await call.services().pool.acquire();
  const auto buckets = co_await store::combined_buckets(*connection, ids, question->from, question->to, question->interval.width);
  if (wants_csv(call)) {
    std::string text = "start,sensors,value\r\n";
    for (const auto& b : buckets) text += rfc3339(b.start_ms) + ',' + std::to_string(b.sensors) + ',' + text_of(b.*how) + "\r\n";
    co_return csv_response(std::move(text), "combined");
  }
  JsonWriter json;
  json.begin_object().member("interval", question->interval.name).member("from", question->from).member("to", question->to);
  json.key("columns").begin_array().value("start_ms").value("sensors").value("value").end_array();
  json.member("unit", sensors.empty() ? "" : sensors.front()->unit).member("expected", static_cast<std::int64_t>(sensors.size()));
  json.key("points").begin_array();
  for (const auto& b : buckets) json.begin_array().value(b.start_ms).value(b.sensors).value(b.*how).end_array();
  json.end_array().end_object();
  co_return json_response(json.take());
}

}  // namespace

base::Result<Range> range_of(const Call& call, std::chrono::seconds longest) {
  const auto to = call.time_parameter("to");
  if (!to) return to.error();
  const auto from = call.time_parameter("from");
  if (!from) return from.error();
  Range out;
  out.to = to->value_or(call.now());
  out.from = from->value_or(out.to - 24h);
  if (out.from >= out.to) return Error::invalid("from", "must be before to");
  if (longest.count() > 0 && out.to - out.from > longest) {
    return Error::invalid("from", "must be at most " + std::to_string(longest / 24h) + " days before to");
  }
  return out;
}

std::vector<core::SensorId> ids_of(const std::vector<const core::Sensor*>& sensors) {
  std::vector<core::SensorId> out;
  out.reserve(sensors.size());
  for (const auto* sensor : sensors) out.push_back(sensor->id);
  return out;
}

base::Timestamp floor_to(base::Timestamp t, std::chrono::seconds width) { return t - (t.time_since_epoch() % width + width) % width; }

std::optional<Interval> interval_from(std::string_view name) {
  const auto it = std::ranges::find(kIntervals, name, &Interval::name);
  return it == kIntervals.end() ? std::nullopt : std::optional(*it);
}

Interval choose_interval(std::chrono::seconds range, double sensor_interval_s, int points) {
  for (const auto& interval : kIntervals) {
    const double width = interval.width.count() == 0 ? sensor_interval_s : static_cast<double>(interval.width.count());
    if (static_cast<double>(range.count()) / width <= points) return interval;
  }
  return kIntervals.back();
}

asio::awaitable<base::Result<Response>> list_readings(Call& call) {
  std::vector<const core::Sensor*> one{call.sensor};
  co_return co_await histories(call, std::move(one));
}

asio::awaitable<base::Result<Response>> list_readings_of_many(Call& call) {
  auto sensors = sensors_of(call);
  if (!sensors) co_return sensors.error();
  const auto how = combine_of(call);
  if (!how) co_return how.error();
  if (*how) co_return co_await combined(call, std::move(*sensors), *how);
  if (sensors->size() > kMostSensors)
    co_return Error::invalid("kind", "has more than " + std::to_string(kMostSensors) + " sensors; name a room, or combine them");
  co_return co_await histories(call, std::move(*sensors));
}

}  // namespace dcim::api
