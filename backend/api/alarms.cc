// Alarms, to list and to work on: acknowledge, note, reset. What is done is told to every browser.
#include "store/alarms.h"

#include <algorithm>
#include <charconv>

#include "api/handlers.h"
#include "core/csv.h"
#include "core/json_reader.h"

namespace dcim::api {
namespace {

using base::Error;

constexpr int kPage = 100, kMostOnAPage = 1000;
constexpr int kMostLines = 50'000;
constexpr std::size_t kMostAtOnce = 10'000;
constexpr std::size_t kLongestNote = 2000;

base::Result<core::AlarmFilter> filter_of(const Call& call) {
  core::AlarmFilter out;
  out.site = call.site->id;
  if (const auto text = call.parameter("state")) {
    const auto state = core::alarm_scope_from(*text);
    if (!state) return Error::invalid("state", "must be open, active, acknowledged, cleared, resolved or all");
    out.state = *state;
  }
  const auto ids = call.ids_parameter("ids", 1000);
  if (!ids) return ids.error();
  out.ids = *ids;
  if (const auto text = call.parameter("severity")) {
    for (auto rest = *text; !rest.empty();) {
      const auto end = std::min(rest.find(','), rest.size());
      const auto severity = core::severity_from(rest.substr(0, end));
      if (!severity) return Error::invalid("severity", "must be critical, major, minor or info, comma-separated");
      out.severities.push_back(*severity);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  if (const auto text = call.parameter("system")) {
    out.system = core::system_from(*text);
    if (!out.system) return Error::invalid("system", "must be environment, cooling, power, safety or communication");
  }
  for (const auto& [name, to] : {std::pair{"room", &out.room}, std::pair{"rack", &out.rack}, std::pair{"sensor", &out.sensor}}) {
    const auto id = call.id_parameter(name);
    if (!id) return id.error();
    *to = *id;
  }
  for (const auto& [name, to] : {std::pair{"from", &out.from}, std::pair{"to", &out.to}}) {
    const auto time = call.time_parameter(name);
    if (!time) return time.error();
    *to = *time;
  }
  if (const auto text = call.parameter("search")) {
    if (text->size() > 200) return Error::invalid("search", "must be at most 200 bytes");
    out.search = valid_utf8(*text);
  }
  if (const auto text = call.parameter("order")) {
    if (*text != "newest" && *text != "severity") return Error::invalid("order", "must be newest or severity");
    out.order = *text == "severity" ? core::AlarmOrder::severity : core::AlarmOrder::newest;
  }
  return out;
}

Response csv_of(const std::vector<core::Alarm>& alarms) {
  const auto time = [](const std::optional<base::Timestamp>& t) { return t ? base::to_rfc3339(*t) : std::string(); };
  const auto number = [](double value) {
    char digits[32];
    return std::string(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  };
  std::string out =
      "id,severity,state,system,room,rack,device,sensor,rule,when,limit,value,unit,raised_at,cleared_at,acknowledged_at,acknowledged_by,"
      "resolved_at,occurrences\r\n";
  for (const auto& a : alarms) {
    const auto& s = a.source;
    for (const auto& field :
         {std::to_string(a.id), std::string(core::name_of(a.severity)), std::string(core::name_of(a.state())), std::string(core::name_of(a.system)),
          core::quoted_csv(s.room), core::quoted_csv(s.rack), core::quoted_csv(s.device), core::quoted_csv(s.sensor), core::quoted_csv(a.rule),
          std::string(core::name_of(a.level.when)), number(a.level.limit), number(a.value), core::quoted_csv(s.unit), time(a.raised_at),
          time(a.cleared_at), time(a.acknowledged_at), core::quoted_csv(a.acknowledged_by.value_or("")), time(a.resolved_at)}) {
      out += field;
      out += ',';
    }
    out += std::to_string(a.occurrences) + "\r\n";
  }
  Response response;
  response.content_type = "text/csv; charset=utf-8; header=present";
  response.body = std::move(out);
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"alarms.csv\"");
  return response;
}

std::string list_of(const std::vector<core::Alarm>& alarms, const std::string& site) {
  std::string out = "[";
  for (const auto& alarm : alarms) {
    if (out.size() > 1) out += ',';
    out += core::to_json(alarm, site);
  }
  return out + "]";
}

Response detail_response(const store::AlarmDetail& detail, const core::Site& site) {
  JsonWriter json;
  json.begin_array();
  for (const auto& entry : detail.journal) {
    json.begin_object().member("id", entry.id).member("ts", entry.ts).member("recorded_at", entry.recorded_at).member("change", entry.change);
    json.member("severity", core::name_of(entry.severity)).member("value", entry.value).member("limit", entry.limit);
    json.member("actor", entry.actor).member("note", entry.note).end_object();
  }
  json.end_array();
  return json_response(R"({"alarm":)" + core::to_json(detail.alarm, site.code) + R"(,"journal":)" + json.take() + "}");
}

struct Acknowledgement {
  std::vector<int> ids;
  std::string note;
};

base::Result<Acknowledgement> acknowledgement_of(const Call& call) {
  const auto json = parse_json(call.body);
  if (!json) return json.error();
  try {
    const core::ObjectReader reader(*json, "", {"ids", "note"});
    Acknowledgement out;
    out.ids = reader.list("ids", true, [](const boost::json::value& value, const std::string& pointer) {
      boost::json::error_code failed;
      const auto id = value.to_number<std::int32_t>(failed);
      if (failed || id < 1) throw Error::invalid(pointer, "must be an alarm's id");
      return static_cast<int>(id);
    });
    if (out.ids.empty() || out.ids.size() > kMostAtOnce) throw Error::invalid("/ids", "must be 1 to " + std::to_string(kMostAtOnce));
    out.note = reader.text("note", kLongestNote, "");
    return out;
  } catch (const Error& error) {
    return error;
  }
}

asio::awaitable<void> announce(Call& call, std::vector<core::Alarm> alarms) {
  co_await call.services().live.read([&](live::Live& live) {
    live.announce(alarms);
    return true;
  });
}

}  // namespace

asio::awaitable<base::Result<Response>> list_alarms(Call& call) {
  const auto filter = filter_of(call);
  if (!filter) co_return filter.error();
  const bool csv = call.target.path.ends_with(".csv");
  int limit = csv ? kMostLines : kPage;
  if (!csv) {
    const auto wanted = call.id_parameter("limit");
    if (!wanted) co_return wanted.error();
    limit = wanted->value_or(kPage);
    if (limit > kMostOnAPage) co_return Error::invalid("limit", "must be at most " + std::to_string(kMostOnAPage));
  }
  std::optional<std::string> cursor;
  if (const auto text = call.parameter("cursor")) cursor = std::string(*text);
  auto connection = co_await call.services().pool.acquire();
  const auto page = co_await store::list_alarms(*connection, *filter, limit, cursor);
  if (!page) co_return page.error();
  if (csv) co_return csv_of(page->items);
  JsonWriter json;
  json.value(page->next_cursor);
  co_return json_response(R"({"items":)" + list_of(page->items, call.site->code) + R"(,"next_cursor":)" + json.take() + R"(,"total":)" +
                          std::to_string(page->total) + "}");
}

asio::awaitable<base::Result<Response>> count_alarms(Call& call) {
  const auto site = call.site->id;
  const auto counts = co_await call.services().live.read([&](live::Live& live) { return live.alarm_counts(site); });
  co_return json_response(core::to_json(counts));
}

asio::awaitable<base::Result<Response>> get_alarm(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const auto detail = co_await store::find_alarm(*connection, call.site->id, call.id);
  if (!detail) co_return Error::not_found("there is no alarm " + std::to_string(call.id));
  co_return detail_response(*detail, *call.site);
}

asio::awaitable<base::Result<Response>> acknowledge_alarms(Call& call) {
  auto wanted = acknowledgement_of(call);
  if (!wanted) co_return wanted.error();
  auto connection = co_await call.services().pool.acquire();
  auto done = co_await store::acknowledge_alarms(*connection, *call.site, std::move(wanted->ids), std::move(wanted->note), call.now(), call.audit());
  if (!done) co_return done.error();
  co_await announce(call, done->now);
  co_return json_response(R"({"acknowledged":)" + list_of(done->now, call.site->code) + R"(,"already":)" + list_of(done->already, call.site->code) +
                          "}");
}

asio::awaitable<base::Result<Response>> note_alarm(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  std::string note;
  try {
    note = core::ObjectReader(*json, "", {"note"}).text("note", kLongestNote);
  } catch (const Error& error) {
    co_return error;
  }
  auto connection = co_await call.services().pool.acquire();
  const auto detail = co_await store::note_alarm(*connection, *call.site, call.id, std::move(note), call.now(), call.audit());
  if (!detail) co_return detail.error();
  co_return detail_response(*detail, *call.site);
}

asio::awaitable<base::Result<Response>> reset_alarm(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const auto detail = co_await store::reset_alarm(*connection, *call.site, call.id, call.now(), call.audit());
  if (!detail) co_return detail.error();
  std::vector<core::Alarm> one{detail->alarm};
  co_await announce(call, std::move(one));
  co_return detail_response(*detail, *call.site);
}

}  // namespace dcim::api
