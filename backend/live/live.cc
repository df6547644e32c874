#include "live/live.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <charconv>

#include "base/log.h"

namespace dcim::live {
namespace {

using namespace std::chrono_literals;

constexpr auto kFlushInterval = 100ms;
constexpr int kFlushesPerHeartbeat = 50;  // 5 s

template <class T>
void append(std::string& out, T number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number);
  out.append(text, end.ptr);
}

// [sensor_id,ts,value,quality], as api/stream.md says.
void append_reading(std::string& out, core::SensorId id, const Latest& latest) {
  out += '[';
  append(out, id.value);
  out += ',';
  append(out, base::to_unix_ms(latest.ts));
  out += ',';
  append(out, latest.value);
  out += ',';
  append(out, static_cast<int>(latest.quality));
  out += "],";
}

// Ends a list that append_reading() and its like have filled.
void close_list(std::string& out) {
  if (out.back() == ',') out.pop_back();
  out += "]}";
}

Message encoded(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

Message site_message(const char* type, const core::Site& site) {
  return encoded(R"({"type":")" + std::string(type) + R"(","site":")" + site.code + "\"}");
}
Message inventory_message(const core::Site& site) { return site_message("inventory", site); }

constexpr std::size_t kAlarmsInOne = 500;

}  // namespace

Live::Live(asio::any_io_executor executor, const base::Clock& clock) : strand_(asio::make_strand(executor)), clock_(clock) {}

void Live::set_inventory(core::InventoryPtr inventory) {
  if (inventory->version() < this->inventory()->version()) return;
  inventory_.store(inventory);
  std::erase_if(latest_, [&](const auto& entry) { return !inventory->sensor(entry.first); });
  std::erase_if(availability_, [&](const auto& entry) { return !inventory->device(entry.first); });
  alarms_.set(inventory, alarms_.rules(), clock_.now());
  for (const auto& site : inventory->sites()) broadcast(site.id, inventory_message(site));
}

void Live::set_alarm_rules(core::AlarmRulesPtr rules) {
  if (rules->version() <= alarms_.rules()->version()) return;
  alarms_.set(inventory(), std::move(rules), clock_.now());
  for (const auto& site : inventory()->sites()) broadcast(site.id, site_message("alarm-rules", site));
}

void Live::tell_assets_changed(std::optional<core::SiteId> site) {
  for (const auto& each : inventory()->sites()) {
    if (!site || each.id == *site) broadcast(each.id, site_message("assets", each));
  }
}

void Live::restore(const Stored& stored) {
  take_latest(stored.newest);
  alarms_.fill(stored.windows);
  alarms_.restore(stored.standings, stored.newest, clock_.now());
  open_alarms_.clear();
  for (const auto& alarm : stored.open_alarms) open_alarms_.take(alarm);
}

void Live::tick(std::optional<base::Timestamp> receiving_since) { alarms_.tick(clock_.now(), receiving_since); }

void Live::announce(std::span<const core::Alarm> alarms) {
  const auto inventory = this->inventory();
  std::unordered_map<core::SiteId, std::vector<std::string>> told;
  for (const auto& alarm : alarms) {
    const auto* site = inventory->site(alarm.source.site_id);
    if (open_alarms_.take(alarm) && site) told[site->id].push_back(core::to_json(alarm, site->code));
  }
  for (const auto& [site, list] : told) {
    const auto counts = core::to_json(open_alarms_.counts(site));
    for (std::size_t at = 0; at < list.size(); at += kAlarmsInOne) {
      std::string text = R"({"type":"alarms","alarms":[)";
      for (std::size_t i = at; i < std::min(list.size(), at + kAlarmsInOne); ++i) {
        if (i > at) text += ',';
        text += list[i];
      }
      const auto message = encoded(std::move(text) + R"(],"alarm_counts":)" + counts + "}");
      for (auto& [_, subscription] : watchers_) {
        if (subscription.site == site) subscription.watcher->deliver_always(message);
      }
    }
  }
}

std::size_t Live::apply(std::span<const core::Reading> readings) {
  alarms_.apply(readings, clock_.now());
  return take_latest(readings);
}

std::size_t Live::take_latest(std::span<const core::Reading> readings) {
  const auto inventory = this->inventory();
  std::size_t late = 0;
  for (const auto& reading : readings) {
    auto [it, is_new] = latest_.try_emplace(reading.sensor_id);
    auto& entry = it->second;
    if (is_new) {
      const auto* sensor = inventory->sensor(reading.sensor_id);
      if (!sensor) {  // removed since the message was read
        latest_.erase(it);
        continue;
      }
      entry.site = sensor->site_id;
    } else if (reading.ts <= entry.ts) {
      ++late;
      if (reading.ts < entry.ts) continue;
    }
    entry.ts = reading.ts;
    entry.value = reading.value;
    entry.quality = reading.quality;
    if (!entry.changed) {
      entry.changed = true;
      changed_[entry.site].push_back(reading.sensor_id);
    }
  }
  return late;
}

void Live::apply_availability(core::DeviceId device, Availability availability) {
  const auto* known = inventory()->device(device);
  if (!known) return;
  auto& now = availability_[device];
  if (availability.ts < now.ts) return;
  now = availability;
  changed_devices_[known->site_id].push_back(device);
}

const Latest* Live::latest(core::SensorId sensor) const {
  const auto it = latest_.find(sensor);
  return it == latest_.end() ? nullptr : &it->second;
}

const Availability* Live::availability(core::DeviceId device) const {
  const auto it = availability_.find(device);
  return it == availability_.end() ? nullptr : &it->second;
}

void Live::subscribe(core::SiteId site, const std::shared_ptr<Watcher>& watcher) {
  auto& subscription = watchers_[watcher.get()];
  subscription = {site, watcher, false};
  deliver(subscription, snapshot(site));
}

void Live::resync(const Watcher& watcher) {
  const auto it = watchers_.find(&watcher);
  if (it == watchers_.end() || !it->second.behind) return;
  auto& subscription = it->second;
  const auto* site = inventory()->site(subscription.site);
  subscription.behind = false;
  deliver(subscription, snapshot(subscription.site));
  // What else was missed (devices, an inventory that changed) the browser asks the API for.
  if (site) deliver(subscription, inventory_message(*site));
}

void Live::unsubscribe(const Watcher& watcher) { watchers_.erase(&watcher); }

asio::awaitable<void> Live::run() {
  asio::steady_timer timer(strand_);
  for (int n = 1;; ++n) {
    timer.expires_after(kFlushInterval);
    co_await timer.async_wait(asio::use_awaitable);
    flush();
    if (n % kFlushesPerHeartbeat == 0) {
      broadcast({}, encoded(R"({"type":"heartbeat","ts":)" + std::to_string(base::to_unix_ms(clock_.now())) + "}"));
    }
  }
}

void Live::flush() {
  flush_readings();
  flush_devices();
}

void Live::flush_readings() {
  for (auto& [site, sensors] : changed_) {
    if (sensors.empty()) continue;
    const bool watched = std::ranges::any_of(watchers_, [wanted = site](const auto& w) { return w.second.site == wanted; });
    std::string text = R"({"type":"readings","readings":[)";
    for (const auto id : sensors) {
      const auto it = latest_.find(id);
      if (it == latest_.end()) continue;
      it->second.changed = false;
      if (watched) append_reading(text, id, it->second);
    }
    sensors.clear();
    if (!watched) continue;
    close_list(text);
    broadcast(site, encoded(std::move(text)));
  }
}

void Live::flush_devices() {
  for (auto& [site, devices] : changed_devices_) {
    if (devices.empty()) continue;
    std::string text = R"({"type":"devices","devices":[)";
    for (const auto id : devices) {
      const auto& state = availability_[id];
      text += '[';
      append(text, id.value);
      text += state.online ? ",\"online\"," : ",\"offline\",";
      append(text, base::to_unix_ms(state.ts));
      text += "],";
    }
    devices.clear();
    close_list(text);
    broadcast(site, encoded(std::move(text)));
  }
}

void Live::broadcast(std::optional<core::SiteId> site, const Message& message) {
  for (auto& [_, subscription] : watchers_) {
    if (!site || subscription.site == *site) deliver(subscription, message);
  }
}

void Live::deliver(Subscription& to, const Message& message) {
  if (!to.behind) to.behind = !to.watcher->deliver(message);
}

Message Live::snapshot(core::SiteId site) const {
  const auto inventory = this->inventory();
  const auto* known = inventory->site(site);
  std::string text = R"({"type":"snapshot","site":")" + (known ? known->code : std::string()) + R"(","ts":)" +
                     std::to_string(base::to_unix_ms(clock_.now())) + R"(,"readings":[)";
  for (const auto& [id, entry] : latest_) {
    if (entry.site == site) append_reading(text, id, entry);
  }
  close_list(text);
  text.pop_back();
  return encoded(std::move(text) + R"(,"alarm_counts":)" + core::to_json(open_alarms_.counts(site)) + "}");
}

}  // namespace dcim::live
