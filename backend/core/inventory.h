// What there is: sites, rooms, racks, devices and sensors. An Inventory is built once from the database, never changed
// after, and shared by everyone who reads it; a change of the database makes a new one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"

namespace dcim::core {

using SiteId = base::Id<struct SiteTag>;
using RoomId = base::Id<struct RoomTag>;
using RackId = base::Id<struct RackTag>;
using DeviceId = base::Id<struct DeviceTag>;
using SensorId = base::Id<struct SensorTag>;

struct Site {
  SiteId id;
  std::string code;  // as in the topics dc/{code}/…
  std::string name;
  std::string time_zone;  // IANA
  bool simulated = false;
};

struct Room {
  RoomId id;
  SiteId site_id;
  std::string code;
  std::string name;
};

struct Rack {
  RackId id;
  RoomId room_id;
  SiteId site_id;
  std::string name;
  int height_u = 42;
  std::optional<double> rated_power_kw;
};

struct Device {
  DeviceId id;
  SiteId site_id;
  std::optional<RoomId> room_id;
  std::optional<RackId> rack_id;
  std::string name;
  std::string type;
  std::string topic;  // {topic}/availability is its birth and last will
};

struct Sensor {
  SensorId id;
  DeviceId device_id;
  SiteId site_id;
  std::optional<RoomId> room_id;
  std::optional<RackId> rack_id;
  std::string device;  // the device's name
  std::string name;
  std::string kind;
  std::string unit;
  std::string topic;
  std::string field;  // JSON Pointer into the payload; empty for a bare number
  double scale = 1;   // stored value = payload × scale + offset
  double offset = 0;
  double interval_s = 60;  // expected seconds between readings
};

/// {topic}/availability, /set and /ack carry no readings: whether a device is there, commands to it, and its answers.
bool reserved_topic(std::string_view topic);

class Inventory {
 public:
  Inventory() = default;
  /// `version` grows with every change. Rooms, racks, devices and sensors name parents that are in the lists.
  Inventory(std::int64_t version, std::vector<Site> sites, std::vector<Room> rooms, std::vector<Rack> racks, std::vector<Device> devices,
            std::vector<Sensor> sensors);

  std::int64_t version() const { return version_; }
  /// In the order that lists are shown: by name within their parent.
  const std::vector<Site>& sites() const { return sites_; }
  const std::vector<Room>& rooms() const { return rooms_; }
  const std::vector<Rack>& racks() const { return racks_; }
  const std::vector<Device>& devices() const { return devices_; }
  const std::vector<Sensor>& sensors() const { return sensors_; }

  const Site* site(SiteId id) const { return find(site_index_, id, sites_); }
  const Site* site(std::string_view code) const;
  const Room* room(RoomId id) const { return find(room_index_, id, rooms_); }
  const Rack* rack(RackId id) const { return find(rack_index_, id, racks_); }
  const Device* device(DeviceId id) const { return find(device_index_, id, devices_); }
  const Sensor* sensor(SensorId id) const { return find(sensor_index_, id, sensors_); }

  /// Positions in sensors() of those that listen to the topic; nullptr when none does.
  const std::vector<std::uint32_t>* sensors_on(std::string_view topic) const;
  /// The device whose {topic}/availability this is.
  const Device* device_of_availability(std::string_view topic) const;
  /// Position in sensors().
  std::optional<std::uint32_t> position(SensorId id) const;

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  template <class V>
  using ByText = std::unordered_map<std::string, V, TextHash, std::equal_to<>>;

  template <class Id, class T>
  static const T* find(const std::unordered_map<Id, std::uint32_t>& index, Id id, const std::vector<T>& list) {
    const auto it = index.find(id);
    return it == index.end() ? nullptr : &list[it->second];
  }

  std::int64_t version_ = 0;
  std::vector<Site> sites_;
  std::vector<Room> rooms_;
  std::vector<Rack> racks_;
  std::vector<Device> devices_;
  std::vector<Sensor> sensors_;
  std::unordered_map<SiteId, std::uint32_t> site_index_;
  std::unordered_map<RoomId, std::uint32_t> room_index_;
  std::unordered_map<RackId, std::uint32_t> rack_index_;
  std::unordered_map<DeviceId, std::uint32_t> device_index_;
  std::unordered_map<SensorId, std::uint32_t> sensor_index_;
  ByText<std::vector<std::uint32_t>> by_topic_;
  ByText<std::uint32_t> by_availability_;
};

using InventoryPtr = std::shared_ptr<const Inventory>;

}  // namespace dcim::core
