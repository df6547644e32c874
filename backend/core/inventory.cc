#include "core/inventory.h"

#include <algorithm>

namespace dcim::core {
namespace {

template <class T, class Id>
void index(const std::vector<T>& list, std::unordered_map<Id, std::uint32_t>& out) {
  out.reserve(list.size());
  for (std::uint32_t i = 0; i < list.size(); ++i) out.emplace(list[i].id, i);
}

}  // namespace

Inventory::Inventory(std::int64_t version, std::vector<Site> sites, std::vector<Room> rooms, std::vector<Rack> racks, std::vector<Device> devices,
                     std::vector<Sensor> sensors)
    : version_(version),
      sites_(std::move(sites)),
      rooms_(std::move(rooms)),
      racks_(std::move(racks)),
      devices_(std::move(devices)),
      sensors_(std::move(sensors)) {
  index(sites_, site_index_);
  index(rooms_, room_index_);
  index(racks_, rack_index_);
  index(devices_, device_index_);
  index(sensors_, sensor_index_);
  for (std::uint32_t i = 0; i < sensors_.size(); ++i) by_topic_[sensors_[i].topic].push_back(i);
  for (std::uint32_t i = 0; i < devices_.size(); ++i) by_availability_.emplace(devices_[i].topic + "/availability", i);
}

const Site* Inventory::site(std::string_view code) const {
  const auto it = std::ranges::find(sites_, code, &Site::code);
  return it == sites_.end() ? nullptr : &*it;
}

const std::vector<std::uint32_t>* Inventory::sensors_on(std::string_view topic) const {
  const auto it = by_topic_.find(topic);
  return it == by_topic_.end() ? nullptr : &it->second;
}

const Device* Inventory::device_of_availability(std::string_view topic) const {
  const auto it = by_availability_.find(topic);
  return it == by_availability_.end() ? nullptr : &devices_[it->second];
}

std::optional<std::uint32_t> Inventory::position(SensorId id) const {
  const auto it = sensor_index_.find(id);
  return it == sensor_index_.end() ? std::nullopt : std::optional(it->second);
}

bool reserved_topic(std::string_view topic) { return topic.ends_with("/availability") || topic.ends_with("/set") || topic.ends_with("/ack"); }

}  // namespace dcim::core
