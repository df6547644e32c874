// The power chain of a site document made true in the database.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <set>

#include "store/arrays.h"
#include "store/power.h"
#include "store/said_anew.h"

namespace dcim::store {
namespace {

namespace json = boost::json;
using base::Error;

// One import. What is refused is thrown as Error to import_power, its only caller.
class PowerImporter {
 public:
  PowerImporter(Connection& connection, const core::Site& site, const std::vector<core::PowerElementDocument>& documents,
                const core::Inventory& inventory, const AuditContext& who)
      : db_(connection), site_(site), documents_(documents), inventory_(inventory), changes_(connection, site, who) {}

  asio::awaitable<PowerImport> run() {
    co_await changes_.begin();
    for (const auto& element : changes_.elements()) known_.emplace(element.name, element);
    index();
    const auto memories = co_await db_.query("SELECT name, imported FROM power_elements WHERE site_id = $1", params(site_.id));
    for (std::size_t i = 0; i < memories.size(); ++i) last_.emplace(memories.text(i, 0), object_in(memories, i, 1));
    const auto earlier = co_await db_.query("SELECT unnest(imported_power) FROM sites WHERE id = $1", params(site_.id));
    for (std::size_t i = 0; i < earlier.size(); ++i) earlier_.insert(earlier.text(i, 0));
    for (const auto& [name, element] : known_) ids_.emplace(name, element.id);

    // What others draw from is made before them: a document may name it later.
    std::vector<const core::PowerElementDocument*> waiting;
    for (const auto& document : documents_) waiting.push_back(&document);
    while (!waiting.empty()) {
      const auto ready = std::stable_partition(waiting.begin(), waiting.end(), [&](const auto* each) { return !this->ready(*each); });
      if (ready == waiting.end()) {
        throw Error::invalid(waiting.front()->pointer + "/inputs", waiting.front()->name + " would draw from itself: its inputs make a loop");
      }
      for (auto it = ready; it != waiting.end(); ++it) co_await element(**it);
      waiting.erase(ready, waiting.end());
    }
    TextArray names;
    for (const auto& document : documents_) names.add(document.name);
    co_await db_.query("UPDATE sites SET imported_power = $2 WHERE id = $1 AND imported_power <> $2::text[]", params(site_.id, names.done()));
    const auto possible = co_await changes_.finish();
    if (!possible) throw Error{possible.error().code, possible.error().message, "/power"};
    co_return result_;
  }

 private:
  // Gone: people have removed or renamed it since the last document.
  bool gone(const std::string& name) const { return !known_.contains(name) && earlier_.contains(name); }
  bool ready(const core::PowerElementDocument& document) const {
    return std::ranges::all_of(document.inputs, [&](const auto& input) { return ids_.contains(input) || gone(input); });
  }

  asio::awaitable<void> element(const core::PowerElementDocument& document) {
    if (gone(document.name)) {
      ++result_.unchanged;
      co_return;
    }
    const auto said = said_of(document);
    const auto known = known_.find(document.name);
    const auto last = known == known_.end() ? json::object() : last_.at(document.name);
    const auto anew = said_anew(said, last);
    if (known != known_.end() && anew.empty()) {
      ++result_.unchanged;
      co_return;
    }
    const std::optional<core::PowerElement> before = known == known_.end() ? std::nullopt : std::optional(known->second);
    auto element = core::power_element_from_json(with_ids(document, anew), site_.id, inventory_, before, document.pointer);
    if (!element) throw Error{element.error().code, element.error().message, in_document(element.error().field)};
    core::PowerElementId id;
    if (before) {
      id = before->id;
      const auto done = co_await changes_.update(std::move(*element));
      if (!done) throw Error{done.error().code, done.error().message, document.pointer + in_document(done.error().field)};
      ++result_.updated;
    } else {
      const auto made = co_await changes_.create(std::move(*element));
      if (!made) throw Error{made.error().code, made.error().message, document.pointer + in_document(made.error().field)};
      id = *made;
      ids_.emplace(document.name, id);
      ++result_.created;
    }
    co_await db_.query_prepared("UPDATE power_elements SET imported = $2 WHERE id = $1", params(id, json::serialize(said)));
  }

  static json::object said_of(const core::PowerElementDocument& document) {
    auto out = document.rest;
    for (const auto& [key, value] : {std::pair{"room", &document.room}, {"rack", &document.rack}, {"device", &document.device}}) {
      if (*value) out[key] = **value;
    }
    out["inputs"] = json::array(document.inputs.begin(), document.inputs.end());
    json::object sensors;
    for (const auto& [measure, name] : document.sensors) sensors[measure] = name;
    out["sensors"] = std::move(sensors);
    return out;
  }

  // As power_element_from_json takes it. What belongs together is said together: room and rack, device and sensors.
  json::object with_ids(const core::PowerElementDocument& document, const json::object& some) const {
    json::object out;
    for (const auto& [key, value] : some) {
      const std::string_view name(key.data(), key.size());
      if (name == "room" || name == "rack") {
        const auto* room = document.room ? find_room(document) : nullptr;
        out["room_id"] = room ? json::value(room->id.value) : json::value(nullptr);
        out["rack_id"] = document.rack ? json::value(find_rack(document, *room).value) : json::value(nullptr);
      } else if (name == "device" || name == "sensors") {
        const auto* device = document.device ? find_device(document) : nullptr;
        out["device_id"] = device ? json::value(device->id.value) : json::value(nullptr);
        json::object sensors;
        for (const auto& [measure, sensor] : document.sensors) sensors[measure] = find_sensor(document, *device, measure, sensor).value;
        out["sensors"] = std::move(sensors);
      } else if (name == "inputs") {
        json::array inputs;
        for (const auto& input : document.inputs) {
          if (const auto it = ids_.find(input); it != ids_.end()) inputs.emplace_back(it->second.value);
        }
        out["inputs"] = std::move(inputs);
      } else {
        out[key] = value;
      }
    }
    return out;
  }

  void index() {
    for (const auto& room : inventory_.rooms()) {
      if (room.site_id == site_.id) rooms_.emplace(room.code, &room);
    }
    for (const auto& rack : inventory_.racks()) racks_.emplace(std::pair(rack.room_id, std::string_view(rack.name)), rack.id);
    for (const auto& device : inventory_.devices()) {
      if (device.site_id == site_.id) devices_.emplace(device.name, &device);
    }
    for (const auto& sensor : inventory_.sensors()) {
      if (sensor.site_id == site_.id) sensors_.emplace(std::pair(sensor.device_id, std::string_view(sensor.name)), sensor.id);
    }
  }

  const core::Room* find_room(const core::PowerElementDocument& document) const {
    const auto it = rooms_.find(*document.room);
    if (it == rooms_.end()) throw Error::invalid(document.pointer + "/room", "there is no room " + *document.room);
    return it->second;
  }
  core::RackId find_rack(const core::PowerElementDocument& document, const core::Room& room) const {
    const auto it = racks_.find({room.id, *document.rack});
    if (it == racks_.end()) throw Error::invalid(document.pointer + "/rack", "there is no rack " + *document.rack + " in " + room.name);
    return it->second;
  }
  const core::Device* find_device(const core::PowerElementDocument& document) const {
    const auto it = devices_.find(*document.device);
    if (it == devices_.end()) throw Error::invalid(document.pointer + "/device", "there is no device \"" + *document.device + "\" that publishes");
    return it->second;
  }
  core::SensorId find_sensor(const core::PowerElementDocument& document, const core::Device& device, const std::string& measure,
                             const std::string& name) const {
    const auto it = sensors_.find({device.id, name});
    if (it == sensors_.end()) throw Error::invalid(document.pointer + "/sensors/" + measure, device.name + " has no sensor \"" + name + "\"");
    return it->second;
  }

  // room_id is called room there, and so on.
  static std::string in_document(std::string field) {
    for (const auto* key : {"/room_id", "/rack_id", "/device_id"}) {
      if (const auto at = field.find(key); at != field.npos) return field.erase(at + std::string_view(key).size() - 3, 3);
    }
    return field;
  }

  Connection& db_;
  const core::Site& site_;
  const std::vector<core::PowerElementDocument>& documents_;
  const core::Inventory& inventory_;
  PowerChanges changes_;
  PowerImport result_;
  std::unordered_map<std::string, core::PowerElement> known_;
  std::unordered_map<std::string, json::object> last_;
  std::unordered_map<std::string, core::PowerElementId> ids_;
  std::set<std::string> earlier_;
  // Of the inventory, by what the document calls them.
  std::map<std::string_view, const core::Room*> rooms_;
  std::map<std::pair<core::RoomId, std::string_view>, core::RackId> racks_;
  std::map<std::string_view, const core::Device*> devices_;
  std::map<std::pair<core::DeviceId, std::string_view>, core::SensorId> sensors_;
};

}  // namespace

asio::awaitable<base::Result<PowerImport>> import_power(Connection& connection, core::Site site, std::vector<core::PowerElementDocument> documents,
                                                        core::InventoryPtr inventory, AuditContext who) {
  std::optional<Error> refused;
  try {
    PowerImporter importer(connection, site, documents, *inventory, who);
    co_return co_await importer.run();
  } catch (const Error& error) {
    refused = error;
  }
  co_return *refused;
}

}  // namespace dcim::store
