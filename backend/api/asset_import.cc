// Devices as CSV: out of what is shown, and in, tried first. A file is taken whole or not at all.
#include <algorithm>
#include <charconv>
#include <map>

#include "api/assets.h"
#include "api/errors.h"
#include "core/asset_csv.h"
#include "core/asset_history.h"

namespace dcim::api {
namespace {

using base::Error;

constexpr int kLinesInAPiece = 500;
constexpr std::size_t kMostRows = 50'000;
constexpr std::size_t kMostTold = 1000;

// The devices of a filter, piece by piece as the client takes them. Shared with the connection's writer.
class CsvOfDevices {
 public:
  CsvOfDevices(store::Pool& pool, core::InventoryPtr inventory, store::AssetFilter filter, store::AssetOrder order)
      : pool_(pool), inventory_(std::move(inventory)), filter_(std::move(filter)), order_(std::move(order)) {}

  bool done() const { return done_; }

  asio::awaitable<std::string> next() {
    std::string out;
    if (done_) co_return out;
    const auto connection = co_await pool_.acquire();
    auto filter = filter_;
    auto order = order_;
    auto cursor = cursor_;
    const auto page = co_await store::list_assets(*connection, std::move(filter), std::move(order), kLinesInAPiece, std::move(cursor));
    if (!page) throw std::runtime_error("devices.csv: " + page.error().message);
    for (const auto& row : page->items) {
      const auto* room = row.asset.room ? inventory_->room(*row.asset.room) : nullptr;
      const auto* rack = row.asset.rack ? inventory_->rack(*row.asset.rack) : nullptr;
      core::append_asset_csv(out, row.asset, row.type ? row.type->name() : "", room ? room->name : "", rack ? rack->name : "");
    }
    cursor_ = page->next_cursor;
    done_ = !cursor_;
    co_return out;
  }

 private:
  store::Pool& pool_;
  core::InventoryPtr inventory_;
  store::AssetFilter filter_;
  store::AssetOrder order_;
  std::optional<std::string> cursor_;
  bool done_ = false;
};

struct LineError {
  int line = 0;
  std::string column, message;
};

// What a line makes of a device.
struct LineChange {
  std::size_t row = 0;
  std::optional<core::Asset> before;
  core::Asset after;
};

// One import: finds each line's device, reads what the line says of it, and keeps what is wrong.
class Import {
 public:
  Import(Call& call, Editing& editing, const core::AssetCsv& csv) : call_(call), editing_(editing), csv_(csv) {}

  asio::awaitable<void> read() {
    co_await load();
    for (std::size_t row = 0; row < csv_.size(); ++row) read(row);
    // What another device has is free when a line is about that one: it has got another, or the two lines have said the same.
    for (const auto& [row, column, other] : had_) {
      if (!devices_.contains(other)) wrong(row, column, "another device of the site has it");
    }
  }

  asio::awaitable<void> apply() {
    auto& changes = editing_.changes;
    std::vector<core::Asset> afters;
    afters.reserve(changes_.size());
    for (const auto& each : changes_) afters.push_back(each.after);
    co_await changes.hold_racks_of(afters);
    // The database waits until the end with places and names that two have changed.
    for (auto& each : changes_) {
      const auto pointer = "/" + std::to_string(each.row);
      if (each.before) {
        const auto done = co_await changes.update(*each.before, each.after, pointer);
        if (!done) co_return wrong(each.row, core::asset_column(done.error().field.substr(pointer.size())), done.error().message);
      } else {
        const auto made = co_await changes.create(each.after, pointer);
        if (!made) co_return wrong(each.row, core::asset_column(made.error().field.substr(pointer.size())), made.error().message);
        rows_of_[*made] = each.row;
      }
    }
    const auto clashes = co_await changes.clashes();
    for (const auto& clash : clashes) wrong(rows_of_[clash.device], core::asset_column(std::string("/") + clash.field), clash.text);
  }

  bool refused() const { return !errors_.empty(); }

  // Nothing of the file was taken.
  Response refusal() const {
    const auto first = std::ranges::min_element(errors_, {}, &LineError::line);
    auto text = "nothing was imported: line " + std::to_string(first->line) + ", " + first->column + ": " + first->message;
    if (errors_.size() > 1) text += "; and " + std::to_string(errors_.size() - 1) + " more";
    return problem(422, Error::invalid("", std::move(text)), call_.request_id,
                   [this](JsonWriter& out) { write_errors(out.member("rows", csv_.size())); });
  }

  std::string json(bool dry_run, std::optional<std::int64_t> batch) const {
    int created = 0;
    for (const auto& each : changes_) created += !each.before;
    JsonWriter out;
    out.begin_object().member("rows", csv_.size()).member("created", created).member("updated", static_cast<int>(changes_.size()) - created);
    out.member("unchanged", unchanged_);
    write_errors(out);
    out.key("diff").begin_array();
    for (std::size_t i = 0; i < std::min(changes_.size(), kMostTold); ++i) write_change(out, changes_[i]);
    out.end_array().member("batch_id", dry_run || changes_.empty() ? std::nullopt : batch).end_object();
    return out.take();
  }

 private:
  // By line.
  void write_errors(JsonWriter& out) const {
    auto errors = errors_;
    std::ranges::stable_sort(errors, {}, &LineError::line);
    if (errors.size() > kMostTold) errors.resize(kMostTold);
    out.key("errors").begin_array();
    for (const auto& [line, column, message] : errors) {
      out.begin_object().member("line", line).member("column", column).member("message", message).end_object();
    }
    out.end_array();
  }

  void wrong(std::size_t row, std::string column, std::string message) { errors_.push_back({csv_.line(row), std::move(column), std::move(message)}); }

  // All that a line may mean or clash with: devices with an id, a name or an asset tag that stands in the file.
  asio::awaitable<void> load() {
    std::vector<core::DeviceId> ids;
    std::vector<std::string> names, tags;
    for (std::size_t row = 0; row < csv_.size(); ++row) {
      if (const auto id = id_of(row)) ids.push_back(*id);
      if (auto name = csv_.cell(row, "name"); !name.empty()) names.push_back(std::move(name));
      if (auto tag = csv_.cell(row, "asset_tag"); !tag.empty()) tags.push_back(std::move(tag));
    }
    auto rows = co_await store::assets_named(editing_.connection, call_.site->id, std::move(ids), std::move(names), std::move(tags));
    for (auto& each : rows) {
      const auto id = each.asset.id;
      by_name_.emplace(each.asset.name, id);
      if (each.asset.asset_tag) by_tag_.emplace(*each.asset.asset_tag, id);
      known_.emplace(id, std::move(each.asset));
    }
  }

  std::optional<core::DeviceId> id_of(std::size_t row) const {
    const auto text = csv_.cell(row, "id");
    core::DeviceId id;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id.value);
    return failed == std::errc() && end == text.data() + text.size() && id.value > 0 ? std::optional(id) : std::nullopt;
  }

  template <class Map>
  static const core::DeviceId* find(const Map& map, const std::string& key) {
    const auto it = map.find(key);
    return it == map.end() || key.empty() ? nullptr : &it->second;
  }

  void read(std::size_t row) {
    const auto id_text = csv_.cell(row, "id");
    const core::Asset* before = nullptr;
    if (!id_text.empty()) {
      const auto id = id_of(row);
      const auto it = id ? known_.find(*id) : known_.end();
      if (it == known_.end()) return wrong(row, "id", "there is no device " + id_text + " in this site");
      before = &it->second;
    } else if (const auto* tagged = find(by_tag_, csv_.cell(row, "asset_tag"))) {
      before = &known_.at(*tagged);
    } else if (const auto* named = find(by_name_, csv_.cell(row, "name"))) {
      before = &known_.at(*named);
    }
    const auto change = csv_.change(row, call_.site->id, *call_.inventory, editing_.catalogue);
    if (!change) return wrong(row, change.error().field, change.error().message);
    auto after = core::asset_from_json(*change, call_.site->id, before ? std::optional(*before) : std::nullopt, *call_.inventory, editing_.catalogue);
    if (!after) return wrong(row, core::asset_column(after.error().field), after.error().message);
    if (!alone(row, before, *after)) return;
    if (before) rows_of_[before->id] = row;
    if (before && *before == *after) {
      ++unchanged_;
      return;
    }
    changes_.push_back({row, before ? std::optional(*before) : std::nullopt, std::move(*after)});
  }

  // No other line is about the same device, or takes its name or tag.
  bool alone(std::size_t row, const core::Asset* before, const core::Asset& after) {
    if (before) {
      const auto [it, first] = devices_.emplace(before->id, row);
      if (!first) return wrong(row, "id", "line " + std::to_string(csv_.line(it->second)) + " is about the same device"), false;
    }
    const auto taken = [&](const char* column, const std::string& key, const auto& all, auto& seen) {
      if (const auto [it, first] = seen.emplace(key, row); !first) {
        wrong(row, column, "line " + std::to_string(csv_.line(it->second)) + " has it too");
        return true;
      }
      const auto* other = find(all, key);
      if (other && !(before && *other == before->id)) had_.push_back({row, column, *other});
      return false;
    };
    if (taken("name", after.name, by_name_, names_)) return false;
    return !after.asset_tag || !taken("asset_tag", *after.asset_tag, by_tag_, tags_);
  }

  void write_change(JsonWriter& out, const LineChange& each) const {
    const boost::json::value before =
        each.before ? boost::json::value(core::json_of(*each.before, *call_.inventory, editing_.catalogue)) : boost::json::value(nullptr);
    const boost::json::value after(core::json_of(each.after, *call_.inventory, editing_.catalogue));
    out.begin_object().member("line", csv_.line(each.row)).member("name", each.after.name).member("action", each.before ? "update" : "create");
    out.key("changes").begin_array();
    for (const auto& field : core::field_changes(before, after)) {
      out.begin_object().member("field", field.field).member("before", field.before).member("after", field.after).end_object();
    }
    out.end_array().end_object();
  }

  Call& call_;
  Editing& editing_;
  const core::AssetCsv& csv_;
  std::map<core::DeviceId, core::Asset> known_;
  std::map<std::string, core::DeviceId> by_name_, by_tag_;
  std::map<core::DeviceId, std::size_t> devices_, rows_of_;  // which line is about it
  std::map<std::string, std::size_t> names_, tags_;
  struct Had {
    std::size_t row = 0;
    const char* column;
    core::DeviceId device;
  };
  std::vector<Had> had_;  // names and tags that another device has
  std::vector<LineChange> changes_;
  std::vector<LineError> errors_;
  int unchanged_ = 0;
};

asio::awaitable<base::Result<Response>> import_csv(Call& call, Editing& editing) {
  const auto text = call.parameter("dry_run").value_or("false");
  if (text != "true" && text != "false") co_return Error::invalid("dry_run", "must be true or false");
  editing.dry_run = text == "true";
  const auto csv = core::AssetCsv::parse(call.body);
  if (!csv) co_return csv.error();
  if (csv->size() > kMostRows) co_return Error::invalid("", "at most 50,000 lines at once");
  editing.changes.set_action("device.import");
  Import import(call, editing, *csv);
  co_await import.read();
  if (!import.refused()) co_await import.apply();
  if (import.refused() && !editing.dry_run) {
    editing.dry_run = true;
    co_return import.refusal();
  }
  co_return json_response(import.json(editing.dry_run, editing.changes.batch()));
}

}  // namespace

asio::awaitable<base::Result<Response>> import_devices(Call& call) { return edit_devices(call, true, import_csv); }

asio::awaitable<base::Result<Response>> export_devices(Call& call) {
  auto filter = asset_filter(call);
  if (!filter) co_return filter.error();
  auto order = co_await asset_order(call);
  if (!order) co_return order.error();
  auto devices = std::make_shared<CsvOfDevices>(call.services().pool, call.inventory, std::move(*filter), std::move(*order));
  Response response;
  response.content_type = "text/csv; charset=utf-8; header=present";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"devices.csv\"");
  response.body = core::asset_csv_header();
  const auto first = co_await devices->next();
  response.body += first;
  if (!devices->done()) response.more = [devices] { return devices->next(); };
  co_return response;
}

}  // namespace dcim::api
