// The live state of the halls: the latest reading of every sensor, who watches, which device is online. One strand owns
// it all; ingest is the only writer. Other threads come in through read().
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/spawn.h"
#include "core/alarm_list.h"
#include "core/readings.h"

namespace dcim::live {

namespace asio = boost::asio;

using Message = std::shared_ptr<const std::string>;

/// A browser, as live sees it. Called on the live strand; must not block.
class Watcher {
 public:
  virtual ~Watcher() = default;
  /// Takes one encoded message. False: full, the message was not taken; the watcher calls resync() once it has
  /// caught up, and gets nothing until then.
  virtual bool deliver(const Message& message) = 0;
  /// Takes one that must not be left out, also while it is behind; a watcher for whom that is too much closes.
  virtual void deliver_always(const Message& message) = 0;
};

struct Latest {
  base::Timestamp ts;
  double value = 0;
  core::Quality quality = core::Quality::good;
};

struct Availability {
  bool online = false;
  base::Timestamp ts;
};

class Live {
 public:
  Live(asio::any_io_executor executor, const base::Clock& clock);

  using Strand = asio::strand<asio::any_io_executor>;
  const Strand& strand() const { return strand_; }

  /// Runs `fn(Live&)` on the strand and gives its result: the way in for other threads. `fn` captures by reference what its caller's
  /// frame holds: GCC 12 destroys a temporary closure in a co_await expression twice, which a trivial one survives.
  template <class Fn>
  auto read(Fn fn) -> asio::awaitable<std::invoke_result_t<Fn, Live&>> {
    static_assert(std::is_trivially_destructible_v<Fn>, "capture by reference");
    auto run = [](Live& self, Fn f) -> asio::awaitable<std::invoke_result_t<Fn, Live&>> { co_return f(self); };
    co_return co_await asio::co_spawn(strand_, run(*this, fn), asio::use_awaitable);
  }

  // --- Thread-safe ---
  /// The newest inventory; never null.
  core::InventoryPtr inventory() const { return inventory_.load(); }

  // --- On the strand only ---
  /// Takes a newer inventory (an older one is ignored) and tells every watcher.
  void set_inventory(core::InventoryPtr inventory);
  /// Likewise.
  void set_alarm_rules(core::AlarmRulesPtr rules);
  /// Devices, racks or reservations of the site have changed, or of all: tells its watchers.
  void tell_assets_changed(std::optional<core::SiteId> site);
  /// Before the first reading: what was stored before a restart.
  struct Stored {
    std::vector<core::Reading> newest;  // of each sensor
    std::vector<core::AlarmStanding> standings;
    std::vector<core::Alarm> open_alarms;
    std::vector<core::Reading> windows;  // of the sensors whose rate is judged
  };
  void restore(const Stored& stored);
  void fill_days(std::span<const core::DailySum> days) { alarms_.fill_days(days); }
  /// Readings that are stored now: the latest values, and the alarms they make. A reading older than the sensor's newest changes nothing.
  /// Gives how many were not newer than that.
  std::size_t apply(std::span<const core::Reading> readings);
  void apply_availability(core::DeviceId device, Availability availability);

  /// Delays that have run out, devices that are silent. `receiving_since`: since when readings can come in; nullopt while they cannot.
  void tick(std::optional<base::Timestamp> receiving_since);
  /// What the readings and ticks up to now have brought about, to be stored in one piece with the readings; the next call gives what comes after.
  core::AlarmOutput take_alarms() { return alarms_.take(); }
  /// Something is waiting that people should know at once.
  bool has_alarm_news() const { return alarms_.has_news(); }
  /// Alarms as they are stored now: the counts follow, and the watchers are told. Of an alarm that is older than what is known nothing is told.
  void announce(std::span<const core::Alarm> alarms);
  core::AlarmCounts alarm_counts(core::SiteId site) const { return open_alarms_.counts(site); }
  std::vector<core::StandingAlarm> standing_alarms(core::SiteId site) const { return open_alarms_.standing(site); }
  const core::AlarmEngine& alarms() const { return alarms_; }

  const Latest* latest(core::SensorId sensor) const;
  const Availability* availability(core::DeviceId device) const;

  /// Joins: delivers the snapshot of the site, and from then on everything new, without a gap. A watcher has one site.
  void subscribe(core::SiteId site, const std::shared_ptr<Watcher>& watcher);
  /// The snapshot again, for a watcher that had to drop readings and has caught up.
  void resync(const Watcher& watcher);
  void unsubscribe(const Watcher& watcher);
  std::size_t watchers() const { return watchers_.size(); }

  /// Sends what has changed, every 100 ms, and a heartbeat every 5 s, until cancelled. Run it on the strand.
  asio::awaitable<void> run();

 private:
  struct Entry : Latest {
    core::SiteId site;
    bool changed = false;  // since the last flush
  };
  struct Subscription {
    core::SiteId site;
    std::shared_ptr<Watcher> watcher;
    bool behind = false;  // a message was not taken; nothing more until resync()
  };

  std::size_t take_latest(std::span<const core::Reading> readings);
  void flush();
  void flush_readings();
  void flush_devices();
  /// To the watchers of the site, or to all.
  void broadcast(std::optional<core::SiteId> site, const Message& message);
  static void deliver(Subscription& to, const Message& message);
  Message snapshot(core::SiteId site) const;

  Strand strand_;
  const base::Clock& clock_;
  std::atomic<core::InventoryPtr> inventory_{std::make_shared<const core::Inventory>()};
  std::unordered_map<core::SensorId, Entry> latest_;
  std::unordered_map<core::DeviceId, Availability> availability_;
  std::unordered_map<core::SiteId, std::vector<core::SensorId>> changed_;  // since the last flush
  std::unordered_map<core::SiteId, std::vector<core::DeviceId>> changed_devices_;
  std::unordered_map<const Watcher*, Subscription> watchers_;
  core::AlarmEngine alarms_;
  core::OpenAlarms open_alarms_;
};

}  // namespace dcim::live
